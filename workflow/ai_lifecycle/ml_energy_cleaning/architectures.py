"""WattGPU model features: what of a model's shape sets its weight and cache traffic."""

import ast
import io

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError

COLUMNS = (
    "model_name", "total_b_params", "active_b_params", "model_type", "num_layers", "head_dim",
    "hidden_size", "num_attention_heads", "num_key_value_heads", "sliding_window", "layer_types",
    "num_experts", "num_local_experts", "n_routed_experts", "num_experts_per_tok", "text_config",
)  # fmt: skip
# Keys of the nested configuration of a model with text and vision parts.
NESTED = {"head_dim": "head_dim", "sliding_window": "sliding_window", "layer_types": "layer_types"}
WINDOWED = "sliding_attention"
FULL = "full_attention"


def read(payload, file):
    """Shape of each model, one row each.

    Parameters
    ----------
    payload : bytes
        The published CSV, separated by semicolons.
    file : str
        Name for messages.

    Returns
    -------
    DataFrame
        model_id, total_parameters_billion, active_parameters_billion, layers, windowed_layers
        (missing where the table does not say which layers are windowed), window_tokens,
        key_value_heads, head_dimension (published, or hidden size over heads) and its basis,
        experts, experts_per_token (0 for dense models); sorted by model_id.

    Raises
    ------
    DataError
        A column that is not there, a number that is none, a model listed twice.
    """
    rows = pd.read_csv(io.BytesIO(payload), sep=";", dtype="string")
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing:
        raise DataError("column is not there", file=file, row=1, column=missing[0])
    if rows["model_name"].duplicated().any():
        twice = rows.loc[rows["model_name"].duplicated(), "model_name"].iloc[0]
        raise DataError("model is listed twice", file=file, column="model_name", found=twice)
    frame = pd.DataFrame([_model(row, number, file) for number, row in
                          enumerate(rows[list(COLUMNS)].to_dict("records"), start=2)])  # fmt: skip
    return frame.sort_values("model_id", kind="stable", ignore_index=True)


def _model(row, number, file):
    nested = _literal(row["text_config"], {})
    types = _literal(row["layer_types"], nested.get(NESTED["layer_types"]) or [])
    unknown = sorted(set(types) - {WINDOWED, FULL})
    if unknown:
        raise DataError("unknown kind of layer", file=file, row=number, column="layer_types",
                        found=unknown, allowed=[WINDOWED, FULL])  # fmt: skip

    def number_of(column):
        cell = row[column]
        if pd.isna(cell):
            cell = nested.get(NESTED.get(column))
            if cell is None:
                return np.nan
        try:
            return float(cell)
        except ValueError:
            raise DataError("cell is not a number", file=file, row=number, column=column,
                            found=cell) from None  # fmt: skip

    dimension = number_of("head_dim")
    basis = "published"
    if np.isnan(dimension):
        dimension = number_of("hidden_size") / number_of("num_attention_heads")
        basis = "hidden size over heads"
    experts = np.nanmax([0.0, *map(number_of, ("num_experts", "num_local_experts",
                                               "n_routed_experts"))])  # fmt: skip
    window = number_of("sliding_window") if types and WINDOWED in types else np.nan
    return {
        "model_id": row["model_name"],
        "total_parameters_billion": number_of("total_b_params"),
        "active_parameters_billion": number_of("active_b_params"),
        "layers": number_of("num_layers"),
        "windowed_layers": float(types.count(WINDOWED)) if types else np.nan,
        "window_tokens": window,
        "key_value_heads": number_of("num_key_value_heads"),
        "head_dimension": dimension,
        "head_dimension_basis": basis if not np.isnan(dimension) else pd.NA,
        "experts": experts,
        "experts_per_token": number_of("num_experts_per_tok") if experts else 0.0,
    }


def _literal(cell, empty):
    """A Python literal of a cell; never evaluated as code."""
    if pd.isna(cell):
        return empty
    try:
        return ast.literal_eval(cell)
    except (ValueError, SyntaxError):
        return empty
