"""Footprint of a fixed amount of work as a function of utilisation."""

import numpy as np

from ai_lifecycle.bounds import above_zero_to_one


def inverse_fit(utilisation, footprint):
    """Least-squares fit of ``fixed + per_inverse / utilisation``, in closed form. [footprint]

    Parameters
    ----------
    utilisation : array_like, shape (point,)
        Utilisation, above zero and at most one; at least two different values. [1]
    footprint : array_like, shape (point,)
        Footprint of the same work at each. [any]

    Returns
    -------
    fixed : float
        Part that does not depend on utilisation. [as footprint]
    per_inverse : float
        Coefficient of one over the utilisation. [as footprint]

    Raises
    ------
    ValueError
        If `utilisation` is out of bounds or holds one value only, or shapes differ.

    Examples
    --------
    >>> [round(c, 12) for c in inverse_fit([0.25, 0.5, 1.0], [5.0, 3.0, 2.0])]
    [1.0, 1.0]
    """
    inverse = 1.0 / above_zero_to_one("utilisation", utilisation)
    values = _same_shape(inverse, footprint)
    spread = inverse - inverse.mean()
    if not np.any(spread):
        raise ValueError("utilisation must hold at least two different values")
    slope = (spread * (values - values.mean())).sum() / (spread * spread).sum()
    return float(values.mean() - slope * inverse.mean()), float(slope)


def proportional_fit(utilisation, footprint):
    """Coefficient of ``per_inverse / utilisation`` without a fixed part. [footprint]

    Parameters
    ----------
    utilisation : array_like, shape (point,)
        Utilisation, above zero and at most one. [1]
    footprint : array_like, shape (point,)
        Footprint of the same work at each. [any]

    Returns
    -------
    float
        Coefficient. [as footprint]

    Raises
    ------
    ValueError
        If `utilisation` is out of bounds or shapes differ.
    """
    inverse = 1.0 / above_zero_to_one("utilisation", utilisation)
    values = _same_shape(inverse, footprint)
    return float((inverse * values).sum() / (inverse * inverse).sum())


def footprint_of_work(utilisation, fixed, per_inverse):
    """Footprint of a fixed amount of work. [footprint]

    Parameters
    ----------
    utilisation : array_like, shape (...,)
        Utilisation, above zero and at most one. [1]
    fixed, per_inverse : array_like, broadcastable
        Part independent of utilisation, and coefficient of its inverse. [footprint]

    Returns
    -------
    ndarray, shape (...,)
        Footprint. [as the coefficients]

    Raises
    ------
    ValueError
        If `utilisation` is out of bounds.
    """
    return np.asarray(fixed) + np.asarray(per_inverse) / above_zero_to_one(
        "utilisation", utilisation
    )


def idle_power_share(fixed, per_inverse):
    """Idle power over full power of a machine whose power is linear in utilisation. [1]

    Parameters
    ----------
    fixed, per_inverse : array_like, shape (...,)
        Coefficients of the operational footprint of a fixed amount of work. [footprint]

    Returns
    -------
    ndarray, shape (...,)
        Share. [1]

    Raises
    ------
    ValueError
        If a coefficient is negative or both are zero.

    Notes
    -----
    ``P(u) = P_idle + (P_full - P_idle) u`` for the time ``work / u`` gives
    ``work (P_full - P_idle) + work P_idle / u``: the two coefficients.
    """
    idle, moving = np.asarray(per_inverse, float), np.asarray(fixed, float)
    if np.any(idle < 0) or np.any(moving < 0) or np.any(idle + moving == 0):
        raise ValueError("fixed and per_inverse must not be negative, nor both zero")
    return idle / (idle + moving)


def _same_shape(inverse, footprint):
    values = np.asarray(footprint, dtype=float)
    if values.shape != inverse.shape:
        raise ValueError("footprint must have the shape of utilisation")
    return values
