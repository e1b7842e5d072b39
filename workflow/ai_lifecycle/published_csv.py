"""CSV files of many columns as others publish them: the columns we use, strictly."""

import csv
import io

from ai_lifecycle import cells
from ai_lifecycle.errors import DataError

BYTE_ORDER_MARK = "\ufeff"


def read(payload, file, wanted, *, delimiter=",", alone=()):
    """Rows of a published CSV with the columns wanted.

    Parameters
    ----------
    payload : bytes
        UTF-8, with or without byte-order mark; a quoted cell may hold line breaks.
    file : str
        Name for messages.
    wanted : iterable of str
        Columns that must be there, each once; others are left out.
    delimiter : str
        What separates cells.
    alone : collection of str
        Cells known to stand alone on a row of the published file; such a row counts but holds
        nothing.

    Returns
    -------
    list of dict of str to str
        One per row, of the columns wanted; the header is row 1, so the first is row 2.

    Raises
    ------
    DataError
        Bytes that are not UTF-8, a NUL, quotes that do not pair, no rows, a column that is absent
        or stands twice, a row with more or fewer cells than the header.
    """
    try:
        text = payload.decode("utf-8").removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError as fault:
        raise DataError(f"file is not UTF-8: {fault.reason}", file=file) from None
    if "\x00" in text:
        raise DataError("file holds a NUL character", file=file)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        table = list(lines)
    except csv.Error as fault:
        raise DataError(f"file does not parse: {fault}", file=file, row=lines.line_num) from None
    header, wanted = table[0] if table else [], list(wanted)
    for name in wanted:
        if header.count(name) != 1:
            what = "column stands twice upstream" if name in header else "column is not there"
            raise DataError(what, file=file, row=1, column=name, allowed=wanted)
    if len(table) < 2:
        raise DataError("file holds no rows", file=file)
    for row, line in enumerate(table[1:], start=2):
        if len(line) != len(header) and not (len(line) == 1 and line[0] in alone):
            raise DataError("wrong number of cells", file=file, row=row, found=len(line),
                            allowed=str(len(header)))  # fmt: skip
    at = {name: header.index(name) for name in wanted}
    return [
        {name: line[place] if len(line) == len(header) else "" for name, place in at.items()}
        for line in table[1:]
    ]


def number(row, name, file, line, *, missing=("",)):
    """Number of one cell, None where it holds a word for missing.

    Raises
    ------
    DataError
        A cell that is not a finite decimal number.
    """
    cell = row[name].strip()
    if cell in missing:
        return None
    try:
        return cells.number(cell)
    except ValueError:
        raise DataError("cell is not a number", file=file, row=line, column=name, found=cell,
                        allowed="a finite decimal number") from None  # fmt: skip
