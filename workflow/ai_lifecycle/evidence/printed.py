"""Numbers as documents print them, compared with figures as our tables hold them."""

import re
from decimal import Decimal, InvalidOperation

# Words and letters that documents put behind a number instead of zeros.
ABBREVIATED = {
    "k": Decimal(10) ** 3,
    "K": Decimal(10) ** 3,
    "M": Decimal(10) ** 6,
    "B": Decimal(10) ** 9,
    "T": Decimal(10) ** 12,
    "million": Decimal(10) ** 6,
    "billion": Decimal(10) ** 9,
    "trillion": Decimal(10) ** 12,
}
# Every part is of bounded length and none can match what its neighbour matches: linear in time.
NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-\u2212]?)"
    r"(?P<whole>\d{1,3}(?:,\d{3}){1,6}|\d{1,40})(?P<part>\.\d{1,40})?"
    r"(?P<power>[eE][+-]?\d{1,3})?"
    r"(?:\s?(?P<short>million|billion|trillion|[kKMBT]))?(?![\w])(?!,\d)(?!\.\d)"
)
MARKUP = re.compile(r"\*\*|<[^<>]{0,80}>|&nbsp;|\\")
AS_PRINTED, SHORT, CONVERTED, ROUNDED = "as printed", "abbreviated", "converted", "rounded"
OTHER_SPELLING, ONE_OF_A_LIST = "other spelling", "one of a list"
IN_WORDS = "in words"


def numbers(text):
    """Every number in a text, as (value, whether it is abbreviated, as printed), in its order."""
    found = []
    for match in NUMBER.finditer(MARKUP.sub(" ", text)):
        digits = match["whole"].replace(",", "") + (match["part"] or "") + (match["power"] or "")
        value = Decimal(digits) * ABBREVIATED.get(match["short"], 1)
        found.append((-value if match["sign"] else value, bool(match["short"]), match[0].strip()))
    return found


def decimal(text):
    """A cell of ours as an exact number, or None if it is a text."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def unit_in_last_place(value):
    """Half of it is what rounding may have moved a figure by."""
    return Decimal(1).scaleb(value.as_tuple().exponent)


def agreement(sought, place, scale=Decimal(1)):
    """How a place of a document states a figure, or None if it does not.

    Parameters
    ----------
    sought : str
        Cell of our table: a number, or a text.
    place : str
        What stands at the place. A number must be the only one there.
    scale : Decimal
        What the printed number is to be multiplied by, to be in our unit.

    Returns
    -------
    str or None
        ``as printed``, ``abbreviated`` (370k), ``converted`` (another unit), ``rounded`` (by us,
        to the digits that we hold), ``other spelling`` and ``one of a list`` (of texts).
    """
    ours = decimal(sought)
    if ours is None:
        if place == sought:
            return AS_PRINTED
        plain = " ".join(MARKUP.sub(" ", place).split())
        if plain.casefold() == sought.casefold():
            return OTHER_SPELLING
        return ONE_OF_A_LIST if sought in [part.strip() for part in place.split(",")] else None
    there = numbers(place)
    if len(there) != 1:
        return None
    value, short, _ = there[0]
    value *= scale
    if value == ours:
        return CONVERTED if scale != 1 else SHORT if short else AS_PRINTED
    if abs(value - ours) <= unit_in_last_place(ours) / 2:
        return ROUNDED
    return None
