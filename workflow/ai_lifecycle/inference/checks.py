"""Checks of arguments that every kernel of this room makes."""

import numpy as np


def non_negative(name, value):
    """`value` as an array of floats; refused below zero."""
    array = np.asarray(value, dtype=float)
    if np.any(array < 0):
        raise ValueError(f"{name} must not be negative")
    return array


def positive(name, value):
    """`value` as an array of floats; refused at or below zero."""
    array = np.asarray(value, dtype=float)
    if np.any(array <= 0):
        raise ValueError(f"{name} must be above zero")
    return array


def at_least_one(name, value):
    """`value` as an array of floats; refused below one."""
    array = np.asarray(value, dtype=float)
    if np.any(array < 1):
        raise ValueError(f"{name} must be at least one")
    return array
