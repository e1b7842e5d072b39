"""Requests of the declared service: kernels by hand and by property, ranges, what is left out."""

import datetime

import numpy as np
import pandas as pd
import pytest
import yaml
from builds import ROOT
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ai_lifecycle import constants, facts, tables
from ai_lifecycle import settings as choices
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import request, service, token_energy
from ai_lifecycle.inference_tables import (
    design,
    plausibility,
    requests,
    service_assumptions,
    token_fit,
)

FROZEN = ROOT / "data/frozen"
CONFIG = yaml.safe_load((ROOT / "config/config.yaml").read_text())
REQUEST = CONFIG["lifecycle"]["request"]
RELEASED = datetime.date(2022, 9, 20)
BYTES = {"bfloat16": 2.0, "fp8": 1.0, "mxfp4": 0.53125}
LLAMA, DEEPSEEK = "meta-llama/Llama-3.1-405B-Instruct-FP8", "deepseek-ai/DeepSeek-V3.1"
AMOUNT, FACTOR, SHARE = st.floats(1e-3, 1e4), st.floats(1.0, 5.0), st.floats(1e-3, 1.0)


@pytest.fixture(scope="module")
def features():
    return tables.read_csv(FROZEN / "model_architectures.csv", "model_architectures")


@pytest.fixture(scope="module")
def architectures():
    return facts.read(ROOT / "data/facts/inference_architectures.csv", "inference_architectures",
                      references=ROOT / "data/references.bib")  # fmt: skip


@pytest.fixture(scope="module")
def shapes(features, architectures):
    return design.architectures(features, architectures)


@pytest.fixture(scope="module")
def text():
    return tables.read_csv(FROZEN / "ml_energy_text.csv", "ml_energy_text")


@pytest.fixture(scope="module")
def rows(text, shapes):
    return design.fitted(
        design.rows(text, shapes, prompt_tokens=500.0, bytes_by_precision=BYTES, cache_bytes=2.0)
    )


@pytest.fixture(scope="module")
def coefficients(rows):
    return token_fit.parameters(token_fit.TokenFit(rows), replicates=10, seed=1)


@pytest.fixture(scope="module")
def assumed(text, features, architectures, coefficients):
    """Assumptions of a request, changed at will."""

    def assumptions(**changed):
        return service_assumptions.table(
            text, features, architectures, coefficients, constants.load(), REQUEST | changed
        )

    return assumptions


def catalogue(**columns):
    """A catalogue of models, each column a list or one value for all."""
    base = {"model_id": "m", "name": "M", "publication_date": "2024-01-01", "domain": "Language",
            "task": "Chat", "parameters": 70e9, "active_parameters": 70e9}  # fmt: skip
    size = max([len(v) for v in columns.values() if isinstance(v, list)], default=1)
    frame = pd.DataFrame({k: columns.get(k, v) for k, v in base.items()}, index=range(size))
    if isinstance(columns.get("model_id", "m"), str):
        frame["model_id"] = [f"m{i}" for i in range(size)]
    return frame


NO_SHAPES = pd.DataFrame({"model_id": [], "shape_of": []})


def table(models, shapes, assumptions, shape_of=NO_SHAPES, **changed):
    return requests.table(
        models, shape_of, shapes, assumptions, REQUEST | changed, RELEASED, sigma_log=0.4
    )


def without_range(assumptions, *kept):
    """Assumptions whose ends are their values, but for those named."""
    frame = assumptions.copy()
    fixed = ~frame["parameter"].isin(kept)
    for end in ("least_energy", "most_energy"):
        frame.loc[fixed, end] = frame.loc[fixed, "value"]
    return frame


def changed_value(assumptions, parameter, value):
    frame = assumptions.copy()
    frame.loc[frame["parameter"] == parameter, list(service_assumptions.ENDS)] = value
    return frame


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


def test_the_sizes_law_holds_for_multi_head_attention(shapes, text, features):
    """Keys and values for every head: numbers over size to 2/3 differ little over 200 times."""
    sizes = service_assumptions.sizes(text, features)
    names = ["openai-community/gpt2", "microsoft/phi-2", "EleutherAI/gpt-j-6b",
             "meta-llama/Llama-2-13b-chat-hf", "EleutherAI/gpt-neox-20b"]  # fmt: skip
    numbers = (shapes["layers"] * shapes["values_per_token"])[names]
    ratio = numbers / sizes.loc[names, "active_parameters_billion"] ** service.CACHE_EXPONENT
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


# The table --------------------------------------------------------------------------------------


@pytest.mark.parametrize("batch", ["predicted_wh", "predicted_low_wh", "predicted_high_wh"])
def test_llama_405b_is_that_of_the_plausibility_table(batch, assumed, shapes, coefficients):
    """The same settings give the same energy by both routes, at each end of the batch."""
    cases = tables.read_csv(ROOT / "data/inference_cases.csv", "inference_cases")
    disclosures = facts.read(
        ROOT / "data/facts/inference_disclosures.csv", "inference_disclosures",
        references=ROOT / "data/references.bib",
    )  # fmt: skip
    expected = plausibility.requests(
        cases[cases["case"] == "llama_3_1_405b"], disclosures, shapes, coefficients,
        constants.load(), BYTES,
    )[0][batch]  # fmt: skip
    found = table(
        catalogue(model_id=["llama"], parameters=405e9, active_parameters=405e9), shapes,
        without_range(assumed(precision="fp8"), "batch_large_service"),
        pd.DataFrame({"model_id": ["llama"], "shape_of": [LLAMA]}), precision="fp8",
    ).iloc[0]  # fmt: skip
    suffix = {"predicted_wh": "", "predicted_low_wh": "_low", "predicted_high_wh": "_high"}[batch]
    assert found[f"facility_energy{suffix}_kwh"] * 1000 == pytest.approx(expected, rel=1e-12)


def test_a_request_by_hand(assumed, shapes):
    """70 billion dense, cache 1 GB per 650 tokens of context, all else at its value."""
    fixed = without_range(assumed())
    fixed = changed_value(fixed, "cache_values_per_size", 1e9 / 2 / 650 / 70 ** (2 / 3))
    value = fixed.set_index("parameter")["value"]
    joules = value["compute_energy"] * 70 + value["memory_energy"] * (140 / 192 + 1.0)
    accelerator = joules * 300 / 3.6e6
    found = table(catalogue(), shapes, fixed).iloc[0]
    assert found["accelerator_energy_kwh"] == pytest.approx(accelerator)
    assert found["facility_energy_kwh"] == pytest.approx(accelerator * 1.43 * 1.1 * 1.12 * 1.12)
    busy = accelerator * 1000 / value["working_power"]
    idle = 1 + (1.1 * 1.12 - 1) / 0.488
    assert found["reserved_accelerator_hours"] == pytest.approx(busy * idle)
    for quantity in ("accelerator_energy{}_kwh", "facility_energy{}_kwh",
                     "reserved_accelerator{}_hours"):  # fmt: skip
        ends = [found[quantity.format(s)] for s in requests.SUFFIXES]
        assert ends == pytest.approx([ends[1]] * 3)


def test_twice_the_tokens_take_twice_the_energy_and_more_for_the_longer_cache(assumed, shapes):
    models = catalogue(parameters=[1e9, 70e9, 671e9], active_parameters=[1e9, 70e9, 37e9])
    columns = ["accelerator_energy_kwh", "facility_energy_kwh", "reserved_accelerator_hours"]
    once = table(models, shapes, assumed())[columns]
    twice = table(models, shapes, assumed(), output_tokens=600)[columns]
    assert (twice > 2 * once).all(axis=None)
    bare = changed_value(assumed(), "cache_values_per_size", 0.0)
    once = table(models, shapes, bare)[columns].to_numpy()
    twice = table(models, shapes, bare, output_tokens=600)[columns].to_numpy()
    assert twice == pytest.approx(2 * once)
    nothing = table(models, shapes, bare, output_tokens=0, prompt_tokens=0)[columns]
    assert (nothing == 0).all(axis=None)


def test_only_mixtures_take_the_routing_factor(assumed, shapes):
    models = catalogue(parameters=[70e9, 70e9], active_parameters=[70e9, 69.999e9])
    plain = without_range(assumed())
    doubled = changed_value(
        plain, "routing_factor", 2 * plain.set_index("parameter")["value"]["routing_factor"]
    )
    ratio = (
        table(models, shapes, doubled)["accelerator_energy_kwh"]
        / table(models, shapes, plain)["accelerator_energy_kwh"]
    )
    assert ratio.tolist() == pytest.approx([1.0, 2.0])


def test_known_experts_lie_within_the_bounds_of_unknown_ones(assumed, shapes):
    models = catalogue(model_id=["known", "unknown"], parameters=671e9, active_parameters=37e9)
    fixed = without_range(assumed(), "expert_share_of_bound")
    shape_of = pd.DataFrame({"model_id": ["known"], "shape_of": [DEEPSEEK]})
    # The same cache for both, so that the experts alone differ.
    both = changed_value(fixed, "cache_value_bytes", 0.0)
    known, unknown = (row for _, row in table(models, shapes, both, shape_of).iterrows())
    assert (known["experts_basis"], unknown["experts_basis"]) == ("own experts", "bounds")
    ends = [known[f"accelerator_energy{s}_kwh"] for s in requests.SUFFIXES]
    assert ends == pytest.approx([ends[0]] * 3)
    low, value, high = (unknown[f"accelerator_energy{s}_kwh"] for s in requests.SUFFIXES)
    assert low < ends[0] < high
    assert low < value < high


def test_ranges_enclose_their_value_and_each_input_moves_the_right_end(assumed, shapes):
    models = catalogue(
        model_id=["dense", "mixture", "own"],
        parameters=[7e9, 671e9, 671e9],
        active_parameters=[7e9, 37e9, 37e9],
    )
    shape_of = pd.DataFrame({"model_id": ["own"], "shape_of": [DEEPSEEK]})
    everything = assumed()
    for parameter in ("", *everything["parameter"]):
        frame = without_range(everything, parameter) if parameter else everything
        found = table(models, shapes, frame, shape_of)
        for name in ("accelerator_energy{}_kwh", "facility_energy{}_kwh",
                     "reserved_accelerator{}_hours"):  # fmt: skip
            low, value, high = (found[name.format(s)].to_numpy() for s in requests.SUFFIXES)
            assert (low <= value).all(), parameter
            assert (value <= high).all(), parameter
            if not parameter:
                assert ((low < value) & (value < high)).all()


def test_what_lies_outside_the_fit_is_said(assumed, shapes):
    models = catalogue(parameters=[1.5e9, 7e9, 70e9, 1.8e12, 671e9],
                       active_parameters=[1.5e9, 7e9, 70e9, 2.8e11, 1e9])  # fmt: skip
    found = table(models, shapes, assumed())
    assert found["outside_fitted_range"].tolist() == [True, True, False, True, True]
    assert found["extrapolation_factor"].tolist() == pytest.approx(
        [8 / 1.5, 8 / 7, 1.0, 1800 / 671, 3.0]
    )


def test_a_model_older_than_the_accelerator_is_marked(assumed, shapes):
    models = catalogue(publication_date=["2020-05-28", "2022-09-20", "2024-07-23"])
    found = table(models, shapes, assumed())
    assert found["before_accelerator"].tolist() == [True, False, False]


def test_neither_order_nor_company_changes_a_row(assumed, shapes):
    models = catalogue(parameters=[1e9, 70e9, 671e9], active_parameters=[1e9, 70e9, 37e9])
    whole = table(models, shapes, assumed())
    assert whole.equals(table(models.iloc[::-1], shapes, assumed()))
    alone = table(models.iloc[[1]], shapes, assumed())
    assert alone.iloc[0].equals(whole.iloc[1].rename(0))


def test_hours_agree_with_measured_tokens_per_second(rows, assumed, coefficients):
    """The other route to hours: tokens over the rate measured per GPU, no power in it."""
    use = rows[
        (rows["gpu_model"] == "H100").to_numpy()
        & (rows["weight_precision"] == "bfloat16").to_numpy()
        & rows["mean_batch"].between(64, 512).to_numpy()
    ]
    assert len(use) > 50
    value = assumed().set_index("parameter")["value"]
    energy = token_energy.energy_per_token_j(
        use["active_gparam"], use["weights_gb"], use["batch"], use["cache_gb"],
        value["compute_energy"], value["memory_energy"],
        np.where(use["routed"], value["routing_factor"], 1.0),
    )  # fmt: skip
    hours = service.reserved_hours(energy / 3.6e6, value["working_power"], 1.0)
    measured = use["gpus"] / use["throughput_tokens_per_s"] / 3600
    ratio = (hours / measured).to_numpy(float)
    median, within = np.median(ratio) - 1, np.mean(np.abs(np.log(ratio)) < np.log(2))
    assert abs(median) < 0.25
    assert within > 0.9
    page = " ".join((ROOT / "docs/methods/inference_energy.md").read_text().split())
    assert (
        f"the two differ by {100 * median:.0f} % in the median, and by less than a factor of two "
        f"in {100 * within:.0f} of 100."
    ) in page


# What is left out -------------------------------------------------------------------------------


def test_each_reason_for_leaving_out():
    models = catalogue(
        domain=["Language", "Vision", "Image generation", "Multimodal,Language,Vision", "Video",
                "Language", "Language", "Language"],
        task=["Chat", "Chat", "Chat", "Translation, Chat", "Chat", "Semantic embedding", "Chat",
              "Chat"],
        parameters=[1e9, 1e9, 1e9, 1e9, 1e9, 1e9, np.nan, 1e9],
        active_parameters=[1e9, 1e9, 1e9, 1e9, 1e9, 1e9, np.nan, np.nan],
    )  # fmt: skip
    kept, excluded = requests.served(models, REQUEST["text_tasks"])
    assert kept["model_id"].tolist() == ["m0", "m3"]
    assert dict(zip(excluded["model_id"], excluded["reason"], strict=True)) == {
        "m1": requests.OTHER_UNIT, "m2": requests.MAKES_MEDIA, "m4": requests.MAKES_MEDIA,
        "m5": requests.NO_TEXT_TASK, "m6": requests.NO_PARAMETERS, "m7": requests.NO_ACTIVE,
    }  # fmt: skip


def test_a_model_without_domain_or_task_is_left_out():
    kept, excluded = requests.served(catalogue(domain=[None, "Language"], task=["Chat", None]),
                                     REQUEST["text_tasks"])  # fmt: skip
    assert kept.empty
    assert excluded["reason"].tolist() == [requests.OTHER_UNIT, requests.NO_TEXT_TASK]


# Refusals ---------------------------------------------------------------------------------------


def test_bad_shapes_are_refused(assumed, shapes):
    stray = pd.DataFrame({"model_id": ["m0"], "shape_of": ["meta-llama/Llama-3.1-8B-Instuct"]})
    with pytest.raises(DataError, match="nearest: meta-llama/Llama-3"):
        table(catalogue(), shapes, assumed(), stray)
    # 8 of 256 experts are more than one in a thousand of the parameters.
    wrong = pd.DataFrame({"model_id": ["m0"], "shape_of": [DEEPSEEK]})
    models = catalogue(parameters=[671e9], active_parameters=[0.671e9])
    with pytest.raises(DataError, match="experts do not go with active parameters"):
        table(models, shapes, assumed(), wrong)


def test_a_service_without_measured_power_is_refused(text, features, architectures, coefficients):
    arguments = (features, architectures, coefficients, constants.load(), REQUEST)
    with pytest.raises(DataError, match="no measured power"):
        service_assumptions.table(text[text["mean_batch"] < 60], *arguments)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"accelerator": "A100"}, "lifecycle.request.accelerator"),
        ({"precision": "int4"}, "lifecycle.request.precision"),
        ({"output_tokens": 0}, "lifecycle.request.output_tokens"),
        ({"prompt_tokens": -1}, "lifecycle.request.prompt_tokens"),
        ({"text_tasks": []}, "lifecycle.request.text_tasks"),
    ],
)
def test_a_service_that_cannot_be_is_refused(change, words):
    bad = CONFIG | {"lifecycle": CONFIG["lifecycle"] | {"request": REQUEST | change}}
    with pytest.raises(DataError) as refusal:
        choices.check(bad, ROOT / "workflow/schemas/config.schema.yaml", "config")
    assert words in str(refusal.value)
