"""Hash every artifact of the build; say where to look."""

from ai_lifecycle import build_basis, manifest, runlog, sources, tables


def main(folder, artifacts, basis, catalogue, receipts, out, summary):
    """Write the manifest of `artifacts` (path -> rule, sources) in `folder`, and the summary."""
    entries = manifest.build(folder, artifacts)
    names = {name for rule in basis["rules"].values() for name in rule["datasets"]}
    upstream = build_basis.datasets(sources.catalogue(catalogue), names)
    manifest.write(entries, out, basis | {"datasets": upstream})
    words = manifest.summary(
        folder,
        entries,
        frozen=manifest.served_frozen(receipts),
        extra=manifest.unlisted(folder, artifacts),
    )
    tables.write_bytes(summary, words.encode("utf-8"))
    print(words, end="")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.params.folder,
            snakemake.params.artifacts,
            snakemake.params.basis,
            snakemake.input.catalogue,
            snakemake.input.receipts,
            snakemake.output.manifest,
            snakemake.output.summary,
        )
