"""Embodied carbon per reserved accelerator-hour, stage by stage, of every accelerator."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.embodied import allocation
from ai_lifecycle.embodied_tables import accelerator_stages, bottom_up, comparison
from ai_lifecycle.end_of_life import treatment

# What a training disclosure may name and no table of hardware describes.
UNKNOWN = (("Huawei Ascend 910", "no area, node, footprint or host at hand"),)
COLUMNS = [
    "accelerator",
    "stage",
    "low_kgco2e",
    "value_kgco2e",
    "high_kgco2e",
    "lifetime_years",
    "reserved_utilisation",
    "low_g_per_reserved_hour",
    "value_g_per_reserved_hour",
    "high_g_per_reserved_hour",
    "sci_g_per_hour",
    "avoided_burden_low_kgco2e",
    "avoided_burden_kgco2e",
    "avoided_burden_high_kgco2e",
    "avoided_burden_g_per_reserved_hour",
    "route",
    "source_key",
    "status",
    "basis",
]
MISSING_COLUMNS = ["accelerator", "stage", "component", "reason"]


def tables_of(facts, components, routes, summary, constants):
    """Stages of every accelerator with a reserved hour's share of them, and what is absent.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    components : DataFrame
        ``component_footprints``.
    routes, summary : DataFrame
        ``embodied_accelerators`` and ``embodied_comparison``.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    DataFrame
        As declared for ``embodied_per_hour``; a stage without a sourced factor has no row.
    DataFrame
        As declared for ``embodied_missing``: each absent stage with its reason.
    """
    summary = summary.set_index("accelerator", drop=False)
    totals = routes[(routes["route"] == "bottom-up") & (routes["component"] == "total")]
    parts = totals.set_index("accelerator")["source_key"]
    hosts = facts["hardware_hosts"].set_index("accelerator", drop=False)
    rows, absent = [], [("all", *fault) for fault in bottom_up.MISSING]
    absent += [(name, "accelerator", "whole stage", reason) for name, reason in UNKNOWN]
    for _, row in facts["hardware_accelerators"].iterrows():
        name = row["accelerator"]
        machine = hosts.loc[name] if name in hosts.index else None
        own = summary.loc[name].copy()
        own["bottom_up_source_key"] = parts.get(name)
        for stage, build in _builders(facts, components, row, machine, own, constants).items():
            try:
                built = build()
            except accelerator_stages.Missing as fault:
                absent.append((name, stage, "whole stage", str(fault)))
                continue
            hourly = _hourly(built, constants)
            rows.append({"accelerator": name, "stage": stage, **built, **hourly})
    frame = _credited(pd.DataFrame(rows), constants)
    missing = pd.DataFrame(absent, columns=MISSING_COLUMNS)
    return (
        frame[COLUMNS].sort_values(["accelerator", "stage"], kind="stable").reset_index(drop=True),
        missing.sort_values(MISSING_COLUMNS[:3], kind="stable").reset_index(drop=True),
    )


def _builders(facts, components, row, machine, own, constants):
    """A function for each stage that an accelerator may have."""
    life = constants.value("accelerator.lifetime", unit="year")

    def power():
        return accelerator_stages.node_power_w(facts, row, machine, constants)

    return {
        "accelerator": lambda: accelerator_stages.accelerator(
            own, accelerator_stages.relatives(facts, row["accelerator"])
        ),
        "host": lambda: accelerator_stages.host(facts, machine, constants),
        "network": lambda: accelerator_stages.network(components, machine),
        "rack": lambda: accelerator_stages.rack(components, *power(), life),
        "building": lambda: accelerator_stages.building(
            facts, components, row["accelerator"], power, life
        ),
        "end_of_life": lambda: accelerator_stages.end_of_life(facts, row["accelerator"], machine),
    }


def _hourly(stage, constants):
    life = constants.known("accelerator.lifetime", unit="year")
    use = constants.known("accelerator.reserved_utilisation", unit="1")
    hourly = allocation.kgco2e_per_reserved_hour(
        np.array([stage[end] for end in comparison.ENDS]),
        np.array([life.high, life.value, life.low]),
        np.array([use.high, use.value, use.low]),
    )
    grams = hourly * units.GRAMS_PER_KILOGRAM
    sci = allocation.sci_embodied_kgco2e(
        stage["value_kgco2e"], 1.0, life.value * allocation.HOURS_PER_YEAR, 1.0, 1.0
    )
    return {
        "lifetime_years": life.value,
        "reserved_utilisation": use.value,
        "low_g_per_reserved_hour": grams[0],
        "value_g_per_reserved_hour": grams[1],
        "high_g_per_reserved_hour": grams[2],
        "sci_g_per_hour": float(sci) * units.GRAMS_PER_KILOGRAM,
    }


def _credited(frame, constants):
    """The credit of recycling beside end of life, in columns of its own."""
    embodied = frame[frame["stage"] == "accelerator"].set_index("accelerator")["value_kgco2e"]
    at_end = (frame["stage"] == "end_of_life").to_numpy(bool)
    carbon = frame["accelerator"].map(embodied).where(at_end).to_numpy(float)
    known = ~np.isnan(carbon)
    share = constants.known("end_of_life.avoided_burden_share", unit="1")
    for column, value in (("low_", share.low), ("", share.value), ("high_", share.high)):
        credit = np.full(len(frame), np.nan)
        credit[known] = treatment.avoided_burden_kgco2e(carbon[known], value)
        frame[f"avoided_burden_{column}kgco2e"] = credit
    hourly = np.full(len(frame), np.nan)
    hourly[known] = units.GRAMS_PER_KILOGRAM * allocation.kgco2e_per_reserved_hour(
        frame["avoided_burden_kgco2e"].to_numpy(float)[known],
        frame["lifetime_years"].to_numpy(float)[known],
        frame["reserved_utilisation"].to_numpy(float)[known],
    )
    frame["avoided_burden_g_per_reserved_hour"] = hourly
    return frame
