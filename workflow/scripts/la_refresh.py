"""Figure la_refresh: how long a new accelerator takes to repay its embodied carbon, by grid."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import constants, runlog, style, tables

TABLE = "la_refresh"
# Old, new: panel, title.
STEPS = {
    ("NVIDIA A100 SXM4 40GB", "NVIDIA H100 SXM5 80GB"): ("a", "a  A100 replaced by H100"),
    ("NVIDIA H100 SXM5 80GB", "NVIDIA B200 SXM"): ("b", "b  H100 replaced by B200"),
    ("NVIDIA A100 SXM4 40GB", "NVIDIA B200 SXM"): ("c", "c  A100 replaced by B200"),
}
# What is bought: colour of line, dash, face and hatch of the range.
BOUNDARIES = {
    "accelerator and host": (style.COLOURS["vermilion"], "--", "none", "////"),
    "accelerator": (style.COLOURS["blue"], "-", "#CFE3F2", ""),
}
LONGEST_YEARS = 60.0
SHORTEST_YEARS = 0.01
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(breakeven):
    """Low, value and high of each step, boundary and grid."""
    wide = breakeven.pivot(
        index=["boundary", "old", "new", "intensity_g_per_kwh"],
        columns="case",
        values="breakeven_years",
    ).reset_index()
    steps = zip(wide["old"], wide["new"], strict=True)
    wide["panel"] = [STEPS[step][0] for step in steps]
    named = wide.rename(columns={case: f"{case}_years" for case in ("low", "value", "high")})
    return named[COLUMNS].sort_values(COLUMNS[:5], kind="stable").reset_index(drop=True)


COLUMNS = [
    "panel",
    "boundary",
    "old",
    "new",
    "intensity_g_per_kwh",
    "low_years",
    "value_years",
    "high_years",
]


def draw(values, life_low_years, life_high_years):
    """The figure from its plotted values and the range of service lives."""
    style.apply()
    plt.rcParams["hatch.linewidth"] = 0.4
    figure, axes = plt.subplots(
        3, 1, figsize=(style.COLUMN_WIDTH_INCHES, 7.2), sharex=True, sharey=True
    )
    for axis, (panel, title) in zip(axes, STEPS.values(), strict=True):
        _panel(axis, values[values["panel"] == panel])
        axis.axhline(life_low_years, color="black", lw=0.8, ls=":", zorder=2)
        axis.axhline(life_high_years, color="black", lw=0.8, ls=":", zorder=2)
        axis.set_title(title, loc="left", fontweight="bold", fontsize=7.5)
    axes[-1].set_xlabel("grid intensity in use [g CO₂e/kWh], logarithmic", fontsize=SMALL)
    figure.supylabel("time to repay [years], logarithmic", fontsize=SMALL)
    figure.legend(
        handles=_handles(life_low_years, life_high_years),
        ncols=2,
        loc="outside lower center",
        fontsize=SMALL,
        columnspacing=1.6,
    )
    return figure


def _panel(axis, values):
    for boundary, (colour, dash, face, hatch) in BOUNDARIES.items():
        line = values[values["boundary"] == boundary]
        grid = line["intensity_g_per_kwh"]
        # A case that never repays runs off the top.
        top = line["high_years"].fillna(10 * LONGEST_YEARS)
        axis.fill_between(
            grid,
            line["low_years"],
            top,
            facecolor=face,
            edgecolor=colour,
            hatch=hatch,
            lw=0.6,
            zorder=1 if hatch else 0,
        )
        axis.plot(grid, line["value_years"], color=colour, ls=dash, lw=1.8, zorder=3)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlim(10, 1000)
    axis.set_ylim(SHORTEST_YEARS, LONGEST_YEARS)
    axis.xaxis.set_major_locator(FixedLocator([10, 30, 100, 300, 1000]))
    axis.yaxis.set_major_locator(FixedLocator([0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]))
    for ruler in (axis.xaxis, axis.yaxis):
        ruler.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ruler.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=SMALL)


def _handles(low, high):
    lines, ranges = [], []
    for boundary, (colour, dash, face, hatch) in reversed(BOUNDARIES.items()):
        lines.append(Line2D([], [], color=colour, ls=dash, lw=1.8, label=f"{boundary} bought"))
        ranges.append(
            Patch(facecolor=face, edgecolor=colour, hatch=hatch, lw=0.6, label="its range")
        )
    label = f"service life, {low:g} and {high:g} years"
    # A legend fills its columns downwards: each range comes beside its line.
    return [*lines, Line2D([], [], color="black", ls=":", lw=0.8, label=label), *ranges]


def main(breakeven, constants_path, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    life = constants.load(constants_path)["accelerator.lifetime"]
    values = plotted(tables.read_csv(breakeven, "refresh_breakeven"))
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE), life.low, life.high), svg, pdf, png)
    known = values[np.isclose(values["intensity_g_per_kwh"], 100)]
    print(known.to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.breakeven,
            snakemake.input.constants,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
