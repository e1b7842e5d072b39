"""What developers disclosed, and the evidence that was there beside it."""

import re

import numpy as np
import pandas as pd

from ai_lifecycle import facts, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue.epoch_rows import FLOP_PER_PARAMETER_AND_TOKEN
from ai_lifecycle.training import energy_evidence, operational
from ai_lifecycle.training_tables import disclosures as border
from ai_lifecycle.training_tables import energy_accounts

ENERGY, EMISSIONS = "energy", "emissions"
BOUNDARIES = ("accelerator", *energy_evidence.CONTAINS_OVERHEAD)
# One institute under two names; of the others the operators' table knows who belongs together.
SAME_ORGANISATION = {"AI2 et al.": "Allen Institute for AI"}
INDEPENDENT_PARAMETERS = ("equal to total", "stated")
COMPUTE = ("training_flop", "training_tokens", "active_parameters")


def read_compute(path, known, *, references):
    """Compute, tokens and active parameters that developers state, one column each.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: an unknown model, or a quantity twice.
    """
    frame = facts.read(path, "training_compute", references=references)
    for row, model_id in enumerate(frame["model_id"], start=2):
        if model_id not in known:
            raise DataError("no such model", file=path, row=row, column="model_id",
                            found=model_id, allowed=known)  # fmt: skip
    twice = frame.duplicated(["model_id", "quantity"])
    if twice.any():
        raise DataError("given twice", file=path, row=int(twice.idxmax()) + 2, column="quantity",
                        found=frame["model_id"][twice.idxmax()])  # fmt: skip
    columns = {
        quantity: frame[frame["quantity"] == quantity].set_index("model_id")["value"]
        for quantity in COMPUTE
    }
    return pd.DataFrame(columns).astype(float)


def evidence(models, own, carbon, compute):
    """What is known of each disclosing model beside its energy: compute, date, hours, grid.

    Parameters
    ----------
    models : DataFrame
        ``models``, indexed by model_id.
    own : DataFrame
        From ``energy_accounts.own_accounts``.
    carbon : DataFrame
        ``training_carbon``: the year and the grid of a place.
    compute : DataFrame
        From `read_compute`.

    Returns
    -------
    DataFrame
        Rows of `models` with an own account; flop, date_year, grid_kg_per_kwh and
        printed_kg_per_kwh besides.
    """
    frame = models.loc[models.index.isin(own.index)].copy()
    stated = compute.reindex(frame.index)
    parameters = frame["active_parameters"].where(
        frame["active_parameters_origin"].isin(INDEPENDENT_PARAMETERS)
    )
    parameters = stated["active_parameters"].fillna(parameters)
    by_tokens = FLOP_PER_PARAMETER_AND_TOKEN * parameters * stated["training_tokens"]
    listed = frame["training_flop"].where(~frame["compute_from_hardware"].astype(bool))
    frame["flop"] = stated["training_flop"].fillna(by_tokens).fillna(listed).astype(float)
    accounts = carbon[carbon["account"] == "own"].set_index("model_id")
    year = year_of(frame["publication_date"])
    # Half a year in: a stated year of training names no day.
    stated_year = accounts["training_year"].reindex(frame.index).astype(float) + 0.5
    frame["date_year"] = year.fillna(stated_year)
    frame["grid_kg_per_kwh"] = accounts["grid_intensity_kg_per_kwh"].reindex(frame.index)
    frame["printed_kg_per_kwh"] = accounts["location_intensity_kg_per_kwh"].reindex(frame.index)
    return frame


def year_of(dates):
    """Dates as years and their parts."""
    return dates.dt.year + (dates.dt.day_of_year - 1) / units.DAYS_PER_JULIAN_YEAR


def observed(evidence_rows, own, scopes, facts_rows):
    """Energies and location-based emissions as disclosed, with boundary and what they rest on.

    Parameters
    ----------
    evidence_rows : DataFrame
        From `evidence`.
    own : DataFrame
        From ``energy_accounts.own_accounts``.
    scopes : Series of str
        Scope of each model's own account, by model_id.
    facts_rows : DataFrame
        ``training_disclosures``, from ``disclosures.read``.

    Returns
    -------
    DataFrame
        One row a model and quantity: observed (MWh or tCO2e), boundary, holds_pue, rests_on.
    """
    parts = [_energy(evidence_rows, own), _emissions(evidence_rows, own, scopes, facts_rows)]
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values(["quantity", "model_id"], kind="stable").reset_index(drop=True)


def _energy(rows, own):
    mine = own.reindex(rows.index)
    made = operational.energy_from_hours_mwh(
        mine["hours_h"].fillna(0.0).to_numpy(), mine["power_w"].fillna(0.0).to_numpy()
    )
    known = mine["energy_boundary"].isin(BOUNDARIES) & mine["energy_mwh"].notna()
    by_power = ~known & mine["energy_mwh"].isna() & mine["hours_h"].notna()
    by_power &= mine["power_w"].notna() & mine["power_boundary"].isin(BOUNDARIES)
    # Hours times a disclosed power are a disclosure of energy; of a rated power, arithmetic.
    rests = np.where(mine["power_assumed"].eq(True), energy_accounts.ARITHMETIC,
                     energy_accounts.MEASURED)  # fmt: skip
    frame = pd.DataFrame(
        {
            "model_id": rows.index,
            "quantity": ENERGY,
            "observed": np.where(known, mine["energy_mwh"], made),
            "boundary": mine["energy_boundary"].where(known, mine["power_boundary"]).to_numpy(),
            "holds_pue": (known & mine["energy_holds_pue"].eq(True)).to_numpy(),
            "rests_on": mine["energy_rests_on"]
            .where(known, pd.Series(rests, rows.index))
            .to_numpy(),
        }
    )
    usable = (known | by_power).to_numpy() & rows["accelerator"].notna().to_numpy()
    return frame[usable & (frame["observed"].to_numpy() > 0)]


def _emissions(rows, own, scopes, facts_rows):
    wanted = facts_rows["quantity"].eq("emissions") & facts_rows["accounting"].eq("location")
    table = facts_rows[wanted & facts_rows["energy_boundary"].isin(BOUNDARIES)]
    table = table.set_index(border.KEY)
    keys = pd.MultiIndex.from_arrays([rows.index, scopes.reindex(rows.index)], names=border.KEY)
    found = table.reindex(keys)
    mine = own.reindex(rows.index)
    assumed = mine["power_assumed"].eq(True) | mine["energy_rests_on"].eq(
        energy_accounts.ARITHMETIC
    )
    frame = pd.DataFrame(
        {
            "model_id": rows.index,
            "quantity": EMISSIONS,
            "observed": found["value"].to_numpy(float),
            "boundary": found["energy_boundary"].to_numpy(),
            "holds_pue": found["pue_included"].eq("yes").to_numpy(),
            "rests_on": np.where(assumed, energy_accounts.ARITHMETIC, energy_accounts.MEASURED),
        }
    )
    known_pue = found["pue_included"].isin(["yes", "no"]).to_numpy()
    usable = rows["grid_kg_per_kwh"].notna() & rows["accelerator"].notna()
    has_energy = mine["energy_mwh"].notna() | mine["power_w"].notna()
    return frame[usable.to_numpy() & has_energy.to_numpy() & known_pue
                 & (frame["observed"].to_numpy() > 0)]  # fmt: skip


def organisations(names, operators):
    """Canonical organisations of each row: operators where known, else the name itself.

    Parameters
    ----------
    names : Series of str
        Organisations joined by commas; remarks in brackets are dropped.
    operators : Series
        Operator by organisation, from ``energy_pue.read``.

    Returns
    -------
    Series of frozenset
    """
    same = SAME_ORGANISATION | operators.to_dict()

    def known(cell):
        if not isinstance(cell, str):
            return frozenset()
        plain = [name.strip() for name in re.sub(r"\(.*?\)", "", cell).split(",")]
        return frozenset(same.get(name, name) for name in plain if name)

    return names.map(known)


def groups(model_ids, organisation_sets, documents):
    """Models that share an organisation or a document, however many steps apart.

    Parameters
    ----------
    model_ids : sequence of str
    organisation_sets : Series of frozenset
        From `organisations`, by model_id.
    documents : Series of str
        Keys of sources joined by ``;``, by model_id; those of Epoch AI bind nothing.

    Returns
    -------
    dict of str to str
        Name of the group of each model: its organisations in order.
    """
    parts = []
    for model_id in sorted(model_ids):
        marks = set(organisation_sets[model_id]) | {f"={k}" for k in documents[model_id].split(";")}
        ids = {model_id}
        rest = []
        for other_marks, other_ids in parts:
            if other_marks & marks:
                marks, ids = marks | other_marks, ids | other_ids
            else:
                rest.append((other_marks, other_ids))
        parts = [*rest, (marks, ids)]
    out = {}
    for marks, ids in parts:
        name = " + ".join(sorted(mark for mark in marks if not mark.startswith("=")))
        out |= dict.fromkeys(ids, name or min(ids))
    return out
