"""The table of reconciliation: each account recomputed from its own numbers, and side by side."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError
from ai_lifecycle.training import operational, reconciliation
from ai_lifecycle.training_tables import disclosures as border

AGREES, GAP, OPEN = "agrees within rounding", "gap", "not comparable"
UNITS = {"energy": "MWh", "emissions": "tCO2e", "accelerator_hours": "h", "pue": "1"}


def table(disclosures, comparisons):
    """All checks that the disclosed numbers allow.

    Parameters
    ----------
    disclosures : DataFrame
        From `disclosures.read`.
    comparisons : DataFrame
        ``training_comparisons``.

    Returns
    -------
    DataFrame
        As declared for ``training_reconciliation``, sorted by model, scope and check.
    """
    accounts = border.accounts(disclosures)
    rows = []
    for (model_id, scope), account in accounts.iterrows():
        for check in (*_energy(account), *_emissions(account)):
            rows.append({"model_id": model_id, "scope": scope, **check})
    for comparison in comparisons.itertuples(index=False):
        rows.append(_side_by_side(comparison, accounts))
    frame = pd.DataFrame(rows)
    one, other = frame["recomputed_value"], frame["disclosed_value"]
    frame["gap_percent"] = reconciliation.gap_percent(one.fillna(0.0), other)
    frame["factor_apart"] = reconciliation.factor_apart(one.fillna(0.0), other)
    frame.loc[one.isna(), ["gap_percent", "factor_apart"]] = np.nan
    keys = ["model_id", "scope", "check", "accounting", "compared_with"]
    return frame[COLUMNS].sort_values(keys, kind="stable").reset_index(drop=True)


COLUMNS = [
    "model_id",
    "scope",
    "check",
    "accounting",
    "compared_with",
    "formula",
    "unit",
    "disclosed_value",
    "disclosed_low",
    "disclosed_high",
    "recomputed_value",
    "recomputed_low",
    "recomputed_high",
    "gap_percent",
    "factor_apart",
    "outcome",
    "note",
]


def _energy(account):
    """Hours times power, times PUE where the energy contains it, against the energy."""
    names = ["accelerator_hours", "accelerator_power"]
    if not _given(account, "energy", *names):
        return
    note, with_pue = None, account["energy_pue_included"] == "yes"
    if with_pue and _given(account, "pue"):
        names.append("pue")
    elif with_pue:
        note = "PUE is in the energy but not disclosed: the ratio implies it"
    boundary = operational.comparison_group(account["accelerator_power_boundary"], with_pue)
    target = operational.comparison_group(account["energy_boundary"], with_pue)
    comparable = note is None and boundary == target
    yield _recomputed(
        account, names, "energy", "energy from hours and power", None, comparable, note
    )


def _emissions(account):
    """Energy, or else hours times power, times intensity against the emissions."""
    for accounting in border.ACCOUNTINGS:
        target, intensity = f"emissions_{accounting}", f"carbon_intensity_{accounting}"
        if not _given(account, target, intensity):
            continue
        if _given(account, "energy"):
            names, check = ["energy"], "emissions from energy"
            overhead = account["energy_pue_included"]
        elif _given(account, "accelerator_hours", "accelerator_power"):
            names = ["accelerator_hours", "accelerator_power"]
            check, overhead = "emissions from hours and power", "no"
        else:
            continue
        if account[f"{target}_pue_included"] == "yes" and overhead == "no":
            if not _given(account, "pue"):
                continue
            names.append("pue")
        yield _recomputed(account, [*names, intensity], target, check, accounting, True, None)


def _given(account, *names):
    return all(pd.notna(account[name]) for name in names)


def _recomputed(account, names, target, check, accounting, comparable, note):
    scale = _scale(names, target)
    low, high = reconciliation.product_interval(
        [account[f"{name}_low"] for name in names], [account[f"{name}_high"] for name in names]
    )
    value = np.prod([account[name] for name in names])
    interval = (low * scale, high * scale)
    disclosed = (account[f"{target}_low"], account[f"{target}_high"])
    agrees = bool(reconciliation.overlap(*interval, *disclosed))
    return {
        "check": check,
        "accounting": accounting,
        "compared_with": None,
        "formula": " x ".join(name.replace("accelerator_", "") for name in names),
        "unit": UNITS[target.split("_")[0]],
        "disclosed_value": account[target],
        "disclosed_low": disclosed[0],
        "disclosed_high": disclosed[1],
        "recomputed_value": value * scale,
        "recomputed_low": interval[0],
        "recomputed_high": interval[1],
        "outcome": (AGREES if agrees else GAP) if comparable else OPEN,
        "note": note,
    }


def _scale(names, target):
    """Factor that brings the product of the named quantities to the target's unit."""
    from_hours = "accelerator_hours" in names
    scale = float(operational.energy_from_hours_mwh(1.0, 1.0)) if from_hours else 1.0
    if target.startswith("emissions"):
        scale *= float(operational.emissions_tco2e(1.0, 1.0))
    return scale


def _side_by_side(comparison, accounts):
    """One account's figure against another's; energies are brought to one boundary first."""
    ends = []
    for side in ("", "other_"):
        key = tuple(getattr(comparison, side + name) for name in border.KEY)
        accounting = getattr(comparison, side + "accounting")
        name = comparison.quantity
        name = name if pd.isna(accounting) else f"{name}_{accounting}"
        if key not in accounts.index or pd.isna(accounts.loc[key, name]):
            raise DataError(
                "comparison names an account or figure that does not exist",
                file="data/facts/training_comparisons.csv",
                key=comparison.comparison_id,
                found=f"{' / '.join(key)}: {name}",
            )
        ends.append((accounts.loc[key], name))
    (one, one_name), (other, other_name) = ends
    first, second = _interval(one, one_name), _interval(other, other_name)
    note = None if pd.isna(comparison.note) else comparison.note
    comparable = True
    if comparison.quantity == "energy":
        first, second, comparable = _one_boundary(one, other, first, second)
    agrees = bool(reconciliation.overlap(*first[1:], *second[1:]))
    return {
        "model_id": comparison.model_id,
        "scope": comparison.scope,
        "check": f"side by side: {comparison.relation}",
        "accounting": None if pd.isna(comparison.accounting) else comparison.accounting,
        "compared_with": f"{comparison.other_model_id}: {comparison.other_scope}",
        "formula": comparison.quantity,
        "unit": UNITS[comparison.quantity],
        "disclosed_value": second[0],
        "disclosed_low": second[1],
        "disclosed_high": second[2],
        "recomputed_value": first[0],
        "recomputed_low": first[1],
        "recomputed_high": first[2],
        "outcome": (AGREES if agrees else GAP) if comparable else OPEN,
        "note": note,
    }


def _interval(account, name):
    return account[name], account[f"{name}_low"], account[f"{name}_high"]


def _one_boundary(one, other, first, second):
    """Both energies with PUE if either has it and the other's is known; else not comparable."""
    included = [account["energy_pue_included"] == "yes" for account in (one, other)]
    groups = []
    sides = []
    for account, energy, has in zip((one, other), (first, second), included, strict=True):
        if any(included) and not has and _given(account, "pue"):
            pue = _interval(account, "pue")
            energy = tuple(e * p for e, p in zip(energy, pue, strict=True))
            has = True
        sides.append(energy)
        groups.append(operational.comparison_group(account["energy_boundary"], has))
    try:
        operational.require_one_group(groups)
    except ValueError:
        return first, second, False
    return *sides, True


def read_comparisons(path, *, references):
    """``training_comparisons``, read strictly."""
    return facts.read(path, "training_comparisons", references=references)
