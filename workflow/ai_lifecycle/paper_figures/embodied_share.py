"""Embodied carbon of a task by the share of a system's life that it takes."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import above_zero_to_one, non_negative, positive


def embodied_rate_kgco2e_per_h(system_kgco2e, lifetime_years, utilisation):
    """Embodied carbon of one used hour of a system. [kgCO2e/h]

    Parameters
    ----------
    system_kgco2e : array_like, shape (...,)
        Embodied carbon of one system. [kgCO2e]
    lifetime_years : array_like, broadcastable
        Years in service. [year]
    utilisation : array_like, broadcastable
        Used hours over hours in service. [1]

    Returns
    -------
    ndarray, shape (...,)
        Rate; times all used hours of the life it is the system again. [kgCO2e/h]

    Raises
    ------
    ValueError
        If `system_kgco2e` is negative, `lifetime_years` is not above zero or `utilisation` is
        not above zero and at most one.

    References
    ----------
    wu2022sustainable, Section III-A, paragraph Embodied Carbon Footprint.

    Examples
    --------
    >>> round(float(embodied_rate_kgco2e_per_h(2000.0, 4.0, 0.45)), 4)
    0.1268
    """
    system = non_negative("system_kgco2e", system_kgco2e)
    share = above_zero_to_one("utilisation", utilisation)
    hours_per_year = units.DAYS_PER_JULIAN_YEAR * units.HOURS_PER_DAY
    return system / (positive("lifetime_years", lifetime_years) * hours_per_year * share)


def embodied_tco2e(accelerator_hours_h, accelerators_per_system, rate_kgco2e_per_h):
    """Embodied carbon of a run. [tCO2e]

    Parameters
    ----------
    accelerator_hours_h : array_like, shape (...,)
        Accelerators times hours. [h]
    accelerators_per_system : array_like, broadcastable
        Accelerators in the system that the rate belongs to. [1]
    rate_kgco2e_per_h : array_like, broadcastable
        Embodied carbon of one used hour of a system. [kgCO2e/h]

    Returns
    -------
    ndarray, shape (...,)
        Embodied carbon. [tCO2e]

    Raises
    ------
    ValueError
        If hours or rate are negative or `accelerators_per_system` is not above zero.
    """
    hours = np.asarray(accelerator_hours_h, float)
    rate = np.asarray(rate_kgco2e_per_h, float)
    if np.any(~(hours >= 0)) or np.any(~(rate >= 0)):
        raise ValueError("accelerator_hours_h and rate_kgco2e_per_h must not be negative")
    systems = hours / positive("accelerators_per_system", accelerators_per_system)
    return systems * rate / units.KILOGRAMS_PER_TONNE


def implied_power_kw(rate_kgco2e_per_h, embodied_to_operational, pue, intensity_kg_per_kwh):
    """Mean power of a system at which embodied and operational carbon have a given ratio. [kW]

    Parameters
    ----------
    rate_kgco2e_per_h : array_like, shape (...,)
        Embodied carbon of one used hour of the system. [kgCO2e/h]
    embodied_to_operational : array_like, broadcastable
        Embodied over operational carbon. [1]
    pue : array_like, broadcastable
        Power usage effectiveness. [1]
    intensity_kg_per_kwh : array_like, broadcastable
        Intensity of the electricity. [kg/kWh]

    Returns
    -------
    ndarray, shape (...,)
        Power of the system, without the building's overhead. [kW]

    Raises
    ------
    ValueError
        If `pue` is below one or another argument is not above zero.
    """
    overhead = np.asarray(pue, float)
    if np.any(~(overhead >= 1)):
        raise ValueError("pue must not be below one")
    operational = positive("rate_kgco2e_per_h", rate_kgco2e_per_h) / positive(
        "embodied_to_operational", embodied_to_operational
    )
    return operational / (overhead * positive("intensity_kg_per_kwh", intensity_kg_per_kwh))
