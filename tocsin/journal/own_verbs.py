"""The journal's own verbs."""

from django.utils.translation import gettext as _

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _erased(entry: Entry) -> str:
    values = {"who": actor_name(entry), "place": entry.data.get("sequence", "?")}
    return _("%(who)s erased what entry %(place)s of the journal said") % values


register("journal.payload_erased", _erased)
