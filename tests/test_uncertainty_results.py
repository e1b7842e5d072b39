"""Life cycle over draws, its summaries, and what drives them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from ai_lifecycle.embodied import allocation
from ai_lifecycle.inference import service
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.training import energy_evidence
from ai_lifecycle.uncertainty import (
    convergence,
    cumulative,
    expectations,
    lifecycle_draws,
    plain,
    sensitivity,
    summaries,
)
from ai_lifecycle.uncertainty import distributions as d

QUICK = settings(max_examples=25, deadline=None, derandomize=True)
CENTRE = {
    "peak_hours_h": 1e6, "utilisation": 0.35, "rated_power_w": 700.0, "power_share": 0.86,
    "node_overhead": 1.38, "pue": 1.12, "intensity_kg_per_kwh": 0.4,
    "experimentation_multiplier": 2.0, "requests": 1e9, "request_kwh": 2e-4, "host_factor": 1.43,
    "idle_factor": 1.1, "idle_power_ratio": 0.488, "serving_power_w": 600.0, "serving_pue": 1.12,
    "serving_intensity_kg_per_kwh": 0.3, "accelerator_kgco2e": 164.0, "host_kgco2e": 150.0,
    "building_kgco2e": 60.0, "end_of_life_kgco2e": 2.0, "lifetime_years": 5.0,
    "reserved_utilisation": 0.7, "serving_asset_kgco2e": 400.0, "serving_end_of_life_kgco2e": 3.0,
}  # fmt: skip
SPREAD = {
    "utilisation": ("triangular", 0.2, 0.48), "power_share": ("uniform", 0.76, 0.95),
    "node_overhead": ("pert", 1.1, 1.5), "pue": ("lognormal", 1.05, 1.4),
    "intensity_kg_per_kwh": ("truncated_normal", 0.3, 0.5), "requests": ("lognormal", 5e8, 2e9),
    "experimentation_multiplier": ("truncated_lognormal", 1.2, 3.5),
}  # fmt: skip
MINIMUM = {"intensity_kg_per_kwh": 0.0, "experimentation_multiplier": 1.0}
GROUPS = dict.fromkeys(CENTRE, "model") | {"intensity_kg_per_kwh": "grid"}


def given_inputs(**changed):
    made = {}
    for name, value in CENTRE.items():
        kind, low, high = SPREAD.get(name, ("fixed", np.nan, np.nan))
        made[name] = d.from_range(kind, value, low, high, minimum=MINIMUM.get(name, -np.inf))
    return made | changed


def drawn(inputs, first, count):
    uniform = {n: plain.counter_uniforms(5, n, GROUPS[n], first, count) for n in inputs}
    return {n: d.inverse(inputs[n], uniform[n]) for n in inputs}


def outputs(inputs):
    phases = lifecycle_draws.cells_tco2e(inputs).sum(axis=1)
    return np.vstack([phases, phases.sum(axis=0)])


def test_at_the_central_values_it_is_the_ledger():
    """The same numbers through the kernels of training, inference, allocation and stages."""
    c = CENTRE
    flop = c["peak_hours_h"] * 3600 * 989.4e12
    hours = energy_evidence.hours_from_compute_h(flop, 989.4e12, c["utilisation"])
    power = c["rated_power_w"] * c["power_share"] * c["node_overhead"]
    trained = energy_evidence.facility_energy_mwh(
        energy_evidence.energy_from_compute_mwh(flop, 989.4e12, c["utilisation"], power),
        "IT",
        c["pue"],
    )
    busy = c["requests"] * c["request_kwh"]
    served = busy * c["host_factor"] * c["idle_factor"] * c["serving_pue"] / 1000
    served_hours = service.reserved_hours(
        busy, c["serving_power_w"],
        service.idle_hours_factor(c["idle_factor"], c["idle_power_ratio"]),
    )  # fmt: skip

    def three(value):
        return np.repeat(np.asarray(value, dtype=float)[..., None], 3, axis=-1)

    def per_hour(asset):
        return allocation.kgco2e_per_reserved_hour(
            asset, c["lifetime_years"], c["reserved_utilisation"]
        )

    made = c["accelerator_kgco2e"] + c["host_kgco2e"] + c["building_kgco2e"]
    multiplier = three([c["experimentation_multiplier"]])
    use = stages.by_phase(three([trained]), multiplier, three([served]))
    reserved = stages.by_phase(three([hours]), multiplier, three([served_hours]))
    grid = c["intensity_kg_per_kwh"]
    intensity = three([[[grid], [grid], [c["serving_intensity_kg_per_kwh"]]]])
    carried = [
        stages.hourly_tco2e(reserved, three([[per_hour(a), per_hour(a), per_hour(b)]]))
        for a, b in ((made, c["serving_asset_kgco2e"]),
                     (c["end_of_life_kgco2e"], c["serving_end_of_life_kgco2e"]))
    ]  # fmt: skip
    ledger = stages.emissions_tco2e(stages.operational_tco2e(use, intensity), *carried)
    found = lifecycle_draws.cells_tco2e(CENTRE)
    assert found == pytest.approx(ledger[0, :, :, 0, 1], rel=1e-12)
    assert (found > 0).all()


@pytest.mark.parametrize("name", lifecycle_draws.NAMES)
def test_inputs_are_refused_by_name(name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        lifecycle_draws.cells_tco2e(CENTRE | {name: -1.0})
    without = {k: v for k, v in CENTRE.items() if k != name}
    if name in lifecycle_draws.ONE_UNLESS_GIVEN:
        return
    with pytest.raises(ValueError, match=name):
        lifecycle_draws.cells_tco2e(without)


def test_what_the_priors_lack_multiplies_what_it_is_named_after():
    usual = lifecycle_draws.cells_tco2e(CENTRE)
    for name, phases, parts in (
        ("training_hours_factor", (0, 1), (0, 1, 2)),
        ("training_power_factor", (0, 1), (0,)),
        ("request_energy_factor", (2,), (0, 1, 2)),
        ("reserved_hours_factor", (0, 1), (1, 2)),
    ):
        ratio = lifecycle_draws.cells_tco2e(CENTRE | {name: 3.0}) / usual
        expected = np.ones((3, 3))
        expected[np.ix_(phases, parts)] = 3.0
        assert ratio == pytest.approx(expected), name


def test_draws_broadcast_with_numbers():
    found = lifecycle_draws.cells_tco2e(CENTRE | {"pue": np.array([1.1, 1.2, 1.3])})
    assert found.shape == (3, 3, 3)
    alone = lifecycle_draws.cells_tco2e(CENTRE | {"pue": 1.2})
    assert (found[..., 1] == alone).all()


def test_the_compiled_loop_is_the_formula_over_the_same_draws():
    """A count that fills no whole block; PERT by its table, within the stated error."""
    inputs, count = given_inputs(), 20_500
    running = plain.carry_on(plain.start(), 5, inputs, GROUPS, count)
    found = plain.summary(running)
    theirs = summaries.exact(outputs(drawn(inputs, 0, count)))
    assert found[:, 0] == pytest.approx(theirs[:, 0], rel=1e-6)
    assert found[:, 1:] == pytest.approx(theirs[:, 1:], rel=summaries.RELATIVE_WIDTH)
    assert running.counts.sum(axis=1).tolist() == [count] * 4


def test_without_tables_the_compiled_mean_is_the_same_to_the_last_digits():
    inputs = given_inputs(node_overhead=d.from_range("triangular", 1.38, 1.1, 1.5))
    found = plain.summary(plain.carry_on(plain.start(), 5, inputs, GROUPS, 9000))
    theirs = summaries.exact(outputs(drawn(inputs, 0, 9000)))
    assert found[:, 0] == pytest.approx(theirs[:, 0], rel=1e-13)


def test_draws_in_parts_are_draws_at_once():
    whole = plain.carry_on(plain.start(), 5, given_inputs(), GROUPS, 5 * plain.BLOCK + 7)
    parts = plain.start()
    for count in (plain.BLOCK, 3 * plain.BLOCK, plain.BLOCK + 7):
        plain.carry_on(parts, 5, given_inputs(), GROUPS, count)
    assert (parts.counts == whole.counts).all()
    assert (parts.sums == whole.sums).all()
    with pytest.raises(ValueError, match="running must stand"):
        plain.carry_on(parts, 5, given_inputs(), GROUPS, 1)


@pytest.mark.parametrize(
    ("changed", "count", "words"),
    [
        ({"pue": d.from_range("lognormal", 1.05, 1.0, 1.2)}, 1, "^pue must be at least one"),
        ({"power_share": d.from_range("normal", 0.5, 0, 1)}, 1, "^power_share must"),
        ({"nonsense": d.from_range("fixed", 1)}, 1, "nonsense"),
        ({}, 0, "count"),
    ],
)
def test_a_distribution_beyond_its_bounds_is_refused(changed, count, words):
    with pytest.raises(ValueError, match=words):
        plain.carry_on(plain.start(), 5, given_inputs(**changed), GROUPS, count)


def counted(values):
    running = plain.start()
    plain._count(np.asarray(values, dtype=float), running.counts[0], running.sums[0])
    return summaries.from_counts(running.counts[0], running.sums[0].sum())


@QUICK
@given(st.integers(1, 300), st.integers(0, 2**31), st.floats(0.0, 3.0), st.floats(-10, 20))
def test_counts_tell_quantiles_within_the_width_of_a_bin(number, seed, spread, size):
    values = np.exp(size + spread * np.random.default_rng(seed).normal(size=number))
    found = counted(values)
    assert found[0] == pytest.approx(values.mean(), rel=1e-12)
    for k, probability in enumerate(summaries.PROBABILITIES, start=1):
        rank = probability * (number - 1)
        ordered = np.sort(values)
        low, high = ordered[int(np.floor(rank))], ordered[int(np.ceil(rank))]
        assert low * (1 - summaries.RELATIVE_WIDTH) <= found[k]
        assert found[k] <= high * (1 + summaries.RELATIVE_WIDTH)


def test_what_rounding_leaves_of_a_sum_is_carried_along():
    running = plain.start()
    for value in [1e16, *[1.0] * 1000]:
        plain._count(np.array([value]), running.counts[0], running.sums[0])
    assert running.sums[0].sum() == 1e16 + 1000


def test_counts_of_zeros_and_of_too_much():
    assert counted([0.0] * 10).tolist() == [0.0] * 4
    assert counted([0.0, 0.0, 0.0, 8.0])[1:].tolist()[:2] == [0.0, 0.0]
    with pytest.raises(ValueError, match="must not lie above"):
        counted([1e13])
    with pytest.raises(ValueError, match="at least one draw"):
        summaries.from_counts(np.zeros(summaries.BINS + 2, int), 0.0)


@QUICK
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_exact_summaries_are_numpys(values):
    found = summaries.exact([values, values])
    expected = [np.mean(values), *np.quantile(values, summaries.PROBABILITIES)]
    assert found.tolist() == [pytest.approx(expected, abs=1e-6)] * 2


def test_smoothed_percentiles_are_those_of_a_lognormal_whose_density_is_smooth():
    u = (np.arange(4096) + 0.5) / 4096
    draws = np.exp(2 + 0.5 * ndtri(u))
    found = summaries.smoothed(draws[::-1])
    assert found[0] == draws.mean()
    assert found[1:] == pytest.approx(np.exp(2 + 0.5 * ndtri(summaries.PROBABILITIES)), rel=1e-3)
    assert summaries.smoothed(1e3 * draws) == pytest.approx(1e3 * found)
    assert summaries.smoothed([3.0, 3.0]).tolist() == [3.0] * 4


@QUICK
@given(st.lists(st.floats(1e-6, 1e6), min_size=2, max_size=40))
def test_smoothed_percentiles_are_finite_ordered_and_inside(values):
    found = summaries.smoothed(values)[1:]
    assert np.all(np.diff(found) >= 0)
    assert min(values) * (1 - 1e-9) <= found[0]
    assert found[-1] <= max(values) * (1 + 1e-9)


def test_smoothed_percentiles_of_sobol_points_scatter_less():
    totals = [sobol_total(seed, 10) for seed in range(25)]
    smooth = np.std([summaries.smoothed(t) for t in totals], axis=0)
    assert (smooth[1:] < 0.85 * np.std([summaries.exact(t) for t in totals], axis=0)[1:]).all()


def test_a_difference_is_that_of_draws_and_not_of_percentiles():
    """What both share leaves no range: the same draws, one of them half as much again, less 2."""
    base = np.random.default_rng(1).lognormal(size=4096)
    found = summaries.difference(1.5 * base - 2.0, base)
    assert found == pytest.approx(0.5 * summaries.exact(base) - 2.0)
    assert summaries.difference(base, base).tolist() == [0.0] * 4
    # Where one rises the other falls: the least difference is where the base is greatest.
    greatest = summaries.exact(base)[3]
    assert summaries.difference(1 / base, base)[1] == pytest.approx(1 / greatest - greatest, 1e-3)
    for other, words in ((base[:-1], "one shape"), (base * np.nan, "base must be finite")):
        with pytest.raises(ValueError, match=words):
            summaries.difference(base, other)


def test_exact_refuses_what_is_missing():
    for values in ([1.0, np.nan], [], 3.0):
        with pytest.raises(ValueError, match="draws must"):
            summaries.exact(values)


def indices(model, number, exponent=14):
    first, second = sensitivity.two_samples(3, [f"x{k}" for k in range(number)], "m", exponent)
    return sensitivity.sobol_indices(sensitivity.evaluated(model, first, second), 1)


def test_percentiles_with_one_input_integrated_are_exact_in_closed_cases():
    """Nothing else varies: quantiles of the input. A sum of two uniforms: those of a triangle."""
    one = d.from_range("lognormal", 2.0, 1.0, 4.0)
    found = summaries.conditioned(np.full(3, 10.0), np.full(3, 5.0), one)
    assert found[1:] == pytest.approx(10 + 5 * np.array([1.0, 2.0, 4.0]), rel=1e-9)
    assert found[0] == pytest.approx(10 + 5 * d.moments(one)[0])
    middles = (np.arange(4096) + 0.5) / 4096
    found = summaries.conditioned(middles, np.ones(4096), d.from_range("uniform", 0.5, 0, 1))
    edge = np.sqrt(2 * 0.05)
    assert found == pytest.approx([1.0, edge, 1.0, 2 - edge], abs=1e-6)
    for offset, slope, words in (
        ([1.0], [1.0, 2.0], "one length"),
        ([1.0], [0.0], "slope must be above zero"),
        ([np.nan], [1.0], "offset must be finite"),
    ):
        with pytest.raises(ValueError, match=words):
            summaries.conditioned(offset, slope, one)


@pytest.mark.parametrize("knots", [[0.0, 1, 2, 3, 9], np.linspace(1, 4, 200) ** 2, [0, 0, 1, 2]])
def test_a_mean_share_is_that_of_every_draw(knots):
    """Few bends, many, and a step: each as from the cumulative function draw by draw."""
    made = d.empirical(knots)
    offset, slope = np.array([0.3, -0.2, 0.5]), np.array([1.0, 0.5, 2.0])
    share = cumulative.mean_below(made, offset, slope)
    for value in (-1.0, 0.4, 1.7, 6.0, 100.0):
        expected = np.mean([cumulative.below(made, (value - offset) / slope)])
        assert share(value) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "made",
    [
        d.from_range("triangular", 0.35, 0.2, 0.48), d.from_range("triangular", 2, 2, 5),
        d.from_range("triangular", 5, 2, 5), d.from_range("uniform", 1, 0.5, 3),
        d.empirical([1.0, 1.0, 2.0, 8.0]), d.from_range("pert", 0.7, 0.5, 0.9),
        d.from_range("fixed", 4.0), d.from_range("truncated_lognormal", 2, 1.2, 3.5, minimum=1),
    ],
)  # fmt: skip
def test_mean_of_an_inverse_is_that_of_its_quantiles(made):
    middles = (np.arange(40_000) + 0.5) / 40_000
    expected = np.mean(1 / d.inverse(made, middles))
    assert expectations.of_inverse(made) == pytest.approx(expected, rel=2e-6)


def test_closed_mean_of_the_life_cycle_is_that_of_many_draws():
    """Every input varies; those that divide and those that multiply."""
    ranges = {name: d.from_range("uniform", x, 0.8 * x, 1.3 * x) for name, x in CENTRE.items()}
    above = {"pue": 1.2, "serving_pue": 1.2, "experimentation_multiplier": 3.0,
             "host_factor": 1.5, "idle_factor": 1.5}  # fmt: skip
    ranges |= {name: d.from_range("uniform", x, x / 1.2, x * 1.4) for name, x in above.items()}
    ones = {n: d.from_range("uniform", 1, 0.5, 2) for n in lifecycle_draws.ONE_UNLESS_GIVEN}
    varied = ranges | ones
    groups = dict.fromkeys(varied, "model")
    draws = lifecycle_draws.sobol_inputs(1, varied, groups, "model", 15)
    expected = lifecycle_draws.cells_tco2e(draws).mean(axis=2)
    assert lifecycle_draws.mean_cells_tco2e(varied) == pytest.approx(expected, rel=2e-3)
    with pytest.raises(ValueError, match="above zero"):
        lifecycle_draws.mean_cells_tco2e(varied | {"utilisation": d.from_range("uniform", 1, 0, 1)})


def ishigami(u):
    x = np.pi * (2 * u - 1)
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_indices_of_the_ishigami_function():
    """Closed form: variance of sin(x1) + a sin²(x2) + b x3⁴ sin(x1), a = 7, b = 0.1."""
    a, b = 7.0, 0.1
    first = [(1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 0.0]
    both = 8 * b**2 * np.pi**8 / 225
    whole = sum(first) + both
    found = indices(ishigami, 3)
    assert found[0, :, 1] == pytest.approx(np.array(first) / whole, abs=0.005)
    total = np.array([first[0] + both, first[1], both]) / whole
    assert found[1, :, 1] == pytest.approx(total, abs=0.005)


def test_indices_of_the_g_function():
    a = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
    part = 1 / (3 * (1 + a) ** 2)
    whole = np.prod(1 + part) - 1
    found = indices(lambda u: np.prod((np.abs(4 * u.T - 2) + a) / (1 + a), axis=1), 8)
    assert found[0, :, 1] == pytest.approx(part / whole, abs=0.005)
    total = part * np.prod(1 + part) / (1 + part) / whole
    assert found[1, :, 1] == pytest.approx(total, abs=0.005)


def test_indices_of_a_sum_are_its_shares_of_variance():
    weights = np.array([1.0, 2.0, 3.0])
    found = indices(lambda u: 1e6 + weights @ u, 3)
    for order in (0, 1):
        assert found[order, :, 1] == pytest.approx(weights**2 / 14, abs=2e-4)


def test_a_constant_changes_no_index():
    first, second = np.random.default_rng(1).random((2, 2, 4096))
    found = [
        sensitivity.sobol_indices(
            sensitivity.evaluated(lambda u, c=c: c + u[0] + 2 * u[1], first, second), 1
        )
        for c in (0.0, 1e4)
    ]
    assert found[1] == pytest.approx(found[0], abs=1e-6)


def test_several_results_at_once_are_each_alone():
    def two(u):
        return np.stack([u[0] + u[1] ** 2, 0 * u[0] + 5.0])

    found = indices(two, 2, exponent=10)
    assert found.shape == (2, 2, 2, 3)
    assert (found[:, :, 0] == indices(lambda u: two(u)[0], 2, exponent=10)).all()
    assert np.isnan(found[:, :, 1]).all()


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """Plain random points, a product: 40 runs, 4 indices each, 95 % intervals."""
    inside = []
    part = np.array([1 / 3, 1 / 12])
    whole = np.prod(1 + part) - 1
    truth = np.stack([part / whole, part * np.prod(1 + part) / (1 + part) / whole])
    for seed in range(40):
        random = np.random.default_rng(seed)
        first, second = random.random((2, 2, 4096))
        values = sensitivity.evaluated(
            lambda u: (1 + 2 * (u[0] - 0.5)) * (1 + (u[1] - 0.5)), first, second
        )
        found = sensitivity.sobol_indices(values, seed)
        assert (found[..., 0] <= found[..., 1]).all()
        assert (found[..., 1] <= found[..., 2]).all()
        inside.append((found[..., 0] <= truth) & (truth <= found[..., 2]))
    assert 0.88 <= np.mean(inside) <= 0.99


def test_indices_of_the_life_cycle_sum_and_are_in_order():
    inputs = given_inputs()
    names = list(SPREAD)

    def model(u):
        draws = {n: d.inverse(inputs[n], u[k]) for k, n in enumerate(names)}
        return outputs(CENTRE | draws)[3]

    found = indices(model, len(names), exponent=12)[..., 1]
    assert found[0].sum() <= 1.01
    assert (found[1] >= found[0] - 0.02).all()
    assert found[1].sum() >= 0.99


def test_tornado_moves_one_input_at_a_time():
    inputs = [d.from_range("uniform", 1, 0, 2), d.from_range("triangular", 3, 1, 4),
              d.from_range("fixed", 5)]  # fmt: skip
    found = sensitivity.tornado(lambda x: np.stack([10 * x[0] - x[1] + x[2], x[1]]), inputs)
    low, middle, high = d.inverse(inputs[1], [0.05, 0.5, 0.95])
    assert found.shape == (3, 2, 3)
    assert found[0, 0] == pytest.approx([6 - middle, 15 - middle, 24 - middle])
    assert found[1, 0] == pytest.approx([15 - low, 15 - middle, 15 - high])
    assert found[2, 0] == pytest.approx([15 - middle] * 3)
    assert found[1, 1] == pytest.approx([low, middle, high])


def sobol_total(seed, exponent):
    draws = lifecycle_draws.sobol_inputs(seed, given_inputs(), GROUPS, "model", exponent)
    return outputs(draws)[3]


def random_total(seed, exponent):
    count = 2**exponent
    return outputs(drawn(given_inputs(), seed * count, count))[3]


def test_sobol_points_converge_faster_than_random_ones():
    """And random ones with the root of their number."""
    count = 300 * plain.BLOCK
    truth = plain.summary(plain.carry_on(plain.start(), 99, given_inputs(), GROUPS, count))[3]
    seeds, exponents = range(12), (8, 11)
    sobol = convergence.relative_errors(sobol_total, truth, seeds, exponents)
    random = convergence.relative_errors(random_total, truth, seeds, exponents)
    assert (random[:, 0] > 4 * sobol[:, 0]).all()
    assert (random[:, 3] > 1.5 * sobol[:, 3]).all()
    assert random[0] / random[1] == pytest.approx([np.sqrt(8)] * 4, rel=0.6)
    exact = convergence.relative_errors(lambda seed, e: [seed, seed], [2.0] * 4, [1, 4], [1])
    assert exact.tolist() == [pytest.approx([np.sqrt((0.25 + 1) / 2)] * 4)]


def test_shared_inputs_are_the_same_numbers_in_each_model_that_shares_them():
    one, two = (
        lifecycle_draws.sobol_inputs(
            1,
            given_inputs(),
            dict.fromkeys(CENTRE, name) | {"intensity_kg_per_kwh": "grid"},
            name,
            6,
        )
        for name in ("a", "b")
    )
    assert (one["intensity_kg_per_kwh"] == two["intensity_kg_per_kwh"]).all()
    assert not (one["pue"] == two["pue"]).all()
    assert one["rated_power_w"].shape == ()
    assert lifecycle_draws.cells_tco2e(one).shape == (3, 3, 64)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: convergence.relative_errors(None, [1, 1, 1, 0.0], [1], [1]), "truth"),
        (lambda: convergence.relative_errors(None, [1.0, 1], [1], [1]), "truth"),
        (lambda: convergence.relative_errors(None, [1.0] * 4, [], [1]), "seeds"),
        (lambda: lifecycle_draws.sobol_inputs(1, {}, {}, "m"), "inputs"),
        (lambda: lifecycle_draws.sobol_inputs(1, given_inputs(), {}, "m"), "groups.*pue"),
        (lambda: summaries.smoothed([1.0, 0.0]), "draws must be above zero"),
        (lambda: summaries.smoothed([1.0]), "draws must hold two"),
        (lambda: summaries.smoothed([1.0, np.nan]), "draws must be finite"),
        (lambda: sensitivity.evaluated(lambda x: x, np.ones((2, 3)), np.ones((2, 4))), "first"),
        (lambda: sensitivity.sobol_indices(np.ones((2, 512)), 1), "values"),
        (lambda: sensitivity.sobol_indices(np.ones((3, 511)), 1), "values"),
        (lambda: sensitivity.sobol_indices(np.full((3, 512), np.nan), 1), "values"),
        (lambda: sensitivity.sobol_indices(np.ones((3, 512)), 1, replicates=1), "replicates"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
