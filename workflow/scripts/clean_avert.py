"""AVERT's hourly marginal rates by region, or the frozen table."""

import pandas as pd

from ai_lifecycle import facts, frozen, runlog, sources
from ai_lifecycle.grid_cleaning import avert, quality, row_counts

TABLE = "avert_hourly"
QUALITY = "avert_quality"


def main(
    receipt, regions, references, expected_rows, frozen_table, frozen_quality, table,
    quality_table, refreeze,
):  # fmt: skip
    """Clean the AVERT file and hold the tables against their frozen copies.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    regions, references, expected_rows : str
        Facts of the regions, bibliography, rows expected.
    frozen_table, frozen_quality, table, quality_table : str
        Frozen copies and outputs.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(receipt)
    hours = faults = None
    if files is not None:
        known = facts.read(regions, "avert_regions", references=references)
        hours, faults = cleaned(files, known, row_counts.load(expected_rows))
    frozen.settle(TABLE, hours, frozen=frozen_table, out=table, refreeze=refreeze)
    frozen.settle(QUALITY, faults, frozen=frozen_quality, out=quality_table, refreeze=refreeze)


def cleaned(files, regions, known_rows):
    """Hours of all regions, and the faults found."""
    offsets = {
        line.region: None if pd.isna(line.utc_offset_hours) else int(line.utc_offset_hours)
        for line in regions.itertuples(index=False)
    }
    rows = row_counts.of(known_rows, TABLE, avert.REGIONS[0], avert.YEAR)
    hours = avert.parse(files["avert_2022"], offsets, rows=rows)
    year = pd.Series(avert.YEAR, index=hours.index)
    row_counts.demand(hours, TABLE, known_rows, area="region", year=year)
    return hours, quality.frame(avert.quality(hours))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.regions,
            snakemake.input.references,
            snakemake.input.expected_rows,
            snakemake.params.frozen,
            snakemake.params.frozen_quality,
            snakemake.output.table,
            snakemake.output.quality,
            snakemake.params.refreeze,
        )
