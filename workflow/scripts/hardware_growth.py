"""Growth of GPUs: doubling times, shares of factors, sensitivity, and two lists compared."""

import pandas as pd

from ai_lifecycle import constants, facts, runlog, table_corrections, tables
from ai_lifecycle.hardware import chip_dataset, growth_sensitivity, trends
from ai_lifecycle.hardware.quality import chip_dataset_quality

TOLERANCE = 0.01


def main(inputs, outputs, seed, replicates):
    """Write the tables of GPU growth.

    Parameters
    ----------
    inputs : mapping
        specifications, chips, frontier, references, corrections, quality: paths.
    outputs : mapping
        doubling_times, shares, sensitivity, comparison, quality: paths.
    seed, replicates : int
        Of the bootstrap.
    """
    specifications = tables.read_csv(inputs["specifications"], "gpu_specifications")
    chips = tables.read_csv(inputs["chips"], "chip_dataset_gpus")
    frontier = facts.read(
        inputs["frontier"], "gpu_frontier_chip_2024", references=inputs["references"]
    )
    products = trends.usable(specifications)
    claim = constants.known("gpu.performance_per_watt_doubling_claimed", unit="year")
    written = {
        "doubling_times": (
            "gpu_growth_doubling_times",
            trends.doubling_times(products, seed=seed, replicates=replicates),
        ),
        "shares": (
            "gpu_growth_shares",
            trends.shares(products, seed=seed, replicates=replicates),
        ),
        "sensitivity": (
            "gpu_growth_sensitivity",
            growth_sensitivity.table(
                specifications, chips, frontier, seed=seed, replicates=replicates,
                claim_low=claim.low, claim_high=claim.high,
            ),
        ),
        "comparison": ("gpu_dataset_comparison", comparison(specifications, chips)),
        "quality": ("hardware_data_quality", quality(inputs, chips)),
    }  # fmt: skip
    for key, (table, frame) in written.items():
        tables.write_csv(frame, outputs[key], table)
        print(f"{table}: {len(frame)} rows")


def comparison(specifications, chips):
    """Agreement of the two lists, before and after the corrections."""
    used = specifications[
        specifications["exclusion"].isna() & (specifications["segment"] != "coprocessor")
    ]
    published = used.assign(
        **{
            name.removesuffix("_published"): used[name]
            for name in used.columns
            if name.endswith("_published")
        }
    )
    frames = []
    for label, frame in (("published", published), ("corrected", used)):
        pairs = chip_dataset.matched(frame, chips)
        result = chip_dataset.comparison(pairs, TOLERANCE)
        result.insert(0, "list", label)
        frames.append(result)
    return pd.concat(frames, ignore_index=True)


def quality(inputs, chips):
    """Faults of both lists in one table."""
    entries = table_corrections.read(inputs["corrections"])
    return pd.concat(
        [
            tables.read_csv(inputs["quality"], "gpu_specifications_quality"),
            chip_dataset_quality(chips),
            table_corrections.quality_rows(entries, dataset="Epoch AI chip dataset"),
        ],
        ignore_index=True,
    )


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output,
            snakemake.params.seed,
            snakemake.params.replicates,
        )
