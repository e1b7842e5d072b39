"""The own account of each disclosure, as evidence of its energy."""

import numpy as np
import pandas as pd

from ai_lifecycle.training import operational
from ai_lifecycle.training_tables import disclosures as border

ASSUMED = "rated or assumed power"
# Energy over hours this near to the rated power was worked from it.
RATED_TOLERANCE = 0.01
QUANTITIES = {"energy": "energy", "accelerator_hours": "hours", "accelerator_power": "power",
              "pue": "pue"}  # fmt: skip
MEASURED, ARITHMETIC, NOT_STATED = "measured power", "assumed power", "not stated"


def own_accounts(catalogue, facts, rated_power_w):
    """Energy, hours, power and PUE of each model's own account, with boundary and evidence.

    The own account is the one whose scope ``training_models`` names, as in ``training_carbon``;
    accounts of others about the same run are not used.

    Parameters
    ----------
    catalogue, facts : DataFrame
        From ``disclosures.read``.
    rated_power_w : Series
        Rated power of each model's accelerator by model_id, NaN where unknown. [W]

    Returns
    -------
    DataFrame
        Indexed by model_id: energy_mwh, hours_h, power_w and pue with ``_low`` and ``_high``;
        energy_boundary, power_boundary, energy_holds_pue, power_assumed, energy_rests_on,
        pue_source_key, power_source_key.
    """
    accounts = border.accounts(facts)
    own = accounts.reindex(pd.MultiIndex.from_frame(catalogue[["model_id", "scope"]]))
    own.index = pd.Index(catalogue["model_id"], name="model_id")
    out = pd.DataFrame(index=own.index)
    for theirs, ours in QUANTITIES.items():
        unit = {"energy": "_mwh", "hours": "_h", "power": "_w", "pue": ""}[ours]
        for end in ("", "_low", "_high"):
            out[f"{ours}{end}{unit}"] = own[f"{theirs}{end}"].astype(float)
    out["energy_boundary"] = own["energy_boundary"]
    out["power_boundary"] = own["accelerator_power_boundary"]
    out["energy_holds_pue"] = own["energy_pue_included"].eq("yes")
    out["pue_source_key"] = own["pue_source_key"]
    out["power_source_key"] = own["accelerator_power_source_key"]
    power = facts[facts["quantity"] == "accelerator_power"]
    notes = power.set_index(border.KEY)["note"].fillna("")
    assumed = set(notes.index[notes.str.startswith(ASSUMED)])
    keys = zip(catalogue["model_id"], catalogue["scope"], strict=True)
    out["power_assumed"] = [key in assumed for key in keys]
    out["energy_rests_on"] = _rests_on(out, rated_power_w.reindex(out.index))
    return out


def _rests_on(own, rated_power_w):
    """Whether a disclosed energy rests on measured or on assumed power."""
    building = own["pue"].where(own["energy_holds_pue"], 1.0)
    known = own["energy_mwh"].notna() & own["hours_h"].gt(0)
    implied = pd.Series(np.nan, index=own.index)
    implied[known] = operational.implied_power_w(
        (own["energy_mwh"] / building)[known], own["hours_h"][known]
    )
    worked = (implied / rated_power_w - 1).abs() <= RATED_TOLERANCE
    disclosed = own["energy_mwh"].notna()
    words = np.select(
        [~disclosed, own["power_assumed"] | worked], [None, ARITHMETIC], default=MEASURED
    )
    unknown = disclosed & own["energy_boundary"].eq("unknown")
    return pd.Series(words, index=own.index, dtype=object).mask(unknown, NOT_STATED)
