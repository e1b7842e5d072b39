"""Figure be2b: resources of large training runs, normalised to a language model."""

import math

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.training_tables import resources

TABLE = "be2b_training_resources"
# Panel: title, limits and ticks of the axis.
PANELS = {
    "a": ("The paper's claim; heights not public", (0.3, 30), (1, 3, 10)),
    "b": ("Training carbon in Sustainable AI, as read", (0.3, 30), (1, 3, 10)),
    "c": ("Training compute [FLOP], Epoch AI", (1e-6, 900), (1e-6, 1e-4, 0.01, 1, 100)),
    "d": ("Accelerator-hours on A100", (3e-4, 4), (0.001, 0.01, 0.1, 1)),
    "e": ("Energy of the accelerators, without PUE", (5e-5, 300), (0.0001, 0.01, 1, 100)),
}
# Domain: marker, size in points, colour.
MARKS = {
    "language": ("o", 4.4, style.COLOURS["black"]),
    "recommendation": ("D", 4.4, style.COLOURS["vermilion"]),
    "vision": ("s", 4.2, style.COLOURS["blue"]),
    "speech": ("^", 4.8, style.COLOURS["green"]),
}
ROW_INCHES, HEAD_INCHES, TICK_INCHES = 0.137, 0.43, 0.19
LEGEND_INCHES, FOOT_INCHES = 0.36, 0.04
LEFT, WIDTH, TEXT_POINTS = 0.445, 0.42, -110
SMALL = style.SMALLEST_TEXT_POINTS
SMALLEST_PLAIN = 0.001
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plotted(known, sample, carbon):
    """Every row of the five panels."""
    return resources.table(known, sample, carbon)


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    plt.rcParams["figure.constrained_layout.use"] = False
    bodies = {
        panel: ROW_INCHES * n for panel, n in values.groupby("panel", sort=True).size().items()
    }
    total = LEGEND_INCHES + sum(bodies.values()) + len(bodies) * HEAD_INCHES + FOOT_INCHES
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, total))
    top = total - LEGEND_INCHES
    for panel in PANELS:
        top -= HEAD_INCHES - TICK_INCHES
        place = [LEFT, (top - bodies[panel]) / total, WIDTH, bodies[panel] / total]
        _panel(figure.add_axes(place), values[values["panel"] == panel], panel)
        top -= bodies[panel] + TICK_INCHES
    figure.legend(
        handles=_handles(),
        loc="upper left",
        bbox_to_anchor=(-0.02, 1.0),
        fontsize=SMALL,
        ncols=3,
        columnspacing=0.9,
        handletextpad=0.1,
        labelspacing=0.3,
        borderaxespad=0.1,
    )
    return figure


def _panel(axis, values, panel):
    title, limits, ticks = PANELS[panel]
    axis.axvline(1, color="black", lw=0.8, zorder=1)
    for row in values.itertuples(index=False):
        _row(axis, row)
    axis.set_xscale("log")
    axis.set_xlim(*limits)
    axis.set_ylim(len(values) - 0.5, -0.5)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_major_formatter(FuncFormatter(_power))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.minorticks_off()
    axis.tick_params(axis="x", labelsize=SMALL, length=2, pad=1)
    _write(axis, f"{panel}  {title}", (0.0, -0.5), (TEXT_POINTS, 13), "bold")
    reference = f"{values['reference'].iloc[0]} = 1"
    _write(axis, reference, (0.0, -0.5), (TEXT_POINTS, 5))


def _row(axis, row):
    """One run: its mark and ratio, an arrow for a lower bound, or that there is none."""
    if pd.isna(row.ratio):
        _write(axis, row.label, (0.0, row.position), (TEXT_POINTS, 0), colour="#555555")
        return
    if pd.notna(row.ratio_low):
        ends = [row.ratio_low, row.ratio_high]
        colour = MARKS[row.domain][2]
        axis.plot(ends, [row.position] * 2, color=colour, lw=0.9, marker="|", ms=6, zorder=2)
    lower_bound = row.basis == "claim of the paper" and row.domain == "recommendation"
    if lower_bound:
        axis.annotate(
            "",
            (row.ratio * 4, row.position),
            (row.ratio, row.position),
            arrowprops={"arrowstyle": "->", "color": MARKS[row.domain][2], "lw": 1.0},
        )
    likely = pd.notna(row.confidence) and row.confidence == "likely"
    axis.plot([row.ratio], [row.position], **_look(row.domain, likely))
    _write(axis, row.label, (0.0, row.position), (TEXT_POINTS, 0))
    words = f"> {row.ratio:.3g}" if lower_bound else _number(row.ratio)
    _write(axis, words, (1.0, row.position), (4, 0))


def _write(axis, text, at, shift, weight="normal", colour="black"):
    axis.annotate(
        text,
        at,
        xycoords=("axes fraction", "data"),
        xytext=shift,
        textcoords="offset points",
        va="center",
        fontsize=SMALL,
        fontweight=weight,
        color=colour,
        annotation_clip=False,
    )


def _number(ratio):
    if ratio >= 0.001:
        return f"{ratio:.2g}"
    digits, power = f"{ratio:.1e}".split("e")
    return f"{digits}·10{str(int(power)).translate(SUPERSCRIPT)}"


def _power(value, _):
    """Plain text: an exponent set by the mathematics of the library would be too small."""
    exponent = round(math.log10(value)) if value < SMALLEST_PLAIN else None
    if exponent is not None and math.isclose(value, 10.0**exponent):
        return f"10{str(exponent).translate(SUPERSCRIPT)}"
    return f"{value:g}"


def _look(domain, open_mark):
    marker, size, colour = MARKS[domain]
    return {
        "marker": marker,
        "ms": size,
        "mfc": "white" if open_mark else colour,
        "mec": colour,
        "mew": 0.9,
        "ls": "none",
        "zorder": 3,
    }


def _handles():
    names = {"recommendation": "recommendation", "vision": "vision, images"}
    handles = [Line2D([], [], label=names.get(name, name), **_look(name, False)) for name in MARKS]
    label = "open: Epoch AI says likely"
    return [*handles, Line2D([], [], label=label, **_look("language", True))]


def main(known, sample, carbon, references, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(
        *resources.read(known, sample, references=references),
        tables.read_csv(carbon, "training_carbon"),
    )
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)
    print(values[["panel", "label", "domain", "value", "ratio"]].to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.resources,
            snakemake.input.sample,
            snakemake.input.carbon,
            snakemake.input.references,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
