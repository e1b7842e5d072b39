"""What one accelerator carries by stage, or the reason why a stage has no sourced factor."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.embodied import allocation
from ai_lifecycle.embodied_tables import facts_read
from ai_lifecycle.end_of_life import treatment

KILOWATTS_PER_MEGAWATT = 1000.0
HOST_LOW = "HPE ProLiant DL345 Gen10 Plus, manufacture"
HOST_VALUE = "server without accelerators, EcoLogits 0.5 to 0.8"
HOST_HIGH = "server without accelerators, EcoLogits from 0.9"
HOST_GENERIC = "generic server"
SERVER_POWER = "power of a server at full load"
BUILDING_VALUE = "data centre construction, whole life"
BUILDING_HIGH = "data centre construction, upper end"
BUILDING_PUBLISHED = "building per chip"
BUILDING_PUBLISHED_SOURCE = "schneider2025"
# What the maker publishes of a chip is several times our count of its parts (v4i: 208 kg).
TPU = "Google TPU"
RELATIVES_PUBLISHED = "accelerator per chip"
RELATIVES_SOURCE = "schneider2025"
TPU_LIFE = "machine life in TPU LCA"
WHOLE_LIFE_YEARS = 25.0
# Boards and cards whose mass is at hand, and how many accelerators share one.
BOARD_H100 = "NVIDIA HGX H100 8-GPU baseboard"
BOARD_B200 = "NVIDIA HGX B200 8-GPU baseboard"
ACCELERATORS_PER_BOARD = 8
OWN_BOARD = {"NVIDIA H100 SXM5 80GB": BOARD_H100, "NVIDIA B200 SXM": BOARD_B200}
DEFAULT_CARD = "mass of the default card"
NO_HOST = "accelerators per host not at hand"
NO_POWER = "rated power not at hand, or sources disagree"


class Missing(Exception):
    """A stage has no sourced factor; the message is the reason."""


def stage(low, value, high, source, status, basis, route):
    """One stage as the columns that the table has for it."""
    return {
        "low_kgco2e": float(low),
        "value_kgco2e": float(value),
        "high_kgco2e": float(high),
        "source_key": ";".join(sorted({key for part in source for key in part.split(";")})),
        "status": status,
        "basis": basis,
        "route": route,
    }


def accelerator(summary, relatives=()):
    """The published footprint, else the parts; the range spans both routes.

    Parameters
    ----------
    summary : Series
        Row of ``embodied_comparison``.
    relatives : sequence of float
        Published footprints of other generations, where parts alone are known to lie far below
        what the maker publishes. [kg CO2e]

    Returns
    -------
    dict

    Raises
    ------
    Missing
        If neither route has a value.
    """
    parts, published = summary["bottom_up_kgco2e"], summary["top_down_kgco2e"]
    if pd.isna(parts) and pd.isna(published):
        raise Missing(f"no published footprint; bottom-up: {summary['left_out']}")
    lows = [summary["bottom_up_low_kgco2e"], summary["top_down_low_kgco2e"]]
    highs = [summary["bottom_up_high_kgco2e"], summary["top_down_high_kgco2e"]]
    ends = np.nanmin(lows), np.nanmax(highs)
    # Factors of neighbouring nodes never pass as those of the node.
    bracket = "" if pd.isna(summary["node_bracket"]) else f"; die: {summary['node_bracket']}"
    if pd.isna(published) and len(relatives):
        return stage(
            min(ends[0], *relatives), min(relatives), max(ends[1], *relatives),
            [RELATIVES_SOURCE, summary["bottom_up_source_key"]], "judgement",
            "stand-in: smallest footprint published of another generation; high: largest; "
            f"low: parts alone{bracket}", "both",
        )  # fmt: skip
    if pd.isna(published):
        return stage(
            ends[0], parts, ends[1], [summary["bottom_up_source_key"]], "judgement",
            f"parts alone; not in it: {summary['missing_components']}{bracket}", "bottom-up",
        )  # fmt: skip
    both = pd.notna(parts)
    sources = [summary["top_down_source_key"], *([summary["bottom_up_source_key"]] if both else [])]
    return stage(
        ends[0], published, ends[1], sources, "derived",
        f"published footprint; range over {'both routes' if both else 'top-down only'}{bracket}",
        "both" if both else "top-down",
    )  # fmt: skip


def relatives(facts, name):
    """Published footprints of the other generations of a TPU; empty for others. [kg CO2e]"""
    rows = facts["hardware_product_footprints"]
    known = rows["accelerator"].notna() & (rows["quantity"] == RELATIVES_PUBLISHED)
    return tuple(rows.loc[known.to_numpy(bool), "value"]) if name.startswith(TPU) else ()


def host(facts, machine, constants):
    """The accelerator's share of its server, by class of accelerator.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    machine : Series or None
        Row of hardware_hosts.
    constants : dict of str to Constant

    Returns
    -------
    dict

    Raises
    ------
    Missing
        If how many accelerators share a host is not at hand.
    """
    if machine is None:
        raise Missing(NO_HOST)
    if pd.notna(machine["host_kgco2e"]):
        ends = machine[["host_low_kgco2e", "host_kgco2e", "host_high_kgco2e"]]
        basis, status = "host per chip of a TPU machine, as published or derived from it", "derived"
        if machine["status"] == "judgement":
            basis = "stand-in: smallest, median and largest host per chip of other TPU generations"
            status = "judgement"
        return stage(*ends, [machine["source_key"]], status, basis, "top-down")
    if machine["host_class"] == "card":
        cards = constants.known("host.cards_per_server", unit="1")
        small, generic = (facts_read.component(facts, n) for n in (HOST_LOW, HOST_GENERIC))
        return stage(
            small["value"] / cards.high,
            small["value"] / cards.value,
            generic["value"] / cards.low,
            [small["source_key"], generic["source_key"], cards.source_key],
            "judgement",
            f"a server over its cards: {cards.high:g}; {cards.value:g}; a generic one for "
            f"{cards.low:g}",
            "top-down",
        )
    servers = [facts_read.component(facts, name) for name in (HOST_LOW, HOST_VALUE, HOST_HIGH)]
    number = int(machine["accelerators_per_host"])
    return stage(
        *(fact["value"] / number for fact in servers),
        [machine["source_key"], *(fact["source_key"] for fact in servers)],
        "derived",
        f"a server without accelerators over {number} accelerators",
        "top-down",
    )


def network(components, machine):
    """Network cards of the host: one factor a card, or by rate at the high end.

    Parameters
    ----------
    components : DataFrame
        ``component_footprints``.
    machine : Series or None
        Row of hardware_hosts.

    Returns
    -------
    dict

    Raises
    ------
    Missing
        If the cards of the host are not at hand.
    """
    if machine is None or pd.isna(machine["network_cards"]):
        raise Missing("network cards of the host not at hand")
    card = _component(components, "network card", "100G")
    number = int(machine["accelerators_per_host"])
    each = float(card["embodied_kgco2e"]) * int(machine["network_cards"]) / number
    rate = float(card["embodied_kgco2e"] / card["capacity"]) * machine["network_gbit_per_s"]
    return stage(
        each,
        each,
        max(each, rate / number),
        ["greensku2024", machine["source_key"]],
        "judgement",
        "cards of the host x factor of a card of 100 Gbit/s; high: by rate; no switch or cable",
        "bottom-up",
    )


def node_power_w(facts, row, machine, constants):
    """Power of the node per accelerator, by which rack and building are shared, and its source. [W]

    Raises
    ------
    Missing
        If the rated power or the class of the host is not at hand.
    """
    if pd.isna(row["rated_power_w"]):
        raise Missing(NO_POWER)
    rated = float(row["rated_power_w"])
    if row["accelerator"].startswith(TPU):
        factor = constants.known("node.power_over_rated_tpu", unit="1")
        return rated * factor.value, factor.source_key
    if machine is None:
        raise Missing("node of the accelerator not at hand, hence no power of a node")
    if machine["host_class"] == "card":
        server = facts_read.component(facts, SERVER_POWER)
        shared = server["value"] / constants.value("host.cards_per_server", unit="1")
        return rated + shared, server["source_key"]
    factor = constants.known("node.power_over_rated_accelerators", unit="1")
    return rated * factor.value, factor.source_key


def rack(components, power_w, power_source, lifetime_years):
    """Share of a rack by power: an open estimate of its authors."""
    frame = _component(components, "rack", "Rack rack")
    per_rack = _component(components, "building", "DC power per rack")["capacity"]
    share = power_w / units.WATTS_PER_KILOWATT / per_rack
    carbon = allocation.share_of_longer_life(
        frame["embodied_kgco2e"] * share, frame["lifetime_years"], lifetime_years
    )
    return stage(
        carbon, carbon, carbon, ["greensku2024", power_source], "derived",
        "share of a 20 kW rack by power, and of its 15 years", "top-down",
    )  # fmt: skip


def building(facts, components, name, power, lifetime_years):
    """Building with power and cooling plant: as published per chip, else per MW of node power.

    Parameters
    ----------
    facts : dict of str to DataFrame
        From `facts_read.read`.
    components : DataFrame
        ``component_footprints``.
    name : str
        Accelerator.
    power : callable
        Gives `node_power_w` of the accelerator.
    lifetime_years : float
        Life of the accelerator. [years]

    Returns
    -------
    dict

    Raises
    ------
    Missing
        If neither is at hand.
    """
    published = _published_building(facts, name, lifetime_years)
    try:
        power_w, power_source = power()
    except Missing:
        if published is None:
            raise
        ends, sources = [], []
    else:
        ends, sources = _building_by_power(facts, components, power_w, lifetime_years)
        sources = [*sources, power_source]
    if published is None:
        return stage(
            *ends, sources, "derived",
            "per MW of node power; low: shell alone, 20 years; value: whole life with plant, "
            "25 years", "top-down",
        )  # fmt: skip
    low, value, high = published
    return stage(
        min([low, *ends]), value, max([high, *ends]), [BUILDING_PUBLISHED_SOURCE, *sources],
        "derived",
        "published per chip over six years or as much per W, for the life here; range: also per MW",
        "top-down",
    )  # fmt: skip


def _published_building(facts, name, lifetime_years):
    """Low, value and high of the makers' building per chip, for this life."""
    rows = facts["hardware_product_footprints"]
    shares = rows[rows["quantity"] == BUILDING_PUBLISHED]
    own = shares[(shares["accelerator"] == name).to_numpy(bool)]["value"]
    lives = facts["hardware_lifetimes"]
    years = lives[lives["quantity"] == TPU_LIFE]["value"].iloc[0]
    if len(own):
        kilograms = np.repeat(own.iloc[0], 3)
    elif name == "Google TPU v5p":
        # Published with the host in one number; the host is what the span here leaves.
        printed = shares[shares["status"] != "derived"]["value"]
        ends = printed.min(), printed.max()
        kilograms = np.array([ends[0], np.mean(ends), ends[1]])
    else:
        return None
    return allocation.share_of_longer_life(kilograms, years, lifetime_years)


def _building_by_power(facts, components, power_w, lifetime_years):
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
    ends = [share * float(per_megawatt) for per_megawatt in (shell, *others)]
    return ends, ["greensku2024", *(fact["source_key"] for fact in whole)]


def end_of_life(facts, name, machine):
    """Haul and treatment of the accelerator's own board or card, under the cut-off.

    Raises
    ------
    Missing
        If no mass is at hand.
    """
    if machine is None:
        raise Missing("neither mass nor class of the host at hand")
    card = facts_read.component(facts, DEFAULT_CARD)
    h100, b200 = (_board(facts, board) for board in (BOARD_H100, BOARD_B200))
    if name in OWN_BOARD:
        own = h100 if OWN_BOARD[name] == BOARD_H100 else b200
        masses, status, basis = [own[0]] * 3, "derived", "an eighth of its board"
        sources = [own[1]]
    elif machine["host_class"] == "card" or name == "NVIDIA A100 SXM4 40GB":
        masses, status, basis = [card["value"]] * 3, "judgement", "mass of a default card"
        sources = [card["source_key"]]
    else:
        masses, status = [card["value"], h100[0], b200[0]], "judgement"
        basis = "stand-in: an eighth of the HGX H100; low: default card; high: HGX B200"
        sources = [card["source_key"], h100[1], b200[1]]
    burden, keys = treated(facts, np.array(masses, dtype=float))
    return stage(
        *burden.sum(axis=0), [*sources, *keys], status,
        f"mass x (haul + treatment), {basis}; host and rack not in it", "bottom-up",
    )  # fmt: skip


def treated(facts, mass_kg):
    """Haul and treatment of masses, and the keys of their factors. [kg CO2e]"""
    haul = facts_read.component(facts, "haul to treatment")
    truck = facts_read.factor(facts, "truck_per_mass_distance")
    treat = facts_read.factor(facts, "end_of_life_per_mass")
    burden = treatment.treatment_kgco2e(mass_kg, haul["value"], truck["value"], treat["value"])
    return burden, [fact["source_key"] for fact in (haul, truck, treat)]


def _board(facts, product):
    rows = facts["hardware_product_footprints"]
    fact = rows[(rows["product"] == product) & (rows["quantity"] == "mass")].iloc[0]
    return fact["value"] / ACCELERATORS_PER_BOARD, fact["source_key"]


def _component(components, component, variant):
    rows = components[(components["component"] == component) & (components["variant"] == variant)]
    return rows.iloc[0]
