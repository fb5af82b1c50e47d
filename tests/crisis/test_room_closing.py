"""How a room ends: what is met is said, what is not needs a reason, and everybody who came is told."""

from __future__ import annotations

import pytest

from tests.crisis.conftest import NIGHT
from tocsin.accounts.models import Organisation, User
from tocsin.alerts.models import Vigilance
from tocsin.callout.models import Call, CallOut, RoleCall
from tocsin.crisis import actions, closing, log, questions, tasks, telling
from tocsin.crisis.models import Crisis
from tocsin.crisis.recording import RoomClosed
from tocsin.gate.models import Outgoing
from tocsin.plan.models import Contact

pytestmark = pytest.mark.django_db


def met(crisis: Crisis) -> dict[str, bool]:
    return {one.code: one.met for one in closing.criteria(crisis)}


def test_what_the_plan_says_is_ticked_by_people_and_the_rest_is_looked_up(
    crisis: Crisis, claire: User
) -> None:
    scenario = actions.scenario_of(crisis)
    assert scenario is not None
    first = scenario.ends[0].id
    assert set(met(crisis)) == {
        *(f"plan:{one.id}" for one in scenario.ends),
        "vigilance",
        "questions",
        "tasks",
    }
    crisis = closing.meet(crisis, first, claire, met=True)
    assert met(crisis)[f"plan:{first}"]
    crisis = closing.meet(crisis, first, claire, met=False)
    assert not met(crisis)[f"plan:{first}"]
    assert closing.meet(crisis, "no-such-end", claire, met=True).ends_met == []


def test_vigilance_questions_tasks_and_call_out_are_as_they_are(
    bare: Crisis, organisation: Organisation, claire: User
) -> None:
    assert met(bare) == {"vigilance": True, "questions": True, "tasks": True}
    Vigilance.objects.create(organisation=organisation, brand=bare.brand, level="orange", since=NIGHT)
    question, _entry = questions.ask(bare, claire, "Y a-t-il des blessés ?")
    task = tasks.add(bare, "Appeler la mairie", claire)
    assert met(bare) == {"vigilance": False, "questions": False, "tasks": False}
    Vigilance.objects.update(level="yellow")
    questions.answer(question, claire, "Non.")
    tasks.done(task, claire)
    assert all(met(bare).values())


def test_closing_needs_a_note_and_a_reason_for_what_is_not_met(crisis: Crisis, claire: User) -> None:
    for note, reason in (("", "Le reste suit"), ("Le lot est retiré", ""), ("  ", " "), ("x" * 4001, "y")):
        with pytest.raises(tasks.NotSaid):
            closing.close(crisis, claire, note, reason=reason)
    crisis.refresh_from_db()
    assert crisis.state == "open"
    closed = closing.close(crisis, claire, "Le lot est retiré", reason="Le reste suit au laboratoire")
    assert (closed.state, closed.closed_by, closed.closed_at) == ("closed", claire, NIGHT)
    assert not closed.watchkeepers.filter(ended_at=None).exists()
    line = log.lines(closed)[-1]
    assert line.verb == "crisis.closed"
    assert line.entry.data["why"] == "Le reste suit au laboratoire"
    with pytest.raises(RoomClosed):
        closing.close(crisis, claire, "Encore")


def test_a_responder_closes_nothing(crisis: Crisis, yanis: User, claire: User) -> None:
    with pytest.raises(closing.NotYours):
        closing.close(crisis, yanis, "Fini", reason="Fini")
    closing.close(crisis, claire, "Fini", reason="Fini", tell=False)
    with pytest.raises(closing.NotYours):
        closing.reopen(crisis, yanis)


def test_everybody_who_was_called_or_is_on_is_told_once(
    crisis: Crisis, claire: User, nadia: Contact, yanis_contact: Contact
) -> None:
    callout = CallOut.objects.create(
        organisation=crisis.organisation, brand=crisis.brand, scenario="contamination", launched_at=NIGHT
    )
    role = RoleCall.objects.create(callout=callout, organisation=crisis.organisation, role="quality")
    for rank, (contact, called) in enumerate(((nadia, NIGHT), (yanis_contact, None))):
        Call.objects.create(
            role_call=role,
            callout=callout,
            organisation=crisis.organisation,
            contact=contact,
            name=contact.name,
            why="seat",
            rank=rank,
            called_at=called,
        )
    crisis.callout = callout
    crisis.save()
    log.write(crisis, claire, "/qui Nadia arrive")
    log.write(crisis, claire, "/qui Docteur Mallet arrive")
    assert {one.name for one in telling.called_or_on(crisis)} == {"Nadia Benali", "Claire Vasseur"}
    closing.close(crisis, claire, "Fini", reason="Fini")
    rows = Outgoing.objects.filter(template="crisis.stood_down")
    assert sorted(rows.values_list("addressee", flat=True)) == [
        "claire@maison-berthier.test",
        "nadia@maison-berthier.test",
    ]
    assert "03" in rows[0].body


def test_a_room_is_taken_up_again_unless_another_one_stands_for_its_scenario(
    crisis: Crisis, claire: User
) -> None:
    closing.close(crisis, claire, "Fini", reason="Fini", tell=False)
    again = closing.reopen(crisis, claire)
    assert (again.state, again.closed_at) == ("open", None)
    assert log.lines(again)[-1].verb == "crisis.reopened"
    closing.close(again, claire, "Fini", reason="Fini", tell=False)
    actions.open_room(crisis.brand, claire, title="Encore", scenario="contamination", level="orange")
    with pytest.raises(actions.AlreadyOpen):
        closing.reopen(again, claire)


def test_what_the_log_says_of_a_closed_room_ends_with_it(crisis: Crisis, claire: User) -> None:
    closing.close(crisis, claire, "Fini", reason="Fini", tell=False)
    other = actions.open_room(crisis.brand, claire, title="Encore", scenario="contamination", level="orange")
    log.write(other, claire, "/décision On recommence")
    assert "On recommence" not in {line.text for line in log.lines(crisis)}
