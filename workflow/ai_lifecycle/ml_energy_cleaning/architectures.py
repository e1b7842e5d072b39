"""WattGPU model features: what of a model's shape sets its weight and cache traffic."""

import ast

import numpy as np
import pandas as pd

from ai_lifecycle import published_csv
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
        What `published_csv.read` refuses, a number that is none or is negative, a cell that is no
        list or mapping where one is due, a model without name or listed twice.
    """
    rows = published_csv.read(payload, file, COLUMNS, delimiter=";")
    models = [_model(row, number, file) for number, row in enumerate(rows, start=2)]
    frame = pd.DataFrame(models)
    twice = frame["model_id"].duplicated()
    if twice.any():
        raise DataError("model is listed twice", file=file, row=int(twice.idxmax()) + 2,
                        column="model_name", found=frame["model_id"][twice.idxmax()])  # fmt: skip
    return frame.sort_values("model_id", kind="stable", ignore_index=True)


def _model(row, number, file):
    where = {"file": file, "row": number}
    if not row["model_name"]:
        raise DataError("model without a name", column="model_name", **where)
    nested = _literal(row, "text_config", dict, where) or {}
    types = _literal(row, "layer_types", list, where) or nested.get(NESTED["layer_types"]) or []
    unknown = [kind for kind in types if kind not in (WINDOWED, FULL)]
    if unknown:
        raise DataError("unknown kind of layer", file=file, row=number, column="layer_types",
                        found=unknown, allowed=[WINDOWED, FULL])  # fmt: skip

    def number_of(column):
        cell = row[column].strip() or nested.get(NESTED.get(column))
        if cell is None:
            return np.nan
        value = published_csv.number({column: str(cell)}, column, file, number)
        if value is None or value < 0:
            raise DataError("number is negative", column=column, found=cell, **where)
        return value

    dimension = number_of("head_dim")
    basis = "published"
    if np.isnan(dimension):
        heads = number_of("num_attention_heads")
        if heads == 0:
            raise DataError("model without attention heads", column="num_attention_heads", **where)
        dimension = number_of("hidden_size") / heads
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


def _literal(row, column, kind, where):
    """A list or mapping of a cell, None where it is empty; never evaluated as code."""
    if not row[column]:
        return None
    try:
        value = ast.literal_eval(row[column])
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise DataError(f"cell is not a {kind.__name__}", column=column, found=row[column][:60],
                        **where)  # fmt: skip
    return value
