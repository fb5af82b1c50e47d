"""What a room tells its people through the gate: late tasks, the next update, that it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin import clock
from tocsin.accounts.models import User
from tocsin.alerts.notifying import local_time
from tocsin.callout.models import Call
from tocsin.crisis.models import Crisis, RoomTask
from tocsin.crisis.people import Doer, contact_of, leads, on_watch, ways
from tocsin.gate import actions as gate
from tocsin.gate import links
from tocsin.gate.selectors import can_send
from tocsin.plan.document.structure import said
from tocsin.plan.models import Contact

MOST_WORDS = 160
Context = Callable[[str], Mapping[str, object]]


@dataclass(frozen=True)
class Addressee:
    """Somebody who is told something.

    Attributes
    ----------
    key
        What makes them the same person, as a contact or as a member.
    ways
        Channel and address of each way by which they are told; none when there is no way.
    """

    key: str
    name: str
    language: str
    ways: Sequence[tuple[str, str]]


def task_late(crisis: Crisis, task: RoomTask, doer: Doer | None) -> int:
    """Tell who does a task, and who leads, that its time is over; return how many messages."""

    def context(language: str) -> Mapping[str, object]:
        return {
            "task": said(task.words, language)[:MOST_WORDS],
            "owner": doer.name if doer is not None else "",
            "due": _local(crisis, task.due_at, language),
        }

    told = [*_doer(crisis, doer), *(_member(crisis, user) for user in leads(crisis.organisation_id))]
    return _tell(crisis, told, "crisis.task_late", f"{task.pk}:{_stamp(task.due_at)}", context)


def update_soon(crisis: Crisis, at: datetime) -> int:
    """Tell the room's people that others are to hear news soon; return how many messages."""
    minutes = max(0, round((at - clock.now(crisis.organisation_id)).total_seconds() / 60))

    def context(language: str) -> Mapping[str, object]:
        return {"minutes": minutes, "due": _local(crisis, at, language)}

    return _tell(crisis, room_people(crisis), "crisis.update_soon", _stamp(at), context)


def stood_down(crisis: Crisis) -> int:
    """Tell everybody who was called or is on that the crisis is over; return how many messages."""

    def context(language: str) -> Mapping[str, object]:
        return {"closed": _local(crisis, crisis.closed_at, language)}

    return _tell(crisis, called_or_on(crisis), "crisis.stood_down", _stamp(crisis.closed_at), context)


def take_back(crisis: Crisis, task: RoomTask | None = None) -> None:
    """Take back what quiet hours hold and what no longer holds: of a task, or of a room that is over."""
    late = f"crisis.task_late:{crisis.pk}:"
    held = [f"{late}{task.pk}:"] if task is not None else [late, f"crisis.update_soon:{crisis.pk}:"]
    for prefix in held:
        gate.withdraw(crisis.organisation, prefix, _("it no longer holds"))


def preview(crisis: Crisis) -> dict[str, object]:
    """Return with what the notice that a crisis is over would be filled in now."""
    now = clock.now(crisis.organisation_id)
    return {**_about(crisis), "closed": _local(crisis, now, get_language() or "fr")}


def room_people(crisis: Crisis) -> list[Addressee]:
    """Return who is told of what the room has to do: who is on, and who leads."""
    found = [
        _contact(crisis, one.contact) if one.contact is not None else _member(crisis, one.user)
        for one in on_watch(crisis)
        if one.contact is not None or one.user is not None
    ]
    return _each_once([*found, *(_member(crisis, user) for user in leads(crisis.organisation_id))])


def called_or_on(crisis: Crisis) -> list[Addressee]:
    """Return everybody who was called, has been on, or was given a task: who must hear that it is over."""
    called = Call.objects.filter(callout=crisis.callout_id, called_at__isnull=False, contact__isnull=False)
    contacts = [one.contact for one in called.select_related("contact__user").order_by("pk")]
    kept = crisis.watchkeepers.select_related("contact__user", "user")
    contacts += [one.contact for one in kept]
    contacts += [task.owner for task in crisis.tasks.select_related("owner__user").exclude(owner=None)]
    members = [one.user for one in kept if one.contact is None and one.user is not None]
    told = [_contact(crisis, one) for one in contacts if one is not None]
    return _each_once([*told, *(_member(crisis, user) for user in members)])


def _tell(crisis: Crisis, told: Iterable[Addressee], template: str, occasion: str, context: Context) -> int:
    """Set a notice on its way to each, once for the occasion, by the ways that each has."""
    sent = 0
    for one in _each_once(told):
        for channel, address in one.ways:
            gate.notice(
                crisis.organisation,
                addressee=address,
                template=template,
                context={**_about(crisis), **context(one.language)},
                key=f"{template}:{crisis.pk}:{occasion}:{one.key}:{channel}",
                language=one.language,
                channel=channel,
                level=crisis.level,
            )
            sent += 1
    return sent


def _about(crisis: Crisis) -> dict[str, object]:
    return {
        "title": crisis.title,
        "brand": crisis.brand.name,
        "link": links.absolute(reverse("crisis:room", args=[crisis.pk])),
    }


def _doer(crisis: Crisis, doer: Doer | None) -> list[Addressee]:
    if doer is None:
        return []
    if doer.contact is not None:
        return [_contact(crisis, doer.contact)]
    user = User.objects.filter(pk=doer.user).first() if doer.user is not None else None
    return [_member(crisis, user)] if user is not None else []


def _member(crisis: Crisis, user: User | None) -> Addressee:
    """Return a member as they are told: by their contact's lines, else by the address they sign in with."""
    assert user is not None
    contact = contact_of(user, crisis.organisation_id)
    if contact is not None:
        return _contact(crisis, contact)
    reached = [("email", user.email)] if can_send("email") and user.is_active else []
    return Addressee(f"user-{user.pk}", str(user), user.language, reached)


def _contact(crisis: Crisis, contact: Contact) -> Addressee:
    spoken = [code for code in contact.languages if code in {"fr", "en"}]
    own = contact.user.language if contact.user is not None else crisis.organisation.language
    return Addressee(
        f"contact-{contact.pk}",
        contact.name,
        own if own in spoken or not spoken else spoken[0],
        ways(contact),
    )


def _each_once(told: Iterable[Addressee]) -> list[Addressee]:
    return list({one.key: one for one in told}.values())


def _local(crisis: Crisis, moment: datetime | None, language: str) -> str:
    return "" if moment is None else local_time(moment, crisis.organisation.time_zone, language)


def _stamp(moment: datetime | None) -> str:
    return f"{moment:%Y%m%dT%H%M%S}" if moment is not None else ""
