"""The fleet held against figures that others published."""

import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.errors import DataError
from ai_lifecycle.fleet_cleaning.chip_counts import ALL_OWNERS
from ai_lifecycle.fleet_tables.series import QUANTILES

ENERGY, POWER = "energy of a year", "power at the end of the year"
RATED = "rated power sold by a maker"


def table(fleet, counts, comparisons, multiple):
    """Table ``fleet_checks``.

    Parameters
    ----------
    fleet, counts : DataFrame
        Tables ``fleet`` and ``accelerator_counts``.
    comparisons : DataFrame
        Facts ``fleet_comparisons``.
    multiple : float
        Facility power over rated power in the comparison of power. [1]

    Returns
    -------
    DataFrame
        Ours, theirs and the ratio.

    Raises
    ------
    DataError
        A kind of comparison that is not known, a year without four quarters, or a maker that is
        not counted at its end.
    """
    total = fleet[fleet["owner"] == ALL_OWNERS]
    rows = []
    for fact in comparisons.itertuples(index=False):
        year = total[total["quarter_start"].dt.year == fact.year]
        if len(year) != units.QUARTERS_PER_YEAR:
            raise DataError("year is not filled by the counts", found=fact.year,
                            file="data/facts/fleet_comparisons.csv", column="year")  # fmt: skip
        if fact.kind == RATED:
            low, value, high = _rated(counts, fact.subject, year["quarter_start"].max())
        else:
            low, value, high = _ours(year, fact.kind, multiple)
        ours = [fact.quantity, fact.subject, fact.year, fact.unit, low, value, high]
        theirs = [fact.value, fact.low, fact.high, value / fact.value]
        rows.append([*ours, *theirs, fact.source_key, fact.locator, fact.status, fact.note])
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    "quantity",
    "subject",
    "year",
    "unit",
    "ours_low",
    "ours",
    "ours_high",
    "theirs",
    "theirs_low",
    "theirs_high",
    "ours_over_theirs",
    "source_key",
    "locator",
    "status",
    "note",
]


def _rated(counts, maker, quarter):
    """Rated power of all that a maker sold, every type low, at its median, and high. [GW]"""
    rows = counts[
        (counts["owner"] == ALL_OWNERS)
        & (counts["manufacturer"] == maker)
        & (counts["quarter_start"] == quarter)
    ]
    if rows.empty:
        raise DataError("maker is not counted then", found=maker, column="subject",
                        file="data/facts/fleet_comparisons.csv")  # fmt: skip
    sums = [(rows[name] * rows["rated_power_w"]).sum() for name in QUANTILES.values()]
    return [value / units.WATTS_PER_GIGAWATT for value in sums]


def _ours(year, kind, multiple):
    if kind == ENERGY:
        names = ("energy_low_gwh", "energy_gwh", "energy_high_gwh")
        return [year[name].sum() / units.GIGAWATT_HOURS_PER_TERAWATT_HOUR for name in names]
    if kind == POWER:
        value = multiple * year["rated_power_sold_gw"].iloc[-1]
        return [float("nan"), value, float("nan")]
    raise DataError("kind of comparison is not known", found=kind, column="kind",
                    allowed=[ENERGY, POWER, RATED],
                    file="data/facts/fleet_comparisons.csv")  # fmt: skip
