"""Assumed and transcribed numbers of the model, from ``data/constants.csv``."""

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from ai_lifecycle import facts, shipped, tables
from ai_lifecycle.errors import DataError


@dataclass(frozen=True)
class Constant:
    """One number with its range and its source.

    `value`, `low` and `high` share `unit`; `low` and `high` are NaN where none is known and the
    distribution is ``fixed``.
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


@lru_cache(maxsize=4)
def load(path=None):
    """All constants by id.

    Raises
    ------
    DataError
        A row without unit, source or locator, an id that stands twice, a status that is not
        ours, or a range that does not enclose the value.
    """
    path = path or shipped.path("constants.csv")
    frame = tables.read_csv(path, "constants")
    loaded = {}
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
        if row.distribution != "fixed" and not row.low <= row.value <= row.high:
            raise DataError(
                "range does not enclose the value",
                column="value",
                found=row.value,
                allowed=f"{row.low} to {row.high}",
                **where,
            )
        loaded[row.id] = Constant(
            *(getattr(row, name) for name in Constant.__annotations__ if name != "note"),
            note="" if pd.isna(row.note) else row.note,
        )
    return loaded


def value(name, path=None):
    """Value of one constant; an unknown id is refused with the nearest known one."""
    known = load(path)
    if name not in known:
        raise DataError("no such constant", file="data/constants.csv", found=name, allowed=known)
    return known[name].value
