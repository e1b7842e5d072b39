"""PUE of each model's data centre: disclosed, of the operator and year, or of other disclosers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import constants, facts
from ai_lifecycle.errors import DataError
from ai_lifecycle.training_tables.energy_priors import joined, stated

SURVEY, CHIP = "survey average", "TPU"
LOW_QUANTILE = 0.1


def read(pue, operators, *, references):
    """PUE by operator and year, and which organisation runs in whose data centres.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a PUE below one (its bounds), an operator and year
        twice, or an operator without any year.
    """
    values = facts.read(pue, "datacenter_pue", references=references)
    known = facts.read(operators, "training_operators", references=references)
    for path, frame, key in ((pue, values, ["operator", "year"]), (operators, known,
                                                                   ["organisation"])):  # fmt: skip
        twice = frame.duplicated(key)
        if twice.any():
            raise DataError("given twice", file=path, row=int(twice.idxmax()) + 2, column=key[0],
                            found=frame[key[0]][twice.idxmax()])  # fmt: skip
    for row, name in enumerate(known["operator"], start=2):
        if name not in set(values["operator"]):
            raise DataError("operator without a PUE", file=operators, row=row, column="operator",
                            found=name, allowed=set(values["operator"]))  # fmt: skip
    return values, known.set_index("organisation")["operator"]


def operator_of(organisation, family, operators):
    """Whose data centre a model was trained in, as far as that follows from who and on what.

    TPUs run in one operator's machines; organisations that all belong to one operator are taken
    to train there; of the rest nothing is assumed.
    """
    if isinstance(family, str) and family.startswith(CHIP):
        return operators[CHIP]
    if not isinstance(organisation, str):
        return None
    known = operators.drop(CHIP).to_dict()
    found = {known.get(name.strip()) for name in organisation.split(",")}
    return found.pop() if len(found) == 1 else None


def chosen(models, own, values, operators, path):
    """PUE of each model with its range and origin.

    Parameters
    ----------
    models : DataFrame
        ``models``, indexed by model_id.
    own : DataFrame
        From ``energy.own_accounts``.
    values, operators
        From `read`.
    path : path
        Table of constants.

    Returns
    -------
    DataFrame
        pue_low, pue, pue_high, pue_origin (disclosed, derived, prior), pue_operator, pue_year,
        pue_source_key; indexed by model_id.
    """
    limit = constants.value("training.pue_year_gap_limit", path, unit="year")
    unknown = stated(constants.known("training.pue_unknown", path, unit="1"))
    values = {name: rows.to_dict("records") for name, rows in values.groupby("operator")}
    printed = own[own["pue"].notna()].to_dict("index")
    others = of_disclosers(own, models["organisation"], path)
    rows = []
    for model_id, organisation, family, date in zip(
        models.index, models["organisation"], models["accelerator_family"],
        models["publication_date"], strict=True,
    ):  # fmt: skip
        if model_id in printed:
            account = printed[model_id]
            rows.append((account["pue_low"], account["pue"], account["pue_high"], "disclosed",
                         None, None, account["pue_source_key"]))  # fmt: skip
            continue
        who, year = operator_of(organisation, family, operators), date.year
        found = _nearest(values, who, year, limit) if who else None
        if found is not None:
            rows.append((found["low"], found["value"], found["high"], "derived", who,
                         found["year"], found["source_key"]))  # fmt: skip
            continue
        rows.append(_unknown(_nearest(values, SURVEY, year, limit), unknown, others))
    names = ["pue_low", "pue", "pue_high", "pue_origin", "pue_operator", "pue_year",
             "pue_source_key"]  # fmt: skip
    frame = pd.DataFrame(rows, columns=names, index=models.index)
    for end in ("pue_low", "pue_high"):
        frame[end] = frame[end].fillna(frame["pue"])
    frame["pue_low"] = np.maximum(1.0, np.minimum(frame["pue_low"], frame["pue"]))
    frame["pue_high"] = np.maximum(frame["pue_high"], frame["pue"])
    frame["pue_year"] = frame["pue_year"].astype("Int64")
    return frame


@dataclass(frozen=True)
class Disclosers:
    """Low end and median of the PUEs that organisations disclose, and who says so."""

    low: float
    value: float
    organisations: int
    source_key: str

    @property
    def words(self):
        """Whom the value is of, as `pue_operator` has it."""
        return f"median of {self.organisations} disclosers"


def of_disclosers(own, organisations, path):
    """What organisations disclose of their PUE, each counting once.

    Parameters
    ----------
    own : DataFrame
        From ``energy.own_accounts``; rows without a PUE count for nothing.
    organisations : Series of str
        By model_id.
    path : path
        Table of constants.

    Returns
    -------
    Disclosers or None
        None where fewer than ``training.fit_least_runs`` organisations disclose one.
    """
    fewest = constants.value("training.fit_least_runs", path, unit="1")
    printed = own[own["pue"].notna() & organisations.reindex(own.index).notna()]
    each = printed["pue"].groupby(organisations.reindex(printed.index)).median()
    if len(each) < fewest:
        return None
    low, value = float(each.quantile(LOW_QUANTILE)), float(each.median())
    return Disclosers(low, value, len(each), joined(printed["pue_source_key"]))


def beside_disclosers(unknown, others):
    """Low, value and high of an unknown PUE: the survey bounds those who train, from above.

    The survey counts sites of every size alike.

    Parameters
    ----------
    unknown : ndarray, shape (..., 3)
        Low, value and high of the survey, or of the constant where none is near. [1]
    others : Disclosers or None
        None leaves `unknown` as it is.

    Returns
    -------
    ndarray, shape (..., 3)
    """
    unknown = np.asarray(unknown, dtype=float)
    if others is None:
        return unknown
    high = unknown[..., 1]
    value = np.minimum(others.value, high)
    low = np.maximum(1.0, np.minimum(others.low, value))
    return np.stack([low, value, high], axis=-1)


def _unknown(survey, unknown, others):
    """Row of a model whose PUE neither it nor an operator tells."""
    low, value, high = unknown.ends
    known = (None, None, unknown.source_key)
    if survey is not None:
        value, high = survey["value"], max(high, survey["value"])
        known = (SURVEY, survey["year"], survey["source_key"])
    if others is None:
        return low, value, high, "prior", *known
    ends = beside_disclosers([low, value, high], others)
    # The year is that of the survey, which gives the high end alone.
    keys = joined([others.source_key, known[2]])
    return *ends.tolist(), "prior", others.words, known[1], keys


def _nearest(values, operator, year, limit):
    """Row of the operator whose year is nearest and near enough; of two the earlier."""
    if pd.isna(year):
        return None
    rows = [(abs(row["year"] - int(year)), row["year"], row) for row in values[operator]]
    gap, _, row = min(rows, key=lambda found: found[:2])
    return row if gap <= limit else None
