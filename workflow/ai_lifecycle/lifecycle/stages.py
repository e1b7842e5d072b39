"""Emissions of a model by phase, part and accounting method: pure kernels.

The last axis of every argument named ``..._range`` holds low, value and high.
"""

import numpy as np

from ai_lifecycle import bounds, units

PHASES = ("experimentation", "training", "inference")
PARTS = ("operation", "embodied", "end of life")
METHODS = (
    "location_lifecycle",
    "location_direct",
    "market",
    "hourly_matched",
    "operating_margin",
)
BOUNDS = ("low", "value", "high")


def by_phase(training_range, multiplier_range, inference_range):
    """An amount of the three phases: experimentation from the multiplier on training. [as given]

    Parameters
    ----------
    training_range : array_like, shape (model, 3)
        Amount of the training run, energy or accelerator-hours. [any]
    multiplier_range : array_like, shape (model, 3)
        Project over final run, at least one; NaN where there is no basis. [1]
    inference_range : array_like, shape (model, 3)
        Amount of inference over the service. [as `training_range`]

    Returns
    -------
    ndarray, shape (model, phase, 3)
        Order of `PHASES`; experimentation is ``(m - 1)`` times training. NaN stays NaN.

    Raises
    ------
    ValueError
        If an amount is negative, a multiplier is below one or a range is out of order.

    Examples
    --------
    >>> by_phase([[8, 10, 12]], [[1, 2, 3]], [[0, 0, 0]])[0].tolist()
    [[0.0, 10.0, 24.0], [8.0, 10.0, 12.0], [0.0, 0.0, 0.0]]
    """
    training = bounds.low_value_high_or_missing("training_range", training_range)
    multiplier = bounds.low_value_high_or_missing("multiplier_range", multiplier_range)
    bounds.at_least_one_or_missing("multiplier_range", multiplier)
    inference = bounds.low_value_high_or_missing("inference_range", inference_range)
    return np.stack([training * (multiplier - 1.0), training, inference], axis=1)


def operational_tco2e(energy_mwh_range, intensity_kg_per_kwh_range):
    """Operation ``E CI`` of every phase by every accounting method. [t CO2e]

    Parameters
    ----------
    energy_mwh_range : array_like, shape (model, phase, 3)
        Energy at the facility's meter, PUE in it. [MWh]
    intensity_kg_per_kwh_range : array_like, shape (model, phase, method, 3)
        Intensity of the electricity; NaN where the method has no basis. [kg CO2e/kWh]

    Returns
    -------
    ndarray, shape (model, phase, method, 3)
        Emissions; NaN where energy or intensity has no basis, never zero for it. [t CO2e]

    Raises
    ------
    ValueError
        If an argument is negative or a range is out of order.

    References
    ----------
    patterson2021carbon, Section 2.5.
    """
    energy = bounds.low_value_high_or_missing("energy_mwh_range", energy_mwh_range)
    intensity = bounds.low_value_high_or_missing(
        "intensity_kg_per_kwh_range", intensity_kg_per_kwh_range
    )
    # MWh times kg/kWh is t.
    scale = units.KILOWATT_HOURS_PER_MEGAWATT_HOUR / units.KILOGRAMS_PER_TONNE
    return energy[:, :, None, :] * intensity * scale


def hourly_tco2e(accelerator_hours_h_range, kgco2e_per_hour_range):
    """What the hours that a phase reserves carry of an asset. [t CO2e]

    Parameters
    ----------
    accelerator_hours_h_range : array_like, shape (model, phase, 3)
        Accelerators times hours reserved. [h]
    kgco2e_per_hour_range : array_like, shape (model, phase, 3)
        Embodied carbon, or treatment at the end of life, of one reserved hour, life and reserved
        utilisation in it. [kg CO2e/h]

    Returns
    -------
    ndarray, shape (model, phase, 3)
        Emissions; NaN without basis. [t CO2e]

    Raises
    ------
    ValueError
        If an argument is negative or a range is out of order.
    """
    hours = bounds.low_value_high_or_missing("accelerator_hours_h_range", accelerator_hours_h_range)
    hourly = bounds.low_value_high_or_missing("kgco2e_per_hour_range", kgco2e_per_hour_range)
    return hours * hourly / units.KILOGRAMS_PER_TONNE


def emissions_tco2e(operation, embodied, end_of_life):
    """All cells of the ledger: phase, part and method. [t CO2e]

    What is made and scrapped does not depend on how electricity in use is accounted for, so
    these parts are the same under each method; `beside_operation` then leaves them only where
    they may be summed with an operation.

    Parameters
    ----------
    operation : array_like, shape (model, phase, method, 3)
        From `operational_tco2e`. [t CO2e]
    embodied, end_of_life : array_like, shape (model, phase, 3)
        From `hourly_tco2e`. [t CO2e]

    Returns
    -------
    ndarray, shape (model, phase, part, method, 3)
        Emissions, parts in the order of `PARTS`. [t CO2e]
    """
    operation = np.asarray(operation, dtype=float)
    carried = [
        np.broadcast_to(np.asarray(part, dtype=float)[:, :, None, :], operation.shape)
        for part in (embodied, end_of_life)
    ]
    return np.stack([operation, *carried], axis=2)


def beside_operation(cells):
    """Parts that stand only where they may be summed with an operation. [t CO2e]

    Parameters
    ----------
    cells : array_like, shape (model, phase, part, method, 3)
        From `emissions_tco2e`. [t CO2e]

    Returns
    -------
    ndarray, same shape
        Embodied and end of life are missing under a method without operation, or they alone
        would pass for that method's figure, and under the operating margin, which is CO2 only and
        no inventory. They stand under the first method throughout. [t CO2e]
    """
    cells = np.array(cells, dtype=float)
    first, margin = METHODS.index("location_lifecycle"), METHODS.index("operating_margin")
    without = np.isnan(cells[:, :, :1])
    without[..., first, :] = False
    without[..., margin, :] = True
    return np.concatenate([cells[:, :, :1], np.where(without, np.nan, cells[:, :, 1:])], axis=2)


def total_tco2e(cells, phases):
    """Sum over the parts of some phases; missing as soon as one of them is. [t CO2e]

    Parameters
    ----------
    cells : array_like, shape (model, phase, part, method, 3)
        From `emissions_tco2e`. [t CO2e]
    phases : sequence of str
        Some of `PHASES`: the system boundary.

    Returns
    -------
    ndarray, shape (model, method, 3)
        Totals. A sum that leaves a missing stage out would pass for a whole one. [t CO2e]

    Raises
    ------
    ValueError
        If a phase is not one of ours.
    """
    unknown = [name for name in phases if name not in PHASES]
    if unknown:
        raise ValueError(f"phases must be among {', '.join(PHASES)}; found {unknown}")
    places = [PHASES.index(name) for name in phases]
    return np.asarray(cells, dtype=float)[:, places].sum(axis=(1, 2))


def evidence_shares(factors, weights):
    """Share of a result that is disclosed, derived and prior. [1]

    A cell is a product of factors; each kind of evidence has the share of the factors that are of
    it. Cells are weighted by their emissions.

    Parameters
    ----------
    factors : array_like, shape (..., cell, kind)
        Number of factors of each kind (disclosed, derived, prior). [1]
    weights : array_like, shape (..., cell)
        Emissions of the cells; a missing one has no weight. [t CO2e]

    Returns
    -------
    ndarray, shape (..., kind)
        Shares, which sum to one; NaN where nothing has weight. [1]

    Raises
    ------
    ValueError
        If a number of factors or a weight is negative.

    Examples
    --------
    >>> evidence_shares([[1, 0, 1], [0, 0, 4]], [3, 1]).tolist()
    [0.375, 0.0, 0.625]
    """
    factors = np.asarray(factors, dtype=float)
    weights = np.asarray(weights, dtype=float)
    if np.any(factors < 0) or np.any(weights < 0):
        raise ValueError("factors and weights must not be negative")
    number = factors.sum(axis=-1, keepdims=True)
    share = np.divide(factors, number, out=np.zeros_like(factors), where=number > 0)
    weights = np.where(np.isnan(weights) | (number[..., 0] == 0), 0.0, weights)
    whole = weights.sum(axis=-1)
    weighted = (share * weights[..., None]).sum(axis=-2)
    counted = whole > 0
    return np.where(counted[..., None], weighted / np.where(counted, whole, 1.0)[..., None], np.nan)
