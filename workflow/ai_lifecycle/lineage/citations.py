"""Sources that tables name: the columns of source keys in facts, constants and published tables."""

import csv
import io
from pathlib import Path

from ai_lifecycle import source_groups

SUFFIX = "source_key"


def in_table(path, groups=None):
    """Source keys that a CSV names, by column.

    Parameters
    ----------
    path : str or Path
        A table with columns that end in ``source_key``; several keys are joined by semicolons.
    groups : mapping of str to list of str, optional
        Sources of each group, as `source_groups.members` gives them.

    Returns
    -------
    list of tuple
        ``(key, column)``, sorted, each once.
    """
    text = Path(path).read_text(encoding="utf-8")
    found = set()
    for row in csv.DictReader(io.StringIO(text, newline="")):
        for column, cell in row.items():
            if column.endswith(SUFFIX):
                keys = source_groups.spelt_out(cell or "", groups or {})
                found |= {(key.strip(), column) for key in keys.split(";") if key.strip()}
    return sorted(found)


def of_facts(paths):
    """Sources of every table of facts, as ``(node, key, how)``."""
    for path in paths:
        name = f"data/facts/{Path(path).name}"
        yield from ((("facts", name), key, f"column {column}") for key, column in in_table(path))


def of_artifacts(paths, folder):
    """Sources that published tables name, alone or in a group, as ``(node, key, how)``."""
    groups = source_groups.read(Path(folder, "tables", f"{source_groups.TABLE}.csv"))
    for path in paths:
        name = Path(path).relative_to(folder).as_posix()
        found = in_table(path, groups)
        yield from ((("artifact", name), key, f"column {column}") for key, column in found)


def of_constants(path):
    """Sources of every constant, as ``(node, key, how)``; a judgement of ours is none."""
    text = Path(path).read_text(encoding="utf-8")
    for row in csv.DictReader(io.StringIO(text, newline="")):
        for key in row[SUFFIX].split(";"):
            if key != "judgement":
                yield ("constant", row["id"]), key, f"column {SUFFIX}"


def of_datasets(catalogue):
    """Sources of every dataset of the catalogue, as ``(node, key, how)``."""
    for key, dataset in catalogue.items():
        yield from ((("dataset", key), name, "citation") for name in dataset.citation)
