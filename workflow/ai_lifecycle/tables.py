"""Tables at the border: written the same way everywhere, read strictly.

Every column of every table is declared in ``data/fields.csv``; a table that differs from its
declaration is refused, with file, row and column.
"""

import csv
import io
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from ai_lifecycle import cells, lean_imports, shipped
from ai_lifecycle.errors import DataError

FLOAT_FORMAT = "%.9g"
FIELD_COLUMNS = (
    "table",
    "column",
    "dtype",
    "unit",
    "minimum",
    "maximum",
    "nullable",
    "allowed",
    "meaning",
)
HARMLESS = "text that no spreadsheet, page or terminal takes for a command"
DTYPES = ("string", "float", "integer", "boolean", "date", "timestamp")


@lru_cache(maxsize=1)
def fields():
    """Declarations of all columns, as ``{table: {column: declaration}}`` in declared order."""
    path = shipped.path("fields.csv")
    declared = {}
    for row, line in enumerate(_rows(path, FIELD_COLUMNS), start=2):
        if line["dtype"] not in DTYPES:
            raise DataError(
                "unknown dtype",
                file=path,
                row=row,
                column="dtype",
                found=line["dtype"],
                allowed=DTYPES,
            )
        if line["column"] in declared.setdefault(line["table"], {}):
            raise DataError("column declared twice", file=path, row=row, found=line["column"])
        declared[line["table"]][line["column"]] = line
    return declared


def declaration(table):
    """Declared columns of one table."""
    known = fields()
    if table not in known:
        raise DataError("table is not declared", file="data/fields.csv", found=table, allowed=known)
    return known[table]


def read_csv(path, table):
    """Read a CSV that must match its declaration exactly.

    Parameters
    ----------
    path : str or Path
        UTF-8 CSV without byte-order mark, comma-separated.
    table : str
        Its name in ``data/fields.csv``.

    Returns
    -------
    DataFrame
        Columns in declared order; empty cells are missing (NaN, NA or NaT), never zero.

    Raises
    ------
    DataError
        A file that cannot be read; byte-order mark; missing, extra or reordered column; a cell that
        is not of its dtype, is out of bounds, is not an allowed word, is empty though the column is
        not nullable, or would run in a spreadsheet (see `cells.danger`).
    """
    declared = declaration(table)
    rows = _rows(path, tuple(declared))
    # The first cell of a row says what it is about.
    first = next(iter(declared))
    keys = [line[first] for line in rows]
    columns = {}
    for name, field in declared.items():
        cells = [line[name] for line in rows]
        columns[name] = _parsed(cells, field, path, keys if name != first else None)
    return pd.DataFrame(columns)


def _rows(path, header):
    """All data rows of a strict CSV as dicts; refuses a wrong header or a ragged row."""
    try:
        raw = Path(path).read_bytes()
    except OSError as fault:
        raise DataError(f"file cannot be read ({fault.strerror})", file=path) from None
    if raw.startswith(b"\xef\xbb\xbf"):
        raise DataError(
            "file begins with a byte-order mark", file=path, row=1, allowed="UTF-8 without one"
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise DataError(f"file is not UTF-8: {fault.reason}", file=path) from None
    if "\x00" in text:
        raise DataError(
            "file holds a NUL character",
            file=path,
            row=text[: text.index("\x00")].count("\n") + 1,
            allowed="printable text",
        )
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as fault:
        raise DataError(f"file does not parse: {fault}", file=path, row=reader.line_num) from None
    found = tuple(lines[0]) if lines else ()
    _check_header(tuple(header), found, path)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            raise DataError("empty line", file=path, row=number)
        if len(line) != len(header):
            raise DataError(
                "wrong number of cells",
                file=path,
                row=number,
                found=len(line),
                allowed=str(len(header)),
            )
        rows.append(dict(zip(header, line, strict=True)))
    return rows


def _check_header(header, found, file):
    """Refuse columns that are missing, extra, repeated or in another order."""
    if found == header:
        return
    missing = [name for name in header if name not in found]
    extra = [name for name in found if name not in header]
    faults = [f"missing column(s) {', '.join(missing)}"] if missing else []
    faults += [f"unexpected column(s) {', '.join(map(str, extra))}"] if extra else []
    raise DataError(
        "; ".join(faults) or "columns are in another order, or repeated",
        file=file,
        row=1,
        column=(missing + extra + list(found))[0],
        found=",".join(map(str, found)),
        allowed=",".join(header),
    )


def _parsed(cells, field, path, keys=None):
    """One column of text cells as typed values, checked cell by cell."""
    name, dtype = field["column"], field["dtype"]
    allowed = [word for word in field["allowed"].split("|") if word]
    low = float(field["minimum"]) if field["minimum"] else -np.inf
    high = float(field["maximum"]) if field["maximum"] else np.inf
    out = []
    for row, cell in enumerate(cells, start=2):
        where = {"file": path, "row": row, "column": name, "found": cell}
        if keys is not None and keys[row - 2]:
            where["key"] = keys[row - 2]
        if cell == "":
            if field["nullable"] != "yes":
                raise DataError("cell is empty", allowed="a value in every row", **where)
            out.append(None)
            continue
        if allowed and cell not in allowed:
            raise DataError("word is not in the allowed list", allowed=allowed, **where)
        value = _value(cell, dtype, where)
        if dtype in ("float", "integer") and not low <= value <= high:
            raise DataError("value is out of bounds", allowed=f"{low:g} to {high:g}", **where)
        out.append(value)
    if dtype == "float":
        return np.array([np.nan if v is None else v for v in out], dtype=float)
    if dtype == "integer":
        return pd.array(out, dtype="Int64")
    if dtype == "boolean":
        return pd.array(out, dtype="boolean")
    if dtype in ("date", "timestamp"):
        return pd.to_datetime(pd.Series(out, dtype="object"), utc=dtype == "timestamp")
    return pd.array(out, dtype="string")


def _value(cell, dtype, where):
    """Typed value of one cell."""
    try:
        if dtype == "float":
            return cells.number(cell)
        if dtype == "integer":
            return cells.whole(cell)
        if dtype == "boolean":
            return {"true": True, "false": False}[cell]
        if dtype == "date":
            return cells.date(cell)
        if dtype == "timestamp":
            return cells.timestamp(cell)
    except (ValueError, KeyError):
        raise DataError(
            f"cell is not of type {dtype}",
            allowed={
                "float": "a finite number",
                "integer": "a whole number",
                "boolean": "true or false",
                "date": "YYYY-MM-DD",
                "timestamp": "YYYY-MM-DDTHH:MM:SSZ",
            }[dtype],
            **where,
        ) from None
    danger = cells.danger(cell)
    if danger:
        raise DataError(danger, allowed=HARMLESS, **where)
    return cell


@lru_cache(maxsize=256)
def schema(table):
    """Pandera schema of a declared table."""
    import pandera.pandas as pa

    columns = {}
    for name, field in declaration(table).items():
        checks = []
        if field["minimum"]:
            checks.append(pa.Check.ge(float(field["minimum"])))
        if field["maximum"]:
            checks.append(pa.Check.le(float(field["maximum"])))
        if field["allowed"]:
            checks.append(pa.Check.isin(field["allowed"].split("|")))
        columns[name] = pa.Column(checks=checks, nullable=field["nullable"] == "yes")
    return pa.DataFrameSchema(columns, strict=True, ordered=True, name=table)


def check(frame, table, file=None):
    """Return `frame` unchanged if it matches its declaration.

    Raises
    ------
    DataError
        Naming table, row index, column, value and what is allowed.
    """
    import pandera.errors

    _check_header(tuple(declaration(table)), tuple(frame.columns), file or f"table {table}")
    _check_dtypes(frame, table, file)
    try:
        # On its first check pandera would import hypothesis, to make up data, which we never do.
        with lean_imports.without("hypothesis"):
            schema(table).validate(frame, lazy=False)
    except pandera.errors.SchemaError as fault:
        first = fault.failure_cases.iloc[0]
        raise DataError(
            f"table {table} breaks its declaration: {fault.check}",
            file=file,
            row=first["index"],
            column=fault.schema.name,
            found=first["failure_case"],
            allowed="see data/fields.csv",
        ) from None
    _check_text(frame, table, file)
    return frame


def _check_text(frame, table, file):
    """Refuse text that a spreadsheet would run or that has no shape."""
    for name, field in declaration(table).items():
        if field["dtype"] != "string":
            continue
        for text in frame[name].dropna().unique():
            danger = cells.danger(str(text))
            if danger:
                row = int((frame[name] == text).fillna(False).to_numpy(bool).argmax())
                raise DataError(danger, file=file, row=row, column=f"{table}.{name}",
                                found=text, allowed=HARMLESS)  # fmt: skip


def _check_dtypes(frame, table, file):
    kinds = {"float": "f", "integer": "iu", "boolean": "b", "timestamp": "M", "date": "M"}
    for name, field in declaration(table).items():
        dtype = frame[name].dtype
        if field["dtype"] == "timestamp" and getattr(dtype, "tz", None) is None:
            raise DataError("timestamp without time zone", file=file, column=f"{table}.{name}")
        kind = kinds.get(field["dtype"])
        if kind is not None and getattr(dtype, "kind", "O") not in kind:
            raise DataError(
                "column has the wrong type",
                file=file,
                column=f"{table}.{name}",
                found=str(dtype),
                allowed=field["dtype"],
            )


def write_csv(frame, path, table):
    """Write a declared table as CSV: nine significant digits, ``\\n``, no index, in one step."""
    check(frame, table, path)
    text = frame.copy()
    for name, field in declaration(table).items():
        if field["dtype"] == "timestamp":
            text[name] = text[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif field["dtype"] == "date":
            text[name] = text[name].dt.strftime("%Y-%m-%d")
        elif field["dtype"] == "boolean":
            text[name] = text[name].map({True: "true", False: "false"})
    body = text.to_csv(index=False, float_format=FLOAT_FORMAT, lineterminator="\n")
    write_bytes(path, body.encode("utf-8"))


def write_parquet(frame, path, table):
    """Write a declared table as Parquet with fixed settings (bytes depend on data and pyarrow)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    check(frame, table, path)
    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    sink = io.BytesIO()
    pq.write_table(
        arrow,
        sink,
        compression="zstd",
        compression_level=15,
        use_dictionary=True,
        write_statistics=False,
        store_schema=False,
        row_group_size=1 << 20,
    )
    write_bytes(path, sink.getvalue())


def read_parquet(path, table):
    """Read a declared Parquet table and check it; whole numbers with gaps come back as Int64.

    Raises
    ------
    DataError
        A file that cannot be read or is no Parquet; what `check` refuses.
    """
    import pyarrow as pa

    try:
        frame = pd.read_parquet(path)
    except OSError as fault:
        reason = fault.strerror or "its pages do not decode"
        raise DataError(f"file cannot be read ({reason})", file=path) from None
    except (pa.ArrowException, ValueError, TypeError, KeyError) as fault:
        first = (str(fault).splitlines() or [""])[0]
        raise DataError(f"file is no Parquet table: {first}", file=path) from None
    for name, field in declaration(table).items():
        if field["dtype"] == "integer" and name in frame and frame[name].dtype.kind == "f":
            frame[name] = frame[name].astype("Int64")
    return check(frame, table, path)


def write_bytes(path, payload):
    """Write bytes so that the file is either whole or not there.

    Raises
    ------
    DataError
        When the disk is full or the folder cannot be written; nothing is left behind.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(payload)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException as fault:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        if isinstance(fault, OSError):
            raise DataError(f"file could not be written: {fault.strerror}", file=path) from fault
        raise
