"""Checks of arguments: what each lets through, and what it says of the rest."""

import numpy as np
import pytest

from ai_lifecycle import bounds

# Check, a value refused below, the least and the most kept, one refused above, whether missing
# passes, words.
BELOW_ZERO, BELOW_ONE, ABOVE_ONE = -5e-324, np.nextafter(1, 0), np.nextafter(1, 2)
CHECKS = [
    (bounds.non_negative, BELOW_ZERO, 0.0, np.inf, None, False, "not be negative or missing"),
    (bounds.positive, 0.0, 5e-324, np.inf, None, False, "be above zero"),
    (bounds.at_least_one, BELOW_ONE, 1.0, np.inf, None, False, "be at least one"),
    (bounds.zero_to_one, BELOW_ZERO, 0.0, 1.0, ABOVE_ONE, False, "lie between zero and one"),
    (bounds.above_zero_to_one, 0.0, 5e-324, 1.0, ABOVE_ONE, False,
     "be above zero and at most one"),
    (bounds.finite, -np.inf, -1.7e308, 1.7e308, np.inf, False, "be finite"),
    (bounds.non_negative_or_missing, BELOW_ZERO, 0.0, np.inf, None, True, "not be negative"),
    (bounds.positive_or_missing, 0.0, 5e-324, np.inf, None, True, "be above zero"),
    (bounds.at_least_one_or_missing, BELOW_ONE, 1.0, np.inf, None, True, "be at least one"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "under", "least", "most", "over", "missing", "words"),
    CHECKS,
    ids=[row[0].__name__ for row in CHECKS],
)
def test_bounds(check, under, least, most, over, missing, words):
    """The arguments stand for: refused below, kept at both ends, refused above, missing."""
    kept = check("x", [[least, most]])
    assert kept.dtype == float
    assert kept.tolist() == [[least, most]]
    assert check("x", 1).shape == ()
    for value in [under] + ([] if over is None else [over]) + ([] if missing else [np.nan]):
        with pytest.raises(ValueError, match=f"^x must {words}$"):
            check("x", [1.0, value])
    if missing:
        assert np.isnan(check("x", [1.0, np.nan])[1])


def test_every_check_is_tested():
    public = {v for k, v in vars(bounds).items() if callable(v) and not k.startswith("_")}
    of_ranges = {bounds.low_to_high, bounds.low_value_high_or_missing}
    assert public == {row[0] for row in CHECKS} | of_ranges


def test_ends_in_order():
    low, high = bounds.low_to_high("low", [1, np.nan], [1, 2])
    assert low.dtype == high.dtype == float
    with pytest.raises(ValueError, match=r"^low must not be above its high end$"):
        bounds.low_to_high("low", [1, 3], [1, 2])


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([[2, 1, 3]], "be in order: low, value, high"),
        ([[1, 3, 2]], "be in order: low, value, high"),
        ([[-1, 0, 1]], "not be negative"),
        ([[1, 2]], "have low, value and high on its last axis"),
        ([1, 2, 3], "have low, value and high on its last axis"),
    ],
)
def test_low_value_high(value, words):
    kept = bounds.low_value_high_or_missing("x", [[1, 1, 2], [np.nan] * 3])
    assert kept[0].tolist() == [1, 1, 2]
    with pytest.raises(ValueError, match=f"^x must {words}$"):
        bounds.low_value_high_or_missing("x", value)
