"""The models of the ledger with their inputs as distributions, from the published tables."""

import pandas as pd

from ai_lifecycle import constants, tables
from ai_lifecycle.lifecycle_tables import declared_service
from ai_lifecycle.uncertainty_tables import (
    drivers,
    footprint_inputs,
    life_cycle_inputs,
    model_draws,
    widening_table,
)

READ = ("training_energy", "inference_requests", "embodied_per_hour", "ledger_basis", "models")
BY_MODEL = ("training_energy", "inference_requests", "ledger_basis", "models")


class Desk:
    """The tables that the models are made from.

    Parameters
    ----------
    paths : mapping of str to path
        `READ`, service (``inference_service``), backtest and constants.
    requests_per_day : float
    accelerator : str
        That serves, as the configuration has it.
    """

    def __init__(self, paths, *, requests_per_day, accelerator):
        self.tables = {name: tables.read_csv(paths[name], name) for name in READ}
        self.constants = constants.load(paths["constants"])
        declared = declared_service.service_of(requests_per_day, accelerator, self.constants)
        assumed = tables.read_csv(paths["service"], "inference_service")
        requests = self.tables["inference_requests"]
        self.service = service_of(declared, assumed, requests)
        self.serving = declared["accelerator"]
        # Factors for what the priors lack, and the disclosures behind them.
        backtest = tables.read_csv(paths["backtest"], "backtest")
        training = self.tables["training_energy"]
        sources = dict(zip(training["model_id"], training["source_key"], strict=True))
        self.lacking = widening_table.fitted(backtest, self.service.fit_sigma_log, sources)

    @property
    def names(self):
        """Every model, in the order of the published tables."""
        return sorted(self.tables["training_energy"]["model_id"])

    def models(self, names):
        """Inputs of some models, in the order of `names` sorted."""
        read = {
            name: table[table["model_id"].isin(list(names))] if name in BY_MODEL else table
            for name, table in self.tables.items()
        }
        factors = widening_table.factors(self.lacking)
        seen_on = widening_table.sources_of(self.lacking)
        return models_of(read, self.service, self.constants, factors, self.serving, seen_on)


def service_of(declared, assumed, requests):
    """The declared service with its ranges.

    Parameters
    ----------
    declared : dict
        From `declared_service.service_of`.
    assumed : DataFrame
        ``inference_service``.
    requests : DataFrame
        ``inference_requests``.

    Returns
    -------
    life_cycle_inputs.Service
    """
    power = assumed.set_index("parameter").loc["working_power"]
    return life_cycle_inputs.Service(
        requests=declared["requests"],
        working_power_w=tuple(power[["least_energy", "value", "most_energy"]].astype(float)),
        fit_sigma_log=float(requests["fit_sigma_log"].iloc[0]),
        source_key=declared["life_source_key"],
    )


def models_of(tables, service, constants, lacking, serving, lacking_sources=None):
    """Inputs of every model of the ledger.

    Parameters
    ----------
    tables : dict of str to DataFrame
        training_energy, inference_requests, embodied_per_hour, ledger_basis, models.
    service : life_cycle_inputs.Service
    constants : ai_lifecycle.constants.Constants
    lacking : dict of str to float
        From ``widening_table.factors``.
    serving : str
        Accelerator that serves.
    lacking_sources : dict of str to str, optional
        From ``widening_table.sources_of``.

    Yields
    ------
    LifeCycleInputs
        In the order of model_id.
    """
    per_hour = tables["embodied_per_hour"]
    parts, none = dict(tuple(per_hour.groupby("accelerator"))), per_hour.iloc[:0]
    served, assets = parts.get(serving, none), {}
    requests = {row["model_id"]: row for row in tables["inference_requests"].to_dict("records")}
    basis = {
        name: rows.set_index("accounting_method").to_dict("index")
        for name, rows in tables["ledger_basis"].groupby("model_id")
    }
    developers = first_developers(tables["models"])
    ordered = tables["training_energy"].sort_values("model_id", kind="stable")
    for row in ordered.to_dict("records"):
        name, machine = row["model_id"], row["accelerator"]
        if machine not in assets:
            assets[machine] = footprint_inputs.footprints(
                parts.get(machine, none), served, constants
            )
        yield life_cycle_inputs.life_cycle_inputs(
            row, requests.get(name), assets[machine], basis[name], service,
            constants, lacking, developer=developers.get(name), lacking_sources=lacking_sources,
        )  # fmt: skip


def first_developers(models):
    """First-named organisation of each model that names one."""
    named = models[models["organisation"].notna()]
    first = named["organisation"].str.split(",").str[0].str.strip()
    return dict(zip(named["model_id"], first, strict=True))


def years_of(training, ledger):
    """Year of publication of each model that a sum may hold without counting anything twice.

    Parameters
    ----------
    training : DataFrame
        model_id, part_of and publication_date of ``training_energy``.
    ledger : DataFrame
        ``ledger``: what has a total.

    Returns
    -------
    dict of str to int or None
        A part is in it unless a whole that holds it has a total; None where no date is known.
    """
    totals = {
        name
        for name, present in model_draws.present_of(ledger).items()
        if "made" in drivers.complete_of(present)
    }
    parts = training[training["part_of"].notna()]
    whole_of = dict(zip(parts["model_id"], parts["part_of"], strict=True))
    years = {}
    for name, date in zip(training["model_id"], training["publication_date"], strict=True):
        whole = whole_of.get(name)
        while whole is not None and whole not in totals:
            whole = whole_of.get(whole)
        if whole is None:
            years[name] = None if pd.isna(date) else date.year
    return years
