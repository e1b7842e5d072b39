"""Properties of training and inference energy: zero, doubling, units, sums, direction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle.inference import diffusion, production, request, token_energy
from ai_lifecycle.training import operational, reconciliation

FEW = settings(max_examples=25, deadline=None, derandomize=True)
AMOUNT = st.floats(0.001, 1e5)
FACTOR = st.floats(0.01, 10)
RATIO = st.floats(1, 3)
PUE = st.floats(1, 3)
MORE = st.floats(0.01, 1)


def close(value):
    return pytest.approx(value, rel=1e-9)


def stages(energy=0.4, written=300.0, read=2000.0, fitted=500.0, active=70.0, prompt=0.0017,
           host=1.4, spare=1.1, idle=1.1, pue=1.1):  # fmt: skip
    return request.request_stages_kwh(
        energy, written, read, fitted, active, prompt, host, spare, idle, pue
    )


def total(**changed):
    return sum(stages(**changed).values())


# Nothing in, nothing out -----------------------------------------------------------------------


@FEW
@given(AMOUNT, FACTOR, PUE)
def test_nothing_in_nothing_out(amount, factor, pue):
    assert operational.energy_from_hours_mwh(0, amount, pue) == 0
    assert operational.energy_from_hours_mwh(amount, 0, pue) == 0
    assert operational.operational_energy_mwh(0, pue, False) == 0
    assert operational.emissions_tco2e(0, factor) == 0
    assert operational.emissions_tco2e(amount, 0) == 0
    assert operational.implied_intensity_kg_per_kwh(0, amount) == 0
    assert operational.implied_power_w(0, amount) == 0
    assert operational.emissions_per_hour_kgco2e(0, amount) == 0
    assert operational.total_energy_mwh([0, 0], ["facility", "facility"]) == 0
    assert total(energy=0, prompt=0, pue=pue) == 0
    assert total(written=0, read=0, pue=pue) == 0
    assert token_energy.energy_per_token_j(0, 0, 1, 0, factor, factor, pue) == 0
    assert token_energy.weights_touched_gb(amount, 0, 0, 0, 0, 2, 2) == 0
    assert token_energy.cache_gb(0, 32, 0, 0, 2048, 2) == 0
    assert diffusion.item_energy_j([1.0, 1.0], np.ones((1, 2)), [0]) == 0
    assert production.compute_bound_tokens_per_s(0, amount, 0.5, factor) == 0
    assert production.power_bound_tokens_per_s(0, 0.5, factor) == 0
    assert production.production_tokens_per_s(amount, amount, 0.5, 0) == 0


# Double in, double out -------------------------------------------------------------------------


@FEW
@given(AMOUNT, FACTOR, PUE)
def test_linear_inputs_double_their_output(amount, factor, pue):
    for linear in (
        lambda x: operational.energy_from_hours_mwh(x, factor, pue),
        lambda x: operational.energy_from_hours_mwh(factor, x, pue),
        lambda x: operational.operational_energy_mwh(x, pue, False),
        lambda x: operational.operational_energy_mwh(x, pue, True),
        lambda x: operational.emissions_tco2e(x, factor),
        lambda x: operational.emissions_tco2e(factor, x),
        lambda x: operational.implied_intensity_kg_per_kwh(x, factor),
        lambda x: operational.implied_power_w(x, factor),
        lambda x: operational.emissions_per_hour_kgco2e(x, factor),
        lambda x: total(energy=x, prompt=0, pue=pue),
        lambda x: total(written=x, read=0, pue=pue),
        lambda x: total(energy=0, prompt=x, pue=pue),
        lambda x: total(energy=0, active=x, pue=pue),
        lambda x: token_energy.energy_per_token_j(x, 2 * x, 4, x, factor, factor, pue),
        lambda x: token_energy.energy_per_token_j(factor, factor, 4, factor, x, 3 * x, pue),
        lambda x: token_energy.weights_touched_gb(8, x, 2 * x, 16, 2, 2, 1),
        lambda x: token_energy.cache_gb(factor, 32, 0, 0, x, 2),
        lambda x: token_energy.cache_gb(x, 32, 0, 0, 2048, 2),
        lambda x: float(diffusion.item_energy_j([0.1, 0.2], np.ones((1, 2)), [x])[0]),
        lambda x: production.compute_bound_tokens_per_s(x, factor, 0.4, factor),
        lambda x: production.compute_bound_tokens_per_s(factor, x, 0.4, factor),
        lambda x: production.power_bound_tokens_per_s(x, 0.5, factor),
        lambda x: production.production_tokens_per_s(x, 3 * x, 0.9, 0.5),
    ):
        assert linear(2 * amount) == close(2 * linear(amount))
    for inverse in (
        lambda x: operational.implied_intensity_kg_per_kwh(factor, x),
        lambda x: operational.implied_power_w(factor, x),
        lambda x: operational.emissions_per_hour_kgco2e(factor, x),
        lambda x: production.power_bound_tokens_per_s(factor, 0.5, x),
        lambda x: production.compute_bound_tokens_per_s(factor, factor, 0.4, x),
    ):
        assert 2 * inverse(2 * amount) == close(inverse(amount))


# Units change nothing --------------------------------------------------------------------------


@FEW
@given(AMOUNT, AMOUNT, PUE)
def test_watt_hours_kilowatt_hours_and_joules_agree(hours, power_w, pue):
    energy = operational.energy_from_hours_mwh(hours, power_w, pue)
    assert energy == close(hours * (power_w / 1000) * pue / 1000)
    # Joules over 3.6e9 are megawatt-hours.
    assert energy == close(hours * 3600 * power_w * pue / 3.6e9)
    # Thousands of hours at a thousandth of the power.
    assert operational.energy_from_hours_mwh(hours * 1000, power_w / 1000, pue) == close(energy)
    assert operational.implied_power_w(energy, hours) == close(power_w * pue)


@FEW
@given(AMOUNT, st.floats(0.001, 1.5))
def test_grams_kilograms_and_tonnes_agree(energy_mwh, kg_per_kwh):
    tonnes = operational.emissions_tco2e(energy_mwh, kg_per_kwh)
    assert tonnes == close(energy_mwh * 1000 * (kg_per_kwh * 1000) / 1e6)
    # MWh with t/MWh, which is kg/kWh.
    assert tonnes == close(energy_mwh * kg_per_kwh)
    assert operational.implied_intensity_kg_per_kwh(tonnes, energy_mwh) == close(kg_per_kwh)


@FEW
@given(AMOUNT, AMOUNT, FACTOR)
def test_gigabytes_and_parameters_in_other_units_agree(weights, cache, factor):
    one = token_energy.energy_per_token_j(factor, weights, 4, cache, factor, factor, 1.0)
    # MB with J/MB; 1e6 parameters with J each.
    assert token_energy.energy_per_token_j(
        1000 * factor, 1000 * weights, 4, 1000 * cache, factor / 1000, factor / 1000, 1.0
    ) == close(one)
    # kWh of a request in Wh and J.
    joules = 0.4 * 300 * 1.4 * 1.1 * 1.1 * 1.1
    assert total(read=0.0) * 1000 * 3600 == close(joules)
    assert production.power_bound_tokens_per_s(weights, 0.5, factor) == close(
        weights * 1000 * 0.5 / factor
    )


@FEW
@given(AMOUNT, AMOUNT)
def test_gaps_do_not_depend_on_the_unit(one, other):
    assert reconciliation.gap_percent(1000 * one, 1000 * other) == pytest.approx(
        reconciliation.gap_percent(one, other), rel=1e-9, abs=1e-9
    )
    assert reconciliation.factor_apart(one / 1000, other / 1000) == close(
        reconciliation.factor_apart(one, other)
    )


# Parts sum to the whole ------------------------------------------------------------------------


@FEW
@given(FACTOR, AMOUNT, AMOUNT, AMOUNT, RATIO, RATIO, RATIO, PUE)
def test_stages_of_a_request_sum_to_its_energy(energy, written, read, fitted, host, spare, idle,
                                               pue):  # fmt: skip
    named = {
        "energy": energy, "written": written, "read": read, "fitted": fitted, "host": host,
        "spare": spare, "idle": idle, "pue": pue,
    }  # fmt: skip
    parts = stages(**named)
    beyond = max(0.0, read - fitted)
    work = energy * written + 0.0017 * 70.0 * beyond
    assert sum(parts.values()) == close(work * host * spare * idle * pue / 3.6e6)
    assert sum(parts.values()) == close(
        request.request_energy_kwh(
            energy, written, read, fitted, 70.0, 0.0017, host, spare, idle, pue
        )
    )


@FEW
@given(st.lists(AMOUNT, min_size=1, max_size=6))
def test_energies_of_one_boundary_sum(energies):
    groups = ["facility"] * len(energies)
    assert operational.total_energy_mwh(energies, groups) == close(sum(energies))


@FEW
@given(st.integers(2, 256), st.floats(0.05, 0.95), FACTOR)
def test_parameters_always_and_routed_are_all_parameters(experts, used_share, always):
    used = max(1, int(used_share * experts))
    routed = 10 * always
    whole = always + routed
    active = always + routed * used / experts
    split = token_energy.split_parameters(whole, active, experts, used)
    if used < experts:
        assert [float(part) for part in split] == pytest.approx([always, routed], rel=1e-6)
    assert float(sum(split)) == close(whole)


# Direction -------------------------------------------------------------------------------------


@FEW
@given(AMOUNT, AMOUNT, PUE, MORE)
def test_energy_rises_with_pue(amount, power, pue, more):
    assert operational.energy_from_hours_mwh(
        amount, power, pue + more
    ) > operational.energy_from_hours_mwh(amount, power, pue)
    assert operational.operational_energy_mwh(
        amount, pue + more, False
    ) > operational.operational_energy_mwh(amount, pue, False)
    # What contains it already does not take it again.
    assert operational.operational_energy_mwh(amount, pue + more, True) == amount
    assert total(pue=pue + more) > total(pue=pue)
    assert production.delivered_share(pue + more, 1.4, 1.1) < production.delivered_share(
        pue, 1.4, 1.1
    )


@FEW
@given(RATIO, RATIO, RATIO, MORE)
def test_energy_rises_with_every_overhead(host, spare, idle, more):
    base = {"host": host, "spare": spare, "idle": idle}
    for name in base:
        assert total(**(base | {name: base[name] + more})) > total(**base)


@FEW
@given(st.floats(1, 500), MORE)
def test_a_fuller_batch_costs_less_a_token(batch, more):
    def per_token(sequences):
        touched = token_energy.weights_touched_gb(sequences, 8.0, 200.0, 128, 8, 2.0, 1.0)
        return token_energy.energy_per_token_j(20.0, touched, sequences, 0.1, 0.006, 0.2, 1.0)

    assert per_token(batch + more) < per_token(batch)
