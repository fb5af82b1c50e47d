"""Questions about organisations and their people."""

from __future__ import annotations

from django.db.models import QuerySet

from tocsin.accounts.models import Membership, Organisation, User


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Return the members, by name."""
    return Membership.objects.filter(organisation=organisation).select_related("user").order_by("user__name")


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Return the organisations a person belongs to, by name."""
    return Organisation.objects.filter(memberships__user=user).order_by("name")
