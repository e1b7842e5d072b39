"""Claims on growth: articles, models, data, capacity, hardware."""

import numpy as np

from ai_lifecycle import units
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

PERCENT = 100.0
LAST_YEAR = 2020
QUARTERS_PER_YEAR = 4
FIELD = "Machine Learning"
EARLIER_GPU = "Tesla V100 SXM2 32 GB"
# The first and the last of the accelerators with the larger memory.
LATER_GPUS = ("A100 SXM4 80 GB", "A100 PCIe 80 GB")
# Doubling times are taken over all products; the start year is not stated in the paper.
FIRST_START, LATER_START = 2006, 2012


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
    yield "sa1_fastest_growth", _articles(evidence.figures)
    yield from _model_sizes(evidence)
    data = [_one(evidence, "sa2", series=f"training data, use case {case}") for case in (1, 2)]
    mean = Range(*(float(np.mean(ends)) for ends in zip(*data, strict=True)))
    yield "sa2b_data_doubled", Recomputed(mean)
    yield "sa2_memory_growth", _memory(evidence)
    yield from _capacity(evidence)
    yield "be_performance_per_watt", _per_watt(evidence.doubling_times)
    yield "be1_three_factors", _factors(evidence.shares)
    yield from _data_centres(evidence)


def _one(evidence, figure, **where):
    return bounded(only(evidence.figures, "sustainable_ai_figures", figure=figure, **where))


def _articles(figures):
    """Articles added in the last year by the field over those of the next fastest field."""
    drawn = figures[figures["figure"] == "sa1"].set_index(["series", "x_value"])
    last, before = (drawn.xs(year, level="x_value") for year in (LAST_YEAR, LAST_YEAR - 1))
    added = last["value"] - before["value"]
    low, high = last["low"] - before["high"], last["high"] - before["low"]
    rival = added.drop(FIELD).idxmax()
    ends = ranges.ratio_range(low[FIELD], high[FIELD], low[rival], high[rival])
    return Recomputed(Range(added[FIELD] / added[rival], *map(float, ends)))


def _model_sizes(evidence):
    bleu = evidence.public[evidence.public["quantity"] == "bleu"]
    into_english = bleu[bleu["series"] == "GPT-3 French to English"].sort_values("x_value")
    best = bounded(into_english.iloc[-1])
    yield "sa2a_bleu", Recomputed(best, best)
    growth = exact(into_english["x_value"].iloc[-1] / into_english["x_value"].iloc[0])
    yield "sa2a_model_growth", Recomputed(growth, growth)
    gains = evidence.figures[evidence.figures["quantity"] == "auc_gain"]
    greatest = gains.loc[gains["value"].idxmax()]
    yield "sa2a_auc_gain", Recomputed(bounded(greatest))
    # Sizes were read without a stated error, so agreement is qualified in any case.
    size = exact(greatest["x_value"])
    yield "sa2a_recommender_growth", Recomputed(size, size, qualified=True)


def _memory(evidence):
    """Growth of accelerator memory in two years: printed years, and launches of the products."""
    memory = [quoted(evidence, "accelerator memory", when).value for when in ("first", "last")]
    years = [quoted(evidence, "accelerator year", when).value for when in ("first", "last")]
    ratio = memory[1] / memory[0]
    printed = float(ranges.growth_over(ratio, years[1] - years[0], 2))
    launches = evidence.gpus.set_index("name")["release_date"]
    spans = [
        (launches[name] - launches[EARLIER_GPU]).days / units.DAYS_PER_JULIAN_YEAR
        for name in LATER_GPUS
    ]
    launched = [float(ranges.growth_over(ratio, span, 2)) for span in spans]
    return Recomputed(
        Range(printed, min(printed, *launched), max(printed, *launched)),
        qualified=max(launched) >= 2,
    )


def _capacity(evidence):
    bars = evidence.figures[
        (evidence.figures["quantity"] == "capacity") & (evidence.figures["status"] == "digitised")
    ]
    quarters = sorted(bars["category"].unique())
    for kind in ("training", "inference"):
        last = bars[(bars["series"] == kind) & (bars["category"] == quarters[-1])]
        yield f"sa2d_{kind}_capacity", Recomputed(bounded(last.iloc[0]))
    yield (
        "sa2d_span",
        Recomputed(
            exact((len(quarters) - 1) / QUARTERS_PER_YEAR),
            exact(len(quarters) / QUARTERS_PER_YEAR),
        ),
    )


def _per_watt(doubling_times):
    """Doubling time of throughput per watt; the claim names no period."""
    found = {}
    for since in (FIRST_START, LATER_START):
        row = only(
            doubling_times,
            "gpu_growth_doubling_times",
            segment="all",
            basis="products",
            since_year=since,
            quantity="gflops_per_watt",
        )
        found[since] = Range(
            row["doubling_time_years"],
            row["bootstrap95_low_years"],
            row["bootstrap95_high_years"],
        )
    first, later = found[FIRST_START], found[LATER_START]
    # The answer turns on the start year where one value lies outside the other's range.
    apart = not (first.low <= later.value <= first.high and later.low <= first.value <= later.high)
    return Recomputed(first, later, qualified=apart)


def _factors(shares):
    """Least share of the three factors in the logarithmic growth of throughput."""
    three = [
        only(
            shares,
            "gpu_growth_shares",
            segment="all",
            basis="products",
            since_year=FIRST_START,
            factor=factor,
        )
        for factor in ("transistor_density", "die_area", "clock")
    ]
    least = min(three, key=lambda row: row["share"])
    ends = (least["share"], least["bootstrap95_low_share"], least["bootstrap95_high_share"])
    return Recomputed(scaled(ends, PERCENT))


def _data_centres(evidence):
    first, last = (
        quoted(evidence, "data centres of the world", f"electricity in {year}")
        for year in (2010, 2018)
    )
    ends = ranges.ratio_range(last.low, last.high, first.low, first.high)
    growth = (last.value / first.value, *map(float, ends))
    yield "be_data_centre_energy", Recomputed(scaled([ratio - 1 for ratio in growth], PERCENT))
    instances = quoted(evidence, "data centres of the world", "compute instances, 2018 over 2010")
    yield "be_compute_instances", Recomputed(scaled([end - 1 for end in instances], PERCENT))
    fleets = evidence.quoted[evidence.quoted["quantity"] == "fleet PUE"]["value"]
    yield (
        "be_pue",
        Recomputed(Range(float(fleets.median()), float(fleets.min()), float(fleets.max()))),
    )
    # Less energy than a typical site needs; or by how much a typical site needs more.
    typical = quoted(evidence, "data centres of the world", "average PUE in 2020")
    own = evidence.known.value("sustainable_ai.pue", unit="1")
    less = [1 - own / end for end in typical]
    more = [end / own - 1 for end in typical]
    yield "sa_pue_40", Recomputed(scaled(less, PERCENT), scaled(more, PERCENT))
