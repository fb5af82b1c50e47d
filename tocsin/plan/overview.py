"""Every brand with its plan at one look, in as many queries for ten brands as for one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.accounts.models import Membership, Organisation, User
from tocsin.plan import selectors
from tocsin.plan.models import WRITTEN, Plan, Reading, Seat, Version, VersionState
from tocsin.plan.readiness import Readiness
from tocsin.watch.models import Brand


@dataclass(frozen=True)
class Row:
    """A brand, with what there is of its plan."""

    brand: Brand
    plan: Plan | None = None
    in_force: Version | None = None
    written: Version | None = None
    readiness: Readiness | None = None
    scenarios: int = 0


def overview(organisation: Organisation) -> list[Row]:
    """Return every brand with its plan, the versions that count and how ready it is."""
    pairs = selectors.brands_and_plans(organisation)
    plans = [plan for _brand, plan in pairs if plan is not None]
    if not plans:
        return [Row(brand) for brand, _plan in pairs]
    states = (VersionState.IN_FORCE, *WRITTEN)
    people = ("plan", "author", "proposed_by", "approved_by")
    versions = list(Version.objects.filter(plan__in=plans, state__in=states).select_related(*people))
    seats = Seat.objects.filter(plan__in=plans).select_related("contact__user")
    seats = seats.prefetch_related("contact__lines", "contact__user__memberships")
    told = _Told(versions, list(seats), _members(organisation), _readings(versions))
    return [told.row(brand, plan) for brand, plan in pairs]


@dataclass(frozen=True)
class _Told:
    versions: Sequence[Version]
    seats: Sequence[Seat]
    members: Sequence[User]
    readings: dict[int, dict[int, datetime]]

    def row(self, brand: Brand, plan: Plan | None) -> Row:
        of_plan = [version for version in self.versions if plan and version.plan_id == plan.pk]
        in_force = _first(version for version in of_plan if version.state == VersionState.IN_FORCE)
        written = _first(version for version in of_plan if version.state in WRITTEN)
        shown = in_force or written
        if plan is None or shown is None:
            return Row(brand, plan)
        seats: dict[str, list[Seat]] = {}
        for seat in self.seats:
            if seat.plan_id == plan.pk:
                seats.setdefault(seat.role, []).append(seat)
        read = self.readings.get(shown.pk, {})
        people = [(user, read.get(user.pk)) for user in self.members]
        readiness = selectors.readiness_with(plan, shown, seats, people)
        return Row(brand, plan, in_force, written, readiness, len(shown.document.scenarios))


def _members(organisation: Organisation) -> list[User]:
    asked = Membership.objects.filter(organisation=organisation, user__is_active=True)
    return [member.user for member in asked.select_related("user")]


def _readings(versions: Sequence[Version]) -> dict[int, dict[int, datetime]]:
    found: dict[int, dict[int, datetime]] = {}
    for version, user, when in Reading.objects.filter(version__in=versions).values_list(
        "version_id", "user_id", "read_at"
    ):
        found.setdefault(version, {})[user] = when
    return found


def _first(versions: Iterable[Version]) -> Version | None:
    return next(iter(versions), None)
