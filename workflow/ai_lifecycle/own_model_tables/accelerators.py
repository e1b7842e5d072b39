"""Accelerators that a file may name beyond those of the ledger, and one where it names none."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ai_lifecycle import constants

TPU, TPU_FAMILY, OTHER = "Google TPU", "TPU v4-v6", "other"
ENDS = (0.05, 0.95)
NOT_NAMED = "not named"


@dataclass(frozen=True)
class Chip:
    """The accelerator of a training: our name, family, other variants; or one that stands in."""

    name: str
    family: str
    alternatives: tuple = ()
    stand_in: str | None = None


def extended(accelerators, hardware):
    """Accelerators of training with all others of the hardware's table.

    Parameters
    ----------
    accelerators : DataFrame
        ``training_accelerators`` indexed by accelerator.
    hardware : DataFrame
        ``hardware_accelerators``.

    Returns
    -------
    DataFrame
        As the first; of the others throughput and rated power, and the family by which nothing is
        fitted, so that the priors by judgement stand.
    """
    listed = hardware.set_index("accelerator")
    out = accelerators.copy()
    for ours, theirs in (("peak_tflops", "fp16_dense_tflops"), ("rated_power_w", "rated_power_w")):
        out[ours] = out[ours].fillna(listed[theirs].reindex(out.index))
    for end in ("low", "high"):
        name = f"rated_power_{end}_w"
        out[name] = out[name].fillna(out["rated_power_w"])
    others = listed[~listed.index.isin(accelerators.index)]
    rows = pd.DataFrame(
        {
            "family": np.where(others.index.str.startswith(TPU), TPU_FAMILY, OTHER),
            "peak_tflops": others["fp16_dense_tflops"],
            "rated_power_w": others["rated_power_w"],
            "rated_power_low_w": others["rated_power_w"],
            "rated_power_high_w": others["rated_power_w"],
            "source_key": others["source_key"],
        },
        index=others.index,
    )
    shared = [name for name in accelerators.columns if name in rows.columns]
    return pd.concat([out[shared], rows[shared]])


def named_or_usual(said, route, reference, day):
    """The accelerator that the file names, or what stands in for it.

    Parameters
    ----------
    said : Description
    route : str or None
        From ``precedence.route``.
    reference : Reference
    day : Timestamp
        Of the training.

    Returns
    -------
    chip : Chip or None
    reference : Reference
        With a row for the accelerator that stands in.
    """
    given = said.get("training.accelerator")
    if given is not None:
        family = reference.accelerators.loc[given.value, "family"]
        return Chip(given.value, family, given.alternatives), reference
    if route is None:
        return None, reference
    row = usual(reference, day)
    table = pd.concat([reference.accelerators.drop(NOT_NAMED, errors="ignore"), row])
    chip = Chip(NOT_NAMED, OTHER, stand_in=row["most_used"].iloc[0])
    return chip, replace(reference, accelerators=table[reference.accelerators.columns])


def usual(reference, day):
    """What models of the time were trained on: the most used one, with the spread of power.

    Returns
    -------
    DataFrame
        One row, as of ``training_accelerators``: throughput of the most used accelerator; rated
        power so that power over throughput is that of the models nearest in date: the median, and
        the 5th and 95th percentile as ends.
    """
    number = int(constants.value("backtest.accelerator_neighbours", reference.constants_path,
                                 unit="1"))  # fmt: skip
    rows = reference.catalogue[["accelerator", "publication_date"]].dropna()
    chips = reference.accelerators[["peak_tflops", "rated_power_w"]].dropna()
    rows = rows[rows["accelerator"].isin(chips.index)]
    gap = (rows["publication_date"] - day).abs()
    near = rows.loc[gap.sort_values(kind="stable").index[:number], "accelerator"].astype(object)
    counted = near.value_counts(sort=False)
    most = min(counted.index, key=lambda name: (-counted[name], name))
    peak = float(chips.loc[most, "peak_tflops"])
    ratio = chips.loc[near, "rated_power_w"].to_numpy() / chips.loc[near, "peak_tflops"].to_numpy()
    low, middle, high = np.quantile(ratio, [ENDS[0], 0.5, ENDS[1]]) * peak
    return pd.DataFrame(
        {
            "family": OTHER,
            "peak_tflops": peak,
            "rated_power_w": middle,
            "rated_power_low_w": low,
            "rated_power_high_w": high,
            "source_key": "epoch_models",
            "most_used": most,
        },
        index=pd.Index([NOT_NAMED], name="accelerator"),
    )
