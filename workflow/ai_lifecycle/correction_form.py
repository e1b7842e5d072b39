"""Form of an entry of a correction file: which key holds a word, a list, a number or a pair."""

from ai_lifecycle import cells
from ai_lifecycle.errors import DataError

WORDS = ("id", "area", "fault", "action", "reason", "evidence", "source_key", "locator", "into")
BOUNDS = ("equal", "above", "below")
FLAGS = ("every", "missing", "repeats_previous")
SPANS = ("percent_fitting_better", "solar_noon_offset_minutes")


def settled(entry, file, name):
    """The entry with its decimals as numbers; the strict loader hands them over as text.

    Parameters
    ----------
    entry : dict
        One entry with known keys.
    file, name : str
        Where it stands, for messages.

    Returns
    -------
    dict

    Raises
    ------
    DataError
        Naming file and key: a value of another form than its key takes.
    """

    def refuse(key, found, allowed):
        raise DataError("value has the wrong form", file=file, key=f"{name}.{key}", found=found,
                        allowed=allowed)  # fmt: skip

    def number(key, value):
        if type(value) is int:
            # Whole as written: conditions are quoted in tables of what was found.
            return value
        try:
            return cells.number("" if isinstance(value, bool) else str(value))
        except ValueError:
            refuse(key, value, "a number")

    def pair(key, value):
        if not isinstance(value, list) or len(value) != 2:
            refuse(key, value, "two numbers, the smaller first")
        low, high = (number(key, end) for end in value)
        if low > high:
            refuse(key, value, "two numbers, the smaller first")
        return [low, high]

    def mapping(key, value):
        if not isinstance(value, dict) or not value:
            refuse(key, value, "a mapping of columns")
        return value

    def condition(word, value):
        key = f"where.{word}"
        if word in BOUNDS:
            return {c: number(f"{key}.{c}", v) for c, v in mapping(key, value).items()}
        if word in FLAGS and value is not True:
            refuse(key, value, "true")
        if word == "local_hour" and not (type(value) is int and 0 <= value < 24):
            refuse(key, value, "an hour, 0 to 23")
        return pair(key, value) if word == "utc_hours" else value

    def expectation(word, value):
        key = f"expect.{word}"
        if word == "rows" and not (type(value) is int and value >= 0):
            refuse(key, value, "a whole number")
        if word == "within":
            return {c: pair(f"{key}.{c}", v) for c, v in mapping(key, value).items()}
        return pair(key, value) if word in SPANS else value

    for key in WORDS:
        if key in entry and not (isinstance(entry[key], str) and entry[key]):
            refuse(key, entry[key], "a word")
    columns = entry["columns"]
    if not isinstance(columns, list) or not all(isinstance(c, str) for c in columns):
        refuse("columns", columns, "a list of columns")
    where = {w: condition(w, v) for w, v in mapping("where", entry["where"]).items()}
    expect = {w: expectation(w, v) for w, v in mapping("expect", entry["expect"]).items()}
    return entry | {"where": where, "expect": expect}
