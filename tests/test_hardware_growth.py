"""Growth of GPUs: the identity, its shares, doubling times, and the tables made from them."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import tables
from ai_lifecycle.hardware import growth, growth_sensitivity, specifications, trends

RNG = np.random.Generator(np.random.Philox(key=[1, 2]))


def made_up(n=60):
    """Products whose factors grow at known rates."""
    date = np.linspace(2006.0, 2025.9, n)
    years = date - 2006
    frame = pd.DataFrame(
        {
            "id": [f"c{i:03d}" for i in range(n)],
            "name": [f"product {i}" for i in range(n)],
            "segment": "consumer",
            "date_years": date,
            "year": np.floor(date).astype(int),
            "transistors_million": 681 * 2 ** (years / 2.5),
            "die_area_mm2": 484 * 2 ** (years / 10),
            "clock_mhz": 576 * 2 ** (years / 8),
            "thermal_design_power_w": 155.0,
        }
    )
    residual = 345.6 / (681 * 576) * 2 ** (-years / 20)
    frame["fp32_gflops"] = frame["transistors_million"] * frame["clock_mhz"] * residual
    frame["gflops_per_watt"] = frame["fp32_gflops"] / frame["thermal_design_power_w"]
    stamp = (years * 365.25).round().astype(int)
    frame["release_date"] = pd.Timestamp("2006-01-01") + pd.to_timedelta(stamp, unit="D")
    return frame


def test_factors_multiply_to_the_throughput_exactly():
    n = 500
    gflops, transistors, area, clock = RNG.uniform(1, 1e5, size=(4, n))
    product = growth.factors(gflops, transistors, area, clock).prod(axis=0)
    assert np.max(np.abs(product / gflops - 1)) < 1e-14


def test_factors_of_the_geforce_8800_gtx_by_hand():
    # 681 / 484 = 1.40702...; 345.6 / (681 * 576) = 0.000881057...
    density, area, clock, residual = growth.factors(345.6, 681, 484, 576)
    assert density == pytest.approx(1.4070248, rel=1e-7)
    assert (area, clock) == (484, 576)
    assert residual == pytest.approx(8.8105727e-4, rel=1e-7)


def test_scalars_arrays_and_broadcast_agree():
    one = growth.factors(100.0, 200.0, 50.0, 1000.0)
    many = growth.factors([100.0, 100.0], [200.0] * 2, [50.0] * 2, [1000.0] * 2)
    assert np.array_equal(one, many[:, 0])
    assert np.array_equal(many[:, 0], many[:, 1])


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("position", range(4))
def test_factors_refuse_what_is_not_positive_and_known(position, bad):
    names = ("fp32_gflops", "transistors_million", "die_area_mm2", "clock_mhz")
    values = [1.0, 1.0, 1.0, 1.0]
    values[position] = bad
    with pytest.raises(ValueError, match=names[position]):
        growth.factors(*values)


def test_log_shares_sum_to_one_and_match_a_case_by_hand():
    # x4, x2, x1, x0.5 of a total x4: two, one, none and minus one of two doublings.
    first = np.array([1.0, 10.0, 3.0, 8.0])
    share = growth.log_shares(first, first * [4, 2, 1, 0.5])
    assert share == pytest.approx([1.0, 0.5, 0.0, -0.5])
    a, b = RNG.uniform(0.1, 10, size=(2, 4, 50))
    assert growth.log_shares(a, b).sum(axis=0) == pytest.approx(np.ones(50), abs=1e-10)


def test_log_shares_refuse_no_growth():
    with pytest.raises(ValueError, match="same product"):
        growth.log_shares([1.0, 2.0], [2.0, 1.0])


def test_published_end_points_of_the_chip_dataset_reproduce():
    """8800 GTX to RTX 5880 Ada: 207.8x with 89.0 x 1.258 x 2.005 x 0.925, density 84 %."""
    first = growth.factors(345.6, 681, 484, 576)
    last = growth.factors(71810, 76300, 609, 1155)
    assert np.prod(last / first) == pytest.approx(207.8, abs=0.05)
    assert last / first == pytest.approx([89.0, 1.258, 2.005, 0.925], rel=1e-3)
    assert growth.log_shares(first, last)[0] == pytest.approx(0.84, abs=0.005)


def test_trend_and_doubling_time_by_hand():
    # 1, 2, 4, 8 after 0, 3, 6, 9 years: doubles in three years, without residual.
    slope, error, r_squared = growth.trend([0, 3, 6, 9], np.log2([1, 2, 4, 8]))
    assert growth.doubling_time(slope) == pytest.approx(3.0)
    assert error == pytest.approx(0, abs=1e-12)
    assert r_squared == pytest.approx(1)
    # 0, 1, 0 at 0, 1, 3: (3 * 1 - 4 * 1) / (3 * 10 - 4 * 4) = -1/14.
    assert growth.trend([0, 1, 3], [0, 1, 0])[0] == pytest.approx(-1 / 14)


def test_trend_agrees_with_scipy():
    from scipy import stats

    x, y = RNG.uniform(2006, 2026, 80), RNG.normal(size=80)
    expected = stats.linregress(x, y)
    slope, error, r_squared = growth.trend(x, y)
    assert slope == pytest.approx(expected.slope)
    assert error == pytest.approx(expected.stderr)
    assert r_squared == pytest.approx(expected.rvalue**2)


def test_trend_refuses_one_date():
    with pytest.raises(ValueError, match="date_years"):
        growth.trend([2006, 2006, 2006], [1, 2, 3])


def test_what_shrinks_has_no_doubling_time():
    assert np.isnan(growth.doubling_time([-0.1, 0.0])).all()


def test_best_of_year_and_records_whatever_the_order():
    year = np.array([2006, 2006, 2007, 2008, 2008])
    date = np.array([2006.1, 2006.5, 2007.2, 2008.3, 2008.9])
    value = np.array([1.0, 3.0, 2.0, 5.0, 5.0])
    tie = np.array(["a", "b", "c", "e", "d"])
    assert tie[growth.best_of_each_group(year, value, tie)].tolist() == ["b", "c", "d"]
    assert tie[growth.record_setters(date, value, tie)].tolist() == ["a", "b", "e"]
    for _ in range(20):
        p = RNG.permutation(5)
        assert tie[p][growth.best_of_each_group(year[p], value[p], tie[p])].tolist() == [
            "b",
            "c",
            "d",
        ]


def test_block_draws_hold_whole_runs_of_years():
    draws = growth.year_block_draws(20, 3, 500, np.random.Generator(np.random.Philox(7)))
    assert (draws.sum(axis=1) == 20).all()
    assert draws.mean(axis=0) == pytest.approx(np.ones(20), abs=0.15)
    whole = growth.year_block_draws(20, 20, 5, np.random.Generator(np.random.Philox(7)))
    assert (whole == 1).all()
    with pytest.raises(ValueError, match="block_years"):
        growth.year_block_draws(20, 21, 5, np.random.Generator(np.random.Philox(7)))


def test_bootstrap_slope_of_every_year_once_is_the_slope():
    frame = made_up()
    y = np.log2(frame["fp32_gflops"].to_numpy())
    position = (frame["year"] - 2006).to_numpy()
    slope = growth.bootstrap_slopes(frame["date_years"], y, position, np.ones((1, 20)))
    assert slope[0, 0] == pytest.approx(growth.trend(frame["date_years"], y)[0])


def test_bootstrap_slopes_agree_with_explicit_resampling():
    frame = made_up()
    y = np.log2(frame["fp32_gflops"].to_numpy()) + RNG.normal(size=len(frame))
    position = (frame["year"] - 2006).to_numpy()
    draws = growth.year_block_draws(20, 3, 25, np.random.Generator(np.random.Philox(3)))
    fast = growth.bootstrap_slopes(frame["date_years"], y, position, draws)[0]
    for draw, slope in zip(draws, fast, strict=True):
        rows = np.repeat(np.arange(len(frame)), draw[position].astype(int))
        assert growth.trend(frame["date_years"].to_numpy()[rows], y[rows])[0] == pytest.approx(
            slope
        )


def test_interval_covers_a_known_slope_with_correlated_years():
    """Coverage of the block bootstrap on a made-up trend whose years err together."""
    generator = np.random.Generator(np.random.Philox(11))
    date = np.repeat(np.arange(2006, 2026) + 0.5, 30)
    position = (date - 2006.5).astype(int)
    covered = classical = 0
    for trial in range(150):
        shock = np.zeros(20)
        for i in range(1, 20):
            shock[i] = 0.4 * shock[i - 1] + generator.normal(0, 0.4)
        y = 0.4 * (date - 2006) + shock[position] + generator.normal(0, 1, date.size)
        draws = growth.year_block_draws(20, 3, 300, trends.generator(trial, "coverage"))
        low, high = np.percentile(growth.bootstrap_slopes(date, y, position, draws)[0], [2.5, 97.5])
        covered += low <= 0.4 <= high
        slope, error, _ = growth.trend(date, y)
        a, b = growth.classical_interval(slope, error, date.size, 0.95)
        classical += a <= 0.4 <= b
    # The classical interval is far too narrow here; the bootstrap comes near its nominal level.
    assert classical / 150 < 0.65
    assert covered / 150 > 0.75


def test_known_rates_come_back_from_the_tables():
    out = trends.doubling_times(made_up(), seed=1, replicates=50)
    tables.check(out, "gpu_growth_doubling_times")
    base = out[(out.segment == "all") & (out.basis == "products") & (out.since_year == 2006)]
    time = base.set_index("quantity")["doubling_time_years"]
    assert time["die_area"] == pytest.approx(10)
    assert time["clock"] == pytest.approx(8)
    assert np.isnan(time["residual"])
    assert time["transistors"] == pytest.approx(2.5)
    assert time["transistor_density"] == pytest.approx(1 / (1 / 2.5 - 1 / 10))
    assert time["fp32_gflops"] == pytest.approx(1 / (1 / 2.5 + 1 / 8 - 1 / 20))
    assert time["gflops_per_watt"] == pytest.approx(time["fp32_gflops"])


def test_shares_sum_to_one_in_every_group():
    frame = made_up()
    frame["fp32_gflops"] *= 2 ** RNG.normal(0, 0.5, len(frame))
    out = trends.shares(frame, seed=1, replicates=50)
    tables.check(out, "gpu_growth_shares")
    group = out[out["factor"] != "total"].groupby(["segment", "basis", "since_year"])
    assert group["share"].sum().to_numpy() == pytest.approx(1)
    ratio = group["growth_ratio"].prod()
    total = out[out["factor"] == "total"].set_index(["segment", "basis", "since_year"])
    assert ratio.to_numpy() == pytest.approx(total.loc[ratio.index, "growth_ratio"].to_numpy())


def test_order_of_rows_changes_nothing():
    frame = made_up()
    frame["fp32_gflops"] *= 2 ** RNG.normal(0, 0.5, len(frame))
    shuffled = frame.sample(frac=1, random_state=3)
    for table in (trends.doubling_times, trends.shares):
        a, b = (table(f, seed=5, replicates=40) for f in (frame, shuffled))
        pd.testing.assert_frame_equal(a, b, rtol=1e-9)


def test_seed_decides_the_interval_and_not_the_point():
    frame = made_up()
    frame["fp32_gflops"] *= 2 ** RNG.normal(0, 0.5, len(frame))
    a, b, c = (trends.doubling_times(frame, seed=s, replicates=40) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(a, b)
    assert np.array_equal(a["doubling_time_years"], c["doubling_time_years"], equal_nan=True)
    assert not np.allclose(a["bootstrap95_low_years"], c["bootstrap95_low_years"], equal_nan=True)


def test_unpaired_issue_halves_only_paired_products():
    frame = made_up(4).assign(
        manufacturer=["AMD", "AMD", "NVIDIA", "AMD"],
        year=[2023, 2023, 2023, 2019],
        shading_units=1000.0,
        boost_clock_mhz=1000.0,
        fp32_gflops=[4000.0, 2000.0, 4000.0, 4000.0],
    )
    out = growth_sensitivity._unpaired(frame, None)
    assert out["fp32_gflops"].tolist() == [2000.0, 2000.0, 4000.0, 4000.0]


def test_decimal_year():
    date = pd.Series(pd.to_datetime(["2007-01-01", "2008-07-01", "2007-12-31"]))
    expected = [2007, 2008 + 182 / 366, 2007 + 364 / 365]
    assert specifications.decimal_year(date) == pytest.approx(expected)
