"""Mean and percentiles of the rows of a model: means in closed form, one input integrated."""

import numpy as np

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables.model_totals import BOUNDARIES
from ai_lifecycle.uncertainty import distributions, lifecycle_draws, summaries
from ai_lifecycle.uncertainty_tables.model_draws import ALL, GRID, ROWS, SERVING_GRID, rows_of

OPERATION = ("operation",)
MAKING, SERVING = stages.PHASES[:2], stages.PHASES[2:]
# Inputs that multiply cells: these are proportional to them.
FACTORS = {
    **dict.fromkeys(("peak_hours_h", "training_hours_factor"), (MAKING, stages.PARTS)),
    **dict.fromkeys(
        ("rated_power_w", "power_share", "node_overhead", "pue", "training_power_factor"),
        (MAKING, OPERATION),
    ),
    **dict.fromkeys(("requests", "request_kwh", "request_energy_factor"), (SERVING, stages.PARTS)),
    **dict.fromkeys(("host_factor", "serving_pue"), (SERVING, OPERATION)),
}


def marks(model, uniform, rows, wanted=None):
    """Mean, 5th, 50th and 95th percentile of rows of a model. [t CO2e]

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    uniform : dict of str to ndarray
        From `model_draws.points`.
    rows : dict of str to dict of tuple to ndarray, shape (draw,)
        By accounting method, from `model_draws.rows_of`.
    wanted : sequence of tuple, optional
        Rows to summarise; those that a model lacks are left out. All, if none are named.

    Returns
    -------
    dict of str to dict of tuple to ndarray, shape (4,)
        By method and row.

    Notes
    -----
    Means are those of independent inputs in closed form. Percentiles of a row with operation are
    `summaries.conditioned` on the grid's intensity, or where it has no range on the factor that
    alone moves the row most; those of any other row, and where nothing multiplies it, are order
    statistics.
    """
    cells = _mean_cells(model, rows)
    found, plain, values = {}, {}, {}
    for method, draws in rows.items():
        found[method] = {}
        for row in draws if wanted is None else [row for row in wanted if row in draws]:
            # What is made and scrapped does not know the grid.
            if not _holds_operation(row):
                if row not in plain:
                    plain[row] = summaries.exact(draws[row])
                marked = plain[row].copy()
            else:
                marked = _percentiles(model, uniform, method, draws, row, values)
            marked[0] = sum(cells[method][member] for member in _members(row))
            found[method][row] = marked
    return found


def quantiles(model, uniform, by_method, present):
    """Mean and percentiles of every row by every method. [t CO2e]

    Parameters
    ----------
    model, uniform
        As of `marks`.
    by_method : dict of str to ndarray
        From `model_draws.cells`.
    present : dict of str to ndarray of bool
        Of the model, from `model_draws.present_of`.

    Returns
    -------
    ndarray, shape (row, method, 4)
        Rows as `model_draws.ROWS`; NaN where there is no such cell.
    """
    rows = {
        method: rows_of(by_method[method], present[method])
        for method in stages.METHODS
        if method in by_method and present[method].any()
    }
    out = np.full((len(ROWS), len(stages.METHODS), 4), np.nan)
    for method, marked in marks(model, uniform, rows).items():
        for row, numbers in marked.items():
            out[ROWS.index(row), stages.METHODS.index(method)] = numbers
    return out


def _members(row):
    """Cells that a row is the sum of."""
    phase, part = row
    phases = BOUNDARIES.get(phase, (phase,))
    return [(p, q) for p in phases for q in (stages.PARTS if part == ALL else (part,))]


def _holds_operation(row):
    return row[1] in (ALL, *OPERATION)


def _mean_cells(model, methods):
    """Mean of every cell by method; a cell without an intensity is none of a row."""
    one = lifecycle_draws.FIXED_ONE
    plain = lifecycle_draws.mean_cells_tco2e(
        {name: row.distribution for name, row in model.inputs.items()}
        | {GRID: one, SERVING_GRID: one}
    )
    names = [(phase, part) for phase in stages.PHASES for part in stages.PARTS]
    found = {}
    for method in methods:
        cells = dict(zip(names, plain.ravel().tolist(), strict=True))
        for phase in stages.PHASES:
            row = _intensity(model, method, phase)
            mean = np.nan if row is None else distributions.moments(row.distribution)[0]
            cells[phase, OPERATION[0]] *= mean
        found[method] = cells
    return found


def _intensity(model, method, phase):
    """The grid of a phase: the service has that of the training unless it has its own."""
    apart = phase in SERVING and model.serving_intensities is not None
    return (model.serving_intensities if apart else model.intensities).get(method)


def _percentiles(model, uniform, method, draws, row, values):
    """Marks of a row with operation; the mean is that of the points."""
    whole = draws[row]
    chosen = _grid(model, method, row) or _widest_factor(model, draws, row)
    if chosen is None:
        return summaries.exact(whole)
    name, distribution, members = chosen
    moved = sum(draws[member] for member in members)
    if (name, distribution) not in values:
        values[name, distribution] = distributions.inverse(distribution, uniform.get(name, 0.5))
    factor = values[name, distribution]
    # What is zero now and then has a step there, and no slope.
    if not (factor.min() > 0 and moved.min() > 0):
        return summaries.exact(whole)
    return summaries.conditioned(whole - moved, moved / factor, distribution, whole)


def _grid(model, method, row):
    """An intensity with a range behind a row, and the cells that are proportional to it."""
    operation = [member for member in _members(row) if member[1] in OPERATION]
    tied = model.serving_intensities is None
    for name, phases in ((GRID, stages.PHASES if tied else MAKING), (SERVING_GRID, SERVING)):
        members = [member for member in operation if member[0] in phases]
        if members:
            distribution = _intensity(model, method, members[0][0]).distribution
            if distribution.kind != "fixed":
                return name, distribution, members
    return None


def _widest_factor(model, draws, row):
    """The factor that alone moves a row most: its relative deviation times what it multiplies."""
    most, widest = 0.0, None
    for name, (phases, parts) in FACTORS.items():
        distribution = model.inputs[name].distribution
        members = [m for m in _members(row) if m[0] in phases and m[1] in parts]
        if distribution.kind == "fixed" or not members:
            continue
        mean, variance = distributions.moments(distribution)
        moves = np.sqrt(variance) / mean * sum(draws[member].mean() for member in members)
        if moves > most:
            most, widest = moves, (name, distribution, members)
    return widest
