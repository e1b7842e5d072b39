"""Every emission of the ledger with its 5th to 95th percentile, and the inputs that make it."""

import pandas as pd

from ai_lifecycle import runlog, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.uncertainty_tables import drivers, ledger_models, model_draws, widening_table
from ai_lifecycle.uncertainty_tables import ledger_uncertainty_tables as built


def tornados(models, wanted, ledger):
    """One input at a time, of chosen models; each must have a whole total."""
    known = {model.model_id: model for model in models}
    stands = model_draws.present_of(ledger)
    rows = []
    for name in wanted:
        where = {"file": "config/config.yaml", "key": "lifecycle.tornado_models", "found": name}
        if name not in known:
            raise DataError("model is not in the ledger", allowed=set(stands), **where)
        if "made" not in drivers.complete_of(stands[name]):
            raise DataError("model has no total in the ledger", **where)
        rows += drivers.tornado(known[name], "made")
    return pd.DataFrame(rows)


def main(inputs, outputs, *, seed, requests_per_day, accelerator, tornado_models):
    """Join the blocks, write the tables."""
    desk = ledger_models.Desk(inputs, requests_per_day=requests_per_day, accelerator=accelerator)
    ledger = tables.read_csv(inputs["ledger"], "ledger")
    years = ledger_models.years_of(desk.tables["training_energy"], ledger)
    blocks = [built.read(path) for path in inputs["blocks"]]
    quantiles, driving, sums, widths = built.gathered(blocks, years, seed)
    for name, frame in {
        "ledger_quantiles": quantiles,
        "ledger_drivers": driving,
        "ledger_sums": sums,
        "ledger_widening": widening_table.with_widths(desk.lacking, widths),
        "ledger_tornado": tornados(desk.models(tornado_models), tornado_models, ledger),
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
