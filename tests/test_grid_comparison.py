"""Comparison of two hourly series."""

import numpy as np
import pytest

from ai_lifecycle.grid.comparison import best_lag, bias, pearson


def wave(n=240, seed=3):
    noise = np.random.Generator(np.random.Philox(seed)).normal(size=n)
    return 300 + 80 * np.sin(2 * np.pi * np.arange(n) / 24) + 10 * noise


def test_correlation_is_that_of_numpy_and_leaves_missing_values_out():
    x = wave()
    y = 0.5 * x + wave(seed=4)
    expected = np.corrcoef(x, y)[0, 1]
    assert pearson(x, y) == pytest.approx(expected)
    with_gap = np.append(y, np.nan)
    assert pearson(np.append(x, 1e6), with_gap) == pytest.approx(expected)


def test_correlation_of_a_constant_is_missing():
    assert np.isnan(pearson([1.0, 1.0, 1.0], [1.0, 2.0, 3.0]))


@pytest.mark.parametrize("shift", [-2, 0, 1, 3])
def test_a_planted_lag_is_found(shift):
    x = wave()
    lag, correlation = best_lag(x, np.roll(x, shift), 5)
    assert lag == shift
    assert correlation > 0.99


def test_lag_beyond_the_series_is_refused():
    with pytest.raises(ValueError, match="largest"):
        best_lag([1.0, 2.0], [1.0, 2.0], 2)


def test_bias_by_hand():
    mean_x, mean_y, difference, relative, n = bias([110.0, 90.0, np.nan], [100.0, 60.0, 5.0])
    assert (mean_x, mean_y, difference, relative, n) == (100.0, 80.0, 20.0, 0.25, 2)


def test_bias_of_nothing_in_common_is_missing():
    assert np.isnan(bias([np.nan], [1.0])[2])
