"""Training disclosures at the border: read strictly, one row per account of a run.

An *account* is what one document says of one run: hours, power, overhead, energy, intensity,
emissions. A run may have several; one of them is the model's own (`scope` in training_models).
"""

import pandas as pd

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError

KEY = ["model_id", "scope"]
ACCOUNTINGS = ("location", "market", "fixed", "unknown")
DIGITISED_COMPONENTS = ("offline_training", "online_training")


def read(models, disclosures, quantities, figure_4, *, references, as_of=None):
    """Models and disclosures, checked against each other and against the vocabulary.

    Parameters
    ----------
    models, disclosures, quantities, figure_4 : path
        ``training_models.csv``, ``training_disclosures.csv``, ``training_quantities.csv`` and
        ``sustainable_ai_fig4.csv``.
    references : path
        Bibliography.
    as_of : str, optional
        ISO date; no publication may be later.

    Returns
    -------
    models, disclosures : DataFrame
        The second with the emissions of figure 4's bars appended.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: an unknown model; a unit, boundary or accounting
        that its quantity does not allow; an absurd value; a primary status for what was not
        read in the document itself; a figure given twice.
    """
    catalogue = facts.read(models, "training_models", references=references, as_of=as_of)
    frame = facts.read(disclosures, "training_disclosures", references=references)
    vocabulary = tables.read_csv(quantities, "training_quantities").set_index("quantity")
    known = set(catalogue["model_id"])
    for position, row in enumerate(frame.itertuples(index=False), start=2):
        _check(row, vocabulary, known, {"file": disclosures, "row": position})
    twice = frame.duplicated([*KEY, "quantity", "accounting"])
    if twice.any():
        raise DataError(
            "one account gives a quantity twice",
            file=disclosures,
            row=int(twice.idxmax()) + 2,
            column="quantity",
            found=frame["quantity"][twice.idxmax()],
        )
    bars = facts.read(figure_4, "sustainable_ai_fig4", references=references)
    return catalogue, pd.concat([frame, _bars(bars, catalogue)], ignore_index=True)


def _check(row, vocabulary, known, where):
    if row.model_id not in known:
        raise DataError(
            "model is not in training_models",
            column="model_id",
            found=row.model_id,
            allowed=known,
            **where,
        )
    if row.quantity not in vocabulary.index:
        raise DataError(
            "unknown quantity",
            column="quantity",
            found=row.quantity,
            allowed=list(vocabulary.index),
            **where,
        )
    rule = vocabulary.loc[row.quantity]
    if row.unit != rule["unit"]:
        raise DataError(
            "unit is not the quantity's",
            column="unit",
            found=row.unit,
            allowed=rule["unit"],
            **where,
        )
    if not rule["minimum"] <= row.value <= rule["maximum"]:
        raise DataError(
            f"absurd value of {row.quantity}",
            column="value",
            found=row.value,
            allowed=f"{rule['minimum']:g} to {rule['maximum']:g} {rule['unit']}",
            **where,
        )
    for column, needed in (
        ("energy_boundary", rule["needs_boundary"]),
        ("pue_included", rule["needs_boundary"]),
        ("accounting", rule["needs_accounting"]),
    ):
        if pd.isna(getattr(row, column)) == bool(needed):
            raise DataError(
                f"{row.quantity} {'needs' if needed else 'takes no'} {column}",
                column=column,
                found=None if needed else getattr(row, column),
                **where,
            )
    if row.status == "primary" and row.read_in != "document":
        raise DataError(
            "a figure is primary only if read in the document itself",
            column="read_in",
            found=row.read_in,
            allowed="document",
            **where,
        )


def _bars(bars, catalogue):
    """Emissions of the bars of figure 4: offline plus online training, one reading error."""
    training = bars[bars["component"].isin(DIGITISED_COMPONENTS)]
    rows = []
    for workload, parts in training.groupby("workload", sort=True):
        value = parts["value"].sum()
        # The sum is the height of one stacked bar: its error is that of one reading.
        error = (parts["high"] - parts["value"]).max()
        model_id = f"meta-{workload.lower()}"
        own = catalogue.loc[catalogue["model_id"] == model_id]
        if own.empty:
            raise DataError("bar without a row in training_models", key=model_id)
        rows.append(
            {
                "model_id": model_id,
                "scope": own["scope"].iloc[0],
                "quantity": "emissions",
                "value": value,
                "unit": parts["unit"].iloc[0],
                "low": value - error,
                "high": value + error,
                "energy_boundary": "unknown",
                "pue_included": "yes",
                "accounting": "location",
                "source_key": parts["source_key"].iloc[0],
                "locator": parts["locator"].iloc[0],
                "read_in": "full-text copy",
                "status": "digitised",
                "note": "offline and online training, experimentation included",
            }
        )
    return pd.DataFrame(rows)


def accounts(disclosures):
    """One row per account: each quantity with its interval, boundary and source.

    Parameters
    ----------
    disclosures : DataFrame
        From `read`.

    Returns
    -------
    DataFrame
        Indexed by model_id and scope. Columns ``<quantity>``, ``<quantity>_low``, ``_high``,
        ``_boundary``, ``_pue_included``, ``_source_key``, ``_locator``, ``_status``; intensity
        and emissions carry the accounting, as in ``emissions_market``. Missing is NaN.
    """
    names = disclosures["quantity"].astype(str)
    split = disclosures["accounting"].notna()
    names = names.where(~split, names + "_" + disclosures["accounting"].astype(str))
    long = disclosures.assign(name=names)
    parts = []
    for column, suffix in (
        ("value", ""),
        ("low", "_low"),
        ("high", "_high"),
        ("energy_boundary", "_boundary"),
        ("pue_included", "_pue_included"),
        ("source_key", "_source_key"),
        ("locator", "_locator"),
        ("status", "_status"),
    ):
        wide = long.set_index([*KEY, "name"])[column].unstack("name")  # noqa: PD010
        parts.append(wide.add_suffix(suffix))
    wide = pd.concat(parts, axis=1)
    single = ("accelerator_hours", "accelerator_power", "pue", "energy", "parameters_active")
    double = [f"{q}_{a}" for q in ("carbon_intensity", "emissions") for a in ACCOUNTINGS]
    for name in (*single, *double):
        for suffix in ("", "_low", "_high"):
            if f"{name}{suffix}" not in wide:
                wide[f"{name}{suffix}"] = float("nan")
            wide[f"{name}{suffix}"] = wide[f"{name}{suffix}"].astype(float)
        for suffix in ("_boundary", "_pue_included", "_source_key", "_locator", "_status"):
            if f"{name}{suffix}" not in wide:
                wide[f"{name}{suffix}"] = None
            text = wide[f"{name}{suffix}"].astype(object)
            wide[f"{name}{suffix}"] = text.where(text.notna(), None)
    return wide.sort_index(axis=1).sort_index(kind="stable")
