"""Table ``convergence``: error of summaries of models of the ledger against the number of draws."""

import numpy as np
import pandas as pd

from ai_lifecycle.uncertainty import convergence, plain, summaries
from ai_lifecycle.uncertainty_tables import model_draws

TABLE = "convergence"
STATISTICS = ("mean", "p05", "p50", "p95")
AVERAGE = "location_lifecycle"
SOBOL, COUNTER = "scrambled Sobol", "counter-based"
ORDER, SMOOTHED = "order statistics", "smoothed"
EXPONENTS = (6, 8, 10, 12, 14)
SEEDS = 32
# The reference: so many other seeds of so many Sobol points, averaged.
REFERENCE_EXPONENT, REFERENCE_SEEDS = 16, 24
REFERENCE_FROM = 10_000
ESTIMATORS = ((SOBOL, ORDER), (SOBOL, SMOOTHED), (COUNTER, ORDER))


def totals(model, uniform):
    """Emissions of a model, made and served, by the average grid, for each draw. [t CO2e]

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    uniform : dict of str to ndarray, shape (draw,)
        Uniform numbers of every input that varies.

    Returns
    -------
    ndarray, shape (draw,)
    """
    cells = model_draws.cells(model, uniform, model_draws.drawn(model, uniform), [AVERAGE])
    return cells[AVERAGE].sum(axis=(0, 1))


def samplers(model):
    """Draws of `totals` by sampler, each a function of seed and exponent."""

    def sobol(seed, exponent):
        return totals(model, model_draws.points(model, seed, exponent))

    def counter_based(seed, exponent):
        names = model_draws.points(model, seed, 1)
        return totals(
            model,
            {name: plain.counter_uniforms(seed, name, model.model_id, 0, 2**exponent)
             for name in names},
        )  # fmt: skip

    return {SOBOL: sobol, COUNTER: counter_based}


def reference(model, exponent=REFERENCE_EXPONENT, seeds=REFERENCE_SEEDS):
    """Mean and percentiles of far more draws, by other seeds. [t CO2e]

    Returns
    -------
    ndarray, shape (4,)
    """
    others = range(REFERENCE_FROM, REFERENCE_FROM + seeds)
    return convergence.estimates(samplers(model)[SOBOL], others, [exponent])[0].mean(axis=0)


def table(models, seeds=SEEDS, exponents=EXPONENTS):
    """Root mean square error and bias of every summary.

    Parameters
    ----------
    models : iterable of life_cycle_inputs.LifeCycleInputs
    seeds : int, default 32
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
        truth = reference(model)
        draw = samplers(model)
        kept = {name: {(s, e): way(s, e) for e in exponents for s in range(seeds)}
                for name, way in draw.items()}  # fmt: skip
        found = {}
        for sampler, estimator in ESTIMATORS:
            function = summaries.smoothed if estimator == SMOOTHED else summaries.exact
            drawn = kept[sampler]
            found[sampler, estimator] = convergence.estimates(
                lambda s, e, drawn=drawn: drawn[s, e], range(seeds), exponents, function
            )
        rows += _rows(model.model_id, truth, found, seeds, exponents)
    order = ["model_id", "sampler", "estimator", "statistic", "draws"]
    return pd.DataFrame(rows).sort_values(order, kind="stable").reset_index(drop=True)


def _rows(name, truth, found, seeds, exponents):
    width = truth[3] - truth[1]
    usual = np.sqrt(np.mean((found[COUNTER, ORDER] - truth) ** 2, axis=1))
    for (sampler, estimator), estimates in found.items():
        off = estimates - truth
        error = np.sqrt(np.mean(off**2, axis=1))
        for e, exponent in enumerate(exponents):
            for s, statistic in enumerate(STATISTICS):
                yield {
                    "model_id": name, "sampler": sampler, "estimator": estimator,
                    "statistic": statistic, "draws": 2**exponent, "seeds": seeds,
                    "reference_tco2e": truth[s], "relative_error": error[e, s] / truth[s],
                    "error_over_width": error[e, s] / width,
                    "bias_over_width": off[e, :, s].mean() / width,
                    "bias_error_over_width": off[e, :, s].std(ddof=1) / np.sqrt(seeds) / width,
                    "gain": usual[e, s] / error[e, s],
                }  # fmt: skip


