"""What stands in for an undisclosed factor: utilisation and node power fitted, others constants."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import constants
from ai_lifecycle.training import energy_evidence as kernel

TERA = 1e12
UTILISATION, NODE_POWER = "whole-run utilisation", "node power over rated accelerators"
# Domains in which accelerators wait for a simulator or for memory, so that compute says little.
NOT_BY_COMPUTE = ("Games", "Recommendation")
# Compute had as hours x peak x this is not independent of the hours.
ASSUMED_SHARES = (0.3, 0.4, 0.5)
ASSUMED_TOLERANCE = 5e-4
QUANTILES = {"p10": 0.1, "median": 0.5, "p90": 0.9}
COLUMNS = ["quantity", "family", "runs", "minimum", "p10", "median", "p90", "maximum", "low",
           "value", "high", "origin", "reason", "source_key"]  # fmt: skip


@dataclass(frozen=True)
class Range:
    """Low end, value and high end of one factor, with what it is and its source."""

    ends: tuple
    origin: str
    source_key: str


def stated(row):
    """A constant as a range; a fixed one has its value at all ends."""
    ends = [row.value if np.isnan(end) else end for end in (row.low, row.value, row.high)]
    return Range(tuple(ends), "prior", row.source_key)


def joined(cells):
    """Source keys of several cells, each once, in order."""
    keys = {key for cell in cells if isinstance(cell, str) for key in cell.split(";")}
    return ";".join(sorted(keys))


def independent_runs(models, accelerators):
    """Runs whose compute and accelerator-hours were had apart from each other.

    Parameters
    ----------
    models : DataFrame
        ``models``.
    accelerators : DataFrame
        ``training_accelerators`` indexed by accelerator.

    Returns
    -------
    DataFrame
        Those rows with ``utilisation``: whole-run share of the peak. [1]
    """
    peak = models["accelerator"].map(accelerators["peak_tflops"]).to_numpy(float) * TERA
    domains = models["domain"].fillna("").str.split(";")
    wanted = (
        models["training_flop"].notna()
        & models["accelerator_hours_h"].gt(0)
        & models["functional_unit"].eq("training run")
        & ~models["compute_from_hardware"].astype(bool)
        & ~domains.map(lambda names: any(name in NOT_BY_COMPUTE for name in names))
        & ~np.isnan(peak)
    )
    rows = models[wanted]
    share = kernel.implied_utilisation(
        rows["training_flop"], rows["accelerator_hours_h"], peak[wanted.to_numpy()]
    )
    assumed = np.zeros(len(rows), dtype=bool)
    for round_share in ASSUMED_SHARES:
        assumed |= np.abs(share - round_share) < ASSUMED_TOLERANCE
    return rows.assign(utilisation=share)[(share <= 1) & ~assumed]


def node_runs(own, models, accelerators):
    """Own accounts that print a measured power of the node per accelerator, over the rated one.

    Parameters
    ----------
    own : DataFrame
        From ``energy.own_accounts``.
    models, accelerators : DataFrame
        As in `independent_runs`.

    Returns
    -------
    DataFrame
        Those models with ``ratio``. [1]
    """
    rows = models.set_index("model_id").join(
        own[["power_w", "power_boundary", "power_assumed", "power_source_key"]]
    )
    rated = rows["accelerator"].map(accelerators["rated_power_w"])
    wanted = rows["power_boundary"].eq("node") & ~rows["power_assumed"].eq(True) & rated.notna()
    wanted &= rows["power_w"].notna()
    return rows.assign(ratio=rows["power_w"] / rated)[wanted]


def table(runs, nodes, families, tpu_families, path):
    """Priors by family: fitted where there are enough runs, else from constants.

    Parameters
    ----------
    runs, nodes : DataFrame
        From `independent_runs` and `node_runs`.
    families : sequence of str
        All families.
    tpu_families : collection of str
        Those in TPU machines.
    path : path
        Table of constants.

    Returns
    -------
    DataFrame
        As declared for ``training_priors``.
    """
    least = constants.value("training.fit_least_runs", path, unit="1")
    fewest = constants.value("training.node_power_least_runs", path, unit="1")
    rows = []
    for family in families:
        of_family = runs[runs["accelerator_family"] == family]
        rows.append(_utilisation(family, of_family, least, path))
    for family in families:
        of_family = nodes[nodes["accelerator_family"] == family]
        rows.append(_node_power(family, of_family, fewest, family in tpu_families, path))
    frame = pd.DataFrame(rows)
    numbers = ["minimum", *QUANTILES, "maximum", "low", "value", "high"]
    frame[numbers] = frame[numbers].astype(float)
    return frame[COLUMNS].sort_values(["quantity", "family"], kind="stable").reset_index(drop=True)


def _summary(quantity, family, values):
    values = values.astype(float)
    row = {"quantity": quantity, "family": family, "runs": len(values)}
    row |= {"minimum": values.min(), "maximum": values.max()}
    return row | {name: values.quantile(q) for name, q in QUANTILES.items()}


def _utilisation(family, runs, least, path):
    prior = stated(constants.known("training.utilisation_prior", path, unit="1"))
    values = runs["utilisation"]
    row = _summary(UTILISATION, family, values)
    low, _, high = prior.ends
    if len(values) < least:
        reason = f"under {least:g} runs: judgement"
        return row | _ends(prior.ends, "judgement", reason, prior.source_key)
    ends = (min(row["p10"], low), row["median"], max(row["p90"], high))
    reason = "median of the runs; the range spans theirs and the judgement, as who discloses both "
    # The judgement is in the range.
    keys = joined([*runs["source_key"], prior.source_key])
    return row | _ends(ends, "fitted", reason + "is few and well tuned", keys)


def _node_power(family, nodes, least, is_tpu, path):
    tpu = constants.known("node.tpu_machine_over_chip", path, unit="1")
    gpu = constants.known("node.power_over_rated_accelerators", path, unit="1")
    prior = stated(tpu if is_tpu else gpu)
    values = nodes["ratio"]
    row = _summary(NODE_POWER, family, values)
    if not is_tpu or len(values) < least:
        low, value, high = prior.ends
        reason = "constant of TPU machines" if is_tpu else "constant of nodes of accelerators"
        if len(values) and row["minimum"] < low:
            low = row["minimum"]
            reason += "; low end lowered to the least that a developer measured"
            least_of = nodes.loc[values == low, "power_source_key"]
            return row | _ends((low, value, high), "constant", reason,
                               joined([prior.source_key, *least_of]))  # fmt: skip
        return row | _ends((low, value, high), "constant", reason, prior.source_key)
    ends = (row["minimum"], row["median"], row["maximum"])
    reason = "measured system power that developers print for these chips"
    return row | _ends(ends, "fitted", reason, joined(nodes["power_source_key"]))


def _ends(ends, origin, reason, source_key):
    names = dict(zip(("low", "value", "high"), ends, strict=True))
    return names | {"origin": origin, "reason": reason, "source_key": source_key}


def by_family(priors, quantity, families):
    """Low, value and high of a prior for each model.

    Parameters
    ----------
    priors : DataFrame
        From `table`.
    quantity : str
        `UTILISATION` or `NODE_POWER`.
    families : Series of str
        Family of each model's accelerator, missing where unknown.

    Returns
    -------
    ndarray, shape (3, model)
    """
    rows = priors[priors["quantity"] == quantity].set_index("family")
    return np.stack([families.map(rows[end]).to_numpy(float) for end in ("low", "value", "high")])
