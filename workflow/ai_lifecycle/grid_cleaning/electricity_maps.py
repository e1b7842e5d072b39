"""Electricity Maps' hourly intensities of zones: from files as published to one table."""

from functools import lru_cache

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import eia930, faults, upstream_csv

DATASET = "electricity_maps_hourly"
VALUES = {
    "Carbon Intensity gCO₂eq/kWh (direct)": "direct_g_per_kwh",
    "Carbon Intensity gCO₂eq/kWh (LCA)": "lifecycle_g_per_kwh",
    "Low Carbon Percentage": "low_carbon_percent",
    "Renewable Percentage": "renewable_percent",
}
HEADER = (
    "Datetime (UTC)",
    "Country",
    "Zone Name",
    "Zone Id",
    *VALUES,
    "Data Source",
    "Data Estimated",
    "Data Estimation Method",
)
# Folders of the copy named otherwise than the zone that their files hold.
ZONES_BY_FOLDER = {"BR-SP": "BR-CS", "CL-SIC": "CL-SEN", "DE-LU": "DE"}
REASON_ESTIMATED = (
    "Electricity Maps fills what its sources lack; the column estimated says where, and a zone "
    "estimated all year is a model, not a measurement"
)


def source_id(folder, year):
    """Identifier of one file in the catalogue."""
    return f"electricity_maps_{folder.lower().replace('-', '_')}_{year}"


def zone_of(folder):
    """Zone that the files of a folder hold."""
    return ZONES_BY_FOLDER.get(folder, folder)


def parse(folder, year, payload, *, rows):
    """One zone and year.

    Parameters
    ----------
    folder : str
        Name of the zone's folder in the copy.
    year : int
    payload : bytes
        The file, UTF-8 without byte-order mark.
    rows : int
        Rows expected.

    Returns
    -------
    DataFrame
        `zone`, `hour_start_utc` and the columns of the table ``electricity_maps_hourly``.

    Raises
    ------
    DataError
        Anything but the header, rows, hours, zone and words expected; a direct intensity above
        the life-cycle one; a renewable share above the low-carbon one.
    """
    name = source_id(folder, year)
    table = upstream_csv.read(name, payload, HEADER, rows=rows, byte_order_mark=False)
    hours = eia930.year_hours(year)
    stamps = upstream_csv.text(table, "Datetime (UTC)")
    upstream_csv.demand_hours(name, "Datetime (UTC)", stamps, _expected_stamps(year))
    zone = zone_of(folder)
    demand_words(name, table, "Zone Id", (zone,))
    demand_words(name, table, "Data Estimated", ("true", "false"))
    frame = pd.DataFrame({"zone": zone, "hour_start_utc": hours})
    for filed, column in VALUES.items():
        frame[column] = upstream_csv.numbers(name, table, filed, nullable=False)
    frame["estimated"] = upstream_csv.text(table, "Data Estimated") == "true"
    for lower, upper in (
        ("direct_g_per_kwh", "lifecycle_g_per_kwh"),
        ("renewable_percent", "low_carbon_percent"),
    ):
        above = np.flatnonzero(frame[lower] > frame[upper])
        if above.size:
            raise DataError(
                f"{lower} exceeds {upper}",
                file=name,
                row=int(above[0]) + 2,
                column=lower,
                found=float(frame[lower].iloc[above[0]]),
                allowed=f"at most {frame[upper].iloc[above[0]]}",
            )
    return frame


@lru_cache(maxsize=4)
def _expected_stamps(year):
    """Hours of a year as the files write them, made once for all zones."""
    stamps = eia930.year_hours(year).strftime("%Y-%m-%d %H:%M:%S").to_numpy(dtype=object)
    stamps.flags.writeable = False
    return stamps


def demand_words(name, table, column, words):
    """Refuse a cell that is none of the words."""
    cells = upstream_csv.text(table, column)
    wrong = np.flatnonzero(~np.isin(cells.astype(str), words))
    if wrong.size:
        raise DataError(
            "word is not in the allowed list",
            file=name,
            row=int(wrong[0]) + 2,
            column=column,
            found=cells[wrong[0]],
            allowed=words,
        )


def quality(folder, year, frame):
    """Rows of the data-quality table for one zone and year."""
    rows = []
    zone = frame["zone"].iloc[0]
    values = frame[list(VALUES.values())].to_numpy()
    repeats = faults.repeats_previous(values)
    if folder != zone:
        rows.append(
            _row(folder, year, zone, "file is named after another zone", len(frame),
                 "keep", "the zone inside the file stands",
                 "folder and zone identifier differ in the copy")
        )  # fmt: skip
    estimated = int(frame["estimated"].sum())
    if estimated:
        share = 100 * estimated / len(frame)
        rows.append(
            _row(folder, year, zone, "value is an estimate", estimated, "keep, flagged",
                 f"{share:.1f} % of the hours", REASON_ESTIMATED)
        )  # fmt: skip
    if repeats.any():
        rows.append(
            _row(folder, year, zone, "row repeats the row before", int(repeats.sum()), "keep",
                 f"{100 * repeats.mean():.2f} % of the hours",
                 "a value held over, or chance at two decimals; too few to matter")
        )  # fmt: skip
    return rows


def _row(folder, year, zone, fault, affected, treatment, effect, reason):
    return {
        "dataset": DATASET,
        "area": zone,
        "fault": fault,
        "where": f"{year}, UTC",
        "affected_rows": affected,
        "treatment": treatment,
        "energy_share_percent": np.nan,
        "effect": effect,
        "reason": reason,
        "source_key": DATASET,
        "locator": source_id(folder, year),
    }
