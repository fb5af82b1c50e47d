"""Two people press at the same moment: one call-out, one answer, one end, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from django.db import connections
from django_scopes import scopes_disabled

from tests.callout.conftest import launch, let_pass, now_of, states
from tocsin.accounts.models import User
from tocsin.callout import actions
from tocsin.callout.errors import AlreadyRunning, Over
from tocsin.callout.models import Call, CallOut
from tocsin.clock.simulated import SimulatedTime
from tocsin.gate.models import Outgoing
from tocsin.journal.verify import verify
from tocsin.plan.models import Contact, Plan

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 30
PEOPLE = 4


def together(act: Callable[[], object], people: int = PEOPLE) -> Counter[str]:
    """Let several people do the same at the same moment; return how it ended, by name of the error."""
    start = threading.Barrier(people)
    ends: Counter[str] = Counter()
    counting = threading.Lock()

    def work() -> None:
        start.wait(WAIT)
        try:
            act()
            end = "done"
        except Exception as error:
            end = type(error).__name__
        finally:
            connections.close_all()
        with counting:
            ends[end] += 1

    threads = [threading.Thread(target=work) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    return ends


@pytest.fixture(autouse=True)
def seen_by_all() -> Iterator[None]:
    """Let each thread ask for its own scope, as a request does."""
    with scopes_disabled():
        yield


def test_a_scenario_is_launched_once(plan: Plan, nadia: Contact, karim: Contact, yanis: User) -> None:
    ends = together(lambda: launch(plan, yanis))
    assert ends == {"done": 1, AlreadyRunning.__name__: PEOPLE - 1}
    assert CallOut.objects.count() == 1
    assert Outgoing.objects.count() == 1
    assert verify(plan.organisation) == []


def test_two_who_come_at_once_both_come(
    launched: CallOut, plan: Plan, yanis: User, time: SimulatedTime
) -> None:
    let_pass(time, minutes=11)
    names = iter(["Nadia Benali", "Karim Haddad"])
    turn = threading.Lock()

    def answer() -> None:
        with turn:
            name = next(names)
        actions.answer(now_of(name), "coming")

    assert together(answer, 2) == {"done": 2}
    assert set(states().values()) <= {"coming", "released"}
    assert "coming" in states().values()


def test_an_answer_tapped_twice_calls_the_next_once(launched: CallOut, karim: Contact) -> None:
    call = now_of("Nadia Benali")
    assert together(lambda: actions.answer(call, "unable")) == {"done": PEOPLE}
    assert Call.objects.get(name="Karim Haddad").round == 1
    assert Outgoing.objects.filter(addressee="karim@maison-berthier.test").count() == 1


def test_it_is_stood_down_once(launched: CallOut, yanis: User, time: SimulatedTime) -> None:
    let_pass(time, seconds=1)
    ends = together(lambda: actions.stand_down(launched, yanis, false_alarm=True))
    assert ends == {"done": 1, Over.__name__: PEOPLE - 1}
    assert Outgoing.objects.filter(template="callout.false_alarm").count() == 1
