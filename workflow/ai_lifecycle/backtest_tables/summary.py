"""How well the predictions did, by level, basis, family of accelerators and year."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, tables
from ai_lifecycle.backtest import skill
from ai_lifecycle.backtest_tables import left_out as levels
from ai_lifecycle.backtest_tables.table import METHOD

BEST, ALL = "best evidence", "all"
PRIOR, WIDE = "as it is", "widened"
INTERVALS = {"50": 0.5, "90": 0.9}
FEW_GROUPS = 3


def summarised(frame, path):
    """The summary table.

    Parameters
    ----------
    frame : DataFrame
        ``backtest``.
    path : path
        Table of constants.

    Returns
    -------
    DataFrame
        As declared for ``backtest_summary``.
    """
    few = constants.value("backtest.few_models", path, unit="1")
    least = constants.value("backtest.subset_least_models", path, unit="1")
    rows = []
    key = ["quantity", "predictor", "level", "left_out"]
    pooled = frame[frame["best_level"]].assign(level=BEST)
    for part in (pooled, frame):
        for names, mine in part.groupby(key, sort=True):
            about = dict(zip(key, names, strict=True))
            for rests_on, basis in _bases(mine):
                shared = about | {"rests_on": rests_on}
                rows += _rows(basis, shared | {"subset": ALL}, few)
                if rests_on == ALL and about["predictor"] == METHOD:
                    rows += _subsets(basis, shared, least, few)
    order = {name: at for at, name in enumerate((BEST, *levels.LEVELS))}
    out = pd.DataFrame(rows).assign(order=lambda f: f["level"].map(order))
    sort = ["quantity", "predictor", "order", "left_out", "rests_on", "subset", "stage"]
    out = out.sort_values(sort, kind="stable")
    return out[list(tables.declaration("backtest_summary"))].reset_index(drop=True)


def _bases(rows):
    """All that is a test, then apart by what the disclosures rest on, then what is arithmetic."""
    test = rows[~rows["arithmetic"].astype(bool)]
    out = [(ALL, test), *test.groupby("rests_on", sort=True)]
    return [*out, ("arithmetic only", rows[rows["arithmetic"].astype(bool)])]


def _subsets(rows, about, least, few):
    out = []
    for name, column in (("accelerators", "accelerator_family"), ("year", "year")):
        for value, part in rows.groupby(column, sort=True):
            if len(part) >= least:
                out += _rows(part, about | {"subset": f"{name}: {value}"}, few)
    return out


def _rows(rows, about, few):
    if not len(rows):
        return []
    stages = [(PRIOR, "")]
    if about["predictor"] == METHOD and rows["widening"].notna().any():
        stages.append((WIDE, "widened_"))
    return [about | {"stage": stage} | _row(rows, prefix, few) for stage, prefix in stages]


def _row(rows, prefix, few):
    error, bias, within = skill.point_errors(rows["observed"], rows["p50"])
    groups = rows["disclosure_group"].nunique()
    out = {"models": len(rows), "groups": groups, "median_error_factor": error,
           "bias_factor": bias, "within_factor_two": within}  # fmt: skip
    widths = rows[f"{prefix}p95"] / rows[f"{prefix}p05"]
    place = rows[f"{prefix}pit"]
    if place.notna().all():
        out["width_90_factor"] = float(np.median(widths))
        out["width_50_factor"] = float(np.median(rows[f"{prefix}p75"] / rows[f"{prefix}p25"]))
        for name, share in INTERVALS.items():
            hits = int(skill.held(place, share).sum())
            low, high = skill.clopper_pearson(hits, len(rows))
            out |= {f"coverage_{name}": hits / len(rows), f"coverage_{name}_low": low,
                    f"coverage_{name}_high": high}  # fmt: skip
    if prefix:
        marks = np.quantile(rows["widening"], [0, 0.5, 1])
        out |= dict(zip(("widening_least", "widening", "widening_most"), marks, strict=True))
    out["remark"] = _remark(len(rows), groups, few)
    return out


def _remark(count, groups, few):
    reasons = [f"under {few:g} models"] if count < few else []
    if groups < FEW_GROUPS:
        reasons.append(f"{groups} group{'s' if groups > 1 else ''} of disclosers")
    return "; ".join(reasons) + ": says little" if reasons else None
