"""Published formulas against the examples that their authors print; the pinned outputs."""

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ai_lifecycle import facts, tables
from ai_lifecycle.published_tools import formulas

FACTS = ("tool_inputs", "tool_parameters", "tool_outputs")


@pytest.fixture(scope="module")
def given(root):
    return {
        name: facts.read(
            root / f"data/facts/{name}.csv", name, references=root / "data/references.bib"
        )
        for name in FACTS
    }


def test_rated_power_as_the_calculator_prints_it():
    """Its generated text: 1500 h, 300 W, 0.432 kg/kWh, 194.4 kg. Model card gpt-web-bg, 3b7cc74."""
    energy_mwh = formulas.rated_power_energy_mwh(1500, 300)
    assert energy_mwh * 1000 * 0.432 == pytest.approx(194.4, abs=0.05)


def test_cores_and_memory_as_its_own_report_prints_it():
    """2 h on 12 CPUs Xeon E7-8880 v4, 352.17 Wh, in Austria 39.15 g: text of v2.2 to be cited.

    6.8 W a core and 111.18 g/kWh in its data/v2.2; 64 GB is the form's default.
    """
    energy_mwh = formulas.cores_and_memory_energy_mwh(2, 12, 6.8, 64, 0.3725, 1.67)
    assert energy_mwh * 1e6 == pytest.approx(352.17, abs=0.005)
    assert energy_mwh * 1e3 * 111.18 == pytest.approx(39.15, abs=0.005)


def test_parameters_and_tokens_as_its_table_prints_them():
    """data/database.csv at dbd96b7, row GPT3: 314 zettaFLOP, 14.8 days on 10,000 devices."""
    energy_mwh = formulas.parameters_and_tokens_energy_mwh(175, 300, 125, 0.197, 330, 1.1)
    days = energy_mwh * 1e6 / 330 / 1.1 / 10_000 / 24
    assert days == pytest.approx(14.8, abs=0.05)


@pytest.mark.parametrize(("area", "per_area", "printed"), [(8.15, 1.2, 9.78), (8.14, 1.8, 14.652)])
def test_dies_as_its_table_prints_them(area, per_area, printed):
    """data/hardware.csv at dbd96b7, column CO2e_chip."""
    assert formulas.die_from_carbon_per_area_kgco2e(area, per_area) == pytest.approx(printed)


def test_carbon_per_area_as_the_tutorial_prints_it():
    """ACT tutorial, hands-on, slide 5: 1209.5 + 240 + 500 give 2228.0 g/cm2 at 10 nm on coal."""
    found = formulas.fab_carbon_per_area_kgco2e_per_cm2(1.475, 0.82, 0.24, 0.5, 0.875)
    assert found * 1000 == pytest.approx(2228.0, abs=0.05)
    assert pytest.approx(1209.5) == 1.475 * 820


def test_circuits_add_up():
    """By hand: 2 x 1.5 + 8 x 0.07 / 0.875 + 3 x 0.15 = 3 + 0.64 + 0.45."""
    found = formulas.circuits_kgco2e(2.0, 1.5, 8, 0.07, 0.875, 3, 0.15)
    assert found == pytest.approx(4.09)


def test_formulas_take_arrays():
    hours = np.array([[1.0], [2.0]])
    assert formulas.rated_power_energy_mwh(hours, [100, 200, 300]).shape == (2, 3)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: formulas.rated_power_energy_mwh(-1, 300), "accelerator_hours_h"),
        (lambda: formulas.rated_power_energy_mwh(1, -300), "rated_power_w"),
        (lambda: formulas.cores_and_memory_energy_mwh(1, 1, 1, 1, 1, 0.9), "pue"),
        (lambda: formulas.cores_and_memory_energy_mwh(1, 1, 1, 1, 1, 1, 1.1), "usage"),
        (lambda: formulas.parameters_and_tokens_energy_mwh(1, 1, 0, 0.5, 1, 1), "peak"),
        (lambda: formulas.parameters_and_tokens_energy_mwh(1, 1, 1, 1.5, 1, 1), "efficiency"),
        (lambda: formulas.fab_carbon_per_area_kgco2e_per_cm2(1, 1, 1, 1, 0), "fab_yield"),
        (lambda: formulas.circuits_kgco2e(1, 1, 1, 1, 1.2, 1, 1), "memory_yield"),
        (lambda: formulas.die_from_carbon_per_area_kgco2e(-1, 1), "area_cm2"),
    ],
)
def test_impossible_arguments_are_named(call, name):
    with pytest.raises(ValueError, match=name):
        call()


def locked(root):
    text = (root / "benchmarks/compare_tools/requirements.lock").read_text()
    return dict(re.findall(r"^([a-z0-9_.-]+)==([^ ;\\]+)", text, flags=re.MULTILINE)), text


def test_the_tools_have_a_lock_of_their_own_with_hashes_and_no_address(root):
    versions, text = locked(root)
    asked = (root / "benchmarks/compare_tools/requirements.in").read_text().split()
    assert set(asked) <= set(versions)
    assert "://" not in text
    assert "index" not in text.replace("--hash", "")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    ours = (root / "requirements.lock").read_text()
    assert not any(re.search(rf"^{tool}==", ours, flags=re.MULTILINE) for tool in asked)


def test_pinned_outputs_are_of_the_locked_versions(root, given):
    versions, _ = locked(root)
    outputs = given["tool_outputs"]
    assert set(outputs["tool"]) == {"boaviztapi", "codecarbon", "ecologits"}
    for tool, version in outputs[["tool", "version"]].drop_duplicates().itertuples(index=False):
        assert versions[tool] == version


def test_pinned_outputs_were_of_the_committed_inputs(root, given):
    """An input edited without `make compare-tools` shows."""
    inputs = given["tool_inputs"].set_index(["case", "quantity"])["value"]
    outputs = given["tool_outputs"]
    for row in outputs[outputs["tool"] == "ecologits"].itertuples(index=False):
        if (row.case, "total_parameters") not in inputs.index:
            continue
        for name, quantity in (
            ("model_total_parameter_count", "total_parameters"),
            ("model_active_parameter_count", "active_parameters"),
            ("output_token_count", "output_tokens"),
        ):
            assert f"{name}={inputs[row.case, quantity]:g};" in row.inputs
    bare = outputs[outputs["variant"] == "areas without yield"]
    for row in bare.itertuples(index=False):
        assert f"gpu_surface={inputs[row.case, 'die_area']:g};" in row.inputs


def test_pinned_table_is_sorted_and_unique(root, given):
    keys = ["case", "tool", "quantity", "variant"]
    outputs = given["tool_outputs"]
    assert not outputs.duplicated(keys).any()
    assert outputs[keys].values.tolist() == sorted(outputs[keys].values.tolist())
    known = outputs.dropna(subset=["low", "high"])
    assert (known["low"] <= known["value"]).all()
    assert (known["value"] <= known["high"]).all()


def test_ecologits_formula_gives_the_pinned_energy(given):
    """Second route: its documented regression by hand, Llama 3.1 70B on four accelerators."""
    outputs = given["tool_outputs"].set_index(["case", "tool", "variant", "quantity"])
    per_token_wh = 1.1665273170451914e-6 * np.exp(-0.011205921025579175 * 64) * 70.55
    per_token_wh += 4.052928146734005e-5
    latency_s = 0.0006785088094353663 * 70.55 + 0.0003119310311688259 * 64 + 0.019473717579473387
    row = outputs.loc[("llama_3_1_70b", "ecologits", "as it comes", "energy")]
    server_kwh = 300 * latency_s / 3600 * 1.2 * 4 / 8 / 64
    at_it = server_kwh + 4 * 300 * per_token_wh / 1000
    assert row["low"] == pytest.approx(1.09 * at_it, rel=1e-6)
    embodied = (4 / 8 * 5700 + 4 * 273) * 300 * latency_s / (3 * 365 * 86400 * 64)
    pinned = outputs.loc[("llama_3_1_70b", "ecologits", "as it comes", "embodied"), "value"]
    assert pinned == pytest.approx(embodied, rel=1e-6)


def test_boaviztapi_is_what_the_hardware_facts_say(root, given):
    """The table of footprints holds the same runs of the same version, by another hand."""
    outputs = given["tool_outputs"]
    ours = {
        row.case: row.value
        for row in outputs.itertuples(index=False)
        if row.tool == "boaviztapi" and row.variant == "as it comes"
    }
    assert ours == {"a100": 319.3, "b200": 1415, "h100": 575.1, "v100": 290}
    footprints = tables.read_csv(
        root / "data/facts/hardware_product_footprints.csv", "hardware_product_footprints"
    )
    stated = footprints[footprints["source_key"].str.contains("boaviztapi250")]
    for value in ours.values():
        assert np.isclose(stated["value"], value, rtol=1e-4).any()


def test_numbers_on_the_page_are_those_of_the_table(root, given):
    text = " ".join((root / "docs/methods/tool_comparison.md").read_text().split())
    outputs = given["tool_outputs"].set_index(["case", "tool", "variant", "quantity"])["value"]
    bare = {
        c: outputs[c, "boaviztapi", "areas without yield", "embodied"] for c in ("a100", "h100")
    }
    assert f"{bare['a100']:.0f} kg for A100 and {bare['h100']:.0f} kg for H100" in text
    held = outputs["llama_3_1_405b", "ecologits", "as it comes", "accelerators"]
    assert f"{held:.0f} for Llama 3.1 405B" in text
    for tool, name in (
        ("ecologits", "EcoLogits"), ("boaviztapi", "boaviztapi"), ("codecarbon", "codecarbon"),
    ):  # fmt: skip
        assert f"{name} {locked(root)[0][tool]}" in text
    for case in ("a100", "b200", "h100"):
        memory = 1 - (
            outputs[case, "boaviztapi", "without memory", "embodied"]
            / outputs[case, "boaviztapi", "as it comes", "embodied"]
        )
        assert memory > 0.5


def test_compare_tools_fails_clearly_without_an_index(root, tmp_path):
    """No network: one message, exit code, and the pinned table stays."""
    table = tmp_path / "outputs.csv"
    found = subprocess.run(
        ["make", "-s", "-o", "environment", "compare-tools", f"TOOLS_VENV={tmp_path / 'venv'}",
         f"TOOLS_TABLE={table}", f"PYTHON={sys.executable}", f"BIN={Path(sys.executable).parent}"],
        cwd=root, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "UV_OFFLINE": "1", "UV_NO_INDEX": "1", "UV_NO_CONFIG": "1",
             "UV_CACHE_DIR": str(tmp_path / "cache"), "HOME": str(tmp_path)},
    )  # fmt: skip
    assert found.returncode != 0
    assert (
        "error: the packages of benchmarks/compare_tools/requirements.lock cannot be installed"
        in (found.stdout + found.stderr)
    )
    assert not table.exists()


def test_run_packages_refuses_other_versions(root):
    """Run with this environment, which has none of them, it says so and writes nothing."""
    found = subprocess.run(
        [sys.executable, "benchmarks/compare_tools/run_packages.py", "data", "nowhere.csv"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode != 0
    assert found.stderr.strip() == "error: boaviztapi is not installed: make compare-tools"
    assert not (root / "nowhere.csv").exists()


def test_no_rule_runs_the_packages(root):
    for path in [*root.glob("workflow/rules/*.smk"), *root.glob("workflow/scripts/*.py")]:
        text = path.read_text()
        assert "compare_tools" not in text, path.name
        assert not re.search(r"^\s*(from|import) (ecologits|boaviztapi|codecarbon)", text, re.M)


def test_every_case_has_a_kind_that_somebody_answers(root, given):
    with open(root / "data/tool_cases.csv", encoding="utf-8", newline="") as table:
        cases = {row["case"]: row["kind"] for row in csv.DictReader(table)}
    assert set(cases.values()) == {"training", "request", "chip", "grid"}
    assert set(given["tool_outputs"]["case"]) <= set(cases)
    assert {case for case, kind in cases.items() if kind != "training"} == set(
        given["tool_outputs"]["case"]
    )
