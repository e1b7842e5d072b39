"""Figure be6: average and marginal intensity by hour of day, CISO and PJM, 2022."""

import textwrap

from matplotlib import pyplot as plt
from matplotlib.lines import Line2D

from ai_lifecycle import grid_panels, runlog, style, tables

TITLES = {"CISO": "California (CISO)", "PJM": "Mid-Atlantic to Illinois (PJM)"}
SERIES = list(grid_panels.LABELS)
NAMED_HOUR = 13


def plotted(profile, marginal):
    """Every value drawn."""
    return grid_panels.values_drawn(profile, marginal, TITLES, SERIES)


def draw(values):
    """Two panels on one scale, one above the other."""
    style.apply()
    figure, axes = plt.subplots(
        len(TITLES), 1, figsize=(style.COLUMN_WIDTH_INCHES, 6.3), sharey=True, sharex=True
    )
    for axis, letter, (authority, title) in zip(axes, "ab", TITLES.items(), strict=True):
        part = values[values["authority"] == authority]
        grid_panels.panel(axis, part)
        _name_groups(axis, part)
        axis.set_title(f"{letter}  {title}", loc="left", fontweight="bold")
    note = textwrap.fill(grid_panels.BOUNDARY, 32)
    axes[1].text(0.03, 0.04, note, transform=axes[1].transAxes, va="bottom")
    axes[0].set_ylim(0, None)
    axes[1].set_xlabel("local clock hour, 2022")
    figure.supylabel(
        "emissions of generation [gCO₂e/kWh]", y=0.6, fontsize=style.SETTINGS["axes.labelsize"]
    )
    _legends(figure)
    return figure


def _legends(figure):
    """Averages and marginals side by side, as tall as each other."""
    groups = {
        group: [name for name in SERIES if name.startswith(group)]
        for group in ("average", "marginal")
    }
    tallest = max(map(len, groups.values()))
    for (group, names), place in zip(groups.items(), ("left", "right"), strict=True):
        handles, labels = grid_panels.legend_entries(names)
        blank = tallest - len(names)
        figure.legend(
            handles + [Line2D([], [], linestyle="none")] * blank,
            [label.removeprefix(f"{group}, ") for label in labels] + [" "] * blank,
            title=group,
            alignment="left",
            loc=f"outside lower {place}",
            handlelength=2.4,
            borderaxespad=0.2,
        )


def _name_groups(axis, values):
    """Say on the panel which lines are which; blue and vermilion are one grey."""
    of = values[values["local_hour"] == NAMED_HOUR].set_index("series")
    between = of.loc[["marginal_fossil", "marginal_avert"], "intensity_g_per_kwh"].mean()
    below = of.loc["average_direct", "low_g_per_kwh"]
    for word, level, where in (("marginal", between, "center"), ("average", below, "top")):
        axis.text(NAMED_HOUR, level, word, ha="center", va=where, fontstyle="italic")


def main(profile, marginal, out):
    values = plotted(
        tables.read_csv(profile, "grid_hourly_profile"),
        tables.read_csv(marginal, "grid_marginal"),
    )
    tables.write_csv(values, out["csv"], "be6_intensity_by_hour")
    style.save(draw(values), out["svg"], out["pdf"], out["png"])


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(snakemake.input.profile, snakemake.input.marginal, snakemake.output)
