"""The verbs of brands, watches and accounts."""

from django.utils.translation import gettext as _

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _values(entry: Entry) -> dict[str, str]:
    return {"who": actor_name(entry), "name": str(entry.data.get("name") or _("a name (erased)"))}


def _brand_created(entry: Entry) -> str:
    return _("%(who)s declared the brand %(name)s") % _values(entry)


def _watch_created(entry: Entry) -> str:
    return _("%(who)s made the watch %(name)s") % _values(entry)


def _watch_changed(entry: Entry) -> str:
    return _("%(who)s changed the watch %(name)s") % _values(entry)


def _watch_paused(entry: Entry) -> str:
    return _("%(who)s paused the watch %(name)s: its posts are not seen any more") % _values(entry)


def _watch_resumed(entry: Entry) -> str:
    return _("%(who)s resumed the watch %(name)s") % _values(entry)


def _account_added(entry: Entry) -> str:
    return _("%(who)s said that the account %(name)s is the brand’s own") % _values(entry)


def _account_removed(entry: Entry) -> str:
    return _("%(who)s said that the account %(name)s is not the brand’s own any more") % _values(entry)


register("watch.brand_created", _brand_created)
register("watch.watch_created", _watch_created)
register("watch.watch_changed", _watch_changed)
register("watch.watch_paused", _watch_paused)
register("watch.watch_resumed", _watch_resumed)
register("watch.account_added", _account_added)
register("watch.account_removed", _account_removed)
