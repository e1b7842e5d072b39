"""Distributions of products of independent factors, and where an observation falls: kernels."""

import numpy as np

from ai_lifecycle import bounds


def triangular(points, low, mode, high):
    """Quantiles of triangular distributions whose ends may differ from draw to draw.

    Parameters
    ----------
    points : array_like, shape (draw,)
        Probabilities. [1]
    low, mode, high : array_like, broadcastable with `points`
        Ends and mode in one unit; equal ends are a fixed value. [unit of the quantity]

    Returns
    -------
    ndarray
        In the unit of the ends. [unit of the quantity]

    Raises
    ------
    ValueError
        If a probability is outside [0, 1] or the ends are not in order.

    Notes
    -----
    ``uncertainty.distributions.inverse`` does the same for one distribution.

    Examples
    --------
    >>> float(triangular(0.5, 0.0, 1.0, 2.0))
    1.0
    """
    points = bounds.zero_to_one("points", points)
    low, mode, high = (np.asarray(end, dtype=float) for end in (low, mode, high))
    bounds.low_to_high("low", low, mode)
    bounds.low_to_high("mode", mode, high)
    width = high - low
    share = np.divide(mode - low, width, out=np.ones(np.shape(width)), where=width > 0)
    rising = low + np.sqrt(points * width * (mode - low))
    falling = high - np.sqrt((1 - points) * width * (high - mode))
    return np.where(points < share, rising, falling)


def picked(points, observations):
    """Observations drawn with equal chance.

    Parameters
    ----------
    points : array_like, shape (draw,)
        Between zero and one. [1]
    observations : array_like, shape (observation, ...)
        At least one. [unit of the observations]

    Returns
    -------
    ndarray, shape (draw, ...)
        [unit of the observations]

    Raises
    ------
    ValueError
        If there is no observation, or a point is outside [0, 1].
    """
    points = bounds.zero_to_one("points", points)
    observations = np.asarray(observations)
    bounds.positive("observations", len(observations))
    place = np.minimum((points * len(observations)).astype(int), len(observations) - 1)
    return observations[place]


def sorted_log(draws):
    """Logarithms of draws in order: how a predictive distribution is kept.

    Parameters
    ----------
    draws : array_like, shape (draw,)
        Above zero. [unit of the quantity]

    Returns
    -------
    ndarray, shape (draw,)
        Natural logarithms, ascending. [1]

    Raises
    ------
    ValueError
        If a draw is missing or not above zero.
    """
    return np.sort(np.log(bounds.positive("draws", draws)), kind="stable")


def log_quantiles(ordered, shares):
    """Quantiles of a distribution kept as ordered logarithms.

    Parameters
    ----------
    ordered : array_like, shape (draw,)
        From `sorted_log`. [1]
    shares : array_like, shape (share,)
        Probabilities. [1]

    Returns
    -------
    ndarray, shape (share,)
        Logarithms, linear between draws. [1]

    Raises
    ------
    ValueError
        If a share is outside [0, 1].
    """
    shares = bounds.zero_to_one("shares", shares)
    ordered = np.asarray(ordered, dtype=float)
    return np.interp(shares * (len(ordered) - 1), np.arange(len(ordered)), ordered)


def probability_transform(ordered, log_observed):
    """Share of a predictive distribution below what was observed (PIT).

    Parameters
    ----------
    ordered : array_like, shape (draw,)
        From `sorted_log`. [1]
    log_observed : float
        Natural logarithm of the observation. [1]

    Returns
    -------
    float
        Between zero and one; uniform where the distributions are right. Half of the draws equal
        to it count as below. [1]
    """
    sides = [np.searchsorted(ordered, log_observed, side=side) for side in ("left", "right")]
    return float(sum(sides) / 2 / len(ordered))
