"""Resources of training runs, each quantity normalised to one language model."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.training import reconciliation

REFERENCE = "llama-65b"
COMPANY_REFERENCE = "meta-lm"
DOMAINS = ("language", "recommendation", "vision", "speech")
NONE_DISCLOSED = "none disclosed"
QUANTITIES = {
    "a": "claimed resources",
    "b": "training carbon",
    "c": "training compute",
    "d": "A100-hours",
    "e": "energy of accelerators",
}
UNITS = {"a": "1", "b": "tCO2e", "c": "FLOP", "d": "h", "e": "MWh"}
COLUMNS = [
    "panel",
    "position",
    "label",
    "domain",
    "model_id",
    "quantity",
    "unit",
    "value",
    "reference",
    "reference_value",
    "ratio",
    "ratio_low",
    "ratio_high",
    "basis",
    "confidence",
    "source_key",
    "locator",
    "status",
]


def read(resources, sample, *, references):
    """Facts and the sample, checked against each other.

    Parameters
    ----------
    resources, sample : path
        ``training_resources.csv`` and ``training_resource_sample.csv``.
    references : path
        Bibliography.

    Returns
    -------
    resources, sample : DataFrame

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a run that the sample does not hold.
    """
    known = facts.read(resources, "training_resources", references=references)
    chosen = tables.read_csv(sample, "training_resource_sample")
    runs = known.loc[known["quantity"] != "claimed_ratio", "run_id"]
    strangers = sorted(set(runs) - set(chosen["run_id"]))
    if strangers:
        raise DataError(
            "run is not in training_resource_sample",
            file=resources,
            column="run_id",
            found=strangers[0],
            allowed=set(chosen["run_id"]),
        )
    return known, chosen


def table(resources, sample, carbon):
    """Every row of the five panels, each over the reference run of its panel.

    Parameters
    ----------
    resources, sample : DataFrame
        From `read`.
    carbon : DataFrame
        ``training_carbon``.

    Returns
    -------
    DataFrame
        `COLUMNS`; a domain without a disclosed figure has a row that says so.

    Raises
    ------
    DataError
        When a run of the sample lacks the figure that it is to show.
    """
    own = carbon[carbon["account"] == "own"].set_index("model_id", drop=False)
    parts = [
        _claim(resources),
        _company(own),
        _normalised("c", _compute(resources, sample), REFERENCE),
        _normalised("d", _hours(resources, sample, own), REFERENCE),
        _normalised("e", _energy(sample, own), REFERENCE),
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _claim(resources):
    """The paper's sentence: its language model is one, its recommenders are more than three."""
    claim = resources[resources["quantity"] == "claimed_ratio"].iloc[0]
    rows = [
        ("Language model of the paper", "language", 1.0),
        ("Its recommenders", "recommendation", claim["value"]),
    ]
    return pd.DataFrame(
        {
            "panel": "a",
            "position": position,
            "label": label,
            "domain": domain,
            "model_id": None,
            "quantity": QUANTITIES["a"],
            "unit": UNITS["a"],
            "value": np.nan,
            "reference": "language model of the paper",
            "reference_value": np.nan,
            "ratio": ratio,
            "ratio_low": np.nan,
            "ratio_high": np.nan,
            "basis": "claim of the paper",
            "confidence": None,
            "source_key": claim["source_key"],
            "locator": claim["locator"],
            "status": claim["status"],
        }
        for position, (label, domain, ratio) in enumerate(rows)
    )


def _company(own):
    """Digitised bars of training carbon over that of the company's language model."""
    rows = own[own["status"].eq("digitised") & own["disclosed_low_tco2e"].notna()]
    frame = pd.DataFrame(
        {
            "run_id": rows["model_id"],
            "label": rows["name"],
            "domain": np.where(rows["model_id"] == COMPANY_REFERENCE, *DOMAINS[:2]),
            "model_id": rows["model_id"],
            "value": rows["disclosed_location_tco2e"],
            "low": rows["disclosed_low_tco2e"],
            "high": rows["disclosed_high_tco2e"],
            "confidence": None,
            "source_key": rows["source_key"],
            "locator": rows["locator"],
            "status": rows["status"],
        }
    )
    return _normalised("b", frame, COMPANY_REFERENCE).assign(basis="digitised")


def _compute(resources, sample):
    rows = resources[resources["quantity"] == "training_compute"]
    frame = rows.merge(sample, on="run_id", validate="one_to_one").rename(columns={"name": "label"})
    return frame.assign(low=np.nan, high=np.nan)


def _hours(resources, sample, own):
    """Hours on A100 boards: of disclosed runs, and of rows that state boards and duration."""
    rows = sample[sample["hours_drawn"]]
    linked = _linked(rows, own, own["accelerator_hours_h"])
    stated = resources[resources["quantity"] == "accelerator_hours"]
    stated = stated.merge(sample, on="run_id", validate="one_to_one")
    stated = stated.rename(columns={"name": "label"}).assign(low=np.nan, high=np.nan)
    return pd.concat([linked, stated[linked.columns]], ignore_index=True)


def _energy(sample, own):
    """Energy of the accelerators alone: a PUE that is in it is taken out."""
    at_accelerators = own["energy_mwh"].where(own["energy_boundary"] == "accelerator")
    inside = own["pue_treatment"] == "in the disclosed energy"
    energy = at_accelerators / own["pue"].where(inside, 1.0)
    return _linked(sample[sample["energy_drawn"]], own, energy)


def _linked(rows, own, values):
    missing = [m for m in rows["model_id"] if m not in values.index or pd.isna(values[m])]
    if missing:
        raise DataError(
            "run of the sample lacks the figure that it is to show",
            file="data/training_resource_sample.csv",
            column="model_id",
            found=missing[0],
        )
    return pd.DataFrame(
        {
            "run_id": rows["run_id"],
            "label": rows["name"],
            "domain": rows["domain"],
            "model_id": rows["model_id"],
            "value": rows["model_id"].map(values),
            "low": np.nan,
            "high": np.nan,
            "confidence": None,
            "source_key": rows["model_id"].map(own["source_key"]),
            "locator": rows["model_id"].map(own["locator"]),
            "status": "derived",
        }
    )


def _normalised(panel, frame, reference):
    """Rows of a panel by domain and size; a domain without a row gets one that says so."""
    base = frame[frame["run_id"] == reference].iloc[0]
    absent = [name for name in DOMAINS if panel in "de" and name not in set(frame["domain"])]
    words = [f"{name}: {NONE_DISCLOSED}" for name in absent]
    gaps = pd.DataFrame({"label": words, "domain": absent, "value": np.nan})
    frame = pd.concat([frame, gaps.astype({"label": frame["label"].dtype})], ignore_index=True)
    rank = frame["domain"].map(DOMAINS.index)
    frame = frame.assign(rank=rank).sort_values(
        ["rank", "value"], ascending=[True, False], kind="stable"
    )
    low, high = reconciliation.quotient_interval(
        frame["low"], frame["high"], base["low"], base["high"]
    )
    is_base = frame["run_id"].eq(reference).fillna(False).to_numpy(bool)
    return frame.assign(
        panel=panel,
        position=range(len(frame)),
        quantity=QUANTITIES[panel],
        unit=UNITS[panel],
        reference=base["label"],
        reference_value=base["value"],
        ratio=frame["value"] / base["value"],
        # The reference is one by definition, whatever the error of reading it.
        ratio_low=np.where(is_base, np.nan, low),
        ratio_high=np.where(is_base, np.nan, high),
        basis="public",
    )
