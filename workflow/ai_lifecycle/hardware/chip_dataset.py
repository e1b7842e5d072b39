"""Epoch AI's chip dataset: the CHIP tables up to early 2023, and Epoch's own accelerator rows."""

import io
import re

import numpy as np
import pandas as pd

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
        A column that is not there, or a number that is none.
    """
    rows = pd.read_csv(io.BytesIO(payload), encoding="utf-8-sig", dtype="string")
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing:
        raise DataError("column is not there", file=file, row=1, column=missing[0])
    rows = rows[list(COLUMNS)].rename(columns=COLUMNS)
    frame = rows[(rows["type"] == "GPU") & rows["name"].notna()].copy()
    for name in NUMBERS:
        try:
            frame[name] = pd.to_numeric(frame[name]).astype(float)
        except ValueError as fault:
            raise DataError(f"not a number: {fault}", file=file, column=name) from None
    frame["release_date"] = pd.to_datetime(frame["release_date"], format="%Y-%m-%d").astype(
        "datetime64[us]"
    )
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
