"""What comes next, what rose, and where the newest posts are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tocsin.store.schema import PLACE_BITS
from tocsin.stream.fold import fold_batch
from tocsin.stream.forecast import Forecast, TooEarly
from tocsin.stream.forecast import forecast as look_ahead
from tocsin.stream.risen import words_that_rose as risen
from tocsin.stream.stopwords import STOPWORDS
from tocsin.ui.words import from_ms, number
from tocsin.watch.charts import Ahead
from tocsin.watch.period import NAMED, Period, place_at
from tocsin.watch.selectors import rollups
from tocsin.watch.selectors.mentions import Wanted
from tocsin.watch.selectors.rankings import recent_texts
from tocsin.watch.spelling import spelling, tokens

HOUR = 3600
LEARNT_FROM = {900: timedelta(days=3), HOUR: timedelta(days=14)}
STEPS_AHEAD = {900: 8, HOUR: 12}
RECENT_TEXTS, EARLIER_TEXTS = 300, 600
RISEN_SHOWN = 8
OUTRUN, OUTRUN_LEAST = 2.0, 10


@dataclass(frozen=True)
class Outlook:
    """The forecast: bars for the chart where its step allows some, and the next hour in words."""

    bars: Ahead | None
    words: str


def forecast(watch_ids: Sequence[int], shown: Period) -> Outlook | None:
    """Return what to expect after the period; None where the period does not end now."""
    if shown.name not in NAMED or not watch_ids:
        return None
    hour = _ahead(watch_ids, shown, HOUR, 1)
    if isinstance(hour, TooEarly):
        return Outlook(None, _("Forecast: too early to say."))
    if _outrun(watch_ids, shown, float(hour.high[0])):
        return Outlook(None, _("Forecast: too early to say, the pace changed within the last hours."))
    words = _("Forecast for the hour to come: from %(low)s to %(high)s mentions, eight times out of ten.") % {
        "low": number(float(hour.low[0])),
        "high": number(float(hour.high[0])),
    }
    steps = STEPS_AHEAD.get(shown.step)
    bars = _ahead(watch_ids, shown, shown.step, steps) if steps else None
    if not isinstance(bars, Forecast):
        return Outlook(None, words)
    first = int(shown.end.timestamp()) // shown.step * shown.step + shown.step
    times = [first + place * shown.step for place in range(len(bars.mid))]
    return Outlook(Ahead(times, bars.low.tolist(), bars.mid.tolist(), bars.high.tolist()), words)


def _outrun(watch_ids: Sequence[int], shown: Period, high: float) -> bool:
    """Return whether the last hour already went far beyond what whole hours foretell."""
    last = rollups.totals(watch_ids, shown.end - timedelta(hours=1), shown.end).volume
    return last > max(OUTRUN * high, OUTRUN_LEAST)


def _ahead(watch_ids: Sequence[int], shown: Period, step: int, steps: int) -> Forecast | TooEarly:
    """Forecast from the complete steps before the end of the period."""
    end = int(shown.end.timestamp()) // step * step
    span = Period("custom", from_ms(1000 * end) - LEARNT_FROM[step], from_ms(1000 * end), shown.zone)
    counts = rollups.counts(watch_ids, span, step)
    silent = next((place for place, count in enumerate(counts) if count), len(counts))
    first_minute = (end - step * (len(counts) - silent)) // 60
    return look_ahead(counts[silent:], steps, step // 60, first_minute)


def words_that_rose(wanted: Wanted, span: Period, looked_for: Sequence[str] = ()) -> list[tuple[str, int]]:
    """Return words more frequent in the span than before it, most risen first, with their posts.

    Parameters
    ----------
    looked_for
        The brand's name and its watches' queries: words of theirs are in the posts by design.
    """
    recent = recent_texts(wanted, RECENT_TEXTS)
    before = span.start - max(span.span, timedelta(days=7))
    earlier = recent_texts(replace(wanted, low=place_at(before), high=wanted.low), EARLIER_TEXTS)
    if not recent or not earlier:
        return []
    expected = {word for text in fold_batch(list(looked_for)) for word in tokens(text)}
    found = risen(fold_batch(recent), fold_batch(earlier), STOPWORDS | expected, limit=RISEN_SHOWN)
    written = spelling(recent)
    return [(written.get(word, word), posts) for word, _deviate, posts in found]


def week_of(place: int, zone: ZoneInfo) -> tuple[str, str]:
    """Return the first and last day of the week that ends with a post."""
    last = from_ms(place >> PLACE_BITS).astimezone(zone).date()
    return (last - timedelta(days=6)).isoformat(), last.isoformat()
