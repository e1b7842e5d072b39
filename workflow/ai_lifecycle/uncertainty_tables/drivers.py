"""Which input makes the range of a model as wide as it is: Sobol indices, one input at a time."""

from functools import lru_cache

import numpy as np

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables.model_totals import BOUNDARIES
from ai_lifecycle.uncertainty import distributions, lifecycle_draws, sensitivity
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import WORDS
from ai_lifecycle.uncertainty_tables.model_draws import GRID, SERVING_GRID

TARGETS = (*stages.PHASES, *BOUNDARIES)
EXPONENT = 11
# The samples belong to no model: every model is asked at the same points.
OWN = "sensitivity"
LEAST_SHARE = 0.01
OTHERS = "all others"
DIGITS = 3


@lru_cache(maxsize=2)
def two_samples(seed, exponent=EXPONENT):
    """Both samples of all inputs, each in its own dimension. [1]

    Returns
    -------
    ndarray, shape (2, input, point)
    """
    return sensitivity.two_samples(seed, lifecycle_draws.NAMES, OWN, exponent)


@lru_cache(maxsize=1024)
def _median(distribution):
    return float(distributions.inverse(distribution, 0.5))


def varying(model):
    """Names of the inputs that vary by the life-cycle average; a presumed service has one grid."""
    tied = model.serving_intensities is None
    return [
        name
        for name in lifecycle_draws.NAMES
        if model.inputs[name].distribution.kind != "fixed" and not (tied and name == SERVING_GRID)
    ]


def targets(model, names, values):
    """Emissions of phases and boundaries where given inputs have given values. [t CO2e]

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    names : sequence of str, length input
        The others stand at their medians.
    values : ndarray, shape (input, ...)

    Returns
    -------
    ndarray, shape (target, ...)
        In the order of `TARGETS`, by the life-cycle average.
    """
    given = {name: _median(row.distribution) for name, row in model.inputs.items()} | dict(
        zip(names, values, strict=True)
    )
    if model.serving_intensities is None:
        given[SERVING_GRID] = given[GRID]
    phases = lifecycle_draws.cells_tco2e(given).sum(axis=1)
    return np.stack([*phases, phases[0] + phases[1], phases.sum(axis=0)])


def indices(model, complete, seed, exponent=EXPONENT):
    """Sobol indices of every target that the ledger has whole.

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    complete : sequence of str
        Some of `TARGETS`.
    seed : int
    exponent : int, default 11

    Returns
    -------
    names : list of str, length input
    ndarray, shape (2, input, target, 3)
        First-order and total; low, estimate and high; targets as `complete`.
    """
    names = varying(model)
    places = [lifecycle_draws.NAMES.index(name) for name in names]
    samples = two_samples(seed, exponent)[:, places]
    first, second = (
        np.stack([
            distributions.inverse(model.inputs[name].distribution, row)
            for name, row in zip(names, sample, strict=True)
        ])
        for sample in samples
    )  # fmt: skip
    found = targets(model, names, sensitivity.exchanged(first, second))
    chosen = [TARGETS.index(name) for name in complete]
    # (target, sample, point) to (sample, target, point).
    return names, sensitivity.sobol_indices(np.moveaxis(found[chosen], 0, 1), seed)


def rows(model, complete, seed, exponent=EXPONENT):
    """Rows of ``ledger_drivers`` of one model: what explains a hundredth, and the rest in one.

    Parameters
    ----------
    As of `indices`.

    Returns
    -------
    list of dict
    """
    out = []
    if not complete or not varying(model):
        return out
    names, found = indices(model, complete, seed, exponent)
    for t, target in enumerate(complete):
        total = found[1, :, t, 1]
        if not np.isfinite(total).all():
            continue
        shown = [k for k in np.argsort(-total, kind="stable") if total[k] >= LEAST_SHARE]
        rest = [k for k in range(len(names)) if k not in shown]
        for k in shown:
            numbers = np.round(found[:, k, t].ravel(), DIGITS) + 0.0
            out.append(_row(model, target, names[k], model.inputs[names[k]].evidence, numbers))
        others = np.full(6, np.nan)
        others[[1, 4]] = np.round(found[:, rest, t, 1].sum(axis=1), DIGITS) + 0.0
        out.append(_row(model, target, OTHERS, None, others))
    return out


def _row(model, target, name, evidence, numbers):
    columns = ("first_order_low", "first_order", "first_order_high", "total_low", "total",
               "total_high")  # fmt: skip
    return {
        "model_id": model.model_id, "target": target, "input": WORDS.get(name, OTHERS),
        "evidence": evidence,
        **dict(zip(columns, numbers.tolist(), strict=True)),
    }  # fmt: skip


def tornado(model, target):
    """Result with one input after another at its 5th and 95th percentile, the rest at medians.

    Parameters
    ----------
    model : life_cycle_inputs.LifeCycleInputs
    target : str
        One of `TARGETS`.

    Returns
    -------
    list of dict
        input in words, evidence, source_key; value and ends of the input with its unit; the
        result at the low end, at the medians, at the high end. [t CO2e] Inputs that do not enter
        the target are left out.
    """
    names = varying(model)
    place = TARGETS.index(target)
    given = [model.inputs[name] for name in names]
    found = sensitivity.tornado(
        lambda points: targets(model, names, points)[place],
        [row.distribution for row in given],
    )
    out = []
    for name, row, (low, middle, high) in zip(names, given, found, strict=True):
        if low == high:
            continue
        ends = distributions.inverse(row.distribution, np.array([0.05, 0.5, 0.95]))
        out.append({
            "model_id": model.model_id, "target": target, "input": WORDS[name],
            "evidence": row.evidence, "input_p05": ends[0], "input_p50": ends[1],
            "input_p95": ends[2], "unit": row.unit, "at_p05_tco2e": low,
            "at_medians_tco2e": middle, "at_p95_tco2e": high, "source_key": row.source_key,
        })  # fmt: skip
    return out


def complete_of(present):
    """Targets of which the ledger has every cell by the first method.

    Parameters
    ----------
    present : dict of str to ndarray of bool
        Of the model, from `model_draws.present_of`.

    Returns
    -------
    list of str
    """
    whole = dict(zip(stages.PHASES, present[stages.METHODS[0]].all(axis=1), strict=True))
    whole |= {name: all(whole[p] for p in phases) for name, phases in BOUNDARIES.items()}
    return [name for name in TARGETS if whole[name]]
