"""Where in a source the numbers stand that were taken from it."""

import csv
from pathlib import Path

COLUMNS = {"source_key", "locator"}


def by_source(paths):
    """Places in each source, from all tables of facts and constants.

    Parameters
    ----------
    paths : list of str or Path
        CSV files; those without a source key or a locator are passed over.

    Returns
    -------
    dict of str to list of dict
        For each source key `table` and its distinct `places`, both in alphabetical order.
    """
    found = {}
    for path in sorted(paths, key=lambda path: Path(path).stem):
        with open(path, encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if not set(rows.fieldnames or ()) >= COLUMNS:
                continue
            for row in rows:
                for key in filter(None, row["source_key"].split(";")):
                    tables = found.setdefault(key, {})
                    tables.setdefault(Path(path).stem, set()).add(row["locator"])
    return {
        key: [
            {"table": table, "places": sorted(filter(None, places))}
            for table, places in tables.items()
        ]
        for key, tables in found.items()
    }
