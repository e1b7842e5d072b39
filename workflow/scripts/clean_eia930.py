"""Hourly net generation by fuel, faults treated, in one convention of time; or the frozen table."""

import pandas as pd

from ai_lifecycle import corrections, facts, frozen, runlog, sources
from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import eia930, quality, row_counts

TABLE = "eia930_hourly"
QUALITY = "eia930_quality"


def main(
    receipt, correction_file, authorities, references, expected_rows, frozen_table, frozen_quality,
    table, quality_table, refreeze,
):  # fmt: skip
    """Clean the EIA-930 files and hold the tables against their frozen copies.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    correction_file : str
        ``data/corrections/eia930_2022.yaml``.
    authorities, references, expected_rows : str
        Facts of the authorities, bibliography, rows expected.
    frozen_table, frozen_quality, table, quality_table : str
        Frozen copies and outputs.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(receipt)
    hours = faults = None
    if files is not None:
        known = facts.read(authorities, "balancing_authorities", references=references)
        hours, faults = cleaned(
            files, corrections.read(correction_file), known, row_counts.load(expected_rows)
        )
    frozen.settle(TABLE, hours, frozen=frozen_table, out=table, refreeze=refreeze)
    frozen.settle(QUALITY, faults, frozen=frozen_quality, out=quality_table, refreeze=refreeze)


def cleaned(files, entries, authorities, known_rows):
    """Hours of all authorities, and the faults found."""
    # Half a second that the frozen table does not need.
    from pvlib.solarposition import equation_of_time_spencer71

    areas = set(authorities["authority"])
    for entry in entries:
        if entry.area not in areas:
            raise DataError("correction of an unknown authority", file=entry.file, key=entry.id,
                            found=entry.area, allowed=areas)  # fmt: skip
    parts, rows = [], []
    for line in authorities.sort_values("authority", kind="stable").itertuples(index=False):
        frame = eia930.parse(
            line.authority,
            files[eia930.source_id(line.authority)],
            rows=row_counts.of(known_rows, TABLE, line.authority, eia930.YEAR),
        )
        hours, faults = eia930.clean(
            line.authority,
            frame,
            [entry for entry in entries if entry.area == line.authority],
            time_zone=line.time_zone,
            longitude_degrees=line.longitude_degrees,
            equation_of_time_minutes=equation_of_time_spencer71(
                frame["label_utc"].dt.day_of_year.to_numpy()
            ),
        )
        print(f"{line.authority}: {len(faults)} faults listed")
        parts.append(hours)
        rows += faults
    hours = pd.concat(parts, ignore_index=True)
    year = hours["hour_start_utc"].dt.year
    row_counts.demand(hours, TABLE, known_rows, area="authority", year=year)
    return hours, quality.frame(rows)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.corrections,
            snakemake.input.authorities,
            snakemake.input.references,
            snakemake.input.expected_rows,
            snakemake.params.frozen,
            snakemake.params.frozen_quality,
            snakemake.output.table,
            snakemake.output.quality,
            snakemake.params.refreeze,
        )
