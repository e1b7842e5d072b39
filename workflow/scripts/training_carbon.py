"""Energy and carbon of every training disclosure, and each recomputed from its own numbers."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.training_tables import carbon, checks, disclosures


def main(
    models,
    disclosed,
    comparisons,
    figure_4,
    quantities,
    constants_path,
    references,
    *,
    as_of,
    carbon_out,
    reconciliation_out,
):
    """Read the facts strictly; write the two tables."""
    catalogue, facts = disclosures.read(
        models, disclosed, quantities, figure_4, references=references, as_of=as_of
    )
    table = carbon.table(
        catalogue,
        facts,
        constants.value("us_grid.average_intensity_llama", constants_path),
        constants.value("us_grid.average_intensity_patterson", constants_path),
    )
    pairs = checks.read_comparisons(comparisons, references=references)
    reconciled = checks.table(facts, pairs)
    print(f"{len(catalogue)} models, {len(facts)} figures, {len(table)} accounts")
    for outcome, count in reconciled["outcome"].value_counts(sort=False).items():
        print(f"{count} checks: {outcome}")
    tables.write_csv(table, carbon_out, "training_carbon")
    tables.write_csv(reconciled, reconciliation_out, "training_reconciliation")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.models,
            snakemake.input.disclosures,
            snakemake.input.comparisons,
            snakemake.input.figure_4,
            snakemake.input.quantities,
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            carbon_out=snakemake.output.carbon,
            reconciliation_out=snakemake.output.reconciliation,
        )
