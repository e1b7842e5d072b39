"""Rows of Epoch AI's table as rows of our catalogue: hours, compute of the run, parameters."""

import numpy as np
import pandas as pd

# Beyond this factor apart, two statements of accelerator-hours are both refused.
HOURS_APART = 2.0
# Total parameters over FLOP / (6 x tokens) between which a model counts as dense.
DENSE_LOW, DENSE_HIGH = 0.6, 2.0
FLOP_PER_PARAMETER_AND_TOKEN = 6


def hours(frame):
    """Accelerator-hours of each row with their range and origin.

    Parameters
    ----------
    frame : DataFrame
        ``epoch_models``.

    Returns
    -------
    DataFrame
        accelerator_hours_h, accelerator_hours_low_h, accelerator_hours_high_h,
        accelerator_hours_origin (``as listed``, ``hours x quantity`` or missing), and
        hours_refused: both stated, over a factor of two apart.
    """
    stated = frame["accelerator_hours_h"].to_numpy(float)
    product = (frame["training_hours_h"] * frame["hardware_quantity"]).to_numpy(float)
    both = ~np.isnan(stated) & ~np.isnan(product)
    apart = np.where(both, np.maximum(stated, product) / np.minimum(stated, product), 1.0)
    refused = apart > HOURS_APART
    value = np.where(np.isnan(stated), product, stated)
    low = np.where(both, np.minimum(stated, product), value)
    high = np.where(both, np.maximum(stated, product), value)
    origin = np.where(np.isnan(stated), "hours x quantity", "as listed").astype(object)
    origin[np.isnan(value) | refused] = None
    keep = ~refused
    return pd.DataFrame(
        {
            "accelerator_hours_h": np.where(keep, value, np.nan),
            "accelerator_hours_low_h": np.where(keep, low, np.nan),
            "accelerator_hours_high_h": np.where(keep, high, np.nan),
            "accelerator_hours_origin": origin,
            "hours_refused": refused,
        },
        index=frame.index,
    )


def compute(frame):
    """Compute of the run itself, without that of a base model.

    Returns
    -------
    DataFrame
        training_flop, training_flop_low, training_flop_high, training_flop_origin
        (``as listed``, ``fine-tuning alone`` or missing).
    """
    base = frame["base_model"].notna().to_numpy()
    total = frame["training_flop"].to_numpy(float)
    tuning = frame["finetune_flop"].to_numpy(float)
    # A fine-tuning above the total is a slip of one of the two.
    tuning = np.where(tuning > total, np.nan, tuning)
    value = np.where(base, tuning, total)
    origin = np.where(base, "fine-tuning alone", "as listed").astype(object)
    origin[np.isnan(value)] = None
    return pd.DataFrame(
        {
            "training_flop": value,
            "training_flop_low": np.where(base, np.nan, frame["training_flop_low"]),
            "training_flop_high": np.where(base, np.nan, frame["training_flop_high"]),
            "training_flop_origin": origin,
        },
        index=frame.index,
    )


def parameters(frame, stated):
    """Active parameters and training tokens of each row, with where they come from.

    Tokens are given for language models only, as data points times passes where that or one
    pass agrees with the compute; active parameters as stated, else derived where the notes speak
    of a mixture of experts, else equal to the total where compute and tokens agree with it or
    cannot be held against it.

    Parameters
    ----------
    frame : DataFrame
        ``epoch_models``.
    stated : Series
        Active parameters stated in a fact, NaN elsewhere. [1]

    Returns
    -------
    DataFrame
        active_parameters, active_parameters_origin, training_tokens, training_tokens_origin.
    """
    language = frame["domain"].fillna("").str.split(";").map(lambda d: "Language" in d).to_numpy()
    total = frame["parameters"].to_numpy(float)
    points = np.where(language, frame["data_points"], np.nan).astype(float)
    passes = np.where(frame["epochs"].isna(), 1.0, frame["epochs"]).astype(float)
    sparse = frame["sparse_stated"].to_numpy(bool)
    own = np.where(frame["base_model"].isna(), frame["training_flop"], np.nan).astype(float)
    implied = own / (FLOP_PER_PARAMETER_AND_TOKEN * points * passes)
    ratio, once = implied / total, implied * passes / total
    dense = (ratio >= DENSE_LOW) & (ratio <= DENSE_HIGH)
    dense_once = (once >= DENSE_LOW) & (once <= DENSE_HIGH)
    known = ~np.isnan(ratio)
    derived = sparse & (ratio < DENSE_LOW) & ~dense_once & np.isnan(stated)
    unclear = ~np.isnan(total) & np.isnan(stated) & ~derived & known & (ratio < DENSE_LOW)
    unclear &= ~dense_once
    unclear |= sparse & ~known & ~np.isnan(total) & np.isnan(stated)
    equal = ~np.isnan(total) & np.isnan(stated) & ~derived & ~unclear
    active = np.select([~np.isnan(stated), derived, equal], [stated, implied, total], np.nan)
    origin = np.select(
        [~np.isnan(stated), derived, equal, unclear],
        ["stated", "derived", "equal to total", "unclear"],
        "missing",
    )
    agreed = np.where(dense, points * passes, np.where(dense_once, points, points * passes))
    off = known & ~dense & ~dense_once & ~(sparse & (ratio < DENSE_LOW))
    tokens = np.where(off, np.nan, agreed)
    checked = dense | dense_once
    token_origin = np.where(checked, "agrees with compute", "as listed").astype(object)
    token_origin[np.isnan(tokens)] = None
    return pd.DataFrame(
        {
            "active_parameters": active,
            "active_parameters_origin": origin,
            "training_tokens": tokens,
            "training_tokens_origin": token_origin,
        },
        index=frame.index,
    )
