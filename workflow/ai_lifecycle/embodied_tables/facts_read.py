"""Hardware facts, read strictly and held to what is physically possible."""

import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError

TABLES = (
    "hardware_accelerators",
    "hardware_fab_factors",
    "hardware_product_footprints",
    "hardware_components",
    "hardware_lifetimes",
    "hardware_hosts",
    "hardware_node_brackets",
)
SHARES_OF_MATERIALS = "share within materials of "
SHARES_OF_PHASES = "share of "
# With these the list of parts is complete and sums to one; without, it is a part of it.
LAST_MATERIAL = "other"
LAST_PHASE = "assembly"
UNITS_OF_FACTORS = {
    "fab_energy_per_area": "kWh/cm2",
    "gas_per_area_95": "kgCO2e/cm2",
    "gas_per_area_99": "kgCO2e/cm2",
    "materials_per_area": "kgCO2e/cm2",
    "carbon_per_area_imec": "kgCO2e/cm2",
    "carbon_per_area_yield_corrected": "kgCO2e/cm2",
    "fab_grid_intensity": "kg/kWh",
    "memory_per_gb": "kgCO2e/GB",
    "defect_density": "1/cm2",
    "packaging_per_circuit": "kgCO2e",
}
PER_AREA = ("fab_energy_per_area", "gas_per_area_95", "gas_per_area_99", "materials_per_area")
FRACTIONS = ("fixed_yield", "line_yield", "murphy_yield_one_square_centimetre")


def read(paths, *, references, as_of=None):
    """All tables of hardware facts.

    Parameters
    ----------
    paths : dict of str to str or Path
        Path of each of `TABLES`.
    references : str or Path
        Bibliography.
    as_of : str, optional
        Date after which nothing may lie.

    Returns
    -------
    dict of str to DataFrame

    Raises
    ------
    DataError
        Naming file, row and column: no provenance, a yield above one, a wrong unit, shares of
        one product that exceed one, a footprint of an accelerator that no table knows.
    """
    tables = {
        name: facts.read(paths[name], name, references=references, as_of=as_of) for name in TABLES
    }
    _check_names(tables["hardware_accelerators"]["accelerator"], paths["hardware_accelerators"])
    _check_factors(tables["hardware_fab_factors"], paths["hardware_fab_factors"])
    _check_footprints(
        tables["hardware_product_footprints"],
        tables["hardware_accelerators"],
        paths["hardware_product_footprints"],
    )
    _check_hosts(tables["hardware_hosts"], tables["hardware_accelerators"], paths["hardware_hosts"])
    _check_brackets(
        tables["hardware_node_brackets"],
        sourced_nodes(tables["hardware_fab_factors"]),
        paths["hardware_node_brackets"],
    )
    return tables


def _check_names(names, file):
    if names.duplicated().any():
        raise DataError(
            "accelerator stands twice",
            file=file,
            row=int(names.index[names.duplicated()][0]) + 2,
            column="accelerator",
            found=names[names.duplicated()].iloc[0],
        )


def _check_factors(factors, file):
    for row, fact in enumerate(factors.itertuples(index=False), start=2):
        wanted = UNITS_OF_FACTORS.get(fact.factor)
        if wanted is not None and fact.unit != wanted:
            raise DataError(
                "wrong unit", file=file, row=row, column="unit", found=fact.unit, allowed=wanted
            )
        if fact.factor in FRACTIONS and not 0 < fact.value <= 1:
            raise DataError(
                "a yield lies above zero and is at most one",
                file=file,
                row=row,
                column="value",
                found=fact.value,
            )


def _check_footprints(footprints, accelerators, file):
    known = set(accelerators["accelerator"])
    for row, fact in enumerate(footprints.itertuples(index=False), start=2):
        if isinstance(fact.accelerator, str) and fact.accelerator not in known:
            raise DataError(
                "no such accelerator",
                file=file,
                row=row,
                column="accelerator",
                found=fact.accelerator,
                allowed=known,
            )
    for prefix, last in ((SHARES_OF_MATERIALS, LAST_MATERIAL), (SHARES_OF_PHASES, LAST_PHASE)):
        shares = footprints[footprints["quantity"].str.startswith(prefix).to_numpy(bool)]
        for product, rows in shares.groupby("product", sort=True):
            if prefix + last in set(rows["quantity"]):
                facts.check_whole(rows["value"], 1.0, file, product)
            elif rows["value"].sum() > 1 + 1e-9:
                raise DataError(
                    "shares of one product exceed one",
                    file=file,
                    row=int(rows.index[0]) + 2,
                    key=product,
                    found=rows["value"].sum(),
                )


def _check_hosts(hosts, accelerators, file):
    """A host is of a known accelerator; a module says how many share it."""
    _check_names(hosts["accelerator"], file)
    known = set(accelerators["accelerator"])
    for row, fact in enumerate(hosts.itertuples(index=False), start=2):
        where = {"file": file, "row": row, "key": fact.accelerator}
        if fact.accelerator not in known:
            raise DataError(
                "no such accelerator",
                file=file,
                row=row,
                column="accelerator",
                found=fact.accelerator,
                allowed=known,
            )
        if fact.host_class == "module" and pd.isna(fact.accelerators_per_host):
            raise DataError(
                "a module shares its host with a known number of others",
                column="accelerators_per_host",
                allowed="a number in every row of class module",
                **where,
            )
        if pd.notna(fact.host_kgco2e) and not (
            fact.host_low_kgco2e <= fact.host_kgco2e <= fact.host_high_kgco2e
        ):
            raise DataError(
                "bounds do not enclose the value",
                column="host_kgco2e",
                found=fact.host_kgco2e,
                allowed=f"{fact.host_low_kgco2e:g} to {fact.host_high_kgco2e:g}",
                **where,
            )


def sourced_nodes(factors):
    """Nodes for which energy, gases and materials per area are all sourced. [nm]"""
    sets = [set(factors.loc[factors["factor"] == name, "process_nm"]) for name in PER_AREA]
    return sorted(set.intersection(*sets))


def _check_brackets(brackets, sourced, file):
    """A bracket stands between sourced nodes, and only where the node itself has no factors."""
    for row, fact in enumerate(brackets.itertuples(index=False), start=2):
        where = {"file": file, "row": row, "key": f"{fact.process_nm:g} nm"}
        if fact.process_nm in sourced or (brackets["process_nm"] == fact.process_nm).sum() > 1:
            raise DataError("node is sourced, or stands twice", column="process_nm", **where)
        ends = fact.low_process_nm, fact.value_process_nm, fact.high_process_nm
        strange = [node for node in ends if node not in sourced]
        if strange:
            raise DataError("no factors for this node", found=strange[0], allowed=sourced, **where)
        low, value, high = ends
        if not (low > fact.process_nm > high and low >= value >= high):
            raise DataError("bounds do not enclose the node", found=ends, **where)


def accelerator(tables, name):
    """Row of one accelerator; an unknown name is refused with the nearest known one."""
    frame = tables["hardware_accelerators"]
    rows = frame[frame["accelerator"] == name]
    if rows.empty:
        raise DataError(
            "no such accelerator",
            file="data/facts/hardware_accelerators.csv",
            found=name,
            allowed=set(frame["accelerator"]),
        )
    return rows.iloc[0]


def factor(tables, name, technology=None):
    """One fab factor."""
    frame = tables["hardware_fab_factors"]
    rows = frame[frame["factor"] == name]
    if technology is not None:
        rows = rows[rows["technology"] == technology]
    if len(rows) != 1:
        raise DataError(
            "factor is not there once",
            file="data/facts/hardware_fab_factors.csv",
            key=f"{name} {technology or ''}",
            found=len(rows),
        )
    return rows.iloc[0]


def component(tables, name):
    """One component factor."""
    frame = tables["hardware_components"]
    rows = frame[frame["component"] == name]
    if len(rows) != 1:
        raise DataError(
            "component is not there once",
            file="data/facts/hardware_components.csv",
            found=name,
            allowed=set(frame["component"]),
        )
    return rows.iloc[0]
