"""Disclosed energies of requests beside what our model and factors give for them."""

import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import request, token_energy
from ai_lifecycle.inference_tables import design

WATT_HOURS_PER_KILOWATT_HOUR = units.WATTS_PER_KILOWATT
OLDER = "H100"
# The disclosed component that each stage of ours corresponds to.
COMPONENTS = {
    "generation": "accelerator_energy",
    "host": "host_energy",
    "provisioned_idle": "idle_energy",
    "facility": "overhead_energy",
}


def disclosed(facts, entity, item, quantity):
    """One disclosed figure.

    Raises
    ------
    DataError
        If it is not disclosed, or twice.
    """
    found = facts[
        (facts["entity"] == entity) & (facts["item"] == item) & (facts["quantity"] == quantity)
    ]
    if len(found) != 1:
        raise DataError("disclosure is not there exactly once", key=f"{entity}, {item}, {quantity}",
                        file="data/facts/inference_disclosures.csv", found=len(found))  # fmt: skip
    return found.iloc[0]


def gemini(facts):
    """The median prompt by components, from accelerator energy and the factors disclosed.

    The factors of host and idle are ratios of the disclosed components themselves, so that those
    rows test rounding and order; the overhead and the total test the independent PUE.
    """
    entity, item = "Google", "Gemini median text prompt"

    def figure(quantity):
        return float(disclosed(facts, entity, item, quantity)["value"])

    accelerator, host, idle = (figure(f"{n}_energy") for n in ("accelerator", "host", "idle"))
    stages = request.request_stages_kwh(
        accelerator / WATT_HOURS_PER_KILOWATT_HOUR * units.JOULES_PER_KILOWATT_HOUR, 1, 0, 0, 1, 0,
        (accelerator + host) / accelerator, (accelerator + host + idle) / (accelerator + host), 1,
        figure("pue"),
    )  # fmt: skip
    parts = {
        quantity: float(stages[stage]) * WATT_HOURS_PER_KILOWATT_HOUR
        for stage, quantity in COMPONENTS.items()
    }
    predicted = parts | {"energy": sum(parts.values())}
    return [
        _row("gemini", disclosed(facts, entity, item, quantity), value, value, value,
             "components from the disclosed accelerator energy, host and idle ratios, and PUE")
        for quantity, value in predicted.items()
    ]  # fmt: skip


def requests(cases, facts, shapes, coefficients, constants, bytes_by_precision):
    """Requests of named models on the older GPU, over the range of batches of a large service.

    Parameters
    ----------
    cases : DataFrame
        Table ``inference_cases``.
    facts : DataFrame
        Table ``inference_disclosures``.
    shapes : DataFrame
        From ``design.architectures``.
    coefficients : DataFrame
        Rows of ``inference_parameters`` of the fit to text.
    constants : mapping of str to Constant
    bytes_by_precision : mapping of str to float
        [B]

    Returns
    -------
    list of dict
    """
    batch = constants["inference.batch_large_service"]
    rows = []
    for case in cases.to_dict("records"):
        per_token = [
            _energy_per_token(case, b, shapes, coefficients, constants, bytes_by_precision)
            for b in (batch.high, batch.value, batch.low)
        ]
        energy = [_facility_wh(case, e, constants) for e in per_token]
        found = disclosed(facts, case["entity"], case["item"], "energy")
        assumed = (
            f"{OLDER}, {case['precision']}, {case['output_tokens']} output tokens, batch "
            f"{batch.value:g} ({batch.low:g} to {batch.high:g}); {case['note']}"
        )
        rows.append(_row(case["case"], found, energy[1], energy[0], energy[2], assumed))
    return rows


def _energy_per_token(case, batch, shapes, coefficients, constants, bytes_by_precision):
    shape = shapes.loc[case["shape_of"]]
    always, routed = token_energy.split_parameters(
        case["total_parameters_billion"], case["active_parameters_billion"],
        case["experts"], case["experts_per_token"],
    )  # fmt: skip
    size = bytes_by_precision[case["precision"]]
    weights = token_energy.weights_touched_gb(
        batch, always, routed, case["experts"], case["experts_per_token"], size, size
    )
    cache = token_energy.cache_gb(
        case["prompt_tokens"] + case["output_tokens"] / 2, shape["layers"],
        shape["windowed_layers"], shape["window_tokens"], shape["values_per_token"],
        constants["inference.cache_value_bytes"].value,
    )  # fmt: skip
    return float(
        token_energy.energy_per_token_j(
            case["active_parameters_billion"], weights, batch, cache,
            coefficient(coefficients, "compute_energy", OLDER, case["precision"]),
            coefficient(coefficients, "memory_energy"),
            coefficient(coefficients, "routing_factor") if case["experts"] else 1.0,
        )
    )  # fmt: skip


def coefficient(coefficients, parameter, gpu_model=None, precision=None, column="value"):
    """One fitted value, or an end of its interval.

    Raises
    ------
    DataError
        If it was not fitted.
    """
    chosen = coefficients[coefficients["fit"] == "text"]
    chosen = chosen[chosen["parameter"] == parameter]
    if gpu_model is not None:
        known = design.ARITHMETIC.get(precision)
        chosen = chosen[(chosen["gpu_model"] == gpu_model) & (chosen["precision"] == known)]
    if len(chosen) != 1:
        raise DataError("no such parameter was fitted", found=len(chosen),
                        key=f"{parameter}, {gpu_model}, {precision}",
                        allowed="one row of inference_parameters")  # fmt: skip
    return float(chosen[column].iloc[0])


def _facility_wh(case, energy_per_token_j, constants):
    def factor(name):
        return constants[f"inference.{name}"].value

    kilowatt_hours = request.request_energy_kwh(
        energy_per_token_j, case["output_tokens"], case["prompt_tokens"],
        factor("fitted_prompt_tokens"), case["active_parameters_billion"], factor("prompt_energy"),
        factor("host_factor"), factor("provisioned_idle_factor"),
        factor("execution_idle_factor"), factor("pue"),
    )  # fmt: skip
    return float(kilowatt_hours) * WATT_HOURS_PER_KILOWATT_HOUR


def _row(case, found, value, low, high, assumed):
    return {
        "case": case, "entity": found["entity"], "item": found["item"],
        "quantity": found["quantity"], "boundary": found["boundary"],
        "disclosed_wh": float(found["value"]), "disclosed_low_wh": found["low"],
        "disclosed_high_wh": found["high"], "predicted_wh": value, "predicted_low_wh": low,
        "predicted_high_wh": high, "ratio": value / float(found["value"]), "assumed": assumed,
        "source_key": found["source_key"], "status": found["status"],
    }  # fmt: skip


def table(*arguments):
    """Table ``inference_plausibility``: all rows. Arguments as `requests`."""
    facts = arguments[1]
    return pd.DataFrame([*gemini(facts), *requests(*arguments)])
