"""Draws of one model: its cells by every accounting method, and its targets for sensitivity."""

import numpy as np

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables.model_totals import BOUNDARIES
from ai_lifecycle.uncertainty import distributions, lifecycle_draws, sampling

GRID, SERVING_GRID = "intensity_kg_per_kwh", "serving_intensity_kg_per_kwh"
ALL = "all"
# Rows of a model: each phase by part and whole, then the boundaries.
ROWS = (
    *((phase, part) for phase in stages.PHASES for part in (*stages.PARTS, ALL)),
    *((boundary, ALL) for boundary in BOUNDARIES),
)
LACKING = ("training_hours_factor", "training_power_factor", "request_energy_factor")


def points(model, seed, exponent=sampling.EXPONENT):
    """Uniform Sobol points of what varies in a model; one row for the grid, whatever the method.

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    seed : int
    exponent : int, default 14

    Returns
    -------
    dict of str to ndarray, shape (draw,)
    """
    groups = model.groups
    varying = [
        name
        for name, row in model.inputs.items()
        if name not in (GRID, SERVING_GRID) and row.distribution.kind != "fixed"
    ]
    for name, by_method in ((GRID, model.intensities), (SERVING_GRID, model.serving_intensities)):
        ranges = [row for row in (by_method or {}).values() if row.distribution.kind != "fixed"]
        if ranges:
            varying.append(name)
            groups[name] = ranges[0].group or model.model_id
    return lifecycle_draws.sobol_points(seed, varying, groups, model.model_id, exponent)


def drawn(model, uniform):
    """Draws of every input but the intensities. [as named]

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    uniform : dict of str to ndarray
        From `points`.

    Returns
    -------
    dict of str to ndarray, shape (draw,) or ()
    """
    return {
        name: distributions.inverse(row.distribution, uniform.get(name, 0.5))
        for name, row in model.inputs.items()
        if name not in (GRID, SERVING_GRID)
    }


def cells(model, uniform, inputs, methods=stages.METHODS):
    """Draws of every cell by every accounting method. [t CO2e]

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    uniform : dict of str to ndarray
        From `points`.
    inputs : dict of str to ndarray
        From `drawn`.
    methods : sequence of str
        Which are wanted.

    Returns
    -------
    dict of str to ndarray, shape (phase, part, draw)
        By method, those with an intensity; a method takes the same quantile of its own intensity
        as any other. Whether a cell stands in the ledger is not asked here.
    """
    draws = len(next(iter(uniform.values()))) if uniform else 1
    plain = lifecycle_draws.cells_tco2e(inputs | {GRID: 1.0, SERVING_GRID: 1.0})
    shape = (len(stages.PHASES), len(stages.PARTS))
    plain = np.broadcast_to(plain.reshape(*shape, -1), (*shape, draws))
    # What is made stands under the first method, whether or not there is a grid.
    found = {stages.METHODS[0]: plain.copy()}
    found[stages.METHODS[0]][:, 0] = np.nan
    for method in methods:
        if method in model.intensities:
            row = model.intensities[method]
            own = distributions.inverse(row.distribution, uniform.get(GRID, 0.5))
            served = _serving(model, method, own, uniform)
            found[method] = plain.copy()
            found[method][:2, 0] *= own
            found[method][2, 0] *= served
    return found


def _serving(model, method, own, uniform):
    if model.serving_intensities is None:
        return own
    row = model.serving_intensities.get(method)
    if row is None:
        return np.nan
    return distributions.inverse(row.distribution, uniform.get(SERVING_GRID, 0.5))


def present_of(ledger):
    """Which cells of each model stand in the ledger.

    Parameters
    ----------
    ledger : DataFrame
        ``ledger``, or some models of it.

    Returns
    -------
    dict of str to dict of str to ndarray of bool, shape (phase, part)
        By model and method.
    """
    shape = (-1, len(stages.PHASES), len(stages.PARTS))
    ranked = ledger.assign(
        phase=ledger["phase"].map(stages.PHASES.index), part=ledger["part"].map(stages.PARTS.index)
    ).sort_values(["model_id", "phase", "part"], kind="stable")
    found = {
        method: ranked[f"{method}_value_t"].notna().to_numpy(bool).reshape(shape)
        for method in stages.METHODS
    }
    names = ranked["model_id"].drop_duplicates()
    return {
        name: {method: array[place] for method, array in found.items()}
        for place, name in enumerate(names)
    }


def rows_of(array, present):
    """Draws of each row of `ROWS` that the ledger has, sums missing as soon as a part is. [t CO2e]

    Parameters
    ----------
    array : ndarray, shape (phase, part, draw)
        Of one method, from `cells`.
    present : ndarray of bool, shape (phase, part)

    Returns
    -------
    dict of tuple to ndarray, shape (draw,)
    """
    found, whole = {}, {}
    for p, phase in enumerate(stages.PHASES):
        for q, part in enumerate(stages.PARTS):
            if present[p, q]:
                found[phase, part] = array[p, q]
        if present[p].all():
            whole[phase] = found[phase, ALL] = array[p].sum(axis=0)
    for boundary, phases in BOUNDARIES.items():
        if all(phase in whole for phase in phases):
            found[boundary, ALL] = sum(whole[phase] for phase in phases)
    return found
