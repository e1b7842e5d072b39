"""Named groups of sources: one word in a column of source keys where a long list would stand.

A word that begins with ``group:`` names a row of the table ``source_groups``; the row lists the
keys in ``data/references.bib`` that the word stands for. Groups hold keys only, no other groups.
"""

import csv
import io
from pathlib import Path

import pandas as pd

from ai_lifecycle.errors import DataError

TABLE = "source_groups"
PREFIX = "group:"


def members(frame):
    """Source keys of each group.

    Parameters
    ----------
    frame : DataFrame
        ``source_groups``.

    Returns
    -------
    dict of str to list of str
    """
    keys = frame["source_key"].str.split(";")
    return dict(zip(frame["source_group"], keys, strict=True))


def read(path):
    """Source keys of each group of a table on disk; of none where there is no such table."""
    if not Path(path).is_file():
        return {}
    text = Path(path).read_text(encoding="utf-8")
    return members(pd.DataFrame(csv.DictReader(io.StringIO(text, newline="")), dtype=object))


def spelt_out(keys, groups):
    """Source keys of a cell, those of its groups in their place.

    Parameters
    ----------
    keys : str
        Keys and names of groups, joined by semicolons.
    groups : mapping of str to list of str
        As `members` returns.

    Returns
    -------
    str
        Keys alone, joined by semicolons; where a group was among them, each once and in
        alphabetical order.

    Raises
    ------
    DataError
        When a group is named that there is not.
    """
    if PREFIX not in keys:
        return keys
    found = set()
    for key in filter(None, (part.strip() for part in keys.split(";"))):
        if not key.startswith(PREFIX):
            found.add(key)
        elif key in groups:
            found.update(groups[key])
        else:
            raise DataError(
                "no such group of sources", file=f"tables/{TABLE}.csv", column="source_group",
                found=key, allowed=sorted(groups),
            )  # fmt: skip
    return ";".join(sorted(found))
