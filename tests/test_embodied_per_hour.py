"""Embodied carbon per reserved hour: every accelerator has a row or a reason, stage by stage."""

import numpy as np
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.embodied import allocation
from ai_lifecycle.embodied_tables import allocation_table, comparison, facts_read

FACTS = ROOT / "data" / "facts"
STAGES = ("accelerator", "host", "network", "rack", "building", "end_of_life")


@pytest.fixture(scope="module")
def known():
    return constants.load(ROOT / "data/constants.csv")


@pytest.fixture(scope="module")
def hardware():
    paths = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
    return facts_read.read(paths, references=ROOT / "data/references.bib", as_of="2026-11-21")


@pytest.fixture(scope="module")
def both(hardware, known):
    parts = tables.read_csv(ROOT / "data/frozen/component_footprints.csv", "component_footprints")
    routes, summary = comparison.tables_of(hardware, known)
    frame, missing = allocation_table.tables_of(hardware, parts, routes, summary, known)
    return (
        tables.check(frame, "embodied_per_hour"),
        tables.check(missing, "embodied_missing"),
        summary,
    )


@pytest.fixture(scope="module")
def value(both):
    """Value of one stage of one accelerator. [kg CO2e]"""
    frame = both[0].set_index(["accelerator", "stage"])

    def of(name, stage, column="value_kgco2e"):
        return frame.loc[(name, stage), column]

    return of


def test_every_accelerator_and_stage_has_a_row_or_a_reason(hardware, both):
    frame, missing, summary = both
    names = hardware["hardware_accelerators"]["accelerator"]
    for stage in STAGES:
        there = set(frame.loc[frame["stage"] == stage, "accelerator"])
        absent = set(missing.loc[missing["stage"] == stage, "accelerator"]) - {"all"}
        assert not there & absent, stage
        assert set(names) <= there | absent, stage
    assert not frame.duplicated(["accelerator", "stage"]).any()
    # What either route knows is a row, and nothing else.
    routes = summary["bottom_up_kgco2e"].notna() | summary["top_down_kgco2e"].notna()
    known = set(summary.loc[routes, "accelerator"])
    assert set(frame.loc[frame["stage"] == "accelerator", "accelerator"]) == known
    assert len(known) == 41


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("NVIDIA V100 SXM2 16GB", None),
        ("NVIDIA V100 SXM2 32GB", None),
        ("NVIDIA T4", None),
        ("NVIDIA P100 SXM2 16GB", None),
        ("NVIDIA K80", "GDDR5"),
        ("NVIDIA P40", "GDDR5"),
        ("Cerebras WSE-2", "one device a wafer"),
        ("NVIDIA H20 96GB", "die area"),
        ("NVIDIA GH200 96GB", "die area"),
        ("AMD Instinct MI250X", None),
        ("Google TPU v2", "die area"),
        ("Google TPU v3", None),
        ("Intel Gaudi2", "memory"),
        ("AWS Trainium1", "die area"),
        ("AWS Trainium2", "die area"),
        ("Huawei Ascend 910", "no area"),
        ("NVIDIA A100 SXM4 40GB", None),
        ("NVIDIA A100 SXM4 80GB", None),
        ("NVIDIA A800 SXM4 80GB", None),
        ("NVIDIA H100 SXM5 80GB", None),
        ("NVIDIA H800 SXM5 80GB", None),
        ("NVIDIA H200 SXM 141GB", None),
        ("NVIDIA B200 SXM", None),
        ("Google TPU v4", None),
        ("Google TPU v5e", None),
        ("Google TPU v5p", None),
        ("Google TPU v6e (Trillium)", None),
    ],
)
def test_what_training_disclosures_name_has_a_row_or_a_reason(both, name, reason):
    frame, missing, _ = both
    rows = frame[(frame["accelerator"] == name) & (frame["stage"] == "accelerator")]
    why = missing[(missing["accelerator"] == name) & (missing["stage"] == "accelerator")]
    assert len(rows) + len(why) == 1
    assert (reason is None) == bool(len(rows))
    if reason is not None:
        assert reason in why["reason"].iloc[0]


def test_nothing_is_counted_without_a_source(both):
    frame, missing, _ = both
    assert set(missing.loc[missing["accelerator"] == "all", "stage"]) == {
        "accelerator",
        "network",
        "storage",
        "power and cooling",
        "end_of_life",
    }
    # Drives of a host are in its footprint; no storage of a cluster has a factor.
    assert "storage" not in set(frame["stage"])


def test_reserved_hours_of_a_life_carry_each_asset(both):
    frame = both[0]
    hours = frame["lifetime_years"] * frame["reserved_utilisation"] * allocation.HOURS_PER_YEAR
    carried = frame["value_g_per_reserved_hour"] / 1000 * hours
    assert carried.to_numpy() == pytest.approx(frame["value_kgco2e"].to_numpy(), rel=1e-12)
    tasks = np.array([0.2, 0.5, 0.3]) * hours.iloc[0]
    row = frame.iloc[0]
    shares = allocation.allocated_kgco2e(
        row["value_kgco2e"], tasks, row["lifetime_years"], row["reserved_utilisation"]
    )
    assert shares.sum() == pytest.approx(row["value_kgco2e"], rel=1e-12)


def test_the_specification_stands_beside_every_allocation(both):
    """SCI: TE over all hours of the life, so a reserved hour carries the utilisation of ours."""
    frame = both[0]
    assert frame["sci_g_per_hour"].to_numpy() == pytest.approx(
        (frame["value_g_per_reserved_hour"] * frame["reserved_utilisation"]).to_numpy(), rel=1e-12
    )


def test_ranges_enclose_values(both):
    frame = both[0]
    assert (frame["low_kgco2e"] <= frame["value_kgco2e"]).all()
    assert (frame["value_kgco2e"] <= frame["high_kgco2e"]).all()
    for end in ("low", "high"):
        assert (frame[f"{end}_g_per_reserved_hour"] >= 0).all()
    assert (frame["low_g_per_reserved_hour"] <= frame["value_g_per_reserved_hour"]).all()
    assert (frame["value_g_per_reserved_hour"] <= frame["high_g_per_reserved_hour"]).all()


def test_routes_say_where_the_accelerator_comes_from(both):
    frame = both[0]
    rows = frame[frame["stage"] == "accelerator"].set_index("accelerator")
    assert rows.loc["NVIDIA H100 SXM5 80GB", "route"] == "both"
    assert rows.loc["NVIDIA H200 SXM 141GB", "route"] == "bottom-up"
    assert rows.loc["NVIDIA H200 SXM 141GB", "status"] == "judgement"
    assert rows.loc["Google TPU v5e", "route"] == "top-down"
    only = rows[rows["route"] == "bottom-up"]
    assert only["basis"].str.contains("interposer").all()


def test_ends_of_an_hour_take_the_ends_of_life_and_use(value):
    """Low: long life, high use; high: short life, low use."""
    stage = "NVIDIA B200 SXM", "accelerator"
    hour = "g_per_reserved_hour"
    assert value(*stage, f"low_{hour}") == pytest.approx(284.25e3 / (6 * 8766 * 0.9))
    assert value(*stage, f"value_{hour}") == pytest.approx(284.25e3 / (5 * 8766 * 0.7))
    assert value(*stage, f"high_{hour}") == pytest.approx(284.25e3 / (4 * 8766 * 0.5))


# By hand ---------------------------------------------------------------------------------------


def test_hosts_by_class(value):
    # Eight modules: 2,502.63, 3,000 and 5,700 kg over eight.
    assert value("NVIDIA A100 SXM4 80GB", "host", "low_kgco2e") == pytest.approx(2502.63 / 8)
    assert value("NVIDIA A100 SXM4 80GB", "host") == 375
    assert value("NVIDIA A100 SXM4 80GB", "host", "high_kgco2e") == 712.5
    # Four to a node of Frontier, sixteen to a DGX-2.
    assert value("AMD Instinct MI250X", "host") == 750
    assert value("NVIDIA V100 SXM3 32GB", "host") == 187.5
    # Cards: eight, four, one to a server.
    assert value("NVIDIA T4", "host", "low_kgco2e") == pytest.approx(2502.63 / 8)
    assert value("NVIDIA T4", "host") == pytest.approx(2502.63 / 4)
    assert value("NVIDIA T4", "host", "high_kgco2e") == 3660


def test_tpu_generations_that_are_published_in_pieces(value):
    """Schneider et al.: 585 kg tops five generations; v5p 1,101 kg; 1.80 and 1.55 over v4."""
    v5p = [value("Google TPU v5p", "host", end) for end in comparison.ENDS]
    assert v5p == [1101 - 585 - 109, 1101 - 585 - 84, 1101 - 585 - 59]
    assert value("Google TPU v4", "accelerator") == pytest.approx(585 / 1.8)
    for end, host in zip(comparison.ENDS, v5p, strict=True):
        expected = (585 + host) / 1.55 - 585 / 1.8
        assert value("Google TPU v4", "host", end) == pytest.approx(expected, abs=0.6)
    for name, host in (("v4i", 119), ("v5e", 106), ("v6e (Trillium)", 260)):
        assert value(f"Google TPU {name}", "host") == host


def test_tpus_without_host_or_mass_take_labelled_stand_ins(both, value):
    """Host: smallest, median, largest of the five generations; mass: an eighth of HGX boards."""
    others = [119, 106, 260, value("Google TPU v4", "host"), value("Google TPU v5p", "host")]
    for name in ("Google TPU v2", "Google TPU v3"):
        ends = [value(name, "host", end) for end in comparison.ENDS]
        assert ends == [
            min(others),
            np.median(others),
            value("Google TPU v5p", "host", "high_kgco2e"),
        ]
        assert value(name, "host", "status") == "judgement"
        assert "stand-in" in value(name, "host", "basis")
    assert value("Google TPU v4", "host", "status") == "derived"
    per_kg = 1.5062 + 1000 * 5.04e-5
    frame = both[0]
    tpus = frame[frame["accelerator"].str.startswith("Google TPU v")]
    ended = tpus[tpus["stage"] == "end_of_life"]
    assert {"Google TPU v2", "Google TPU v3", "Google TPU v4"} < set(ended["accelerator"])
    for end, mass in zip(comparison.ENDS, (1.69, 3, 4), strict=True):
        assert ended[end].to_numpy() == pytest.approx(mass * per_kg)
    assert (ended["status"] == "judgement").all()
    assert ended["basis"].str.contains("stand-in").all()


def test_buildings_by_hand(value):
    # H100: 1.38 x 700 W; 2,879 t a MW over 25 years, five of them here.
    assert value("NVIDIA H100 SXM5 80GB", "building") == pytest.approx(
        1.38 * 700 / 1e6 * 2879e3 * 5 / 25
    )
    # T4: 70 W and a quarter of a server at 510 W.
    assert value("NVIDIA T4", "building") == pytest.approx((70 + 510 / 4) / 1e6 * 2879e3 * 5 / 25)
    # TPU v5e: 59 kg over six years; range from the shell to the upper end per MW at 1.78 x 140 W.
    assert value("Google TPU v5e", "building") == pytest.approx(59 * 5 / 6)
    power = 1.78 * 140 / 1e6
    assert value("Google TPU v5e", "building", "low_kgco2e") == pytest.approx(
        power * 9e6 / 50 * 5 / 20
    )
    assert value("Google TPU v5e", "building", "high_kgco2e") == pytest.approx(
        power * 4500e3 * 5 / 25
    )
    assert value("Google TPU v5p", "building") == pytest.approx(84 * 5 / 6)
    # All three published buildings are 0.20 kg per W of the machine's mean power (four chips).
    per_watt = [59 / (1184 / 4), 59 / (1171 / 4), 109 / (2173 / 4)]
    assert per_watt == pytest.approx([0.2, 0.2, 0.2], abs=0.002)
    for generation, watts in (("v2", 280), ("v3", 220), ("v4", 170), ("v7 (Ironwood)", 980)):
        assert value(f"Google TPU {generation}", "building") == pytest.approx(
            0.2 * watts * 1.78 * 5 / 6, rel=0.01
        )


def test_network_cards_by_hand(value):
    # DGX-1: four cards of 100 Gbit/s for eight modules, the card the factor was found for.
    assert value("NVIDIA V100 SXM2 16GB", "network") == pytest.approx(4 * 58.09 / 8)
    assert value("NVIDIA V100 SXM2 16GB", "network", "high_kgco2e") == pytest.approx(4 * 58.09 / 8)
    # H100: ten of 400 and one of 100 Gbit/s.
    assert value("NVIDIA H100 SXM5 80GB", "network") == pytest.approx(11 * 58.09 / 8)
    assert value("NVIDIA H100 SXM5 80GB", "network", "high_kgco2e") == pytest.approx(41 * 58.09 / 8)


def test_end_of_life_by_hand_and_the_credit_apart(both, value):
    per_kg = 1.5062 + 1000 * 5.04e-5
    assert value("NVIDIA H100 SXM5 80GB", "end_of_life") == pytest.approx(3 * per_kg)
    assert value("NVIDIA B200 SXM", "end_of_life") == pytest.approx(4 * per_kg)
    assert value("NVIDIA T4", "end_of_life") == pytest.approx(1.69 * per_kg)
    ends = [value("NVIDIA H200 SXM 141GB", "end_of_life", end) for end in comparison.ENDS]
    assert ends == pytest.approx([1.69 * per_kg, 3 * per_kg, 4 * per_kg])
    assert value("NVIDIA H200 SXM 141GB", "end_of_life", "status") == "judgement"
    credit = value("NVIDIA H100 SXM5 80GB", "end_of_life", "avoided_burden_kgco2e")
    assert credit == pytest.approx(0.03 * 164)
    hourly = value("NVIDIA H100 SXM5 80GB", "end_of_life", "avoided_burden_g_per_reserved_hour")
    assert hourly == pytest.approx(credit * 1000 / (5 * 8766 * 0.7))
    # The credit exceeds the burden and is in no other number.
    assert credit > value("NVIDIA H100 SXM5 80GB", "end_of_life")
    frame = both[0]
    credited = frame["avoided_burden_kgco2e"].notna()
    assert set(frame.loc[credited, "stage"]) == {"end_of_life"}


def test_an_unknown_host_is_absent_and_not_a_default(both):
    frame, missing, _ = both
    for name in ("NVIDIA GH200 96GB", "Cerebras WSE-3", "AWS Trainium2"):
        assert name not in set(frame.loc[frame["stage"] == "host", "accelerator"])
        why = missing[(missing["accelerator"] == name) & (missing["stage"] == "host")]
        assert why["reason"].iloc[0] == "accelerators per host not at hand"
