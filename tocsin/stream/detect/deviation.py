"""How far a number lies from those of the last day: a second witness, which supposes nothing of counts."""

import math

import numpy as np

from tocsin.stream.detect.clockwork import DAY

# Fewest and most rows of the window, whatever the spacing, and rows without which nothing is said.
_FEWEST, _MOST, _SILENT = 60, 2_880, 24

# Scatter supposed beside the one seen: one of counts, a share of their size of other numbers.
_COUNTED, _SHARE = 1.0, 0.02
_DOUBT_ROWS = 8.0
_GREATEST = 1e15


class Deviation:
    """Standard deviates of each number from the rows before it.

    Parameters
    ----------
    step : int
        Minutes between two rows; the window is a day, or sixty rows where these are longer.

    Notes
    -----
    Numbers are counts as long as all of them were whole and none was negative. Of counts only an excess is a
    deviation; of other numbers a fall is one too.
    """

    def __init__(self, step: int) -> None:
        self._ring = np.zeros(min(max(DAY // step, _FEWEST), _MOST))
        self._rows = 0
        self._size = 0.0
        self.is_count = True

    def feed(self, value: float) -> float:
        """Take a row in; return how far it lies from those before."""
        value = min(max(value, -_GREATEST), _GREATEST)
        self.is_count = self.is_count and value >= 0 and value.is_integer()
        past = self._ring[: self._rows]
        found = self._deviates(value, past) if len(past) >= _SILENT else 0.0
        self._ring[self._rows % len(self._ring)] = value
        self._rows += 1
        self._size += (abs(value) - self._size) / min(self._rows, len(self._ring))
        return found

    def _deviates(self, value: float, past: "np.typing.NDArray[np.float64]") -> float:
        least = _COUNTED if self.is_count else _SHARE * self._size
        scatter = max(float(past.std()), least) * (1.0 + _DOUBT_ROWS / len(past))
        distance = value - float(past.mean())
        return max(distance, 0.0) / scatter if self.is_count else abs(distance) / max(scatter, math.ulp(1.0))
