"""Figures la_priors, la_priors_inferred and la_convergence: uncertain inputs and their draws."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.prior_tables import plotted

SMALL = style.SMALLEST_TEXT_POINTS
ROW_INCHES = 0.15
MARGIN_INCHES = 0.22
# Columns of a block of outlines, as shares of its width: label, drawing, three numbers, unit.
DRAWING = (0.38, 0.532)
NUMBERS = (0.645, 0.755, 0.865)
UNIT = 0.878
# A plain number stands without a unit: a 1 beside numbers reads as one of their digits.
PLAIN = "1"
DECIMALS = 4
# Of a spread of half a power of ten and more, one decimal fewer is enough.
SLACK = 2
HEIGHT = 0.82
COLOUR = style.COLOURS["sky"]
LINE = style.COLOURS["black"]


def draw_assumed(values):
    """Outlines of constants and fitted coefficients, in two blocks."""
    style.apply()
    rows = _lines(values)
    half = _break(rows)
    blocks = (rows[:half], rows[half:])
    longest = max(len(block) for block in blocks)
    figure = plt.figure(figsize=(style.PAGE_WIDTH_INCHES, longest * ROW_INCHES + MARGIN_INCHES))
    figure.set_layout_engine("none")
    for k, block in enumerate(blocks):
        axis = figure.add_axes((0.5 * k + 0.004, 0.0, 0.492, 1.0))
        _block(axis, block, values, longest)
    return figure


def draw_inferred(values):
    """Outlines by family and operator on the left; ranges by place and by machine on the right."""
    style.apply()
    outlines = values[values["mark"] == plotted.OUTLINE]
    rows = _lines(outlines)
    height = len(rows) * ROW_INCHES + MARGIN_INCHES
    figure = plt.figure(figsize=(style.PAGE_WIDTH_INCHES, height))
    figure.set_layout_engine("none")
    _block(figure.add_axes((0.004, 0.0, 0.492, 1.0)), rows, outlines, len(rows))
    ranges = values[values["mark"] == plotted.RANGE]
    places = ranges[ranges["unit"] == "kg/kWh"]
    hardware = ranges[ranges["unit"] == "kgCO2e"]
    top = figure.add_axes((0.66, 0.56, 0.33, 0.405))
    _ranges(top, places, "grid intensity (kg CO₂e/kWh; operating margin: CO₂)")
    bottom = figure.add_axes((0.66, 0.07, 0.33, 0.405))
    _ranges(bottom, hardware, "embodied carbon (kg CO₂e for each accelerator)")
    return figure


def _lines(values):
    """What stands in each line of the blocks: a heading alone, or a prior."""
    lines = []
    for heading, part in values.groupby("heading", sort=False):
        lines.append((heading, None))
        lines += [(heading, prior) for prior in dict.fromkeys(part["prior_id"])]
    return lines


def _break(lines):
    """Where the second block begins: at the heading nearest to half."""
    starts = [k for k, (_, prior) in enumerate(lines) if prior is None]
    return min(starts, key=lambda k: (abs(k - len(lines) / 2), k))


def _block(axis, lines, values, longest):
    axis.set_xlim(0, 1)
    axis.set_ylim(longest + 0.2, -MARGIN_INCHES / ROW_INCHES + 0.2)
    axis.axis("off")
    for name, x in zip(("p05", "median", "p95"), NUMBERS, strict=True):
        axis.text(x, -0.35, name, ha="right", va="center", fontsize=SMALL)
    if (values["unit"] != PLAIN).any():
        axis.text(UNIT, -0.35, "unit", ha="left", va="center", fontsize=SMALL)
    grouped = dict(list(values.groupby("prior_id", sort=False)))
    for k, (heading, prior) in enumerate(lines):
        if prior is None:
            axis.text(0, k + 0.55, heading, fontweight="bold", fontsize=SMALL, va="center")
            continue
        _line(axis, k, grouped[prior])


def _line(axis, k, points):
    # The first point says what the outline is of, and its percentiles.
    first = points.iloc[0]
    axis.text(0.012, k + 0.5, first["label"], fontsize=SMALL, va="center")
    left, right = DRAWING
    x = left + (right - left) * points["place"].to_numpy()
    base, top = k + 0.92, k + 0.92 - HEIGHT * points["density"].to_numpy()
    axis.fill_between(x, base, top, color=COLOUR, lw=0)
    axis.plot(np.r_[x[0], x, x[-1]], np.r_[base, top, base], color=LINE, lw=0.5)
    # As many decimals as tell the percentiles apart.
    decimals = int(
        np.clip(2 - np.floor(np.log10(SLACK * (first["p95"] - first["p05"]))), 0, DECIMALS)
    )
    for name, x_number in zip(plotted.PERCENTILES, NUMBERS, strict=True):
        place = left + (right - left) * first[f"{name}_place"]
        axis.plot([place, place], [base, k + 0.92 - HEIGHT * (1 if name == "p50" else 0.45)],
                  color=LINE, lw=1.1 if name == "p50" else 0.7)  # fmt: skip
        number = f"{first[name]:,.{decimals}f}".replace("-", "−")
        axis.text(x_number, k + 0.5, number, ha="right", va="center", fontsize=SMALL)
    if first["unit"] != PLAIN:
        axis.text(UNIT, k + 0.5, first["unit"], ha="left", va="center", fontsize=SMALL)


def _ranges(axis, rows, label):
    """One line a range, groups one below the other, median as a dark mark."""
    axis.set_xscale("log")
    top, ticks = 0, []
    for heading, part in rows.groupby("heading", sort=False):
        y = top + np.arange(len(part))
        axis.hlines(y, part["p05"], part["p95"], color=COLOUR, lw=0.8)
        axis.plot(part["p50"], y, ls="none", marker="|", ms=2, mew=0.8, color=LINE)
        ticks.append((top + (len(part) - 1) / 2, f"{heading} ({len(part)})"))
        top += len(part) + 0.03 * len(rows)
        axis.axhline(top - 0.015 * len(rows), color=style.COLOURS["light_grey"], lw=0.6)
    axis.set_ylim(top, -0.02 * len(rows))
    axis.yaxis.set_major_locator(FixedLocator([place for place, _ in ticks]))
    axis.set_yticklabels([name for _, name in ticks], fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.grid(visible=False, axis="y")
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlabel(label, fontsize=SMALL, loc="right")


# Sampler and estimator: name, marker, colour, line.
LINES = {
    ("counter-based", "order statistics"): (
        "counter-based", "o", style.COLOURS["grey"], "-"),
    ("scrambled Sobol", "order statistics"): (
        "Sobol", "s", style.COLOURS["blue"], "-"),
    ("scrambled Sobol", "smoothed"): (
        "Sobol, percentiles smoothed", "^", style.COLOURS["orange"], "--"),
    ("scrambled Sobol", "as published"): (
        "Sobol, as published", "D", style.COLOURS["black"], "-"),
}  # fmt: skip
SHOWN = {"mean": "mean", "p95": "95th percentile"}


def draw_convergence(values):
    """Error against draws: a row a model, mean and 95th percentile beside each other."""
    style.apply()
    models = dict(zip(values["model_id"], values["name"], strict=True))
    figure, axes = plt.subplots(
        len(models), len(SHOWN), sharex=True, sharey=True, squeeze=False,
        figsize=(style.COLUMN_WIDTH_INCHES, 1.7 * len(models) + 0.9),
    )  # fmt: skip
    for row, letter, (model, name) in zip(axes, "abcdef", models.items(), strict=False):
        row[0].set_title(f"{letter}  {name}", loc="left", fontweight="bold", pad=14)
        for axis, (statistic, title) in zip(row, SHOWN.items(), strict=True):
            part = values[(values["model_id"] == model) & (values["statistic"] == statistic)]
            for key, (words, marker, colour, line) in LINES.items():
                points = part[(part["sampler"] == key[0]) & (part["estimator"] == key[1])]
                # A mean is not smoothed, and as published takes no draws; the legend keeps both.
                if statistic == "mean" and key[1] in ("smoothed", "as published"):
                    points = points[:0]
                axis.plot(points["draws"], 100 * points["relative_error"], color=colour, ls=line,
                          marker=marker, ms=3, lw=1.0, label=words)  # fmt: skip
            axis.annotate(title, (0, 1), xycoords="axes fraction", xytext=(0, 4),
                          textcoords="offset points", fontsize=SMALL)  # fmt: skip
            _plain_axes(axis, part["draws"])
    for axis in axes[-1]:
        axis.set_xlabel("draws")
    figure.supylabel("error (% of the value)", fontsize=7.5)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2,
                  fontsize=SMALL, columnspacing=1.0, handlelength=2.0)  # fmt: skip
    return figure


def _plain_axes(axis, draws):
    axis.set_xscale("log", base=2)
    axis.set_yscale("log")
    ticks = sorted(set(draws))
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_major_formatter(FuncFormatter(_power_of_two))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    for side in (axis.xaxis, axis.yaxis):
        side.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=SMALL)


def _power_of_two(value, _):
    digits = str(round(np.log2(value))).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"2{digits}"


FIGURES = {
    "la_priors": draw_assumed,
    "la_priors_inferred": draw_inferred,
    "la_convergence": draw_convergence,
}


def main(priors, convergence, models, *, outputs):
    """Write what is plotted, then draw from it."""
    frame = tables.read_csv(priors, "priors")
    errors = tables.read_csv(convergence, "convergence")
    names = tables.read_csv(models, "models").set_index("model_id")["name"]
    errors = errors.assign(name=errors["model_id"].map(names))
    for stem, values in (
        ("la_priors", plotted.assumed(frame)),
        ("la_priors_inferred", plotted.inferred(frame)),
        ("la_convergence", errors[errors["statistic"].isin(list(SHOWN))]),
    ):
        files = {Path(path).suffix: path for path in outputs if Path(path).stem == stem}
        tables.write_csv(values[list(tables.declaration(stem))], files[".csv"], stem)
        figure = FIGURES[stem](tables.read_csv(files[".csv"], stem))
        style.save(figure, files[".svg"], files[".pdf"], files[".png"])


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.priors,
            snakemake.input.convergence,
            snakemake.input.models,
            outputs=list(snakemake.output),
        )
