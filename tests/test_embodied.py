"""Embodied carbon: hand-worked values, published examples, known traps, properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lifecycle.embodied import allocation, die_yield, fabrication, footprints

SHARES = st.floats(0.01, 1.0)
CARBON = st.floats(0.0, 1e5)
YEARS = st.floats(0.5, 20.0)
H100_CM2 = 8.14


# Yield -----------------------------------------------------------------------------------------


def test_murphy_by_hand():
    # A D = 0.15: ((1 - 0.860708) / 0.15)^2 = 0.928614^2 = 0.862324; imec prints 0.86.
    assert die_yield.murphy_yield(1.0, 0.15) == pytest.approx(0.862324, abs=2e-6)


@pytest.mark.parametrize(("density", "expected"), [(0.1, 0.47), (0.2, 0.24)])
def test_h100_die_yields_as_known(density, expected):
    assert round(float(die_yield.murphy_yield(H100_CM2, density)), 2) == expected


def test_without_faults_everything_yields():
    assert die_yield.murphy_yield(H100_CM2, 0.0) == 1.0
    assert die_yield.negative_binomial_yield(H100_CM2, 0.0, 10) == 1.0


@given(st.floats(0.1, 9), st.floats(0.001, 1), st.floats(1.01, 3))
def test_a_larger_die_yields_less(area, density, factor):
    small, large = die_yield.murphy_yield([area, area * factor], density)
    assert 0 < large < small < 1


def test_clustering_raises_the_yield_and_its_limit_is_poisson():
    # (1 + 0.814/10)^-10 by ECO-CHIP's form; exp(-0.814) without clustering.
    assert die_yield.negative_binomial_yield(H100_CM2, 0.1, 10) == pytest.approx(0.45723, abs=1e-5)
    poisson = die_yield.negative_binomial_yield(H100_CM2, 0.1, 1e9)
    assert poisson == pytest.approx(np.exp(-0.814), rel=1e-6)


def test_salvage_by_hand():
    # 0.4 good, half of 0.6 sold cut down, a tenth of wafers lost: (0.4 + 0.3) 0.9.
    assert die_yield.sold_share(0.4, 0.5, 0.9) == pytest.approx(0.63)
    assert die_yield.sold_share(0.4, 0.0) == pytest.approx(0.4)
    assert die_yield.sold_share(0.4, 1.0) == 1.0


def test_wafer_use_by_hand():
    # W = pi 150^2 = 70685.8; S = (sqrt(100) + 0.2)^2 = 104.04
    # n = 679.41 - pi 300 / sqrt(208.08) = 679.41 - 65.34 = 614.07; 61407 / 70685.8.
    assert die_yield.wafer_use(100.0, 300.0, 0.2) == pytest.approx(0.86874, abs=1e-4)
    assert die_yield.wafer_use(814.0, 300.0, 0.2) < die_yield.wafer_use(100.0, 300.0, 0.2)


def test_a_die_larger_than_the_wafer_is_refused():
    with pytest.raises(ValueError, match="area_mm2: no whole die"):
        die_yield.wafer_use(60_000.0, 300.0, 0.2)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: die_yield.murphy_yield(0.0, 0.1), "area_cm2"),
        (lambda: die_yield.murphy_yield(-1.0, 0.1), "area_cm2"),
        (lambda: die_yield.murphy_yield(1.0, -0.1), "defect_density_per_cm2"),
        (lambda: die_yield.murphy_yield(1.0, np.nan), "defect_density_per_cm2"),
        (lambda: die_yield.sold_share(1.1, 0.5), "die_yield"),
        (lambda: die_yield.sold_share(0.5, -0.1), "salvage_share"),
        (lambda: die_yield.sold_share(0.5, 0.5, 1.2), "line_yield"),
        (lambda: die_yield.negative_binomial_yield(1.0, 0.1, 0.0), "clustering"),
    ],
)
def test_yields_out_of_bounds_are_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


# ACT's printed examples (alugupta/ACT at 755bd52: exps/dellr740 and exps/fairphone3) ------------

ACT_YIELD = 0.875
ACT_28NM = fabrication.fab_carbon_kgco2e_per_cm2(0.9, 0.820, 0.175, 0.5)


def act_die(area_cm2):
    return float(fabrication.die_kgco2e(area_cm2, ACT_28NM, ACT_YIELD, "no"))


def act_memory(capacity_gb, kg_per_gb, family):
    return float(fabrication.memory_kgco2e(capacity_gb, kg_per_gb, family, family)) / ACT_YIELD


def test_act_dell_r740_processors():
    # 2 (6.98 cm2 x 1.413 / 0.875 + 2 x 0.15): ACT prints 23.143405714285716.
    packaging = float(fabrication.parts_kgco2e(2, 0.15))
    assert 2 * (act_die(6.98) + packaging) == pytest.approx(23.143405714285716, rel=1e-12)


def test_act_dell_r740_memory():
    # 12 modules of 36 GB at 0.6 kg/GB and 18 packages: ACT prints 328.6285714285714.
    module = act_memory(36, 0.6, "dram") + 18 * 0.15
    assert 12 * module == pytest.approx(328.6285714285714, rel=1e-12)


def test_act_dell_r740_drives():
    # 3,840 GB at 0.031 kg/GB, 68 GB of DRAM, 13 packages: ACT prints 1476.9942857142858, 62.75.
    cache = act_memory(68, 0.6, "dram") + 13 * 0.15
    assert 8 * (act_memory(3840, 0.031, "flash") + cache) == pytest.approx(
        1476.9942857142858, rel=1e-12
    )
    assert act_memory(400, 0.031, "flash") + cache == pytest.approx(62.75, rel=1e-12)


def test_act_fairphone_3():
    # ACT prints 0.8992937142857143 (processor) and 5.310285714285714 (memory and flash).
    assert act_die(0.464) + 0.15 == pytest.approx(0.8992937142857143, rel=1e-12)
    memory = act_memory(4, 0.6, "dram") + act_memory(64, 0.031, "flash") + 2 * 0.15
    assert memory == pytest.approx(5.310285714285714, rel=1e-12)


# Traps -----------------------------------------------------------------------------------------

# ACT at 5 nm, 97 % abatement (mean of 0.43 and 0.225), Taiwan at 0.583 kg/kWh: 2.43075 kg/cm2.
H100_CARBON = fabrication.fab_carbon_kgco2e_per_cm2(2.75, 0.583, 0.3275, 0.5)


def test_a_fixed_yield_on_a_reticle_size_die_halves_it():
    fixed = fabrication.die_kgco2e(H100_CM2, H100_CARBON, ACT_YIELD, "no")
    murphy = fabrication.die_kgco2e(
        H100_CM2, H100_CARBON, die_yield.murphy_yield(H100_CM2, 0.1), "no"
    )
    assert float(fixed) == pytest.approx(22.6, abs=0.05)
    assert float(murphy) == pytest.approx(42, abs=0.3)


@pytest.mark.parametrize("included", ["yes", "unknown"])
def test_yield_is_not_counted_twice(included):
    with pytest.raises(ValueError, match=r"sold_share: .* not divided again"):
        fabrication.die_kgco2e(H100_CM2, 2.42, 0.47, included)
    whole = fabrication.die_kgco2e(H100_CM2, 2.42, 1.0, included)
    assert float(whole) == pytest.approx(H100_CM2 * 2.42)


def test_a_ddr4_factor_does_not_hold_for_stacked_memory():
    with pytest.raises(ValueError, match="factor_family: a factor of dram does not hold for hbm"):
        fabrication.memory_kgco2e(80, 0.065, "hbm", "dram")
    assert float(fabrication.memory_kgco2e(80, 0.9, "hbm", "hbm")) == pytest.approx(72)


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match="family must be one of hbm"):
        fabrication.memory_kgco2e(80, 0.9, "HBM3", "hbm")


@pytest.mark.parametrize("node", [4, 6, 12, 16, 45, np.nan])
def test_an_unsourced_node_is_refused_and_not_interpolated(node):
    with pytest.raises(ValueError, match=r"no factors are sourced .*; sourced: 3, 5, 7"):
        fabrication.require_sourced_node(node, [28, 20, 14, 10, 8, 7, 5, 3])
    assert fabrication.require_sourced_node(5, [7, 5]) == 5


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: fabrication.fab_carbon_kgco2e_per_cm2(-1, 1, 1, 1), "energy_kwh_per_cm2"),
        (lambda: fabrication.fab_carbon_kgco2e_per_cm2(1, np.nan, 1, 1), "intensity_kg_per_kwh"),
        (lambda: fabrication.die_kgco2e(-1, 1, 1, "no"), "area_cm2"),
        (lambda: fabrication.die_kgco2e(1, 1, 0.0, "no"), "sold_share"),
        (lambda: fabrication.die_kgco2e(1, 1, 1.5, "no"), "sold_share"),
        (lambda: fabrication.die_kgco2e(1, 1, 1, "maybe"), "yield_included"),
        (lambda: fabrication.memory_kgco2e(-1, 1, "hbm", "hbm"), "capacity_gb"),
        (lambda: fabrication.parts_kgco2e(1, -1), "factor_kgco2e_per_unit"),
    ],
)
def test_parts_out_of_bounds_are_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


@given(st.floats(0, 10), CARBON, SHARES, st.floats(0.1, 10))
def test_a_die_scales_with_its_area_and_is_nothing_without(area, carbon, share, factor):
    one = fabrication.die_kgco2e(area, carbon, share, "no")
    assert fabrication.die_kgco2e(factor * area, carbon, share, "no") == pytest.approx(
        factor * one, rel=1e-9
    )
    assert fabrication.die_kgco2e(0.0, carbon, share, "no") == 0


# Footprints ------------------------------------------------------------------------------------


def test_phases_sum_to_the_total():
    total, shares = [200.0, 8370.0], [[0.8, 0.05, 0.14, 0.01], [0.694, 0.299, 0.004, 0.003]]
    assert footprints.phases_kgco2e(total, shares, 0.02).sum(axis=1) == pytest.approx(total)


@pytest.mark.parametrize(
    ("shares", "words"),
    [
        ([[0.18, 7.76, 0.042, 0.002]], "shares must lie between"),
        ([[0.248, 0.737, 0.047, 0.042]], "sum to one within 0.02; off by 0.074"),
        ([[0.2, 0.7, np.nan, 0.1]], "shares must lie between"),
    ],
)
def test_impossible_shares_are_refused(shares, words):
    with pytest.raises(ValueError, match=words):
        footprints.phases_kgco2e([196.0], shares, 0.02)


def test_gap_is_relative_to_what_is_published():
    assert footprints.relative_gap(575.1, 164.0) == pytest.approx(2.5067, abs=1e-4)
    with pytest.raises(ValueError, match="published"):
        footprints.relative_gap(1.0, 0.0)


# Allocation ------------------------------------------------------------------------------------


def test_allocation_by_hand():
    # 1312 kg / (4 x 8766 h x 0.5) = 0.074834 kg/h; 1,000 h.
    hourly = 1312 / (4 * 8766 * 0.5)
    assert allocation.allocated_kgco2e(1312, 1000, 4, 0.5) == pytest.approx(1000 * hourly)


@given(CARBON, YEARS, SHARES, st.lists(st.floats(0.01, 1.0), min_size=1, max_size=20))
def test_the_allocations_of_an_asset_over_its_life_sum_to_the_asset(asset, life, use, weights):
    reserved = life * allocation.HOURS_PER_YEAR * use
    hours = np.array(weights) / np.sum(weights) * reserved
    tasks = allocation.allocated_kgco2e(asset, hours, life, use)
    assert tasks.sum() == pytest.approx(asset, rel=1e-9)


@given(CARBON, YEARS, SHARES)
def test_the_specification_leaves_unreserved_hours_with_nobody(asset, life, use):
    lifespan = life * allocation.HOURS_PER_YEAR
    sci = allocation.sci_embodied_kgco2e(asset, lifespan * use, lifespan, 1, 1)
    ours = allocation.allocated_kgco2e(asset, lifespan * use, life, use)
    assert sci == pytest.approx(use * ours, rel=1e-9)


def test_specification_by_hand():
    # 1312 kg x (100 h / 35064 h) x (2 of 8).
    assert allocation.sci_embodied_kgco2e(1312, 100, 35064, 2, 8) == pytest.approx(
        1312 * 100 / 35064 / 4
    )


@given(CARBON, st.floats(0, 1e4), YEARS, SHARES)
def test_double_hours_double_carbon_and_longer_lives_spread_it(asset, hours, life, use):
    one = allocation.allocated_kgco2e(asset, hours, life, use)
    assert allocation.allocated_kgco2e(asset, 2 * hours, life, use) == pytest.approx(2 * one)
    assert allocation.allocated_kgco2e(asset, hours, 2 * life, use) == pytest.approx(one / 2)


def test_a_building_outlives_its_servers():
    assert allocation.share_of_longer_life(100.0, 20.0, 5.0) == 25.0


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: allocation.allocated_kgco2e(-1, 1, 4, 0.5), "asset_kgco2e"),
        (lambda: allocation.allocated_kgco2e(1, -1, 4, 0.5), "reserved_hours_h"),
        (lambda: allocation.allocated_kgco2e(1, 1, 0, 0.5), "lifetime_years"),
        (lambda: allocation.allocated_kgco2e(1, 1, 4, 1.2), "reserved_utilisation"),
        (lambda: allocation.allocated_kgco2e(1, 1, 4, 0), "reserved_utilisation"),
        (lambda: allocation.sci_embodied_kgco2e(1, 1, 1, 9, 8), "resources_reserved"),
        (lambda: allocation.share_of_longer_life(1, 0, 1), "asset_life_years"),
    ],
)
def test_allocation_out_of_bounds_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_scalars_and_arrays_agree():
    areas, densities = np.array([[1.0], [8.14]]), np.array([0.1, 0.2])
    grid = die_yield.murphy_yield(areas, densities)
    assert grid.shape == (2, 2)
    assert grid[1, 0] == die_yield.murphy_yield(8.14, 0.1)
