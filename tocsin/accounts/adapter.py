"""How people sign in: with an account that somebody made for them, never by making their own."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Closes signing up; the first account is made on the set-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: a stranger cannot make an account."""
        return False
