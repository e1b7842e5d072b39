"""GPUs of Epoch AI's chip dataset in our names and units, or the frozen table."""

from ai_lifecycle import frozen, runlog, sources, table_corrections, tables
from ai_lifecycle.hardware import chip_dataset


def main(receipt, corrections, frozen_table, table, refreeze):
    """Clean the chip dataset and hold it against its frozen copy.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    corrections : str
        ``data/corrections/chip_dataset.yaml``.
    frozen_table, table : str
        Frozen copy and output.
    refreeze : bool
        Replace the frozen copy on purpose.
    """
    files = sources.files(receipt)
    frame = None
    if files is not None:
        frame = cleaned(files["chip_dataset"], corrections)
    frozen.settle("chip_dataset_gpus", frame, frozen=frozen_table, out=table, refreeze=refreeze)


def cleaned(payload, corrections):
    """The corrected table."""
    frame = chip_dataset.read(payload, "Chip dataset-Grid view.csv")
    entries = table_corrections.read(corrections)
    frame = table_corrections.apply(frame, entries, key="id", file=corrections)
    return frame[list(tables.declaration("chip_dataset_gpus"))]


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.corrections,
            snakemake.params.frozen,
            snakemake.output.table,
            snakemake.params.refreeze,
        )
