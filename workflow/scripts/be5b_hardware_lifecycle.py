"""Figure be5b: life-cycle assessments of data-centre hardware, by phase and by component."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.patches import Patch

from ai_lifecycle import runlog, style, tables

TABLE = "be5b_hardware_lifecycle"
KINDS = ("server", "storage", "accelerator", "device")
# Column of hardware_phases: part, face, hatch.
PHASES = {
    "manufacturing_share": ("manufacture", style.COLOURS["orange"], ""),
    "transport_share": ("transport", style.COLOURS["purple"], "xxxx"),
    "end_of_life_share": ("end of life", style.COLOURS["green"], ""),
    "unsplit_share": ("manufacture, transport and end of life, not split", "#F7DDA5", "////"),
    "use_share": ("use", "#DCEFFA", ""),
}
COMPONENTS = {
    "memory": (style.COLOURS["blue"], ""),
    "chips": (style.COLOURS["vermilion"], ""),
    "chip with memory": (style.COLOURS["purple"], "////"),
    "cooling": (style.COLOURS["sky"], ".."),
    "other materials": (style.COLOURS["light_grey"], ""),
    "assembly and transport": (style.COLOURS["yellow"], "xxxx"),
    "drives": (style.COLOURS["green"], "---"),
    "accelerator, not split": (style.COLOURS["orange"], "xx"),
    "host": (style.COLOURS["grey"], "++"),
    "building": ("white", "\\\\\\"),
}
BOARDS = (
    ("NVIDIA HGX H100, 8 GPUs", "NVIDIA HGX H100 8-GPU baseboard"),
    ("NVIDIA HGX B200, 8 GPUs", "NVIDIA HGX B200 8-GPU baseboard"),
)
WITHIN = "share within materials of "
CARD = ("NVIDIA A100 SXM 40 GB", "NVIDIA A100 SXM 40GB")
SERVER = ("Dell R740 with 8 SSDs", "Dell PowerEdge R740, full life-cycle assessment")
CHIPS = ("Google TPU v4i", "Google TPU v5e", "Google TPU v6e")
LEGEND_CHARACTERS = 28
SMALL = style.SMALLEST_TEXT_POINTS


def plotted(phases, footprints):
    """Every segment of both panels."""
    rows = [*_phase_rows(phases), *_component_rows(footprints)]
    return pd.DataFrame(rows)[COLUMNS]


COLUMNS = [
    "panel",
    "position",
    "label",
    "remark",
    "part",
    "share",
    "start",
    "use_share_low",
    "use_share_high",
    "products",
    "source_key",
    "status",
]


def _phase_rows(phases):
    order = phases.assign(rank=phases["kind"].map({k: n for n, k in enumerate(KINDS)}))
    order = order.sort_values(["rank", "use_share"], ascending=[True, False], kind="stable")
    for position, row in enumerate(order.itertuples(index=False)):
        common = {
            "panel": "a",
            "position": position,
            "label": row.group,
            "remark": f"{row.total_median_kgco2e:,.0f}",
            "use_share_low": row.use_share_low,
            "use_share_high": row.use_share_high,
            "products": row.products,
            "source_key": row.source_key,
            "status": row.status,
        }
        parts = [(PHASES[name][0], getattr(row, name)) for name in PHASES]
        yield from _segments(common, parts)


def _segments(common, parts):
    """Parts end to end; what is missing is not drawn."""
    start = 0.0
    for part, share in parts:
        if pd.isna(share):
            continue
        yield {**common, "part": part, "share": share, "start": start}
        start += share


def _component_rows(footprints):
    accounts = (
        *(_board(footprints, *board) for board in BOARDS),
        _card(footprints),
        *(_chip(footprints, name) for name in CHIPS),
        _server(footprints),
    )
    for position, (label, parts, total, note, facts) in enumerate(accounts):
        common = {
            "panel": "b",
            "position": position,
            "label": label,
            "remark": f"{total:,.0f}{note}",
            "use_share_low": np.nan,
            "use_share_high": np.nan,
            "products": None,
            "source_key": facts["source_key"].iloc[0],
            "status": "derived",
        }
        yield from _segments(common, parts)


def _of(footprints, product):
    return footprints[footprints["product"] == product]


def _board(footprints, label, product):
    facts = _of(footprints, product)
    values = facts.set_index("quantity")["value"]
    materials = values["share of materials and components"]
    parts = [
        ("memory", values[WITHIN + "memory"] * materials),
        ("chips", values[WITHIN + "integrated circuits"] * materials),
        ("cooling", values[WITHIN + "thermal components"] * materials),
    ]
    parts.append(("other materials", materials - sum(share for _, share in parts)))
    parts.append(("assembly and transport", 1 - materials))
    return label, parts, values["cradle to gate"], "", facts


def _card(footprints):
    label, product = CARD
    facts = _of(footprints, product)
    values = facts.set_index("quantity")["value"]
    chip, cooling = values["share of chip with memory"], values["share of heatsink"]
    parts = [
        ("chip with memory", chip),
        ("cooling", cooling),
        ("other materials", 1 - chip - cooling),
    ]
    return label, parts, values["cradle to gate"], "", facts


def _chip(footprints, name):
    facts = _of(footprints, name)
    values = facts.set_index("quantity")["value"]
    named = {
        "accelerator, not split": values["accelerator per chip"],
        "host": values["host per chip"],
        "building": values["building per chip"],
    }
    total = sum(named.values())
    return name, [(part, value / total) for part, value in named.items()], total, "", facts


def _server(footprints):
    label, product = SERVER
    facts = _of(footprints, product)
    values = facts.set_index("quantity")["value"]
    named = {
        "drives": values["part 8x3.84TB SSD"] + values["part 400GB SSD"],
        "memory": values["part 12x32GB DRAM"],
        "chips": values["part 2x CPU"],
    }
    total = sum(named.values())
    return label, [(part, value / total) for part, value in named.items()], total, " *", facts


def draw(values):
    """The figure from its plotted values."""
    style.apply()
    plt.rcParams["hatch.linewidth"] = 0.5
    figure = plt.figure(figsize=(style.COLUMN_WIDTH_INCHES, 8.2))
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.7, 1.0])
    phases = {name: (face, hatch) for name, face, hatch in PHASES.values()}
    titles = (
        "a  Phases, use included",
        "b  Components, use left out",
    )
    for panel, place, looks, title, columns in (
        ("a", top, phases, titles[0], 2),
        ("b", bottom, COMPONENTS, titles[1], 2),
    ):
        axis = place.subplots()
        _bars(axis, values[values["panel"] == panel], looks)
        axis.set_title(title, loc="left", fontweight="bold", fontsize=8)
        handles = [
            Patch(
                facecolor=face,
                hatch=hatch,
                edgecolor="black",
                lw=0.4,
                label=textwrap.fill(name, LEGEND_CHARACTERS),
            )
            for name, (face, hatch) in looks.items()
        ]
        place.legend(handles=handles, loc="outside lower center", ncols=columns, fontsize=SMALL,
                     columnspacing=1.2, handlelength=1.5)  # fmt: skip
    return figure


def _bars(axis, values, looks):
    for row in values.itertuples(index=False):
        face, hatch = looks[row.part]
        axis.barh(row.position, 100 * row.share, 0.74, left=100 * row.start, facecolor=face,
                  hatch=hatch, edgecolor="black", linewidth=0.4, zorder=2)  # fmt: skip
    rows = values.drop_duplicates("position").sort_values("position", kind="stable")
    for row in rows.itertuples(index=False):
        axis.annotate(_remark(row), (1.0, row.position), xycoords=("axes fraction", "data"),
                      xytext=(4, 0), textcoords="offset points", va="center", fontsize=SMALL,
                      annotation_clip=False)  # fmt: skip
        if pd.notna(row.use_share_low) and row.products > 1:
            ends = [100 * (1 - row.use_share_high), 100 * (1 - row.use_share_low)]
            axis.plot(ends, [row.position] * 2, color="black", lw=0.9, marker="|", ms=4.5,
                      mew=0.9, zorder=4)  # fmt: skip
    axis.annotate("kg CO₂e" + ("\n(products)" if rows["products"].notna().any() else ""),
                  (1.0, -0.75), xycoords=("axes fraction", "data"), xytext=(4, 0),
                  textcoords="offset points", va="bottom", fontsize=SMALL,
                  annotation_clip=False)  # fmt: skip
    axis.set_yticks(rows["position"].tolist(), rows["label"].tolist(), fontsize=SMALL)
    axis.set_ylim(rows["position"].max() + 0.6, -0.6)
    axis.set_xlim(0, 100)
    axis.set_xlabel("share of the footprint [%]", fontsize=SMALL)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.grid(axis="y", visible=False)


def _remark(row):
    return row.remark if pd.isna(row.products) else f"{row.remark} ({row.products})"


def main(phases, footprints, svg, pdf, png, csv):
    """Write the plotted values, then draw from them."""
    values = plotted(
        tables.read_csv(phases, "hardware_phases"),
        tables.read_csv(footprints, "hardware_product_footprints"),
    )
    tables.write_csv(values.astype({"products": "Int64"}), csv, TABLE)
    style.save(draw(tables.read_csv(csv, TABLE)), svg, pdf, png)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.phases,
            snakemake.input.footprints,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
            snakemake.output.csv,
        )
