"""Figures of the two papers: fits, and what is drawn against the facts."""

import re
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.paper_figure_tables import accounting, comparisons, fits, rebuilt, redrawn

FACTS = ROOT / "data" / "facts"
NAMES = (
    "sustainable_ai_figures",
    "sustainable_ai_fig4",
    "sustainable_ai_public",
    "sustainable_ai_cluster_utilisation",
    "beyond_efficiency_figures",
    "paper_figures_status",
)
DRAWERS = ("sa_figures_growth", "sa_figures_footprint", "sa_figures_efficiency", "be3_lifecycle")


@pytest.fixture(scope="module")
def scripts():
    sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
    yield __import__
    sys.path.pop(0)


@pytest.fixture(scope="module")
def built(tmp_path_factory, scripts):
    """The tables of the job, from the committed facts."""
    folder = tmp_path_factory.mktemp("paper_figures")
    scripts("training_carbon").main(
        FACTS / "training_models.csv",
        FACTS / "training_disclosures.csv",
        FACTS / "training_comparisons.csv",
        FACTS / "training_readings.csv",
        FACTS / "sustainable_ai_fig4.csv",
        ROOT / "data/training_quantities.csv",
        FACTS / "training_places.csv",
        FACTS / "annual_intensity_basis.csv",
        ROOT / "data/frozen/annual_intensity.csv",
        ROOT / "data/constants.csv",
        ROOT / "data/references.bib",
        as_of="2026-11-21",
        carbon_out=folder / "training_carbon.csv",
        reconciliation_out=folder / "reconciliation.csv",
    )
    out = {name: folder / f"{name}.csv" for name in ("values", "models", "figures")}
    scripts("sa_figures_models").main(
        {name: FACTS / f"{name}.csv" for name in NAMES},
        folder / "training_carbon.csv",
        ROOT / "data/constants.csv",
        ROOT / "data/references.bib",
        as_of="2026-11-21",
        **{f"{name}_out": path for name, path in out.items()},
    )
    return folder


@pytest.fixture(scope="module")
def values(built):
    return tables.read_csv(built / "values.csv", "paper_figures_values")


@pytest.fixture(scope="module")
def models(built):
    return tables.read_csv(built / "models.csv", "paper_figures_models")


@pytest.fixture(scope="module")
def facts():
    return tables.read_csv(FACTS / "sustainable_ai_figures.csv", "sustainable_ai_figures")


@pytest.fixture(scope="module")
def known():
    return constants.load(ROOT / "data/constants.csv")


def result(models, figure, quantity, subject=None):
    rows = models[(models["figure"] == redrawn.STEMS[figure]) & (models["quantity"] == quantity)]
    if subject is not None:
        rows = rows[rows["subject"] == subject]
    assert len(rows) == 1, (figure, quantity, subject)
    return rows.iloc[0]


# Fits and comparisons --------------------------------------------------------------------------


def test_figure_8_is_its_baseline_less_figure_6(facts):
    table = fits.net_power(facts)
    assert len(table) == 4
    assert (table["low"] <= table["read_high"]).all()
    assert (table["high"] >= table["read_low"]).all()
    assert np.abs(table["product"] - table["optimised"]).max() < 0.002


def test_figure_8_in_points_relative_and_compounded(models):
    points = result(models, "sa8", "reduction in points of the first baseline")
    assert points["value"] == pytest.approx(28.5, abs=0.05)
    relative = result(models, "sa8", "reduction of the baseline of the time")
    assert relative["value"] == pytest.approx(22.6, abs=0.05)
    compounded = result(models, "sa8", "reduction if the four compounded")
    assert compounded["value"] == pytest.approx(61.5, abs=0.05)


def test_figure_9_is_a_linear_power_model(facts):
    fit = fits.utilisation_fit(facts)
    assert fit["worst_residual"][0] < 0.005
    assert fit["embodied"][0] == pytest.approx(0.546, abs=0.0005)
    assert fit["fixed"][0] == pytest.approx(0.871, abs=0.0005)
    assert fit["per_inverse"][0] == pytest.approx(0.862, abs=0.0005)
    for value, low, high in (fit["embodied"], fit["fixed"], fit["per_inverse"], fit["idle_share"]):
        assert low < value < high
    assert fit["idle_share"][1] < 0.5 < fit["idle_share"][2]


def test_closed_form_by_another_route(facts):
    # The same normal equations through numpy's polynomial fit in 1/u.
    value, _, _ = fits.segments(facts, "sa9", "x_value")
    inverse = 100 / value.index.to_numpy(float)
    slope, fixed = np.polyfit(inverse, (value[fits.OFFSET] + value[fits.REST]).to_numpy(), 1)
    fit = fits.utilisation_fit(facts)
    assert (fit["fixed"][0], fit["per_inverse"][0]) == pytest.approx((fixed, slope))


def test_figure_10_is_no_vast_majority(models):
    within = [
        result(models, "sa10", "share of workflows", f"30 to 50 %, bin at 50 {which}")["value"]
        for which in ("left out", "included")
    ]
    assert within == pytest.approx([30.5, 31.7], abs=0.05)
    parts = models[models["quantity"] == "share of workflows"].set_index("subject")["value"]
    assert parts.drop("30 to 50 %, bin at 50 included").sum() == pytest.approx(100.0)


def test_bars_of_open_models_meet_their_sources(models):
    gaps = models[models["quantity"] == "bar as read less its source"]["value"]
    assert len(gaps) == len(rebuilt.PUBLIC_RUNS) == 7
    assert (gaps.abs() <= 4).all()


def test_translation_points_into_french_stand_one_size_too_far_right(facts):
    public = tables.read_csv(FACTS / "sustainable_ai_public.csv", "sustainable_ai_public")
    french, english = comparisons.DIRECTIONS
    assert comparisons.model_size_gap(facts, public, english, 0) <= 0.5
    assert comparisons.model_size_gap(facts, public, english, 1) > 0.5
    assert comparisons.model_size_gap(facts, public, french, 0) > 0.5
    assert comparisons.model_size_gap(facts, public, french, 1) <= 0.5


def test_figure_3c_cannot_be_location_based(models):
    paper = result(models, "sa3", "intensity that bar and caption imply")
    company = result(models, "sa3", "intensity that the company's index implies")
    assert paper["low"] > 2 * company["value"]
    assert company["value"] == pytest.approx(2718000 / 7170000)


def test_net_comparators_of_figure_11_are_gross_times_the_net_intensity():
    # Patterson et al. print 0.478 kg/kWh gross and 0.080 net for this site (Table 1, column 5).
    public = tables.read_csv(FACTS / "sustainable_ai_public.csv", "sustainable_ai_public")
    bars = public[public["figure"] == "sa11"].set_index("category")
    runs = tables.read_csv(FACTS / "training_disclosures.csv", "training_disclosures")
    site = runs[(runs["model_id"] == "evolved-transformer-medium")]
    site = site[site["quantity"] == "carbon_intensity"].set_index("accounting")["value"]
    for machine in ("P100", "TPU"):
        net = bars.loc[f"{machine}-Base", "value"] * site["market"] / site["location"]
        green = bars.loc[f"{machine}-Green"]
        assert green["low"] <= net <= green["high"]


def test_embodied_ratio_of_every_bar_lies_in_the_range_of_the_assumptions(facts, known):
    middle, low, high = accounting.embodied_over_operational(fits.utilisation_fit(facts), known)
    assert low < middle < high
    ratios = accounting.read_ratios(facts)[0]
    assert len(ratios) == 6
    assert ((ratios > low) & (ratios < high)).all()
    # Ends by hand: 60 % and 5 years, 30 % and 3 years, lifetime against the middle of 4 years.
    assert low == pytest.approx(0.546 / (0.871 * 0.6 + 0.862) * 4 / 5, abs=0.001)
    assert high == pytest.approx(0.546 / (0.871 * 0.3 + 0.862) * 4 / 3, abs=0.001)


def test_utilisation_behind_the_ratios_lies_in_the_stated_range(models, known):
    stated = known["sustainable_ai.utilisation"]
    rows = models[models["quantity"] == "utilisation that figure 9 implies"]
    assert len(rows) == 6
    assert rows["value"].between(stated.low, stated.high).all()


def test_a_missing_account_is_refused_by_name(built):
    carbon = tables.read_csv(built / "training_carbon.csv", "training_carbon")
    with pytest.raises(DataError, match="meena, training run"):
        rebuilt._account(carbon[carbon["model_id"] != "meena"], "Meena")


# What is drawn ---------------------------------------------------------------------------------


def test_redrawn_values_are_the_facts(values, facts):
    figure_4 = tables.read_csv(FACTS / "sustainable_ai_fig4.csv", "sustainable_ai_fig4")
    read = facts[facts["status"] == "digitised"].copy()
    read["figure"] = read["figure"].map(redrawn.STEMS)
    drawn = values[(values["origin"] == "digitised") & values["figure"].str.startswith("sa")]
    drawn = drawn[~((drawn["figure"] == redrawn.STEMS["sa10"]) & (drawn["panel"] == "b"))]
    keys = ["figure", "series", "category", "x_value"]
    both = read.merge(drawn, on=keys, how="outer", suffixes=("", "_drawn"), indicator=True)
    own = figure_4.merge(
        both[both["_merge"] == "right_only"],
        left_on=["workload", "component"],
        right_on=["category", "series"],
        suffixes=("_fact", ""),
    )
    assert len(own) == len(figure_4) == (both["_merge"] == "right_only").sum()
    assert not (both["_merge"] == "left_only").any()
    for column in ("value", "low", "high"):
        pd.testing.assert_series_equal(
            own[f"{column}_fact"], own[f"{column}_drawn"], check_names=False
        )
        same = both[both["_merge"] == "both"]
        pd.testing.assert_series_equal(same[column], same[f"{column}_drawn"], check_names=False)


def test_every_digitised_value_carries_its_error_but_those_of_figure_12(values):
    read = values[values["origin"] == "digitised"]
    read = read[~((read["figure"] == redrawn.STEMS["sa10"]) & (read["panel"] == "b"))]
    unknown = read["figure"] == redrawn.STEMS["sa12"]
    assert read.loc[unknown, ["low", "high"]].isna().all(axis=None)
    known_error = read[~unknown]
    assert known_error[["low", "high"]].notna().all(axis=None)
    fixed = known_error["low"] == known_error["high"]
    # Bases of an index, and the segment that is not drawn.
    assert fixed.sum() == 6
    assert (known_error["low"] <= known_error["value"]).all()
    assert (known_error["value"] <= known_error["high"]).all()


@pytest.fixture(scope="module")
def drawn(built, scripts):
    """Axes of every figure, drawn from its own table."""
    for name in DRAWERS:
        scripts(name).main(built / "values.csv", built)
    return {stem: scripts(name) for name in DRAWERS for stem in scripts(name).FIGURES}


def test_every_figure_is_made_and_has_a_caption(built, drawn):
    assert sorted(drawn) == sorted(redrawn.STEMS.values())
    for stem in drawn:
        for end in ("svg", "pdf", "png", "csv"):
            assert (built / f"{stem}.{end}").stat().st_size > 200, f"{stem}.{end}"
        caption = (ROOT / f"workflow/report/{stem}.rst").read_text()
        assert re.search("redrawn|rebuilt|side by side", " ".join(caption.lower().split())), stem


def test_figures_are_the_same_bytes_again(built, drawn, tmp_path):
    drawn["be3b_power_capacity"].main(built / "values.csv", tmp_path)
    for end in ("svg", "pdf", "png", "csv"):
        again = (tmp_path / f"be3a_lifecycle_carbon.{end}").read_bytes()
        assert again == (built / f"be3a_lifecycle_carbon.{end}").read_bytes(), end


@pytest.mark.parametrize(
    "stem", [stem for key, stem in redrawn.STEMS.items() if key not in ("sa12", "be3b")]
)
def test_error_bars_are_on_the_figure(built, drawn, stem):
    figure = drawn[stem].FIGURES[stem](tables.read_csv(built / f"{stem}.csv", stem))
    bars = [
        len(container.lines[2][0].get_segments())
        for axis in figure.axes
        for container in axis.containers
        if isinstance(container, matplotlib.container.ErrorbarContainer)
    ]
    matplotlib.pyplot.close(figure)
    rows = tables.read_csv(built / f"{stem}.csv", stem)
    assert sum(bars) == (rows["high"] > rows["low"]).sum()


CAPTION_NUMBERS = [
    ("sa3", "1.05 kg/kWh", "intensity that bar and caption imply", None, ".2f"),
    ("sa3", "0.38 kg/kWh", "intensity that the company's index implies", None, ".2f"),
    ("sa6", "21.2 per cent", "mean reduction a half-year", None, ".1f"),
    ("sa7", "The product is 812", "product of the printed gains", "CPU baseline", ".0f"),
    ("sa8", "28.5 per cent", "reduction in points of the first baseline", None, ".1f"),
    ("sa8", "22.6 per cent", "reduction of the baseline of the time", None, ".1f"),
    ("sa8", "a reduction of 62 per cent", "reduction if the four compounded", None, ".0f"),
    ("sa9", "0.546/u", "embodied coefficient", None, ".3f"),
    ("sa9", "0.871 + 0.862/u", "operational part per unit of work", None, ".3f"),
    ("sa9", "0.862/u", "operational part per unit of time", None, ".3f"),
    ("sa10", "the mean is 53 per cent", "mean utilisation", None, ".0f"),
    ("sa10", "60 per cent at 50", "share of workflows", "50 % and above", ".0f"),
    ("sa10", "10 per cent below 30", "share of workflows", "below 30 %", ".0f"),
    ("be3a", "0.44 at 45 per cent", "embodied over operational, rebuilt", None, ".2f"),
]


@pytest.mark.parametrize(("figure", "words", "quantity", "subject", "form"), CAPTION_NUMBERS)
def test_numbers_of_the_captions_are_those_of_the_table(
    models, figure, words, quantity, subject, form
):
    caption = (ROOT / f"workflow/report/{redrawn.STEMS[figure]}.rst").read_text()
    assert words in " ".join(caption.split())
    assert format(result(models, figure, quantity, subject)["value"], form) in words


def test_ranges_of_the_captions_are_those_of_the_table(models, values):
    ratio = result(models, "be3a", "embodied over operational, rebuilt")
    assert (round(ratio["low"], 2), round(ratio["high"], 2)) == (0.32, 0.65)
    drawn_power = result(models, "be3a", "mean power of a system that the bars imply")
    assert (round(drawn_power["low"], 2), round(drawn_power["high"], 1)) == (0.35, 1.2)
    runs = values[(values["figure"] == redrawn.STEMS["sa5"]) & (values["panel"] == "b")]
    wide = runs.set_index(["series", "category"])["value"]
    for count, ends in ((2, (0.3, 1.0)), (8, (0.08, 0.25))):
        name = next(s for s in runs["series"].unique() if s.startswith(f"embodied, {count}"))
        shares = wide[name] / wide["operational, disclosed"]
        digits = len(str(ends[0]).split(".")[1])
        assert (round(shares.min(), digits), round(shares.max(), digits)) == ends


def test_rebuilt_embodied_carbon_is_operational_times_the_ratio(values, models):
    ratio = result(models, "be3a", "embodied over operational, rebuilt")
    bars = values[(values["figure"] == redrawn.STEMS["be3a"]) & (values["panel"] == "a")]
    # By hand from figure 4: LM 42.5 + 0 + 86.5 = 129 t; RM1 362.5 + 41.5 + 454 = 858 t.
    for name, operational in (("Universal LM", 129.0), ("DLRM-1 (taken as RM1)", 858.0)):
        made = bars[(bars["category"] == f"{name}, rebuilt") & (bars["series"] == "embodied")]
        assert made["value"].item() == pytest.approx(operational * ratio["value"])
        assert made["low"].item() < operational * ratio["low"]
        assert made["high"].item() > operational * ratio["high"]
        read = bars[bars["category"] == f"{name}, as read"].set_index("series")["value"]
        assert read["training"] + read["inference"] == pytest.approx(operational)
        assert made["low"].item() < read["embodied"] < made["high"].item()


def test_ratios_in_the_caption_of_be3a_are_those_of_the_bars(values):
    bars = values[(values["figure"] == redrawn.STEMS["be3a"]) & (values["panel"] == "a")]
    wide = bars.set_index(["category", "series"])["value"]
    found = []
    for name in ("Universal LM, as read", "DLRM-1 (taken as RM1), as read"):
        training, inference = wide[name, "training"], wide[name, "inference"]
        share = 100 * wide[name, "embodied"] / (training + inference)
        found.append((round(inference / training, 1), share))
    assert [ratio for ratio, _ in found] == [2.0, 1.1]
    assert [share for _, share in found] == pytest.approx([48.1, 45.1], abs=0.05)
    caption = " ".join((ROOT / "workflow/report/be3a_lifecycle_carbon.rst").read_text().split())
    assert "1 to 2.0, 1 to 1.1, and 48 and 45 per cent" in caption


def test_power_grew_in_spite_of_the_savings(values):
    bars = values[values["figure"] == redrawn.STEMS["sa8"]]
    power_with = bars[bars["series"] == "optimised"]["value"].to_numpy()
    assert f"{100 * (power_with[-1] / power_with[0] - 1):.0f} per cent" == "18 per cent"
