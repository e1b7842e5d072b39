"""Requests of the declared service: energy, hours, ranges, what is left out, refusals."""

import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest
import yaml
from builds import ROOT

from ai_lifecycle import constants, facts, tables
from ai_lifecycle import settings as choices
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import service, token_energy
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
            "task": "Chat", "functional_unit": "training run", "parameters": 70e9,
            "active_parameters": 70e9, "active_parameters_origin": "stated"}  # fmt: skip
    size = max([len(v) for v in columns.values() if isinstance(v, list)], default=1)
    frame = pd.DataFrame({k: columns.get(k, v) for k, v in base.items()}, index=range(size))
    if isinstance(columns.get("model_id", "m"), str):
        frame["model_id"] = [f"m{i}" for i in range(size)]
    return frame


def declared(**shape_of):
    """Table of what is declared, with an architecture for each model named."""
    return pd.DataFrame(
        {"model_id": list(shape_of), "writes_text": None, "shape_of": list(shape_of.values())}
    )


NOTHING = declared()


def table(models, shapes, assumptions, said=NOTHING, **changed):
    return requests.table(
        models, said, shapes, assumptions, REQUEST | changed, RELEASED, sigma_log=0.4
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
        declared(llama=LLAMA), precision="fp8",
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


def test_a_long_prompt_takes_energy_of_active_parameters_at_the_accelerators(assumed, shapes):
    models = catalogue(parameters=[70e9, 671e9], active_parameters=[70e9, 37e9])
    bare = changed_value(without_range(assumed()), "cache_values_per_size", 0.0)
    short, long = (
        table(models, shapes, bare, prompt_tokens=tokens)["accelerator_energy_kwh"]
        for tokens in (500, 1500)
    )
    value = bare.set_index("parameter")["value"]["prompt_energy"]
    by_hand = [1000 * value * active / 3.6e6 for active in (70, 37)]
    assert (long - short).tolist() == pytest.approx(by_hand)


def test_the_cache_is_counted_at_prompt_and_half_the_output(
    text, features, architectures, coefficients
):
    """gpt-oss-20b, half of its 24 layers with windows of 128 tokens."""
    only = features[features["model_id"] == "openai/gpt-oss-20b"]
    found = service_assumptions.table(
        text, only, architectures.iloc[:0], coefficients, constants.load(), REQUEST
    ).set_index("parameter")["value"]["cache_values_per_size"]
    assert found == pytest.approx((12 * 650 + 12 * 128) * 2 * 8 * 64 / 650 / 3.6 ** (2 / 3))


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
    # The same cache for both, so that the experts alone differ.
    both = changed_value(fixed, "cache_value_bytes", 0.0)
    known, unknown = (
        row for _, row in table(models, shapes, both, declared(known=DEEPSEEK)).iterrows()
    )
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
    everything = assumed()
    for parameter in ("", *everything["parameter"]):
        frame = without_range(everything, parameter) if parameter else everything
        found = table(models, shapes, frame, declared(own=DEEPSEEK))
        for name in ("accelerator_energy{}_kwh", "facility_energy{}_kwh",
                     "reserved_accelerator{}_hours"):  # fmt: skip
            low, value, high = (found[name.format(s)].to_numpy() for s in requests.SUFFIXES)
            assert (low <= value).all(), parameter
            assert (value <= high).all(), parameter
            if not parameter:
                assert ((low < value) & (value < high)).all()


def test_what_lies_outside_the_fit_is_said(assumed, shapes):
    models = catalogue(parameters=[1.5e9, 7e9, 70e9, 1.8e12, 671e9, 405.85e9],
                       active_parameters=[1.5e9, 7e9, 70e9, 2.8e11, 1e9, 405.85e9])  # fmt: skip
    found = table(models, shapes, assumed())
    assert found["outside_fitted_range"].tolist() == [True, True, False, True, True, False]
    assert found["extrapolation_factor"].tolist() == pytest.approx(
        [8 / 1.5, 8 / 7, 1.0, 1800 / 671, 3.0, 405.85 / 405]
    )


def test_a_model_older_than_the_accelerator_is_marked(assumed, shapes):
    models = catalogue(publication_date=["2020-05-28", "2022-09-20", "2024-07-23", None])
    found = table(models, shapes, assumed())
    assert found["before_accelerator"].tolist() == [True, False, False, pd.NA]


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
    number = np.nan
    rows = [
        # domain, task, functional unit, parameters, active, reason
        ("Language", "Chat", "training run", 1e9, 1e9, ""),
        ("Multimodal;Language;Vision", "Image captioning;Chat", "fine-tuning", 1e9, 1e9, ""),
        ("Image generation;Language", "Chat;Text-to-image", "training run", 1e9, 1e9, ""),
        ("Vision", "Chat", "training run", 1e9, 1e9, requests.OTHER_UNIT),
        ("Image generation", "Chat", "training run", 1e9, 1e9, requests.MAKES_MEDIA),
        ("Vision;Video", "Chat", "training run", 1e9, 1e9, requests.MAKES_MEDIA),
        ("Language", "Semantic embedding", "training run", 1e9, 1e9, requests.NO_TEXT_TASK),
        ("Language", None, "training run", 1e9, 1e9, requests.NO_TEXT_TASK),
        (None, None, "training run", 1e9, 1e9, requests.NO_DOMAIN),
        ("Language", "Chat", "training run", number, number, requests.NO_PARAMETERS),
        ("Language", "Chat", "training run", 1e9, number, requests.NO_ACTIVE),
        ("Language", "Chat", "family of runs", 1e9, 1e9, requests.NOT_A_MODEL),
        ("Language", "Chat", "architecture search", 1e9, 1e9, requests.NOT_A_MODEL),
    ]
    columns = [list(column) for column in zip(*rows, strict=True)]
    domain, task, unit, parameters, active, reasons = columns
    models = catalogue(domain=domain, task=task, functional_unit=unit, parameters=parameters,
                       active_parameters=active)  # fmt: skip
    kept, excluded = requests.served(models, NOTHING, REQUEST["text_tasks"])
    found = dict.fromkeys(kept["model_id"], "") | dict(
        zip(excluded["model_id"], excluded["reason"], strict=True)
    )
    assert [found[name] for name in models["model_id"]] == reasons
    assert len(kept) + len(excluded) == len(models)


def test_what_is_declared_stands_above_domain_and_task():
    models = catalogue(model_id=["a", "b", "c"], domain=[None, "Language", "Language"],
                       task=[None, "Chat", "Chat"])  # fmt: skip
    said = pd.DataFrame({"model_id": ["a", "b"], "writes_text": [True, False], "shape_of": None})
    kept, excluded = requests.served(models, said, REQUEST["text_tasks"])
    assert kept["model_id"].tolist() == ["a", "c"]
    assert excluded["reason"].tolist() == [requests.NO_TEXT_TASK]
    with pytest.raises(DataError, match="no such model"):
        requests.served(models, declared(d=LLAMA), REQUEST["text_tasks"])
    twice = pd.concat([said, said], ignore_index=True)
    with pytest.raises(DataError, match="model stands twice"):
        requests.served(models, twice, REQUEST["text_tasks"])


def test_a_dense_model_has_all_parameters_active_whatever_the_rounding():
    models = catalogue(
        parameters=[68.98e9, 68.98e9], active_parameters=[70e9, 17e9],
        active_parameters_origin=["equal to total", "stated"],
    )  # fmt: skip
    kept, _ = requests.served(models, NOTHING, REQUEST["text_tasks"])
    assert kept["active_parameters"].tolist() == [68.98e9, 17e9]


# Refusals ---------------------------------------------------------------------------------------


def test_a_constant_in_another_unit_is_refused(text, features, architectures, coefficients):
    known = constants.load()
    name = "inference.prompt_energy"
    wrong = type(known)(known | {name: dataclasses.replace(known[name], unit="J")})
    with pytest.raises(DataError, match="another unit"):
        service_assumptions.table(text, features, architectures, coefficients, wrong, REQUEST)


def test_bad_shapes_are_refused(assumed, shapes):
    stray = declared(m0="meta-llama/Llama-3.1-8B-Instuct")
    with pytest.raises(DataError, match="nearest: meta-llama/Llama-3"):
        table(catalogue(), shapes, assumed(), stray)
    # 8 of 256 experts are more than one in a thousand of the parameters.
    models = catalogue(parameters=[671e9], active_parameters=[0.671e9])
    with pytest.raises(DataError, match="experts do not go with active parameters"):
        table(models, shapes, assumed(), declared(m0=DEEPSEEK))


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
