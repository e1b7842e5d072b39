"""Figures sa1 to sa3: growth of articles, models, data and capacity; phases and emissions."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import FuncFormatter

from ai_lifecycle import runlog, stacked_bars, style, tables

SMALL = style.SMALLEST_TEXT_POINTS
C = style.COLOURS
FIELDS = {
    "Physics": (C["black"], "o", (0, 3)),
    "Machine Learning": (C["vermilion"], "s", (0, -2)),
    "Math": (C["blue"], "^", (0, 2)),
    "Computer Science": (C["green"], "D", (0, -1)),
}
TRANSLATION = {
    "GPT-3 English to French": (C["blue"], "o", "to French"),
    "GPT-3 French to English": (C["vermilion"], "s", "to English"),
}
RECOMMENDATION = {
    "recommendation, search": (C["blue"], "o", "search"),
    "recommendation, images": (C["vermilion"], "s", "images"),
}
CAPACITY = {"training": (C["blue"], "o"), "inference": (C["vermilion"], "s")}
PHASES = {
    "data": {"color": C["light_grey"]},
    "experimentation": {"color": style.STAGES["experimentation"]},
    "training": {"color": style.STAGES["training"]},
    "training offline": {"color": style.STAGES["training"]},
    "training online": {"color": style.STAGES["training"], "hatch": "////"},
    "inference": {"color": style.STAGES["inference"]},
}
SCOPES = {
    "scope 3": {"color": C["orange"], "label": "scope 3"},
    "scopes 1 and 2": {"color": C["black"], "label": "scopes 1 and 2"},
    "operational, covered by renewables": {
        "color": C["yellow"],
        "hatch": "////",
        "label": "operational, covered by renewables",
    },
    "scope 2, location-based": {
        "color": C["sky"],
        "hatch": "....",
        "label": "scope 2, location-based",
    },
}
TONNES_PER_MEGATONNE = 1e6


def plotted(values, stem):
    """The values of one figure, exactly as drawn."""
    shown = values[values["figure"] == stem].drop(columns="figure")
    return shown.reset_index(drop=True)


def draw_sa1(values):
    """Cumulative articles by field."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 2.5))
    for field, (colour, marker, shift) in FIELDS.items():
        rows = values[values["series"] == field].sort_values("x_value")
        thousands = rows.assign(**{c: rows[c] / 1000 for c in ("value", "low", "high")})
        axis.plot(rows["x_value"], thousands["value"], color=colour, marker=marker, ms=2.4, lw=1)
        stacked_bars.errors(axis, rows["x_value"], thousands["value"], thousands, ecolor=colour)
        axis.annotate(
            field,
            (rows["x_value"].iloc[-1], thousands["value"].iloc[-1]),
            xytext=(5 + shift[0], shift[1]),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=colour,
        )
    axis.set_xlim(2010.5, 2023.6)
    axis.set_xticks(range(2011, 2021, 3))
    axis.set_ylim(0)
    axis.set_ylabel("cumulative articles [thousands]")
    return figure


def draw_sa2(values):
    """Model quality over size; growth of data, models and capacity."""
    style.apply()
    figure, axes = plt.subplots(
        4, 1, figsize=(style.COLUMN_WIDTH_INCHES, 8.4), height_ratios=[1.15, 1.0, 0.85, 1.0]
    )
    _translation(axes[0], values[(values["panel"] == "a") & (values["x_unit"] == "1e9")])
    _recommendation(axes[1], values[(values["panel"] == "a") & (values["x_unit"] == "1")])
    _growth(axes[2], values[values["panel"].isin(["b", "c"])])
    _capacity(axes[3], values[values["panel"] == "d"])
    return figure


def _translation(axis, values):
    for series, (colour, marker, words) in TRANSLATION.items():
        for origin, filled in (("public", False), ("digitised", True)):
            rows = values[(values["series"] == series) & (values["origin"] == origin)]
            rows = rows.sort_values("x_value")
            axis.plot(
                rows["x_value"],
                rows["value"],
                color=colour,
                ls="-" if not filled else "none",
                lw=0.8,
                marker=marker,
                ms=2.6 if filled else 6,
                mfc=colour if filled else "none",
                mew=0.8,
                label=f"{words}, {'read off the paper' if filled else 'Brown et al.'}",
            )
            stacked_bars.errors(axis, rows["x_value"], rows["value"], rows, ecolor=colour)
    axis.set_xscale("log")
    _plain_powers(axis)
    axis.set_ylim(0, 43)
    axis.set_xlabel("parameters [billions], logarithmic")
    axis.set_ylabel("BLEU, few-shot")
    axis.set_title("a  GPT-3, translation", loc="left", fontweight="bold")
    axis.legend(loc="lower right", fontsize=SMALL, handlelength=1.4)


def _plain_powers(axis):
    """Powers of ten written out: an exponent is too small to read."""
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))


def _recommendation(axis, values):
    for series, (colour, marker, words) in RECOMMENDATION.items():
        rows = values[values["series"] == series].sort_values("x_value")
        axis.plot(rows["x_value"], rows["value"], color=colour, marker=marker, ms=2.4, lw=0.8)
        stacked_bars.errors(axis, rows["x_value"], rows["value"], rows, ecolor=colour)
        last = rows.iloc[-1]
        axis.annotate(
            words,
            (last["x_value"], last["value"]),
            xytext=(-6, 4),
            textcoords="offset points",
            ha="right",
            fontsize=SMALL,
            color=colour,
        )
    axis.set_xscale("log")
    _plain_powers(axis)
    axis.set_ylim(0, 0.034)
    axis.set_xlabel("model size over the smallest, logarithmic")
    axis.set_ylabel("gain in AUC")
    axis.set_title("a  continued: recommendation", loc="left", fontweight="bold")


def _growth(axis, values):
    rows = values.iloc[::-1]
    at = np.arange(len(rows))
    axis.barh(at, rows["value"], height=0.6, color=C["light_grey"], edgecolor="black", lw=0.4)
    stacked_bars.errors(axis, at, rows["value"], rows, horizontal=True)
    for place, value in zip(at, rows["value"], strict=True):
        axis.annotate(
            f"{value:g}×",
            (value, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )
    labels = [
        name.replace(", ", ",\n").replace(" bandwidth", "\nbandwidth")
        for name in rows["series"].str.replace(" model parameters", "\nmodel parameters")
    ]
    axis.set_yticks(at, labels, fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    axis.set_xscale("log")
    axis.set_xlim(1, 45)
    axis.set_xticks([1, 2, 5, 10, 20], ["1", "2", "5", "10", "20"])
    axis.set_xticks([], minor=True)
    axis.set_xlabel("2021 over 2019, logarithmic")
    axis.set_title("b, c  data and models, as printed", loc="left", fontweight="bold")


def _capacity(axis, values):
    quarters = list(dict.fromkeys(values["category"]))
    for series, (colour, marker) in CAPACITY.items():
        rows = values[values["series"] == series]
        at = [quarters.index(name) for name in rows["category"]]
        axis.plot(at, rows["value"], color=colour, marker=marker, ms=2.4, lw=0.8, label=series)
        stacked_bars.errors(axis, at, rows["value"], rows, ecolor=colour)
        printed = values[values["series"] == f"printed {series}"]
        axis.plot(
            [len(quarters) - 1],
            printed["value"],
            marker="x",
            ls="none",
            color=colour,
            ms=7,
            label=f"{series}, printed",
        )
        stacked_bars.errors(axis, [len(quarters) - 1], printed["value"], printed, ecolor=colour)
    axis.set_xticks(range(len(quarters)), quarters, fontsize=SMALL)
    axis.set_ylim(0.8, 3.1)
    axis.set_ylabel("relative to first quarter")
    axis.set_title("d  capacity", loc="left", fontweight="bold")
    axis.legend(loc="upper left", fontsize=SMALL)


def draw_sa3(values):
    """Phases by power and energy; emissions of the company by scope."""
    style.apply()
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, 7.4))
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.25, 2.4])
    _phases(top.subplots(1, 1), values[values["panel"].isin(["a", "b"])])
    read, index = bottom.subplots(2, 1, sharey=True)
    _scopes(read, values[values["panel"] == "c"], "c  the paper's bars")
    _scopes(index, values[values["panel"] == "d"], "c  beside it: the company's index of 2025")
    bottom.supylabel("emissions [Mt CO₂e]", y=0.53, fontsize=style.SETTINGS["axes.labelsize"])
    return figure


def _phases(axis, values):
    rows = values.assign(category=values["panel"] + values["category"])
    labels = {
        "aprinted": "a  power capacity, as printed",
        "bprinted": "b  energy of RM1, as printed",
        "bdigitised": "b  energy of RM1, read off",
    }
    places = {name: -1.25 * number for number, name in enumerate(labels)}
    stacked_bars.draw(axis, rows, places, PHASES, horizontal=True, width=0.52)
    for name, place in places.items():
        axis.text(0, place + 0.33, labels[name], va="bottom", fontweight="bold")
        bar = rows[rows["category"] == name].set_index("series")
        start = 0.0
        for series in [s for s in PHASES if s in bar.index]:
            _name_phase(axis, series, bar.loc[series, "value"], start, place)
            start += bar.loc[series, "value"]
    axis.set_yticks([])
    axis.set_ylim(-3.15, 0.62)
    axis.set_xlim(0, 101)
    axis.spines["left"].set_visible(False)
    axis.grid(visible=False)
    axis.set_xlabel("share [%]")


def _name_phase(axis, series, value, start, place):
    """Name and share of a segment on it, or below where it is too short."""
    words = f"{series.removeprefix('training ')} {value:g} %"
    middle, below = start + value / 2, place - 0.3
    if series == "experimentation":
        axis.text(0, below, words, ha="left", va="top", fontsize=SMALL)
    elif series == "training online":
        axis.text(middle, below, words, ha="center", va="top", fontsize=SMALL)
    else:
        colour = "white" if series.startswith("training") else "black"
        axis.text(middle, place, words.replace(" ", "\n", 1), ha="center", va="center",
                  fontsize=SMALL, color=colour, linespacing=0.95)  # fmt: skip


def _scopes(axis, values, title):
    rows = values.assign(
        category=values["x_value"].astype(int).astype(str),
        **{c: values[c] / TONNES_PER_MEGATONNE for c in ("value", "low", "high")},
    )
    years = list(dict.fromkeys(rows["category"]))
    places = {year: number for number, year in enumerate(years)}
    looks = {name: look for name, look in SCOPES.items() if name in set(rows["series"])}
    stacked_bars.draw(axis, rows, places, looks)
    market = rows[rows["series"] == "scope 2, market-based"]
    if len(market):
        axis.plot(
            [places[y] for y in market["category"]],
            market["value"],
            marker="v",
            ls="none",
            color=C["vermilion"],
            ms=5,
            label="scope 2, market-based (below 0.01)",
            zorder=4,
            clip_on=False,
        )
    stacked_bars.plain_x(axis, years)
    axis.set_ylim(0, 16.5)
    axis.set_title(title, loc="left", fontweight="bold")
    handles, names = axis.get_legend_handles_labels()
    axis.legend(handles[::-1], names[::-1], loc="upper left", fontsize=SMALL)


FIGURES = {
    "sa1_arxiv_growth": draw_sa1,
    "sa2_growth": draw_sa2,
    "sa3_phases_and_emissions": draw_sa3,
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
        main(snakemake.input.figures_values, Path(snakemake.output.sa1_svg).parent)
