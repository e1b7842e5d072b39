"""Figure be4 (ours): energy of text, images and video, over batches, GPUs and ways of running."""

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ai_lifecycle import runlog, style, tables
from ai_lifecycle.inference_tables import levers

TABLE = "be4_multimodal_efficiency"
GPUS = ("H100", "B200")
TASK_NAMES = {
    "sourcegraph-fim": "code completion",
    "video-chat": "chat on a video",
    "image-chat": "chat on an image",
    "lm-arena-chat": "chat",
    "gpqa": "reasoning",
    "text-to-image": "image",
    "text-to-video": "video",
}
# Runs of panel b: on as many GPUs, laid out alike, measured on both generations.
RUNS = {
    "Wan 2.1 1.3B": ("text-to-video", "Wan-AI/Wan2.1-T2V-1.3B-Diffusers", 1, "u1 r1"),
    "SD 3.5 Large": ("text-to-image", "stabilityai/stable-diffusion-3.5-large", 1, "u1 r1"),
    "Qwen3 235B": ("lm-arena-chat", "Qwen/Qwen3-235B-A22B-Instruct-2507", 8, "t1 e8 d1"),
    "Gemma 3 12B": ("image-chat", "google/gemma-3-12b-it", 1, "t1 e1 d1"),
    "Qwen3 8B": ("lm-arena-chat", "Qwen/Qwen3-8B", 1, "t1 e1 d1"),
}
# What a run makes, and where its name stands: batch, offset in points, side.
MADE = {
    "Wan 2.1 1.3B": ("video", 1, (0, 5), "left"),
    "SD 3.5 Large": ("image", 1, (-12, -13), "left"),
    "Qwen3 235B": ("chat", 8, (0, 7), "left"),
    "Gemma 3 12B": ("image chat", 8, (-6, 0), "right"),
    "Qwen3 8B": ("chat", 8, (-6, -18), "right"),
}
COLOUR = {"H100": style.COLOURS["vermilion"], "B200": style.COLOURS["blue"]}
MARKER = {"H100": "^", "B200": "o"}
KIND_COLOUR = {
    "text": style.COLOURS["blue"],
    "image or video to text": style.COLOURS["sky"],
    "text to image": style.COLOURS["orange"],
    "text to video": style.COLOURS["vermilion"],
}
KIND_MARKER = {
    "text": "o",
    "image or video to text": "s",
    "text to image": "^",
    "text to video": "D",
}
LEVERS = {
    "smallest to largest batch": "batch: smallest\nto largest",
    "batch doubled": "batch doubled",
    "8-bit weights, each at its best": "8-bit weights,\neach at its best",
    "8-bit weights, same settings": "8-bit weights,\nsame settings",
    "B200 for H100, each at its best": "B200 for H100,\neach at its best",
    "B200 for H100, same settings": "B200 for H100,\nsame settings",
    "GPUs doubled, same batch": "GPUs doubled,\nsame batch",
}


def main(inputs, values, svg, pdf, png):
    """Write the plotted values, then the figure from them."""
    frame = plotted(
        tables.read_csv(inputs["text"], "ml_energy_text"),
        tables.read_csv(inputs["diffusion"], "ml_energy_diffusion"),
        tables.read_csv(inputs["levers"], "inference_levers"),
    )
    tables.write_csv(frame, values, TABLE)
    style.apply()
    style.save(draw(tables.read_csv(values, TABLE)), svg, pdf, png)


def plotted(text, diffusion, summary):
    """The values as drawn.

    Parameters
    ----------
    text, diffusion, summary : DataFrame
        Tables ``ml_energy_text``, ``ml_energy_diffusion``, ``inference_levers``.

    Returns
    -------
    DataFrame
        Table ``be4_multimodal_efficiency``.
    """
    made = levers.outputs(text, diffusion)
    frame = pd.concat([_tasks(made), _runs(made), _levers(summary)], ignore_index=True)
    frame = frame.reindex(columns=list(tables.declaration(TABLE)))
    numbers = ["batch", "value", "low", "high", "outer_low", "outer_high"]
    return frame.astype(dict.fromkeys(numbers, float) | {"count": "Int64"})


def _tasks(made):
    """Panel a: each model at its best, and the range over its configurations."""
    keys = ["task", "kind", "model_name", "gpu_model"]
    grouped = made.groupby(keys, sort=True)["energy_wh"]
    frame = pd.DataFrame(
        {"value": grouped.min(), "low": grouped.min(), "high": grouped.max(),
         "count": grouped.size()}
    ).reset_index()  # fmt: skip
    order = {name: i for i, name in enumerate(TASK_NAMES)}
    frame = frame.sort_values(
        ["task", "gpu_model", "model_name"], kind="stable",
        key=lambda column: column.map(order) if column.name == "task" else column,
    )  # fmt: skip
    return frame.rename(columns={"task": "series"}).assign(panel="a", unit="Wh")


def _runs(made):
    """Panel b: energy over batch of a few runs."""
    parts = []
    for name, (task, model, gpus, layout) in RUNS.items():
        rows = made[
            (made["task"] == task) & (made["model_id"] == model) & (made["gpus"] == gpus)
            & (made["layout"] == layout)
        ].sort_values(["gpu_model", "batch"], kind="stable")  # fmt: skip
        parts.append(
            rows[["kind", "model_name", "gpu_model", "batch"]].assign(
                panel="b", series=name, value=rows["energy_wh"], unit="Wh"
            )
        )
    return pd.concat(parts)


def _levers(summary):
    """Panel c: ratios of matched pairs."""
    order = {name: i for i, name in enumerate(LEVERS)}
    rows = summary.iloc[summary["lever"].map(order).argsort(kind="stable")]
    return pd.DataFrame(
        {"panel": "c", "series": rows["lever"], "kind": rows["kind"],
         "value": rows["ratio_median"], "low": rows["ratio_p25"], "high": rows["ratio_p75"],
         "outer_low": rows["ratio_p05"], "outer_high": rows["ratio_p95"], "count": rows["pairs"],
         "unit": "1"}
    )  # fmt: skip


def draw(values):
    """The figure, from the plotted values alone."""
    figure, axes = plt.subplots(
        3, 1, figsize=(style.COLUMN_WIDTH_INCHES, 9.0), height_ratios=[1.0, 1.05, 1.75]
    )
    panels = dict(iter(values.groupby("panel")))
    _draw_tasks(axes[0], panels["a"])
    _draw_runs(axes[1], panels["b"])
    _draw_levers(axes[2], panels["c"])
    titles = ("a  One output, each model at its best", "b  The same over batch size",
              "c  What each lever gives, in pairs")  # fmt: skip
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title, loc="left", fontweight="bold")
    figure.legend(
        handles=[
            Line2D([], [], linestyle="", marker=KIND_MARKER[kind], color=KIND_COLOUR[kind],
                   markeredgecolor="black", markeredgewidth=0.4, markersize=4.5, label=kind)
            for kind in KIND_COLOUR
        ], loc="outside lower center", ncols=2, borderaxespad=0.2, title="panel c",
    )  # fmt: skip
    return figure


def _decades(axis, which, lowest, highest):
    """Ticks at powers of ten, written out."""
    target = axis.xaxis if which == "x" else axis.yaxis
    target.set_major_locator(FixedLocator([10.0**p for p in range(lowest, highest + 1)]))
    target.set_minor_locator(NullLocator())
    target.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def _draw_tasks(axis, frame):
    for row, task in enumerate(TASK_NAMES):
        for gpu, shift in zip(GPUS, (0.17, -0.17), strict=True):
            part = frame[(frame["series"] == task) & (frame["gpu_model"] == gpu)]
            if part.empty:
                continue
            axis.plot(
                [part["low"].min(), part["high"].max()], [row + shift] * 2,
                color=style.COLOURS["light_grey"], linewidth=3.2, zorder=2, solid_capstyle="butt",
            )  # fmt: skip
            axis.scatter(
                part["value"], [row + shift] * len(part), marker=MARKER[gpu], s=13, zorder=3,
                facecolors="none" if gpu == "B200" else COLOUR[gpu], edgecolors=COLOUR[gpu],
                linewidths=0.8,
            )  # fmt: skip
    axis.set_xscale("log")
    axis.set_xlim(1e-3, 1e3)
    _decades(axis, "x", -3, 3)
    axis.set_yticks(range(len(TASK_NAMES)), TASK_NAMES.values())
    axis.set_ylim(-0.5, len(TASK_NAMES) + 0.35)
    axis.grid(axis="y", visible=False)
    axis.set_xlabel("GPU energy per response, image or video (Wh)")
    handles = [
        Line2D([], [], linestyle="", marker=MARKER[gpu], color=COLOUR[gpu], markersize=4,
               markerfacecolor="none" if gpu == "B200" else COLOUR[gpu], label=gpu)
        for gpu in GPUS
    ] + [Line2D([], [], color=style.COLOURS["light_grey"], linewidth=3.2,
                label="all configurations")]  # fmt: skip
    axis.legend(handles=handles, loc="upper left", ncols=3, borderaxespad=0.2, columnspacing=1.2)


def _draw_runs(axis, frame):
    for name in RUNS:
        for gpu, dashes in zip(GPUS, ("-", (0, (3, 1.5))), strict=True):
            part = frame[(frame["series"] == name) & (frame["gpu_model"] == gpu)]
            axis.plot(part["batch"], part["value"], color=COLOUR[gpu], linestyle=dashes,
                      marker=MARKER[gpu], markersize=3, linewidth=1,
                      markerfacecolor="none" if gpu == "B200" else COLOUR[gpu])  # fmt: skip
        made, batch, offset, side = MADE[name]
        level = frame.loc[(frame["series"] == name) & (frame["batch"] == batch), "value"].max()
        axis.annotate(f"{made}: {name}" if side == "left" else f"{made}:\n{name}",
                      (batch, level), xytext=offset, textcoords="offset points", fontsize=7,
                      ha=side)  # fmt: skip
    axis.set_xscale("log", base=2)
    axis.set_yscale("log")
    ticks = [1, 4, 16, 64, 256, 1024]
    axis.xaxis.set_major_locator(FixedLocator(ticks))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_xlim(0.2, 6000)
    axis.set_ylim(4e-3, 60)
    _decades(axis, "y", -2, 2)
    axis.set_xlabel("batch (items or sequences at once)")
    axis.set_ylabel("GPU energy per output (Wh)")
    axis.legend(
        handles=[
            Line2D([], [], color=COLOUR[gpu], linestyle=dashes, marker=MARKER[gpu], markersize=3,
                   markerfacecolor="none" if gpu == "B200" else COLOUR[gpu], label=gpu)
            for gpu, dashes in zip(GPUS, ("-", (0, (3, 1.5))), strict=True)
        ], loc="upper right", borderaxespad=0.2,
    )  # fmt: skip


def _draw_levers(axis, frame):
    place, ticks = 0.0, []
    for lever, label in LEVERS.items():
        part = frame[frame["series"] == lever]
        first = place
        for row in part.itertuples(index=False):
            colour = KIND_COLOUR[row.kind]
            axis.plot([row.outer_low, row.outer_high], [place] * 2, color=colour, linewidth=0.9)
            axis.plot([row.low, row.high], [place] * 2, color=colour, linewidth=3,
                      solid_capstyle="butt", alpha=0.55)  # fmt: skip
            axis.plot(row.value, place, marker=KIND_MARKER[row.kind], color=colour, markersize=4.5,
                      markeredgecolor="black", markeredgewidth=0.4)  # fmt: skip
            axis.annotate(f"{row.count}", (1, place), xycoords=("axes fraction", "data"),
                          xytext=(-2, 0), textcoords="offset points", ha="right", va="center",
                          fontsize=6.5, color=style.COLOURS["grey"])  # fmt: skip
            place += 1
        ticks.append(((first + place - 1) / 2, label))
        axis.axhline(place - 0.1, color="#E3E3E3", linewidth=0.5)
        place += 0.8
    axis.plot([1, 1], [-0.6, place - 0.9], color="black", linewidth=0.8, zorder=1)
    axis.annotate("pairs", (1, -1.05), xycoords=("axes fraction", "data"), xytext=(-2, 0),
                  textcoords="offset points", ha="right", va="center", fontsize=6.5,
                  color=style.COLOURS["grey"])  # fmt: skip
    axis.set_xscale("log")
    axis.set_xlim(0.03, 6)
    axis.xaxis.set_major_locator(FixedLocator([0.05, 0.1, 0.2, 0.5, 1, 2]))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_ylim(place - 0.6, -1.6)
    axis.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    axis.grid(axis="y", visible=False)
    axis.set_xlabel("energy after ÷ energy before")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output.values,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
        )
