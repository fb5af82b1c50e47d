"""What parts of a plan are called, what is wrong with them and what changed, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.plan.document.checking import Fault
from tocsin.plan.document.markdown.names import AUDIENCES, CHANNELS
from tocsin.plan.document.structure import Document, Part, Text, said

Lazy = str | Promise
STEP: Final = " › "
_SHORT: Final = 60

RESPONSIBILITY: Final[Mapping[str, Lazy]] = {
    "victim": pgettext_lazy("responsibility", "victim"),
    "accidental": pgettext_lazy("responsibility", "accident"),
    "preventable": pgettext_lazy("responsibility", "preventable"),
}

LANGUAGE: Final[Mapping[str, Lazy]] = {"fr": gettext_lazy("in French"), "en": gettext_lazy("in English")}

LIKELIHOOD: Final[tuple[Lazy, ...]] = (
    gettext_lazy("very unlikely"),
    gettext_lazy("unlikely"),
    gettext_lazy("possible"),
    gettext_lazy("likely"),
    gettext_lazy("very likely"),
)
IMPACT: Final[tuple[Lazy, ...]] = (
    gettext_lazy("minor"),
    gettext_lazy("limited"),
    gettext_lazy("serious"),
    gettext_lazy("very serious"),
    gettext_lazy("critical"),
)

_FAULTS: Final[Mapping[str, Lazy]] = {
    "cycle": gettext_lazy("These tasks wait for each other: %(about)s"),
    "unknown_role": gettext_lazy("The role “%(about)s” is not in this plan"),
    "unknown_task": gettext_lazy("The task “%(part)s” waits for “%(about)s”, which does not exist"),
    "unknown_message": gettext_lazy(
        "The task “%(part)s” sends the message “%(about)s”, which does not exist"
    ),
    "unknown_duty": gettext_lazy("The legal duty “%(about)s” is not known"),
    "twice": gettext_lazy("Two parts are called “%(about)s”"),
    "no_protocol": gettext_lazy("No protocol: nobody knows what to do first"),
    "slow_start": gettext_lazy("Nothing is to be done in the first fifteen minutes"),
    "no_decider": gettext_lazy("Nobody decides"),
    "no_message": gettext_lazy("No message is prepared"),
    "no_slot": gettext_lazy(
        "The message %(message)s leaves nothing to fill in: it could be sent as it stands"
    ),
    "unknown_fact": gettext_lazy("In the message %(message)s, no fact fills “%(about)s”"),
    "untranslated": gettext_lazy("Not written %(language)s: %(part)s"),
    "empty_excuse": gettext_lazy("Empty words in the message %(message)s: “%(about)s”"),
    "undated_promise": gettext_lazy("A promise without a date in the message %(message)s: “%(about)s”"),
    "no_end": gettext_lazy("Nothing says how it ends"),
    "no_question": gettext_lazy("No question is expected"),
}

_FIELDS: Final[Mapping[str, Lazy]] = {
    "roles": gettext_lazy("Roles"),
    "risks": gettext_lazy("Risks"),
    "scenarios": gettext_lazy("Scenarios"),
    "languages": gettext_lazy("languages"),
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "task": gettext_lazy("what it does"),
    "criteria": gettext_lazy("when it is proposed"),
    "signs": gettext_lazy("signs"),
    "level": gettext_lazy("least vigilance"),
    "topics": gettext_lazy("topics"),
    "mentions": gettext_lazy("negative mentions an hour"),
    "risk": gettext_lazy("risk"),
    "likelihood": gettext_lazy("likelihood"),
    "impact": gettext_lazy("impact"),
    "responsibility": gettext_lazy("responsibility"),
    "responsibility_note": gettext_lazy("why this responsibility"),
    "decides": gettext_lazy("who decides"),
    "calls": gettext_lazy("who is called"),
    "duties": gettext_lazy("legal duties"),
    "severities": gettext_lazy("severities"),
    "changes": gettext_lazy("what it changes"),
    "protocol": gettext_lazy("protocol"),
    "role": gettext_lazy("role"),
    "minutes": gettext_lazy("when it is due"),
    "words": gettext_lazy("words"),
    "checklist": gettext_lazy("checklist"),
    "after": gettext_lazy("what it waits for"),
    "condition": gettext_lazy("condition"),
    "message": gettext_lazy("message"),
    "facts": gettext_lazy("facts"),
    "name": gettext_lazy("name"),
    "messages": gettext_lazy("messages"),
    "audience": gettext_lazy("audience"),
    "channel": gettext_lazy("channel"),
    "subject": gettext_lazy("subject"),
    "questions": gettext_lazy("questions"),
    "answer": gettext_lazy("answer"),
    "avoid": gettext_lazy("what not to say"),
    "ends": gettext_lazy("how it ends"),
    "notes": gettext_lazy("notes"),
    "note": gettext_lazy("note"),
    "scenario": gettext_lazy("scenario"),
    "order": gettext_lazy("order"),
}


def here(text: Text) -> str:
    """Return the words in the reader's language, or in another that has them."""
    return said(text, get_language() or "fr")


def audience(code: str) -> str:
    """Return whom a message is for."""
    return here(AUDIENCES[code]) if code in AUDIENCES else code


def channel(code: str) -> str:
    """Return where a message goes."""
    return here(CHANNELS[code]) if code in CHANNELS else code


def message(name: str) -> str:
    """Return a message's audience and channel, from its id."""
    for_whom, _slash, where = name.partition("/")
    return f"{audience(for_whom)} · {channel(where)}" if where else name


def responsibility(code: str) -> str:
    """Return how responsible the company is."""
    return str(RESPONSIBILITY.get(code, code))


def delay(minutes: int) -> str:
    """Return when a task is due after the activation: ``T+0``, ``T+15 min``, ``T+2 h``, ``T+1 d``."""
    if minutes == 0:
        return "T+0"
    if minutes % 1440 == 0:
        return _("T+%(n)d d") % {"n": minutes // 1440}
    if minutes >= 60 and minutes % 60 == 0:
        return _("T+%(n)d h") % {"n": minutes // 60}
    if minutes >= 60:
        return _("T+%(hours)d h %(minutes)02d") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("T+%(n)d min") % {"n": minutes}


def month(written: str) -> str:
    """Return a month such as ``2023-06`` in words; what is none stands as it is."""
    year, _dash, number = written.partition("-")
    if not (year.isdecimal() and number.isdecimal() and 1 <= int(number) <= 12):
        return written
    return str(formats.date_format(date(int(year), int(number), 1), "YEAR_MONTH_FORMAT"))


def phase(until: int) -> str:
    """Return the stretch of time that ends so many minutes after the activation; 0 for the last."""
    names: dict[int, Callable[[], str]] = {
        15: lambda: _("The first fifteen minutes"),
        60: lambda: _("Within the hour"),
        240: lambda: _("Within four hours"),
        1440: lambda: _("Within the day"),
    }
    return names.get(until, lambda: _("The days after"))()


def fault(one: Fault) -> str:
    """Return what is missing or wrong."""
    sentence = _FAULTS.get(one.code)
    if sentence is None:
        return one.code
    return str(sentence) % {
        "part": one.part,
        "about": one.about,
        "message": message(one.part),
        "language": LANGUAGE.get(one.about, one.about),
    }


def place(path: tuple[str, ...], document: Document) -> tuple[str, str]:
    """Return where a change stands: the scenario or part of the plan, and what of it.

    Parts are named by what they say in the document given, by their ids where they are not in it.
    """
    head, rest = path[0], path[1:]
    scenario = document.scenario(rest[0]) if head == "scenarios" and rest else None
    if scenario is not None:
        return here(scenario.title), _steps(rest[1:], scenario)
    if head == "scenarios" and rest and rest[0] != "order":
        return rest[0], _steps(rest[1:], document)
    return _capital(str(_FIELDS.get(head, head))), _steps(path, document).partition(STEP)[2]


def _steps(path: Sequence[str], part: object) -> str:
    named: list[str] = []
    above = ""
    for step in path:
        found = _child(part, step)
        named.append(_named(step, above, found))
        part, above = found, step
    return STEP.join(filter(None, named))


def _child(part: object, step: str) -> object:
    """Return the field of a part, or the part of this id in a list; None for what is not there."""
    if isinstance(part, tuple):
        return next((each for each in part if getattr(each, "id", None) == step), None)
    return getattr(part, step, None)


def _named(step: str, above: str, part: object) -> str:
    if above == "messages":
        return message(step)
    if isinstance(part, Part):
        said_here = here(
            getattr(part, "title", None) or getattr(part, "words", None) or getattr(part, "name", {})
        )
        return _("“%(words)s”") % {"words": shortened(said_here)} if said_here else step
    if above and step in LANGUAGE:
        return str(LANGUAGE[step])
    return str(_FIELDS.get(step, step))


def shortened(words: str) -> str:
    """Return the first words of a text."""
    return words if len(words) <= _SHORT else f"{words[:_SHORT].rsplit(' ', 1)[0]}…"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


_GAPS: Final[Mapping[str, Lazy]] = {
    "not_in_force": gettext_lazy("No version is in force yet"),
    "no_scenario": gettext_lazy("The plan has no scenario"),
    "contradiction": gettext_lazy("%(scenario)s: the protocol contradicts itself"),
    "empty_role": gettext_lazy("Nobody holds the role %(role)s"),
    "one_person": gettext_lazy("Only one person holds the role %(role)s: nobody stands in"),
    "single_point": gettext_lazy("%(about)s alone holds several roles"),
    "unreachable": gettext_lazy("%(about)s has no number or address"),
    "left": gettext_lazy("%(about)s said that they no longer do this"),
    "former": gettext_lazy("%(about)s can no longer sign in here"),
    "mail_only": gettext_lazy("%(about)s can only be reached by e-mail, which may be down too"),
    "unconfirmed": gettext_lazy("The numbers of %(about)s have not been confirmed for six months"),
    "no_protocol": gettext_lazy("%(scenario)s: no protocol"),
    "slow_start": gettext_lazy("%(scenario)s: nothing to do in the first fifteen minutes"),
    "no_message": gettext_lazy("%(scenario)s: no message prepared"),
    "could_be_sent": gettext_lazy("%(scenario)s: a message could be sent without a fact in it"),
    "untranslated": gettext_lazy("%(scenario)s: not written in every language of the plan"),
    "weak_wording": gettext_lazy("%(scenario)s: an empty excuse, or a promise without a date"),
    "risk_unprepared": gettext_lazy("No scenario prepares for the risk %(risk)s"),
    "not_reviewed": gettext_lazy("The plan is to be gone through again"),
}


def gap(code: str, about: str, document: Document) -> str:
    """Return what would fail tonight."""
    if code == "unread":
        number = int(about) if about.isdecimal() else 0
        return ngettext(
            "%(n)d member has not read the version in force",
            "%(n)d members have not read the version in force",
            number,
        ) % {"n": number}
    sentence = _GAPS.get(code)
    if sentence is None:
        return f"{code} {about}".strip()
    return str(sentence) % {
        "about": about,
        "scenario": _title(document.scenario(about), about),
        "role": _title(document.role(about), about),
        "risk": _title(next((risk for risk in document.risks if risk.id == about), None), about),
    }


def _title(part: object, name: str) -> str:
    return here(getattr(part, "title", {})) or name or pgettext("part of a plan", "The plan")
