"""Every emission of the ledger with its 5th to 95th percentile, and the inputs that make it."""

import pandas as pd

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle import breakeven
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.uncertainty_tables import drivers, model_draws, widening_table
from ai_lifecycle.uncertainty_tables import ledger_uncertainty_tables as built
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import Service

READ = ("training_energy", "inference_requests", "embodied_per_hour", "ledger_basis", "models")


def service_of(requests_per_day, assumptions, requests, known):
    """The service that the ledger gives every model, with its ranges."""
    life = known.known("service.life", unit="year")
    power = assumptions.set_index("parameter").loc["working_power"]
    return Service(
        requests=tuple(
            breakeven.requests_served(requests_per_day, [life.low, life.value, life.high])
        ),
        working_power_w=tuple(power[["least_energy", "value", "most_energy"]].astype(float)),
        fit_sigma_log=float(requests["fit_sigma_log"].iloc[0]),
        source_key=life.source_key,
    )


def tornados(models, wanted, ledger):
    """One input at a time, of chosen models; each must have a whole total."""
    known = {model.model_id: model for model in models}
    stands = model_draws.present_of(ledger)
    rows = []
    for name in wanted:
        where = {"file": "config/config.yaml", "key": "lifecycle.tornado_models", "found": name}
        if name not in known:
            raise DataError("model is not in the ledger", allowed=set(known), **where)
        if "made" not in drivers.complete_of(stands[name]):
            raise DataError("model has no total in the ledger", **where)
        rows += drivers.tornado(known[name], "made")
    return pd.DataFrame(rows)


def main(inputs, outputs, *, seed, requests_per_day, accelerator, tornado_models):
    """Draw every model, write the tables."""
    read = {name: tables.read_csv(inputs[name], name) for name in READ}
    ledger = tables.read_csv(inputs["ledger"], "ledger")
    known = constants.load(inputs["constants"])
    assumptions = tables.read_csv(inputs["service"], "inference_service")
    service = service_of(requests_per_day, assumptions, read["inference_requests"], known)
    backtest = tables.read_csv(inputs["backtest"], "backtest")
    lacking = widening_table.fitted(backtest, service.fit_sigma_log)
    serving = ledger_table.SERVING[accelerator]
    models = list(built.models_of(read, service, known, widening_table.factors(lacking), serving))
    sums = built.Sums(built.years_of(read["training_energy"], ledger), seed)
    quantiles, driving, widths = built.worked(models, ledger, sums, seed)
    for name, frame in {
        "ledger_quantiles": quantiles,
        "ledger_drivers": driving,
        "ledger_sums": sums.table(),
        "ledger_widening": widening_table.with_widths(lacking, widths),
        "ledger_tornado": tornados(models, tornado_models, ledger),
    }.items():
        tables.write_csv(frame[list(tables.declaration(name))], outputs[name], name)
        print(f"{name}: {len(frame)} rows")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            dict(snakemake.input.items()),
            dict(snakemake.output.items()),
            seed=snakemake.params.seed,
            requests_per_day=snakemake.params.requests_per_day,
            accelerator=snakemake.params.accelerator,
            tornado_models=snakemake.params.tornado_models,
        )
