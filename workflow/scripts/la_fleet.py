"""Figure la_fleet: energy and embodied carbon of the installed accelerators, by quarter."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from ai_lifecycle import runlog, style, tables

TABLE = "la_fleet"
# Owner: face, hatch; from the bottom of the stack.
OWNERS = {
    "Google": (style.COLOURS["blue"], ""),
    "Microsoft": (style.COLOURS["sky"], ""),
    "Amazon": (style.COLOURS["orange"], "////"),
    "Meta": (style.COLOURS["yellow"], ""),
    "China": (style.COLOURS["vermilion"], "xxxx"),
    "Oracle": (style.COLOURS["green"], "\\\\\\"),
    "others and not attributed": ("white", "...."),
}
TOTAL, UNRETIRED = "all", "all, if nothing were retired"
ADDED, REMAINING = "all, added in the quarter", "all, less retired"
BEGINS = {"2023-01-01": "Google", "2024-01-01": "Amazon, AMD"}
# Panel by quarter, panel by owner: stem of the column, unit, scale of the axis.
ENERGY = ("a", "c", "energy", "gwh", 1000.0)
EMBODIED = ("b", "d", "embodied_cumulative", "tco2e", 1.0e6)
ENDS = ("counts_low", "counts_high", "low", "high")
COUNTS_COLOUR, CORNER_COLOUR = "black", style.COLOURS["grey"]
PURPLE = style.COLOURS["purple"]
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(fleet):
    """Segments, totals and ranges of all panels."""
    total = fleet[fleet["owner"] == TOTAL]
    last = fleet[fleet["quarter_start"] == fleet["quarter_start"].max()]
    parts = []
    for quantity in (ENERGY, EMBODIED):
        parts += _stack(fleet, quantity)
        parts.append(_ranged(total, quantity[0], quantity))
        parts.append(_ranged(last[last["owner"].isin(OWNERS)], quantity[1], quantity))
    named = last["owner"].isin(OWNERS)
    parts[-1]["covered_share"] = last.loc[named, "embodied_power_share"].to_numpy()
    parts.append(_series(total, "a", "energy_no_retirement_gwh", UNRETIRED))
    parts.append(_series(total, "b", "embodied_not_retired_tco2e", REMAINING))
    parts.append(_series(total, "b", "embodied_added_tco2e", ADDED))
    frame = pd.concat(parts, ignore_index=True)[COLUMNS]
    return frame.sort_values("panel", kind="stable", ignore_index=True)


COLUMNS = ["panel", "quarter_start", "part", "unit", "value", "start", *ENDS, "covered_share"]


def _stack(fleet, quantity):
    """One part an owner, each upon the last."""
    panel, _, stem, unit, _ = quantity
    base = 0.0
    for owner in OWNERS:
        part = _series(fleet[fleet["owner"] == owner], panel, f"{stem}_{unit}")
        part["start"] = base
        base = base + part["value"].to_numpy()
        yield part


def _ranged(rows, panel, quantity):
    _, _, stem, unit, _ = quantity
    part = _series(rows, panel, f"{stem}_{unit}")
    for end in ENDS:
        part[end] = rows[f"{stem}_{end}_{unit}"].to_numpy()
    return part


def _series(rows, panel, column, name=None):
    return pd.DataFrame(
        {
            "panel": panel,
            "quarter_start": rows["quarter_start"].to_numpy(),
            "part": rows["owner"].to_numpy() if name is None else name,
            "unit": "GWh" if column.endswith("gwh") else "tCO2e",
            "value": rows[column].to_numpy(),
            "start": np.nan,
            **dict.fromkeys((*ENDS, "covered_share"), np.nan),
        }
    )


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    plt.rcParams["hatch.linewidth"] = 0.5
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, 7.4))
    axes = figure.subplot_mosaic([["a", "a"], ["b", "b"], ["c", "d"]], height_ratios=[3, 3, 2])
    panels = {name: values[values["panel"] == name] for name in "abcd"}
    _bars(axes["a"], panels["a"], ENERGY)
    _bars(axes["b"], panels["b"], EMBODIED)
    kept, added = (
        panels["b"].loc[panels["b"]["part"] == part, "value"] / EMBODIED[-1]
        for part in (REMAINING, ADDED)
    )
    place = np.arange(len(added))
    for axis, level in (
        (axes["a"], panels["a"].loc[panels["a"]["part"] == UNRETIRED, "value"] / ENERGY[-1]),
        (axes["b"], kept),
    ):
        axis.plot(place, level, ls="none", marker="_", ms=7, mew=1.1, color=PURPLE, zorder=5)
    axes["b"].plot(place, added, color="black", lw=1.0, marker="o", ms=2.6, mfc="white", mew=0.8,
                   zorder=6)  # fmt: skip
    for day, who in BEGINS.items():
        _mark(axes["a"], panels["a"], day, f"{who} counted from {day[:4]}")
        _mark(axes["b"], panels["b"], day, "")
    axes["a"].set_title("a  Facility energy [TWh per quarter]", loc="left", fontweight="bold")
    axes["b"].set_title("b  Embodied carbon of types with a footprint,\n"
                        "    cumulative [Mt CO₂e]", loc="left", fontweight="bold")  # fmt: skip
    quarter = pd.Timestamp(panels["c"]["quarter_start"].iloc[0]).to_period("Q")
    _by_owner(axes["c"], panels["c"], ENERGY, f"c  Energy,\n    {quarter} [TWh]")
    _by_owner(axes["d"], panels["d"], EMBODIED, f"d  Embodied to\n    {quarter} [Mt CO₂e]")
    axes["d"].tick_params(axis="y", labelleft=False)
    figure.legend(handles=_handles(), loc="outside lower center", ncols=3, fontsize=SMALL,
                  columnspacing=0.9, handlelength=1.5, handletextpad=0.5)  # fmt: skip
    return figure


def _bars(axis, values, quantity):
    scale = quantity[-1]
    for owner, (face, hatch) in OWNERS.items():
        rows = values[values["part"] == owner]
        axis.bar(
            np.arange(len(rows)),
            rows["value"] / scale,
            0.72,
            bottom=rows["start"] / scale,
            facecolor=face,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.35,
            zorder=2,
        )
    total = values[values["part"] == TOTAL]
    place = np.arange(len(total))
    axis.vlines(place, total["low"] / scale, total["high"] / scale, color=CORNER_COLOUR, lw=0.8,
                zorder=3)  # fmt: skip
    axis.vlines(place, total["counts_low"] / scale, total["counts_high"] / scale,
                color=COUNTS_COLOUR, lw=1.8, zorder=4)  # fmt: skip
    days = total["quarter_start"]
    first = np.flatnonzero((days.dt.month == 1).to_numpy())
    axis.set_xticks(first, [str(days.iloc[n].year) for n in first], fontsize=SMALL)
    axis.set_xlim(-0.6, len(total) - 0.4)
    axis.set_ylim(0, None)
    axis.tick_params(axis="y", labelsize=SMALL)
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.grid(axis="x", visible=False)


def _mark(axis, values, day, words):
    """Where the counts of a maker begin."""
    days = values.loc[values["part"] == TOTAL, "quarter_start"]
    at = int(np.flatnonzero((days == pd.Timestamp(day)).to_numpy())[0]) - 0.5
    axis.axvline(at, color=CORNER_COLOUR, lw=0.7, ls=":", zorder=0.5)
    axis.annotate(words, (at, 0.98), xycoords=("data", "axes fraction"), xytext=(2, 0),
                  textcoords="offset points", va="top", ha="left", rotation=90,
                  fontsize=SMALL)  # fmt: skip


def _by_owner(axis, values, quantity, title):
    """Value and ranges of each owner; the remainder has a value only."""
    scale = quantity[-1]
    rows = values.set_index("part").reindex(list(OWNERS))
    for place, (row, (face, hatch)) in enumerate(
        zip(rows.itertuples(index=False), OWNERS.values(), strict=True)
    ):
        axis.barh(place, row.value / scale, 0.66, facecolor=face, hatch=hatch, edgecolor="black",
                  linewidth=0.35, zorder=2)  # fmt: skip
        axis.hlines(place, row.low / scale, row.high / scale, color=CORNER_COLOUR, lw=0.8, zorder=3)
        axis.hlines(place, row.counts_low / scale, row.counts_high / scale, color=COUNTS_COLOUR,
                    lw=1.8, zorder=4)  # fmt: skip
        if pd.notna(row.covered_share):
            end = row.value if pd.isna(row.high) else row.high
            axis.annotate(f"{100 * row.covered_share:.0f} %", (end / scale, place), xytext=(3, 0),
                          textcoords="offset points", va="center", fontsize=SMALL)  # fmt: skip
    axis.set_yticks(range(len(rows)), [name.split(" ")[0] for name in rows.index], fontsize=SMALL)
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.set_xlim(0, 1.18 * np.nanmax(rows["high"]) / scale)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="y", visible=False)
    axis.set_title(title, loc="left", fontweight="bold")


def _handles():
    handles = [
        Patch(facecolor=face, hatch=hatch, edgecolor="black", lw=0.35, label=owner)
        for owner, (face, hatch) in OWNERS.items()
    ]
    handles.append(Line2D([], [], color="black", lw=1.0, marker="o", ms=2.6, mfc="white",
                          label="b: added in the quarter"))  # fmt: skip
    handles.append(Line2D([], [], ls="none", marker="_", ms=7, mew=1.1, color=PURPLE,
                          label="a: none retired; b: net"))  # fmt: skip
    handles.append(Line2D([], [], color=COUNTS_COLOUR, lw=1.8, label="counts, 5\u201395 %"))
    handles.append(Line2D([], [], color=CORNER_COLOUR, lw=0.8, label="counts, all factors"))
    return handles


def main(fleet, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(tables.read_csv(fleet, "fleet"))
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)
    print(values[values["panel"].isin(["c", "d"])].to_string(index=False))


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.fleet,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
