"""Life cycle of a model: phases, parts, methods, totals, shares of evidence, break-even."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle.lifecycle import breakeven, stages

QUICK = settings(max_examples=40, deadline=None, derandomize=True)
AMOUNT = st.floats(0, 1e6, allow_nan=False)


def ranges(rows):
    """Sorted low, value, high for each row."""
    return np.sort(np.asarray(rows, dtype=float), axis=-1)


@st.composite
def systems(draw):
    """Energy, intensity, hours and hourly carbon of a few models, everywhere known."""
    models = draw(st.integers(1, 3))
    seed = draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    phases, methods = len(stages.PHASES), len(stages.METHODS)
    energy = ranges(random.uniform(0, 1e5, (models, phases, 3)))
    intensity = ranges(random.uniform(0, 1, (models, phases, methods, 3)))
    hours = ranges(random.uniform(0, 1e7, (models, phases, 3)))
    hourly = ranges(random.uniform(0, 0.1, (models, phases, 3)))
    return energy, intensity, hours, hourly


def ledger(energy, intensity, hours, hourly):
    operation = stages.operational_tco2e(energy, intensity)
    carried = stages.hourly_tco2e(hours, hourly)
    return stages.emissions_tco2e(operation, carried, carried)


def test_gpt3_at_its_published_intensity():
    """1,287 MWh at 0.429 kg/kWh: 552.1 t (Patterson et al. 2021, table 4)."""
    energy = np.full((1, 3, 3), 1287.0)
    intensity = np.full((1, 3, 5, 3), 0.429)
    assert stages.operational_tco2e(energy, intensity)[0, 1, 0, 1] == pytest.approx(552.1, abs=0.05)


def test_an_hour_carries_kilograms_and_the_cell_is_tonnes():
    found = stages.hourly_tco2e([[[1e6, 1e6, 1e6]]], [[[0.02, 0.02, 0.02]]])
    assert found[0, 0, 1] == pytest.approx(20.0)


def test_experimentation_is_the_project_less_the_final_run():
    """BLOOM: 1,163.088 MWh for the project, 433.196 MWh for the run (Luccioni et al. 2023)."""
    m = 1163.088 / 433.196
    found = stages.by_phase([[433.196] * 3], [[m] * 3], [[0.0] * 3])
    assert found[0, 0, 1] == pytest.approx(1163.088 - 433.196)
    assert found[0, :2, 1].sum() == pytest.approx(1163.088)


@QUICK
@given(systems())
def test_stages_sum_to_totals(system):
    cells = ledger(*system)
    whole = stages.total_tco2e(cells, stages.PHASES)
    apart = sum(stages.total_tco2e(cells, [phase]) for phase in stages.PHASES)
    assert whole == pytest.approx(apart)
    by_hand = sum(
        cells[:, p, q] for p in range(len(stages.PHASES)) for q in range(len(stages.PARTS))
    )
    assert whole == pytest.approx(by_hand)


@QUICK
@given(systems())
def test_nothing_in_nothing_out(system):
    energy, intensity, hours, hourly = system
    assert not ledger(0 * energy, intensity, 0 * hours, hourly).any()
    assert not ledger(energy, 0 * intensity, hours, 0 * hourly).any()


@QUICK
@given(systems())
def test_twice_the_energy_and_hours_is_twice_the_emissions(system):
    energy, intensity, hours, hourly = system
    once = ledger(energy, intensity, hours, hourly)
    assert ledger(2 * energy, intensity, 2 * hours, hourly) == pytest.approx(2 * once)
    assert ledger(energy, 2 * intensity, hours, 2 * hourly) == pytest.approx(2 * once)


@QUICK
@given(systems())
def test_units_change_nothing(system):
    """Energy in MWh at kg/kWh is energy in kWh at g/kWh, in grams."""
    energy, intensity, _, _ = system
    tonnes = stages.operational_tco2e(energy, intensity)
    grams = (energy * 1000)[:, :, None, :] * (intensity * 1000)
    assert tonnes * 1e6 == pytest.approx(grams)


@QUICK
@given(systems())
def test_ranges_stay_in_order(system):
    cells = ledger(*system)
    assert (cells[..., 0] <= cells[..., 1]).all()
    assert (cells[..., 1] <= cells[..., 2]).all()


def test_a_model_does_not_depend_on_its_neighbours():
    random = np.random.default_rng(5)
    energy = ranges(random.uniform(0, 9, (4, 3, 3)))
    intensity = ranges(random.uniform(0, 1, (4, 3, 5, 3)))
    together = stages.operational_tco2e(energy, intensity)
    alone = stages.operational_tco2e(energy[2:3], intensity[2:3])
    assert (together[2] == alone[0]).all()


def test_a_method_without_basis_is_missing_and_not_zero():
    energy = np.full((1, 3, 3), 10.0)
    intensity = np.full((1, 3, 5, 3), 0.4)
    intensity[0, :, stages.METHODS.index("market")] = np.nan
    cells = stages.operational_tco2e(energy, intensity)
    assert np.isnan(cells[0, :, stages.METHODS.index("market")]).all()
    assert not np.isnan(cells[0, :, 0]).any()


def test_a_total_with_a_missing_stage_is_missing():
    cells = np.ones((1, 3, 3, 5, 3))
    cells[0, 2, 1] = np.nan
    assert np.isnan(stages.total_tco2e(cells, stages.PHASES)).all()
    assert (stages.total_tco2e(cells, ["experimentation", "training"]) == 6.0).all()


def test_embodied_and_end_of_life_stand_under_each_method_alike():
    operation = np.arange(45, dtype=float).reshape(1, 3, 5, 3)
    embodied, scrapped = np.full((1, 3, 3), 7.0), np.full((1, 3, 3), 2.0)
    cells = stages.emissions_tco2e(operation, embodied, scrapped)
    assert (cells[:, :, 1] == 7.0).all()
    assert (cells[:, :, 2] == 2.0).all()
    assert (cells[:, :, 0] == operation).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: stages.by_phase([[1, 1, 1]], [[0.5, 1, 1]], [[0, 0, 0]]), "multiplier_range"),
        (lambda: stages.by_phase([[3, 2, 1]], [[1, 1, 1]], [[0, 0, 0]]), "training_range"),
        (lambda: stages.by_phase([[1, 1]], [[1, 1]], [[0, 0]]), "training_range"),
        (lambda: stages.operational_tco2e([[[-1, 0, 1]]], [[[[1, 1, 1]]]]), "energy_mwh_range"),
        (lambda: stages.operational_tco2e([[[1, 1, 1]]], [[[[2, 1, 3]]]]), "intensity"),
        (lambda: stages.hourly_tco2e([[[1, 1, 1]]], [[[-1, 1, 1]]]), "kgco2e_per_hour_range"),
        (lambda: stages.total_tco2e(np.ones((1, 3, 3, 5, 3)), ["trainig"]), "phases"),
        (lambda: stages.evidence_shares([[-1, 0, 0]], [1]), "factors"),
        (lambda: breakeven.requests_to_match(-1, 1), "training_tco2e"),
        (lambda: breakeven.requests_to_match(1, 0), "request_kgco2e"),
        (lambda: breakeven.requests_served(-1, 1), "requests_per_day"),
        (lambda: breakeven.requests_served(1, -1), "service_years"),
        (lambda: breakeven.days_to_match(1, 0), "requests_per_day"),
        (lambda: breakeven.days_to_match(-1, 1), "requests"),
    ],
)
def test_what_cannot_be_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@QUICK
@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=5),
    st.lists(AMOUNT, min_size=5, max_size=5),
)
def test_shares_of_evidence_sum_to_one(factors, weights):
    weights = weights[: len(factors)]
    shares = stages.evidence_shares(factors, weights)
    counted = any(w > 0 and sum(f) > 0 for f, w in zip(factors, weights, strict=True))
    if counted:
        assert shares.sum() == pytest.approx(1.0)
        assert (shares >= 0).all()
    else:
        assert np.isnan(shares).all()


def test_a_row_of_priors_does_not_pass_as_data():
    shares = stages.evidence_shares([[0, 0, 5], [2, 0, 0]], [9.0, 1.0])
    assert shares.tolist() == pytest.approx([0.1, 0.0, 0.9])
    shares = stages.evidence_shares([[0, 0, 5], [2, 0, 0]], [np.nan, 1.0])
    assert shares.tolist() == pytest.approx([1.0, 0.0, 0.0])


@QUICK
@given(st.floats(1e-3, 1e6), st.floats(1e-9, 1e3))
def test_at_break_even_both_sides_have_emitted_the_same(training, request):
    number = breakeven.requests_to_match(training, request)
    assert number * request / 1000 == pytest.approx(training)
    assert breakeven.requests_to_match(2 * training, request) == pytest.approx(2 * number)
    assert breakeven.days_to_match(number, 10.0) == pytest.approx(number / 10)


@QUICK
@given(st.floats(1e-3, 1e9), st.floats(1e-6, 20))
def test_a_service_answers_so_many_a_day_for_its_life(daily, years):
    served = breakeven.requests_served(daily, years)
    assert served == pytest.approx(daily * 365.25 * years)
    assert breakeven.days_to_match(served, daily) == pytest.approx(365.25 * years)
    assert np.isnan(breakeven.requests_served(daily, np.nan))
