"""A shift hands over what stands: the note comes from the facts, stays as given, and who takes it is on."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation
from django_scopes import scopes_disabled

from tests.conftest import member
from tests.crisis.conftest import NIGHT
from tests.watch.stored import store_mention
from tocsin.accounts.models import Organisation, User
from tocsin.clock.loop import Clock
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import actions, drawing_up, evidence, freezing, handing, keeping, log, shifts
from tocsin.crisis.models import Crisis, Handover, RoomTask, TaskState, Watchkeeper
from tocsin.crisis.recording import ChangedMeanwhile, RoomClosed
from tocsin.crisis.tasks import NotSaid
from tocsin.gate.models import Outgoing
from tocsin.journal import selectors as journal
from tocsin.watch.models import Brand, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(inside: Organisation, brand: Brand, yanis: User) -> Crisis:
    """The room of the glass in the bread, opened by Yanis, who is on."""
    return actions.open_room(brand, yanis, title="Verre dans le pain", level="red", onset_at=NIGHT)


def on(room: Crisis) -> set[str]:
    return set(Watchkeeper.objects.filter(crisis=room, ended_at=None).values_list("name", flat=True))


def keeper(room: Crisis, user: User) -> Watchkeeper:
    return Watchkeeper.objects.get(crisis=room, user=user, ended_at=None)


def test_the_note_says_what_stands(
    room: Crisis, watch: Watch, yanis: User, claire: User, time: SimulatedTime
) -> None:
    log.write(room, yanis, "/décision Retirer le lot 4471 des rayons")
    log.write(room, yanis, "/fait Un morceau de verre de 4 mm confirmé (source: laboratoire)")
    log.write(room, yanis, "/fait Une enfant serait blessée")
    log.write(room, yanis, "/question Quels magasins sont concernés ?")
    RoomTask.objects.create(
        crisis=room,
        organisation=room.organisation,
        words={"fr": "Appeler le laboratoire", "en": "Call the laboratory"},
        due_at=NIGHT + timedelta(minutes=15),
    )
    RoomTask.objects.create(
        crisis=room, organisation=room.organisation, words={"fr": "Fiche boutiques"}, state=TaskState.TODO
    )
    place = store_mention(watch, "Du verre dans ma baguette", NIGHT, sentiment=-1)
    evidence.secure(room.organisation, place, yanis)
    freezing.begin(room.brand, claire, may_post=["Claire"])
    time.advance(hours=1)
    with translation.override("fr"):
        note = drawing_up.draft(Crisis.objects.get(pk=room.pk))
    for expected in (
        "Verre dans le pain",
        "Retirer le lot 4471 des rayons",
        "Une enfant serait blessée",
        "Quels magasins sont concernés",
        "Appeler le laboratoire",
        "Fiche boutiques",
        "Yanis Morel",
    ):
        assert expected in note, expected


def test_an_insult_is_not_repeated_in_the_note(room: Crisis, watch: Watch, time: SimulatedTime) -> None:
    for number in range(3):
        store_mention(watch, f"Bande de connasses {number}", NIGHT + timedelta(minutes=1), narrative=9)
    time.advance(hours=1)
    assert "connasses" not in drawing_up.draft(room)


def test_a_note_stays_as_it_was_given_and_the_journal_holds_its_hash(room: Crisis, yanis: User) -> None:
    note = handing.give(room, yanis, "Rien de neuf.\r\nÀ surveiller : la presse.\n")
    assert note.text == "Rien de neuf.\nÀ surveiller : la presse."
    entry = journal.entries(room.organisation, target=f"crisis.crisis:{room.pk}").get(
        verb="crisis.handed_over"
    )
    assert entry.data["sha256"] == hashlib.sha256(note.text.encode()).hexdigest() == note.sha256
    assert handing.as_given(note)
    Handover.objects.filter(pk=note.pk).update(text="Tout va bien.")
    assert not handing.as_given(Handover.objects.get())


def test_who_takes_over_is_on_and_who_leaves_is_off(room: Crisis, yanis: User, claire: User) -> None:
    note = handing.give(room, yanis, "Rien de neuf.", leaving=[keeper(room, yanis).pk])
    assert on(room) == {"Yanis Morel"}
    handing.take(note, claire)
    assert on(room) == {"Claire Vasseur"}
    note.refresh_from_db()
    assert (note.taken_by, note.taken_at) == (claire, NIGHT)
    assert handing.waiting(room) is None


def test_who_gave_a_note_does_not_take_it(room: Crisis, yanis: User) -> None:
    note = handing.give(room, yanis, "Rien de neuf.")
    with pytest.raises(handing.NotForYou):
        handing.take(note, yanis)
    assert handing.waiting(room) == note


def test_only_one_takes_it(room: Crisis, yanis: User, claire: User, ines: User) -> None:
    note = handing.give(room, yanis, "Rien de neuf.")
    handing.take(note, claire)
    with pytest.raises(ChangedMeanwhile):
        handing.take(note, ines)
    assert on(room) == {"Yanis Morel", "Claire Vasseur"}


def test_one_note_waits_at_a_time_and_may_be_taken_back(room: Crisis, yanis: User, claire: User) -> None:
    note = handing.give(room, yanis, "Rien de neuf.")
    with pytest.raises(ChangedMeanwhile):
        handing.give(room, claire, "Moi aussi.")
    handing.withdraw(note, yanis)
    assert handing.waiting(room) is None
    assert journal.entries(room.organisation).filter(verb="crisis.handover_withdrawn").exists()
    handing.give(room, claire, "Moi aussi.")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (handing.LONGEST + 1)])
def test_a_note_that_says_nothing_or_too_much_is_not_given(room: Crisis, yanis: User, text: str) -> None:
    with pytest.raises(NotSaid):
        handing.give(room, yanis, text)
    assert not Handover.objects.exists()


def test_nothing_is_handed_over_in_a_closed_room(room: Crisis, yanis: User) -> None:
    Crisis.objects.filter(pk=room.pk).update(state="closed", closed_at=NIGHT)
    with pytest.raises(RoomClosed):
        handing.give(room, yanis, "Rien de neuf.")


def test_after_four_hours_a_handover_is_due(
    room: Crisis, yanis: User, claire: User, time: SimulatedTime
) -> None:
    shifts.watch(keeper(room, yanis))
    time.advance(hours=3, minutes=59)
    Clock().run_due()
    assert not Outgoing.objects.filter(template="crisis.handover_due").exists()
    time.advance(minutes=1)
    Clock().run_due()
    told = Outgoing.objects.filter(template="crisis.handover_due")
    assert {row.addressee for row in told} == {"yanis@maison-berthier.test", "claire@maison-berthier.test"}
    entries = journal.entries(room.organisation).filter(verb="crisis.handover_due")
    assert "Yanis Morel" in entries.get().sentence


def test_who_handed_over_and_stays_begins_a_new_shift(
    room: Crisis, yanis: User, claire: User, time: SimulatedTime
) -> None:
    shifts.watch(keeper(room, yanis))
    time.advance(hours=3)
    handing.take(handing.give(room, yanis, "Rien de neuf."), claire)
    time.advance(hours=2)
    Clock().run_due()
    assert not Outgoing.objects.filter(template="crisis.handover_due").exists()
    time.advance(hours=2)
    Clock().run_due()
    assert Outgoing.objects.filter(template="crisis.handover_due").exists()


def test_who_went_off_is_left_in_peace(room: Crisis, yanis: User, time: SimulatedTime) -> None:
    row = keeper(room, yanis)
    shifts.watch(row)
    keeping.go_off(row, yanis)
    time.advance(hours=9)
    Clock().run_due()
    assert not Outgoing.objects.filter(template="crisis.handover_due").exists()


def test_the_pages_lead_from_the_note_to_the_new_shift(
    room: Crisis, client: Client, yanis: User, claire: User
) -> None:
    address = f"/rooms/{room.pk}/handover/"
    client.force_login(yanis)
    page = client.get(address).content.decode()
    assert "Verre dans le pain" in page
    given = {
        "text": "<script>alert(1)</script> rien",
        "leaving": [keeper(room, yanis).pk],
        "taker": claire.pk,
    }
    page = client.post(address, given, follow=True).content.decode()
    assert "&lt;script&gt;" in page
    assert "somebody else reads it" in page
    note = Handover.objects.get()
    client.force_login(claire)
    take = f"{address}{note.pk}/take/"
    client.post(take)
    assert Handover.objects.get().taken_at is None
    client.post(take, {"read": "1"})
    assert Handover.objects.get().taken_by == claire
    assert on(room) == {"Claire Vasseur"}


def test_an_observer_reads_and_another_company_sees_nothing(
    room: Crisis, client: Client, paul: User, yanis: User, other_organisation: Organisation
) -> None:
    note = handing.give(room, yanis, "Le laboratoire rappelle à 15 h.")
    address = f"/rooms/{room.pk}/handover/"
    client.force_login(paul)
    assert "Le laboratoire rappelle" in client.get(address).content.decode()
    assert client.post(f"{address}{note.pk}/take/", {"read": "1"}).status_code == 403
    client.force_login(member(other_organisation, "Marc", "marc@lacaze.test", "administrator").user)
    assert client.get(address).status_code == 404
    assert client.post(f"{address}{note.pk}/take/", {"read": "1"}).status_code == 404
    assert client.post(f"{address}{note.pk}/withdraw/").status_code == 404
    with scopes_disabled():
        assert Handover.objects.get().taken_at is None
