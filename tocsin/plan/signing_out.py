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


def remember(request: HttpRequest, device: str) -> None:
    """Tie a copy to the session of its device."""
    if request.session.get(SESSION_KEY) != device:
        request.session[SESSION_KEY] = device


@receiver(user_logged_out, dispatch_uid="tocsin.plan.signing_out")
def _signed_out(sender: object, request: HttpRequest | None, user: User | None, **_more: Any) -> None:  # noqa: ANN401 - as the signal sends
    device = request.session.get(SESSION_KEY) if request is not None else None
    if device and user is not None:
        offline_copies.take_back(str(device), user, Ending.SIGNED_OUT)
