"""Detection beside what one would write: bursts found, false alarms, the Numenta benchmark, and speed.

The series of the Numenta Anomaly Benchmark are read from the folder ``nab`` under ``TOCSIN_BENCH_DATA``
(six ``Twitter_volume_*.csv`` and ``windows.json``); without it, only generated series are measured.
"""

import csv
import json
import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bench.tables import Figure, render
from tocsin.stream.detect import WATCHED_MEASURES, DetectorBank
from tocsin.stream.detect.series import DEFAULT_TOLERATED, SeriesDetector

Array = npt.NDArray[np.float64]
Rows = list[tuple[int, float]]
Method = Callable[[Rows], Array]

SERIES, DAYS, BURSTS, STEP = 4, 21, 5, 300
WATCHES, MINUTES = 10_000, 20
TUNED, KEPT = ("AAPL", "CRM", "GOOG"), ("AMZN", "CVS", "FB")

_FALSE_POSITIVE, _PROBATION = 0.11, 0.15


def run() -> list[dict[str, Figure]]:
    """Return one row a method, then the speed of the bank of watches.

    Notes
    -----
    Peers get the threshold that gives them as many false alarms as Tocsin was allowed (two a month) on the
    very series in which their bursts are counted; Tocsin gets none.
    """
    calm = [_counts(seed, ()) for seed in range(SERIES)]
    stormy = [
        (_counts(seed + 100, places), places) for seed, places in enumerate(map(_places, range(SERIES)))
    ]
    nab = _nab()
    methods: dict[str, Method] = {
        "Tocsin": _tocsin,
        "z-score, rolling day": _z_score,
        "EWMA": _ewma,
        "Poisson CUSUM": _cusum,
        "floor: says nothing": lambda rows: np.zeros(len(rows)),
    }
    return [_row(name, method, calm, stormy, nab) for name, method in methods.items()] + _bank()


def main() -> None:
    """Print the table."""
    print(render(run()))


def _row(
    name: str,
    method: Method,
    calm: list[Rows],
    stormy: "list[tuple[Rows, tuple[int, ...]]]",
    nab: "dict[str, Labelled]",
) -> dict[str, Figure]:
    started = time.process_time()
    months = SERIES * DAYS / 30.0
    if name == "Tocsin":
        false = sum(len(_alarms(rows)) for rows in calm) / months
        speed = sum(map(len, calm)) / max(time.process_time() - started, 1e-9)
        found = [_found(_alarms(rows), places) for rows, places in stormy]
    else:
        scores = [method(rows) for rows in calm]
        speed = sum(map(len, calm)) / max(time.process_time() - started, 1e-9)
        threshold = _threshold_for(scores, round(DEFAULT_TOLERATED * months))
        false = sum(len(_onsets(score, threshold)) for score in scores) / months
        found = [_found(_onsets(method(rows), threshold), places) for rows, places in stormy]
    judged = {key: (labelled, method(labelled.rows)) for key, labelled in nab.items()}
    return {
        "method": name,
        "bursts found, %": round(100 * float(np.mean(found))),
        "false alarms a month": round(false, 1),
        "NAB tuned on": _left_out(judged, TUNED),
        "NAB kept apart": _left_out(judged, KEPT),
        "NAB all six": _left_out(judged, (*TUNED, *KEPT)),
        "rows/s": round(speed),
        "ms a minute": None,
    }


# Generated series: over-dispersed counts every five minutes, with the rhythm of day and week.


def _counts(seed: int, bursts: Iterable[int]) -> Rows:
    rng = np.random.default_rng(seed)
    times = 1_736_121_600 + np.arange(0, DAYS * 86_400, STEP)
    hour, weekday = times % 86_400 / 3600, np.arange(len(times)) * STEP // 86_400 % 7
    rhythm = np.exp(0.8 * np.sin((hour - 9) / 24 * 2 * np.pi)) * np.where(weekday >= 5, 0.7, 1.0)
    mean = (0.5, 3.0, 15.0, 100.0)[seed % 4] * rhythm
    counts = rng.poisson(mean * rng.gamma(3.0, 1 / 3.0, len(times))).astype(float)
    for place in bursts:
        counts[place : place + 8] += rng.poisson(3.0 * mean[place : place + 8] + 3.0)
    return list(zip(times.tolist(), counts.tolist(), strict=True))


def _places(seed: int) -> tuple[int, ...]:
    rng = np.random.default_rng(1000 + seed)
    days = np.sort(rng.choice(np.arange(6, DAYS), BURSTS, replace=False))
    return tuple(int(day * 288 + rng.integers(0, 280)) for day in days)


def _found(alarms: Sequence[int], places: Sequence[int]) -> float:
    return float(np.mean([any(place <= alarm < place + 9 for alarm in alarms) for place in places]))


# Methods.


def _tocsin(rows: Rows) -> Array:
    detector = SeriesDetector()
    return np.array([detector.feed(*row)[0] for row in rows])


def _alarms(rows: Rows) -> list[int]:
    detector = SeriesDetector()
    return [n for n, row in enumerate(rows) if detector.feed(*row)[1]]


def _z_score(rows: Rows, window: int = 288) -> Array:
    values = np.array([value for _, value in rows])
    sums = np.concatenate([[0.0], values.cumsum()])
    squares = np.concatenate([[0.0], (values**2).cumsum()])
    scores = np.zeros(len(values))
    for n in range(window, len(values)):
        mean = (sums[n] - sums[n - window]) / window
        variance = (squares[n] - squares[n - window]) / window - mean**2
        scores[n] = (values[n] - mean) / math.sqrt(max(variance, 1.0))
    return scores


def _ewma(rows: Rows, share: float = 0.02) -> Array:
    mean, variance, scores = rows[0][1], 1.0, []
    for _, value in rows:
        error = value - mean
        scores.append(error / math.sqrt(max(variance, 1.0)))
        mean += share * error
        variance += share * (error * error - variance)
    return np.array(scores)


def _cusum(rows: Rows, window: int = 2016, ratio: float = 2.0) -> Array:
    """Poisson CUSUM against the mean of the same hour of the last week's days."""
    by_hour: dict[int, list[float]] = {}
    total, scores = 0.0, []
    for seconds, value in rows:
        seen = by_hour.setdefault(seconds // 3600 % 24, [])
        mean = (sum(seen) + 1.0) / (len(seen) + 1.0)
        total = min(max(0.0, total + value * math.log(ratio) - mean * (ratio - 1.0)), 60.0 + 5.0 * mean)
        scores.append(total / math.sqrt(mean + 1.0))
        seen.append(value)
        del seen[: -window // 24]
    return np.array(scores)


def _onsets(scores: Array, threshold: float, quiet: int = 12) -> list[int]:
    """Return rows that pass a threshold after an hour under it."""
    above = np.flatnonzero(scores >= threshold)
    return [int(n) for k, n in enumerate(above) if k == 0 or n - above[k - 1] > quiet]


def _threshold_for(scores: list[Array], allowed: int) -> float:
    candidates = np.unique(np.concatenate(scores))[::-1]
    for threshold in candidates[:: max(len(candidates) // 4000, 1)]:
        if sum(len(_onsets(score, float(threshold))) for score in scores) > allowed:
            return float(threshold)
    return math.inf


# The Numenta Anomaly Benchmark, standard profile, scored as its paper defines it.


class Labelled:
    """A series with its labelled windows, as places of rows."""

    def __init__(self, rows: Rows, windows: list[tuple[int, int]]) -> None:
        self.rows = rows
        self.windows = windows
        self.start = math.ceil(min(_PROBATION * len(rows), _PROBATION * 5000))
        self.worth = np.full(len(rows), -1.0)
        self.window = np.full(len(rows), -1)
        for number, (first, last) in enumerate(windows):
            inside = np.arange(first, last + 1)
            width = last - first + 1
            self.window[inside] = number
            self.worth[inside] = _sigmoid(-(last - inside + 1) / width) / _sigmoid(-1.0)
            end = windows[number + 1][0] if number + 1 < len(windows) else len(rows)
            after = np.arange(last + 1, end)
            far = (after - last) / (width - 1.0)
            self.worth[after] = np.where(far > 3.0, -1.0, _sigmoid(far))

    def raw(self, scores: Array, threshold: float) -> float:
        """Return the raw score at a threshold; missing every window gives minus their number."""
        said = scores >= threshold
        said[: self.start] = False
        total = _FALSE_POSITIVE * float(self.worth[said & (self.window < 0)].sum())
        for number in self.scored():
            hits = said & (self.window == number)
            total += float(self.worth[hits].max()) if hits.any() else -1.0
        return total

    def scored(self) -> list[int]:
        """Return the windows that don't lie in the probation."""
        return sorted(set(self.window[self.start :].tolist()) - {-1})


def _left_out(judged: dict[str, tuple[Labelled, Array]], names: Sequence[str]) -> Figure:
    """Return the score of each series at the threshold best for the others, 0 (says nothing) to 100."""
    chosen = [judged[name] for name in names if name in judged]
    if len(chosen) < 2:
        return "-"
    total = 0.0
    for place, (series, scores) in enumerate(chosen):
        others = chosen[:place] + chosen[place + 1 :]
        total += series.raw(_damped(scores), _best_threshold(others))
    nothing = -sum(len(series.scored()) for series, _ in chosen)
    perfect = sum(len(series.windows) for series, _ in chosen)
    return round(100.0 * (total - nothing) / (perfect - nothing), 1)


def _best_threshold(judged: list[tuple[Labelled, Array]]) -> float:
    damped = [(series, _damped(scores)) for series, scores in judged]
    values = np.concatenate([scores[scores > 0] for _, scores in damped] or [np.zeros(1)])
    if not len(values):
        return math.inf
    candidates = np.unique(np.quantile(values, np.linspace(0, 1, 600)))
    totals = [sum(series.raw(scores, t) for series, scores in damped) for t in candidates]
    return float(candidates[int(np.argmax(totals))])


def _damped(scores: Array, half_life: float = 4.0 * 288) -> Array:
    """Leave of each score what it adds to those said in the last days; Tocsin's is damped already."""
    if scores.max(initial=0.0) <= 1.0:
        return scores
    said, out, fade = 0.0, np.zeros(len(scores)), 0.5 ** (1.0 / half_life)
    for n, height in enumerate(np.log1p(np.maximum(scores, 0.0)).tolist()):
        said *= fade
        if height > said:
            out[n], said = height - said, height
    return out


def _sigmoid(place: float | Array) -> Array:
    return np.asarray(2.0 / (1.0 + np.exp(5.0 * np.asarray(place))) - 1.0)


def _nab() -> dict[str, Labelled]:
    folder = Path(os.environ.get("TOCSIN_BENCH_DATA", "data")) / "nab"
    if not (folder / "windows.json").is_file():
        return {}
    found = {}
    for key, windows in json.loads((folder / "windows.json").read_text()).items():
        rows = _read(folder / Path(key).name)
        place = {seconds: n for n, (seconds, _) in enumerate(rows)}
        edges = [(place[_seconds(first)], place[_seconds(last)]) for first, last in windows]
        found[Path(key).stem.rsplit("_", 1)[-1]] = Labelled(rows, edges)
    return found


def _read(path: Path) -> Rows:
    with path.open(newline="") as stream:
        return [(_seconds(row["timestamp"]), float(row["value"])) for row in csv.DictReader(stream)]


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# The bank of watches.


def _bank() -> list[dict[str, Figure]]:
    rows: list[dict[str, Figure]] = []
    for share in (0.05, 1.0):
        tables = [_minute(n, share) for n in range(MINUTES)]
        bank = DetectorBank(range(WATCHES))
        spent = _milliseconds(partial(_fold, bank), tables)
        name = f"bank: a minute of {WATCHES:,} watches, {share:.0%} of them alive"
        rows.append({"method": name, "ms a minute": round(spent, 1)})
    sums = np.zeros((WATCHES, len(WATCHED_MEASURES)))
    spent = _milliseconds(lambda _, table: np.add(sums, table, out=sums), tables)
    rows.append({"method": "floor: add the minute to a sum", "ms a minute": round(spent, 2)})
    return rows


def _fold(bank: DetectorBank, n: int, table: Array) -> None:
    bank.fold(28_935_361 + n, table)


def _minute(seed: int, share: float) -> Array:
    rng = np.random.default_rng(seed)
    table = rng.poisson([5, 4, 1, 0.5, 0.5, 0.1, 3000], (WATCHES, len(WATCHED_MEASURES))).astype(float)
    return table * (rng.random((WATCHES, 1)) < share)


def _milliseconds(work: Callable[[int, Array], object], tables: list[Array]) -> float:
    """Return the median time of a call, in milliseconds of processor time."""
    marks = [time.process_time()]
    for n, table in enumerate(tables):
        work(n, table)
        marks.append(time.process_time())
    return 1000.0 * float(np.median([later - earlier for earlier, later in pairwise(marks)]))


if __name__ == "__main__":
    main()
