"""Whoever looks at too much abuse, or is on for too long, is told to rest: by counts alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import actions, resting
from tocsin.crisis.models import Exposure
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db
INSULT = "Bande de connards, crevez tous"


def insult(watch: Watch, number: int = 0) -> int:
    return store_mention(watch, f"{INSULT} {number}", NIGHT, id=f"x:{number}")


def look(inside: Organisation, watch: Watch, user: User, count: int) -> None:
    for number in range(count):
        resting.revealed(inside, user, insult(watch, number))


def test_a_post_counts_once_a_day(
    inside: Organisation, watch: Watch, yanis: User, time: SimulatedTime
) -> None:
    place = insult(watch)
    assert resting.revealed(inside, yanis, place)
    assert not resting.revealed(inside, yanis, place)
    time.advance(hours=22)  # the next day has begun in Paris
    assert resting.revealed(inside, yanis, place)
    assert Exposure.objects.count() == 2


def test_an_ordinary_post_or_one_of_nobody_counts_for_nobody(
    inside: Organisation, watch: Watch, yanis: User, other_organisation: Organisation
) -> None:
    assert not resting.revealed(inside, yanis, store_mention(watch, "Votre pain est trop cuit", NIGHT))
    assert not resting.revealed(inside, yanis, 12345)
    assert not resting.revealed(other_organisation, yanis, insult(watch))
    with scopes_disabled():
        assert not Exposure.objects.exists()


def test_too_many_within_an_hour_and_somebody_is_told_to_pause(
    inside: Organisation, watch: Watch, yanis: User, claire: User, time: SimulatedTime
) -> None:
    look(inside, watch, yanis, resting.REVEALED - 1)
    assert resting.advice(yanis, inside) is None
    resting.revealed(inside, yanis, insult(watch, 99))
    advice = resting.advice(yanis, inside)
    assert advice is not None
    assert (advice.user, advice.since, advice.others) == (yanis, NIGHT, ["Claire Vasseur"])
    assert resting.advice(claire, inside) is None
    time.advance(hours=1)
    assert resting.advice(yanis, inside) is None


def test_two_hours_at_a_stretch_are_enough_and_a_pause_ends_them(
    inside: Organisation, watch: Watch, yanis: User, time: SimulatedTime
) -> None:
    for number in range(9):
        resting.revealed(inside, yanis, insult(watch, number))
        time.advance(minutes=15)
    advice = resting.advice(yanis, inside)
    assert advice is not None
    assert advice.since == NIGHT + resting.EXPOSED
    time.advance(minutes=6)
    assert resting.advice(yanis, inside) is None


def test_after_eight_hours_in_a_room_somebody_is_told_to_rest(
    inside: Organisation, brand: Brand, yanis: User, claire: User, time: SimulatedTime
) -> None:
    actions.open_room(brand, yanis, title="Verre dans le pain", level="red", onset_at=NIGHT)
    time.advance(hours=7, minutes=59)
    assert resting.told(inside) == []
    time.advance(minutes=1)
    (told,) = resting.told(inside)
    assert (told.user, told.since) == (yanis, NIGHT + timedelta(hours=8))
    assert "Claire Vasseur" in told.others


def test_counts_are_gone_after_a_month(
    inside: Organisation, watch: Watch, yanis: User, time: SimulatedTime
) -> None:
    look(inside, watch, yanis, 3)
    time.advance(days=29)
    assert resting.forget() == 0
    time.advance(days=2)
    assert resting.forget() == 3


def test_revealing_is_counted_from_the_page(
    inside: Organisation, watch: Watch, yanis: User, paul: User, client: Client
) -> None:
    place = insult(watch)
    client.force_login(yanis)
    assert client.post("/rest/revealed/", {"post": place}).status_code == 204
    for value in ("", "x", "-1", "9" * 30, "9223372036854775808", "%00"):
        assert client.post("/rest/revealed/", {"post": value}).status_code == 204
    client.force_login(paul)
    client.post("/rest/revealed/", {"post": place})
    assert list(Exposure.objects.values_list("user", "post")) == [(yanis.pk, place)]
    assert client.get("/rest/revealed/").status_code == 405


def test_a_lead_sees_who_and_since_when_and_no_count(
    inside: Organisation, watch: Watch, yanis: User, claire: User, client: Client
) -> None:
    look(inside, watch, yanis, resting.REVEALED + 3)
    client.force_login(claire)
    page = client.get("/rest/").content.decode()
    assert "Yanis Morel" in page
    assert ">13<" not in page
    client.force_login(yanis)
    own = client.get("/rest/").content.decode()
    assert ">13<" in own
    assert "Told to rest" not in own


def test_nobody_who_is_tired_too_is_named_to_take_over(
    inside: Organisation, watch: Watch, yanis: User, claire: User
) -> None:
    for place in [insult(watch, number) for number in range(resting.REVEALED)]:
        resting.revealed(inside, yanis, place)
        resting.revealed(inside, claire, place)
    advice = resting.advice(yanis, inside)
    assert advice is not None
    assert advice.others == []


def test_the_banner_tells_the_person_everywhere_and_the_lead_in_rooms_alone(
    inside: Organisation, watch: Watch, yanis: User, claire: User, client: Client
) -> None:
    look(inside, watch, yanis, resting.REVEALED)
    client.force_login(yanis)
    assert "It is time to pause" in client.get("/explore/").content.decode()
    client.force_login(claire)
    assert "Yanis Morel (" in client.get("/freeze/").content.decode()
    assert "Yanis Morel (" not in client.get("/explore/").content.decode()


def test_another_company_hears_nothing(
    inside: Organisation, watch: Watch, yanis: User, other_organisation: Organisation, client: Client
) -> None:
    look(inside, watch, yanis, resting.REVEALED)
    client.force_login(member(other_organisation, "Marc", "marc@lacaze.test", "lead").user)
    assert "Yanis" not in client.get("/rest/").content.decode()
