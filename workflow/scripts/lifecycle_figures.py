"""Figures la_lifecycle, la_growth and la_breakeven: the ledger of models as pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib import dates as calendar
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

from ai_lifecycle import constants, runlog, style, tables, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import breakeven_table

SMALL = style.SMALLEST_TEXT_POINTS
# Order of the segments of a bar: the operation of each phase, and the other parts of all phases;
# hatch for grey, words of the legend.
OPERATION, EMBODIED, END_OF_LIFE = stages.PARTS
SEGMENTS = {
    phase: (phase, OPERATION, "", words)
    for phase, words in zip(stages.PHASES, ("developing", "training", "serving"), strict=True)
} | {
    "embodied": (None, EMBODIED, "....", "embodied, all phases"),
    "end_of_life": (None, END_OF_LIFE, "////", "end of life"),
}
DISCLOSED_ENERGY = "disclosed energy"
MEASURED, ASSUMED, MODELLED = (
    "energy disclosed",
    "disclosed, from rated power",
    "energy modelled",
)
# Face of the marks.
KNOWN = {MEASURED: "black", ASSUMED: "#9A9A9A", MODELLED: "white"}
PRIOR_HATCH = "xxxx"
# Of a bar; what is thinner than the line around it is not seen.
LEAST_SEEN_PERCENT = 0.5
LINES = {"all models": "-", "largest of each year": (0, (5, 1.5))}
DAYS_PER_YEAR = units.DAYS_PER_JULIAN_YEAR
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def plotted_lifecycle(ledger, totals, quantiles, names):
    """Stages and total of the models shown, one row a model and stage."""
    cells = ledger[ledger["model_id"].isin(names)]
    whole = totals[totals["system_boundary"] == "made_and_served"].set_index("model_id")
    _require(whole, names)
    whole["energy_known"] = _known(whole)
    rows = []
    for stage, (phase, part, _, _) in SEGMENTS.items():
        chosen = cells[cells["part"] == part]
        if phase:
            chosen = chosen[chosen["phase"] == phase]
        whole_stage = 1 if phase else len(stages.PHASES)
        summed = chosen.groupby("model_id")["location_lifecycle_value_t"].sum(min_count=whole_stage)
        rows.append(pd.DataFrame({"stage": stage, "value_tco2e": summed}))
    frame = pd.concat(rows).rename_axis("model_id").reset_index()
    for column in ("name", "energy_known", "experimentation_origin", "share_prior", "source_key"):
        frame[column] = frame["model_id"].map(whole[column])
    frame["total_value_tco2e"] = frame["model_id"].map(whole["location_lifecycle_value_tco2e"])
    drawn = quantiles[quantiles["phase"] == "made_and_served"].set_index("model_id")
    for mark in ("p05", "p50", "p95"):
        frame[f"total_{mark}_tco2e"] = frame["model_id"].map(drawn[f"location_lifecycle_{mark}_t"])
    order = {name: place for place, name in enumerate(SEGMENTS)}
    frame = frame.assign(rank=frame["stage"].map(order))
    frame = frame.sort_values(["total_value_tco2e", "model_id", "rank"], kind="stable")
    return frame[LIFECYCLE_COLUMNS].reset_index(drop=True)


def _require(whole, names):
    """Models chosen for the figure must be in the ledger, and have every stage."""
    for name in names:
        where = {"file": "config/config.yaml", "key": "lifecycle.shown_models", "found": name}
        if name not in whole.index:
            raise DataError("model is not in the ledger", allowed=set(whole.index), **where)
        lacking = whole.loc[name, "stages_missing"]
        if pd.notna(lacking):
            raise DataError(f"model has no total: {lacking}", **where)


LIFECYCLE_COLUMNS = [
    "model_id",
    "name",
    "energy_known",
    "experimentation_origin",
    "share_prior",
    "stage",
    "value_tco2e",
    "total_value_tco2e",
    "total_p05_tco2e",
    "total_p50_tco2e",
    "total_p95_tco2e",
    "source_key",
]


def _known(rows):
    """How the energy of training is known, in the words of the legends."""
    disclosed = rows["route"] == DISCLOSED_ENERGY
    assumed = disclosed & (rows["energy_rests_on"] == "assumed power")
    return np.select([assumed, disclosed], [ASSUMED, MEASURED], MODELLED)


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
        drawn = left.barh(
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
        for bar, origin in zip(drawn, rows["experimentation_origin"], strict=True):
            if stage == "experimentation" and origin == "prior":
                bar.set_hatch(PRIOR_HATCH)
    shown = values.drop_duplicates("model_id")
    left.set_yticks(range(len(names)), shown["name"], fontsize=SMALL)
    left.tick_params(axis="y", length=0)
    left.set_ylim(-0.6, len(names) - 0.4)
    left.set_xlim(0, 100)
    left.xaxis.set_major_formatter(PercentFormatter(decimals=0, symbol=" %"))
    left.set_xticks([0, 50, 100])
    left.set_title("a  stages", loc="left", fontweight="bold")
    left.grid(visible=False, axis="y")
    _totals(right, shown, place)
    _lifecycle_legend(figure, values)
    return figure


def _totals(axis, shown, place):
    for row in shown.itertuples(index=False):
        y = place[row.model_id]
        axis.plot([row.total_p05_tco2e, row.total_p95_tco2e], [y, y], color="black", lw=0.8)
        axis.plot(
            row.total_p50_tco2e, y, "o", ms=4, mec="black", mew=0.8, mfc=KNOWN[row.energy_known]
        )
    _logarithmic(axis, "x", ticks=4)
    axis.tick_params(labelsize=SMALL)
    axis.set_xlabel("t CO₂e", fontsize=SMALL)
    axis.set_title("b  total", loc="left", fontweight="bold")
    axis.tick_params(axis="y", length=0)


def _lifecycle_legend(figure, values):
    looks = [
        (style.STAGES[stage], hatch, words + _too_thin(values[values["stage"] == stage]))
        for stage, (_, _, hatch, words) in SEGMENTS.items()
    ]
    looks.insert(1, (style.STAGES["experimentation"], PRIOR_HATCH, "developing, prior"))
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="black", lw=0.3, label=words)
        for colour, hatch, words in looks
    ]
    handles += [
        Line2D([], [], marker="o", ls="none", ms=4, mec="black", mew=0.8, mfc=face, label=words)
        for words, face in KNOWN.items()
    ]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=SMALL, columnspacing=1.2
    )


def _too_thin(rows):
    """What the legend adds to a stage that no bar is wide enough to show."""
    most = 100 * (rows["value_tco2e"] / rows["total_value_tco2e"]).max()
    # A bound: up to the next tenth.
    bound = np.ceil(10 * most) / 10
    return "" if most >= LEAST_SEEN_PERCENT else f", ≤ {bound:.1f} %: unseen"


def plotted_growth(points, trend):
    """Runs, and the two ends of each line of growth."""
    runs = points.assign(series="run", energy_known=_known(points))[GROWTH_COLUMNS]
    drawn = trend[trend["basis"].isin(LINES)]
    lines = [
        {
            "series": f"{row.basis}: ×{row.yearly_factor:.1f} a year "
            f"({row.yearly_factor_low:.1f} to {row.yearly_factor_high:.1f})",
            "publication_date": _date(years),
            "value_tco2e": value,
        }
        for row in drawn.itertuples(index=False)
        for years, value in (
            (row.start_years, row.line_start_tco2e),
            (row.end_years, row.line_end_tco2e),
        )
    ]
    return pd.concat([runs, pd.DataFrame(lines)], ignore_index=True)[GROWTH_COLUMNS]


GROWTH_COLUMNS = [
    "series",
    "model_id",
    "name",
    "publication_date",
    "energy_known",
    "low_tco2e",
    "value_tco2e",
    "high_tco2e",
    "source_key",
]


def _date(year):
    whole = int(np.floor(year))
    day = pd.Timestamp(whole, 1, 1) + pd.Timedelta(days=(year - whole) * DAYS_PER_YEAR)
    return day.normalize()


def draw_growth(values):
    """Every run at its date, disclosed or modelled, and two lines of growth."""
    style.apply()
    figure, axis = plt.subplots(figsize=(style.COLUMN_WIDTH_INCHES, 3.4))
    runs = values[values["series"] == "run"]
    for words, face in reversed(KNOWN.items()):
        rows = runs[runs["energy_known"] == words]
        axis.scatter(
            rows["publication_date"], rows["value_tco2e"], s=8 if words == MODELLED else 13,
            facecolor=face, edgecolor=style.COLOURS["blue"], linewidth=0.6,
            label=f"{words} (n = {len(rows)})",
        )  # fmt: skip
    lines = values[values["series"] != "run"]
    for series, dash in zip(dict.fromkeys(lines["series"]), LINES.values(), strict=True):
        ends = lines[lines["series"] == series]
        axis.plot(
            ends["publication_date"], ends["value_tco2e"], color=style.COLOURS["vermilion"],
            ls=dash, label=series,
        )  # fmt: skip
    _logarithmic(axis, "y")
    axis.set_ylabel("operation of the training run [t CO₂e]")
    axis.xaxis.set_major_locator(calendar.YearLocator(2))
    axis.xaxis.set_minor_locator(calendar.YearLocator())
    axis.xaxis.set_major_formatter(calendar.DateFormatter("%Y"))
    figure.legend(loc="outside lower center", ncols=1, fontsize=SMALL)
    return figure


def plotted_breakeven(matched, prompts_per_day):
    """The models shown, and the two yardsticks."""
    sticks = pd.DataFrame(
        {
            "name": ["ChatGPT, a day", "a year"],
            "requests_value": [prompts_per_day, prompts_per_day * DAYS_PER_YEAR],
        }
    )
    both = [matched.assign(series="model"), sticks.assign(series="yardstick")]
    return pd.concat(both, ignore_index=True)[BREAKEVEN_COLUMNS]


BREAKEVEN_COLUMNS = ["series", *breakeven_table.COLUMNS]


def draw_breakeven(values):
    """Requests that match the making of each model, with their ends."""
    style.apply()
    models = values[values["series"] == "model"]
    ordered = models.sort_values(["requests_value", "model_id"], kind="stable")
    figure, axis = plt.subplots(
        figsize=(style.COLUMN_WIDTH_INCHES, 0.95 + 0.18 * len(ordered)),
    )
    for y, row in enumerate(ordered.itertuples(index=False)):
        axis.plot(
            [row.requests_low, row.requests_high],
            [y, y],
            color=style.COLOURS["sky"],
            lw=3.2,
            solid_capstyle="butt",
        )
        axis.plot(row.requests_value, y, "o", ms=3.6, color="black")
    axis.set_yticks(range(len(ordered)), ordered["name"], fontsize=SMALL)
    axis.set_ylim(-0.7, len(ordered) - 0.3)
    _logarithmic(axis, "x")
    axis.tick_params(axis="y", length=0)
    axis.grid(visible=False, axis="y")
    for row in values[values["series"] == "yardstick"].itertuples(index=False):
        axis.axvline(row.requests_value, color="black", lw=0.8, ls=":")
        axis.annotate(
            row.name,
            (row.requests_value, 1.0),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="bottom",
            fontsize=SMALL,
            xytext=(0, 1),
            textcoords="offset points",
        )
    axis.set_xlabel("requests that match the making", fontsize=SMALL)
    return figure


def _logarithmic(axis, which, ticks=6):
    """Logarithmic axis whose powers of ten are plain text, `ticks` of them at most."""
    scale = axis.set_xscale if which == "x" else axis.set_yscale
    scale("log")
    one = axis.xaxis if which == "x" else axis.yaxis
    one.set_major_locator(LogLocator(numticks=ticks))
    one.set_major_formatter(FuncFormatter(_power))
    one.set_minor_formatter(NullFormatter())


def _power(value, _place):
    exponent = round(np.log10(value))
    if 0 <= exponent <= 3:
        return f"{value:,.0f}"
    return f"10{str(exponent).translate(SUPERSCRIPT)}"


FIGURES = {
    "la_lifecycle": draw_lifecycle,
    "la_growth": draw_growth,
    "la_breakeven": draw_breakeven,
}


def main(
    ledger, totals, quantiles, growth, growth_points, breakeven, constants_path, *, shown, outputs
):
    """Read the ledger, draw three figures, write each with its values."""
    cells = tables.read_csv(ledger, "ledger")
    whole = tables.read_csv(totals, "ledger_models")
    marks = tables.read_csv(quantiles, "ledger_quantiles")
    lifecycle = plotted_lifecycle(cells, whole, marks, shown)
    points = tables.read_csv(growth_points, "ledger_growth_points")
    trend = tables.read_csv(growth, "ledger_growth")
    matched = breakeven_table.shown(tables.read_csv(breakeven, "ledger_breakeven"), shown)
    prompts = constants.value("service.chatgpt_prompts_per_day", constants_path, unit="1/day")
    drawn = {
        "la_lifecycle": lifecycle,
        "la_growth": plotted_growth(points, trend),
        "la_breakeven": plotted_breakeven(matched, prompts),
    }
    for stem, values in drawn.items():
        figure = FIGURES[stem](values)
        files = {Path(path).suffix: path for path in outputs if Path(path).stem == stem}
        style.save(figure, files[".svg"], files[".pdf"], files[".png"])
        tables.write_csv(values, files[".csv"], stem)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.ledger,
            snakemake.input.totals,
            snakemake.input.quantiles,
            snakemake.input.growth,
            snakemake.input.growth_points,
            snakemake.input.breakeven,
            snakemake.input.constants,
            shown=snakemake.params.shown,
            outputs=list(snakemake.output),
        )
