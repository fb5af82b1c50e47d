"""Minutes of a bakery chain's mentions: quiet nights, busy mornings, and storms on demand."""

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect import WATCHED_MEASURES

Table = npt.NDArray[np.float64]

# Monday 6 January 2025, midnight UTC, in minutes since 1970.
MONDAY = 28_935_360

_SHARES = {
    "authors": 0.9,
    "negative": 0.15,
    "emotion_anger": 0.06,
    "emotion_frustration": 0.08,
    "topic_safety": 0.01,
}


def quiet(minutes: int, watches: int, a_minute: float | npt.NDArray[np.float64], seed: int = 0) -> Table:
    """Return minutes of measures, (minutes, watches, measures), over-dispersed and with a daily rhythm.

    Parameters
    ----------
    a_minute : float or array (watches,)
        Posts a minute, on the whole.
    """
    rng = np.random.default_rng(seed)
    hour = (np.arange(minutes) / 60.0) % 24
    rhythm = np.exp(0.8 * np.sin((hour - 9) / 24 * 2 * np.pi))[:, None]
    volume = rng.poisson(a_minute * rhythm * rng.gamma(3.0, 1 / 3.0, (minutes, watches)))
    return _table(rng, volume)


def with_storm(table: Table, watch: int, start: int, minutes: int, a_minute: float) -> Table:
    """Return a copy in which angry people about a hazard speak up for some minutes."""
    rng = np.random.default_rng(start + minutes)
    stormy = table.copy()
    posts = rng.poisson(a_minute, minutes).astype(float)
    for name, share in (("volume", 1.0), ("authors", 0.95), ("negative", 0.85), ("emotion_anger", 0.6)):
        stormy[start : start + minutes, watch, WATCHED_MEASURES.index(name)] += np.round(posts * share)
    return stormy


def _table(rng: np.random.Generator, volume: npt.NDArray[np.int64]) -> Table:
    columns = []
    for name in WATCHED_MEASURES:
        if name == "volume":
            columns.append(volume)
        elif name == "reach":
            columns.append(volume * rng.integers(50, 2000, volume.shape))
        else:
            columns.append(rng.binomial(volume, _SHARES[name]))
    return np.stack(columns, axis=2).astype(float)
