"""Error of the summaries of models of the ledger against the number of draws."""

from ai_lifecycle import runlog, tables
from ai_lifecycle.prior_tables import convergence_table
from ai_lifecycle.uncertainty_tables import ledger_models


def main(inputs, out, *, requests_per_day, accelerator, shown):
    """Inputs of the models shown as the ledger has them; write the errors."""
    desk = ledger_models.Desk(inputs, requests_per_day=requests_per_day, accelerator=accelerator)
    frame = convergence_table.table(desk.models(shown))
    tables.write_csv(
        frame[list(tables.declaration(convergence_table.TABLE))], out, convergence_table.TABLE
    )
    print(frame[frame["draws"] == frame["draws"].max()].to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            dict(snakemake.input.items()),
            snakemake.output.convergence,
            requests_per_day=snakemake.params.requests_per_day,
            accelerator=snakemake.params.accelerator,
            shown=snakemake.params.shown,
        )
