"""One row for each disclosure, level of evidence and way of leaving out; the naive rivals."""

import numpy as np
import pandas as pd
from scipy import special

from ai_lifecycle import tables
from ai_lifecycle.backtest import prediction, skill, widening
from ai_lifecycle.backtest_tables import left_out as levels
from ai_lifecycle.backtest_tables import observations
from ai_lifecycle.training import operational

RUN, GROUP = "the run", "the group"
METHOD, RATED, REGRESSION = "method", "hours x rated power", "regression on compute"
NOTHING = "nothing fitted"
NAMES = ("p05", "p25", "p50", "p75", "p95")
WIDENED = (*(f"widened_{name}" for name in NAMES), "widened_pit")
NOMINAL = 0.9


def without_of(observed, evidence_rows, catalogue_sets, groups):
    """Which models nothing may rest on that predicts a model, by way of leaving out.

    Parameters
    ----------
    observed, evidence_rows : DataFrame
        From `observations`.
    catalogue_sets : Series of frozenset
        Organisations of every model of the catalogue.
    groups : dict
        From ``observations.groups``.

    Returns
    -------
    dict of str to dict of str to frozenset
        By way, then by model_id.
    """
    out = {RUN: {}, GROUP: {}}
    for model_id in observed["model_id"].unique():
        mates = {other for other in evidence_rows.index if groups[other] == groups[model_id]}
        names = frozenset().union(*(catalogue_sets[mate] for mate in mates))
        same = {other for other, theirs in catalogue_sets.items() if theirs & names}
        out[RUN][model_id] = frozenset({model_id})
        out[GROUP][model_id] = frozenset(mates | same)
    return out


def predicted(method, observed, without, groups):
    """The method's predictions by level and way of leaving out, as they are and widened.

    Parameters
    ----------
    method : left_out.Method
    observed : DataFrame
        From ``observations.observed``.
    without : dict
        From `without_of`.
    groups : dict
        Group of each model.

    Returns
    -------
    DataFrame
        As declared for ``backtest``, without the columns of the model.
    """
    rows = []
    for quantity in (observations.ENERGY, observations.EMISSIONS):
        mine = list(observed[observed["quantity"] == quantity].itertuples(index=False))
        for level in levels.LEVELS:
            able = [row for row in mine if method.possible(row, level)]
            for way in (RUN, GROUP):
                rows += _one_level(method, able, level, way, without[way], groups)
    return pd.DataFrame(rows)


def _one_level(method, able, level, way, without, groups):
    rows = []
    for row in able:
        ordered, _ = method.predict(row, level, without[row.model_id])
        arithmetic = method.is_arithmetic(row, level)
        spread = 0.0 if arithmetic else _spread(method, able, level, row, without, groups, way)
        rows.append(_described(row, level, way, ordered, arithmetic, spread))
    return rows


def _spread(method, able, level, row, without, groups, way):
    """Of the further factor, fitted on others predicted without themselves and without this one."""
    places, quantiles = [], []
    for other in able:
        apart = other.model_id != row.model_id
        if way == GROUP:
            apart &= groups[other.model_id] != groups[row.model_id]
        if apart and not method.is_arithmetic(other, level):
            both = without[other.model_id] | without[row.model_id]
            places.append(np.log(other.observed))
            quantiles.append(method.predict(other, level, both)[1][[0, 2, -1]])
    low, middle, high = np.reshape(quantiles, (-1, 3)).T
    return widening.fitted(widening.needed(places, low, middle, high), NOMINAL)


def _described(row, level, way, ordered, arithmetic, spread):
    wide = widening.widened(ordered, spread)
    place = np.log(row.observed)
    out = {
        "model_id": row.model_id,
        "quantity": row.quantity,
        "predictor": METHOD,
        "level": level,
        "left_out": way,
        "boundary": row.boundary,
        "holds_pue": row.holds_pue,
        "rests_on": row.rests_on,
        "arithmetic": arithmetic,
        "observed": row.observed,
        "widening": np.nan if arithmetic else float(widening.as_factor(spread)),
    }
    for prefix, logs in (("", ordered), ("widened_", wide)):
        marks = np.exp(prediction.log_quantiles(logs, levels.SHARES))
        out |= {f"{prefix}{name}": mark for name, mark in zip(NAMES, marks, strict=True)}
        out[f"{prefix}pit"] = prediction.probability_transform(logs, place)
    if arithmetic:
        out |= dict.fromkeys(["pit", *WIDENED], np.nan)
    return out


def rated_power(method, frame, world_kg_per_kwh):
    """Hours times rated power, and times the world's intensity: a rival without a range.

    Parameters
    ----------
    method : left_out.Method
    frame : DataFrame
        From `predicted`.
    world_kg_per_kwh : float
        Average intensity of the world. [kg/kWh]

    Returns
    -------
    DataFrame
        Rows of level ``hours``; p50 alone.
    """
    rows = frame[(frame["level"] == levels.HOURS) & (frame["left_out"] == RUN)]
    at = [method.row_of[model_id] for model_id in rows["model_id"]]
    energy = operational.energy_from_hours_mwh(method.hours[at, 1], method.rated[at, 1])
    emitted = operational.emissions_tco2e(energy, np.full(len(at), world_kg_per_kwh))
    point = np.where(rows["quantity"] == observations.EMISSIONS, emitted, energy)
    return _emptied(rows).assign(predictor=RATED, left_out=NOTHING, p50=point)


def regression(method, frame, without, groups):
    """Logarithm of energy on logarithm of compute, each model left out in turn.

    Parameters
    ----------
    method : left_out.Method
    frame : DataFrame
        From `predicted`.
    without : dict
        From `without_of`.
    groups : dict
        Group of each model.

    Returns
    -------
    DataFrame
        Rows of level ``compute and date`` for energy, with quantiles of Student's t.
    """
    parts = []
    for way in (RUN, GROUP):
        rows = frame[(frame["quantity"] == observations.ENERGY) & (frame["left_out"] == way)
                     & (frame["level"] == levels.COMPUTE_AND_DATE)]  # fmt: skip
        ids = rows["model_id"].tolist()
        hidden = np.array([[other in without[way][mine] for other in ids] for mine in ids])
        compute = np.log(method.rows.loc[ids, "flop"].to_numpy(float))
        place = np.log(rows["observed"].to_numpy(float))
        middle, spread, freedom = skill.line_left_out(compute, place, hidden)
        logs = middle[:, None] + spread[:, None] * special.stdtrit(freedom[:, None], levels.SHARES)
        out = _emptied(rows).assign(predictor=REGRESSION)
        out[list(NAMES)] = np.exp(logs)
        parts.append(out.assign(pit=special.stdtr(freedom, (place - middle) / spread)))
    return pd.concat(parts)


def _emptied(rows):
    return rows.assign(**dict.fromkeys([*NAMES, "pit", "widening", *WIDENED], np.nan))


def finished(frame, evidence_rows, groups):
    """The table with names, families and years, best level marked, in order.

    Parameters
    ----------
    frame : DataFrame
        Rows of the method and of the rivals.
    evidence_rows : DataFrame
        From ``observations.evidence``.
    groups : dict
        Group of each model.

    Returns
    -------
    DataFrame
        As declared for ``backtest``.
    """
    about = evidence_rows.loc[frame["model_id"]]
    frame = frame.assign(
        name=about["name"].to_numpy(),
        disclosure_group=frame["model_id"].map(groups),
        accelerator_family=about["accelerator_family"].to_numpy(),
        year=pd.array(np.floor(about["date_year"].to_numpy(float)), dtype="Int64"),
        training_flop=about["flop"].to_numpy(float),
        unit=frame["quantity"].map({observations.ENERGY: "MWh", observations.EMISSIONS: "tCO2e"}),
    )
    rank = frame["level"].map({level: at for at, level in enumerate(levels.LEVELS)})
    rank = rank.where(~frame["arithmetic"].astype(bool) & (frame["predictor"] == METHOD))
    key = ["quantity", "model_id", "left_out"]
    best = rank.groupby([frame[name] for name in key]).transform("max")
    frame["best_level"] = rank.notna() & (rank == best)
    order = frame["level"].map({level: at for at, level in enumerate(levels.LEVELS)})
    frame = frame.assign(order=order).sort_values(
        ["quantity", "predictor", "order", "left_out", "model_id"], kind="stable"
    )
    return frame[list(tables.declaration("backtest"))].reset_index(drop=True)
