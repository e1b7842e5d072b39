"""What the method says of each disclosed training run without its disclosure, and how well."""

import pandas as pd

from ai_lifecycle import constants, runlog, tables, units
from ai_lifecycle.backtest_tables import left_out, observations, summary, table
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue import names
from ai_lifecycle.training_tables import disclosures, energy_accounts, energy_pue

WORLD = {"producer": "ember", "area": "World", "measure": "average"}


def world_kg_per_kwh(annual):
    """Average intensity of the world, latest year."""
    frame = tables.read_csv(annual, "annual_intensity")
    for column, value in WORLD.items():
        frame = frame[frame[column] == value]
    if frame.empty:
        raise DataError("no average of the world", file=annual, column="area", found=None,
                        allowed=WORLD["area"])  # fmt: skip
    latest = frame.sort_values("year", kind="stable").iloc[-1]
    return float(latest["intensity_g_per_kwh"]) / units.GRAMS_PER_KILOGRAM


def main(
    models_table,
    carbon_table,
    annual,
    training_models,
    disclosed,
    vocabulary,
    figure_4,
    compute_table,
    accelerator_names,
    training_accelerators,
    hardware,
    pue_table,
    operators_table,
    constants_path,
    references,
    *,
    as_of,
    seed,
    backtest_out,
    summary_out,
):
    """Read evidence strictly, predict each disclosure without it, write both tables."""
    models = tables.read_csv(models_table, "models").set_index("model_id")
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
    pue = energy_pue.read(pue_table, operators_table, references=references)
    compute = observations.read_compute(compute_table, models.index, references=references)
    carbon = tables.read_csv(carbon_table, "training_carbon")
    evidence = observations.evidence(models, own, carbon, compute)
    about = catalogue.set_index("model_id")
    observed = observations.observed(evidence, own, about["scope"], facts)
    organisations = observations.organisations(models["organisation"], pue[1])
    groups = observations.groups(evidence.index, organisations, about["source_key"])
    exponent = int(constants.value("backtest.draws_exponent", constants_path, unit="1"))
    points = left_out.points(seed, exponent)
    method = left_out.Method(models, evidence, own, accelerators, pue, constants_path, points)
    without = table.without_of(observed, evidence, organisations, groups)
    predicted = table.predicted(method, observed, without, groups)
    rivals = [
        table.rated_power(method, predicted, world_kg_per_kwh(annual)),
        table.regression(method, predicted, without, groups),
    ]
    frame = table.finished(pd.concat([predicted, *rivals]), evidence, groups)
    short = summary.summarised(frame, constants_path)
    shown = short[(short["subset"] == "all") & (short["rests_on"] == "all")]
    print(shown.drop(columns=["subset", "rests_on", "remark"]).round(2).to_string(index=False))
    tables.write_csv(frame, backtest_out, "backtest")
    tables.write_csv(short, summary_out, "backtest_summary")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.models,
            snakemake.input.carbon,
            snakemake.input.annual,
            snakemake.input.training_models,
            snakemake.input.disclosures,
            snakemake.input.quantities,
            snakemake.input.figure_4,
            snakemake.input.compute,
            snakemake.input.accelerator_names,
            snakemake.input.training_accelerators,
            snakemake.input.hardware,
            snakemake.input.pue,
            snakemake.input.operators,
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            seed=snakemake.params.seed,
            backtest_out=snakemake.output.backtest,
            summary_out=snakemake.output.summary,
        )
