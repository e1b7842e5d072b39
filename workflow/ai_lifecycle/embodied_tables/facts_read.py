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
)
SHARES_OF_MATERIALS = "share within materials of"
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
        if fact.quantity.startswith("share") and not 0 <= fact.value <= 1:
            raise DataError(
                "a share lies between zero and one",
                file=file,
                row=row,
                column="value",
                found=fact.value,
            )
    shares = footprints[footprints["quantity"].str.startswith(SHARES_OF_MATERIALS).to_numpy(bool)]
    for product, total in shares.groupby("product", sort=True)["value"].sum().items():
        if total > 1 + 1e-9:
            raise DataError("shares of one product exceed one", file=file, key=product, found=total)


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
