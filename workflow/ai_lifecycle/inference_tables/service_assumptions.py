"""What a declared service assumes: every input with the ends that give least and most energy."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import service, token_energy
from ai_lifecycle.inference_tables import design, plausibility

LEAST, VALUE, MOST = "least_energy", "value", "most_energy"
ENDS = (LEAST, VALUE, MOST)
QUANTILES = (0.05, 0.5, 0.95)


# Constants whose low end gives least energy; the other way round for the batch, the prompt that
# the fit contains, and the power of idle machines (more power in idle is fewer idle hours).
def table(text, features, architectures, coefficients, constants, request):
    """Table ``inference_service``: one row per input of a request.

    Parameters
    ----------
    text : DataFrame
        Table ``ml_energy_text``.
    features, architectures : DataFrame
        Tables ``model_architectures`` and ``inference_architectures``.
    coefficients : DataFrame
        Table ``inference_parameters``.
    constants : mapping of str to Constant
    request : mapping
        prompt_tokens, output_tokens, accelerator, precision.

    Returns
    -------
    DataFrame
        parameter; least_energy, value, most_energy; unit, source_key, note.

    Raises
    ------
    DataError
        A constant in another unit, a coefficient that was not fitted, or no measured power.
    """
    shapes = design.architectures(features, architectures)
    size = sizes(text, features)
    shapes = shapes[shapes.index.isin(size.index)]
    rows = [*_constants(constants), *_coefficients(coefficients, request)]
    weight = {
        "bfloat16": constants.known("inference.weight_bytes_bfloat16", unit="B"),
        "fp8": constants.known("inference.weight_bytes_fp8", unit="B"),
    }[request["precision"]]
    rows.append(_row("weight_bytes", [weight.value] * 3, "B", weight.source_key, weight.note))
    context = request["prompt_tokens"] + request["output_tokens"] / 2
    rows += [cache_row(shapes, size, context), experts_row(shapes, size)]
    batch = constants.known("inference.batch_large_service", unit="1")
    rows.append(_power(text, request, batch))
    rows += _range_of_fit(text, shapes)
    return pd.DataFrame(rows)


def corners(assumptions):
    """The inputs as columns of three corners, to be broadcast over models.

    Parameters
    ----------
    assumptions : DataFrame
        From `table`.

    Returns
    -------
    dict of str to ndarray, shape (3, 1)
        In the order least energy, value, most energy.
    """
    return {
        row["parameter"]: np.array([[row[end]] for end in ENDS])
        for row in assumptions.to_dict("records")
    }


def sizes(text, features):
    """Total and active parameters by model_id. [1e9 parameters]"""
    columns = ["model_id", "total_parameters_billion", "active_parameters_billion"]
    both = pd.concat([features[columns], text[columns]], ignore_index=True)
    return both.drop_duplicates("model_id").set_index("model_id").astype(float)


def _row(parameter, values, unit, source_key, note):
    ends = dict(zip(ENDS, (float(value) for value in values), strict=True))
    return {"parameter": parameter, **ends, "unit": unit, "source_key": source_key, "note": note}


def _constants(constants):
    rising = {
        "host_factor": constants.known("inference.host_factor", unit="1"),
        "provisioned_idle_factor": constants.known("inference.provisioned_idle_factor", unit="1"),
        "execution_idle_factor": constants.known("inference.execution_idle_factor", unit="1"),
        "pue": constants.known("inference.pue", unit="1"),
        "prompt_energy": constants.known("inference.prompt_energy", unit="J/Gparam"),
        "cache_value_bytes": constants.known("inference.cache_value_bytes", unit="B"),
    }
    # Of these a larger value gives less energy.
    falling = {
        "batch_large_service": constants.known("inference.batch_large_service", unit="1"),
        "fitted_prompt_tokens": constants.known("inference.fitted_prompt_tokens", unit="tokens"),
        "idle_power_ratio": constants.known("inference.idle_power_ratio", unit="1"),
    }
    for name, found in (rising | falling).items():
        ends = [found.low, found.value, found.high]
        if name in falling:
            ends.reverse()
        yield _row(name, ends, found.unit, found.source_key, found.note)


def _coefficients(coefficients, request):
    note = "fitted; ends are the 5th and 95th percentile of the bootstrap over models"
    where = (request["accelerator"], request["precision"])
    for parameter, unit, key in (
        ("compute_energy", "J/Gparam", where),
        ("memory_energy", "J/GB", ()),
        ("routing_factor", "1", ()),
    ):
        yield _row(
            parameter,
            [
                plausibility.coefficient(coefficients, parameter, *key, column=column)
                for column in ("bootstrap_p05", "value", "bootstrap_p95")
            ],
            unit, "mlenergyv3", note,
        )  # fmt: skip


def cache_row(shapes, size, context):
    """Cache over size at a context [tokens], of the architectures known, each counted once."""
    once = shapes[~shapes.duplicated()]
    active = size.loc[once.index, "active_parameters_billion"].to_numpy(float)
    numbers = token_energy.cache_gb(
        context, once["layers"], once["windowed_layers"], once["window_tokens"],
        once["values_per_token"], 1.0,
    ) * token_energy.GIGA / context  # fmt: skip
    ends = np.quantile(numbers / active**service.CACHE_EXPONENT, QUANTILES)
    return _row(
        "cache_values_per_size", ends, "1", "wattgpu2026",
        f"numbers kept per token over (1e9 active parameters)^(2/3): 5th, 50th and 95th "
        f"percentile of {len(once)} architectures, those in inference_architectures among them; "
        "where a model's own is not known",
    )  # fmt: skip


def experts_row(shapes, size):
    """Share of experts used over its bound, for mixtures whose experts are not known."""
    once = shapes[~shapes.duplicated() & (shapes["experts"] > 0)]
    bound = size.loc[once.index]
    bound = bound["active_parameters_billion"] / bound["total_parameters_billion"]
    share = (once["experts_per_token"] / once["experts"] / bound).to_numpy(float)
    return _row(
        "expert_share_of_bound", [0.0, np.median(share), 1.0], "1", "wattgpu2026",
        f"value is the median of {len(once)} mixtures ({share.min():.2f} to {share.max():.2f}); "
        "the ends are bounds that hold for any mixture",
    )  # fmt: skip


def _power(text, request, batch):
    """Mean power of an accelerator at work, as measured at the batches of a large service."""
    arithmetic = text["weight_precision"].map(design.ARITHMETIC)
    rows = text[
        (text["gpu_model"] == request["accelerator"])
        & (arithmetic == request["precision"])
        & text["task"].isin(design.FITTED_TASKS)
        & text["mean_batch"].between(batch.low, batch.high)
    ]
    if rows.empty:
        raise DataError("no measured power at these batches", file="ml_energy_text",
                        key=f"{request['accelerator']}, {request['precision']}",
                        allowed=f"mean_batch {batch.low:g} to {batch.high:g}")  # fmt: skip
    power_w = (rows["power_w"] / rows["gpus"]).to_numpy(float)
    return _row(
        "working_power", np.quantile(power_w, QUANTILES), "W", "mlenergyv3",
        f"per accelerator: 5th, 50th and 95th percentile of {len(rows)} configurations at batches "
        f"of {batch.low:g} to {batch.high:g}; the ends are used the other way round for hours",
    )  # fmt: skip


def _range_of_fit(text, shapes):
    fitted = design.fitted(text[text["model_id"].isin(shapes.index)])
    for name in ("total", "active"):
        values = fitted[f"{name}_parameters_billion"].to_numpy(float)
        for end, value in (("least", values.min()), ("most", values.max())):
            yield _row(f"{end}_{name}_parameters_fitted", [value] * 3, "1e9", "mlenergyv3",
                       "models behind the fit of energy per token")  # fmt: skip
