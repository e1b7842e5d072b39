"""When a new, more efficient accelerator repays its embodied carbon: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import at_least_one, non_negative, positive, zero_to_one

HOURS_PER_YEAR = units.DAYS_PER_JULIAN_YEAR * units.HOURS_PER_DAY


def spared_power_w(old_power_w, new_power_w, throughput_ratio):
    """Power spared by one new accelerator that does the work of several old ones. [W]

    Parameters
    ----------
    old_power_w, new_power_w : array_like, shape (...,)
        Power of one accelerator at work, at the same boundary. [W]
    throughput_ratio : array_like, shape (...,)
        Old accelerators whose work one new one does, above zero. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``r P_old - P_new``; negative where the new one costs power. [W]

    Raises
    ------
    ValueError
        If a power is negative or the ratio is not above zero.
    """
    ratio = positive("throughput_ratio", throughput_ratio)
    old = non_negative("old_power_w", old_power_w)
    return ratio * old - non_negative("new_power_w", new_power_w)


def breakeven_years(new_embodied_kgco2e, spared_w, intensity_kg_per_kwh, pue, reserved_utilisation):
    """Years until the power spared has repaid a new accelerator. [years]

    Parameters
    ----------
    new_embodied_kgco2e : array_like, shape (...,)
        Embodied carbon and end of life of what is bought; what it replaces is sunk and does not
        enter. [kg CO2e]
    spared_w : array_like, shape (...,)
        From `spared_power_w`. [W]
    intensity_kg_per_kwh : array_like, shape (...,)
        Grid in use. [kg CO2e/kWh]
    pue : array_like, shape (...,)
        Power usage effectiveness. [1]
    reserved_utilisation : array_like, shape (...,)
        Share of the year at work. [1]

    Returns
    -------
    ndarray, shape (...,)
        Years; infinite where nothing is spared, zero where nothing was spent. [years]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    Notes
    -----
    The work stays the same: no rebound.

    Examples
    --------
    >>> round(float(breakeven_years(164.0, 500.0, 0.4, 1.1, 0.7)), 3)
    0.121
    """
    embodied = non_negative("new_embodied_kgco2e", new_embodied_kgco2e)
    intensity = non_negative("intensity_kg_per_kwh", intensity_kg_per_kwh)
    factor = at_least_one("pue", pue)
    use = zero_to_one("reserved_utilisation", reserved_utilisation)
    spared = np.asarray(spared_w, dtype=float) / units.WATTS_PER_KILOWATT
    yearly = spared * use * HOURS_PER_YEAR * factor * intensity
    repaid = np.where(yearly > 0, yearly, 1.0)
    years = np.where(yearly > 0, embodied / repaid, np.inf)
    return np.where(embodied == 0, 0.0, years)
