"""The freeze: a brand's publishing tools are told to stop, by webhook or by a person, until a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.crisis import tools
from tocsin.crisis.models import Crisis, CrisisState, Freeze, Stop, Tool
from tocsin.crisis.recording import ChangedMeanwhile, short, target_of
from tocsin.errors import TocsinError
from tocsin.gate import actions as gate
from tocsin.journal import actions as journal
from tocsin.ui.words import exact
from tocsin.watch.models import Brand

SOON_HANDLER, END_HANDLER = "crisis.freeze_soon", "crisis.freeze_end"
USUAL: Final = timedelta(hours=24)
LONGEST: Final = timedelta(days=30)
WARNED_BEFORE: Final = timedelta(hours=1)
RED: Final = "red"
"""Tools are told at once, also in quiet hours: a program does not sleep."""


class NoSuchTime(TocsinError):
    """The time is over already, or too far away; nothing was changed."""


@transaction.atomic
def begin(
    brand: Brand, actor: User, *, until: datetime | None = None, reason: str = "", may_post: Sequence[str]
) -> Freeze:
    """Suspend a brand's publications; while a freeze lasts it is that one, and tools added since are told.

    Parameters
    ----------
    until
        When it ends by itself; in `USUAL` when not given.
    may_post
        Names of those who may still publish.

    Raises
    ------
    NoSuchTime
        When `until` is over, or further away than `LONGEST`.
    """
    now = clock.now(brand.organisation_id)
    until = until or now + USUAL
    _require(now, until)
    with scope(organisation=brand.organisation_id):
        freeze, new = Freeze.objects.get_or_create(
            brand=brand,
            ended_at=None,
            defaults={
                "organisation_id": brand.organisation_id,
                "crisis": Crisis.objects.filter(brand=brand, state=CrisisState.OPEN).first(),
                "may_post": tools.tidy(may_post),
                "beyond": tools.tidy(tools.beyond(brand.organisation)),
                "reason": short(reason.strip(), 300),
                "began_by": actor,
                "began_at": now,
                "until": until,
            },
        )
        if new and (before := Freeze.objects.filter(brand=brand).exclude(ended_at=None).first()):
            _take_back(before, "thaw", _("the freeze was changed since: said anew"))
        _tell_new_tools(freeze)
        if new:
            _record("crisis.frozen", freeze, actor, until=_said(until), reason=freeze.reason)
            _set_deadlines(freeze)
    return freeze


@transaction.atomic
def extend(freeze: Freeze, actor: User, until: datetime) -> Freeze:
    """Move the end of a freeze; every tool with a webhook is told the new one.

    Raises
    ------
    NoSuchTime
        When the time is over, or too far away.
    ChangedMeanwhile
        When the freeze has ended.
    """
    row = _running(freeze)
    _require(clock.now(row.organisation_id), until)
    if until == row.until:
        return row
    _forget_deadlines(row)
    row.until, row.revision, row.warned_at = until, row.revision + 1, None
    row.save(update_fields=["until", "revision", "warned_at"])
    _take_back(row, "freeze", _("the freeze was changed since: said anew"))
    for stop in row.stops.select_related("tool__hook"):
        if stop.key and stop.tool is not None:
            _tell(stop, row, stop.tool)
    _record("crisis.freeze_extended", row, actor, until=_said(until))
    _set_deadlines(row)
    return row


@transaction.atomic
def thaw(freeze: Freeze, actor: User | None) -> Freeze:
    """End a freeze, early by a person or at its time by the clock: tools are told to go on.

    Raises
    ------
    ChangedMeanwhile
        When it has ended already.
    """
    row = _running(freeze)
    row.ended_at, row.ended_by = clock.now(row.organisation_id), actor
    row.save(update_fields=["ended_at", "ended_by"])
    _forget_deadlines(row)
    _take_back(row, "freeze", _("the freeze was changed since: said anew"))
    for stop in row.stops.select_related("tool__hook"):
        if stop.key and stop.tool is not None and stop.tool.hook is not None:
            stop.thaw_key = f"crisis.thaw:{row.pk}:{stop.tool.pk}"
            gate.call_hook(stop.tool.hook, "publication.thaw", _payload(row), key=stop.thaw_key, level=RED)
            stop.save(update_fields=["thaw_key"])
    _record("crisis.thawed", row, actor, early=actor is not None)
    return row


@transaction.atomic
def stopped_by_hand(stop: Stop, actor: User, *, done: bool) -> Stop:
    """Note that a person stopped a tool, or that it is not stopped after all."""
    row: Stop = Stop.objects.select_for_update(of=("self",)).select_related("freeze__brand").get(pk=stop.pk)
    if done == (row.done_at is not None):
        return row
    row.done_by = actor if done else None
    row.done_at = clock.now(row.organisation_id) if done else None
    row.save(update_fields=["done_by", "done_at"])
    verb = "crisis.tool_stopped" if done else "crisis.tool_not_stopped"
    _record(verb, row.freeze, actor, tool=row.name)
    return row


@transaction.atomic
def resumed_by_hand(stop: Stop, actor: User) -> Stop:
    """Note that a person let a tool go on after the freeze."""
    row: Stop = Stop.objects.select_for_update(of=("self",)).select_related("freeze__brand").get(pk=stop.pk)
    if row.resumed_at is not None or row.freeze.ended_at is None:
        return row
    row.resumed_by, row.resumed_at = actor, clock.now(row.organisation_id)
    row.save(update_fields=["resumed_by", "resumed_at"])
    _record("crisis.tool_resumed", row.freeze, actor, tool=row.name)
    return row


@transaction.atomic
def warned(freeze: Freeze) -> bool:
    """Note that people are told of the nearing end; return whether they have yet to be."""
    row: Freeze = Freeze.objects.select_for_update(of=("self",)).select_related("brand").get(pk=freeze.pk)
    if row.ended_at is not None or row.warned_at is not None:
        return False
    row.warned_at = clock.now(row.organisation_id)
    row.save(update_fields=["warned_at"])
    _record("crisis.freeze_warned", row, None, until=_said(row.until))
    return True


def _tell_new_tools(freeze: Freeze) -> None:
    known = set(freeze.stops.values_list("tool", flat=True))
    for tool in tools.tools(freeze.organisation, freeze.brand):
        if tool.pk in known:
            continue
        stop = Stop.objects.create(
            freeze=freeze, organisation_id=freeze.organisation_id, tool=tool, name=tool.name, how=tool.how
        )
        if tool.hook is not None and tool.hook.active:
            _tell(stop, freeze, tool)


def _tell(stop: Stop, freeze: Freeze, tool: Tool) -> None:
    if tool.hook is None:
        return
    stop.key = f"crisis.freeze:{freeze.pk}:{freeze.revision}:{tool.pk}"
    gate.call_hook(tool.hook, "publication.freeze", _payload(freeze), key=stop.key, level=RED)
    stop.save(update_fields=["key"])


def _take_back(freeze: Freeze, what: str, reason: str) -> None:
    """Take back what waits: a tool that is down would hear it after what comes next, and obey it."""
    gate.withdraw(freeze.organisation, f"crisis.{what}:{freeze.pk}:", reason)


def _payload(freeze: Freeze) -> dict[str, object]:
    return {
        "freeze": freeze.pk,
        "revision": freeze.revision,
        "brand": freeze.brand.slug,
        "brand_name": freeze.brand.name,
        "began_at": freeze.began_at.isoformat(),
        "until": freeze.until.isoformat(),
        "ended_at": freeze.ended_at.isoformat() if freeze.ended_at else None,
        "reason": freeze.reason,
        "may_post": freeze.may_post,
    }


def _set_deadlines(freeze: Freeze) -> None:
    now = clock.now(freeze.organisation_id)
    for handler, due in ((SOON_HANDLER, freeze.until - WARNED_BEFORE), (END_HANDLER, freeze.until)):
        if due > now:
            deadlines.set(
                handler,
                due,
                organisation=freeze.organisation,
                key=_deadline_key(handler, freeze),
                payload={"freeze": freeze.pk, "revision": freeze.revision},
                lane=Lane.URGENT,
            )


def _forget_deadlines(freeze: Freeze) -> None:
    for handler in (SOON_HANDLER, END_HANDLER):
        deadlines.cancel(_deadline_key(handler, freeze))


def _deadline_key(handler: str, freeze: Freeze) -> str:
    return f"{handler}:{freeze.pk}:{freeze.revision}"


def _running(freeze: Freeze) -> Freeze:
    rows = Freeze.objects.select_for_update(of=("self",)).select_related("brand", "organisation")
    row: Freeze = rows.get(pk=freeze.pk)
    if row.ended_at is not None:
        raise ChangedMeanwhile(_("This freeze has ended already. Nothing was changed."))
    return row


def _require(now: datetime, until: datetime) -> None:
    if until <= now:
        raise NoSuchTime(_("This time is over: give a later one. Nothing was changed."))
    if until > now + LONGEST:
        raise NoSuchTime(
            _("A freeze lasts %(days)s days at most: give an earlier time. Nothing was changed.")
            % {"days": LONGEST.days}
        )


def _record(verb: str, freeze: Freeze, actor: User | None, **data: object) -> None:
    journal.record(
        verb,
        actor=actor,
        organisation=freeze.organisation_id,
        target=target_of(freeze.crisis_id) if freeze.crisis_id else f"crisis.freeze:{freeze.pk}",
        data={"brand": freeze.brand.name, **data},
    )


def _said(moment: datetime) -> str:
    return exact(timezone.localtime(moment))
