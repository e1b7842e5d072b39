"""Table ``priors``: every constant and every inferred quantity with its distribution."""

import numpy as np
import pandas as pd

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.uncertainty import distributions

TABLE = "priors"
PROBABILITIES = (0.05, 0.5, 0.95)
VALUE_ALONE, ENDS, MODE, QUANTILES = (
    "the value alone",
    "ends",
    "ends and mode",
    "5th percentile, median, 95th percentile",
)
MEANS = {
    "fixed": VALUE_ALONE,
    "uniform": ENDS,
    "triangular": MODE,
    "pert": MODE,
    **dict.fromkeys(distributions.BY_QUANTILES, QUANTILES),
}
# Statuses of what an inferred quantity rests on.
STATUS = {"fitted": "derived", "constant": "derived", "judgement": "judgement"}
EVIDENCE = {"derived": "derived", "prior": "judgement"}
PUE = {"derived": "PUE of an operator", "prior": "PUE not known"}
PLACES = {"derived": "grid of a stated place", "prior": "grid of a presumed place"}
ASSET, BUILDING = "embodied carbon", "embodied carbon of the building"
# Rows of the service that are no constant and no setting of the fit.
SERVICE = {
    "cache_values_per_size": "inference range",
    "working_power": "inference range",
    "expert_share_of_bound": "share of experts",
}


def of_constants(known):
    """Rows of the constants.

    Parameters
    ----------
    known : Constants

    Returns
    -------
    DataFrame
        As declared for ``priors``, without the columns that `summarised` adds.
    """
    rows = [
        {
            "prior_id": name, "subject": "constant", "kind": c.distribution, "low": c.low,
            "value": c.value, "high": c.high, "minimum": c.minimum, "maximum": c.maximum,
            "ends_are": MEANS[c.distribution], "unit": c.unit, "shared_by": c.shared_by or None,
            "source_key": c.source_key, "status": c.status, "basis": c.distribution_basis,
            "reason": c.distribution_reason,
        }
        for name, c in known.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def of_training(priors):
    """Utilisation and node power by family of accelerators, from ``training_priors``."""
    rows = priors[["quantity", "family", "low", "value", "high", "reason", "source_key"]]
    rows = rows.rename(columns={"quantity": "subject", "reason": "note"})
    ids = "training_priors/" + rows["subject"] + "/" + rows.pop("family")
    return rows.assign(prior_id=ids, unit="1", status=priors["origin"].map(STATUS))


def of_pue(training):
    """PUE by operator and year, of models that do not disclose it, from ``training_energy``."""
    rows = training[training["pue_origin"].isin(list(EVIDENCE))]
    names = ["pue_origin", "pue_operator", "pue_year", "pue_low", "pue", "pue_high",
             "pue_source_key"]  # fmt: skip
    rows = rows[names].drop_duplicates()
    year = rows["pue_year"].astype("string").fillna("no year")
    return pd.DataFrame(
        {"prior_id": "PUE/" + rows["pue_operator"].fillna("unknown") + "/" + year,
         "subject": rows["pue_origin"].map(PUE), "low": rows["pue_low"], "value": rows["pue"],
         "high": rows["pue_high"], "unit": "1", "source_key": rows["pue_source_key"],
         "status": rows["pue_origin"].map(EVIDENCE)}
    )  # fmt: skip


def of_grids(basis):
    """Intensity by method, area and year of training, where it is inferred: ``ledger_basis``."""
    rows = basis[basis["evidence"].isin(list(EVIDENCE)) & basis["value_kg_per_kwh"].notna()]
    names = ["accounting_method", "area", "place", "training_year", "evidence", "source_key",
             "low_kg_per_kwh", "value_kg_per_kwh", "high_kg_per_kwh"]  # fmt: skip
    rows = rows[names].drop_duplicates(names[:4] + names[6:])
    year = rows["training_year"].astype("Int64").astype("string").fillna("no year")
    return pd.DataFrame(
        {"prior_id": rows["accounting_method"] + "/" + rows["place"] + "/" + year,
         "subject": rows["evidence"].map(PLACES), "low": rows["low_kg_per_kwh"],
         "value": rows["value_kg_per_kwh"], "high": rows["high_kg_per_kwh"], "unit": "kg/kWh",
         "source_key": rows["source_key"], "status": rows["evidence"].map(EVIDENCE)}
    )  # fmt: skip


def of_hardware(per_hour):
    """Embodied carbon and treatment by accelerator and stage, from ``embodied_per_hour``."""
    return pd.DataFrame(
        {"prior_id": "embodied/" + per_hour["accelerator"] + "/" + per_hour["stage"],
         "subject": per_hour["stage"].map(lambda stage: BUILDING if stage == "building" else ASSET),
         "low": per_hour["low_kgco2e"],
         "value": per_hour["value_kgco2e"], "high": per_hour["high_kgco2e"], "unit": "kgCO2e",
         "source_key": per_hour["source_key"], "status": per_hour["status"],
         "note": per_hour["basis"]}
    )  # fmt: skip


def of_inference(parameters, service):
    """Coefficients fitted to measured requests, and ranges of what a request does not tell."""
    keys = parameters[["gpu_model", "precision"]].fillna("").agg(" ".join, axis=1).str.strip()
    fitted = pd.DataFrame(
        {"prior_id": "inference/" + parameters["fit"] + "/" + parameters["parameter"]
         + ("/" + keys).where(keys != "", ""),
         "subject": "inference coefficient", "low": parameters["bootstrap_p05"],
         "value": parameters["value"], "high": parameters["bootstrap_p95"],
         "unit": parameters["unit"], "source_key": "mlenergyv3", "status": "derived"}
    )  # fmt: skip
    ranges = service[service["parameter"].isin(list(SERVICE))]
    return pd.concat(
        [
            fitted,
            pd.DataFrame(
                {"prior_id": "inference/" + ranges["parameter"],
                 "subject": ranges["parameter"].map(SERVICE), "low": ranges["least_energy"],
                 "value": ranges["value"], "high": ranges["most_energy"],
                 "unit": ranges["unit"], "source_key": ranges["source_key"],
                 "status": "derived", "note": ranges["note"]}
            ),
        ]
    )  # fmt: skip


def of_errors(widening):
    """Factors for what the priors lack, from ``ledger_widening``."""
    rows = widening[widening["factor"].notna()]
    return pd.DataFrame(
        {
            "prior_id": "error seen/" + rows["level"],
            "subject": "error seen",
            "low": 1.0 / rows["factor"],
            "value": 1.0,
            "high": rows["factor"],
            "unit": "1",
            "source_key": "judgement",
            "status": "derived",
            "note": rows["remark"],
        }
    )


def shaped(inferred, shapes):
    """Inferred quantities with the kind that their subject has.

    Parameters
    ----------
    inferred : DataFrame
        From the functions above.
    shapes : DataFrame
        ``prior_shapes``.

    Returns
    -------
    DataFrame
        With kind, ends_are, shared_by, basis and reason. A range without width is fixed.

    Raises
    ------
    DataError
        A subject without a shape.
    """
    unknown = set(inferred["subject"]) - set(shapes["subject"])
    if unknown:
        raise DataError("quantity without a shape", file="data/prior_shapes.csv",
                        found=sorted(unknown)[0], allowed=set(shapes["subject"]))  # fmt: skip
    frame = inferred.merge(shapes, on="subject", how="left", validate="many_to_one")
    note = frame.pop("note") if "note" in frame else pd.Series(pd.NA, index=frame.index)
    frame["reason"] = frame["reason"].str.cat(note.astype("string"), sep="; ").fillna(
        frame["reason"])  # fmt: skip
    fixed = ~(frame["low"] < frame["high"])
    frame.loc[fixed, "kind"] = "fixed"
    frame.loc[frame["status"] == "judgement", "basis"] = "judgement"
    frame.loc[fixed, "ends_are"] = VALUE_ALONE
    frame.loc[fixed, "shared_by"] = None
    return frame


def distribution(row):
    """Distribution of one row of the table.

    Parameters
    ----------
    row : namedtuple or Series
        With kind, low, value, high, minimum, maximum and ends_are.

    Returns
    -------
    Distribution
        In the unit of the row.
    """
    if row.kind == "empirical":
        least = 0.0 if row.low >= 0 else -np.inf
        return distributions.from_quantiles(row.kind, row.low, row.value, row.high, least)
    ends = [otherwise if pd.isna(end) else end
            for end, otherwise in ((row.minimum, -np.inf), (row.maximum, np.inf))]  # fmt: skip
    return distributions.from_range(row.kind, row.value, row.low, row.high, *ends)


def summarised(*parts):
    """The whole table, with mean and percentiles of each distribution.

    Parameters
    ----------
    *parts : DataFrame
        From `of_constants` and `shaped`.

    Returns
    -------
    DataFrame
        As declared for ``priors``.

    Raises
    ------
    DataError
        An id that stands twice, or a range that its kind cannot have.
    """
    columns = list(tables.declaration(TABLE))
    frame = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    twice = frame["prior_id"].duplicated()
    if twice.any():
        raise DataError("quantity stands twice", file=TABLE, found=frame["prior_id"][twice].iloc[0])
    ends = frame[["minimum", "maximum"]].astype(float)
    frame[["minimum", "maximum"]] = ends.where(np.isfinite(ends))
    for row in frame.itertuples():
        try:
            made = distribution(row)
        except ValueError as fault:
            raise DataError(str(fault), file=TABLE, key=row.prior_id) from None
        found = [distributions.moments(made)[0], *distributions.inverse(made, PROBABILITIES)]
        frame.loc[row.Index, ["mean", "p05", "p50", "p95"]] = np.asarray(found, dtype=float)
    return frame.sort_values(["subject", "prior_id"], kind="stable").reset_index(drop=True)
