"""Kernels of training energy, carbon and reconciliation: by hand, by property, by refusal."""

import numpy as np
import pytest

from ai_lifecycle.training import operational, reconciliation


def test_gpt_3_by_hand():
    # 1,287 MWh = 1,287,000 kWh; x 0.429 kg/kWh = 552,123 kg.
    assert operational.emissions_tco2e(1287.0, 0.429) == pytest.approx(552.123)


@pytest.mark.parametrize(
    ("hours", "mwh", "tonnes"),
    [(82_432, 36, 14), (135_168, 59, 23), (530_432, 233, 90)],
)
def test_llama_table_15_by_hand(hours, mwh, tonnes):
    # 82,432 h x 0.4 kW x 1.1 = 36,270 kWh; x 0.385 = 13,964 kg; and so on.
    energy = operational.energy_from_hours_mwh(hours, 400.0, 1.1)
    assert round(float(energy)) == mwh
    assert round(float(operational.emissions_tco2e(energy, 0.385))) == tonnes


def test_llama_65b_is_printed_cut_and_not_rounded():
    # 1,022,362 x 0.44 kW = 449,839 kWh: 450 MWh when rounded, 449 as printed.
    energy = operational.energy_from_hours_mwh(1_022_362, 400.0, 1.1)
    assert energy == pytest.approx(449.83928)


def test_bloom_with_the_pue_of_its_centre_is_the_30_tonnes_of_the_caption():
    energy = operational.operational_energy_mwh(433.196, 1.2, False)
    assert operational.emissions_tco2e(energy, 0.057) == pytest.approx(29.63, abs=0.005)


def test_pue_is_applied_once():
    energy, pue = np.array([100.0, 100.0, 100.0]), np.array([1.2, 1.2, np.nan])
    applied = operational.operational_energy_mwh(energy, pue, np.array([False, True, False]))
    assert applied.tolist() == [120.0, 100.0, 100.0]


def test_scalar_array_and_broadcast_agree():
    energy = np.array([1.0, 2.0, 3.0])
    intensity = np.array([[0.1], [0.4]])
    table = operational.emissions_tco2e(energy, intensity)
    assert table.shape == (2, 3)
    for i in range(2):
        for j in range(3):
            assert table[i, j] == operational.emissions_tco2e(energy[j], intensity[i, 0])


def test_double_energy_double_emission_and_nothing_from_nothing():
    assert operational.emissions_tco2e(2 * 7.5, 0.431) == 2 * operational.emissions_tco2e(
        7.5, 0.431
    )
    assert operational.emissions_tco2e(0.0, 0.431) == 0.0
    assert operational.emissions_tco2e(7.5, 0.0) == 0.0
    assert operational.energy_from_hours_mwh(0.0, 400.0, 1.1) == 0.0


def test_emissions_rise_with_pue():
    pue = np.array([1.0, 1.1, 1.5, 2.0])
    assert (np.diff(operational.energy_from_hours_mwh(1000.0, 400.0, pue)) > 0).all()


def test_implied_intensity_undoes_the_emissions():
    emissions = operational.emissions_tco2e(57.0, 0.385)
    assert operational.implied_intensity_kg_per_kwh(emissions, 57.0) == pytest.approx(0.385)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: operational.energy_from_hours_mwh(-1.0, 400.0), "accelerator_hours_h"),
        (lambda: operational.energy_from_hours_mwh(1.0, -400.0), "power_w"),
        (lambda: operational.energy_from_hours_mwh(1.0, 400.0, 0.9), "pue"),
        (lambda: operational.operational_energy_mwh(-1.0, 1.1, False), "energy_mwh"),
        (lambda: operational.operational_energy_mwh(1.0, 0.9, False), "pue"),
        (lambda: operational.emissions_tco2e(-1.0, 0.4), "energy_mwh"),
        (lambda: operational.emissions_tco2e(1.0, -0.4), "intensity_kg_per_kwh"),
        (lambda: operational.implied_intensity_kg_per_kwh(1.0, 0.0), "energy_mwh"),
        (lambda: operational.implied_power_w(-1.0, 1.0), "energy_mwh"),
        (lambda: operational.implied_power_w(1.0, 0.0), "accelerator_hours_h"),
        (lambda: operational.emissions_per_hour_kgco2e(-1.0, 1.0), "emissions_tco2e"),
        (lambda: operational.emissions_per_hour_kgco2e(1.0, 0.0), "accelerator_hours_h"),
        (lambda: reconciliation.truncation_interval(3.0, 1.0, 2.0), "value"),
        (lambda: operational.comparison_group("rack", True), "boundary"),
        (lambda: reconciliation.product_interval([-1.0], [1.0]), "lows"),
        (lambda: reconciliation.product_interval([2.0], [1.0]), "lows"),
        (lambda: reconciliation.overlap(2.0, 1.0, 0.0, 1.0), "low"),
        (lambda: reconciliation.gap_percent(-1.0, 1.0), "values"),
    ],
)
def test_nonsense_is_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()


def test_energies_of_one_boundary_add_up():
    assert operational.total_energy_mwh([36.0, 59.0], ["accelerator with PUE"] * 2) == 95.0


@pytest.mark.parametrize(
    "groups",
    [
        ["accelerator", "facility"],
        ["accelerator", "accelerator with PUE"],
        ["unknown", "unknown"],
        ["unknown with PUE"] * 2,
    ],
)
def test_energies_of_different_or_unknown_boundaries_do_not_add_up(groups):
    with pytest.raises(ValueError, match="boundaries"):
        operational.total_energy_mwh([1.0, 2.0], groups)


def test_node_energy_becomes_facility_energy_and_accelerator_energy_does_not():
    assert operational.comparison_group("node", True) == "facility"
    assert operational.comparison_group("accelerator", True) == "accelerator with PUE"
    assert operational.comparison_group("accelerator", False) == "accelerator"


def test_intervals_of_products_by_hand():
    low, high = reconciliation.product_interval([2.0, 0.5], [4.0, 1.5])
    assert (low, high) == (1.0, 6.0)


def test_intervals_that_touch_share_a_point():
    assert reconciliation.overlap(1.0, 2.0, 2.0, 3.0)
    assert not reconciliation.overlap(1.0, 2.0, 2.001, 3.0)
    assert reconciliation.overlap(2.0, 3.0, 1.0, 2.0)


def test_a_cut_digit_allows_one_unit_above_and_nothing_below():
    assert reconciliation.truncation_interval(449.0, 448.5, 449.5) == (449.0, 450.0)
    assert reconciliation.truncation_interval(1.1, 1.1, 1.1) == (1.1, 1.1)


def test_implied_power_undoes_the_energy():
    energy = operational.energy_from_hours_mwh(82_432.0, 400.0)
    assert operational.implied_power_w(energy, 82_432.0) == pytest.approx(400.0)
    # 11.25 t over 150,000 h is 75 g an hour.
    assert operational.emissions_per_hour_kgco2e(11.25, 150_000.0) == pytest.approx(0.075)


def test_gap_and_factor():
    assert reconciliation.gap_percent(80.73, 101.0) == pytest.approx(-20.07, abs=0.005)
    assert reconciliation.factor_apart(12.9, 2040.0) == pytest.approx(158.1, abs=0.05)
    assert np.isnan(reconciliation.factor_apart(0.0, 5.0))
    assert np.isnan(reconciliation.gap_percent(1.0, 0.0))
