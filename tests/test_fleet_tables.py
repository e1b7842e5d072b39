"""Chip counts cleaned, their faults, and the tables and figure made of them."""

import importlib
import io
import re
import sys

import numpy as np
import pandas as pd
import pytest
from builds import ROOT
from matplotlib import pyplot as plt

from ai_lifecycle import constants, facts, sources, tables
from ai_lifecycle.embodied_tables import comparison, facts_read
from ai_lifecycle.errors import DataError
from ai_lifecycle.fleet_cleaning import chip_counts
from ai_lifecycle.fleet_tables import accelerators, checks, faults, series

FACTS = ROOT / "data" / "facts"
REFERENCES = ROOT / "data" / "references.bib"
FROZEN = ROOT / "data" / "frozen" / "accelerator_counts.csv"
CAPTION = ROOT / "workflow" / "report" / "la_fleet.rst"
AS_OF = "2026-11-21"
LAST = pd.Timestamp("2025-10-01")


def script(name):
    """A script as a module."""
    folder = str(ROOT / "workflow" / "scripts")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(name)


def facts_of(name):
    return facts.read(FACTS / f"{name}.csv", name, references=REFERENCES, as_of=AS_OF)


@pytest.fixture(scope="module")
def known():
    return constants.load(ROOT / "data/constants.csv")


@pytest.fixture(scope="module")
def names():
    return facts_of("fleet_accelerators")


@pytest.fixture(scope="module")
def counts():
    return tables.read_csv(FROZEN, "accelerator_counts")


@pytest.fixture(scope="module")
def routes(known):
    paths = {name: FACTS / f"{name}.csv" for name in facts_read.TABLES}
    hardware = facts_read.read(paths, references=REFERENCES, as_of=AS_OF)
    return comparison.tables_of(hardware, known)[1]


@pytest.fixture(scope="module")
def used(counts, routes):
    frame = accelerators.table(counts, routes, facts_of("hardware_accelerators"), LAST)
    return tables.check(frame, "fleet_accelerators_used")


@pytest.fixture(scope="module")
def fleet(counts, used, names, known):
    return tables.check(series.table(counts, used, names, known), "fleet")


@pytest.fixture(scope="module")
def held(fleet, counts):
    return checks.table(fleet, counts, facts_of("fleet_comparisons"), 2.5)


@pytest.fixture(scope="module")
def plotted(fleet):
    return script("la_fleet").plotted(fleet)


# Cleaning ----------------------------------------------------------------------------------------


def upstream():
    """Eight files of a row each, in the layouts of the publisher."""
    makers = {"nvidia": ("Nvidia", "A100"), "amd": ("AMD", "Instinct MI300X"),
              "tpu": ("Google", "TPU v4"), "trainium": ("Amazon", "Trainium1")}  # fmt: skip
    cells = {"Name": "x", "Owner": "Meta", "Start date": "1/1/2024", "End date": "3/31/2024",
             "Total TDP (W)": "80001", "Notes": "a, b"}  # fmt: skip
    files = {}
    for key, (header, _) in chip_counts.LAYOUTS.items():
        row = dict.fromkeys(header, "100") | {k: v for k, v in cells.items() if k in header}
        row["Chip manufacturer"], row["Chip type"] = makers[key.split("_")[0]]
        low, high = (next(n for n in header if n.lower().startswith("number of units (" + p))
                     for p in ("5", "95"))  # fmt: skip
        row |= {low: "50", high: "200", chip_counts.LINK: ""}
        row = {name: row[name] for name in header}
        if "Incomplete" in row:
            row["Incomplete"] = "checked" if key == "tpu" else ""
        files[chip_counts.PREFIX + key] = row
    return files


def as_bytes(rows):
    return {
        key: pd.DataFrame([row]).to_csv(index=False, lineterminator="\n").encode()
        for key, row in rows.items()
    }


@pytest.fixture
def small(monkeypatch):
    """Files of one row, and the reader told to expect one."""
    layouts = {key: (header, 1) for key, (header, _) in chip_counts.LAYOUTS.items()}
    monkeypatch.setattr(chip_counts, "LAYOUTS", layouts)
    return upstream()


def test_every_layout_yields_the_same_columns(small, names):
    frame = chip_counts.read(as_bytes(small), names)
    assert len(frame) == 8
    assert frame["units_p05"].eq(50).all()
    assert frame["units_median"].eq(100).all()
    assert frame["units_p95"].eq(200).all()
    assert frame["h100_equivalents_median"].eq(100).all()
    # 80,001 W over 100 units, the odd watt being the rounding of units.
    assert frame["rated_power_w"].eq(800).all()
    assert frame["total_rated_power_w"].notna().sum() == 4
    assert frame.loc[frame["incomplete"], "manufacturer"].tolist() == ["Google"]
    assert frame["quarter_start"].eq(pd.Timestamp("2024-01-01")).all()


@pytest.mark.parametrize(
    ("key", "column", "value", "words"),
    [
        ("nvidia", "Chip type", "A100X", "type of chip is in no row"),
        ("amd", "End date", "3/30/2024", "does not run to the end of a quarter"),
        ("tpu", "Start date", "2024-01-01", "date does not read"),
        ("tpu", "Incomplete", "maybe", "mark is not known"),
        ("trainium", "Number of Units", "many", "cell is not a number"),
        ("amd_owners", "Number of Units (median)", "", "cell is empty"),
    ],
)
def test_a_file_of_another_form_is_refused(small, names, key, column, value, words):
    assert column in small[chip_counts.PREFIX + key]
    small[chip_counts.PREFIX + key][column] = value
    with pytest.raises(DataError, match=words):
        chip_counts.read(as_bytes(small), names)


def test_a_file_missing_a_column_changed_or_a_row_twice_is_refused(small, names):
    files = as_bytes(small)
    with pytest.raises(DataError, match="upstream file is missing"):
        chip_counts.read({k: v for k, v in files.items() if not k.endswith("amd")}, names)
    changed = files | {"epoch_chip_counts_amd": files["epoch_chip_counts_nvidia"]}
    with pytest.raises(DataError, match="stands twice"):
        chip_counts.read(changed, names)
    renamed = files["epoch_chip_counts_tpu"].replace(b"Notes", b"Note", 1)
    with pytest.raises(DataError, match="missing column Notes"):
        chip_counts.read(files | {"epoch_chip_counts_tpu": renamed}, names)


def test_rows_by_maker_and_owner_are_pinned(counts):
    assert counts.groupby("manufacturer").size().to_dict() == {
        "AMD": 119, "Amazon": 32, "Google": 118, "Nvidia": 341,
    }  # fmt: skip
    assert counts.groupby("owner").size().to_dict() == {
        "Amazon": 58, "China": 54, "Google": 101, "Meta": 59, "Microsoft": 59, "Oracle": 59,
        "Other": 33, "all": 187,
    }  # fmt: skip


@pytest.mark.mirror
def test_the_frozen_table_is_what_upstream_yields(mirror, names, tmp_path):
    catalogue = sources.catalogue(ROOT / "data/sources.yaml")
    dataset = catalogue["epoch_chip_counts"]
    outcomes = sources.fetch([dataset], tmp_path / "fetched", mirror=str(mirror))[dataset.key]
    files = {outcome.file.id: outcome.path.read_bytes() for outcome in outcomes}
    out = tmp_path / "counts.csv"
    tables.write_csv(chip_counts.read(files, names), out, chip_counts.TABLE)
    assert out.read_bytes() == FROZEN.read_bytes()


# Faults ------------------------------------------------------------------------------------------


def test_faults_found_are_pinned(counts, used, names):
    frame = tables.check(faults.quality(counts, used, names, LAST), "fleet_data_quality")
    found = {row.fault.split(": ")[-1 if row.fault.startswith("no fault") else 0]: row.hours_or_rows
             for row in frame.itertuples()}  # fmt: skip
    assert found == {
        "cumulative counts never fall": 610,
        "5th percentile, median and 95th percentile are in order": 610,
        "0": 610,
        "quarterly_quantiles": 2,
        "never_retired": 194,
        "owner_above_maker": 15,
        "owners_below_maker": 22,
        "total rated power is units times one rating a type, to within the rounding of a unit": 423,
        "H100 equivalents are units times one factor a type, rounding apart": 610,
        "rated_power_differs": 5,
        "rated_power_unchecked": 3,
        "no_power": 187,
        "counted_from": 269,
        "incomplete": 43,
        "ends_early": 43,
        "two_names": 90,
    }
    by_fault = frame.set_index(frame["fault"].str.split(":").str[0])
    assert "B200 1200 here, 1000 there" in by_fault.loc["rated_power_differs", "effect"]
    assert by_fault.loc["ends_early", "subject"] == "AMD, Amazon"
    above = counts.loc[lambda c: faults.owners_above_maker(c).reindex(c.index, fill_value=False)]
    assert set(above["owner"]) == {"Amazon"}
    assert set(above["manufacturer"]) == {"Amazon"}


def spoiled(counts, column, value, which=None):
    frame = counts.copy()
    row = frame.index[(frame["accelerator_type"] == "TPU v4") & (frame["owner"] == "Google")]
    place = row[2] if which is None else row[which]
    frame.loc[place, column] = value
    return frame


@pytest.mark.parametrize(
    ("rule", "column", "value"),
    [
        (faults.falls, "units_p05", 1.0),
        (faults.quantiles_out_of_order, "units_p05", 1e8),
        (faults.owners_above_maker, "units_p95", 1e8),
        (faults.power_inconsistent, "total_rated_power_w", 1.0),
        (faults.equivalents_inconsistent, "h100_equivalents_median", 1.0),
        (faults.steps_out_of_order, "units_p05", 1e8),
    ],
)
def test_each_rule_finds_a_fault_put_there(counts, rule, column, value):
    before, after = int(rule(counts).sum()), int(rule(spoiled(counts, column, value)).sum())
    assert after > before


def test_a_quarter_left_out_is_found_and_refused(counts):
    row = counts.index[(counts["accelerator_type"] == "TPU v4") & (counts["owner"] == "Google")][2]
    assert faults.quarters_left_out(counts) == 0
    assert faults.quarters_left_out(counts.drop(row)) == 1
    with pytest.raises(DataError, match="leaves out a quarter"):
        series.dense(counts.drop(row), LAST)


# Footprints --------------------------------------------------------------------------------------


def test_the_published_footprint_goes_first_and_what_has_none_is_listed(used):
    by_type = used.set_index("accelerator_type")
    assert by_type.loc["H100/H200", "embodied_kgco2e"] == 164
    assert by_type.loc["H100/H200", "route"] == accelerators.PUBLISHED
    assert by_type.loc["H800", "route"] == accelerators.BOTTOM_UP
    lacking = tables.check(accelerators.missing(used), "fleet_missing")
    assert set(lacking["accelerator_type"]) == {
        "B300", "H20", "Trainium1", "Trainium2", "TPU v7", "MI300A",
        "MI300X", "MI308X", "MI325X", "MI350X", "MI355X",
    }  # fmt: skip
    assert lacking["left_out"].str.startswith(accelerators.NO_ROUTE).all()
    for share in ("units_share", "rated_power_share"):
        assert used[share].sum() == pytest.approx(1)


def test_an_accelerator_that_no_table_knows_is_refused(counts, routes):
    with pytest.raises(DataError, match="not in embodied_comparison"):
        accelerators.table(
            counts, routes[routes["accelerator"] != "Google TPU v4"],
            facts_of("hardware_accelerators"), LAST,
        )  # fmt: skip


# The fleet ---------------------------------------------------------------------------------------


def test_series_end_with_the_last_quarter_that_all_makers_hold_whole(counts, fleet):
    assert series.last_complete_quarter(counts) == LAST
    assert fleet["quarter_start"].max() == LAST
    assert fleet["quarter_start"].min() == pd.Timestamp("2022-01-01")
    assert len(fleet) == 8 * 16
    # A quarter that some maker marks incomplete, or lacks, is no last quarter.
    totals = (counts["owner"] == "all") & (counts["quarter_start"] == LAST)
    marked = counts.assign(incomplete=counts["incomplete"] | totals)
    assert series.last_complete_quarter(marked) == pd.Timestamp("2025-07-01")
    lacking = counts[~(totals & (counts["manufacturer"] == "AMD"))]
    assert series.last_complete_quarter(lacking) == pd.Timestamp("2025-07-01")


def test_owners_and_remainder_add_up_to_all(fleet):
    sums = [name for name in fleet if name.startswith(("units", "rated", "energy", "embodied"))]
    sums = [name for name in sums if not name.endswith("share")]
    whole = fleet[fleet["owner"] == "all"].set_index("quarter_start")
    parts = fleet[fleet["owner"] != "all"].groupby("quarter_start")[sums].sum()
    ranges = [n for n in sums if "low" in n or "high" in n]
    for name in [n for n in sums if n not in ranges]:
        assert np.allclose(parts[name], whole[name]), name
    rest = fleet[fleet["owner"] == series.REMAINDER]
    assert rest[ranges].isna().all(axis=None)
    assert fleet.loc[fleet["owner"] != series.REMAINDER, ranges].notna().all(axis=None)


def test_sold_is_waiting_serving_and_retired(fleet):
    parts = fleet["units_waiting"] + fleet["units_in_service"] + fleet["units_retired"]
    assert np.allclose(parts, fleet["units_cumulative"])
    added = fleet.groupby("owner")["units_added"].cumsum()
    assert np.allclose(added, fleet["units_cumulative"])
    left = fleet["embodied_cumulative_tco2e"] - fleet["embodied_not_retired_tco2e"]
    assert (left[fleet["quarter_start"] == LAST] > 0).all()
    carbon = fleet.groupby("owner")["embodied_added_tco2e"].cumsum()
    assert np.allclose(carbon, fleet["embodied_cumulative_tco2e"])


def test_makers_totals_are_those_of_the_counts(fleet, counts):
    last = counts[(counts["owner"] == "all") & (counts["quarter_start"] == LAST)]
    row = fleet[(fleet["owner"] == "all") & (fleet["quarter_start"] == LAST)].iloc[0]
    assert row["units_cumulative"] == last["units_median"].sum()
    power = (last["units_median"] * last["rated_power_w"]).sum() / 1e9
    assert row["rated_power_sold_gw"] == pytest.approx(power)


def test_shares_with_a_footprint_leave_what_is_missing(fleet, used):
    row = fleet[(fleet["owner"] == "all") & (fleet["quarter_start"] == LAST)].iloc[0]
    lacking = used[used["left_out"].notna()]
    assert row["embodied_units_share"] == pytest.approx(1 - lacking["units_share"].sum())
    assert row["embodied_power_share"] == pytest.approx(1 - lacking["rated_power_share"].sum())


def test_ranges_enclose_in_order(fleet):
    for stem, unit in (("energy", "gwh"), ("embodied_cumulative", "tco2e")):
        ladder = ["low", "counts_low", None, "counts_high", "high"]
        names = [f"{stem}_{unit}" if n is None else f"{stem}_{n}_{unit}" for n in ladder]
        values = fleet[fleet["owner"] != series.REMAINDER][names].to_numpy()
        assert (np.diff(values, axis=1) >= -1e-9 * values[:, 1:]).all(), stem
    assert (fleet["energy_no_retirement_gwh"] >= fleet["energy_gwh"]).all()
    last = fleet[fleet["quarter_start"] == LAST]
    assert (last["energy_no_retirement_gwh"] > 1.001 * last["energy_gwh"]).all()
    assert (fleet["embodied_not_retired_tco2e"] <= fleet["embodied_cumulative_tco2e"]).all()


def test_one_owner_by_hand(fleet, counts, known):
    """Oracle in the second quarter of 2022: what was sold in the first serves half of it."""
    owned = counts[(counts["owner"] == "Oracle") & (counts["quarter_start"] == "2022-01-01")]
    assert owned["accelerator_type"].tolist() == ["A100"]
    sold = float(owned["units_median"].iloc[0])
    # Powered a quarter later, in its middle: half a quarter old at its end.
    serving = sold * 2 ** -((0.125 / 5) ** 4)
    drawn = 1.38 * (0.7 + 0.3 * 0.3) * 1.12
    energy = 0.5 * serving * 400 * drawn * 91 * 24 / 1e9
    row = fleet[(fleet["owner"] == "Oracle") & (fleet["quarter_start"] == "2022-04-01")].iloc[0]
    assert row["energy_gwh"] == pytest.approx(energy, rel=1e-9)
    assert known["inference.pue"].value == 1.12


def test_machines_of_google_take_the_measured_ratio(counts, used, names, known, fleet):
    """All TPUs at once: only the fixed ratio and the PUE lie between power and energy."""
    only = counts[counts["manufacturer"] == "Google"]
    google = series.table(only, used, names, known)
    google = google[google["owner"] == "Google"].set_index("quarter_start")
    power = google["rated_power_in_service_gw"]
    mean = 0.5 * (power.shift(fill_value=0) + power)
    hours = 24.0 * np.array([q.days_in_month + (q + pd.DateOffset(months=1)).days_in_month
                             + (q + pd.DateOffset(months=2)).days_in_month
                             for q in google.index])  # fmt: skip
    assert np.allclose(google["energy_gwh"], mean * hours * 0.71 * 1.12)


def test_low_and_high_of_the_delay_are_turned(known):
    ends = series.factors(known)
    assert ends["delay"] == {"low": 0.5, "value": 0.25, "high": 0.0}
    assert ends["pue"]["low"] < ends["pue"]["value"] < ends["pue"]["high"]


def test_a_factor_in_another_unit_is_refused(known):
    from dataclasses import replace

    wrong = type(known)(known | {"inference.pue": replace(known["inference.pue"], unit="W")})
    with pytest.raises(DataError, match="another unit"):
        series.factors(wrong)


# Second routes and pictures ----------------------------------------------------------------------


def test_the_fleet_beside_published_figures(held):
    tables.check(held, "fleet_checks")
    # Same counts, same multiple: the producer's own sum within the rounding of "about 30".
    power = held[held["source_key"] == "epoch_power2026"].iloc[0]
    assert power["ours_over_theirs"] == pytest.approx(1, abs=0.05)
    servers = held[held["quantity"].str.contains("AI-optimised")].iloc[0]
    assert servers["ours_low"] < servers["theirs"] < servers["ours_high"]
    ceilings = held[held["note"] == "a ceiling"]
    assert (ceilings["ours_high"] < ceilings["theirs"]).all()


def test_ranges_of_the_producer_lie_inside_the_widest_case(held):
    """Its totals over types join the errors of types; ours take all at one end at once."""
    makers = held[held["quantity"] == "rated power of the accelerators sold"]
    assert set(makers["subject"]) == {"AMD", "Amazon", "Google", "Nvidia"}
    assert makers["ours_over_theirs"].between(0.98, 1.01).all()
    assert (makers["ours_low"] <= makers["theirs_low"]).all()
    assert (makers["ours_high"] >= makers["theirs_high"]).all()
    theirs = makers["theirs_high"] - makers["theirs_low"]
    narrower = 1 - theirs / (makers["ours_high"] - makers["ours_low"])
    # "A fifth to a third", say caption and page of methods.
    assert narrower.between(0.2, 0.35).all()


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("year", 2026, "year is not filled"),
        ("kind", "guess", "kind of comparison"),
        ("subject", "Huawei", "maker is not counted"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused(fleet, counts, column, value, words):
    with pytest.raises(DataError, match=words):
        checks.table(fleet, counts, facts_of("fleet_comparisons").assign(**{column: value}), 2.5)


def test_the_caption_says_what_the_tables_say(held, used, known):
    text = " ".join(CAPTION.read_text().split())
    servers = held.iloc[0]
    assert f"{servers['ours']:.0f} TWh ({servers['ours_low']:.0f} to " in text
    assert f" to {servers['ours_high']:.0f})" in text
    assert f"is {servers['theirs']:.0f} TWh" in text
    lacking = used[used["left_out"].notna()]
    units, power = lacking["units_share"].sum(), lacking["rated_power_share"].sum()
    # What is left out is named: all of AMD but the one type of the sentence before.
    assert "MI250X" not in set(lacking["accelerator_type"])
    assert "(B300, H20, Trainium, TPU v7, all others of AMD) are left out" in text
    others = used[(used["manufacturer"] == "AMD") & used["left_out"].isna()]
    assert others["accelerator_type"].tolist() == ["MI250X"]
    named = lacking.loc[lacking["manufacturer"] != "AMD", "accelerator_type"]
    assert set(named) == {"B300", "H20", "Trainium1", "Trainium2", "TPU v7"}
    assert f"{100 * units:.0f} % of the units sold and {100 * power:.0f} % of their rated" in text
    at_work = known["node.power_over_rated_accelerators"].value
    assert f"draw {at_work:g} times" in text
    for name, words in (
        ("accelerator.reserved_utilisation", "{:.0%} of the hours"),
        ("fleet.idle_power_share", "{:.0%} of that"),
    ):
        assert words.format(known[name].value).replace("%", " %") in text
    assert f"machines draw {known['fleet.tpu_machine_power_over_rated'].value:g} times" in text
    assert f"PUE is {known['inference.pue'].value:g}" in text
    assert f"median of {known['accelerator.lifetime'].value:g} years" in text


def test_the_page_of_methods_says_what_the_tables_say(held, used, known):
    text = " ".join((ROOT / "docs/methods/fleet.md").read_text().split())
    servers, power = held.iloc[0], held.iloc[3]
    assert f"ours is {servers['ours']:.0f} ({servers['ours_low']:.0f} to " in text
    assert f"is {power['ours']:.1f} GW" in text
    share = used.loc[used["left_out"].notna(), "rated_power_share"].sum()
    assert f"{100 * share:.0f} % of rated power has no footprint" in text
    rows = re.findall(r"\| `([a-z_.]+)` \| ([\d.]+) \(([\d.]+), ([\d.]+)\)", text)
    assert len(rows) == len(series.factors(known))
    for name, *printed in rows:
        entry = known[name]
        assert [float(p) for p in printed] == [entry.value, entry.low, entry.high], name
    for years, words in ((3, "after three years {} % serve"), (4, "after four {} %")):
        assert words.format(round(100 * 2 ** -((years / 5) ** 4))) in text


def test_the_figure_draws_its_table(plotted):
    tables.check(plotted, "la_fleet")
    panel = plotted[plotted["panel"] == "b"]
    stack = panel[panel["start"].notna() & (panel["quarter_start"] == LAST)]
    top = (stack["start"] + stack["value"]).max()
    total = panel[(panel["part"] == "all") & (panel["quarter_start"] == LAST)]
    assert top == pytest.approx(total["value"].item())
    figure = script("la_fleet").draw(plotted)
    figure.savefig(io.BytesIO(), format="png", dpi=40)
    plt.close(figure)
