"""What is done at the gate: notices and words are prepared, pressed, edited; it is frozen and thawed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time

from django.db import transaction
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Membership, Organisation, Role, User
from tocsin.clock.models import Lane
from tocsin.clock.time import house_now
from tocsin.errors import TocsinError
from tocsin.gate import notices
from tocsin.gate.digest import digest_of
from tocsin.gate.models import Hook, Kind, Outgoing, OutgoingState, Rules
from tocsin.gate.prefixes import beginning_with
from tocsin.gate.rows import locked, once, one_line, set_on_its_way, stop
from tocsin.journal import actions as journal
from tocsin.journal import selectors as journal_selectors


class TextChanged(TocsinError):
    """The text is not the one that was shown to who pressed: nothing leaves, it must be read again."""


class NotYours(TocsinError):
    """The person may not do this at the gate; nothing was changed."""


class AlreadySettled(TocsinError):
    """The message is being sent, or was: nothing was changed."""


@transaction.atomic
def notice(
    organisation: Organisation,
    *,
    addressee: str,
    template: str,
    context: Mapping[str, object],
    key: str,
    language: str,
    channel: str = "email",
    level: str = "",
    lane: str = Lane.URGENT,
) -> Outgoing:
    """Prepare a notice from an approved text and set it on its way; the same key never makes two.

    The text may print the last entry of the organisation's journal (``journal_place``, ``journal_anchor``):
    once it has left the house, nobody who holds the database can write the past anew.

    Parameters
    ----------
    key
        What makes it the same notice, such as ``alerts.raised:12:red:4``.
    channel
        ``email``, ``sms``, ``voice``, ``push`` or ``matrix``; `Outgoing` says how its addressee is written.
        Text messages, calls and push carry the short text, and the context's ``link`` is kept for push.
    level
        Vigilance level it speaks of: red passes quiet hours.

    Raises
    ------
    UnknownNotice
        When no app registered the template.
    """
    place, anchor = journal_selectors.head(organisation)
    journal_head = {"journal_place": place, "journal_anchor": anchor}
    text = notices.render(template, language, {**context, **journal_head}, channel)
    fields = {
        "kind": Kind.NOTICE,
        "channel": channel,
        "addressee": addressee,
        "template": template,
        "language": language,
        "level": level,
        "subject": one_line(text.subject),
        "body": text.body,
        "html": text.html,
        "link": str(context.get("link") or ""),
    }
    outgoing, made = once(organisation, key, fields)
    if made:
        set_on_its_way(outgoing, lane)
    return outgoing


@transaction.atomic
def call_hook(
    hook: Hook, event: str, payload: Mapping[str, object], *, key: str, level: str = ""
) -> Outgoing:
    """Call a program of the company's; the same key never makes two calls.

    Parameters
    ----------
    event
        What happened, such as ``publication.freeze``.
    payload
        What there is to know of it, as JSON can hold it.
    """
    brand = hook.brand
    told = {
        "event": event,
        "id": key[:160],
        "created_at": house_now().isoformat(),
        "organisation": hook.organisation.slug,
        "brand": brand.slug if brand else None,
        "data": dict(payload),
    }
    fields = {
        "kind": Kind.NOTICE,
        "channel": "webhook",
        "addressee": f"hook:{hook.pk}",
        "language": hook.organisation.language,
        "level": level,
        "subject": one_line(f"{hook.name}: {event}"),
        "body": json.dumps(told, ensure_ascii=False),
    }
    outgoing, made = once(hook.organisation, key, fields)
    if made:
        set_on_its_way(outgoing, Lane.URGENT)
    return outgoing


@transaction.atomic
def words(
    organisation: Organisation,
    *,
    addressee: str,
    subject: str,
    body: str,
    key: str,
    channel: str = "email",
    language: str = "fr",
) -> Outgoing:
    """Prepare words to a customer or the public; they stay here until a person presses send."""
    fields = {
        "kind": Kind.WORDS,
        "channel": channel,
        "addressee": addressee,
        "language": language,
        "subject": one_line(subject),
        "body": body,
    }
    return once(organisation, key, fields)[0]


@transaction.atomic
def edit(outgoing: Outgoing, user: User, *, subject: str, body: str, addressee: str) -> Outgoing:
    """Change words that have not left; whoever pressed send on the old ones must press again.

    Raises
    ------
    NotYours
        When the person may not write in this organisation.
    AlreadySettled
        When they are leaving, or left.
    """
    row = locked(outgoing)
    _require_responder(row, user)
    if row.state != OutgoingState.WAITING or row.kind != Kind.WORDS:
        raise AlreadySettled("these words are leaving or have left; the edit was not kept")
    stop(row)
    was_pressed = bool(row.pressed_digest)
    row.subject, row.body, row.addressee = one_line(subject), body, addressee
    row.pressed_by, row.pressed_at, row.pressed_digest = None, None, ""
    row.save()
    _journal("gate.edited", row, user, {"voided": was_pressed})
    return row


@transaction.atomic
def press(outgoing: Outgoing, user: User, digest: str) -> Outgoing:
    """Press send on exactly the text that `digest` is the hash of.

    Raises
    ------
    TextChanged
        When the text, the addressee or the channel is not what the person saw.
    NotYours
        When the person may not send in this organisation.
    AlreadySettled
        When the message is leaving, or left.
    """
    row = locked(outgoing)
    _require_responder(row, user)
    if row.state != OutgoingState.WAITING or row.kind != Kind.WORDS:
        raise AlreadySettled("this message is leaving or has left; it was not sent twice")
    if digest != digest_of(row):
        raise TextChanged("the text changed since it was shown to you; read it again, nothing was sent")
    row.pressed_by, row.pressed_at, row.pressed_digest = user, clock.now(row.organisation_id), digest
    row.save()
    set_on_its_way(row, Lane.URGENT)
    _journal("gate.pressed", row, user, {"digest": digest})
    return row


@transaction.atomic
def settle_unknown(outgoing: Outgoing, user: User, *, arrived: bool) -> Outgoing:
    """Say what became of a message nobody knew about: it arrived, or it did not and is sent again.

    Raises
    ------
    AlreadySettled
        When its state is known.
    """
    row = locked(outgoing)
    _require_responder(row, user)
    if row.state != OutgoingState.UNKNOWN:
        raise AlreadySettled("what became of this message is already known; nothing was changed")
    row.state = OutgoingState.SENT if arrived else OutgoingState.WAITING
    row.problem = ""
    row.attempts += 0 if arrived else 1
    row.save()
    if not arrived:
        set_on_its_way(row, Lane.URGENT)
    _journal("gate.settled", row, user, {"arrived": arrived})
    return row


@transaction.atomic
def withdraw(organisation: Organisation, prefix: str, reason: str) -> int:
    """Take back every notice that still waits and whose key begins with `prefix`; return how many.

    What is leaving or has left stays as it is. Who decides it keeps the record: this is part of something
    larger, such as a call-out that is over.
    """
    with scope(organisation=organisation):
        waiting = Outgoing.objects.select_for_update().filter(kind=Kind.NOTICE, state=OutgoingState.WAITING)
        rows = list(beginning_with(waiting, prefix))
        for row in rows:
            stop(row)
        Outgoing.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=OutgoingState.WITHDRAWN, problem=reason[:500], settled_at=house_now()
        )
    return len(rows)


@transaction.atomic
def retry(outgoing: Outgoing, user: User) -> Outgoing:
    """Send a message again that failed: what was wrong is mended, or may be.

    Raises
    ------
    AlreadySettled
        When it did not fail.
    NotYours
        When the person may not send in this organisation.
    """
    row = locked(outgoing)
    _require_responder(row, user)
    if row.state != OutgoingState.FAILED:
        raise AlreadySettled("this message did not fail; nothing was changed")
    row.state, row.problem, row.settled_at, row.attempts = OutgoingState.WAITING, "", None, 0
    row.save()
    set_on_its_way(row, Lane.URGENT)
    _journal("gate.retried", row, user, {})
    return row


@transaction.atomic
def freeze(organisation: Organisation, user: User, reason: str) -> None:
    """Hold every word to customers and the public until thawed; notices to staff pass."""
    with scope(organisation=organisation):
        Rules.objects.update_or_create(
            organisation=organisation,
            defaults={"frozen_by": user, "frozen_at": clock.now(organisation), "frozen_reason": reason[:300]},
        )
    journal.record("gate.frozen", actor=user, organisation=organisation, data={"reason": reason[:300]})


@transaction.atomic
def thaw(organisation: Organisation, user: User) -> None:
    """Let words leave again."""
    with scope(organisation=organisation):
        Rules.objects.filter(pk=organisation.pk).update(frozen_by=None, frozen_at=None, frozen_reason="")
    journal.record("gate.thawed", actor=user, organisation=organisation)


@transaction.atomic
def set_quiet_hours(organisation: Organisation, user: User, begin: time | None, end: time | None) -> None:
    """Hold notices between two times of the organisation's day, except those of level red."""
    with scope(organisation=organisation):
        Rules.objects.update_or_create(
            organisation=organisation, defaults={"quiet_from": begin, "quiet_until": end}
        )
    data: dict[str, object] = {"from": str(begin or ""), "until": str(end or "")}
    journal.record("gate.quiet_hours_set", actor=user, organisation=organisation, data=data)


def _require_responder(outgoing: Outgoing, user: User) -> None:
    membership = Membership.objects.filter(user=user, organisation=outgoing.organisation_id).first()
    if membership is None or not membership.may(Role.RESPONDER):
        raise NotYours("sending needs the role of responder in this organisation; nothing was sent")


def _journal(verb: str, outgoing: Outgoing, user: User, data: dict[str, object]) -> None:
    journal.record(
        verb,
        actor=user,
        organisation=outgoing.organisation_id,
        target=f"gate.outgoing:{outgoing.pk}",
        data=data | {"addressee": outgoing.addressee},
    )
