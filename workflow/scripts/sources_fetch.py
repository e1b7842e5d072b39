"""Fetch the datasets that the build reads and write a receipt of each."""

import sys
from pathlib import Path

from ai_lifecycle import runlog, sources
from ai_lifecycle.errors import DataError


def main(catalogue, schema, datasets, receipts, summary, mirror="", offline=False):
    """Write the receipts of `datasets`, in that order, and one line on each to `summary`."""
    known = sources.catalogue(catalogue, schema)
    for key in datasets:
        if key not in known:
            raise DataError("unknown dataset", file=catalogue, found=key, allowed=known)
    resources = Path(receipts[0]).parents[1]
    outcomes = sources.fetch(
        [known[key] for key in datasets], resources, mirror=mirror, offline=offline
    )
    lines = []
    for key, receipt in zip(datasets, receipts, strict=True):
        sources.write_receipt(receipt, key, outcomes[key])
        lines.append(sources.summary(key, outcomes[key]))
        print(lines[-1])
        if sources.is_frozen(outcomes[key]):
            print(lines[-1], file=sys.stderr)
    Path(summary).parent.mkdir(parents=True, exist_ok=True)
    Path(summary).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.catalogue,
            snakemake.input.schema,
            snakemake.params.datasets,
            snakemake.output.receipts,
            snakemake.log.summary,
            snakemake.params.mirror,
            snakemake.params.offline,
        )
