"""The table of training energy: the best evidence of each model, and what every factor rests on."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, facts, tables, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue import names
from ai_lifecycle.training import energy_evidence as kernel
from ai_lifecycle.training_tables import energy_priors as prior_of
from ai_lifecycle.training_tables import energy_routes as routes
from ai_lifecycle.training_tables.energy_routes import HIGH, LOW, VALUE

ENDS = {"_low": LOW, "": VALUE, "_high": HIGH}
# What such rows count holds the experiments already.
WITH_EXPERIMENTS = ("whole project", "training with experimentation", "life cycle",
                    "architecture search")  # fmt: skip
FACTORS = ("work", "utilisation", "power", "overhead", "pue_use")
NOT_USED = "not used"
READING = {
    routes.HOURS: "a check of rated power and node overhead",
    routes.COMPUTE: "in sample: the fit of utilisation holds some of these runs",
}


def read_multipliers(path, known, *, references):
    """Disclosed experimentation multipliers by model.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a model that the catalogue does not hold, or twice.
    """
    frame = facts.read(path, "experimentation_multipliers", references=references)
    rows = []
    for position, row in enumerate(frame.itertuples(index=False), start=2):
        for model_id in filter(None, str("" if pd.isna(row.models) else row.models).split(";")):
            if model_id not in known:
                raise DataError("no such model", file=path, row=position, column="models",
                                found=model_id, allowed=known)  # fmt: skip
            rows.append((model_id, row.low, row.value, row.high, row.known_from, row.source_key))
    columns = ["model_id", "low", "value", "high", "known_from", "source_key"]
    out = pd.DataFrame(rows, columns=columns)
    if out["model_id"].duplicated().any():
        raise DataError("model has two multipliers", file=path, column="models",
                        found=out["model_id"][out["model_id"].duplicated().idxmax()])  # fmt: skip
    return out.set_index("model_id")


def worked(models, own, accelerators, priors, pue, multipliers, path):
    """Every model by its best route.

    Parameters
    ----------
    models : DataFrame
        ``models``, indexed by model_id.
    own : DataFrame
        From ``energy_accounts.own_accounts``.
    accelerators, priors, pue, multipliers : DataFrame
        From ``names.read_accelerators``, ``energy_priors.table``, ``energy_pue.chosen`` and
        `read_multipliers`.
    path : path
        Table of constants.

    Returns
    -------
    energy, left_out, check : DataFrame
        As declared for ``training_energy``, ``training_excluded`` and ``training_route_check``.
    """
    joined = models.join(own.rename(columns={"pue": "pue_own"}).drop(
        columns=["pue_low", "pue_high", "pue_source_key"]))  # fmt: skip
    evidence = routes.Evidence(joined, accelerators, priors, pue, path)
    by_energy, it_energy, host_energy = routes.disclosed(evidence)
    by_hours, it_hours, host_hours = routes.hours(evidence)
    by_compute, it_compute, taken_h = routes.compute(evidence)
    choice = np.select([by_energy, by_hours, by_compute], routes.ROUTES, "none")
    pick = [choice == route for route in routes.ROUTES]
    it_mwh = np.select(pick, [it_energy, it_hours, it_compute], np.nan)
    overhead = np.select(pick, [host_energy, host_hours, evidence.node], np.nan)
    frame = _columns(evidence, choice, it_mwh, overhead, taken_h, pue)
    frame = _experiments(frame, multipliers, path)
    frame = _provenance(frame, evidence, accelerators)
    used = choice != "none"
    energy = frame[used].reset_index()[list(tables.declaration("training_energy"))]
    left = _left_out(joined[~used], accelerators)
    check = _check(evidence, by_energy, it_energy)
    return energy, left, check


def _columns(evidence, choice, it_mwh, overhead, taken_h, pue):
    """Energies with their ranges, hours, PUE and the origin of each factor."""
    models = evidence.models
    frame = models[["name", "catalogue", "functional_unit", "part_of", "publication_date",
                    "accelerator", "accelerator_match", "confidence", "energy_rests_on",
                    "source_key"]].assign(route=choice)  # fmt: skip
    is_energy, is_hours, is_compute = (choice == route for route in routes.ROUTES)
    used = choice != "none"
    boundary = models["energy_boundary"].astype(object).where(is_energy, None)
    holds = models["energy_holds_pue"].eq(True).to_numpy(bool) & is_energy
    as_facility = is_energy & (holds & boundary.ne("accelerator").to_numpy(bool))
    energy = routes.ends_of(models, "energy_low_mwh", "energy_mwh", "energy_high_mwh")
    facility = kernel.facility_energy_mwh(
        np.where(used, it_mwh, 1.0), "IT", np.where(used, evidence.pue, 1.0)
    )
    facility = np.where(as_facility, energy, facility)
    hours = _hours(evidence, choice, it_mwh, overhead, taken_h)
    for suffix, end in ENDS.items():
        frame[f"it_energy{suffix}_mwh"] = it_mwh[end]
        frame[f"facility_energy{suffix}_mwh"] = np.where(used, facility[end], np.nan)
        frame[f"accelerator_hours{suffix}_h"] = hours[end]
        frame[f"overhead{suffix}"] = overhead[end]
        frame[f"utilisation{suffix}"] = np.where(is_compute, evidence.utilisation[end], np.nan)
        frame[f"execution_idle_factor{suffix}"] = np.where(is_compute, evidence.idle[end], 1.0)
    frame[list(pue)] = pue
    frame["energy_boundary"] = "facility"
    frame["energy_boundary_as_disclosed"] = boundary
    frame["energy_rests_on"] = frame["energy_rests_on"].where(is_energy, None)
    listed = models["accelerator_hours_origin"].astype(object).fillna("")
    has_hours = listed.ne("").to_numpy(bool)
    own_hours = listed.eq("disclosed").to_numpy(bool)
    derived = has_hours & ~evidence.speculative
    known = np.select([own_hours, derived], ["disclosed", "derived"], "prior").astype(object)
    frame["accelerator_hours_origin"] = np.where(np.isnan(hours[VALUE]), None, known)
    frame["work_origin"] = np.select(
        [is_energy, is_hours & own_hours, evidence.speculative],
        ["disclosed", "disclosed", "prior"],
        "derived",
    )
    frame["utilisation_origin"] = np.select(
        [is_compute & evidence.is_step, is_compute], ["derived", "prior"], NOT_USED
    )
    frame["execution_idle_origin"] = np.where(is_compute & evidence.is_step, "prior", NOT_USED)
    stated = models["power_w"].notna() & models["power_boundary"].isin(
        ["accelerator", "node", "IT"]
    )
    drawn = stated & ~(
        models["power_assumed"].eq(True) & models["power_boundary"].eq("accelerator")
    )
    frame["power_origin"] = np.select(
        [is_energy, is_hours & drawn.to_numpy(bool)], [NOT_USED, "disclosed"], "derived"
    )
    own_power = np.where(stated, models["power_w"], np.nan)
    at_node = models["power_boundary"].isin(["node", "IT"]).to_numpy(bool) & stated.to_numpy(bool)
    drawn_w = np.where(drawn, own_power, evidence.rated_w[VALUE] * evidence.share[VALUE])
    frame["accelerator_power_w"] = np.where(is_energy | at_node, np.nan, drawn_w)
    _, base_w = routes.hours_power_w(evidence)
    frame["overhead_base_power_w"] = np.select(
        [is_hours, is_compute], [base_w[VALUE], evidence.rated_w[VALUE]], np.nan
    )
    frame["goodput"] = np.where(is_compute, evidence.goodput[VALUE], 1.0)
    frame["overhead_origin"] = np.where(overhead[VALUE] == 1, NOT_USED, "prior")
    frame["pue_use_origin"] = np.where(as_facility, NOT_USED, pue["pue_origin"])
    return frame


def _hours(evidence, choice, it_mwh, overhead, taken_h):
    """Accelerator-hours as listed, from compute, or from the energy over the rated power. [h]"""
    listed = evidence.hours_h
    node_w = evidence.node_power_w()
    watt_hours = it_mwh * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR * units.WATTS_PER_KILOWATT
    from_energy = watt_hours / np.where(node_w[::-1] > 0, node_w[::-1], np.nan)
    out = np.where(np.isnan(listed), taken_h, listed)
    is_energy = choice == routes.DISCLOSED
    out = np.where(is_energy & np.isnan(listed), from_energy, out)
    return np.where(choice == "none", np.nan, out)


def _experiments(frame, multipliers, path):
    """Multiplier of each model and the energy of its experiments beside that of the run."""
    prior = prior_of.stated(constants.known("training.experimentation_multiplier", path, unit="1"))
    holds = frame["functional_unit"].isin(WITH_EXPERIMENTS).to_numpy()
    given = multipliers.reindex(frame.index)
    stated = given["value"].notna().to_numpy()
    ends = np.stack([given[end].fillna(given["value"]).to_numpy(float)
                     for end in ("low", "value", "high")])  # fmt: skip
    ends = np.where(stated, ends, np.reshape(prior.ends, (3, 1)))
    ends = np.where(holds, 1.0, ends)
    used = frame["route"].ne("none").to_numpy()
    for suffix, end in ENDS.items():
        energy = np.where(used, frame[f"facility_energy{suffix}_mwh"], 0.0)
        more = kernel.experimentation_energy_mwh(energy, ends[end], holds)
        frame[f"experimentation_multiplier{suffix}"] = ends[end]
        frame[f"experimentation_energy{suffix}_mwh"] = np.where(used, more, np.nan)
    frame["experimentation_origin"] = np.select([holds, stated], [NOT_USED, "disclosed"], "prior")
    source = np.select([holds, stated], [None, given["source_key"].astype(object)],
                       prior.source_key)  # fmt: skip
    frame["experimentation_source_key"] = source
    known_from = given["known_from"].astype(object)
    frame["experimentation_known_from"] = np.where(stated & ~holds, known_from, None)
    return frame


def _provenance(frame, evidence, accelerators):
    """How many factors are disclosed, derived and prior, and all sources of the energy."""
    words = frame[[f"{name}_origin" for name in FACTORS]]
    for word in ("disclosed", "derived", "prior"):
        frame[f"training_factors_{word}"] = words.eq(word).sum(axis=1)
    hardware = frame["accelerator"].map(accelerators["source_key"])
    hardware = hardware.where(frame["power_origin"] == "derived", None)
    measured = frame["energy_rests_on"].eq("measured power")
    host = np.select(
        [frame["overhead_origin"].eq(NOT_USED), evidence.is_tpu, measured],
        [None, evidence.sources["tpu"],
         evidence.sources["measured"]],
        evidence.sources["rated"],
    )  # fmt: skip
    building = frame["pue_source_key"].where(frame["pue_use_origin"] != NOT_USED, None)
    cells = zip(frame["source_key"], hardware, host, building, strict=True)
    frame["source_key"] = [
        ";".join(dict.fromkeys(key for cell in row if isinstance(cell, str)
                               for key in cell.split(";")))
        for row in cells
    ]  # fmt: skip
    return frame


def _left_out(models, accelerators):
    """What each model lacks for any route."""
    rows = [
        (model_id, row["name"], row["catalogue"], row["accelerator_listed"], "energy",
         _lacks(row, accelerators))
        for model_id, row in models.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(tables.declaration("training_excluded")))


def _lacks(row, accelerators):
    reasons = []
    if pd.notna(row["energy_mwh"]):
        reasons.append(f"energy at a boundary that is not stated ({row['energy_boundary']})")
    hours, flop = pd.notna(row["accelerator_hours_h"]), pd.notna(row["training_flop"])
    if not hours and not flop:
        reasons.append("neither compute nor hours")
    if pd.isna(row["accelerator_listed"]):
        reasons.append("no hardware")
    elif pd.isna(row["accelerator"]):
        near = ", ".join(names.nearest(row["accelerator_listed"], list(accelerators.index)))
        reasons.append(f"unknown accelerator (nearest: {near})")
    else:
        known = accelerators.loc[row["accelerator"]]
        if pd.isna(known["rated_power_w"]):
            reasons.append("no source states the rated power of the accelerator")
        if not hours and flop and pd.isna(known["peak_tflops"]):
            reasons.append("no source states the throughput of the accelerator")
    domains = row["domain"].split(";") if isinstance(row["domain"], str) else []
    if flop and not hours and any(name in prior_of.NOT_BY_COMPUTE for name in domains):
        reasons.append("compute alone says little for games and recommendation")
    if flop and not hours and row["functional_unit"] not in routes.RUNS:
        reasons.append(f"compute is not that of the {row['functional_unit']}")
    return "; ".join(reasons)


def _check(evidence, by_energy, it_energy):
    """What the other routes give where an energy is disclosed, as quantiles of the ratio.

    Rated power and the utilisation of the family throughout: nothing that the row states of
    either, which may have been worked from the same hours.
    """
    possible, it_hours, _ = routes.hours(evidence, own_power=False)
    by_compute, it_compute, _ = routes.compute(evidence, own_utilisation=False)
    rests = evidence.models["energy_rests_on"].to_numpy(object)
    rows = []
    for route, able, other in ((routes.HOURS, possible, it_hours),
                               (routes.COMPUTE, by_compute, it_compute)):  # fmt: skip
        for word in ("measured power", "assumed power"):
            wanted = by_energy & able & (rests == word)
            ratio = other[VALUE, wanted] / it_energy[VALUE, wanted]
            inside = (other[LOW, wanted] <= it_energy[VALUE, wanted]) & (
                it_energy[VALUE, wanted] <= other[HIGH, wanted]
            )
            rows.append(_quantiles(route, word, ratio, inside))
    return pd.DataFrame(rows, columns=list(tables.declaration("training_route_check")))


def _quantiles(route, word, ratio, inside):
    arithmetic = route == routes.HOURS and word == "assumed power"
    row = {"route": route, "disclosed_energy_rests_on": word, "models": len(ratio),
           "reading": "arithmetic only: both are hours times an assumed power" if arithmetic
           else READING[route]}  # fmt: skip
    if len(ratio):
        marks = np.quantile(ratio, [0, 0.25, 0.5, 0.75, 1])
        row |= dict(zip(("minimum", "p25", "median", "p75", "maximum"), marks, strict=True))
    row["within_range"] = int(inside.sum())
    return row


def excluded(before, here):
    """All models without an energy: left out of the catalogue, or without any route.

    Parameters
    ----------
    before, here : DataFrame
        ``models_left_out`` and the second table of `worked`.

    Returns
    -------
    DataFrame
        As declared for ``training_excluded``, sorted by model.
    """
    frame = pd.concat([before, here], ignore_index=True)
    return frame.sort_values("model_id", kind="stable").reset_index(drop=True)
