"""Rows of the ledger for models of which the disclosed emissions alone are known."""

import numpy as np
import pandas as pd

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import ledger_table, model_totals
from ai_lifecycle.training_tables.energy import WITH_EXPERIMENTS

ROUTE = "disclosed emissions only"
NOT_SERVED = "not worked out beside emissions that are disclosed alone"
# Of what is not computed here neither holds.
OF_COMPUTED = ("energy_boundary", "gwp_set")


def accounts(training_carbon, computed):
    """Own accounts that print emissions, of models without an energy of training.

    Parameters
    ----------
    training_carbon : DataFrame
        ``training_carbon``.
    computed : Index
        Models that have an energy of training.

    Returns
    -------
    DataFrame
        Those rows, indexed by model_id.
    """
    own = training_carbon[training_carbon["account"] == "own"].set_index("model_id")
    prints = own[list(model_totals.DISCLOSED_COLUMNS)].notna().any(axis=1)
    return own[prints & ~own.index.isin(computed)].sort_index(kind="stable")


def rows(models, own, training_excluded, unserved, training_carbon, service):
    """Their rows: every cell empty with its reason, the disclosure beside.

    Parameters
    ----------
    models : DataFrame
        ``models``, indexed by model_id.
    own : DataFrame
        From `accounts`.
    training_excluded, unserved : DataFrame
        ``training_excluded`` and ``inference_requests_excluded``: what each model lacks.
    training_carbon : DataFrame
        ``training_carbon``.
    service : dict
        As for `ledger_table.cells`.

    Returns
    -------
    ledger, totals : DataFrame
        As declared for ``ledger`` and ``ledger_models``.
    """
    models = models.reindex(own.index)
    lacks = training_excluded.set_index("model_id")["reason"]
    unserved = unserved.set_index("model_id")["reason"]
    reasons = {
        (name, phase, part): why
        for name, unit in models["functional_unit"].items()
        for phase, why in _why(lacks[name], unit, unserved.get(name)).items()
        for part in stages.PARTS
    }
    arrays = _empty(len(models))
    ledger = ledger_table.long(arrays, models.index, reasons, {})
    described = models[["functional_unit", "part_of"]].assign(
        route=ROUTE, energy_rests_on=None, experimentation_origin=None
    )
    totals = model_totals.table(models, described, arrays, training_carbon, service, {})
    totals[list(OF_COMPUTED)] = None
    made = totals["system_boundary"] == "made"
    totals["source_key"] = totals["model_id"].map(own["source_key"]).where(made, None)
    return ledger, totals


def _why(lacks, functional_unit, unserved):
    """Reason of the empty cells of each phase."""
    training = f"{ROUTE}: {lacks}"
    held = functional_unit in WITH_EXPERIMENTS
    return {
        "experimentation": "in the disclosed emissions, not told apart" if held else training,
        "training": training,
        "inference": unserved or NOT_SERVED,
    }


def _empty(models):
    """Arrays as of `ledger_table.cells`, without any value or factor."""
    phases, parts = len(stages.PHASES), len(stages.PARTS)
    methods, ends = len(stages.METHODS), len(stages.BOUNDS)
    return {
        "energy_mwh": np.full((models, phases, ends), np.nan),
        "hours_h": np.full((models, phases, ends), np.nan),
        "emissions": np.full((models, phases, parts, methods, ends), np.nan),
        "factors": np.zeros((models, phases, parts, len(ledger_table.KINDS))),
    }


def joined(computed, disclosed):
    """Both kinds of rows in one table, by model."""
    frame = pd.concat([computed, disclosed], ignore_index=True)
    return frame.sort_values("model_id", kind="stable").reset_index(drop=True)
