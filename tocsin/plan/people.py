"""What is done to contacts: written down, given lines and deputies, confirmed, seated, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan.models import Contact, Line, Means, Plan, Seat

FIELDS = ("name", "function", "company", "side", "languages", "time_zone", "hours", "note", "user")
_MATRIX = "@{}:{}"


class NotReachable(TocsinError):
    """An address or number that nobody can be reached at; it was not kept."""


class Circular(TocsinError):
    """A deputy of whom the contact is the deputy, directly or over others; nothing was changed."""


@transaction.atomic
def add(organisation: Organisation, actor: User, **fields: object) -> Contact:
    """Write somebody down who is to be reached in a crisis."""
    now = clock.now(organisation)
    contact: Contact = Contact.objects.create(
        organisation=organisation, created_at=now, changed_at=now, **_known(fields)
    )
    _record("plan.contact_added", contact, actor)
    return contact


@transaction.atomic
def change(contact: Contact, actor: User, **fields: object) -> Contact:
    """Change what is known of a contact; what is not given stays."""
    row = _locked(contact)
    for name, value in _known(fields).items():
        setattr(row, name, value)
    row.changed_at = clock.now(row.organisation_id)
    row.save()
    _record("plan.contact_changed", row, actor, {"fields": sorted(fields)})
    return row


@transaction.atomic
def set_deputy(contact: Contact, deputy: Contact | None, actor: User) -> Contact:
    """Say who is called when a contact does not answer.

    Raises
    ------
    Circular
        When calling on would come back to the contact.
    """
    row = _locked(contact)
    if deputy is not None and row.pk in _deputies_of(deputy):
        raise Circular(
            _("%(deputy)s’s own deputies lead back to %(name)s: the call would go round in circles.")
            % {"deputy": deputy.name, "name": row.name}
        )
    row.deputy, row.changed_at = deputy, clock.now(row.organisation_id)
    row.save()
    _record("plan.deputy_set", row, actor, {"deputy": deputy.name if deputy else ""})
    return row


@transaction.atomic
def remove(contact: Contact, actor: User) -> Sequence[Seat]:
    """Let go of a contact; return the seats that stand empty now.

    The journal keeps that there was one, without the addresses.
    """
    row = _locked(contact)
    seats = list(row.seats.select_related("plan__brand"))
    _record("plan.contact_removed", row, actor, {"roles": [seat.role for seat in seats]})
    row.delete()
    return seats


@transaction.atomic
def add_line(contact: Contact, means: str, address: str, actor: User, *, region: str = "FR") -> Line:
    """Add a way to reach a contact, after those there are; the same address is not added twice.

    Parameters
    ----------
    region
        Country of numbers written without one, as two letters.

    Raises
    ------
    NotReachable
        When it is no address or number of its kind.
    """
    row = _locked(contact)
    known = address_of(means, address, region)
    last = row.lines.aggregate(last=Max("rank"))["last"]
    line, made = Line.objects.get_or_create(
        contact=row,
        means=means,
        address=known,
        defaults={"organisation_id": row.organisation_id, "rank": 0 if last is None else last + 1},
    )
    if made:
        _record("plan.line_added", row, actor, {"means": means})
    return line


@transaction.atomic
def remove_line(line: Line, actor: User) -> None:
    """Let go of a way to reach a contact."""
    _record("plan.line_removed", line.contact, actor, {"means": line.means})
    line.delete()


@transaction.atomic
def order_lines(contact: Contact, order: Sequence[int], actor: User) -> None:
    """Say which line is tried first; lines that are not named come after, as they were."""
    row = _locked(contact)
    places = {pk: place for place, pk in enumerate(order)}
    lines = sorted(row.lines.all(), key=lambda line: (places.get(line.pk, len(places)), line.rank))
    for rank, line in enumerate(lines):
        Line.objects.filter(pk=line.pk).update(rank=rank)
    _record("plan.lines_ordered", row, actor)


@transaction.atomic
def confirm(line: Line, actor: User | None) -> Line:
    """Note that an address or number is right, said by its owner or by who called it."""
    row: Line = Line.objects.select_for_update().select_related("contact").get(pk=line.pk)
    row.confirmed_at, row.doubted_at = clock.now(row.organisation_id), None
    row.save()
    _record("plan.line_confirmed", row.contact, actor, {"means": row.means})
    return row


@transaction.atomic
def doubt(line: Line, actor: User | None) -> Line:
    """Note that an address or number is no longer right; it is tried last until it is confirmed."""
    row: Line = Line.objects.select_for_update().select_related("contact").get(pk=line.pk)
    row.doubted_at = clock.now(row.organisation_id)
    row.save()
    _record("plan.line_doubted", row.contact, actor, {"means": row.means})
    return row


@transaction.atomic
def seat(plan: Plan, role: str, contact: Contact, actor: User) -> Seat:
    """Let a contact hold a role of a plan, after those who hold it."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    last = plan.seats.filter(role=role).aggregate(last=Max("rank"))["last"]
    found, made = Seat.objects.get_or_create(
        plan=plan,
        role=role,
        contact=contact,
        defaults={"organisation_id": plan.organisation_id, "rank": 0 if last is None else last + 1},
    )
    if made:
        _record("plan.seated", contact, actor, {"role": role, "brand": plan.brand.name})
    return found


@transaction.atomic
def unseat(held: Seat, actor: User) -> None:
    """Take a role from a contact."""
    _record("plan.unseated", held.contact, actor, {"role": held.role, "brand": held.plan.brand.name})
    held.delete()


@transaction.atomic
def put_first(held: Seat, actor: User) -> None:
    """Let the contact of a seat be the first who is called for its role."""
    seats = list(held.plan.seats.select_for_update().filter(role=held.role).exclude(pk=held.pk))
    for rank, each in enumerate([held, *seats]):
        Seat.objects.filter(pk=each.pk).update(rank=rank)
    _record("plan.put_first", held.contact, actor, {"role": held.role, "brand": held.plan.brand.name})


def address_of(means: str, address: str, region: str = "FR") -> str:
    """Return an address or number as it is kept: numbers in E.164, mail in lower case after the @.

    Raises
    ------
    NotReachable
        When it is none of its kind.
    """
    address = " ".join(address.split())
    if means == Means.EMAIL:
        return _mail(address)
    if means in {Means.SMS, Means.VOICE}:
        return _number(address, region)
    if means == Means.MATRIX:
        return _matrix(address)
    raise NotReachable(_("“%(means)s” is no means of reaching someone.") % {"means": means[:40]})


def _mail(address: str) -> str:
    name, _at, host = address.rpartition("@")
    try:
        validate_email(address)
    except ValidationError as error:
        raise NotReachable(_("“%(address)s” is no e-mail address.") % {"address": address[:80]}) from error
    return f"{name}@{host.lower()}"


def _number(address: str, region: str) -> str:
    try:
        number = phonenumbers.parse(address, region)
    except phonenumbers.NumberParseException as error:
        raise NotReachable(_("“%(address)s” is no phone number.") % {"address": address[:80]}) from error
    if not phonenumbers.is_valid_number(number):
        raise NotReachable(
            _("“%(address)s” is no number in use. Check its digits, and its country if it is not French.")
            % {"address": address[:80]}
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _matrix(address: str) -> str:
    name, colon, host = address.removeprefix("@").partition(":")
    if not (address.startswith("@") and colon and name and host) or " " in address or len(address) > 255:
        raise NotReachable(
            _("“%(address)s” is no Matrix user: it is written @name:server.") % {"address": address[:80]}
        )
    return _MATRIX.format(name, host.lower())


def _deputies_of(contact: Contact) -> set[int]:
    found: set[int] = set()
    step: Contact | None = contact
    while step is not None and step.pk not in found:
        found.add(step.pk)
        step = Contact.objects.filter(pk=step.deputy_id).first() if step.deputy_id else None
    return found


def _locked(contact: Contact) -> Contact:
    row: Contact = Contact.objects.select_for_update().get(pk=contact.pk)
    return row


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in FIELDS}


def _record(
    verb: str, contact: Contact, actor: User | None, data: Mapping[str, object] | None = None
) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=contact.organisation_id,
        target=f"plan.contact:{contact.pk}",
        data={"name": contact.name, **(data or {})},
    )
