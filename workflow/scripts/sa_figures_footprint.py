"""Figures sa4, sa5 and sa11: carbon of training, inference, hardware and federated learning."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from ai_lifecycle import runlog, stacked_bars, style, tables

SMALL = style.SMALLEST_TEXT_POINTS
C = style.COLOURS
PHASES = {
    "offline_training": {"color": style.STAGES["training"], "label": "offline training"},
    "online_training": {
        "color": style.STAGES["training"],
        "hatch": "//////",
        "label": "online training",
    },
    "inference": {"color": style.STAGES["inference"], "label": "inference"},
}
PARTS = {
    "embodied": {"color": style.STAGES["embodied"], "label": "embodied"},
    "operational, not offset": {"color": C["grey"], "label": "operational, not offset"},
    "operational, offset by solar": {
        "color": C["yellow"],
        "hatch": "////",
        "label": "operational, offset by solar",
    },
}
EMBODIED = {
    "embodied, 2 accelerators as in the reference system": ("o", C["orange"], "2 a system"),
    "embodied, 8 accelerators as in the usual server": ("s", C["vermilion"], "8 a system"),
}
ACCOUNTS = {
    "location": ("o", C["blue"], True, "location-based"),
    "fixed": ("D", C["vermilion"], False, "at a fixed national average"),
}
CLIENTS = {
    "download": {"color": C["light_grey"], "label": "download"},
    "upload": {"color": C["sky"], "hatch": "////", "label": "upload"},
    "compute": {"color": C["blue"], "label": "computation on devices"},
    "training in a data centre": {
        "color": "white",
        "hatch": "....",
        "label": "Transformer (Big) in a data centre",
    },
}


def plotted(values, stem):
    """The values of one figure, exactly as drawn."""
    shown = values[values["figure"] == stem].drop(columns="figure")
    return shown.reset_index(drop=True)


def draw_sa4(values):
    """Operational carbon: the company's models, open models, disclosures since."""
    style.apply()
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, 8.2))
    # Sub-figures, so that the labels of one panel do not narrow the other's axis.
    parts = figure.subfigures(3, 1, height_ratios=[1.0, 1.1, 1.45])
    first, second, third = (part.subplots() for part in parts)
    own = values[values["panel"] == "a"]
    names = list(dict.fromkeys(own["category"]))
    stacked_bars.draw(first, own, {n: i for i, n in enumerate(names)}, PHASES)
    stacked_bars.plain_x(first, names)
    first.legend(loc="upper right", fontsize=SMALL)
    first.set_ylabel("operational [t CO₂e]")
    first.set_title("a  the company's models, read off", loc="left", fontweight="bold")
    first.set_ylim(0, 980)
    _open_models(second, values[values["panel"] == "b"])
    _later(third, values[values["panel"] == "c"])
    return figure


def _open_models(axis, values):
    read = values[values["origin"] == "digitised"]
    source = values[values["origin"] == "public"].set_index("category")["value"]
    order = source.sort_values(kind="stable").index.tolist()
    at = np.arange(len(order))
    read = read.set_index("category").loc[order].reset_index()
    axis.barh(
        at + 0.19,
        read["value"],
        0.36,
        color=C["light_grey"],
        edgecolor="black",
        lw=0.4,
        label="read off the paper",
    )
    stacked_bars.errors(axis, at + 0.19, read["value"], read, horizontal=True)
    axis.barh(
        at - 0.19,
        source[order],
        0.36,
        color=style.STAGES["training"],
        edgecolor="black",
        lw=0.4,
        label="as printed by its source",
    )
    for place, name in zip(at, order, strict=True):
        axis.annotate(
            f"{source[name]:.3g}",
            (max(source[name], 4), place - 0.19),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )
    axis.set_yticks(at, order, fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.set_xlim(0, 640)
    axis.set_xlabel("training emissions [t CO₂e]")
    axis.set_title("b  open models", loc="left", fontweight="bold")
    axis.legend(loc="lower right", fontsize=SMALL)


def _later(axis, values):
    order = values.sort_values("value", kind="stable")["category"].tolist()
    for series, (marker, colour, filled, words) in ACCOUNTS.items():
        rows = values[values["series"] == series]
        at = [order.index(name) for name in rows["category"]]
        axis.plot(
            rows["value"],
            at,
            marker=marker,
            ls="none",
            ms=4.5,
            mec=colour,
            label=words,
            mfc=colour if filled else "none",
        )
    axis.set_yticks(range(len(order)), order, fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.set_xscale("log")
    axis.set_xticks([20, 100, 500, 2000, 10000])
    axis.set_xticks([], minor=True)
    axis.set_xticklabels(["20", "100", "500", "2,000", "10,000"])
    axis.set_ylim(-0.7, len(order) - 0.3)
    axis.set_xlabel("as disclosed [t CO₂e], logarithmic")
    axis.set_title(
        "c  not in the paper",
        loc="left",
        fontweight="bold",
    )
    axis.legend(loc="lower right", fontsize=SMALL)


def draw_sa5(values):
    """Embodied and operational carbon: as read, and the same accounting on public runs."""
    style.apply()
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, 5.8))
    parts = figure.subfigures(2, 1, height_ratios=[1.0, 1.25])
    first, second = (part.subplots() for part in parts)
    own = values[values["panel"] == "a"]
    names = list(dict.fromkeys(own["category"]))
    stacked_bars.draw(first, own, {n: i for i, n in enumerate(names)}, PARTS)
    stacked_bars.plain_x(first, names)
    first.set_ylabel("emissions [t CO₂e]")
    first.set_ylim(0, 1420)
    first.set_title("a  the company's models, read off", loc="left", fontweight="bold")
    handles, words = first.get_legend_handles_labels()
    first.legend(handles[::-1], words[::-1], loc="upper right", fontsize=SMALL)
    _public_runs(second, values[values["panel"] == "b"])
    return figure


def _public_runs(axis, values):
    disclosed = values[values["series"] == "operational, disclosed"].set_index("category")["value"]
    order = disclosed.sort_values(kind="stable").index.tolist()
    at = np.arange(len(order))
    axis.plot(
        disclosed[order],
        at,
        marker="D",
        ls="none",
        color="black",
        ms=4,
        label="operational, disclosed",
    )
    for offset, (series, (marker, colour, words)) in zip(
        (0.14, -0.14), EMBODIED.items(), strict=True
    ):
        rows = values[values["series"] == series].set_index("category").loc[order].reset_index()
        axis.plot(
            rows["value"],
            at + offset,
            marker=marker,
            ls="none",
            color=colour,
            ms=3.6,
            label=f"embodied, {words}",
            mec="black",
            mew=0.5,
            zorder=4,
        )
        stacked_bars.errors(axis, at + offset, rows["value"], rows, horizontal=True, zorder=3)
    axis.set_yticks(at, order, fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.set_xscale("log")
    axis.set_xlim(0.1, 1500)
    axis.set_xticks([0.1, 1, 10, 100, 1000], ["0.1", "1", "10", "100", "1,000"])
    axis.set_xlabel("emissions [t CO₂e], logarithmic")
    axis.set_title("b  the same for public runs", loc="left", fontweight="bold")
    axis.set_ylim(-1.9, len(order) - 0.4)
    axis.legend(
        loc="lower right",
        fontsize=SMALL,
        ncols=1,
        frameon=True,
        framealpha=1.0,
        edgecolor="none",
        borderpad=0.2,
        labelspacing=0.25,
    )


def draw_sa11(values):
    """Federated learning beside training in a data centre."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.7))
    names = list(dict.fromkeys(values["category"]))
    places = {name: number for number, name in enumerate(names)}
    tops = stacked_bars.draw(axis, values, places, CLIENTS)
    for name, place in places.items():
        axis.annotate(
            f"{tops[name]:.4g}",
            (place, tops[name]),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
        )
    stacked_bars.plain_x(
        axis, [name.replace("-", "\n", 1) if name[0] != "F" else name for name in names]
    )
    axis.set_ylim(0, 335)
    axis.set_ylabel("operational emissions [kg CO₂e]")
    axis.legend(loc="upper right", fontsize=SMALL)
    return figure


FIGURES = {
    "sa4_operational_carbon": draw_sa4,
    "sa5_embodied_and_operational": draw_sa5,
    "sa11_federated_learning": draw_sa11,
}


def main(values, folder):
    """Write the plotted values of each figure, then draw from them."""
    everything = tables.read_csv(values, "paper_figures_values")
    for stem, draw in FIGURES.items():
        csv, svg, pdf, png = (
            Path(folder) / f"{stem}.{end}" for end in ("csv", "svg", "pdf", "png")
        )
        tables.write_csv(plotted(everything, stem), csv, stem)
        style.save(draw(tables.read_csv(csv, stem)), svg, pdf, png)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(snakemake.input.figures_values, Path(snakemake.output.sa4_svg).parent)
