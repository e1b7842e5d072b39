"""How many rows each table holds of each area and year: known beforehand, demanded afterwards."""

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError


def load(path):
    """Rows expected, as ``{(table, area, year): rows}``.

    Parameters
    ----------
    path : str or Path
        ``data/expected_rows.csv``.

    Raises
    ------
    DataError
        When the file does not read or an entry stands twice.
    """
    frame = tables.read_csv(path, "expected_rows")
    known = {}
    for row, line in enumerate(frame.itertuples(index=False), start=2):
        key = (line.table, line.area, int(line.year))
        if key in known:
            raise DataError(
                "rows expected twice", file=path, row=row, found=" ".join(map(str, key))
            )
        known[key] = int(line.rows)
    return known


def of(known, table, area, year):
    """Rows expected of one area and year."""
    key = (table, area, year)
    if key not in known:
        raise DataError(
            "no number of rows is expected of this area and year",
            file="data/expected_rows.csv",
            key=table,
            found=f"{area} {year}",
            allowed={f"{a} {y}" for t, a, y in known if t == table},
        )
    return known[key]


def demand(frame, table, known, *, area, year):
    """Refuse a table that has other areas, years or numbers of rows than expected.

    Parameters
    ----------
    frame : DataFrame
    table : str
        Its name.
    known : dict
        As `load` returns it.
    area : str
        Column of areas.
    year : Series of int
        Year of each row.

    Raises
    ------
    DataError
        Naming the file of expectations, table, area and year, rows found and expected.
    """
    found = frame.groupby([frame[area], year.to_numpy()]).size()
    found = {(table, str(a), int(y)): int(n) for (a, y), n in found.items()}
    wanted = {key: rows for key, rows in known.items() if key[0] == table}
    for key in sorted(set(found) | set(wanted)):
        if found.get(key, 0) != wanted.get(key, 0):
            raise DataError(
                f"upstream or this file has changed: wrong number of rows of {table}",
                file="data/expected_rows.csv",
                key=f"{key[1]} {key[2]}",
                found=found.get(key, 0),
                allowed=str(wanted.get(key, 0)),
            )
