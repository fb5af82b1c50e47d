"""What a call-out cannot do here, since nobody has set it up: said before it is needed."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.gate.selectors import can_send
from tocsin.plan.models import Means


@dataclass(frozen=True, slots=True)
class Missing:
    """What people will not receive, and what would change that."""

    what: str
    remedy: str


def missing() -> list[Missing]:
    """Return what stands in the way of every call-out of this installation."""
    found = []
    if not any(can_send(means) for means in Means.values):
        found.append(
            Missing(
                _("Nothing can leave this installation: no mail server and no other way is set."),
                _(
                    "Call people yourself, and note their answers on the board. "
                    "Whoever installed Tocsin sets TOCSIN_EMAIL_URL."
                ),
            )
        )
    elif not can_send(Means.SMS) and not can_send(Means.VOICE):
        found.append(
            Missing(
                _("Nobody is reached by phone: no service for text messages or calls is set."),
                _("Whoever sleeps may not hear an e-mail. Whoever installed Tocsin sets one up."),
            )
        )
    if not settings.URL:
        found.append(
            Missing(
                _("People receive the call without a link: nobody can answer by one tap."),
                _(
                    "Ask them to call back, and note their answers on the board. "
                    "Whoever installed Tocsin sets TOCSIN_URL."
                ),
            )
        )
    return found
