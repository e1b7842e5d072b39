"""Kernels of the fleet: what is added, serves, retires and waits; energy; embodied carbon."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ai_lifecycle.fleet import footprint, installed_base

COUNTS = arrays.arrays(
    float, st.tuples(st.integers(1, 3), st.integers(1, 12)), elements=st.integers(0, 10**6)
)
LIFE, SHAPE = st.floats(0.1, 20), st.floats(0.5, 10)
QUICK = settings(max_examples=60, deadline=None)


# Additions and first power -----------------------------------------------------------------------


def test_additions_are_differences_and_the_first_is_all_so_far():
    assert installed_base.additions([[3.0, 3.0, 10.0]]).tolist() == [[3.0, 0.0, 7.0]]


@QUICK
@given(COUNTS)
def test_additions_sum_to_the_cumulative_count(added):
    cumulative = np.cumsum(added, axis=-1)
    found = installed_base.additions(cumulative)
    assert np.array_equal(found, added)
    assert np.array_equal(np.cumsum(found, axis=-1), cumulative)


@pytest.mark.parametrize("bad", [[2.0, 1.0], [-1.0, 1.0], [1.0, np.nan]])
def test_a_count_that_falls_or_is_missing_is_refused(bad):
    with pytest.raises(ValueError, match="cumulative_units"):
        installed_base.additions(bad)


def test_a_delay_moves_units_and_keeps_what_waits():
    added = np.array([1.0, 2.0, 4.0])
    assert installed_base.delayed(added, 0).tolist() == [1.0, 2.0, 4.0]
    assert installed_base.delayed(added, 1).tolist() == [0.0, 1.0, 2.0]
    for beyond in (3, 4, 9):
        assert installed_base.delayed(added, beyond).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("delay", [-1, 0.5, float("nan")])
def test_a_delay_that_is_no_whole_number_is_refused(delay):
    with pytest.raises(ValueError, match="delay_quarters"):
        installed_base.delayed([1.0], delay)


# Survival ----------------------------------------------------------------------------------------


def test_survival_is_one_at_zero_and_one_half_at_the_median():
    share = installed_base.survival_share([0.0, 4.0, 8.0], 4.0, 3.0)
    # Twice the median at shape 3: 2^-(2^3) = 1/256.
    assert share.tolist() == [1.0, 0.5, 1 / 256]


@QUICK
@given(st.lists(st.floats(0, 40), min_size=2, max_size=8), LIFE, SHAPE)
def test_survival_falls_with_age_and_stays_a_share(ages, life, shape):
    share = installed_base.survival_share(np.sort(ages), life, shape)
    assert ((share >= 0) & (share <= 1)).all()
    assert (np.diff(share) <= 0).all()


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((-1, 5, 4), "age_years"), ((1, 0, 4), "median_life_years"), ((1, 5, 0), "shape")],
)
def test_survival_refuses_what_cannot_be(arguments, name):
    with pytest.raises(ValueError, match=name):
        installed_base.survival_share(*arguments)


def test_in_service_by_hand():
    """Two cohorts; half are left at age 3/8 years, the middle of a quarter plus one."""
    base = installed_base.in_service([8.0, 4.0], 0.375, 1.0)
    first = 2 ** -(1 / 3)
    assert base == pytest.approx([8 * first, 8 * 0.5 + 4 * first], rel=1e-12)


@QUICK
@given(COUNTS, LIFE, SHAPE, st.integers(0, 3))
def test_in_service_retired_and_waiting_are_what_was_sold(added, life, shape, delay):
    sold = np.cumsum(added, axis=-1)
    powered = installed_base.delayed(added, delay)
    serving = installed_base.in_service(powered, life, shape)
    retired = np.cumsum(powered, axis=-1) - serving
    waiting = sold - np.cumsum(powered, axis=-1)
    slack = 1e-9 * (1 + sold)
    assert (serving >= 0).all()
    assert (retired >= -slack).all()
    assert (waiting >= 0).all()
    assert np.allclose(serving + retired + waiting, sold)
    # What is retired does not come back.
    assert (np.diff(retired, axis=-1) >= -slack[..., 1:]).all()


@QUICK
@given(COUNTS, SHAPE)
def test_without_retirement_all_that_was_powered_serves(added, shape):
    base = installed_base.in_service(added, np.inf, shape)
    assert np.allclose(base, np.cumsum(added, axis=-1), rtol=1e-12)


@QUICK
@given(COUNTS, SHAPE, LIFE, LIFE)
def test_a_longer_life_keeps_more(added, shape, one, other):
    short, long = sorted((one, other))
    lasting = installed_base.in_service(added, long, shape)
    assert (installed_base.in_service(added, short, shape) <= lasting + 1e-9 * (1 + lasting)).all()


def test_mean_over_a_quarter_is_of_its_ends():
    assert installed_base.mean_over_quarter([[2.0, 6.0]]).tolist() == [[1.0, 4.0]]
    with pytest.raises(ValueError, match="units_at_end"):
        installed_base.mean_over_quarter([-1.0])


# Energy and embodied carbon ----------------------------------------------------------------------


def test_mean_power_by_hand():
    # 1.4 x (0.5 + 0.5 x 0.2) = 0.84; busy all the time, idle power does not matter.
    assert footprint.mean_power_over_rated(1.4, 0.5, 0.2) == pytest.approx(0.84)
    assert footprint.mean_power_over_rated(1.4, 1.0, 0.2) == 1.4
    assert footprint.mean_power_over_rated(1.4, 0.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((-1, 0.5, 0.2), "at_work_over_rated"),
        ((1, 1.1, 0.2), "share_of_time_at_work"),
        ((1, 0.5, -0.1), "idle_over_at_work"),
    ],
)
def test_mean_power_refuses_what_cannot_be(arguments, name):
    with pytest.raises(ValueError, match=name):
        footprint.mean_power_over_rated(*arguments)


def test_energy_by_hand():
    # A million at 500 W, drawn 1.2 fold, PUE 1.25, 2,000 h: 1.5 TWh.
    assert footprint.facility_energy_gwh(1e6, 500, 1.2, 1.25, 2000) == pytest.approx(1500)


@QUICK
@given(st.lists(st.floats(0, 1e6), min_size=5, max_size=5), st.integers(0, 4), st.floats(0, 10))
def test_energy_is_proportional_to_each_factor(values, which, times):
    values[3] = 1 + values[3] % 1
    once = footprint.facility_energy_gwh(*values)
    scaled = list(values)
    scaled[which] = values[which] * (times if which != 3 else 1 + times)
    ratio = times if which != 3 else 1 + times
    assert footprint.facility_energy_gwh(*scaled) == pytest.approx(ratio * once, rel=1e-9)


@pytest.mark.parametrize("pue", [0.99, np.inf, np.nan])
def test_a_pue_below_one_or_not_finite_is_refused(pue):
    with pytest.raises(ValueError, match="pue"):
        footprint.facility_energy_gwh(1, 1, 1, pue, 1)


@pytest.mark.parametrize(
    ("place", "name"),
    [(0, "mean_units"), (1, "rated_power_w"), (2, "power_over_rated"), (4, "hours")],
)
def test_energy_refuses_a_negative(place, name):
    values = [1.0, 1.0, 1.0, 1.1, 1.0]
    values[place] = -1.0
    with pytest.raises(ValueError, match=name):
        footprint.facility_energy_gwh(*values)


def test_embodied_by_hand_and_missing_is_refused():
    assert footprint.embodied_tco2e([0.0, 2000.0], 164.0).tolist() == [0.0, 328.0]
    with pytest.raises(ValueError, match="embodied_kgco2e"):
        footprint.embodied_tco2e(1.0, np.nan)
    with pytest.raises(ValueError, match="number"):
        footprint.embodied_tco2e(-1.0, 1.0)
