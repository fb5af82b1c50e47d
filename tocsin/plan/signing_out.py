"""Who signs out on a device keeps no plan on it: the copy is taken back, whatever the device does."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from tocsin.accounts.models import User
from tocsin.plan import offline_copies
from tocsin.plan.models_offline import Ending

SESSION_KEY: Final = "offline_copy"


def remember(request: HttpRequest, name: str) -> None:
    """Tie a copy to the session of its device."""
    if device(request) != name:
        request.session[SESSION_KEY] = name


def device(request: HttpRequest) -> str:
    """Return the copy of the device that asks; empty for none."""
    return str(request.session.get(SESSION_KEY, ""))


@receiver(user_logged_out, dispatch_uid="tocsin.plan.signing_out")
def _signed_out(sender: object, request: HttpRequest | None, user: User | None, **_more: Any) -> None:  # noqa: ANN401 - as the signal sends
    kept = device(request) if request is not None else ""
    if kept and user is not None:
        offline_copies.take_back(kept, user, Ending.SIGNED_OUT)
