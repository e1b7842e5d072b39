"""The table of training energy and carbon: every account by every accounting."""

import numpy as np
import pandas as pd

from ai_lifecycle.training import operational
from ai_lifecycle.training_tables import disclosures as border
from ai_lifecycle.training_tables import places


def energies(accounts):
    """Energy of each account, its origin and its boundary.

    Disclosed energy first; hours times power times the disclosed PUE second; else missing.

    Parameters
    ----------
    accounts : DataFrame
        From `disclosures.accounts`.

    Returns
    -------
    DataFrame
        energy_mwh, energy_boundary, energy_origin, pue, pue_treatment, operational_energy_mwh,
        comparison_group; same index.
    """
    disclosed = accounts["energy"].notna()
    derivable = ~disclosed & accounts["accelerator_hours"].notna()
    derivable &= accounts["accelerator_power"].notna()
    worked = np.where(
        derivable,
        operational.energy_from_hours_mwh(
            accounts["accelerator_hours"].where(derivable, 0.0),
            accounts["accelerator_power"].where(derivable, 0.0),
        ),
        np.nan,
    )
    energy = np.where(disclosed, accounts["energy"], worked)
    included = disclosed & (accounts["energy_pue_included"] == "yes")
    boundary = accounts["energy_boundary"].where(disclosed, accounts["accelerator_power_boundary"])
    pue = accounts["pue"].to_numpy()
    operational_energy = operational.operational_energy_mwh(
        np.where(np.isnan(energy), 0.0, energy), pue, included
    )
    has_energy = ~np.isnan(energy)
    applied = has_energy & ~included & ~np.isnan(pue)
    groups = [
        operational.comparison_group(b, bool(h)) if e else None
        for b, h, e in zip(boundary, included | applied, has_energy, strict=True)
    ]
    return pd.DataFrame(
        {
            "energy_mwh": energy,
            "energy_boundary": boundary.where(has_energy, None),
            "energy_origin": np.select(
                [disclosed, derivable], ["disclosed", "hours x power"], default="none"
            ),
            "pue": pue,
            "pue_treatment": np.select(
                [~has_energy, included, applied],
                ["no energy", "in the disclosed energy", "applied here"],
                default="not disclosed",
            ),
            "operational_energy_mwh": np.where(has_energy, operational_energy, np.nan),
            "comparison_group": groups,
        },
        index=accounts.index,
    )


def table(models, disclosures, fixed_llama_kg_per_kwh, fixed_patterson_kg_per_kwh, grids):
    """All accounts of all models, the model's own first.

    Parameters
    ----------
    models, disclosures : DataFrame
        From `disclosures.read`.
    fixed_llama_kg_per_kwh, fixed_patterson_kg_per_kwh : float
        The two fixed intensities. [kg CO2e/kWh]
    grids : DataFrame
        Grid of each model's place, from `places.intensities`.

    Returns
    -------
    DataFrame
        As declared for ``training_carbon``.
    """
    accounts = border.accounts(disclosures)
    worked = energies(accounts)
    energy = worked["operational_energy_mwh"]
    location = accounts["carbon_intensity_location"]
    frame = worked.assign(
        accelerator_hours_h=accounts["accelerator_hours"],
        accelerator_power_w=accounts["accelerator_power"],
        emissions_at_llama_average_tco2e=_times(energy, fixed_llama_kg_per_kwh),
        emissions_at_patterson_average_tco2e=_times(energy, fixed_patterson_kg_per_kwh),
        location_intensity_kg_per_kwh=location,
        location_intensity_source_key=accounts["carbon_intensity_location_source_key"],
        emissions_at_location_tco2e=_times(energy, location),
    )
    grid = _grid(accounts, energy, grids)
    frame[places.COLUMNS] = grid
    frame["emissions_at_grid_tco2e"] = _times(energy, grid["grid_intensity_kg_per_kwh"])
    for accounting in border.ACCOUNTINGS:
        frame[f"disclosed_{accounting}_tco2e"] = accounts[f"emissions_{accounting}"]
    frame["disclosed_low_tco2e"], frame["disclosed_high_tco2e"] = _digitised(accounts)
    frame["implied_intensity_kg_per_kwh"] = _implied(accounts, energy)
    hours = accounts["accelerator_hours"]
    frame["implied_power_w"] = _per_hour(operational.implied_power_w, frame["energy_mwh"], hours)
    frame["disclosed_kgco2e_per_accelerator_hour"] = _per_hour(
        operational.emissions_per_hour_kgco2e, _disclosed(accounts), hours
    )
    provenance = disclosures.groupby(border.KEY, sort=True)
    frame["source_key"] = provenance["source_key"].agg(_joined)
    frame["locator"] = provenance["locator"].agg(lambda s: "; ".join(dict.fromkeys(s)))
    frame["status"] = provenance["status"].agg(_weakest)
    frame = frame.reset_index().merge(
        models[["model_id", "name", "organisation", "functional_unit", "figure_2a", "scope"]],
        on="model_id",
        how="left",
        validate="many_to_one",
        suffixes=("", "_own"),
    )
    frame["account"] = np.where(frame["scope"] == frame["scope_own"], "own", "other")
    frame["method"] = [
        _method(*row) for row in zip(frame["energy_origin"], frame["pue_treatment"], strict=True)
    ]
    order = frame.assign(rank=(frame["account"] != "own").astype(int))
    order = order.sort_values(["model_id", "rank", "scope"], kind="stable")
    return order[COLUMNS].reset_index(drop=True)


COLUMNS = [
    "model_id",
    "name",
    "organisation",
    "functional_unit",
    "figure_2a",
    "account",
    "scope",
    "accelerator_hours_h",
    "accelerator_power_w",
    "energy_mwh",
    "energy_boundary",
    "energy_origin",
    "pue",
    "pue_treatment",
    "operational_energy_mwh",
    "comparison_group",
    "emissions_at_llama_average_tco2e",
    "emissions_at_patterson_average_tco2e",
    "location_intensity_kg_per_kwh",
    "location_intensity_source_key",
    "emissions_at_location_tco2e",
    *places.COLUMNS,
    "emissions_at_grid_tco2e",
    *(f"disclosed_{a}_tco2e" for a in border.ACCOUNTINGS),
    "disclosed_low_tco2e",
    "disclosed_high_tco2e",
    "implied_intensity_kg_per_kwh",
    "implied_power_w",
    "disclosed_kgco2e_per_accelerator_hour",
    "method",
    "source_key",
    "locator",
    "status",
]


def _grid(accounts, energy, grids):
    """Grid of each account that has an energy and is about the place of the run.

    An account that prints a fixed intensity counts the run as if at an average place.
    """
    grid = grids.reindex(accounts.index.get_level_values("model_id"))
    grid.index = accounts.index
    wanted = energy.notna() & accounts["carbon_intensity_fixed"].isna()
    return grid.where(wanted)


def _times(energy, intensity):
    known = energy.notna() & pd.notna(intensity)
    intensity = pd.Series(intensity, index=energy.index, dtype=float).where(known, 0.0)
    worked = operational.emissions_tco2e(energy.where(known, 0.0), intensity)
    return pd.Series(worked, index=energy.index).where(known)


def _digitised(accounts):
    """Reading error of emissions that were read off a figure; printed ones have none here."""
    low = pd.Series(np.nan, index=accounts.index)
    high = low.copy()
    for accounting in border.ACCOUNTINGS:
        name = f"emissions_{accounting}"
        read_off = accounts[f"{name}_status"] == "digitised"
        low = low.where(~read_off, accounts[f"{name}_low"])
        high = high.where(~read_off, accounts[f"{name}_high"])
    return low, high


def _implied(accounts, energy):
    """Intensity implied where emissions are disclosed and no intensity is."""
    implied = pd.Series(np.nan, index=accounts.index)
    for accounting in border.ACCOUNTINGS:
        emissions = accounts[f"emissions_{accounting}"]
        wanted = emissions.gt(0) & energy.gt(0) & implied.isna()
        wanted &= accounts[f"carbon_intensity_{accounting}"].isna()
        if wanted.any():
            implied[wanted] = operational.implied_intensity_kg_per_kwh(
                emissions[wanted], energy[wanted]
            )
    return implied


def _per_hour(ratio, amount, hours):
    """`ratio` of amount and accelerator-hours where both are known."""
    known = amount.notna() & hours.gt(0)
    worked = ratio(amount.where(known, 0.0), hours.where(known, 1.0))
    return pd.Series(worked, index=amount.index).where(known)


def _disclosed(accounts):
    """Disclosed emissions above zero, grid-based ones first."""
    emissions = pd.Series(np.nan, index=accounts.index)
    for accounting in ("location", "fixed", "unknown", "market"):
        found = accounts[f"emissions_{accounting}"]
        emissions = emissions.fillna(found.where(found > 0))
    return emissions


def _joined(keys):
    return ";".join(dict.fromkeys(key for cell in keys for key in cell.split(";")))


def _weakest(statuses):
    return max(statuses, key=places.STATUS_ORDER.index)


def _method(origin, treatment):
    energy = {
        "disclosed": "energy disclosed",
        "hours x power": "energy from disclosed hours and power",
        "none": "no energy disclosed or derivable",
    }[origin]
    overhead = {
        "no energy": "",
        "in the disclosed energy": "; PUE in it",
        "applied here": "; disclosed PUE applied here",
        "not disclosed": "; no PUE disclosed, none applied",
    }[treatment]
    return energy + overhead
