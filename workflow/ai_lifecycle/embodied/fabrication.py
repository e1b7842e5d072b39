"""Embodied carbon of logic dies and parts, bottom-up: pure kernels."""

import numpy as np

from ai_lifecycle.bounds import above_zero_to_one, non_negative

YIELD_WORDS = ("no", "yes", "unknown")
# Makers and years name the same memory differently; a factor holds for one family only.
MEMORY_FAMILIES = ("hbm", "gddr", "dram", "flash", "ssd", "hdd")


def require_sourced_node(process_nm, sourced_nm):
    """The process node, if factors per area are sourced for it. [nm]

    Parameters
    ----------
    process_nm : float
        Node of the die. [nm]
    sourced_nm : sequence of float
        Nodes with sourced energy, gases and materials. [nm]

    Returns
    -------
    float
        `process_nm`. [nm]

    Raises
    ------
    ValueError
        If the node is missing or not among `sourced_nm`: neighbours are not interpolated.
    """
    known = sorted(float(node) for node in sourced_nm)
    node = float(process_nm)
    if node not in known:
        words = ", ".join(f"{n:g}" for n in known)
        raise ValueError(f"process_nm: no factors are sourced for {node:g} nm; sourced: {words}")
    return node


def fab_carbon_kgco2e_per_cm2(
    energy_kwh_per_cm2, intensity_kg_per_kwh, gases_kgco2e_per_cm2, materials_kgco2e_per_cm2
):
    """Carbon of processing wafer area, yield not in it. [kg CO2e/cm2]

    Parameters
    ----------
    energy_kwh_per_cm2 : array_like, shape (...,)
        Electricity of the fab per wafer area. [kWh/cm2]
    intensity_kg_per_kwh : array_like, shape (...,)
        Grid of the fab. [kg CO2e/kWh]
    gases_kgco2e_per_cm2 : array_like, shape (...,)
        Process gases that escape abatement. [kg CO2e/cm2]
    materials_kgco2e_per_cm2 : array_like, shape (...,)
        Raw materials. [kg CO2e/cm2]

    Returns
    -------
    ndarray, shape (...,)
        Carbon per area. [kg CO2e/cm2]

    Raises
    ------
    ValueError
        If an argument is negative.

    References
    ----------
    act2022, README, equation of E_SoC before division by the yield.

    Examples
    --------
    >>> round(float(fab_carbon_kgco2e_per_cm2(0.9, 0.82, 0.175, 0.5)), 3)
    1.413
    """
    energy = non_negative("energy_kwh_per_cm2", energy_kwh_per_cm2)
    intensity = non_negative("intensity_kg_per_kwh", intensity_kg_per_kwh)
    gases = non_negative("gases_kgco2e_per_cm2", gases_kgco2e_per_cm2)
    return (
        energy * intensity
        + gases
        + non_negative("materials_kgco2e_per_cm2", materials_kgco2e_per_cm2)
    )


def die_kgco2e(area_cm2, carbon_kgco2e_per_cm2, sold_share, yield_included):
    """Carbon of one sold die. [kg CO2e]

    Parameters
    ----------
    area_cm2 : array_like, shape (...,)
        Die area. [cm2]
    carbon_kgco2e_per_cm2 : array_like, shape (...,)
        Carbon per wafer area. [kg CO2e/cm2]
    sold_share : array_like, shape (...,)
        Share of the processed area that is sold: yield, salvage, line and edge. [1]
    yield_included : str
        Whether `carbon_kgco2e_per_cm2` has the yield in it already: ``no``, ``yes``, ``unknown``.

    Returns
    -------
    ndarray, shape (...,)
        Carbon of a die. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is out of bounds; if the yield is, or may be, in the carbon per area and
        `sold_share` is not one: it would count twice.

    References
    ----------
    act2022, README, equation of E_SoC.

    Examples
    --------
    >>> round(float(die_kgco2e(6.98, 1.413, 0.875, "no")), 4)
    11.2717
    """
    if yield_included not in YIELD_WORDS:
        raise ValueError(f"yield_included must be one of {', '.join(YIELD_WORDS)}")
    area = non_negative("area_cm2", area_cm2)
    carbon = non_negative("carbon_kgco2e_per_cm2", carbon_kgco2e_per_cm2)
    share = above_zero_to_one("sold_share", sold_share)
    if yield_included != "no" and np.any(share != 1):
        raise ValueError(
            "sold_share: the carbon per area contains the yield, or may; it is not divided again"
        )
    return area * carbon / share


def memory_kgco2e(capacity_gb, factor_kgco2e_per_gb, family, factor_family):
    """Carbon of memory or storage of one family. [kg CO2e]

    Parameters
    ----------
    capacity_gb : array_like, shape (...,)
        Capacity. [GB]
    factor_kgco2e_per_gb : array_like, shape (...,)
        Carbon per capacity. [kg CO2e/GB]
    family, factor_family : str
        Family of the memory, and the one the factor was found for; of `MEMORY_FAMILIES`.

    Returns
    -------
    ndarray, shape (...,)
        Carbon. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is negative, a family is unknown, or the factor is another family's: a
        DDR4 factor says nothing of stacked memory.

    References
    ----------
    act2022, README, equation of E_DRAM.
    """
    for name, word in (("family", family), ("factor_family", factor_family)):
        if word not in MEMORY_FAMILIES:
            raise ValueError(f"{name} must be one of {', '.join(MEMORY_FAMILIES)}; found {word!r}")
    if family != factor_family:
        raise ValueError(f"factor_family: a factor of {factor_family} does not hold for {family}")
    capacity = non_negative("capacity_gb", capacity_gb)
    return capacity * non_negative("factor_kgco2e_per_gb", factor_kgco2e_per_gb)


def parts_kgco2e(amount, factor_kgco2e_per_unit):
    """Carbon of parts that scale with a count, an area or a mass. [kg CO2e]

    Parameters
    ----------
    amount : array_like, shape (...,)
        Number, area or mass. [see factor]
    factor_kgco2e_per_unit : array_like, shape (...,)
        Carbon per unit of `amount`. [kg CO2e per unit]

    Returns
    -------
    ndarray, shape (...,)
        Carbon. [kg CO2e]

    Raises
    ------
    ValueError
        If an argument is negative.
    """
    return non_negative("amount", amount) * non_negative(
        "factor_kgco2e_per_unit", factor_kgco2e_per_unit
    )
