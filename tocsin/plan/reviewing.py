"""Reminding a plan's owner that it is to be gone through."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from tocsin.gate import actions as gate
from tocsin.journal import actions as journal
from tocsin.plan.models import Version, VersionState


def remind(version: int) -> None:
    """Tell a plan's owner that a version is to be gone through; nothing when it is superseded."""
    row = (
        Version.objects.select_related("plan__brand", "plan__owner", "organisation")
        .filter(pk=version, state=VersionState.IN_FORCE)
        .first()
    )
    if row is None:
        return
    brand, owner = row.plan.brand, row.plan.owner
    journal.record(
        "plan.review_due",
        actor=None,
        organisation=row.organisation_id,
        target=f"plan.version:{row.pk}",
        data={"brand": brand.name, "number": row.number},
    )
    if owner is not None and owner.is_active:
        gate.notice(
            row.organisation,
            addressee=owner.email,
            template="plan.review_due",
            context={
                "brand": brand.name,
                "number": row.number,
                "link": settings.URL + reverse("plan:show", args=[brand.slug]) if settings.URL else "",
            },
            key=f"plan.review:{row.pk}:{row.reviewed_at:%Y%m%d%H%M%S}",
            language=owner.language,
        )
