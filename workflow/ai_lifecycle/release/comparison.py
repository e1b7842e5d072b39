"""Two versions of a table: which rows came and went, which numbers moved, and by how much."""

import csv
import difflib
import io
import math
from dataclasses import dataclass, field

KEY_TYPES = ("string", "integer", "date", "timestamp", "boolean")
DRAWING_ORDER = "position"


@dataclass(frozen=True)
class Cell:
    """One cell that differs."""

    row: tuple
    column: str
    old: str
    new: str

    @property
    def change(self):
        """New number less old number; None where either is none."""
        try:
            return float(self.new) - float(self.old)
        except ValueError:
            return None

    @property
    def relative(self):
        """Change over the old number; infinite from zero, None where either is none."""
        if self.change is None:
            return None
        old = float(self.old)
        return math.copysign(math.inf, self.change) if old == 0 else self.change / abs(old)


@dataclass(frozen=True)
class Difference:
    """How one table differs from another."""

    key: tuple
    columns_added: tuple = ()
    columns_removed: tuple = ()
    rows_added: tuple = ()
    rows_removed: tuple = ()
    cells: tuple = field(default=())
    reordered: bool = False

    def __bool__(self):
        return bool(
            self.columns_added or self.columns_removed or self.rows_added or self.rows_removed
            or self.cells or self.reordered
        )  # fmt: skip


def parse(text):
    """Header and rows of a CSV.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of list
    """
    lines = list(csv.reader(io.StringIO(text, newline="")))
    return (lines[0], lines[1:]) if lines else ([], [])


def key_columns(header, rows, declared):
    """Fewest leading columns that tell the rows apart.

    Parameters
    ----------
    header : list of str
    rows : list of list of str
    declared : mapping of str to mapping
        ``dtype`` and ``nullable`` of each column. Columns that may be empty are taken only where
        the others do not suffice, the order of drawing last (it shifts with every row that comes
        in), and numbers that are not whole never: they are what moves.

    Returns
    -------
    list of str
        Empty when rows cannot be told apart.
    """
    firm = [name for name in header if declared[name]["nullable"] != "yes"]
    for names in (firm, header):
        key = []
        usable = [name for name in names if declared[name]["dtype"] in KEY_TYPES]
        for name in sorted(usable, key=DRAWING_ORDER.__eq__):
            key.append(name)
            if _unique(header, rows, key):
                return _without_idle(header, rows, key)
    return []


def _without_idle(header, rows, key):
    """The key without columns that it can do without; later ones are dropped first."""
    for name in reversed(key[:-1]):
        shorter = [other for other in key if other != name]
        if _unique(header, rows, shorter):
            key = shorter
    return key


def _unique(header, rows, key):
    return len(set(_keys(header, rows, key))) == len(rows)


def _keys(header, rows, key):
    places = [header.index(name) for name in key]
    return [tuple(row[place] for place in places) for row in rows]


def compare(old, new, keys=()):
    """How one version of a table differs from another.

    Parameters
    ----------
    old, new : str
        The CSV files' text.
    keys : iterable of list of str
        Key columns to try, the first that tells rows apart in both is taken; without one, rows
        are matched in their order, and named by their number in the new version (header = 1).

    Returns
    -------
    Difference
        False if there is none.
    """
    (old_header, old_rows), (new_header, new_rows) = parse(old), parse(new)
    key = next(
        (
            tuple(names)
            for names in keys
            if names
            and {*names} <= {*old_header} & {*new_header}
            and _unique(old_header, old_rows, names)
            and _unique(new_header, new_rows, names)
        ),
        (),
    )
    if key:
        before = dict(zip(_keys(old_header, old_rows, key), old_rows, strict=True))
        after = dict(zip(_keys(new_header, new_rows, key), new_rows, strict=True))
    else:
        after = {(number,): row for number, row in enumerate(new_rows, start=2)}
        before = dict(zip(_in_order(old_rows, new_rows), old_rows, strict=True))
    shared = [name for name in new_header if name in old_header and name not in key]
    places = [(name, old_header.index(name), new_header.index(name)) for name in shared]
    common = [row for row in before if row in after]
    cells = tuple(
        Cell(row, name, before[row][there], after[row][here])
        for row in common
        for name, there, here in places
        if before[row][there] != after[row][here]
    )
    return Difference(
        key=key,
        columns_added=tuple(name for name in new_header if name not in old_header),
        columns_removed=tuple(name for name in old_header if name not in new_header),
        rows_added=tuple(row for row in after if row not in before),
        rows_removed=tuple(row for row in before if row not in after),
        cells=cells,
        reordered=common != [row for row in after if row in before]
        or [n for n in old_header if n in new_header] != [n for n in new_header if n in old_header],
    )


def _in_order(old, new):
    """Name of each old row: the number of the new one that it became, or that it is gone."""
    if len(old) == len(new):
        return [(number,) for number in range(2, len(new) + 2)]
    names = [(f"{number} as it was",) for number in range(2, len(old) + 2)]
    matcher = difflib.SequenceMatcher(None, [*map(_labels, old)], [*map(_labels, new)], False)
    for here, there, count in matcher.get_matching_blocks():
        for step in range(count):
            names[here + step] = (there + step + 2,)
    return names


def _labels(row):
    """What of a row is no number: it stays when numbers move."""
    return tuple(cell for cell in row if not _is_number(cell))


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def largest(cells, count):
    """The cells that moved most, relative to what they were; words after numbers."""
    return sorted(cells, key=_rank)[:count]


def _rank(cell):
    return (1, 0.0) if cell.relative is None else (0, -abs(cell.relative))
