"""Facts: figures transcribed from documents, each with unit, source, locator and status."""

import zoneinfo

import pandas as pd

from ai_lifecycle import bibliography, tables
from ai_lifecycle.errors import DataError

ZONES = frozenset(zoneinfo.available_timezones())
STATUSES = ("primary", "secondary", "digitised", "derived", "judgement")
PROVENANCE = ("source_key", "locator", "status")


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
        status or time zone; bounds that do not enclose the value; a date after `as_of`.
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
    if as_of is not None:
        _check_dates(frame, path, pd.Timestamp(as_of))
    return frame


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
                found=str(frame[name][late[0]].date()),
                allowed=f"no later than {as_of.date()}",
            )
