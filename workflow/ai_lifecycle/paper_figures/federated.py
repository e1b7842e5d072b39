"""Energy of federated learning from logged times and assumed powers."""

import numpy as np

from ai_lifecycle import units


def federated_energy_kwh(computation_h, transfer_h, device_power_w, router_power_w):
    """Energy of the clients' computation and of their traffic. [kWh]

    Parameters
    ----------
    computation_h : array_like, shape (...,)
        Time that client devices compute, summed over devices. [h]
    transfer_h : array_like, shape (...,)
        Time that they download or upload, summed over devices. [h]
    device_power_w, router_power_w : array_like, broadcastable
        Power of a device while it computes, of a router while it transfers. [W]

    Returns
    -------
    ndarray, shape (...,)
        Energy; everything else is left out. [kWh]

    Raises
    ------
    ValueError
        If an argument is negative.

    References
    ----------
    wu2022sustainable, Appendix B.

    Examples
    --------
    >>> float(federated_energy_kwh(1000.0, 200.0, 3.0, 7.5))
    4.5
    """
    watt_hours = _non_negative("computation_h", computation_h) * _non_negative(
        "device_power_w", device_power_w
    ) + _non_negative("transfer_h", transfer_h) * _non_negative("router_power_w", router_power_w)
    return watt_hours / units.WATTS_PER_KILOWATT


def hours_behind_emissions(emissions_kgco2e, power_w, intensity_kg_per_kwh):
    """Hours at a power that emit a given amount. [h]

    Parameters
    ----------
    emissions_kgco2e : array_like, shape (...,)
        Emissions. [kgCO2e]
    power_w : array_like, broadcastable
        Power. [W]
    intensity_kg_per_kwh : array_like, broadcastable
        Intensity of the electricity. [kg/kWh]

    Returns
    -------
    ndarray, shape (...,)
        Hours. [h]

    Raises
    ------
    ValueError
        If `emissions_kgco2e` is negative, or power or intensity is not above zero.
    """
    emissions = _non_negative("emissions_kgco2e", emissions_kgco2e)
    kilowatts = _positive("power_w", power_w) / units.WATTS_PER_KILOWATT
    return emissions / (kilowatts * _positive("intensity_kg_per_kwh", intensity_kg_per_kwh))


def _non_negative(name, value):
    values = np.asarray(value, float)
    if np.any(~(values >= 0)):
        raise ValueError(f"{name} must not be negative")
    return values


def _positive(name, value):
    values = np.asarray(value, float)
    if np.any(~(values > 0)):
        raise ValueError(f"{name} must be above zero")
    return values
