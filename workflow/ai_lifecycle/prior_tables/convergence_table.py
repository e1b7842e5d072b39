"""Table ``convergence``: error of summaries of models of the ledger against the number of draws."""

import numpy as np
import pandas as pd

from ai_lifecycle.uncertainty import plain, summaries
from ai_lifecycle.uncertainty_tables import integrated, model_draws

TABLE = "convergence"
STATISTICS = ("mean", "p05", "p50", "p95")
AVERAGE = "location_lifecycle"
SOBOL, COUNTER = "scrambled Sobol", "counter-based"
ORDER, SMOOTHED, PUBLISHED = "order statistics", "smoothed", "as published"
EXPONENTS = (6, 8, 10, 12, 14)
SEEDS = 24
ESTIMATORS = {SOBOL: (ORDER, SMOOTHED, PUBLISHED), COUNTER: (ORDER,)}
# The reference: so many other seeds of so many Sobol points, averaged.
REFERENCE_EXPONENT, REFERENCE_SEEDS = 16, 12
REFERENCE_FROM = 10_000
WHOLE = ("made_and_served", model_draws.ALL)
ALL_CELLS = np.ones((3, 3), dtype=bool)


def samplers(model):
    """Uniform numbers of what varies in a model, each sampler a function of seed and exponent."""

    def counter_based(seed, exponent):
        names = model_draws.points(model, seed, 1)
        return {name: plain.counter_uniforms(seed, name, model.model_id, 0, 2**exponent)
                for name in names}  # fmt: skip

    return {
        SOBOL: lambda seed, exponent: model_draws.points(model, seed, exponent),
        COUNTER: counter_based,
    }


def estimates(model, uniform, estimators):
    """Mean and percentiles of one set of draws, by each estimator.

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
        Trained and served.
    uniform : dict of str to ndarray, shape (draw,)
        Uniform numbers of every input that varies.
    estimators : sequence of str

    Returns
    -------
    dict of str to ndarray, shape (4,)
        [t CO2e]
    """
    rows = _rows_drawn(model, uniform)
    ways = {
        ORDER: lambda: summaries.exact(rows[AVERAGE][WHOLE]),
        SMOOTHED: lambda: summaries.smoothed(rows[AVERAGE][WHOLE]),
        PUBLISHED: lambda: integrated.marks(model, uniform, rows, [WHOLE])[AVERAGE][WHOLE],
    }
    return {name: ways[name]() for name in estimators}


def _rows_drawn(model, uniform):
    inputs = model_draws.drawn(model, uniform)
    cells = model_draws.cells(model, uniform, inputs, [AVERAGE])[AVERAGE]
    return {AVERAGE: model_draws.rows_of(cells, ALL_CELLS)}


def reference(model, exponent=REFERENCE_EXPONENT, seeds=REFERENCE_SEEDS):
    """Mean and percentiles of far more points, by other seeds. [t CO2e]

    Returns
    -------
    ndarray, shape (4,)
        The mean is that of the points: by another route than the published one, in closed form.
    """
    draw = samplers(model)[SOBOL]
    found = []
    for k in range(seeds):
        marks = estimates(model, draw(REFERENCE_FROM + k, exponent), [ORDER, PUBLISHED])
        found.append([marks[ORDER][0], *marks[PUBLISHED][1:]])
    return np.mean(found, axis=0)


def table(models, seeds=SEEDS, exponents=EXPONENTS):
    """Root mean square error and bias of every summary.

    Parameters
    ----------
    models : iterable of life_cycle_inputs.LifeCycleInputs
        Each trained and served.
    seeds : int, default 24
        Repetitions.
    exponents : sequence of int
        Powers of two of the numbers of draws.

    Returns
    -------
    DataFrame
        As declared for ``convergence``.
    """
    rows = []
    for model in models:
        found = {}
        for sampler, draw in samplers(model).items():
            ways = ESTIMATORS[sampler]
            each = [[estimates(model, draw(seed, e), ways) for seed in range(seeds)]
                    for e in exponents]  # fmt: skip
            for way in ways:
                found[sampler, way] = np.array([[one[way] for one in row] for row in each])
        rows += _rows(model.model_id, reference(model), found, seeds, exponents)
    order = ["model_id", "sampler", "estimator", "statistic", "draws"]
    return pd.DataFrame(rows).sort_values(order, kind="stable").reset_index(drop=True)


def _rows(name, truth, found, seeds, exponents):
    width = truth[3] - truth[1]
    usual = np.sqrt(np.mean((found[COUNTER, ORDER] - truth) ** 2, axis=1))
    for (sampler, estimator), values in found.items():
        off = values - truth
        error = np.sqrt(np.mean(off**2, axis=1))
        for e, exponent in enumerate(exponents):
            for s, statistic in enumerate(STATISTICS):
                yield {
                    "model_id": name, "sampler": sampler, "estimator": estimator,
                    "statistic": statistic, "draws": 2**exponent, "seeds": seeds,
                    "reference_tco2e": truth[s],
                    "relative_error": error[e, s] / truth[s],
                    "median_relative_error": np.median(np.abs(off[e, :, s])) / truth[s],
                    "error_over_width": error[e, s] / width,
                    "bias_over_width": off[e, :, s].mean() / width,
                    "bias_error_over_width": off[e, :, s].std(ddof=1) / np.sqrt(seeds) / width,
                    "gain": usual[e, s] / error[e, s],
                }  # fmt: skip
