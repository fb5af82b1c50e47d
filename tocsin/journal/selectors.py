"""Questions put to the journal."""

from __future__ import annotations

from django.db.models import QuerySet
from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.journal.models import Chain, Entry, Seal


def entries(organisation: Organisation, *, target: str = "", after: int = 0) -> QuerySet[Entry]:
    """Return entries in order, with their payloads.

    Parameters
    ----------
    target
        Only what was done to this ``app.model:pk``.
    after
        Only entries after this place in the chain.
    """
    with scope(organisation=organisation):
        rows: QuerySet[Entry] = Entry.objects.filter(sequence__gt=after).select_related("payload")
    return rows.filter(target=target) if target else rows


def head(organisation: Organisation | int) -> tuple[int, str]:
    """Return the place and hash of the last entry: the anchor that digests and reports print."""
    with scope(organisation=organisation):
        row = Chain.objects.values_list("sequence", "head").first()
    return row or (0, "")


def last_seal(organisation: Organisation) -> Seal | None:
    """Return the last signed head."""
    with scope(organisation=organisation):
        seal: Seal | None = Seal.objects.order_by("-sequence").first()
    return seal
