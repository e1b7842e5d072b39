"""Faults of Epoch AI's table of models: found by rules, treated, marked and counted."""

import numpy as np
import pandas as pd

COLUMNS = ["dataset", "subject", "fault", "where", "hours_or_rows", "treatment", "effect",
           "source"]  # fmt: skip
# By how much chip-hours may miss hours x quantity before they count as apart.
HOURS_TOLERANCE = 0.05
# No fine-tuning takes fewer operations; below it the column holds numbers of footnotes.
LEAST_FINETUNE_FLOP = 1e10
BOUND_TOLERANCE = 1e-9

REPEATED = "name_repeated"
SPACES = "name_with_stray_space"
JANUARY = "dated_first_of_january"
FIRST = "dated_first_of_month"
FOOTNOTE = "finetune_is_a_small_integer"
PERCENT = "utilisation_in_percent"
NO_DATA = "data_points_zero"
OUTSIDE = "compute_outside_its_bounds"
SEVERAL = "several_accelerators"
APART = "hours_disagree"
BASE = "compute_holds_base_model"
CIRCULAR = "compute_from_hardware"


def treat(frame):
    """The table with faults treated and named in column ``fault``.

    Parameters
    ----------
    frame : DataFrame
        From ``epoch.read``.

    Returns
    -------
    DataFrame
        With ``epoch_id`` (the name, numbered where it repeats) and ``fault`` (words joined by
        ``;``, missing where none was found); sorted by date, latest last, then id.
    """
    frame = frame.sort_values(["publication_date", "name"], kind="stable").reset_index(drop=True)
    flop, points = frame["training_flop"], frame["data_points"]
    low, high = frame["training_flop_low"], frame["training_flop_high"]
    ratio = frame["training_hours_h"] * frame["hardware_quantity"] / frame["accelerator_hours_h"]
    day, month = frame["publication_date"].dt.day, frame["publication_date"].dt.month
    found = {
        REPEATED: frame["name"].duplicated(keep=False),
        SPACES: frame["published_name"] != frame["name"],
        JANUARY: (day == 1) & (month == 1),
        FIRST: (day == 1) & (month != 1),
        FOOTNOTE: frame["finetune_flop"] < LEAST_FINETUNE_FLOP,
        PERCENT: frame["utilisation"] > 1,
        NO_DATA: points == 0,
        OUTSIDE: (low > flop * (1 + BOUND_TOLERANCE)) | (high < flop * (1 - BOUND_TOLERANCE)),
        SEVERAL: frame["hardware"].fillna("").str.contains(";", regex=False),
        APART: (ratio > 1 + HOURS_TOLERANCE) | (ratio < 1 / (1 + HOURS_TOLERANCE)),
        BASE: frame["base_model"].notna() & flop.notna(),
        CIRCULAR: frame["compute_method"].fillna("").str.split(";").map(lambda m: "Hardware" in m),
    }
    masks = pd.DataFrame(found)
    words = [
        ";".join(masks.columns[row]) or None for row in masks.to_numpy(dtype=bool, na_value=False)
    ]
    twice = frame.groupby("name").cumcount()
    frame = frame.assign(
        epoch_id=frame["name"] + np.where(twice > 0, " #" + (twice + 1).astype(str), ""),
        fault=words,
        finetune_flop=frame["finetune_flop"].mask(masks[FOOTNOTE]),
        utilisation=frame["utilisation"].where(~masks[PERCENT], frame["utilisation"] / 100),
        data_points=points.mask(masks[NO_DATA]),
        training_flop_low=low.mask(masks[OUTSIDE]),
        training_flop_high=high.mask(masks[OUTSIDE]),
    )
    return frame


def has(frame, fault):
    """Whether each row shows a fault."""
    return frame["fault"].fillna("").str.split(";").map(lambda names: fault in names).to_numpy()


def quality(frame):
    """Rows of table ``epoch_models_quality``.

    Parameters
    ----------
    frame : DataFrame
        From `treat`.

    Returns
    -------
    DataFrame
        Faults found with their treatment, and checks that found none.
    """
    hours = frame["accelerator_hours_h"].notna() | (
        frame["training_hours_h"].notna() & frame["hardware_quantity"].notna()
    )
    usable = frame["hardware"].notna() & (frame["training_flop"].notna() | hours)
    rows = [
        [REPEATED + ": rows that share a name", "Model", "kept; numbered in epoch_id",
         "the catalogue keeps the row with more figures"],
        [SPACES + ": line breaks, outer, doubled or unbreakable spaces in the name", "Model",
         "spaces made plain", "names compare equal"],
        [JANUARY + ": 1 January, which may stand for a year alone", "Publication date",
         "kept and marked", "dates up to a year early"],
        [FIRST + ": the first of another month, which may stand for the month", "Publication date",
         "kept and marked", "dates up to a month early; a thirtieth would fall there anyway"],
        [FOOTNOTE + ": 0 to 9 stand where a compute is due", "Finetune compute (FLOP)",
         "taken as missing", "compute of those fine-tunings is unknown"],
        [PERCENT + ": above one", "Hardware utilization (MFU)", "divided by 100", "one model"],
        [NO_DATA + ": a data set of no points", "Training dataset size (datapoints)",
         "taken as missing", "none on energy"],
        [OUTSIDE + ": the estimate lies outside its own bounds", "Training compute lower bound",
         "bounds taken as missing", "the estimate stays without a range of its own"],
        [SEVERAL + ": kinds listed without their shares", "Training hardware",
         "kept as a list; no energy is worked from it", "left out of the catalogue"],
        [APART + f": hours x quantity and chip-hours differ by over {HOURS_TOLERANCE:.0%}",
         "Training chip-hours", "both kept and marked; the catalogue takes chip-hours within a "
         "factor of two, else neither", "the spread is in the range"],
        [BASE + ": a base model is named, whose compute the total holds in most rows seen",
         "Training compute (FLOP)", "kept and marked; the catalogue takes the fine-tuning's own "
         "compute or none", "a fine-tuning is not charged with its base model"],
        [CIRCULAR + ": compute worked back from hardware and hours", "Training compute estimation "
         "method", "kept and marked; not used to fit utilisation", "not independent of the hours"],
    ]  # fmt: skip
    table = [
        ["Epoch AI models", "models", words, where, int(has(frame, words.split(":")[0]).sum()),
         treatment, effect, "epoch_models, the rows themselves"]
        for words, where, treatment, effect in rows
    ]  # fmt: skip
    checks = [
        ["missing: neither compute nor hours with hardware", "compute, hours, hardware",
         int((~usable).sum()), "kept in the cleaned table", "no energy can be worked"],
        ["unknown: confidence of the row is not stated", "Confidence",
         int((frame["confidence"] == "unknown").sum()), "kept; the word is in the catalogue",
         "the reader sees it"],
        ["no fault: numbers at or above zero", "all number columns",
         int((frame.select_dtypes("number").fillna(0) >= 0).all(axis=1).sum()), "none", "none"],
        ["no fault: published no later than the snapshot", "Publication date",
         int((frame["publication_date"] <= SNAPSHOT).sum()), "none", "none"],
    ]  # fmt: skip
    table += [
        ["Epoch AI models", "models", *row, "epoch_models, the rows themselves"] for row in checks
    ]
    frame = pd.DataFrame(table, columns=COLUMNS)
    return frame[frame["hours_or_rows"] > 0].reset_index(drop=True)


# Day on which the snapshot in data/sources.yaml was published.
SNAPSHOT = pd.Timestamp("2025-08-07")
