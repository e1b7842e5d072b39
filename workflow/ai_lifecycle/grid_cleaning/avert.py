"""EPA AVERT's hourly marginal rates by region, as copied into REopt."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import eia930, upstream_csv
from ai_lifecycle.units import GRAMS_PER_POUND

DATASET = "avert_2022"
YEAR = 2022
REGIONS = (
    "CA",
    "CENT",
    "FL",
    "MIDA",
    "MIDW",
    "NCSC",
    "NE",
    "NW",
    "NY",
    "RM",
    "SE",
    "SW",
    "TE",
    "TN",
    "AKGD",
    "HIMS",
    "HIOA",
)
HEADER = ("Month", "Timestamp", *REGIONS)


def parse(payload, offsets, *, rows):
    """The file in long form.

    Parameters
    ----------
    payload : bytes
        The file, which begins with a byte-order mark.
    offsets : dict of str to int or None
        Hours by which a region's hours lag UTC negatively (CA: -8), where established. [h]
    rows : int
        Rows expected: hours of the year.

    Returns
    -------
    DataFrame
        Columns of the table ``avert_hourly``, by region and hour of the year.

    Raises
    ------
    DataError
        Header, number of rows, cells, hours or months other than those of the year 2022; a
        region without an entry in `offsets`.
    """
    table = upstream_csv.read(DATASET, payload, HEADER, rows=rows, byte_order_mark=True)
    hours = eia930.year_hours(YEAR)
    for column, expected in (
        ("Timestamp", np.arange(len(hours)).astype(str)),
        ("Month", hours.month.to_numpy().astype(str)),
    ):
        upstream_csv.demand_hours(DATASET, column, upstream_csv.text(table, column), expected)
    parts = []
    for region in sorted(REGIONS):
        if region not in offsets:
            raise DataError("region without a row", file="data/facts/avert_regions.csv", key=region)
        rate = upstream_csv.numbers(DATASET, table, region, nullable=False)
        grams_per_kwh = _grams(rate, region)
        parts.append(
            pd.DataFrame(
                {
                    "region": region,
                    "hour_of_year": np.arange(len(hours)),
                    "month": hours.month.to_numpy().astype(np.int64),
                    "utc_offset_hours": pd.array([offsets[region]] * len(hours), dtype="Int64"),
                    "marginal_co2_lb_per_kwh": rate,
                    "marginal_co2_g_per_kwh": np.round(grams_per_kwh, 3),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _grams(rate, region):
    """Rates in g/kWh; one too large to be converted is refused by its place."""
    with np.errstate(over="ignore"):
        grams_per_kwh = rate * GRAMS_PER_POUND
    infinite = np.flatnonzero(~np.isfinite(grams_per_kwh))
    if infinite.size:
        raise DataError(
            "column holds a number out of range",
            file=DATASET,
            row=int(infinite[0]) + 2,
            column=region,
            found=rate[infinite[0]],
        )
    return grams_per_kwh


def variance_explained(rate, fossil_mwh, *, bins):
    """Share of a rate's variance that the fossil generation of the same hours explains. [1]

    Parameters
    ----------
    rate : array_like, shape (hour,)
        Marginal rate. [any]
    fossil_mwh : array_like, shape (hour,)
        Fossil generation, NaN is missing. [MWh]
    bins : int
        Equally filled classes of generation, within which the mean rate is the explanation. [1]

    Raises
    ------
    ValueError
        If the shapes differ or fewer hours than bins are comparable.

    Notes
    -----
    AVERT's rate is a function of the fossil load of the hour, so the share is greatest where the
    hours of both series mean the same.
    """
    rate, fossil = np.asarray(rate, dtype=float), np.asarray(fossil_mwh, dtype=float)
    if rate.shape != fossil.shape:
        raise ValueError("fossil_mwh must have the shape of rate")
    known = np.isfinite(rate) & np.isfinite(fossil)
    rate, fossil = rate[known], fossil[known]
    if rate.size < bins:
        raise ValueError("bins must not exceed the number of comparable hours")
    place = np.empty(rate.size, dtype=int)
    place[np.argsort(fossil, kind="stable")] = np.arange(rate.size)
    group = place * bins // rate.size
    mean = np.bincount(group, rate) / np.bincount(group)
    return float(1 - np.var(rate - mean[group]) / np.var(rate))


def quality(frame):
    """Rows of the data-quality table."""
    rate = "marginal_co2_lb_per_kwh"
    rows, undecided = [], []
    for region, own in frame.groupby("region", sort=True):
        negative = own[own[rate] < 0]
        offset = own["utc_offset_hours"].iloc[0]
        if len(negative):
            rows.append(
                _row(region, "rate is negative", len(negative), "keep",
                     f"lowest {negative[rate].min():.3f} lb/kWh",
                     "as published; a mean over many hours absorbs it, a single hour should not "
                     "be quoted")
            )  # fmt: skip
        if (own[rate] == own[rate].iloc[0]).all():
            rows.append(
                _row(region, "rate is the same in every hour", len(own), "keep",
                     f"{own[rate].iloc[0]:.3f} lb/kWh",
                     "Alaska and Hawaii are no AVERT regions: the copy filled in an annual rate")
            )  # fmt: skip
        elif pd.isna(offset):
            undecided.append(region)
        else:
            rows.append(
                _row(region, "time zone of the hours is not stated", len(own), "established",
                     f"UTC{offset:+d} h all year, hours numbered by their beginning",
                     "fit to fossil generation; see data/facts/avert_regions.csv")
            )  # fmt: skip
    rows.append(
        _row(", ".join(undecided), "time zone of the hours is not stated",
             int(frame["region"].isin(undecided).sum()), "left open",
             "no local hour should be read from these regions",
             "no generation of the region to hold against it, or no clear best fit")
    )  # fmt: skip
    return rows


def _row(region, fault, affected, treatment, effect, reason):
    return {
        "dataset": DATASET,
        "area": region,
        "fault": fault,
        "where": f"{YEAR}",
        "affected_rows": affected,
        "treatment": treatment,
        "energy_share_percent": np.nan,
        "effect": effect,
        "reason": reason,
        "source_key": "epa_avert",
        "locator": DATASET,
    }
