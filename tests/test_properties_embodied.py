"""Properties of embodied carbon and end of life: zero, doubling, units, sums, direction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle.embodied import allocation, die_yield, fabrication, footprints
from ai_lifecycle.end_of_life import refresh, treatment

FEW = settings(max_examples=25, deadline=None, derandomize=True)
AMOUNT = st.floats(0.001, 1e4)
FACTOR = st.floats(0.01, 10)
SHARE = st.floats(0.05, 1)
YEARS = st.floats(0.5, 50)
PUE = st.floats(1, 3)


def close(value):
    return pytest.approx(value, rel=1e-9)


# Nothing in, nothing out -----------------------------------------------------------------------


@FEW
@given(FACTOR, SHARE, YEARS)
def test_nothing_in_nothing_out(factor, share, years):
    assert fabrication.fab_carbon_kgco2e_per_cm2(0, factor, 0, 0) == 0
    assert fabrication.die_kgco2e(0, factor, share, "no") == 0
    assert fabrication.die_kgco2e(factor, 0, share, "no") == 0
    assert fabrication.memory_kgco2e(0, factor, "hbm", "hbm") == 0
    assert fabrication.parts_kgco2e(0, factor) == 0
    assert (footprints.phases_kgco2e([0.0], [[0.75, 0.25]], 0.01) == 0).all()
    assert allocation.kgco2e_per_reserved_hour(0, years, share) == 0
    assert allocation.allocated_kgco2e(factor, 0, years, share) == 0
    assert allocation.sci_embodied_kgco2e(factor, 0, years, 1, 1) == 0
    assert allocation.sci_embodied_kgco2e(factor, 1, years, 0, 1) == 0
    assert allocation.share_of_longer_life(0, years, years) == 0
    assert (treatment.treatment_kgco2e(0, factor, factor, factor) == 0).all()
    assert treatment.avoided_burden_kgco2e(0, share) == 0
    assert treatment.avoided_burden_kgco2e(factor, 0) == 0
    assert treatment.yearly_embodied_kgco2e(0, years) == 0
    assert refresh.breakeven_years(0, factor, factor, 1, share) == 0
    assert refresh.spared_power_w(0, 0, factor) == 0


# Double in, double out -------------------------------------------------------------------------


@FEW
@given(FACTOR, FACTOR, FACTOR, FACTOR)
def test_fab_carbon_doubles_with_all_its_terms(energy, grid, gases, materials):
    one = fabrication.fab_carbon_kgco2e_per_cm2(energy, grid, gases, materials)
    assert fabrication.fab_carbon_kgco2e_per_cm2(
        2 * energy, grid, 2 * gases, 2 * materials
    ) == close(2 * one)
    # Each term by itself, so that none is lost or counted twice.
    alone = (
        fabrication.fab_carbon_kgco2e_per_cm2(energy, grid, 0, 0)
        + fabrication.fab_carbon_kgco2e_per_cm2(0, grid, gases, 0)
        + fabrication.fab_carbon_kgco2e_per_cm2(0, grid, 0, materials)
    )
    assert alone == close(one)


@FEW
@given(AMOUNT, FACTOR, SHARE, YEARS)
def test_linear_inputs_double_their_output(amount, factor, share, years):
    hours = amount
    for linear in (
        lambda x: fabrication.die_kgco2e(x, factor, share, "no"),
        lambda x: fabrication.die_kgco2e(factor, x, share, "no"),
        lambda x: fabrication.memory_kgco2e(x, factor, "hbm", "hbm"),
        lambda x: fabrication.memory_kgco2e(factor, x, "hbm", "hbm"),
        lambda x: fabrication.parts_kgco2e(x, factor),
        lambda x: footprints.phases_kgco2e([x], [[0.6, 0.4]], 0.01).sum(),
        lambda x: allocation.kgco2e_per_reserved_hour(x, years, share),
        lambda x: allocation.allocated_kgco2e(x, hours, years, share),
        lambda x: allocation.allocated_kgco2e(factor, x, years, share),
        lambda x: allocation.sci_embodied_kgco2e(x, hours, years, 1, 2),
        lambda x: allocation.sci_embodied_kgco2e(factor, x, years, 1, 2),
        lambda x: allocation.share_of_longer_life(x, years, years),
        lambda x: treatment.treatment_kgco2e(x, factor, factor, factor).sum(),
        lambda x: treatment.treatment_kgco2e(factor, x, factor, factor)[0],
        lambda x: treatment.treatment_kgco2e(factor, factor, factor, x)[1],
        lambda x: treatment.avoided_burden_kgco2e(x, share),
        lambda x: treatment.yearly_embodied_kgco2e(x, years),
        lambda x: refresh.breakeven_years(x, factor, factor, 1.1, share),
        lambda x: refresh.spared_power_w(x, 2 * x, factor),
    ):
        assert linear(2 * amount) == close(2 * linear(amount))
    for inverse in (
        lambda x: allocation.kgco2e_per_reserved_hour(factor, x, share),
        lambda x: allocation.share_of_longer_life(factor, x, years),
        lambda x: treatment.yearly_embodied_kgco2e(factor, x),
        lambda x: refresh.breakeven_years(factor, x, factor, 1.1, share),
        lambda x: refresh.breakeven_years(factor, factor, x, 1.1, share),
    ):
        assert 2 * inverse(2 * amount) == close(inverse(amount))


# Units change nothing --------------------------------------------------------------------------


@FEW
@given(st.floats(0.1, 9), st.floats(0.01, 1), FACTOR, SHARE)
def test_square_millimetres_and_square_centimetres_agree(area_cm2, density, carbon, share):
    """The same die, faults and carbon per area in cm2 and in mm2."""
    assert die_yield.murphy_yield(100 * area_cm2, density / 100) == close(
        die_yield.murphy_yield(area_cm2, density)
    )
    assert die_yield.negative_binomial_yield(100 * area_cm2, density / 100, 10.0) == close(
        die_yield.negative_binomial_yield(area_cm2, density, 10.0)
    )
    assert fabrication.die_kgco2e(100 * area_cm2, carbon / 100, share, "no") == close(
        fabrication.die_kgco2e(area_cm2, carbon, share, "no")
    )
    # A wafer in centimetres has the same edge.
    assert die_yield.wafer_use(area_cm2, 30.0, 0.02) == close(
        die_yield.wafer_use(100 * area_cm2, 300.0, 0.2)
    )


@FEW
@given(AMOUNT, FACTOR, SHARE, YEARS)
def test_watts_grams_tonnes_and_days_agree(amount, factor, share, years):
    # Energy per area in Wh with the grid in kg/Wh.
    assert fabrication.fab_carbon_kgco2e_per_cm2(1000 * amount, factor / 1000, 0, 0) == close(
        fabrication.fab_carbon_kgco2e_per_cm2(amount, factor, 0, 0)
    )
    # Capacity in TB with a factor per TB.
    assert fabrication.memory_kgco2e(amount / 1000, 1000 * factor, "ssd", "ssd") == close(
        fabrication.memory_kgco2e(amount, factor, "ssd", "ssd")
    )
    # Grams of an asset give grams an hour.
    assert allocation.kgco2e_per_reserved_hour(1000 * amount, years, share) == close(
        1000 * allocation.kgco2e_per_reserved_hour(amount, years, share)
    )
    # A life in days: 365.25 of them are a year.
    assert allocation.kgco2e_per_reserved_hour(amount, years, share) == close(
        amount / (years * 365.25 * 24 * share)
    )
    assert allocation.sci_embodied_kgco2e(amount, factor / 24, years, 1, 1) == close(
        allocation.sci_embodied_kgco2e(amount, factor, 24 * years, 1, 1)
    )
    # Tonnes over kilometres: mass a thousandth, factors a thousandfold.
    assert treatment.treatment_kgco2e(amount / 1000, 100.0, 1000 * factor, 1000 * factor) == close(
        treatment.treatment_kgco2e(amount, 100.0, factor, factor)
    )
    # Break-even in kilowatts and grams.
    assert refresh.breakeven_years(amount, 500.0, factor, 1.2, share) == close(
        amount / (0.5 * share * 8766 * 1.2 * factor)
    )
    assert refresh.breakeven_years(1000 * amount, 500.0, 1000 * factor, 1.2, share) == close(
        refresh.breakeven_years(amount, 500.0, factor, 1.2, share)
    )


# Parts sum to the whole ------------------------------------------------------------------------


@FEW
@given(AMOUNT, st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_phases_sum_to_the_total(total, weights):
    shares = np.array(weights) / np.sum(weights)
    assert footprints.phases_kgco2e([total], [shares], 1e-9).sum() == close(total)


@FEW
@given(AMOUNT, YEARS, SHARE, st.lists(st.floats(0.01, 1), min_size=1, max_size=6))
def test_tasks_that_fill_a_life_carry_the_asset(asset, life, use, weights):
    hours = life * allocation.HOURS_PER_YEAR * use * np.array(weights) / np.sum(weights)
    assert allocation.allocated_kgco2e(asset, hours, life, use).sum() == close(asset)
    # What the specification leaves with nobody are the unreserved hours.
    reserved = allocation.sci_embodied_kgco2e(
        asset, hours, life * allocation.HOURS_PER_YEAR, 1, 1
    ).sum()
    assert reserved == close(asset * use)


@FEW
@given(AMOUNT, FACTOR, FACTOR, FACTOR, SHARE)
def test_haul_and_treatment_are_the_whole_burden(mass, haul, per_km, per_kg, collected):
    burden = treatment.treatment_kgco2e(mass, haul, per_km, per_kg, collected)
    assert burden.sum() == close(mass * collected * (haul * per_km + per_kg))


@FEW
@given(SHARE, st.floats(0, 1), SHARE)
def test_sold_and_lost_dies_are_all_dies(good, salvage, line):
    sold = die_yield.sold_share(good, salvage, line)
    lost = (1 - good) * (1 - salvage) * line + (1 - line)
    assert sold + lost == close(1)


# Direction -------------------------------------------------------------------------------------


@FEW
@given(AMOUNT, FACTOR, SHARE, PUE, st.floats(0.01, 1))
def test_a_leakier_building_repays_a_refresh_sooner(embodied, intensity, use, pue, more):
    tight = refresh.breakeven_years(embodied, 300.0, intensity, pue, use)
    assert refresh.breakeven_years(embodied, 300.0, intensity, pue + more, use) < tight
    # In proportion.
    assert refresh.breakeven_years(embodied, 300.0, intensity, 2 * pue, use) == close(tight / 2)


@FEW
@given(AMOUNT, YEARS, st.floats(0.05, 0.9), st.floats(0.01, 0.1))
def test_use_and_life_spread_an_asset(asset, life, use, more):
    hourly = allocation.kgco2e_per_reserved_hour(asset, life, use)
    assert allocation.kgco2e_per_reserved_hour(asset, life, use + more) < hourly
    assert allocation.kgco2e_per_reserved_hour(asset, life + more, use) < hourly
    yearly = treatment.yearly_embodied_kgco2e(asset, life)
    assert treatment.yearly_embodied_kgco2e(asset, life, more) < yearly
