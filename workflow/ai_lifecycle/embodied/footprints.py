"""Published product footprints taken apart: pure kernels."""

import numpy as np


def phases_kgco2e(total_kgco2e, shares, tolerance):
    """Phases of a published life-cycle footprint: total times share. [kg CO2e]

    Parameters
    ----------
    total_kgco2e : array_like, shape (product,)
        Life-cycle footprint. [kg CO2e]
    shares : array_like, shape (product, phase)
        Published shares of the phases. [1]
    tolerance : float
        By how much printed shares may miss one through rounding. [1]

    Returns
    -------
    ndarray, shape (product, phase)
        Phases. Derived: no maker prints them. [kg CO2e]

    Raises
    ------
    ValueError
        If a total is negative, a share lies outside zero to one, or the shares of a product do
        not sum to one.

    Examples
    --------
    >>> phases_kgco2e([200.0], [[0.8, 0.05, 0.14, 0.01]], 0.02).round(6).tolist()
    [[160.0, 10.0, 28.0, 2.0]]
    """
    total = np.asarray(total_kgco2e, dtype=float)
    parts = np.asarray(shares, dtype=float)
    if np.any(~(total >= 0)):
        raise ValueError("total_kgco2e must not be negative or missing")
    if np.any(~((parts >= 0) & (parts <= 1))):
        raise ValueError("shares must lie between zero and one")
    missed = np.abs(parts.sum(axis=-1) - 1)
    if np.any(missed > tolerance):
        raise ValueError(f"shares of a product sum to one within {tolerance:g}; off by "
                         f"{missed.max():.3g}")  # fmt: skip
    return total[..., None] * parts


def relative_gap(modelled, published):
    """By how much a model lies above a published value. [1]

    Parameters
    ----------
    modelled : array_like, shape (...,)
        Value of the model. [any]
    published : array_like, shape (...,)
        Published value in the same unit, above zero. [any]

    Returns
    -------
    ndarray, shape (...,)
        ``modelled / published - 1``. [1]

    Raises
    ------
    ValueError
        If a modelled value is negative or a published one is not above zero.
    """
    one, other = np.asarray(modelled, dtype=float), np.asarray(published, dtype=float)
    if np.any(one < 0):
        raise ValueError("modelled must not be negative")
    if np.any(~(other > 0)):
        raise ValueError("published must be above zero")
    return one / other - 1
