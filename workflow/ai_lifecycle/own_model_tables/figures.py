"""Figures of an own model: stages with ranges, what drives the total, cases side by side."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from ai_lifecycle import style
from ai_lifecycle.report import shown

SMALL = style.SMALLEST_TEXT_POINTS
ROW_INCHES, FRAME_INCHES = 0.2, 0.75
PART_WORDS = {
    "operation": "operation",
    "embodied": "embodied",
    "end of life": "end of life",
    "all": "all",
}
ROW_WORDS = {
    "made": "made",
    "made_and_served": "made and served",
    "inference": "inference",
}
MOST_INPUTS, LONGEST = 10, 30
# Two marks of one row stand this far off its middle.
APART = 0.15
RAIL = "#999999"
# Spans of an axis: a narrower one is stretched; up to the wide one there are ticks in between.
NARROW, WIDE = 12.0, 500.0


def label(phase, part):
    """Row of a figure in words."""
    if phase in ROW_WORDS and phase != "inference":
        return ROW_WORDS[phase] + ("" if part == "all" else f", {PART_WORDS[part]}")
    return f"{phase}, {PART_WORDS[part]}"


def colour(phase, part):
    """Colour of a stage, as in every figure."""
    if part == "embodied":
        return style.STAGES["embodied"]
    if part == "end of life":
        return style.STAGES["end_of_life"]
    return style.STAGES.get(phase, style.COLOURS["black"])


def draw_stages(values):
    """5th to 95th percentile of each stage with its median; thin: everything at its ends.

    Parameters
    ----------
    values : DataFrame
        ``own_model_stages``.

    Returns
    -------
    Figure
    """
    style.apply()
    number = len(values)
    figure, axis = plt.subplots(
        figsize=(style.COLUMN_WIDTH_INCHES, FRAME_INCHES + ROW_INCHES * max(number, 2))
    )
    floor = _floor(values[["low", "p05", "p50"]].to_numpy(float))
    for y, row in enumerate(values.itertuples(index=False)):
        if row.p95 > 0:
            low, p05, p50 = (max(x, floor) for x in (row.low, row.p05, row.p50))
            axis.plot([low, max(row.high, floor)], [y, y], color=RAIL, lw=1.0)
            axis.plot([p05, max(row.p95, floor)], [y, y], color=colour(row.phase, row.part), lw=5.0,
                      solid_capstyle="butt")  # fmt: skip
            axis.plot(p50, y, "o", ms=3.2, color="black", mec="white", mew=0.5)
        else:
            axis.annotate("0", (0.01, y), xycoords=("axes fraction", "data"), fontsize=SMALL,
                          va="center")  # fmt: skip
    _rows(axis, [label(r.phase, r.part) for r in values.itertuples(index=False)])
    _logarithmic(axis)
    axis.set_xlabel("t CO₂e, location average")
    return figure


def _floor(array):
    """Least value that a logarithmic axis shows: what lies below stands at its edge."""
    positive = array[array > 0]
    return float(positive.min()) if positive.size else 1e-9


def _rows(axis, words):
    axis.set_yticks(range(len(words)), words, fontsize=SMALL)
    axis.set_ylim(len(words) - 0.4, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")


def _logarithmic(axis):
    axis.set_xscale("log")
    low, high = axis.get_xlim()
    if high / low < NARROW:
        middle = np.sqrt(low * high)
        axis.set_xlim(middle / np.sqrt(NARROW), middle * np.sqrt(NARROW))
    close = high / low < WIDE
    axis.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if close else (1,), numticks=6))
    axis.xaxis.set_major_formatter(FuncFormatter(_power))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(axis="x", labelsize=SMALL)


def _power(value, _place):
    """A number of a logarithmic axis as plain text."""
    if 0.01 <= value < 1e5:
        return shown.number(value)
    exponent = int(np.floor(np.log10(value) + 1e-9))
    lead = round(value / 10.0**exponent)
    ten = f"10{str(exponent).translate(shown.SUPERSCRIPT)}"
    return ten if lead == 1 else f"{lead} × {ten}"


def draw_sensitivity(values):
    """Total with one input at a time at its 5th and 95th percentile; share of the variance.

    Parameters
    ----------
    values : DataFrame
        ``own_model_sensitivity``, the largest first.

    Returns
    -------
    Figure
    """
    style.apply()
    drawn = values.head(MOST_INPUTS)
    figure, axes = plt.subplots(
        1, 2, sharey=True, width_ratios=[3, 2],
        figsize=(style.COLUMN_WIDTH_INCHES, FRAME_INCHES + ROW_INCHES * max(len(drawn), 3)),
    )  # fmt: skip
    for y, row in enumerate(drawn.itertuples(index=False)):
        for end, face in ((row.at_p05_tco2e, "white"), (row.at_p95_tco2e, style.COLOURS["blue"])):
            axes[0].barh(
                y, end - row.at_medians_tco2e, left=row.at_medians_tco2e, height=0.62,
                color=face, edgecolor=style.COLOURS["blue"], linewidth=0.6,
            )  # fmt: skip
        if np.isfinite(row.total):
            axes[1].plot([max(row.total_low, 0), row.total_high], [y + APART] * 2,
                         color=style.COLOURS["black"], lw=0.8)  # fmt: skip
            axes[1].plot(row.total, y + APART, "s", ms=3.0, color=style.COLOURS["black"])
            axes[1].plot(row.first_order, y - APART, "o", ms=3.2, mfc="white", mew=0.8,
                         color=style.COLOURS["vermilion"])  # fmt: skip
    axes[0].axvline(drawn["at_medians_tco2e"].iloc[0], color="black", lw=0.6)
    _rows(axes[0], [_short(words) for words in drawn["input"]])
    axes[1].tick_params(axis="y", length=0, labelleft=False)
    axes[1].grid(visible=False, axis="y")
    axes[0].set_xlabel("t CO₂e", fontsize=SMALL)
    axes[1].set_xlabel("share of variance", fontsize=SMALL)
    axes[1].set_xlim(-0.05, max(1.05, float(np.nanmax([0, *drawn["total_high"]])) + 0.05))
    axes[1].set_xticks([0, 0.5, 1.0], ["0", "0.5", "1"])
    axes[0].xaxis.set_major_locator(MaxNLocator(3))
    axes[0].xaxis.set_major_formatter(FuncFormatter(lambda value, _place: shown.number(value)))
    for axis in axes:
        axis.tick_params(axis="x", labelsize=SMALL)
    return figure


def _short(words):
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def draw_comparison(values):
    """Each case: 5th to 95th percentile of what is compared, and the median.

    Parameters
    ----------
    values : DataFrame
        ``own_model_comparison``, rows of one boundary.

    Returns
    -------
    Figure
    """
    style.apply()
    figure, axis = plt.subplots(
        figsize=(style.COLUMN_WIDTH_INCHES, FRAME_INCHES + ROW_INCHES * max(len(values), 2))
    )
    floor = _floor(values[["p05", "p50"]].to_numpy(float))
    for y, row in enumerate(values.itertuples(index=False)):
        axis.plot([max(row.p05, floor), max(row.p95, floor)], [y, y], color=style.COLOURS["sky"],
                  lw=5.0, solid_capstyle="butt")  # fmt: skip
        axis.plot(max(row.p50, floor), y, "o", ms=3.2, color="black", mec="white", mew=0.5)
    _rows(axis, [_short(words) for words in values["label"]])
    _logarithmic(axis)
    words = label(*values[["phase", "part"]].iloc[0]).removesuffix(f", {PART_WORDS['all']}")
    axis.set_xlabel(f"t CO₂e, {words}, location average")
    return figure
