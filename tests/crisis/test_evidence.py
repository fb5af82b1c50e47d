"""A post is secured with all that Tocsin holds of it, and stays what it was whatever becomes of it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django_scopes import scope, scopes_disabled

from tests.crisis.conftest import NIGHT
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.crisis import evidence
from tocsin.crisis.models import Crisis, Evidence, Picture, PictureState, Securing
from tocsin.journal import selectors as journal
from tocsin.stream.post import key_of
from tocsin.watch.models import Brand, Watch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("inside")]
TEXT = "Du verre dans ma baguette Maison Berthier, ma fille s’est coupée."


@pytest.fixture
def place(watch: Watch) -> int:
    """The post of Jeanne, who found glass in her bread."""
    return store_mention(watch, TEXT, NIGHT, author_name="Jeanne Lemoine", likes=412, url="https://x.test/1")


@pytest.fixture
def room(brand: Brand, claire: User) -> Crisis:
    """The open room of the glass in the bread."""
    return Crisis.objects.create(
        organisation=brand.organisation,
        brand=brand,
        title="Verre dans le pain",
        onset_at=NIGHT,
        opened_by=claire,
        opened_at=NIGHT,
    )


def edit(place: int, text: str, minutes: int) -> None:
    seen = int((NIGHT + timedelta(minutes=minutes)).timestamp() * 1000)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO post_version (n, fetched, text) VALUES (%s, %s, %s)", [place, seen, text])


def forget(place: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mention WHERE n = %s", [place])
        cursor.execute("DELETE FROM post WHERE n = %s", [place])


def said(piece: Evidence) -> dict[str, Any]:
    return evidence.values_of(piece)


def test_a_piece_holds_what_was_known_of_the_post(
    organisation: Organisation, yanis: User, place: int
) -> None:
    piece = evidence.secure(organisation, place, yanis, why="Preuve pour l’assureur").piece
    post = said(piece)["post"]
    assert (post["text"], post["author_name"], post["url"]) == (TEXT, "Jeanne Lemoine", "https://x.test/1")
    assert post["figures"] == {"likes": 412, "reposts": None, "replies": None, "views": None}
    assert said(piece)["watches"][0]["name"] == "Maison Berthier"
    assert (piece.secured_by, piece.secured_at, piece.why) == (yanis, NIGHT, "Preuve pour l’assureur")


def test_anybody_can_compute_the_hash_without_tocsin(
    organisation: Organisation, yanis: User, place: int
) -> None:
    piece = evidence.secure(organisation, place, yanis).piece
    again = json.dumps(
        json.loads(piece.snapshot), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()
    assert hashlib.sha256(again).hexdigest() == piece.sha256


def test_securing_is_in_the_journal_and_the_piece_knows_where(
    organisation: Organisation, yanis: User, place: int
) -> None:
    piece = evidence.secure(organisation, place, yanis).piece
    assert journal.head(organisation) == (piece.journal_place, piece.journal_hash)
    entry = journal.entries(organisation, target=f"crisis.evidence:{piece.pk}").get()
    assert entry.data["sha256"] == piece.sha256
    assert "Jeanne Lemoine" in entry.sentence


def test_the_same_post_secured_twice_is_one_piece(
    organisation: Organisation, yanis: User, claire: User, place: int
) -> None:
    first = evidence.secure(organisation, place, yanis)
    second = evidence.secure(organisation, place, claire)
    assert (first.new, second.new, first.piece.pk) == (True, False, second.piece.pk)


def test_more_likes_make_no_new_piece_unless_asked_for(
    organisation: Organisation, yanis: User, place: int
) -> None:
    first = evidence.secure(organisation, place, yanis).piece
    with connection.cursor() as cursor:
        cursor.execute("UPDATE post SET likes = 90000 WHERE n = %s", [place])
    assert evidence.secure(organisation, place, yanis).piece == first
    again = evidence.secure(organisation, place, yanis, again=True)
    assert again.new
    assert said(again.piece)["post"]["figures"]["likes"] == 90000


def test_an_edited_post_is_a_new_piece_with_the_earlier_text(
    organisation: Organisation, yanis: User, place: int
) -> None:
    first = evidence.secure(organisation, place, yanis).piece
    edit(place, "Finalement c’était du sucre.", 5)
    second = evidence.secure(organisation, place, yanis)
    assert second.new
    assert said(second.piece)["post"]["text"] == "Finalement c’était du sucre."
    assert [one["text"] for one in said(second.piece)["earlier_texts"]] == [TEXT]
    standing = evidence.standing(first)
    assert (standing.held, standing.text) == (True, "Finalement c’était du sucre.")


def test_a_piece_survives_the_post(organisation: Organisation, yanis: User, place: int) -> None:
    piece = evidence.secure(organisation, place, yanis).piece
    forget(place)
    assert not evidence.standing(piece).held
    assert said(Evidence.objects.get(pk=piece.pk))["post"]["text"] == TEXT


def test_what_is_gone_cannot_be_secured(organisation: Organisation, yanis: User, place: int) -> None:
    forget(place)
    with pytest.raises(evidence.PostGone):
        evidence.secure(organisation, place, yanis)
    assert not Evidence.objects.exists()


def test_the_thread_is_kept_with_the_post(organisation: Organisation, watch: Watch, yanis: User) -> None:
    first = store_mention(watch, "Vous avez déjà trouvé quelque chose ?", NIGHT, id="x:1")
    answer = store_mention(watch, TEXT, NIGHT + timedelta(minutes=1), id="x:2", parent_key=key_of("x:1"))
    store_mention(watch, "Moi aussi, hier.", NIGHT + timedelta(minutes=2), id="x:3", parent_key=key_of("x:2"))
    piece = evidence.secure(organisation, answer, yanis).piece
    assert [one["id"] for one in said(piece)["answers_to"]] == ["x:1"]
    assert [one["id"] for one in said(piece)["answers"]] == ["x:3"]
    assert [one["id"] for one in said(evidence.secure(organisation, first, yanis).piece)["answers"]] == [
        "x:2"
    ]


def test_a_thread_that_answers_itself_ends(organisation: Organisation, watch: Watch, yanis: User) -> None:
    place = store_mention(watch, TEXT, NIGHT, id="x:1", parent_key=key_of("x:2"))
    store_mention(watch, "…", NIGHT, id="x:2", parent_key=key_of("x:1"), conversation_key=key_of("x:1"))
    assert [one["id"] for one in said(evidence.secure(organisation, place, yanis).piece)["answers_to"]] == [
        "x:2"
    ]


def test_a_post_secured_during_a_crisis_is_of_its_room(
    organisation: Organisation, yanis: User, place: int, room: Crisis
) -> None:
    piece = evidence.secure(organisation, place, yanis).piece
    assert (piece.crisis, list(evidence.of(room))) == (room, [piece])
    assert journal.entries(organisation, target=f"crisis.crisis:{room.pk}").filter(verb="crisis.secured")


def test_a_piece_secured_before_joins_the_room_opened_later(
    organisation: Organisation, brand: Brand, yanis: User, claire: User, place: int
) -> None:
    piece = evidence.secure(organisation, place, yanis).piece
    later = Crisis.objects.create(
        organisation=organisation, brand=brand, title="Verre", onset_at=NIGHT, opened_at=NIGHT
    )
    assert evidence.secure(organisation, place, claire).piece.crisis == later
    piece.refresh_from_db()
    assert piece.crisis == later


def test_nobody_secures_the_post_of_another_company(
    other_organisation: Organisation, organisation: Organisation, yanis: User, place: int
) -> None:
    with scope(organisation=other_organisation), pytest.raises(evidence.PostGone):
        evidence.secure(other_organisation, place, yanis)
    with scopes_disabled():
        assert not Evidence.objects.exists()


@pytest.mark.parametrize(
    "text", ["\u202e" * 40, "{{ x }}<script>alert(1)</script>", "🥖" * 4000, "'; DROP TABLE post; --", ""]
)
def test_whatever_a_stranger_wrote_is_kept_as_it_was(
    organisation: Organisation, watch: Watch, yanis: User, text: str
) -> None:
    place = store_mention(watch, text, NIGHT, media='{"not": "a list"}', rating=float("inf"))
    piece = evidence.secure(organisation, place, yanis).piece
    assert said(piece)["post"]["text"] == text
    assert said(piece)["post"]["media"] == []
    assert hashlib.sha256(piece.snapshot.encode()).hexdigest() == piece.sha256


def test_pictures_are_asked_for_each_address_once_and_not_without_end(
    organisation: Organisation, watch: Watch, yanis: User
) -> None:
    addresses = ["https://a.test/1.jpg"] * 3 + [f"https://a.test/{n}.jpg" for n in range(2, 40)]
    place = store_mention(watch, TEXT, NIGHT, media=json.dumps([*addresses, "https://a.test/" + "x" * 3000]))
    piece = evidence.secure(organisation, place, yanis).piece
    assert piece.pictures.count() == evidence.PICTURES_KEPT
    assert set(Picture.objects.values_list("state", flat=True)) == {PictureState.WAITING}
    assert len(said(piece)["post"]["media"]) == len(addresses) + 1


def test_many_posts_are_secured_by_the_clock_slice_after_slice(
    organisation: Organisation, brand: Brand, watch: Watch, yanis: User
) -> None:
    places = [store_mention(watch, f"Verre, pain {n}", NIGHT, id=f"x:{n}") for n in range(45)]
    order = evidence.secure_many(organisation, [*places, places[0], 12], yanis, what="Alerte", brand=brand)
    evidence.take_slice(order)
    assert Securing.objects.get(pk=order.pk).done == evidence.SLICE
    Clock().run_due()
    order.refresh_from_db()
    assert (order.done, order.made, order.gone) == (46, 45, 1)
    assert order.ended_at == NIGHT
    assert Evidence.objects.count() == 45


def test_no_press_secures_more_than_the_most(organisation: Organisation, yanis: User) -> None:
    order = evidence.secure_many(organisation, range(1, 1000), yanis, what="Récit")
    assert len(order.posts) == evidence.MOST_AT_ONCE


def test_securing_nothing_says_so(organisation: Organisation, yanis: User) -> None:
    with pytest.raises(evidence.NothingToSecure):
        evidence.secure_many(organisation, [], yanis, what="Récit")
