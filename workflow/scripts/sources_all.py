"""Fetch every file of the catalogue into the store; say which cannot be reached."""

import sys

from ai_lifecycle import runlog, sources


def main(catalogue, schema, resources, mirror="", offline=False):
    """Fetch all datasets below `resources`; one line on each, and on each file out of reach."""
    known = sources.catalogue(catalogue, schema)
    outcomes = sources.fetch(known.values(), resources, mirror=mirror, offline=offline)
    for key, found in outcomes.items():
        lost = [outcome for outcome in found if outcome.route == "unreachable"]
        lines = [f"{key}: {len(found) - len(lost)} of {len(found)} files at hand"]
        lines += [f"  out of reach: {o.file.id} {o.file.url} ({o.reason})" for o in lost]
        for line in lines:
            print(line)
            print(line, file=sys.stderr)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.catalogue,
            snakemake.input.schema,
            snakemake.params.resources,
            snakemake.params.mirror,
            snakemake.params.offline,
        )
