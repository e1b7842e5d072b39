"""Lifecycle estimate of models that the reader describes: a folder each, and a comparison."""

import sys
from pathlib import Path

from ai_lifecycle import runlog
from ai_lifecycle.own_model import description, names
from ai_lifecycle.own_model_tables import reference, several


def main(files, folder, paths, *, choices, seed, as_of, release):
    """Read every file, estimate all, then write: nothing is written if one is at fault."""
    files = several.chosen(files, paths["example"])
    known = names.known_names(
        hardware=paths["hardware"],
        throughput=paths["training_accelerators"],
        accelerator_names=paths["accelerator_names"],
        annual_intensity=paths["annual"],
        countries=paths["countries"],
        pue=paths["pue"],
        operators=paths["operators"],
        references=paths["references"],
        constants=paths["constants"],
        cloud_regions=paths["cloud_regions"],
        as_of=as_of,
    )
    said = [description.read(path, known) for path in files]
    several.require_own_folders(said)
    tables = reference.read(paths, as_of=as_of)
    several.require_possible(said, known, tables, choices)
    found = [several.result.result(each, known, tables, choices, seed) for each in said]
    for where in several.write(found, Path(folder), paths["references"], release):
        print(where)
        print(where, file=sys.stderr)
    for each in found:
        for text in each.warnings:
            print(f"warning: {each.file}: {text}")
            print(f"warning: {each.file}: {text}", file=sys.stderr)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.params.files,
            snakemake.params.folder,
            dict(snakemake.input.items()),
            choices=snakemake.params.choices,
            seed=snakemake.params.seed,
            as_of=snakemake.params.as_of,
            release=snakemake.params.release,
        )
