"""The verbs of plans and of the people in them."""

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
        "brand": str(data.get("brand") or _("a brand (erased)")),
        "name": str(data.get("name") or _("somebody (erased)")),
        "other": str(data.get("other") or _("somebody (erased)")),
        "role": str(data.get("role") or _("a role (erased)")),
        "number": str(data.get("number") or "?"),
        "about": str(data.get("summary") or data.get("why") or data.get("what") or _("no words kept")),
    }


SENTENCES = {
    "plan.begun": gettext_noop("%(who)s began the plan of %(brand)s"),
    "plan.changed": gettext_noop("%(who)s changed the draft of the plan of %(brand)s: %(about)s"),
    "plan.proposed": gettext_noop("%(who)s proposed a version of the plan of %(brand)s: %(about)s"),
    "plan.approved": gettext_noop(
        "%(who)s approved version %(number)s of the plan of %(brand)s: it is in force"
    ),
    "plan.sent_back": gettext_noop("%(who)s sent back a version of the plan of %(brand)s: %(about)s"),
    "plan.discarded": gettext_noop("%(who)s threw away the draft of the plan of %(brand)s"),
    "plan.read": gettext_noop("%(who)s read version %(number)s of the plan of %(brand)s"),
    "plan.reviewed": gettext_noop(
        "%(who)s went through version %(number)s of the plan of %(brand)s: it holds"
    ),
    "plan.review_due": gettext_noop("The plan of %(brand)s is to be gone through"),
    "plan.contact_added": gettext_noop("%(who)s added the contact %(name)s"),
    "plan.contact_changed": gettext_noop("%(who)s changed the contact %(name)s"),
    "plan.contact_removed": gettext_noop("%(who)s removed the contact %(name)s"),
    "plan.contacts_exported": gettext_noop("%(who)s exported the contacts: %(number)s"),
    "plan.deputy_set": gettext_noop("%(who)s changed the deputy of %(name)s"),
    "plan.line_added": gettext_noop("%(who)s added a way to reach %(name)s"),
    "plan.line_removed": gettext_noop("%(who)s removed a way to reach %(name)s"),
    "plan.lines_ordered": gettext_noop("%(who)s changed the order in which %(name)s is reached"),
    "plan.line_confirmed": gettext_noop("%(who)s confirmed a way to reach %(name)s"),
    "plan.line_doubted": gettext_noop("%(who)s said that a way to reach %(name)s is wrong"),
    "plan.seated": gettext_noop("%(who)s gave %(name)s the role %(role)s in the plan of %(brand)s"),
    "plan.unseated": gettext_noop("%(who)s took the role %(role)s in the plan of %(brand)s from %(name)s"),
    "plan.put_first": gettext_noop("%(who)s had %(name)s called first as %(role)s in the plan of %(brand)s"),
    "plan.contact_left": gettext_noop("%(name)s said that they no longer do this"),
    "plan.contact_stays": gettext_noop("%(who)s noted that %(name)s stays"),
    "plan.probed": gettext_noop("%(who)s asked %(name)s whether a way to reach them is right"),
    "plan.probe_confirmed": gettext_noop("%(name)s said that a way to reach them is right"),
    "plan.probe_refused": gettext_noop("%(name)s said that a way to reach them is wrong"),
    "plan.probe_rhythm": gettext_noop(
        "%(who)s changed how often the team of %(brand)s is asked whether they are still reached: "
        "days: %(number)s"
    ),
    "plan.handed_over": gettext_noop("%(who)s gave what rested on %(name)s to %(other)s"),
    "plan.shift_added": gettext_noop("%(who)s put %(name)s on call for %(brand)s"),
    "plan.shift_changed": gettext_noop("%(who)s changed a shift of %(name)s for %(brand)s"),
    "plan.shift_removed": gettext_noop("%(who)s took %(name)s off call for %(brand)s"),
    "plan.shifts_swapped": gettext_noop("%(who)s swapped shifts of %(name)s and %(other)s for %(brand)s"),
    "plan.shifts_added": gettext_noop("%(who)s planned a rotation for %(brand)s, weeks: %(number)s"),
    "plan.shifts_removed": gettext_noop("%(who)s removed shifts of %(brand)s: %(number)s"),
    "plan.rota_imported": gettext_noop("%(who)s took a calendar into the rota of %(brand)s: %(number)s"),
    "plan.feed_made": gettext_noop("%(who)s made an address to read the rota of %(brand)s in a calendar"),
    "plan.feed_revoked": gettext_noop("%(who)s voided their address of the rota of %(brand)s"),
}

register_sentences(SENTENCES, _values)
