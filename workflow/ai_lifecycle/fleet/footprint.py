"""Energy and embodied carbon of a fleet of accelerators: pure kernels."""

import numpy as np

from ai_lifecycle import bounds, units


def mean_power_over_rated(at_work_over_rated, share_of_time_at_work, idle_over_at_work):
    """Mean power of a node over the rated power of its accelerators. [1]

    Parameters
    ----------
    at_work_over_rated : array_like, shape (...,)
        Power of a node at work, host included, over the rated power of its accelerators; the
        share of rated power that a workload draws is in it. [1]
    share_of_time_at_work : array_like, shape (...,)
        Share of powered hours at work. [1]
    idle_over_at_work : array_like, shape (...,)
        Power of a node that waits over its power at work. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``w (u + (1 - u) i)``. [1]

    Raises
    ------
    ValueError
        If a share lies outside zero to one or the ratio is negative.

    Examples
    --------
    >>> round(float(mean_power_over_rated(1.4, 0.75, 0.2)), 9)
    1.12
    """
    at_work = bounds.non_negative("at_work_over_rated", at_work_over_rated)
    share = bounds.zero_to_one("share_of_time_at_work", share_of_time_at_work)
    idle = bounds.zero_to_one("idle_over_at_work", idle_over_at_work)
    return at_work * (share + (1 - share) * idle)


def facility_energy_gwh(mean_units, rated_power_w, power_over_rated, pue, hours):
    """Facility energy of units in service over a time. [GWh]

    Parameters
    ----------
    mean_units : array_like, shape (..., quarter)
        Mean of the units in service. [1]
    rated_power_w : array_like, broadcastable to the above
        Rated power of one accelerator. [W]
    power_over_rated : array_like, broadcastable to the above
        Mean power of the machine over that rated power. [1]
    pue : array_like, broadcastable to the above
        Power usage effectiveness, finite. [1]
    hours : array_like, broadcastable to the above
        Length of each quarter. [h]

    Returns
    -------
    ndarray, shape (..., quarter)
        [GWh]

    Raises
    ------
    ValueError
        If the PUE is below one or not finite, or another argument is negative or missing.

    Examples
    --------
    >>> float(facility_energy_gwh(1000.0, 1000.0, 1.0, 1.0, 1000.0))
    1.0
    """
    factor = np.asarray(pue, dtype=float)
    if np.any(~((factor >= 1) & np.isfinite(factor))):
        raise ValueError("pue must be at least one and finite")
    power = bounds.non_negative("mean_units", mean_units) * bounds.non_negative(
        "rated_power_w", rated_power_w
    )
    drawn = power * bounds.non_negative("power_over_rated", power_over_rated) * factor
    return drawn * bounds.non_negative("hours", hours) / units.WATT_HOURS_PER_GIGAWATT_HOUR


def embodied_tco2e(number, embodied_kgco2e):
    """Embodied carbon of a number of accelerators. [t CO2e]

    Parameters
    ----------
    number : array_like, shape (..., quarter)
        Accelerators. [1]
    embodied_kgco2e : array_like, broadcastable to the above
        Embodied carbon of one. [kg CO2e]

    Returns
    -------
    ndarray, shape (..., quarter)
        [t CO2e]

    Raises
    ------
    ValueError
        If an argument is negative or missing: what has no footprint is left out by the caller.
    """
    one = bounds.non_negative("embodied_kgco2e", embodied_kgco2e)
    return bounds.non_negative("number", number) * one / units.KILOGRAMS_PER_TONNE
