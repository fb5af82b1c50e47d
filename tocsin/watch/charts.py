"""What a chart draws, and the same as a table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from tocsin.alerts.models import Alert
from tocsin.store.schema import TOPIC_COLUMNS
from tocsin.ui.standing import level_word
from tocsin.watch import vocabulary
from tocsin.watch.period import Period, utc
from tocsin.watch.selectors import rollups, steps

SPLITS = ("sentiment", "topic", "network")
NAMED_SERIES = 5


@dataclass(frozen=True)
class Series:
    """One layer of the chart; `color` is the name of a token of the style sheet."""

    name: str
    color: str
    values: list[int]

    @property
    def swatch(self) -> str:
        """The name by which the key shows the colour."""
        return self.color.removeprefix("series-")


@dataclass(frozen=True)
class Expected:
    """The usual range in each bar; None where nothing is known yet."""

    low: list[float | None]
    mid: list[float | None]
    high: list[float | None]


@dataclass(frozen=True)
class Ahead:
    """The forecast: bars to come with their range."""

    times: list[int]
    low: list[float]
    mid: list[float]
    high: list[float]


@dataclass(frozen=True)
class Mark:
    """Something that people decided, on the curve at its time."""

    at: datetime
    words: str


@dataclass(frozen=True)
class Chart:
    """Everything that the page and the drawing say of a span."""

    period: Period
    times: list[int]
    series: list[Series]
    expected: Expected | None = None
    ahead: Ahead | None = None
    alerts: list[Alert] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    @cached_property
    def totals(self) -> list[int]:
        """The sum of all layers in each bar."""
        if not self.series:
            return [0] * len(self.times)
        return [sum(column) for column in zip(*(one.values for one in self.series), strict=True)]

    @property
    def total(self) -> int:
        """The sum of everything."""
        return sum(self.totals)

    @cached_property
    def peak(self) -> tuple[datetime, int] | None:
        """The highest bar and when it began."""
        if not self.total:
            return None
        highest = max(self.totals)
        return utc(self.times[self.totals.index(highest)]), highest

    def rows(self) -> list[dict[str, Any]]:
        """Return the chart as a table, newest first, without empty bars."""
        found = []
        for place in range(len(self.times) - 1, -1, -1):
            values = [one.values[place] for one in self.series]
            if any(values):
                start = utc(self.times[place])
                end = utc(self.times[place] + self.period.step)
                found.append(
                    {"start": start, "end": end, "values": values, "total": sum(values), **self._usual(place)}
                )
        return found

    def _usual(self, place: int) -> dict[str, float | None]:
        if not self.expected:
            return {"low": None, "high": None}
        return {"low": self.expected.low[place], "high": self.expected.high[place]}

    def as_json(self) -> str:
        """Return what the drawing needs."""
        return json.dumps({
            "unit": self.period.step,
            "zone": str(self.period.zone),
            "times": self.times,
            "series": [{"name": one.name, "color": one.color, "values": one.values} for one in self.series],
            "expected": _rounded(self.expected),
            "forecast": {"times": self.ahead.times, **(_rounded(self.ahead) or {})} if self.ahead else None,
            "alerts": [
_marked(alert) for alert in self.alerts
            ],
            "marks": [{"time": mark.at.timestamp(), "word": mark.words} for mark in self.marks],
            "words": {"total": _("all"), "expected": _("usual"), "forecast": _("forecast")},
        })  # fmt: skip


def _marked(alert: Alert) -> dict[str, Any]:
    level = alert.highest_level
    return {"time": alert.began_at.timestamp(), "level": level, "word": level_word(level)}


def _rounded(band: Expected | Ahead | None) -> dict[str, list[float | None]] | None:
    if band is None:
        return None
    return {
        name: [None if value is None else round(value, 1) for value in getattr(band, name)]
        for name in ("low", "mid", "high")
    }


def layers(watch_ids: Sequence[int], period: Period, split: str) -> list[Series]:
    """Return the layers of the chart, the lowest first."""
    if split == "network":
        table = {
            vocabulary.network_name(name): values
            for name, values in rollups.timeline_by_network(watch_ids, period).items()
        }
        return _named(table)
    if split == "topic":
        sums = rollups.timeline(watch_ids, period, TOPIC_COLUMNS)
        words = vocabulary.TOPIC_WORDS
        return _named(
            {str(words[name.removeprefix("topic_")]).capitalize(): values for name, values in sums.items()}
        )
    table = rollups.timeline(watch_ids, period, rollups.SENTIMENTS)
    names = {"negative": _("Negative"), "neutral": _("Neutral"), "positive": _("Positive")}
    return [Series(names[name], name, table[name]) for name in rollups.SENTIMENTS]


def _named(table: dict[str, list[int]]) -> list[Series]:
    """Return the largest layers by name and the rest as one."""
    ranked = sorted((item for item in table.items() if any(item[1])), key=lambda item: -sum(item[1]))
    found = [
        Series(name, f"series-{place}", values)
        for place, (name, values) in enumerate(ranked[:NAMED_SERIES], 1)
    ]
    rest = [values for _name, values in ranked[NAMED_SERIES:]]
    if rest:
        found.append(Series(_("Others"), "series-6", [sum(column) for column in zip(*rest, strict=True)]))
    return found


def build(
    watch_ids: Sequence[int],
    period: Period,
    *,
    split: str = "sentiment",
    alerts: Sequence[Alert] = (),
    expected: Expected | None = None,
    ahead: Ahead | None = None,
) -> Chart:
    """Return the chart of some watches over a period."""
    return Chart(
        period=period,
        times=steps.bars(period),
        series=layers(watch_ids, period, split),
        expected=expected,
        ahead=ahead,
        alerts=list(alerts),
    )
