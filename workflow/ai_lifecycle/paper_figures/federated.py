"""Energy of federated learning from logged times and assumed powers."""

from ai_lifecycle import units
from ai_lifecycle.bounds import non_negative, positive


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
    watt_hours = non_negative("computation_h", computation_h) * non_negative(
        "device_power_w", device_power_w
    ) + non_negative("transfer_h", transfer_h) * non_negative("router_power_w", router_power_w)
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
    emissions = non_negative("emissions_kgco2e", emissions_kgco2e)
    kilowatts = positive("power_w", power_w) / units.WATTS_PER_KILOWATT
    return emissions / (kilowatts * positive("intensity_kg_per_kwh", intensity_kg_per_kwh))
