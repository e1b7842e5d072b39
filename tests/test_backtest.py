"""The backtest: coverage where the truth is known, widening, and that nothing left out is seen."""

import sys

import numpy as np
import pandas as pd
import pictures
import pytest
from builds import ROOT
from scipy import stats

from ai_lifecycle.backtest import prediction, skill, widening
from ai_lifecycle.backtest_tables import left_out, observations, summary, table
from ai_lifecycle.uncertainty import distributions

POINTS = left_out.points(1, 8)


def test_points_are_even_in_each_factor_and_follow_the_seed():
    for column in POINTS.T:
        assert np.array_equal(np.sort((column * 256).astype(int)), np.arange(256))
    assert np.array_equal(POINTS, left_out.points(1, 8))
    assert not np.array_equal(POINTS, left_out.points(2, 8))


def test_triangular_quantiles_are_those_of_scipy():
    points = np.linspace(0.01, 0.99, 33)
    ours = prediction.triangular(points, 1.0, 1.5, 4.0)
    assert np.allclose(ours, stats.triang(c=0.5 / 3, loc=1, scale=3).ppf(points), rtol=1e-12)
    shared = distributions.from_range("triangular", 1.5, 1.0, 4.0)
    assert np.allclose(ours, distributions.inverse(shared, points), rtol=1e-12)
    assert np.all(prediction.triangular(points, 2.0, 2.0, 2.0) == 2)
    with pytest.raises(ValueError, match="mode"):
        prediction.triangular(points, 1.0, 3.0, 2.0)


def test_picked_takes_each_observation_equally_often():
    drawn = prediction.picked(POINTS[:, 0], [3.0, 5.0, 7.0, 9.0])
    assert all((drawn == value).sum() == len(POINTS) / 4 for value in (3, 5, 7, 9))
    assert prediction.picked([1.0], [3.0, 5.0])[0] == 5


def test_transform_is_the_share_below():
    ordered = prediction.sorted_log([1.0, 4.0, 2.0, 8.0])
    assert prediction.probability_transform(ordered, np.log(3.0)) == 0.5
    assert prediction.probability_transform(ordered, np.log(8.0)) == pytest.approx(7 / 8)
    assert np.exp(prediction.log_quantiles(ordered, 1.0)) == pytest.approx(8)


def simulated(count, own_spread, true_spread, seed):
    """Truths about medians, and predictions that claim `own_spread` of them."""
    generator = np.random.Generator(np.random.Philox(seed))
    middles = generator.normal(0, 3, count)
    truths = middles + true_spread * generator.normal(size=count)
    shape = np.sort(stats.norm.ppf(POINTS[:, 0]))
    return truths, middles[:, None] + own_spread * shape


def covered(truths, kept, share):
    pits = [prediction.probability_transform(o, t) for o, t in zip(kept, truths, strict=True)]
    return skill.held(pits, share).mean()


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_right_prediction_has_nominal_coverage(share):
    truths, kept = simulated(4000, 0.4, 0.4, 3)
    assert covered(truths, kept, share) == pytest.approx(share, abs=0.02)


def test_widening_recovers_a_prior_that_is_too_narrow():
    truths, kept = simulated(4000, 0.3, 0.5, 4)
    assert covered(truths, kept, 0.9) < 0.75
    low, middle, high = np.array([prediction.log_quantiles(o, (0.05, 0.5, 0.95)) for o in kept]).T
    spread = widening.fitted(widening.needed(truths, low, middle, high), 0.9)
    assert spread == pytest.approx(np.sqrt(0.5**2 - 0.3**2), rel=0.06)
    assert widening.as_factor(spread) == pytest.approx(np.exp(1.6449 * 0.4), rel=0.04)
    wide = [widening.widened(o, spread) for o in kept]
    for share in (0.5, 0.9):
        assert covered(truths, wide, share) == pytest.approx(share, abs=0.025)


def test_widening_is_not_for_what_is_wide_enough():
    truths, kept = simulated(400, 0.9, 0.3, 5)
    low, middle, high = np.array([prediction.log_quantiles(o, (0.05, 0.5, 0.95)) for o in kept]).T
    spread = widening.fitted(widening.needed(truths, low, middle, high), 0.9)
    assert spread == 0
    assert np.array_equal(widening.widened(kept[0], 0.0), kept[0])
    assert widening.fitted([], 0.9) == 0


def test_needed_spread_just_holds_the_value_on_either_side():
    ordered = np.sort(stats.norm.ppf((np.arange(20001) + 0.5) / 20001))
    low, middle, high = prediction.log_quantiles(ordered, (0.05, 0.5, 0.95))
    for truth in (3.0, -2.5):
        spread = float(widening.needed(truth, low, middle, high))
        pit = prediction.probability_transform(widening.widened(ordered, spread), truth)
        assert pit == pytest.approx(0.95 if truth > 0 else 0.05, abs=1e-3)


def test_needed_spread_looks_to_the_side_of_the_value():
    assert widening.needed(5.0, -1.0, 0.0, 3.0) == pytest.approx(4 / 1.6448536)
    assert widening.needed(-5.0, -3.0, 0.0, 1.0) == pytest.approx(4 / 1.6448536)
    assert widening.needed(2.9, -1.0, 0.0, 3.0) == 0


def test_rank_of_the_fit_counts_the_one_that_is_left_out():
    spreads = np.arange(1.0, 20.0)
    assert widening.fitted(spreads, 0.9) == 18
    assert widening.fitted(spreads[:10], 0.9) == 10
    assert widening.fitted(spreads[:9], 0.9) == 9
    assert widening.fitted(spreads[:3], 0.9) == 3


def test_binomial_interval_is_scipys_exact_one():
    for hits, trials in ((0, 7), (3, 9), (9, 9)):
        theirs = stats.binomtest(hits, trials).proportion_ci(method="exact")
        assert skill.clopper_pearson(hits, trials) == pytest.approx((theirs.low, theirs.high))
    with pytest.raises(ValueError, match="hits"):
        skill.clopper_pearson(3, 2)


def test_point_errors_are_factors():
    error, bias, within = skill.point_errors([1.0, 1.0, 1.0], [2.5, 0.5, 1.5])
    assert (error, bias, within) == pytest.approx((2.0, 1.5, 2 / 3))


def test_line_without_a_point_is_the_line_of_the_others():
    generator = np.random.Generator(np.random.Philox(2))
    x = generator.normal(size=12)
    y = 2 + 3 * x + generator.normal(size=12)
    hidden = np.eye(12, dtype=bool)
    hidden[0, 1] = True
    middle, spread, freedom = skill.line_left_out(x, y, hidden)
    fit = stats.linregress(x[2:], y[2:])
    rest = y[2:] - fit.intercept - fit.slope * x[2:]
    off = (x[0] - x[2:].mean()) ** 2 / ((x[2:] - x[2:].mean()) ** 2).sum()
    assert middle[0] == pytest.approx(fit.intercept + fit.slope * x[0])
    assert freedom[0] == 8
    assert spread[0] == pytest.approx(np.sqrt((rest**2).sum() / 8 * (1 + 1 / 10 + off)))
    y[0] = 99
    assert skill.line_left_out(x, y, hidden)[0][0] == middle[0]
    with pytest.raises(ValueError, match="own fit"):
        skill.line_left_out(x, y, np.zeros((12, 12), dtype=bool))


FAMILY, OTHER = "A100 class", "H100 class"


def small_world(flop_of_last=6e23, pue=None):
    """Eight runs on two families, half of them with disclosed energy; nothing from a file."""
    ids = [f"m{n}" for n in range(8)]
    flop = np.array([1, 2, 3, 4, 5, 6, 7, 8]) * 1e23
    flop[-1] = flop_of_last
    models = pd.DataFrame(
        {
            "name": ids,
            "organisation": ["One", "One", "Two", "Three", "Four", "Five", "Six", "Seven"],
            "publication_date": pd.to_datetime([f"2023-0{n + 1}-01" for n in range(8)]),
            "domain": "Language",
            "functional_unit": "training run",
            "active_parameters": 1e10,
            "active_parameters_origin": "equal to total",
            "training_flop": flop,
            "training_flop_low": np.nan,
            "training_flop_high": np.nan,
            "compute_from_hardware": False,
            "accelerator": ["A", "A", "A", "A", "A", "A", "B", "A"],
            "accelerator_alternatives": None,
            "accelerator_family": [FAMILY] * 6 + [OTHER, FAMILY],
            "accelerator_hours_h": np.array([3, 5, 9, 11, 12, 14, 9, 20]) * 1e5,
            "accelerator_hours_origin": "disclosed",
            "confidence": "confident",
            "accelerator_hours_low_h": np.nan,
            "accelerator_hours_high_h": np.nan,
            "utilisation_listed": np.nan,
            "source_key": "k",
        },
        index=pd.Index(ids, name="model_id"),
    )
    chips = pd.DataFrame(
        {
            "family": [FAMILY, OTHER],
            "peak_tflops": [312.0, 989.0],
            "rated_power_w": [400.0, 700.0],
            "rated_power_low_w": [380.0, 700.0],
            "rated_power_high_w": [400.0, 700.0],
        },
        index=["A", "B"],
    )
    own = pd.DataFrame(
        {"power_w": np.nan, "power_boundary": None, "power_assumed": False,
         "pue": np.nan if pue is None else pue, "pue_low": np.nan, "pue_high": np.nan,
         "pue_source_key": "k", "power_source_key": "k"},
        index=pd.Index(ids, name="model_id"),
    )  # fmt: skip
    rows = models.assign(
        flop=flop,
        date_year=observations.year_of(models["publication_date"]),
        grid_kg_per_kwh=np.linspace(0.1, 0.8, 8),
        printed_kg_per_kwh=np.linspace(0.2, 0.5, 8),
    )
    values = pd.DataFrame({"operator": ["survey average"], "year": [2023], "value": [1.5],
                           "low": [1.2], "high": [1.7], "source_key": ["uptime"]})  # fmt: skip
    operators = pd.Series({"TPU": "Google"})
    return left_out.Method(models, rows, own, chips, (values, operators), None, POINTS)


def disclosed(energies):
    return pd.DataFrame(
        {"model_id": [f"m{n}" for n in range(len(energies))], "quantity": "energy",
         "observed": energies, "boundary": "facility", "holds_pue": True,
         "rests_on": "measured power"}
    )  # fmt: skip


def without_each(observed):
    mine = {name: frozenset({name}) for name in observed["model_id"]}
    return {table.RUN: mine, table.GROUP: mine}


ENERGIES = [150.0, 500.0, 300.0, 900.0, 400.0, 1500.0, 100.0, 800.0]
GROUPS = {f"m{n}": "one" if n < 2 else f"m{n}" for n in range(8)}


def test_a_run_is_not_in_its_own_prior_and_its_change_changes_nothing():
    """Its compute alone may move what is said of it, by what it is given: in proportion."""
    observed = disclosed(ENERGIES)
    row = next(observed.iloc[[7]].itertuples(index=False))
    said = {}
    for flop in (8e23, 1.6e24):
        method = small_world(flop)
        assert method.runs.loc["m7", "utilisation"] > 0
        said[flop] = {
            level: method.predict(row, level, frozenset({"m7"}))[1] for level in left_out.LEVELS[:3]
        }
    for level, shift in zip(left_out.LEVELS[:3], (np.log(2), np.log(2), 0.0), strict=True):
        assert np.allclose(said[1.6e24][level] - said[8e23][level], shift, atol=1e-12)
    frames = [table.predicted(small_world(flop), observed, without_each(observed), GROUPS)
              for flop in said]  # fmt: skip
    mine = frames[0]["model_id"] == "m7"
    assert np.array_equal(frames[0].loc[mine, "widening"], frames[1].loc[mine, "widening"])
    method = small_world()
    assert "m7" not in method.rows.index[method._near("m7", "compute and date", {"m7"})]
    assert len(method._near("m7", "compute and date", {"m7"})) == 7
    other = next(observed.iloc[[0]].itertuples(index=False))
    seen = method.predict(other, "hardware and count", frozenset({"m0"}))[1]
    blind = method.predict(other, "hardware and count", frozenset({"m0", "m7"}))[1]
    assert not np.allclose(seen, blind), "the fit must rest on the run where it may"


def test_neither_prediction_nor_widening_sees_the_disclosure():
    observed = disclosed(ENERGIES)
    first = table.predicted(small_world(), observed, without_each(observed), GROUPS)
    observed.loc[7, "observed"] = 5e6
    second = table.predicted(small_world(), observed, without_each(observed), GROUPS)
    mine = first["model_id"] == "m7"
    columns = [*table.NAMES, "widening", *(f"widened_{name}" for name in table.NAMES)]
    pd.testing.assert_frame_equal(first.loc[mine, columns], second.loc[mine, columns])
    assert not first.loc[~mine, "widening"].equals(second.loc[~mine, "widening"])
    assert (second.loc[mine, "pit"] == 1).all()


def test_widening_with_a_group_left_out_does_not_see_its_mates():
    observed = disclosed(ENERGIES)
    first = table.predicted(small_world(), observed, without_each(observed), GROUPS)
    observed.loc[1, "observed"] = 5e6
    second = table.predicted(small_world(), observed, without_each(observed), GROUPS)
    for way, same in ((table.GROUP, True), (table.RUN, False)):
        mine = (first["model_id"] == "m0") & (first["left_out"] == way)
        assert first.loc[mine, "widening"].equals(second.loc[mine, "widening"]) == same


def test_a_place_is_known_only_with_the_region_and_from_others():
    method = small_world()
    row = next(disclosed(ENERGIES).assign(quantity="emissions").iloc[[0]].itertuples(index=False))
    grids, ratios = method._places(row, "region", frozenset({"m0"}))
    assert grids.tolist() == [0.1]
    assert 2.0 not in ratios
    assert len(ratios) == 7
    grids, _ = method._places(row, "hours", frozenset({"m0"}))
    assert 0.1 not in grids


def test_pue_is_that_of_the_others_who_disclose_one():
    """Six organisations disclose; without its own the median is that of five, or the survey's."""
    pue = [1.1, 1.1, 1.2, 1.3, 1.4, np.nan, 1.45, 1.9]
    method = small_world(pue=pue)
    whole = method.pue_of("m5", False, frozenset({"m5"}))
    assert whole == pytest.approx([np.quantile([1.1, 1.2, 1.3, 1.4, 1.45, 1.9], 0.1), 1.35, 1.5])
    for by_date in (False, True):
        mine = method.pue_of("m7", by_date, frozenset({"m7"}))
        assert mine == pytest.approx([np.quantile([1.1, 1.2, 1.3, 1.4, 1.45], 0.1), 1.3, 1.5])
    # One discloser of an organisation goes, the other still speaks for it.
    assert method.pue_of("m0", False, frozenset({"m0"})) == pytest.approx(whole)
    # Under five organisations the survey stands.
    few = method.pue_of("m7", False, frozenset({"m4", "m6", "m7"}))
    assert few == pytest.approx([1.1, 1.5, 1.7])
    row = next(disclosed(ENERGIES).iloc[[7]].itertuples(index=False))
    said = [small_world(pue=[*pue[:7], own]).predict(row, "hours", frozenset({"m7"}))[1]
            for own in (1.0, 3.0)]  # fmt: skip
    assert np.array_equal(*said)
    # m6 is of another family, so its PUE alone changes anything.
    seen, blind = (method.predict(row, "hours", frozenset(names))[1]
                   for names in ({"m7"}, {"m6", "m7"}))  # fmt: skip
    assert np.array_equal(seen, said[0])
    assert not np.allclose(blind, seen)


def test_arithmetic_is_no_test():
    observed = disclosed(ENERGIES).assign(rests_on="assumed power", boundary="accelerator")
    frame = table.predicted(small_world(), observed, without_each(observed), GROUPS)
    hours = frame[frame["level"] == "hours"]
    assert hours["arithmetic"].all()
    assert hours[["pit", "widening", "widened_p50"]].isna().all(axis=None)
    assert not frame.loc[frame["level"] != "hours", "arithmetic"].any()


def test_boundary_of_the_prediction_is_that_of_the_disclosure():
    method = small_world()
    middle = {}
    for name, change in {
        "facility": {},
        "node": {"holds_pue": False, "boundary": "node"},
        "chip": {"holds_pue": False, "boundary": "accelerator"},
        "rated": {"holds_pue": False, "boundary": "accelerator", "rests_on": "assumed power"},
    }.items():
        row = next(disclosed(ENERGIES).assign(**change).iloc[[0]].itertuples(index=False))
        middle[name] = np.exp(method.predict(row, "hours", frozenset({"m0"}))[1][2])
    # 3e5 h at 380 to 400 W.
    assert 114 < middle["rated"] <= 120
    node, pue = 1.1 + np.sqrt(0.5 * 0.4 * 0.28), 1.1 + np.sqrt(0.5 * 0.6 * 0.4)
    assert middle["chip"] / middle["rated"] == pytest.approx(0.86, abs=0.01)
    assert middle["node"] / middle["rated"] == pytest.approx(node, abs=0.01)
    # Medians of skewed factors do not multiply exactly.
    assert middle["facility"] / middle["node"] == pytest.approx(pue, abs=0.04)


def test_groups_join_by_organisation_and_by_document():
    known = pd.Series({"Google Brain": "Google", "Google": "Google"})
    names = pd.Series({"a": "Google Brain", "b": "OpenAI", "c": "Google (US)", "d": "Else",
                       "e": "AI2 et al. (x)", "f": "Allen Institute for AI"})  # fmt: skip
    papers = pd.Series({"a": "p1", "b": "p2", "c": "p2;p3", "d": "p4", "e": "p5", "f": "p6"})
    sets = observations.organisations(names, known)
    groups = observations.groups(names.index, sets, papers)
    assert groups["a"] == groups["b"] == groups["c"] == "Google + OpenAI"
    assert groups["d"] == "Else"
    assert groups["e"] == groups["f"]


def test_summary_counts_what_is_held_and_says_where_there_is_little():
    method, observed = small_world(), disclosed(ENERGIES)
    frame = table.predicted(method, observed, without_each(observed), GROUPS)
    frame = pd.concat([frame, table.regression(method, frame, without_each(observed), GROUPS),
                       table.rated_power(method, frame, 0.5)])  # fmt: skip
    done = table.finished(frame, method.rows, GROUPS)
    short = summary.summarised(done, None)
    best = done[done["best_level"] & (done["left_out"] == table.RUN)]
    assert set(best["level"]) == {"hours"}
    row = short[(short["level"] == "best evidence") & (short["left_out"] == table.RUN)
                & (short["rests_on"] == "all") & (short["subset"] == "all")]  # fmt: skip
    held = ((best["p05"] <= best["observed"]) & (best["observed"] <= best["p95"])).mean()
    assert row["coverage_90"].iloc[0] == held
    assert row["models"].iloc[0] == 8
    assert row["groups"].iloc[0] == 7
    assert row["remark"].iloc[0] == "under 10 models: says little"
    assert row["stage"].tolist() == ["as it is", "widened"]
    rival = short[short["predictor"] == table.RATED]
    assert rival["coverage_90"].isna().all()
    assert rival["left_out"].unique().tolist() == [table.NOTHING]


def test_figure_shows_each_disclosure_once_and_counts_what_was_held():
    sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
    try:
        import la_backtest
    finally:
        sys.path.pop(0)
    method, observed = small_world(), disclosed(ENERGIES)
    frame = table.predicted(method, observed, without_each(observed), GROUPS)
    done = table.finished(frame, method.rows, GROUPS)
    values = la_backtest.plotted(done)
    points, curves = (values[values["panel"] == panel] for panel in "ab")
    assert sorted(points["model_id"]) == sorted(observed["model_id"])
    best = done[done["best_level"] & (done["left_out"] == table.RUN)]
    half = curves[(curves["series"] == "as it is") & (curves["x"] == 0.5)]
    held = (best["p25"] <= best["observed"]) & (best["observed"] <= best["p75"])
    assert half["y"].item() == held.mean()
    assert curves["low"].le(curves["y"]).all()
    figure = la_backtest.draw(values)
    texts = pictures.shown_texts(figure)
    assert not pictures.clipped(texts, figure)
    assert not pictures.overlapping(texts)
