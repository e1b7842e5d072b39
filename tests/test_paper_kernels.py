"""Kernels behind the figures of the two papers: by hand, by property, by refusal."""

import numpy as np
import pytest

from ai_lifecycle.paper_figures import embodied_share, federated, power, utilisation


def test_linear_power_by_hand():
    # Idle 100 W, full 300 W, one hour of work at full speed: at u = 0.5 the work takes 2 h at
    # 200 W, 400 Wh = 200 + 100 / 0.5; at u = 1 it takes 1 h at 300 W.
    energy = utilisation.footprint_of_work([0.5, 1.0], 200.0, 100.0)
    assert energy.tolist() == [400.0, 300.0]
    assert utilisation.inverse_fit([0.5, 1.0], energy) == (200.0, 100.0)
    assert utilisation.idle_power_share(200.0, 100.0) == pytest.approx(1 / 3)


def test_fit_without_fixed_part_by_hand():
    # sum(xy) / sum(x^2) with x = 2, 1 and y = 4, 3: (8 + 3) / (4 + 1).
    assert utilisation.proportional_fit([0.5, 1.0], [4.0, 3.0]) == pytest.approx(2.2)


def test_reductions_by_hand():
    # Half of half of one is a quarter; a fifth off 1.25 leaves one.
    assert power.compounded_reduction([0.5, 0.5]) == 0.75
    assert power.optimised_power(1.25, 0.2) == pytest.approx(1.0)
    assert power.relative_reduction(1.25, 1.0) == pytest.approx(0.2)
    assert power.optimised_power_range(1.0, 2.0, 0.1, 0.5) == (0.5, 1.8)


def test_ladder_by_hand():
    # 6.7 x 10.1 x 2.4 x 5 = 812.04; 10.1 x 2.4 x 5 = 121.2; 12; 5; 1.
    assert power.power_ladder([6.7, 10.1, 2.4, 5.0]) == pytest.approx([812.04, 121.2, 12, 5, 1])


def test_federated_energy_by_hand_and_back():
    # 1,000 h x 3 W + 200 h x 7.5 W = 4.5 kWh; 3 kWh at 0.4 kg/kWh are 1.2 kg, and back.
    assert federated.federated_energy_kwh(1000.0, 200.0, 3.0, 7.5) == 4.5
    assert federated.hours_behind_emissions(1.2, 3.0, 0.4) == pytest.approx(1000.0)


def test_embodied_rate_by_hand():
    # 2,000 kg / (4 x 8,766 h x 0.5) = 0.11408 kg/h; 80,000 accelerator-hours in eights 1.1408 t.
    rate = embodied_share.embodied_rate_kgco2e_per_h(2000.0, 4.0, 0.5)
    assert rate == pytest.approx(2000 / 17532)
    assert embodied_share.embodied_tco2e(80_000.0, 8.0, rate) == pytest.approx(1.14077, abs=1e-5)


def test_all_used_hours_of_a_life_carry_the_whole_system():
    used_hours = 3 * 365.25 * 24 * 0.3
    rate = embodied_share.embodied_rate_kgco2e_per_h(2000.0, 3.0, 0.3)
    assert rate * used_hours == pytest.approx(2000.0)


def test_implied_power_undoes_the_ratio():
    # 0.6 kW x PUE 1.1 x 0.4 kg/kWh = 0.264 kg/h operational; embodied 0.132 kg/h is half of it.
    assert embodied_share.implied_power_kw(0.132, 0.5, 1.1, 0.4) == pytest.approx(0.6)


def test_scalar_array_and_broadcast_agree():
    shares = np.array([0.3, 0.45, 0.6])
    years = np.array([[3.0], [5.0]])
    grid = embodied_share.embodied_rate_kgco2e_per_h(2000.0, years, shares)
    assert grid.shape == (2, 3)
    assert grid[1, 2] == embodied_share.embodied_rate_kgco2e_per_h(2000.0, 5.0, 0.6)
    assert embodied_share.embodied_rate_kgco2e_per_h(0.0, 4.0, 0.5) == 0.0
    assert (np.diff(grid, axis=1) < 0).all()


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: utilisation.inverse_fit([0.0, 0.5], [1.0, 1.0]), "utilisation"),
        (lambda: utilisation.inverse_fit([0.5, 0.5], [1.0, 1.0]), "utilisation"),
        (lambda: utilisation.inverse_fit([0.5, 1.0], [1.0]), "footprint"),
        (lambda: utilisation.proportional_fit([0.5, 1.2], [1.0, 1.0]), "utilisation"),
        (lambda: utilisation.idle_power_share(-1.0, 1.0), "fixed"),
        (lambda: power.optimised_power(-1.0, 0.1), "baseline"),
        (lambda: power.optimised_power(1.0, 1.1), "reduction"),
        (lambda: power.compounded_reduction([0.2, -0.1]), "reductions"),
        (lambda: power.relative_reduction(0.0, 1.0), "before"),
        (lambda: power.power_ladder([2.0, 0.0]), "gains"),
        (lambda: federated.federated_energy_kwh(-1.0, 0.0, 3.0, 7.5), "computation_h"),
        (lambda: federated.hours_behind_emissions(1.0, 0.0, 0.4), "power_w"),
        (lambda: embodied_share.embodied_rate_kgco2e_per_h(2000.0, 0.0, 0.5), "lifetime_years"),
        (lambda: embodied_share.embodied_rate_kgco2e_per_h(2000.0, 4.0, 1.5), "utilisation"),
        (lambda: embodied_share.embodied_tco2e(-1.0, 8.0, 0.1), "accelerator_hours_h"),
        (lambda: embodied_share.embodied_tco2e(1.0, 0.0, 0.1), "accelerators_per_system"),
        (lambda: embodied_share.implied_power_kw(0.1, 0.5, 0.9, 0.4), "pue"),
    ],
)
def test_nonsense_is_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()
