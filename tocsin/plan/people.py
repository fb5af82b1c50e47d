"""What is done to contacts: written down, given lines and deputies, confirmed, seated, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.plan.kit import making
from tocsin.plan.models import Contact, Line, Means, Plan, Seat

FIELDS = ("name", "function", "company", "side", "languages", "time_zone", "hours", "note", "user")
LONGEST = 254
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
def add_member(organisation: Organisation, member: User, actor: User) -> Contact:
    """Write a member down as a contact, with the address at which they sign in where it can be written to."""
    contact = add(organisation, actor, name=str(member)[:120], user=member, languages=[member.language])
    with suppress(NotReachable):
        add_line(contact, Means.EMAIL, member.email, actor)
    return contact


@transaction.atomic
def change(contact: Contact, actor: User, **fields: object) -> Contact:
    """Change what is known of a contact; what is not given stays, and what is the same is no change."""
    row = _locked(contact)
    changed = [name for name, value in _known(fields).items() if getattr(row, name) != value]
    if not changed:
        return row
    for name in changed:
        setattr(row, name, fields[name])
    row.changed_at = clock.now(row.organisation_id)
    row.save()
    _record("plan.contact_changed", row, actor, {"fields": sorted(changed)})
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
    if row.deputy_id == (deputy.pk if deputy else None):
        return row
    if deputy is not None:
        require_no_circle(row, deputy)
    row.deputy, row.changed_at = deputy, clock.now(row.organisation_id)
    row.save()
    _record("plan.deputy_set", row, actor, {"deputy": deputy.name if deputy else ""})
    return row


def require_no_circle(contact: Contact, deputy: Contact) -> None:
    """Refuse a deputy from whom calling on would come back to the contact.

    Raises
    ------
    Circular
        When it would.
    """
    if deputy.pk == contact.pk:
        raise Circular(
            _("%(name)s cannot be their own deputy: choose somebody else.") % {"name": contact.name}
        )
    if contact.pk in _deputies_of(deputy):
        raise Circular(
            _("%(deputy)s’s own deputies lead back to %(name)s: the call would go round in circles.")
            % {"deputy": deputy.name, "name": contact.name}
        )


@transaction.atomic
def remove(contact: Contact, actor: User) -> Sequence[Seat]:
    """Let go of a contact; return the seats that stand empty now, since nobody else holds the role.

    The journal keeps that there was one, without the addresses.
    """
    row = _locked(contact)
    empty = alone(row)
    _record("plan.contact_removed", row, actor, {"roles": [seat.role for seat in row.seats.all()]})
    row.delete()
    return empty


def alone(contact: Contact) -> Sequence[Seat]:
    """Return the seats of a contact that would stand empty without them."""
    seats = contact.seats.select_related("plan__brand")
    return [
        seat
        for seat in seats
        if not Seat.objects.filter(plan=seat.plan_id, role=seat.role).exclude(pk=seat.pk).exists()
    ]


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
def seat(plan: Plan, role: str, contact: Contact, actor: User, *, place: int | None = None) -> Seat:
    """Let a contact hold a role of a plan, after those who hold it, or at a place among them."""
    Plan.objects.select_for_update().get(pk=plan.pk)
    others = list(plan.seats.filter(role=role))
    found, made = Seat.objects.get_or_create(
        plan=plan,
        role=role,
        contact=contact,
        defaults={"organisation_id": plan.organisation_id, "rank": len(others)},
    )
    if made:
        others.insert(len(others) if place is None else place, found)
        _rank(others)
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
    _rank([held, *seats])
    _record("plan.put_first", held.contact, actor, {"role": held.role, "brand": held.plan.brand.name})


def _rank(seats: Sequence[Seat]) -> None:
    for rank, each in enumerate(seats):
        Seat.objects.filter(pk=each.pk).update(rank=rank)


def exported(organisation: Organisation, actor: User, number: int) -> None:
    """Note that somebody took every contact out as a file."""
    journal.record(
        "plan.contacts_exported",
        actor=actor,
        organisation=organisation,
        target=f"accounts.organisation:{organisation.pk}",
        data={"number": number},
    )


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
        return _number(address, region, sms=means == Means.SMS)
    if means == Means.MATRIX:
        return _matrix(address)
    raise NotReachable(_("“%(means)s” is no means of reaching someone.") % {"means": means[:40]})


def _mail(address: str) -> str:
    name, _at, host = address.rpartition("@")
    try:
        MaxLengthValidator(LONGEST)(address)
        validate_email(address)
    except ValidationError as error:
        raise NotReachable(
            _("“%(address)s” is no e-mail address: it is written name@company.fr.")
            % {"address": address[:80]}
        ) from error
    return f"{name}@{host.lower()}"


def _number(address: str, region: str, *, sms: bool) -> str:
    try:
        number = phonenumbers.parse(address, region)
    except phonenumbers.NumberParseException as error:
        raise NotReachable(
            _("“%(address)s” is no phone number: write its digits, such as %(example)s.")
            % {"address": address[:80], "example": example(region)}
        ) from error
    if sms and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise NotReachable(
            _("“%(address)s” is a landline, which takes no text messages: add it as a phone call.")
            % {"address": address[:80]}
        )
    if not phonenumbers.is_valid_number(number):
        raise NotReachable(
            _(
                "“%(address)s” is no number in use. Check its digits: a number looks like %(example)s; "
                "one of another country begins with + and the country’s code."
            )
            % {"address": address[:80], "example": example(region)}
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def example(region: str) -> str:
    """Return how a mobile number of a country is written there."""
    mobile = phonenumbers.PhoneNumberType.MOBILE
    number = phonenumbers.example_number_for_type(region, mobile)
    if number is None:
        return example("FR")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def _matrix(address: str) -> str:
    name, colon, host = address.removeprefix("@").partition(":")
    if not (address.startswith("@") and colon and name and host) or " " in address or len(address) > LONGEST:
        raise NotReachable(
            _("“%(address)s” is no Matrix user: it is written @name:server.") % {"address": address[:80]}
        )
    return _MATRIX.format(name, host.lower())


def _deputies_of(contact: Contact) -> set[int]:
    """Return a contact and everybody who would be called after them, as they stand now."""
    after = dict(Contact.objects.filter(organisation=contact.organisation_id).values_list("pk", "deputy"))
    found: set[int] = set()
    step: int | None = contact.pk
    while step is not None and step not in found:
        found.add(step)
        step = after.get(step)
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
    making.ask(contact.organisation)
