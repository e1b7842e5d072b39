"""Kernels of a request, and what is assumed where little of a model is known."""

import pandas as pd
import pytest
from builds import ROOT
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ai_lifecycle import constants, tables
from ai_lifecycle.inference import request, service, token_energy
from ai_lifecycle.inference_tables import service_assumptions

AMOUNT, FACTOR, SHARE = st.floats(1e-3, 1e4), st.floats(1.0, 5.0), st.floats(1e-3, 1.0)


# Weights of a mixture whose experts are not known -----------------------------------------------


def test_weights_from_the_share_by_hand():
    # 100 - 90 x 0.9^1 = 19 billion at two sequences, two bytes each: 38 GB.
    assert service.weights_read_gb(2, 100.0, 10.0, 0.1, 2.0) == pytest.approx(38.0)


@given(st.integers(2, 256), st.integers(1, 256), AMOUNT, AMOUNT, st.integers(1, 600))
@settings(max_examples=80, deadline=None)
def test_the_share_alone_gives_what_the_experts_give_and_the_bounds_hold(e, k, d, x, batch):
    """Any mixture (D, X, E, k) lies between its active weights and the value at the bound."""
    assume(k < e)
    share = k / e
    total, active = d + x, d + x * share
    exact = token_energy.weights_touched_gb(batch, d, x, e, k, 2.0, 2.0)
    assert service.weights_read_gb(batch, total, active, share, 2.0) == pytest.approx(exact)
    low = service.weights_read_gb(batch, total, active, 0.0, 2.0)
    high = service.weights_read_gb(batch, total, active, active / total, 2.0)
    assert low == pytest.approx(2 * active)
    assert low * (1 - 1e-9) <= exact <= high * (1 + 1e-9)
    assert high <= 2 * total * (1 + 1e-9)


def test_at_a_large_batch_the_upper_bound_is_all_weights():
    assert service.weights_read_gb(192, 671.0, 37.0, 37 / 671, 2.0) == pytest.approx(1342, rel=1e-4)


def test_a_dense_model_reads_all_weights_whatever_the_share():
    read = service.weights_read_gb(64, 70.0, 70.0, [0.0, 0.5, 1.0], 2.0)
    assert read.tolist() == [140.0, 140.0, 140.0]


# Cache, hours, range ----------------------------------------------------------------------------


def test_cache_goes_with_size_to_two_thirds():
    one, eight = service.cache_of_size_gb(1000, [1.0, 8.0], 20000.0, 2.0)
    assert one == pytest.approx(0.04)
    assert eight == pytest.approx(4 * one)


LAYOUTS = pd.DataFrame(
    {"layers": [32.0, 16.0], "windowed_layers": [0.0, 0.0], "window_tokens": [0.0, 0.0],
     "values_per_token": [2.0 * 8 * 128, 2.0 * 16 * 128], "experts": [0.0, 64.0],
     "experts_per_token": [0.0, 8.0]}, index=["llama", "olmoe"],
)  # fmt: skip
SIZES = pd.DataFrame(
    {"total_parameters_billion": [8.0, 7.0], "active_parameters_billion": [8.0, 1.0]},
    index=LAYOUTS.index,
)
# 32 layers x 2,048 numbers over 8^(2/3) = 4; 16 layers x 4,096 over 1.
DENSE_RATIO, MIXTURE_RATIO = 16384.0, 65536.0


def test_the_assumed_cache_counts_each_architecture_once():
    several = LAYOUTS.iloc[[0, 0, 0, 1]].set_axis(["llama", "copy", "twin", "olmoe"])
    size = SIZES.iloc[[0, 0, 0, 1]].set_axis(several.index)
    for shapes, sizes in ((LAYOUTS, SIZES), (several, size)):
        row = service_assumptions.cache_row(shapes, sizes, 650.0)
        step = MIXTURE_RATIO - DENSE_RATIO
        ends = [row[end] for end in service_assumptions.ENDS]
        assert ends == pytest.approx([DENSE_RATIO + share * step for share in (0.05, 0.5, 0.95)])


def test_a_window_counts_at_the_context():
    """Half the layers see 100 of the context."""
    windowed = LAYOUTS.iloc[:1].assign(windowed_layers=16.0, window_tokens=100.0)
    row = service_assumptions.cache_row(windowed, SIZES, 650.0)
    assert row["value"] == pytest.approx(DENSE_RATIO * (16 * 650 + 16 * 100) / (32 * 650))


def test_the_share_of_experts_is_over_its_bound():
    row = service_assumptions.experts_row(LAYOUTS, SIZES)
    assert [row[end] for end in service_assumptions.ENDS] == [0.0, 8 / 64 * 7, 1.0]


def test_the_sizes_law_holds_for_multi_head_attention():
    """Keys and values for every head: numbers over size to 2/3 differ little over 200 times."""
    features = tables.read_csv(ROOT / "data/frozen/model_architectures.csv", "model_architectures")
    known = features.set_index("model_id").astype({"key_value_heads": float})
    names = ["openai-community/gpt2", "microsoft/phi-2", "EleutherAI/gpt-j-6b",
             "meta-llama/Llama-2-13b-chat-hf", "EleutherAI/gpt-neox-20b"]  # fmt: skip
    known = known.loc[names]
    numbers = known["layers"] * 2 * known["key_value_heads"] * known["head_dimension"]
    ratio = numbers / known["active_parameters_billion"] ** service.CACHE_EXPONENT
    assert ratio.max() / ratio.min() < 1.3


@given(AMOUNT, AMOUNT, SHARE, FACTOR)
@settings(max_examples=80, deadline=None)
def test_power_in_each_state_times_its_hours_gives_back_the_energy(energy, power, ratio, idle):
    hours = service.reserved_hours(energy, power, service.idle_hours_factor(idle, ratio))
    at_work = energy * 1000 / power
    assert hours >= at_work * (1 - 1e-12)
    given_back = power * at_work + ratio * power * (hours - at_work)
    assert given_back / 1000 == pytest.approx(idle * energy)


def test_idle_time_of_the_study_from_its_energy():
    """lei2026: 10.7 % of energy is 19.7 % of time."""
    ratio = constants.value("inference.idle_power_ratio", unit="1")
    assert 1 - 1 / service.idle_hours_factor(1 / (1 - 0.107), ratio) == pytest.approx(
        0.197, abs=1e-3
    )
    known = constants.load()["inference.idle_power_ratio"]
    assert known.value == pytest.approx((0.107 / 0.893) / (0.197 / 0.803), abs=1e-3)
    assert known.high == pytest.approx((0.1391 / 0.8609) / (0.2377 / 0.7623), abs=1e-3)


def test_no_idle_and_no_energy():
    assert service.idle_hours_factor(1.0, 0.3) == 1
    assert service.reserved_hours(0.0, 500.0, 1.4) == 0
    assert service.reserved_hours(2.0, 500.0, 1.0) == pytest.approx(4.0)


def test_extrapolation_by_hand():
    found = service.extrapolation_factor([1.5, 3.0, 405.0, 810.0], 3.0, 405.0)
    assert found.tolist() == [2.0, 1.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: service.weights_read_gb(0.5, 10, 10, 0, 2), "batch"),
        (lambda: service.weights_read_gb(8, 10, 20, 0, 2), "active_gparam"),
        (lambda: service.weights_read_gb(8, 10, 2, 0.21, 2), "expert_share"),
        (lambda: service.weights_read_gb(8, 10, 2, -0.1, 2), "expert_share"),
        (lambda: service.weights_read_gb(8, 10, 2, 0.1, -2), "bytes_parameter"),
        (lambda: service.cache_of_size_gb(-1, 1, 1, 1), "context_tokens"),
        (lambda: service.idle_hours_factor(0.9, 0.5), "idle_energy_factor"),
        (lambda: service.idle_hours_factor(1.1, 0.0), "idle_power_ratio"),
        (lambda: service.idle_hours_factor(1.1, 1.1), "idle_power_ratio"),
        (lambda: service.reserved_hours(-1, 1, 1), "accelerator_kwh"),
        (lambda: service.reserved_hours(1, 0, 1), "working_power_w"),
        (lambda: service.reserved_hours(1, 1, 0.9), "hours_factor"),
        (lambda: service.extrapolation_factor(1, 3, 2), "least"),
        (lambda: service.extrapolation_factor(0, 1, 2), "value"),
    ],
)
def test_refusals_name_the_argument(call, word):
    with pytest.raises(ValueError, match=word):
        call()


# The prompt that the fit contains ---------------------------------------------------------------


@given(AMOUNT, AMOUNT, st.floats(0, 1e4), SHARE, AMOUNT, AMOUNT, FACTOR, FACTOR, FACTOR, FACTOR)
@settings(max_examples=200, deadline=None)
def test_a_prompt_up_to_the_fitted_one_adds_nothing(
    energy, written, fitted, part, active, prompt_j, host, spare, idle, pue
):
    factors = (active, prompt_j, host, spare, idle, pue)
    none = request.request_stages_kwh(energy, written, 0.0, fitted, *factors)
    some = request.request_stages_kwh(energy, written, part * fitted, fitted, *factors)
    more = request.request_stages_kwh(energy, written, fitted + 1.0, fitted, *factors)
    assert some == none
    assert some["long_prompt"] == 0
    assert more["long_prompt"] == pytest.approx(prompt_j * active / 3.6e6, rel=1e-6)
