"""Factors that an account implies and does not print: power, emissions per energy or hour."""

import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.training import reconciliation
from ai_lifecycle.training_tables import disclosures as border

KIND, OUTCOME = "implied factor", "nothing to compare with"
UNITS = {"power": "W", "emissions_per_energy": "kg/kWh", "emissions_per_hour": "kgCO2e/h"}
WATTS_PER_MEGAWATT = units.WATTS_PER_KILOWATT * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
KILOGRAMS_PER_KILOWATT_HOUR = units.KILOGRAMS_PER_TONNE / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR


def factor(account, quantity, accounting):
    """Value, low and high end of a factor, and the words for how it was had.

    Parameters
    ----------
    account : Series
        Row of `disclosures.accounts`.
    quantity : str
        Key of `UNITS`. Power is the one printed where there is one, else energy over hours.
        Emissions per energy never are a printed intensity; the energy is the one printed, else
        hours times power.
    accounting : str or None
        Accounting of the emissions.

    Returns
    -------
    tuple of float, float, float, str, or None
        None where the account lacks a figure for it.
    """
    if quantity == "power":
        if pd.notna(account["accelerator_power"]):
            return *_interval(account, "accelerator_power"), "power"
        return _quotient(account, "energy", "accelerator_hours", WATTS_PER_MEGAWATT)
    emissions = f"emissions_{accounting}"
    if quantity == "emissions_per_hour":
        return _quotient(account, emissions, "accelerator_hours", units.KILOGRAMS_PER_TONNE)
    if pd.notna(account["energy"]):
        return _quotient(account, emissions, "energy", KILOGRAMS_PER_KILOWATT_HOUR)
    energy = _hours_times_power(account)
    if energy is None:
        return None
    return _quotient(energy, emissions, "energy", KILOGRAMS_PER_KILOWATT_HOUR, "hours x power")


def rows(model_id, scope, account):
    """Rows for what an account prints no factor of; they stand alone and are never a gap.

    Parameters
    ----------
    model_id, scope : str
        Which account.
    account : Series
        Row of `disclosures.accounts`.

    Yields
    ------
    dict
        Row of ``training_reconciliation``, without disclosed value.
    """
    wanted = [("power", None, pd.isna(account["accelerator_power"]))]
    for accounting in border.ACCOUNTINGS:
        bare = pd.isna(account[f"carbon_intensity_{accounting}"])
        # Zero of a market-based account implies nothing about a grid.
        known = account[f"emissions_{accounting}"] > 0
        wanted.append(("emissions_per_energy", accounting, bare and known))
    for quantity, accounting, missing in wanted:
        found = factor(account, quantity, accounting) if missing else None
        if found is None:
            continue
        value, low, high, words = found
        yield {
            "model_id": model_id,
            "scope": scope,
            "kind": KIND,
            "check": f"{quantity.replace('_', ' ')} implied",
            "accounting": accounting,
            "compared_with": None,
            "compared": f"{quantity.replace('_', ' ')}, not printed",
            "formula": words,
            "unit": UNITS[quantity],
            "disclosed_value": float("nan"),
            "disclosed_low": float("nan"),
            "disclosed_high": float("nan"),
            "recomputed_value": value,
            "recomputed_low": low,
            "recomputed_high": high,
            "outcome": OUTCOME,
            "reading": None,
            "reading_source_key": None,
            "reading_locator": None,
            "note": _overhead(account, quantity, words),
        }


def _overhead(account, quantity, words):
    included = account["energy_pue_included"]
    if "energy" not in words or (included == "no" and quantity == "power"):
        return None
    return {
        "yes": "PUE is in the energy",
        "no": "PUE is not in the energy",
        "unknown": "whether PUE is in the energy is not stated",
    }[included]


def _interval(account, name):
    return account[name], account[f"{name}_low"], account[f"{name}_high"]


def _hours_times_power(account):
    """The account with hours times power as its energy, in MWh."""
    names = ("accelerator_hours", "accelerator_power")
    if any(pd.isna(account[name]) for name in names):
        return None
    changed = account.copy()
    for end in ("", "_low", "_high"):
        product = account[f"{names[0]}{end}"] * account[f"{names[1]}{end}"]
        changed[f"energy{end}"] = product / WATTS_PER_MEGAWATT
    return changed


def _quotient(account, dividend, divisor, scale, divisor_words=None):
    value, low, high = _interval(account, dividend)
    by, by_low, by_high = _interval(account, divisor)
    if pd.isna(value) or pd.isna(by):
        return None
    ends = reconciliation.quotient_interval(low, high, by_low, by_high)
    words = f"{dividend} / {divisor_words or divisor}".replace("accelerator_", "")
    words = words.replace(" / hours x power", " / (hours x power)")
    return value / by * scale, *(float(end) * scale for end in ends), words
