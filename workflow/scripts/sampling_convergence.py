"""Error of the summaries of models of the ledger against the number of draws."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.lifecycle import breakeven
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.prior_tables import convergence_table
from ai_lifecycle.uncertainty_tables import ledger_uncertainty_tables, widening_table
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import Service

READ = ("training_energy", "inference_requests", "embodied_per_hour", "ledger_basis", "models")
BY_MODEL = ("training_energy", "inference_requests", "ledger_basis", "models")


def main(inputs, out, *, requests_per_day, accelerator, shown):
    """Inputs of the models shown as the ledger has them; write the errors."""
    read = {name: tables.read_csv(inputs[name], name) for name in READ}
    fit_sigma_log = float(read["inference_requests"]["fit_sigma_log"].iloc[0])
    for name in BY_MODEL:
        read[name] = read[name][read[name]["model_id"].isin(shown)]
    known = constants.load(inputs["constants"])
    life = known.known("service.life", unit="year")
    assumed = tables.read_csv(inputs["service"], "inference_service").set_index("parameter")
    power = assumed.loc["working_power", ["least_energy", "value", "most_energy"]]
    service = Service(
        requests=tuple(
            breakeven.requests_served(requests_per_day, [life.low, life.value, life.high])
        ),
        working_power_w=tuple(power.astype(float)),
        fit_sigma_log=fit_sigma_log,
        source_key=life.source_key,
    )
    widened = widening_table.factors(tables.read_csv(inputs["widening"], "ledger_widening"))
    models = ledger_uncertainty_tables.models_of(
        read, service, known, widened, ledger_table.SERVING[accelerator]
    )
    frame = convergence_table.table(models)
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
