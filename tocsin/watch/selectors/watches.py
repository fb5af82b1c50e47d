"""Brands and watches."""

from __future__ import annotations

from collections.abc import Sequence

from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.watch.models import Brand, Watch, WatchKind

OWN_KINDS = (WatchKind.BRAND, WatchKind.PRODUCT, WatchKind.PERSON, WatchKind.CAMPAIGN)


def brands(organisation: Organisation) -> list[Brand]:
    """Return the organisation's brands."""
    with scope(organisation=organisation):
        return list(Brand.objects.all())


def watches(organisation: Organisation) -> list[Watch]:
    """Return the organisation's watches with their brands."""
    with scope(organisation=organisation):
        return list(Watch.objects.select_related("brand").order_by("brand__name", "pk"))


def own_watches(found: Sequence[Watch]) -> list[Watch]:
    """Return the watches that count for a brand's own figures.

    Those of kind own brand; where there is none, any that is not about competitors or a topic; else all.
    """
    own = [watch for watch in found if watch.kind == WatchKind.BRAND]
    return own or [watch for watch in found if watch.kind in OWN_KINDS] or list(found)
