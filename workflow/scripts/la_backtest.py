"""Figure la_backtest: training energy predicted without its disclosure, and its calibration."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.backtest import skill
from ai_lifecycle.backtest_tables.table import METHOD, RUN

TABLE = "la_backtest"
SMALL = style.SMALLEST_TEXT_POINTS
# Level: marker, colour.
LEVELS = {
    "hours": ("o", style.COLOURS["blue"]),
    "hardware and count": ("D", style.COLOURS["orange"]),
    "compute and date": ("s", style.COLOURS["grey"]),
}
AS_IT_IS, WIDENED, NOMINAL = "as it is", "widened", "nominal"
CURVES = {
    AS_IT_IS: ("pit", style.COLOURS["vermilion"], "--"),
    WIDENED: ("widened_pit", style.COLOURS["black"], "-"),
}
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LIMITS_MWH = (1e-3, 1e5)
# The interval whose hits the panel prints: there the widened ones hold most beyond their share.
PRINTED = 0.5


def plotted(backtest):
    """Every mark of both panels: disclosed against predicted; nominal against observed share."""
    rows = backtest[(backtest["quantity"] == "energy") & (backtest["predictor"] == METHOD)
                    & (backtest["left_out"] == RUN) & backtest["best_level"]]  # fmt: skip
    rows = rows.sort_values(["level", "model_id"], kind="stable")
    points = pd.DataFrame(
        {"panel": "a", "series": rows["level"], "model_id": rows["model_id"],
         "rests_on": rows["rests_on"], "x": rows["observed"], "x_unit": "MWh",
         "y": rows["p50"], "low": rows["widened_p05"], "high": rows["widened_p95"]}
    )  # fmt: skip
    curves = [
        {"panel": "b", "series": name, "x": share, "x_unit": "1", **_share(rows[column], share)}
        for name, (column, _, _) in CURVES.items()
        for share in SHARES
    ]
    frame = pd.concat([points, pd.DataFrame(curves)], ignore_index=True)
    return frame.assign(models=len(rows))[list(tables.declaration(TABLE))]


def _share(transforms, nominal):
    hits = int(skill.held(transforms, nominal).sum())
    low, high = skill.clopper_pearson(hits, len(transforms))
    return {"y": hits / len(transforms), "low": low, "high": high}


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(style.COLUMN_WIDTH_INCHES, 5.5), height_ratios=(1.35, 1)
    )
    _energies(top, values[values["panel"] == "a"])
    _calibration(bottom, values[values["panel"] == "b"])
    return figure


def _energies(axis, points):
    axis.plot(LIMITS_MWH, LIMITS_MWH, color=style.COLOURS["black"], lw=0.8, zorder=1)
    for name, (marker, colour) in LEVELS.items():
        rows = points[points["series"] == name]
        axis.vlines(rows["x"], rows["low"], rows["high"], color=colour, lw=0.7, zorder=2)
        for basis, fill in (("measured power", colour), ("assumed power", "white")):
            part = rows[rows["rests_on"] == basis]
            axis.plot(part["x"], part["y"], marker=marker, ms=3.6, mfc=fill, mec=colour,
                      mew=0.8, ls="none", zorder=3)  # fmt: skip
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlim(*LIMITS_MWH)
    for side, decades in ((axis.xaxis, (-3, -1, 1, 3, 5)), (axis.yaxis, (-5, -3, -1, 1, 3, 5))):
        side.set_major_locator(FixedLocator([10.0**power for power in decades]))
        side.set_major_formatter(FuncFormatter(_plain))
        side.set_minor_formatter(NullFormatter())
        side.set_minor_locator(FixedLocator([]))
    lowest, highest = points["low"].min() / 2, points["high"].max() * 2
    axis.set_ylim(min(LIMITS_MWH[0], lowest), max(LIMITS_MWH[1], highest))
    axis.set_xlabel("disclosed (MWh)")
    axis.set_ylabel("predicted without it (MWh)")
    axis.set_title("a  Best evidence, range 5 to 95 %, widened", loc="left", fontweight="bold",
                   fontsize=7.5)  # fmt: skip
    entries = [
        _entry(name, *look) for name, look in LEVELS.items() if name in set(points["series"])
    ]
    entries.append(_entry("assumed power: open", "D", style.COLOURS["black"], "white"))
    axis.legend(handles=entries, loc="upper left", fontsize=SMALL, labelspacing=0.3,
                handletextpad=0.4, borderaxespad=0.2)  # fmt: skip


def _entry(name, marker, colour, fill=None):
    return Line2D([], [], marker=marker, ms=3.6, mec=colour, mfc=fill or colour, ls="none",
                  label=name)  # fmt: skip


def _calibration(axis, curves):
    axis.plot((0, 1), (0, 1), color=style.COLOURS["grey"], lw=0.8, zorder=1)
    for name, (_, colour, line) in CURVES.items():
        part = curves[curves["series"] == name].sort_values("x", kind="stable")
        axis.fill_between(part["x"], part["low"], part["high"], color=colour, alpha=0.15, lw=0)
        axis.plot(part["x"], part["y"], color=colour, ls=line, marker=".", ms=4, label=name)
        if name == WIDENED:
            _say_hits(axis, part)
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1)
    ticks = np.linspace(0, 1, 6)
    labels = [f"{round(100 * tick)} %" for tick in ticks]
    axis.set_xticks(ticks, labels)
    axis.set_yticks(ticks, labels)
    axis.set_xlabel("interval that is said to hold this share")
    axis.set_ylabel("share it held")
    count = int(curves["models"].iloc[0])
    axis.set_title(f"b  Calibration, {count} disclosures", loc="left", fontweight="bold",
                   fontsize=7.5)  # fmt: skip
    axis.legend(loc="lower right", fontsize=SMALL, labelspacing=0.3, borderaxespad=0.2)


def _say_hits(axis, curve):
    """Beside the point of the printed interval: how many disclosures it held."""
    point = curve[np.isclose(curve["x"], PRINTED)].iloc[0]
    hits = round(point["y"] * point["models"])
    words = f"{100 * PRINTED:.0f} % intervals, widened,\nheld {hits} of {point['models']:.0f}"
    axis.annotate(
        words, (point["x"], point["y"]), xytext=(-6, 4), textcoords="offset points", ha="right",
        va="bottom", fontsize=SMALL,
    )  # fmt: skip


def _plain(value, _):
    """0.001 to 1,000 in full; 100,000 as 10⁵."""
    power = round(np.log10(value))
    if -3 <= power <= 3:
        return f"{value:,g}"
    digits = str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}"


def main(backtest, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(tables.read_csv(backtest, "backtest"))
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)
    print(
        values[values["panel"] == "b"][["series", "x", "y", "low", "high"]].to_string(index=False)
    )


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.backtest,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
