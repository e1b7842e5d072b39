"""The fleet held against figures that others published."""

import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.errors import DataError
from ai_lifecycle.fleet_cleaning.chip_counts import ALL_OWNERS

ENERGY, POWER = "energy of a year", "power at the end of the year"
# Facility power over rated power in the figure that the producer of the counts gives.
MULTIPLE = "fleet.check_power_multiple"


def table(fleet, comparisons, multiple):
    """Table ``fleet_checks``.

    Parameters
    ----------
    fleet : DataFrame
        Table ``fleet``.
    comparisons : DataFrame
        Facts ``fleet_comparisons``.
    multiple : float
        Facility power over rated power in the comparison of power. [1]

    Returns
    -------
    DataFrame
        Ours, theirs and the ratio; a year that the counts do not fill is refused.

    Raises
    ------
    DataError
        A kind of comparison that is not known, or a year without four quarters.
    """
    total = fleet[fleet["owner"] == ALL_OWNERS]
    rows = []
    for fact in comparisons.itertuples(index=False):
        year = total[total["quarter_start"].dt.year == fact.year]
        if len(year) != units.QUARTERS_PER_YEAR:
            raise DataError("year is not filled by the counts", found=fact.year,
                            file="data/facts/fleet_comparisons.csv", column="year")  # fmt: skip
        low, value, high = _ours(year, fact.kind, multiple)
        ours = [fact.quantity, fact.year, fact.unit, low, value, high]
        evidence = [fact.source_key, fact.locator, fact.status, fact.note]
        rows.append([*ours, fact.value, value / fact.value, *evidence])
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = [
    "quantity",
    "year",
    "unit",
    "ours_low",
    "ours",
    "ours_high",
    "theirs",
    "ours_over_theirs",
    "source_key",
    "locator",
    "status",
    "note",
]


def _ours(year, kind, multiple):
    if kind == ENERGY:
        names = ("energy_low_gwh", "energy_gwh", "energy_high_gwh")
        return [year[name].sum() / units.GIGAWATT_HOURS_PER_TERAWATT_HOUR for name in names]
    if kind == POWER:
        value = multiple * year["rated_power_sold_gw"].iloc[-1]
        return [float("nan"), value, float("nan")]
    raise DataError("kind of comparison is not known", found=kind, column="kind",
                    file="data/facts/fleet_comparisons.csv", allowed=[ENERGY, POWER])  # fmt: skip
