"""The gate's verbs."""

import re

from django.utils.translation import gettext as _

from tocsin.journal.models import Entry
from tocsin.journal.people import actor_name
from tocsin.journal.verbs import register


def _pressed(entry: Entry) -> str:
    values = {"who": actor_name(entry), "addressee": _addressee(entry)}
    return _("%(who)s pressed send on a message to %(addressee)s") % values


def _edited(entry: Entry) -> str:
    values = {"who": actor_name(entry), "addressee": _addressee(entry)}
    if entry.data.get("voided"):
        return _("%(who)s changed a message to %(addressee)s: send must be pressed again") % values
    return _("%(who)s changed a message to %(addressee)s") % values


def _sent(entry: Entry) -> str:
    return _("The message to %(addressee)s left") % {"addressee": _addressee(entry)}


def _failed(entry: Entry) -> str:
    values = {"addressee": _addressee(entry), "problem": entry.data.get("problem", "")}
    return _("A message to %(addressee)s did not leave: %(problem)s") % values


def _unknown(entry: Entry) -> str:
    return _("Nobody knows whether a message to %(addressee)s left") % {"addressee": _addressee(entry)}


def _settled(entry: Entry) -> str:
    values = {"who": actor_name(entry), "addressee": _addressee(entry)}
    if entry.data.get("arrived"):
        return _("%(who)s found that a message to %(addressee)s had arrived") % values
    return _("%(who)s had a message to %(addressee)s sent again") % values


def _retried(entry: Entry) -> str:
    values = {"who": actor_name(entry), "addressee": _addressee(entry)}
    return _("%(who)s had a message to %(addressee)s that had failed sent again") % values


def _frozen(entry: Entry) -> str:
    return _("%(who)s froze every word to customers and the public") % {"who": actor_name(entry)}


def _thawed(entry: Entry) -> str:
    return _("%(who)s let words to customers and the public leave again") % {"who": actor_name(entry)}


def _quiet_hours_set(entry: Entry) -> str:
    data = entry.data
    if not data.get("from"):
        return _("%(who)s changed the quiet hours") % {"who": actor_name(entry)}
    values = {"who": actor_name(entry), "begin": data["from"][:5], "end": data["until"][:5]}
    return _("%(who)s set quiet hours from %(begin)s to %(end)s") % values


def _tried(entry: Entry) -> str:
    values = {"who": actor_name(entry), "addressee": _addressee(entry)}
    return _("%(who)s had a trial message sent to %(addressee)s") % values


def _hook_added(entry: Entry) -> str:
    return _("%(who)s added the program %(name)s, which is called by webhook") % _hook(entry)


def _hook_removed(entry: Entry) -> str:
    return _("%(who)s removed the program %(name)s, which was called by webhook") % _hook(entry)


def _hook(entry: Entry) -> dict[str, str]:
    return {"who": actor_name(entry), "name": str(entry.data.get("name") or _("(erased)"))}


def _addressee(entry: Entry) -> str:
    addressee = str(entry.data.get("addressee") or "")
    if re.fullmatch(r"push:\d+", addressee):
        return _("a browser or phone")
    if re.fullmatch(r"hook:\d+", addressee):
        return _("a program")
    return addressee or _("somebody (erased)")


register("gate.pressed", _pressed)
register("gate.edited", _edited)
register("gate.sent", _sent)
register("gate.failed", _failed)
register("gate.unknown", _unknown)
register("gate.settled", _settled)
register("gate.retried", _retried)
register("gate.frozen", _frozen)
register("gate.thawed", _thawed)
register("gate.quiet_hours_set", _quiet_hours_set)
register("gate.tried", _tried)
register("gate.hook_added", _hook_added)
register("gate.hook_removed", _hook_removed)
