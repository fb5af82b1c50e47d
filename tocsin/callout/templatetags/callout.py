"""What templates of call-outs say of states, ways and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.callout.boarding import WHY, BoardCall, BoardRole
from tocsin.callout.messages import BoardMessage
from tocsin.callout.models import CallState
from tocsin.plan.models import Means
from tocsin.plan.roster import ShownLine
from tocsin.plan.words import here
from tocsin.ui import words
from tocsin.ui.templatetags.tocsin import icon

register = template.Library()

ASKED: Final = (CallState.CALLED, CallState.COMING, CallState.LATER)
_STATES: Final[Mapping[str, tuple[str, str | Promise]]] = {
    "waiting": ("circle", pgettext_lazy("call", "not called yet")),
    "called": ("bell-ring", pgettext_lazy("call", "called, no answer yet")),
    "coming": ("circle-check", pgettext_lazy("call", "on it")),
    "later": ("clock", pgettext_lazy("call", "comes later")),
    "unable": ("circle-x", pgettext_lazy("call", "can’t")),
    "silent": ("bell-off", pgettext_lazy("call", "did not answer")),
    "released": ("undo-2", pgettext_lazy("call", "released")),
    "unreached": ("circle-x", pgettext_lazy("call", "could not be reached")),
    "held": ("circle-check", pgettext_lazy("role", "covered")),
    "pending": ("hourglass", pgettext_lazy("role", "nobody has answered yet")),
    "nobody": ("circle-alert", pgettext_lazy("role", "nobody is left to call")),
    "idle": ("circle", pgettext_lazy("role", "nobody is being called")),
}
_MEANS: Final[Mapping[str, str]] = {
    "email": "mail",
    "sms": "message-square",
    "voice": "phone",
    "matrix": "message-circle",
    "push": "smartphone",
}
_FATES: Final[Mapping[str, tuple[str, str | Promise]]] = {
    "waiting": ("hourglass", pgettext_lazy("message", "waits")),
    "sending": ("send", pgettext_lazy("message", "leaving")),
    "sent": ("check", pgettext_lazy("message", "left")),
    "failed": ("circle-x", pgettext_lazy("message", "did not leave")),
    "withdrawn": ("undo-2", pgettext_lazy("message", "taken back")),
    "unknown": ("circle-help", pgettext_lazy("message", "nobody knows whether it left")),
}


@register.simple_tag
def call_state(state: str, said: str = "") -> SafeString:
    """Show how a call or a role stands: a shape and a word together.

    Parameters
    ----------
    said
        Words in place of the usual ones.
    """
    shape, word = _STATES.get(state, ("circle-help", state))
    return format_html(
        '<span class="callstate" data-state="{}">{}{}</span>', state, icon(shape), said or word
    )


@register.filter
def why_called(code: str) -> str:
    """Say why somebody is called."""
    return str(WHY.get(code, code))


@register.simple_tag
def means_icon(means: str) -> SafeString:
    """Draw the way by which somebody is reached, with its name for who hears the page."""
    known: dict[str, str | Promise] = {member.value: member.label for member in Means}
    known["push"] = _("notification")
    return format_html(
        '{}<span class="unseen">{} </span>', icon(_MEANS.get(means, "send"), "small"), known.get(means, means)
    )


@register.simple_tag
def fate_icon(state: str) -> SafeString:
    """Draw what became of a message."""
    return icon(_FATES.get(state, ("circle-help", ""))[0], "small")


@register.filter
def fate(state: str) -> str:
    """Say what became of a message."""
    return str(_FATES[state][1]) if state in _FATES else state


@register.filter
def role_state(role: BoardRole) -> str:
    """Return how a role stands: ``held``, ``pending``, ``nobody`` or ``idle``."""
    if role.covered:
        return "held"
    if role.asked:
        return "pending"
    return "nobody" if role.exhausted else "idle"


@register.filter
def troubled(messages: Iterable[BoardMessage]) -> int:
    """Count the messages that may well not arrive."""
    return sum(message.in_trouble for message in messages)


@register.filter
def of_contact(dial: Mapping[int, Sequence[ShownLine]], contact: int | None) -> Sequence[ShownLine]:
    """Return how a contact is called by hand; nothing when messages reach them."""
    return dial.get(contact, ()) if contact is not None else ()


@register.filter
def still_waiting(role: BoardRole) -> Sequence[BoardCall]:
    """Return who would be called after those who are, for the line below them."""
    return [one for one in role.calls if one.state == CallState.WAITING]


@register.filter
def called_ones(role: BoardRole) -> Sequence[BoardCall]:
    """Return who was called for a role, in order."""
    return [one for one in role.calls if one.state != CallState.WAITING]


@register.filter
def scenario_title(callout: object) -> str:
    """Name the scenario of a call-out as it was called then, in the reader's language."""
    return here(getattr(callout, "title", {})) or str(getattr(callout, "scenario", ""))


@register.filter
def lasted(span: timedelta | None) -> str:
    """Write a length of time."""
    return "–" if span is None else words.duration(span.total_seconds())


@register.filter
def asked_ones(role: BoardRole) -> Sequence[BoardCall]:
    """Return who is being called for a role, or comes."""
    return [one for one in role.calls if one.state in ASKED]


@register.filter
def past_ones(role: BoardRole) -> Sequence[BoardCall]:
    """Return who was called for a role and does not come, so far."""
    return [one for one in role.calls if one.state not in ASKED and one.state != CallState.WAITING]
