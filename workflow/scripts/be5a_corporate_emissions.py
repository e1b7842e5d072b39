"""Figure be5a: emissions of computing companies by scope and category, as they disclose them."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.embodied_tables import corporate

TABLE = "be5a_corporate_emissions"
ORDER = ("Meta", "Google", "Microsoft", "Amazon", "Apple")
BAR_OFFSET = {"location": -0.21, "market": 0.21}
BAR_WIDTH = 0.38
# Face, hatch: told apart in grey too.
PARTS = {
    "scope 1": (style.COLOURS["black"], ""),
    "scope 2": (style.COLOURS["sky"], ""),
    "capital goods": (style.COLOURS["vermilion"], ""),
    "other scope 3": (style.COLOURS["yellow"], ""),
    "scope 3 not split": ("white", "////"),
    "total not split": (style.COLOURS["light_grey"], "xxx"),
}
# What a discloser counts only in part is drawn by its boundary, not by its scope.
PARTIAL = {
    "part of scope 3": ("white", "\\\\\\\\\\", "Part of scope 3, not split"),
    "operations and part of scope 3": ("white", "oo", "Own operations and\npart of scope 3"),
}
HATCH_WIDTH = 0.5
NAMES = {
    "scope 1": "Scope 1",
    "scope 2": "Scope 2",
    "capital goods": "Scope 3: capital goods",
    "other scope 3": "Scope 3: all else",
    "scope 3 not split": "Scope 3, not split",
    "total not split": "All scopes, not split",
}
MARKS = {
    "earlier vintage": ("D", "white", "sum before restatement"),
    "printed location total": ("^", "black", "location-based total,\nscope 3 included"),
}
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(emissions):
    """Every part of every bar, and every mark."""
    return corporate.bars(emissions)


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    plt.rcParams["hatch.linewidth"] = HATCH_WIDTH
    figure, axes = plt.subplots(
        len(ORDER), 1, figsize=(style.COLUMN_WIDTH_INCHES, 8.9), sharex=True
    )
    first, last = values["year"].min(), values["year"].max()
    for letter, company, axis in zip("abcde", ORDER, axes, strict=True):
        part = values[values["company"] == company]
        _panel(axis, part, first, last)
        fiscal = " (fiscal years)" if bool(part["fiscal_year"].iloc[0]) else ""
        axis.set_title(f"{letter}  {company}{fiscal}", loc="left", fontweight="bold", fontsize=8)
    figure.supylabel("emissions [Mt CO₂e], each panel on its own scale", fontsize=SMALL)
    figure.legend(
        handles=_handles(),
        loc="outside lower center",
        ncols=2,
        fontsize=SMALL,
        handlelength=1.4,
        columnspacing=1.0,
        labelspacing=0.35,
        borderaxespad=0.2,
    )
    return figure


def _panel(axis, values, first, last):
    for row in values[values["part"].isin(list(PARTS))].itertuples(index=False):
        face, hatch = PARTS[row.part]
        if row.part.endswith("not split") and row.boundary in PARTIAL:
            face, hatch, _ = PARTIAL[row.boundary]
        axis.bar(
            row.year + BAR_OFFSET[row.bar],
            row.value_mtco2e,
            BAR_WIDTH,
            bottom=row.base_mtco2e,
            facecolor=face,
            hatch=hatch,
            edgecolor="black",
            linewidth=0.4,
            zorder=2,
        )
    for row in values[values["part"].isin(list(MARKS))].itertuples(index=False):
        marker, face, _ = MARKS[row.part]
        axis.plot(
            row.year + BAR_OFFSET[row.bar],
            row.value_mtco2e,
            ls="none",
            marker=marker,
            ms=3.2,
            mfc=face,
            mec="black",
            mew=0.7,
            zorder=4,
        )
    top = axis.get_ylim()[1]
    axis.set_ylim(0, top * 1.12)
    for year in values.loc[values["part"] == "no figure", "year"]:
        axis.axvspan(year - 0.48, year + 0.48, color="#EFEFEF", zorder=0, lw=0)
        axis.text(year, top * 0.03, "none", rotation=90, ha="center", va="bottom", fontsize=SMALL,
                  color="#555555")  # fmt: skip
    axis.set_xlim(first - 0.6, last + 0.6)
    axis.set_xticks(np.arange(first, last + 1))
    axis.set_xticklabels([f"'{year % 100:02d}" for year in range(first, last + 1)], fontsize=SMALL)
    axis.tick_params(axis="x", length=0)
    axis.tick_params(axis="y", labelsize=SMALL)
    axis.grid(axis="x", visible=False)


def _handles():
    handles = [
        Patch(facecolor=face, hatch=hatch, edgecolor="black", lw=0.4, label=NAMES[name])
        for name, (face, hatch) in PARTS.items()
    ]
    handles += [
        Patch(facecolor=face, hatch=hatch, edgecolor="black", lw=0.4, label=label)
        for face, hatch, label in PARTIAL.values()
    ]
    for marker, face, label in MARKS.values():
        handles.append(
            Line2D([], [], ls="none", marker=marker, ms=4, mfc=face, mec="black", mew=0.7,
                   label=label.capitalize())
        )  # fmt: skip
    handles.append(Patch(facecolor="#EFEFEF", label="None: no sourced figure"))
    return handles


def main(emissions, references, svg, pdf, png, csv, *, as_of):
    """Write the plotted values, then draw from them."""
    values = plotted(corporate.read(emissions, references=references, as_of=as_of))
    tables.write_csv(values, csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)
    print(f"{len(values)} parts and marks")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.emissions,
            snakemake.input.references,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
            as_of=snakemake.params.as_of,
        )
