"""What is asked about a rota."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.core import signing
from django.db.models import QuerySet

from tocsin.plan.models import Contact, Plan, Shift

_UNDO: Final = "tocsin.plan.rota.undo"
_UNDO_AGE: Final = timedelta(days=1)


def upcoming(plan: Plan, begins: datetime, ends: datetime | None = None) -> list[Shift]:
    """Return the shifts that touch a span of time, with who is on call, first those that begin first."""
    rows: QuerySet[Shift] = plan.shifts.filter(ends_at__gt=begins)
    if ends is not None:
        rows = rows.filter(begins_at__lt=ends)
    return list(rows.select_related("contact").prefetch_related("contact__lines").order_by("begins_at", "pk"))


def of_series(plan: Plan, uid: str) -> Sequence[Shift]:
    """Return the shifts of a series or of an event that recurs."""
    return list(plan.shifts.filter(uid=uid).select_related("contact"))


def ahead(contact: Contact, now: datetime) -> list[Shift]:
    """Return the shifts that a contact still has to do, in every plan."""
    rows = contact.shifts.filter(ends_at__gt=now).select_related("plan__brand")
    return list(rows.order_by("begins_at", "pk"))


def kept(shift: Shift) -> str:
    """Return a shift as a word that an address carries, so that its removal can be undone."""
    fields = {
        "plan": shift.plan_id,
        "role": shift.role,
        "contact": shift.contact_id,
        "begins_at": shift.begins_at.isoformat(),
        "ends_at": shift.ends_at.isoformat(),
        "uid": shift.uid,
        "occurrence": shift.occurrence,
        "note": shift.note,
    }
    return signing.dumps(fields, salt=_UNDO, compress=True)


def unkept(word: str) -> dict[str, object]:
    """Return the fields of a shift that was removed.

    Raises
    ------
    signing.BadSignature
        When the word was not made here, or is more than a day old.
    """
    fields: dict[str, object] = signing.loads(word, salt=_UNDO, max_age=_UNDO_AGE)
    return fields
