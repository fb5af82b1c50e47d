"""What keeps a way out from working, as `tocsin doctor` tells it; nothing is sent."""

from __future__ import annotations

from django.conf import settings

from tocsin.errors import ConfigurationError
from tocsin.gate import push_keys, ways
from tocsin.gate.channels.email import server_of
from tocsin.gate.channels.matrix_client import account_of
from tocsin.gate.channels.telephone import name_of, services_for

SOME_NUMBER = "+33123456789"


def leads_to(channel: str) -> str:
    """Return through what a channel that is set up leaves, without any secret.

    Raises
    ------
    ConfigurationError
        When its setting cannot work.
    """
    if problem := ways.why_not(channel):
        raise ConfigurationError(problem)
    if channel == "email":
        server = server_of(settings.EMAIL_URL)
        return f"{server.host}:{server.port}"
    if channel == "matrix":
        return account_of(settings.MATRIX_URL).base
    if channel == "push":
        if push_keys.is_made():
            push_keys.private_key()
        return "the push services of browsers"
    if channel in {"sms", "voice"}:
        configured = settings.SMS_URL if channel == "sms" else settings.VOICE_URL
        try:
            services = services_for(configured, SOME_NUMBER)
        except ConfigurationError as error:
            raise ConfigurationError(f"TOCSIN_{channel.upper()}_URL: {error}") from error
        return ", then ".join(name_of(service) for service in services)
    return "HTTP"
