"""Both routes to the embodied carbon of accelerators, side by side."""

import numpy as np
import pandas as pd

from ai_lifecycle.embodied import footprints
from ai_lifecycle.embodied_tables import bottom_up

# Which published quantity is compared with the parts, best first: the narrowest boundary.
PUBLISHED = ("cradle to gate", "accelerator per chip", "cradle to grave without use")
TOOL = "embodied by boaviztapi 2.5.0"
BASIS_TOTAL = "sum of the components; low with low and high with high"
BOUNDARY = "die, memory, packaging, board, heatsink, casing"


def tables_of(facts, constants):
    """Long table of both routes, and one row per accelerator with the gap.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    DataFrame
        As declared for ``embodied_accelerators``.
    DataFrame
        As declared for ``embodied_comparison``.
    """
    long, summary = [], []
    published = facts["hardware_product_footprints"]
    for _, row in facts["hardware_accelerators"].iterrows():
        parts, missing, reason = bottom_up.of_accelerator(facts, row, constants)
        name = row["accelerator"]
        stand_in = bottom_up.bracket(facts, row["process_nm"])[0] if parts else None
        long += [_bottom_up_row(name, part) for part in [*parts, *_total(parts, stand_in)]]
        own = published[(published["accelerator"] == name).to_numpy(bool, na_value=False)]
        long += [_published_row(name, fact) for fact in own.itertuples(index=False)
                 if fact.quantity in (*PUBLISHED, TOOL)]  # fmt: skip
        summary.append(_summary(row, parts, missing, reason, own) | {"node_bracket": stand_in})
    keys = ["accelerator", "route", "component", "boundary", "value_kgco2e"]
    return (
        pd.DataFrame(long)[LONG].sort_values(keys, kind="stable").reset_index(drop=True),
        pd.DataFrame(summary)[SUMMARY]
        .astype({"ranges_overlap": "boolean"})
        .sort_values("accelerator", kind="stable")
        .reset_index(drop=True),
    )


LONG = [
    "accelerator",
    "route",
    "component",
    "low_kgco2e",
    "value_kgco2e",
    "high_kgco2e",
    "boundary",
    "gwp_set",
    "source_key",
    "status",
    "basis",
]
SUMMARY = [
    "accelerator",
    "process_nm",
    "die_area_mm2",
    "memory_gb",
    "bottom_up_low_kgco2e",
    "bottom_up_kgco2e",
    "bottom_up_high_kgco2e",
    "node_bracket",
    "missing_components",
    "top_down_low_kgco2e",
    "top_down_kgco2e",
    "top_down_high_kgco2e",
    "top_down_boundary",
    "top_down_source_key",
    "gap",
    "ranges_overlap",
    "parametric_tool_kgco2e",
    "tool_over_top_down",
    "left_out",
]
ENDS = ("low_kgco2e", "value_kgco2e", "high_kgco2e")


def _total(parts, stand_in):
    """The sum of the parts, as a row of its own."""
    if not parts:
        return
    keys = sorted({key for part in parts for key in part["source_key"].split(";")})
    yield {
        "component": "total",
        **{end: sum(part[end] for part in parts) for end in ENDS},
        "source_key": ";".join(keys),
        "status": "judgement",
        "basis": "; ".join([BASIS_TOTAL, *([stand_in] if stand_in else [])]),
    }


def _bottom_up_row(name, part):
    return {
        "accelerator": name,
        "route": "bottom-up",
        "boundary": BOUNDARY,
        "gwp_set": "not stated",
        **part,
    }


def _published_row(name, fact):
    return {
        "accelerator": name,
        "route": "parametric tool" if fact.quantity == TOOL else "top-down",
        "component": fact.quantity,
        "low_kgco2e": np.nan,
        "value_kgco2e": fact.value,
        "high_kgco2e": np.nan,
        "boundary": fact.boundary,
        "gwp_set": fact.gwp_set,
        "source_key": fact.source_key,
        "status": fact.status,
        "basis": None if pd.isna(fact.note) else fact.note,
    }


def _summary(row, parts, missing, reason, own):
    sums = {end: sum(part[end] for part in parts) if parts else np.nan for end in ENDS}
    ordered = [own[own["quantity"] == name] for name in PUBLISHED]
    all_published = pd.concat(ordered)
    first = None if all_published.empty else all_published.iloc[0]
    tool = own[own["quantity"] == TOOL]["value"]
    out = {
        **row[["accelerator", "process_nm", "die_area_mm2", "memory_gb"]].to_dict(),
        "bottom_up_low_kgco2e": sums["low_kgco2e"],
        "bottom_up_kgco2e": sums["value_kgco2e"],
        "bottom_up_high_kgco2e": sums["high_kgco2e"],
        "missing_components": "; ".join(missing) or None,
        "top_down_low_kgco2e": all_published["value"].min(),
        "top_down_kgco2e": np.nan if first is None else first["value"],
        "top_down_high_kgco2e": all_published["value"].max(),
        "top_down_boundary": None if first is None else first["boundary"],
        "top_down_source_key": None if first is None else first["source_key"],
        "gap": np.nan,
        "ranges_overlap": None,
        "parametric_tool_kgco2e": tool.iloc[0] if len(tool) else np.nan,
        "tool_over_top_down": np.nan,
        "left_out": reason,
    }
    if first is not None and parts:
        out["gap"] = float(footprints.relative_gap(sums["value_kgco2e"], first["value"]))
        out["ranges_overlap"] = bool(
            sums["low_kgco2e"] <= out["top_down_high_kgco2e"]
            and out["top_down_low_kgco2e"] <= sums["high_kgco2e"]
        )
    if first is not None and len(tool):
        out["tool_over_top_down"] = tool.iloc[0] / first["value"]
    return out
