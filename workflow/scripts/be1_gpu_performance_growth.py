"""Figure be1: what the growth of GPU throughput was made of, and performance per watt."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from ai_lifecycle import constants, runlog, style, tables
from ai_lifecycle.hardware import growth, trends

TABLE = "be1_gpu_performance_growth"
SHOWN = ("consumer", "data_centre")
FACTOR_NAMES = {
    "transistor_density": "density",
    "die_area": "die area",
    "clock": "clock",
    "residual": "residual",
}
COLOUR = {
    "consumer": style.COLOURS["sky"],
    "data_centre": style.COLOURS["vermilion"],
    "transistor_density": style.COLOURS["blue"],
    "die_area": style.COLOURS["green"],
    "clock": style.COLOURS["orange"],
    "residual": style.COLOURS["purple"],
}
LABEL = {"consumer": "consumer", "data_centre": "data centre"}
MARKER = {"consumer": "o", "data_centre": "^"}
POINTS = {
    "other": {"marker": ".", "s": 3, "color": style.COLOURS["light_grey"], "linewidths": 0},
    "consumer": {"marker": "o", "s": 7, "facecolors": "none", "linewidths": 0.5,
                 "edgecolors": COLOUR["consumer"]},
    "data_centre": {"marker": "^", "s": 11, "color": COLOUR["data_centre"], "linewidths": 0},
}  # fmt: skip
SINCE = trends.SINCE_YEARS[0]
LAST = 2026.2
BAND, BAND_EDGE = "#F8F29C", "#A89B00"
CLAIM = "gpu.performance_per_watt_doubling_claimed"


def main(inputs, values, svg, pdf, png):
    """Write the plotted values, then the figure from them."""
    frame = plotted(
        tables.read_csv(inputs["specifications"], "gpu_specifications"),
        tables.read_csv(inputs["doubling_times"], "gpu_growth_doubling_times"),
        tables.read_csv(inputs["shares"], "gpu_growth_shares"),
    )
    tables.write_csv(frame, values, TABLE)
    style.apply()
    style.save(draw(tables.read_csv(values, TABLE)), svg, pdf, png)


def plotted(specifications, doubling_times, shares):
    """The values as drawn.

    Parameters
    ----------
    specifications, doubling_times, shares : DataFrame
        Tables ``gpu_specifications``, ``gpu_growth_doubling_times``, ``gpu_growth_shares``.

    Returns
    -------
    DataFrame
        Table ``be1_gpu_performance_growth``.
    """
    products = trends.in_segment(trends.usable(specifications), "all", SINCE)
    parts = [
        *_products(products, "a", "fp32_gflops"),
        *_best(products, doubling_times),
        _factors(products),
        *_products(products, "c", "gflops_per_watt"),
        *_efficiency(products, doubling_times),
        _shares(shares),
    ]
    columns = list(tables.declaration(TABLE))
    frame = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    return frame.astype({"date_years": float, "value": float, "low": float, "high": float})


def _products(products, panel, column):
    for name in (*SHOWN, "other"):
        inside = products["segment"] == name
        chosen = products[inside if name in SHOWN else ~products["segment"].isin(SHOWN)]
        chosen = chosen.dropna(subset=[column]).rename(columns={column: "value"})
        yield chosen.assign(panel=panel, series=f"{name} products")


def _stated(doubling_times, **wanted):
    """One doubling time with its bootstrap interval, as value, low, high."""
    row = doubling_times
    for column, value in wanted.items():
        row = row[row[column] == value]
    return row[["doubling_time_years", "bootstrap95_low_years", "bootstrap95_high_years"]].set_axis(
        ["value", "low", "high"], axis=1
    )


def _best(products, doubling_times):
    for name in SHOWN:
        known = products[products["segment"] == name].dropna(subset=["fp32_gflops"])
        best = trends.on_basis(known, "best_of_year").sort_values("date_years", kind="stable")
        yield best.assign(panel="a", series=f"{name} best of year", value=best["fp32_gflops"])
        yield _stated(
            doubling_times, segment=name, basis="best_of_year", since_year=SINCE,
            quantity="fp32_gflops",
        ).assign(panel="a", series=f"{name} doubling time")  # fmt: skip


def _factors(products):
    complete = trends.measures(products)["factors"][1]
    best = trends.on_basis(complete, "best_of_year").sort_values("date_years", kind="stable")
    factor = growth.factors(*(best[name].to_numpy() for name in trends.FACTOR_COLUMNS))
    series = {
        "total": best["fp32_gflops"].to_numpy(),
        **dict(zip(growth.FACTORS, factor, strict=True)),
    }
    return pd.concat(
        [
            best.assign(panel="b", series=name, value=value / value[0])
            for name, value in series.items()
        ]
    )


def _efficiency(products, doubling_times):
    known = products.dropna(subset=["gflops_per_watt"])
    end = known["date_years"].max()
    for since in (SINCE, trends.SINCE_YEARS[-1]):
        part = known[known["year"] >= since]
        start = part["date_years"].min()
        value = trends.line(part, "gflops_per_watt", start, end)
        yield pd.DataFrame(
            {"panel": "c", "series": f"trend since {since}", "date_years": [start, end],
             "value": value}
        )  # fmt: skip
        yield _stated(
            doubling_times, segment="all", basis="products", since_year=since,
            quantity="gflops_per_watt",
        ).assign(panel="c", series=f"doubling time since {since}")  # fmt: skip
        if since == SINCE:
            middle = constants.value(CLAIM, unit="year")
            claim = constants.load()[CLAIM]
            date = np.array([start, end])
            yield pd.DataFrame(
                {"panel": "c", "series": "claim", "date_years": date,
                 "value": value[0] * 2 ** ((date - start) / middle),
                 "low": value[0] * 2 ** ((date - start) / claim.high),
                 "high": value[0] * 2 ** ((date - start) / claim.low)}
            )  # fmt: skip


def _shares(shares):
    rows = shares[
        shares["segment"].isin(SHOWN)
        & (shares["basis"] == "products")
        & (shares["since_year"] == SINCE)
        & (shares["factor"] != "total")
    ]
    return pd.DataFrame(
        {
            "panel": "d",
            "series": rows["segment"] + " " + rows["factor"],
            "value": rows["share"],
            "low": rows["bootstrap95_low_share"],
            "high": rows["bootstrap95_high_share"],
        }
    )


def draw(values):
    """The figure, from the plotted values alone."""
    figure, axes = plt.subplots(
        4, 1, figsize=(style.COLUMN_WIDTH_INCHES, 8.6), height_ratios=[1.35, 1.0, 1.2, 0.85]
    )
    of = {panel: part.groupby("series", sort=False) for panel, part in values.groupby("panel")}
    _draw_products(axes[0], of["a"], "FP32 peak (GFLOP/s)")
    _draw_best(axes[0], of["a"])
    _draw_factors(axes[1], of["b"])
    _draw_products(axes[2], of["c"], "GFLOP/s per W")
    _draw_efficiency(axes[2], of["c"])
    _draw_shares(axes[3], of["d"])
    titles = (
        "a  Throughput of each product",
        "b  Factors, each year's best with known die",
        "c  FP32 peak per watt of design power",
        "d  Share of each factor in log growth",
    )
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title, loc="left", fontweight="bold")
    return figure


def _years(axis, end):
    axis.set_xlim(SINCE, end)
    axis.xaxis.set_major_locator(FixedLocator(range(2006, 2027, 4)))
    axis.xaxis.set_minor_locator(FixedLocator(range(2006, 2027)))


def _draw_products(axis, series, label):
    for order, (name, look) in enumerate(POINTS.items()):
        part = series.get_group(f"{name} products")
        axis.scatter(part["date_years"], part["value"], zorder=2 + order / 10, **look)
    axis.set_yscale("log")
    axis.set_ylabel(label)
    axis.yaxis.set_major_locator(FixedLocator([10.0**power for power in range(-1, 6)]))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,g}"))
    axis.yaxis.set_minor_locator(NullLocator())
    _years(axis, LAST)


def _range(part):
    row = part.iloc[0]
    return f"{row['value']:.1f} y ({row['low']:.1f}–{row['high']:.1f})"


def _draw_best(axis, series):
    handles = []
    for name, dashes in zip(SHOWN, ("-", (0, (4, 1.5))), strict=True):
        part = series.get_group(f"{name} best of year")
        dark = style.COLOURS["blue"] if name == "consumer" else COLOUR[name]
        axis.plot(part["date_years"], part["value"], color=dark, linestyle=dashes, zorder=4,
                  linewidth=1.3)  # fmt: skip
        time = _range(series.get_group(f"{name} doubling time"))
        handles.append(
            Line2D([], [], color=dark, linestyle=dashes, marker=MARKER[name], markersize=3.5,
                   markerfacecolor="none" if name == "consumer" else dark,
                   label=f"{LABEL[name]}, best of year:\ndoubles in {time}")
        )  # fmt: skip
    handles.append(
        Line2D([], [], color=style.COLOURS["light_grey"], linestyle="", marker="o", markersize=3,
               label="other segments")
    )  # fmt: skip
    axis.legend(handles=handles, loc="upper left", borderaxespad=0.2, labelspacing=0.6)
    axis.set_ylim(8, 2e7)


def _draw_factors(axis, series):
    looks = {
        "total": ("black", "-", 1.8),
        "transistor_density": (COLOUR["transistor_density"], "-", 1.3),
        "clock": (COLOUR["clock"], (0, (4, 1.5)), 1.3),
        "die_area": (COLOUR["die_area"], (0, (1, 1)), 1.5),
        "residual": (COLOUR["residual"], (0, (5, 1, 1, 1)), 1.3),
    }
    for name, (colour, dashes, width) in looks.items():
        part = series.get_group(name)
        axis.plot(part["date_years"], part["value"], color=colour, linestyle=dashes,
                  linewidth=width)  # fmt: skip
        words = "FP32 peak" if name == "total" else FACTOR_NAMES[name]
        last = part["value"].iloc[-1]
        ratio = f"{last:.0f}" if last >= 10 else f"{last:.1f}"
        axis.annotate(
            f"{words} ×{ratio}",
            (part["date_years"].iloc[-1], last),
            xytext=(4, 0), textcoords="offset points", va="center", fontsize=7,
            annotation_clip=False,
        )  # fmt: skip
    axis.set_yscale("log")
    axis.set_ylabel("relative to 2006")
    axis.yaxis.set_major_locator(FixedLocator([0.3, 1, 3, 10, 30, 100, 300]))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axis.yaxis.set_minor_locator(NullLocator())
    # Room for the words at the ends of the lines, inside the axes: panels stay of one width.
    _years(axis, 2034.5)
    axis.spines["bottom"].set_bounds(SINCE, LAST)
    axis.xaxis.grid(visible=False)


def _draw_efficiency(axis, series):
    claim = series.get_group("claim")
    axis.fill_between(claim["date_years"], claim["low"], claim["high"], zorder=1.5, linewidth=0.5,
                      facecolor=BAND, edgecolor=BAND_EDGE)  # fmt: skip
    first, *_, second = (name for name, _ in series if name.startswith("trend"))
    handles = [Patch(facecolor=BAND, edgecolor=BAND_EDGE, linewidth=0.5,
                     label="doubles in 3 to 4 y: the paper's words")]  # fmt: skip
    for name, dashes in ((first, "-"), (second, (0, (3, 1.2)))):
        part = series.get_group(name)
        axis.plot(part["date_years"], part["value"], color="black", linestyle=dashes, zorder=4)
        time = _range(series.get_group(name.replace("trend", "doubling time")))
        handles.append(Line2D([], [], color="black", linestyle=dashes,
                              label=f"{name}: doubles in {time}"))  # fmt: skip
    axis.legend(handles=handles, loc="upper left", borderaxespad=0.2)
    axis.set_ylim(0.25, 9000)


def _percent(share):
    return f"{share:.0%}".replace("-", "−")


def _draw_shares(axis, series):
    places = np.arange(len(growth.FACTORS))[::-1]
    for name, shift in zip(SHOWN, (0.17, -0.17), strict=True):
        rows = pd.concat([series.get_group(f"{name} {factor}") for factor in growth.FACTORS])
        dark = style.COLOURS["blue"] if name == "consumer" else COLOUR[name]
        axis.errorbar(
            rows["value"], places + shift,
            xerr=[rows["value"] - rows["low"], rows["high"] - rows["value"]],
            fmt=MARKER[name], color=dark, markersize=4.5, linewidth=1,
            markerfacecolor="white" if name == "consumer" else dark, label=LABEL[name],
        )  # fmt: skip
        for value, low, high, y in zip(
            rows["value"], rows["low"], rows["high"], places + shift, strict=True
        ):
            right = value > 0
            axis.annotate(
                _percent(value), (high if right else low, y), xytext=(3 if right else -3, 0),
                textcoords="offset points", va="center", ha="left" if right else "right",
                fontsize=7, color=dark,
            )  # fmt: skip
    axis.axvline(0, color="black", linewidth=0.6)
    axis.set_yticks(places, [FACTOR_NAMES[name] for name in growth.FACTORS])
    axis.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _percent(x)))
    axis.set_xlim(-0.75, 1.05)
    axis.xaxis.set_major_locator(FixedLocator([-0.5, 0, 0.5, 1]))
    axis.set_xlabel("share of log growth (sums to 100 %)")
    axis.tick_params(axis="y", length=0)
    axis.grid(axis="y", visible=False)
    axis.legend(loc="lower right", borderaxespad=0.2)


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input,
            snakemake.output.values,
            snakemake.output.svg,
            snakemake.output.pdf,
            snakemake.output.png,
        )
