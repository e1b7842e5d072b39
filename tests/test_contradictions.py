"""Compute too small for its accelerators, and hours other than the developer's."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import facts, tables
from ai_lifecycle.model_catalogue import catalogue, contradictions, names
from ai_lifecycle.training_tables import disclosures

FACTS, REFERENCES = ROOT / "data/facts", ROOT / "data/references.bib"
PEAK_TFLOPS = 100.0
KNOWN = pd.DataFrame({"peak_tflops": [PEAK_TFLOPS, np.nan]}, index=["A", "B"])
# Eight accelerators for a minute, and one for an hour, at the dense peak.
MINUTE, HOUR = 8 * 60 * PEAK_TFLOPS * 1e12, 3600 * PEAK_TFLOPS * 1e12
ROW = {
    "accelerator": "A", "training_flop": 1e22, "training_flop_low": 1e21,
    "training_flop_high": 1e23, "training_flop_origin": "as listed", "accelerator_count": np.nan,
    "accelerator_hours_h": np.nan, "domain": "Language", "fault": None,
    "training_tokens": 1e12, "training_tokens_origin": "agrees with compute",
    "active_parameters": 1e9, "active_parameters_origin": "derived",
}  # fmt: skip


def rows(*changes):
    return pd.DataFrame([ROW | change for change in changes])


@pytest.mark.parametrize(
    ("change", "small"),
    [
        ({"accelerator_count": 8, "training_flop": 0.99 * MINUTE}, True),
        ({"accelerator_count": 8, "training_flop": 1.01 * MINUTE}, False),
        ({"accelerator_count": 4, "training_flop": 0.99 * MINUTE}, False),
        ({"training_flop": 0.99 * MINUTE}, False),
        ({"accelerator_hours_h": 1.0, "training_flop": 0.99e-3 * HOUR}, True),
        ({"accelerator_hours_h": 1.0, "training_flop": 1.01e-3 * HOUR}, False),
        ({"accelerator_hours_h": 0.5, "training_flop": 0.99e-3 * HOUR}, False),
        ({"accelerator_count": 8, "training_flop": 1.0, "domain": "Games"}, False),
        ({"accelerator_count": 8, "training_flop": 1.0, "domain": "Vision;Recommendation"}, False),
        ({"accelerator_count": 8, "training_flop": 1.0, "domain": None}, True),
        ({"accelerator_count": 8, "training_flop": 1.0, "accelerator": "B"}, False),
        ({"accelerator_count": 8, "training_flop": 1.0, "accelerator": None}, False),
        ({"accelerator_count": 8, "training_flop": np.nan}, False),
    ],
)
def test_compute_is_held_against_the_accelerators(change, small):
    assert contradictions.compute_too_small(rows(change), KNOWN).tolist() == [small]


def test_refused_compute_takes_with_it_what_rests_on_it():
    frame = rows(
        {"accelerator_count": 8, "training_flop": 1.0, "fault": "dated_first_of_month"},
        {"accelerator_count": 8, "training_flop": 1.0, "training_tokens_origin": "as listed",
         "active_parameters_origin": "stated"},
        {},
    )  # fmt: skip
    out = contradictions.refuse_compute(frame, KNOWN)
    assert out[contradictions.TOO_SMALL].tolist() == [True, True, False]
    assert out["fault"].fillna("").tolist() == [
        "dated_first_of_month;compute_too_small", "compute_too_small", "",
    ]  # fmt: skip
    gone = ["training_flop", "training_flop_low", "training_flop_high", "training_flop_origin"]
    assert out.loc[:1, gone].isna().all(axis=None)
    assert out["training_tokens"].isna().tolist() == [True, False, False]
    assert out["training_tokens_origin"].isna().tolist() == [True, False, False]
    assert out["active_parameters"].isna().tolist() == [True, False, False]
    assert out["active_parameters_origin"].tolist() == ["unclear", "stated", "derived"]
    kept = ["training_flop", "training_flop_origin", "training_tokens", "active_parameters"]
    assert out.loc[2, kept].tolist() == frame.loc[2, kept].tolist()


@pytest.mark.parametrize(
    ("listed", "other"),
    [(119.0, False), (121.0, True), (81.0, False), (79.0, True), (np.nan, False)],
)
def test_hours_are_held_against_the_developers(listed, other):
    assert contradictions.hours_contradict_developer([100.0], [listed]).tolist() == [other]
    assert contradictions.hours_contradict_developer([np.nan], [listed]).tolist() == [False]


@pytest.fixture(scope="module")
def parts():
    own = disclosures.read(
        FACTS / "training_models.csv", FACTS / "training_disclosures.csv",
        ROOT / "data/training_quantities.csv", FACTS / "sustainable_ai_fig4.csv",
        references=REFERENCES,
    )  # fmt: skip
    known = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    hardware = names.read_accelerators(
        FACTS / "accelerator_names.csv", FACTS / "training_accelerators.csv",
        known["accelerator"], references=REFERENCES,
    )  # fmt: skip
    listed = tables.read_csv(ROOT / "data/frozen/epoch_models.csv", "epoch_models")
    relations = names.read_models(
        FACTS / "model_names.csv", own[0], listed["epoch_id"], references=REFERENCES
    )
    active = facts.read(
        FACTS / "model_active_parameters.csv", "model_active_parameters", references=REFERENCES
    )
    theirs = catalogue.from_epoch(listed, active, *hardware)
    ours = catalogue.from_disclosures(*own, *hardware)
    return catalogue.joined(ours, theirs, relations, active), hardware[1]


def found(frame, word):
    return sorted(frame["model_id"][frame[word].to_numpy(bool)])


def test_rows_of_the_real_table_are_pinned(parts):
    whole = contradictions.refuse_compute(*parts)
    assert found(whole, contradictions.TOO_SMALL) == [
        "elmo-strubell", "mattersim-m3gnet-mattersim-v1.0.0-5m",
        "omnifusion-7b-internvit-6b-448px-v1-2", "s1-32b", "xlstm-1.4b",
    ]  # fmt: skip
    assert found(whole, contradictions.DEVELOPER) == ["deepseek-v2", "falcon-180b"]
    hours = whole.set_index("model_id")["accelerator_hours_h"]
    assert hours["falcon-180b"] == 7_000_000
    assert hours["deepseek-v2"] == pytest.approx(172_800 * 8.1)
    # Each with the fault in its own row as well.
    for word in (contradictions.TOO_SMALL, contradictions.DEVELOPER):
        named = whole["fault"].fillna("").str.split(";").map(lambda faults, w=word: w in faults)
        assert named.tolist() == whole[word].tolist()


@pytest.mark.parametrize(
    ("name", "value"),
    [("LEAST_SECONDS_AT_PEAK", 20), ("LEAST_SECONDS_AT_PEAK", 300),
     ("LEAST_UTILISATION", 2e-4), ("LEAST_UTILISATION", 1e-2)],
)  # fmt: skip
def test_the_rows_found_do_not_hang_on_the_limits(parts, monkeypatch, name, value):
    before = contradictions.compute_too_small(*parts)
    monkeypatch.setattr(contradictions, name, value)
    assert (contradictions.compute_too_small(*parts) == before).all()


def test_six_operations_a_parameter_and_token_would_refuse_a_right_compute(parts):
    """Why that is no test here: it finds no row with hardware, and one of its three is right."""
    listed = tables.read_csv(ROOT / "data/frozen/epoch_models.csv", "epoch_models")
    language = listed["domain"].fillna("").str.split(";").map(lambda d: "Language" in d)
    dense = language & listed["base_model"].isna() & ~listed["sparse_stated"]
    full = 6 * listed["parameters"] * listed["data_points"]
    short = listed[dense & (listed["training_flop"] < full / 10)]
    assert sorted(short["epoch_id"]) == ["KN-LM", "MADLAD-400 10B", "SB-LM"]
    assert short["hardware"].isna().all()
    # MADLAD-400 saw 250 of its 3,000 billion tokens: six operations each give the listed compute.
    madlad = short.set_index("epoch_id").loc["MADLAD-400 10B"]
    assert madlad["training_flop"] == pytest.approx(6 * madlad["parameters"] * 250e9)


def test_the_developers_hours_agree_better_with_the_compute(parts):
    """Shares of the dense peak printed in docs/methods/training_energy.md."""
    frame, accelerators = parts
    listed = tables.read_csv(ROOT / "data/frozen/epoch_models.csv", "epoch_models")
    theirs_h = listed.set_index("epoch_id")["accelerator_hours_h"]
    rows = frame.set_index("model_id")
    peak_flop_per_h = rows["accelerator"].map(accelerators["peak_tflops"]) * 3600 * 1e12
    shares = {}
    for model_id, epoch_id in (
        ("falcon-180b", "Falcon-180B"), ("deepseek-v2", "DeepSeek-V2 (MoE-236B)"),
    ):  # fmt: skip
        done = rows.loc[model_id, "training_flop"] / peak_flop_per_h[model_id]
        shares[model_id] = [
            round(done / hours, 2)
            for hours in (rows.loc[model_id, "accelerator_hours_h"], theirs_h[epoch_id])
        ]
    assert shares == {"falcon-180b": [0.48, 0.19], "deepseek-v2": [0.2, 1.66]}
    page = " ".join((ROOT / "docs/methods/training_energy.md").read_text(encoding="utf-8").split())
    words = "0.48 of peak against 0.19 for Falcon-180B, 0.20 against the impossible 1.66"
    assert words in page
