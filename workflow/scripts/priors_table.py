"""Every constant and every inferred quantity of the build with its distribution."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.prior_tables import table


def main(
    constants_path, shapes, training_priors, training_energy, basis, per_hour, parameters,
    service, widening, out,
):  # fmt: skip
    """Read what was assumed, fitted or chosen by place, write the table of priors."""
    read = tables.read_csv
    inferred = [
        table.of_training(read(training_priors, "training_priors")),
        table.of_pue(read(training_energy, "training_energy")),
        table.of_grids(read(basis, "ledger_basis")),
        table.of_hardware(read(per_hour, "embodied_per_hour")),
        table.of_inference(
            read(parameters, "inference_parameters"), read(service, "inference_service")
        ),
        table.of_errors(read(widening, "ledger_widening")),
    ]
    known = read(shapes, "prior_shapes")
    frame = table.summarised(
        table.of_constants(constants.load(constants_path)),
        *(table.shaped(part, known) for part in inferred),
    )
    tables.write_csv(frame, out, table.TABLE)
    print(frame.groupby(["subject", "kind"]).size().to_string())


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.constants,
            snakemake.input.shapes,
            snakemake.input.training_priors,
            snakemake.input.training_energy,
            snakemake.input.basis,
            snakemake.input.per_hour,
            snakemake.input.parameters,
            snakemake.input.service,
            snakemake.input.widening,
            snakemake.output.priors,
        )
