"""Energy and accelerator-hours of one request of the declared service, model by model."""

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference_tables import design, requests, service_assumptions, token_fit

# The product that stands for each name of the measurements.
PRODUCTS = {"H100": "NVIDIA H100 SXM5 80GB", "B200": "NVIDIA B200"}


def main(inputs, outputs, request, text_tasks):
    """Write the requests, the models left out and what is assumed.

    Parameters
    ----------
    inputs : mapping
        models, text, features, gpus, parameters, errors, architectures, declared, references:
        paths.
    outputs : mapping
        requests, excluded, service: paths.
    request : mapping
        prompt_tokens, output_tokens, accelerator, precision.
    text_tasks : sequence of str
        Tasks whose answer is text to a prompt of text.
    """
    text = tables.read_csv(inputs["text"], "ml_energy_text")
    features = tables.read_csv(inputs["features"], "model_architectures")
    architectures = facts.read(
        inputs["architectures"], "inference_architectures", references=inputs["references"]
    )
    assumptions = service_assumptions.table(
        text, features, architectures,
        tables.read_csv(inputs["parameters"], "inference_parameters"), constants.load(), request,
    )  # fmt: skip
    declared = tables.read_csv(inputs["declared"], "inference_request_models")
    kept, excluded = requests.served(
        tables.read_csv(inputs["models"], "models"), declared, text_tasks
    )
    found = requests.table(
        kept,
        declared,
        design.architectures(features, architectures),
        assumptions,
        request,
        released(tables.read_csv(inputs["gpus"], "chip_dataset_gpus"), request["accelerator"]),
        held_out_sigma(tables.read_csv(inputs["errors"], "inference_fit_errors")),
    )
    for key, table, frame in (
        ("requests", "inference_requests", found),
        ("excluded", "inference_requests_excluded", excluded),
        ("service", "inference_service", assumptions),
    ):
        tables.write_csv(frame[list(tables.declaration(table))], outputs[key], table)
    print(f"{len(found)} models with a request, {int(found['outside_fitted_range'].sum())} of them")
    print("outside the range of the fit; left out:")
    print(excluded["reason"].value_counts().to_string())


def released(gpus, accelerator):
    """Release date of the accelerator.

    Raises
    ------
    DataError
        If it is not listed.
    """
    found = gpus.loc[gpus["name"] == PRODUCTS[accelerator], "release_date"].dropna()
    if found.empty:
        raise DataError("accelerator has no release date", file="chip_dataset_gpus",
                        column="name", found=PRODUCTS[accelerator])  # fmt: skip
    return found.min()


def held_out_sigma(errors):
    """Error of the published fit to text, a vendor left out: root mean square of log-residuals."""
    rows = errors[
        (errors["fit"] == "text")
        & (errors["variant"] == "published")
        & (errors["held_out"] == "vendor")
        & (errors["subject"] == token_fit.EVERYONE)
    ]
    return float(rows["sigma_log"].iloc[0])


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output,
            {
                name: snakemake.params[name]
                for name in ("prompt_tokens", "output_tokens", "accelerator", "precision")
            },
            snakemake.params.text_tasks,
        )
