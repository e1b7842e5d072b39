"""Figure be2a: operational carbon of training by three accountings, and all disclosures."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ai_lifecycle import runlog, style, tables

BOUNDARY_LETTERS = {
    "accelerator": "A",
    "accelerator with PUE": "A+",
    "node": "N",
    "facility": "F",
    "unknown": "?",
    "unknown with PUE": "?",
}
UNIT_MARKS = {
    "part of a run": " *",
    "fine-tuning": " *",
    "family of runs": " †",
    "whole project": " †",
    "architecture search": " †",
    "training with experimentation": " †",
}
DISCLOSED = ("location", "fixed", "unknown", "market")
# Marker, size in points, colour, whether filled. The ring holds the dot where both agree.
MARKS = {
    "at_location": ("o", 5.8, style.COLOURS["blue"], False),
    "at_grid": ("x", 4.2, style.COLOURS["black"], False),
    "disclosed_location": ("o", 3.2, style.COLOURS["blue"], True),
    "disclosed_market": ("v", 4.4, style.COLOURS["green"], False),
    "disclosed_fixed": ("D", 3.4, style.COLOURS["vermilion"], True),
    "disclosed_unknown": ("s", 3.2, style.COLOURS["black"], True),
}
LEGEND = {
    "fixed": "at 0.385 to 0.429 kg/kWh (ours)",
    "at_location": "at the place's printed intensity (ours)",
    "at_grid": "at the grid's annual life-cycle intensity (ours)",
    "disclosed_location": "disclosed, location-based",
    "disclosed_market": "disclosed, market-based or net",
    "disclosed_fixed": "disclosed, fixed US average",
    "disclosed_unknown": "disclosed, accounting not stated",
}
TITLES = (
    "a  Models of the paper's figure 2a, from public data",
    "b  All others",
    "b  continued",
)
# Kinds of check that mark a row.
KINDS = ("own numbers", "two accounts")
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(carbon, reconciliation):
    """Every mark of the figure: panel, row, kind, value and range in tonnes."""
    shown = carbon[carbon["functional_unit"] != "life cycle"]
    own = shown[shown["account"] == "own"]
    paper = own[own["figure_2a"].notna()]
    second = shown[shown["scope"].str.startswith("training run as the LLaMA authors count it, US")]
    second = second[second["model_id"].isin(paper["model_id"])]
    upper = pd.concat([paper, second])
    rest = own[own["figure_2a"].isna()]
    gaps = _gaps(reconciliation, own)
    rows = [*_rows(upper, "a", gaps), *_rows(rest, "b", gaps)]
    return pd.DataFrame(rows)[COLUMNS]


def _gaps(reconciliation, own):
    """What is furthest off in each account: its own numbers before another account's."""
    rows = reconciliation[reconciliation["outcome"].isin(["gap", "apart"])]
    # Factors of other runs, calculators and counts of parameters say nothing of these tonnes.
    rows = rows[rows["kind"].isin(KINDS) & (rows["formula"] != "parameters_active")]
    owned = pd.MultiIndex.from_frame(own[["model_id", "scope"]])
    is_own = pd.MultiIndex.from_frame(rows[["model_id", "scope"]]).isin(owned)
    rows = rows[is_own | (rows["outcome"] == "gap").to_numpy(bool)]
    rows = rows.sort_values(["outcome", "factor_apart"], ascending=False, kind="stable")
    return rows.drop_duplicates(["model_id", "scope"]).set_index(["model_id", "scope"])


COLUMNS = [
    "panel",
    "position",
    "label",
    "model_id",
    "boundary",
    "energy_mwh",
    "gap_kind",
    "gap_factor",
    "mark",
    "value_tco2e",
    "low_tco2e",
    "high_tco2e",
]


def _rows(frame, panel, gaps):
    """Marks of one panel, rows in descending order of what is best known of each."""
    keyed = frame.assign(label=_labels(frame), key=_sort_key(frame))
    # Several bars of one name (the recommenders) share a row, placed by the largest.
    tops = keyed.groupby("label", sort=True)["key"].max()
    order = tops.sort_values(ascending=False, kind="stable").index
    position = {label: number for number, label in enumerate(order)}
    keyed = keyed.assign(position=keyed["label"].map(position))
    for row in keyed.sort_values(["position", "model_id"], kind="stable").itertuples():
        common = {
            "panel": panel,
            "position": row.position,
            "label": row.label,
            "model_id": row.model_id,
            "boundary": None if pd.isna(row.comparison_group) else row.comparison_group,
            "energy_mwh": row.operational_energy_mwh,
            "gap_kind": gaps["outcome"].get((row.model_id, row.scope)),
            "gap_factor": gaps["factor_apart"].get((row.model_id, row.scope), np.nan),
        }
        low = row.emissions_at_llama_average_tco2e
        if pd.notna(low):
            high = row.emissions_at_patterson_average_tco2e
            yield {**common, "mark": "fixed", **_value(low, low, high)}
        if row.emissions_at_location_tco2e > 0:
            yield {**common, "mark": "at_location", **_value(row.emissions_at_location_tco2e)}
        if row.emissions_at_grid_tco2e > 0:
            yield {**common, "mark": "at_grid", **_value(row.emissions_at_grid_tco2e)}
        for accounting in DISCLOSED:
            value = getattr(row, f"disclosed_{accounting}_tco2e")
            # A logarithmic axis cannot show the market-based zeros; the caption names them.
            if value > 0:
                ends = (row.disclosed_low_tco2e, row.disclosed_high_tco2e)
                yield {**common, "mark": f"disclosed_{accounting}", **_value(value, *ends)}


def _value(value, low=np.nan, high=np.nan):
    return {"value_tco2e": value, "low_tco2e": low, "high_tco2e": high}


def _labels(frame):
    names = frame["name"].astype(str)
    names = names.mask(frame["figure_2a"].fillna("") == "DLRM", "DLRM (RM1 to RM5)")
    names = names.where(frame["account"] == "own", "BLOOM, LLaMA paper's count")
    return names + frame["functional_unit"].map(UNIT_MARKS).fillna("")


def _sort_key(frame):
    key = pd.Series(np.nan, index=frame.index)
    for column in (
        *(f"disclosed_{a}_tco2e" for a in DISCLOSED),
        "emissions_at_llama_average_tco2e",
    ):
        key = key.fillna(frame[column].where(frame[column] > 0))
    return key


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    figure = plt.figure(figsize=(style.PAGE_WIDTH_INCHES, 9.4))
    # Two sub-figures, so that the labels of one panel do not narrow the other's axis.
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.05, 2.6])
    lower = values[values["panel"] == "b"]
    half = (lower["position"].max() + 1) // 2
    left, right = bottom.subplots(1, 2)
    panels = (
        (top.subplots(), values[values["panel"] == "a"], TITLES[0]),
        (left, lower[lower["position"] <= half], TITLES[1]),
        (right, lower[lower["position"] > half], TITLES[2]),
    )
    for axis, part, title in panels:
        _panel(axis, part, wide=part["panel"].iloc[0] == "a")
        axis.set_title(title, loc="left", fontweight="bold", fontsize=7.5)
        axis.set_xlabel("Operational emissions [t CO$_2$e], logarithmic", fontsize=SMALL)
    top.legend(
        handles=_handles(), loc="outside upper center", ncols=3, fontsize=SMALL, columnspacing=1.2
    )
    return figure


def _panel(axis, values, *, wide):
    first, last = values["position"].min(), values["position"].max()
    for row in values.itertuples(index=False):
        if row.mark == "fixed":
            ends = [row.low_tco2e, row.high_tco2e]
            axis.plot(ends, [row.position] * 2, color="black", lw=0.8, marker="|", ms=6.5, mew=0.8)
            continue
        if pd.notna(row.low_tco2e):
            ends = [row.low_tco2e, row.high_tco2e]
            axis.plot(ends, [row.position] * 2, color=MARKS[row.mark][2], lw=0.8)
        axis.plot([row.value_tco2e], [row.position], **_look(row.mark))
    once = values.drop_duplicates("position")
    axis.set_xscale("log")
    axis.set_ylim(last + 0.7, first - 0.7)
    axis.set_yticks(once["position"].tolist(), once["label"].tolist(), fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if wide else (1.0,), numticks=20))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda tonnes, _: f"{tonnes:,g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    remarks = [(row.position, _remark(row, wide)) for row in once.itertuples(index=False)]
    for position, text in [(first - 1.1, "boundary, energy" if wide else "boundary"), *remarks]:
        axis.annotate(
            text,
            (1.0, position),
            annotation_clip=False,
            xycoords=("axes fraction", "data"),
            xytext=(3, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
        )


def _look(mark):
    marker, size, colour, filled = MARKS[mark]
    return {
        "marker": marker,
        "ms": size,
        "mfc": colour if filled else "none",
        "mec": colour,
        "mew": 0.9,
        "ls": "none",
        # The cross has no area of its own: it goes on top of what it falls upon.
        "zorder": 4 if marker == "x" else 3,
    }


def _remark(row, wide):
    """Boundary letter, energy in the wide panel, and what does not reconcile."""
    letter = BOUNDARY_LETTERS.get(row.boundary, "–")
    text = letter
    if wide:
        text = (
            "no energy given" if pd.isna(row.energy_mwh) else f"{letter}  {row.energy_mwh:,.0f} MWh"
        )
    if pd.notna(row.gap_factor):
        apart = row.gap_factor - 1
        size = f"×{row.gap_factor:.3g}" if apart >= 0.1 else f"{100 * apart:.1f} %"
        text += f"  {row.gap_kind} {size}"
    return text


def _handles():
    handles = [Line2D([], [], color="black", lw=0.8, marker="|", ms=6.5, label=LEGEND["fixed"])]
    for mark in MARKS:
        handles.append(Line2D([], [], label=LEGEND[mark], **_look(mark)))
    return handles


def main(carbon, reconciliation, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(
        tables.read_csv(carbon, "training_carbon"),
        tables.read_csv(reconciliation, "training_reconciliation"),
    )
    tables.write_csv(values, csv, "be2a_training_carbon")
    style.save(draw(tables.read_csv(csv, "be2a_training_carbon")), svg, pdf, png)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.carbon,
            snakemake.input.reconciliation,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
