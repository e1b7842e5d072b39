"""Inputs of the life cycle of a case as distributions: those of the ledger, with what is given."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ai_lifecycle import constants
from ai_lifecycle.inference_tables import service_assumptions
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.own_model_tables.case import GIVEN
from ai_lifecycle.training_tables import energy_routes
from ai_lifecycle.uncertainty_tables import footprint_inputs, given_ranges, life_cycle_inputs
from ai_lifecycle.uncertainty_tables.given_ranges import fixed, ranged

DISCLOSED, DERIVED, PRIOR = "disclosed", "derived", "prior"
# Inputs of the cells of training and experimentation alone.
OF_TRAINING = (
    "peak_hours_h", "utilisation", "rated_power_w", "power_share", "node_overhead", "pue",
    "intensity_kg_per_kwh", "experimentation_multiplier", "accelerator_kgco2e", "host_kgco2e",
    "building_kgco2e", "end_of_life_kgco2e", "training_hours_factor", "training_power_factor",
    "reserved_hours_factor",
)  # fmt: skip
OF_SERVICE = (
    "requests", "request_kwh", "host_factor", "idle_factor", "idle_power_ratio", "serving_power_w",
    "serving_pue", "serving_intensity_kg_per_kwh", "serving_asset_kgco2e",
    "serving_end_of_life_kgco2e", "request_energy_factor",
)  # fmt: skip
# A row that stands for no training; what it gives is put to nothing.
NO_TRAINING = {
    "route": energy_routes.DISCLOSED, "source_key": GIVEN, "pue_use_origin": "not used",
    "overhead_origin": "not used", "experimentation_origin": "not used",
    "experimentation_source_key": None, "work_origin": DISCLOSED, "power_origin": "not used",
    "accelerator_hours_origin": None, "pue_source_key": GIVEN, "energy_rests_on": None,
    **{f"{name}{end}{unit}": 1.0 for end in ("_low", "", "_high")
       for name, unit in (("it_energy", "_mwh"), ("facility_energy", "_mwh"), ("overhead", ""),
                          ("pue", ""), ("experimentation_multiplier", ""))},
    **{f"accelerator_hours{end}_h": np.nan for end in ("_low", "", "_high")},
}  # fmt: skip


def inputs_of(account, reference):
    """Inputs of one case with distribution, sharing group, evidence and source.

    Parameters
    ----------
    account : Account
    reference : Reference

    Returns
    -------
    life_cycle_inputs.LifeCycleInputs
    """
    case = account.case
    row = account.training.reset_index().iloc[0].to_dict()
    has_training = pd.notna(row["route"])
    if not has_training:
        row = NO_TRAINING | {"model_id": case.key}
    request = account.requests.reset_index().iloc[0].to_dict() if len(account.requests) else None
    served = case.service is not None and request is not None
    # In one place both have the very same draws.
    elsewhere = served and case.service.place != case.place
    trained_on, served_on = row.get("accelerator"), account.service["accelerator"]
    known = constants.load(reference.constants_path)
    assets = footprint_inputs.footprints(
        parts_of(account.per_hour, trained_on), parts_of(account.per_hour, served_on), known
    )
    found = life_cycle_inputs.life_cycle_inputs(
        row,
        request,
        assets,
        _by_method(account.basis),
        _service(account, reference),
        known,
        reference.lacking,
        developer=case.own,
        serving_intensities=_by_method(account.serving_basis) if elsewhere else None,
        lacking_sources=reference.lacking_sources,
    )
    own = found.inputs | _fleet(case)
    if case.utilisation is not None and row["route"] == energy_routes.COMPUTE:
        evidence = DERIVED if case.from_steps else DISCLOSED
        own["utilisation"] = ranged(case.utilisation, "1", evidence, GIVEN)
    own |= _errors(account, row, own, reference)
    if served:
        own |= _of_request(account, own)
    if not has_training:
        own |= {name: fixed(own[name].value, own[name].unit, PRIOR, GIVEN) for name in OF_TRAINING}
        own["peak_hours_h"] = fixed(0.0, "h", PRIOR, GIVEN)
    intensities = _plain(found.intensities, account.basis)
    serving = found.serving_intensities and _plain(found.serving_intensities, account.serving_basis)
    grids = {"intensity_kg_per_kwh": intensities, "serving_intensity_kg_per_kwh": serving}
    for name, by_method in grids.items():
        row = (intensities if by_method is None else by_method).get(stages.METHODS[0])
        own[name] = own[name] if row is None else row
    return replace(
        found, model_id=case.own, inputs=own, intensities=intensities, serving_intensities=serving
    )


def parts_of(per_hour, machine):
    """Rows of one accelerator; none where there is none."""
    known = isinstance(machine, str)
    return per_hour[per_hour["accelerator"] == machine] if known else per_hour.iloc[:0]


def _by_method(basis):
    return {row["accounting_method"]: row for row in basis.to_dict("records")}


def _plain(by_method, basis):
    """Ends that a file gives are the ends, not percentiles; a place presumed is one of its area.

    Where within one country the machines stand says nothing of where they would in another.
    """
    area = basis.set_index("accounting_method")["area"]
    out = {}
    for method, row in by_method.items():
        ends = (row.low, row.value, row.high)
        if row.source_key == GIVEN:
            row = ranged(ends, row.unit, row.evidence, row.source_key, group=row.group)
        elif row.evidence == PRIOR:
            row = replace(row, group=f"place within {area[method]}")
        out[method] = row
    return out


def _ends(table, parameter):
    return table.loc[parameter, list(service_assumptions.ENDS)].to_numpy(float)


def _service(account, reference):
    """The service as the inputs take it."""
    case, table = account.case, account.assumptions
    if case.service is None:
        return life_cycle_inputs.Service((0.0,) * 3, (1.0,) * 3, 0.0)
    life = constants.known("service.life", reference.constants_path, unit="year")
    stated = case.service.stated
    return life_cycle_inputs.Service(
        requests=account.service["requests"],
        working_power_w=tuple(_ends(table, "working_power")),
        fit_sigma_log=float(reference.tables["requests"]["fit_sigma_log"].iloc[0]),
        evidence=DISCLOSED if {"requests_per_day", "years"} <= stated else PRIOR,
        source_key=GIVEN if "years" in stated else life.source_key,
    )


def _fleet(case):
    """Life and use of machines that the file gives."""
    given = {
        "lifetime_years": (case.lifetime_years, "year"),
        "reserved_utilisation": (case.reserved_utilisation, "1"),
    }
    return {
        name: ranged(ends, unit, DISCLOSED, GIVEN)
        for name, (ends, unit) in given.items()
        if ends is not None
    }


def _errors(account, row, own, reference):
    """Compute with the utilisation of the whole run is as good as hours, and errs as they do."""
    case = account.case
    if row["route"] != energy_routes.COMPUTE or not case.of_whole_run or case.from_steps:
        return {}
    hours, power = "training_hours_factor", "training_power_factor"
    one = fixed(1.0, "1", DERIVED, "judgement")
    if case.has_power:
        # As hours beside a disclosed power.
        return {hours: one}
    level = life_cycle_inputs.LACKING[energy_routes.HOURS][0]
    factor, source = reference.lacking[level], reference.lacking_sources.get(level, "judgement")
    return {
        hours: one,
        power: ranged((1.0 / factor, 1.0, factor), "1", DERIVED, source, kind="lognormal",
                      group=own[hours].group),
    }  # fmt: skip


def _of_request(account, own):
    """What the file gives of the service: the building, the energy of a request as measured."""
    table, service = account.assumptions, account.case.service
    building = table.loc["pue"]
    out = {}
    if service.pue is not None:
        out["serving_pue"] = ranged(_ends(table, "pue"), "1", DISCLOSED, GIVEN)
    elif service.operator is not None:
        out["serving_pue"] = ranged(_ends(table, "pue"), "1", DERIVED, building["source_key"])
    if service.request_kwh is None:
        return out
    one = fixed(1.0, "1", DISCLOSED, GIVEN)
    energy = ranged(service.request_kwh, "kWh", DISCLOSED, GIVEN)
    out |= {"request_kwh": energy, "request_energy_factor": one}
    boundary = service.request_boundary
    if boundary == "accelerator":
        return out
    # The measure holds hosts and idle machines: power per reserved hour takes their place.
    idle = given_ranges.multiplied(
        _ends(table, "provisioned_idle_factor"), _ends(table, "execution_idle_factor")
    )
    ratio = np.sort(_ends(table, "idle_power_ratio"))
    # Most idle energy at the least idle power takes the most hours.
    taken = 1.0 + (np.array(idle) - 1.0) / ratio[::-1]
    parts = [np.sort(_ends(table, "working_power")), _ends(table, "host_factor"), idle,
             1.0 / taken[::-1]]  # fmt: skip
    if boundary == "facility":
        parts.append(_ends(table, "pue"))
        out["serving_pue"] = one
    power = given_ranges.multiplied(*parts)
    group = own["serving_power_w"].group
    return out | {
        "host_factor": one,
        "idle_factor": one,
        "idle_power_ratio": one,
        "serving_power_w": ranged(power, "W", DERIVED, "mlenergyv3", kind="percentiles",
                                  group=group),
    }  # fmt: skip
