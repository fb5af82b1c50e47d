"""The log: one line at a time, corrected and never overwritten, and whoever alters it is found out."""

from __future__ import annotations

import pytest
from django_scopes import scopes_disabled

from tests.crisis.conftest import NIGHT
from tocsin.accounts.models import User
from tocsin.alerts import recording as alerts
from tocsin.alerts.models import Alert
from tocsin.clock.simulated import SimulatedTime
from tocsin.crisis import actions, facts, keeping, log, questions, tasks
from tocsin.crisis.lines import sealed_until
from tocsin.crisis.models import Crisis, Fact, Question, RoomTask
from tocsin.crisis.recording import ChangedMeanwhile
from tocsin.crisis.showing import message_of
from tocsin.journal import actions as journal
from tocsin.journal.models import Payload
from tocsin.journal.verify import verify
from tocsin.plan.document.slots import slots
from tocsin.plan.models import Contact
from tocsin.watch.models import Watch

pytestmark = pytest.mark.django_db


def said(crisis: Crisis) -> list[tuple[str, str]]:
    return [(line.kind, line.text) for line in log.lines(crisis) if line.text]


def test_everything_that_happens_stands_in_one_list_in_order(
    crisis: Crisis, task: RoomTask, claire: User, yanis: User, time: SimulatedTime
) -> None:
    log.write(crisis, claire, "/décision On retire le lot 4")
    time.advance(minutes=1)
    tasks.done(task, yanis)
    log.write(crisis, yanis, "Le laboratoire ouvre à 7 h")
    found = log.lines(crisis)
    assert [line.kind for line in found] == ["room", "who", "decision", "task", "note"]
    assert [line.sequence for line in found] == sorted(line.sequence for line in found)
    assert found[-1].who == "Yanis Morel"
    assert log.lines(crisis, after=found[-2].sequence) == [found[-1]]


def test_alerts_of_the_brand_stand_in_the_log_and_those_of_a_rival_do_not(
    crisis: Crisis, watch: Watch, competitor: Watch
) -> None:
    for one in (watch, competitor):
        alert = Alert.objects.create(
            organisation=crisis.organisation,
            brand=crisis.brand,
            watch=one,
            key=one.name,
            level="red",
            highest_level="red",
            began_at=NIGHT,
            raised_at=NIGHT,
        )
        alerts.record("alerts.raised", alert, None)
    assert [line.sentence for line in log.lines(crisis, kinds=["alert"])] == [log.lines(crisis)[-1].sentence]
    assert watch.name in log.lines(crisis)[-1].sentence


def test_commands_make_facts_questions_and_comings(crisis: Crisis, claire: User) -> None:
    log.write(crisis, claire, "/fait Un seul lot [confirmé] (source : labo)")
    log.write(crisis, claire, "/question Où le rapporter ?")
    log.write(crisis, claire, "/qui Nadia arrive")
    fact = Fact.objects.get()
    assert (fact.text, fact.state, fact.source) == ("Un seul lot", "confirmed", "labo")
    assert Question.objects.get().text == "Où le rapporter ?"
    assert {one.name for one in crisis.watchkeepers.all()} == {"Claire Vasseur", "Nadia Benali"}
    line = log.lines(crisis)[-3]
    assert (line.state, line.source, line.state_word) != ("", "", "")


@pytest.mark.parametrize(
    "line", ["", "  ", "/décision", "/fait [confirmé]", "/question", "/appel \x00", "\u202e"]
)
def test_a_line_that_says_nothing_writes_nothing(crisis: Crisis, claire: User, line: str) -> None:
    before = len(log.lines(crisis))
    with pytest.raises(tasks.NotSaid):
        log.write(crisis, claire, line)
    assert len(log.lines(crisis)) == before


@pytest.mark.parametrize("line", ["x" * 10_000, "/décision " + "é" * 4001, "/fait " + "x" * 501])
def test_a_line_that_is_too_long_writes_nothing(crisis: Crisis, claire: User, line: str) -> None:
    with pytest.raises(tasks.NotSaid):
        log.write(crisis, claire, line)
    assert Fact.objects.count() == 0


def test_a_line_from_right_to_left_does_not_turn_the_others_round(crisis: Crisis, claire: User) -> None:
    log.write(crisis, claire, "/décision \u202eRetirer\u202c le lot مرحبا")
    assert said(crisis)[-1] == ("decision", "Retirer le lot مرحبا")


def test_a_confirmed_fact_needs_a_source(crisis: Crisis, claire: User) -> None:
    with pytest.raises(tasks.NotSaid):
        log.write(crisis, claire, "/fait Un seul lot [confirmé]")
    log.write(crisis, claire, "/fait Un seul lot")
    fact = Fact.objects.get()
    with pytest.raises(tasks.NotSaid):
        facts.state(fact, claire, "confirmed")
    facts.state(fact, claire, "confirmed", "laboratoire")
    with pytest.raises(ChangedMeanwhile):
        facts.state(fact, claire, "false", "préfecture", seen="unconfirmed")
    fact.refresh_from_db()
    assert fact.state == "confirmed"


def test_a_named_fact_takes_the_place_of_the_one_before_and_fills_messages_once_confirmed(
    crisis: Crisis, claire: User
) -> None:
    log.write(crisis, claire, "/fait produit : le pain de mie")
    scenario = actions.scenario_of(crisis)
    taken = message_of(crisis, scenario, "frontline/sheet")
    assert taken is not None
    assert "produit" in slots(taken.words["fr"])
    log.write(crisis, claire, "/fait Produit = le pain de mie de 500 g [confirmé] (source : étiquette)")
    assert Fact.objects.get().name == "product"
    taken = message_of(crisis, scenario, "frontline/sheet")
    assert taken is not None
    assert "le pain de mie de 500 g" in taken.words["fr"]
    assert "le pain de mie de 500 g" in taken.words["en"]
    assert "produit" not in slots(taken.words["fr"])
    assert taken.open
    assert [line.text for line in log.lines(crisis, kinds=["fact"])] == [
        "le pain de mie",
        "le pain de mie de 500 g",
    ]


def test_a_name_that_the_plan_does_not_know_stays_in_the_words(crisis: Crisis, claire: User) -> None:
    log.write(crisis, claire, "/fait Météo : orages jusqu’à 6 h")
    fact = Fact.objects.get()
    assert (fact.name, fact.text) == ("", "Météo : orages jusqu’à 6 h")


def test_who_is_on_is_noted_once_and_goes_once(crisis: Crisis, claire: User, nadia: Contact) -> None:
    log.write(crisis, claire, "/qui Nadia arrive")
    with pytest.raises(log.NotThere):
        log.write(crisis, claire, "/qui nadia benali")
    assert crisis.watchkeepers.get(name="Nadia Benali").contact == nadia
    entry = log.write(crisis, claire, "/qui Nadia part")
    assert entry.verb == "crisis.went_off"
    with pytest.raises(log.NotThere):
        log.write(crisis, claire, "/qui Nadia part")
    assert log.write(crisis, claire, "/qui moi part").verb == "crisis.went_off"
    assert log.write(crisis, claire, "/qui").verb == "crisis.came_on"
    assert keeping.keeper_of(crisis, claire) is not None


def test_a_correction_stands_under_the_line_and_both_are_kept(
    crisis: Crisis, claire: User, yanis: User
) -> None:
    entry = log.write(crisis, claire, "Le laboratoire ouvre à 7 h")
    log.correct(crisis, entry, yanis, "Le laboratoire ouvre à 6 h 30")
    line = log.lines(crisis)[-1]
    assert line.text == "Le laboratoire ouvre à 7 h"
    assert [(one.text, one.who) for one in line.corrections] == [
        ("Le laboratoire ouvre à 6 h 30", "Yanis Morel")
    ]
    opening = log.lines(crisis)[0].entry
    with pytest.raises(ChangedMeanwhile):
        log.correct(crisis, opening, yanis, "Jamais")


def test_a_line_of_another_room_is_not_corrected_in_this_one(
    crisis: Crisis, bare: Crisis, claire: User
) -> None:
    entry = log.write(bare, claire, "Un car arrive")
    with pytest.raises(ChangedMeanwhile):
        log.correct(crisis, entry, claire, "Deux cars")


def test_lines_are_found_by_kind_and_by_words_without_accents(crisis: Crisis, claire: User) -> None:
    log.write(crisis, claire, "/décision On retire le lot à Nîmes")
    log.write(crisis, claire, "/appel La préfecture rappelle")
    assert [line.text for line in log.lines(crisis, words="nimes LOT")] == ["On retire le lot à Nîmes"]
    assert [line.kind for line in log.lines(crisis, kinds=["call"])] == ["call"]
    assert log.lines(crisis, words="rien de tel") == []
    assert len(log.lines(crisis, most=1)) == 1


def test_a_line_that_somebody_altered_is_shown_as_such(crisis: Crisis, claire: User) -> None:
    entry = log.write(crisis, claire, "/décision On attend")
    journal.seal_heads()
    seal = sealed_until(crisis)
    assert seal is not None
    assert seal.sequence >= entry.sequence
    assert all(line.whole for line in log.lines(crisis))
    with scopes_disabled():
        Payload.objects.filter(entry=entry).update(data='{"text":"On retire tout"}')
    assert [line.whole for line in log.lines(crisis) if line.sequence == entry.sequence] == [False]
    assert verify(crisis.organisation)


def test_a_line_that_was_erased_says_so(crisis: Crisis, claire: User) -> None:
    entry = log.write(crisis, claire, "Mme Martin, 06 12 34 56 78, est à l’hôpital")
    journal.erase(entry, actor=claire, reason="données de santé")
    line = log.lines(crisis)[-1]
    assert (line.erased, line.text, line.whole) == (True, "", True)


def test_every_line_still_speaks_when_its_author_has_left(crisis: Crisis, yanis: User) -> None:
    log.write(crisis, yanis, "/décision On retire le lot 4")
    yanis.delete()
    line = log.lines(crisis)[-1]
    assert line.text == "On retire le lot 4"
    assert line.who


def test_an_answer_is_kept_with_what_stood_before(crisis: Crisis, claire: User, yanis: User) -> None:
    question, _entry = questions.ask(crisis, claire, "Où le rapporter ?")
    questions.answer(question, claire, "Dans le magasin le plus proche.", seen="")
    with pytest.raises(ChangedMeanwhile):
        questions.answer(question, yanis, "Nulle part.", seen="")
    question.refresh_from_db()
    assert question.answer == "Dans le magasin le plus proche."
    questions.answer(question, claire, "")
    question.refresh_from_db()
    assert question.answered_by is None
