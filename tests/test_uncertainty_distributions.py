"""Inverse cumulative functions against SciPy, the rules of the ranges, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ai_lifecycle import constants, physical_limits
from ai_lifecycle.uncertainty import cumulative
from ai_lifecycle.uncertainty import distributions as d

QUICK = settings(max_examples=40, deadline=None, derandomize=True)
U = np.concatenate([[1e-12, 1e-6, 0.05, 0.5, 0.95, 1 - 1e-9], np.linspace(0.001, 0.999, 997)])
Z = stats.norm.ppf(0.95)
GROWTH = (3.5 - 2.0) / (2.0 - 1.2)
SCALE = (2.0 - 1.2) / (1 - 1 / GROWTH)
SHAPE = {"s": np.log(GROWTH) / Z, "scale": SCALE, "loc": 2.0 - SCALE}


def lognormal_within(minimum, maximum):
    """Moments of the truncated lognormal by quadrature on its quantiles: a second route."""
    whole = stats.lognorm(**SHAPE)
    nodes, weights = np.polynomial.legendre.leggauss(300)
    below, until = whole.cdf(minimum), whole.cdf(maximum)
    x = whole.ppf(below + (nodes + 1) / 2 * (until - below))
    mean = (x * weights).sum() / 2
    return mean, ((x - mean) ** 2 * weights).sum() / 2


CASES = {
    "uniform": (d.from_range("uniform", 2, 1, 4), stats.uniform(1, 3)),
    "triangular": (d.from_range("triangular", 2, 1, 4), stats.triang(1 / 3, 1, 3)),
    "triangular at its low end": (d.from_range("triangular", 1, 1, 4), stats.triang(0, 1, 3)),
    "triangular at its high end": (d.from_range("triangular", 4, 1, 4), stats.triang(1, 1, 3)),
    "pert": (d.from_range("pert", 2, 1, 4), stats.beta(1 + 4 / 3, 1 + 8 / 3, 1, 3)),
    "normal": (d.from_range("normal", 2, 1, 3), stats.norm(2, 1 / Z)),
    "lognormal": (d.from_range("lognormal", 2, 1.2, 3.5), stats.lognorm(**SHAPE)),
    "truncated_normal": (
        d.from_range("truncated_normal", 2, 1, 3, minimum=1.5, maximum=4),
        stats.truncnorm(-0.5 * Z, 2 * Z, 2, 1 / Z),
    ),
    "truncated_normal on one side": (
        d.from_range("truncated_normal", 2, 1, 3, minimum=0),
        stats.truncnorm(-2 * Z, np.inf, 2, 1 / Z),
    ),
    "empirical": (
        d.empirical([3.0, 1.0, 2.0, 7.0]),
        stats.rv_histogram((np.ones(3) / 3, np.array([1.0, 2.0, 3.0, 7.0])), density=False),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_quantiles_mean_and_variance_are_those_of_scipy(name):
    ours, theirs = CASES[name]
    assert d.inverse(ours, U) == pytest.approx(theirs.ppf(U), rel=1e-9, abs=1e-12)
    mean, variance = d.moments(ours)
    assert mean == pytest.approx(theirs.mean(), rel=1e-12)
    assert variance == pytest.approx(theirs.var(), rel=1e-10)


@pytest.mark.parametrize("name", CASES)
def test_probabilities_are_those_of_scipy(name):
    ours, theirs = CASES[name]
    x = np.concatenate([np.linspace(0.2, 8, 200), theirs.ppf([0.001, 0.4, 0.999])])
    assert cumulative.below(ours, x) == pytest.approx(theirs.cdf(x), abs=1e-12)


def test_probability_of_a_truncated_lognormal_undoes_its_quantiles():
    ours = d.from_range("truncated_lognormal", 2, 1.2, 3.5, minimum=1.0, maximum=5.0)
    assert cumulative.below(ours, d.inverse(ours, U)) == pytest.approx(U, abs=1e-9)
    assert cumulative.below(ours, [-1.0, 1.0, 5.0, 9.0]).tolist() == [0, 0, 1, 1]


def test_truncated_lognormal_is_the_lognormal_between_its_ends():
    ours = d.from_range("truncated_lognormal", 2, 1.2, 3.5, minimum=1.0, maximum=5.0)
    whole = stats.lognorm(**SHAPE)
    below, until = whole.cdf([1.0, 5.0])
    assert d.inverse(ours, U) == pytest.approx(whole.ppf(below + U * (until - below)), rel=1e-9)
    assert d.inverse(ours, [0.0, 1.0]) == pytest.approx([1.0, 5.0])
    assert d.moments(ours) == pytest.approx(lognormal_within(1.0, 5.0), rel=1e-6)


def test_fixed_is_its_value_whatever_the_range():
    fixed = d.from_range("fixed", 3, 1, 9)
    assert d.inverse(fixed, [0.1, 0.9]).tolist() == [3.0, 3.0]
    assert d.moments(fixed) == (3.0, 0.0)


def test_empirical_quantiles_are_numpys():
    values = np.random.default_rng(1).normal(size=31)
    assert d.inverse(d.empirical(values), U) == pytest.approx(np.quantile(values, U))


@QUICK
@given(st.floats(-5, 5), st.floats(0.01, 10), st.floats(1.05, 20))
def test_a_lognormal_passes_through_its_three_numbers(low, below, growth):
    value, high = low + below, low + below + below * growth
    made = d.from_range("lognormal", value, low, high)
    found = d.inverse(made, [0.05, 0.5, 0.95])
    assert found == pytest.approx([low, value, high], rel=1e-9, abs=1e-9)
    assert d.from_quantiles("lognormal", low, value, high) == made


def test_a_plain_lognormal_needs_no_shift():
    made = d.from_range("lognormal", 2.0, 1.0, 4.0)
    assert made.parameters[0] == pytest.approx(0.0, abs=1e-12)
    assert made.parameters[1] == pytest.approx(np.log(2))


@QUICK
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 100))
def test_a_triangle_from_quantiles_has_them(first, second, width):
    mode = first * width
    low, high = -second, mode + width
    made = d.from_quantiles("triangular", low, mode, high)
    assert d.inverse(made, [0.05, 0.95]) == pytest.approx([low, high], rel=1e-9, abs=1e-9)
    assert made.parameters[1] == mode


def test_a_uniform_from_quantiles_has_them():
    made = d.from_quantiles("uniform", 1.0, 2.0, 4.0)
    assert d.inverse(made, [0.05, 0.95]) == pytest.approx([1.0, 4.0])


def test_an_empirical_one_passes_through_percentiles_that_lean_either_way():
    for middle in (1.5, 2.0, 3.5):
        made = d.from_quantiles("empirical", 1.0, middle, 4.0, minimum=0.95)
        assert d.inverse(made, [0.05, 0.5, 0.95]) == pytest.approx([1.0, middle, 4.0])
        # As dense beyond a percentile as beside it: quantiles go straight on, up to the end.
        low, inner = d.inverse(made, [0.0, 0.25])
        assert low == pytest.approx(max(0.95, 1.0 - (inner - 1.0) / 4))
        assert d.inverse(made, 1.0) == pytest.approx(4.0 + (4.0 - middle) / 9)


@QUICK
@given(st.sampled_from(sorted(CASES)), st.lists(st.floats(0, 1), min_size=2, max_size=9))
def test_quantiles_never_fall(name, probabilities):
    found = d.inverse(CASES[name][0], np.sort(probabilities))
    assert (np.diff(found[np.isfinite(found)]) >= 0).all()


def test_shapes_are_kept():
    for made, _ in CASES.values():
        assert d.inverse(made, np.full((2, 3), 0.3)).shape == (2, 3)
        assert d.inverse(made, 0.3).shape == ()


def test_every_constant_of_the_table_has_a_distribution():
    """Ranges suit their kinds; no draw, however rare, is what the quantity cannot be."""
    for name, constant in constants.load().items():
        made = d.of_constant(constant)
        found = d.inverse(made, [2.0**-53, 0.5, 1 - 2.0**-53])
        assert np.all(np.isfinite(found)), name
        assert physical_limits.broken(name, constant.unit, found) is None, name
        if constant.distribution == "lognormal":
            assert found[1] == pytest.approx(constant.value), name
    made = d.of_constant(constants.load()["training.experimentation_multiplier"])
    assert made.parameters[-2:] == (1.0, np.inf)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: d.from_range("gaussian", 1, 0, 2), "kind"),
        (lambda: d.from_range("empirical", 1, 0, 2), "kind"),
        (lambda: d.from_range("uniform", np.nan, 0, 2), "value must be finite"),
        (lambda: d.from_range("uniform", 1, np.nan, 2), "low must be finite"),
        (lambda: d.from_range("uniform", 1, 0), "high must be finite"),
        (lambda: d.from_range("triangular", 3, 0, 2), "value must lie between low and high"),
        (lambda: d.from_range("uniform", 1, 1, 1), "value must lie between low and high"),
        (lambda: d.from_range("pert", 1, 2, 0), "value must lie between low and high"),
        (lambda: d.from_range("normal", 1.1, 0, 2), "value of a normal"),
        (lambda: d.from_range("lognormal", 1, 0, 2), "value of a lognormal"),
        (lambda: d.from_range("lognormal", 0, 0, 2), "value of a lognormal"),
        (lambda: d.from_range("normal", 1, 0, 2, minimum=0), "minimum and maximum are for"),
        (lambda: d.from_range("truncated_normal", 1, 0, 2, 5, 4), "minimum and maximum leave"),
        (lambda: d.from_quantiles("pert", 0, 1, 2), "kind"),
        (lambda: d.from_quantiles("triangular", 2, 1, 0), "value must lie between"),
        (lambda: d.from_quantiles("empirical", 0, 3, 2), "value must lie between"),
        (lambda: d.from_quantiles("empirical", 0, 1, 2, minimum=0.1), "must not cut off"),
        (lambda: d.empirical([1.0]), "values"),
        (lambda: d.empirical([1.0, np.nan]), "values"),
        (lambda: d.inverse(d.empirical([1, 2]), 1.1), "probability must lie between"),
        (lambda: cumulative.below(d.from_range("fixed", 1), 1.0), "must not be fixed"),
        (lambda: cumulative.below(d.empirical([1, 2]), np.nan), "value must be finite"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
