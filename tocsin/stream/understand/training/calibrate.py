"""From raw sums to chances, and from chances to yes or no."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_STEPS: Final = 50
_LOWEST, _HIGHEST = 0.25, 0.75


@dataclass(slots=True, eq=False)
class Calibration:
    """Of each output: slope, bias, leaning on the sentiment's score, and the F1 at a chance of one half."""

    slope: Floats
    bias: Floats
    leaning: Floats
    f1: Floats


def calibrate(sums: Floats, targets: Floats, score: Floats) -> Calibration:
    """Fit chances on sums that each text got from weights fitted without it.

    The curve is then moved so that one half is the chance from which saying that the thing is there is right
    most often (F1): a yes or no then needs no threshold of its own.

    Parameters
    ----------
    sums, targets : float32 array, shape (n, outputs)
    score : float32 array, shape (n,)
        Chance of positive less chance of negative.
    """
    outputs = sums.shape[1]
    fitted = Calibration(*(np.zeros(outputs, np.float32) for _ in range(4)))
    for output in range(outputs):
        slope, leaning, bias = _logistic(sums[:, output], score, targets[:, output])
        chances = 1 / (1 + np.exp(-(slope * sums[:, output] + leaning * score + bias)))
        threshold, f1 = _best_threshold(chances, targets[:, output] > 0.5)
        fitted.slope[output], fitted.leaning[output], fitted.f1[output] = slope, leaning, f1
        fitted.bias[output] = bias - np.log(threshold / (1 - threshold))
    return fitted


def warmth(sums: Floats, targets: Floats) -> float:
    """Return the factor under which the softmax of the sums is likeliest."""
    factors = np.geomspace(0.5, 30, 80)
    losses = []
    for factor in factors:
        logits = sums * factor
        logits = logits - logits.max(axis=1, keepdims=True)
        chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        losses.append(-(targets * np.log(chances + 1e-9)).sum(axis=1).mean())
    return float(factors[int(np.argmin(losses))])


def _logistic(sums: Floats, score: Floats, targets: Floats) -> tuple[float, float, float]:
    """Fit slope, leaning and bias of a logistic curve by Newton's method."""
    design = np.stack([sums, score, np.ones_like(sums)], axis=1).astype(np.float64)
    prior = np.diag([1e-3, 1.0, 1e-3])
    beta = np.array([3.0, 0.0, 0.0])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (targets - chances) - prior @ beta
        curvature = (design * (chances * (1 - chances))[:, None]).T @ design + prior
        change = np.linalg.solve(curvature, gradient)
        beta += np.clip(change, -2, 2)
        if np.abs(change).max() < 1e-6:
            break
    return float(max(beta[0], 0.5)), float(beta[1]), float(beta[2])


def _best_threshold(chances: npt.NDArray[np.floating], present: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Return threshold and value of the highest F1, within bounds that few written posts cannot push out."""
    candidates = np.linspace(_LOWEST, _HIGHEST, 41)
    scores = []
    for candidate in candidates:
        said = chances >= candidate
        both = (said & present).sum()
        scores.append(2 * both / max(said.sum() + present.sum(), 1))
    best = np.flatnonzero(np.array(scores) >= max(scores) - 0.005)
    middle = best[len(best) // 2]
    return float(candidates[middle]), float(scores[middle])
