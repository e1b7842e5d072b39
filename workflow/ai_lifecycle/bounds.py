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
