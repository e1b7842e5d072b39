"""What ML CO2 Impact, Green Algorithms, LLMCarbon and ACT compute, from their publications."""

from ai_lifecycle import units
from ai_lifecycle.bounds import (
    above_zero_to_one,
    at_least_one,
    non_negative,
    positive,
    zero_to_one,
)
from ai_lifecycle.inference.token_energy import GIGA

TERA = 1.0e12


def rated_power_energy_mwh(accelerator_hours_h, rated_power_w):
    """Energy by ML CO2 Impact: rated power times time, nothing else. [MWh]

    Parameters
    ----------
    accelerator_hours_h : array_like, shape (...,)
        Accelerators times hours. [h]
    rated_power_w : array_like, shape (...,)
        Rated power of one. [W]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative.

    References
    ----------
    lacoste2019; js/grayscale.js at d0d3ee5, function setDetails.

    Examples
    --------
    >>> float(rated_power_energy_mwh(1500, 300))
    0.45
    """
    hours = non_negative("accelerator_hours_h", accelerator_hours_h)
    return _mwh(hours * non_negative("rated_power_w", rated_power_w))


def cores_and_memory_energy_mwh(
    hours_h, cores, core_power_w, memory_gb, memory_power_w_per_gb, pue, usage=1.0
):
    """Energy by Green Algorithms: cores and memory, with the building. [MWh]

    Parameters
    ----------
    hours_h : array_like, shape (...,)
        Run time. [h]
    cores : array_like, shape (...,)
        Cores of a processor, or accelerators. [1]
    core_power_w : array_like, shape (...,)
        Rated power of one. [W]
    memory_gb : array_like, shape (...,)
        Memory available to the run. [GB]
    memory_power_w_per_gb : array_like, shape (...,)
        Power of memory. [W/GB]
    pue : array_like, shape (...,)
        Power usage effectiveness. [1]
    usage : array_like, shape (...,), default 1
        Share of its power that a core draws. [1]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative, a PUE below one or a usage outside 0 to 1.

    References
    ----------
    lannelongue2021, equation of energy.

    Examples
    --------
    >>> round(float(cores_and_memory_energy_mwh(2, 12, 6.8, 64, 0.3725, 1.67)) * 1e6, 2)
    352.17
    """
    drawn = (
        non_negative("cores", cores)
        * non_negative("core_power_w", core_power_w)
        * zero_to_one("usage", usage)
    )
    memory = non_negative("memory_gb", memory_gb) * non_negative(
        "memory_power_w_per_gb", memory_power_w_per_gb
    )
    hours = non_negative("hours_h", hours_h)
    return _mwh(hours * (drawn + memory) * at_least_one("pue", pue))


def parameters_and_tokens_energy_mwh(
    parameters_1e9, tokens_1e9, peak_tflop_per_s, efficiency, system_power_w, pue
):
    """Energy of training by LLMCarbon: six operations a parameter and token. [MWh]

    Parameters
    ----------
    parameters_1e9 : array_like, shape (...,)
        Parameters; of a mixture of experts those of its base model. [1e9]
    tokens_1e9 : array_like, shape (...,)
        Tokens trained on. [1e9]
    peak_tflop_per_s : array_like, shape (...,)
        Peak throughput of one device. [TFLOP/s]
    efficiency : array_like, shape (...,)
        Share of the peak achieved. [1]
    system_power_w : array_like, shape (...,)
        Mean power of the system per device. [W]
    pue : array_like, shape (...,)
        Power usage effectiveness. [1]

    Returns
    -------
    ndarray, shape (...,)
        The number of devices cancels.

    Raises
    ------
    ValueError
        If an argument is negative, a peak is not above zero, an efficiency outside (0, 1] or a
        PUE below one.

    References
    ----------
    faiz2024llmcarbon, Section 4; model.py at dbd96b7, function training_co2eq.

    Examples
    --------
    >>> round(float(parameters_and_tokens_energy_mwh(175, 300, 125, 0.197, 330, 1.1)))
    1290
    """
    flop = (
        6
        * non_negative("parameters_1e9", parameters_1e9)
        * non_negative("tokens_1e9", tokens_1e9)
        * GIGA**2
    )
    achieved = (
        positive("peak_tflop_per_s", peak_tflop_per_s)
        * above_zero_to_one("efficiency", efficiency)
        * TERA
    )
    hours = flop / achieved / units.SECONDS_PER_HOUR
    watts = non_negative("system_power_w", system_power_w) * at_least_one("pue", pue)
    return _mwh(hours * watts)


def die_from_carbon_per_area_kgco2e(area_cm2, carbon_per_area_kgco2e_per_cm2):
    """Embodied carbon of a die by LLMCarbon. [kgCO2e]

    Parameters
    ----------
    area_cm2 : array_like, shape (...,)
        Area. [cm2]
    carbon_per_area_kgco2e_per_cm2 : array_like, shape (...,)
        Carbon per area. [kgCO2e/cm2]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative.

    References
    ----------
    faiz2024llmcarbon; data/hardware.csv at dbd96b7, column CO2e_chip.

    Examples
    --------
    >>> round(float(die_from_carbon_per_area_kgco2e(8.15, 1.2)), 2)
    9.78
    """
    return non_negative("area_cm2", area_cm2) * non_negative(
        "carbon_per_area_kgco2e_per_cm2", carbon_per_area_kgco2e_per_cm2
    )


def fab_carbon_per_area_kgco2e_per_cm2(
    energy_kwh_per_cm2, fab_intensity_kg_per_kwh, gas_kgco2e_per_cm2, material_kgco2e_per_cm2,
    fab_yield,
):  # fmt: skip
    """Carbon per area of sold silicon by ACT. [kgCO2e/cm2]

    Parameters
    ----------
    energy_kwh_per_cm2 : array_like, shape (...,)
        Electricity of the fab per area. [kWh/cm2]
    fab_intensity_kg_per_kwh : array_like, shape (...,)
        Carbon intensity of the fab's electricity. [kg/kWh]
    gas_kgco2e_per_cm2, material_kgco2e_per_cm2 : array_like, shape (...,)
        Process gases and materials per area. [kgCO2e/cm2]
    fab_yield : array_like, shape (...,)
        Share of the area that is sold; one number for any die. [1]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative or the yield outside (0, 1].

    References
    ----------
    act2022, logic_model.py.

    Examples
    --------
    >>> round(float(fab_carbon_per_area_kgco2e_per_cm2(1.475, 0.82, 0.24, 0.5, 0.875)), 3)
    2.228
    """
    energy = non_negative("energy_kwh_per_cm2", energy_kwh_per_cm2) * non_negative(
        "fab_intensity_kg_per_kwh", fab_intensity_kg_per_kwh
    )
    return (
        energy
        + non_negative("gas_kgco2e_per_cm2", gas_kgco2e_per_cm2)
        + non_negative("material_kgco2e_per_cm2", material_kgco2e_per_cm2)
    ) / above_zero_to_one("fab_yield", fab_yield)


def circuits_kgco2e(
    area_cm2, logic_kgco2e_per_cm2, memory_gb, memory_kgco2e_per_gb, memory_yield, circuits,
    packaging_kgco2e,
):  # fmt: skip
    """Embodied carbon of logic, memory and packaging by ACT. [kgCO2e]

    Parameters
    ----------
    area_cm2 : array_like, shape (...,)
        Area of the logic dies. [cm2]
    logic_kgco2e_per_cm2 : array_like, shape (...,)
        From `fab_carbon_per_area_kgco2e_per_cm2`, yield in it. [kgCO2e/cm2]
    memory_gb : array_like, shape (...,)
        Capacity. [GB]
    memory_kgco2e_per_gb : array_like, shape (...,)
        Carbon per capacity, yield not in it. [kgCO2e/GB]
    memory_yield : array_like, shape (...,)
        Share of memory that is sold. [1]
    circuits : array_like, shape (...,)
        Circuits packaged. [1]
    packaging_kgco2e : array_like, shape (...,)
        Packaging of one. [kgCO2e]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative or the yield outside (0, 1].

    References
    ----------
    act2022, equations of the embodied footprint; dram_model.py.

    Examples
    --------
    >>> round(float(circuits_kgco2e(2.0, 1.5, 8, 0.07, 0.875, 2, 0.15)), 2)
    3.94
    """
    logic = non_negative("area_cm2", area_cm2) * non_negative(
        "logic_kgco2e_per_cm2", logic_kgco2e_per_cm2
    )
    memory = (
        non_negative("memory_gb", memory_gb)
        * non_negative("memory_kgco2e_per_gb", memory_kgco2e_per_gb)
        / above_zero_to_one("memory_yield", memory_yield)
    )
    packages = non_negative("circuits", circuits) * non_negative(
        "packaging_kgco2e", packaging_kgco2e
    )
    return logic + memory + packages


def _mwh(watt_hours):
    return watt_hours / units.WATTS_PER_KILOWATT / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
