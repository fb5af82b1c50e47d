"""What is asked about plans and contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.plan.document.structure import Document
from tocsin.plan.models import WRITTEN, Contact, Plan, Seat, Version, VersionState
from tocsin.plan.readiness import Held, Readiness, State, readiness
from tocsin.watch.models import Brand


def brands_and_plans(organisation: Organisation) -> list[tuple[Brand, Plan | None]]:
    """Return every brand with its plan, None where it has none yet."""
    plans = {plan.brand_id: plan for plan in Plan.objects.filter(organisation=organisation)}
    return [(brand, plans.get(brand.pk)) for brand in Brand.objects.filter(organisation=organisation)]


def plans(organisation: Organisation) -> Sequence[Plan]:
    """Return every plan of an organisation, with its brand."""
    return list(Plan.objects.filter(organisation=organisation).select_related("brand"))


def plan_of(brand: Brand) -> Plan | None:
    """Return a brand's plan, None while it has none."""
    plan: Plan | None = Plan.objects.select_related("brand", "owner").filter(brand=brand).first()
    return plan


def in_force(plan: Plan) -> Version | None:
    """Return the version in force, None before the first approval."""
    people = ("plan__brand", "approved_by")
    return plan.versions.filter(state=VersionState.IN_FORCE).select_related(*people).first()


def written(plan: Plan) -> Version | None:
    """Return the draft or proposed version that is being written, None when nobody writes."""
    people = ("plan__brand", "author", "proposed_by")
    return plan.versions.filter(state__in=WRITTEN).select_related(*people).first()


def versions(plan: Plan) -> Sequence[Version]:
    """Return every version, the newest first."""
    people = ("author", "proposed_by", "approved_by")
    return list(plan.versions.select_related(*people).defer("content"))


def version_before(version: Version) -> Version | None:
    """Return the version that a version came or would come after, None for the first."""
    numbered = version.plan.versions.exclude(number=None).order_by("-number")
    if version.number is not None:
        numbered = numbered.filter(number__lt=version.number)
    return numbered.first()


def readers(version: Version) -> list[tuple[User, datetime | None]]:
    """Return every member with the time at which they read a version, None for not yet; those first."""
    read = {reading.user_id: reading.read_at for reading in version.readings.all()}
    members = Membership.objects.filter(organisation=version.organisation_id, user__is_active=True)
    people = [member.user for member in members.select_related("user")]
    return sorted(
        ((user, read.get(user.pk)) for user in people), key=lambda pair: (pair[1] is not None, pair[0].name)
    )


def review_due(version: Version) -> datetime | None:
    """Return when a version is to be gone through again, None when it never came into force."""
    if version.reviewed_at is None:
        return None
    return version.reviewed_at + timedelta(days=version.plan.review_days)


def contacts(organisation: Organisation) -> Sequence[Contact]:
    """Return every contact with its lines, deputy and seats."""
    asked = Contact.objects.filter(organisation=organisation).select_related("deputy", "user", "organisation")
    return list(asked.prefetch_related("lines", "seats__plan__brand", "user__memberships"))


def team(plan: Plan) -> dict[str, list[Seat]]:
    """Return who holds each role of a plan, first who is called first."""
    seats: dict[str, list[Seat]] = {}
    rows = plan.seats.select_related("contact__deputy", "contact__user")
    for seat in rows.prefetch_related("contact__lines", "contact__user__memberships"):
        seats.setdefault(seat.role, []).append(seat)
    return seats


def readiness_of(plan: Plan) -> Readiness:
    """Return how ready a plan is: the version in force, or what is written while none is."""
    version = in_force(plan) or written(plan)
    return readiness_with(plan, version, team(plan), readers(version) if version is not None else [])


def readiness_with(
    plan: Plan,
    version: Version | None,
    seats: Mapping[str, Sequence[Seat]],
    people: Sequence[tuple[User, datetime | None]],
) -> Readiness:
    """Return how ready a plan is, from what a page has read already.

    Parameters
    ----------
    version
        The one in force, or what is written while none is.
    people
        Every member, with the time at which they read it.
    """
    return readiness(
        State(
            document=version.document if version is not None else Document(),
            seats={role: [_held(seat) for seat in of_role] for role, of_role in seats.items()},
            in_force=version is not None and version.state == VersionState.IN_FORCE,
            review_due=review_due(version) if version is not None else None,
            members=len(people),
            readers=sum(read_at is not None for _user, read_at in people),
            now=clock.now(plan.organisation_id),
        )
    )


def approvers(organisation: int) -> set[int]:
    """Return the ids of the users who may approve a plan."""
    members = Membership.objects.filter(organisation=organisation, user__is_active=True)
    return {member.user_id for member in members if member.may(Role.APPROVER)}


def _held(seat: Seat) -> Held:
    contact = seat.contact
    lines = tuple((line.means, line.address, line.confirmed_at) for line in contact.lines.all())
    return Held(
        contact=contact.pk,
        name=contact.name,
        inside=contact.side == "inside",
        lines=lines,
        left=contact.left_at is not None,
        former=contact.is_former,
    )
