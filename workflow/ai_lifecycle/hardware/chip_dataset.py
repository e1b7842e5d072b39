"""Epoch AI's chip dataset: the CHIP tables up to early 2023, and Epoch's own accelerator rows."""

import re

import numpy as np
import pandas as pd

from ai_lifecycle import cells, published_csv
from ai_lifecycle.errors import DataError

COLUMNS = {
    "Hardware name": "name",
    "Manufacturer": "manufacturer",
    "Type": "type",
    "Release date": "release_date",
    "FP32 (single precision) performance (FLOP/s)": "fp32_flops",
    "Die Size (mm^2)": "die_area_mm2",
    "TDP (W)": "thermal_design_power_w",
    "Base clock (MHz)": "base_clock_mhz",
    "Process size (nm)": "process_nm",
    "Number of transistors (millions)": "transistors_million",
    "ML hardware": "accelerator_list",
}
NUMBERS = ("fp32_flops", "die_area_mm2", "thermal_design_power_w", "base_clock_mhz",
           "process_nm", "transistors_million")  # fmt: skip
FLOPS_PER_GIGAFLOPS = 1e9
COMPARED = {
    "fp32_gflops": "fp32_gflops",
    "die_area_mm2": "die_area_mm2",
    "transistors_million": "transistors_million",
    "thermal_design_power_w": "thermal_design_power_w",
    "base_clock_mhz": "base_clock_mhz",
    "process_nm": "process_nm",
}
# The published file has this name on a row of its own, without any other cell.
ALONE = ("NVIDIA GeForce RTX 2080 Ti Founders Edition",)
# Makers' names and bus forms that one list writes and the other does not.
DROPPED_WORDS = (
    r"\bradeon instinct\b|\b(nvidia|amd|ati|intel|matrox|xgi|sony|tesla|instinct|pcie|pcle|gb)\b"
)


def read(payload, file):
    """GPUs of the chip dataset in our names and units, nothing corrected.

    Parameters
    ----------
    payload : bytes
        The published CSV, with or without byte-order mark.
    file : str
        Name for messages.

    Returns
    -------
    DataFrame
        name, manufacturer, release_date, fp32_gflops, die_area_mm2, thermal_design_power_w,
        base_clock_mhz, process_nm, transistors_million, accelerator_list (whether the row is on
        Epoch's own list of accelerators); sorted by name and date.

    Raises
    ------
    DataError
        What `published_csv.read` refuses, a number that is none or is negative, a date that is
        none, a file without GPUs.
    """
    rows = published_csv.read(payload, file, COLUMNS, alone=ALONE)
    lines = [
        _typed(row, line, file)
        for line, row in enumerate(rows, start=2)
        if row["Type"] == "GPU" and row["Hardware name"]
    ]
    if not lines:
        raise DataError("file holds no GPU", file=file, column="Type")
    frame = pd.DataFrame(lines).astype(
        {"manufacturer": "string", "name": "string", "accelerator_list": "string"}
    )
    frame = frame.astype(dict.fromkeys(NUMBERS, float))
    frame["release_date"] = pd.to_datetime(frame["release_date"]).astype("datetime64[us]")
    frame["fp32_gflops"] = frame["fp32_flops"] / FLOPS_PER_GIGAFLOPS
    frame["accelerator_list"] = (frame["accelerator_list"] == "checked").fillna(False).astype(bool)
    frame["name"] = frame["name"].str.strip()
    kept = ["name", "manufacturer", "release_date", "fp32_gflops", "die_area_mm2",
            "thermal_design_power_w", "base_clock_mhz", "process_nm", "transistors_million",
            "accelerator_list"]  # fmt: skip
    frame = frame[kept].sort_values(
        ["name", "release_date", "fp32_gflops", "base_clock_mhz"], kind="stable"
    )
    # The list repeats names; a number keeps rows apart where a correction must name one.
    twice = frame.groupby("name").cumcount()
    frame["id"] = frame["name"] + np.where(twice > 0, " #" + (twice + 1).astype(str), "")
    frame["exclusion"] = pd.Series(pd.NA, index=frame.index, dtype="object")
    return frame.reset_index(drop=True)


def _typed(row, line, file):
    """One GPU in our names, its numbers and date read; empty cells are missing."""
    typed = {}
    for theirs, ours in COLUMNS.items():
        where = {"file": file, "row": line, "column": theirs, "found": row[theirs]}
        if ours in NUMBERS:
            typed[ours] = published_csv.number(row, theirs, file, line)
            if typed[ours] is not None and typed[ours] < 0:
                raise DataError("number is negative", **where)
        elif ours == "release_date" and row[theirs]:
            try:
                typed[ours] = cells.date(row[theirs])
            except ValueError:
                raise DataError("cell is not a date", allowed="YYYY-MM-DD", **where) from None
        else:
            typed[ours] = row[theirs] or None
    return typed


def plain_name(name):
    """Name without maker, form words, case or punctuation, for matching."""
    text = re.sub(DROPPED_WORDS, " ", name.lower().replace("-", " "))
    return re.sub(r"[^a-z0-9]+", "", text)


def matched(specifications, chips):
    """Rows of both lists that name one product once in each.

    Parameters
    ----------
    specifications, chips : DataFrame
        With columns name and those of `COMPARED`.

    Returns
    -------
    DataFrame
        One row per plain name that is unique in both, columns suffixed ``_a`` and ``_b``.
    """
    sides = []
    for frame in (specifications, chips):
        plain = frame["name"].map(plain_name)
        sides.append(frame.assign(plain=plain)[~plain.duplicated(keep=False).to_numpy()])
    return sides[0].merge(sides[1], on="plain", suffixes=("_a", "_b"), validate="1:1")


def comparison(pairs, tolerance):
    """How often two lists agree, quantity by quantity.

    Parameters
    ----------
    pairs : DataFrame
        From `matched`.
    tolerance : float
        Relative difference up to which values count as equal. [1]

    Returns
    -------
    DataFrame
        quantity, products_matched, both_published, agree, differ, share_agreeing,
        median_absolute_log2_ratio, largest_log2_ratio, largest_in.
    """
    rows = []
    for quantity in COMPARED:
        a, b = pairs[f"{quantity}_a"].to_numpy(float), pairs[f"{quantity}_b"].to_numpy(float)
        both = (a > 0) & (b > 0)
        ratio = np.log2(b[both] / a[both])
        agree = int((np.abs(b[both] / a[both] - 1) <= tolerance).sum())
        worst = int(np.argmax(np.abs(ratio)))
        rows.append(
            {
                "quantity": quantity,
                "products_matched": len(pairs),
                "both_published": int(both.sum()),
                "agree": agree,
                "differ": int(both.sum()) - agree,
                "share_agreeing": agree / both.sum(),
                "median_absolute_log2_ratio": float(np.median(np.abs(ratio))),
                "largest_log2_ratio": float(ratio[worst]),
                "largest_in": pairs["name_a"].to_numpy()[both][worst],
            }
        )
    return pd.DataFrame(rows)
