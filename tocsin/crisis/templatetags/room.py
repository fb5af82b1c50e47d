"""What templates of rooms say of lines, tasks and times."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.clock.time import house_now
from tocsin.crisis.showing import GROUPS, KINDS
from tocsin.plan import words as plan_words

register = template.Library()
ICONS = {
    "decision": "flag",
    "fact": "circle-check",
    "question": "circle-help",
    "message": "message-square",
    "call": "phone",
    "who": "user",
    "note": "pencil",
    "task": "list-checks",
    "alert": "bell",
    "callout": "megaphone",
    "room": "siren",
}


@register.filter
def line_kind(kind: str) -> str:
    """Name a kind of line."""
    return str(KINDS.get(kind, kind))


@register.filter
def line_icon(kind: str) -> str:
    """Return the icon of a kind of line."""
    return ICONS.get(kind, "pencil")


@register.filter
def group_name(name: str) -> str:
    """Name a group of tasks."""
    return str(GROUPS.get(name, name))


@register.filter
def titled(title: Mapping[str, str]) -> str:
    """Name a role; one that the plan does not know keeps its short name."""
    return plan_words.here(dict(title))


@register.filter
def elapsed(now: datetime, since: datetime) -> str:
    """Say how long something has gone on: ``12 min``, ``3 h 05``, ``2 d 4 h``."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(n)d min", "%(n)d min", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    if hours < 48:
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": rest}
    return _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}


@register.filter
def lasting(since: datetime, now: datetime) -> SafeString:
    """Say how long something goes on, counted on while the page stays open."""
    ahead = round((now - house_now()).total_seconds() * 1000)
    own = format_html(' data-ahead="{}"', ahead) if abs(ahead) >= 1000 else ""
    return format_html(
        '<time datetime="{}" data-lasting{}>{}</time>', since.isoformat(), own, elapsed(now, since)
    )


@register.filter
def written_moment(text: str) -> datetime | None:
    """Return the time that a stored text writes; None for none."""
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None


@register.filter
def get(mapping: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever the mapping holds
    """Return what a mapping holds under a name."""
    return mapping.get(name)
