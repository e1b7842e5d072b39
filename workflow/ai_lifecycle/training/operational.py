"""Operational energy and emissions of training runs: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import (
    at_least_one_or_missing,
    non_negative_or_missing,
    positive_or_missing,
)

BOUNDARIES = ("accelerator", "node", "IT", "facility", "unknown")

# What an energy is called once the overhead of the building is in it. Accelerator energy times
# PUE still lacks host and network, so it does not become facility energy.
BOUNDARY_WITH_PUE = {
    "accelerator": "accelerator with PUE",
    "node": "facility",
    "IT": "facility",
    "facility": "facility",
    "unknown": "unknown with PUE",
}


def energy_from_hours_mwh(accelerator_hours_h, power_w, pue=1.0):
    """Energy of a run from accelerator-hours and mean power. [MWh]

    Parameters
    ----------
    accelerator_hours_h : array_like, shape (...,)
        Accelerators times hours. [h]
    power_w : array_like, shape (...,)
        Mean power per accelerator, at whatever boundary the result is to have. [W]
    pue : array_like, shape (...,), default 1
        Power usage effectiveness; 1 leaves the building out. [1]

    Returns
    -------
    ndarray, shape (...,)
        Energy. [MWh]

    Raises
    ------
    ValueError
        If hours or power are negative or `pue` is below one.

    References
    ----------
    patterson2021carbon, Section 2.5.

    Examples
    --------
    >>> round(float(energy_from_hours_mwh(82_432, 400, 1.1)), 2)
    36.27
    """
    hours = non_negative_or_missing("accelerator_hours_h", accelerator_hours_h)
    power = non_negative_or_missing("power_w", power_w)
    factor = at_least_one_or_missing("pue", pue)
    kilowatt_hours = hours * power * factor / units.WATTS_PER_KILOWATT
    return kilowatt_hours / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR


def operational_energy_mwh(energy_mwh, pue, pue_included):
    """Disclosed energy with the building's overhead where it is known and not yet in it. [MWh]

    Parameters
    ----------
    energy_mwh : array_like, shape (...,)
        Energy as disclosed. [MWh]
    pue : array_like, shape (...,)
        Power usage effectiveness, NaN where none is disclosed. [1]
    pue_included : array_like of bool, shape (...,)
        Whether `energy_mwh` contains it already.

    Returns
    -------
    ndarray, shape (...,)
        Energy; without overhead where none is disclosed. [MWh]

    Raises
    ------
    ValueError
        If energy is negative or a PUE is below one.
    """
    energy = non_negative_or_missing("energy_mwh", energy_mwh)
    factor = at_least_one_or_missing("pue", pue)
    applied = np.asarray(pue_included, dtype=bool) | np.isnan(factor)
    return energy * np.where(applied, 1.0, factor)


def emissions_tco2e(energy_mwh, intensity_kg_per_kwh):
    """Operational emissions ``E * CI``. [tCO2e]

    Parameters
    ----------
    energy_mwh : array_like, shape (...,)
        Energy at the boundary wanted, overhead included. [MWh]
    intensity_kg_per_kwh : array_like, shape (...,)
        Carbon intensity of electricity. [kg CO2e/kWh]

    Returns
    -------
    ndarray, shape (...,)
        Emissions. [t CO2e]

    Raises
    ------
    ValueError
        If an argument is negative.

    References
    ----------
    patterson2021carbon, Section 2.5; touvron2023llama, Section 6.

    Examples
    --------
    >>> round(float(emissions_tco2e(1_287, 0.429)), 1)
    552.1
    """
    energy = non_negative_or_missing("energy_mwh", energy_mwh)
    intensity = non_negative_or_missing("intensity_kg_per_kwh", intensity_kg_per_kwh)
    kilograms = energy * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR * intensity
    return kilograms / units.KILOGRAMS_PER_TONNE


def implied_intensity_kg_per_kwh(emissions_tco2e, energy_mwh):
    """Carbon intensity that disclosed emissions and energy imply. [kg CO2e/kWh]

    Parameters
    ----------
    emissions_tco2e : array_like, shape (...,)
        Emissions. [t CO2e]
    energy_mwh : array_like, shape (...,)
        Energy, above zero. [MWh]

    Returns
    -------
    ndarray, shape (...,)
        Intensity. [kg CO2e/kWh]

    Raises
    ------
    ValueError
        If emissions are negative or energy is not above zero.
    """
    emissions = non_negative_or_missing("emissions_tco2e", emissions_tco2e)
    energy = positive_or_missing("energy_mwh", energy_mwh)
    kilograms = emissions * units.KILOGRAMS_PER_TONNE
    return kilograms / (energy * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR)


def implied_power_w(energy_mwh, accelerator_hours_h):
    """Mean power per accelerator that energy and hours imply. [W]

    Parameters
    ----------
    energy_mwh : array_like, shape (...,)
        Energy; the power has its boundary. [MWh]
    accelerator_hours_h : array_like, shape (...,)
        Accelerators times hours, above zero. [h]

    Returns
    -------
    ndarray, shape (...,)
        Power. [W]

    Raises
    ------
    ValueError
        If energy is negative or hours are not above zero.
    """
    energy = non_negative_or_missing("energy_mwh", energy_mwh)
    hours = positive_or_missing("accelerator_hours_h", accelerator_hours_h)
    return energy * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR * units.WATTS_PER_KILOWATT / hours


def emissions_per_hour_kgco2e(emissions_tco2e, accelerator_hours_h):
    """Emissions per accelerator-hour. [kg CO2e/h]

    Parameters
    ----------
    emissions_tco2e : array_like, shape (...,)
        Emissions. [t CO2e]
    accelerator_hours_h : array_like, shape (...,)
        Accelerators times hours, above zero. [h]

    Returns
    -------
    ndarray, shape (...,)
        Emissions per hour of one accelerator. [kg CO2e/h]

    Raises
    ------
    ValueError
        If emissions are negative or hours are not above zero.
    """
    emissions = non_negative_or_missing("emissions_tco2e", emissions_tco2e)
    hours = positive_or_missing("accelerator_hours_h", accelerator_hours_h)
    return emissions * units.KILOGRAMS_PER_TONNE / hours


def comparison_group(boundary, has_pue):
    """Name of the boundary that an energy has, overhead considered.

    Energies may be summed or compared only within one group.

    Parameters
    ----------
    boundary : str
        One of `BOUNDARIES`.
    has_pue : bool
        Whether the building's overhead is in the energy.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If `boundary` is not one of ours.
    """
    if boundary not in BOUNDARIES:
        raise ValueError(f"boundary must be one of {', '.join(BOUNDARIES)}; found {boundary!r}")
    return BOUNDARY_WITH_PUE[boundary] if has_pue else boundary


def require_one_group(groups):
    """The one boundary that all energies share.

    Parameters
    ----------
    groups : iterable of str
        From `comparison_group`.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is more than one group, or a boundary is unknown: such energies are neither
        summed nor compared.
    """
    found = sorted(set(groups))
    if len(found) != 1 or found[0].startswith("unknown"):
        raise ValueError(f"groups: energies of different boundaries do not add up: {found}")
    return found[0]


def total_energy_mwh(energy_mwh, groups):
    """Sum of energies that share one boundary. [MWh]

    Parameters
    ----------
    energy_mwh : array_like, shape (run,)
        Energies. [MWh]
    groups : sequence of str, shape (run,)
        Their boundaries, from `comparison_group`.

    Returns
    -------
    float
        Total. [MWh]

    Raises
    ------
    ValueError
        If an energy is negative or boundaries differ.
    """
    energy = non_negative_or_missing("energy_mwh", energy_mwh)
    require_one_group(groups)
    return float(energy.sum())
