"""How people sign in: with an account that somebody made for them, and no mail but through the gate."""

from __future__ import annotations

import hashlib
import logging
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tocsin.accounts.models import Membership, User
from tocsin.gate import actions as gate
from tocsin.gate.selectors import can_send_mail

log = logging.getLogger(__name__)

PASSWORD_RESET = "account/email/password_reset_key"  # noqa: S105 - the name of a mail


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes signing up, and hands allauth's mail to the gate."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: a stranger cannot make an account."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send the link of a new password as a notice; nothing else that allauth would like to say.

        An address that nobody has gets no mail, and the page says the same to everybody.
        """
        user = context.get("user")
        if template_prefix != PASSWORD_RESET or not isinstance(user, User):
            log.info("allauth's mail %s is not sent", template_prefix)
            return
        membership = (
            Membership.objects.filter(user=user).select_related("organisation").order_by("pk").first()
        )
        if membership is None or not can_send_mail():
            log.warning("no link for a new password could be sent: no mail server, or no organisation")
            return
        link = public(str(context["password_reset_url"]))
        gate.notice(
            membership.organisation,
            addressee=email,
            template="accounts.password_reset",
            context={"name": user.name, "link": link},
            key=f"accounts.password_reset:{user.pk}:{hashlib.sha256(link.encode()).hexdigest()[:32]}",
            language=user.language,
        )


def public(address: str) -> str:
    """Return an address on Tocsin's public base: the one asked for may carry any host that reached it."""
    if not settings.URL:
        return address
    asked = urlsplit(address)
    return f"{settings.URL}{urlunsplit(('', '', asked.path, asked.query, ''))}"
