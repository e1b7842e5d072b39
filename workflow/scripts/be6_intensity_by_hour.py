"""Figure be6: average and marginal intensity by hour of day, CISO and PJM, 2022."""

import textwrap

from matplotlib import pyplot as plt

from ai_lifecycle import grid_panels, runlog, style, tables

TITLES = {"CISO": "California (CISO)", "PJM": "Mid-Atlantic to Illinois (PJM)"}
SERIES = list(grid_panels.LABELS)
LEGEND_COLUMNS = 3


def plotted(profile, marginal):
    """Every value drawn."""
    return grid_panels.values_drawn(profile, marginal, TITLES, SERIES)


def draw(values):
    """Two panels on one scale."""
    style.apply()
    figure, axes = plt.subplots(
        1, len(TITLES), figsize=(style.PAGE_WIDTH_INCHES, 3.6), sharey=True, sharex=True
    )
    for axis, letter, (authority, title) in zip(axes, "ab", TITLES.items(), strict=True):
        grid_panels.panel(axis, values[values["authority"] == authority])
        axis.set_title(f"{letter}  {title}", loc="left", fontweight="bold")
        axis.set_xlabel("local clock hour, 2022")
    note = textwrap.fill(grid_panels.BOUNDARY, 32)
    axes[1].text(0.03, 0.04, note, transform=axes[1].transAxes, va="bottom")
    axes[0].set_ylim(0, None)
    axes[0].set_ylabel("emissions of generation [gCO₂e/kWh]")
    handles, labels = grid_panels.legend_entries(SERIES)
    figure.legend(
        handles, labels, loc="outside lower center", ncols=LEGEND_COLUMNS, handlelength=3.0
    )
    return figure


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
