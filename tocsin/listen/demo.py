"""The demonstration: a fictitious company whose crisis begins once somebody looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.conf import settings
from django.db import transaction
from django_scopes import scope, scopes_disabled

from tocsin.accounts.actions import add_member, create_organisation
from tocsin.accounts.models import Organisation, User
from tocsin.listen.models import Source, SourceKind, SourceState
from tocsin.river.ingest import publish_posts
from tocsin.simulate import COMPANY, SOURCES, Background, Crisis, History
from tocsin.stream.post import Post
from tocsin.watch.actions import add_account, create_brand, create_watch
from tocsin.watch.models import Brand

SEED: Final = 20_260
DAYS: Final = 30
LONGEST_SLICE: Final = timedelta(hours=6)
"""A demonstration that slept catches up by so much at a time."""

REST: Final = timedelta(hours=2)
"""How long before its making the history ends: what comes after is judged against what is usual by then."""

ASLEEP: Final = timedelta(minutes=3)
LIVE: Final = timedelta(minutes=61)
"""Posts that come so late count for live detection at once, and would look like a crowd: after a sleep of
more than `ASLEEP`, the public is taken to have been silent for that hour."""

BREATH: Final = timedelta(seconds=20)
"""Between the first look at the pages and the first post of the crisis."""

Told = tuple[str, Post]


@dataclass(frozen=True, slots=True)
class Memory:
    """What every source of the demonstration remembers.

    Attributes
    ----------
    history_end : datetime
        Where the quiet days end and the live talk begins.
    until : datetime
        Everything published before is on the bus; `history_end` before the history was told means nothing.
    opened_at : datetime or None
        When somebody first looked.
    """

    history_end: datetime
    until: datetime
    told: bool
    opened_at: datetime | None

    @classmethod
    def of(cls, source: Source) -> Memory:
        """Read it from a source."""
        kept = source.validators
        opened = kept.get("opened_at")
        return cls(
            history_end=datetime.fromisoformat(kept["history_end"]),
            until=datetime.fromisoformat(kept["until"]),
            told=bool(kept.get("told")),
            opened_at=datetime.fromisoformat(opened) if opened else None,
        )


@dataclass(frozen=True, slots=True)
class SignIn:
    """With what somebody looks at the demonstration."""

    name: str
    title: str
    email: str
    password: str


def sign_in() -> SignIn | None:
    """Return how to sign in where the data folder holds the demonstration; None elsewhere."""
    if not settings.DEMO:
        return None
    person = next(person for person in COMPANY.people if person.role == "lead")
    return SignIn(person.name, person.title, person.email, str(settings.DEMO))


def declare(now: datetime, password: str) -> Organisation:
    """Make the company with its people, watches, accounts and sources; once.

    Parameters
    ----------
    password : str
        Of everybody who uses the demonstration.
    """
    existing = Organisation.objects.filter(slug=COMPANY.slug).first()
    if existing is not None:
        return existing
    with transaction.atomic():
        organisation = create_organisation(COMPANY.name, actor=None, slug=COMPANY.slug, language="fr")
        for person in COMPANY.people:
            user = User.objects.create_user(person.email, password, name=person.name)
            add_member(organisation, user, person.role, actor=None)
        brand = _declare_brand(organisation)
        with scope(organisation=organisation):
            _declare_sources(organisation, brand, now - REST)
    return organisation


def _declare_brand(organisation: Organisation) -> Brand:
    first, *others = COMPANY.watches
    brand = create_brand(organisation, COMPANY.brands[0].name, actor=None, query=first.query)
    for watch in others:
        create_watch(
            brand,
            name=watch.name,
            query=watch.query,
            kind=watch.kind,
            languages=watch.languages,
            networks=watch.networks,
            actor=None,
        )
    for account in COMPANY.accounts:
        add_account(brand, network=account.network, handle=account.handle, actor=None)
    return brand


def _declare_sources(organisation: Organisation, brand: Brand, end: datetime) -> None:
    memory = {"history_end": end.isoformat(), "until": end.isoformat(), "told": False}
    for declared in SOURCES:
        Source.objects.create(
            organisation=organisation,
            brand=brand if declared.owned else None,
            kind=SourceKind.DEMO,
            name=declared.name,
            network=declared.network,
            owned=declared.owned,
            every_minutes=1,
            validators=memory,
        )


def tell_history(organisation: Organisation, told: Callable[[int], None] = lambda day: None) -> int:
    """Put the quiet days onto the bus, day by day, unless they were told before; return how many posts.

    Killed in between, it tells the same days under the same keys again.

    Parameters
    ----------
    told : callable
        Given the number of each day once it was told.
    """
    sources = _sources(organisation)
    memory = Memory.of(next(iter(sources.values())))
    if memory.told:
        return 0
    total = 0
    history = History(SEED, memory.history_end, days=DAYS).posts()
    days = groupby(history, key=lambda pair: _day(pair[1]))
    for number, (day, posts) in enumerate(days, 1):
        total += _publish(sources, posts, key=f"history:{day}")
        told(number)
    for source in sources.values():
        _remember(source, told=True)
    return total


class Demo:
    """Lets the company's public speak in real time; does nothing where there is no demonstration."""

    def __init__(self) -> None:
        self._background = Background(SEED)
        self._crises: dict[datetime, Crisis] = {}

    def tick(self, now: datetime) -> int:
        """Publish what was said since the last time; return how many posts."""
        with scopes_disabled():
            demos = list(
                Organisation.objects.filter(sources__kind=SourceKind.DEMO)
                .exclude(sources__state=SourceState.PAUSED)
                .distinct()
            )
        return sum(self._speak(organisation, now) for organisation in demos)

    def _speak(self, organisation: Organisation, now: datetime) -> int:
        sources = _sources(organisation)
        memory = Memory.of(next(iter(sources.values())))
        until = min(now, memory.until + LONGEST_SLICE)
        if not memory.told or until <= memory.until:
            return 0
        told = [*self._background.between(memory.until, until)]
        if memory.opened_at is not None:
            told += self._crisis(memory.opened_at + BREATH).between(memory.until, until)
        if now - memory.until > ASLEEP:
            told = [pair for pair in told if not _late(pair[1], now)]
        told.sort(key=lambda pair: pair[1].published_at or until)
        count = _publish(sources, told, key=f"live:{memory.until.isoformat()}:{until.isoformat()}")
        for source in sources.values():
            _remember(source, until=until.isoformat())
        return count

    def _crisis(self, start: datetime) -> Crisis:
        if start not in self._crises:
            self._crises[start] = Crisis(SEED, start)
        return self._crises[start]


def _late(post: Post, now: datetime) -> bool:
    return post.published_at is not None and now - LIVE < post.published_at < now - timedelta(minutes=1)


def _publish(sources: dict[str, Source], told: Iterable[Told], *, key: str) -> int:
    by_source: dict[str, list[Post]] = defaultdict(list)
    for name, post in told:
        by_source[name].append(post)
    for name, posts in by_source.items():
        for number, chunk in enumerate(_chunks(posts)):
            publish_posts(sources[name], chunk, key=f"{key}:{number}")
    return sum(map(len, by_source.values()))


def _chunks(posts: list[Post], size: int = 2000) -> Iterator[list[Post]]:
    for begin in range(0, len(posts), size):
        yield posts[begin : begin + size]


def _day(post: Post) -> str:
    return post.published_at.date().isoformat() if post.published_at else ""


def _sources(organisation: Organisation) -> dict[str, Source]:
    with scope(organisation=organisation):
        rows = Source.objects.filter(organisation=organisation, kind=SourceKind.DEMO).order_by("pk")
        return {source.name: source for source in rows}


def _remember(source: Source, **changes: object) -> None:
    """Change a source's memory and health; what another process wrote into the rest of it stays."""
    with transaction.atomic(), scope(organisation=source.organisation_id):
        row: Source = Source.objects.select_for_update(of=("self",)).get(pk=source.pk)
        row.validators = {**row.validators, **changes}
        row.state = SourceState.HEALTHY
        until = datetime.fromisoformat(row.validators["until"])
        row.last_attempt_at = row.last_success_at = row.last_post_at = until
        row.next_run_at = until + timedelta(minutes=row.every_minutes)
        row.save(
            update_fields=[
                "validators",
                "state",
                "last_attempt_at",
                "last_success_at",
                "last_post_at",
                "next_run_at",
            ]
        )
