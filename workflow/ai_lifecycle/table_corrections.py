"""Corrections of published tables: each names row, fault and reason, and checks it still applies.

A correction file (``data/corrections/*.yaml``) holds entries of one fault each; an entry lists
the rows it treats by key, with the published value that must stand there. When upstream has
changed a value, the guard stops the run instead of repairing what is no longer broken.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import cells, strict_yaml
from ai_lifecycle.errors import DataError

ACTIONS = ("set", "set_missing", "exclude")
ENTRY_KEYS = {"fault", "action", "column", "reason", "effect", "source_key", "locator", "rows"}
ROW_KEYS = {"key", "name", "expect", "value"}


@dataclass(frozen=True)
class Correction:
    """One fault, and how its rows are treated.

    `action` is ``set`` (to each row's `value`), ``set_missing`` or ``exclude`` (the row keeps its
    values; the exclusion column says why it is not used). `column` is the column corrected, or
    for ``exclude`` the one whose value guards the entry.
    """

    fault: str
    action: str
    column: str
    reason: str
    effect: str
    source_key: str
    locator: str
    rows: tuple


def read(path):
    """All corrections of a file.

    Raises
    ------
    DataError
        What `strict_yaml.read` refuses, a missing or unknown key, a value of another form, an
        unknown action, a row without guard, a ``set`` without value, a row corrected twice in one
        column.
    """
    content = strict_yaml.read(path)
    entries = content.get("corrections") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise DataError("top of a correction file", file=path,
                        allowed="the key corrections with a list of entries")  # fmt: skip
    corrections, seen = [], set()
    for entry in entries:
        if set(entry) != ENTRY_KEYS:
            raise DataError("correction with wrong keys", file=path, key=entry.get("fault"),
                            found=sorted(set(entry) ^ ENTRY_KEYS), allowed=ENTRY_KEYS)  # fmt: skip
        for key in sorted(ENTRY_KEYS - {"rows"}):
            if not isinstance(entry[key], str):
                raise DataError("value is no word", file=path, key=f"{entry['fault']}.{key}",
                                found=entry[key])  # fmt: skip
        if entry["action"] not in ACTIONS:
            raise DataError("unknown action", file=path, key=entry["fault"],
                            found=entry["action"], allowed=ACTIONS)  # fmt: skip
        if not isinstance(entry["rows"], list) or not entry["rows"]:
            raise DataError("correction without rows", file=path, key=entry["fault"],
                            found=entry["rows"])  # fmt: skip
        for row in entry["rows"]:
            _check_row(row, entry, path)
            place = (row["key"], entry["column"], entry["action"] == "exclude")
            if place in seen:
                raise DataError("row is corrected twice", file=path, key=row["key"],
                                column=entry["column"])  # fmt: skip
            seen.add(place)
        corrections.append(Correction(**entry | {"rows": tuple(entry["rows"])}))
    return corrections


def _check_row(row, entry, path):
    wanted = ROW_KEYS if entry["action"] == "set" else ROW_KEYS - {"value"}
    if not isinstance(row, dict) or set(row) != wanted:
        raise DataError(
            "row of a correction has wrong keys",
            file=path,
            key=entry["fault"],
            found=row,
            allowed=wanted,
        )
    place = {"file": path, "key": f"{entry['fault']} {row['key']}"}
    for name in ("key", "name"):
        if not isinstance(row[name], str):
            raise DataError("value is no word", column=name, found=row[name], **place)
    for name in wanted - {"key", "name"}:
        try:
            if row[name] is not None or name == "value":
                _typed(row[name])
        except ValueError:
            raise DataError("value is no number or date", column=name, found=row[name],
                            **place) from None  # fmt: skip


def apply(frame, corrections, *, key, file):
    """Corrected copy of a table.

    Parameters
    ----------
    frame : DataFrame
        With columns `key`, ``name`` and ``exclusion`` (missing where a row is used).
    corrections : list of Correction
    key : str
        Column that names a row uniquely.
    file : str
        The correction file, for messages.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        A row that is not there; a name or published value other than the guard expects.
    """
    corrected = frame.copy()
    position = pd.Series(np.arange(len(frame)), index=frame[key].to_numpy())
    for correction in corrections:
        for row in correction.rows:
            where = {"file": file, "key": f"{correction.fault} {row['key']}"}
            if row["key"] not in position.index:
                raise DataError("corrected row is not in the table", found=row["key"], **where)
            at = frame.index[position[row["key"]]]
            if frame.loc[at, "name"] != row["name"]:
                raise DataError("corrected row has another name upstream", column="name",
                                found=frame.loc[at, "name"], allowed=row["name"],
                                **where)  # fmt: skip
            _guard(frame.loc[at, correction.column], row["expect"], correction.column, where)
            if correction.action == "exclude":
                corrected.loc[at, "exclusion"] = correction.fault
            elif correction.action == "set_missing":
                dated = corrected[correction.column].dtype.kind == "M"
                corrected.loc[at, correction.column] = pd.NaT if dated else np.nan
            else:
                corrected.loc[at, correction.column] = _typed(row["value"])
    return corrected


def _typed(value):
    """Number or date of a correction, which YAML hands over as text where it is not whole."""
    text = "" if isinstance(value, bool) else str(value)
    return pd.Timestamp(cells.date(text)) if cells.DATE.fullmatch(text) else cells.number(text)


def _guard(found, expected, column, where):
    wanted = None if expected is None else _typed(expected)
    same = pd.isna(found) if wanted is None else found == wanted
    if not same:
        raise DataError(
            "upstream no longer publishes the value that this correction is for",
            column=column,
            found=None if pd.isna(found) else found,
            allowed="missing" if expected is None else str(expected),
            **where,
        )


def quality_rows(corrections, *, dataset):
    """One row of a data-quality table per correction.

    Returns
    -------
    DataFrame
        Columns dataset, subject, fault, where, hours_or_rows, treatment, effect, source.
    """
    words = {
        "set": "value replaced by the sourced one",
        "set_missing": "value set missing",
        "exclude": "row kept in the table, excluded from every result",
    }
    return pd.DataFrame(
        [
            {
                "dataset": dataset,
                "subject": "; ".join(row["name"] for row in c.rows[:4])
                + (f"; and {len(c.rows) - 4} more" if len(c.rows) > 4 else ""),
                "fault": f"{c.fault}: {c.reason}",
                "where": c.column,
                "hours_or_rows": len(c.rows),
                "treatment": words[c.action],
                "effect": c.effect,
                "source": f"{c.source_key}, {c.locator}",
            }
            for c in corrections
        ]
    )
