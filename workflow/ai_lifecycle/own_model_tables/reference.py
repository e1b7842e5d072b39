"""What the accounting of a model reads besides the model: built tables, facts and constants."""

from dataclasses import dataclass, field

import pandas as pd

from ai_lifecycle import constants, facts, tables
from ai_lifecycle.inference_tables import design
from ai_lifecycle.lifecycle_tables import annual_grid, grid_basis
from ai_lifecycle.model_catalogue import names
from ai_lifecycle.own_model_tables.accelerators import extended
from ai_lifecycle.training_tables import disclosures, energy_accounts, energy_pue
from ai_lifecycle.uncertainty_tables import widening_table

TABLES = {
    "models": "models",
    "priors": "training_priors",
    "per_hour": "embodied_per_hour",
    "requests": "inference_requests",
    "backtest": "backtest",
    "training": "training_energy",
    "annual": "annual_intensity",
    "parameters": "inference_parameters",
    "text": "ml_energy_text",
    "features": "model_architectures",
}
FACTS = {
    "architectures": "inference_architectures",
}


@dataclass(frozen=True)
class Reference:
    """Tables of the finished build that the ledger is made of, and the constants."""

    tables: dict
    catalogue: pd.DataFrame
    accounts: pd.DataFrame
    accelerators: pd.DataFrame
    pue: pd.DataFrame
    operators: pd.Series
    countries: pd.DataFrame
    hourly: pd.DataFrame
    architectures: pd.DataFrame
    shapes: pd.DataFrame
    lacking: dict
    lacking_sources: dict
    constants_path: str
    as_of: str
    _made: dict = field(default_factory=dict, repr=False, compare=False)

    def once(self, key, make):
        """What `make` gives, made once for each key: many cases ask for the same."""
        key = repr(key)
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]


def read(paths, *, as_of):
    """All of it, read strictly.

    Parameters
    ----------
    paths : mapping of str to path
        By the names of the inputs of rule ``my_model``.
    as_of : str
        ISO date after which no publication may lie.

    Returns
    -------
    Reference
    """
    built = {key: tables.read_csv(paths[key], table) for key, table in TABLES.items()}
    catalogue = built["models"].set_index("model_id")
    hardware = tables.read_csv(paths["hardware"], "hardware_accelerators")
    _, trained_on = names.read_accelerators(
        paths["accelerator_names"],
        paths["training_accelerators"],
        hardware["accelerator"],
        references=paths["references"],
    )
    listed, disclosed = disclosures.read(
        paths["training_models"],
        paths["disclosures"],
        paths["quantities"],
        paths["figure_4"],
        references=paths["references"],
        as_of=as_of,
    )
    rated = catalogue["accelerator"].map(trained_on["rated_power_w"]).astype(float)
    values, operators = energy_pue.read(
        paths["pue"], paths["operators"], references=paths["references"]
    )
    architectures = facts.read(
        paths["architectures"], FACTS["architectures"], references=paths["references"]
    )
    hourly = tables.read_parquet(paths["hourly"], "electricity_maps_hourly")
    constants.load(paths["constants"])
    lacking = _lacking(built)
    return Reference(
        tables=built,
        catalogue=catalogue,
        accounts=energy_accounts.own_accounts(listed, disclosed, rated),
        accelerators=extended(trained_on, hardware),
        pue=values,
        operators=operators,
        countries=grid_basis.read_countries(
            paths["countries"], built["annual"], references=paths["references"]
        ),
        hourly=annual_grid.hourly_means(hourly),
        architectures=architectures,
        shapes=design.architectures(built["features"], architectures),
        lacking=widening_table.factors(lacking),
        lacking_sources=widening_table.sources_of(lacking),
        constants_path=paths["constants"],
        as_of=as_of,
    )


def _lacking(built):
    """Factors of the widening and the disclosures behind them, as the ledger has them."""
    sigma = float(built["requests"]["fit_sigma_log"].iloc[0])
    sources = built["training"].set_index("model_id")["source_key"].to_dict()
    return widening_table.fitted(built["backtest"], sigma, sources)
