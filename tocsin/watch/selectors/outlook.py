"""What comes next, what rose, and where the newest posts are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from tocsin.store.schema import PLACE_BITS
from tocsin.ui.words import from_ms
from tocsin.watch.charts import Ahead
from tocsin.watch.period import Period
from tocsin.watch.selectors.mentions import Wanted


@dataclass(frozen=True)
class Outlook:
    """The forecast, or that it is too early for one."""

    bars: Ahead | None


def forecast(watch_ids: list[int], shown: Period) -> Outlook | None:
    """Return what to expect after the period; None where the period does not end now."""
    return None


def words_that_rose(wanted: Wanted, span: Period) -> list[tuple[str, int]]:
    """Return words more frequent in the span than before it, most risen first."""
    return []


def week_of(place: int, zone: ZoneInfo) -> tuple[str, str]:
    """Return the first and last day of the week that ends with a post."""
    last = from_ms(place >> PLACE_BITS).astimezone(zone).date()
    return (last - timedelta(days=6)).isoformat(), last.isoformat()
