"""Epoch AI's table of models cleaned, and one row a model over both catalogues."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue import (
    catalogue,
    contradictions,
    epoch,
    epoch_faults,
    epoch_rows,
    names,
)
from ai_lifecycle.training_tables import disclosures

FACTS, FROZEN, REFERENCES = ROOT / "data/facts", ROOT / "data/frozen", ROOT / "data/references.bib"
SOURCE = "raw.githubusercontent.com/epoch-research/training-cost-trends/" + (
    "263c40a159307e917213d1dc433c617e47d55bfe/data/All ML Systems - full view.csv"
)
# Counted on the file as published.
COUNTS = {
    "name_repeated": 2, "name_with_stray_space": 15, "dated_first_of_january": 12,
    "dated_first_of_month": 138, "finetune_is_a_small_integer": 75, "utilisation_in_percent": 1,
    "data_points_zero": 1, "compute_outside_its_bounds": 1, "several_accelerators": 32,
    "hours_disagree": 10, "compute_holds_base_model": 135, "compute_from_hardware": 464,
}  # fmt: skip
ROW = {
    "Model": "M 1B", "Organization": "A,B", "Organization categorization": "Industry,Industry",
    "Country (of organization)": "France,France,Japan", "Domain": "Language", "Task": "Chat",
    "Training hardware": "NVIDIA A100", "Training compute estimation method": "Operation counting",
    "Base model": "", "Numerical format": "BF16", "Confidence": "Likely",
    "Model accessibility": "", "Parameters": "1e9", "Training dataset size (datapoints)": "1e10",
    "Epochs": "2", "Training compute (FLOP)": "1.2e20", "Training compute lower bound": "",
    "Training compute upper bound": "", "Finetune compute (FLOP)": "", "Hardware quantity": "8",
    "Training time (hours)": "100", "Training chip-hours": "", "Hardware utilization (MFU)": "",
    "Training power draw (W)": "", "Publication date": "2024-03-15", "Abstract": "",
    "Parameters notes": "", "Training compute notes": "", "Dataset size notes": "",
}  # fmt: skip


def payload(*changes):
    """The file as published, one row for each set of changed cells."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROW))
    writer.writeheader()
    writer.writerows([ROW | change for change in changes])
    return text.getvalue().encode()


def cleaned(*changes):
    return epoch_faults.treat(epoch.read(payload(*changes), "f.csv"))


@pytest.fixture(scope="module")
def listed():
    return tables.read_csv(FROZEN / "epoch_models.csv", "epoch_models")


@pytest.fixture(scope="module")
def own():
    return disclosures.read(
        FACTS / "training_models.csv", FACTS / "training_disclosures.csv",
        ROOT / "data/training_quantities.csv", FACTS / "sustainable_ai_fig4.csv",
        references=REFERENCES,
    )  # fmt: skip


@pytest.fixture(scope="module")
def hardware():
    known = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    return names.read_accelerators(
        FACTS / "accelerator_names.csv", FACTS / "training_accelerators.csv",
        known["accelerator"], references=REFERENCES,
    )  # fmt: skip


@pytest.fixture(scope="module")
def relations(own, listed):
    return names.read_models(
        FACTS / "model_names.csv", own[0], listed["epoch_id"], references=REFERENCES
    )


@pytest.fixture(scope="module")
def whole(own, listed, hardware, relations):
    active = facts.read(
        FACTS / "model_active_parameters.csv", "model_active_parameters", references=REFERENCES
    )
    theirs = catalogue.from_epoch(listed, active, *hardware)
    ours = catalogue.from_disclosures(*own, *hardware)
    frame = catalogue.joined(ours, theirs, relations, active)
    return contradictions.refuse_compute(frame, hardware[1])


@pytest.fixture(scope="module")
def models(whole, hardware):
    return catalogue.divided(whole, list(hardware[1].index))[0].set_index("model_id")


def test_lists_hold_each_entry_once_and_names_lose_stray_space():
    row = cleaned({"Model": " M\n 1B "}).iloc[0]
    assert (row["name"], row["country"], row["organisation"]) == ("M 1B", "France;Japan", "A,B")
    assert row["fault"] == "name_with_stray_space"


@pytest.mark.parametrize(
    ("change", "fault", "column", "value"),
    [
        ({"Publication date": "2024-01-01"}, "dated_first_of_january", "epochs", 2.0),
        ({"Publication date": "2024-02-01"}, "dated_first_of_month", "epochs", 2.0),
        ({"Finetune compute (FLOP)": "3"}, "finetune_is_a_small_integer", "finetune_flop", None),
        ({"Hardware utilization (MFU)": "72"}, "utilisation_in_percent", "utilisation", 0.72),
        ({"Training dataset size (datapoints)": "0"}, "data_points_zero", "data_points", None),
        ({"Training compute lower bound": "1.3e20"}, "compute_outside_its_bounds",
         "training_flop_low", None),
        ({"Training compute upper bound": "1.1e20"}, "compute_outside_its_bounds",
         "training_flop_high", None),
        ({"Training hardware": "A,B"}, "several_accelerators", "hardware", "A;B"),
        ({"Training chip-hours": "761"}, "hours_disagree", "accelerator_hours_h", 761.0),
        ({"Training chip-hours": "841"}, "hours_disagree", "accelerator_hours_h", 841.0),
        ({"Training chip-hours": "830"}, None, "accelerator_hours_h", 830.0),
        ({"Base model": "N"}, "compute_holds_base_model", "base_model", "N"),
        ({"Training compute estimation method": "Reported,Hardware"}, "compute_from_hardware",
         "compute_method", "Reported;Hardware"),
        ({}, None, "training_flop", 1.2e20),
    ],
)  # fmt: skip
def test_each_fault_is_found_and_treated(change, fault, column, value):
    row = cleaned(change).iloc[0]
    assert row["fault"] == fault
    assert pd.isna(row[column]) if value is None else row[column] == value


def test_repeated_names_are_numbered():
    frame = cleaned({}, {})
    assert list(frame["epoch_id"]) == ["M 1B", "M 1B #2"]
    assert epoch_faults.has(frame, "name_repeated").all()


@pytest.mark.parametrize(
    ("change", "column"),
    [({"Parameters": "many"}, "Parameters"), ({"Publication date": "May"}, "Publication date"),
     ({"Confidence": "Sure"}, "Confidence")],
)  # fmt: skip
def test_a_cell_of_another_kind_is_refused(change, column):
    with pytest.raises(DataError, match=column):
        epoch.read(payload(change), "f.csv")


def test_missing_columns_are_named():
    with pytest.raises(DataError, match="Confidence"):
        epoch.read(payload({}).replace(b"Confidence", b"Trust"), "f.csv")


def test_frozen_table_shows_the_counted_faults(listed):
    quality = tables.read_csv(FROZEN / "epoch_models_quality.csv", "epoch_models_quality")
    found = {text.split(":")[0]: n for text, n in
             zip(quality["fault"], quality["hours_or_rows"], strict=True)}  # fmt: skip
    assert {name: found[name] for name in COUNTS} == COUNTS
    assert {name: int(epoch_faults.has(listed, name).sum()) for name in COUNTS} == COUNTS
    assert len(listed) == 1892


@pytest.mark.mirror
def test_published_file_shows_the_counted_faults(mirror):
    frame = epoch_faults.treat(epoch.read((mirror / SOURCE).read_bytes(), SOURCE))
    assert {name: int(epoch_faults.has(frame, name).sum()) for name in COUNTS} == COUNTS


def rows(**columns):
    """Rows of the cleaned table; what is not given is missing."""
    blank = dict.fromkeys(
        ["accelerator_hours_h", "training_hours_h", "hardware_quantity", "training_flop",
         "training_flop_low", "training_flop_high", "finetune_flop", "parameters", "data_points",
         "epochs"], np.nan,
    ) | {"base_model": None, "domain": "Language", "sparse_stated": False}  # fmt: skip
    return pd.DataFrame([blank | columns])


@pytest.mark.parametrize(
    ("stated", "time", "count", "value", "low", "high", "origin"),
    [
        (900, np.nan, np.nan, 900, 900, 900, "as listed"),
        (np.nan, 100, 8, 800, 800, 800, "hours x quantity"),
        (900, 100, 8, 900, 800, 900, "as listed"),
        (390, 100, 8, np.nan, np.nan, np.nan, None),
        (1610, 100, 8, np.nan, np.nan, np.nan, None),
        (np.nan, 100, np.nan, np.nan, np.nan, np.nan, None),
    ],
)
def test_hours_are_taken_with_their_spread_or_not_at_all(
    stated, time, count, value, low, high, origin
):
    row = epoch_rows.hours(
        rows(accelerator_hours_h=stated, training_hours_h=time, hardware_quantity=count)
    ).iloc[0]
    found = row[["accelerator_hours_h", "accelerator_hours_low_h", "accelerator_hours_high_h"]]
    assert found.astype(float).to_list() == pytest.approx([value, low, high], nan_ok=True)
    assert row["accelerator_hours_origin"] == origin


def test_a_fine_tuning_is_not_charged_with_its_base_model():
    plain = epoch_rows.compute(rows(training_flop=7e23)).iloc[0]
    tuned = epoch_rows.compute(rows(training_flop=7e23, finetune_flop=8e17, base_model="L")).iloc[0]
    unknown = epoch_rows.compute(rows(training_flop=7e23, base_model="L")).iloc[0]
    slip = epoch_rows.compute(rows(training_flop=1e19, finetune_flop=4e19, base_model="L")).iloc[0]
    assert (plain["training_flop"], plain["training_flop_origin"]) == (7e23, "as listed")
    assert (tuned["training_flop"], tuned["training_flop_origin"]) == (8e17, "fine-tuning alone")
    assert np.isnan(unknown["training_flop"])
    assert unknown["training_flop_origin"] is None
    assert np.isnan(slip["training_flop"])


@pytest.mark.parametrize(
    ("columns", "stated", "active", "origin", "tokens"),
    [
        ({"training_flop": 6e21, "data_points": 1e12}, np.nan, 1e9, "equal to total", 1e12),
        ({"training_flop": 6e21, "data_points": 5e11, "epochs": 2}, np.nan, 1e9, "equal to total",
         1e12),
        # Passes that the compute does not know of: one pass agrees.
        ({"training_flop": 6e21, "data_points": 1e12, "epochs": 500}, np.nan, 1e9, "equal to total",
         1e12),
        ({"training_flop": 1.2e21, "data_points": 1e12, "sparse_stated": True}, np.nan, 2e8,
         "derived", 1e12),
        # Far below the total, and nothing says why: the data were not all used, or experts.
        ({"training_flop": 1.2e21, "data_points": 1e12}, np.nan, np.nan, "unclear", np.nan),
        ({"training_flop": 1.2e21, "data_points": 1e12}, 3e8, 3e8, "stated", np.nan),
        ({"data_points": 1e12, "sparse_stated": True}, np.nan, np.nan, "unclear", 1e12),
        ({"data_points": 1e12}, np.nan, 1e9, "equal to total", 1e12),
        ({"data_points": 1e12, "domain": "Vision"}, np.nan, 1e9, "equal to total", np.nan),
        ({"parameters": np.nan}, np.nan, np.nan, "missing", np.nan),
    ],
)  # fmt: skip
def test_active_parameters_say_where_they_come_from(columns, stated, active, origin, tokens):
    frame = rows(**{"parameters": 1e9} | columns)
    row = epoch_rows.parameters(frame, np.array([stated])).iloc[0]
    assert row["active_parameters"] == pytest.approx(active, nan_ok=True)
    assert row["active_parameters_origin"] == origin
    assert row["training_tokens"] == pytest.approx(tokens, nan_ok=True)


def test_no_two_names_are_nearly_equal_unless_listed(own, listed, relations):
    names.require_no_unlisted_twin(relations, own[0], listed, "model_names.csv")
    without = relations[relations["other_id"] != "BLOOMZ-176B"]
    with pytest.raises(DataError, match="BLOOMZ-176B"):
        names.require_no_unlisted_twin(without, own[0], listed, "model_names.csv")


@pytest.mark.parametrize("other", ["Llama 2-70B", "no such model"])
def test_a_wrong_row_of_names_is_refused(tmp_path, own, listed, other):
    text = (FACTS / "model_names.csv").read_text()
    (tmp_path / "n.csv").write_text(text.replace(",Llama 2-7B,", f",{other},"))
    with pytest.raises(DataError, match=r"mapped twice|no such model"):
        names.read_models(tmp_path / "n.csv", own[0], listed["epoch_id"], references=REFERENCES)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("accelerator_names", ",NVIDIA K80,", ",NVIDIA K81,", "nearest|NVIDIA K80"),
        ("accelerator_names", "NVIDIA V100 SXM2 16GB;", "NVIDIA V100 SXM9;", "NVIDIA V100 SXM2"),
        ("training_accelerators", "NVIDIA K80,", "NVIDIA K81,", "NVIDIA K80"),
        ("training_accelerators", "245.0,245.0,245.0", "245.0,300.0,300.0", "outside its range"),
    ],
)
def test_an_accelerator_that_no_table_knows_is_refused(
    tmp_path, hardware, file, old, new, expected
):
    paths = {}
    for name in ("accelerator_names", "training_accelerators"):
        text = (FACTS / f"{name}.csv").read_text()
        paths[name] = tmp_path / f"{name}.csv"
        paths[name].write_text(text.replace(old, new, 1) if name == file else text)
        assert (paths[name].read_text() != text) == (name == file)
    known = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    with pytest.raises(DataError, match=expected):
        names.read_accelerators(*paths.values(), known["accelerator"], references=REFERENCES)


def test_power_and_throughput_are_those_of_the_hardware_facts(hardware):
    known = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    known = known.set_index("accelerator")
    for name, row in hardware[1].iterrows():
        rated, peak = known.loc[name, ["rated_power_w", "fp16_dense_tflops"]]
        if pd.notna(rated) and pd.notna(row["rated_power_w"]) and "V100" not in name:
            assert row["rated_power_w"] == rated
        if pd.notna(peak) and row["peak_basis"] == "16-bit dense":
            assert row["peak_tflops"] == peak


def test_one_row_a_model(models, relations, listed):
    assert models.index.is_unique
    same = relations[relations["relation"] == "same"]
    assert list(models.loc[same["model_id"], "catalogue"].unique()) == ["both"]
    taken = {names.slug(other) for other in same["other_id"]} - set(same["model_id"])
    assert not taken & set(models.index)
    assert (models["catalogue"] == "both").sum() == len(same)
    assert (models["catalogue"] != "epoch").sum() == 124


def test_both_catalogues_meet_in_one_row(models):
    row = models.loc["gpt-3-175b"]
    assert row["accelerator_hours_h"] == 3_552_000
    assert row["accelerator_hours_origin"] == "disclosed"
    assert row["training_flop"] == 3.14e23
    assert str(row["publication_date"].date()) == "2020-05-28"
    assert row["source_key"].endswith(";epoch_models")
    assert models.loc["gemma-2b", "part_of"] == "gemma-1-2b-7b"
    assert models.loc["gshard-600b", "active_parameters_origin"] == "unclear"
    assert models.loc["llama-1-7b", "active_parameters_origin"] == "equal to total"
    # Stated under our name of the model, which is not Epoch AI's.
    assert models.loc["deepseek-v2", "active_parameters_origin"] == "stated"
    assert models.loc["gpt-oss-120b", "active_parameters"] == 5e9
    # Epoch AI counts the whole of OPT; the accounts of others do not become the model's own.
    assert models.loc["opt-175b", "accelerator_hours_origin"] == "as listed"


def test_a_model_with_too_little_data_is_left_out_with_its_reasons(whole, hardware):
    models, left = catalogue.divided(whole, list(hardware[1].index))
    assert len(models) + len(left) == len(whole)
    assert not set(models["model_id"]) & set(left["model_id"])
    assert left["reason"].str.len().gt(0).all()
    assert (left["catalogue"] == "epoch").all()
    reason = left.set_index("model_id")["reason"]
    assert reason["alexnet"].startswith("unknown accelerator (nearest: ")
    assert "no hardware" in reason["o1-mini"] or "neither" in reason["o1-mini"]
    assert reason["olmo-7b"] == "several accelerators without their shares"
    assert "hours contradict compute" in "".join(reason)
    assert reason["xlstm-1.4b"].startswith("compute too small for its accelerators")
    kept = models[models["catalogue"] == "epoch"]
    assert kept["accelerator"].notna().all()
    assert kept["publication_date"].notna().all()
    assert (kept["training_flop"].notna() | kept["accelerator_hours_h"].notna()).all()


def test_faults_that_show_beside_our_tables_are_counted(whole):
    found = catalogue.quality(whole).set_index("fault")["hours_or_rows"]
    found.index = [text.split(":")[0] for text in found.index]
    assert found.to_dict() == {
        "compute_too_small": 5, "hours_contradict_developer": 2, "hours_contradict_compute": 8,
        "hours_refused": 5, "variant_not_stated": 299, "unknown_accelerator": 108,
    }  # fmt: skip


def test_identifiers_are_made_of_names():
    assert names.slug(" PanGu-Σ (v1.5)!") == "pangu-sigma-v1.5"
    assert names.slug("PointNet++") == "pointnet-plus-plus"
