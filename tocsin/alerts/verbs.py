"""The verbs of alerts."""

from django.utils.translation import gettext as _

from tocsin.alerts.models import CloseReason, Level
from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _values(entry: Entry) -> dict[str, str]:
    data = entry.data
    level = data.get("level", "")
    return {
        "who": actor_name(entry),
        "name": str(data.get("name") or _("a watch (erased)")),
        "level": str(Level(level).label) if level in Level.values else _("unknown"),
    }


def _raised(entry: Entry) -> str:
    if entry.data.get("source"):
        return _("Alert: the source %(name)s brings nothing any more") % _values(entry)
    return _("Alert of level %(level)s raised for %(name)s") % _values(entry)


def _escalated(entry: Entry) -> str:
    return _("The alert for %(name)s grew to level %(level)s") % _values(entry)


def _ended(entry: Entry) -> str:
    if entry.data.get("source"):
        return _("The source %(name)s brings posts again") % _values(entry)
    return _("What raised the alert for %(name)s is over") % _values(entry)


def _acknowledged(entry: Entry) -> str:
    return _("%(who)s looks into the alert for %(name)s") % _values(entry)


def _snoozed(entry: Entry) -> str:
    return _("%(who)s put the alert for %(name)s aside") % _values(entry)


def _woken(entry: Entry) -> str:
    return _("The alert for %(name)s, put aside, is back") % _values(entry)


def _closed(entry: Entry) -> str:
    reason = entry.data.get("reason", "")
    values = _values(entry)
    if reason not in CloseReason.values:
        return _("%(who)s closed the alert for %(name)s") % values
    values["reason"] = str(CloseReason(reason).label)
    return _("%(who)s closed the alert for %(name)s: %(reason)s") % values


def _reopened(entry: Entry) -> str:
    return _("%(who)s reopened the alert for %(name)s") % _values(entry)


def _vigilance_changed(entry: Entry) -> str:
    brand = str(entry.data.get("brand") or _("a brand (erased)"))
    return _("Vigilance of %(brand)s: %(level)s") % (_values(entry) | {"brand": brand})


register("alerts.raised", _raised)
register("alerts.escalated", _escalated)
register("alerts.ended", _ended)
register("alerts.acknowledged", _acknowledged)
register("alerts.snoozed", _snoozed)
register("alerts.woken", _woken)
register("alerts.closed", _closed)
register("alerts.reopened", _reopened)
register("alerts.vigilance_changed", _vigilance_changed)
