"""Errors that tell a reader what was wrong, where, and what is allowed."""

import difflib

# Past this many names the nearest one says more than the list.
MOST_NAMES_SHOWN = 40
MOST_CHARACTERS_SHOWN = 400


class DataError(ValueError):
    """A fault in data or configuration, told in one line.

    Parameters
    ----------
    what : str
        The fault, as a short clause.
    file, row, column, key : optional
        Where it stands. `row` is the line number in the file, header = 1.
    found : optional
        The offending value.
    allowed : optional
        What would have been accepted: text or a collection of names.
    """

    def __init__(
        self, what, *, file=None, row=None, column=None, key=None, found=None, allowed=None
    ):
        where = [str(file)] if file is not None else []
        where += [f"row {row}"] if row is not None else []
        where += [f"column {column}"] if column is not None else []
        where += [f"key {key}"] if key is not None else []
        parts = [what]
        if found is not None:
            parts.append(f"found {shortened(found)}")
        if allowed is not None:
            if not isinstance(allowed, str):
                names = sorted(str(name) for name in allowed)
                guess = nearest(found, names)
                many = len(names) > MOST_NAMES_SHOWN
                shown = f"one of {len(names)} names" if many and guess else ", ".join(names)
                allowed = shown + (f"; nearest: {guess}" if guess else "")
            parts.append(f"allowed: {allowed}")
        super().__init__((", ".join(where) + ": " if where else "") + "; ".join(parts))


def shortened(value):
    """How a value is written in a message: on one line, and no longer than a reader reads."""
    text = repr(value)
    if len(text) <= MOST_CHARACTERS_SHOWN:
        return text
    return f"{text[:MOST_CHARACTERS_SHOWN]}… ({len(text)} characters)"


def nearest(name, candidates):
    """Closest candidate to `name`, or None when nothing is close."""
    if name is None:
        return None
    matches = difflib.get_close_matches(str(name), [str(c) for c in candidates], n=1, cutoff=0.6)
    return matches[0] if matches else None
