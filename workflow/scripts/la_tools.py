"""Figure la_tools: other tools over ours, on the same inputs."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ai_lifecycle import runlog, style, tables

TABLE = "la_tools"
# Kind and quantity of the table: title of the panel.
GROUPS = {
    ("training", "energy"): "a  Energy of a training run",
    ("request", "energy"): "b  Energy of a request",
    ("request", "embodied"): "c  Embodied carbon of a request",
    ("chip", "embodied"): "d  Embodied carbon of an accelerator",
}
# Tool: marker, colour.
LOOKS = {
    "ML CO2 Impact": ("s", style.COLOURS["blue"]),
    "Green Algorithms": ("^", style.COLOURS["green"]),
    "LLMCarbon": ("D", style.COLOURS["vermilion"]),
    "ACT": ("P", style.COLOURS["purple"]),
    "boaviztapi": ("v", style.COLOURS["orange"]),
    "ecologits": ("o", style.COLOURS["black"]),
}
NAMES = {"ecologits": "EcoLogits", "ML CO2 Impact": "ML CO₂ Impact"}
AS_IT_COMES = "as it comes"
LEAST, MOST = 0.1, 30.0
SMALL = style.SMALLEST_TEXT_POINTS
RANGE = "#DDDDDD"


def plotted(comparison):
    """Ratio of every tool to ours, with our own range, panel by panel."""
    keys = list(zip(comparison["kind"], comparison["quantity"], strict=True))
    shown = np.array([key in GROUPS for key in keys]) & comparison["ratio"].notna().to_numpy()
    rows = comparison[shown].copy()
    rows["group"] = [GROUPS[key] for key in zip(rows["kind"], rows["quantity"], strict=True)]
    rows["label"] = rows["name"]
    rows["position"] = 0.0
    for _, panel in rows.groupby("group", sort=True):
        order = {label: i for i, label in enumerate(sorted(panel["label"].unique()))}
        rows.loc[panel.index, "position"] = panel["label"].map(order).astype(float)
    for end in ("low", "high"):
        rows[f"our_{end}_ratio"] = rows[f"our_{end}"] / rows["our_value"]
    columns = ["group", "label", "position", "tool", "variant", "ratio", "our_low_ratio",
               "our_high_ratio", "comparable"]  # fmt: skip
    return rows[columns].sort_values(columns[:5], kind="stable").reset_index(drop=True)


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    groups = list(GROUPS.values())
    panels = [values[values["group"] == group] for group in groups]
    heights = [_height(panel) for panel in panels]
    figure, axes = plt.subplots(
        len(groups), 1, figsize=(style.COLUMN_WIDTH_INCHES, 6.7), sharex=True,
        gridspec_kw={"height_ratios": heights},
    )  # fmt: skip
    for axis, group, panel in zip(axes, groups, panels, strict=True):
        _panel(axis, panel)
        axis.set_title(group, loc="left", fontweight="bold", fontsize=7.5)
    axes[-1].set_xlabel("value of the tool over ours, logarithmic", fontsize=SMALL)
    figure.legend(handles=_handles(values), ncols=2, loc="outside lower center", fontsize=SMALL,
                  columnspacing=1.4)  # fmt: skip
    return figure


def _height(values):
    """Rows of a panel, taller where markers crowd one."""
    most = values.groupby("position").size().max()
    return values["position"].nunique() * max(1.0, most / 3) + 0.6


def _panel(axis, values):
    axis.axvline(1.0, color=style.COLOURS["black"], lw=0.8, zorder=1)
    labels = values.drop_duplicates("label").set_index("position")["label"].sort_index()
    for position, rows in values.groupby("position", sort=True):
        offsets, height = _offsets(len(rows))
        for offset, row in zip(offsets, rows.itertuples(index=False), strict=True):
            low, high = max(row.our_low_ratio, LEAST), min(row.our_high_ratio, MOST)
            at = position + offset
            axis.barh(at, high - low, left=low, height=height, color=RANGE, zorder=0)
            marker, colour = LOOKS[row.tool]
            axis.plot(
                row.ratio, at, marker=marker, ms=5 if row.variant == AS_IT_COMES else 3, ls="none",
                mec=colour, mfc=colour if row.comparable else "white", mew=0.9, zorder=3,
            )  # fmt: skip
    axis.set_yticks(list(labels.index), list(labels), fontsize=SMALL)
    axis.set_ylim(labels.index.max() + 0.55, -0.55)
    axis.grid(axis="y", visible=False)
    axis.set_xscale("log")
    axis.set_xlim(LEAST, MOST)
    axis.xaxis.set_major_locator(FixedLocator([0.1, 0.3, 1, 3, 10, 30]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.tick_params(labelsize=SMALL)


def _offsets(count):
    """Heights at which the markers of one row stand apart, and the height of each one's range."""
    step = min(0.32, 0.72 / max(count - 1, 1))
    return [step * (i - (count - 1) / 2) for i in range(count)], 0.8 * step


def _handles(values):
    shown = [tool for tool in LOOKS if tool in set(values["tool"])]
    tools = [
        Line2D([], [], marker=LOOKS[tool][0], ls="none", ms=5, color=LOOKS[tool][1],
               label=NAMES.get(tool, tool))
        for tool in shown
    ]  # fmt: skip
    grey = style.COLOURS["grey"]
    return [
        *tools,
        Line2D([], [], marker="o", ls="none", ms=5, mec=grey, mfc="white",
               label="other boundary: do not compare"),
        Line2D([], [], marker="o", ls="none", ms=3, color=grey, label="inputs changed"),
        Patch(facecolor=RANGE, label="our range"),
    ]  # fmt: skip


def main(comparison, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    tables.write_csv(plotted(tables.read_csv(comparison, "tool_comparison")), csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.comparison,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
