"""Counts of accelerators by maker, owner and quarter in our names, or the frozen table."""

from ai_lifecycle import facts, frozen, runlog, sources
from ai_lifecycle.fleet_cleaning import chip_counts


def main(receipt, names, references, kept, written, *, as_of, refreeze):
    """Clean the eight files and hold the table against its frozen copy.

    Parameters
    ----------
    receipt : str
        What the fetch rule obtained of ``epoch_chip_counts``.
    names, references : str
        Facts ``fleet_accelerators`` and the bibliography.
    kept, written : str
        Frozen copy and output.
    as_of : str
        Date after which nothing may lie.
    refreeze : bool
        Replace the frozen copy on purpose.
    """
    known = facts.read(names, "fleet_accelerators", references=references, as_of=as_of)
    files = sources.files(receipt)
    frame = None if files is None else chip_counts.read(files, known)
    frozen.settle(chip_counts.TABLE, frame, frozen=kept, out=written, refreeze=refreeze)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.receipt,
            snakemake.input.names,
            snakemake.input.references,
            snakemake.params.frozen,
            snakemake.output.table,
            as_of=snakemake.params.as_of,
            refreeze=snakemake.params.refreeze,
        )
