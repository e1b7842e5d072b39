"""By what factor the ranges of a route are widened, and on how many disclosures that rests."""

import numpy as np
import pandas as pd

from ai_lifecycle.backtest import widening
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import LACKING

NOMINAL = 0.9
METHOD, ENERGY, THE_RUN = "method", "energy", "the run"
# Where fewer than this many disclosures lie beyond the factor, it hangs on single ones.
FEW_BEYOND = 5
REQUESTS = "requests"
OF_REQUESTS = "mlenergyv3"


def fitted(backtest, fit_sigma_log, sources=None):
    """Factor of each level, fitted on all disclosures of it, each predicted without itself.

    Parameters
    ----------
    backtest : DataFrame
        ``backtest``.
    fit_sigma_log : float
        Error of the fit of requests, a vendor left out.
    sources : mapping of str to str, optional
        Keys of each model's row of ``training_energy``, joined by semicolons.

    Returns
    -------
    DataFrame
        level, input, models, groups, beyond (disclosures that need more than the factor), next
        (the factor if one disclosure less lay beyond), factor, source_key, remark.
    """
    rows = backtest[
        (backtest["predictor"] == METHOD)
        & (backtest["quantity"] == ENERGY)
        & (backtest["left_out"] == THE_RUN)
        & ~backtest["arithmetic"].astype(bool)
    ]
    out = []
    for level, factor_name in sorted(LACKING.values()):
        mine = rows[rows["level"] == level]
        logs = np.log(mine[["observed", "p05", "p50", "p95"]].to_numpy(float)).T
        spreads = widening.needed(*logs)
        spread = widening.fitted(spreads, NOMINAL)
        beyond = np.sort(spreads[spreads > spread], kind="stable")
        out.append({
            "level": level, "input": factor_name, "models": len(mine),
            "groups": mine["disclosure_group"].nunique(),
            "factor": float(widening.as_factor(spread)), "beyond": len(beyond),
            "next_factor": float(widening.as_factor(beyond[0])) if len(beyond) else np.nan,
            "source_key": _keys(mine["model_id"], sources or {}),
            "remark": f"set by {len(beyond) + 1} of {len(mine)} disclosures: says little of others"
            if len(beyond) < FEW_BEYOND else None,
        })  # fmt: skip
    out.append({
        "level": REQUESTS, "input": "request_energy_factor",
        "factor": float(widening.as_factor(fit_sigma_log)), "source_key": OF_REQUESTS,
        "remark": "lognormal, spread that of the fit with a vendor left out; no disclosed request "
        "is behind it",
    })  # fmt: skip
    return pd.DataFrame(out)


def _keys(models, sources):
    """What the disclosures of models rest on, each key once."""
    known = [sources[name] for name in models if name in sources]
    return ";".join(sorted({key for cell in known for key in cell.split(";")})) or None


def factors(table):
    """Factor by level, for ``life_cycle_inputs``."""
    return table.set_index("level")["factor"].to_dict()


def sources_of(table):
    """Keys by level, for ``life_cycle_inputs``; of levels with a factor."""
    return table[table["source_key"].notna()].set_index("level")["source_key"].to_dict()


def with_widths(table, widths):
    """Beside each level how wide the ranges of its models are, without and with the factor.

    Parameters
    ----------
    table : DataFrame
        From `fitted`.
    widths : DataFrame
        level, as_it_is, widened: 95th over 5th percentile of making each model.

    Returns
    -------
    DataFrame
        As declared for ``ledger_widening``.
    """
    both = widths.groupby("level", sort=True)[["as_it_is", "widened"]]
    middle = both.median().rename(columns=lambda name: f"width_90_{name}")
    middle["ledger_models"] = both.size()
    joined = table.merge(middle, left_on="level", right_index=True, how="outer", sort=True)
    for name in ("models", "groups", "beyond", "ledger_models"):
        joined[name] = joined[name].astype("Int64")
    return joined.reset_index(drop=True)
