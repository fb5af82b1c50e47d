"""What the pages of a room say of kinds of lines, groups of tasks and messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.crisis import facts
from tocsin.crisis.lines import FILTERS
from tocsin.crisis.models import Crisis, Fact
from tocsin.plan.document.slots import filled, slots
from tocsin.plan.document.structure import Fact as PlanFact
from tocsin.plan.document.structure import Message, Scenario
from tocsin.plan.words import here

Lazy = str | Promise

KINDS: Mapping[str, Lazy] = {
    "decision": _("decision"),
    "fact": _("fact"),
    "question": _("question"),
    "message": pgettext_lazy("line of the log", "message"),
    "call": pgettext_lazy("line of the log", "call"),
    "who": pgettext_lazy("line of the log", "people"),
    "note": _("note"),
    "task": _("task"),
    "alert": _("alert"),
    "callout": _("call-out"),
    "room": _("room"),
}

GROUPS: Mapping[str, Lazy] = {
    "now": _("Now"),
    "next": _("Next"),
    "later": _("Later"),
    "settled": _("Done or left out"),
}


@dataclass(frozen=True)
class Taken:
    """A message of the plan with what the room knows put into it.

    Attributes
    ----------
    words
        By language; open slots keep their brackets.
    open
        Names, in the reader's language, of slots that no confirmed fact fills yet.
    """

    message: Message
    words: Mapping[str, str]
    subject: Mapping[str, str]
    open: tuple[str, ...]


@dataclass(frozen=True)
class SlotFact:
    """A fact that the scenario asks for, and what the room has established of it; None for nothing yet."""

    asked: PlanFact
    fact: Fact | None


def message_of(crisis: Crisis, scenario: Scenario | None, name: str) -> Taken | None:
    """Return a message of the scenario with the confirmed facts in its slots; None when there is none."""
    message = next((one for one in scenario.messages if one.id == name), None) if scenario else None
    if scenario is None or message is None:
        return None
    confirmed = facts.known(crisis)

    def with_facts(words: str) -> str:
        return filled(words, facts.filling(scenario, words, confirmed))

    own = get_language() or "fr"
    first = sorted(message.words, key=lambda code: code != own)
    taken = {code: with_facts(message.words[code]) for code in first}
    subject = {code: with_facts(words) for code, words in message.subject.items()}
    return Taken(message, taken, subject, slots(here(taken)))


def slot_facts(scenario: Scenario | None, rows: list[Fact]) -> list[SlotFact]:
    """Return the facts that the scenario asks for, in its order, with what is known of each."""
    known = {row.name: row for row in rows if row.name}
    return [SlotFact(one, known.get(one.id)) for one in scenario.facts] if scenario is not None else []


def kinds() -> list[tuple[str, str]]:
    """Return the kinds of lines with their words, in the order of the filter."""
    return [(name, str(KINDS[name])) for name in FILTERS]
