"""Corrections of published hourly data: where, what is done, why, and what must be found first.

An entry of ``data/corrections/<dataset>.yaml`` applies to the file *as published*. Its `expect`
guard states how many rows it must select and what stands in them; when upstream repairs a fault,
the run stops instead of correcting what is right.
"""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from ai_lifecycle import correction_form, strict_yaml
from ai_lifecycle.errors import DataError

ACTIONS = (
    "keep",
    "set_missing",
    "relabel",
    "move_to_previous_midnight",
    "hour_beginning",
    "hour_ending",
    "one_hour_later",
)
CONDITIONS = (
    "every",
    "labels",
    "equal",
    "above",
    "below",
    "missing",
    "repeats_previous",
    "local_hour",
    "utc_hours",
)
REQUIRED = ("id", "area", "fault", "action", "columns", "where", "expect", "reason", "evidence")
OPTIONAL = ("source_key", "locator", "into")
LABEL_FORMAT = "%Y-%m-%dT%H:%M"
EXPECTATIONS = ("rows", "within", "percent_fitting_better", "solar_noon_offset_minutes")


@dataclass(frozen=True)
class Correction:
    """One entry: a fault of one area, the rows it stands in and its treatment.

    `columns` are the columns faulty; for ``relabel`` the single column that holds too much, and
    `into` the one that should have it. `where` is a conjunction of conditions, `expect` what the
    rows selected must show. `file` is where the entry stands, for messages.
    """

    id: str
    area: str
    fault: str
    action: str
    columns: tuple
    where: dict
    expect: dict
    reason: str
    evidence: str
    source_key: str = ""
    locator: str = ""
    into: str = ""
    file: str | None = field(default=None, compare=False)


def read(path):
    """Entries of a correction file in their order.

    Parameters
    ----------
    path : str or Path
        YAML with the keys `dataset` and `corrections`.

    Returns
    -------
    tuple of Correction

    Raises
    ------
    DataError
        What `strict_yaml.read` refuses, unknown or missing keys, values of another form, an unknown
        action or condition, a label that is no date and hour, no row guard.
    """
    content = strict_yaml.read(path)
    if (
        not isinstance(content, dict)
        or set(content) != {"dataset", "corrections"}
        or not isinstance(content["corrections"], list)
        or not all(isinstance(entry, dict) for entry in content["corrections"])
        or not content["corrections"]
    ):
        raise DataError(
            "top of a correction file",
            file=path,
            allowed="the key dataset, and the key corrections with a list of entries",
        )
    entries = tuple(_entry(path, entry) for entry in content["corrections"])
    names = [entry.id for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise DataError("correction stands twice", file=path, key=name)
    return entries


def _entry(path, entry):
    name = entry.get("id", "(no id)")
    known = REQUIRED + OPTIONAL
    for key in entry:
        if key not in known:
            raise DataError("unknown key", file=path, key=f"{name}.{key}", found=key, allowed=known)
    for key in REQUIRED:
        if key not in entry or entry[key] in (None, "", [], {}):
            raise DataError("correction lacks a key", file=path, key=f"{name}.{key}")
    for key, allowed in (("where", CONDITIONS), ("expect", EXPECTATIONS)):
        if not isinstance(entry[key], dict):
            raise DataError("value has the wrong form", file=path, key=f"{name}.{key}",
                            found=entry[key], allowed=allowed)  # fmt: skip
        for word in entry[key]:
            if word not in allowed:
                raise DataError("unknown word", file=path, key=f"{name}.{key}", found=word,
                                allowed=allowed)  # fmt: skip
    if entry["action"] not in ACTIONS:
        raise DataError(
            "unknown action",
            file=path,
            key=f"{name}.action",
            found=entry["action"],
            allowed=ACTIONS,
        )
    if "rows" not in entry["expect"]:
        raise DataError("correction without guard", file=path, key=f"{name}.expect.rows")
    if (entry["action"] == "relabel") != ("into" in entry):
        raise DataError(
            "relabel names the column that should have the energy, and only relabel does",
            file=path,
            key=f"{name}.into",
        )
    entry = correction_form.settled(entry, path, name)
    _check_labels(path, name, entry["where"].get("labels", []))
    return Correction(**{**entry, "columns": tuple(entry["columns"])}, file=str(path))


def _check_labels(path, name, spans):
    """Refuse spans that are not pairs of existing hours, the earlier first."""
    place = {"file": path, "key": f"{name}.where.labels"}
    for span in spans if isinstance(spans, list) else [spans]:
        if not isinstance(span, list) or len(span) != 2:
            raise DataError("labels are not pairs", found=span, **place,
                            allowed="a list of pairs: first label, last label")  # fmt: skip
        for label in span:
            try:
                datetime.strptime(label, LABEL_FORMAT)
            except (TypeError, ValueError):
                raise DataError("label is no date and hour", found=label, **place,
                                allowed="a date and hour that exist, as 2022-03-28T17:00"
                                ) from None  # fmt: skip
        if span[0] > span[1]:
            raise DataError("labels run backwards", found=span, **place,
                            allowed="the earlier label first")  # fmt: skip


def select(frame, correction, *, repeats=None, local_hour=None):
    """Rows that an entry selects. Boolean array of the length of `frame`.

    Parameters
    ----------
    frame : DataFrame
        With the column `label_utc` and those named in the conditions.
    correction : Correction
    repeats : ndarray of bool, optional
        Rows that repeat the row before, for the condition `repeats_previous`.
    local_hour : ndarray of int, optional
        Local hour of the labels, for the condition `local_hour`.

    Raises
    ------
    DataError
        When the entry names a column that `frame` lacks.
    """
    named = [c for w in ("equal", "above", "below") for c in correction.where.get(w, {})]
    for column in [*correction.columns, *named, *([correction.into] if correction.into else [])]:
        if column not in frame.columns:
            raise DataError(
                "correction names an unknown column",
                file=correction.file,
                key=correction.id,
                found=column,
                allowed=frame.columns,
            )
    chosen = np.ones(len(frame), dtype=bool)
    for condition, value in correction.where.items():
        if condition == "labels":
            chosen &= _within_labels(frame["label_utc"], value)
        elif condition == "missing":
            chosen &= frame[list(correction.columns)].isna().any(axis=1).to_numpy() == value
        elif condition == "repeats_previous":
            chosen &= repeats
        elif condition == "local_hour":
            chosen &= local_hour == value
        elif condition == "utc_hours":
            chosen &= frame["label_utc"].dt.hour.between(*value).to_numpy()
        elif condition in ("equal", "above", "below"):
            for column, bound in value.items():
                cells = frame[column].to_numpy()
                compare = {"equal": cells == bound, "above": cells > bound, "below": cells < bound}
                chosen &= compare[condition]
    return chosen


def demand(frame, correction, chosen, *, file):
    """Refuse to go on unless the rows selected are what the entry expects.

    Parameters
    ----------
    frame : DataFrame
    correction : Correction
    chosen : ndarray of bool
        Rows selected.
    file : str
        Upstream file that `frame` was read from.

    Raises
    ------
    DataError
        "upstream or the entry has changed", naming correction file, entry, upstream file, row and
        value.
    """
    found = int(chosen.sum())
    if found != correction.expect["rows"]:
        raise DataError(
            f"upstream or the entry has changed: it does not select in {file} the rows that it "
            "was written for",
            file=correction.file,
            key=correction.id,
            found=f"{found} rows",
            allowed=f"{correction.expect['rows']} rows",
        )
    for column, (low, high) in correction.expect.get("within", {}).items():
        cells = frame.loc[chosen, column]
        outside = cells[~cells.between(low, high)]
        if len(outside):
            raise DataError(
                f"upstream or the entry has changed: value in {file}, row "
                f"{int(outside.index[0]) + 2}, column {column} is not the fault described",
                file=correction.file,
                key=correction.id,
                found=float(outside.iloc[0]),
                allowed=f"{low} to {high}",
            )


def demand_measure(correction, measure, value, *, file):
    """Refuse to go on unless a measured quantity lies in the range that the entry expects."""
    if measure not in correction.expect:
        return
    low, high = correction.expect[measure]
    if not low <= value <= high:
        raise DataError(
            f"upstream or the entry has changed: {measure} of {file} is not what the correction "
            "was written for",
            file=correction.file,
            key=correction.id,
            found=round(float(value), 3),
            allowed=f"{low} to {high}",
        )


def apply_values(frame, correction, chosen):
    """`frame` with the values of the rows chosen treated; label actions leave values alone.

    ``set_missing`` empties the columns. ``relabel`` moves the energy of one column into another
    and leaves behind the median of the same month's other rows: what that column holds when
    nothing is misplaced.
    """
    if correction.action == "set_missing":
        frame.loc[chosen, list(correction.columns)] = np.nan
    elif correction.action == "relabel":
        (column,) = correction.columns
        month = frame["label_utc"].dt.month
        usual = frame[column].mask(chosen | _misplaced(frame, correction)).groupby(month).median()
        left = month.map(usual)[chosen]
        moved = frame.loc[chosen, column] - left
        frame.loc[chosen, correction.into] += moved
        frame.loc[chosen, column] = left
    return frame


def _misplaced(frame, correction):
    """Rows in which the column holds another fuel's energy as well: not its usual content."""
    column = correction.columns[0]
    ceiling = correction.where.get("above", {}).get(column)
    return frame[column].to_numpy() > ceiling if ceiling else np.zeros(len(frame), dtype=bool)


def interval(correction):
    """Words for where an entry applies."""
    parts = []
    for condition, value in correction.where.items():
        if condition == "every":
            parts.append("every label")
        elif condition == "labels":
            spans = [a if a == b else f"{a} to {b}" for a, b in value]
            parts.append("label " + ", ".join(spans))
        elif condition == "local_hour":
            parts.append(f"local hour {value}")
        elif condition == "utc_hours":
            parts.append(f"label hours {value[0]} to {value[1]} UTC")
        elif condition == "missing":
            parts.append("cells empty")
        elif condition == "repeats_previous":
            parts.append("row repeats the row before")
        else:
            sign = {"equal": "=", "above": ">", "below": "<"}[condition]
            parts += [f"{column} {sign} {bound}" for column, bound in value.items()]
    return "; ".join(parts)


def _within_labels(labels, spans):
    chosen = np.zeros(len(labels), dtype=bool)
    for first, last in spans:
        first, last = pd.Timestamp(first, tz="UTC"), pd.Timestamp(last, tz="UTC")
        chosen |= labels.between(first, last).to_numpy()
    return chosen
