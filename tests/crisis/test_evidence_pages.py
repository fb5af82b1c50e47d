"""Anybody on duty secures a post wherever it stands; pieces are found, shown safely, taken away whole."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tests.crisis.drawn import png
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import evidence, pictures
from tocsin.crisis.models import Bundle, Crisis, Evidence, Picture, PictureState
from tocsin.journal import selectors as journal
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
TEXT = "Du verre dans ma baguette Maison Berthier."
HOSTILE = '"><script>alert(1)</script>{{ 7*7 }}#panic("x") bande de connards'


@pytest.fixture
def place(watch: Watch) -> int:
    """The post of Jeanne, who found glass in her bread."""
    return store_mention(watch, TEXT, NIGHT, author_name="Jeanne Lemoine", likes=412)


@pytest.fixture
def tab(client: Client, yanis: User) -> Client:
    """Yanis's browser: a responder, who reads English."""
    client.force_login(yanis)
    return client


@pytest.fixture
def stranger(other_organisation: Organisation) -> Client:
    """The browser of somebody at Épicerie Lacaze, administrator there."""
    browser = Client()
    browser.force_login(member(other_organisation, "Marc", "marc@lacaze.test", "administrator").user)
    return browser


def secured(organisation: Organisation, place: int, user: User, **about: Any) -> Evidence:
    with scope(organisation=organisation):
        return evidence.secure(organisation, place, user, **about).piece


def with_picture(piece: Evidence, body: bytes) -> Picture:
    sha256 = hashlib.sha256(body).hexdigest()
    path = pictures.path_of(sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    with scopes_disabled():
        return Picture.objects.create(
            evidence=piece,
            organisation_id=piece.organisation_id,
            url="https://img.test/1.png",
            state=PictureState.KEPT,
            sha256=sha256,
            media_type="image/png",
            width=40,
            height=30,
            size=len(body),
            fetched_at=NIGHT,
        )


def said(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_a_post_is_secured_from_the_explorer_without_leaving_it(tab: Client, place: int) -> None:
    assert f'hx-post="/evidence/secure/{place}/"' in said(tab, "/explore/")
    answer = tab.post(f"/evidence/secure/{place}/", headers={"HX-Request": "true"})
    with scopes_disabled():
        piece = Evidence.objects.get()
    assert f"/evidence/{piece.pk}/" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    again = tab.post(f"/evidence/secure/{place}/", headers={"HX-Request": "true"}).content.decode()
    assert "secured already" in again


def test_a_post_is_secured_from_its_page_with_a_reason(tab: Client, place: int) -> None:
    assert f'action="/evidence/secure/{place}/"' in said(tab, f"/mentions/{place}/")
    page = tab.post(f"/evidence/secure/{place}/", {"why": "For the insurer"}, follow=True).content.decode()
    assert "For the insurer" in page
    assert TEXT in page


def test_who_only_observes_secures_nothing(client: Client, paul: User, place: int) -> None:
    client.force_login(paul)
    assert "/evidence/secure/" not in said(client, "/explore/")
    assert client.post(f"/evidence/secure/{place}/").status_code == 403
    assert client.post("/evidence/export/").status_code == 403
    with scopes_disabled():
        assert not Evidence.objects.exists()


def test_a_post_that_is_gone_says_so(tab: Client) -> None:
    answer = tab.post("/evidence/secure/123456/", headers={"HX-Request": "true"})
    assert "no such post" in answer.content.decode()


def test_nothing_of_it_is_seen_by_another_company(
    organisation: Organisation, place: int, yanis: User, stranger: Client, tab: Client
) -> None:
    piece = secured(organisation, place, yanis)
    picture = with_picture(piece, png())
    tab.post("/evidence/export/")
    Clock().run_due()
    with scopes_disabled():
        bundle = Bundle.objects.get()
    for address in (
        f"/evidence/{piece.pk}/",
        f"/evidence/{piece.pk}/snapshot.json",
        f"/evidence/{piece.pk}/page.pdf",
        f"/evidence/{piece.pk}/page.png",
        f"/evidence/pictures/{picture.pk}/",
        f"/evidence/export/{bundle.pk}/",
        f"/evidence/export/{bundle.pk}/file/",
    ):
        assert stranger.get(address).status_code == 404, address
        assert tab.get(address).status_code == 200, address
    assert TEXT not in said(stranger, "/evidence/")
    assert stranger.post(f"/evidence/secure/{place}/", headers={"HX-Request": "true"}).status_code == 200
    with scopes_disabled():
        assert Evidence.objects.count() == 1


def test_a_picture_is_given_so_that_nothing_in_it_can_run(
    organisation: Organisation, place: int, yanis: User, tab: Client
) -> None:
    picture = with_picture(secured(organisation, place, yanis), png(40, 30))
    answer = tab.get(f"/evidence/pictures/{picture.pk}/")
    assert answer.content == png(40, 30)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer["Cache-Control"]


def test_a_file_that_became_something_else_is_not_given(
    organisation: Organisation, place: int, yanis: User, tab: Client
) -> None:
    picture = with_picture(secured(organisation, place, yanis), png())
    pictures.path_of(picture.sha256).write_bytes(b"<svg onload=alert(1)>")
    assert tab.get(f"/evidence/pictures/{picture.pk}/").status_code == 404


def test_the_snapshot_is_given_byte_for_byte(
    organisation: Organisation, place: int, yanis: User, tab: Client
) -> None:
    piece = secured(organisation, place, yanis)
    answer = tab.get(f"/evidence/{piece.pk}/snapshot.json")
    assert hashlib.sha256(answer.content).hexdigest() == piece.sha256
    assert answer["Content-Disposition"].startswith("attachment")


def test_the_page_on_paper_says_the_post_its_hash_and_its_place(
    organisation: Organisation, place: int, yanis: User, tab: Client
) -> None:
    piece = secured(organisation, place, yanis)
    with_picture(piece, png(40, 30))
    answer = tab.get(f"/evidence/{piece.pk}/page.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
    for expected in (TEXT, "Jeanne Lemoine", piece.sha256[:20], str(piece.journal_place)):
        assert expected in text, expected
    assert tab.get(f"/evidence/{piece.pk}/page.png").content.startswith(b"\x89PNG")


def test_what_a_stranger_wrote_stays_text_on_every_page(
    organisation: Organisation, watch: Watch, yanis: User, tab: Client
) -> None:
    place = store_mention(
        watch,
        HOSTILE,
        NIGHT,
        author_name=HOSTILE,
        title=HOSTILE,
        url="javascript:alert(1)",
        media="[1, null]",
    )
    piece = secured(organisation, place, yanis, why=HOSTILE)
    for address in ("/evidence/", f"/evidence/{piece.pk}/", f"/mentions/{place}/", "/explore/"):
        page = said(tab, address)
        assert "<script>alert" not in page, address
        assert 'href="javascript' not in page, address
    text = pypdf.PdfReader(io.BytesIO(tab.get(f"/evidence/{piece.pk}/page.pdf").content)).pages[0]
    assert "#panic" in text.extract_text()


def test_an_insult_is_blurred_until_asked_for_and_who_asks_is_counted_where(
    organisation: Organisation, watch: Watch, yanis: User, tab: Client
) -> None:
    place = store_mention(watch, "Bande de connards, crevez tous", NIGHT)
    piece = secured(organisation, place, yanis)
    for address in ("/evidence/", f"/evidence/{piece.pk}/", "/explore/", f"/mentions/{place}/"):
        page = said(tab, address)
        assert "blurred" in page, address
        assert f'data-revealed="{place}"' in page, address


def test_pieces_are_found_by_words_author_reason_brand_and_network(
    organisation: Organisation, watch: Watch, yanis: User, tab: Client
) -> None:
    secured(
        organisation,
        store_mention(watch, "Pain brûlé", NIGHT, id="x:1", author_name="Ali"),
        yanis,
        why="Avocat",
    )
    secured(organisation, store_mention(watch, TEXT, NIGHT, id="x:2", network="facebook"), yanis)
    for query, found, missing in (
        ("q=brûlé", "Pain brûlé", TEXT),
        ("q=Ali", "Pain brûlé", TEXT),
        ("q=avocat", "Pain brûlé", TEXT),
        ("network=facebook", TEXT, "Pain brûlé"),
        ("brand=maison-berthier&q=verre", TEXT, "Pain brûlé"),
    ):
        page = said(tab, f"/evidence/?{query}")
        assert found in page, query
        assert missing not in page, query
    assert "No piece fits" in said(tab, "/evidence/?brand=nobody&q=%00%25'&room=x&page=999")


def test_a_room_lists_its_own_pieces(  # noqa: PLR0917 - each is a fixture
    organisation: Organisation,
    brand: Brand,
    watch: Watch,
    yanis: User,
    claire: User,
    tab: Client,
    stranger: Client,
) -> None:
    secured(organisation, store_mention(watch, "Avant la cellule", NIGHT, id="x:1"), yanis)
    with scope(organisation=organisation):
        room = Crisis.objects.create(
            organisation=organisation,
            brand=brand,
            title="Verre",
            onset_at=NIGHT,
            opened_at=NIGHT,
            opened_by=claire,
        )
    secured(organisation, store_mention(watch, TEXT, NIGHT, id="x:2"), yanis)
    page = said(tab, f"/rooms/{room.pk}/evidence/")
    assert TEXT in page
    assert "Avant la cellule" not in page
    assert stranger.get(f"/rooms/{room.pk}/evidence/").status_code == 404


def test_an_archive_holds_everything_and_its_hashes_hold(
    organisation: Organisation, place: int, yanis: User, tab: Client
) -> None:
    piece = secured(organisation, place, yanis, why="Pour l’avocat")
    with_picture(piece, png(40, 30))
    answer = tab.post("/evidence/export/", follow=True)
    assert "being made" in answer.content.decode()
    Clock().run_due()
    with scopes_disabled():
        bundle = Bundle.objects.get()
    body = b"".join(tab.get(f"/evidence/export/{bundle.pk}/file/").streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(body).hexdigest() == bundle.sha256
    archive = zipfile.ZipFile(io.BytesIO(body))
    manifest = json.loads(archive.read("manifest.json"))
    (listed,) = manifest["pieces"]
    assert listed["sha256"] == piece.sha256
    assert listed["journal"] == {"place": piece.journal_place, "hash": piece.journal_hash}
    assert len(listed["files"]) == 3
    for name, sha256 in listed["files"].items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256, name
    assert manifest["journal"]["hash"] == journal.head(organisation)[1]
    assert "sha256sum" in archive.read("LISEZMOI.txt").decode()
    assert manifest["journal"]["hash"] in archive.read("README.txt").decode()


def test_exporting_is_in_the_journal_and_archives_do_not_stay_for_ever(  # noqa: PLR0917 - each is a fixture
    organisation: Organisation, place: int, yanis: User, tab: Client, time: SimulatedTime, tmp_path: Path
) -> None:
    secured(organisation, place, yanis)
    tab.post("/evidence/export/")
    Clock().run_due()
    entries = journal.entries(organisation).filter(verb="crisis.evidence_exported")
    assert "1" in entries.get().sentence
    assert list((tmp_path / "exports").glob("*.zip"))
    time.advance(days=8)
    from tocsin.crisis import bundling  # noqa: PLC0415 - see the name of the test

    assert bundling.forget() == 1
    assert not list((tmp_path / "exports").glob("*.zip"))


def test_nothing_to_export_says_so(tab: Client) -> None:
    answer = tab.post("/evidence/export/", follow=True)
    assert "no piece to export" in answer.content.decode()


def test_the_posts_of_a_narrative_are_secured_together(
    organisation: Organisation, watch: Watch, tab: Client
) -> None:
    for number in range(30):
        store_mention(watch, f"Verre dans le pain, copie {number}", NIGHT, id=f"x:{number}", narrative=77)
    page = said(tab, "/explore/?narrative=77")
    assert 'action="/evidence/narrative/77/"' in page
    answer = tab.post("/evidence/narrative/77/", follow=True)
    assert "0 of 30" in answer.content.decode()
    Clock().run_due()
    assert "30 of 30" in said(tab, answer.redirect_chain[-1][0])
    with scopes_disabled():
        assert Evidence.objects.count() == 30


@pytest.mark.parametrize("key", ["x", "-", "99999999999999999999999", "1e9", "%00", "٣"])
def test_a_narrative_that_is_none_is_not_there(tab: Client, key: str) -> None:
    assert tab.post(f"/evidence/narrative/{key}/").status_code == 404


def test_the_explorer_withstands_a_narrative_that_is_none(tab: Client, place: int) -> None:
    for value in ("a/b", "' OR 1=1", "99999999999999999999999"):
        assert tab.get("/explore/", {"narrative": value}).status_code == 200


def test_a_lead_erases_a_piece_with_a_reason_and_the_journal_keeps_the_hash(  # noqa: PLR0917 - fixtures
    organisation: Organisation,
    place: int,
    yanis: User,
    claire: User,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    piece = secured(organisation, place, yanis)
    picture = with_picture(piece, png())
    client.force_login(yanis)
    assert client.post(f"/evidence/{piece.pk}/discard/", {"reason": "X"}).status_code == 403
    client.force_login(claire)
    client.post(f"/evidence/{piece.pk}/discard/", {"reason": "  "})
    with scopes_disabled():
        assert Evidence.objects.filter(pk=piece.pk).exists()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/evidence/{piece.pk}/discard/", {"reason": "Demande de Jeanne Lemoine"})
        assert not Evidence.objects.exists()
    assert not pictures.path_of(picture.sha256).exists()
    entry = journal.entries(organisation).get(verb="crisis.evidence_discarded")
    assert (entry.data["sha256"], entry.data["why"]) == (piece.sha256, "Demande de Jeanne Lemoine")
