"""Product carbon footprints as Boavizta collects them from makers' reports."""

import numpy as np
import pandas as pd

from ai_lifecycle import published_csv
from ai_lifecycle.errors import DataError

# Upstream column: ours. The file has no key; the line it stands on, at a pinned commit, is one.
TEXT = {
    "manufacturer": "manufacturer",
    "name": "name",
    "category": "category",
    "subcategory": "subcategory",
    "use_location": "use_location",
    "report_date": "report_date",
    "sources": "report_url",
}
NUMBERS = {
    "gwp_total": "total_kgco2e",
    "gwp_use_ratio": "use_share",
    "gwp_manufacturing_ratio": "manufacturing_share",
    "gwp_transport_ratio": "transport_share",
    "gwp_eol_ratio": "end_of_life_share",
    "gwp_electronics_ratio": "electronics_share",
    "gwp_ssd_ratio": "drive_share",
    "gwp_error_ratio": "relative_error",
    "lifetime": "lifetime_years",
    "yearly_tec": "yearly_energy_kwh",
    "weight": "mass_kg",
}
SHARES = ["use_share", "manufacturing_share", "transport_share", "end_of_life_share"]
# One word per idea: upstream spells some in several ways, or the collector's name in place of
# the maker's.
SUBCATEGORIES = {"Thin Client": "Thin client", "EntertainmentT": "Entertainment"}
PLACES = {"Worldwide": "WW"}
CATEGORIES = {"Datacenter": "data centre", "Workplace": "workplace", "Home": "home"}


def read(payload, file):
    """The table in our names and units, nothing corrected.

    Parameters
    ----------
    payload : bytes
        The published CSV.
    file : str
        Name for messages.

    Returns
    -------
    DataFrame
        One row per line of the file, with `product_id` (``line-<number>``), text and numbers;
        empty cells are missing.

    Raises
    ------
    DataError
        What `published_csv.read` refuses, a cell that is not a number where one is due, or a
        category that is none of `CATEGORIES`.
    """
    rows = published_csv.read(payload, file, {**TEXT, **NUMBERS})
    columns = {"product_id": [f"line-{number}" for number in range(2, len(rows) + 2)]}
    for theirs, ours in TEXT.items():
        columns[ours] = [row[theirs].strip() or None for row in rows]
    for theirs, ours in NUMBERS.items():
        columns[ours] = [
            published_csv.number(row, theirs, file, line) for line, row in enumerate(rows, 2)
        ]
    frame = pd.DataFrame(columns).astype(dict.fromkeys(NUMBERS.values(), float))
    _check_categories(frame["category"], file)
    frame["category"] = frame["category"].map(CATEGORIES)
    frame["subcategory"] = frame["subcategory"].replace(SUBCATEGORIES)
    frame["use_location"] = frame["use_location"].replace(PLACES)
    return frame


def _check_categories(found, file):
    strange = np.flatnonzero(~found.isin(list(CATEGORIES)))
    if strange.size:
        raise DataError("category is not known", file=file, row=int(strange[0]) + 2,
                        column="category", found=found[strange[0]], allowed=CATEGORIES)  # fmt: skip


def with_completeness(frame, tolerance):
    """Add whether the four phases of a product are printed and sum to one.

    Parameters
    ----------
    frame : DataFrame
        From `read`, corrected.
    tolerance : float
        By how much the sum may miss one through rounding.

    Returns
    -------
    DataFrame
        With `phases`: ``four`` (all printed, sum to one), ``use only`` (use printed, the rest
        unsplit), ``use and manufacture`` (transport and end of life not printed), ``unusable``.
    """
    given = frame[SHARES].notna()
    total = frame[SHARES].sum(axis=1)
    whole = given.all(axis=1) & ((total - 1).abs() <= tolerance)
    two = (
        given["use_share"]
        & given["manufacturing_share"]
        & ~given["transport_share"]
        & ~given["end_of_life_share"]
        & (total <= 1)
    )
    one = given["use_share"] & ~given.drop(columns="use_share").any(axis=1)
    phases = np.select(
        [frame["exclusion"].notna(), whole, two, one],
        ["unusable", "four", "use and manufacture", "use only"],
        "unusable",
    )
    return frame.assign(phases=phases)
