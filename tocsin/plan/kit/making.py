"""Making kits in the background: asked for when a version or its people change, made by the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from tocsin import clock
from tocsin.accounts.models import Organisation
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Deadline, DeadlineState, Lane
from tocsin.plan import selectors
from tocsin.plan.document.structure import said as in_words
from tocsin.plan.kit import keeping, printing, rota
from tocsin.plan.kit.contents import Contents, contents, fingerprint
from tocsin.plan.kit.layout import SHAPES, Shape
from tocsin.plan.models import Contact, Plan, Seat, Version, VersionState
from tocsin.ui.words import exact

HANDLER: Final = "plan.kits"
GATHERED: Final = 15
"""Seconds in which changes are gathered, so that ten of them make one kit."""


@dataclass(frozen=True, slots=True)
class Kit:
    """The kit of a version in a language.

    Attributes
    ----------
    made_at
        When the file was made; None while it is being made.
    size
        In bytes.
    before
        Whether an older one can be read meanwhile.
    """

    language: str
    shape: Shape
    path: Path
    made_at: datetime | None
    size: int = 0
    before: bool = False


def ask(organisation: Organisation, *, now: bool = False) -> None:
    """Ask for the kits of an organisation's plans, shortly; those that say what holds are left alone.

    Parameters
    ----------
    now
        Without waiting for more changes: somebody wants to read.
    """
    moment = clock.now(organisation)
    turn = int(moment.timestamp()) // GATHERED
    due = moment if now else datetime.fromtimestamp((turn + 1) * GATHERED, UTC)
    key = f"{HANDLER}:{organisation.pk}:{turn}:{int(now)}"
    deadlines.set(HANDLER, due, organisation=organisation, key=key, lane=Lane.BULK)


def make(organisation: Organisation) -> int:
    """Make the kits of an organisation's plans that are missing or say what no longer holds; count them."""
    made = 0
    for plan in Plan.objects.select_related("brand", "organisation").filter(organisation=organisation):
        version = selectors.in_force(plan)
        if version is None:
            continue
        made += sum(_make(version, language, shape) for language, shape in _each(version))
    return made


def failed(organisation: Organisation) -> bool:
    """Return whether the last kits that were asked for could not be made."""
    asked = Deadline.objects.filter(handler=HANDLER, organisation=organisation).order_by("-pk").first()
    return asked is not None and (asked.state == DeadlineState.FAILED or bool(asked.problem))


def tidy() -> int:
    """Remove the kits of plans that are gone, and ask for those that the days made old; count the removed."""
    ask_again()
    with scopes_disabled():
        known = set(Plan.objects.values_list("pk", flat=True))
    return keeping.forget_all_but(known)


def ask_again() -> None:
    """Ask for the kits of every organisation with a plan: a rota goes on while nothing else changes."""
    with scopes_disabled():
        asking = list(Organisation.objects.filter(plans__versions__state=VersionState.IN_FORCE).distinct())
        for organisation in asking:
            ask(organisation)


def kits(version: Version) -> list[Kit]:
    """Return the kits of the version in force, one a language and shape, made or not."""
    return [kit(version, language, shape) for language, shape in _each(version)]


def kit(version: Version, language: str, shape: Shape = "a4") -> Kit:
    """Return the kit of a version in a language and shape, made or not."""
    path = _path(version, language, shape)
    try:
        found = path.stat()
    except FileNotFoundError:
        before = keeping.last(version.plan_id, language, shape) is not None
        return Kit(language, shape, path, None, before=before)
    return Kit(language, shape, path, datetime.fromtimestamp(found.st_mtime, UTC), found.st_size)


def said(version: Version, language: str) -> Contents:
    """Return what the kit of a version says now."""
    zone = ZoneInfo(version.plan.organisation.time_zone)
    now = clock.now(version.plan.organisation)
    with timezone.override(zone), translation.override(language):
        titles = {role.id: in_words(role.title, language) for role in version.document.roles}
        told = rota.rota(rota.shifts(version.plan, now, zone), titles, now, zone)
        return contents(version, *_people(version), language, told)


def _each(version: Version) -> Iterator[tuple[str, Shape]]:
    return ((language, shape) for language in version.document.languages for shape in SHAPES)


def _make(version: Version, language: str, shape: Shape) -> bool:
    path = _path(version, language, shape)
    if path.exists():
        return False
    zone = ZoneInfo(version.plan.organisation.time_zone)
    with translation.override(language), timezone.override(zone):
        made = _("Made on %(when)s") % {"when": exact(timezone.now())}
    keeping.keep(path, printing.pdf(said(version, language), made, shape))
    return True


def _path(version: Version, language: str, shape: Shape) -> Path:
    zone = ZoneInfo(version.plan.organisation.time_zone)
    now = clock.now(version.plan.organisation)
    shifts = rota.shifts(version.plan, now, zone)
    named = fingerprint(version, *_people(version), language, shifts=shifts, since=rota.span(now, zone).first)
    return keeping.path_of(version.plan_id, language, named, shape)


def _people(version: Version) -> tuple[Mapping[str, Sequence[Seat]], Sequence[Contact]]:
    """Return who holds each role, and the contacts without one."""
    plan = version.plan
    within_reach = Contact.objects.filter(organisation=plan.organisation_id, seats__isnull=True)
    others = within_reach.select_related("deputy").prefetch_related("lines")
    return selectors.team(plan), list(others)
