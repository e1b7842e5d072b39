"""Bottom-up embodied carbon of accelerators: low, value and high by component."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.embodied import die_yield, fabrication
from ai_lifecycle.embodied_tables import facts_read

# The grid of the fab, by foundry: names as in hardware_fab_factors.
GRIDS = {"TSMC": "taiwan", "Samsung": "korea", "GlobalFoundries": "usa", "Intel": "usa"}
# Stacked and graphics memory for which a factor was found; first-generation HBM and GDDR5 have
# none.
MEMORY = {
    "HBM2": "hbm",
    "HBM2e": "hbm",
    "HBM3": "hbm",
    "HBM3e": "hbm",
    "GDDR6": "gddr",
}
INDEPENDENT_HBM = "HBM2 to HBM3"
PARTS_MISSING = (
    "interposer and package substrate",
    "assembly, test and inbound transport",
    "packaging of memory stacks",
)
MISSING = (
    *(("accelerator", part, "no sourced factor or count") for part in PARTS_MISSING),
    ("accelerator", "NVSwitch and other chips of the baseboard", "areas not sourced"),
    ("network", "switches and cables", "no factor found"),
    ("storage", "storage servers of a cluster", "none per accelerator found"),
    ("storage", "drives of the host", "within the footprint of the host: not counted again"),
    ("end_of_life", "host, network, rack and building", "mass of single servers only"),
    ("power and cooling", "UPS, generators, cooling plant", "within the building value, not split"),
    ("accelerator", "footprint of GB200 NVL72, HGX B300, AMD, Intel, AWS", "none published"),
)
# Node whose factors make the low end, the value and the high end of a node that has none.
BRACKET = ["low_process_nm", "value_process_nm", "high_process_nm"]
SOURCES_OF_DIES = "act2022;act3_2025;kith2026;ecochip2024;boakes2023_via_review;boaviztapi250"
BASIS_DIE = "area x (energy x grid + gases + materials) / (Murphy with salvage x line x edge)"
BASIS_CARD = "default card of boaviztapi; dimensions of this card not at hand"


def of_accelerator(tables, row, constants):
    """Components of one accelerator, or the reason why there are none.

    Parameters
    ----------
    tables : dict of str to DataFrame
        From `facts_read.read`.
    row : Series
        Row of hardware_accelerators.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    list of dict
        Components with low, value and high; empty where the die cannot be computed.
    list of str
        Components without a sourced factor or property.
    str or None
        Why there is no bottom-up value.
    """
    reason = _refusal(tables, row) or _memory_refusal(row)
    if reason is not None:
        return [], [], reason
    parts = [
        _die(tables, row, constants),
        _memory(tables, row),
        _packaging(tables, row),
        *_card(tables),
    ]
    return parts, list(PARTS_MISSING), None


def _refusal(tables, row):
    """Why the die cannot be computed, or None."""
    if pd.isna(row["die_area_mm2"]):
        known = "" if pd.isna(row["note"]) else f": {row['note']}"
        return f"die area not disclosed or not at hand{known}"
    if pd.isna(row["process_nm"]):
        return "process node not at hand"
    if row["foundry"] not in GRIDS:
        return "foundry not at hand, hence no grid of the fab"
    try:
        nodes_of_ends(tables, row["process_nm"])
    except ValueError as fault:
        return str(fault).removeprefix("process_nm: ")
    try:
        _wafer_use(tables, row)
    except ValueError:
        return "one device a wafer: yield of cut-down dies does not apply"
    return None


def _memory_refusal(row):
    """Why the memory cannot be computed, or None."""
    if pd.isna(row["memory_type"]):
        return "type of memory not at hand"
    if row["memory_type"] not in MEMORY:
        return f"no factor for memory of type {row['memory_type']}"
    return "capacity of memory not at hand" if pd.isna(row["memory_gb"]) else None


def nodes_of_ends(tables, process_nm):
    """Nodes whose factors make low, value and high: the node itself, else its bracket. [nm]

    Raises
    ------
    ValueError
        If the node has neither factors of its own nor a bracket.
    """
    brackets = tables["hardware_node_brackets"]
    own = brackets[brackets["process_nm"] == process_nm]
    if len(own):
        return own[BRACKET].to_numpy(float)[0]
    sourced = facts_read.sourced_nodes(tables["hardware_fab_factors"])
    return np.repeat(fabrication.require_sourced_node(process_nm, sourced), 3)


def bracket(tables, process_nm):
    """The bracket of a node in words, with its sources; None where the node is sourced."""
    brackets = tables["hardware_node_brackets"]
    own = brackets[brackets["process_nm"] == process_nm]
    if own.empty:
        return None, []
    low, value, high = own[BRACKET].to_numpy(float)[0]
    words = f"factors of {value:g} nm for {process_nm:g} nm; low: {low:g} nm; high: {high:g} nm"
    return words, [own["source_key"].iloc[0]]


def carbon_per_area(tables, process_nm, foundry):
    """Fab carbon per area, yield not in it: low, value, high. [kg CO2e/cm2]"""
    frame = tables["hardware_fab_factors"]
    nodes = nodes_of_ends(tables, process_nm)

    def at_nodes(name):
        rows = frame[frame["factor"] == name].set_index("process_nm")["value"]
        return rows.loc[nodes].to_numpy(float)

    grids = frame[
        (frame["factor"] == "fab_grid_intensity")
        & frame["technology"].str.startswith(GRIDS[foundry]).to_numpy(bool)
    ]["value"]
    kept, lost = at_nodes("gas_per_area_99"), at_nodes("gas_per_area_95")
    gases = np.array([kept[0], (kept[1] + lost[1]) / 2, lost[2]])
    intensity = np.array([grids.min(), grids.median(), grids.max()])
    return fabrication.fab_carbon_kgco2e_per_cm2(
        at_nodes("fab_energy_per_area"), intensity, gases, at_nodes("materials_per_area")
    )


def defect_densities(tables, process_nm):
    """Low, median and high defect density for a node, each at its node of the ends. [1/cm2]"""
    frame = tables["hardware_fab_factors"]
    rows = frame[frame["factor"] == "defect_density"]
    general = rows[rows["process_nm"].isna()]["value"].to_numpy(float)
    listed = rows[rows["process_nm"].notna()]
    nodes = nodes_of_ends(tables, process_nm)
    apart = np.abs(listed["process_nm"].to_numpy(float) - nodes[:, np.newaxis])
    nearest = listed["value"].to_numpy(float)[apart.argmin(axis=1)]
    values = np.column_stack([np.tile(general, (len(nodes), 1)), nearest])
    return np.array([values[0].min(), np.median(values[1]), values[2].max()])


def sold_shares(tables, row, constants):
    """Share of processed area that is sold, in the order low, value, high carbon. [1]"""
    salvage = constants.known("die.salvage_share", unit="1")
    line = constants.known("die.line_yield", unit="1")
    yields = die_yield.murphy_yield(
        row["die_area_mm2"] / units.SQUARE_MILLIMETRES_PER_SQUARE_CENTIMETRE,
        defect_densities(tables, row["process_nm"]),
    )
    sold = die_yield.sold_share(
        yields,
        np.array([salvage.high, salvage.value, salvage.low]),
        np.array([line.high, line.value, line.low]),
    )
    # The kind end counts no edge: factors per area may hold it already.
    edge = _wafer_use(tables, row)
    return sold * np.array([1.0, edge, edge])


def _wafer_use(tables, row):
    return float(
        die_yield.wafer_use(
            row["die_area_mm2"],
            facts_read.factor(tables, "wafer_diameter")["value"],
            facts_read.factor(tables, "scribe_width")["value"],
        )
    )


def _die(tables, row, constants):
    carbon = fabrication.die_kgco2e(
        row["die_area_mm2"] / units.SQUARE_MILLIMETRES_PER_SQUARE_CENTIMETRE,
        carbon_per_area(tables, row["process_nm"], row["foundry"]),
        sold_shares(tables, row, constants),
        "no",
    )
    stand_in, keys = bracket(tables, row["process_nm"])
    return _part(
        "logic dies",
        *(carbon * int(row["compute_dies"])),
        source=";".join([SOURCES_OF_DIES, *keys]),
        status="judgement",
        basis="; ".join([BASIS_DIE, *([stand_in] if stand_in else [])]),
    )


def _memory(tables, row):
    kind = MEMORY[row["memory_type"]]
    frame = tables["hardware_fab_factors"]
    rows = frame[(frame["factor"] == "memory_per_gb") & (frame["component"] == kind)]
    lows = rows["low"].fillna(rows["value"])
    # The value is the one factor that was not taken out of an accelerator's own footprint.
    middle = rows[rows["technology"].isin([INDEPENDENT_HBM, "GDDR6"])]["value"].iloc[0]
    factors = np.array([min(lows.min(), middle), middle, max(rows["value"].max(), middle)])
    carbon = fabrication.memory_kgco2e(row["memory_gb"], factors, kind, kind)
    return _part(
        "memory",
        *carbon,
        source=";".join(sorted(set(rows["source_key"]))),
        status="secondary",
        basis="capacity x factor of its family"
        + ("; low end implied by makers' footprints" if kind == "hbm" else ""),
    )


def _packaging(tables, row):
    fact = facts_read.factor(tables, "packaging_per_circuit")
    carbon = float(fabrication.parts_kgco2e(int(row["compute_dies"]), fact["value"]))
    return _part(
        "packaging",
        carbon,
        carbon,
        carbon,
        source=fact["source_key"],
        status="primary",
        basis="compute dies x factor per circuit; memory stacks and interposer not in it",
    )


def _card(tables):
    """Board, heatsink and casing of the default card."""
    for name, component, factor in (
        ("board", "board area of the default card", "board_per_area"),
        ("heatsink", "heatsink of the default card", "heatsink_per_mass"),
        ("casing", "casing of the default card", "casing_per_mass"),
    ):
        amount = facts_read.component(tables, component)
        fact = facts_read.factor(tables, factor)
        carbon = float(fabrication.parts_kgco2e(amount["value"], fact["value"]))
        yield _part(
            name,
            carbon,
            carbon,
            carbon,
            source=f"{amount['source_key']};{fact['source_key']}",
            status="judgement",
            basis=BASIS_CARD,
        )


def _part(component, low, value, high, *, source, status, basis):
    return {
        "component": component,
        "low_kgco2e": float(low),
        "value_kgco2e": float(value),
        "high_kgco2e": float(high),
        "source_key": source,
        "status": status,
        "basis": basis,
    }
