"""The tasks of a room: they come with their times, somebody does them, and late is said when it is late."""

from __future__ import annotations

from datetime import time as clock_time
from datetime import timedelta

import pytest
from django.utils.translation import override

from tests.crisis.conftest import NIGHT, run_clock
from tocsin.accounts.models import Organisation, User
from tocsin.callout.models import Call, CallOut, RoleCall
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import actions, closing, log, presence, selectors, tasks
from tocsin.crisis.models import Crisis, RoomTask
from tocsin.crisis.recording import ChangedMeanwhile, RoomClosed
from tocsin.gate import actions as gate
from tocsin.gate.models import Outgoing
from tocsin.plan import actions as plans
from tocsin.plan.models import Contact, Plan
from tocsin.watch.models import Brand

pytestmark = pytest.mark.django_db


def verbs(crisis: Crisis) -> list[str]:
    return [line.verb for line in log.lines(crisis)]


def told(template: str) -> list[str]:
    return sorted(Outgoing.objects.filter(template=template).values_list("addressee", flat=True))


def task_of(crisis: Crisis, source: str) -> RoomTask:
    found: RoomTask = crisis.tasks.get(source=source)
    return found


def test_the_protocol_stands_in_the_room_with_its_times(crisis: Crisis) -> None:
    withdraw = task_of(crisis, "withdraw")
    assert withdraw.due_at == NIGHT + timedelta(minutes=15)
    assert withdraw.after == ["decide"]
    assert withdraw.message == "frontline/sheet"
    assert all(not point["done_at"] for point in withdraw.checklist)
    assert [row.position for row in crisis.tasks.all()] == list(range(1, crisis.tasks.count() + 1))


def test_times_are_counted_from_the_call_out(seated: Plan, brand: Brand, claire: User) -> None:
    callout = CallOut.objects.create(
        organisation=brand.organisation,
        brand=brand,
        plan=seated,
        version=seated.versions.get(state="in_force"),
        scenario="contamination",
        launched_at=NIGHT - timedelta(minutes=6),
    )
    crisis = actions.open_room(
        brand, claire, title="Du verre", scenario="contamination", level="red", callout=callout
    )
    assert task_of(crisis, "withdraw").due_at == NIGHT + timedelta(minutes=9)


def test_what_the_law_asks_for_is_a_task_with_its_hours(
    inside: Organisation, brand: Brand, claire: User, yanis: User
) -> None:
    draft = plans.begin(brand, yanis, ["data-leak"], ["fr"])
    plans.propose(draft, yanis, "Première version")
    plans.approve(draft, claire, revision=draft.revision)
    crisis = actions.open_room(brand, claire, title="Fuite", scenario="data-leak", level="red")
    authority = task_of(crisis, "duty-breach-authority")
    assert authority.due_at == NIGHT + timedelta(hours=72)
    assert authority.role == "legal"
    assert any("avocat" in point["words"]["fr"] for point in authority.checklist)


def test_tasks_go_from_later_to_next_to_now(crisis: Crisis, time: SimulatedTime) -> None:
    def group(source: str) -> str:
        return next(one.group for one in selectors.room(crisis).tasks if one.row.source == source)

    assert [group(name) for name in ("answer", "withdraw", "call", "findings", "return")] == [
        "now",
        "now",
        "next",
        "later",
        "later",
    ]
    time.advance(minutes=10)
    assert group("call") == "now"
    time.advance(minutes=60)
    assert group("findings") == "next"


def test_one_s_own_tasks_come_first(crisis: Crisis, yanis: User, yanis_contact: Contact) -> None:
    tasks.give(task_of(crisis, "withdraw"), yanis_contact, yanis)
    room = selectors.room(crisis, yanis)
    now = room.group("now")
    assert [one.mine for one in now] == sorted((one.mine for one in now), reverse=True)
    assert "withdraw" in {one.row.source for one in room.mine}


def test_who_comes_for_a_role_does_its_tasks(
    crisis: Crisis, yanis: User, yanis_contact: Contact, nadia: Contact
) -> None:
    def doer() -> tuple[str, bool]:
        found = next(one.doer for one in selectors.room(crisis).tasks if one.row.source == "decide")
        assert found is not None
        return found.name, found.comes

    assert doer() == ("Nadia Benali", False)
    callout = CallOut.objects.create(
        organisation=crisis.organisation, brand=crisis.brand, scenario="contamination", launched_at=NIGHT
    )
    role = RoleCall.objects.create(callout=callout, organisation=crisis.organisation, role="director")
    Call.objects.create(
        role_call=role,
        callout=callout,
        organisation=crisis.organisation,
        contact=yanis_contact,
        name="Yanis Morel",
        why="deputy",
        state="coming",
        answered_at=NIGHT,
    )
    crisis.callout = callout
    crisis.save()
    assert doer() == ("Yanis Morel", True)


def test_a_task_is_late_exactly_when_its_time_comes_and_told_once(
    crisis: Crisis, claire: User, time: SimulatedTime
) -> None:
    withdraw = task_of(crisis, "withdraw")
    for other in crisis.tasks.exclude(pk=withdraw.pk):
        tasks.done(other, claire)
    time.advance(minutes=14, seconds=59)
    run_clock()
    withdraw.refresh_from_db()
    assert withdraw.late_since is None
    time.advance(seconds=1)
    run_clock()
    withdraw.refresh_from_db()
    assert withdraw.late_since == NIGHT + timedelta(minutes=15)
    assert told("crisis.task_late") == ["claire@maison-berthier.test", "nadia@maison-berthier.test"]
    assert verbs(crisis).count("crisis.task_late") == 1
    time.advance(hours=3)
    run_clock()
    assert verbs(crisis).count("crisis.task_late") == 1
    assert len(told("crisis.task_late")) == 2
    assert selectors.strip(crisis.organisation)[0].late == 1


def test_nothing_is_late_while_people_still_read_the_call(crisis: Crisis, time: SimulatedTime) -> None:
    time.advance(minutes=4, seconds=59)
    run_clock()
    assert selectors.room(crisis).late == []
    assert told("crisis.task_late") == []
    time.advance(seconds=1)
    run_clock()
    assert {one.row.source for one in selectors.room(crisis).late} >= {"answer", "freeze"}
    assert told("crisis.task_late")


def test_what_is_done_in_time_is_never_late(crisis: Crisis, claire: User, time: SimulatedTime) -> None:
    for task in crisis.tasks.all():
        tasks.done(task, claire)
    time.advance(days=2)
    run_clock()
    assert "crisis.task_late" not in verbs(crisis)


def test_what_is_taken_up_again_after_its_time_is_late_at_once(
    crisis: Crisis, task: RoomTask, claire: User, time: SimulatedTime
) -> None:
    task = tasks.done(task, claire)
    time.advance(hours=1)
    run_clock()
    tasks.undo(task, claire)
    run_clock()
    task.refresh_from_db()
    assert task.late_since is not None


def test_more_time_moves_the_deadline(crisis: Crisis, claire: User, time: SimulatedTime) -> None:
    withdraw = task_of(crisis, "withdraw")

    def is_late() -> bool:
        run_clock()
        withdraw.refresh_from_db()
        return withdraw.late_since is not None

    time.advance(minutes=20)
    assert is_late()
    tasks.postpone(withdraw, NIGHT + timedelta(hours=5), claire, "Les magasins ouvrent à 7 h")
    assert not is_late()
    time.advance(hours=4)
    assert not is_late()
    time.advance(hours=1)
    assert is_late()
    with pytest.raises(tasks.NotSaid):
        tasks.postpone(withdraw, NIGHT, claire, "hier")


def test_the_message_about_a_late_task_is_in_the_reader_s_language(
    crisis: Crisis, yanis: User, yanis_contact: Contact, time: SimulatedTime
) -> None:
    lot = tasks.give(task_of(crisis, "lot"), yanis_contact, yanis)
    time.advance(minutes=10)
    run_clock()
    rows = Outgoing.objects.filter(key__startswith=f"crisis.task_late:{crisis.pk}:{lot.pk}:")
    by_person = {row.addressee: row for row in rows}
    assert by_person["yanis@maison-berthier.test"].subject.startswith("Late: Trace the batch")
    assert by_person["claire@maison-berthier.test"].subject.startswith("En retard\u00a0: Retrouver le lot")
    assert "22/11 à 03" in by_person["claire@maison-berthier.test"].body
    assert f"/rooms/{crisis.pk}/" in by_person["claire@maison-berthier.test"].body


def test_nobody_wakes_to_a_message_about_what_was_settled_in_the_night(
    crisis: Crisis, claire: User, time: SimulatedTime
) -> None:
    gate.set_quiet_hours(crisis.organisation, claire, clock_time(22), clock_time(7))
    withdraw, lot = task_of(crisis, "withdraw"), task_of(crisis, "lot")
    time.advance(minutes=20)
    run_clock()

    def held(task: RoomTask) -> set[str]:
        rows = Outgoing.objects.filter(key__startswith=f"crisis.task_late:{crisis.pk}:{task.pk}:")
        return set(rows.values_list("state", flat=True))

    assert (held(withdraw), held(lot)) == ({"waiting"}, {"waiting"})
    tasks.done(task_of(crisis, "withdraw"), claire)
    assert (held(withdraw), held(lot)) == ({"withdrawn"}, {"waiting"})
    closing.close(crisis, claire, "Fausse alerte", reason="Rien à faire")
    assert held(lot) == {"withdrawn"}


def test_who_is_faster_wins_and_the_other_is_told(
    crisis: Crisis, task: RoomTask, claire: User, yanis: User
) -> None:
    seen = task.revision
    tasks.take(task, claire, revision=seen)
    with override("en"), pytest.raises(ChangedMeanwhile, match="Claire Vasseur is doing this task since"):
        tasks.take(task, yanis, revision=seen)
    with override("en"), pytest.raises(ChangedMeanwhile, match="Nothing of yours was kept"):
        tasks.skip(task, yanis, "Sans objet", revision=seen)
    task.refresh_from_db()
    assert (task.state, task.taken_by) == ("doing", claire)
    assert "crisis.task_skipped" not in verbs(crisis)


def test_two_people_tick_two_points_at_once(crisis: Crisis, claire: User, yanis: User) -> None:
    withdraw = task_of(crisis, "withdraw")
    first, second = (point["id"] for point in withdraw.checklist)
    tasks.check(withdraw, first, claire)
    tasks.check(withdraw, second, yanis)
    tasks.check(withdraw, second, claire)
    withdraw.refresh_from_db()
    assert [point["done_by"] for point in withdraw.checklist] == ["Claire Vasseur", "Yanis Morel"]
    assert verbs(crisis).count("crisis.point_ticked") == 2
    tasks.check(withdraw, first, yanis, ticked=False)
    withdraw.refresh_from_db()
    assert not withdraw.checklist[0]["done_at"]
    with pytest.raises(ChangedMeanwhile):
        tasks.check(withdraw, "nothing", yanis)


def test_leaving_out_needs_a_reason_and_can_be_taken_back(task: RoomTask, claire: User) -> None:
    for reason in ("", "  \n "):
        with pytest.raises(tasks.NotSaid):
            tasks.skip(task, claire, reason)
    with pytest.raises(tasks.NotSaid):
        tasks.skip(task, claire, "x" * 301)
    row = tasks.skip(task, claire, "Personne n’est malade")
    assert (row.state, row.reason) == ("skipped", "Personne n’est malade")
    row = tasks.undo(row, claire)
    assert (row.state, row.reason, row.settled_by) == ("todo", "", None)


def test_tasks_before_are_said_and_hinder_nobody(crisis: Crisis, claire: User) -> None:
    withdraw = task_of(crisis, "withdraw")

    def waits() -> list[str]:
        shown = next(one for one in selectors.room(crisis).tasks if one.row.pk == withdraw.pk)
        return [row.source for row in shown.waits]

    assert waits() == ["decide"]
    tasks.done(task_of(crisis, "decide"), claire)
    assert waits() == []
    assert tasks.done(withdraw, claire).state == "done"


def test_a_task_is_added_by_hand_with_its_deadline(
    bare: Crisis, claire: User, nadia: Contact, time: SimulatedTime
) -> None:
    due = NIGHT + timedelta(minutes=30)
    task = tasks.add(bare, "  Prévenir\nle fournisseur ", claire, due_at=due, owner=nadia)
    assert list(task.words.values()) == ["Prévenir le fournisseur"]
    time.advance(minutes=30)
    run_clock()
    task.refresh_from_db()
    assert task.late_since == due
    for words in ("", " \n", "x" * 501):
        with pytest.raises(tasks.NotSaid):
            tasks.add(bare, words, claire)


def test_two_people_see_each_other_for_a_minute(
    crisis: Crisis, task: RoomTask, claire: User, yanis: User, time: SimulatedTime
) -> None:
    assert presence.sign(task, claire) == []
    assert presence.sign(task, yanis) == ["Claire Vasseur"]
    shown = next(one for one in selectors.room(crisis, claire).tasks if one.row.pk == task.pk)
    assert shown.at_work == ["Yanis Morel"]
    time.advance(seconds=59)
    assert presence.sign(task, claire) == ["Yanis Morel"]
    time.advance(seconds=1)
    assert presence.sign(task, claire) == []


def test_a_closed_room_takes_nothing_and_its_deadlines_are_silent(
    crisis: Crisis, task: RoomTask, claire: User, time: SimulatedTime
) -> None:
    closing.close(crisis, claire, "Fausse piste", reason="Photo ancienne", tell=False)
    with pytest.raises(RoomClosed):
        tasks.done(task, claire)
    with pytest.raises(RoomClosed):
        log.write(crisis, claire, "encore une ligne")
    time.advance(days=1)
    run_clock()
    assert "crisis.task_late" not in verbs(crisis)


def test_a_reopened_room_takes_its_deadlines_up_again(
    crisis: Crisis, claire: User, time: SimulatedTime
) -> None:
    closing.close(crisis, claire, "Fausse piste", reason="Photo ancienne", tell=False)
    time.advance(minutes=16)
    run_clock()
    closing.reopen(crisis, claire)
    run_clock()
    assert task_of(crisis, "withdraw").late_since == NIGHT + timedelta(minutes=16)


def test_somebody_who_is_deleted_leaves_the_task_to_the_role(
    crisis: Crisis, task: RoomTask, claire: User, nadia: Contact
) -> None:
    tasks.give(task, nadia, claire)
    nadia.delete()
    shown = next(one for one in selectors.room(crisis).tasks if one.row.pk == task.pk)
    assert shown.row.owner is None
    assert shown.doer is None or shown.doer.name != "Nadia Benali"
