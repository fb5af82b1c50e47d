"""The verbs of rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.alerts.models import Level
from tocsin.crisis.models import FactState
from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register_sentences
from tocsin.ui.words import exact


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    return {
        "who": actor_name(entry),
        "title": str(data.get("title") or _("a crisis (erased)")),
        "text": str(data.get("text") or _("(erased)")),
        "words": str(data.get("words") or _("a task (erased)")),
        "name": str(data.get("name") or _("somebody (erased)")),
        "owner": str(data.get("owner") or _("whoever holds the role")),
        "point": str(data.get("point") or _("a point (erased)")),
        "reason": str(data.get("reason") or data.get("note") or _("no words kept")),
        "answer": str(data.get("answer") or _("(erased)")),
        "level": _level(data),
        "state": _state(data),
        "at": _moment(data, "at"),
        "due": _moment(data, "due"),
        "place": str(data.get("corrects") or "?"),
    }


def _level(data: Mapping[str, object]) -> str:
    level = data.get("level")
    return str(Level(str(level)).label) if level in Level.values else _("unknown")


def _state(data: Mapping[str, object]) -> str:
    state = data.get("state")
    return str(FactState(str(state)).label) if state in FactState.values else _("unknown")


def _moment(data: Mapping[str, object], name: str) -> str:
    try:
        return exact(datetime.fromisoformat(str(data.get(name))))
    except ValueError:
        return _("no time")


SENTENCES = {
    "crisis.opened": gettext_noop("%(who)s opened the room “%(title)s”, level %(level)s"),
    "crisis.callout_joined": gettext_noop("The call-out belongs to the room “%(title)s” now"),
    "crisis.graded": gettext_noop("%(who)s set the level of the crisis: %(level)s"),
    "crisis.update_set": gettext_noop("%(who)s set the next update: %(at)s"),
    "crisis.update_given": gettext_noop("%(who)s noted that the update is given"),
    "crisis.update_missed": gettext_noop("The update promised for %(at)s has not been noted as given"),
    "crisis.came_on": gettext_noop("%(name)s is on (noted by %(who)s)"),
    "crisis.went_off": gettext_noop("%(name)s went off (noted by %(who)s)"),
    "crisis.task_added": gettext_noop("%(who)s added the task “%(words)s”"),
    "crisis.task_taken": gettext_noop("%(who)s does the task “%(words)s”"),
    "crisis.task_given": gettext_noop("%(who)s gave the task “%(words)s” to %(owner)s"),
    "crisis.task_done": gettext_noop("%(who)s has done the task “%(words)s”"),
    "crisis.task_skipped": gettext_noop("%(who)s left out the task “%(words)s”: %(reason)s"),
    "crisis.task_undone": gettext_noop("%(who)s took up the task “%(words)s” again"),
    "crisis.task_postponed": gettext_noop("%(who)s put off the task “%(words)s” to %(due)s: %(reason)s"),
    "crisis.task_late": gettext_noop("The task “%(words)s” is late (%(owner)s)"),
    "crisis.point_ticked": gettext_noop("%(who)s ticked “%(point)s” in the task “%(words)s”"),
    "crisis.point_unticked": gettext_noop("%(who)s took back the tick of “%(point)s” in “%(words)s”"),
    "crisis.noted": gettext_noop("%(who)s noted: %(text)s"),
    "crisis.decided": gettext_noop("%(who)s decided: %(text)s"),
    "crisis.call_noted": gettext_noop("%(who)s noted a call: %(text)s"),
    "crisis.message_noted": gettext_noop("%(who)s noted a message: %(text)s"),
    "crisis.corrected": gettext_noop("%(who)s corrected line %(place)s: %(text)s"),
    "crisis.fact_stated": gettext_noop("%(who)s stated a fact (%(state)s): %(text)s"),
    "crisis.fact_judged": gettext_noop("%(who)s judged a fact (%(state)s): %(text)s"),
    "crisis.question_asked": gettext_noop("%(who)s noted a question: %(text)s"),
    "crisis.question_answered": gettext_noop("%(who)s answered the question “%(text)s”: %(answer)s"),
    "crisis.question_reopened": gettext_noop("%(who)s opened the question “%(text)s” again"),
    "crisis.criterion_met": gettext_noop("%(who)s ticked how the crisis ends: %(text)s"),
    "crisis.criterion_unmet": gettext_noop("%(who)s took back the tick of how it ends: %(text)s"),
    "crisis.closed": gettext_noop("%(who)s closed the room “%(title)s”: %(reason)s"),
    "crisis.reopened": gettext_noop("%(who)s reopened the room “%(title)s”"),
}

register_sentences(SENTENCES, _values)
