"""Keyed draws: the sequence is SciPy's, parameters are independent, sharing is exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtri
from scipy.stats import qmc

from ai_lifecycle.uncertainty import philox, plain, sampling

QUICK = settings(max_examples=20, deadline=None, derandomize=True)
NAMES = [f"input {k}" for k in range(12)]
PLACES = list(range(12))


def groups(own, grid="grid A", fleet="fleet B"):
    return [grid, grid, fleet, *[own] * 9]


def sobol(own, **shared):
    return sampling.sobol_uniforms(7, NAMES, groups(own, **shared), PLACES, own)


def test_unscrambled_points_are_those_of_scipy():
    ours = [sampling._points(row, 0, 10) for row in sampling._directions(10)[:20]]
    theirs = qmc.Sobol(20, scramble=False).random_base2(10)
    assert set(map(tuple, np.array(ours).T * 2.0**-52)) == set(map(tuple, theirs))


def test_points_of_one_group_are_a_scrambled_net():
    """Counts in the elementary boxes of two dimensions, and a discrepancy that random has not."""
    points = sampling.sobol_uniforms(3, NAMES, ["m"] * 12, PLACES, "m", exponent=10)
    for row in points:
        assert sorted((row * 1024).astype(int)) == list(range(1024))
    for across in range(11):
        cells = (points[0] * 2**across).astype(int) * 2 ** (10 - across)
        cells += (points[1] * 2 ** (10 - across)).astype(int)
        assert sorted(cells) == list(range(1024))
    random = np.random.default_rng(1).random((1024, 12))
    theirs = qmc.Sobol(12, rng=2).random(1024)
    ours = qmc.discrepancy(points.T, method="MD")
    assert ours < 1.5 * qmc.discrepancy(theirs, method="MD")
    assert ours < 0.5 * qmc.discrepancy(random, method="MD")


def test_scrambles_of_a_point_are_uniform_and_unbiased():
    """The first point over many keys: without a shift it would stand in the corner."""
    first = [sampling.sobol_uniforms(1, ["a"], [g], [0], g, exponent=4)[0, 0]
             for g in map(str, range(400))]  # fmt: skip
    assert stats.kstest(first, "uniform").pvalue > 0.001


def test_shared_draws_are_the_same_and_own_draws_are_not():
    one, two = sobol("model 1"), sobol("model 2")
    assert (one[:3] == two[:3]).all()
    assert not (one[3:] == two[3:]).any(axis=1).any()
    moved = sobol("model 1", grid="grid C")
    assert not (moved[:2] == one[:2]).all(axis=1).any()
    assert (moved[2] == one[2]).all()


def test_a_draw_does_not_depend_on_what_else_is_drawn():
    whole = sobol("model 1")
    kept = [2, 0]
    part = sampling.sobol_uniforms(
        7, [NAMES[k] for k in kept], [groups("model 1")[k] for k in kept], kept, "model 1"
    )
    assert (part == whole[kept]).all()
    own = sampling.sobol_uniforms(7, NAMES[5:], ["m"] * 7, PLACES[5:], "m")
    assert (sampling.sobol_uniforms(7, NAMES[3:], ["m"] * 9, PLACES[3:], "m")[2:] == own).all()


def test_quantities_of_a_model_are_independent():
    """Correlations of values, squares and halves, and boxes of two dimensions."""
    for name in ("model 1", "model 2", "model 3"):
        draws = sobol(name)
        for shape in (lambda x: x - 0.5, lambda x: (x - 0.5) ** 2, lambda x: np.sign(x - 0.5)):
            # Random draws would reach 0.02 in so many pairs.
            assert np.abs(np.corrcoef(shape(draws)) - np.eye(12)).max() < 0.01
        for i in range(12):
            for j in range(i):
                boxes = np.histogram2d(draws[i], draws[j], bins=8, range=[[0, 1], [0, 1]])[0]
                # Each box expects 256; random draws have chi-square 63 on average.
                assert ((boxes - 256) ** 2 / 256).sum() < 80, (i, j)


def test_models_are_independent_of_each_other():
    """Own quantities of six models: the mean square of a correlation is not above random's."""
    draws = np.vstack([sobol(f"model {k}", grid=f"grid {k}")[3:] for k in range(6)])
    found = np.corrcoef(draws) - np.eye(len(draws))
    assert np.sqrt(np.mean(found**2)) < 1 / np.sqrt(2**14)
    assert np.abs(found).max() < 0.25


def test_models_without_an_order_of_their_own_would_be_dependent():
    """Why a group takes the points in its own order: the same dimension scrambled twice."""
    plain_order = [1 << k for k in range(14)]
    both = []
    for group in ("model 1", "model 2"):
        rows = sampling._reordered(sampling._directions(14)[4], plain_order)
        generators, shift = sampling._scrambled(rows, 1, "a", group, 14)
        both.append(sampling._points(generators, shift, 14))
    assert abs(np.corrcoef(both)[0, 1]) > 0.5


def test_an_own_order_is_the_best_of_its_candidates(monkeypatch):
    """The mean of a product of shared and own inputs: better than with any order."""

    def error():
        found = []
        for seed in range(40):
            draws = sampling.sobol_uniforms(seed, NAMES, groups("m"), PLACES, "m")
            found.append(np.prod(1 + (draws - 0.5), axis=0).mean() - 1)
        return float(np.sqrt(np.mean(np.square(found))))

    best = error()
    monkeypatch.setattr(sampling, "CANDIDATES", 1)
    assert best < 0.7 * error()
    assert best < 0.5 * np.sqrt(((1 + 1 / 12) ** 12 - 1) / 2**14)


@QUICK
@given(st.integers(0, 2**31), st.text(max_size=8), st.text(max_size=8))
def test_keys_tell_names_apart(seed, parameter, group):
    key = sampling.key_words(seed, parameter, group)
    assert key.shape == (4,)
    assert (key < 2**32).all()
    others = [(seed + 1, parameter, group), (seed, parameter + "x", group),
              (seed, parameter, group + "x"), (seed, parameter + group, "")]  # fmt: skip
    for other in others:
        if other != (seed, parameter, group):
            assert (sampling.key_words(*other) != key).any()


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([2**32 - 1] * 4, [2**32 - 1] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
)
def test_known_answers_of_philox(counter, key, words):
    """Vectors of the authors' Random123 library."""
    found = philox.words(np.array(counter, np.uint64), np.array(key, np.uint64))
    assert [int(w) for w in found] == words


def test_counter_draws_from_any_place_are_the_same():
    whole = plain.counter_uniforms(1, "pue", "site", 0, 5000)
    for first, count in ((0, 1), (1, 1), (17, 100), (4095, 3), (2500, 0)):
        part = plain.counter_uniforms(1, "pue", "site", first, count)
        assert (part == whole[first : first + count]).all()
    far = plain.counter_uniforms(1, "pue", "site", 2**33, 4)
    assert not np.isin(far, whole).any()


def test_counter_draws_are_uniform_and_independent():
    draws = np.array([plain.counter_uniforms(1, n, g, 0, 100_000)
                      for n in ("a", "b", "c") for g in ("x", "y")])  # fmt: skip
    assert draws.min() > 0
    assert draws.max() < 1
    for row in draws:
        assert stats.kstest(row, "uniform").pvalue > 0.001
        assert abs(np.corrcoef(row[:-1], row[1:])[0, 1]) < 0.015
    assert np.abs(np.corrcoef(draws) - np.eye(6)).max() < 0.015


def test_compiled_functions_are_the_librarys():
    u = np.concatenate([plain.counter_uniforms(1, "a", "b", 0, 20_000),
                        [2.0**-53, 1e-15, 1e-12, 1.4e-11, 1e-9, 0.075, 0.925, 0.5, 1 - 2.0**-53,
                         1 - 1e-12]])  # fmt: skip
    normal = u.copy()
    none = np.zeros(1)
    infinite = [-np.inf, np.inf]
    philox.transform(normal, philox.NORMAL, np.array([0, 1, 0, 0, 1, *infinite]), none)
    assert normal == pytest.approx(ndtri(u), rel=4e-15, abs=4e-15)
    exponential = u.copy()
    philox.transform(exponential, philox.LOGNORMAL, np.array([2, 1, 3, 0, 1, *infinite]), none)
    assert exponential == pytest.approx(2 + np.exp(1 + 3 * ndtri(u)), rel=1e-13)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sampling.sobol_uniforms(1, ["a"], ["m", "m"], [0], "m"), "of one length"),
        (lambda: sampling.sobol_uniforms(1, ["a", "b"], ["m"] * 2, [0, 0], "m"), "differ"),
        (lambda: sampling.sobol_uniforms(1, ["a"], ["m"], [64], "m"), "dimensions"),
        (lambda: plain.counter_uniforms(1, "a", "m", -1, 2), "first"),
        (lambda: plain.counter_uniforms(1, "a", "m", 0, -2), "count"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
