"""The verbs of what is kept: evidence, freezes, handovers, exports."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register_sentences


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    return {
        "who": actor_name(entry),
        "piece": str(data.get("piece") or "?"),
        "author": str(data.get("author") or _("somebody (erased)")),
        "what": str(data.get("what") or _("no words kept")),
        "count": str(data.get("count") or "?"),
        "brand": str(data.get("brand") or _("a brand (erased)")),
        "tool": str(data.get("tool") or _("a tool (erased)")),
        "until": str(data.get("until") or "?"),
        "form": str(data.get("form") or "?"),
        "name": str(data.get("name") or _("somebody (erased)")),
        "why": str(data.get("why") or data.get("reason") or _("no reason given")),
    }


SENTENCES = {
    "crisis.secured": gettext_noop("%(who)s secured a post by %(author)s: piece %(piece)s"),
    "crisis.evidence_asked": gettext_noop("%(who)s had %(count)s posts secured: %(what)s"),
    "crisis.evidence_joined": gettext_noop("%(who)s brought piece %(piece)s, secured before, into the room"),
    "crisis.evidence_exported": gettext_noop("%(who)s exported %(count)s pieces of evidence"),
    "crisis.evidence_discarded": gettext_noop("%(who)s discarded piece %(piece)s: %(why)s"),
    "crisis.frozen": gettext_noop("%(who)s froze the publications of %(brand)s until %(until)s: %(why)s"),
    "crisis.freeze_extended": gettext_noop("%(who)s extended the freeze of %(brand)s until %(until)s"),
    "crisis.freeze_warned": gettext_noop("The freeze of %(brand)s ends soon: %(until)s"),
    "crisis.thawed": gettext_noop("%(who)s ended the freeze of %(brand)s: publications go on"),
    "crisis.tool_stopped": gettext_noop("%(who)s stopped %(tool)s by hand"),
    "crisis.tool_not_stopped": gettext_noop("%(who)s said that %(tool)s is not stopped"),
    "crisis.tool_resumed": gettext_noop("%(who)s let %(tool)s go on by hand"),
    "crisis.tool_added": gettext_noop("%(who)s added the publishing tool %(tool)s"),
    "crisis.tool_changed": gettext_noop("%(who)s changed the publishing tool %(tool)s"),
    "crisis.tool_removed": gettext_noop("%(who)s removed the publishing tool %(tool)s"),
    "crisis.freeze_terms_changed": gettext_noop(
        "%(who)s changed what a freeze cannot stop, and who may post"
    ),
    "crisis.handed_over": gettext_noop("%(who)s gave the handover note"),
    "crisis.handover_taken": gettext_noop("%(who)s read the handover note and took over"),
    "crisis.handover_withdrawn": gettext_noop("%(who)s took the handover note back"),
    "crisis.handover_due": gettext_noop("%(name)s has been on for long: a handover is due"),
    "crisis.log_exported": gettext_noop("%(who)s exported the log (%(form)s)"),
}
register_sentences(SENTENCES, _values)
