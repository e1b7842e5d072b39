"""Claims on emissions of the company, of models and of hardware."""

from ai_lifecycle import units
from ai_lifecycle.claim_tables.evidence import (
    Range,
    Recomputed,
    bounded,
    exact,
    only,
    quoted,
    scaled,
    total,
)
from ai_lifecycle.claims import ranges
from ai_lifecycle.paper_figure_tables import accounting
from ai_lifecycle.paper_figure_tables.fits import OFFSET, REST, segments
from ai_lifecycle.paper_figure_tables.rebuilt import PUBLIC_RUNS

PERCENT = 100.0
YEAR = 2020
TRAINING = ["offline_training", "online_training"]
RECOMMENDERS = ["RM1", "RM2", "RM3", "RM4", "RM5"]
COVERED = "operational, covered by renewables"
# The product behind the 2,000 kg: 28-core processor, two graphics processors.
REFERENCE_PRODUCT = "Mac Pro (2.5GHz 28-core CPU"


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
    yield from _company(evidence)
    yield from _figure_4(evidence)
    yield from _open_models(evidence)
    yield from _figure_5(evidence.figures)
    yield "sa_gpu_system", _reference_system(evidence.products)
    yield from _later_paper(evidence)


def _share(part, rest):
    """Share of a part in per cent."""
    ends = ranges.share_range(part.low, part.high, rest.low, rest.high)
    return scaled((part.value / (part.value + rest.value), *ends), PERCENT)


def _ratio(part, whole):
    ends = ranges.ratio_range(part.low, part.high, whole.low, whole.high)
    return Range(part.value / whole.value, *map(float, ends))


def _company(evidence):
    energy = evidence.figures[
        (evidence.figures["quantity"] == "energy_share")
        & (evidence.figures["status"] == "digitised")
    ]
    inference = bounded(only(energy, "sustainable_ai_figures", series="inference"))
    yield "sa3b_energy_split", Recomputed(inference, inference)
    index = evidence.public.set_index(["series", "x_value"])
    electricity = bounded(index.loc[("electricity", YEAR)])
    yield "sa3c_electricity", Recomputed(electricity)
    bars = evidence.figures[
        (evidence.figures["figure"] == "sa3") & (evidence.figures["x_value"] == YEAR)
    ].set_index("series")
    scope_3, own, covered = (
        bounded(bars.loc[series]) for series in ("scope 3", "scopes 1 and 2", COVERED)
    )
    location = Range(*(a + b for a, b in zip(own, covered, strict=True)))
    yield "sa3c_scope_3", Recomputed(_share(scope_3, location), _share(scope_3, own))


def _bars(figure_4, workloads, components):
    chosen = figure_4["workload"].isin(workloads) & figure_4["component"].isin(components)
    return total(figure_4[chosen])


def _figure_4(evidence):
    bars = evidence.figure_4
    inference = _bars(bars, ["LM"], ["inference"])
    yield "sa4_lm_inference", Recomputed(_share(inference, _bars(bars, ["LM"], TRAINING)))
    shares = {
        name: _share(_bars(bars, [name], TRAINING), _bars(bars, [name], ["inference"]))
        for name in RECOMMENDERS
    }
    pooled = _share(_bars(bars, RECOMMENDERS, TRAINING), _bars(bars, RECOMMENDERS, ["inference"]))
    farthest = max(shares.values(), key=lambda share: abs(share.value - PERCENT / 2))
    yield "sa4_recommenders_even", Recomputed(farthest, pooled)
    workloads = bars["workload"].unique()
    for claim, model in (("sa4_meena", "meena"), ("sa4_gpt3_third", "gpt-3-175b")):
        run = _disclosed(evidence, model, "training run")
        means = [
            scaled(_bars(bars, workloads, parts), 1 / len(workloads))
            for parts in (TRAINING, TRAINING[:1])
        ]
        yield claim, Recomputed(*(_ratio(mean, run) for mean in means))


def _disclosed(evidence, model, scope):
    """Printed emissions of a run, with their rounding."""
    printed = evidence.disclosures[evidence.disclosures["accounting"] != "market"]
    return bounded(
        only(printed, "training_disclosures", model_id=model, scope=scope, quantity="emissions")
    )


def _open_models(evidence):
    bars = evidence.figures[evidence.figures["quantity"] == "emissions"]
    bars = bars[bars["figure"] == "sa4"].set_index("category")
    named = quoted(evidence, "open models of figure 4", "named in the text")
    yield "sa4_seven_models", Recomputed(named, exact(len(bars)))
    gaps = {
        bar: abs(bars.loc[bar, "value"] - _account(evidence.carbon, *PUBLIC_RUNS[bar]))
        for bar in PUBLIC_RUNS
    }
    searches = {model for model, *_ in PUBLIC_RUNS.values()}
    yield (
        "sa4_open_models",
        Recomputed(exact(max(gaps.values())), qualified=len(searches) < len(PUBLIC_RUNS)),
    )
    sizes = evidence.figures[evidence.figures["x_unit"] == "1e9"]["x_value"]
    yield "sa4_gpt3_parameters", Recomputed(exact(sizes.max()))
    switch, gpt3 = (bounded(bars.loc[bar]) for bar in ("Switch Transformer", "GPT-3"))
    yield "sa4_switch_less", Recomputed(_ratio(switch, gpt3))
    meena = scaled(_disclosed(evidence, "meena", "training run"), units.KILOGRAMS_PER_TONNE)
    mile = quoted(evidence, "average passenger vehicle", "emissions per mile")
    yield "sa_meena_miles", Recomputed(_ratio(meena, mile))
    run, search, counted = (
        _account(evidence.carbon, *account)
        for account in (
            ("transformer-big-patterson", "run as Strubell et al. estimate it", "fixed"),
            ("evolved-transformer-nas", "search as Strubell et al. estimate it", "fixed"),
            ("evolved-transformer-nas", "architecture search", "location"),
        )
    )
    # The account by those who searched is far smaller than the estimate.
    yield "sa_search_overhead", Recomputed(exact(search / run), qualified=counted < search / 2)


def _account(carbon, model, scope, method):
    row = only(carbon, "training_carbon.csv", model_id=model, scope=scope)
    return float(row[f"disclosed_{method}_tco2e"])


def _figure_5(figures):
    value, low, high = segments(figures, "sa5", "category")
    sums = [frame.sum() for frame in (value, low, high)]
    embodied = Range(*(float(part["embodied"]) for part in sums))
    operational = Range(*(float(part[OFFSET] + part[REST]) for part in sums))
    yield "sa5_half", Recomputed(scaled(_ratio(embodied, operational), PERCENT))
    yield "sa5_30_70", Recomputed(_share(embodied, operational))
    ratio, least, most = accounting.read_ratios(figures)
    common = ranges.common_range(least.to_numpy(), most.to_numpy())
    alike = bool(common[0] <= common[1])
    spread = Range(
        float(ratio.max() / ratio.min()),
        1.0 if alike else float(least.max() / most.min()),
        float(most.max() / least.min()),
    )
    yield "sa5_task_by_task", Recomputed(spread, qualified=alike)
    left = [
        _share(
            Range(*(float(frame.loc[task, "embodied"]) for frame in (value, low, high))),
            Range(*(float(frame.loc[task, REST]) for frame in (value, low, high))),
        )
        for task in value.index
    ]
    yield "sa5_embodied_dominates", Recomputed(min(left, key=lambda share: share.value))


def _reference_system(products):
    row = only(
        products[products["name"].str.startswith(REFERENCE_PRODUCT)],
        "product_footprints",
        manufacturer="Apple",
    )
    # The share is printed in whole per cent.
    rounding = 1 / (2 * PERCENT)
    ends = [row["manufacturing_share"] + step for step in (0, -rounding, rounding)]
    made = scaled(ends, float(row["total_kgco2e"]))
    return Recomputed(made, made)


def _later_paper(evidence):
    """Figure 3a and BLOOM of "Beyond Efficiency"."""
    bars = evidence.figure_4
    for claim, name in (("be3a_lm", "LM"), ("be3a_dlrm", "RM1")):
        inference = _bars(bars, [name], ["inference"])
        yield claim, Recomputed(_ratio(inference, _bars(bars, [name], TRAINING)))
    ratios = [series[["LM", "RM1"]] for series in accounting.read_ratios(evidence.figures)]
    lowest = ratios[0].idxmin()
    yield (
        "be3a_embodied",
        Recomputed(scaled([float(series[lowest]) for series in ratios], PERCENT)),
    )
    run = evidence.disclosures[
        (evidence.disclosures["model_id"] == "bloom-176b")
        & (evidence.disclosures["scope"] == "training run")
    ]
    parts = {
        name: bounded(only(run, "training_disclosures", quantity=name))
        for name in ("energy", "carbon_intensity", "pue")
    }
    bare = Range(
        *(
            energy * intensity
            for energy, intensity in zip(parts["energy"], parts["carbon_intensity"], strict=True)
        )
    )
    # The building's overhead was chosen by the authors: no rounding.
    yield "be2a_bloom", Recomputed(bare, scaled(bare, parts["pue"].value))
