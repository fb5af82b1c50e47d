"""What a tired person mistypes, or a hostile one sends, is refused in French with what would be right."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from django_scopes import scope

from tests.plan.answers import Answered, form, words
from tocsin.accounts.models import Organisation, User
from tocsin.plan import people
from tocsin.plan.models import Contact, Plan, Version

WRONG_LINES = [
    ("voice", "06 12 34", "06 12 34 56 78"),
    ("voice", "zéro six", "06 12 34 56 78"),
    ("voice", "+33 9 99", "06 12 34 56 78"),
    ("voice", "1" * 250, "06 12 34 56 78"),
    ("sms", "01 42 27 18 00", "fixe"),
    ("email", "nadia@", "nom@entreprise.fr"),
    ("email", "nadia@maison berthier.fr", "nom@entreprise.fr"),
    ("email", "nadia@a.test, paul@b.test", "nom@entreprise.fr"),
    ("email", "nadia@a.test\nBcc: tous@a.test", "nom@entreprise.fr"),
    ("matrix", "nadia", "@nom:serveur"),
    ("matrix", "@nadia", "@nom:serveur"),
]
PARTS = [
    (b"", "vide"),
    (b"\xff\xfe\x00", "UTF-8"),
    (b"Rien d\xe2\x80\x99autre que des mots.\n", "titre"),
    (b"---\nplan: [\n---\n# Titre\n", "lu"),
    (b"---\nplan: x\nroles: [{id: 3}]\n---\n", "r\xf4les"),
    (b"PK\x03\x04" + b"\x00" * 40, "archive"),
]


@pytest.fixture(autouse=True)
def _inside(organisation: Organisation) -> object:
    with scope(organisation=organisation):
        yield


def said(answer: Answered) -> str:
    """Return what the page says, without its markup."""
    return re.sub(r"\s+", " ", strip_tags(words(answer)))


@pytest.mark.parametrize(("means", "address", "right"), WRONG_LINES)
def test_a_wrong_number_or_address_is_refused_with_what_would_be_right(
    page: Client, nadia: Contact, means: str, address: str, right: str
) -> None:
    answer = page.post(
        f"/contacts/{nadia.pk}/lines/add/", {"means": means, "address": address, "region": "FR"}
    )
    assert answer.status_code == 200
    assert right in said(answer)
    assert nadia.lines.count() == 2


@pytest.mark.parametrize(("means", "address", "right"), WRONG_LINES[:4] + WRONG_LINES[5:8])
def test_a_wrong_line_of_a_new_contact_adds_nobody(
    page: Client, plan: Plan, means: str, address: str, right: str
) -> None:
    answer = page.post("/contacts/add/", form(**{"phone" if means == "voice" else "email": address}))
    assert right in said(answer)
    assert not Contact.objects.exists()


def test_deputies_that_lead_back_over_several_are_refused(
    page: Client, organisation: Organisation, nadia: Contact, lawyer: Contact, claire: User
) -> None:
    third = people.add(organisation, claire, name="Lucie Marchand")
    people.set_deputy(nadia, lawyer, claire)
    people.set_deputy(lawyer, third, claire)
    answer = page.post(f"/contacts/{third.pk}/edit/", form(name=third.name, deputy=nadia.pk))
    assert "en rond" in said(answer)
    assert page.post(f"/contacts/{third.pk}/edit/", form(name=third.name, deputy=third.pk)).status_code == 200
    third.refresh_from_db()
    assert third.deputy is None


@pytest.mark.parametrize(("data", "why"), PARTS)
def test_a_plan_file_that_lacks_what_it_needs_is_refused_with_what_is_missing(
    page: Client, draft: Version, data: bytes, why: str
) -> None:
    name = "plan.zip" if data.startswith(b"PK") else "plan.md"
    answer = page.post("/plan/maison-berthier/import/", {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 200
    assert why in said(answer)
    assert draft.plan.versions.get().document == draft.document
