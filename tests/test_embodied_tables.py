"""Tables of embodied carbon and end of life: both routes, known traps, what each figure draws."""

import importlib
import io
import sys

import numpy as np
import pytest
from builds import ROOT
from matplotlib import pyplot as plt

from ai_lifecycle import constants, tables
from ai_lifecycle.embodied_tables import (
    allocation_table,
    comparison,
    corporate,
    end_of_life_table,
    facts_read,
    phases,
)
from ai_lifecycle.footprint_cleaning import boavizta

FACTS = ROOT / "data" / "facts"
REFERENCES = ROOT / "data" / "references.bib"
PATHS = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
CORPORATE = FACTS / "corporate_ghg.csv"
AS_OF = "2026-11-21"
TOLERANCE = 0.02


def script(name):
    """A script as a module."""
    folder = str(ROOT / "workflow" / "scripts")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


@pytest.fixture(scope="module")
def known():
    return constants.load(ROOT / "data/constants.csv")


@pytest.fixture(scope="module")
def hardware():
    return facts_read.read(PATHS, references=REFERENCES, as_of=AS_OF)


@pytest.fixture(scope="module")
def products():
    return tables.read_csv(ROOT / "data/frozen/product_footprints.csv", "product_footprints")


@pytest.fixture(scope="module")
def components():
    return tables.read_csv(ROOT / "data/frozen/component_footprints.csv", "component_footprints")


@pytest.fixture(scope="module")
def routes(hardware, known):
    long, summary = comparison.tables_of(hardware, known)
    tables.check(long, "embodied_accelerators")
    tables.check(summary, "embodied_comparison")
    return long, summary.set_index("accelerator")


@pytest.fixture(scope="module")
def stages(hardware, components, routes, known):
    frame, _ = allocation_table.tables_of(
        hardware, components, routes[0], routes[1].reset_index(), known
    )
    return tables.check(frame, "embodied_per_hour")


@pytest.fixture(scope="module")
def emissions():
    return corporate.read(CORPORATE, references=REFERENCES, as_of=AS_OF)


# Both routes -----------------------------------------------------------------------------------


def test_both_routes_stand_beside_each_other_wherever_both_exist(routes):
    both = routes[1][routes[1]["gap"].notna()]
    assert both["gap"].round(2).to_dict() == {
        "NVIDIA A100 PCIe 40GB": -0.47,
        "NVIDIA A100 SXM4 40GB": -0.24,
        "NVIDIA H100 SXM5 80GB": -0.15,
    }
    published = routes[1]["top_down_kgco2e"].notna()
    assert (routes[1].loc[published, "gap"].notna() | routes[1].loc[published, "left_out"].notna()
            ).all()  # fmt: skip


def test_the_h100_die_by_hand(routes):
    # Value: 8.14 cm2 x (2.75 x 0.583 + 0.3275 + 0.5) kg/cm2; Murphy at the median 0.15/cm2 is
    # 0.33345, half of the faulty sold: 0.66672; line 0.9; edge 0.7186.
    row = routes[0].query("accelerator == 'NVIDIA H100 SXM5 80GB' and component == 'logic dies'")
    processed = 8.14 * (2.75 * 0.583 + 0.3275 + 0.5)
    assert row["value_kgco2e"].iloc[0] == pytest.approx(
        processed / (0.66672 * 0.9 * 0.7186), rel=1e-3
    )
    # Low: 2024 grid, 99 % abatement, 0.1/cm2, nine tenths of the faulty sold, no line, no edge.
    low = 8.14 * (2.75 * 0.474 + 0.225 + 0.5) / (0.46887 + 0.9 * 0.53113)
    assert row["low_kgco2e"].iloc[0] == pytest.approx(low, rel=1e-3)
    # High: 2023 grid, 95 %, 0.2/cm2, none sold.
    high = 8.14 * (2.75 * 0.642 + 0.43 + 0.5) / (0.24370 * 0.9 * 0.7186)
    assert row["high_kgco2e"].iloc[0] == pytest.approx(high, rel=1e-3)


def test_the_h100_part_by_part_against_the_makers_shares(hardware, routes):
    """A second route to each part: the gap is a balance of parts, as the method page says."""
    facts = hardware["hardware_product_footprints"]
    board = facts[facts["product"] == "NVIDIA HGX H100 8-GPU baseboard"]
    board = board.set_index("quantity")["value"]
    eighth = board["cradle to gate"] * board["share of materials and components"] / 8
    within = "share within materials of "
    assert eighth * board[within + "integrated circuits"] == pytest.approx(37, abs=0.5)
    assert eighth * board[within + "memory"] == pytest.approx(63, abs=0.5)
    assert eighth * board[within + "thermal components"] == pytest.approx(27, abs=0.5)
    assert eighth * board[within + "other"] == pytest.approx(22, abs=0.5)
    parts = routes[0].query("accelerator == 'NVIDIA H100 SXM5 80GB' and route == 'bottom-up'")
    parts = parts.set_index("component")
    chips = parts.loc["logic dies"]
    published = eighth * board[within + "integrated circuits"]
    assert chips["low_kgco2e"] < published < chips["value_kgco2e"] < chips["high_kgco2e"]
    values = parts["value_kgco2e"]
    assert values["heatsink"] + values["casing"] == pytest.approx(12, abs=0.5)
    assert values["board"] + values["packaging"] == pytest.approx(10, abs=0.5)


def test_parts_sum_to_their_total_and_ranges_enclose(routes):
    long = routes[0][routes[0]["route"] == "bottom-up"]
    for _, rows in long.groupby("accelerator", sort=True):
        parts, total = rows[rows["component"] != "total"], rows[rows["component"] == "total"]
        assert len(total) == 1
        for end in comparison.ENDS:
            assert parts[end].sum() == pytest.approx(total[end].iloc[0], rel=1e-12)
    assert (long["low_kgco2e"] <= long["value_kgco2e"]).all()
    assert (long["value_kgco2e"] <= long["high_kgco2e"]).all()


@pytest.mark.parametrize(
    ("accelerator", "reason"),
    [
        ("NVIDIA B200 SXM", "die area not disclosed"),
        ("AMD Instinct MI300X", "die area not disclosed"),
        ("Google TPU v5e", "process node not at hand"),
        ("Google TPU v4i", "foundry not at hand"),
        ("Cerebras WSE-2", "one device a wafer"),
        ("NVIDIA K80", "no factor for memory of type GDDR5"),
        ("AMD Instinct MI8", "no factor for memory of type HBM"),
        ("Intel Gaudi2", "type of memory not at hand"),
        ("NVIDIA GH200 96GB", "memory of the processor not at hand"),
    ],
)
def test_what_cannot_be_computed_is_listed_with_its_reason(routes, accelerator, reason):
    row = routes[1].loc[accelerator]
    assert reason in row["left_out"]
    assert np.isnan(row["bottom_up_kgco2e"])
    assert not (routes[0].query("accelerator == @accelerator")["route"] == "bottom-up").any()


def test_missing_components_are_named_and_in_no_total(routes):
    modelled = routes[1][routes[1]["left_out"].isna()]
    assert modelled["missing_components"].str.contains("interposer").all()


def test_a_tool_whose_areas_hold_the_yield_lies_far_above_the_makers(routes):
    over = routes[1]["tool_over_top_down"].round(1)
    assert over["NVIDIA A100 SXM4 40GB"] == 2.5
    assert over["NVIDIA H100 SXM5 80GB"] == 3.5
    assert over["NVIDIA B200 SXM"] == 5.0
    # It enters no range.
    tool = routes[1]["parametric_tool_kgco2e"]
    assert not (routes[1]["top_down_high_kgco2e"] >= tool).any()


def test_the_gap_of_the_a100_card_is_mostly_its_flight(hardware, routes):
    # 1.69 kg x 19,000 km x 2.11e-3 kg/(kg km) = 67.8 kg by air.
    mass = facts_read.component(hardware, "mass of the default card")["value"]
    flight = mass * 19_000 * facts_read.factor(hardware, "aircraft_per_mass_distance")["value"]
    assert flight == pytest.approx(67.8, abs=0.1)
    row = routes[1].loc["NVIDIA A100 PCIe 40GB"]
    assert row["bottom_up_kgco2e"] / (row["top_down_kgco2e"] - flight) == pytest.approx(
        0.85, abs=0.01
    )


# Allocation, end of life, refresh --------------------------------------------------------------


def test_the_hourly_share_lies_in_the_known_band(stages):
    """Accelerator, host, rack and building of a busy hour: 5 to 56 g in the survey of routes."""
    core = stages[stages["stage"].isin(["accelerator", "host", "rack", "building"])]
    whole = core.groupby("accelerator").filter(lambda rows: len(rows) == 4)
    total = whole.groupby("accelerator")["value_g_per_reserved_hour"].sum()
    assert total["NVIDIA H100 SXM5 80GB"] == pytest.approx(36, abs=1)
    assert len(total) == 37
    assert ((total > 5) & (total < 56)).all()


def test_reserved_hours_of_a_life_carry_the_asset(stages):
    hours = stages["lifetime_years"] * 8766 * stages["reserved_utilisation"]
    carried = stages["value_g_per_reserved_hour"] * hours / 1000
    assert carried.to_numpy() == pytest.approx(stages["value_kgco2e"].to_numpy(), rel=1e-12)


def test_end_of_life_is_small_and_the_credit_stays_apart(hardware, products, known):
    frame = end_of_life_table.table(hardware, products, known)
    frame = tables.check(frame, "end_of_life").set_index("product")
    board = frame.loc["NVIDIA HGX H100 8-GPU baseboard"]
    assert board["cut_off_kgco2e"] == pytest.approx(24 * (1.5062 + 1000 * 5.04e-5), rel=1e-12)
    assert board["cut_off_share_of_embodied"] == pytest.approx(0.0285, abs=1e-4)
    assert (frame["cut_off_kgco2e"] == frame["haul_kgco2e"] + frame["treatment_kgco2e"]).all()
    assert (frame["cut_off_kgco2e"] > 0).all()
    assert len(frame[frame["published_kgco2e"].notna()]) == 10


def test_two_more_years_save_two_sevenths(stages, known):
    frame = tables.check(end_of_life_table.reuse_table(stages, known), "reuse")
    row = frame.query("accelerator == 'NVIDIA H100 SXM5 80GB' and extension_years == 2").iloc[0]
    # (164 + 375) kg over 5 + 2 years in place of 5.
    assert row["yearly_kgco2e_per_year"] == pytest.approx(539 / 7)
    assert row["saved_share"] == pytest.approx(2 / 7)


def test_the_refresh_table_by_hand(hardware, stages, known):
    frame = tables.check(
        end_of_life_table.refresh_table(hardware, stages, known), "refresh_breakeven"
    )
    row = frame[
        (frame["old"] == "NVIDIA A100 SXM4 40GB")
        & (frame["new"] == "NVIDIA H100 SXM5 80GB")
        & (frame["boundary"] == "accelerator")
        & (frame["case"] == "value")
        & (frame["intensity_g_per_kwh"] == 100)
    ].iloc[0]
    ratio = 0.8 * 989.4 / 312
    spared = 1.38 * (ratio * 400 - 700)
    embodied = 164 + 3 * (1.5062 + 1000 * 5.04e-5)
    years = embodied / (spared / 1000 * 0.7 * 8766 * 1.1 * 0.1)
    assert row["breakeven_years"] == pytest.approx(years, rel=1e-9)
    never = frame[frame["spared_power_w"] <= 0]
    assert len(never)
    assert never["breakeven_years"].isna().all()


# Phases ----------------------------------------------------------------------------------------


def test_phases_are_derived_for_the_servers_that_print_shares(hardware, products):
    frame = tables.check(phases.table(products, hardware, TOLERANCE), "hardware_phases")
    frame = frame.set_index("group")
    # 52 with manufacture, 19 with use only, 10 with end of life.
    assert frame.loc[["Dell servers", "HPE servers"], "products"].sum() == 52
    assert (
        frame.loc[["Lenovo servers", "Seagate drives", "Seagate storage array"], "products"].sum()
        == 19
    )
    assert frame.loc["HPE servers", "products"] == 10
    assert (frame["status"] == "derived").all()
    shares = frame[[*boavizta.SHARES, "unsplit_share"]].fillna(0.0).sum(axis=1)
    assert shares.to_numpy() == pytest.approx(np.ones(len(frame)), abs=1e-12)


def test_use_dominates_servers_and_manufacture_devices(hardware, products):
    frame = phases.table(products, hardware, TOLERANCE)
    assert (frame.loc[frame["kind"] == "device", "manufacturing_share"] > 0.75).all()
    assert (frame.loc[frame["kind"].isin(["server", "storage"]), "use_share"] > 0.5).all()


# Figures ---------------------------------------------------------------------------------------


def test_corporate_bars_stack_without_gaps_and_keep_restatements(emissions):
    bars = tables.check(corporate.bars(emissions), "be5a_corporate_emissions")
    drawn = bars[bars["base_mtco2e"].notna()]
    for _, rows in drawn.groupby(["company", "year", "bar"], sort=True):
        tops = (rows["base_mtco2e"] + rows["value_mtco2e"]).to_numpy()
        assert rows["base_mtco2e"].to_numpy() == pytest.approx([0, *tops[:-1]])
    tops = drawn.assign(top=drawn["base_mtco2e"] + drawn["value_mtco2e"])
    tops = tops.groupby(["company", "year", "bar"])["top"].max()
    assert tops["Microsoft", 2021, "market"] == pytest.approx(14.073, abs=2e-3)
    assert tops["Google", 2025, "location"] == pytest.approx(15.2348)
    # Scope 3 never stands on the location bar.
    assert not drawn[drawn["bar"] == "location"]["part"].str.contains("3|goods").any()
    earlier = bars[bars["part"] == "earlier vintage"]
    amazon = earlier[earlier["company"] == "Amazon"]
    assert amazon[["year", "value_mtco2e"]].to_numpy().tolist() == [[2023, 68.82]]
    assert len(earlier[earlier["company"] == "Google"]) == 7
    gaps = bars[bars["part"] == "no figure"]
    assert set(gaps[gaps["company"] == "Microsoft"]["year"]) == {2015, 2016, 2022}


@pytest.fixture(scope="module")
def drawn(hardware, products, stages, emissions, known):
    """Every figure drawn twice: stem to both drawings."""
    phase_table = phases.table(products, hardware, TOLERANCE)
    steps = end_of_life_table.refresh_table(hardware, stages, known)
    life = known["accelerator.lifetime"]
    made = {
        "be5a_corporate_emissions": lambda m: m.draw(m.plotted(emissions)),
        "be5b_hardware_lifecycle": lambda m: m.draw(
            m.plotted(phase_table, hardware["hardware_product_footprints"])
        ),
        "la_refresh": lambda m: m.draw(m.plotted(steps), life.low, life.high),
    }
    return {stem: [_svg(draw(script(stem))) for _ in "ab"] for stem, draw in made.items()}


def _svg(figure):
    sink = io.BytesIO()
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return sink.getvalue()


@pytest.mark.parametrize(
    "stem", ["be5a_corporate_emissions", "be5b_hardware_lifecycle", "la_refresh"]
)
def test_figures_are_the_same_bytes_twice_and_have_captions(drawn, stem):
    first, second = drawn[stem]
    assert first == second
    caption = (ROOT / f"workflow/report/{stem}.rst").read_text()
    assert "public data" in caption


def test_component_shares_fill_each_bar(hardware, products):
    figure = script("be5b_hardware_lifecycle")
    values = figure.plotted(
        phases.table(products, hardware, TOLERANCE), hardware["hardware_product_footprints"]
    )
    tables.check(values.astype({"products": "Int64"}), "be5b_hardware_lifecycle")
    total = values.groupby(["panel", "position"])["share"].sum()
    assert total.to_numpy() == pytest.approx(np.ones(len(total)), abs=1e-9)
    memory = values.query("label == 'NVIDIA HGX H100, 8 GPUs' and part == 'memory'")
    assert memory["share"].iloc[0] == pytest.approx(0.42 * 0.91)


def test_refresh_values_are_a_slice_of_their_table(hardware, stages, known):
    steps = end_of_life_table.refresh_table(hardware, stages, known)
    values = tables.check(script("la_refresh").plotted(steps), "la_refresh")
    assert len(values) == len(steps) / 3
    assert (values["low_years"] <= values["value_years"]).all()
    high = values["high_years"]
    assert ((high >= values["value_years"]) | high.isna()).all()
