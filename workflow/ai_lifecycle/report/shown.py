"""Values as a reader sees them; files keep all digits."""

import math

import pandas as pd

DIGITS = 4
NARROW_SPACE = "\u202f"
MISSING = "—"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value):
    """A number to four significant digits, thousands apart, with a true minus sign.

    Examples
    --------
    >>> number(0.000012345), number(-2.5), number(1234567.0), number(0.1)
    ('1.234 × 10⁻⁵', '−2.5', '1\u202f235\u202f000', '0.1')
    """
    value = float(value)
    if not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{DIGITS - 1}e}".split("e")
    exponent = int(exponent)
    if not -4 <= exponent < 15:
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa} × 10{str(exponent).translate(SUPERSCRIPT)}".replace("-", "−")
    decimals = max(DIGITS - 1 - exponent, 0)
    rounded = float(f"{mantissa}e{exponent}")
    text = f"{rounded:,.{decimals}f}" if abs(rounded) >= 10000 else f"{rounded:.{decimals}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", NARROW_SPACE).replace("-", "−")


def cell(value, field):
    """One cell of a declared table as text; `field` is its declaration."""
    if pd.isna(value):
        return MISSING
    if field["dtype"] == "float":
        return number(value)
    if field["dtype"] == "integer":
        text = str(int(value))
        if len(text.lstrip("-")) > 4 and "year" not in field["column"]:
            text = f"{int(value):,}".replace(",", NARROW_SPACE)
        return text.replace("-", "−")
    if field["dtype"] == "boolean":
        return "yes" if value else "no"
    if field["dtype"] == "date":
        return f"{value:%Y-%m-%d}"
    if field["dtype"] == "timestamp":
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return str(value)


def label(field):
    """Heading of a column: its name in words, without the unit that stands beside it."""
    name, unit = field["column"], unit_of(field)
    spelt = unit.lower().replace("/", "_per_").replace(" ", "_").replace("%", "percent")
    for ending in (spelt, spelt.replace("co2e", ""), spelt.replace("co2", "")):
        if ending and name.endswith(f"_{ending}"):
            name = name[: -len(ending) - 1]
            break
    return name.replace("_", " ")


def unit_of(field):
    """Unit to show beside a heading; empty for text, pure numbers and mixed columns."""
    return "" if field["unit"] in ("", "1", "UTC") or " " in field["unit"] else field["unit"]
