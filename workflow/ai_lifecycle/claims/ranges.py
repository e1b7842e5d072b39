"""Ranges of quantities computed from ranges.

Every function gives the worst case: the truth lies inside if each argument's does.
"""

import numpy as np

from ai_lifecycle import bounds


def ratio_range(low, high, divisor_low, divisor_high):
    """Ends of a ratio of two quantities that err independently. [low / divisor_low]

    Parameters
    ----------
    low, high : array_like, shape (...,)
        Ends of the numerator, not negative. [any]
    divisor_low, divisor_high : array_like, broadcastable
        Ends of the denominator, above zero. [any]

    Returns
    -------
    low, high : ndarray, shape (...,)
        Ends of the ratio. [as above]

    Raises
    ------
    ValueError
        If an end is out of order or out of bounds.

    Examples
    --------
    >>> [float(end) for end in ratio_range(1.0, 3.0, 1.0, 2.0)]
    [0.5, 3.0]
    """
    least, most = _ends("low", low, high)
    bottom, top = _ends("divisor_low", divisor_low, divisor_high)
    if np.any(~(bottom > 0)):
        raise ValueError("divisor_low must be above zero")
    return least / top, most / bottom


def share_range(low, high, rest_low, rest_high):
    """Ends of the share of a part in itself and the rest. [1]

    Parameters
    ----------
    low, high : array_like, shape (...,)
        Ends of the part, not negative. [any]
    rest_low, rest_high : array_like, broadcastable
        Ends of the rest, not negative. [as low]

    Returns
    -------
    low, high : ndarray, shape (...,)
        Least part with the greatest rest, and the reverse. [1]

    Raises
    ------
    ValueError
        If an end is out of order or negative, or all may be zero.

    Examples
    --------
    >>> [float(end) for end in share_range(1.0, 3.0, 1.0, 3.0)]
    [0.25, 0.75]
    """
    least, most = _ends("low", low, high)
    rest_least, rest_most = _ends("rest_low", rest_low, rest_high)
    if np.any(~(least + rest_most > 0)) or np.any(~(most + rest_least > 0)):
        raise ValueError("rest_high or low must be above zero")
    return least / (least + rest_most), most / (most + rest_least)


def common_range(low, high):
    """Values that lie in every one of several ranges. [as low]

    Parameters
    ----------
    low, high : array_like, shape (..., range)
        Ends of the ranges. [any]

    Returns
    -------
    low, high : ndarray, shape (...,)
        Greatest low and least high end; the first above the second where no value is common.
        [as above]

    Raises
    ------
    ValueError
        If an end is out of order.

    Examples
    --------
    >>> [float(end) for end in common_range([1.0, 2.0], [3.0, 5.0])]
    [2.0, 3.0]
    """
    least, most = np.asarray(low, float), np.asarray(high, float)
    if np.any(least > most):
        raise ValueError("low must not be above its high end")
    return least.max(axis=-1), most.min(axis=-1)


def growth_over(ratio, years, period_years):
    """Growth over a period at a constant rate. [1]

    Parameters
    ----------
    ratio : array_like, shape (...,)
        Last over first value. [1]
    years : array_like, broadcastable
        Time between them. [year]
    period_years : array_like, broadcastable
        Period to give the growth over. [year]

    Returns
    -------
    ndarray, shape (...,)
        Last over first value of the period. [1]

    Raises
    ------
    ValueError
        If an argument is not above zero.

    Examples
    --------
    >>> float(growth_over(8.0, 3.0, 1.0))
    2.0
    """
    exponent = bounds.positive("period_years", period_years) / bounds.positive("years", years)
    return bounds.positive("ratio", ratio) ** exponent


def power_law_exponent(first, last, first_cost, last_cost):
    """Exponent of a power law through two points, as a positive number where value falls. [1]

    Parameters
    ----------
    first, last : array_like, shape (...,)
        Values at the two points. [any]
    first_cost, last_cost : array_like, broadcastable
        Costs at the two points, different. [any]

    Returns
    -------
    ndarray, shape (...,)
        ``log(first / last) / log(last_cost / first_cost)``. [1]

    Raises
    ------
    ValueError
        If an argument is not above zero or the costs are equal.

    Examples
    --------
    >>> float(power_law_exponent(8.0, 2.0, 1.0, 16.0))
    0.5
    """
    steps = np.log(
        bounds.positive("last_cost", last_cost) / bounds.positive("first_cost", first_cost)
    )
    if np.any(steps == 0):
        raise ValueError("first_cost and last_cost must differ")
    return np.log(bounds.positive("first", first) / bounds.positive("last", last)) / steps


def gain_without_stalls(stall_share):
    """Gain in throughput when stalls that take a share of it are removed. [1]

    Parameters
    ----------
    stall_share : array_like, shape (...,)
        Share of the stall-free throughput that stalls cost, below one. [1]

    Returns
    -------
    ndarray, shape (...,)
        Stall-free over stalled throughput, less one. [1]

    Raises
    ------
    ValueError
        If `stall_share` is negative or not below one.

    Examples
    --------
    >>> float(gain_without_stalls(0.5))
    1.0
    """
    share = np.asarray(stall_share, float)
    if np.any(~(share >= 0)) or np.any(share >= 1):
        raise ValueError("stall_share must be at least zero and below one")
    return 1 / (1 - share) - 1


def _ends(name, low, high):
    bounds.non_negative(name, low)
    return bounds.low_to_high(name, low, high)
