"""CSV files as others publish them, read strictly: every surprise is an error that says where."""

import csv
import io
import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ai_lifecycle.errors import DataError

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def read(source_id, payload, header, *, rows, byte_order_mark):
    """Cells of a CSV as text, in an Arrow table.

    Parameters
    ----------
    source_id : str
        Name used in errors.
    payload : bytes
        The file as published, UTF-8, comma-separated.
    header : sequence of str
        The columns it must have, in this order.
    rows : int
        Data rows it must have.
    byte_order_mark : bool
        Whether the publisher's file begins with one; the other case is an error.

    Returns
    -------
    pyarrow.Table
        Columns named as in `header`, all text; an empty cell is the empty string.

    Raises
    ------
    DataError
        Naming source, row, column, what was found and what is allowed.
    """
    payload = _without_mark(source_id, payload, byte_order_mark)
    first = payload.split(b"\n", 1)[0].rstrip(b"\r")
    try:
        found = tuple(next(csv.reader([first.decode("utf-8")]), ()))
    except UnicodeDecodeError:
        raise DataError("header is not UTF-8", file=source_id, row=1) from None
    except csv.Error as fault:
        raise DataError(f"header does not parse: {fault}", file=source_id, row=1) from None
    if found != tuple(header):
        _refuse_header(source_id, found, tuple(header))
    try:
        # Arrow would tell a ragged row that is not UTF-8 to nobody.
        payload.decode("utf-8")
    except UnicodeDecodeError as fault:
        row = payload[: fault.start].count(b"\n") + 1
        raise DataError("file is not UTF-8", file=source_id, row=row) from None
    ragged = []

    def note(row):
        ragged.append((row.number, row.actual_columns))
        return "error"

    text = {name: pa.string() for name in header}
    try:
        table = pacsv.read_csv(
            io.BytesIO(payload),
            read_options=pacsv.ReadOptions(use_threads=False),
            parse_options=pacsv.ParseOptions(
                invalid_row_handler=note, newlines_in_values=False, ignore_empty_lines=False
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=text, strings_can_be_null=False, check_utf8=True
            ),
        )
    except pa.ArrowInvalid as fault:
        if ragged:
            number, cells = ragged[0]
            raise DataError(
                "wrong number of cells",
                file=source_id,
                row=number,
                found=cells,
                allowed=str(len(header)),
            ) from None
        raise DataError(f"file does not parse: {fault}", file=source_id) from None
    if table.num_rows != rows:
        raise DataError(
            "wrong number of data rows",
            file=source_id,
            row=table.num_rows + 1,
            found=table.num_rows,
            allowed=f"{rows}, by data/expected_rows.csv: upstream or that file has changed",
        )
    return table


def numbers(source_id, table, column, *, nullable):
    """One column as float64; empty cells are NaN where `nullable`, else an error.

    Raises
    ------
    DataError
        At the first cell that is not a finite decimal number.
    """
    cells = table.column(column).combine_chunks()
    empty = pc.equal(cells, "")
    if pc.any(empty).as_py() and not nullable:
        raise DataError(
            "cell is empty",
            file=source_id,
            row=_first(empty) + 2,
            column=column,
            found="",
            allowed="a number in every row",
        )
    filled = pc.if_else(empty, pa.scalar(None, pa.string()), cells)
    try:
        values = pc.cast(filled, pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        values = None
    if values is None or not np.isfinite(values[~empty.to_numpy(zero_copy_only=False)]).all():
        _refuse_number(source_id, column, cells.to_pylist())
    return values


def text(table, column):
    """One column as a NumPy array of str objects."""
    return table.column(column).to_numpy(zero_copy_only=False)


def demand_hours(source_id, column, cells, expected):
    """Check that time stamps run hour by hour as `expected`, text for text.

    Raises
    ------
    DataError
        At the first hour that is repeated, left out, or in another format.
    """
    cells, expected = np.asarray(cells, dtype=object), np.asarray(expected, dtype=object)
    wrong = np.flatnonzero(cells != expected)
    if not wrong.size:
        return
    at = int(wrong[0])
    if at and cells[at] == cells[at - 1]:
        what = "an hour stands twice"
    elif cells[at] in set(expected[at + 1 :]):
        what = "hours are left out"
    else:
        what = "time stamp is not the hour expected"
    raise DataError(
        what,
        file=source_id,
        row=at + 2,
        column=column,
        found=cells[at],
        allowed=str(expected[at]),
    )


def _without_mark(source_id, payload, byte_order_mark):
    has_mark = payload.startswith(BYTE_ORDER_MARK)
    if has_mark and not byte_order_mark:
        raise DataError(
            "file begins with a byte-order mark",
            file=source_id,
            row=1,
            found="EF BB BF",
            allowed="UTF-8 without one, as the publisher's file had",
        )
    if byte_order_mark and not has_mark:
        raise DataError(
            "file begins without the publisher's byte-order mark",
            file=source_id,
            row=1,
            found=payload[:3].hex(" ").upper(),
            allowed="EF BB BF",
        )
    return payload[3:] if has_mark else payload


def _refuse_header(source_id, found, header):
    missing = [name for name in header if name not in found]
    extra = [name for name in found if name not in header]
    parts = [f"missing column {name}" for name in missing]
    parts += [f"unexpected column {name}" for name in extra]
    moved = [a for a, b in zip(found, header, strict=False) if a != b]
    raise DataError(
        "; ".join(parts) or "columns are in another order, or repeated",
        file=source_id,
        row=1,
        column=(missing + extra + moved + list(header))[0],
        found=",".join(found),
        allowed=",".join(header),
    )


def _refuse_number(source_id, column, cells):
    for row, cell in enumerate(cells, start=2):
        if cell and not NUMBER.fullmatch(cell):
            raise DataError(
                "cell is not a number",
                file=source_id,
                row=row,
                column=column,
                found=cell,
                allowed="a finite decimal number",
            )
    raise DataError(
        "column holds a number out of range", file=source_id, column=column, found="infinite"
    )


def _first(mask):
    return int(np.flatnonzero(mask.to_numpy(zero_copy_only=False))[0])
