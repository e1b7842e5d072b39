"""Some models of the ledger drawn: their percentiles, what drives them, their part of the sums."""

from ai_lifecycle import runlog, tables
from ai_lifecycle.uncertainty_tables import ledger_models
from ai_lifecycle.uncertainty_tables import ledger_uncertainty_tables as built


def main(inputs, out, *, seed, requests_per_day, accelerator, block):
    """Draw the models of one block, such as ``1-of-2``."""
    desk = ledger_models.Desk(inputs, requests_per_day=requests_per_day, accelerator=accelerator)
    ledger = tables.read_csv(inputs["ledger"], "ledger")
    years = ledger_models.years_of(desk.tables["training_energy"], ledger)
    names = built.share_of(desk.names, *map(int, block.split("-of-")))
    built.write(built.worked(desk.models(names), ledger, years, seed), out)
    print(f"{len(names)} of {len(desk.names)} models")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            dict(snakemake.input.items()),
            snakemake.output.block,
            seed=snakemake.params.seed,
            requests_per_day=snakemake.params.requests_per_day,
            accelerator=snakemake.params.accelerator,
            block=snakemake.wildcards.scatteritem,
        )
