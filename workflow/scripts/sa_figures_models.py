"""Values and fits behind the figures of the two papers; the table of all their figures."""

import pandas as pd

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.paper_figure_tables import accounting, comparisons, fits, rebuilt, redrawn

MODEL_COLUMNS = ["figure", "quantity", "subject", "value", "low", "high", "unit", "method"]


def main(paths, carbon, constants_path, references, *, as_of, values_out, models_out, figures_out):
    """Read the facts strictly; write values, fits and the table of figures.

    Parameters
    ----------
    paths : dict of str to str
        Tables of facts by name.
    """
    read = {
        name: facts.read(path, name, references=references, as_of=as_of)
        for name, path in paths.items()
    }
    paper, figure_4 = read["sustainable_ai_figures"], read["sustainable_ai_fig4"]
    public = read["sustainable_ai_public"]
    known = constants.load(constants_path)
    runs = tables.read_csv(carbon, "training_carbon")
    parts = [
        redrawn.values(paper, figure_4),
        redrawn.power_capacity(read["beyond_efficiency_figures"]),
        rebuilt.values(paper, public, read["sustainable_ai_cluster_utilisation"], runs, known),
        rebuilt.lifecycle(paper, figure_4, known),
    ]
    values = redrawn.tidy(parts)
    models = pd.DataFrame(
        [
            *fits.rows(paper),
            *accounting.rows(paper, known),
            *comparisons.rows(paper, public, values),
        ],
        columns=MODEL_COLUMNS,
    ).sort_values(["figure", "quantity"], kind="stable", ignore_index=True)
    models = models.astype({"value": float, "low": float, "high": float})
    print(f"{len(values)} values, {len(models)} results of fits and comparisons")
    status = read["paper_figures_status"].drop(columns=["status", "source_key", "locator"])
    tables.write_csv(values, values_out, "paper_figures_values")
    tables.write_csv(models, models_out, "paper_figures_models")
    tables.write_csv(status.rename(columns={"treatment": "status"}), figures_out, "figures")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            {
                "sustainable_ai_figures": snakemake.input.figures,
                "sustainable_ai_fig4": snakemake.input.figure_4,
                "sustainable_ai_public": snakemake.input.public,
                "sustainable_ai_cluster_utilisation": snakemake.input.clusters,
                "beyond_efficiency_figures": snakemake.input.beyond,
                "paper_figures_status": snakemake.input.status,
            },
            snakemake.input.carbon,
            snakemake.input.constants,
            snakemake.input.references,
            as_of=snakemake.params.as_of,
            values_out=snakemake.output.values,
            models_out=snakemake.output.models,
            figures_out=snakemake.output.figures,
        )
