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
BASIS_CARD = "default card of boaviztapi; dimensions of this card not at hand"


def of_accelerator(tables, row, constants):
    """Components of one accelerator, or the reason why there are none.

    Parameters
    ----------
    tables : dict of str to DataFrame
        From `facts_read.read`.
    row : Series
        Row of hardware_accelerators.
    constants : dict of str to Constant

    Returns
    -------
    list of dict
        Components with low, value and high; empty where the die cannot be computed.
    list of str
        Components without a sourced factor or property.
    str or None
        Why there is no bottom-up value.
    """
    reason = _refusal(tables, row)
    if reason is not None:
        return [], [], reason
    memory = _memory(tables, row)
    if memory is None:
        return [], [], "type of memory not at hand, or no factor for it"
    parts = [_die(tables, row, constants), memory, _packaging(tables, row), *_card(tables)]
    return parts, list(PARTS_MISSING), None


def _refusal(tables, row):
    """Why the die cannot be computed, or None."""
    if pd.isna(row["die_area_mm2"]):
        return "die area not disclosed or not at hand"
    if pd.isna(row["process_nm"]):
        return "process node not at hand"
    if row["foundry"] not in GRIDS:
        return "foundry not at hand, hence no grid of the fab"
    try:
        fabrication.require_sourced_node(row["process_nm"], sourced_nodes(tables))
    except ValueError as fault:
        return str(fault).removeprefix("process_nm: ")
    try:
        _wafer_use(tables, row)
    except ValueError:
        return "one device a wafer: yield of cut-down dies does not apply"
    return None


def sourced_nodes(tables):
    """Nodes for which energy, gases and materials per area are all sourced. [nm]"""
    frame = tables["hardware_fab_factors"]
    sets = [
        set(frame.loc[frame["factor"] == name, "process_nm"])
        for name in ("fab_energy_per_area", "gas_per_area_95", "gas_per_area_99",
                     "materials_per_area")
    ]  # fmt: skip
    return sorted(set.intersection(*sets))


def carbon_per_area(tables, process_nm, foundry):
    """Fab carbon per area, yield not in it: low, value, high. [kg CO2e/cm2]"""
    frame = tables["hardware_fab_factors"]

    def at_node(name):
        rows = frame[(frame["factor"] == name) & (frame["process_nm"] == process_nm)]
        return float(rows["value"].iloc[0])

    grids = frame[
        (frame["factor"] == "fab_grid_intensity")
        & frame["technology"].str.startswith(GRIDS[foundry]).to_numpy(bool)
    ]["value"]
    gases = np.array([at_node("gas_per_area_99"), 0.0, at_node("gas_per_area_95")])
    gases[1] = gases[[0, 2]].mean()
    intensity = np.array([grids.min(), grids.median(), grids.max()])
    return fabrication.fab_carbon_kgco2e_per_cm2(
        at_node("fab_energy_per_area"), intensity, gases, at_node("materials_per_area")
    )


def defect_densities(tables, process_nm):
    """Low, median and high defect density for a node. [1/cm2]"""
    frame = tables["hardware_fab_factors"]
    rows = frame[frame["factor"] == "defect_density"]
    general = rows[rows["process_nm"].isna()]["value"]
    listed = rows[rows["process_nm"].notna()]
    nearest = (listed["process_nm"] - process_nm).abs().to_numpy().argmin()
    values = np.append(general.to_numpy(float), listed["value"].iloc[nearest])
    return np.array([values.min(), np.median(values), values.max()])


def sold_shares(tables, row, constants):
    """Share of processed area that is sold, in the order low, value, high carbon. [1]"""
    salvage = constants["die.salvage_share"]
    line = constants["die.line_yield"]
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
    return _part(
        "logic dies",
        *(carbon * int(row["compute_dies"])),
        source="act2022;act3_2025;kith2026;ecochip2024;boakes2023_via_review;boaviztapi250",
        status="judgement",
        basis="area x (energy x grid + gases + materials) / (Murphy with salvage x line x edge)",
    )


def _memory(tables, row):
    kind = MEMORY.get(row["memory_type"]) if isinstance(row["memory_type"], str) else None
    if kind is None or pd.isna(row["memory_gb"]):
        return None
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
