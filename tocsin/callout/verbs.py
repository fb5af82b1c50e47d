"""The verbs of call-outs."""

from __future__ import annotations

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tocsin.alerts.models import Level
from tocsin.callout.models import Problem
from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register
from tocsin.plan.document.structure import said


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    level = str(data.get("level", ""))
    return {
        "who": actor_name(entry),
        "name": str(data.get("name") or _("somebody (erased)")),
        "role": _text(data.get("role")) or _("a role (erased)"),
        "scenario": _text(data.get("scenario")) or _("a scenario (erased)"),
        "level": str(Level(level).label) if level in Level.values else _("unknown"),
    }


def _text(words: object) -> str:
    return said(words, (get_language() or "fr")[:2]) if isinstance(words, dict) else ""


def _launched(entry: Entry) -> str:
    return _("%(who)s launched the call-out “%(scenario)s” at level %(level)s") % _values(entry)


def _called(entry: Entry) -> str:
    return _("%(name)s is called for the role “%(role)s”") % _values(entry)


def _added(entry: Entry) -> str:
    return _("%(who)s has %(name)s called for the role “%(role)s”") % _values(entry)


def _next_called(entry: Entry) -> str:
    return _("%(who)s has the next person called for the role “%(role)s”: %(name)s") % _values(entry)


def _answered(entry: Entry) -> str:
    values = _values(entry)
    answer = entry.data.get("answer")
    minutes = int(entry.data.get("minutes") or 0)
    if answer == "coming":
        found = _("%(name)s is on it, for the role “%(role)s”") % values
    elif answer == "later":
        found = ngettext(
            "%(name)s comes in %(minutes)s minute, for the role “%(role)s”",
            "%(name)s comes in %(minutes)s minutes, for the role “%(role)s”",
            minutes,
        ) % {**values, "minutes": minutes}
    elif answer == "unable":
        found = _("%(name)s can’t, for the role “%(role)s”") % values
    else:
        found = _("%(name)s answered for the role “%(role)s”") % values
    return _("%(said)s (noted by %(who)s)") % {**values, "said": found} if entry.actor else found


def _silent(entry: Entry) -> str:
    return _("%(name)s did not answer in time for the role “%(role)s”") % _values(entry)


def _overdue(entry: Entry) -> str:
    return _("%(name)s, expected by now for the role “%(role)s”, is reminded") % _values(entry)


def _released(entry: Entry) -> str:
    return _("%(name)s is told that somebody else comes for the role “%(role)s”") % _values(entry)


def _passed_over(entry: Entry) -> str:
    problem = str(entry.data.get("problem", ""))
    values = _values(entry)
    if problem not in Problem.values:
        return _("%(name)s is passed over for the role “%(role)s”") % values
    values["problem"] = str(Problem(problem).label)
    return _("%(name)s is passed over for the role “%(role)s”: %(problem)s") % values


def _nobody_answers(entry: Entry) -> str:
    return _("Nobody answers for the role “%(role)s”: leads and administrators are told") % _values(entry)


def _level_raised(entry: Entry) -> str:
    return _("%(who)s raised the call-out “%(scenario)s” to level %(level)s") % _values(entry)


def _ended(entry: Entry) -> str:
    if entry.data.get("false_alarm"):
        return _("%(who)s ended the call-out “%(scenario)s”: a false alarm") % _values(entry)
    return _("%(who)s stood the call-out “%(scenario)s” down") % _values(entry)


def _delays_set(entry: Entry) -> str:
    data = entry.data
    if not data.get("line"):
        return _("%(who)s changed the delays of call-outs") % {"who": actor_name(entry)}
    return _(
        "%(who)s set the delays of call-outs: %(line)s min between two ways, "
        "%(answer)s min for an answer, %(red)s min at red"
    ) % {"who": actor_name(entry), "line": data["line"], "answer": data["answer"], "red": data["red"]}


register("callout.launched", _launched)
register("callout.called", _called)
register("callout.added", _added)
register("callout.next_called", _next_called)
register("callout.answered", _answered)
register("callout.silent", _silent)
register("callout.overdue", _overdue)
register("callout.released", _released)
register("callout.passed_over", _passed_over)
register("callout.nobody_answers", _nobody_answers)
register("callout.level_raised", _level_raised)
register("callout.ended", _ended)
register("callout.delays_set", _delays_set)
