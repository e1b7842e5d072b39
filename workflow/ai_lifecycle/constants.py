"""Assumed and transcribed numbers of the model, from ``data/constants.csv``.

Whoever reads one says its id and the unit that the calculation counts on, both in full:
``constants.value("refresh.pue", unit="1")``, or ``constants.known`` with the range. A test
(tests/test_constants.py) holds every such place against the table.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ai_lifecycle import bibliography, facts, physical_limits, shipped, tables
from ai_lifecycle.errors import DataError

# What may stand behind a value that is not drawn, and behind a range that is.
FIXED_BASES = (
    "definition",
    "count",
    "specification",
    "paper's statement",
    "choice of method",
    "yardstick",
)
DRAWN_BASES = ("observed range", "stated range", "judgement")
# What an empty cell says.
OTHERWISE = {"note": "", "minimum": -math.inf, "maximum": math.inf, "shared_by": ""}


@dataclass(frozen=True)
class Constant:
    """One number with its range, its source, and what chose the shape of its range.

    `value`, `low` and `high` share `unit`; `low` and `high` are NaN where none is known and the
    distribution is ``fixed``. `minimum` and `maximum` truncate it, where they are finite.
    """

    value: float
    low: float
    high: float
    distribution: str
    unit: str
    source_key: str
    locator: str
    status: str
    note: str
    minimum: float
    maximum: float
    distribution_basis: str
    distribution_reason: str
    shared_by: str


class Constants(dict):
    """Constants by id; a calculation takes them through `known` or `value`, with their unit."""

    def known(self, name, *, unit):
        """One constant with its range.

        Parameters
        ----------
        name : str
            Its id; an unknown one is refused with the nearest known one.
        unit : str
            Unit that the caller counts on; another one is refused.

        Returns
        -------
        Constant
            `value`, `low` and `high` in `unit`.

        Raises
        ------
        DataError
            Unknown id, or another unit than the caller's.
        """
        if name not in self:
            raise DataError("no such constant", file="data/constants.csv", found=name, allowed=self)
        if self[name].unit != unit:
            raise DataError(
                "constant has another unit than the calculation uses",
                file="data/constants.csv",
                key=name,
                column="unit",
                found=self[name].unit,
                allowed=unit,
            )
        return self[name]

    def value(self, name, *, unit):
        """Value alone of one constant. [unit]

        Parameters, Raises
            As of `known`.
        """
        return self.known(name, unit=unit).value


@lru_cache(maxsize=4)
def load(path=None):
    """All constants by id, as `Constants`.

    Raises
    ------
    DataError
        A row without unit, source, locator or reason of its shape, an id that stands twice, a
        status that is not ours, a range that does not enclose the value, a value that its unit
        cannot have, a fixed value whose basis asks for a range or the reverse, a truncation of
        another shape or none of a truncated one; in the repository, where the lists lie beside
        the file, also an unknown unit or source key.
    """
    path = path or shipped.path("constants.csv")
    frame = tables.read_csv(path, "constants")
    listed = _listed(Path(path))
    loaded = Constants()
    for position, row in enumerate(frame.itertuples(index=False), start=2):
        where = {"file": path, "row": position}
        if row.id in loaded:
            raise DataError("id stands twice", column="id", found=row.id, **where)
        if row.status not in facts.STATUSES:
            raise DataError(
                "unknown status",
                column="status",
                found=row.status,
                allowed=facts.STATUSES,
                **where,
            )
        _check_listed(row, listed, where)
        _check_limits(row, where)
        ends = [end for end in (row.low, row.high) if pd.notna(end)]
        if (row.distribution != "fixed" and len(ends) < 2) or not (
            min([*ends, row.value]) >= (row.low if pd.notna(row.low) else -float("inf"))
            and max([*ends, row.value]) <= (row.high if pd.notna(row.high) else float("inf"))
        ):
            raise DataError(
                "range does not enclose the value",
                column="value",
                found=row.value,
                allowed=f"{row.low} to {row.high}",
                **where,
            )
        _check_shape(row, where)
        known = {name: getattr(row, name) for name in Constant.__annotations__}
        for name, otherwise in OTHERWISE.items():
            known[name] = otherwise if pd.isna(known[name]) else known[name]
        loaded[row.id] = Constant(**known)
    return loaded


def _check_shape(row, where):
    """Refuse a shape without a basis that allows it, and a truncation that is not one."""
    allowed = FIXED_BASES if row.distribution == "fixed" else DRAWN_BASES
    if row.distribution_basis not in allowed:
        raise DataError(
            f"{row.distribution} is not what this basis allows",
            column="distribution_basis",
            key=row.id,
            found=row.distribution_basis,
            allowed=allowed,
            **where,
        )
    if pd.isna(row.shared_by) != (row.distribution == "fixed"):
        raise DataError(
            "who shares a draw is told of what is drawn, and of nothing else",
            column="shared_by",
            key=row.id,
            found=row.shared_by,
            **where,
        )
    low, high = row.minimum, row.maximum
    limited = pd.notna(low) or pd.notna(high)
    enclosed = not (row.value < low or row.low < low or row.value > high or row.high > high)
    if limited != row.distribution.startswith("truncated_") or not enclosed:
        raise DataError(
            "minimum and maximum stand with a truncated shape, one of them at least, around its "
            "range",
            column="minimum",
            key=row.id,
            found=f"{low:g}, {high:g}",
            allowed="empty" if limited else "a number",
            **where,
        )


def _check_limits(row, where):
    """Refuse what no quantity of this name can be, at either end of its range too."""
    found = physical_limits.broken(row.id, row.unit, (row.value, row.low, row.high))
    if found is not None:
        raise DataError(
            f"absurd value of {row.id}",
            column="value",
            found=found,
            allowed=physical_limits.told(row.id, row.unit),
            **where,
        )


def _listed(path):
    """Units with their bounds, and source keys, of the files beside; None where there are none."""
    units, references = path.with_name("units.csv"), path.with_name("references.bib")
    if not (units.is_file() and references.is_file()):
        return None
    bounds = tables.read_csv(units, "units").set_index("unit")
    return bounds, bibliography.load(references)


def _check_listed(row, listed, where):
    if listed is None:
        return
    bounds, references = listed
    if row.unit not in bounds.index:
        raise DataError(
            "unknown unit", column="unit", found=row.unit, allowed=bounds.index, **where
        )
    low, high = bounds.loc[row.unit, "minimum"], bounds.loc[row.unit, "maximum"]
    if not (pd.isna(low) or row.value >= low) or not (pd.isna(high) or row.value <= high):
        raise DataError(
            f"value is not credible in {row.unit}",
            column="value",
            found=row.value,
            allowed=f"{low:g} to {high:g}",
            **where,
        )
    for key in row.source_key.split(";"):
        if key not in references and key != "judgement":
            raise DataError(
                "source key is not in the bibliography",
                column="source_key",
                found=key,
                allowed=references,
                **where,
            )


def known(name, path=None, *, unit):
    """One constant of a table with its range; see `Constants.known`.

    Parameters
    ----------
    name : str
        Its id.
    path : str or Path, optional
        Another table than the shipped one.
    unit : str
        Unit that the caller counts on.
    """
    return load(path).known(name, unit=unit)


def value(name, path=None, *, unit):
    """Value alone of one constant of a table. [unit]

    Parameters, Raises
        As of `known`.
    """
    return load(path).value(name, unit=unit)
