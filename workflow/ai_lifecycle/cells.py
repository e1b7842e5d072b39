"""Cells of text as typed values, and text that nothing downstream may take for a command.

Python reads more as a number or a date than a table may mean: ``1_000``, ``٣``, ``nan`` or, as a
time stamp, ``now``. Here a cell is what it plainly says, or it is refused.
"""

import re
from datetime import datetime

NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
LARGEST_WHOLE = 2**63 - 1
# What a spreadsheet takes for the beginning of a formula; the wide forms are those of East Asia.
FORMULA = re.compile(r"[=@+\-＝＠＋－]")
# Characters without a shape that break XML or a terminal, and those that reverse what is read.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def number(cell):
    """A finite decimal number. Raises ValueError for anything else."""
    if not NUMBER.fullmatch(cell):
        raise ValueError("not a decimal number")
    value = float(cell)
    if value in (float("inf"), -float("inf")):
        raise ValueError("too large")
    return value


def whole(cell):
    """A whole number of at most 64 bits. Raises ValueError for anything else."""
    if not WHOLE.fullmatch(cell) or abs(int(cell)) > LARGEST_WHOLE:
        raise ValueError("not a whole number")
    return int(cell)


def date(cell):
    """A day as ``YYYY-MM-DD``. Raises ValueError for anything else."""
    if not DATE.fullmatch(cell):
        raise ValueError("not a date")
    return datetime.strptime(cell, "%Y-%m-%d")


def timestamp(cell):
    """A moment as ``YYYY-MM-DDTHH:MM:SSZ``. Raises ValueError for anything else."""
    if not TIMESTAMP.fullmatch(cell):
        raise ValueError("not a time stamp")
    return datetime.strptime(f"{cell[:-1]}+0000", "%Y-%m-%dT%H:%M:%S%z")


def danger(text):
    """Why a text must not stand in a table, as a clause; empty where it may.

    Published tables are data: a character put before a name to disarm it would be part of the name
    for every other reader. So a text that a spreadsheet would run is not let in at all.
    """
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        return "text begins like a formula of a spreadsheet"
    if text[:1].isspace() and FORMULA.match(text.lstrip()):
        return "text begins like a formula of a spreadsheet"
    if UNSEEN.search(text):
        return "text holds a control character"
    return ""
