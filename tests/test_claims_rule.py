"""Ranges and the rule of the verdicts: by hand, by property, by refusal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle.claims import ranges, verdicts

NAN = float("nan")


@pytest.mark.parametrize(
    ("low", "high", "claimed_low", "claimed_high", "expected"),
    [
        (1.0, 2.0, 2.0, 3.0, True),  # they touch
        (1.0, 1.9, 2.0, 3.0, False),
        (3.1, 4.0, 2.0, 3.0, False),
        (2.2, 2.4, 2.0, 3.0, True),
        (1.0, 9.0, 2.0, 3.0, True),
        (1.0, 1.0, NAN, 1.0, True),  # open below
        (1.1, 1.2, NAN, 1.0, False),
        (9.0, 9.0, 2.0, NAN, True),  # open above
        (1.0, 1.9, 2.0, NAN, False),
        (NAN, NAN, 2.0, 3.0, False),  # nothing recomputed
        (NAN, NAN, NAN, NAN, False),
    ],
)
def test_ranges_that_share_a_point_agree(low, high, claimed_low, claimed_high, expected):
    assert bool(verdicts.overlaps(low, high, claimed_low, claimed_high)) is expected


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("charitable", [True, False])
@pytest.mark.parametrize("qualified", [True, False])
def test_the_rule_in_full(stated, charitable, qualified):
    expected = verdicts.INCONSISTENT
    if stated:
        expected = verdicts.QUALIFIED if qualified else verdicts.REPRODUCED
    elif charitable:
        expected = verdicts.QUALIFIED
    assert verdicts.verdict([stated], [charitable], [qualified], [True]).tolist() == [expected]
    found = verdicts.verdict([stated], [charitable], [qualified], [False])
    assert found.tolist() == [verdicts.UNTESTABLE]


def test_ends_by_hand():
    # 42.5 +- 4 and 86.5 +- 4: 38.5/90.5 and 46.5/82.5; shares 38.5/129 and 46.5/129.
    assert ranges.ratio_range(38.5, 46.5, 82.5, 90.5) == pytest.approx((38.5 / 90.5, 46.5 / 82.5))
    assert ranges.share_range(38.5, 46.5, 82.5, 90.5) == pytest.approx((38.5 / 129, 46.5 / 129))
    assert ranges.common_range([0.44, 0.45], [0.46, 0.47]) == (0.45, 0.46)
    least, most = ranges.common_range([0.44, 0.47], [0.46, 0.48])
    assert least > most
    # 80 over 32 GB in three years is 2.5 ** (2/3) in two.
    assert ranges.growth_over(2.5, 3.0, 2.0) == pytest.approx(1.8420, abs=1e-4)
    assert ranges.power_law_exponent(9.0, 3.0, 1.0, 81.0) == pytest.approx(0.25)
    # Stalls that leave 44 of 100 units: 100/44 - 1.
    assert ranges.gain_without_stalls(0.56) == pytest.approx(1.272727, abs=1e-6)
    assert ranges.gain_without_stalls(0.0) == 0.0


@settings(max_examples=200, deadline=None)
@given(
    st.floats(0.1, 100), st.floats(0, 0.9), st.floats(0.1, 100), st.floats(0, 0.9),
    st.floats(-1, 1), st.floats(-1, 1),
)  # fmt: skip
def test_the_truth_lies_inside_if_each_argument_does(part, error, other, other_error, a, b):
    ends = (part * (1 - error), part * (1 + error))
    other_ends = (other * (1 - other_error), other * (1 + other_error))
    true, true_other = part * (1 + a * error), other * (1 + b * other_error)
    slack = 1e-12
    low, high = ranges.ratio_range(*ends, *other_ends)
    assert low * (1 - slack) <= true / true_other <= high * (1 + slack)
    low, high = ranges.share_range(*ends, *other_ends)
    assert low * (1 - slack) <= true / (true + true_other) <= high * (1 + slack)


def test_scalar_and_array_agree():
    lows, highs = np.array([1.0, 2.0]), np.array([2.0, 4.0])
    low, high = ranges.ratio_range(lows, highs, 2.0, 4.0)
    assert (low.tolist(), high.tolist()) == ([0.25, 0.5], [1.0, 2.0])
    assert ranges.growth_over([4.0, 9.0], 2.0, 1.0).tolist() == [2.0, 3.0]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: verdicts.overlaps(2.0, 1.0, 0.0, 1.0), "low"),
        (lambda: verdicts.overlaps(1.0, 2.0, 1.0, 0.0), "claimed_low"),
        (lambda: verdicts.verdict([True], [True, False], [True], [True]), "one shape"),
        (lambda: ranges.ratio_range(-1.0, 1.0, 1.0, 2.0), "low must not be negative"),
        (lambda: ranges.ratio_range(2.0, 1.0, 1.0, 2.0), "low must not be above"),
        (lambda: ranges.ratio_range(1.0, 2.0, 0.0, 2.0), "divisor_low must be above zero"),
        (lambda: ranges.ratio_range(NAN, 2.0, 1.0, 2.0), "low"),
        (lambda: ranges.share_range(0.0, 0.0, 0.0, 0.0), "above zero"),
        (lambda: ranges.share_range(1.0, 2.0, -1.0, 2.0), "rest_low"),
        (lambda: ranges.common_range([2.0], [1.0]), "low"),
        (lambda: ranges.growth_over(0.0, 1.0, 1.0), "ratio"),
        (lambda: ranges.growth_over(2.0, 0.0, 1.0), "years"),
        (lambda: ranges.growth_over(2.0, 1.0, -1.0), "period_years"),
        (lambda: ranges.power_law_exponent(1.0, 2.0, 3.0, 3.0), "differ"),
        (lambda: ranges.power_law_exponent(0.0, 2.0, 3.0, 4.0), "first"),
        (lambda: ranges.gain_without_stalls(1.0), "below one"),
        (lambda: ranges.gain_without_stalls(-0.1), "stall_share"),
    ],
)
def test_nonsense_is_refused_by_name(call, word):
    with pytest.raises(ValueError, match=word):
        call()
