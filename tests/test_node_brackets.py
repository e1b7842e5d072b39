"""Nodes without factors of their own: bracketed by sourced neighbours, labelled, else refused."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.embodied_tables import (
    accelerator_stages,
    allocation_table,
    bottom_up,
    comparison,
    facts_read,
)
from ai_lifecycle.fleet_tables import accelerators

FACTS = ROOT / "data" / "facts"
BRACKETED = {
    "AMD Instinct MI210",
    "AMD Instinct MI250",
    "AMD Instinct MI250X",
    "Google TPU v3",
    "NVIDIA P100 PCIe 16GB",
    "NVIDIA P100 SXM2 16GB",
    "NVIDIA T4",
    "NVIDIA V100 PCIe 16GB",
    "NVIDIA V100 SXM2 16GB",
    "NVIDIA V100 SXM2 32GB",
    "NVIDIA V100 SXM3 32GB",
}


@pytest.fixture(scope="module")
def known():
    return constants.load(ROOT / "data/constants.csv")


@pytest.fixture(scope="module")
def hardware():
    paths = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
    return facts_read.read(paths, references=ROOT / "data/references.bib", as_of="2026-11-21")


@pytest.fixture(scope="module")
def routes(hardware, known):
    long, summary = comparison.tables_of(hardware, known)
    return long, summary.set_index("accelerator", drop=False)


@pytest.fixture(scope="module")
def stages(hardware, known, routes):
    parts = tables.read_csv(ROOT / "data/frozen/component_footprints.csv", "component_footprints")
    frame, _ = allocation_table.tables_of(hardware, parts, *routes, known)
    return frame[frame["stage"] == "accelerator"].set_index("accelerator")


def changed(row, **cells):
    return pd.Series({**row, **cells})


def die(hardware, known, row):
    """Low, value and high of the logic dies. [kg CO2e]"""
    parts, _, reason = bottom_up.of_accelerator(hardware, row, known)
    assert reason is None
    dies = next(part for part in parts if part["component"] == "logic dies")
    return np.array([dies[end] for end in comparison.ENDS])


@pytest.mark.parametrize("name", sorted(BRACKETED))
def test_each_end_is_that_of_its_node(hardware, known, name):
    """The same die at each of the three nodes, through the sourced route."""
    row = facts_read.accelerator(hardware, name)
    ours = die(hardware, known, row)
    brackets = hardware["hardware_node_brackets"].set_index("process_nm")
    nodes = brackets.loc[row["process_nm"], bottom_up.BRACKET]
    at = np.array([die(hardware, known, changed(row, process_nm=float(n))) for n in nodes])
    assert ours == pytest.approx(at.diagonal(), rel=1e-12)
    # Every case grows from neighbour to neighbour, so the value lies between theirs.
    assert (np.diff(at, axis=0) >= 0).all()
    assert at[0, 1] <= ours[1] <= at[2, 1]
    assert ours[0] < at[1, 0]
    assert ours[2] > at[1, 2]


def test_the_v100_die_by_hand(hardware, known):
    row = facts_read.accelerator(hardware, "NVIDIA V100 SXM2 32GB")
    low, value, high = die(hardware, known, row)

    def murphy(defects):
        return ((1 - np.exp(-8.15 * defects)) / (8.15 * defects)) ** 2

    # Low: 20 nm, the grid of 2024, 99 %; 0.08/cm2 is that of 22 nm; nine tenths of faulty sold.
    processed = 8.15 * (1.2 * 0.474 + 0.11 + 0.5)
    assert low == pytest.approx(processed / (0.1 * murphy(0.08) + 0.9), rel=1e-9)
    edge = bottom_up._wafer_use(hardware, row)
    # Value: 14 nm; 0.1/cm2 is the median of 0.1, 0.15 and the 0.09 of 14 nm; half sold; line 0.9.
    processed = 8.15 * (1.2 * 0.583 + (0.125 + 0.2) / 2 + 0.5)
    sold = 0.5 * murphy(0.1) + 0.5
    assert value == pytest.approx(processed / (sold * 0.9 * edge), rel=1e-9)
    # High: 10 nm, the grid of 2023, 95 %; 0.15/cm2; none sold.
    processed = 8.15 * (1.475 * 0.642 + 0.24 + 0.5)
    assert high == pytest.approx(processed / (murphy(0.15) * 0.9 * edge), rel=1e-9)


def test_another_tool_of_the_same_chips_lies_in_the_range_or_near(hardware):
    """MLCarbon, data/hardware.csv: 1.2 kg/cm2 at 12 nm, 1.0 at 16 nm, for V100 and TPU v3."""
    low, value, high = bottom_up.carbon_per_area(hardware, 12.0, "TSMC")
    assert low < 1.2 < value < high
    low, _, _ = bottom_up.carbon_per_area(hardware, 16.0, "TSMC")
    assert low == pytest.approx(1.0, rel=0.2)


def test_a_node_without_bracket_is_refused_still(hardware, known):
    row = facts_read.accelerator(hardware, "NVIDIA V100 SXM2 32GB")
    parts, _, reason = bottom_up.of_accelerator(hardware, changed(row, process_nm=22.0), known)
    assert parts == []
    assert "no factors are sourced for 22 nm" in reason
    without = hardware | {"hardware_node_brackets": hardware["hardware_node_brackets"].iloc[:0]}
    parts, _, reason = bottom_up.of_accelerator(without, row, known)
    assert parts == []
    assert "no factors are sourced for 12 nm" in reason


def test_defects_are_those_of_each_end(hardware):
    """ECO-CHIP: 0.09, 0.11 and 0.2/cm2 at 14, 10 and 7 nm, beside 0.1 and 0.15 for all."""
    row = (
        hardware["hardware_node_brackets"]
        .iloc[[0]]
        .assign(process_nm=9.0, low_process_nm=14.0, value_process_nm=10.0, high_process_nm=7.0)
    )
    found = bottom_up.defect_densities(hardware | {"hardware_node_brackets": row}, 9.0)
    assert found.tolist() == [0.09, 0.11, 0.2]


def test_a_bracket_says_so_wherever_its_values_go(hardware, routes, stages):
    long, summary = routes
    labelled = summary["node_bracket"].notna()
    assert set(summary.index[labelled]) == BRACKETED
    brackets = set(hardware["hardware_node_brackets"]["process_nm"])
    computed = summary["left_out"].isna()
    assert set(summary.index[computed & summary["process_nm"].isin(brackets)]) == BRACKETED
    own = long[long["accelerator"].isin(BRACKETED) & (long["route"] == "bottom-up")]
    own = own[own["component"].isin(["logic dies", "total"])]
    assert len(own) == 2 * len(BRACKETED)
    assert (own["status"] == "judgement").all()
    assert own["basis"].str.contains("low: ").all()
    assert own["source_key"].str.contains("wikichip").all()
    shown = stages.loc[sorted(BRACKETED)]
    assert (shown["status"] == "judgement").all()
    assert shown["basis"].str.contains("factors of").all()
    others = stages.drop(index=sorted(BRACKETED))
    assert not others["basis"].str.contains("factors of").any()
    used = accelerators._embodied(summary.loc["AMD Instinct MI250X"])
    assert "factors of 7 nm for 6 nm" in used["boundary"]


def test_parts_of_a_tpu_are_no_value_of_it(hardware, known, stages):
    """The maker's 208 kg of a v4i is several times its parts, so v3 takes a wide stand-in."""
    chip = facts_read.accelerator(hardware, "Google TPU v4i")
    chip = changed(chip, foundry="TSMC", memory_type="HBM2")
    parts, _, _ = bottom_up.of_accelerator(hardware, chip, known)
    assert 208 / sum(part["value_kgco2e"] for part in parts) > 3
    row = stages.loc["Google TPU v3"]
    assert row["status"] == "judgement"
    assert row["value_kgco2e"] == 208
    assert row["high_kgco2e"] == 585
    assert row["low_kgco2e"] == pytest.approx(53, abs=1)
    assert "stand-in" in row["basis"]
    assert accelerator_stages.relatives(hardware, "NVIDIA V100 SXM2 32GB") == ()
