"""Figure be2a: operational carbon of training by three accountings, the paper's models."""

import textwrap

import pandas as pd
from matplotlib import pyplot as plt

from ai_lifecycle import runlog, style, tables, training_panels

TABLE = "be2a_training_carbon"
SECOND_COUNT = "training run as the LLaMA authors count it, US"
LEGEND_CHARACTERS = 24
GREY = "#555555"
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(carbon, reconciliation):
    """Every mark of the figure: row, kind, value and range in tonnes."""
    own = training_panels.own_accounts(carbon)
    paper = own[own["figure_2a"].notna()]
    second = carbon[carbon["scope"].str.startswith(SECOND_COUNT)]
    second = second[second["model_id"].isin(paper["model_id"])]
    return training_panels.values_drawn(pd.concat([paper, second]), reconciliation, own)


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 4.6))
    training_panels.marks(axis, values)
    training_panels.tick_tonnes(axis, (1.0, 2.0, 5.0))
    axis.set_yticks(values["position"].unique().tolist(), [])
    for row in values.drop_duplicates("position").itertuples(index=False):
        _name(axis, row.position, row.label, -1.0, "black", "bottom")
        _name(axis, row.position, _remark(row), -1.5, GREY, "top")
    for (heading, handles), place in zip(
        training_panels.legend_entries().items(), ("left", "right"), strict=True
    ):
        words = [textwrap.fill(handle.get_label(), LEGEND_CHARACTERS) for handle in handles]
        figure.legend(
            handles,
            words,
            title=heading,
            alignment="left",
            loc=f"outside upper {place}",
            fontsize=SMALL,
            borderaxespad=0.2,
        )
    return figure


def _name(axis, position, words, shift, colour, where):
    axis.annotate(
        words,
        (0.0, position),
        annotation_clip=False,
        xycoords=("axes fraction", "data"),
        xytext=(-4, shift),
        textcoords="offset points",
        ha="right",
        va=where,
        fontsize=SMALL,
        color=colour,
    )


def _remark(row):
    """Boundary letter, energy, and what does not reconcile."""
    if pd.isna(row.energy_mwh):
        return "no energy given"
    words = f"{training_panels.boundary_letter(row)}  {row.energy_mwh:,.0f} MWh"
    gap = training_panels.unreconciled(row)
    return f"{words}, {gap}" if gap else words


def main(carbon, reconciliation, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(
        tables.read_csv(carbon, "training_carbon"),
        tables.read_csv(reconciliation, "training_reconciliation"),
    )
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.carbon,
            snakemake.input.reconciliation,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
