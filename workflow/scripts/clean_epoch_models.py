"""Epoch AI's table of models in our names and units, with its faults, or the frozen tables."""

from ai_lifecycle import frozen, runlog, sources, tables
from ai_lifecycle.model_catalogue import epoch, epoch_faults

TABLE, QUALITY = "epoch_models", "epoch_models_quality"


def main(receipt, frozen_table, frozen_quality, table, quality, *, refreeze):
    """Clean the table and hold it and its faults against their frozen copies.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained.
    frozen_table, frozen_quality, table, quality : str
        Frozen copies and outputs.
    refreeze : bool
        Replace the frozen copies on purpose.
    """
    files = sources.files(receipt)
    frame = faults = None
    if files is not None:
        treated = cleaned(files["epoch_models_all_systems"])
        frame = treated[list(tables.declaration(TABLE))]
        faults = epoch_faults.quality(treated)
    frozen.settle(TABLE, frame, frozen=frozen_table, out=table, refreeze=refreeze)
    frozen.settle(QUALITY, faults, frozen=frozen_quality, out=quality, refreeze=refreeze)


def cleaned(payload):
    """The table read and treated."""
    return epoch_faults.treat(epoch.read(payload, "All ML Systems - full view.csv"))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.params.frozen_table,
            snakemake.params.frozen_quality,
            snakemake.output.table,
            snakemake.output.quality,
            refreeze=snakemake.params.refreeze,
        )
