"""Why a cell of the ledger is empty, what it rests on, and which models are left out."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import ledger_sources, ledger_table

NO_HOURS = "no accelerator-hours: the energy is known, the machines are not"
NO_GRID = "no intensity by any method (ledger_basis says why)"
NO_MULTIPLIER = "no experimentation multiplier"


@dataclass
class Known:
    """What is known of every model, by stage."""

    models: pd.DataFrame
    training: pd.DataFrame
    requests: pd.DataFrame
    unserved: pd.DataFrame
    per_hour: tuple
    basis: pd.DataFrame
    service: dict
    _why: dict = field(init=False, repr=False)

    def __post_init__(self):
        self._why = self.unserved.set_index("model_id")["reason"].to_dict()

    def reasons(self, arrays):
        """Reason of each cell that is empty by every method.

        Parameters
        ----------
        arrays : dict of str to ndarray
            From `ledger_table.cells`.

        Returns
        -------
        dict of (model_id, phase, part) to str
        """
        empty = np.isnan(arrays["emissions"][..., 1]).all(axis=-1)
        found = {}
        for m, p, q in np.argwhere(empty):
            name, phase, part = self.models.index[m], stages.PHASES[p], stages.PARTS[q]
            amount = arrays["energy_mwh" if part == "operation" else "hours_h"][m, p, 1]
            found[name, phase, part] = self._reason(name, phase, part, np.isnan(amount))
        return found

    def _reason(self, name, phase, part, amount_missing):
        if phase == "inference" and name not in self.requests.index:
            return self._why.get(name, "no energy of a request")
        if part == "operation":
            return NO_MULTIPLIER if amount_missing else NO_GRID
        if amount_missing:
            return NO_HOURS
        accelerator = self._accelerator(name, phase)
        what = "embodied carbon" if part == "embodied" else "treatment at the end of life"
        return f"no sourced {what} of {accelerator} (embodied_missing)"

    def _accelerator(self, name, phase):
        return (
            self.service["accelerator"]
            if phase == "inference"
            else self.training.loc[name, "accelerator"]
        )

    def sources(self, cited=None):
        """Sources behind each cell that has a basis.

        Parameters
        ----------
        cited : ledger_sources.Cited, optional
            Sources of the training, of making and end of life, of the service; spelt out unless
            given.

        Returns
        -------
        dict of (model_id, phase, part) to str
            Keys and names of groups, joined by semicolons.
        """
        cited = cited or ledger_sources.in_full(self.training, self.per_hour, self.service)
        grid = self._grids()
        multiplied = self.training["experimentation_source_key"].to_dict()
        accelerators = self.training["accelerator"].to_dict()
        answered = set(self.requests.index)
        found = {}
        for name in self.models.index:
            for phase in stages.PHASES:
                serves = phase == "inference"
                if serves and name not in answered:
                    continue
                energy = [cited.service if serves else cited.training[name]]
                if phase == "experimentation":
                    energy.append(multiplied[name])
                machine = self.service["accelerator"] if serves else accelerators[name]
                behind = (grid.get(name), *(keys.get(machine) for keys in cited.per_hour))
                for part, other in zip(stages.PARTS, behind, strict=True):
                    if pd.notna(other):
                        keys = [key for key in (*energy, other) if pd.notna(key)]
                        found[name, phase, part] = ledger_table.joined(keys)
        return found

    def _grids(self):
        """Sources of every intensity of a model, whichever the method."""
        known = self.basis[self.basis["source_key"].notna()]
        return known.groupby("model_id", sort=True)["source_key"].agg(ledger_table.joined).to_dict()


def excluded(training_excluded, unserved, models, disclosed_only):
    """Models left out of the ledger, of its computed cells, or of its inference, with the reason.

    Parameters
    ----------
    training_excluded, unserved : DataFrame
        ``training_excluded`` and ``inference_requests_excluded``.
    models : DataFrame
        ``models`` of those with an energy of training, indexed by model_id.
    disclosed_only : Index
        Models that stand in the ledger with their disclosed emissions alone.

    Returns
    -------
    DataFrame
        As declared for ``ledger_excluded``.
    """
    stands = training_excluded["model_id"].isin(disclosed_only)
    gone = training_excluded.assign(stage=np.where(stands, "computed emissions", "ledger"))
    gone = gone[["model_id", "name", "stage", "reason"]]
    rest = unserved[unserved["model_id"].isin(models.index)]
    rest = rest.assign(stage="inference", name=rest["model_id"].map(models["name"]))
    frame = pd.concat([gone, rest[["model_id", "name", "stage", "reason"]]], ignore_index=True)
    return frame.sort_values(["stage", "model_id"], kind="stable").reset_index(drop=True)
