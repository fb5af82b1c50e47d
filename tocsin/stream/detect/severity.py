"""How severe an excess is: its size, its tone, how many people take part and how fast it grows."""

import numpy as np
import numpy.typing as npt

from tocsin.stream.detect.core import Look

YELLOW, ORANGE, RED = 1, 2, 3

# Strength from which an episode is orange or red, and the posts in excess without which it never is.
_ORANGE_STRENGTH, _RED_STRENGTH = 0.7, 1.4
_ORANGE_EXCESS, _RED_EXCESS = 8.0, 25.0

_VOLUME, _NEGATIVE, _SAFETY = 0, 1, 3


def strength(look: Look, authors: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the strength of each look's excess, and the posts in excess.

    Parameters
    ----------
    authors : int
        Column of the number of authors.

    Notes
    -----
    Size counts in decades of posts in excess (a hundred make 1), tone from 0.5 (none negative) to 1.5 (all),
    people from 0.3 (one account) to 1, growth as doublings over the usual (fourfold makes 1, at most 1.5).
    """
    every = np.arange(len(look.rows))
    sums, mean = look.sums[every, :, look.horizon], look.mean[every, :, look.horizon]
    volume = np.maximum(sums[:, _VOLUME], 1.0)
    excess = np.maximum(volume - mean[:, _VOLUME], 0.0)
    size = np.log10(1.0 + excess) / 2.0
    tone = 0.5 + np.clip(sums[:, _NEGATIVE] / volume, 0.0, 1.0)
    people = 0.3 + 0.7 * np.clip(sums[:, authors] / volume, 0.0, 1.0)
    growth = np.clip(np.log2(volume / np.maximum(mean[:, _VOLUME], 0.25)) / 2.0, 0.3, 1.5)
    return size * tone * people * growth, excess


def grade(look: Look, authors: int) -> npt.NDArray[np.int64]:
    """Return the level that each look deserves: 1 yellow, 2 orange, 3 red.

    A surprise about safety counts one level higher where it is more than a handful of posts.
    """
    size, excess = strength(look, authors)
    level = np.full(len(size), YELLOW)
    level[(size >= _ORANGE_STRENGTH) & (excess >= _ORANGE_EXCESS)] = ORANGE
    level[(size >= _RED_STRENGTH) & (excess >= _RED_EXCESS)] = RED
    hazard = (look.measure == _SAFETY) & (excess >= _ORANGE_EXCESS)
    return np.asarray(np.where(hazard, np.minimum(level + 1, RED), level), np.int64)
