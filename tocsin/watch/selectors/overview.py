"""Every brand at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Level, Vigilance
from tocsin.watch.models import Brand, Watch, WatchKind
from tocsin.watch.period import Period
from tocsin.watch.selectors import attention, outlook, rollups, steps
from tocsin.watch.selectors.attention import Growing, LastHour
from tocsin.watch.selectors.rollups import Totals
from tocsin.watch.selectors.watches import Kept, brands, kept, own_watches
from tocsin.watch.vocabulary import TOPIC_WORDS

DAY = timedelta(hours=24)
TOPIC_LEAST = 8


@dataclass(frozen=True)
class Beside:
    """Another watch of a brand, such as a competitor, over the same day."""

    watch: Watch
    curve: list[int]
    negatives: list[int]
    day: Totals


@dataclass(frozen=True)
class RisenTopic:
    """The topic that rose most since the day before."""

    name: str
    count: int
    before: int

    @property
    def word(self) -> str:
        """The topic in words."""
        return str(TOPIC_WORDS[self.name])


@dataclass(frozen=True)
class BrandRow:
    """A brand's day: its vigilance, its curve, its figures and what changed since the day before."""

    brand: Brand
    level: str
    since: datetime | None
    curve: list[int]
    negatives: list[int]
    day: Totals
    before: Totals
    watched: bool
    rivals: list[Beside]
    hour: LastHour
    topic: RisenTopic | None
    growing: list[Growing]
    ahead: str

    @property
    def negative_share(self) -> float:
        """Share of negative mentions in the day, from 0 to 1."""
        return self.day.negative / self.day.volume if self.day.volume else 0.0

    @property
    def share_before(self) -> float:
        """Share of negative mentions in the day before."""
        return self.before.negative / self.before.volume if self.before.volume else 0.0

    @property
    def points_changed(self) -> int:
        """By how many points the share of negative mentions changed."""
        return round(100 * (self.negative_share - self.share_before))

    @property
    def times(self) -> float | None:
        """How many times the day before's mentions; None when it had hardly any."""
        return self.day.volume / self.before.volume if self.before.volume >= 5 else None


def brand_rows(organisation: Organisation, now: datetime, period: Period) -> list[BrandRow]:
    """Return every brand, the highest vigilance first."""
    with scope(organisation=organisation):
        levels = {one.brand_id: one for one in Vigilance.objects.all()}
    every = brands(organisation)
    of_brand: dict[int, list[Kept]] = {}
    for watch in kept(organisation):
        of_brand.setdefault(watch.brand_id, []).append(watch)
    own = {brand: [w.pk for w in own_watches(of_brand.get(brand.pk, []))] for brand in every}
    rivals = _rivals(organisation)
    compared = {watch.pk for found in rivals.values() for watch in found}
    figures = _figures(compared.union(*own.values()), now, period)
    hours = attention.last_hours([pk for ids in own.values() for pk in ids], now)
    growing = attention.growing(organisation, own, now)
    found = []
    for brand, ids in own.items():
        vigilance = levels.get(brand.pk)
        level = vigilance.level if vigilance else Level.GREEN
        mine = _added([figures[pk] for pk in ids if pk in figures], period)
        found.append(
            BrandRow(
                brand=brand,
                level=level,
                since=vigilance.since if vigilance else None,
                curve=mine.curve,
                negatives=mine.negatives,
                day=mine.day,
                before=mine.before,
                watched=bool(ids),
                rivals=[_beside(watch, figures, period) for watch in rivals.get(brand.pk, [])],
                hour=attention.added([hours[pk] for pk in ids]),
                topic=_risen_topic(mine),
                growing=growing.get(brand.pk, []),
                ahead=_ahead(ids, period) if level != Level.GREEN else "",
            )
        )
    order = list(Level.values)
    return sorted(found, key=lambda row: (-order.index(row.level), -row.day.volume, row.brand.name))


def _rivals(organisation: Organisation) -> dict[int, list[Watch]]:
    """Return the watches over competitors, by the brand that they are compared with."""
    found: dict[int, list[Watch]] = {}
    with scope(organisation=organisation):
        for watch in Watch.objects.filter(kind=WatchKind.COMPETITOR).order_by("pk"):
            found.setdefault(watch.brand_id, []).append(watch)
    return found


@dataclass(frozen=True)
class _Figures:
    """A watch's day beside the day before, or that of several watches added."""

    curve: list[int]
    negatives: list[int]
    day: Totals
    before: Totals
    topics: Counter[str]
    topics_before: Counter[str]


def _figures(watch_ids: Collection[int], now: datetime, period: Period) -> dict[int, _Figures]:
    """Return the figures of every watch that has any, in a few questions for all of them."""
    ids = sorted(watch_ids)
    day = Period("custom", now - DAY, now, period.zone)
    day_before = Period("custom", now - 2 * DAY, now - DAY, period.zone)
    curves = rollups.timeline_by_watch(ids, period, ("volume", "negative"))
    sums, sums_before = (rollups.totals_by_watch(ids, one.start, one.end) for one in (day, day_before))
    topics, topics_before = (rollups.topics_by_watch(ids, one) for one in (day, day_before))
    flat = [[0] * len(steps.bars(period))] * 2
    heard = set().union(curves, sums, sums_before, topics, topics_before)
    return {
        pk: _Figures(
            _halved(curves.get(pk, flat)[0]),
            _halved(curves.get(pk, flat)[1]),
            sums.get(pk, Totals()),
            sums_before.get(pk, Totals()),
            topics.get(pk, Counter()),
            topics_before.get(pk, Counter()),
        )
        for pk in heard
    }


def _beside(watch: Watch, figures: Mapping[int, _Figures], period: Period) -> Beside:
    found = figures.get(watch.pk) or _added([], period)
    return Beside(watch, found.curve, found.negatives, found.day)


def _added(figures: Sequence[_Figures], period: Period) -> _Figures:
    """Return the figures of several watches as one's; a post that two keep counts twice, as everywhere."""
    flat = _halved([0] * len(steps.bars(period)))
    return _Figures(
        _columns([flat, *(one.curve for one in figures)]),
        _columns([flat, *(one.negatives for one in figures)]),
        rollups.added([one.day for one in figures]),
        rollups.added([one.before for one in figures]),
        sum((one.topics for one in figures), Counter()),
        sum((one.topics_before for one in figures), Counter()),
    )


def _columns(curves: Sequence[Sequence[int]]) -> list[int]:
    return [sum(values) for values in zip(*curves, strict=True)]


def _risen_topic(figures: _Figures) -> RisenTopic | None:
    """Return the topic with most more mentions than the day before, if it at least doubled."""
    before = figures.topics_before
    found = [
        RisenTopic(name, count, before[name])
        for name, count in figures.topics.items()
        if name != "other" and count >= TOPIC_LEAST and count >= 2 * before[name]
    ]
    return max(found, key=lambda one: one.count - one.before, default=None)


def _ahead(ids: list[int], period: Period) -> str:
    found = outlook.forecast(ids, period)
    return found.words if found else ""


def _halved(values: list[int]) -> list[int]:
    """Sum neighbours, so that a day is a curve of half hours."""
    even = values[len(values) % 2 :]
    return [a + b for a, b in zip(even[::2], even[1::2], strict=True)]
