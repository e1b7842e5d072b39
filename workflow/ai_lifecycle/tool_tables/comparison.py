"""Rows of the comparison: a tool's number beside ours, and whether the two may be compared."""

import numpy as np
import pandas as pd

from ai_lifecycle.tool_tables.given import three

RUN, FORMULA = "package run", "published formula"
NO_VALUE = "no value of ours"
KEYS = ["kind", "case", "quantity", "tool", "variant"]
MISSING = (np.nan, np.nan, np.nan)


def row(
    case, quantity, unit, tool, how, theirs, their_boundary, ours, our_boundary, why, source_key,
    *, version="as published", variant="as it comes",
):  # fmt: skip
    """One row.

    Parameters
    ----------
    case : namedtuple
        Row of ``tool_cases``.
    quantity, unit : str
        What is compared, and the unit of all values.
    tool, how, version, variant : str
        Whose value, how it was had, of which version, under which change of its inputs.
    theirs, ours : float or (low, value, high)
        The two values.
    their_boundary, our_boundary : str
        What each holds: equal texts are one boundary.
    why : str
        What makes the difference, with numbers computed here.
    source_key : str
        Sources of theirs.

    Returns
    -------
    dict
    """
    low, value, high = three(theirs)
    our_low, our_value, our_high = three(ours)
    known = bool(np.isfinite(our_value))
    comparable = known and their_boundary == our_boundary
    flag = "" if comparable else f"do not compare: {their_boundary}, against {our_boundary}"
    return {
        "kind": case.kind,
        "case": case.case,
        "name": case.name,
        "functional_unit": case.functional_unit,
        "quantity": quantity,
        "unit": unit,
        "tool": tool,
        "tool_version": version,
        "how": how,
        "variant": variant,
        "tool_low": low,
        "tool_value": value,
        "tool_high": high,
        "tool_boundary": their_boundary,
        "our_low": our_low,
        "our_value": our_value,
        "our_high": our_high,
        "our_boundary": our_boundary,
        "ratio": value / our_value if known else np.nan,
        "in_our_range": bool(our_low <= value <= our_high) if comparable else None,
        "comparable": comparable,
        "flag": flag if known else NO_VALUE,
        "why": why,
        "source_key": source_key,
    }


def left_out(case, quantity, tool, reason):
    """One row of what a tool was not asked, and why."""
    return {"kind": case.kind, "case": case.case, "name": case.name, "quantity": quantity,
            "tool": tool, "reason": reason}  # fmt: skip


def table(rows):
    """Rows in their order.

    Parameters
    ----------
    rows : iterable of dict
        From `row`.

    Returns
    -------
    DataFrame
    """
    frame = pd.DataFrame(rows).sort_values(KEYS, kind="stable").reset_index(drop=True)
    frame["in_our_range"] = frame["in_our_range"].astype("boolean")
    return frame


def missing(rows):
    """Rows of what was left out, in their order.

    Parameters
    ----------
    rows : iterable of dict
        From `left_out`.

    Returns
    -------
    DataFrame
    """
    keys = ["kind", "case", "quantity", "tool"]
    return pd.DataFrame(rows).sort_values(keys, kind="stable").reset_index(drop=True)
