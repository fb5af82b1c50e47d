"""Securing posts: what Tocsin holds of one is kept with its hash, whatever becomes of it on its network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django_scopes import scope

from tocsin import clock
from tocsin.accounts.models import Organisation, User
from tocsin.clock import actions as deadlines
from tocsin.clock.models import Lane
from tocsin.crisis import pictures
from tocsin.crisis.models import Crisis, CrisisState, Evidence, Picture, Securing
from tocsin.crisis.recording import short, target_of
from tocsin.crisis.snapshot import Snapshot, take
from tocsin.crisis.tasks import NotSaid
from tocsin.errors import TocsinError
from tocsin.journal import actions as journal
from tocsin.journal.models import Entry
from tocsin.watch.models import Brand
from tocsin.watch.selectors import posts
from tocsin.watch.selectors.watches import own_watches

MANY_HANDLER: Final = "crisis.secure_many"
MOST_AT_ONCE: Final = 200
"""Posts that one press secures: what a lawyer reads, and what the clock does within a minute."""
SLICE: Final = 20
PICTURES_KEPT: Final = 12


class PostGone(TocsinError):
    """The post is not kept (any more): there is nothing to secure."""


class NothingToSecure(TocsinError):
    """No post stands behind it (any more): nothing was secured."""


@dataclass(frozen=True, slots=True)
class Secured:
    """A piece of evidence; `new` is false when the same words of the post had been secured before."""

    piece: Evidence
    new: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What became of a post since it was secured, as far as Tocsin holds it.

    Attributes
    ----------
    held
        Whether Tocsin still holds the post.
    text, changed_at
        The newer text and when it was seen; empty and None while the words are the same.
    """

    held: bool
    text: str = ""
    changed_at: datetime | None = None


@transaction.atomic
def secure(
    organisation: Organisation,
    place: int,
    actor: User,
    *,
    why: str = "",
    crisis: Crisis | None = None,
    again: bool = False,
) -> Secured:
    """Secure a post; its pictures are fetched by the clock.

    While its words stay the same it is the same piece. A piece secured before the room was opened becomes one
    of the room's. Without a room named, it goes to the open one of its brand.

    Parameters
    ----------
    place
        Number of the post, in `river.db`.
    again
        Make a new piece though the words are the same: the figures changed, and that matters.

    Raises
    ------
    PostGone
        When the organisation holds no such post (any more).
    """
    snapshot = take(organisation, place)
    if snapshot is None:
        raise PostGone(_("Tocsin holds no such post any more. Nothing could be secured."))
    with scope(organisation=organisation):
        brand = _brand_of(snapshot)
        room = crisis or _room_of(brand)
        same = None if again else _same(organisation, snapshot)
        if same is not None:
            return Secured(_joined(same, room, actor), new=False)
        about = {"brand": brand, "crisis": room, "why": short(why.strip(), 300)}
        piece, new = _kept(organisation, snapshot, actor, about)
    return Secured(piece, new)


def of(crisis: Crisis) -> QuerySet[Evidence]:
    """Return what was secured for a room, newest first."""
    return pieces(crisis.organisation).filter(crisis=crisis)


def pieces(organisation: Organisation) -> QuerySet[Evidence]:
    """Return all pieces of an organisation, newest first."""
    with scope(organisation=organisation):
        rows: QuerySet[Evidence] = (
            Evidence.objects.filter(organisation=organisation)
            .select_related("brand", "crisis", "secured_by")
            .order_by("-secured_at", "-pk")
        )
    return rows


def values_of(piece: Evidence) -> dict[str, Any]:
    """Return what a piece says, as values."""
    said: dict[str, Any] = json.loads(piece.snapshot)
    return said


def standing(piece: Evidence) -> Standing:
    """Return what became of a post since it was secured."""
    found = posts.by_place(piece.organisation_id, [piece.post])
    if not found:
        return Standing(held=False)
    now = posts.as_edited(found)[0]
    if now.text == values_of(piece)["post"]["text"]:
        return Standing(held=True)
    return Standing(held=True, text=now.text, changed_at=now.edited_at)


@transaction.atomic
def secure_many(
    organisation: Organisation,
    places: Sequence[int],
    actor: User,
    *,
    what: str,
    why: str = "",
    crisis: Crisis | None = None,
    brand: Brand | None = None,
) -> Securing:
    """Secure many posts, by the clock; at most `MOST_AT_ONCE`, the rest is not touched.

    Parameters
    ----------
    what
        What they have in common, in words for people: the alert's title, the narrative's first words.

    Raises
    ------
    NothingToSecure
        When there is no post.
    """
    wanted = list(dict.fromkeys(places))[:MOST_AT_ONCE]
    if not wanted:
        raise NothingToSecure(_("No post stands behind it any more. Nothing was secured."))
    with scope(organisation=organisation):
        order: Securing = Securing.objects.create(
            organisation=organisation,
            crisis=crisis or _room_of(brand),
            brand=brand,
            posts=wanted,
            what=short(what, 200),
            why=short(why or what, 300),
            asked_by=actor,
            asked_at=clock.now(organisation),
        )
        _journal("crisis.evidence_asked", order, actor, {"count": len(wanted), "what": order.what})
        _go_on(order)
    return order


@transaction.atomic
def discard(piece: Evidence, actor: User, reason: str) -> None:
    """Erase a piece and its pictures, as the law may ask; the journal keeps its hash, who erased it and why.

    Raises
    ------
    NotSaid
        When no reason is given.
    """
    why = short(reason.strip(), 300)
    if not why:
        raise NotSaid(_("Say why the piece is erased. Nothing was changed."))
    with scope(organisation=piece.organisation):
        about = {"piece": piece.pk, "sha256": piece.sha256, "why": why}
        _journal("crisis.evidence_discarded", piece, actor, about)
        hashes = set(piece.pictures.exclude(sha256="").values_list("sha256", flat=True))
        piece.delete()
    transaction.on_commit(lambda: pictures.forget(hashes))


@transaction.atomic
def take_slice(order: Securing) -> None:
    """Secure the next posts of an order; the clock calls this until all are looked at."""
    with scope(organisation=order.organisation):
        row: Securing = Securing.objects.select_for_update().get(pk=order.pk)
        if row.ended_at is not None or row.asked_by is None:
            return
        for place in row.posts[row.done : row.done + SLICE]:
            _take_one(row, place, row.asked_by)
        if row.done >= len(row.posts):
            row.ended_at = clock.now(row.organisation)
        row.save()
        if row.ended_at is None:
            _go_on(row)


def _take_one(order: Securing, place: int, actor: User) -> None:
    try:
        found = secure(order.organisation, place, actor, why=order.why, crisis=order.crisis)
        order.made += found.new
    except PostGone:
        order.gone += 1
    order.done += 1


def _go_on(order: Securing) -> None:
    deadlines.set(
        MANY_HANDLER,
        clock.now(order.organisation),
        organisation=order.organisation,
        key=f"{MANY_HANDLER}:{order.pk}:{order.done}",
        payload={"securing": order.pk},
        lane=Lane.BULK,
    )


def _same(organisation: Organisation, snapshot: Snapshot) -> Evidence | None:
    rows = Evidence.objects.filter(organisation=organisation, post=snapshot.post.n)
    found: Evidence | None = rows.filter(words_sha256=snapshot.words_sha256).first()
    return found


def _joined(piece: Evidence, room: Crisis | None, actor: User) -> Evidence:
    """Let a piece secured before belong to a room, if it belongs to none."""
    if room is None or piece.crisis_id is not None:
        return piece
    piece.crisis = room
    piece.save(update_fields=["crisis"])
    _journal("crisis.evidence_joined", piece, actor, _about(piece))
    return piece


def _kept(
    organisation: Organisation, snapshot: Snapshot, actor: User, about: Mapping[str, Any]
) -> tuple[Evidence, bool]:
    post = snapshot.post
    piece, new = Evidence.objects.get_or_create(
        organisation=organisation,
        sha256=snapshot.sha256,
        defaults={
            "post": post.n,
            **about,
            "network": post.network[:60],
            "author": post.author[:200],
            "published_at": post.published_at,
            "snapshot": snapshot.text,
            "words_sha256": snapshot.words_sha256,
            "secured_by": actor,
            "secured_at": clock.now(organisation),
        },
    )
    if new:
        entry = _journal(
            "crisis.secured", piece, actor, _about(piece) | {"why": piece.why, "sha256": piece.sha256}
        )
        piece.journal_place, piece.journal_hash = entry.sequence, entry.hash
        piece.save(update_fields=["journal_place", "journal_hash"])
        _ask_for_pictures(piece, snapshot.pictures)
    return piece, new


def _ask_for_pictures(piece: Evidence, addresses: Sequence[str]) -> None:
    for address in list(dict.fromkeys(addresses))[:PICTURES_KEPT]:
        if len(address) > 2000:
            continue
        picture = Picture.objects.create(evidence=piece, organisation_id=piece.organisation_id, url=address)
        deadlines.set(
            pictures.HANDLER,
            clock.now(piece.organisation),
            organisation=piece.organisation,
            key=f"{pictures.HANDLER}:{picture.pk}",
            payload={"picture": picture.pk},
            lane=Lane.BULK,
        )


def _about(piece: Evidence) -> dict[str, object]:
    return {"piece": piece.pk, "author": piece.author, "network": piece.network}


def _brand_of(snapshot: Snapshot) -> Brand | None:
    kept_by = own_watches(snapshot.watches)
    return kept_by[0].brand if kept_by else None


def _room_of(brand: Brand | None) -> Crisis | None:
    if brand is None:
        return None
    found: Crisis | None = Crisis.objects.filter(brand=brand, state=CrisisState.OPEN).first()
    return found


def _journal(verb: str, row: Evidence | Securing, actor: User, data: dict[str, object]) -> Entry:
    kind = "evidence" if isinstance(row, Evidence) else "securing"
    target = target_of(row.crisis_id) if row.crisis_id else f"crisis.{kind}:{row.pk}"
    return journal.record(verb, actor=actor, organisation=row.organisation_id, target=target, data=data)


def moment(text: str | None) -> datetime | None:
    """Return a time as a snapshot writes it; None for none."""
    return parse_datetime(text) if text else None
