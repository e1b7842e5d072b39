"""Tables of the ledger's uncertainty: quantiles, drivers, sums, widths; one model after another."""

import numpy as np
import pandas as pd

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.uncertainty import sampling, summaries
from ai_lifecycle.uncertainty_tables import (
    drivers,
    footprint_inputs,
    life_cycle_inputs,
    model_draws,
)

STATISTICS = ("mean", "p05", "p50", "p95")
MADE = ("made", model_draws.ALL)
NO_FACTOR = "disclosed energy or power"
EVERY_YEAR = "all years"
SHARED, INDEPENDENT = "shared draws", "as if independent"


def models_of(tables, service, constants, lacking, serving):
    """Inputs of every model of the ledger.

    Parameters
    ----------
    tables : dict of str to DataFrame
        training_energy, inference_requests, embodied_per_hour, ledger_basis, models.
    service : life_cycle_inputs.Service
    constants : ai_lifecycle.constants.Constants
    lacking : dict of str to float
        From ``widening_table.factors``.
    serving : str
        Accelerator that serves.

    Yields
    ------
    LifeCycleInputs
        In the order of model_id.
    """
    per_hour = tables["embodied_per_hour"]
    parts, none = dict(tuple(per_hour.groupby("accelerator"))), per_hour.iloc[:0]
    served, assets = parts.get(serving, none), {}
    requests = {row["model_id"]: row for row in tables["inference_requests"].to_dict("records")}
    basis = {
        name: rows.set_index("accounting_method").to_dict("index")
        for name, rows in tables["ledger_basis"].groupby("model_id")
    }
    developers = first_developers(tables["models"])
    ordered = tables["training_energy"].sort_values("model_id", kind="stable")
    for row in ordered.to_dict("records"):
        name, machine = row["model_id"], row["accelerator"]
        if machine not in assets:
            assets[machine] = footprint_inputs.footprints(
                parts.get(machine, none), served, constants
            )
        yield life_cycle_inputs.life_cycle_inputs(
            row, requests.get(name), assets[machine], basis[name], service,
            constants, lacking, developer=developers.get(name),
        )  # fmt: skip


def first_developers(models):
    """First-named organisation of each model that names one."""
    named = models[models["organisation"].notna()]
    first = named["organisation"].str.split(",").str[0].str.strip()
    return dict(zip(named["model_id"], first, strict=True))


def years_of(training, ledger):
    """Year of publication of each model that a sum may hold without counting anything twice.

    Parameters
    ----------
    training : DataFrame
        model_id, part_of and publication_date of ``training_energy``.
    ledger : DataFrame
        ``ledger``: what has a total.

    Returns
    -------
    dict of str to int or None
        A part is in it unless a whole that holds it has a total; None where no date is known.
    """
    totals = {
        name
        for name, present in model_draws.present_of(ledger).items()
        if "made" in drivers.complete_of(present)
    }
    parts = training[training["part_of"].notna()]
    whole_of = dict(zip(parts["model_id"], parts["part_of"], strict=True))
    years = {}
    for name, date in zip(training["model_id"], training["publication_date"], strict=True):
        whole = whole_of.get(name)
        while whole is not None and whole not in totals:
            whole = whole_of.get(whole)
        if whole is None:
            years[name] = None if pd.isna(date) else date.year
    return years


class Sums:
    """Sums over models of what making them emitted, draw by draw.

    Parameters
    ----------
    years : dict of str to int or None
        Year of each model that counts, from `years_of`; None counts in the sum of all years alone.
    seed : int
    """

    def __init__(self, years, seed):
        self.years, self.seed = years, seed
        self.found = {}

    def add(self, model_id, draws):
        """One more model. Shuffled in an order of its own it is independent of all others."""
        if model_id not in self.years:
            return
        words = sampling.key_words(self.seed, "order of independent sums", model_id)
        order = np.random.Generator(np.random.Philox(key=words[:2])).permutation(len(draws))
        own = self.years[model_id]
        for year in (EVERY_YEAR,) if own is None else (str(own), EVERY_YEAR):
            for how, array in ((SHARED, draws), (INDEPENDENT, draws[order])):
                known = self.found.setdefault((year, how), [0, np.zeros(len(draws))])
                known[0] += 1
                known[1] += array

    def table(self):
        """As declared for ``ledger_sums``."""
        rows = []
        for (year, how), (count, total) in self.found.items():
            marks = summaries.exact(total)
            rows.append({
                "publication_year": year, "draws": how, "models": count,
                **{f"{name}_tco2e": x for name, x in zip(STATISTICS, marks, strict=True)},
                "width_90_factor": marks[3] / marks[1],
            })  # fmt: skip
        frame = pd.DataFrame(rows)
        return frame.sort_values(["publication_year", "draws"], kind="stable").reset_index(
            drop=True
        )


def worked(models, ledger, sums, seed, exponent=sampling.EXPONENT):
    """Quantiles, drivers and widths of models, one after another: memory does not grow with them.

    Parameters
    ----------
    models : iterable of LifeCycleInputs
    ledger : DataFrame
        ``ledger``: which cells stand.
    sums : Sums
        Grows.
    seed : int
    exponent : int, default 14

    Returns
    -------
    quantiles, driving : DataFrame
        As declared for ``ledger_quantiles`` and ``ledger_drivers``.
    widths : DataFrame
        level, as_it_is, widened of each model.
    """
    stands = model_draws.present_of(ledger)
    names, arrays, driving, widths = [], [], [], []
    for model in models:
        present = stands[model.model_id]
        uniform = model_draws.points(model, seed, exponent)
        inputs = model_draws.drawn(model, uniform)
        drawn = model_draws.cells(model, uniform, inputs)
        names.append(model.model_id)
        arrays.append(model_draws.quantiles(drawn, present))
        driving += drivers.rows(model, drivers.complete_of(present), seed)
        first = stages.METHODS[0]
        made = model_draws.rows_of(drawn[first], present[first]).get(MADE)
        if made is not None:
            sums.add(model.model_id, made)
            widths.append(_width(model, uniform, inputs, present[first], made))
    return _long(names, np.array(arrays)), pd.DataFrame(driving), pd.DataFrame(widths)


def _width(model, uniform, inputs, present, made):
    """How wide the range is without and with the factors for what the priors lack."""
    first = stages.METHODS[0]
    inputs = inputs | dict.fromkeys(model_draws.LACKING, 1.0)
    plain = model_draws.cells(model, uniform, inputs, [first])[first]
    usual = summaries.exact(model_draws.rows_of(plain, present)[MADE])
    wide = summaries.exact(made)
    level = {factor: level for level, factor in life_cycle_inputs.LACKING.values()}
    mine = [level[name] for name in level if model.inputs[name].distribution.kind != "fixed"] or [
        NO_FACTOR
    ]
    return {"level": mine[0], "as_it_is": usual[3] / usual[1], "widened": wide[3] / wide[1]}


def _long(names, arrays):
    """One row a model, phase and part; as declared for ``ledger_quantiles``."""
    index = pd.MultiIndex.from_tuples(
        [(name, *row) for name in names for row in model_draws.ROWS],
        names=["model_id", "phase", "part"],
    )
    flat = arrays.reshape(len(index), len(stages.METHODS), len(STATISTICS))
    columns = {
        f"{method}_{name}_t": flat[:, m, s]
        for m, method in enumerate(stages.METHODS)
        for s, name in enumerate(STATISTICS)
    }
    return pd.DataFrame(columns, index=index).dropna(how="all").reset_index()
