"""Energy and carbon of every training disclosure, and each recomputed from its own numbers."""

from ai_lifecycle import constants, runlog, tables
from ai_lifecycle.training_tables import calculator, carbon, checks, disclosures, places


def main(
    models,
    disclosed,
    comparisons,
    readings,
    calculator_rows,
    figure_4,
    quantities,
    training_places,
    basis,
    annual_intensity,
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
    known = places.read(training_places, basis, annual_intensity, catalogue, references=references)
    limit = constants.value("training.grid_year_gap_limit", constants_path, unit="year")
    table = carbon.table(
        catalogue,
        facts,
        constants.value("us_grid.average_intensity_llama", constants_path, unit="kg/kWh"),
        constants.value("us_grid.average_intensity_patterson", constants_path, unit="kg/kWh"),
        places.intensities(*known, limit),
    )
    pairs = checks.read_comparisons(comparisons, references=references)
    charitable = checks.read_readings(readings, references=references)
    cards = calculator.read(calculator_rows, references=references)
    reconciled = checks.table(facts, pairs, charitable, cards)
    print(f"{len(catalogue)} models, {len(facts)} figures, {len(table)} accounts")
    own = table[table["account"] == "own"]
    for column in ("emissions_at_location_tco2e", "emissions_at_grid_tco2e"):
        print(f"{own[column].notna().sum()} models with {column}")
    counted = reconciled[reconciled["counted"]]
    for (kind, outcome), rows in counted.groupby(["kind", "outcome"], sort=True):
        print(f"{kind}: {len(rows)} {outcome}")
    tables.write_csv(table, carbon_out, "training_carbon")
    tables.write_csv(reconciled, reconciliation_out, "training_reconciliation")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.models,
            snakemake.input.disclosures,
            snakemake.input.comparisons,
            snakemake.input.readings,
            snakemake.input.calculator,
            snakemake.input.figure_4,
            snakemake.input.quantities,
            snakemake.input.places,
            snakemake.input.basis,
            snakemake.input.annual_intensity,
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            carbon_out=snakemake.output.carbon,
            reconciliation_out=snakemake.output.reconciliation,
        )
