"""Cumulative distribution functions of uncertain inputs: pure kernels."""

from functools import lru_cache

import numpy as np
from scipy import special

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import distributions

TINY = 1e-300
# Up to so many bends a piecewise linear function is had from its bends faster than by a search.
FEW_BENDS = 8
STRAIGHT = 1e-9
DISTRIBUTIONS_KEPT = 1024


def below(distribution, value):
    """Probability that a quantity lies below a value: the other way round than a quantile. [1]

    Parameters
    ----------
    distribution : Distribution
        Any that is not fixed.
    value : array_like, shape (...,)
        Values. [as of the distribution]

    Returns
    -------
    ndarray, shape (...,)
        From zero to one. [1]

    Raises
    ------
    ValueError
        If the distribution is fixed, or a value is missing.
    """
    kind, parameters = distribution.kind, distribution.parameters
    if kind == "fixed":
        raise ValueError("distribution must not be fixed")
    x = bounds.finite("value", value)
    if kind in ("uniform", "empirical"):
        known = np.asarray(parameters)
        return np.interp(x, known, np.arange(known.size) / (known.size - 1))
    if kind == "triangular":
        low, mode, high = parameters
        inner = np.clip(x, low, high)
        # A side without width holds nothing; whatever it is divided by.
        rising = (inner - low) ** 2 / ((high - low) * max(mode - low, TINY))
        falling = 1.0 - (high - inner) ** 2 / ((high - low) * max(high - mode, TINY))
        return np.where(inner < mode, rising, falling)
    if kind == "pert":
        low, _, high = parameters
        share = np.clip((x - low) / (high - low), 0.0, 1.0)
        return special.betainc(*distributions.pert_shape(parameters), share)
    inner = np.clip(x, *parameters[-2:])
    if kind.endswith("lognormal"):
        shift, mean, deviation = parameters[:3]
        z = (np.log(np.maximum(inner - shift, TINY)) - mean) / deviation
    else:
        z = (inner - parameters[0]) / parameters[1]
    least, width = distributions.probabilities(distribution)
    return np.clip((special.ndtr(z) - least) / width, 0.0, 1.0)


def mean_below(distribution, offset, slope):
    """Probability that `offset` plus `slope` times a quantity lies below a value, over draws. [1]

    Parameters
    ----------
    distribution : Distribution
        Of the quantity, which shares nothing with the draws; not fixed.
    offset, slope : ndarray, shape (draw,)
        Draws, none missing; slopes above zero. [any, and that over the unit of the quantity]

    Returns
    -------
    callable
        Takes a value, gives the mean over draws. [as `offset`; 1]

    Raises
    ------
    ValueError
        If the distribution is fixed.
    """
    inverse = 1.0 / slope
    shift = offset * inverse
    bends, turns = _bends(distribution)
    if not 0 < bends.size <= FEW_BENDS:
        return lambda value: float(below(distribution, value * inverse - shift).mean())
    place, beyond = np.empty_like(inverse), np.empty_like(inverse)

    def share(value):
        np.multiply(inverse, value, out=place)
        np.subtract(place, shift, out=place)
        found = 0.0
        for bend, turn in zip(bends.tolist(), turns.tolist(), strict=True):
            np.maximum(place, bend, out=beyond)
            found += turn * (float(beyond.sum()) / beyond.size - bend)
        return found

    return share


@lru_cache(maxsize=DISTRIBUTIONS_KEPT)
def _bends(distribution):
    """Where a piecewise linear cumulative function bends, and by how much its slope changes."""
    none = np.empty(0)
    if distribution.kind not in ("uniform", "empirical"):
        return none, none
    known = np.asarray(distribution.parameters)
    widths = np.diff(known)
    if np.any(widths <= 0):
        return none, none
    density = 1.0 / (widths * widths.size)
    turns = np.diff(np.concatenate([[0.0], density, [0.0]]))
    bent = np.abs(turns) > STRAIGHT * density.max()
    return known[bent], turns[bent]
