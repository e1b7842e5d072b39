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
    assumed = constants.load()
    text = tables.read_csv(inputs["text"], "ml_energy_text")
    diffusion = tables.read_csv(inputs["diffusion"], "ml_energy_diffusion")
    shapes = design.architectures(
        tables.read_csv(inputs["features"], "model_architectures"),
        facts.read(
            inputs["architectures"], "inference_architectures", references=inputs["references"]
        ),
    )
    parameters, errors = fits(text, diffusion, shapes, assumed, seed, replicates)
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
            plausibility.table(
                cases, disclosures, shapes, parameters, assumed, weight_bytes(assumed)
            ),
        ),
        "production": ("inference_production", token_production.table(text, assumed)),
        "levers": ("inference_levers", levers.summary(pairs)),
    }
    for key, (table, frame) in written.items():
        tables.write_csv(frame[list(tables.declaration(table))], outputs[key], table)
        print(f"{table}: {len(frame)} rows")
    print(overall(errors).to_string(index=False))


def weight_bytes(assumed):
    """Bytes of a parameter by precision. [B]"""
    return {
        "bfloat16": assumed.value("inference.weight_bytes_bfloat16", unit="B"),
        "fp8": assumed.value("inference.weight_bytes_fp8", unit="B"),
        "mxfp4": assumed.value("inference.weight_bytes_mxfp4", unit="B"),
    }


def fits(text, diffusion, shapes, assumed, seed, replicates):
    """Parameters and errors of the three fits."""
    prompt = assumed.known("inference.fitted_prompt_tokens", unit="tokens")
    cache_bytes = assumed.value("inference.cache_value_bytes", unit="B")

    def rows_of(**changed):
        settings = {
            "prompt_tokens": prompt.value,
            "bytes_by_precision": weight_bytes(assumed),
            "cache_bytes": cache_bytes,
        }
        return design.fitted(design.rows(text, shapes, **(settings | changed)))

    every = design.rows(
        text, shapes, prompt_tokens=prompt.value, bytes_by_precision=weight_bytes(assumed),
        cache_bytes=cache_bytes,
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
