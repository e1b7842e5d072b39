"""Allocation of an asset's embodied carbon to the work it does: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import above_zero_to_one, non_negative, positive

HOURS_PER_YEAR = units.DAYS_PER_JULIAN_YEAR * units.HOURS_PER_DAY


def kgco2e_per_reserved_hour(asset_kgco2e, lifetime_years, reserved_utilisation):
    """Embodied carbon that one reserved hour of an asset carries. [kg CO2e/h]

    Parameters
    ----------
    asset_kgco2e : array_like, shape (...,)
        Embodied carbon of the asset. [kg CO2e]
    lifetime_years : array_like, shape (...,)
        Service life, above zero. [years]
    reserved_utilisation : array_like, shape (...,)
        Reserved hours over lifetime hours, above zero and at most one: not the utilisation of
        the compute units, not MFU, and not to be multiplied by an idle factor again. [1]

    Returns
    -------
    ndarray, shape (...,)
        Carbon per reserved hour; over all reserved hours it sums to the asset. [kg CO2e/h]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    Examples
    --------
    >>> round(float(kgco2e_per_reserved_hour(164.0, 5.0, 0.7)), 5)
    0.00535
    """
    asset = non_negative("asset_kgco2e", asset_kgco2e)
    hours = positive("lifetime_years", lifetime_years) * HOURS_PER_YEAR
    return asset / (hours * above_zero_to_one("reserved_utilisation", reserved_utilisation))


def allocated_kgco2e(asset_kgco2e, reserved_hours_h, lifetime_years, reserved_utilisation):
    """Embodied carbon of a task that reserves an asset. [kg CO2e]

    Parameters
    ----------
    asset_kgco2e : array_like, shape (...,)
        Embodied carbon of one asset. [kg CO2e]
    reserved_hours_h : array_like, shape (...,)
        Assets times hours that the task reserves. [h]
    lifetime_years : array_like, shape (...,)
        Service life, above zero. [years]
    reserved_utilisation : array_like, shape (...,)
        Reserved hours over lifetime hours. [1]

    Returns
    -------
    ndarray, shape (...,)
        Carbon of the task. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    Notes
    -----
    ``C_task = C_asset h / (L U)``.
    """
    hourly = kgco2e_per_reserved_hour(asset_kgco2e, lifetime_years, reserved_utilisation)
    return hourly * non_negative("reserved_hours_h", reserved_hours_h)


def sci_embodied_kgco2e(
    total_kgco2e, time_reserved_h, expected_lifespan_h, resources_reserved, total_resources
):
    """Embodied term M of the Software Carbon Intensity specification. [kg CO2e]

    Parameters
    ----------
    total_kgco2e : array_like, shape (...,)
        Embodied carbon TE. [kg CO2e]
    time_reserved_h : array_like, shape (...,)
        Time TiR. [h]
    expected_lifespan_h : array_like, shape (...,)
        Lifespan EL, above zero. [h]
    resources_reserved, total_resources : array_like, shape (...,)
        Units reserved RR of all units ToR; at most all. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``TE (TiR/EL) (RR/ToR)``: hours that nobody reserves are left with nobody. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    References
    ----------
    iso21031.
    """
    reserved = non_negative("resources_reserved", resources_reserved)
    total = positive("total_resources", total_resources)
    if np.any(reserved > total):
        raise ValueError("resources_reserved must not exceed total_resources")
    share = non_negative("time_reserved_h", time_reserved_h) / positive(
        "expected_lifespan_h", expected_lifespan_h
    )
    return non_negative("total_kgco2e", total_kgco2e) * share * reserved / total


def share_of_longer_life(asset_kgco2e, asset_life_years, lifetime_years):
    """Part of a long-lived asset that falls into the life of a shorter-lived one. [kg CO2e]

    Parameters
    ----------
    asset_kgco2e : array_like, shape (...,)
        Embodied carbon of the rack, plant or building share. [kg CO2e]
    asset_life_years : array_like, shape (...,)
        Its own life, above zero. [years]
    lifetime_years : array_like, shape (...,)
        Life of what it houses. [years]

    Returns
    -------
    ndarray, shape (...,)
        Carbon. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is out of bounds.
    """
    ratio = non_negative("lifetime_years", lifetime_years) / positive(
        "asset_life_years", asset_life_years
    )
    return non_negative("asset_kgco2e", asset_kgco2e) * ratio
