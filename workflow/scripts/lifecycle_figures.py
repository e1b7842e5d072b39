"""Figures la_lifecycle, la_growth and la_breakeven: the ledger of models as pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import dates as calendar
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, NullFormatter, PercentFormatter

from ai_lifecycle import constants, runlog, style, tables
from ai_lifecycle.lifecycle_tables import breakeven_table

SMALL = style.SMALLEST_TEXT_POINTS
# Order of the segments of a bar: colour of the stage, hatch for grey.
SEGMENTS = {
    "experimentation": ("experimentation", "operation", "", "developing"),
    "training": ("training", "operation", "", "training"),
    "inference": ("inference", "operation", "", "serving"),
    "embodied": (None, "embodied", "....", "embodied, all phases"),
    "end_of_life": (None, "end of life", "////", "end of life"),
}
DISCLOSED_ENERGY = "disclosed energy"
LINE_DASHES = {"all models": "-", "largest of each year": (0, (5, 1.5))}


def plotted_lifecycle(ledger, totals, names):
    """Stages and total of the models shown, one row a model and stage."""
    cells = ledger[ledger["model_id"].isin(names)]
    whole = totals[totals["system_boundary"] == "made_and_served"].set_index("model_id")
    rows = []
    for stage, (phase, part, _, _) in SEGMENTS.items():
        chosen = cells[cells["part"] == part]
        if phase:
            chosen = chosen[chosen["phase"] == phase]
        whole_stage = 1 if phase else len(PHASES)
        summed = chosen.groupby("model_id")["location_lifecycle_value_t"].sum(min_count=whole_stage)
        rows.append(pd.DataFrame({"stage": stage, "value_tco2e": summed}))
    frame = pd.concat(rows).rename_axis("model_id").reset_index()
    for column in ("name", "route", "share_prior"):
        frame[column] = frame["model_id"].map(whole[column])
    for bound in ("low", "value", "high"):
        frame[f"total_{bound}_tco2e"] = frame["model_id"].map(
            whole[f"location_lifecycle_{bound}_tco2e"]
        )
    frame = frame[frame["total_value_tco2e"].notna()]
    order = {name: place for place, name in enumerate(SEGMENTS)}
    frame = frame.assign(rank=frame["stage"].map(order))
    frame = frame.sort_values(["total_value_tco2e", "model_id", "rank"], kind="stable")
    return frame[LIFECYCLE_COLUMNS].reset_index(drop=True)


PHASES = ("experimentation", "training", "inference")
LIFECYCLE_COLUMNS = [
    "model_id",
    "name",
    "route",
    "share_prior",
    "stage",
    "value_tco2e",
    "total_low_tco2e",
    "total_value_tco2e",
    "total_high_tco2e",
]


def draw_lifecycle(values):
    """Shares of the stages; beside them the total on a scale of its own."""
    style.apply()
    plt.rcParams["hatch.linewidth"] = 0.4
    names = list(dict.fromkeys(values["model_id"]))
    height = 0.9 + 0.185 * len(names)
    figure, (left, right) = plt.subplots(
        1,
        2,
        figsize=(style.COLUMN_WIDTH_INCHES, height),
        sharey=True,
        width_ratios=[1.15, 1.0],
    )
    place = {name: row for row, name in enumerate(names)}
    start = dict.fromkeys(names, 0.0)
    for stage, (_, _, hatch, _) in SEGMENTS.items():
        rows = values[values["stage"] == stage]
        share = 100 * rows["value_tco2e"] / rows["total_value_tco2e"]
        left.barh(
            [place[name] for name in rows["model_id"]],
            share,
            left=[start[name] for name in rows["model_id"]],
            height=0.72,
            color=style.STAGES[stage],
            hatch=hatch,
            edgecolor="black",
            linewidth=0.3,
        )
        for name, width in zip(rows["model_id"], share, strict=True):
            start[name] += width
    shown = values.drop_duplicates("model_id")
    left.set_yticks(range(len(names)), shown["name"], fontsize=SMALL)
    left.tick_params(axis="y", length=0)
    left.set_ylim(-0.6, len(names) - 0.4)
    left.set_xlim(0, 100)
    left.xaxis.set_major_formatter(PercentFormatter(decimals=0))
    left.set_xticks([0, 50, 100])
    left.set_title("a  stages", loc="left", fontweight="bold")
    left.grid(visible=False, axis="y")
    _totals(right, shown, place)
    _lifecycle_legend(figure)
    return figure


def _totals(axis, shown, place):
    for row in shown.itertuples(index=False):
        y = place[row.model_id]
        axis.plot([row.total_low_tco2e, row.total_high_tco2e], [y, y], color="black", lw=0.8)
        known = row.route == DISCLOSED_ENERGY
        axis.plot(
            row.total_value_tco2e, y, "o", ms=4, mec="black", mew=0.8,
            mfc="black" if known else "white",
        )  # fmt: skip
    axis.set_xscale("log")
    axis.xaxis.set_major_locator(LogLocator(numticks=8, subs=(1.0,)))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=SMALL)
    axis.set_xlabel("t CO$_2$e", fontsize=SMALL)
    axis.set_title("b  total", loc="left", fontweight="bold")
    axis.tick_params(axis="y", length=0)


def _lifecycle_legend(figure):
    handles = [
        Patch(facecolor=style.STAGES[stage], hatch=hatch, edgecolor="black", lw=0.3, label=label)
        for stage, (_, _, hatch, label) in SEGMENTS.items()
    ]
    for known, label in ((True, "energy disclosed"), (False, "energy modelled")):
        handles.append(
            Line2D([], [], marker="o", ls="none", ms=4, mec="black", mew=0.8,
                   mfc="black" if known else "white", label=label)
        )  # fmt: skip
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=SMALL, columnspacing=1.2
    )


def draw_growth(values, trend):
    """Every run at its date, disclosed or modelled, and two lines of growth."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 3.3))
    known = values["route"] == DISCLOSED_ENERGY
    for rows, face, label, size in (
        (values[~known], "white", "energy modelled", 8),
        (values[known], style.COLOURS["blue"], "energy disclosed", 13),
    ):
        axis.scatter(
            rows["publication_date"], rows["value_tco2e"], s=size, facecolor=face,
            edgecolor=style.COLOURS["blue"], linewidth=0.6, label=f"{label} (n = {len(rows)})",
        )  # fmt: skip
    for row in trend.itertuples(index=False):
        ends = [_date(year) for year in (row.start_years, row.end_years)]
        axis.plot(
            ends,
            [row.line_start_tco2e, row.line_end_tco2e],
            color=style.COLOURS["vermilion"],
            ls=LINE_DASHES[row.basis],
            label=f"{row.basis}: ×{row.yearly_factor:.1f} a year "
            f"({row.yearly_factor_low:.1f} to {row.yearly_factor_high:.1f})",
        )
    axis.set_yscale("log")
    axis.set_ylabel("operation of the training run [t CO$_2$e]")
    axis.xaxis.set_major_locator(calendar.YearLocator())
    axis.xaxis.set_major_formatter(calendar.DateFormatter("%Y"))
    figure.legend(loc="outside lower center", ncols=1, fontsize=SMALL)
    return figure


def _date(year):
    whole = int(np.floor(year))
    return pd.Timestamp(whole, 1, 1) + pd.Timedelta(days=(year - whole) * 365.25)


def draw_breakeven(values, prompts_per_day):
    """Requests that match the making of each model, with their ends."""
    style.apply()
    ordered = values.sort_values(["requests_value", "model_id"], kind="stable")
    figure, axis = plt.subplots(
        figsize=(style.COLUMN_WIDTH_INCHES, 0.95 + 0.18 * len(ordered)),
    )
    for y, row in enumerate(ordered.itertuples(index=False)):
        axis.plot(
            [row.requests_low, row.requests_high],
            [y, y],
            color=style.STAGES["inference"],
            lw=3.2,
            solid_capstyle="butt",
        )
        axis.plot(row.requests_value, y, "o", ms=3.6, color="black")
    axis.set_yticks(range(len(ordered)), ordered["name"], fontsize=SMALL)
    axis.set_ylim(-0.7, len(ordered) - 0.3)
    axis.set_xscale("log")
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    for days, words in ((1, "a day"), (365.25, "a year")):
        axis.axvline(prompts_per_day * days, color="black", lw=0.8, ls=":")
        axis.annotate(
            words,
            (prompts_per_day * days, 1.0),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=SMALL,
            xytext=(0, 1),
            textcoords="offset points",
        )
    axis.set_xlabel("requests after which serving has emitted as much as making")
    axis.xaxis.label.set_size(SMALL)
    return figure


def main(ledger, totals, growth, growth_points, breakeven, constants_path, *, shown, outputs):
    """Read the ledger, draw three figures, write each with its values."""
    cells = tables.read_csv(ledger, "ledger")
    whole = tables.read_csv(totals, "ledger_models")
    lifecycle = plotted_lifecycle(cells, whole, shown)
    points = tables.read_csv(growth_points, "ledger_growth_points")
    trend = tables.read_csv(growth, "ledger_growth")
    matched = breakeven_table.shown(tables.read_csv(breakeven, "ledger_breakeven"), shown)
    prompts = constants.value("service.chatgpt_prompts_per_day", constants_path, unit="1/day")
    for stem, values, figure in (
        ("la_lifecycle", lifecycle, draw_lifecycle(lifecycle)),
        ("la_growth", points, draw_growth(points, trend)),
        ("la_breakeven", matched, draw_breakeven(matched, prompts)),
    ):
        files = {Path(path).suffix: path for path in outputs if Path(path).stem == stem}
        style.save(figure, files[".svg"], files[".pdf"], files[".png"])
        tables.write_csv(values, files[".csv"], stem)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.ledger,
            snakemake.input.totals,
            snakemake.input.growth,
            snakemake.input.growth_points,
            snakemake.input.breakeven,
            snakemake.input.constants,
            shown=snakemake.params.shown,
            outputs=list(snakemake.output),
        )
