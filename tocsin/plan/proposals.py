"""Telling approvers that a version waits for them, and its author what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from tocsin.accounts.models import User
from tocsin.gate import actions as gate
from tocsin.gate import links
from tocsin.gate import selectors as gate_selectors
from tocsin.plan import selectors
from tocsin.plan.models import Version, VersionState


def proposed(version: Version, actor: User) -> None:
    """Tell everyone who may approve a version that it waits for them, but not who proposed it."""
    in_force = version.plan.versions.filter(state=VersionState.IN_FORCE).first()
    number = in_force.number if in_force is not None else 0
    context = {"who": str(actor), "summary": version.summary, "number": number}
    approvers = User.objects.filter(pk__in=selectors.approvers(version.organisation_id), is_active=True)
    for approver in approvers.exclude(pk=actor.pk):
        _tell(version, approver, "plan.proposed", context)


def approved(version: Version, actor: User) -> None:
    """Tell who wrote and who proposed a version that it is in force."""
    for author in _authors(version, actor):
        _tell(version, author, "plan.approved", {"who": str(actor), "number": version.number})


def sent_back(version: Version, actor: User) -> None:
    """Tell who wrote and who proposed a version what is to be mended."""
    for author in _authors(version, actor):
        _tell(version, author, "plan.sent_back", {"who": str(actor), "why": version.refusal})


def _authors(version: Version, actor: User) -> list[User]:
    people = {user.pk: user for user in (version.proposed_by, version.author) if user is not None}
    return [user for user in people.values() if user.pk != actor.pk and user.is_active]


def _tell(version: Version, user: User, template: str, context: Mapping[str, object]) -> None:
    if not gate_selectors.can_send("email"):
        return
    gate.notice(
        version.organisation,
        addressee=user.email,
        template=template,
        context={
            **context,
            "brand": version.plan.brand.name,
            "link": links.absolute(_page(version)),
        },
        # The revision and the moment: a version may be sent back and proposed again without a change.
        key=f"{template}:{version.pk}:{version.revision}:{version.proposed_at:%Y%m%d%H%M%S}:{user.pk}",
        language=user.language,
    )


def _page(version: Version) -> str:
    page = reverse("plan:show", args=[version.plan.brand.slug])
    return f"{page}?version={version.pk}" if version.state == VersionState.PROPOSED else page
