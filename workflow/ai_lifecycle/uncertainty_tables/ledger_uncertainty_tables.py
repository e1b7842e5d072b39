"""Tables of the ledger's uncertainty: quantiles, drivers, sums, widths; by blocks of models."""

import io
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ai_lifecycle import tables
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.uncertainty import sampling
from ai_lifecycle.uncertainty_tables import (
    drivers,
    given_ranges,
    integrated,
    life_cycle_inputs,
    model_draws,
)
from ai_lifecycle.uncertainty_tables.model_sums import STATISTICS, Sums

MADE = ("made", model_draws.ALL)
NO_FACTOR = "disclosed energy or power"
FIRST = stages.METHODS[0]
# Columns of texts and numbers of the tables that a block carries beside its arrays.
DRIVER_TEXTS = ("model_id", "target", "input", "evidence")
DRIVER_NUMBERS = ("first_order_low", "first_order", "first_order_high", "total_low", "total",
                  "total_high")  # fmt: skip
WIDTH_NUMBERS = ("as_it_is", "widened")


@dataclass(frozen=True)
class Block:
    """What some models have to say, one after another.

    names : of the models. quantiles : ndarray, shape (model, row, method, 4). [t CO2e] driving :
    DataFrame as declared for ``ledger_drivers``. widths : DataFrame of level, as_it_is, widened.
    sums : `Sums.found`.
    """

    names: list
    quantiles: np.ndarray
    driving: pd.DataFrame
    widths: pd.DataFrame
    sums: dict


def share_of(names, block, blocks):
    """Names that one block of several works on: neighbours share groups of draws.

    Parameters
    ----------
    names : sequence of str
    block, blocks : int
        Which, counted from one, and of how many.

    Returns
    -------
    list of str
    """
    if not 1 <= block <= blocks:
        raise ValueError("block must be one of blocks")
    ends = [len(names) * k // blocks for k in (block - 1, block)]
    return list(names[slice(*ends)])


def worked(models, ledger, years, seed, exponent=sampling.EXPONENT):
    """Quantiles, drivers, widths and sums of models, one after another: memory holds one model.

    Parameters
    ----------
    models : iterable of LifeCycleInputs
    ledger : DataFrame
        ``ledger``: which cells stand.
    years : dict of str to int or None
        From `ledger_models.years_of`.
    seed : int
    exponent : int, default 14

    Returns
    -------
    Block
    """
    stands = model_draws.present_of(ledger)
    sums = Sums(years, seed)
    names, arrays, driving, widths = [], [], [], []
    for model in models:
        present = stands[model.model_id]
        uniform = model_draws.points(model, seed, exponent)
        inputs = model_draws.drawn(model, uniform)
        drawn = model_draws.cells(model, uniform, inputs)
        names.append(model.model_id)
        arrays.append(integrated.quantiles(model, uniform, drawn, present))
        driving += drivers.rows(model, drivers.complete_of(present), seed)
        made = model_draws.rows_of(drawn[FIRST], present[FIRST]).get(MADE)
        if made is not None:
            sums.add(model.model_id, made)
            marks = arrays[-1][model_draws.ROWS.index(MADE), stages.METHODS.index(FIRST)]
            widths.append(_width(model, uniform, inputs, present, marks))
    shape = (len(names), len(model_draws.ROWS), len(stages.METHODS), len(STATISTICS))
    return Block(
        names, np.array(arrays).reshape(shape),
        pd.DataFrame(driving, columns=[*DRIVER_TEXTS, *DRIVER_NUMBERS]),
        pd.DataFrame(widths, columns=["level", *WIDTH_NUMBERS]), sums.found,
    )  # fmt: skip


def _width(model, uniform, inputs, present, marks):
    """How wide the range is without and with the factors for what the priors lack."""
    varying = [
        name for name in model_draws.LACKING if model.inputs[name].distribution.kind != "fixed"
    ]
    level = {factor: level for level, factor in life_cycle_inputs.LACKING.values()}
    mine = [level[name] for name in level if name in varying] or [NO_FACTOR]
    wide = marks[3] / marks[1]
    # Of making alone: the factor of requests does not enter.
    if mine == [NO_FACTOR]:
        return {"level": NO_FACTOR, "as_it_is": wide, "widened": wide}
    ones = {name: given_ranges.fixed(1.0, "1", "prior", "judgement") for name in varying}
    plain, inputs = replace(model, inputs=model.inputs | ones), inputs | dict.fromkeys(varying, 1.0)
    drawn = model_draws.cells(plain, uniform, inputs, [FIRST])[FIRST]
    rows = {FIRST: model_draws.rows_of(drawn, present[FIRST])}
    usual = integrated.marks(plain, uniform, rows, [MADE])[FIRST][MADE]
    return {"level": mine[0], "as_it_is": usual[3] / usual[1], "widened": wide}


def write(block, path):
    """Keep a block on disk, to the last bit."""
    driving = block.driving.assign(evidence=block.driving["evidence"].fillna(""))
    keys = list(block.sums)
    arrays = {
        "names": np.array(block.names, dtype=str),
        "quantiles": block.quantiles,
        "driver_texts": driving[list(DRIVER_TEXTS)].to_numpy(dtype=str),
        "driver_numbers": driving[list(DRIVER_NUMBERS)].to_numpy(dtype=float),
        "width_levels": block.widths["level"].to_numpy(dtype=str),
        "width_numbers": block.widths[list(WIDTH_NUMBERS)].to_numpy(dtype=float),
        "sum_keys": np.array(keys, dtype=str).reshape(-1, 2),
        "sum_models": np.array([block.sums[key][0] for key in keys], dtype=np.int64),
        "sum_grains": np.array([block.sums[key][1] for key in keys], dtype=np.int64),
    }
    held = io.BytesIO()
    np.savez(held, **arrays)
    tables.write_bytes(path, held.getvalue())


def read(path):
    """A block as `write` kept it."""
    with np.load(path, allow_pickle=False) as kept:
        found = {name: kept[name] for name in kept.files}
    driving = pd.DataFrame(found["driver_texts"], columns=list(DRIVER_TEXTS), dtype=object)
    driving["evidence"] = driving["evidence"].replace("", None)
    driving[list(DRIVER_NUMBERS)] = found["driver_numbers"]
    widths = pd.DataFrame({"level": found["width_levels"].astype(object)})
    widths[list(WIDTH_NUMBERS)] = found["width_numbers"]
    sums = {
        (str(year), str(how)): [int(count), grains]
        for (year, how), count, grains in zip(
            found["sum_keys"], found["sum_models"], found["sum_grains"], strict=True
        )
    }
    return Block(found["names"].tolist(), found["quantiles"], driving, widths, sums)


def gathered(blocks, years, seed):
    """Tables of all blocks.

    Parameters
    ----------
    blocks : sequence of Block
        In the order of their models.
    years : dict of str to int or None
        As of `worked`.
    seed : int

    Returns
    -------
    quantiles, driving, sums : DataFrame
        As declared for ``ledger_quantiles``, ``ledger_drivers`` and ``ledger_sums``.
    widths : DataFrame
        level, as_it_is, widened of each model.
    """
    names = [name for block in blocks for name in block.names]
    arrays = np.concatenate([block.quantiles for block in blocks])
    made = arrays[:, model_draws.ROWS.index(MADE), stages.METHODS.index(FIRST), 0].tolist()
    sums = Sums(years, seed)
    for block in blocks:
        sums.join(block.sums)
    return (
        _long(names, arrays),
        pd.concat([block.driving for block in blocks if len(block.driving)], ignore_index=True),
        sums.table({name: m for name, m in zip(names, made, strict=True) if m == m}),
        pd.concat([block.widths for block in blocks if len(block.widths)], ignore_index=True),
    )


def _long(names, arrays):
    """One row a model, phase and part; as declared for ``ledger_quantiles``."""
    index = pd.MultiIndex.from_tuples(
        [(name, *row) for name in names for row in model_draws.ROWS],
        names=["model_id", "phase", "part"],
    )
    flat = arrays.reshape(len(index), len(stages.METHODS), len(STATISTICS))
    columns = {
        f"{method}_{name}_t": flat[:, m, s]
        for m, method in enumerate(stages.METHODS)
        for s, name in enumerate(STATISTICS)
    }
    return pd.DataFrame(columns, index=index).dropna(how="all").reset_index()
