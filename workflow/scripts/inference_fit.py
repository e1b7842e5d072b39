"""Energy models of text, images and videos fitted to measurements, and how far they hold."""

import pandas as pd

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.inference_tables import (
    design,
    diffusion_fit,
    levers,
    plausibility,
    token_fit,
    token_production,
)


def main(inputs, outputs, seed, replicates):
    """Write the tables of inference energy.

    Parameters
    ----------
    inputs : mapping
        text, diffusion, features, architectures, disclosures, cases, references: paths.
    outputs : mapping
        parameters, errors, plausibility, production, levers: paths.
    seed, replicates : int
        Of the bootstraps.
    """
    known = constants.load()
    text = tables.read_csv(inputs["text"], "ml_energy_text")
    diffusion = tables.read_csv(inputs["diffusion"], "ml_energy_diffusion")
    shapes = design.architectures(
        tables.read_csv(inputs["features"], "model_architectures"),
        facts.read(
            inputs["architectures"], "inference_architectures", references=inputs["references"]
        ),
    )
    parameters, errors = fits(text, diffusion, shapes, known, seed, replicates)
    disclosures = facts.read(
        inputs["disclosures"], "inference_disclosures", references=inputs["references"]
    )
    cases = tables.read_csv(inputs["cases"], "inference_cases")
    pairs = levers.ratios(levers.outputs(text, diffusion))
    written = {
        "parameters": ("inference_parameters", parameters),
        "errors": ("inference_fit_errors", errors),
        "plausibility": (
            "inference_plausibility",
            plausibility.table(cases, disclosures, shapes, parameters, known, weight_bytes(known)),
        ),
        "production": ("inference_production", token_production.table(text, known)),
        "levers": ("inference_levers", levers.summary(pairs)),
    }
    for key, (table, frame) in written.items():
        tables.write_csv(frame[list(tables.declaration(table))], outputs[key], table)
        print(f"{table}: {len(frame)} rows")
    print(overall(errors).to_string(index=False))


def weight_bytes(known):
    """Bytes of a parameter by precision. [B]"""
    return {name: known[f"inference.weight_bytes_{name}"].value for name in design.ARITHMETIC}


def fits(text, diffusion, shapes, known, seed, replicates):
    """Parameters and errors of the three fits."""
    prompt = known["inference.fitted_prompt_tokens"]

    def rows_of(**changed):
        settings = {
            "prompt_tokens": prompt.value,
            "bytes_by_precision": weight_bytes(known),
            "cache_bytes": known["inference.cache_value_bytes"].value,
        }
        return design.fitted(design.rows(text, shapes, **(settings | changed)))

    every = design.rows(
        text, shapes, prompt_tokens=prompt.value, bytes_by_precision=weight_bytes(known),
        cache_bytes=known["inference.cache_value_bytes"].value,
    )  # fmt: skip
    code = every[(every["task"] == "sourcegraph-fim").to_numpy()].reset_index(drop=True)
    frame = design.fitted(every)
    model = token_fit.TokenFit(frame)
    parameters = [token_fit.parameters(model, replicates=replicates, seed=seed)]
    errors = [
        token_fit.errors(model, token_fit.TokenFit(code)),
        token_fit.variants(rows_of, frame, prompt),
    ]
    for task, kind in (("text-to-image", "image"), ("text-to-video", "video")):
        rows = diffusion[(diffusion["task"] == task).to_numpy()].reset_index(drop=True)
        found = diffusion_fit.tables(rows, kind, replicates=replicates, seed=seed)
        parameters.append(found[0])
        errors.append(found[1])
    return pd.concat(parameters, ignore_index=True), pd.concat(errors, ignore_index=True)


def overall(errors):
    """The errors over all rows, for the log."""
    return errors[errors["subject"] == token_fit.EVERYONE].round(3)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output,
            snakemake.params.seed,
            snakemake.params.replicates,
        )
