"""What intervals lack to hold what was observed, fitted without it: pure kernels.

A distribution is widened by one more factor, independent of the others and lognormal about one.
Its spread adds to the distance of each quantile from the median in quadrature: exact for
lognormal distributions, and the median stays.
"""

import numpy as np
from scipy import special

from ai_lifecycle import bounds

HIGH = 0.95
Z_HIGH = float(special.ndtri(HIGH))


def needed(log_observed, log_low, log_middle, log_high):
    """Spread of the further factor at which an interval from p05 to p95 just holds a value.

    Parameters
    ----------
    log_observed : array_like, shape (observation,)
        Natural logarithm of what was observed. [1]
    log_low, log_middle, log_high : array_like, shape (observation,)
        5th percentile, median and 95th percentile. [1]

    Returns
    -------
    ndarray, shape (observation,)
        Standard deviation of the factor's logarithm; zero where the interval holds the value. [1]

    Raises
    ------
    ValueError
        If the percentiles are not in order.

    Examples
    --------
    >>> bool(needed(5.0, -1.0, 0.0, 3.0) == 4.0 / Z_HIGH)
    True
    """
    bounds.low_to_high("log_low", log_low, log_middle)
    bounds.low_to_high("log_middle", log_middle, log_high)
    off = np.asarray(log_observed, dtype=float) - log_middle
    side = np.where(off > 0, np.subtract(log_high, log_middle), np.subtract(log_middle, log_low))
    return np.sqrt(np.maximum(off**2 - side**2, 0.0)) / Z_HIGH


def fitted(spreads, nominal):
    """Spread that a share of the observations needs at most, corrected for their number.

    Parameters
    ----------
    spreads : array_like, shape (observation,)
        From `needed`. [1]
    nominal : float
        Share that the interval is to hold. [1]

    Returns
    -------
    float
        The k-th smallest, ``k = ceil((n + 1) nominal)``, or the largest; zero where there is
        nothing to fit to. [1]

    Raises
    ------
    ValueError
        If a spread is negative or missing, or the share outside [0, 1].

    References
    ----------
    Vovk, Gammerman and Shafer, Algorithmic learning in a random world, 2005 (split conformal).

    Examples
    --------
    >>> fitted([0.5, 3.0, 2.0], 0.5)
    2.0
    """
    share = bounds.zero_to_one("nominal", nominal)
    ordered = np.sort(bounds.non_negative("spreads", spreads), kind="stable")
    if not len(ordered):
        return 0.0
    # A share such as 0.9 has no exact binary form: the tolerance keeps it from adding a rank.
    rank = int(np.ceil((len(ordered) + 1) * (share - np.finfo(float).eps)))
    return float(ordered[min(max(rank, 1), len(ordered)) - 1])


def widened(ordered, spread):
    """A distribution, kept as ordered logarithms, with the further factor.

    Parameters
    ----------
    ordered : array_like, shape (draw,)
        From ``prediction.sorted_log``. [1]
    spread : float
        Standard deviation of the factor's logarithm. [1]

    Returns
    -------
    ndarray, shape (draw,)
        Ordered logarithms about the same median. [1]

    Raises
    ------
    ValueError
        If the spread is negative or missing.
    """
    ordered = np.asarray(ordered, dtype=float)
    place = (np.arange(len(ordered)) + 1 / 2) / len(ordered)
    further = special.ndtri(place) * bounds.non_negative("spread", spread)
    off = ordered - np.median(ordered)
    return np.median(ordered) + np.sign(further + off) * np.hypot(off, further)


def as_factor(spread):
    """The further factor as it is stated: its 95th percentile, one where there is none.

    Parameters
    ----------
    spread : array_like
        Standard deviation of the factor's logarithm. [1]

    Returns
    -------
    ndarray
        With nine in ten chances the factor lies between one over this and this. [1]

    Raises
    ------
    ValueError
        If a spread is negative.
    """
    return np.exp(Z_HIGH * bounds.non_negative("spread", spread))
