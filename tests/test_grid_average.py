"""Average intensity: factors, local time, missing hours."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.grid import FOSSIL, FUELS
from ai_lifecycle.grid.average import carbon_intensity, grouped_moments, weighted_mean
from ai_lifecycle.grid.factors import CONVENTIONS, Factors
from ai_lifecycle.grid.local_time import clock, season

AUTHORITIES = ("AZPS", "BPAT", "CISO", "ERCO", "MISO", "NYIS", "PJM", "SOCO")


@pytest.fixture(scope="module")
def factor_facts(root):
    return facts.read(
        root / "data/facts/grid_emission_factors.csv",
        "grid_emission_factors",
        references=root / "data/references.bib",
    )


@pytest.fixture(scope="module")
def factors(factor_facts):
    return Factors(factor_facts, 2022)


def utc_hours(first, n):
    return np.datetime64(first, "h") + np.arange(n)


def test_intensity_is_the_mix_weighted_by_generation():
    # (30·0 + 10·400 + 10·1000) / 50 = 14,000 / 50
    assert carbon_intensity([30.0, 10.0, 10.0], [0.0, 400.0, 1000.0]) == pytest.approx(280.0)


def test_intensity_does_not_change_when_all_generation_doubles():
    mix = np.array([[3.0, 1.0], [2.0, 5.0]])
    assert carbon_intensity(2 * mix, [11.0, 500.0]) == pytest.approx(
        carbon_intensity(mix, [11.0, 500.0])
    )


def test_an_hour_with_a_missing_fuel_is_missing_and_an_empty_one_too():
    found = carbon_intensity([[1.0, np.nan], [0.0, 0.0], [1.0, 1.0]], [0.0, 400.0])
    assert np.isnan(found[:2]).all()
    assert found[2] == 200.0


@pytest.mark.parametrize(
    ("generation", "factor", "name"),
    [([-1.0], [1.0], "generation"), ([1.0], [-1.0], "factor"), ([1.0], [np.nan], "factor")],
)
def test_intensity_refuses_what_cannot_be(generation, factor, name):
    with pytest.raises(ValueError, match=name):
        carbon_intensity(generation, factor)


def test_moments_leave_missing_values_out():
    mean, deviation, count = grouped_moments([1.0, 3.0, np.nan, 5.0], [0, 0, 0, 1], 3)
    assert mean[:2].tolist() == [2.0, 5.0]
    assert np.isnan(mean[2])
    assert deviation[0] == pytest.approx(np.sqrt(2.0))
    assert np.isnan(deviation[1])
    assert count.tolist() == [2, 1, 0]


def test_weighted_mean_by_hand():
    assert weighted_mean([100.0, 400.0, np.nan], [3.0, 1.0, 9.0]) == 175.0


def test_the_day_that_clocks_go_forward_has_no_hour_two():
    hour, day, _ = clock(utc_hours("2022-03-13T05", 23), "America/New_York")
    assert len(set(day)) == 1
    assert hour.tolist() == [0, 1, *range(3, 24)]


def test_the_day_that_clocks_go_back_has_hour_one_twice():
    hour, day, _ = clock(utc_hours("2022-11-06T07", 25), "America/Los_Angeles")
    assert len(set(day)) == 1
    assert hour.tolist() == [0, 1, 1, *range(2, 24)]


def test_arizona_keeps_one_time_all_year():
    hour, _, _ = clock(utc_hours("2022-01-01T07", 365 * 24), "America/Phoenix")
    assert (hour == np.tile(np.arange(24), 365)).all()


def test_clock_agrees_with_pandas():
    hours = utc_hours("2022-01-01T00", 8760)
    hour, day, month = clock(hours, "America/Chicago")
    local = pd.DatetimeIndex(hours).tz_localize("UTC").tz_convert("America/Chicago")
    assert (hour == local.hour).all()
    assert (month == local.month).all()
    since = (local.tz_localize(None).normalize() - pd.Timestamp("1970-01-01")).days
    assert (day == since).all()


def test_an_unknown_zone_is_named():
    with pytest.raises(ValueError, match="Atlantis"):
        clock(utc_hours("2022-01-01T00", 1), "America/Atlantis")


def test_seasons():
    assert season([1, 3, 6, 9, 12]).tolist() == [0, 1, 2, 3, 0]
    with pytest.raises(ValueError, match="month"):
        season([0])


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_life_cycle_exceeds_direct_for_every_fuel(factors, authority):
    assert (factors.of(authority, "life_cycle") > factors.of(authority, "direct")).all()


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_direct_plus_upstream_is_the_published_life_cycle_factor(factors, authority):
    """Second route: the zone files state the sum themselves."""
    ours = factors.of(authority, "life_cycle")
    for fuel in FOSSIL:
        published = factors.one(authority, fuel, "life_cycle")[0]
        assert ours[FUELS.index(fuel)] == pytest.approx(published, abs=0.005)


def test_without_an_authority_factor_the_fleet_serves_and_the_basis_says_so(factor_facts):
    lacking = factor_facts[~((factor_facts["scope"] == "PJM") & (factor_facts["fuel"] == "coal"))]
    factors = Factors(lacking, 2022)
    assert factors.direct("PJM", "coal") == (1043, "CO2")
    assert factors.basis("PJM") == "mixed"
    assert Factors(factor_facts, 2022).basis("PJM") == "CO2e"


def test_a_factor_of_another_year_is_not_taken(factor_facts):
    with pytest.raises(DataError, match="no such emission factor"):
        Factors(factor_facts, 2019).direct("PJM", "coal")


def test_a_factor_that_stands_twice_is_refused(factor_facts):
    with pytest.raises(DataError, match="twice"):
        Factors(pd.concat([factor_facts, factor_facts.head(1)]), 2022)


def test_the_factor_for_other_of_the_copied_files_is_never_used(factors):
    for convention in CONVENTIONS:
        assert 230 not in factors.of("CISO", convention)


def test_real_profiles_have_the_expected_sense(root, factors):
    """Solar empties California's midday; PJM is flat. Bounds are wide: a sense, not a target."""
    table = tables.read_parquet(root / "data/frozen/eia930_hourly.parquet", "eia930_hourly")
    spread = {}
    for authority, zone in (("CISO", "America/Los_Angeles"), ("PJM", "America/New_York")):
        rows = table[table["authority"] == authority]
        hour, _, _ = clock(rows["hour_start_utc"].dt.tz_localize(None).to_numpy(), zone)
        mwh = rows[[f"{fuel}_mwh" for fuel in FUELS]].to_numpy()
        values = carbon_intensity(mwh, factors.of(authority, "life_cycle"))
        mean, _, count = grouped_moments(values, hour, 24)
        spread[authority] = mean[2] - mean[12]
        assert count.sum() == np.isfinite(mwh).all(axis=1).sum()
    assert spread["CISO"] > 80
    assert abs(spread["PJM"]) < 40
