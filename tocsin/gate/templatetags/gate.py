"""What the pages of messages say: names of the ways out, addressees as people know them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from tocsin.gate.models import Hook, Outgoing, PushSubscription

register = template.Library()

_ICONS = {
    "email": "mail",
    "sms": "message-square",
    "voice": "phone-call",
    "push": "smartphone",
    "matrix": "message-circle",
    "webhook": "plug",
}


@register.filter
def channel(name: str) -> str:
    """Return the name of a way out."""
    names = {
        "email": _("e-mail"),
        "sms": _("text message"),
        "voice": _("telephone call"),
        "push": _("push"),
        "matrix": "Matrix",
        "webhook": _("webhook"),
    }
    return names.get(name, name)


@register.filter
def channel_icon(name: str) -> str:
    """Return the icon of a way out."""
    return _ICONS.get(name, "send")


@register.filter
def addressed(outgoing: Outgoing) -> str:
    """Return to whom a message goes: of a browser or a program, its name."""
    kind, _colon, number = outgoing.addressee.partition(":")
    if kind == "push" and outgoing.channel == "push" and number.isdigit():
        found = PushSubscription.objects.filter(pk=int(number)).select_related("user").first()
        return f"{found.user.name}, {found.label}" if found else _("a browser that was removed")
    if kind == "hook" and outgoing.channel == "webhook" and number.isdigit():
        hook = Hook.objects.filter(pk=int(number), organisation=outgoing.organisation_id).first()
        return str(hook.name) if hook else _("a program that was removed")
    return str(outgoing.addressee)
