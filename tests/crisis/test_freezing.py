"""One press tells every publishing tool to stop, whichever is down; it ends by itself and hides nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scope, scopes_disabled

from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tests.gate.receivers import Received, Receiver
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import freezing, frozen, tools
from tocsin.crisis.models import Crisis, Freeze, Stop, Tool
from tocsin.crisis.recording import ChangedMeanwhile
from tocsin.gate import hooks
from tocsin.gate.models import Outgoing
from tocsin.journal import selectors as journal
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db
FRONT = "/freeze/maison-berthier/"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """The bakery's scheduling tool, on an address that the settings allow."""
    settings.FETCH_PRIVATE = True
    with Receiver() as server:
        yield server


@pytest.fixture
def scheduler(receiver: Receiver, inside: Organisation, claire: User) -> tuple[Tool, str]:
    """The scheduling tool, told by its webhook; with the secret that it checks."""
    hook, secret = hooks.add(inside, claire, name="Agorapulse", url=f"{receiver.url}/tocsin", brand=None)
    tool = tools.save(Tool(organisation=inside, name="Agorapulse", hook=hook), claire)
    return tool, secret


@pytest.fixture
def newsletter(inside: Organisation, claire: User) -> Tool:
    """The newsletter, which somebody has to stop."""
    how = "Brevo, Campagnes, Suspendre"
    return tools.save(Tool(organisation=inside, name="Infolettre", how=how), claire)


@pytest.fixture
def page(client: Client, claire: User) -> Client:
    """Claire's browser, signed in."""
    client.force_login(claire)
    return client


def begin(brand: Brand, user: User, **about: Any) -> Freeze:
    return freezing.begin(brand, user, **{"may_post": ["Claire Vasseur"], "reason": "Verre", **about})


def states(freeze: Freeze) -> dict[str, str]:
    return {one.stop.name: one.state for one in frozen.states(freeze)}


def is_signed(received: Received, secret: str) -> bool:
    values = dict(part.split("=", 1) for part in received.headers["tocsin-signature"].split(","))
    expected = hmac.new(secret.encode(), f"{values['t']}.".encode() + received.body, hashlib.sha256)
    return hmac.compare_digest(expected.hexdigest(), values["v1"])


def test_a_tool_is_told_at_once_and_knows_who_tells_it(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str]
) -> None:
    freeze = begin(brand, claire)
    assert states(freeze) == {"Agorapulse": frozen.TOLD}
    Clock().run_due()
    (received,) = receiver.taken
    assert is_signed(received, scheduler[1])
    told = json.loads(received.body)
    assert told["event"] == "publication.freeze"
    assert told["data"] == {
        "freeze": freeze.pk,
        "revision": 1,
        "brand": "maison-berthier",
        "brand_name": "Maison Berthier",
        "began_at": NIGHT.isoformat(),
        "until": (NIGHT + timedelta(hours=24)).isoformat(),
        "ended_at": None,
        "reason": "Verre",
        "may_post": ["Claire Vasseur"],
    }
    assert states(freeze) == {"Agorapulse": frozen.STOPPED}


def test_pressing_twice_freezes_once_and_tells_only_what_was_added(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str], newsletter: Tool
) -> None:
    first = begin(brand, claire)
    Clock().run_due()
    second_hook, _secret = hooks.add(
        brand.organisation, claire, name="Écrans", url=f"{receiver.url}/screens", brand=None
    )
    tools.save(Tool(organisation=brand.organisation, name="Écrans", hook=second_hook), claire)
    again = begin(brand, claire, reason="Autre", until=NIGHT + timedelta(hours=2))
    Clock().run_due()
    assert (again.pk, again.reason, again.until) == (first.pk, "Verre", NIGHT + timedelta(hours=24))
    assert [one.path for one in receiver.taken] == ["/tocsin", "/screens"]
    assert journal.entries(brand.organisation).filter(verb="crisis.frozen").count() == 1


def test_a_tool_that_is_down_is_shown_and_the_others_stop(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str], newsletter: Tool
) -> None:
    with Receiver(status=410) as dead:
        hook, _secret = hooks.add(brand.organisation, claire, name="Vieux", url=dead.url, brand=None)
        tools.save(Tool(organisation=brand.organisation, name="Vieux", hook=hook, how="Appeler Marc"), claire)
        freeze = begin(brand, claire)
        Clock().run_due()
    assert states(freeze) == {
        "Agorapulse": frozen.STOPPED,
        "Infolettre": frozen.BY_HAND,
        "Vieux": frozen.FAILED,
    }
    assert frozen.left(frozen.states(freeze)) == 2


def test_a_tool_that_cuts_the_line_is_unknown_and_a_person_settles_it(
    brand: Brand, page: Client, claire: User, receiver: Receiver, scheduler: tuple[Tool, str]
) -> None:
    receiver.orders = ["drop"]
    freeze = begin(brand, claire)
    Clock().run_due()
    assert states(freeze) == {"Agorapulse": frozen.UNKNOWN}
    stop = freeze.stops.get()
    page.post(f"{FRONT}tools/{stop.pk}/settle/", {"arrived": "0"})
    Clock().run_due()
    assert states(freeze) == {"Agorapulse": frozen.STOPPED}
    assert len(receiver.taken) == 2
    again = page.post(f"{FRONT}tools/{stop.pk}/settle/", {"arrived": "0"}, follow=True).content.decode()
    assert "Ce message est déjà en route, ou parti" in again
    assert len(receiver.taken) == 2


def test_what_has_no_webhook_is_ticked_by_hand(
    brand: Brand, claire: User, yanis: User, newsletter: Tool
) -> None:
    freeze = begin(brand, claire)
    stop = freezing.stopped_by_hand(freeze.stops.get(), yanis, done=True)
    assert (stop.done_by, stop.done_at) == (yanis, NIGHT)
    assert states(freeze) == {"Infolettre": frozen.STOPPED}
    freezing.stopped_by_hand(stop, claire, done=False)
    assert states(freeze) == {"Infolettre": frozen.BY_HAND}


def test_it_warns_an_hour_before_and_ends_by_itself(  # noqa: PLR0917 - each is a fixture
    brand: Brand,
    claire: User,
    receiver: Receiver,
    scheduler: tuple[Tool, str],
    time: SimulatedTime,
    settings: Any,
) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    freeze = begin(brand, claire)
    Clock().run_due()
    time.advance(hours=23)
    Clock().run_due()
    warned = Outgoing.objects.filter(template="crisis.freeze_soon")
    assert [row.addressee for row in warned] == ["claire@maison-berthier.test"]
    assert frozen.of(brand) is not None
    time.advance(hours=1)
    Clock().run_due()
    freeze.refresh_from_db()
    assert (freeze.ended_at, freeze.ended_by) == (NIGHT + timedelta(hours=24), None)
    assert [json.loads(one.body)["event"] for one in receiver.taken] == [
        "publication.freeze",
        "publication.thaw",
    ]
    assert frozen.of(brand) is None


def test_extending_tells_the_tools_the_new_end_and_the_old_one_passes_by(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str], time: SimulatedTime
) -> None:
    freeze = begin(brand, claire, until=NIGHT + timedelta(hours=2))
    Clock().run_due()
    freezing.extend(freeze, claire, NIGHT + timedelta(hours=48))
    time.advance(hours=3)
    Clock().run_due()
    assert frozen.of(brand) is not None
    told = json.loads(receiver.taken[-1].body)
    assert told["data"]["until"] == (NIGHT + timedelta(hours=48)).isoformat()
    assert told["data"]["revision"] == 2


def test_a_tool_that_was_down_hears_only_what_holds_when_it_is_back(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str], time: SimulatedTime
) -> None:
    receiver.orders = [503, 503]
    freeze = begin(brand, claire)
    Clock().run_due()
    freezing.thaw(freeze, claire)
    Clock().run_due()
    again = begin(brand, claire)
    time.advance(hours=2)
    Clock().run_due()
    told = [(json.loads(one.body)["event"], json.loads(one.body)["data"]["freeze"]) for one in receiver.taken]
    assert told == [
        ("publication.freeze", freeze.pk),
        ("publication.thaw", freeze.pk),
        ("publication.freeze", again.pk),
    ]
    assert states(again) == {"Agorapulse": frozen.STOPPED}


def test_it_ends_early_once(
    brand: Brand, claire: User, receiver: Receiver, scheduler: tuple[Tool, str], newsletter: Tool
) -> None:
    freeze = begin(brand, claire)
    freezing.thaw(freeze, claire)
    with pytest.raises(ChangedMeanwhile):
        freezing.thaw(freeze, claire)
    Clock().run_due()
    assert json.loads(receiver.taken[-1].body)["event"] == "publication.thaw"
    by_name = {one.stop.name: one for one in frozen.states(Freeze.objects.get())}
    assert by_name["Agorapulse"].resumed
    assert not by_name["Infolettre"].resumed
    resumed = freezing.resumed_by_hand(by_name["Infolettre"].stop, claire)
    assert resumed.resumed_by == claire


@pytest.mark.parametrize("hours", [-1, 0, 24 * 31])
def test_a_time_that_makes_no_sense_freezes_nothing(brand: Brand, claire: User, hours: int) -> None:
    with scope(organisation=brand.organisation), pytest.raises(freezing.NoSuchTime):
        begin(brand, claire, until=NIGHT + timedelta(hours=hours))
    with scopes_disabled():
        assert not Freeze.objects.exists()


def test_a_tool_of_another_brand_is_left_alone(
    brand: Brand, claire: User, inside: Organisation, newsletter: Tool
) -> None:
    other = Brand.objects.create(organisation=inside, name="Fournil Berthier", slug="fournil-berthier")
    tools.save(Tool(organisation=inside, brand=other, name="Fournil social"), claire)
    assert set(states(begin(brand, claire))) == {"Infolettre"}


def test_it_belongs_to_the_open_room_and_its_log(brand: Brand, claire: User, inside: Organisation) -> None:
    room = Crisis.objects.create(
        organisation=inside, brand=brand, title="Verre", onset_at=NIGHT, opened_at=NIGHT
    )
    freeze = begin(brand, claire)
    assert freeze.crisis == room
    entry = journal.entries(inside, target=f"crisis.crisis:{room.pk}").get()
    assert "Maison Berthier" in entry.sentence


def test_the_page_freezes_shows_and_lets_go(
    brand: Brand, page: Client, receiver: Receiver, scheduler: tuple[Tool, str], newsletter: Tool
) -> None:
    before = page.get(FRONT).content.decode()
    assert "Agorapulse" in before
    assert "Meta Business Suite" in before
    after = page.post(
        f"{FRONT}begin/",
        {"hours": "24", "reason": "Verre", "may_post": "Claire Vasseur\r\n\r\n<b>Inès</b>\n"},
        follow=True,
    ).content.decode()
    assert "&lt;b&gt;Inès&lt;/b&gt;" in after
    assert "Brevo, Campagnes, Suspendre" in after
    Clock().run_due()
    stop = Stop.objects.get(name="Infolettre")
    page.post(f"{FRONT}tools/{stop.pk}/by-hand/", {"done": "1"})
    assert frozen.left(frozen.states(Freeze.objects.get())) == 0
    page.post(f"{FRONT}thaw/")
    assert Freeze.objects.get().ended_at == NIGHT


def test_the_page_moves_the_end_in_the_time_of_the_house(brand: Brand, page: Client, claire: User) -> None:
    with scope(organisation=brand.organisation):
        begin(brand, claire)
    page.post(f"{FRONT}extend/", {"until": "2026-11-25T08:00"})
    page.post(f"{FRONT}extend/", {"until": "soon"})
    page.post(f"{FRONT}extend/", {"until": "1999-01-01T08:00"})
    with scopes_disabled():
        assert Freeze.objects.get().until.isoformat() == "2026-11-25T07:00:00+00:00"


@pytest.mark.parametrize("hours", ["", "x", "-4", "9999999999", "24.5"])
def test_the_page_refuses_hours_that_are_none(brand: Brand, page: Client, hours: str) -> None:
    assert page.post(f"{FRONT}begin/", {"hours": hours}).status_code == 200
    with scopes_disabled():
        assert not Freeze.objects.exists()


def test_only_an_approver_or_a_lead_freezes(brand: Brand, client: Client, yanis: User) -> None:
    client.force_login(yanis)
    assert client.get(FRONT).status_code == 200
    for step in ("begin", "extend", "thaw"):
        assert client.post(f"{FRONT}{step}/").status_code == 403
    assert client.post("/publishing-tools/add/", {"name": "X"}).status_code == 403
    with scopes_disabled():
        assert not Freeze.objects.exists()
        assert not Tool.objects.exists()


def test_another_company_sees_and_does_nothing(
    brand: Brand, claire: User, other_organisation: Organisation, newsletter: Tool
) -> None:
    freeze = begin(brand, claire)
    stranger = Client()
    stranger.force_login(member(other_organisation, "Marc", "marc@lacaze.test", "administrator").user)
    stop = freeze.stops.get()
    assert stranger.get(FRONT).status_code == 404
    for address in ("begin/", "thaw/", f"tools/{stop.pk}/by-hand/", f"tools/{stop.pk}/again/"):
        assert stranger.post(f"{FRONT}{address}", {"hours": "24", "done": "1"}).status_code == 404
    assert stranger.get(f"/publishing-tools/{newsletter.pk}/").status_code == 404
    assert stranger.post(f"/publishing-tools/{newsletter.pk}/remove/").status_code == 404
    assert "Infolettre" not in stranger.get("/publishing-tools/").content.decode()


def test_tools_are_added_changed_and_removed_and_the_freeze_keeps_their_name(
    brand: Brand, page: Client, claire: User, receiver: Receiver, scheduler: tuple[Tool, str]
) -> None:
    hook = scheduler[0].hook
    assert hook is not None
    page.post("/publishing-tools/add/", {"name": "Écrans", "brand": brand.pk, "hook": hook.pk, "how": ""})
    tool = Tool.objects.get(name="Écrans")
    assert (tool.brand, tool.hook) == (brand, hook)
    freeze = begin(brand, claire)
    page.post(f"/publishing-tools/{tool.pk}/", {"name": "Écrans des boutiques", "how": "Prise murale"})
    page.post(f"/publishing-tools/{tool.pk}/remove/")
    assert set(states(freeze)) == {"Agorapulse", "Écrans"}
    assert not Tool.objects.filter(name__startswith="Écrans").exists()


def test_a_hook_or_brand_of_another_company_cannot_be_chosen(
    page: Client, brand: Brand, receiver: Receiver, other_organisation: Organisation
) -> None:
    boss = member(other_organisation, "Marc", "marc@lacaze.test", "administrator").user
    with scope(organisation=other_organisation):
        hook, _secret = hooks.add(other_organisation, boss, name="À eux", url=receiver.url, brand=None)
        theirs = Brand.objects.create(organisation=other_organisation, name="Lacaze", slug="lacaze")
    page.post("/publishing-tools/add/", {"name": "Vol", "hook": hook.pk})
    page.post("/publishing-tools/add/", {"name": "Vol", "brand": theirs.pk})
    with scopes_disabled():
        assert not Tool.objects.exists()


def test_the_house_names_what_no_freeze_stops(brand: Brand, page: Client) -> None:
    page.post(
        "/publishing-tools/terms/",
        {"beyond": "L’agence Lumen\r\nL’agence Lumen\n" + "x" * 999, "may_post": "Claire Vasseur"},
    )
    with scope(organisation=brand.organisation):
        assert tools.beyond(brand.organisation) == ["L’agence Lumen", "x" * tools.LONGEST_LINE]
        assert tools.may_post(brand.organisation) == ["Claire Vasseur"]
    assert "L’agence Lumen" in page.get(FRONT).content.decode()
