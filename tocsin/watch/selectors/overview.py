"""Every brand at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django_scopes import scope

from tocsin.accounts.models import Organisation
from tocsin.alerts.models import Alert, AlertState, Level, Vigilance
from tocsin.watch.models import Brand, Watch, WatchKind
from tocsin.watch.period import Period
from tocsin.watch.selectors import attention, outlook, rollups
from tocsin.watch.selectors.attention import Growing, LastHour
from tocsin.watch.selectors.rollups import Totals
from tocsin.watch.selectors.watches import brands, own_watches, watches
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
    alert: Alert | None
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
        alerts: dict[int, Alert] = {}
        waiting = Alert.objects.exclude(state=AlertState.CLOSED).filter(historic=False, ended_at=None)
        for alert in waiting.select_related("watch").order_by("raised_at"):
            if alert.brand_id:
                alerts[alert.brand_id] = alert
    of_brand = {
        key: list(found)
        for key, found in groupby(
            sorted(watches(organisation), key=lambda watch: watch.brand_id), key=lambda watch: watch.brand_id
        )
    }
    found = []
    for brand in brands(organisation):
        mine = of_brand.get(brand.pk, [])
        ids = [watch.pk for watch in own_watches(mine)]
        vigilance = levels.get(brand.pk)
        level = vigilance.level if vigilance else Level.GREEN
        curve, negatives = _curves(ids, period)
        found.append(
            BrandRow(
                brand=brand,
                level=level,
                since=vigilance.since if vigilance else None,
                curve=curve,
                negatives=negatives,
                day=rollups.totals(ids, now - DAY, now),
                before=rollups.totals(ids, now - 2 * DAY, now - DAY),
                alert=alerts.get(brand.pk),
                watched=bool(ids),
                rivals=[_beside(watch, now, period) for watch in mine if watch.kind == WatchKind.COMPETITOR],
                hour=attention.last_hour(ids, now, period.zone),
                topic=_risen_topic(ids, now, period),
                growing=attention.growing(organisation, brand, ids, now),
                ahead=_ahead(ids, period) if level != Level.GREEN else "",
            )
        )
    order = list(Level.values)
    return sorted(found, key=lambda row: (-order.index(row.level), -row.day.volume, row.brand.name))


def _beside(watch: Watch, now: datetime, period: Period) -> Beside:
    curve, negatives = _curves([watch.pk], period)
    return Beside(watch, curve, negatives, rollups.totals([watch.pk], now - DAY, now))


def _risen_topic(ids: list[int], now: datetime, period: Period) -> RisenTopic | None:
    """Return the topic with most more mentions than the day before, if it at least doubled."""
    day = Period("custom", now - DAY, now, period.zone)
    before = dict(rollups.topic_totals(ids, Period("custom", now - 2 * DAY, now - DAY, period.zone)))
    found = [
        RisenTopic(name, count, before.get(name, 0))
        for name, count in rollups.topic_totals(ids, day)
        if name != "other" and count >= TOPIC_LEAST and count >= 2 * before.get(name, 0)
    ]
    return max(found, key=lambda one: one.count - one.before, default=None)


def _ahead(ids: list[int], period: Period) -> str:
    found = outlook.forecast(ids, period)
    return found.words if found else ""


def _curves(ids: list[int], period: Period) -> tuple[list[int], list[int]]:
    table = rollups.timeline(ids, period, ("volume", "negative"))
    return _halved(table["volume"]), _halved(table["negative"])


def _halved(values: list[int]) -> list[int]:
    """Sum neighbours, so that a day is a curve of half hours."""
    even = values[len(values) % 2 :]
    return [a + b for a, b in zip(even[::2], even[1::2], strict=True)]
