"""Claims on savings, utilisation, and on what the papers cite for them."""

import numpy as np
import pandas as pd

from ai_lifecycle.claim_tables.evidence import (
    Range,
    Recomputed,
    bounded,
    exact,
    only,
    quoted,
    scaled,
)
from ai_lifecycle.claims import ranges
from ai_lifecycle.paper_figure_tables import fits
from ai_lifecycle.paper_figures import power, utilisation

PERCENT = 100.0
DEVICES = ["Laptop", "Smartphone", "Tablet", "Desktop"]


def rows(evidence):
    """Recomputations by claim.

    Parameters
    ----------
    evidence : Evidence
        Tables read.

    Yields
    ------
    tuple of (str, Recomputed)
    """
    yield from _savings(evidence.figures)
    yield from _ladder(evidence.figures)
    yield from _utilisation(evidence)
    yield "sa10_vast_majority", _histogram(evidence.figures)
    yield "sa11_federated", _federated(evidence)
    yield from _stars(evidence.figures)
    yield from _cited(evidence)


def _savings(figures):
    halves = fits.net_power(figures)
    ends = [frame.sum(axis=1) / PERCENT for frame in fits.segments(figures, "sa6", "category")]
    mean = scaled([end.mean() for end in ends], PERCENT)
    yield "sa6_20_percent", Recomputed(mean, mean)
    bars, low, high = (frame for frame in fits.segments(figures, "sa8", "category"))
    last = halves.index[-1]
    before = Range(*(float(frame.loc[last, "baseline"]) for frame in (bars, low, high)))
    after = Range(*(float(frame.loc[last, "optimised"]) for frame in (bars, low, high)))
    relative = Range(
        float(power.relative_reduction(before.value, after.value)),
        float(power.relative_reduction(before.low, after.high)),
        float(power.relative_reduction(before.high, after.low)),
    )
    points = Range(before.value - after.value, before.low - after.high, before.high - after.low)
    for claim in ("sa8_28_5", "sa8_25_8"):
        yield claim, Recomputed(scaled(relative, PERCENT), scaled(points, PERCENT))
    compounded = [float(power.compounded_reduction(end.to_numpy())) for end in ends]
    first = Range(1 - after.value, 1 - after.high, 1 - after.low)
    yield "sa8_compounding", Recomputed(scaled(compounded, PERCENT), scaled(first, PERCENT))
    start = halves.index[0]
    before = Range(*(float(frame.loc[start, "optimised"]) for frame in (bars, low, high)))
    ends = ranges.ratio_range(after.low, after.high, before.low, before.high)
    growth = [ratio - 1 for ratio in (after.value / before.value, *ends)]
    yield "sa8_demand_grows", Recomputed(scaled(growth, PERCENT))


def _ladder(figures):
    gains = figures[figures["quantity"] == "step_gain"].set_index("category")
    products = [float(np.prod(gains[column])) for column in ("value", "low", "high")]
    yield "sa7_810", Recomputed(Range(*products))
    algorithmic = gains.loc[["GPU, FP16", "fused kernels"]]
    products = [float(np.prod(algorithmic[column])) for column in ("value", "low", "high")]
    yield "sa7_12", Recomputed(Range(*products))


def _utilisation(evidence):
    figures = evidence.figures
    value, low, high = fits.segments(figures, "sa9", "x_value")
    sums = [frame.sum(axis=1) for frame in (value, low, high)]
    first, last = value.index[0], value.index[-1]
    ends = ranges.ratio_range(sums[1][first], sums[2][first], sums[1][last], sums[2][last])
    fit = fits.utilisation_fit(figures)
    # The text goes beyond the last bar.
    reached = quoted(evidence, "GPU utilisation of figure 9", "reached in the text").value
    fitted = [
        float(
            utilisation.footprint_of_work(
                used, fit["fixed"][0], fit["per_inverse"][0] + fit["embodied"][0]
            )
        )
        for used in (first / PERCENT, reached / PERCENT)
    ]
    yield (
        "sa9_three_times",
        Recomputed(
            Range(float(sums[0][first] / sums[0][last]), *map(float, ends)),
            exact(fitted[0] / fitted[1]),
        ),
    )
    yield (
        "sa9_factor_two",
        Recomputed(*(_without_offset(value, low, high, u) for u in (last, first))),
    )
    residual = max(_residuals(value, low, high, fit))
    yield "sa9_curve", Recomputed(exact(residual), qualified=residual <= 1)
    yield "sa9_idle_power", Recomputed(scaled(fit["idle_share"], PERCENT))


def _without_offset(value, low, high, used):
    """Whole bar over the bar without what solar offsets."""
    kept = ["embodied", fits.REST]
    offset = [float(frame.loc[used, fits.OFFSET]) for frame in (value, low, high)]
    rest = [float(frame.loc[used, kept].sum()) for frame in (value, low, high)]
    ends = ranges.ratio_range(offset[1], offset[2], rest[1], rest[2])
    return Range(*(1 + float(end) for end in (offset[0] / rest[0], *ends)))


def _residuals(value, low, high, fit):
    """How far the curve passes from each bar, in units of the reading error."""
    used = value.index.to_numpy(float) / PERCENT
    for parts, fixed, slope in (
        (["embodied"], 0.0, fit["embodied"][0]),
        ([fits.OFFSET, fits.REST], fit["fixed"][0], fit["per_inverse"][0]),
    ):
        drawn, least, most = (frame[parts].sum(axis=1).to_numpy() for frame in (value, low, high))
        error = (most - least) / 2
        curve = utilisation.footprint_of_work(used, fixed, slope)
        yield from (np.abs(curve - drawn) / error).tolist()


def _histogram(figures):
    """Share of workflows at 30 to 50 %, and of those up to 50 %, the bin at 50 included."""
    bars = figures[figures["figure"] == "sa10"]

    def share(inside):
        part, rest = bars[inside], bars[~inside]
        ends = ranges.share_range(
            part["low"].sum(), part["high"].sum(), rest["low"].sum(), rest["high"].sum()
        )
        found = part["value"].sum() / bars["value"].sum()
        return scaled((found, *ends), PERCENT)

    up_to = bars["x_value"] <= 50
    return Recomputed(share((bars["x_value"] >= 30) & up_to), share(up_to))


def _federated(evidence):
    bars = evidence.figures[evidence.figures["figure"] == "sa11"]
    sums = bars.groupby("category")[["value", "low", "high"]].sum().sort_values("value")
    least, most = (Range(*map(float, sums.iloc[place])) for place in (0, -1))
    return Recomputed(most, least)


def _stars(figures):
    """Two settings marked in figure 12: what has no established reading error is qualified."""
    drawn = figures[figures["figure"] == "sa12"]
    yellow, green = (
        only(drawn, "sustainable_ai_figures", category=f"{colour} star")
        for colour in ("yellow", "green")
    )
    unsure = bool(pd.isna([star[end] for star in (yellow, green) for end in ("low", "high")]).any())
    energy = exact(green["x_value"] / yellow["x_value"])
    yield "sa12_four_times", Recomputed(energy, qualified=unsure)
    error = exact(yellow["value"] - green["value"])
    yield "sa12_degradation", Recomputed(error, qualified=unsure)
    costs = yellow["x_value"], green["x_value"]
    of_error = float(ranges.power_law_exponent(yellow["value"], green["value"], *costs))
    # Normalised entropy is one for a model that knows only the base rate.
    whole = [1 + star["value"] for star in (yellow, green)]
    of_entropy = float(ranges.power_law_exponent(*whole, *costs))
    yield "sa12_exponent", Recomputed(exact(of_error), exact(of_entropy), qualified=unsure)


def _cited(evidence):
    epochs = [quoted(evidence, "pre-training", f"epochs, {kind}") for kind in
              ("self-supervised", "supervised")]  # fmt: skip
    yield "sa_ssl_10_times", Recomputed(exact(epochs[0].value / epochs[1].value))
    compression = evidence.quoted[evidence.quoted["subject"] == "TT-Rec"]
    yield "sa_tt_rec", Recomputed(bounded(compression.loc[compression["value"].idxmin()]))
    stalls = quoted(evidence, "data ingestion", "throughput lost to stalls")
    gain = [float(ranges.gain_without_stalls(end / PERCENT)) for end in stalls]
    yield "sa_disaggregation", Recomputed(scaled(gain, PERCENT), stalls)
    papers = evidence.quoted[evidence.quoted["subject"] == "papers that target accuracy"]
    mean = Range(*(float(papers[column].mean()) for column in ("value", "low", "high")))
    greatest = bounded(papers.loc[papers["value"].idxmax()])
    yield "sa_accuracy_only", Recomputed(mean, greatest)
    devices = evidence.products[evidence.products["subcategory"].isin(DEVICES)]
    made = devices["manufacturing_share"].dropna()
    middle = [float(made.quantile(share)) for share in (0.5, 0.25, 0.75)]
    yield "sa_client_devices", Recomputed(scaled(middle, PERCENT), qualified=True)
