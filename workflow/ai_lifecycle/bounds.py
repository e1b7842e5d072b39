"""Bounds on arguments, for every kernel: each check hands the argument back as floats, or refuses.

A missing value (NaN) lies within no bound and is refused, except by the checks that say
``or_missing``: those serve kernels through which a missing value passes to the result.
"""

import numpy as np


def _within(name, value, kept, bound):
    array = np.asarray(value, dtype=float)
    if not np.all(kept(array)):
        raise ValueError(f"{name} must {bound}")
    return array


def non_negative(name, value):
    """Zero or above; missing is refused."""
    return _within(name, value, lambda a: a >= 0, "not be negative or missing")


def positive(name, value):
    """Above zero; missing is refused."""
    return _within(name, value, lambda a: a > 0, "be above zero")


def at_least_one(name, value):
    """One or above; missing is refused."""
    return _within(name, value, lambda a: a >= 1, "be at least one")


def zero_to_one(name, value):
    """From zero to one; missing is refused."""
    return _within(name, value, lambda a: (a >= 0) & (a <= 1), "lie between zero and one")


def above_zero_to_one(name, value):
    """Above zero, at most one; missing is refused."""
    return _within(name, value, lambda a: (a > 0) & (a <= 1), "be above zero and at most one")


def non_negative_or_missing(name, value):
    """Zero or above; missing passes."""
    return _within(name, value, lambda a: ~(a < 0), "not be negative")


def positive_or_missing(name, value):
    """Above zero; missing passes."""
    return _within(name, value, lambda a: ~(a <= 0), "be above zero")


def at_least_one_or_missing(name, value):
    """One or above; missing passes."""
    return _within(name, value, lambda a: ~(a < 1), "be at least one")


def low_to_high(name, low, high):
    """Two ends in order, of which a missing one is in order with any; `name` is the low one's."""
    least, most = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    if np.any(least > most):
        raise ValueError(f"{name} must not be above its high end")
    return least, most


def low_value_high_or_missing(name, value):
    """Zero or above, low, value and high in order on the last axis; missing passes."""
    array = non_negative_or_missing(name, value)
    if array.ndim < 2 or array.shape[-1] != 3:
        raise ValueError(f"{name} must have low, value and high on its last axis")
    if np.any(array[..., 0] > array[..., 1]) or np.any(array[..., 1] > array[..., 2]):
        raise ValueError(f"{name} must be in order: low, value, high")
    return array


def finite(name, value):
    """A finite number; missing or infinite is refused."""
    return _within(name, value, np.isfinite, "be finite")
