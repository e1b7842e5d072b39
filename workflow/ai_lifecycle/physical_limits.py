"""What a quantity can be at all, by its name and its unit."""

import re
from functools import lru_cache

import pandas as pd

from ai_lifecycle import shipped, tables

# A part of a whole, if its unit says that it is a plain number.
PARTS = frozenset(
    ("share", "shares", "utilisation", "utilization", "yield", "recycled", "recycling")
)
DIMENSIONLESS = "1"


def of(name, unit):
    """Smallest and largest value that a quantity of this name and unit can have.

    Parameters
    ----------
    name : str
        Name of the quantity; its words decide, so ``refresh.pue`` is a PUE.
    unit : str
        Unit as spelt in data/units.csv; one that is not listed sets no limit.

    Returns
    -------
    low, high : float
        [unit]

    Notes
    -----
    A facility draws at least what its machines draw: PUE is at least one. A share, a yield, a
    utilisation lie between zero and one. Beyond that the limits of the unit hold.
    """
    low, high = _of_units().get(unit, (-float("inf"), float("inf")))
    words = set(re.findall("[a-z]+", name.lower()))
    if unit == DIMENSIONLESS and "pue" in words:
        low = 1.0
    elif unit == DIMENSIONLESS and words & PARTS:
        low, high = 0.0, 1.0
    return low, high


def told(name, unit):
    """The limits of `of` in words."""
    low, high = of(name, unit)
    plain = unit == DIMENSIONLESS
    return (f"at least {low:g}" if high == float("inf") else f"{low:g} to {high:g}") + (
        "" if plain else f" {unit}"
    )


def broken(name, unit, values):
    """The first of some values that a quantity cannot have, or None; missing ones pass."""
    low, high = of(name, unit)
    for value in values:
        if pd.notna(value) and not low <= value <= high:
            return value
    return None


@lru_cache(maxsize=1)
def _of_units():
    frame = tables.read_csv(shipped.path("units.csv"), "units").set_index("unit")
    low = frame["minimum"].fillna(-float("inf"))
    high = frame["maximum"].fillna(float("inf"))
    return {unit: (float(low[unit]), float(high[unit])) for unit in frame.index}
