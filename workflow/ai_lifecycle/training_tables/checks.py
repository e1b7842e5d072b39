"""The table of reconciliation: each account recomputed from its own numbers, and side by side."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError
from ai_lifecycle.training import operational, reconciliation
from ai_lifecycle.training_tables import calculator, implied
from ai_lifecycle.training_tables import disclosures as border

AGREES, CUT, GAP = "agrees within rounding", "agrees by truncation", "gap"
CONVENTION, APART = "differs by convention or boundary", "apart"
OPEN = "not comparable"
OWN, PAIR, FACTORS = "own numbers", "two accounts", "factors of two runs"
UNITS = {
    "energy": "MWh",
    "emissions": "tCO2e",
    "accelerator_hours": "h",
    "pue": "1",
    "parameters_active": "1",
    **implied.UNITS,
}


def table(disclosures, comparisons, readings, cards):
    """All checks that the disclosed numbers allow.

    Parameters
    ----------
    disclosures : DataFrame
        From `disclosures.read`.
    comparisons : DataFrame
        ``training_comparisons``.
    readings : DataFrame
        ``training_readings``.
    cards : DataFrame
        ``training_calculator``.

    Returns
    -------
    DataFrame
        As declared for ``training_reconciliation``, sorted by model, scope and check.

    Raises
    ------
    DataError
        When a comparison names what does not exist; when a gap has no reading, a reading no
        gap, or a reading does not close it; when a difference is explained that is not there.
    """
    accounts = border.accounts(disclosures)
    rows = []
    for (model_id, scope), account in accounts.iterrows():
        for check in (*_energy(account), *_emissions(account)):
            rows.append({"model_id": model_id, "scope": scope, "kind": OWN, **check})
        rows.extend(implied.rows(model_id, scope, account))
    rows.extend(calculator.rows(cards, accounts, _own_outcome))
    for comparison in comparisons.itertuples(index=False):
        rows.append(_side_by_side(comparison, accounts))
    frame = pd.DataFrame(rows)
    frame = _read_charitably(frame, readings)
    frame["counted"] = ~(frame["kind"].eq(OWN) & frame.duplicated(SAME))
    one, other = frame["recomputed_value"], frame["disclosed_value"]
    frame["gap_percent"] = reconciliation.gap_percent(one.fillna(0.0), other)
    frame["factor_apart"] = reconciliation.factor_apart(one.fillna(0.0), other)
    frame.loc[one.isna(), ["gap_percent", "factor_apart"]] = np.nan
    keys = ["model_id", "scope", "check", "accounting", "compared_with"]
    return frame[COLUMNS].sort_values(keys, kind="stable").reset_index(drop=True)


# Own-number checks that agree in all of these are one check, whatever the scope.
SAME = [
    "model_id",
    "kind",
    "check",
    "accounting",
    "formula",
    *(f"{s}_{e}" for s in ("disclosed", "recomputed") for e in ("value", "low", "high")),
]
COLUMNS = [
    "model_id",
    "scope",
    "kind",
    "check",
    "accounting",
    "compared_with",
    "compared",
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
    "counted",
    "reading",
    "reading_source_key",
    "reading_locator",
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
    outcome = _own_outcome(interval, account[target], *disclosed)
    return {
        "check": check,
        "accounting": accounting,
        "compared_with": None,
        "compared": f"{target.split('_')[0]} / {_words(names)}",
        "formula": " x ".join(name.replace("accelerator_", "") for name in names),
        "unit": UNITS[target.split("_")[0]],
        "disclosed_value": account[target],
        "disclosed_low": disclosed[0],
        "disclosed_high": disclosed[1],
        "recomputed_value": value * scale,
        "recomputed_low": interval[0],
        "recomputed_high": interval[1],
        "outcome": outcome if comparable else OPEN,
        "reading": None,
        "reading_source_key": None,
        "reading_locator": None,
        "note": note,
    }


def _words(names):
    """The quantities multiplied, as a reader would say them."""
    plain = [name.replace("accelerator_", "").replace("carbon_", "") for name in names]
    plain = [name.split("_")[0] if name.startswith("intensity") else name for name in plain]
    return " × ".join(name.upper() if name == "pue" else name for name in plain)


def _own_outcome(interval, printed, low, high):
    """Rounding first; then the second rule of print, that the last digit was cut."""
    if reconciliation.overlap(*interval, low, high):
        return AGREES
    if reconciliation.overlap(*interval, *reconciliation.truncation_interval(printed, low, high)):
        return CUT
    return GAP


def _read_charitably(frame, readings):
    """Readings of recomputed rows that do not agree within rounding; each must close its row."""
    cells = ["reading", "reading_source_key", "reading_locator"]
    frame = frame.astype(dict.fromkeys(cells, object))
    keys = ["model_id", "scope", "check", "accounting"]
    names = frame[keys].fillna("").agg(" / ".join, axis=1)
    recomputed = frame["kind"].isin([OWN, calculator.KIND])
    open_rows = recomputed & frame["outcome"].isin([GAP, CUT])
    place = {"file": "data/facts/training_readings.csv"}
    used = set()
    for reading in readings.itertuples(index=False):
        name = " / ".join("" if pd.isna(cell) else cell for cell in reading[: len(keys)])
        hit = frame.index[open_rows & (names == name)]
        if len(hit) != 1 or name in used:
            raise DataError("reading of a check that leaves no gap", key=name, **place)
        used.add(name)
        value = float(np.prod([float(part) for part in reading.factors.split(" x ")]))
        printed = frame.loc[hit[0], ["disclosed_value", "disclosed_low", "disclosed_high"]]
        if _own_outcome((value, value), *printed.astype(float)) == GAP:
            raise DataError("reading does not close the gap", key=name, found=value, **place)
        words = f"closes if {reading.reading}: {reading.factors} = {value:,.5g} {reading.unit}"
        frame.loc[hit[0], cells] = [words, reading.source_key, reading.locator]
    bare = recomputed & frame["outcome"].eq(GAP) & frame["reading"].isna()
    if bare.any():
        raise DataError("a gap needs its most charitable reading", key=names[bare].iloc[0], **place)
    return frame


def _scale(names, target):
    """Factor that brings the product of the named quantities to the target's unit."""
    from_hours = "accelerator_hours" in names
    scale = float(operational.energy_from_hours_mwh(1.0, 1.0)) if from_hours else 1.0
    if target.startswith("emissions"):
        scale *= float(operational.emissions_tco2e(1.0, 1.0))
    return scale


def _side_by_side(comparison, accounts):
    """One account's figure against another's; energies are brought to one boundary first."""
    (one, first), (other, second) = (_end(comparison, accounts, s) for s in ("", "other_"))
    comparable = True
    if comparison.quantity == "energy":
        first, second, comparable = _one_boundary(one, other, first, second)
    outcome = _pair_outcome(comparison, first[1:], second[1:]) if comparable else OPEN
    apart = outcome in (CONVENTION, APART)
    return {
        "model_id": comparison.model_id,
        "scope": comparison.scope,
        "kind": FACTORS if comparison.quantity in implied.UNITS else PAIR,
        "check": f"side by side: {comparison.relation}",
        "accounting": None if pd.isna(comparison.accounting) else comparison.accounting,
        "compared_with": f"{comparison.other_model_id}: {comparison.other_scope}",
        "compared": comparison.compared,
        "formula": comparison.quantity,
        "unit": UNITS[comparison.quantity],
        "disclosed_value": second[0],
        "disclosed_low": second[1],
        "disclosed_high": second[2],
        "recomputed_value": first[0],
        "recomputed_low": first[1],
        "recomputed_high": first[2],
        "outcome": outcome,
        "reading": comparison.reading if apart else None,
        "reading_source_key": comparison.source_key if apart else None,
        "reading_locator": comparison.locator if apart else None,
        "note": None,
    }


def _end(comparison, accounts, side):
    """One side of a comparison: the account, and value, low and high of the quantity."""
    key = tuple(getattr(comparison, side + name) for name in border.KEY)
    accounting = getattr(comparison, side + "accounting")
    accounting = None if pd.isna(accounting) else accounting
    name = comparison.quantity
    found = None
    if key in accounts.index and name in implied.UNITS:
        found = implied.factor(accounts.loc[key], name, accounting)
    elif key in accounts.index:
        name = name if accounting is None else f"{name}_{accounting}"
        found = _interval(accounts.loc[key], name)
    if found is None or pd.isna(found[0]):
        raise DataError(
            "comparison names an account or figure that does not exist",
            file="data/facts/training_comparisons.csv",
            key=comparison.comparison_id,
            found=f"{' / '.join(key)}: {name}",
        )
    return accounts.loc[key], found[:3]


def _pair_outcome(comparison, first, second):
    """Whether two accounts meet; if not, what our reading of the difference says."""
    meet = bool(reconciliation.overlap(*first, *second))
    if meet != (comparison.difference == "none") or meet != pd.isna(comparison.reading):
        raise DataError(
            "accounts that meet take neither difference nor reading, others need both",
            file="data/facts/training_comparisons.csv",
            key=comparison.comparison_id,
            column="difference",
            found=comparison.difference,
        )
    if meet:
        return AGREES
    return APART if comparison.difference == "other" else CONVENTION


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


def read_readings(path, *, references):
    """``training_readings``, read strictly."""
    return facts.read(path, "training_readings", references=references)
