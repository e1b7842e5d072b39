"""A row that nature forbids is refused with file, row and key; an unknown name with the nearest."""

import csv

import pytest
from builds import ROOT

from ai_lifecycle import constants, facts, physical_limits
from ai_lifecycle.embodied_tables import facts_read
from ai_lifecycle.errors import DataError

FACTS = ROOT / "data" / "facts"
REFERENCES = ROOT / "data/references.bib"
AS_OF = "2026-11-21"
GEMINI = {"item": "Gemini median text prompt"}


@pytest.fixture
def spoilt(tmp_path):
    """A committed table with cells of the first row that matches replaced, and that row."""

    def spoil(source, where, cells):
        with open(source, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        hit = next(i for i, r in enumerate(rows) if all(r[k] == v for k, v in where.items()))
        rows[hit] |= cells
        path = tmp_path / source.name
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path, hit + 2

    return spoil


@pytest.mark.parametrize(
    ("table", "where", "cells", "words"),
    [
        # PUE below one.
        (
            "inference_disclosures",
            GEMINI | {"quantity": "pue"},
            {"value": "0.9"},
            ["column value", "absurd value of pue of Google", "found 0.9", "at least 1"],
        ),
        (
            "training_disclosures",
            {"model_id": "gpt-3-175b", "quantity": "pue"},
            {"value": "1.1", "low": "0.9", "high": "1.2"},
            ["absurd value of pue of gpt-3-175b", "found 0.9"],
        ),
        # Utilisation, share and yield above one, in either unit.
        (
            "sustainable_ai_cluster_utilisation",
            {},
            {"gpu_utilisation_percent": "101"},
            ["column gpu_utilisation_percent", "key", "out of bounds", "0 to 100"],
        ),
        (
            "sustainable_ai_figures",
            {"quantity": "inference_share"},
            {"value": "165"},
            ["absurd value of inference_share of sa4", "0 to 100 %"],
        ),
        (
            "hardware_fab_factors",
            {"factor": "line_yield"},
            {"value": "1.2"},
            ["absurd value of line_yield", "0 to 1"],
        ),
        (
            "hardware_product_footprints",
            {"quantity": "share of heatsink"},
            {"value": "1.2"},
            ["absurd value of share of heatsink of NVIDIA A100", "0 to 1"],
        ),
        # Negative area, mass, carbon.
        (
            "hardware_accelerators",
            {"accelerator": "NVIDIA T4"},
            {"die_area_mm2": "-545"},
            ["column die_area_mm2", "key NVIDIA T4", "out of bounds", "found '-545'"],
        ),
        (
            "hardware_product_footprints",
            {"quantity": "mass"},
            {"value": "-32"},
            ["column value", "key NVIDIA HGX B200 8-GPU baseboard", "out of bounds"],
        ),
        # Shares of one whole that do not sum to it.
        (
            "beyond_efficiency_figures",
            {"quantity": "power_capacity_share"},
            {"value": "30"},
            ["key be3 b", "do not sum to 100", "found 120"],
        ),
        (
            "sustainable_ai_figures",
            {"quantity": "energy_share"},
            {"value": "21"},
            ["key sa3 b", "do not sum to 100", "found 90"],
        ),
        # Not credible in its unit.
        (
            "grid_emission_factors",
            {},
            {"value": "4000", "low": "", "high": ""},
            ["absurd value of", "0 to 3000 g/kWh"],
        ),
        # The future, as a date, a year or a period.
        (
            "training_models",
            {},
            {"publication_date": "2026-11-22"},
            ["column publication_date", "key", "future", "2026-11-22", "no later than 2026-11-21"],
        ),
        (
            "training_places",
            {},
            {"training_year": "2027"},
            ["column training_year", "key", "future", "no later than 2026"],
        ),
        (
            "inference_disclosures",
            GEMINI | {"quantity": "pue"},
            {"period": "2027-05"},
            ["column period", "key Google", "future", "'2027-05'"],
        ),
        (
            "hardware_lifetimes",
            {"operator": "Google"},
            {"effective": "FY2026 (Jan 2031)"},
            ["column effective", "key Google", "future"],
        ),
    ],
)
def test_a_row_that_breaks_a_bound_is_refused_where_it_stands(spoilt, table, where, cells, words):
    path, row = spoilt(FACTS / f"{table}.csv", where, cells)
    with pytest.raises(DataError) as caught:
        facts.read(path, table, references=REFERENCES, as_of=AS_OF)
    for word in [path.name, f"row {row}", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("name", "cells", "words"),
    [
        ("refresh.pue", {"value": "0.99"}, ["absurd value of refresh.pue", "at least 1"]),
        ("inference.pue", {"low": "0.95"}, ["absurd value of inference.pue", "found 0.95"]),
        (
            "accelerator.reserved_utilisation",
            {"high": "1.1"},
            ["absurd value of accelerator.reserved_utilisation", "0 to 1"],
        ),
        ("die.salvage_share", {"high": "1.5"}, ["die.salvage_share", "0 to 1"]),
        ("die.line_yield", {"high": "1.01"}, ["die.line_yield", "0 to 1"]),
    ],
)
def test_a_constant_that_breaks_a_bound_is_refused(spoilt, name, cells, words):
    path, row = spoilt(ROOT / "data/constants.csv", {"id": name}, cells)
    with pytest.raises(DataError) as caught:
        constants.load(path)
    for word in ["constants.csv", f"row {row}", "column value", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("name", "unit", "limits"),
    [
        ("pue", "1", (1.0, float("inf"))),
        ("inference.pue", "1", (1.0, float("inf"))),
        ("impulse", "1", (-float("inf"), float("inf"))),
        ("utilisation", "1", (0.0, 1.0)),
        ("gpu_utilisation", "%", (0.0, 100.0)),
        ("share of assembly", "1", (0.0, 1.0)),
        ("line_yield", "1", (0.0, 1.0)),
        ("die_area", "mm2", (0.0, float("inf"))),
        ("intensity", "g/kWh", (0.0, 3000.0)),
        ("anything", "a unit of no list", (-float("inf"), float("inf"))),
    ],
)
def test_limits_follow_from_name_and_unit(name, unit, limits):
    assert physical_limits.of(name, unit) == limits


def test_missing_values_break_no_limit():
    assert physical_limits.broken("pue", "1", [float("nan"), None, 1.0]) is None
    assert physical_limits.broken("pue", "1", [1.1, 0.9]) == 0.9


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("NVIDIA H100 SXM 80GB", "NVIDIA H100 SXM5 80GB"),
        ("Nvidia A100 SXM4 40GB", "NVIDIA A100 SXM4 40GB"),
        ("Google TPU v4 i", "Google TPU v4i"),
        ("AMD MI250X", "AMD Instinct MI250X"),
    ],
)
def test_an_accelerator_that_no_table_knows_suggests_the_nearest(asked, nearest):
    paths = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
    known = facts_read.read(paths, references=REFERENCES, as_of=AS_OF)
    with pytest.raises(DataError, match=f"nearest: {nearest}$") as caught:
        facts_read.accelerator(known, asked)
    assert repr(asked) in str(caught.value)
