"""Lifecycle estimate of models that the reader describes: a folder each, and a comparison."""

import sys
from pathlib import Path

from ai_lifecycle import runlog
from ai_lifecycle.own_model import files as model_files
from ai_lifecycle.own_model_tables import reference, several


def main(files, folder, paths, *, choices, seed, as_of, release):
    """Read every file, estimate all, then write: nothing is written if one is at fault."""
    said, known = model_files.read(files, paths, as_of=as_of)
    tables = reference.read(paths, as_of=as_of)
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
