"""Other tools beside ours on the same inputs, and what they were not asked."""

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.inference_tables import design, service_assumptions
from ai_lifecycle.tool_tables import chip_rows, comparison, request_rows, training_rows
from ai_lifecycle.tool_tables.given import Given

# The accelerator that serves, by its name in the measurements.
PRODUCTS = {"H100": "NVIDIA H100 SXM5 80GB", "B200": "NVIDIA B200 SXM"}
# Every request is put on the grid of this case.
SERVICE_AREA = "US"


def main(inputs, outputs, request):
    """Write the comparison and what is left out of it.

    Parameters
    ----------
    inputs : mapping
        cases, tool_inputs, parameters, tool_outputs, training, ledger, requests, service, features,
        architectures, per_hour, routes, embodied, annual, constants, references: paths.
    outputs : mapping
        comparison, missing: paths.
    request : mapping
        prompt_tokens, output_tokens, accelerator, precision.
    """

    def fact(key, table):
        return facts.read(inputs[key], table, references=inputs["references"])

    given = Given(
        tables.read_csv(inputs["cases"], "tool_cases"),
        fact("tool_inputs", "tool_inputs"),
        fact("parameters", "tool_parameters"),
        fact("tool_outputs", "tool_outputs"),
    )
    annual = tables.read_csv(inputs["annual"], "annual_intensity")
    training = tables.read_csv(inputs["training"], "training_energy").set_index("model_id")
    per_node = constants.value(
        "node.power_over_measured_accelerators", inputs["constants"], unit="1"
    )
    share = constants.known("training.accelerator_power_share", inputs["constants"], unit="1")
    memory_gb = constants.value("host.memory_per_accelerator", inputs["constants"], unit="GB")
    energies = list(
        training_rows.energies(
            given, training, per_node, (share.low, share.value, share.high), memory_gb
        )
    )
    shapes = design.architectures(
        tables.read_csv(inputs["features"], "model_architectures"),
        fact("architectures", "inference_architectures"),
    )
    corners = service_assumptions.corners(tables.read_csv(inputs["service"], "inference_service"))
    ours = request_rows.our_requests(
        given, tables.read_csv(inputs["requests"], "inference_requests"), shapes, corners, request
    )
    intensity, _ = training_rows.life_cycle_intensity(annual, SERVICE_AREA)
    found = comparison.table(
        [
            *energies,
            *training_rows.emissions(given, energies, tables.read_csv(inputs["ledger"], "ledger")),
            *training_rows.grids(given, annual),
            *request_rows.rows(
                given, ours, tables.read_csv(inputs["per_hour"], "embodied_per_hour"), intensity,
                PRODUCTS[request["accelerator"]],
            ),
            *chip_rows.rows(
                given, tables.read_csv(inputs["routes"], "embodied_accelerators"),
                tables.read_csv(inputs["embodied"], "embodied_comparison").set_index("accelerator"),
            ),
        ]
    )  # fmt: skip
    missing = comparison.missing(
        [
            *training_rows.not_asked(given),
            *request_rows.not_asked(given),
            *chip_rows.not_asked(given),
        ]
    )
    tables.write_csv(found, outputs["comparison"], "tool_comparison")
    tables.write_csv(missing, outputs["missing"], "tool_comparison_missing")
    print(
        f"{len(found)} values of other tools, {int(found['comparable'].sum())} of them within one"
    )
    print(f"boundary with ours; {len(missing)} left out")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output,
            {
                name: snakemake.params[name]
                for name in ("prompt_tokens", "output_tokens", "accelerator", "precision")
            },
        )
