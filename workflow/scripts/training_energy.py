"""Energy of training of every model with enough data, by the best evidence, with its ranges."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.model_catalogue import names
from ai_lifecycle.training_tables import (
    disclosures,
    energy,
    energy_accounts,
    energy_priors,
    energy_pue,
)


def main(
    models_table,
    models_left_out,
    training_models,
    disclosed,
    vocabulary,
    figure_4,
    accelerator_names,
    training_accelerators,
    hardware,
    pue_table,
    operators_table,
    multipliers_table,
    constants_path,
    references,
    *,
    as_of,
    energy_out,
    excluded_out,
    priors_out,
    check_out,
):
    """Read evidence strictly, fit what is fitted, choose routes, write the tables."""
    models = tables.read_csv(models_table, "models").set_index("model_id")
    left_before = tables.read_csv(models_left_out, "models_left_out")
    catalogue, facts = disclosures.read(
        training_models, disclosed, vocabulary, figure_4, references=references, as_of=as_of
    )
    known = tables.read_csv(hardware, "hardware_accelerators")["accelerator"]
    _, accelerators = names.read_accelerators(
        accelerator_names, training_accelerators, known, references=references
    )
    constants.load(constants_path)
    rated = models["accelerator"].map(accelerators["rated_power_w"]).astype(float)
    own = energy_accounts.own_accounts(catalogue, facts, rated)
    runs = energy_priors.independent_runs(models, accelerators)
    nodes = energy_priors.node_runs(own, models.reset_index(), accelerators)
    families = sorted(set(accelerators["family"]))
    priors = energy_priors.table(
        runs, nodes, families, [f for f in families if f.startswith("TPU")], constants_path
    )
    values, operators = energy_pue.read(pue_table, operators_table, references=references)
    pue = energy_pue.chosen(models, own, values, operators, constants_path)
    multipliers = energy.read_multipliers(multipliers_table, models.index, references=references)
    table, left, check = energy.worked(
        models, own, accelerators, priors, pue, multipliers, constants_path
    )
    print(f"{len(table)} models with an energy, {len(left)} of the catalogue without")
    print(table["route"].value_counts(sort=False).to_string())
    tables.write_csv(table, energy_out, "training_energy")
    tables.write_csv(energy.excluded(left_before, left), excluded_out, "training_excluded")
    tables.write_csv(priors, priors_out, "training_priors")
    tables.write_csv(check, check_out, "training_route_check")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.models,
            snakemake.input.left_out,
            snakemake.input.training_models,
            snakemake.input.disclosures,
            snakemake.input.quantities,
            snakemake.input.figure_4,
            snakemake.input.accelerator_names,
            snakemake.input.training_accelerators,
            snakemake.input.hardware,
            snakemake.input.pue,
            snakemake.input.operators,
            snakemake.input.multipliers,
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            energy_out=snakemake.output.energy,
            excluded_out=snakemake.output.excluded,
            priors_out=snakemake.output.priors,
            check_out=snakemake.output.check,
        )
