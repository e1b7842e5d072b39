"""One variant of a reader's model in the terms of the ledger's own tables; absent is missing."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ai_lifecycle.training_tables import energy_accounts

# What stands as the source of a value that the reader gives.
GIVEN = "given"


@dataclass(frozen=True)
class Place:
    """Where electricity comes from: an area of the annual series, or intensities given."""

    words: str | None = None
    area: str | None = None
    country: str | None = None
    year: float = np.nan
    # By accounting method: low, value and high. [kg CO2e/kWh]
    given: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """How the model is used; ranges are (low, value, high), None where the prior stands."""

    accelerator: str
    precision: str
    prompt_tokens: int
    output_tokens: int
    requests_per_day: tuple
    growth_factor: tuple
    years: tuple
    place: Place
    batch: tuple | None = None
    pue: tuple | None = None
    operator: str | None = None
    # Measured energy of one request and what it was measured of. [kWh]
    request_kwh: tuple | None = None
    request_boundary: str | None = None
    # Names of these fields that the file gives.
    stated: frozenset = frozenset()


@dataclass(frozen=True)
class Case:
    """One variant of a model: cells of `models` and of its own account, and what else is given.

    `own` is the group of draws that all scenarios of one model share. `shape` holds the columns of
    ``design.SHAPE`` where the architecture is known.
    """

    key: str
    own: str
    title: str
    model: dict
    account: dict
    place: Place
    service: Service | None = None
    shape: dict | None = None
    pue: tuple | None = None
    operator: str | None = None
    # Share of peak of the steps, or of all time reserved; the latter as given or from the former.
    utilisation: tuple | None = None
    of_whole_run: bool = False
    from_steps: bool = False
    # Accelerator whose footprint stands in where none is named.
    stand_in: str | None = None
    multiplier: tuple | None = None
    lifetime_years: tuple | None = None
    reserved_utilisation: tuple | None = None

    @property
    def has_power(self):
        """Whether the file gives the power of an accelerator."""
        return "power_w" in self.account


def model_row(case, catalogue):
    """The case as a row of the catalogue, typed as the catalogue is."""
    cells = {
        "name": case.title,
        "catalogue": "disclosure",
        "functional_unit": "training run",
        "active_parameters_origin": "missing",
        "compute_from_hardware": False,
        "source_key": GIVEN,
        **case.model,
    }
    return _row(case.key, cells, catalogue)


def account_row(case, accounts):
    """The case as a row of own accounts."""
    cells = {"energy_holds_pue": False, "power_assumed": False, **case.account}
    if case.pue is not None:
        cells |= dict(zip(("pue_low", "pue", "pue_high"), case.pue, strict=True))
        cells["pue_source_key"] = GIVEN
    cells.setdefault("energy_rests_on", _rests_on(cells))
    return _row(case.key, cells, accounts)


def _rests_on(cells):
    if pd.isna(cells.get("energy_mwh", np.nan)):
        return None
    return energy_accounts.MEASURED


def _row(key, cells, like):
    unknown = sorted(set(cells) - set(like.columns))
    if unknown:
        raise ValueError(f"cells must be columns of the table; not so: {unknown}")
    columns = {
        name: pd.Series([cells.get(name)], index=[key], dtype=kind)
        for name, kind in like.dtypes.items()
    }
    return pd.DataFrame(columns, index=pd.Index([key], name=like.index.name))
