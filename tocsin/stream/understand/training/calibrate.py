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
    """Slope, bias and threshold of each output after the sentiments."""

    slope: Floats
    bias: Floats
    threshold: Floats


def calibrate(
    sums: Floats, targets: Floats, importance: Floats, complete: npt.NDArray[np.bool_]
) -> Calibration:
    """Fit chances on sums that each text got from weights fitted without it.

    Parameters
    ----------
    sums, targets, importance : float32 array, shape (n, outputs)
    complete : bool array, shape (n,)
        Texts in which every output is labelled: thresholds are chosen on them.
    """
    outputs = sums.shape[1]
    slope, bias = np.ones(outputs, np.float32), np.zeros(outputs, np.float32)
    threshold = np.full(outputs, 0.5, np.float32)
    for output in range(outputs):
        known = importance[:, output] > 0
        slope[output], bias[output] = _logistic(
            sums[known, output], targets[known, output], importance[known, output]
        )
        chances = 1 / (1 + np.exp(-(slope[output] * sums[complete, output] + bias[output])))
        threshold[output] = _best_threshold(chances, targets[complete, output] > 0.5)
    return Calibration(slope, bias, threshold)


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


def _logistic(sums: Floats, targets: Floats, weight: Floats) -> tuple[float, float]:
    """Fit slope and bias of a logistic curve by Newton's method."""
    design = np.stack([sums, np.ones_like(sums)], axis=1).astype(np.float64)
    beta = np.array([3.0, 0.0])
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weight * (targets - chances)) - 1e-3 * beta
        curvature = (design * (weight * chances * (1 - chances))[:, None]).T @ design + 1e-3 * np.eye(2)
        change = np.linalg.solve(curvature, gradient)
        beta += np.clip(change, -2, 2)
        if np.abs(change).max() < 1e-6:
            break
    return float(max(beta[0], 0.5)), float(beta[1])


def _best_threshold(chances: Floats, present: npt.NDArray[np.bool_]) -> float:
    """Return the threshold of the highest F1, within bounds that few written posts cannot push out."""
    candidates = np.linspace(_LOWEST, _HIGHEST, 41)
    scores = []
    for candidate in candidates:
        said = chances >= candidate
        both = (said & present).sum()
        scores.append(2 * both / max(said.sum() + present.sum(), 1))
    best = np.flatnonzero(np.array(scores) >= max(scores) - 0.005)
    return float(candidates[best[len(best) // 2]])
