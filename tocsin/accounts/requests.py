"""The request that a member's view gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from tocsin.accounts.models import Membership, Organisation, User


class MemberRequest(HttpRequest):
    """A request after `access.require`: signed in, and about one organisation."""

    organisation: Organisation
    membership: Membership
    user: User
