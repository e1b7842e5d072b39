"""Figure la_training_disclosures: operational carbon of training, all other disclosures."""

from matplotlib import pyplot as plt

from ai_lifecycle import runlog, style, tables, training_panels

TABLE = "la_training_disclosures"
TITLES = {"a": "a  Larger", "b": "b  Smaller"}
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(carbon, reconciliation):
    """Every mark of the figure: panel, row, kind, value and range in tonnes."""
    own = training_panels.own_accounts(carbon)
    rest = own[own["figure_2a"].isna()]
    values = training_panels.values_drawn(rest, reconciliation, own)
    half = values["position"].max() // 2
    panel = (values["position"] > half).map({False: "a", True: "b"})
    return values.assign(panel=panel)[["panel", *training_panels.COLUMNS]]


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    figure, axes = plt.subplots(1, 2, figsize=(style.PAGE_WIDTH_INCHES, 7.4))
    for axis, (panel, title) in zip(axes, TITLES.items(), strict=True):
        part = values[values["panel"] == panel]
        training_panels.marks(axis, part)
        training_panels.tick_tonnes(axis, (1.0,))
        _rows(axis, part.drop_duplicates("position"))
        axis.set_title(title, loc="left", fontweight="bold", fontsize=7.5)
    for (heading, handles), place in zip(
        training_panels.legend_entries().items(), ("left", "right"), strict=True
    ):
        figure.legend(
            handles=handles,
            title=heading,
            alignment="left",
            loc=f"outside upper {place}",
            ncols=2,
            fontsize=SMALL,
        )
    return figure


def _rows(axis, rows):
    """Name of each row before it; boundary, and what does not reconcile, behind."""
    axis.set_yticks(rows["position"].tolist(), rows["label"].tolist(), fontsize=SMALL)
    remarks = [
        (
            row.position,
            f"{training_panels.boundary_letter(row)}  {training_panels.unreconciled(row)}",
        )
        for row in rows.itertuples(index=False)
    ]
    for position, words in [(rows["position"].min() - 1.1, "boundary"), *remarks]:
        axis.annotate(
            words.rstrip(),
            (1.0, position),
            annotation_clip=False,
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )


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
