"""Do the numbers of one disclosure follow from each other within the rounding of print?"""

import numpy as np


def product_interval(lows, highs):
    """Smallest and largest product of non-negative factors known only within intervals.

    Parameters
    ----------
    lows, highs : array_like, shape (factor, ...)
        Ends of each factor's interval, any unit.

    Returns
    -------
    low, high : ndarray, shape (...,)
        Ends of the product's interval, in the product of the units.

    Raises
    ------
    ValueError
        If an end is negative or a low end exceeds its high end.
    """
    lows, highs = np.asarray(lows, dtype=float), np.asarray(highs, dtype=float)
    if np.any(lows < 0):
        raise ValueError("lows must not be negative")
    if np.any(lows > highs):
        raise ValueError("lows must not exceed highs")
    return np.prod(lows, axis=0), np.prod(highs, axis=0)


def quotient_interval(low, high, divisor_low, divisor_high):
    """Smallest and largest quotient of two quantities known only within intervals.

    Parameters
    ----------
    low, high : array_like, shape (...,)
        Ends of the dividend's interval, not negative. [any]
    divisor_low, divisor_high : array_like, shape (...,)
        Ends of the divisor's interval, above zero. [any]

    Returns
    -------
    low, high : ndarray, shape (...,)
        Ends of the quotient's interval, in the quotient of the units.

    Raises
    ------
    ValueError
        If the dividend is negative, the divisor not above zero, or a low end exceeds its high end.

    Examples
    --------
    >>> [float(end) for end in quotient_interval(9.0, 12.0, 3.0, 4.0)]
    [2.25, 4.0]
    """
    low, high, divisor_low, divisor_high = (
        np.asarray(end, dtype=float) for end in (low, high, divisor_low, divisor_high)
    )
    if np.any(low < 0):
        raise ValueError("low must not be negative")
    if np.any(divisor_low <= 0):
        raise ValueError("divisor_low must be above zero")
    if np.any(low > high) or np.any(divisor_low > divisor_high):
        raise ValueError("low must not exceed high")
    return low / divisor_high, high / divisor_low


def overlap(low, high, other_low, other_high):
    """Whether two intervals share a point.

    Parameters
    ----------
    low, high, other_low, other_high : array_like, shape (...,)
        Ends of the intervals, in one unit.

    Returns
    -------
    ndarray of bool, shape (...,)

    Raises
    ------
    ValueError
        If a low end exceeds its high end.

    Notes
    -----
    A relative slack of 1e-9 keeps ends that touch from parting in the last bit.
    """
    low, high, other_low, other_high = (
        np.asarray(end, dtype=float) for end in (low, high, other_low, other_high)
    )
    if np.any(low > high) or np.any(other_low > other_high):
        raise ValueError("low must not exceed high")
    slack = 1e-9 * np.maximum(np.abs(high), np.abs(other_high))
    return (low <= other_high + slack) & (other_low <= high + slack)


def truncation_interval(value, low, high):
    """What a printed value allows when its last digit was cut and not rounded.

    Parameters
    ----------
    value, low, high : array_like, shape (...,)
        Printed value and the ends that rounding allows, half a last digit either way. [any]

    Returns
    -------
    low, high : ndarray, shape (...,)
        From `value` to one last digit above it, in its unit.

    Raises
    ------
    ValueError
        If `value` lies outside its ends.

    Examples
    --------
    >>> [float(end) for end in truncation_interval(449.0, 448.5, 449.5)]
    [449.0, 450.0]
    """
    value, low, high = (np.asarray(end, dtype=float) for end in (value, low, high))
    if np.any(value < low) or np.any(value > high):
        raise ValueError("value must lie within low and high")
    return value, value + (high - low)


def gap_percent(recomputed, disclosed):
    """Recomputed over disclosed, as a percentage above or below. [%]

    Parameters
    ----------
    recomputed, disclosed : array_like, shape (...,)
        Values in one unit.

    Returns
    -------
    ndarray, shape (...,)
        ``100 * (recomputed / disclosed - 1)``; NaN where `disclosed` is zero.

    Raises
    ------
    ValueError
        If a value is negative.
    """
    return 100.0 * (_ratio(recomputed, disclosed) - 1.0)


def factor_apart(one, other):
    """Larger of two values over the smaller. [1]

    Parameters
    ----------
    one, other : array_like, shape (...,)
        Values in one unit.

    Returns
    -------
    ndarray, shape (...,)
        At least one; NaN where the smaller value is zero.

    Raises
    ------
    ValueError
        If a value is negative.
    """
    return _ratio(np.maximum(one, other), np.minimum(one, other))


def _ratio(numerator, denominator):
    numerator = np.asarray(numerator, dtype=float)
    denominator = np.asarray(denominator, dtype=float)
    if np.any(numerator < 0) or np.any(denominator < 0):
        raise ValueError("values must not be negative")
    known = denominator > 0
    return np.where(known, numerator / np.where(known, denominator, 1.0), np.nan)
