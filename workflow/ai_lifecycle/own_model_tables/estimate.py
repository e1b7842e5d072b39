"""The estimate of one case: its cells with ranges and percentiles, what drives them."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.own_model_tables import accounting, case, from_description, inputs
from ai_lifecycle.uncertainty_tables import (
    drivers,
    given_ranges,
    integrated,
    life_cycle_inputs,
    model_draws,
)

STATISTICS = ("mean", "p05", "p50", "p95")
FIRST = stages.METHODS[0]
# The widest boundary that has every cell is the one that is explained; where the machines' own
# footprint is not known, its electricity.
EXPLAINED = ("made_and_served", "made", "inference")
OPERATION = stages.PARTS[0]
TARGETS = tuple((name, part) for name in EXPLAINED for part in (model_draws.ALL, OPERATION))
FOOTPRINTS = ("accelerator_kgco2e", "host_kgco2e", "building_kgco2e", "end_of_life_kgco2e",
              "serving_asset_kgco2e", "serving_end_of_life_kgco2e")  # fmt: skip
CO2_ONLY = "operating_margin"


@dataclass(frozen=True)
class Estimate:
    """One case: its account, its inputs and its draws by row and method."""

    case: case.Case
    account: accounting.Account
    inputs: life_cycle_inputs.LifeCycleInputs
    uniform: dict
    rows: dict
    present: dict

    @property
    def target(self):
        """Row that is explained: the widest whole one, or its operation alone."""
        return next((name for name in TARGETS if name in self.rows.get(FIRST, {})), None)

    def marks(self, wanted=None):
        """Mean and percentiles by method and row, as the ledger has them; of wanted rows alone."""
        return integrated.marks(self.inputs, self.uniform, self.rows, wanted)


def estimate(said, known, reference, choices, seed, beside=None):
    """The estimate of one scenario of a description.

    Parameters
    ----------
    said : Description
    known : names.Known
    reference : Reference
    choices : mapping
        ``lifecycle`` of the configuration.
    seed : int
    beside : Estimate, optional
        Draws of what both share are common to them, so that draw by draw what differs is what the
        descriptions say differently.

    Returns
    -------
    Estimate

    Raises
    ------
    DataError
        What cannot be estimated.
    """
    made, reference = from_description.case_of(said, known, reference, choices)
    account = accounting.account(made, reference)
    model = inputs.inputs_of(account, reference)
    uniform = model_draws.points(model, seed) if beside is None else _points(model, seed, beside)
    drawn = _drawn(model, uniform)
    emissions = account.arrays["emissions"][0]
    present = {
        method: ~np.isnan(emissions[:, :, place, 1]) for place, method in enumerate(stages.METHODS)
    }
    rows = {
        method: model_draws.rows_of(array, present[method])
        for method, array in drawn.items()
        if present[method].any()
    }
    for each in rows.values():
        each.update(_operations(each))
    return Estimate(made, account, model, uniform, rows, present)


def _operations(rows):
    """Operation of boundaries that are not whole because no source has the machines' footprint."""
    return {
        (boundary, OPERATION): sum(rows[phase, OPERATION] for phase in phases)
        for boundary, phases in model_draws.BOUNDARIES.items()
        if (boundary, model_draws.ALL) not in rows
        and all((phase, OPERATION) in rows for phase in phases)
    }


def _drawn(model, uniform):
    """Draws of every cell by every method that the training or the service has."""
    inputs = model_draws.drawn(model, uniform)
    found = model_draws.cells(model, uniform, inputs)
    others = {
        method: row
        for method, row in (model.serving_intensities or {}).items()
        if method not in model.intensities
    }
    # Cells of the training come along and do not stand in the ledger.
    served = model_draws.cells(replace(model, intensities=others), uniform, inputs)
    return found | {method: served[method] for method in others}


def _points(model, seed, beside):
    """Points of another estimate for what both share; of its own for the rest."""
    common = {
        name
        for name, row in model.inputs.items()
        if name in beside.uniform and _is_common(name, row, model, beside.inputs)
    }
    varying = {name for name, row in model.inputs.items() if row.distribution.kind != "fixed"}
    if varying <= common:
        return beside.uniform
    own = model_draws.points(model, seed)
    return beside.uniform | {name: own[name] for name in own if name not in common}


def _is_common(name, row, model, other):
    """Whether two estimates draw an input as one: of one sharing group, and of one place."""
    if name in (model_draws.GRID, model_draws.SERVING_GRID):
        return row.distribution == other.inputs[name].distribution
    return model.groups[name] == other.groups[name]


def table(found):
    """Emissions of every row by every method that has a basis.

    Parameters
    ----------
    found : Estimate

    Returns
    -------
    DataFrame
        phase, part, accounting_method, unit; low, value and high; mean and percentiles.
    """
    out, marked = [], found.marks()
    operations = [(boundary, OPERATION) for boundary in model_draws.BOUNDARIES]
    for phase, part in (*model_draws.ROWS, *operations):
        for method in stages.METHODS:
            marks = marked.get(method, {}).get((phase, part))
            if marks is None:
                continue
            ends = _ends(found, phase, part, method)
            out.append(
                {
                    "phase": phase,
                    "part": part,
                    "accounting_method": method,
                    "unit": "tCO2" if method == CO2_ONLY else "tCO2e",
                    **dict(zip(stages.BOUNDS, ends, strict=True)),
                    **dict(zip(STATISTICS, marks, strict=True)),
                }
            )
    return pd.DataFrame(out)


def _ends(found, phase, part, method):
    """Low, value and high as the ledger has them. [t CO2e]"""
    place = stages.METHODS.index(method)
    cells = found.account.arrays["emissions"]
    if phase in model_draws.BOUNDARIES and part == OPERATION:
        places = [stages.PHASES.index(each) for each in model_draws.BOUNDARIES[phase]]
        return cells[0, places, stages.PARTS.index(OPERATION), place].sum(axis=0)
    if part != model_draws.ALL:
        return cells[0, stages.PHASES.index(phase), stages.PARTS.index(part), place]
    phases = model_draws.BOUNDARIES.get(phase, (phase,))
    return stages.total_tco2e(cells, phases)[0, place]


def missing(found):
    """Cells without a figure, each with its reason.

    Returns
    -------
    DataFrame
        phase, part, accounting_method (empty: by none), reason.
    """
    basis = found.account.basis.set_index("accounting_method")["reason"]
    serving = found.account.serving_basis.set_index("accounting_method")["reason"]
    out = []
    for (_, phase, part), why in found.account.reasons.items():
        out.append({"phase": phase, "part": part, "accounting_method": None, "reason": why})
    gone = {(row["phase"], row["part"]) for row in out}
    for phase in stages.PHASES:
        for method in stages.METHODS:
            if (phase, "operation") in gone | set(found.rows.get(method, {})):
                continue
            why = (serving if phase == "inference" else basis)[method]
            if method == "market":
                section = "service.place" if phase == "inference" else "place"
                why = f"{section}.market_g_per_kwh is not given"
            elif method == "hourly_matched":
                continue
            out.append({"phase": phase, "part": "operation", "accounting_method": method,
                        "reason": why})  # fmt: skip
    columns = ["phase", "part", "accounting_method", "reason"]
    return pd.DataFrame(out, columns=columns)


def driving(found, seed):
    """Sobol indices and the tornado of what is explained.

    Returns
    -------
    indices, tornado : DataFrame
        Empty where nothing is whole or nothing varies.
    """
    if found.target is None:
        return pd.DataFrame(), pd.DataFrame()
    name, part = found.target
    model = found.inputs
    if part == OPERATION:
        nothing = {each: given_ranges.fixed(0.0, "kgCO2e", "prior", "judgement")
                   for each in FOOTPRINTS}  # fmt: skip
        model = replace(model, inputs=model.inputs | nothing)
    if not drivers.varying(model):
        return pd.DataFrame(), pd.DataFrame()
    return (
        pd.DataFrame(drivers.rows(model, [name], seed)),
        pd.DataFrame(drivers.tornado(model, name)),
    )
