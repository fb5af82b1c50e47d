"""The closed form of tail probabilities against SciPy's exact ones."""

import numpy as np
import pytest
from scipy.stats import gamma, nbinom, norm

from tocsin.stream.detect.tails import gamma_quantile, mills_ratio, surprise


@pytest.mark.parametrize("mean", [0.02, 0.5, 5.0, 200.0])
@pytest.mark.parametrize("spread", [0.01, 0.3, 2.0])
@pytest.mark.parametrize("times", [3, 6, 20])
def test_the_surprise_is_the_logarithm_of_the_exact_tail(mean: float, spread: float, times: int) -> None:
    count = max(1, round(mean * times))
    shape = 1.0 / spread
    exact = -nbinom.logsf(count - 1, shape, shape / (shape + mean)) / np.log(10.0)
    if np.isfinite(exact):
        assert surprise(count, mean, spread) == pytest.approx(exact, abs=0.05, rel=0.02)


def test_what_is_usual_or_less_is_no_surprise() -> None:
    assert (surprise([0, 1, 5, 5], [1.0, 1.0, 5.0, 50.0], 0.3) == 0.0).all()


def test_mills_ratio_is_exact_to_a_hundredth() -> None:
    w = np.linspace(0.4, 12, 50)
    assert mills_ratio(w) == pytest.approx(norm.sf(w) / norm.pdf(w), rel=1e-2)


def test_the_gamma_quantile_leaves_a_tenth_outside() -> None:
    mean, variance = np.array([3.0, 40.0, 900.0]), np.array([4.0, 200.0, 9000.0])
    shape, scale = mean**2 / variance, variance / mean
    assert gamma_quantile(mean, variance, 1.2816) == pytest.approx(
        gamma.ppf(0.9, shape, scale=scale), rel=0.02
    )
    assert gamma_quantile(mean, variance, -1.2816) == pytest.approx(
        gamma.ppf(0.1, shape, scale=scale), rel=0.08
    )
