"""Figures be3a and be3b: life-cycle carbon of two models; power capacity over phases."""

from pathlib import Path

from matplotlib import pyplot as plt

from ai_lifecycle import runlog, stacked_bars, style, tables

SMALL = style.SMALLEST_TEXT_POINTS
STAGES = {
    "training": {"color": style.STAGES["training"], "label": "training"},
    "inference": {"color": style.STAGES["inference"], "label": "inference"},
    "embodied": {"color": style.STAGES["embodied"], "hatch": "....", "label": "embodied"},
}
PHASES = {
    "experimentation": {"color": style.STAGES["experimentation"]},
    "training": {"color": style.STAGES["training"]},
    "inference": {"color": style.STAGES["inference"]},
}
DASHES = {"3": "-", "4": (0, (5, 1.5)), "5": (0, (1, 1))}


def plotted(values, stem):
    """The values of one figure, exactly as drawn."""
    shown = values[values["figure"] == stem].drop(columns="figure")
    return shown.reset_index(drop=True)


def draw_be3a(values):
    """Training, inference and embodied carbon, as read and rebuilt; the rates behind it."""
    style.apply()
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(style.COLUMN_WIDTH_INCHES, 5.4), height_ratios=[1.1, 1.0]
    )
    bars = values[values["panel"] == "a"]
    names = list(dict.fromkeys(bars["category"]))
    # Two pairs: what was read beside what was rebuilt.
    places = dict(zip(names, (0.0, 0.85, 2.1, 2.95), strict=True))
    stacked_bars.draw(top, bars, places, STAGES)
    top.set_xticks(
        list(places.values()),
        [name.split(", ")[1].replace("rebuilt", "embodied\nrebuilt") for name in names],
        fontsize=SMALL,
    )
    for place, name in ((0.425, names[0]), (2.525, names[2])):
        top.annotate(
            name.split(", ")[0].replace(" (", "\n("),
            (place, 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -25),
            textcoords="offset points",
            ha="center",
            va="top",
        )
    top.tick_params(axis="x", length=0)
    top.grid(visible=False, axis="x")
    top.set_ylabel("emissions [t CO₂e]")
    top.set_title("a  life cycle", loc="left", fontweight="bold")
    handles, words = top.get_legend_handles_labels()
    top.legend(handles[::-1], words[::-1], loc="upper left", fontsize=SMALL)
    _rates(bottom, values[values["panel"] == "b"])
    return figure


def _rates(axis, values):
    for series in dict.fromkeys(values["series"]):
        rows = values[values["series"] == series].sort_values("x_value")
        kind, years = series.removesuffix(" years").split(", ")
        # Thickness tells the two kinds apart where colour does not.
        colour, thick = ("vermilion", 1.9) if kind.startswith("GPU") else ("blue", 0.9)
        axis.plot(
            rows["x_value"],
            rows["value"],
            color=style.COLOURS[colour],
            lw=thick,
            ls=DASHES[years],
            label=series,
        )
    axis.set_xlim(30, 60)
    axis.set_ylim(0, 0.31)
    axis.set_xlabel("utilisation [%]")
    axis.set_ylabel("embodied [kg CO₂e per used hour]")
    axis.set_title("b  what one hour of a system carries", loc="left", fontweight="bold")
    axis.legend(loc="upper right", fontsize=SMALL)


def draw_be3b(values):
    """Power capacity over experimentation, training and inference."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 1.15))
    rows = values.assign(category="capacity")
    stacked_bars.draw(axis, rows, {"capacity": 0.0}, PHASES, horizontal=True, width=0.8)
    start = 0.0
    for row in rows.itertuples(index=False):
        inside = row.series != "experimentation"
        axis.annotate(
            f"{row.series}\n{row.value:g} %" if inside else f"experimentation {row.value:g} %",
            (start + row.value / 2, 0.0 if inside else 0.4),
            xytext=(0, 0) if inside else (-12, 5),
            textcoords="offset points",
            ha="center" if inside else "left",
            va="center" if inside else "bottom",
            fontsize=SMALL,
            color="white" if row.series == "training" else "black",
        )
        start += row.value
    axis.set_yticks([])
    axis.set_ylim(-0.42, 0.75)
    axis.set_xlim(0, 100.5)
    axis.grid(visible=False)
    axis.spines["left"].set_visible(False)
    axis.set_xlabel("share of power capacity [%]")
    return figure


FIGURES = {"be3a_lifecycle_carbon": draw_be3a, "be3b_power_capacity": draw_be3b}


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
        main(snakemake.input.figures_values, Path(snakemake.output.be3a_svg).parent)
