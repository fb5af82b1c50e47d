"""Who calls: a bearer token of a source."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled
from ninja.security import HttpBearer

from tocsin.api.exceptions import CallRefused
from tocsin.listen.models import SourceState, Token
from tocsin.listen.tokens import token_digest

_SEEN_EVERY = timedelta(minutes=1)


class TokenBearer(HttpBearer):
    """Finds the token of a call by the hash that is kept of it."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token if it works.

        Raises
        ------
        CallRefused
            When its source is paused.
        """
        with scopes_disabled():
            found: Token | None = (
                Token.objects.select_related("source", "organisation", "made_by")
                .filter(digest=token_digest(token), revoked_at=None)
                .first()
            )
            if found is None:
                return None
            _speak(request, found)
            if found.source.state == SourceState.PAUSED:
                raise CallRefused(403, "paused", _("The source of this token is paused; nothing was taken."))
            _mark_used(found)
        return found


def _speak(request: HttpRequest, token: Token) -> None:
    """Answer in the language that the call asks for; else in that of the person who made the token."""
    if "Accept-Language" not in request.headers:
        translation.activate(token.made_by.language if token.made_by else token.organisation.language)


def _mark_used(token: Token) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > _SEEN_EVERY:
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
