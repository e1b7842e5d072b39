"""How two hourly series of intensity differ."""

import numpy as np


def pearson(x, y):
    """Correlation of two series over the entries present in both. [1]

    Parameters
    ----------
    x, y : array_like, shape (n,)
        NaN is missing. [any]

    Returns
    -------
    float
        NaN with fewer than three common entries or no variation.

    Raises
    ------
    ValueError
        If shapes differ.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if x.shape != y.shape:
        raise ValueError("y: shape differs from x")
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 3:
        return float("nan")
    dx, dy = x[both] - x[both].mean(), y[both] - y[both].mean()
    scale = np.sqrt((dx * dx).sum() * (dy * dy).sum())
    return float((dx * dy).sum() / scale) if scale > 0 else float("nan")


def best_lag(x, y, largest):
    """Shift of `y` against `x` at which they correlate best. [steps]

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Evenly spaced, NaN missing. [any]
    largest : int
        Largest shift tried, either way. [steps]

    Returns
    -------
    lag : int
        Positive when features stand later in `y` than in `x`.
    correlation : float
        At that lag. [1]

    Raises
    ------
    ValueError
        If `largest` is negative or not below the length.

    Examples
    --------
    >>> x = np.array([0.0, 1.0, 5.0, 1.0, 0.0, 0.0, 2.0, 0.0])
    >>> best_lag(x, np.roll(x, 1), 2)[0]
    1
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if not 0 <= largest < len(x):
        raise ValueError("largest: outside 0 to the length of x")
    lags = np.arange(-largest, largest + 1)
    found = np.array(
        [
            pearson(x[max(0, -lag) : len(x) - max(0, lag)], y[max(0, lag) : len(y) + min(0, lag)])
            for lag in lags
        ]
    )
    if np.isnan(found).all():
        return 0, float("nan")
    at = int(np.nanargmax(found))
    return int(lags[at]), float(found[at])


def bias(x, reference):
    """Mean difference of `x` from `reference`, and the same relative to the reference's mean.

    Parameters
    ----------
    x, reference : array_like, shape (n,)
        NaN is missing. [any]

    Returns
    -------
    mean_x, mean_reference, difference : float
        Over entries present in both. [as `x`]
    relative : float
        [1]
    n : int
        Entries present in both. [1]
    """
    x, reference = np.asarray(x, dtype=float), np.asarray(reference, dtype=float)
    both = np.isfinite(x) & np.isfinite(reference)
    n = int(both.sum())
    if n == 0:
        return (float("nan"),) * 4 + (0,)
    mean_x, mean_reference = float(x[both].mean()), float(reference[both].mean())
    difference = mean_x - mean_reference
    return mean_x, mean_reference, difference, difference / mean_reference, n
