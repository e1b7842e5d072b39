"""Figure la_grid_authorities: intensity by hour of day in eight balancing authorities, 2022."""

from matplotlib import pyplot as plt

from ai_lifecycle import grid_panels, runlog, style, tables

# Of two lines that would hide each other in small panels, the one that says more.
SERIES = [
    "average_direct",
    "average_life_cycle",
    "marginal_curtailment",
    "marginal_proxy_range",
    "marginal_avert",
]
COLUMNS = 2


def plotted(profile, marginal):
    """Every value drawn."""
    authorities = set(profile["authority"])
    return grid_panels.values_drawn(profile, marginal, authorities, SERIES)


def draw(values):
    """One small panel per authority, all on one scale."""
    style.apply()
    authorities = sorted(set(values["authority"]))
    rows = -(-len(authorities) // COLUMNS)
    figure, axes = plt.subplots(
        rows,
        COLUMNS,
        figsize=(style.COLUMN_WIDTH_INCHES, 1.5 + 1.35 * rows),
        sharex=True,
        sharey=True,
        squeeze=False,
    )
    for axis, authority in zip(axes.flat, authorities, strict=False):
        part = values[values["authority"] == authority]
        grid_panels.panel(axis, part, grid_panels.HOLLOW_LINES)
        axis.set_title(authority, loc="left", fontweight="bold")
    for axis in axes.flat[len(authorities) :]:
        axis.set_axis_off()
    axes[0, 0].set_ylim(0, None)
    for axis in axes[-1]:
        axis.set_xlabel("local clock hour, 2022")
    figure.supylabel(
        "emissions of generation [gCO₂e/kWh]",
        fontsize=style.SETTINGS["axes.labelsize"],
    )
    figure.suptitle(
        grid_panels.BOUNDARY, x=0.99, ha="right", fontsize=style.SETTINGS["axes.labelsize"]
    )
    handles, labels = grid_panels.legend_entries(SERIES, grid_panels.HOLLOW_LINES)
    figure.legend(handles, labels, loc="outside lower center", handlelength=3.0)
    return figure


def main(profile, marginal, out):
    values = plotted(
        tables.read_csv(profile, "grid_hourly_profile"),
        tables.read_csv(marginal, "grid_marginal"),
    )
    tables.write_csv(values, out["csv"], "la_grid_authorities")
    style.save(draw(values), out["svg"], out["pdf"], out["png"])


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(snakemake.input.profile, snakemake.input.marginal, snakemake.output)
