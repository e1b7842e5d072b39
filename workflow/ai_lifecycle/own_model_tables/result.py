"""All tables of one file: the case as it stands, its scenarios, and both compared."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle.own_model_tables import assumptions, estimate, measure_next
from ai_lifecycle.uncertainty import summaries
from ai_lifecycle.uncertainty_tables import model_draws
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import WORDS

BASE = "base"
# In a table that a spreadsheet opens, text that begins so would be taken for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
NO_DIFFERENCE = dict.fromkeys(
    ("difference_p05", "difference_p50", "difference_p95", "share_lower"), np.nan
)
MARKS = ("low", "value", "high", "mean", "p05", "p50", "p95")
SAME = 1e-12
INPUT_OF = {words: name for name, words in WORDS.items()}


@dataclass(frozen=True)
class Result:
    """What is written of one file.

    tables : DataFrame by name, as declared in data/fields.csv. target : what is explained and
    compared, None where nothing is whole. cases : descriptions, the base first.
    """

    name: str
    title: str
    file: str
    warnings: tuple
    cases: tuple
    target: tuple | None
    tables: dict


def result(said, known, reference, choices, seed):
    """Everything of one file.

    Parameters
    ----------
    said : Description
    known, reference, choices, seed
        As of ``estimate.estimate``.

    Returns
    -------
    Result

    Raises
    ------
    DataError
        What cannot be estimated, in the file or in a scenario.
    """
    cases = (said, *said.scenarios)
    inputs = (known, reference, choices, seed)
    base = estimate.estimate(said, *inputs)
    found = [base, *(estimate.estimate(each, *inputs, beside=base) for each in said.scenarios)]
    words = [each.scenario for each in cases]
    parts = {
        "own_model_estimate": [estimate.table(each) for each in found],
        "own_model_missing": [estimate.missing(each) for each in found],
        "own_model_assumptions": [
            assumptions.table(each, one, reference) for each, one in zip(found, cases, strict=True)
        ],
    }
    tables = {
        name: _stacked(
            [frame.assign(scenario=word) for frame, word in zip(each, words, strict=True)]
        )
        for name, each in parts.items()
    }
    stages = tables["own_model_estimate"]
    stages = stages[(stages["scenario"] == BASE) & (stages["accounting_method"] == estimate.FIRST)]
    tables["own_model_stages"] = stages[_drawn(stages)].reset_index(drop=True)
    tables["own_model_sensitivity"] = sensitivity(base, seed)
    tables["own_model_measure_next"] = measure_next.table(base, said, *inputs)
    tables["own_model_comparison"] = compared(said.name, cases, found)
    warnings = dict.fromkeys(text for each in cases for text in each.warnings)
    return Result(said.name, said.title, said.file, tuple(warnings), cases, base.target, tables)


def _drawn(stages):
    """Each stage by part, or as a whole where it has no parts; the boundaries."""
    parts = stages["part"].ne(model_draws.ALL)
    return parts | stages["phase"].isin(list(model_draws.BOUNDARIES))


def _stacked(frames):
    whole = [frame for frame in frames if len(frame)]
    if not whole:
        return frames[0]
    return pd.concat(whole, ignore_index=True)


def sensitivity(found, seed):
    """Share of the variance and one at a time, input by input, the largest share first.

    Parameters
    ----------
    found : Estimate
    seed : int

    Returns
    -------
    DataFrame
        input, evidence, key; first-order and total index with their intervals, missing where the
        total is below a hundredth; result at the 5th and 95th percentile of the input.
    """
    indices, tornado = estimate.driving(found, seed)
    columns = ["target", "input", "evidence", "key", "first_order_low", "first_order",
               "first_order_high", "total_low", "total", "total_high", "at_p05_tco2e",
               "at_medians_tco2e", "at_p95_tco2e"]  # fmt: skip
    if tornado.empty:
        words = ("target", "input", "evidence", "key")
        kinds = {name: object if name in words else float for name in columns}
        return pd.DataFrame(columns=columns).astype(kinds)
    shares = [name for name in columns if "first_order" in name or name.startswith("total")]
    merged = tornado.drop(columns=["evidence"]).merge(
        indices[["input", *shares]], on="input", how="left", validate="one_to_one"
    )
    names = [INPUT_OF[words] for words in merged["input"]]
    evidence = [found.inputs.inputs[name].evidence for name in names]
    merged["evidence"] = ["given" if word == "disclosed" else word for word in evidence]
    merged["input"] = [assumptions.words_of(name, found) for name in names]
    merged["key"] = [assumptions.key_of(name, found) for name in names]
    swing = (merged["at_p95_tco2e"] - merged["at_p05_tco2e"]).abs()
    merged["target"] = ": ".join(found.target).removesuffix(f": {model_draws.ALL}")
    order = merged.assign(order=merged["total"].fillna(0.0), swing=swing)
    order = order.sort_values(["order", "swing"], ascending=False, kind="stable")
    return order[columns].reset_index(drop=True)


def compared(name, cases, found):
    """Each case by phase and boundary, whole or what is known of it; by the location average.

    Parameters
    ----------
    name : str
        Of the file.
    cases : sequence of Description
    found : sequence of Estimate
        The base first; the others drawn beside it.

    Returns
    -------
    DataFrame
        model, scenario, title, phase, part; value and percentiles; median over that of the base;
        percentiles of the difference to the base, draw by draw, and the share of draws below it.
    """
    base, rows = found[0], []
    first = {(row["phase"], row["part"]): row["p50"] for row in _whole(base)}
    for said, each in zip(cases, found, strict=True):
        for row in _whole(each):
            key = row["phase"], row["part"]
            middle = first.get(key, np.nan)
            rows.append({
                "model": name, "scenario": said.scenario, "title": said.title,
                "phase": row["phase"], "part": row["part"],
                **{mark: row[mark] for mark in MARKS},
                "median_over_base": row["p50"] / middle if middle else np.nan,
                **(_difference(base, each, key) if each is not base else NO_DIFFERENCE),
            })  # fmt: skip
    columns = ["model", "scenario", "title", "phase", "part", *MARKS, "median_over_base",
               *NO_DIFFERENCE]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _whole(found):
    """Rows of whole phases and of boundaries by the location average."""
    known = estimate.table(found)
    whole = (known["part"] == model_draws.ALL) | known["phase"].isin(list(model_draws.BOUNDARIES))
    known = known[whole & (known["accounting_method"] == estimate.FIRST)]
    return known.to_dict("records")


def _difference(base, found, key):
    """How a case differs from the base in one row, draw by draw."""
    here, there = (each.rows[estimate.FIRST].get(key) for each in (found, base))
    if there is None:
        return NO_DIFFERENCE
    less = np.subtract(here, there)
    # What is the same in both but for the last digits is no difference.
    less = np.where(np.abs(less) > SAME * np.abs(there), less, 0.0)
    marks = (*summaries.exact(less)[1:], float((less < 0).mean()))
    return dict(zip(NO_DIFFERENCE, marks, strict=True))


def defused(frame):
    """A table whose text no spreadsheet takes for a formula."""

    def safe(value):
        return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value

    text = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].map(safe) for name in text})
