"""Totals of each model by system boundary, and how much of them is evidence."""

import numpy as np
import pandas as pd

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import ledger_table

MADE = ("experimentation", "training")
BOUNDARIES = {"made": MADE, "made_and_served": stages.PHASES}
# A sum of a CO2-only marginal rate and CO2e of manufacture would mean nothing.
SUMMED = ("location_lifecycle", "location_direct", "market", "hourly_matched")
GWP_SET = "AR6 where factors can be re-based, else as published"
ENERGY_BOUNDARY = "facility"
# What the training of a row is of; development comes on top where the row is of a run.
MADE_OF = {
    "training run": "one model, developed and trained",
    "part of a run": "part of a training run, and its development",
    "fine-tuning": "one fine-tuning of a given model, and its development",
    "family of runs": "the runs of a family of models, and their development",
    "architecture search": "one architecture search",
    "whole project": "one project with all its runs",
    "training with experimentation": "one model, trained, experiments in the figure",
    # What is stated beside it holds the service as well, so it compares with neither boundary.
    "life cycle": "one model, developed and trained (its developer states emissions of the whole "
    "life cycle only, service included)",
}
DISCLOSED = ("location", "market", "fixed", "unknown")
DISCLOSED_COLUMNS = tuple(f"disclosed_{accounting}_tco2e" for accounting in DISCLOSED)
# Reading error of what was read off a figure.
READING_ERROR = ("disclosed_low_tco2e", "disclosed_high_tco2e")


def table(models, training, arrays, training_carbon, service, sources):
    """One row a model and system boundary.

    Parameters
    ----------
    models, training : DataFrame
        As for `ledger_table.cells`.
    arrays : dict of str to ndarray
        From `ledger_table.cells`.
    training_carbon : DataFrame
        ``training_carbon``: what the developers disclose.
    service : dict
        As for `ledger_table.cells`; words says what the service is.

    sources : dict of tuple to str
        Source keys by (model_id, phase, part), from `empty_cells.Known.sources`.

    Returns
    -------
    DataFrame
        As declared for ``ledger_models``; totals are missing where a stage is. What the developer
        discloses stands beside the boundary `made` only, with its own boundary and scope.
    """
    own = training_carbon[training_carbon["account"] == "own"].set_index("model_id")
    own = own.reindex(models.index)
    frames = []
    for boundary, phases in BOUNDARIES.items():
        total = stages.total_tco2e(arrays["emissions"], phases)
        frame = models[["name", "organisation", "country", "publication_date", "domain",
                        "catalogue", "accelerator"]].copy()  # fmt: skip
        frame.insert(0, "system_boundary", boundary)
        served = f"; served: {service['words']}" if "inference" in phases else ""
        frame["functional_unit"] = [MADE_OF[unit] + served for unit in training["functional_unit"]]
        frame["part_of"] = training["part_of"]
        frame["energy_boundary"] = ENERGY_BOUNDARY
        frame["gwp_set"] = GWP_SET
        frame["route"] = training["route"]
        frame["energy_rests_on"] = training["energy_rests_on"]
        frame["experimentation_origin"] = training["experimentation_origin"]
        frame["confidence"] = models["confidence"]
        for method in SUMMED:
            place = stages.METHODS.index(method)
            for b, bound in enumerate(stages.BOUNDS):
                frame[f"{method}_{bound}_tco2e"] = total[:, place, b]
        shares = _shares(arrays, phases)
        for k, kind in enumerate(ledger_table.KINDS):
            frame[f"share_{kind}"] = shares[:, k]
        beside = own if boundary == "made" else own.where(own["scope"].isna())
        for column in (*DISCLOSED_COLUMNS, *READING_ERROR):
            frame[column] = beside[column]
        frame["disclosed_scope"] = beside["scope"]
        frame["disclosed_boundary"] = beside["comparison_group"]
        frame["stages_missing"] = _missing(arrays["emissions"], phases)
        frame["source_key"] = _sources(models.index, phases, sources)
        frames.append(frame.rename_axis("model_id").reset_index())
    joined = pd.concat(frames, ignore_index=True)
    return joined.sort_values(["model_id", "system_boundary"], kind="stable").reset_index(drop=True)


def _sources(names, phases, sources):
    cells = [
        [sources.get((name, phase, part)) for phase in phases for part in stages.PARTS]
        for name in names
    ]
    return [ledger_table.joined(filter(None, row)) or None for row in cells]


def _shares(arrays, phases):
    places = [stages.PHASES.index(name) for name in phases]
    method = stages.METHODS.index("location_lifecycle")
    weights = arrays["emissions"][..., method, 1][:, places]
    factors = arrays["factors"][:, places]
    models = len(weights)
    return stages.evidence_shares(
        factors.reshape(models, -1, len(ledger_table.KINDS)), weights.reshape(models, -1)
    )


def _missing(emissions, phases):
    method = stages.METHODS.index("location_lifecycle")
    empty = np.isnan(emissions[..., method, 1])
    names = []
    for row in empty:
        gone = [
            f"{phase}: {part}"
            for p, phase in enumerate(stages.PHASES)
            if phase in phases
            for q, part in enumerate(stages.PARTS)
            if row[p, q]
        ]
        names.append("; ".join(gone) or None)
    return names
