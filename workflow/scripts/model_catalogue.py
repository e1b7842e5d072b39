"""One row a model over our disclosures and Epoch AI's table, and who was left out and why."""

import pandas as pd

from ai_lifecycle import facts, runlog, tables
from ai_lifecycle.model_catalogue import catalogue, contradictions, names
from ai_lifecycle.training_tables import disclosures


def main(
    epoch_models,
    quality,
    disclosed,
    vocabulary,
    figure_4,
    training_models,
    model_names,
    active_parameters,
    accelerator_names,
    training_accelerators,
    hardware,
    references,
    *,
    as_of,
    models_out,
    left_out,
    quality_out,
):
    """Read both catalogues strictly, join them, write who is in and who is not."""
    own, figures = disclosures.read(
        training_models, disclosed, vocabulary, figure_4, references=references, as_of=as_of
    )
    listed = tables.read_csv(epoch_models, "epoch_models")
    relations = names.read_models(model_names, own, listed["epoch_id"], references=references)
    names.require_no_unlisted_twin(relations, own, listed, model_names)
    known = tables.read_csv(hardware, "hardware_accelerators")["accelerator"]
    mapped, accelerators = names.read_accelerators(
        accelerator_names, training_accelerators, known, references=references
    )
    active = facts.read(active_parameters, "model_active_parameters", references=references)
    theirs = catalogue.from_epoch(listed, active, mapped, accelerators)
    ours = catalogue.from_disclosures(own, figures, mapped, accelerators)
    frame = catalogue.joined(ours, theirs, relations, active)
    frame = contradictions.refuse_compute(frame, accelerators)
    models, left = catalogue.divided(frame, list(accelerators.index))
    print(f"{len(models)} models, {len(left)} left out")
    print(models["catalogue"].value_counts(sort=False).to_string())
    tables.write_csv(models, models_out, "models")
    tables.write_csv(left, left_out, "models_left_out")
    faults = pd.concat(
        [tables.read_csv(quality, "epoch_models_quality"), catalogue.quality(frame)],
        ignore_index=True,
    )
    tables.write_csv(faults, quality_out, "model_data_quality")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.epoch_models,
            snakemake.input.quality,
            snakemake.input.disclosures,
            snakemake.input.quantities,
            snakemake.input.figure_4,
            snakemake.input.models,
            snakemake.input.model_names,
            snakemake.input.active_parameters,
            snakemake.input.accelerator_names,
            snakemake.input.training_accelerators,
            snakemake.input.hardware,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            models_out=snakemake.output.models,
            left_out=snakemake.output.left_out,
            quality_out=snakemake.output.quality,
        )
