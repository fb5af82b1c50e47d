"""Who acted: the chain keeps an opaque id, the sentence needs a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.accounts.models import User

if TYPE_CHECKING:
    from tocsin.journal.models import Entry

PREFIX = "accounts.user:"


def actor_id(user: User | None) -> str:
    """Return the opaque id of a person; empty for Tocsin itself."""
    return "" if user is None else f"{PREFIX}{user.pk}"


def actor_name(entry: Entry) -> str:
    """Return the name of who acted, in the active language for Tocsin and for people who left.

    Who shows many entries asks for all names at once and leaves each as ``entry.actor_known_as``.
    """
    if not entry.actor:
        return "Tocsin"
    known: str | None = getattr(entry, "actor_known_as", None)
    if known:
        return known
    user = User.objects.filter(pk=entry.actor.removeprefix(PREFIX)).first()
    return str(user) if user else _("a person who left")
