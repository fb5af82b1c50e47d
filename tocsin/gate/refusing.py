"""The second lock: Django's own mail is refused, because mail leaves through the gate alone."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from tocsin.errors import TocsinError


class WayOutRefused(TocsinError):
    """Something tried to send mail around the gate."""


class EmailBackend(BaseEmailBackend):
    """Refuses whatever is sent through Django's mail functions."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send nothing.

        Raises
        ------
        WayOutRefused
            Always.
        """
        raise WayOutRefused(
            f"{len(email_messages)} message(s) were kept back: mail leaves through the gate alone "
            "(tocsin.gate.actions.notice or words)"
        )
