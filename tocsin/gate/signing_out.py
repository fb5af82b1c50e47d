"""Who signs out on a device is not called on it any more, whatever the device does."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest

from tocsin.accounts.models import User
from tocsin.gate import push

SESSION_KEY: Final = "push_endpoint"


def remember(request: HttpRequest, endpoint: str) -> None:
    """Tie a subscription to the session of its device."""
    request.session[SESSION_KEY] = endpoint


def endpoint(request: HttpRequest) -> str:
    """Return the subscription of the device that asks; empty for none."""
    return str(request.session.get(SESSION_KEY, ""))


def forget(request: HttpRequest) -> None:
    """Untie it."""
    request.session.pop(SESSION_KEY, None)


@receiver(user_logged_out, dispatch_uid="tocsin.gate.signing_out")
def _signed_out(sender: object, request: HttpRequest | None, user: User | None, **_more: Any) -> None:  # noqa: ANN401 - as the signal sends
    subscribed = endpoint(request) if request is not None else ""
    if subscribed and user is not None:
        push.unsubscribe(user, subscribed)
