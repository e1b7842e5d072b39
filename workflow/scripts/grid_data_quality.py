"""Faults found in grid data and what was done about them, of all datasets in one table."""

from pathlib import Path

import pandas as pd

from ai_lifecycle import runlog, tables
from ai_lifecycle.grid_cleaning import quality


def main(parts, table):
    """Join the parts that the cleaning of each dataset wrote.

    Parameters
    ----------
    parts : list of str
        Tables of one dataset each, named as their files, in the order wanted.
    table : str
        Output.
    """
    frames = [tables.read_csv(part, Path(part).stem) for part in parts]
    joined = pd.concat(frames, ignore_index=True)
    tables.write_csv(joined, table, quality.TABLE)
    print(f"{len(joined)} faults in {joined['dataset'].nunique()} datasets")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(list(snakemake.input.parts), snakemake.output.table)
