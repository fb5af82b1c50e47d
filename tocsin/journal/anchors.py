"""Which chain an anchor belongs to."""

from __future__ import annotations

from django_scopes import scopes_disabled

from tocsin.accounts.models import Organisation
from tocsin.journal.models import Entry


def holder_of(anchor: str) -> Organisation | None:
    """Return the organisation in whose chain an entry has this hash."""
    with scopes_disabled():
        entry: Entry | None = (
            Entry.objects.select_related("organisation").filter(hash=anchor.strip().lower()).first()
        )
    return entry.organisation if entry else None
