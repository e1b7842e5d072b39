"""The ledger's accounting of one case: the same rows, the same functions, one model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import constants, tables, units
from ai_lifecycle.embodied import allocation
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import empty_cells, ledger_table
from ai_lifecycle.own_model_tables import by_compute, places, serving
from ai_lifecycle.own_model_tables import case as cases
from ai_lifecycle.training_tables import energy, energy_priors, energy_pue

# A share of an asset that lives longer than the accelerator grows with the accelerator's life.
LONGER_LIVED = ("rack", "building")
SERVING = stages.PHASES.index("inference")
OPERATION = stages.PARTS.index("operation")
COLUMNS_OF_PUE = ["organisation", "accelerator_family", "publication_date"]


@dataclass(frozen=True)
class Account:
    """What the ledger holds of one case, and every table it was made from."""

    case: cases.Case
    model: pd.DataFrame
    training: pd.DataFrame
    requests: pd.DataFrame
    assumptions: pd.DataFrame | None
    per_hour: pd.DataFrame
    basis: pd.DataFrame
    serving_basis: pd.DataFrame
    service: dict
    arrays: dict
    reasons: dict
    sources: dict


def account(case, reference):
    """The cells of the ledger for one case.

    Parameters
    ----------
    case : Case
    reference : Reference

    Returns
    -------
    Account
        Arrays as from ``ledger_table.cells``, one model.
    """
    model = cases.model_row(case, reference.catalogue)
    training, no_training = trained(case, model, reference)
    assumptions = serving.assumptions(case, pue_of, reference) if case.service else None
    table, unserved = serving.requested(case, model, assumptions, reference)
    per_hour = hourly(case, reference)
    by_hour = ledger_table.hourly_by_accelerator(per_hour)
    basis, serving_basis = (
        reference.once(
            ("basis", case.key, place), lambda place=place: places.basis(case.key, place, reference)
        )
        for place in (case.place, case.service.place if case.service else case.place)
    )
    service = serving.service(case)
    inputs = (model, training, table, by_hour)
    arrays, other = (ledger_table.cells(*inputs, rows, service) for rows in (basis, serving_basis))
    for name in arrays:
        arrays[name][:, SERVING] = other[name][:, SERVING]
    if case.service:
        _contracts_of_service(arrays, serving_basis)
    known = empty_cells.Known(model, training, table, unserved, by_hour, basis, service)
    reasons, sources = known.reasons(arrays), known.sources()
    if no_training:
        trained_cells = [key for key in reasons if key[1] != "inference"]
        reasons |= dict.fromkeys(trained_cells, no_training)
    return Account(
        case, model, training, table, assumptions, per_hour, basis, serving_basis, service,
        arrays, reasons, sources,
    )  # fmt: skip


def trained(case, model, reference):
    """Row of ``training_energy``, missing throughout where no route leads to an energy.

    Returns
    -------
    training : DataFrame
        One row, indexed by the name of the case.
    reason : str or None
        What lacks for an energy.
    """
    inputs = (
        cases.account_row(case, reference.accounts),
        reference.accelerators,
        _priors(case, reference),
        pue_of(case.key, model, case.pue, case.operator, reference),
        _multipliers(case),
        reference.constants_path,
    )
    worked, left, _ = energy.worked(model, *inputs)
    if len(worked):
        row = worked.set_index("model_id")
        if by_compute.applies(row):
            row = _refined(case, row, model, inputs)
        return row, None
    declared = tables.declaration("training_energy")
    index = pd.Index([case.key], name="model_id")
    columns = {
        name: pd.Series(
            [np.nan if field["dtype"] in ("float", "integer") else None],
            index,
            dtype=float if field["dtype"] in ("float", "integer") else object,
        )
        for name, field in declared.items()
        if name != "model_id"
    }
    return pd.DataFrame(columns, index), left["reason"].iloc[0]


def _refined(case, row, model, inputs):
    """The row by compute, with what the catalogue has no column for."""
    if "utilisation_listed" in case.model:

        def at(utilisation):
            return energy.worked(model.assign(utilisation_listed=utilisation), *inputs)[0]

        row = by_compute.over_steps(row, case.utilisation, at)
    if case.has_power and case.stand_in is None:
        row = by_compute.at_power(row, case.account, case.model["accelerator_family"], inputs[-1])
    return row


def _priors(case, reference):
    """Fitted priors; a utilisation of the whole run that the file gives stands for its family."""
    priors = reference.tables["priors"]
    if not case.of_whole_run:
        return priors
    own = (priors["quantity"] == energy_priors.UTILISATION) & (
        priors["family"] == case.model.get("accelerator_family")
    )
    priors = priors.copy()
    for name, value in zip(stages.BOUNDS, case.utilisation, strict=True):
        priors.loc[own, name] = value
    return priors


def pue_of(key, model, given, operator, reference):
    """PUE as ``energy_pue.chosen`` gives it to the ledger's models, or the one given.

    Parameters
    ----------
    key : str
        Name of the case.
    model : DataFrame
        Its row of ``models``.
    given : tuple of float or None
        Low, value and high in the file. [1]
    operator : str or None
        Whose data centre it is.
    reference : Reference

    Returns
    -------
    DataFrame
        As from ``energy_pue.chosen``, one row.
    """
    operators = reference.operators
    asked = model[COLUMNS_OF_PUE]
    if operator is not None:
        operators = pd.concat([operators.drop(operator, errors="ignore"),
                               pd.Series({operator: operator})])  # fmt: skip
        asked = asked.assign(organisation=operator, accelerator_family=None)
        asked = asked.astype(model[COLUMNS_OF_PUE].dtypes)
    known = reference.catalogue[COLUMNS_OF_PUE]
    known = known[known.index.isin(reference.accounts.index)]

    def chosen():
        rows = pd.concat([known, asked])
        path = reference.constants_path
        return energy_pue.chosen(rows, reference.accounts, reference.pue, operators, path)

    who = asked.iloc[0].to_dict()
    frame = reference.once(("pue", key, who, operator), chosen).loc[[key]]
    if given is None:
        return frame
    ends = dict(zip(("pue_low", "pue", "pue_high"), given, strict=True))
    words = {"pue_origin": "disclosed", "pue_operator": None, "pue_year": pd.NA,
             "pue_source_key": cases.GIVEN}  # fmt: skip
    return frame.assign(**ends, **words).astype({"pue_year": "Int64"})


def _multipliers(case):
    """The multiplier given, as ``energy.read_multipliers`` gives those disclosed."""
    row = None if case.multiplier is None else (case.key, *case.multiplier, "stated", cases.GIVEN)
    given = [] if row is None else [row]
    columns = ["model_id", "low", "value", "high", "known_from", "source_key"]
    return pd.DataFrame(given, columns=columns).set_index("model_id")


def hourly(case, reference):
    """Table ``embodied_per_hour`` for the life and the use that the case gives."""
    table = reference.tables["per_hour"]
    if case.stand_in is not None:
        usual = table[table["accelerator"] == case.stand_in]
        usual = usual.assign(accelerator=case.model["accelerator"], status="judgement")
        table = pd.concat([table, usual], ignore_index=True)
    if case.lifetime_years is None and case.reserved_utilisation is None:
        return table
    table, path = table.copy(), reference.constants_path
    stated = constants.known("accelerator.lifetime", path, unit="year")
    use = constants.known("accelerator.reserved_utilisation", path, unit="1")
    life = case.lifetime_years or (stated.low, stated.value, stated.high)
    used = case.reserved_utilisation or (use.low, use.value, use.high)
    longer = table["stage"].isin(LONGER_LIVED).to_numpy(bool)
    scale = np.where(longer, life[1] / stated.value, 1.0)
    # Least carbon goes with the longest life and the most use.
    for name, end in zip(stages.BOUNDS, (2, 1, 0), strict=True):
        kilograms = table[f"{name}_kgco2e"] * scale
        table[f"{name}_kgco2e"] = kilograms
        table[f"{name}_g_per_reserved_hour"] = units.GRAMS_PER_KILOGRAM * (
            allocation.kgco2e_per_reserved_hour(kilograms, life[end], used[end])
        )
    return table.assign(lifetime_years=life[1], reserved_utilisation=used[1])


def _contracts_of_service(arrays, basis):
    """Emissions of the service after contracts that the file gives for it."""
    energy_mwh, emissions = arrays["energy_mwh"][:, SERVING : SERVING + 1], arrays["emissions"]
    rows = basis.set_index("accounting_method")
    for method in ledger_table.SERVED_ELSEWHERE:
        if rows.loc[method, "source_key"] != cases.GIVEN:
            continue
        ends = rows.loc[method, [f"{name}_kg_per_kwh" for name in stages.BOUNDS]]
        found = stages.operational_tco2e(energy_mwh, ends.to_numpy(float).reshape(1, 1, 1, -1))
        place = stages.METHODS.index(method)
        emissions[:, SERVING, OPERATION, place] = found[:, 0, 0]
        first = stages.METHODS.index("location_lifecycle")
        emissions[:, SERVING, 1:, place] = emissions[:, SERVING, 1:, first]
