"""Claims as records: one statement each, with what was claimed, recomputed and concluded."""

import math
from functools import partial

import pandas as pd

from ai_lifecycle import tables
from ai_lifecycle.report import shown

# A claim is shown with the digits that its source prints.
PRINTED_DIGITS = 7
# Units that read badly after a number.
UNITS_IN_WORDS = {"1": "", "1e9": " billion"}


def is_record(frame):
    """Whether the rows of a table each make a statement."""
    return "statement" in frame.columns


def groups(frame, entries, names):
    """Claims by verdict, in the order of the declaration.

    Parameters
    ----------
    frame : DataFrame
        ``claims``.
    entries : dict
        Bibliography.
    names : set of str
        Figures and tables that stand on the page.

    Returns
    -------
    list of dict
        `verdict` and its `records`, without verdicts that no claim has.
    """
    order = tables.declaration("claims")["verdict"]["allowed"].split("|")
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    made = [
        {
            "verdict": word,
            "records": [_record(row, entries, names) for row in rows if row["verdict"] == word],
        }
        for word in order
    ]
    return [group for group in made if group["records"]]


def printed(value, digits=PRINTED_DIGITS):
    """A number with as many digits as a source prints, thousands apart.

    Examples
    --------
    >>> printed(242231.0), printed(0.004), printed(28.45)
    ('242\u202f231', '0.004', '28.45')
    """
    if digits <= shown.DIGITS or float(f"{value:.{shown.DIGITS - 1}e}") == value:
        return shown.number(value)
    text = f"{value:,.{max(digits - 1 - math.floor(math.log10(abs(value))), 0)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if abs(value) < 10000:
        text = text.replace(",", "")
    return text.replace(",", shown.NARROW_SPACE).replace("-", "−")


def quantity(value, low, high, unit, form=shown.number):
    """A value, its range and its unit in words; either may be missing.

    Examples
    --------
    >>> quantity(28.5, 28.45, 28.55, "%", printed), quantity(None, 50.0, None, "%")
    ('28.5 % (28.45 to 28.55 %)', 'at least 50 %')
    """
    mark = UNITS_IN_WORDS.get(unit, f" {unit}")
    known = [end for end in (low, high) if pd.notna(end)]
    if len(known) == 2:
        ends = f"{form(low)} to {form(high)}{mark}"
    elif pd.notna(low):
        ends = f"at least {form(low)}{mark}"
    elif pd.notna(high):
        ends = f"at most {form(high)}{mark}"
    else:
        ends = ""
    if pd.isna(value):
        return ends or shown.MISSING
    exact = len(known) == 2 and low == high
    return f"{form(value)}{mark}" + (f" ({ends})" if ends and not exact else "")


def _digits(value):
    """Significant digits of a printed value."""
    if pd.isna(value):
        return shown.DIGITS
    return len(f"{value:.{PRINTED_DIGITS}g}".replace(".", "").replace("-", "").strip("0"))


def _record(row, entries, names):
    unit = row["unit"]
    as_claimed = partial(printed, digits=_digits(row["claimed_value"]))
    claimed = quantity(row["claimed_value"], row["claimed_low"], row["claimed_high"], unit, printed)
    lines = [
        ("Claimed", f"{claimed}; {row['tolerance']}"),
        ("Where", f"{row['paper']}, {row['locator']} ({row['status']})"),
    ]
    if row["recomputed_value"] is not None:
        ends = [row[f"recomputed_{end}"] for end in ("value", "low", "high")]
        lines.append(("Recomputed", quantity(*ends, unit, as_claimed)))
        lines.append(("How", f"{row['method']} [{row['basis']}]"))
    if row["charitable_value"] is not None:
        ends = [row[f"charitable_{end}"] for end in ("value", "low", "high")]
        text = quantity(*ends, unit)
        allowed = [row["charitable_claim_low"], row["charitable_claim_high"]]
        if allowed[0] is not None:
            text += f", against {quantity(None, *allowed, unit)}"
        lines.append(("Read charitably", text))
    for name, column in (
        ("Charitable reading", "charitable_reading"),
        ("Qualification", "qualification"),
        ("Not testable", "not_testable_reason"),
    ):
        if row[column] is not None:
            lines.append((name, row[column]))
    inputs = [] if row["inputs"] is None else row["inputs"].split(";")
    return {
        "name": row["claim_id"],
        "statement": row["statement"],
        "paper": row["paper"],
        "lines": lines,
        "inputs": [(name, name in names) for name in inputs],
        "cites": [(key, key in entries) for key in row["source_key"].split(";")],
    }
