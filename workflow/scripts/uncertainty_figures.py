"""Figures la_drivers and la_tornado: which inputs make the ranges of the ledger."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter, NullLocator

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.uncertainty_tables import drivers
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import BY_COMPUTE, BY_HOURS, DISCLOSED

SMALL = style.SMALLEST_TEXT_POINTS
SERVED = "serving"
# Route: words, marker, colour, face.
SERIES = {
    DISCLOSED: ("energy disclosed", "o", "black", "black"),
    BY_HOURS: ("hours × power", "s", style.COLOURS["blue"], "white"),
    BY_COMPUTE: ("from compute", "D", style.COLOURS["orange"], style.COLOURS["orange"]),
    SERVED: ("served models", "o", style.COLOURS["sky"], style.COLOURS["sky"]),
}
PANELS = {"made": "a  making a model", "inference": "b  serving it"}
# An input is shown where it explains this much of some series on average.
LEAST_MEAN = 0.02
EVIDENCE = {
    "disclosed": ("black", ""),
    "derived": (style.COLOURS["sky"], "////"),
    "prior": (style.COLOURS["orange"], ""),
}
# The end of a bar at which its input stands at its 95th percentile.
UPPER = {"marker": "o", "ms": 3.2, "mfc": "white", "mec": "black", "mew": 0.7, "ls": "none"}
SHOWN_BARS = 7


def plotted_drivers(driving, training):
    """Spread over models of the total index of each input, by route; inputs by their mean."""
    routes = training.set_index("model_id")["route"]
    rows = driving[driving["target"].isin(PANELS) & (driving["input"] != drivers.OTHERS)]
    series = rows["model_id"].map(routes).where(rows["target"] == "made", SERVED)
    every = driving[driving["target"].isin(PANELS)].drop_duplicates(["model_id", "target"])
    whole = every["model_id"].map(routes).where(every["target"] == "made", SERVED).value_counts()
    found = []
    grouped = rows.assign(series=series).groupby(["target", "series", "input"], sort=True)
    for (target, name, given), mine in grouped["total"]:
        # Under a hundredth there is no row.
        values = np.zeros(whole[name])
        values[: len(mine)] = mine
        marks = np.quantile(values, [0.1, 0.5, 0.9])
        found.append((target, name, given, whole[name], *marks, values.mean()))
    columns = list(tables.declaration("la_drivers"))
    frame = pd.DataFrame(found, columns=columns)
    most = frame.groupby(["target", "input"])["mean"].transform("max")
    frame = frame[most >= LEAST_MEAN].assign(most=most)
    return frame.sort_values(
        ["target", "most", "input", "series"], ascending=[False, True, True, True], kind="stable"
    )[columns].reset_index(drop=True)


def draw_drivers(values):
    """For each input one line a route: median and middle four fifths of the models."""
    style.apply()
    counts = [values.loc[values["target"] == t, "input"].nunique() for t in PANELS]
    figure, axes = plt.subplots(
        2, 1, figsize=(style.COLUMN_WIDTH_INCHES, 1.3 + 0.27 * sum(counts)),
        height_ratios=[counts[0], 0.75 * counts[1]], sharex=True,
    )  # fmt: skip
    for axis, (target, title) in zip(axes, PANELS.items(), strict=True):
        rows = values[values["target"] == target]
        inputs = list(dict.fromkeys(rows["input"]))
        present = [name for name in SERIES if name in set(rows["series"])]
        for k, name in enumerate(present):
            _, marker, colour, face = SERIES[name]
            mine = rows[rows["series"] == name]
            y = [inputs.index(word) + 0.24 * ((len(present) - 1) / 2 - k) for word in mine["input"]]
            axis.hlines(y, 100 * mine["p10"], 100 * mine["p90"], color=colour, lw=1.4)
            axis.plot(100 * mine["p50"], y, marker, color=colour, mfc=face, ms=3.6, mew=0.8)
        axis.set_yticks(range(len(inputs)), inputs, fontsize=SMALL)
        axis.set_ylim(-0.6, len(inputs) - 0.4)
        axis.set_title(title, loc="left", fontweight="bold")
        axis.tick_params(axis="y", length=0)
    axes[1].set_xlim(-2, 102)
    axes[1].set_xlabel("share of the variance, total index [%]", fontsize=SMALL)
    handles = []
    for name, (words, marker, colour, face) in SERIES.items():
        count = values.loc[values["series"] == name, "models"].max()
        handles.append(
            Line2D([], [], marker=marker, color=colour, mfc=face, ms=3.6, mew=0.8, lw=1.4,
                   label=f"{words} (n = {count})")
        )  # fmt: skip
    figure.legend(handles=handles, loc="outside lower center", ncols=2, fontsize=SMALL)
    return figure


def plotted_tornado(table, models, names):
    """The widest bars of each model shown."""
    words = models.set_index("model_id")["name"]
    rows = []
    for name in names:
        mine = table[table["model_id"] == name]
        width = np.abs(np.log(mine["at_p95_tco2e"] / mine["at_p05_tco2e"]))
        rows.append(mine.assign(width=width).nlargest(SHOWN_BARS, "width", keep="first"))
    frame = pd.concat(rows).assign(name=lambda f: f["model_id"].map(words))
    return frame[list(tables.declaration("la_tornado"))].reset_index(drop=True)


def draw_tornado(values):
    """One bar an input, from its 5th to its 95th percentile; colour and hatch by evidence."""
    style.apply()
    names = list(dict.fromkeys(values["model_id"]))
    figure, axes = plt.subplots(
        len(names), 1, squeeze=False,
        figsize=(style.COLUMN_WIDTH_INCHES, 0.85 + 0.18 * len(values) + 0.3 * len(names)),
    )  # fmt: skip
    for axis, name, letter in zip(axes[:, 0], names, "abc", strict=False):
        rows = values[values["model_id"] == name].iloc[::-1]
        low, high = rows["at_p05_tco2e"].to_numpy(), rows["at_p95_tco2e"].to_numpy()
        for y, row in enumerate(rows.itertuples(index=False)):
            colour, hatch = EVIDENCE[row.evidence]
            axis.barh(
                y, abs(row.at_p95_tco2e - row.at_p05_tco2e),
                left=min(row.at_p05_tco2e, row.at_p95_tco2e), height=0.66,
                color=colour, hatch=hatch, edgecolor="black", linewidth=0.5,
            )  # fmt: skip
            axis.plot(row.at_p95_tco2e, y, zorder=4, clip_on=False, **UPPER)
        axis.axvline(rows["at_medians_tco2e"].iloc[0], color="black", lw=0.8)
        axis.set_yticks(range(len(rows)), rows["input"], fontsize=SMALL)
        axis.tick_params(axis="y", length=0)
        axis.set_title(f"{letter}  {rows['name'].iloc[0]}", loc="left", fontweight="bold")
        _logarithmic(axis, min(low.min(), high.min()), max(low.max(), high.max()))
    axes[-1, 0].set_xlabel("experiments and training, all parts [t CO₂e]", fontsize=SMALL)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="black", lw=0.5, label=words)
        for words, (colour, hatch) in EVIDENCE.items()
        if words in set(values["evidence"])
    ]
    handles.append(Line2D([], [], label="input at its p95; other end: p05", **UPPER))
    figure.legend(handles=handles, loc="outside lower center", ncols=3, fontsize=SMALL,
                  columnspacing=1.0, handletextpad=0.5)  # fmt: skip
    return figure


def _logarithmic(axis, low, high):
    """Ticks at 1, 2 and 5 of every power of ten, as plain numbers."""
    axis.set_xscale("log")
    axis.set_xlim(low / 1.15, high * 1.15)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    axis.xaxis.set_major_locator(FixedLocator([t for t in ticks if low / 1.15 <= t <= high * 1.15]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.12g}"))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=SMALL)


FIGURES = {"la_drivers": draw_drivers, "la_tornado": draw_tornado}


def main(driving, tornado, training, models, *, tornado_models, outputs):
    """Read the tables, draw two figures, write each with its values."""
    drawn = {
        "la_drivers": plotted_drivers(
            tables.read_csv(driving, "ledger_drivers"), tables.read_csv(training, "training_energy")
        ),
        "la_tornado": plotted_tornado(
            tables.read_csv(tornado, "ledger_tornado"), tables.read_csv(models, "models"),
            tornado_models,
        ),
    }  # fmt: skip
    for stem, values in drawn.items():
        figure = FIGURES[stem](values)
        files = {Path(path).suffix: path for path in outputs if Path(path).stem == stem}
        style.save(figure, files[".svg"], files[".pdf"], files[".png"])
        tables.write_csv(values, files[".csv"], stem)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.drivers,
            snakemake.input.tornado,
            snakemake.input.training,
            snakemake.input.models,
            tornado_models=snakemake.params.tornado_models,
            outputs=list(snakemake.output),
        )
