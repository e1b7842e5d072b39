"""The service of a case: energy of a request and how many there are, as the ledger has them."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import demand
from ai_lifecycle.inference import service as hours
from ai_lifecycle.inference_tables import design, requests, service_assumptions
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.own_model_tables.case import GIVEN

NO_SERVICE = "the file asks for no service"
# Weights of this precision are multiplied in another by the serving software.
ARITHMETIC = design.ARITHMETIC
REQUEST = ("accelerator_energy{}_kwh", "facility_energy{}_kwh", "reserved_accelerator{}_hours")
FIRST, LAST = 0, -1


def request(service):
    """The request as the ledger's functions take it."""
    return {
        "prompt_tokens": service.prompt_tokens,
        "output_tokens": service.output_tokens,
        "accelerator": service.accelerator,
        "precision": ARITHMETIC[service.precision],
    }


def assumptions(case, pue_of, reference):
    """Table ``inference_service`` for the request of a case, with what the file gives put in.

    Parameters
    ----------
    case : Case
        With a service.
    pue_of : callable
        ``accounting.pue_of``.
    reference : Reference

    Returns
    -------
    DataFrame
        Indexed by parameter.
    """
    service, known = case.service, constants.load(reference.constants_path)
    asked = request(service)
    table = reference.once(
        ("request", asked),
        lambda: service_assumptions.table(
            reference.tables["text"],
            reference.tables["features"],
            reference.architectures,
            reference.tables["parameters"],
            known,
            asked,
        ),
    ).set_index("parameter", drop=False)
    if service.precision == "mxfp4":
        weight = known.known("inference.weight_bytes_mxfp4", unit="B")
        _put(table, "weight_bytes", (weight.value,) * 3, weight.source_key, weight.note)
    if service.pue is not None:
        _put(table, "pue", service.pue, GIVEN, None)
    elif service.operator is not None:
        row = _dated(case, reference)
        found = pue_of(case.key, row, None, service.operator, reference).iloc[0]
        if found["pue_origin"] == "derived":
            ends = tuple(found[name] for name in ("pue_low", "pue", "pue_high"))
            note = f"PUE of {found['pue_operator']} in {found['pue_year']}"
            _put(table, "pue", ends, found["pue_source_key"], note)
    if service.batch is not None:
        # A larger batch takes less energy.
        _put(table, "batch_large_service", service.batch[::-1], GIVEN, None)
    return table


def _dated(case, reference):
    """A row of `models` that says when the service runs and nothing else."""
    like = reference.catalogue
    year = case.service.place.year
    date = pd.Timestamp(int(year), 7, 1) if np.isfinite(year) else pd.NaT
    cells = {"publication_date": date}
    columns = {name: pd.Series([cells.get(name)], [case.key], dtype=like[name].dtype)
               for name in ("organisation", "accelerator_family", "publication_date")}  # fmt: skip
    return pd.DataFrame(columns)


def _put(table, parameter, ends, source_key, note):
    table.loc[parameter, list(service_assumptions.ENDS)] = ends
    table.loc[parameter, ["source_key", "note"]] = [source_key, note]


def requested(case, model, table, reference):
    """Rows of ``inference_requests``, or why there is none.

    Parameters
    ----------
    case : Case
    model : DataFrame
        Its row of ``models``.
    table : DataFrame or None
        From `assumptions`.
    reference : Reference

    Returns
    -------
    requests, unserved : DataFrame
        The first indexed by model_id, empty without a service or without its inputs.
    """
    columns = list(tables.declaration("inference_requests"))
    empty = pd.DataFrame(columns=columns).set_index("model_id")
    why = pd.DataFrame({"model_id": [case.key], "reason": [NO_SERVICE]})
    service = case.service
    if service is None:
        return empty, why
    if service.request_kwh is not None:
        return _measured(case, table, columns), why
    if pd.isna(case.model.get("parameters")):
        return empty, why.assign(reason=requests.NO_PARAMETERS)
    active = model["active_parameters"].fillna(model["parameters"])
    shapes, declared = reference.shapes, pd.DataFrame({"model_id": [], "shape_of": []})
    if case.shape is not None:
        own = pd.DataFrame([case.shape], index=[case.key], columns=design.SHAPE, dtype=float)
        shapes = pd.concat([shapes, own])
        declared = pd.DataFrame({"model_id": [case.key], "shape_of": [case.key]})
    try:
        found = requests.table(
            model.assign(active_parameters=active).reset_index(),
            declared,
            shapes,
            table,
            request(service),
            pd.Timestamp(reference.as_of),
            np.nan,
        )
    except ValueError as fault:
        raise DataError(f"architecture and size do not go together ({fault})",
                        key="model.architecture") from None  # fmt: skip
    return found.set_index("model_id")[columns[1:]], why


def _measured(case, table, columns):
    """The request as measured, with what its boundary leaves out.

    Of accelerators alone: hosts, both idles and the building come on top. Of nodes or all IT:
    the machines as they run, idle ones in it; the building comes on top. Of the facility: all.
    """
    service = case.service
    energy = np.array(service.request_kwh)
    ends = {name: table.loc[name, list(service_assumptions.ENDS)].to_numpy(float)
            for name in ("host_factor", "provisioned_idle_factor", "execution_idle_factor", "pue",
                         "idle_power_ratio", "working_power")}  # fmt: skip
    idle = ends["provisioned_idle_factor"] * ends["execution_idle_factor"]
    machines, building = ends["host_factor"] * idle, ends["pue"]
    above, within = {
        "accelerator": (machines * building, np.ones(3)),
        "node": (building, machines),
        "IT": (building, machines),
        "facility": (np.ones(3), machines * building),
    }[service.request_boundary]
    # The least at the accelerators goes with the most that the boundary holds besides.
    busy = energy / within[::-1]
    taken = hours.reserved_hours(
        busy, ends["working_power"][::-1], hours.idle_hours_factor(idle, ends["idle_power_ratio"])
    )
    cells = dict.fromkeys(columns[1:])
    values = zip(REQUEST, (busy, energy * above, taken), strict=True)
    for template, three in values:
        for end, value in zip(("_low", "", "_high"), three, strict=True):
            cells[template.format(end)] = float(value)
    return pd.DataFrame([cells], index=pd.Index([case.key], name="model_id"))


def service(case):
    """The service as ``ledger_table.cells`` takes it."""
    if case.service is None:
        nothing = (np.nan,) * len(stages.BOUNDS)
        return {"requests": nothing, "accelerator": None, "source_key": GIVEN, "words": ""}
    asked = case.service
    ends = zip(asked.requests_per_day, asked.growth_factor, asked.years, strict=True)
    count = [float(demand.requests_over_life(*each)) for each in ends]
    return {
        "requests": tuple(count),
        "accelerator": ledger_table.SERVING[asked.accelerator],
        "source_key": GIVEN,
        "words": f"{asked.requests_per_day[1]:,.10g} requests a day in the first year, "
        f"for {asked.years[1]:g} years",
    }
