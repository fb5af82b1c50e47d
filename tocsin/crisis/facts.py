"""What is known and what is not: facts with their state and source, and the messages that take them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.crisis.actions import scenario_of
from tocsin.crisis.commands import cleaned
from tocsin.crisis.models import Crisis, Fact, FactState
from tocsin.crisis.recording import ChangedMeanwhile, opened, record
from tocsin.crisis.tasks import NotSaid
from tocsin.journal.models import Entry
from tocsin.plan.document.slots import fact_of, slots
from tocsin.plan.document.structure import Scenario

LONGEST, LONGEST_SOURCE = 500, 300


@transaction.atomic
def add(
    crisis: Crisis,
    actor: User,
    text: str,
    *,
    state: str = FactState.UNCONFIRMED,
    source: str = "",
    name: str = "",
) -> tuple[Fact, Entry]:
    """State a fact; one that fills a slot of the plan's messages takes the place of the one before it.

    Parameters
    ----------
    name
        Id or name of a fact of the scenario; kept before the text where the scenario knows none of it.

    Raises
    ------
    NotSaid
        When it says nothing, too much, or is confirmed without a source.
    """
    row = opened(crisis)
    scenario = scenario_of(row)
    slot = fact_of(scenario, name) if scenario is not None and name else None
    said = _checked(text if slot is not None or not name else f"{name} : {text}", LONGEST)
    where = _checked(source, LONGEST_SOURCE, needed=False)
    _require_source(state, where)
    before = row.facts.filter(name=slot.id).first() if slot is not None else None
    if before is not None:
        was, words = before.state, before.text
        before.text, before.state, before.source = said, FactState(state).value, where
        before.judged_by, before.judged_at = actor, clock.now(row.organisation_id)
        before.save()
        return before, _record("crisis.fact_judged", row, before, actor, was=was, before=words)
    fact: Fact = Fact.objects.create(
        crisis=row,
        organisation_id=row.organisation_id,
        name=slot.id if slot is not None else "",
        text=said,
        state=FactState(state).value,
        source=where,
        stated_by=actor,
        stated_at=clock.now(row.organisation_id),
    )
    return fact, _record("crisis.fact_stated", row, fact, actor)


@transaction.atomic
def state(
    fact: Fact, actor: User, state: str, source: str = "", *, text: str = "", reason: str = "", seen: str = ""
) -> Fact:
    """Say that a fact is confirmed, unconfirmed or false, by which source, and what it says where it changed.

    Parameters
    ----------
    seen
        The state that the actor saw; any when empty.

    Raises
    ------
    NotSaid
        When it is confirmed without a source.
    ChangedMeanwhile
        When it is no longer as the actor saw it.
    """
    row = opened(fact.crisis_id)
    current: Fact = Fact.objects.select_for_update().get(pk=fact.pk)
    if seen and current.state != seen:
        raise ChangedMeanwhile(
            _("This fact was changed meanwhile: it is %(state)s. Nothing of yours was kept.")
            % {"state": current.get_state_display()}
        )
    where = _checked(source, LONGEST_SOURCE, needed=False) or current.source
    _require_source(state, where)
    said = _checked(text, LONGEST, needed=False) or current.text
    was, before = current.state, current.text
    if (was, before, current.source) == (state, said, where):
        return current
    current.state, current.source, current.text = FactState(state).value, where, said
    current.judged_by, current.judged_at = actor, clock.now(row.organisation_id)
    current.save()
    _record("crisis.fact_judged", row, current, actor, was=was, before=before, reason=cleaned(reason)[:300])
    return current


def known(crisis: Crisis) -> dict[str, str]:
    """Return what the slots of messages are filled with: confirmed facts alone, by their id."""
    rows = crisis.facts.filter(state=FactState.CONFIRMED).exclude(name="")
    return {fact.name: fact.text for fact in rows}


def filling(scenario: Scenario, words: str, confirmed: Mapping[str, str]) -> dict[str, str]:
    """Return what fills the slots of a message, by the slot's own name; open slots are left out."""
    found: dict[str, str] = {}
    for slot in slots(words):
        fact = fact_of(scenario, slot)
        if fact is not None and fact.id in confirmed:
            found[slot] = confirmed[fact.id]
    return found


def _record(verb: str, crisis: Crisis, fact: Fact, actor: User, **data: object) -> Entry:
    said = {"fact": fact.pk, "text": fact.text, "state": fact.state, "source": fact.source, "slot": fact.name}
    return record(verb, crisis, actor, **{**said, **data})


def _require_source(state: str, source: str) -> None:
    if state not in FactState.values:
        raise NotSaid(_("A fact is confirmed, unconfirmed or false. Nothing was kept."))
    if state == FactState.CONFIRMED and not source:
        raise NotSaid(
            _("A confirmed fact needs its source, such as (source: the laboratory). Nothing was kept.")
        )


def _checked(text: str, longest: int, *, needed: bool = True) -> str:
    found = cleaned(text)
    if needed and not found:
        raise NotSaid(_("Say what the fact is. Nothing was kept."))
    if len(found) > longest:
        raise NotSaid(
            _("These words are too long: %(most)d characters at most. Nothing was changed.")
            % {"most": longest}
        )
    return found
