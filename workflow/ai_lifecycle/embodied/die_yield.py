"""Yield of dies and use of wafers: pure kernels."""

import numpy as np

from ai_lifecycle.bounds import non_negative, positive, zero_to_one


def murphy_yield(area_cm2, defect_density_per_cm2):
    """Share of dies without a fault, Murphy's model. [1]

    Parameters
    ----------
    area_cm2 : array_like, shape (...,)
        Die area, above zero. [cm2]
    defect_density_per_cm2 : array_like, shape (...,)
        Faults per area. [1/cm2]

    Returns
    -------
    ndarray, shape (...,)
        Yield; one where no fault occurs. [1]

    Raises
    ------
    ValueError
        If an area is not above zero or a density is negative.

    Notes
    -----
    ``Y = ((1 - exp(-A D)) / (A D))**2``.

    References
    ----------
    boakes2023_via_review: 0.86 at 1 cm2 and 0.15/cm2.

    Examples
    --------
    >>> round(float(murphy_yield(1.0, 0.15)), 3)
    0.862
    """
    load = positive("area_cm2", area_cm2) * non_negative(
        "defect_density_per_cm2", defect_density_per_cm2
    )
    # expm1 keeps the limit of one exact for small loads.
    safe = np.where(load == 0, 1.0, load)
    return np.where(load == 0, 1.0, (-np.expm1(-safe) / safe) ** 2)


def negative_binomial_yield(area_cm2, defect_density_per_cm2, clustering):
    """Share of dies without a fault where faults cluster. [1]

    Parameters
    ----------
    area_cm2 : array_like, shape (...,)
        Die area, above zero. [cm2]
    defect_density_per_cm2 : array_like, shape (...,)
        Faults per area. [1/cm2]
    clustering : array_like, shape (...,)
        Clustering parameter, above zero; large values approach no clustering. [1]

    Returns
    -------
    ndarray, shape (...,)
        Yield. [1]

    Raises
    ------
    ValueError
        If an area or the clustering is not above zero or a density is negative.

    References
    ----------
    ecochip2024, src/CO2_func.py, with a clustering of ten.
    """
    alpha = positive("clustering", clustering)
    load = positive("area_cm2", area_cm2) * non_negative(
        "defect_density_per_cm2", defect_density_per_cm2
    )
    return (1 + load / alpha) ** -alpha


def sold_share(die_yield, salvage_share, line_yield=1.0):
    """Share of dies started that are sold, faultless or cut down. [1]

    Parameters
    ----------
    die_yield : array_like, shape (...,)
        Share without a fault. [1]
    salvage_share : array_like, shape (...,)
        Share of the faulty dies sold with units switched off. [1]
    line_yield : array_like, shape (...,), default 1
        Share of wafers that leave the line. [1]

    Returns
    -------
    ndarray, shape (...,)
        Share sold; never below ``die_yield * line_yield``. [1]

    Raises
    ------
    ValueError
        If an argument is outside zero to one.

    Notes
    -----
    ``(Y + s (1 - Y)) Y_line``.
    """
    good = zero_to_one("die_yield", die_yield)
    salvage = zero_to_one("salvage_share", salvage_share)
    return (good + salvage * (1 - good)) * zero_to_one("line_yield", line_yield)


def wafer_use(area_mm2, wafer_diameter_mm, scribe_mm):
    """Share of a wafer's area that lies in whole square dies. [1]

    Parameters
    ----------
    area_mm2 : array_like, shape (...,)
        Die area, above zero. [mm2]
    wafer_diameter_mm : array_like, shape (...,)
        Diameter, above zero. [mm]
    scribe_mm : array_like, shape (...,)
        Width of the line between dies. [mm]

    Returns
    -------
    ndarray, shape (...,)
        Share of the wafer sold as dies or lost to faults; the rest is edge and scribe. [1]

    Raises
    ------
    ValueError
        If an area or diameter is not above zero, a scribe is negative, or no die fits.

    Notes
    -----
    ``n = W/S - pi d / sqrt(2 S)`` dies, ``W`` the wafer's area and ``S`` the die's with its
    scribe line; not rounded to whole dies.

    References
    ----------
    boaviztapi250, effective area on a circular wafer.
    """
    area = positive("area_mm2", area_mm2)
    diameter = positive("wafer_diameter_mm", wafer_diameter_mm)
    pitch = (np.sqrt(area) + non_negative("scribe_mm", scribe_mm)) ** 2
    wafer = np.pi * (diameter / 2) ** 2
    dies = wafer / pitch - np.pi * diameter / np.sqrt(2 * pitch)
    if np.any(dies < 1):
        raise ValueError("area_mm2: no whole die fits on the wafer")
    return dies * area / wafer
