"""The verbs of sources, imports and tokens."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _sentence(text: Promise) -> Callable[[Entry], str]:
    def display(entry: Entry) -> str:
        values = {"who": actor_name(entry), "name": str(entry.data.get("name") or _("(erased)"))}
        return str(text) % values

    return display


_SENTENCES = {
    "listen.source_created": gettext_lazy("%(who)s added the source %(name)s"),
    "listen.source_changed": gettext_lazy("%(who)s changed the source %(name)s"),
    "listen.source_paused": gettext_lazy("%(who)s paused the source %(name)s"),
    "listen.source_resumed": gettext_lazy("%(who)s resumed the source %(name)s"),
    "listen.source_removed": gettext_lazy("%(who)s removed the source %(name)s"),
    "listen.import_started": gettext_lazy("%(who)s started the import of %(name)s"),
    "listen.import_restarted": gettext_lazy("%(who)s restarted the import of %(name)s"),
    "listen.token_created": gettext_lazy("%(who)s made the API token %(name)s"),
    "listen.token_revoked": gettext_lazy("%(who)s revoked the API token %(name)s"),
}

for verb, sentence in _SENTENCES.items():
    register(verb, _sentence(sentence))
