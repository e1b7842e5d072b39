"""Facts: figures transcribed from documents, each with unit, source, locator and status."""

import re
import zoneinfo

import pandas as pd

from ai_lifecycle import bibliography, physical_limits, tables
from ai_lifecycle.errors import DataError

ZONES = frozenset(zoneinfo.available_timezones())
STATUSES = ("primary", "secondary", "digitised", "derived", "judgement")
PROVENANCE = ("source_key", "locator", "status")
# Columns that name what a value is, and text that holds a date.
NAMES = ("quantity", "factor", "component", "series", "panel")
PERIODS = ("period", "effective")
# What all parts sum to, by unit; printed parts may each be off by half a hundredth of it.
WHOLES = {"1": 1.0, "%": 100.0}
ROUNDING_OF_A_SHARE = 0.005


def read(path, table, *, references, as_of=None):
    """Read a table of facts and refuse what has no provenance.

    Parameters
    ----------
    path : str or Path
        CSV in ``data/facts``.
    table : str
        Its name in ``data/fields.csv``.
    references : str or Path
        BibTeX file that every `source_key` must resolve in.
    as_of : str, optional
        ISO date; a date column may hold nothing later.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        Naming file, row and column: a missing unit, source or locator; an unknown source key,
        status or time zone; bounds that do not enclose the value; a value that its quantity or
        its unit cannot have, such as a PUE below one or a utilisation above it; a date, year or
        period after `as_of`.
    """
    frame = tables.read_csv(path, table)
    missing = [name for name in PROVENANCE if name not in frame.columns]
    if missing:
        raise DataError(
            "a table of facts lacks a column of provenance",
            file="data/fields.csv",
            key=table,
            found=", ".join(frame.columns),
            allowed=", ".join(PROVENANCE),
        )
    known = bibliography.load(references)
    for position, row in enumerate(frame.itertuples(index=False), start=2):
        _check_row(row._asdict(), position, path, known)
    if {"figure", "panel", "category", "quantity", "unit"} <= set(frame.columns):
        shares = frame[frame["quantity"].str.endswith("_share").fillna(False).to_numpy(bool)]
        by = ["figure", "panel", "category", "quantity", "unit"]
        for keys, rows in shares.groupby(by, sort=True, dropna=False):
            # A share that stands alone is a part whose rest is not printed.
            if len(rows) > 1:
                check_whole(rows["value"], WHOLES[keys[-1]], path, " ".join(map(str, keys[:2])))
    if as_of is not None:
        _check_dates(frame, path, pd.Timestamp(as_of))
        _check_years(frame, table, path, pd.Timestamp(as_of).year)
    return frame


def check_whole(parts, whole, path, key):
    """Refuse parts of one whole that do not sum to it within the rounding of print.

    Parameters
    ----------
    parts : Series
        Shares, indexed by their position in the table.
    whole : float
        Their sum, in their unit.
    path : str or Path
        The table, for the message.
    key : str
        What they are shares of.

    Raises
    ------
    DataError
        Naming file, the first row of the parts, and `key`.
    """
    slack = ROUNDING_OF_A_SHARE * whole * len(parts)
    if not abs(parts.sum() - whole) <= slack:
        raise DataError(
            f"shares of one whole do not sum to {whole:g}",
            file=path,
            row=int(parts.index[0]) + 2,
            column="value",
            key=key,
            found=round(float(parts.sum()), 9),
            allowed=f"{whole - slack:g} to {whole + slack:g}",
        )


def _check_row(row, position, path, known):
    where = {"file": path, "row": position}
    for name in PROVENANCE:
        if pd.isna(row[name]) or not str(row[name]).strip():
            raise DataError(f"fact without {name}", column=name, **where)
    if row["status"] not in STATUSES:
        raise DataError(
            "unknown status", column="status", found=row["status"], allowed=STATUSES, **where
        )
    for key in str(row["source_key"]).split(";"):
        if key not in known:
            raise DataError(
                "source key is not in the bibliography",
                column="source_key",
                found=key,
                allowed=known,
                **where,
            )
    if "time_zone" in row and row["time_zone"] not in ZONES:
        raise DataError(
            "unknown time zone", column="time_zone", found=row["time_zone"], allowed=ZONES, **where
        )
    if "value" in row and "unit" in row and pd.isna(row["unit"]):
        raise DataError("fact without unit", column="unit", **where)
    low, value, high = (row.get(name) for name in ("low", "value", "high"))
    if pd.notna(value) and ((pd.notna(low) and low > value) or (pd.notna(high) and high < value)):
        raise DataError(
            "bounds do not enclose the value",
            column="value",
            found=value,
            allowed=f"{low} to {high}",
            **where,
        )
    if pd.notna(value) and pd.notna(row.get("unit")):
        _check_limits(row, where)


def _check_limits(row, where):
    """Refuse what no quantity of this name, or no quantity in this unit, can be."""
    subject = str(next(iter(row.values())))
    for name in [str(row[column]) for column in NAMES if pd.notna(row.get(column))]:
        found = physical_limits.broken(
            name, row["unit"], [row.get(end) for end in ("value", "low", "high")]
        )
        if found is not None:
            raise DataError(
                f"absurd value of {name}" + (f" of {subject}" if subject != name else ""),
                column="value",
                found=found,
                allowed=physical_limits.told(name, row["unit"]),
                **where,
            )


def _check_years(frame, table, path, latest):
    """Refuse a year, or a period that names one, after the latest."""
    for name, field in tables.declaration(table).items():
        if field["dtype"] == "integer" and field["unit"] == "year":
            years = frame[name].astype("Float64").to_numpy(float, na_value=float("nan"))
        elif field["dtype"] == "string" and name in PERIODS:
            texts = frame[name].fillna("").astype(str)
            years = [max(map(int, re.findall(r"(?:19|20)\d\d", t)), default=0) for t in texts]
        else:
            continue
        for row, year in enumerate(years, start=2):
            if year > latest:
                raise DataError(
                    "date lies in the future",
                    file=path,
                    row=row,
                    column=name,
                    key=str(frame.iloc[row - 2, 0]),
                    found=str(frame[name].iloc[row - 2]),
                    allowed=f"no later than {latest}",
                )


def _check_dates(frame, path, as_of):
    for name in frame.columns:
        if getattr(frame[name].dtype, "kind", "") != "M":
            continue
        late = frame.index[frame[name] > as_of]
        if len(late):
            raise DataError(
                "date lies in the future",
                file=path,
                row=int(late[0]) + 2,
                column=name,
                key=str(frame.iloc[int(late[0]), 0]),
                found=str(frame[name][late[0]].date()),
                allowed=f"no later than {as_of.date()}",
            )
