"""The verbs of organisations and people."""

from django.utils.translation import gettext as _

from tocsin.accounts.models import Role
from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _values(entry: Entry) -> dict[str, str]:
    role = entry.data.get("role", "")
    return {
        "who": actor_name(entry),
        "name": str(entry.data.get("name") or _("somebody (erased)")),
        "role": str(Role(role).label) if role in Role.values else _("unknown"),
    }


def _organisation_created(entry: Entry) -> str:
    return _("%(who)s made the organisation %(name)s") % _values(entry)


def _organisation_changed(entry: Entry) -> str:
    before, after = entry.data.get("before", {}), entry.data.get("after", {})
    told = [
        words % {"before": before.get(field, ""), "after": after[field]}
        for field, words in (
            ("name", _("name: %(before)s, now %(after)s")),
            ("time_zone", _("time zone: %(before)s, now %(after)s")),
            ("language", _("language of notices: %(before)s, now %(after)s")),
        )
        if field in after
    ]
    return _("%(who)s changed the organisation (%(what)s)") % {**_values(entry), "what": "; ".join(told)}


def _member_added(entry: Entry) -> str:
    return _("%(who)s added %(name)s as %(role)s") % _values(entry)


def _role_changed(entry: Entry) -> str:
    return _("%(who)s gave %(name)s the role of %(role)s") % _values(entry)


def _alert_mail_changed(entry: Entry) -> str:
    if entry.data.get("wanted"):
        return _("%(who)s wants alerts by e-mail") % _values(entry)
    return _("%(who)s does not want alerts by e-mail any more") % _values(entry)


register("accounts.organisation_created", _organisation_created)
register("accounts.organisation_changed", _organisation_changed)
register("accounts.member_added", _member_added)
register("accounts.role_changed", _role_changed)
register("accounts.alert_mail_changed", _alert_mail_changed)
