"""Execute one notebook over finished results; write it with its outputs, and as a page."""

from ai_lifecycle import notebooks, runlog
from ai_lifecycle.report import notebook_page


def main(stored, executed, page, results):
    """Run the notebook stored at `stored` over the folder `results`."""
    notebook = notebooks.execute(stored, results=results)
    notebooks.write(notebook, executed)
    notebook_page.write(notebook, page, name=stored)
    print(f"{stored}: executed, {len(notebook.cells)} cells")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.notebook,
            snakemake.output.notebook,
            snakemake.output.page,
            snakemake.params.results,
        )
