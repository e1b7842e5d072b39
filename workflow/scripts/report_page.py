"""Assemble the report: one page that stands alone."""

from pathlib import Path

from ai_lifecycle import runlog, tables
from ai_lifecycle.report import page


def main(contents, figures, captions, table_files, out, **settings):
    """Write the report.

    Parameters
    ----------
    contents : str
        ``data/report_contents.csv``.
    figures, captions, table_files : list of str
        SVG, captions and CSV files of the items in `contents`.
    out : str
        The page.
    **settings
        Passed to `page.render`.
    """
    files = {
        (kind, Path(path).stem): path
        for kind, paths in (("figure", figures), ("caption", captions), ("table", table_files))
        for path in paths
    }
    items = tables.read_csv(contents, "report_contents")
    text = page.render(items, files=files, **settings)
    tables.write_bytes(out, text.encode("utf-8"))
    print(f"{out}: {len(text.encode('utf-8'))} bytes, {len(items)} items")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.contents,
            snakemake.input.figures,
            snakemake.input.captions,
            snakemake.input.tables,
            snakemake.output.page,
            catalogue=snakemake.input.catalogue,
            catalogue_schema=snakemake.input.catalogue_schema,
            references_file=snakemake.input.references,
            notebooks=snakemake.params.notebooks,
            release=snakemake.params.release,
            method_pages=snakemake.input.methods,
            fact_tables=snakemake.input.facts,
        )
