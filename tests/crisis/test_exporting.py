"""The log of a room goes out as CSV, Markdown and PDF, each line with its place; nothing in it can run."""

from __future__ import annotations

import csv
import io
from typing import Any

import pypdf
import pytest
from django.test import Client

from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.crisis import actions, evidence, exporting, handing, log
from tocsin.crisis.models import Crisis
from tocsin.journal import selectors as journal
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
HOSTILE = '=HYPERLINK("http://x")|<script>alert(1)</script> #panic("x") [a](javascript:b) `c` *d*'


@pytest.fixture
def room(inside: Organisation, brand: Brand, watch: Watch, yanis: User) -> Crisis:
    """A room in which things were decided, stated, secured and handed over."""
    crisis = actions.open_room(brand, yanis, title="Verre dans le pain", level="red", onset_at=NIGHT)
    log.write(crisis, yanis, "/décision Retirer le lot 4471")
    log.write(crisis, yanis, f"/fait {HOSTILE}")
    log.write(crisis, yanis, HOSTILE)
    log.write(crisis, yanis, "/question Quels magasins ?")
    evidence.secure(inside, store_mention(watch, HOSTILE, NIGHT), yanis)
    handing.give(crisis, yanis, f"À surveiller :\n{HOSTILE}")
    return crisis


def export(client: Client, room: Crisis, form: str) -> Any:
    return client.post(f"/rooms/{room.pk}/export/", {"form": form})


def test_each_line_of_the_csv_stands_at_its_place_with_its_hash(
    room: Crisis, client: Client, yanis: User
) -> None:
    client.force_login(yanis)
    answer = export(client, room, "csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    expected = [(str(line.place), line.hash) for line in log.lines(room)][: len(rows)]
    assert [(row["place"], row["hash"]) for row in rows] == expected
    assert {row["whole"] for row in rows} == {"yes"}
    assert not [cell for row in rows for cell in row.values() if cell.startswith("=")]


def test_the_markdown_says_everything_and_nothing_in_it_is_markup(
    room: Crisis, client: Client, yanis: User
) -> None:
    client.force_login(yanis)
    text = export(client, room, "md").content.decode()
    assert "Retirer le lot 4471" in text
    assert "Quels magasins" in text
    assert evidence.of(room).get().sha256 in text
    assert "<script>" not in text.split("## Handover")[0]
    assert "    =HYPERLINK" in text  # a note stands as a block of text
    assert "\\[a\\](javascript" in text.split("## Handover")[0]


def test_the_pdf_can_be_read(room: Crisis, client: Client, yanis: User) -> None:
    client.force_login(yanis)
    answer = export(client, room, "pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for expected in ("Verre dans le pain", "Retirer le lot 4471", "#panic", "Yanis Morel"):
        assert expected in text, expected


def test_every_form_carries_an_anchor_of_the_journal_and_is_written_in_it(
    room: Crisis, client: Client, yanis: User
) -> None:
    client.force_login(yanis)
    for form in exporting.FORMS:
        anchor = journal.head(room.organisation)[1]
        content = export(client, room, form).content
        if form == "md":
            assert anchor in content.decode()
        entry = journal.entries(room.organisation).order_by("-sequence")[0]
        assert (entry.verb, entry.data["form"]) == ("crisis.log_exported", form)


def test_what_was_changed_in_the_database_is_said(room: Crisis, client: Client, yanis: User) -> None:
    entry = journal.entries(room.organisation).filter(verb="crisis.decided").get()
    entry.payload.data = entry.payload.data.replace("4471", "9999")
    entry.payload.save()
    client.force_login(yanis)
    rows = list(csv.DictReader(io.StringIO(export(client, room, "csv").content.decode("utf-8-sig"))))
    assert [row["verb"] for row in rows if row["whole"] == "no"] == ["crisis.decided"]


def test_nothing_goes_out_by_opening_the_page_or_to_another_company(
    room: Crisis, client: Client, yanis: User, other_organisation: Organisation
) -> None:
    client.force_login(yanis)
    before = journal.head(room.organisation)
    assert "text/html" in client.get(f"/rooms/{room.pk}/export/?form=csv")["Content-Type"]
    assert "text/html" in export(client, room, "exe")["Content-Type"]
    assert journal.head(room.organisation) == before
    client.force_login(member(other_organisation, "Marc", "marc@lacaze.test", "administrator").user)
    assert export(client, room, "csv").status_code == 404
