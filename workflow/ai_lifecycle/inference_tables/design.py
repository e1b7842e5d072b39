"""What the fit of energy per token reads: measurements joined with architectures."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import token_energy

# Tasks whose prompts are text: image and video prompts add tokens that are not published.
FITTED_TASKS = ("gpqa", "lm-arena-chat")
# Compute coefficients: GPU and precision of the arithmetic. MXFP4 weights are multiplied in
# bfloat16 by the serving software; the sensitivity puts them with FP8 instead.
GROUPS = (("H100", "bfloat16"), ("H100", "fp8"), ("B200", "bfloat16"), ("B200", "fp8"))
ARITHMETIC = {"bfloat16": "bfloat16", "fp8": "fp8", "mxfp4": "bfloat16"}
SHAPE = ["layers", "windowed_layers", "window_tokens", "values_per_token", "experts",
         "experts_per_token"]  # fmt: skip


def architectures(features, facts):
    """Shape of every model known, one row each.

    Parameters
    ----------
    features : DataFrame
        Table ``model_architectures``.
    facts : DataFrame
        Table ``inference_architectures``.

    Returns
    -------
    DataFrame
        Indexed by model_id, columns `SHAPE`.

    Raises
    ------
    DataError
        A model that stands in both.
    """
    known = features.dropna(subset=["key_value_heads", "head_dimension"])
    known = known.assign(latent_dimension=np.nan)
    known["windowed_layers"] = known["windowed_layers"].fillna(0.0)
    columns = ["model_id", "layers", "windowed_layers", "window_tokens", "key_value_heads",
               "head_dimension", "latent_dimension", "experts", "experts_per_token"]  # fmt: skip
    both = pd.concat([known[columns], facts[columns]], ignore_index=True)
    if both["model_id"].duplicated().any():
        twice = both.loc[both["model_id"].duplicated(), "model_id"].iloc[0]
        raise DataError("model has two architectures", column="model_id", found=twice,
                        file="data/facts/inference_architectures.csv")  # fmt: skip
    pairs = 2.0 * both["key_value_heads"] * both["head_dimension"]
    both["values_per_token"] = both["latent_dimension"].fillna(pairs)
    both["window_tokens"] = both["window_tokens"].fillna(0.0)
    return both.set_index("model_id")[SHAPE].astype(float)


def rows(text, shapes, *, prompt_tokens, bytes_by_precision, cache_bytes, arithmetic=ARITHMETIC):
    """Measured configurations with what the energy model needs.

    Parameters
    ----------
    text : DataFrame
        Table ``ml_energy_text``.
    shapes : DataFrame
        From `architectures`.
    prompt_tokens : float
        Prompt assumed in the measurements. [1]
    bytes_by_precision : mapping of str to float
        Bytes of a parameter. [B]
    cache_bytes : float
        Bytes of a number in the cache. [B]
    arithmetic : mapping of str to str, optional
        Weight precision to that of the arithmetic.

    Returns
    -------
    DataFrame
        The rows whose model has an architecture, with active_gparam, weights_gb, batch, cache_gb,
        group, routed added.
    """
    frame = text[text["model_id"].isin(shapes.index)].reset_index(drop=True)
    shape = shapes.loc[frame["model_id"]].reset_index(drop=True)
    batch = frame["mean_batch"].to_numpy(float)
    precision = frame["weight_precision"].to_numpy(str)
    context = prompt_tokens + frame["mean_output_tokens"].to_numpy(float) / 2
    known = {name: i for i, name in enumerate(GROUPS)}
    pairs = zip(frame["gpu_model"], precision, strict=True)
    group = [known[gpu, arithmetic[name]] for gpu, name in pairs]
    return frame.assign(
        active_gparam=frame["active_parameters_billion"].to_numpy(float),
        weights_gb=weights(frame, shape, batch, precision, bytes_by_precision),
        batch=batch,
        cache_gb=token_energy.cache_gb(
            context, shape["layers"], shape["windowed_layers"], shape["window_tokens"],
            shape["values_per_token"], cache_bytes,
        ),
        group=np.array(group),
        routed=(shape["experts"] > 0).to_numpy(),
    )  # fmt: skip


def weights(frame, shape, batch, precision, bytes_by_precision):
    """Weights touched per step. MXFP4 holds experts only; the rest stays in bfloat16. [GB]"""
    always, routed = token_energy.split_parameters(
        frame["total_parameters_billion"], frame["active_parameters_billion"],
        shape["experts"], shape["experts_per_token"],
    )  # fmt: skip
    routed_bytes = np.array([bytes_by_precision[name] for name in precision])
    kept = np.where(precision == "mxfp4", bytes_by_precision["bfloat16"], routed_bytes)
    return token_energy.weights_touched_gb(
        batch, always, routed, shape["experts"], shape["experts_per_token"], kept, routed_bytes
    )


def fitted(frame):
    """Rows of the tasks that the fit uses."""
    return frame[frame["task"].isin(FITTED_TASKS)].reset_index(drop=True)
