"""Brands and watches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol, TypeVar

from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.watch.models import Brand, Watch, WatchKind

SELDOM_ASKED = ("languages", "networks", "created_at", "changed_at")
OWN_KINDS = (WatchKind.BRAND, WatchKind.PRODUCT, WatchKind.PERSON, WatchKind.CAMPAIGN)


class _Kinded(Protocol):
    @property
    def kind(self) -> str: ...


Kinded = TypeVar("Kinded", bound=_Kinded)


class Kept(NamedTuple):
    """What says of a watch where it counts; of thousands, that is all that is asked for."""

    pk: int
    brand_id: int
    kind: str


def brands(organisation: Organisation) -> list[Brand]:
    """Return the organisation's brands."""
    with scope(organisation=organisation):
        return list(Brand.objects.all())


def watches(organisation: Organisation, among: Sequence[Brand] | None = None) -> list[Watch]:
    """Return the organisation's watches with their brands; what lists do not show is read when asked for.

    Parameters
    ----------
    among
        The organisation's brands, where they are at hand.
    """
    of = {brand.pk: brand for brand in (brands(organisation) if among is None else among)}
    with scope(organisation=organisation):
        found = list(Watch.objects.defer(*SELDOM_ASKED).order_by("brand__name", "pk"))
    for watch in found:
        if watch.brand_id in of:
            watch.brand = of[watch.brand_id]
    return found


def kept(organisation: Organisation) -> list[Kept]:
    """Return where each of the organisation's watches counts."""
    with scope(organisation=organisation):
        return [Kept(*row) for row in Watch.objects.order_by("pk").values_list(*Kept._fields)]


def own_watches(found: Sequence[Kinded]) -> list[Kinded]:
    """Return the watches that count for a brand's own figures.

    Those of kind own brand; where there is none, any that is not about competitors or a topic; else all.
    """
    own = [watch for watch in found if watch.kind == WatchKind.BRAND]
    return own or [watch for watch in found if watch.kind in OWN_KINDS] or list(found)
