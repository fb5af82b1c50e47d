"""The verbs of copies that phones keep of the plan."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register_sentences
from tocsin.plan.models_offline import Ending

SENTENCES = {
    "plan.copy_made": gettext_noop("%(who)s keeps the plan on a device (%(device)s)"),
    "plan.copy_refreshed": gettext_noop(
        "The plan that %(name)s keeps on a device is up to date (%(device)s)"
    ),
    "plan.copy_revoked": gettext_noop("%(name)s no longer keeps the plan on a device (%(device)s): %(why)s"),
}


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    why = data.get("why", "")
    return {
        "who": actor_name(entry),
        "name": str(data.get("name") or _("somebody (erased)")),
        "device": str(data.get("device") or _("unknown")),
        "why": str(Ending(why).label) if why in Ending.values else _("no words kept"),
    }


register_sentences(SENTENCES, _values)
