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


def fitted(backtest, fit_sigma_log):
    """Factor of each level, fitted on all disclosures of it, each predicted without itself.

    Parameters
    ----------
    backtest : DataFrame
        ``backtest``.
    fit_sigma_log : float
        Error of the fit of requests, a vendor left out.

    Returns
    -------
    DataFrame
        level, input, models, groups, beyond (disclosures that need more than the factor), next
        (the factor if one disclosure less lay beyond), factor, remark.
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
            "remark": f"set by {len(beyond) + 1} of {len(mine)} disclosures: says little of others"
            if len(beyond) < FEW_BEYOND else None,
        })  # fmt: skip
    out.append({
        "level": REQUESTS, "input": "request_energy_factor",
        "factor": float(widening.as_factor(fit_sigma_log)),
        "remark": "lognormal, spread that of the fit with a vendor left out; no disclosed request "
        "is behind it",
    })  # fmt: skip
    return pd.DataFrame(out)


def factors(table):
    """Factor by level, for ``life_cycle_inputs``."""
    return table.set_index("level")["factor"].to_dict()


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
