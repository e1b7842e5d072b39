"""Figures sa6 to sa10 and sa12: power saved, utilisation, error and energy."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from ai_lifecycle import runlog, stacked_bars, style, tables

SMALL = style.SMALLEST_TEXT_POINTS
C = style.COLOURS
AREAS = {
    "hardware": {"color": C["blue"], "label": "hardware"},
    "infrastructure": {"color": C["sky"], "hatch": "....", "label": "infrastructure"},
    "platform": {"color": "white", "hatch": "////", "label": "platform"},
    "model": {"color": C["orange"], "label": "model"},
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
CLUSTERS = {
    "paper, workflows": (C["black"], "-", 1.6),
    "Philly": (C["orange"], (0, (4, 1.5)), 1.2),
    "Seren": (C["blue"], (0, (1, 1)), 1.4),
    "Kalos": (C["green"], (0, (5, 1, 1, 1)), 1.2),
}
STARS = {"yellow star": C["yellow"], "green star": C["green"]}
CLAIM = (30, 50)


def plotted(values, stem):
    """The values of one figure, exactly as drawn."""
    shown = values[values["figure"] == stem].drop(columns="figure")
    return shown.reset_index(drop=True)


def draw_sa6(values):
    """Power saved in each half-year, by area."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.6))
    names = list(dict.fromkeys(values["category"]))
    places = {name: number for number, name in enumerate(names)}
    tops = stacked_bars.draw(axis, values, places, AREAS)
    for name, place in places.items():
        axis.annotate(
            f"{tops[name]:.1f}",
            (place, tops[name]),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=SMALL,
        )
    stacked_bars.plain_x(axis, [name.replace(" ", "\n") for name in names])
    axis.set_ylim(0, 36)
    axis.set_yticks(range(0, 31, 10))
    axis.set_ylabel("operational power saved [%]")
    handles, words = axis.get_legend_handles_labels()
    axis.legend(handles[::-1], words[::-1], loc="upper left", fontsize=SMALL, ncols=2)
    return figure


def draw_sa7(values):
    """Power of serving the language model, step by step."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.6))
    bars = values[values["series"] == "bar label"].reset_index(drop=True)
    product = values[values["series"] == "product of the printed gains"]
    at = np.arange(len(bars))
    axis.bar(at, bars["value"], 0.66, color=C["sky"], edgecolor="black", lw=0.4)
    stacked_bars.errors(axis, at, bars["value"], bars)
    axis.plot(
        at,
        product["value"],
        marker="D",
        ls="none",
        mfc="none",
        mec="black",
        ms=7,
        mew=0.9,
        label="product of the printed gains",
    )
    for place, value in zip(at, bars["value"], strict=True):
        axis.annotate(
            f"{value:g}", (place, value), xytext=(0, 7), textcoords="offset points", ha="center"
        )
    labels = ["CPU\nbaseline", "platform\ncaching", "GPU\nFP32", "GPU\nFP16", "fused\nkernels"]
    stacked_bars.plain_x(axis, labels)
    axis.set_yscale("log")
    axis.set_ylim(0.7, 2500)
    axis.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
    axis.set_ylabel("power over the last step, logarithmic")
    axis.legend(loc="upper right", fontsize=SMALL)
    return figure


def draw_sa8(values):
    """Power of the fleet, with and without the optimisations."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.6))
    names = list(dict.fromkeys(values["category"]))
    at = np.arange(len(names))
    for series, shift, colour, hatch, words in (
        ("baseline", -0.2, C["light_grey"], "", "without, read off"),
        ("optimised", 0.2, C["sky"], "", "with, read off"),
    ):
        rows = values[values["series"] == series].reset_index(drop=True)
        axis.bar(
            at + shift,
            rows["value"],
            0.38,
            color=colour,
            hatch=hatch,
            edgecolor="black",
            lw=0.4,
            label=words,
        )
        stacked_bars.errors(axis, at + shift, rows["value"], rows)
        for place, value in zip(at + shift, rows["value"], strict=True):
            axis.annotate(
                f"{value:.3f}",
                (place, value),
                xytext=(0, 6),
                textcoords="offset points",
                ha="center",
                fontsize=SMALL,
            )
    product = values[values["series"] == "baseline x (1 - reduction)"].reset_index(drop=True)
    axis.plot(
        at + 0.3,
        product["value"],
        marker="D",
        ls="none",
        mfc="none",
        mec=C["vermilion"],
        ms=4.5,
        mew=0.9,
        label="computed: without × (1 − figure 6)",
        zorder=5,
    )
    stacked_bars.errors(axis, at + 0.3, product["value"], product, ecolor=C["vermilion"], zorder=4)
    stacked_bars.plain_x(axis, [name.replace(" ", "\n") for name in names])
    axis.set_ylim(0, 1.95)
    axis.set_yticks(np.arange(0, 1.3, 0.25))
    axis.set_ylabel("power over the first half-year")
    handles, words = axis.get_legend_handles_labels()
    order = sorted(range(len(words)), key=words.__getitem__, reverse=True)
    axis.legend(
        [handles[i] for i in order], [words[i] for i in order], loc="upper left", fontsize=SMALL
    )
    return figure


def draw_sa9(values):
    """Footprint of the same training over GPU utilisation, with the closed form."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.9))
    bars = values[values["origin"] == "digitised"]
    bars = bars.assign(category=bars["x_value"].map("{:g}".format))
    places = {name: float(name) for name in dict.fromkeys(bars["category"])}
    stacked_bars.draw(axis, bars, places, PARTS, width=4.5)
    curves = values[values["origin"] == "model"]
    below = 0.0
    for series in PARTS:
        rows = curves[curves["series"] == series].sort_values("x_value")
        below = below + rows["value"].to_numpy()
        axis.plot(rows["x_value"], below, color="black", lw=0.9, ls=(0, (3, 1.5)))
    axis.plot([], [], color="black", lw=0.9, ls=(0, (3, 1.5)), label="closed form, fitted")
    axis.set_xticks(list(places.values()))
    axis.set_xlim(15, 80)
    axis.set_ylim(0, 8.6)
    axis.set_xlabel("GPU utilisation [%]")
    axis.set_ylabel("footprint, relative")
    handles, words = axis.get_legend_handles_labels()
    axis.legend(handles[::-1], words[::-1], loc="upper right", fontsize=SMALL)
    return figure


def draw_sa10(values):
    """Utilisation of GPUs by workflows, and over time in three public clusters."""
    style.apply()
    figure, (top, bottom) = plt.subplots(2, 1, figsize=(style.COLUMN_WIDTH_INCHES, 5.0))
    bars = values[values["panel"] == "a"]
    top.axvspan(*CLAIM, color="#EDEDED", zorder=0, lw=0)
    top.bar(bars["x_value"], bars["value"], 0.9, color=style.STAGES["training"])
    stacked_bars.errors(
        top, bars["x_value"], bars["value"], bars, elinewidth=0.5, capsize=0.8, capthick=0.5
    )
    top.annotate(
        "30 to 50 %, where\nthe paper's caption puts\na vast majority",
        (sum(CLAIM) / 2, 62),
        ha="center",
        va="top",
        fontsize=SMALL,
    )
    top.set_ylim(0, 64)
    top.set_xlim(0, 100)
    top.set_xlabel("GPU utilisation [%]")
    top.set_ylabel("bar height [units]")
    top.set_title("a  the paper's histogram, read off", loc="left", fontweight="bold")
    bottom.axvspan(*CLAIM, color="#EDEDED", zorder=0, lw=0)
    for series, (colour, dashes, thick) in CLUSTERS.items():
        rows = values[(values["panel"] == "b") & (values["series"] == series)]
        bottom.plot(rows["x_value"], rows["value"], color=colour, ls=dashes, lw=thick, label=series)
    bottom.set_xlim(-1, 101)
    bottom.set_ylim(0, 101)
    bottom.set_xlabel("GPU utilisation [%]")
    bottom.set_ylabel("share at or below [%]")
    bottom.set_title("b  beside it: GPUs of three public clusters", loc="left", fontweight="bold")
    bottom.legend(loc="upper left", fontsize=SMALL)
    return figure


def draw_sa12(values):
    """Model error over energy a step."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.8))
    for series in dict.fromkeys(values["series"]):
        rows = values[values["series"] == series].sort_values("x_value")
        axis.plot(
            rows["x_value"], 1000 * rows["value"], color=C["blue"], lw=0.8, marker="o", ms=2.6
        )
    for star, colour in STARS.items():
        row = values[values["category"] == star].iloc[0]
        axis.plot(
            row["x_value"],
            1000 * row["value"],
            marker="*",
            ms=12,
            mfc=colour,
            mec="black",
            mew=0.7,
            ls="none",
            zorder=4,
        )
        axis.annotate(
            star,
            (row["x_value"], 1000 * row["value"]),
            xytext=(-7, -9),
            textcoords="offset points",
            ha="right",
            fontsize=SMALL,
        )
    axis.annotate(
        "each line: one size of data,\nlarger downwards; along a\nline the model grows",
        (0.97, 0.97),
        xycoords="axes fraction",
        ha="right",
        va="top",
        fontsize=SMALL,
    )
    axis.set_xscale("log")
    axis.set_xticks([0.1, 0.2, 0.5, 1, 2, 4], ["0.1", "0.2", "0.5", "1", "2", "4"])
    axis.set_xticks([], minor=True)
    axis.set_xlim(0.1, 4.2)
    axis.set_ylim(0, 12.5)
    axis.set_xlabel("energy a training step [J], logarithmic")
    axis.set_ylabel("model error, thousandths")
    return figure


FIGURES = {
    "sa6_power_reduction": draw_sa6,
    "sa7_power_ladder": draw_sa7,
    "sa8_net_power": draw_sa8,
    "sa9_gpu_utilisation": draw_sa9,
    "sa10_gpu_utilisation_histogram": draw_sa10,
    "sa12_error_and_energy": draw_sa12,
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
        main(snakemake.input.figures_values, Path(snakemake.output.sa6_svg).parent)
