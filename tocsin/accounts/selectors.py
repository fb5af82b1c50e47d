"""Questions about organisations and their people."""

from __future__ import annotations

from django.db.models import QuerySet
from django_scopes import scope

from tocsin.accounts.models import Membership, Organisation, User
from tocsin.watch.models import Brand


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Return the members, by name."""
    return Membership.objects.filter(organisation=organisation).select_related("user").order_by("user__name")


def organisations_of(user: User) -> QuerySet[Organisation]:
    """Return the organisations a person belongs to, by name."""
    return Organisation.objects.filter(memberships__user=user).order_by("name")


def left_by_imports() -> dict[str, str]:
    """Return the names of an organisation and its brand that imports made before anybody had an account."""
    organisation = Organisation.objects.filter(memberships=None).order_by("pk").first()
    if organisation is None:
        return {}
    with scope(organisation=organisation):
        brand = Brand.objects.order_by("pk").first()
    return {"organisation": organisation.name} | ({"brand": brand.name} if brand else {})
