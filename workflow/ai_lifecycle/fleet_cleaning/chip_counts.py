"""Epoch AI's cumulative counts of AI chips: eight files, four layouts, one table."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import upstream_csv

ALL_OWNERS = "all"
PREFIX = "epoch_chip_counts_"
TABLE = "accelerator_counts"
DATES = "%m/%d/%Y"
INCOMPLETE = {"": False, "checked": True}

UNITS_PLAIN = (
    "Number of Units",
    "Number of Units (5th percentile)",
    "Number of Units (95th percentile)",
)
UNITS_MEDIAN = (
    "Number of Units (median)",
    "Number of Units (5th percentile)",
    "Number of Units (95th percentile)",
)
UNITS_LOWER = (
    "Number of units (5th percentile)",
    "Number of units (median)",
    "Number of units (95th percentile)",
)
COMPUTE_SPREAD = (
    "Compute estimate in H100e (median)",
    "H100e (5th percentile)",
    "H100e (95th percentile)",
)
COMPUTE_FULL = (
    "Compute estimate in H100e (5th percentile)",
    "Compute estimate in H100e (median)",
    "Compute estimate in H100e (95th percentile)",
)
RATED = ("Total TDP (W)", "Total TDP (W) (5th percentile)", "Total TDP (W) (95th percentile)")
MEGAWATTS = (
    "Power in MW (median)",
    "Power in MW (5th percentile)",
    "Power in MW (95th percentile)",
)
MAKER = ("Name", "Chip manufacturer", "Start date", "End date")
OWNER = ("Name", "Chip manufacturer", "Owner", "Start date", "End date")
LINK = "Source / Link"

TOTALS = (*MAKER, "Chip type", *UNITS_LOWER, *COMPUTE_FULL, "Incomplete", "Notes")
TRAINIUM = (*MAKER, *COMPUTE_SPREAD, *UNITS_PLAIN, *MEGAWATTS, LINK, "Notes", "Chip type")
OWNED = (*OWNER, *COMPUTE_SPREAD, *UNITS_PLAIN, *RATED, "Chip type", "Incomplete", LINK, "Notes")
AMD_OWNED = (
    *OWNER, "Chip type", *COMPUTE_SPREAD, *UNITS_MEDIAN, *RATED, "Incomplete", "Notes", LINK,
)  # fmt: skip
TRAINIUM_OWNED = (
    *OWNER, *COMPUTE_SPREAD, *UNITS_PLAIN, *RATED, *MEGAWATTS, "Chip type", LINK, "Notes",
)  # fmt: skip
# Source id without its prefix: header, data rows.
LAYOUTS = {
    "nvidia": (TOTALS, 78),
    "amd": (TOTALS, 34),
    "tpu": (TOTALS, 59),
    "trainium": (TRAINIUM, 16),
    "nvidia_owners": (OWNED, 263),
    "amd_owners": (AMD_OWNED, 85),
    "tpu_owners": (OWNED, 59),
    "trainium_owners": (TRAINIUM_OWNED, 16),
}
KEY = ["manufacturer", "owner", "accelerator_type", "quarter_start"]


def read(files, names):
    """All counts in one table, nothing corrected.

    Parameters
    ----------
    files : mapping of str to bytes
        Upstream files by source id.
    names : DataFrame
        Facts ``fleet_accelerators``.

    Returns
    -------
    DataFrame
        Table ``accelerator_counts``, sorted.

    Raises
    ------
    DataError
        A file of another form, a date that ends no quarter, a type that `names` lacks, a row
        that stands twice, or rated power that is not one number for a type.
    """
    parts = [_file(files, key) for key in LAYOUTS]
    frame = _named(pd.concat(parts, ignore_index=True), names)
    twice = frame.duplicated(KEY)
    if twice.any():
        raise DataError("a count stands twice", file="epoch_chip_counts",
                        found=frame.loc[twice, KEY].iloc[0].tolist())  # fmt: skip
    frame["rated_power_w"] = _rated_power(frame)
    return frame.sort_values(KEY, kind="stable", ignore_index=True)[COLUMNS]


COLUMNS = [
    "manufacturer",
    "owner",
    "published_type",
    "accelerator_type",
    "accelerator",
    "counted_from",
    "quarter_start",
    "units_p05",
    "units_median",
    "units_p95",
    "h100_equivalents_median",
    "rated_power_w",
    "total_rated_power_w",
    "incomplete",
]


def _file(files, key):
    source = PREFIX + key
    if source not in files:
        raise DataError("upstream file is missing", file=source, allowed=sorted(files))
    header, rows = LAYOUTS[key]
    table = upstream_csv.read(source, files[source], header, rows=rows, byte_order_mark=False)
    median, low, high = _units_of(header)

    def number(column):
        return upstream_csv.numbers(source, table, column, nullable=False)

    owners = upstream_csv.text(table, "Owner") if "Owner" in header else ALL_OWNERS
    power = number(RATED[0]) if RATED[0] in header else np.nan
    frame = pd.DataFrame(
        {
            "manufacturer": upstream_csv.text(table, "Chip manufacturer"),
            "published_type": upstream_csv.text(table, "Chip type"),
            "counted_from": _dates(source, table, "Start date"),
            "quarter_start": _quarters(source, table),
            "units_p05": number(low),
            "units_median": number(median),
            "units_p95": number(high),
            "h100_equivalents_median": number(COMPUTE_SPREAD[0]),
            "incomplete": _incomplete(source, table, header),
        }
    )
    return frame.assign(owner=owners, total_rated_power_w=power)


def _units_of(header):
    """Names of median, 5th and 95th percentile of the units."""
    if UNITS_LOWER[1] in header:
        return UNITS_LOWER[1], UNITS_LOWER[0], UNITS_LOWER[2]
    return UNITS_PLAIN if UNITS_PLAIN[0] in header else UNITS_MEDIAN


def _dates(source, table, column):
    try:
        return pd.to_datetime(pd.Series(upstream_csv.text(table, column)), format=DATES)
    except ValueError as fault:
        raise DataError(f"date does not read: {fault}", file=source, column=column) from None


def _quarters(source, table):
    """First day of the quarter that each count runs through."""
    end = _dates(source, table, "End date")
    quarter = end.dt.to_period("Q")
    wrong = quarter.dt.end_time.dt.normalize() != end
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError("count does not run to the end of a quarter", file=source, row=row + 2,
                        column="End date", found=str(end[row].date()))  # fmt: skip
    return quarter.dt.start_time


def _incomplete(source, table, header):
    if "Incomplete" not in header:
        return False
    words = upstream_csv.text(table, "Incomplete")
    unknown = set(words) - set(INCOMPLETE)
    if unknown:
        raise DataError("mark is not known", file=source, column="Incomplete",
                        found=sorted(unknown), allowed=sorted(INCOMPLETE))  # fmt: skip
    return np.array([INCOMPLETE[word] for word in words])


def _named(frame, names):
    key = ["manufacturer", "published_type"]
    known = names.set_index(key)
    found = pd.MultiIndex.from_frame(frame[key])
    strange = ~found.isin(known.index)
    if strange.any():
        raise DataError("type of chip is in no row of fleet_accelerators",
                        file="epoch_chip_counts", found=found[strange][0],
                        allowed=[" ".join(pair) for pair in known.index])  # fmt: skip
    ours = known.loc[found, ["accelerator_type", "accelerator"]].reset_index(drop=True)
    return pd.concat([frame, ours], axis=1)


def _rated_power(frame):
    """Watts per unit of each type: what the owners' rows hold but for rounding of units."""
    ratio = frame["total_rated_power_w"] / frame["units_median"]
    by_type = ratio.groupby([frame["manufacturer"], frame["accelerator_type"]])
    median = by_type.transform("median").round(0)
    if median.isna().any():
        raise DataError("type without rated power", file="epoch_chip_counts",
                        found=frame.loc[median.isna(), "accelerator_type"].iloc[0])  # fmt: skip
    return median
