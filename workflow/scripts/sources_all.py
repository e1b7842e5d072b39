"""Fetch every file of the catalogue into the store; say which cannot be reached."""

import sys
from pathlib import Path

from ai_lifecycle import runlog, sources


def main(catalogue, schema, listing, mirror="", offline=False):
    """Fetch all datasets into the folder of `listing`, which names what is out of reach."""
    known = sources.catalogue(catalogue, schema)
    outcomes = sources.fetch(known.values(), Path(listing).parent, mirror=mirror, offline=offline)
    lines = []
    for key, found in outcomes.items():
        lost = [outcome for outcome in found if outcome.route == "unreachable"]
        lines.append(f"{key}: {len(found) - len(lost)} of {len(found)} files at hand")
        lines += [f"  out of reach: {o.file.id} {o.file.url} ({o.reason})" for o in lost]
    text = "".join(f"{line}\n" for line in lines)
    print(text, end="")
    print(text, end="", file=sys.stderr)
    Path(listing).parent.mkdir(parents=True, exist_ok=True)
    Path(listing).write_text(text, encoding="utf-8")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.catalogue,
            snakemake.input.schema,
            snakemake.log.listing,
            snakemake.params.mirror,
            snakemake.params.offline,
        )
