"""Embodied carbon per reserved accelerator-hour: accelerator, host, rack, building."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.embodied import allocation
from ai_lifecycle.embodied_tables import bottom_up, comparison, facts_read

ACCELERATORS_PER_BOARD = 8
KILOWATTS_PER_MEGAWATT = 1000.0
# Modules of eight-accelerator boards: they share a host, and the power of a node is known.
MODULES = ("NVIDIA A100 SXM4 40GB", "NVIDIA H100 SXM5 80GB", "NVIDIA B200 SXM")
HOST_LOW = "HPE ProLiant DL345 Gen10 Plus, manufacture"
HOST_VALUE = "server without accelerators, EcoLogits 0.5 to 0.8"
HOST_HIGH = "server without accelerators, EcoLogits from 0.9"
BUILDING_VALUE = "data centre construction, whole life"
BUILDING_HIGH = "data centre construction, upper end"
WHOLE_LIFE_YEARS = 25.0
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
    "source_key",
    "status",
    "basis",
]


def table(facts, components, summary, constants):
    """Stages of one accelerator and what a reserved hour of it carries.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    components : DataFrame
        ``component_footprints``.
    summary : DataFrame
        ``embodied_comparison``.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    DataFrame
        As declared for ``embodied_allocation``.
    """
    life = constants.known("accelerator.lifetime", unit="year")
    use = constants.known("accelerator.reserved_utilisation", unit="1")
    rows = []
    for name in MODULES:
        row = facts_read.accelerator(facts, name)
        power = float(
            row["rated_power_w"] * constants.value("node.power_over_rated_accelerators", unit="1")
        )
        for stage in (
            _accelerator(summary, name),
            _host(facts),
            _rack(components, power, life.value),
            _building(facts, components, power, life.value),
        ):
            rows.append({"accelerator": name, **stage, **_hourly(stage, life, use)})
    frame = pd.DataFrame(rows)[COLUMNS]
    return frame.sort_values(["accelerator", "stage"], kind="stable").reset_index(drop=True)


def missing():
    """Components that no sourced factor covers, as declared for ``embodied_missing``."""
    frame = pd.DataFrame(bottom_up.MISSING, columns=["stage", "component", "reason"])
    return frame.sort_values(["stage", "component"], kind="stable").reset_index(drop=True)


def _hourly(stage, life, use):
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


def _stage(stage, low, value, high, source, status, basis):
    return {
        "stage": stage,
        "low_kgco2e": float(low),
        "value_kgco2e": float(value),
        "high_kgco2e": float(high),
        "source_key": source,
        "status": status,
        "basis": basis,
    }


def _accelerator(summary, name):
    """The published footprint; the range spans both routes: their disagreement is part of it."""
    row = summary[summary["accelerator"] == name].iloc[0]
    lows = [row["bottom_up_low_kgco2e"], row["top_down_low_kgco2e"]]
    highs = [row["bottom_up_high_kgco2e"], row["top_down_high_kgco2e"]]
    both = "both routes" if pd.notna(row["bottom_up_kgco2e"]) else "top-down only"
    return _stage(
        "accelerator",
        np.nanmin(lows),
        row["top_down_kgco2e"],
        np.nanmax(highs),
        row["top_down_source_key"],
        "derived",
        f"published footprint; range over {both}",
    )


def _host(facts):
    low, value, high = (
        facts_read.component(facts, name) for name in (HOST_LOW, HOST_VALUE, HOST_HIGH)
    )
    return _stage(
        "host",
        *(fact["value"] / ACCELERATORS_PER_BOARD for fact in (low, value, high)),
        ";".join(sorted({fact["source_key"] for fact in (low, value, high)})),
        "derived",
        "an eighth of a server without accelerators",
    )


def _rack(components, power_w, lifetime_years):
    """Share of a rack by power: an open estimate of its authors."""
    rack = _component(components, "rack", "Rack rack")
    per_rack = _component(components, "building", "DC power per rack")["capacity"]
    share = power_w / units.WATTS_PER_KILOWATT / per_rack
    carbon = allocation.share_of_longer_life(
        rack["embodied_kgco2e"] * share, rack["lifetime_years"], lifetime_years
    )
    return _stage(
        "rack",
        carbon,
        carbon,
        carbon,
        "greensku2024",
        "derived",
        "share of a 20 kW rack by power, and of its 15 years",
    )


def _building(facts, components, power_w, lifetime_years):
    """Building with power and cooling plant: per MW, over its own life."""
    hall = _component(components, "building", "DC dc building")
    megawatts = _component(components, "building", "DC power capacity")["capacity"]
    shell = allocation.share_of_longer_life(
        hall["embodied_kgco2e"] / megawatts, hall["lifetime_years"], lifetime_years
    )
    whole = [facts_read.component(facts, name) for name in (BUILDING_VALUE, BUILDING_HIGH)]
    # The whole-life study spans 25 years, as its locator says; the upper end is taken over as
    # many.
    others = [
        allocation.share_of_longer_life(
            fact["value"] * units.KILOGRAMS_PER_TONNE, WHOLE_LIFE_YEARS, lifetime_years
        )
        for fact in whole
    ]
    share = power_w / units.WATTS_PER_KILOWATT / KILOWATTS_PER_MEGAWATT
    return _stage(
        "building",
        *(share * float(per_megawatt) for per_megawatt in (shell, *others)),
        "greensku2024;" + ";".join(sorted({fact["source_key"] for fact in whole})),
        "derived",
        "per MW of node power; low: shell alone, 20 years; value: whole life with plant, 25 years",
    )


def _component(components, component, variant):
    rows = components[(components["component"] == component) & (components["variant"] == variant)]
    return rows.iloc[0]
