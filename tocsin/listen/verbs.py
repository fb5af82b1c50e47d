"""The verbs of sources, imports and tokens."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register_sentences


def _values(entry: Entry) -> dict[str, str]:
    return {"who": actor_name(entry), "name": str(entry.data.get("name") or _("(erased)"))}


_SENTENCES = {
    "listen.source_created": gettext_noop("%(who)s added the source %(name)s"),
    "listen.source_changed": gettext_noop("%(who)s changed the source %(name)s"),
    "listen.source_paused": gettext_noop("%(who)s paused the source %(name)s"),
    "listen.source_resumed": gettext_noop("%(who)s resumed the source %(name)s"),
    "listen.source_removed": gettext_noop("%(who)s removed the source %(name)s"),
    "listen.import_started": gettext_noop("%(who)s started the import of %(name)s"),
    "listen.import_restarted": gettext_noop("%(who)s restarted the import of %(name)s"),
    "listen.token_created": gettext_noop("%(who)s made the API token %(name)s"),
    "listen.token_revoked": gettext_noop("%(who)s revoked the API token %(name)s"),
}

register_sentences(_SENTENCES, _values)
