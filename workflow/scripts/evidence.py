"""Look for every linked fact in its document; publish what was found, now or when last it could."""

from pathlib import Path

from ai_lifecycle import runlog, sources, tables
from ai_lifecycle.evidence import links, packages, results


def main(paths, linked, schema, catalogue, receipts, out, summary, *, pinned, refreeze):
    """Write the table of evidence and its counts.

    Parameters
    ----------
    paths : list of str
        Tables of facts and of constants, each named as its table.
    linked, schema : str
        ``data/evidence.yaml`` and its schema.
    catalogue : str
        ``data/sources.yaml``.
    receipts : list of str
        What the fetch rule obtained of the datasets that links lead to.
    out, summary : str
        Outputs.
    pinned : str
        Results pinned when the documents were last read.
    refreeze : bool
        Pin today's results on purpose.
    """
    content = links.read(linked, schema)
    facts = {
        Path(path).stem: links.facts(path, Path(path).stem, content["tables"][Path(path).stem])
        for path in paths
    }
    at_hand = {}
    for receipt in receipts:
        files = sources.files(receipt)
        at_hand |= files or {}
        name = Path(receipt).stem
        print(f"{name}: " + ("not reached; pinned results serve" if files is None else "read"))
    datasets = sources.catalogue(catalogue)
    files = {file.id: (key, file.sha256) for key, d in datasets.items() for file in d.files}
    for name, (digest, listing) in packages.read().items():
        files[name], at_hand[name] = (name, digest), listing
    known = results.pinned(pinned)
    frame = results.table(
        facts,
        content,
        files,
        at_hand,
        {key for dataset in datasets.values() for key in dataset.citation},
        known.iloc[:0] if refreeze else known,
    )
    if refreeze:
        frame = results.with_pinned(frame, known)
        results.pin(frame, pinned)
    tables.write_csv(frame, out, results.TABLE)
    tables.write_csv(results.summary(frame), summary, results.SUMMARY)
    for line in results.told(frame, known):
        print(line)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            list(snakemake.input.facts),
            snakemake.input.links,
            snakemake.input.schema,
            snakemake.input.catalogue,
            list(snakemake.input.receipts),
            snakemake.output.evidence,
            snakemake.output.summary,
            pinned=snakemake.params.pinned,
            refreeze=snakemake.params.refreeze,
        )
