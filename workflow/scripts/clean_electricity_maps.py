"""Electricity Maps' hourly intensities of zones in one table, or the frozen table."""

import pandas as pd

from ai_lifecycle import frozen, runlog, sources
from ai_lifecycle.grid_cleaning import electricity_maps, quality, row_counts

TABLE = "electricity_maps_hourly"
QUALITY = "electricity_maps_quality"


def main(receipt, expected_rows, frozen_table, frozen_quality, table, quality_table, refreeze):
    """Clean the hourly files of zones and hold the tables against their frozen copies.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    expected_rows : str
        ``data/expected_rows.csv``, which also says which zones and years there are.
    frozen_table, frozen_quality, table, quality_table : str
        Frozen copies and outputs.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(receipt)
    hours = faults = None
    if files is not None:
        hours, faults = cleaned(files, row_counts.load(expected_rows))
    frozen.settle(TABLE, hours, frozen=frozen_table, out=table, refreeze=refreeze)
    frozen.settle(QUALITY, faults, frozen=frozen_quality, out=quality_table, refreeze=refreeze)


def cleaned(files, known_rows):
    """Hours of all zones and years, and the faults found."""
    folders = {zone: folder for folder, zone in electricity_maps.ZONES_BY_FOLDER.items()}
    parts, rows = [], []
    for table, zone, year in sorted(known_rows):
        if table != TABLE:
            continue
        folder = folders.get(zone, zone)
        frame = electricity_maps.parse(
            folder,
            year,
            files[electricity_maps.source_id(folder, year)],
            rows=known_rows[table, zone, year],
        )
        parts.append(frame)
        rows += electricity_maps.quality(folder, year, frame)
    hours = pd.concat(parts, ignore_index=True)
    year = hours["hour_start_utc"].dt.year
    row_counts.demand(hours, TABLE, known_rows, area="zone", year=year)
    return hours, quality.frame(rows)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.expected_rows,
            snakemake.params.frozen,
            snakemake.params.frozen_quality,
            snakemake.output.table,
            snakemake.output.quality,
            snakemake.params.refreeze,
        )
