"""Corrections apply where they say, to what they expect, or not at all."""

import copy

import numpy as np
import pandas as pd
import pytest
import yaml

from ai_lifecycle import corrections
from ai_lifecycle.errors import DataError

ENTRY = {
    "id": "spike",
    "area": "XX",
    "fault": "isolated spike",
    "action": "set_missing",
    "columns": ["gas_mwh"],
    "where": {"above": {"gas_mwh": 100}},
    "expect": {"rows": 1},
    "reason": "impossible",
    "evidence": "neighbours",
}

# Where a guard that fails says that the entry stands.
STATED = r"data/corrections/x\.yaml, key spike"


def entry(**changes):
    """One correction, with some keys changed."""
    content = {**ENTRY, **changes}
    return corrections.Correction(
        **{**content, "columns": tuple(content["columns"])}, file="data/corrections/x.yaml"
    )


def written(tmp_path, *entries):
    path = tmp_path / "corrections.yaml"
    text = yaml.safe_dump({"dataset": "x", "corrections": list(entries)})
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def frame():
    """Four hours over a change of month."""
    return pd.DataFrame(
        {
            "label_utc": pd.date_range("2022-01-31T22:00", periods=4, freq="h", tz="UTC"),
            "gas_mwh": [10.0, 500.0, np.nan, 12.0],
            "other_mwh": [5.0, 5.0, 205.0, 7.0],
            "nuclear_mwh": [200.0, 200.0, 0.0, 199.0],
        }
    )


def test_entries_read_back(tmp_path):
    (read,) = corrections.read(written(tmp_path, ENTRY))
    assert read == entry()


def test_own_file_reads_and_names_known_columns(root):
    entries = corrections.read(root / "data/corrections/eia930_2022.yaml")
    assert len(entries) == len({e.id for e in entries}) == 46
    assert {e.action for e in entries} == set(corrections.ACTIONS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"action": "smooth"}, "unknown action"),
        ({"expect": {"within": {"gas_mwh": [1, 2]}}}, "without guard"),
        ({"expect": {}}, "lacks a key"),
        ({"reason": ""}, "lacks a key"),
        ({"where": {"over": {"gas_mwh": 1}}}, "unknown word"),
        ({"surprise": 1}, "unknown key"),
        ({"action": "relabel"}, "relabel names the column"),
        ({"into": "oil_mwh"}, "relabel names the column"),
    ],
)
def test_malformed_entry_is_refused(tmp_path, change, message):
    with pytest.raises(DataError, match=message):
        corrections.read(written(tmp_path, {**ENTRY, **change}))


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([["2022-13-28T17:00", "2022-12-28T17:00"]], "no date and hour; found '2022-13-28T17:00'"),
        ([["2022-02-28T17:00", "2022-02-30T17:00"]], "no date and hour; found '2022-02-30T17:00'"),
        ([["2022-02-28T24:00", "2022-03-01T17:00"]], "no date and hour; found '2022-02-28T24:00'"),
        ([["2022-02-28T17:00", 3]], "no date and hour; found 3"),
        ([["2022-02-28T17:00"]], "not pairs"),
        ("2022-02-28T17:00", "not pairs"),
        ([["2022-02-28T17:00", "2022-02-28T16:00"]], "backwards"),
    ],
)
def test_impossible_label_is_refused(tmp_path, labels, message):
    path = written(tmp_path, {**ENTRY, "where": {"labels": labels}})
    with pytest.raises(
        DataError, match=rf"corrections\.yaml, key spike\.where\.labels: .*{message}"
    ):
        corrections.read(path)


def test_entry_knows_its_file(tmp_path):
    path = written(tmp_path, ENTRY)
    assert corrections.read(path)[0].file == str(path)


def test_entry_given_twice_is_refused(tmp_path):
    with pytest.raises(DataError, match="stands twice"):
        corrections.read(written(tmp_path, ENTRY, copy.deepcopy(ENTRY)))


@pytest.mark.parametrize(
    "text",
    [
        "- 1",
        "dataset: x",
        "{a: [",
        "dataset: x\ncorrections: []\nz: 1",
        "dataset: 2022-13-28\ncorrections: []",
    ],
)
def test_malformed_file_is_refused(tmp_path, text):
    path = tmp_path / "corrections.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"YAML|correction file"):
        corrections.read(path)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"every": True}, [1, 1, 1, 1]),
        ({"labels": [["2022-01-31T23:00", "2022-02-01T00:00"]]}, [0, 1, 1, 0]),
        (
            {
                "labels": [
                    ["2022-01-31T22:00", "2022-01-31T22:00"],
                    ["2022-02-01T01:00", "2022-02-01T09:00"],
                ]
            },
            [1, 0, 0, 1],
        ),
        ({"equal": {"nuclear_mwh": 0}}, [0, 0, 1, 0]),
        ({"above": {"gas_mwh": 10}}, [0, 1, 0, 1]),
        ({"below": {"gas_mwh": 12}}, [1, 0, 0, 0]),
        ({"missing": True}, [0, 0, 1, 0]),
        ({"utc_hours": [22, 23]}, [1, 1, 0, 0]),
        ({"local_hour": 17}, [0, 1, 0, 0]),
        ({"repeats_previous": True}, [0, 0, 0, 1]),
        ({"above": {"gas_mwh": 5}, "equal": {"other_mwh": 5}}, [1, 1, 0, 0]),
    ],
)
def test_selection(frame, where, expected):
    chosen = corrections.select(
        frame,
        entry(where=where),
        repeats=np.array([False, False, False, True]),
        local_hour=np.array([16, 17, 18, 19]),
    )
    assert chosen.tolist() == [bool(e) for e in expected]


@pytest.mark.parametrize(
    "change", [{"columns": ["gaz_mwh"]}, {"where": {"above": {"gaz_mwh": 1}}}, {"into": "gaz_mwh"}]
)
def test_unknown_column_is_refused(frame, change):
    with pytest.raises(DataError, match=r"key spike: .*unknown column.*nearest: gas_mwh"):
        corrections.select(frame, entry(**change))


def test_set_missing_empties_the_cells_chosen_only(frame):
    chosen = corrections.select(frame, entry())
    after = corrections.apply_values(frame.copy(), entry(), chosen)
    assert after["gas_mwh"].isna().tolist() == [False, True, True, False]
    assert after["other_mwh"].equals(frame["other_mwh"])


def test_keep_changes_nothing(frame):
    after = corrections.apply_values(frame.copy(), entry(action="keep"), np.ones(4, dtype=bool))
    pd.testing.assert_frame_equal(after, frame)


def test_relabel_moves_energy_and_leaves_the_usual_of_the_month(frame):
    move = entry(
        action="relabel",
        columns=["other_mwh"],
        into="nuclear_mwh",
        where={"equal": {"nuclear_mwh": 0}, "above": {"other_mwh": 100}},
    )
    chosen = corrections.select(frame, move)
    after = corrections.apply_values(frame.copy(), move, chosen)
    # February's only other hour holds 7 MWh of other, so 205 - 7 = 198 MWh were nuclear.
    assert after["other_mwh"].tolist() == [5, 5, 7, 7]
    assert after["nuclear_mwh"].tolist() == [200, 200, 198, 199]
    total = ["other_mwh", "nuclear_mwh"]
    assert after[total].sum().sum() == frame[total].sum().sum()


def test_relabel_leaves_out_rows_misplaced_elsewhere(frame):
    frame.loc[3, "other_mwh"] = 900.0  # misplaced too, by another entry
    frame.loc[4] = [pd.Timestamp("2022-02-01T02:00Z"), 1.0, 9.0, 200.0]
    move = entry(
        action="relabel",
        columns=["other_mwh"],
        into="nuclear_mwh",
        where={"equal": {"nuclear_mwh": 0}, "above": {"other_mwh": 100}},
    )
    after = corrections.apply_values(frame.copy(), move, corrections.select(frame, move))
    assert after.loc[2, "other_mwh"] == 9


def test_guard_on_the_number_of_rows(frame):
    wrong = entry(expect={"rows": 2})
    with pytest.raises(
        DataError,
        match=rf"^{STATED}: upstream or the entry has changed.*upstream_xx.*1 rows.*2 rows",
    ):
        corrections.demand(frame, wrong, corrections.select(frame, wrong), file="upstream_xx")


def test_guard_on_the_values(frame):
    wrong = entry(expect={"rows": 1, "within": {"gas_mwh": [501, 600]}})
    with pytest.raises(
        DataError,
        match=rf"^{STATED}: upstream or the entry has changed.*_xx, row 3, column gas_mwh.*500",
    ):
        corrections.demand(frame, wrong, corrections.select(frame, wrong), file="upstream_xx")
    right = entry(expect={"rows": 1, "within": {"gas_mwh": [499, 501]}})
    corrections.demand(frame, right, corrections.select(frame, right), file="upstream_xx")


def test_guard_on_a_measure():
    guarded = entry(expect={"rows": 1, "percent_fitting_better": [90, 100]})
    corrections.demand_measure(guarded, "percent_fitting_better", 90, file="upstream_xx")
    corrections.demand_measure(guarded, "solar_noon_offset_minutes", 1e9, file="upstream_xx")
    with pytest.raises(
        DataError, match=rf"^{STATED}: upstream or the entry has changed.*upstream_xx"
    ):
        corrections.demand_measure(guarded, "percent_fitting_better", 89.9, file="upstream_xx")


def test_interval_reads_as_words():
    where = {
        "labels": [["2022-01-01T00:00", "2022-01-02T00:00"]],
        "equal": {"gas_mwh": 0},
        "utc_hours": [3, 10],
    }
    words = corrections.interval(entry(where=where))
    assert words == (
        "label 2022-01-01T00:00 to 2022-01-02T00:00; gas_mwh = 0; label hours 3 to 10 UTC"
    )
