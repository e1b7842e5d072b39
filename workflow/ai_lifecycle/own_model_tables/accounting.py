"""The ledger's accounting of one case: the same rows, the same functions, one model."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import constants, tables, units
from ai_lifecycle.embodied import allocation
from ai_lifecycle.inference import demand
from ai_lifecycle.inference_tables import design, requests, service_assumptions
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import empty_cells, ledger_table
from ai_lifecycle.own_model_tables import case as cases
from ai_lifecycle.own_model_tables import places
from ai_lifecycle.training_tables import energy, energy_pue

# A share of an asset that lives longer than the accelerator grows with the accelerator's life.
LONGER_LIVED = ("rack", "building")
SERVING = stages.PHASES.index("inference")
NO_SERVICE = "the file asks for no service"
NO_PARAMETERS = requests.NO_PARAMETERS
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
    no_training: str | None


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
    table, assumptions, unserved = served(case, model, reference)
    per_hour = hourly(case, reference)
    by_hour = ledger_table.hourly_by_accelerator(per_hour)
    basis = places.basis(case.key, case.place, reference)
    serving = case.service.place if case.service else case.place
    serving_basis = places.basis(case.key, serving, reference)
    service = service_of(case, reference)
    inputs = (model, training, table, by_hour)
    arrays, other = (ledger_table.cells(*inputs, rows, service) for rows in (basis, serving_basis))
    for name in arrays:
        arrays[name][:, SERVING] = other[name][:, SERVING]
    if case.service:
        _contracts_of_service(arrays, table, by_hour, serving_basis, service)
    known = empty_cells.Known(model, training, table, unserved, by_hour, basis, service)
    reasons, sources = known.reasons(arrays), known.sources()
    if no_training:
        trained_cells = [key for key in reasons if key[1] != "inference"]
        reasons |= dict.fromkeys(trained_cells, no_training)
    return Account(
        case, model, training, table, assumptions, per_hour, basis, serving_basis, service,
        arrays, reasons, sources, no_training,
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
    own = cases.account_row(case, reference.accounts)
    worked, left, _ = energy.worked(
        model,
        own,
        reference.accelerators,
        reference.tables["priors"],
        pue_of(case, model, reference),
        multipliers_of(case),
        reference.constants_path,
    )
    columns = list(tables.declaration("training_energy"))
    index = pd.Index([case.key], name="model_id")
    if len(worked):
        return worked.set_index("model_id"), None
    empty = pd.DataFrame(np.nan, index, columns[1:]).astype(object)
    numbers = [name for name in columns[1:] if tables.declaration("training_energy")[name].dtype
               in ("float", "integer")]  # fmt: skip
    return empty.astype(dict.fromkeys(numbers, float)), left["reason"].iloc[0]


def pue_of(case, model, reference):
    """PUE as ``energy_pue.chosen`` gives it to the ledger's models, or the one given."""
    known = reference.catalogue[COLUMNS_OF_PUE]
    asked = pd.concat([known.loc[known.index.isin(reference.accounts.index)],
                       model[COLUMNS_OF_PUE]])  # fmt: skip
    frame = energy_pue.chosen(
        asked,
        reference.accounts,
        reference.pue,
        reference.operators,
        reference.constants_path,
    ).loc[[case.key]]
    if case.pue is None:
        return frame
    ends = dict(zip(("pue_low", "pue", "pue_high"), case.pue, strict=True))
    words = {"pue_origin": "disclosed", "pue_operator": None, "pue_year": pd.NA,
             "pue_source_key": cases.GIVEN}  # fmt: skip
    return frame.assign(**ends, **words).astype({"pue_year": "Int64"})


def multipliers_of(case):
    """The multiplier given, as ``energy.read_multipliers`` gives those disclosed."""
    given = [] if case.multiplier is None else [(case.key, *case.multiplier, cases.GIVEN)]
    columns = ["model_id", "low", "value", "high", "source_key"]
    return pd.DataFrame(given, columns=columns).set_index("model_id")


def served(case, model, reference):
    """Rows of ``inference_requests``, what they assume, and why there is none."""
    columns = list(tables.declaration("inference_requests"))
    empty = pd.DataFrame(columns=columns).set_index("model_id")
    why = pd.DataFrame({"model_id": [case.key], "reason": [NO_SERVICE]})
    if case.service is None:
        return empty, None, why
    assumptions = assumptions_of(case, reference)
    if pd.isna(case.model.get("parameters")):
        return empty, assumptions, why.assign(reason=NO_PARAMETERS)
    active = model["active_parameters"].fillna(model["parameters"])
    asked = model.assign(active_parameters=active).reset_index()
    shapes = reference.shapes
    if case.shape is not None:
        own = pd.DataFrame([case.shape], index=[case.key], columns=design.SHAPE, dtype=float)
        shapes = pd.concat([shapes, own])
    declared = pd.DataFrame({"model_id": [case.key], "shape_of": [case.key]})
    table = requests.table(
        asked,
        declared if case.shape is not None else declared.iloc[:0],
        shapes,
        assumptions,
        request_of(case.service),
        pd.Timestamp(reference.as_of),
        np.nan,
    )
    return table.set_index("model_id"), assumptions, why


def request_of(service):
    """The request as the ledger's functions take it."""
    return {name: getattr(service, name)
            for name in ("prompt_tokens", "output_tokens", "accelerator", "precision")}  # fmt: skip


def assumptions_of(case, reference):
    """Table ``inference_service`` for the request of the case, with what it gives put in."""
    service = case.service
    table = service_assumptions.table(
        reference.tables["text"],
        reference.tables["features"],
        reference.architectures,
        reference.tables["parameters"],
        constants.load(reference.constants_path),
        request_of(service),
    )
    given = {}
    if service.pue is not None:
        given["pue"] = service.pue
    if service.batch is not None:
        # A larger batch takes less energy.
        given["batch_large_service"] = service.batch[::-1]
    table = table.set_index("parameter", drop=False)
    for name, ends in given.items():
        table.loc[name, list(service_assumptions.ENDS)] = ends
        table.loc[name, ["source_key", "note"]] = [cases.GIVEN, None]
    return table.reset_index(drop=True)


def hourly(case, reference):
    """Table ``embodied_per_hour`` for the life and the use that the case gives."""
    table = reference.tables["per_hour"].copy()
    if case.lifetime_years is None and case.reserved_utilisation is None:
        return table
    path = reference.constants_path
    stated = constants.known("accelerator.lifetime", path, unit="year")
    use = constants.known("accelerator.reserved_utilisation", path, unit="1")
    life = case.lifetime_years or (stated.low, stated.value, stated.high)
    used = case.reserved_utilisation or (use.low, use.value, use.high)
    longer = table["stage"].isin(LONGER_LIVED).to_numpy(bool)
    scale = np.where(longer, life[1] / stated.value, 1.0)
    for place, (name, end) in enumerate(zip(stages.BOUNDS, (2, 1, 0), strict=True)):
        kilograms = table[f"{name}_kgco2e"] * scale
        table[f"{name}_kgco2e"] = kilograms
        table[f"{name}_g_per_reserved_hour"] = units.GRAMS_PER_KILOGRAM * (
            allocation.kgco2e_per_reserved_hour(kilograms, life[end], used[end])
        )
    return table.assign(lifetime_years=life[1], reserved_utilisation=used[1])


def service_of(case, reference):
    """The service as ``ledger_table.cells`` takes it."""
    if case.service is None:
        nothing = (np.nan,) * len(stages.BOUNDS)
        return {"requests": nothing, "accelerator": None, "source_key": cases.GIVEN, "words": ""}
    service = case.service
    count = [
        demand.requests_over_life(per_day, growth, years)
        for per_day, growth, years in zip(
            service.requests_per_day, service.growth_per_year, service.years, strict=True
        )
    ]
    return {
        "requests": tuple(float(number) for number in count),
        "accelerator": ledger_table.SERVING[service.accelerator],
        "source_key": cases.GIVEN,
        "words": f"{service.requests_per_day[1]:,.10g} requests a day at first, "
        f"for {service.years[1]:g} years",
    }


def _contracts_of_service(arrays, table, by_hour, basis, service):
    """Emissions of the service after contracts that the file gives for it."""
    energy_mwh = arrays["energy_mwh"][:, SERVING : SERVING + 1]
    for method in ledger_table.SERVED_ELSEWHERE:
        row = basis.set_index("accounting_method").loc[method]
        if row["source_key"] != cases.GIVEN:
            continue
        ends = row[[f"{name}_kg_per_kwh" for name in stages.BOUNDS]].to_numpy(float)
        place = stages.METHODS.index(method)
        found = stages.operational_tco2e(energy_mwh, ends.reshape(1, 1, 1, -1))
        emissions = arrays["emissions"]
        emissions[:, SERVING, 0, place] = found[:, 0, 0]
        emissions[:, SERVING, 1:, place] = emissions[:, SERVING, 1:, 0]
