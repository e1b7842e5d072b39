"""Rows of the comparison: boundaries, ratios and reasons, by hand."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.tool_tables import chip_rows, comparison, request_rows, training_rows
from ai_lifecycle.tool_tables.given import Given

RUNS = {
    # model_id: hours, IT energy, facility energy, PUE, what the energy rests on
    "gpt-3-175b": (3_552_000, 1170.0, 1287.0, 1.1, "measured power"),
    "bloom-176b": (1_082_990, 600.0, 720.0, 1.2, "assumed power"),
    "llama-1-65b": (1_022_362, 560.0, 616.0, 1.1, "assumed power"),
    "llama-3.1-405b": (30_840_000, 30_000.0, 32_400.0, 1.08, pd.NA),
}
REQUEST = {"prompt_tokens": 500, "output_tokens": 300, "accelerator": "H100"}


def read(root, name):
    return facts.read(
        root / f"data/facts/{name}.csv", name, references=root / "data/references.bib"
    )


@pytest.fixture(scope="module")
def committed(root):
    return [
        tables.read_csv(root / "data/tool_cases.csv", "tool_cases"),
        *(read(root, name) for name in ("tool_inputs", "tool_parameters", "tool_outputs")),
    ]


@pytest.fixture(scope="module")
def given(committed):
    return Given(*committed)


@pytest.fixture
def training():
    rows = []
    for model_id, (hours, it, facility, pue, rests_on) in RUNS.items():
        row = {"model_id": model_id, "accelerator_hours_h": float(hours), "pue": pue,
               "energy_rests_on": rests_on}  # fmt: skip
        for end, factor in (("_low", 0.9), ("", 1.0), ("_high", 1.1)):
            row[f"it_energy{end}_mwh"] = it * factor
            row[f"facility_energy{end}_mwh"] = facility * factor
        rows.append(row)
    return pd.DataFrame(rows).set_index("model_id")


def energies(given, training):
    rows = training_rows.energies(given, training, 1.6, (0.76, 0.86, 0.95), 64.0)
    return {(row["case"], row["tool"]): row for row in rows}


def test_rated_power_stands_beside_what_accelerators_draw(given, training):
    row = energies(given, training)["bloom", "ML CO2 Impact"]
    assert row["tool_value"] == pytest.approx(1_082_990 * 400 / 1e6)
    assert row["our_value"] == pytest.approx(600 / 1.6)
    assert row["our_low"] == pytest.approx(600 / 1.6 * 0.76 / 0.86)
    assert row["our_high"] == pytest.approx(600 / 1.6 * 0.95 / 0.86)
    assert row["ratio"] == pytest.approx(433.196 / 375)
    assert row["comparable"]
    assert row["flag"] == ""
    assert "rated 400 W against 346 W" in row["why"]


def test_a_measured_node_is_not_compared_with_accelerators(given, training):
    row = energies(given, training)["gpt_3", "ML CO2 Impact"]
    assert (row["tool_boundary"], row["our_boundary"]) == ("accelerator", "IT")
    assert row["our_value"] == 1170
    assert not row["comparable"]
    assert row["flag"] == "do not compare: accelerator, against IT"
    assert row["in_our_range"] is None


def test_cores_and_memory_are_flagged_and_explained(given, training):
    row = energies(given, training)["bloom", "Green Algorithms"]
    # 1,082,990 h x (400 + 64 x 0.3725 W) x 1.67
    assert row["tool_value"] == pytest.approx(766.554, abs=0.001)
    assert not row["comparable"]
    assert "PUE 1.67 against 1.20 (1.39 times)" in row["why"]
    assert "424 W (rated 400 and memory 24) against 554 W" in row["why"]


def test_llmcarbon_is_asked_only_where_its_table_has_the_run(given, training):
    found = energies(given, training)
    assert [case for case, tool in found if tool == "LLMCarbon"] == ["gpt_3"]
    assert found["gpt_3", "LLMCarbon"]["comparable"]
    left = [r["case"] for r in training_rows.not_asked(given) if r["tool"] == "LLMCarbon"]
    assert sorted(left) == ["bloom", "llama_3_1_405b_training", "llama_65b"]


def test_another_input_than_the_tools_had_is_refused(given, training):
    training.loc["bloom-176b", "accelerator_hours_h"] *= 1.01
    with pytest.raises(DataError, match="make compare-tools"):
        energies(given, training)


def test_emissions_are_energy_times_the_grid_of_the_tool(given, training):
    ledger = pd.DataFrame(
        [
            {"model_id": m, "phase": "training", "part": "operation",
             "energy_value_mwh": values[2], "location_lifecycle_low_t": 1.0,
             "location_lifecycle_value_t": values[2] * 0.4, "location_lifecycle_high_t": 1e6}
            for m, values in RUNS.items()
        ]
    )  # fmt: skip
    rows = list(energies(given, training).values())
    found = {
        (row["case"], row["tool"]): row for row in training_rows.emissions(given, rows, ledger)
    }
    assert found["bloom", "ML CO2 Impact"]["tool_value"] == pytest.approx(433.196 * 0.432)
    assert found["bloom", "Green Algorithms"]["tool_value"] == pytest.approx(
        766.554184 * 0.05128, rel=1e-6
    )
    assert found["gpt_3", "LLMCarbon"]["tool_value"] == pytest.approx(1289.84772 * 0.429)
    measured = found["bloom", "codecarbon"]
    assert measured["tool_value"] == pytest.approx(720 * 0.056039)
    assert measured["why"].startswith("energy 1.00 times, intensity 0.14 times ours (56 against")
    assert not any(row["comparable"] for row in found.values())


def test_grids_take_the_last_year_of_ours_and_the_range_over_years(given):
    annual = pd.DataFrame(
        [
            {"producer": "electricity_maps", "area": area, "measure": "average", "year": year,
             "intensity_g_per_kwh": value}
            for area, values in (("US", (444, 420, 414)), ("FR", (91, 50, 31)))
            for year, value in zip((2022, 2023, 2025), values, strict=True)
        ]
        + [{"producer": "ember", "area": "US", "measure": "average", "year": 2026,
            "intensity_g_per_kwh": 1}]
    )  # fmt: skip
    rows = {(row["case"], row["tool"]): row for row in training_rows.grids(given, annual)}
    usa = rows["grid_usa", "codecarbon"]
    assert (usa["our_low"], usa["our_value"], usa["our_high"]) == (0.414, 0.414, 0.444)
    assert usa["ratio"] == pytest.approx(0.369473 / 0.414)
    assert rows["grid_france", "ML CO2 Impact"]["ratio"] == pytest.approx(432 / 31)
    assert not any(row["comparable"] for row in rows.values())


def requests(given):
    """Our values: 0.1 Wh and 2 h each, to half and to twice."""
    return {case.case: ((5e-5, 1e-4, 2e-4), (1.0, 2.0, 4.0)) for case in given.of_kind("request")}


def test_requests_stand_at_the_meter_and_at_machine_and_host(given):
    per_hour = pd.DataFrame(
        [
            {"accelerator": accelerator, "stage": stage, "low_g_per_reserved_hour": 1.0,
             "value_g_per_reserved_hour": grams, "high_g_per_reserved_hour": 30.0}
            for accelerator, stage, grams in (
                ("X", "accelerator", 5.0), ("X", "host", 12.0), ("X", "building", 100.0),
                ("Y", "host", 1000.0),
            )
        ]
    )  # fmt: skip
    rows = {
        (row["case"], row["quantity"], row["variant"]): row
        for row in request_rows.rows(given, requests(given), per_hour, (0.3, 0.4, 0.5), "X")
    }
    energy = rows["llama_3_1_70b", "energy", "as it comes"]
    assert energy["tool_value"] == pytest.approx(0.000184030313)
    assert energy["our_value"] == 1e-4
    assert energy["comparable"]
    assert "multiplied by the accelerators that hold all (4)" in energy["why"]
    embodied = rows["llama_3_1_70b", "embodied", "as it comes"]
    assert embodied["our_value"] == pytest.approx(2 * 17 / 1000)
    assert embodied["our_high"] == pytest.approx(4 * 60 / 1000)
    assert embodied["comparable"]
    operational = rows["llama_3_1_70b", "operational", "at our batch"]
    assert (operational["our_low"], operational["our_value"]) == pytest.approx((1.5e-5, 4e-5))
    assert not operational["comparable"]
    assert operational["why"] == "energy 1.04 times, intensity 0.96 times ours"


def test_requests_of_another_length_or_batch_are_refused(given):
    listed = pd.DataFrame({"model_id": []})
    corners = {"batch_large_service": np.array([[512.0], [192.0], [64.0]])}
    with pytest.raises(DataError, match="config"):
        request_rows.our_requests(given, listed, None, corners, REQUEST | {"output_tokens": 301})
    other = {"batch_large_service": np.array([[512.0], [128.0], [64.0]])}
    with pytest.raises(DataError, match="another batch"):
        request_rows.our_requests(given, listed, None, other, REQUEST)


@pytest.fixture
def chips():
    parts = (("logic dies", 46.0), ("memory", 72.0), ("packaging", 0.15), ("board", 10.0))
    routes = pd.DataFrame(
        [
            {"accelerator": name, "route": "bottom-up", "component": part,
             "low_kgco2e": value / 2, "value_kgco2e": value, "high_kgco2e": value * 2}
            for name in ("NVIDIA H100 SXM5 80GB", "NVIDIA A100 SXM4 40GB")
            for part, value in parts
        ]
    )  # fmt: skip
    published = {
        "NVIDIA H100 SXM5 80GB": (164.0, 814.0, 80.0, 5.0),
        "NVIDIA A100 SXM4 40GB": (127.6, 826.0, 40.0, 7.0),
        "NVIDIA B200 SXM": (284.25, np.nan, 180.0, np.nan),
        "NVIDIA V100 SXM2 32GB": (np.nan, 815.0, 32.0, 12.0),
    }
    rows = [
        {"accelerator": name, "die_area_mm2": area, "memory_gb": memory, "process_nm": node,
         "top_down_low_kgco2e": value, "top_down_kgco2e": value, "top_down_high_kgco2e": value}
        for name, (value, area, memory, node) in published.items()
    ]  # fmt: skip
    return routes, pd.DataFrame(rows).set_index("accelerator")


def chip(given, chips):
    return {
        (row["case"], row["tool"], row["variant"]): row for row in chip_rows.rows(given, *chips)
    }


def test_act_stands_beside_the_parts_that_it_counts(given, chips):
    row = chip(given, chips)["h100", "ACT", "as it comes"]
    # 8.14 cm2 x (2.75 x 0.583 + 0.3275 + 0.5) / 0.875 + 80 x 0.065 / 0.875 + 0.15
    logic = 8.14 * (2.75 * 0.583 + 0.3275 + 0.5) / 0.875
    assert row["tool_value"] == pytest.approx(logic + 80 * 0.065 / 0.875 + 0.15)
    assert row["our_value"] == pytest.approx(46 + 72 + 0.15)
    assert row["our_low"] == pytest.approx((46 + 72 + 0.15) / 2)
    assert row["comparable"]
    assert "memory 6 against 72 kg" in row["why"]


def test_a_die_stands_beside_a_die_and_nothing_beside_nothing(given, chips):
    found = chip(given, chips)
    assert found["h100", "LLMCarbon", "as it comes"]["ratio"] == pytest.approx(14.652 / 46)
    lone = found["v100", "LLMCarbon", "as it comes"]
    assert lone["flag"] == "no value of ours"
    assert not lone["comparable"]
    assert np.isnan(lone["ratio"])


def test_boaviztapi_is_flagged_and_taken_apart(given, chips):
    row = chip(given, chips)["h100", "boaviztapi", "as it comes"]
    assert row["ratio"] == pytest.approx(575.1 / 164)
    assert not row["comparable"]
    assert "431 kg of 575 (75%) is its memory" in row["why"]
    assert "a factor of 2.00" in row["why"]
    assert ("b200", "boaviztapi", "areas without yield") not in chip(given, chips)


def test_other_silicon_than_the_tools_had_is_refused(given, chips):
    chips[1].loc["NVIDIA H100 SXM5 80GB", "die_area_mm2"] = 800.0
    with pytest.raises(DataError, match="die_area"):
        chip(given, chips)


def test_the_table_is_in_order_and_keeps_an_open_question_open(given, chips):
    rows = list(chip(given, chips).values())
    found = comparison.table(reversed(rows))
    assert found[comparison.KEYS].values.tolist() == sorted(found[comparison.KEYS].values.tolist())
    assert found.loc[~found["comparable"], "in_our_range"].isna().all()
    assert found.loc[found["comparable"], "in_our_range"].notna().all()


@pytest.mark.parametrize("which", [1, 2, 3])
def test_a_thing_stated_twice_is_refused(committed, which):
    doubled = [*committed]
    doubled[which] = pd.concat([doubled[which], doubled[which].iloc[[0]]])
    with pytest.raises(DataError, match="twice"):
        Given(*doubled)


def test_a_case_that_there_is_not_is_refused(committed):
    wrong = [*committed]
    wrong[3] = wrong[3].assign(case="nobody")
    with pytest.raises(DataError, match="no such case"):
        Given(*wrong)


def test_a_parameter_in_another_unit_is_refused(given):
    with pytest.raises(DataError, match="another unit"):
        given.parameter("ML CO2 Impact", "USA", "intensity", "g/kWh")
