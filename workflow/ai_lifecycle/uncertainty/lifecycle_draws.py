"""Life cycle of a model as a function of draws of its inputs: pure kernels.

One formula serves arrays (Sobol points, sensitivity) and, compiled, single draws (`plain`).
"""

import numpy as np

from ai_lifecycle import bounds, units
from ai_lifecycle.embodied.allocation import HOURS_PER_YEAR
from ai_lifecycle.lifecycle.stages import PARTS, PHASES
from ai_lifecycle.uncertainty import distributions, expectations, sampling

# Name, and the bound that a draw must keep. The place in this list is the Sobol dimension of the
# quantity: append, never insert, or every published draw changes.
INPUTS = {
    "peak_hours_h": bounds.non_negative,
    "utilisation": bounds.above_zero_to_one,
    "rated_power_w": bounds.non_negative,
    "power_share": bounds.non_negative,
    "node_overhead": bounds.positive,
    "pue": bounds.at_least_one,
    "intensity_kg_per_kwh": bounds.non_negative,
    "experimentation_multiplier": bounds.at_least_one,
    "requests": bounds.non_negative,
    "request_kwh": bounds.non_negative,
    "host_factor": bounds.at_least_one,
    "idle_factor": bounds.at_least_one,
    "idle_power_ratio": bounds.above_zero_to_one,
    "serving_power_w": bounds.positive,
    "serving_pue": bounds.at_least_one,
    "serving_intensity_kg_per_kwh": bounds.non_negative,
    "accelerator_kgco2e": bounds.non_negative,
    "host_kgco2e": bounds.non_negative,
    "building_kgco2e": bounds.non_negative,
    "end_of_life_kgco2e": bounds.non_negative,
    "lifetime_years": bounds.positive,
    "reserved_utilisation": bounds.above_zero_to_one,
    "serving_asset_kgco2e": bounds.non_negative,
    "serving_end_of_life_kgco2e": bounds.non_negative,
    "training_hours_factor": bounds.positive,
    "training_power_factor": bounds.positive,
    "request_energy_factor": bounds.positive,
    "reserved_hours_factor": bounds.positive,
}
NAMES = tuple(INPUTS)
# What the priors lack, as factors about one, and hours reserved over hours behind the energy: one
# unless given.
ONE_UNLESS_GIVEN = NAMES[NAMES.index("training_hours_factor") :]
# Cells fall with the inverse of these, and are linear in each of the others.
DIVIDING = (
    "utilisation", "idle_power_ratio", "serving_power_w", "lifetime_years", "reserved_utilisation",
)  # fmt: skip
FIXED_ONE = distributions.from_range("fixed", 1.0)
CELLS = tuple((phase, part) for phase in PHASES for part in PARTS)
WATTS_PER_MEGAWATT = units.WATTS_PER_KILOWATT * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
TONNES_PER_MEGAWATT_HOUR = units.KILOWATT_HOURS_PER_MEGAWATT_HOUR / units.KILOGRAMS_PER_TONNE
KILOGRAMS_PER_TONNE = units.KILOGRAMS_PER_TONNE
WATTS_PER_KILOWATT = units.WATTS_PER_KILOWATT
KILOWATT_HOURS_PER_MEGAWATT_HOUR = units.KILOWATT_HOURS_PER_MEGAWATT_HOUR


def cells_tco2e(inputs):
    """Emissions by phase and part, for each draw. [t CO2e]

    Parameters
    ----------
    inputs : mapping of str to array_like, shape (...,)
        All of `NAMES`, one number or one per draw; those of `ONE_UNLESS_GIVEN` may lack.
        Accelerator-hours at peak are compute over peak throughput; where hours are disclosed they
        are these, and utilisation is one. `reserved_hours_factor` is for hours that the energy
        does not rest on, as with a disclosed energy. `request_kwh` is what the accelerator draws
        for a request while busy; `serving_power_w` while it does. Embodied carbon and treatment
        are per accelerator, host and building as its share.

    Returns
    -------
    ndarray, shape (phase, part, ...)
        In the order of `PHASES` and `PARTS`. [t CO2e]

    Raises
    ------
    ValueError
        An input that is missing, not known, or out of its bounds.

    Notes
    -----
    Training ``h = h_peak f_h / u``, ``E = h P s n PUE f_P``; experimentation ``m - 1`` times
    training in energy and hours; inference ``E = N e f_e host idle PUE``, hours
    ``N e f_e / P (1 + (idle - 1) / r)``; embodied and end of life ``h f_r C / (L U)``.
    """
    inputs = completed(inputs, 1.0)
    arrays = [check(name, inputs[name]) for name, check in INPUTS.items()]
    found = np.broadcast_arrays(*formula(*arrays))
    return np.stack(found).reshape(len(PHASES), len(PARTS), *found[0].shape)


def mean_cells_tco2e(inputs):
    """Mean emissions by phase and part, in closed form. [t CO2e]

    Parameters
    ----------
    inputs : mapping of str to Distribution
        All of `NAMES`, independent of each other; those of `ONE_UNLESS_GIVEN` may lack.

    Returns
    -------
    ndarray, shape (phase, part)
        In the order of `PHASES` and `PARTS`. [t CO2e]

    Raises
    ------
    ValueError
        An input that is missing or not known; one of `DIVIDING` that reaches zero.

    Notes
    -----
    A cell is linear in every input or in its inverse, so its mean is the cell at their means.
    """
    inputs = completed(inputs, FIXED_ONE)
    middles = [
        1.0 / expectations.of_inverse(inputs[name]) if name in DIVIDING
        else float(distributions.moments(inputs[name])[0])
        for name in NAMES
    ]  # fmt: skip
    return np.array(formula(*middles)).reshape(len(PHASES), len(PARTS))


def completed(inputs, one):
    """Inputs with those that are one unless given. [as given]

    Parameters
    ----------
    inputs : mapping
        By name. [any]
    one : object
        What stands for one: the number, or its distribution. [1]

    Returns
    -------
    dict
        All of `NAMES`. [as given]

    Raises
    ------
    ValueError
        An input that is missing or not known.
    """
    wrong = sorted(set(NAMES) ^ (set(inputs) | set(ONE_UNLESS_GIVEN)))
    if wrong:
        raise ValueError(f"inputs must be exactly those of the life cycle; not so: {wrong}")
    return dict.fromkeys(ONE_UNLESS_GIVEN, one) | dict(inputs)


def formula(
    peak_hours_h, utilisation, rated_power_w, power_share, node_overhead, pue,
    intensity_kg_per_kwh, experimentation_multiplier, requests, request_kwh, host_factor,
    idle_factor, idle_power_ratio, serving_power_w, serving_pue, serving_intensity_kg_per_kwh,
    accelerator_kgco2e, host_kgco2e, building_kgco2e, end_of_life_kgco2e, lifetime_years,
    reserved_utilisation, serving_asset_kgco2e, serving_end_of_life_kgco2e,
    training_hours_factor, training_power_factor, request_energy_factor, reserved_hours_factor,
):  # fmt: skip
    """The nine cells of `cells_tco2e`, unchecked, of numbers or arrays. [t CO2e]

    Parameters
    ----------
    peak_hours_h, utilisation, rated_power_w, power_share, node_overhead, pue, \
    intensity_kg_per_kwh, experimentation_multiplier, requests, request_kwh, host_factor, \
    idle_factor, idle_power_ratio, serving_power_w, serving_pue, serving_intensity_kg_per_kwh, \
    accelerator_kgco2e, host_kgco2e, building_kgco2e, end_of_life_kgco2e, lifetime_years, \
    reserved_utilisation, serving_asset_kgco2e, serving_end_of_life_kgco2e, \
    training_hours_factor, training_power_factor, request_energy_factor, reserved_hours_factor
        See `cells_tco2e`. [h, 1, W, kg CO2e/kWh, kWh, kg CO2e and years, as named]

    Returns
    -------
    tuple of nine
        In the order of `CELLS`. [t CO2e]
    """
    hours = peak_hours_h / utilisation * training_hours_factor
    power_w = rated_power_w * power_share * node_overhead * pue * training_power_factor
    energy_mwh = hours * power_w / WATTS_PER_MEGAWATT
    operation = energy_mwh * intensity_kg_per_kwh * TONNES_PER_MEGAWATT_HOUR
    extra = experimentation_multiplier - 1.0
    busy_kwh = requests * request_kwh * request_energy_factor
    served_mwh = (
        busy_kwh * host_factor * idle_factor * serving_pue / KILOWATT_HOURS_PER_MEGAWATT_HOUR
    )
    served = served_mwh * serving_intensity_kg_per_kwh * TONNES_PER_MEGAWATT_HOUR
    serving_hours = (
        busy_kwh * WATTS_PER_KILOWATT / serving_power_w
        * (1.0 + (idle_factor - 1.0) / idle_power_ratio)
    )  # fmt: skip
    tonnes_per_kilogram_hour = 1.0 / (
        lifetime_years * HOURS_PER_YEAR * reserved_utilisation * KILOGRAMS_PER_TONNE
    )
    reserved = hours * reserved_hours_factor * tonnes_per_kilogram_hour
    made = reserved * (accelerator_kgco2e + host_kgco2e + building_kgco2e)
    scrapped = reserved * end_of_life_kgco2e
    return (
        operation * extra, made * extra, scrapped * extra,
        operation, made, scrapped,
        served,
        serving_hours * serving_asset_kgco2e * tonnes_per_kilogram_hour,
        serving_hours * serving_end_of_life_kgco2e * tonnes_per_kilogram_hour,
    )  # fmt: skip


def sobol_inputs(seed, inputs, groups, own, exponent=sampling.EXPONENT):
    """Scrambled Sobol draws of the inputs of one model. [as named]

    Parameters
    ----------
    seed : int
        Seed of the whole analysis. [1]
    inputs : mapping of str to Distribution
        All of `NAMES`; those of `ONE_UNLESS_GIVEN` may lack.
    groups : mapping of str to str
        Group of each input that is not fixed: `own`, or what shares the quantity with others.
    own : str
        Name of the model.
    exponent : int, default 14
        Power of two of the number of draws. [1]

    Returns
    -------
    dict of str to ndarray, shape (draw,) or () where fixed
        For `cells_tco2e`. [as named]

    Raises
    ------
    ValueError
        An input that is missing or not known; an input that varies and has no group.
    """
    inputs = completed(inputs, FIXED_ONE)
    varying = [name for name in NAMES if inputs[name].kind != "fixed"]
    uniform = sobol_points(seed, varying, groups, own, exponent)
    drawn = {name: distributions.inverse(inputs[name], 0.5) for name in NAMES}
    return drawn | {name: distributions.inverse(inputs[name], uniform[name]) for name in varying}


def sobol_points(seed, varying, groups, own, exponent=sampling.EXPONENT):
    """Uniform points of the inputs of one model that vary. [1]

    Parameters
    ----------
    seed, groups, own, exponent
        As of `sobol_inputs`.
    varying : sequence of str
        Some of `NAMES`.

    Returns
    -------
    dict of str to ndarray, shape (draw,)
        Points of (0, 1), each in the dimension that is the place of its input in `NAMES`. [1]

    Raises
    ------
    ValueError
        If an input has no group.
    """
    homeless = [name for name in varying if name not in groups]
    if homeless:
        raise ValueError(f"groups must name who shares each input that varies; not so: {homeless}")
    places = [NAMES.index(name) for name in varying]
    shared = [groups[name] for name in varying]
    uniform = sampling.sobol_uniforms(seed, list(varying), shared, places, own, exponent)
    return dict(zip(varying, uniform, strict=True))
