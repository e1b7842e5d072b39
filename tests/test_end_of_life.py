"""End of life kept in two accounts, reuse counted once, and the break-even of a refresh."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ai_lifecycle import tables
from ai_lifecycle.end_of_life import refresh, treatment

POSITIVE = st.floats(0.01, 1e4)


def test_treatment_by_hand():
    # A board of 24 kg: 24 x 1000 x 5.04e-5 = 1.2096 kg haul; 24 x 1.5062 = 36.1488 kg.
    haul, treated = treatment.treatment_kgco2e(24.0, 1000.0, 5.04e-5, 1.5062)
    assert (haul, treated) == (pytest.approx(1.2096), pytest.approx(36.1488))


def test_what_is_not_collected_is_not_treated():
    whole = treatment.treatment_kgco2e(10.0, 100.0, 1e-4, 1.5)
    half = treatment.treatment_kgco2e(10.0, 100.0, 1e-4, 1.5, 0.5)
    assert half == pytest.approx(whole / 2)
    assert treatment.treatment_kgco2e(0.0, 100.0, 1e-4, 1.5).tolist() == [0.0, 0.0]


def test_the_credit_is_a_number_of_its_own_and_not_negative():
    assert treatment.avoided_burden_kgco2e(1312.0, 0.03) == pytest.approx(39.36)
    assert treatment.avoided_burden_kgco2e(1312.0, 0.0) == 0


def test_no_table_nets_a_credit():
    columns = set(tables.declaration("end_of_life"))
    assert not {name for name in columns if "net" in name.split("_")}
    assert {"cut_off_kgco2e", "avoided_burden_kgco2e"} <= columns


def test_a_longer_life_or_a_credit_not_both():
    assert treatment.yearly_embodied_kgco2e(1200.0, 4.0) == 300
    assert treatment.yearly_embodied_kgco2e(1200.0, 4.0, extension_years=2.0) == 200
    assert treatment.yearly_embodied_kgco2e(1200.0, 4.0, second_life_credit_kgco2e=200) == 250
    with pytest.raises(ValueError, match=r"second_life_credit_kgco2e: .* not both"):
        treatment.yearly_embodied_kgco2e(1200.0, 4.0, 2.0, 200.0)
    with pytest.raises(ValueError, match="must not exceed embodied_kgco2e"):
        treatment.yearly_embodied_kgco2e(1200.0, 4.0, 0.0, 1300.0)


def test_spared_power_by_hand():
    # Three old ones of 400 W against one of 700 W.
    assert refresh.spared_power_w(400.0, 700.0, 3.0) == 500
    assert refresh.spared_power_w(700.0, 1000.0, 1.3) == pytest.approx(-90)


def test_breakeven_by_hand():
    # 0.5 kW x 0.7 x 8766 h x 1.1 x 0.4 kg/kWh = 1349.96 kg a year; 164 kg.
    yearly = 0.5 * 0.7 * 8766 * 1.1 * 0.4
    assert refresh.breakeven_years(164.0, 500.0, 0.4, 1.1, 0.7) == pytest.approx(164 / yearly)


@pytest.mark.parametrize(
    ("spared", "intensity", "use"), [(0.0, 0.4, 0.7), (-90.0, 0.4, 0.7), (500, 0, 0.7), (500, 1, 0)]
)
def test_what_spares_nothing_never_repays(spared, intensity, use):
    assert refresh.breakeven_years(164.0, spared, intensity, 1.1, use) == np.inf


def test_what_cost_nothing_has_repaid_at_once():
    assert refresh.breakeven_years(0.0, -90.0, 0.4, 1.1, 0.7) == 0


@given(POSITIVE, POSITIVE, st.floats(0.01, 1.0), st.floats(1.1, 5.0))
def test_dirtier_grids_repay_sooner_in_proportion(embodied, spared, intensity, factor):
    one = refresh.breakeven_years(embodied, spared, intensity, 1.1, 0.7)
    other = refresh.breakeven_years(embodied, spared, factor * intensity, 1.1, 0.7)
    assert other == pytest.approx(one / factor, rel=1e-9)
    twice = refresh.breakeven_years(2 * embodied, spared, intensity, 1.1, 0.7)
    assert twice == pytest.approx(2 * one, rel=1e-9)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: treatment.treatment_kgco2e(-1, 1, 1, 1), "mass_kg"),
        (lambda: treatment.treatment_kgco2e(1, 1, 1, 1, 1.2), "collected_share"),
        (lambda: treatment.avoided_burden_kgco2e(1, -0.1), "credit_share"),
        (lambda: treatment.yearly_embodied_kgco2e(1, 0), "first_life_years"),
        (lambda: refresh.spared_power_w(-1, 1, 1), "old_power_w"),
        (lambda: refresh.spared_power_w(1, 1, 0), "throughput_ratio"),
        (lambda: refresh.breakeven_years(np.nan, 1, 1, 1, 1), "new_embodied_kgco2e"),
        (lambda: refresh.breakeven_years(1, 1, 1, 0.9, 1), "pue"),
        (lambda: refresh.breakeven_years(1, 1, 1, 1, 1.5), "reserved_utilisation"),
    ],
)
def test_out_of_bounds_is_refused_by_name(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def test_the_old_asset_is_sunk():
    """No argument of the break-even takes the old asset's embodied carbon."""
    import inspect

    names = set(inspect.signature(refresh.breakeven_years).parameters)
    assert "new_embodied_kgco2e" in names
    assert not {name for name in names if name.startswith("old_embodied")}
