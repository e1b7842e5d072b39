"""Annual intensities by country and zone in one table, or the frozen table."""

from ai_lifecycle import frozen, runlog, sources
from ai_lifecycle.grid_cleaning import annual_intensity, quality, row_counts

TABLE = "annual_intensity"
QUALITY = "annual_intensity_quality"


def main(receipt, expected_rows, frozen_table, frozen_quality, table, quality_table, refreeze):
    """Clean the annual files and hold the tables against their frozen copies.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    expected_rows : str
        ``data/expected_rows.csv``.
    frozen_table, frozen_quality, table, quality_table : str
        Frozen copies and outputs.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(receipt)
    figures = faults = None
    if files is not None:
        figures, faults = cleaned(files, row_counts.load(expected_rows))
    frozen.settle(TABLE, figures, frozen=frozen_table, out=table, refreeze=refreeze)
    frozen.settle(QUALITY, faults, frozen=frozen_quality, out=quality_table, refreeze=refreeze)


def cleaned(files, known_rows):
    """All figures, and the faults found."""
    figures = annual_intensity.clean(files)
    row_counts.demand(figures, TABLE, known_rows, area="producer", year=figures["year"])
    return figures, quality.frame(annual_intensity.quality(figures))


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
