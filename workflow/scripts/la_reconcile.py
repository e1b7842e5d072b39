"""Figure la_reconcile: where training disclosures do not follow from each other, ranked."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import runlog, style, tables

TABLE = "la_reconcile"
# Panel of each kind of check; the two of one account come before the two of a pair.
PANELS = {
    "own numbers": ("a", "Recomputed from its own numbers"),
    "calculator named": ("b", "Recomputed with the calculator it names"),
    "two accounts": ("c", "Two accounts side by side"),
    "factors of two runs": ("d", "Factors of two runs, one developer, place or chip"),
}
ONE_ACCOUNT = ("own numbers", "calculator named")
CLOSES = ("agrees within rounding", "agrees by truncation")
# Outcome: marker, size in points, colour, whether filled.
MARKS = {
    "gap": ("D", 4.6, style.COLOURS["vermilion"], True),
    "apart": ("o", 4.8, style.COLOURS["black"], True),
    "differs by convention or boundary": ("o", 4.8, style.COLOURS["blue"], False),
}
LEGEND = {
    "gap": "gap: the account against itself",
    "apart": "apart: other reason, or none known",
    "differs by convention or boundary": "a stated convention or boundary differs",
}
LARGEST = 8
LIMITS = {"a": (0.5, 2.0), "b": (0.1, 10.0), "c": (0.0004, 400.0), "d": (0.4, 2.8)}
TICKS = {
    "a": (0.5, 0.7, 1, 1.4, 2),
    "b": (0.1, 1, 10),
    "c": (0.001, 0.1, 1, 10, 100),
    "d": (0.5, 1, 2),
}
# Heights of a row, of a panel's heading with its ticks, of the ticks, of legend and foot.
ROW_INCHES, HEAD_INCHES, TICK_INCHES = 0.24, 0.53, 0.21
LEGEND_INCHES, FOOT_INCHES = 0.45, 0.16
# Left edge and width of the axes in the figure; where text starts, from that edge.
LEFT, WIDTH, TEXT_POINTS = 0.59, 0.285, -147
SMALL = style.SMALLEST_TEXT_POINTS
COLUMNS = [
    "panel",
    "position",
    "kind",
    "model_id",
    "label",
    "compared",
    "scope",
    "compared_with",
    "unit",
    "value",
    "against_value",
    "ratio",
    "factor_apart",
    "outcome",
    "checks",
    "closing",
    "not_closing",
    "not_comparable",
    "reading",
    "reading_source_key",
    "reading_locator",
]


def plotted(reconciliation, carbon):
    """The largest differences of each kind, with how many checks there are and close."""
    names = carbon.drop_duplicates("model_id").set_index("model_id")["name"]
    rows = reconciliation[reconciliation["counted"]]
    parts = []
    for kind, (panel, _) in PANELS.items():
        mine = rows[rows["kind"] == kind]
        outcome = mine["outcome"]
        shown = mine[outcome.isin(MARKS)].sort_values(
            ["factor_apart", "model_id", "compared"], ascending=[False, True, True], kind="stable"
        )
        counts = {
            "checks": len(mine),
            "closing": int(outcome.isin(CLOSES).sum()),
            "not_closing": len(shown),
            "not_comparable": int((outcome == "not comparable").sum()),
        }
        shown = shown.head(LARGEST)
        parts.append(
            shown.assign(
                panel=panel,
                position=range(len(shown)),
                label=shown["model_id"].map(names),
                **_sides(shown, kind),
                **counts,
            )
        )
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(ratio=frame["value"] / frame["against_value"])[COLUMNS]


def _sides(rows, kind):
    """What is printed over what is recomputed; of a pair, the account named first over the other.

    The table keeps the other account of a pair where it keeps a printed value.
    """
    sides = (rows["disclosed_value"], rows["recomputed_value"])
    value, against = sides if kind in ONE_ACCOUNT else sides[::-1]
    return {"value": value, "against_value": against}


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    plt.rcParams["figure.constrained_layout.use"] = False
    sizes = values.groupby("panel", sort=True).size()
    bodies = {panel: ROW_INCHES * count for panel, count in sizes.items()}
    total = LEGEND_INCHES + sum(bodies.values()) + len(bodies) * HEAD_INCHES + FOOT_INCHES
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, total))
    top = total - LEGEND_INCHES
    for panel, title in PANELS.values():
        if panel == "c":
            _rule(figure, (top + 0.06) / total)
        top -= HEAD_INCHES - TICK_INCHES
        place = [LEFT, (top - bodies[panel]) / total, WIDTH, bodies[panel] / total]
        _panel(figure.add_axes(place), values[values["panel"] == panel], panel, title)
        top -= bodies[panel] + TICK_INCHES
    handles = [Line2D([], [], label=LEGEND[name], **_look(name)) for name in MARKS]
    anchor = {"loc": "upper left", "bbox_to_anchor": (-0.02, 1.0), "borderaxespad": 0.2}
    figure.legend(handles=handles, fontsize=SMALL, labelspacing=0.3, **anchor)
    foot = "printed / recomputed (a, b), first / second (c, d); logarithmic"
    figure.text(0.99, 0.03 / total, foot, ha="right", va="bottom", fontsize=SMALL)
    return figure


def _rule(figure, height):
    """A line between what one account says and what two say."""
    figure.add_artist(Line2D([0.0, 1.0], [height] * 2, color="black", lw=0.6))


def _panel(axis, values, panel, title):
    axis.axvline(1, color="black", lw=0.8, zorder=1)
    for row in values.itertuples(index=False):
        axis.plot([1, row.ratio], [row.position] * 2, color=style.COLOURS["grey"], lw=0.8, zorder=2)
        axis.plot([row.ratio], [row.position], **_look(row.outcome))
        _write(axis, row.label, (0.0, row.position), (TEXT_POINTS, 3.7), "bold")
        _write(axis, row.compared, (0.0, row.position), (TEXT_POINTS, -3.9))
        _write(axis, _times(row.ratio), (1.0, row.position), (4, 0))
    axis.set_xscale("log")
    axis.set_xlim(*LIMITS[panel])
    axis.set_ylim(len(values) - 0.5, -0.5)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_locator(FixedLocator(TICKS[panel]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda ratio, _: f"{ratio:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.minorticks_off()
    axis.tick_params(axis="x", labelsize=SMALL, length=2, pad=1)
    _write(axis, f"{panel}  {title}", (0.0, -0.5), (TEXT_POINTS, 17), "bold", 1.0)
    _write(axis, _counted(values), (0.0, -0.5), (TEXT_POINTS, 7))


def _write(axis, text, at, shift, weight="normal", larger=0.0):
    axis.annotate(
        text,
        at,
        xycoords=("axes fraction", "data"),
        xytext=shift,
        textcoords="offset points",
        va="center",
        fontsize=SMALL + larger,
        fontweight=weight,
        annotation_clip=False,
    )


def _counted(values):
    """How many checks of the kind there are and close."""
    first = values.iloc[0]
    words = f"{first.checks} checked, {first.closing} close, {first.not_closing} do not"
    if first.not_comparable:
        words += f", {first.not_comparable} not comparable"
    if len(values) < first.not_closing:
        words += f"; the largest {len(values)}"
    return words


def _times(ratio):
    """Times or divided by, to three digits; one more next to one."""
    sign, size = ("×", ratio) if ratio >= 1 else ("÷", 1 / ratio)
    digits = next(d for least, d in ((100, 0), (10, 1), (1.005, 2), (0, 3)) if size >= least)
    return f"{sign}{size:,.{digits}f}"


def _look(outcome):
    marker, size, colour, filled = MARKS[outcome]
    return {
        "marker": marker,
        "ms": size,
        "mfc": colour if filled else "white",
        "mec": colour,
        "mew": 1.0,
        "ls": "none",
        "zorder": 3,
    }


def main(reconciliation, carbon, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(
        tables.read_csv(reconciliation, "training_reconciliation"),
        tables.read_csv(carbon, "training_carbon"),
    )
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)
    print(values[["panel", "label", "compared", "ratio"]].to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.reconciliation,
            snakemake.input.carbon,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
