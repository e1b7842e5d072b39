"""Inputs of the life cycle from rows of tables: ranges, routes, sharing, what the priors lack."""

import importlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.uncertainty import distributions, lifecycle_draws, sensitivity, summaries
from ai_lifecycle.uncertainty_tables import (
    drivers,
    footprint_inputs,
    given_ranges,
    integrated,
    ledger_models,
    life_cycle_inputs,
    model_draws,
    model_sums,
    widening_table,
)
from ai_lifecycle.uncertainty_tables import ledger_uncertainty_tables as built

SHARES = np.array([0.05, 0.5, 0.95])
LACKING = {"hours": 2.0, "hardware and count": 4.0}
SERVICE = life_cycle_inputs.Service((1e8, 2e8, 5e8), (400.0, 580.0, 690.0), 0.4)
ENDS = ("_low", "", "_high")
PARTS = pd.DataFrame({
    "accelerator": "A", "stage": ["accelerator", "host", "network", "building", "end_of_life"],
    "low_kgco2e": [100.0, 200, 30, 50, 4], "value_kgco2e": [150.0, 260, 50, 400, 5],
    "high_kgco2e": [250.0, 500, 130, 600, 7], "status": "derived", "source_key": "k",
})  # fmt: skip


def triple(name, values, unit=""):
    return {f"{name}{end}{unit}": v for end, v in zip(ENDS, values, strict=True)}


def training(route, **changed):
    """A row of training_energy whose numbers agree with each other."""
    row = {
        "model_id": "m", "route": route, "energy_rests_on": None, "source_key": "k",
        "work_origin": "disclosed", "utilisation_origin": "not used", "power_origin": "derived",
        "overhead_origin": "prior", "pue_use_origin": "derived", "pue_operator": "Meta",
        "pue_year": 2024, "pue_source_key": "k", "execution_idle_origin": "not used",
        "experimentation_origin": "prior", "experimentation_source_key": "k",
        "accelerator_hours_origin": "disclosed",
        **triple("accelerator_hours", (1e6, 1e6, 1e6), "_h"),
        **triple("it_energy", (770.0, 966.0, 1050.0), "_mwh"),
        **triple("facility_energy", (847.0, 1159.2, 1365.0), "_mwh"),
        **triple("overhead", (1.1, 1.38, 1.5)), **triple("pue", (1.1, 1.2, 1.3)),
        **triple("utilisation", (np.nan,) * 3), **triple("execution_idle_factor", (1.0,) * 3),
        **triple("experimentation_multiplier", (1.2, 2.0, 3.5)),
    }  # fmt: skip
    return row | changed


def intensities(evidence="prior"):
    row = {
        "low_kg_per_kwh": 0.04, "value_kg_per_kwh": 0.41, "high_kg_per_kwh": 0.69,
        "area": "US", "intensity_year": 2024, "evidence": evidence, "source_key": "k",
    }  # fmt: skip
    empty = row | {f"{end}_kg_per_kwh": np.nan for end in ("low", "value", "high")}
    margin = row | {"value_kg_per_kwh": 0.5, "high_kg_per_kwh": 0.9}
    return {"location_lifecycle": row, "market": empty, "operating_margin": margin}


REQUEST = triple("accelerator_energy", (1e-4, 2e-4, 6e-4), "_kwh")


def inputs(row, request=REQUEST, developer=None, **changed):
    known = constants.load()
    assets = footprint_inputs.footprints(PARTS, PARTS, known)
    return life_cycle_inputs.life_cycle_inputs(
        row, request, assets, changed.get("grid", intensities()), SERVICE, known, LACKING,
        developer=developer,
    )  # fmt: skip


@pytest.mark.parametrize("ends", [(1.0, 2.0, 9.0), (1.0, 8.0, 9.0), (0.1, 5.0, 9.0)])
@pytest.mark.parametrize("kind", ["percentiles", "factors"])
def test_percentiles_are_kept_whichever_way_they_lean(ends, kind):
    made = given_ranges.ranged(ends, "1", "prior", "k", kind=kind).distribution
    assert distributions.inverse(made, SHARES) == pytest.approx(ends, rel=1e-9)
    ends = distributions.inverse(made, [0.0, 1.0])
    assert 0 <= ends[0] < ends[1]


def test_ends_that_rounding_moved_are_no_range():
    assert given_ranges.ranged((1 + 1e-9, 1, 1), "1", "prior", "k").distribution.kind == "fixed"
    with pytest.raises(ValueError, match="low and high"):
        given_ranges.ranged((1.1, 1, 1.2), "1", "prior", "k")


def test_sums_and_products_add_distances_in_quadrature():
    rows = PARTS[PARTS["stage"].isin(["host", "network"])]
    found = given_ranges.summed(rows, footprint_inputs.KILOGRAMS)
    assert found == pytest.approx((310 - np.hypot(60, 20), 310, 310 + np.hypot(240, 80)))
    low, value, high = given_ranges.multiplied((1, 2, 4), (1, 3, 3))
    assert value == pytest.approx(6)
    assert high == pytest.approx(12)
    assert low == pytest.approx(6 * np.exp(-np.hypot(np.log(2), np.log(3))))


@pytest.mark.parametrize("route", ["disclosed energy", "hours x power",
                                   "FLOP / (peak x MFU) x power"])  # fmt: skip
def test_central_values_give_the_energy_and_the_hours_of_the_row(route):
    row = training(route)
    if route.startswith("FLOP"):
        row |= triple("utilisation", (0.2, 0.4, 0.5)) | {"utilisation_origin": "prior"}
        row |= triple("accelerator_hours", (8e5, 1e6, 2e6), "_h")
        row |= triple("it_energy", (616.0, 966.0, 2100.0), "_mwh")
    found = lifecycle_draws.cells_tco2e(inputs(row).values)
    assert found[1, 0] == pytest.approx(1159.2 * 0.41)
    hour = (150 + 260 + 50 + 400) / (5 * 365.25 * 24 * 0.7) / 1000
    assert found[1, 1] == pytest.approx(1e6 * hour)
    assert found[0] == pytest.approx(found[1])


def test_utilisation_of_steps_takes_idle_on_energy_and_goodput_on_hours():
    good = constants.load().known("training.goodput", unit="1")
    share = np.array([good.high, good.value, good.low])
    idle, node = np.array([1.05, 1.12, 1.16]), np.array([1.1, 1.38, 1.5])
    it = 700.0 * idle * node
    row = training("FLOP / (peak x MFU) x power") | {
        "utilisation_origin": "derived", "execution_idle_origin": "prior",
        **triple("utilisation", (0.4,) * 3), **triple("execution_idle_factor", idle),
        **triple("accelerator_hours", 1e6 / share, "_h"), **triple("it_energy", it, "_mwh"),
        **triple("facility_energy", it * np.array([1.1, 1.2, 1.3]), "_mwh"),
    }  # fmt: skip
    found = inputs(row)
    assert found.values["reserved_hours_factor"] == pytest.approx(1 / good.value)
    assert found.inputs["rated_power_w"].distribution.kind == "fixed"
    cells = lifecycle_draws.cells_tco2e(found.values)
    assert cells[1, 0] == pytest.approx(700 * 1.12 * 1.38 * 1.2 * 0.41)
    again = lifecycle_draws.cells_tco2e(found.values | {"power_share": 1.0})
    assert cells[1, 0] == pytest.approx(1.12 * again[1, 0])
    assert cells[1, 1] == again[1, 1]


@pytest.mark.parametrize(
    ("route", "rests_on", "power", "hours"),
    [
        ("disclosed energy", "measured power", 1.0, 1.0),
        ("disclosed energy", "assumed power", 2.0, 1.0),
        ("hours x power", None, 2.0, 1.0),
        ("FLOP / (peak x MFU) x power", None, 1.0, 4.0),
    ],
)
def test_each_route_carries_the_error_of_its_level(route, rests_on, power, hours):
    row = training(route, energy_rests_on=rests_on) | triple("utilisation", (0.4,) * 3)
    found = inputs(row).inputs
    for name, factor in (("training_power_factor", power), ("training_hours_factor", hours)):
        ends = distributions.inverse(found[name].distribution, SHARES)
        assert ends == pytest.approx([1 / factor, 1, factor]), name
    spread = distributions.inverse(found["request_energy_factor"].distribution, SHARES)
    assert np.log(spread[2]) == pytest.approx(0.4 * distributions.Z_HIGH)


@pytest.mark.parametrize("origin", ["disclosed", "derived", "prior", "not used"])
def test_hours_with_a_disclosed_power_carry_no_error_of_an_assumed_one(origin):
    found = inputs(training("hours x power", power_origin=origin)).inputs
    kind = found["training_power_factor"].distribution.kind
    assert (kind == "fixed") == (origin == "disclosed")
    assert found["training_hours_factor"].distribution.kind == "fixed"


def test_speculative_hours_keep_their_middle_and_their_ends():
    row = training("hours x power", work_origin="prior")
    row |= triple("accelerator_hours", (1e5, 1e6, 4e6), "_h")
    row |= triple("it_energy", (77.0, 966.0, 4200.0), "_mwh")
    made = inputs(row).inputs["peak_hours_h"].distribution
    assert distributions.inverse(made, SHARES) == pytest.approx([1e5, 1e6, 4e6])


def test_who_shares_what():
    found = inputs(training("hours x power"), developer="Lab")
    groups = found.groups
    assert groups["intensity_kg_per_kwh"] == "developer Lab"
    assert groups["pue"] == "PUE of Meta, 2024"
    of_all = ["lifetime_years", "reserved_utilisation", "building_kgco2e", "requests",
              "request_kwh", "serving_pue"]  # fmt: skip
    assert {groups[name] for name in of_all} == {given_ranges.EVERY_MODEL}
    assert groups["training_power_factor"] == "developer Lab"
    assert groups["node_overhead"] == groups["experimentation_multiplier"] == "m"
    stated = inputs(training("hours x power"), grid=intensities("derived"))
    assert stated.groups["intensity_kg_per_kwh"] == "grid of US, 2024"


def test_a_presumed_service_has_the_very_draws_of_the_grid_of_training():
    model = inputs(training("disclosed energy", energy_rests_on="measured power"))
    uniform = model_draws.points(model, 1, 8)
    assert "serving_intensity_kg_per_kwh" not in uniform
    given = model_draws.drawn(model, uniform)
    found = model_draws.cells(model, uniform, given)
    plain = lifecycle_draws.cells_tco2e(
        given | {"intensity_kg_per_kwh": 1.0, "serving_intensity_kg_per_kwh": 1.0}
    )
    grid = found["location_lifecycle"][2, 0] / plain[2, 0]
    assert found["location_lifecycle"][1, 0] / plain[1, 0] == pytest.approx(grid)
    assert grid.std() > 0.1
    # Another method takes the same quantile of its own intensity.
    margin = found["operating_margin"][1, 0] / plain[1, 0]
    assert (np.argsort(margin, kind="stable") == np.argsort(grid, kind="stable")).all()
    assert "market" not in found


def test_sums_are_missing_as_soon_as_a_part_is():
    present = np.ones((3, 3), dtype=bool)
    present[0, 2] = False
    array = np.arange(18.0).reshape(3, 3, 2)
    found = model_draws.rows_of(array, present)
    assert ("experimentation", "all") not in found
    assert ("made", "all") not in found
    assert ("experimentation", "end of life") not in found
    assert found["training", "all"].tolist() == [24.0, 27.0]
    whole = model_draws.rows_of(array, np.ones((3, 3), dtype=bool))
    assert (whole["made_and_served", "all"] == array.sum(axis=(0, 1))).all()


def test_without_a_request_nothing_of_the_service_varies():
    found = inputs(training("hours x power"), request=None)
    names = drivers.varying(found)
    assert not {"requests", "request_kwh", "host_factor", "serving_pue"} & set(names)
    assert lifecycle_draws.cells_tco2e(found.values)[2].tolist() == [0, 0, 0]


def test_a_machine_without_footprint_of_its_own_carries_nothing_but_its_end():
    without = PARTS[PARTS["stage"] != "accelerator"]
    found = footprint_inputs.footprints(without, without, constants.load())
    assert [found[f"{name}_kgco2e"].value for name in ("accelerator", "host", "building")] == [
        0
    ] * 3
    assert found["serving_asset_kgco2e"].value == 0
    assert found["end_of_life_kgco2e"].value == found["serving_end_of_life_kgco2e"].value == 5
    whole = footprint_inputs.footprints(PARTS, PARTS, constants.load())
    assert whole["serving_asset_kgco2e"].value == 860


def test_many_points_at_once_are_those_of_one_exchange_after_another():
    rng = np.random.default_rng(2)
    first, second = rng.random((2, 3, 5))
    at_once = sensitivity.exchanged(first, second)
    one_by_one = sensitivity.evaluated(lambda x: x.copy(), first, second)
    assert (np.moveaxis(at_once, 0, 1) == one_by_one).all()


def test_rows_of_drivers_leave_the_small_ones_in_one():
    found = inputs(training("hours x power"))
    rows = pd.DataFrame(drivers.rows(found, ["training", "inference"], 1))
    mine = rows[rows["target"] == "training"]
    assert mine["input"].iloc[-1] == drivers.OTHERS
    assert (mine["total"].iloc[:-1] >= drivers.LEAST_SHARE).all()
    assert mine["total"].is_monotonic_decreasing
    assert "request: host" not in set(mine["input"])
    assert set(rows["evidence"].dropna()) <= {"disclosed", "derived", "prior"}


def test_the_factor_of_a_level_leaves_a_tenth_outside():
    rows = pd.DataFrame({
        "predictor": "method", "quantity": "energy", "left_out": "the run", "arithmetic": False,
        "level": "hours", "disclosure_group": "g", "p05": 0.5, "p50": 1.0, "p95": 2.0,
        "observed": np.exp(np.arange(1, 20) / 10),
    })  # fmt: skip
    other = rows.assign(level="hardware and count", observed=1.0)
    noise = [rows.assign(arithmetic=True, observed=1e6), rows.assign(left_out="the group")]
    noise += [rows.assign(quantity="emissions"), rows.assign(predictor="hours x rated power")]
    rows, other = rows.assign(model_id="a"), other.assign(model_id="b")
    sources = {"a": "two;one", "c": "three"}
    found = widening_table.fitted(pd.concat([rows, other, *noise]), 0.4, sources)
    assert widening_table.sources_of(found) == {"hours": "one;two", "requests": "mlenergyv3"}
    found = found.set_index("level")
    # The 18th of 19 needs sqrt(1.8^2 - ln(2)^2) on the logarithm.
    assert found.loc["hours", "factor"] == pytest.approx(np.exp(np.sqrt(1.8**2 - np.log(2) ** 2)))
    assert found.loc["hours", ["models", "beyond"]].tolist() == [19, 1]
    assert found.loc["hardware and count", "factor"] == 1.0
    assert "1 of" not in found.loc["hours", "remark"]


def test_a_sum_knows_what_models_share():
    draws = np.random.default_rng(1).lognormal(size=4096)
    sums = model_sums.Sums({"a": 2020, "b": 2020, "c": 2021}, 7)
    for name in ("a", "b", "left out"):
        sums.add(name, draws)
    found = sums.table({"a": 1.5, "b": 1.25, "left out": 9.0})
    found = found.set_index(["publication_year", "draws"])
    assert found["models"].tolist() == [2, 2, 2, 2]
    together, apart = found.loc["2020"].loc[["shared draws", "as if independent"]].to_numpy()
    assert together[1] == apart[1] == 2.75
    assert together[2] == pytest.approx(2 * np.quantile(draws, 0.05))
    assert apart[2] > 1.3 * together[2]


def test_a_sum_of_all_years_holds_undated_models_too():
    sums = model_sums.Sums({"a": 2020, "b": None}, 7)
    for name in ("a", "b"):
        sums.add(name, np.arange(1.0, 65.0))
    counted = sums.table({"a": 1.0, "b": 1.0}).groupby("publication_year")["models"].max()
    assert counted.to_dict() == {"2020": 1, "all years": 2}


def test_a_part_counts_unless_a_whole_that_holds_it_does():
    rows = [("whole", None), ("part", "whole"), ("part of part", "no total"),
            ("no total", "whole"), ("bare", None), ("part of bare", "bare")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["model_id", "part_of"])
    frame["publication_date"] = pd.to_datetime(["2020-05-01"] * 5 + [None])
    ledger = pd.concat([ledger_of(name) for name in frame["model_id"]], ignore_index=True)
    empty = ledger["model_id"].isin(["no total", "bare"]) & (ledger["phase"] == "training")
    ledger.loc[empty, "location_lifecycle_value_t"] = np.nan
    found = ledger_models.years_of(frame, ledger)
    assert found == {"whole": 2020, "bare": 2020, "part of bare": None}


def ledger_of(name):
    """Nine rows with a value by the first method only."""
    index = pd.MultiIndex.from_product([[name], stages.PHASES, stages.PARTS])
    ledger = index.to_frame(index=False, name=["model_id", "phase", "part"])
    for method in stages.METHODS:
        ledger[f"{method}_value_t"] = 1.0 if method == "location_lifecycle" else np.nan
    return ledger


def test_a_tornado_is_refused_by_name(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "workflow/scripts"))
    script = importlib.import_module("ledger_uncertainty")
    models = [inputs(training("hours x power"))]
    found = script.tornados(models, ["m"], ledger_of("m"))
    assert "grid intensity" in set(found["input"])
    assert not found["input"].str.startswith("request").any()
    with pytest.raises(DataError, match="not in the ledger"):
        script.tornados(models, ["other"], ledger_of("m"))
    empty = ledger_of("m").assign(location_lifecycle_value_t=np.nan)
    with pytest.raises(DataError, match="no total"):
        script.tornados(models, ["m"], empty)


def test_empty_cells_of_the_ledger_stay_empty():
    ledger = ledger_of("m")
    ledger.loc[0, "location_lifecycle_value_t"] = np.nan
    present = model_draws.present_of(ledger.sample(frac=1, random_state=3))["m"]
    model = inputs(training("hours x power"))
    uniform = model_draws.points(model, 1, 10)
    cells = model_draws.cells(model, uniform, model_draws.drawn(model, uniform))
    found = integrated.quantiles(model, uniform, cells, present)[:, 0]
    missing = {row for row, x in zip(model_draws.ROWS, found, strict=True) if np.isnan(x).any()}
    assert missing == {("experimentation", "operation"), ("experimentation", "all"),
                       ("made", "all"), ("made_and_served", "all")}  # fmt: skip


def some_models(number):
    """Models of every route, with a ledger that has all their cells by the first method."""
    routes = [training("hours x power"), training("disclosed energy")]
    compute = training("FLOP / (peak x MFU) x power") | {"utilisation_origin": "prior"}
    compute |= triple("utilisation", (0.2, 0.4, 0.5))
    compute |= triple("accelerator_hours", (8e5, 1e6, 2e6), "_h")
    compute |= triple("it_energy", (616.0, 966.0, 2100.0), "_mwh")
    routes.append(compute)
    names = [f"m{k}" for k in range(number)]
    models = [
        inputs(routes[k % 3] | {"model_id": name}, developer=f"d{k // 2}")
        for k, name in enumerate(names)
    ]
    ledger = pd.concat([ledger_of(name) for name in names], ignore_index=True)
    return names, models, ledger


def test_tables_do_not_depend_on_how_models_are_cut_into_blocks(tmp_path):
    """To the last bit, through the files between."""
    names, models, ledger = some_models(5)
    years = dict(zip(names, [2020, 2021, None, 2021, 2020], strict=True))
    found = []
    for blocks in (1, 3):
        paths = []
        for block in range(1, blocks + 1):
            mine = built.share_of(names, block, blocks)
            part = [model for model in models if model.model_id in mine]
            paths.append(tmp_path / f"{block}-of-{blocks}.npz")
            built.write(built.worked(part, ledger, years, 1, 8), paths[-1])
        found.append(built.gathered([built.read(path) for path in paths], years, 1))
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            pd.testing.assert_frame_equal(one, two, check_exact=True)
    quantiles, driving, sums, widths = found[0]
    assert list(quantiles["model_id"].drop_duplicates()) == names
    assert driving["evidence"].isna().sum() == (driving["input"] == drivers.OTHERS).sum() > 0
    assert sums["models"].max() == len(widths) == 5
    with pytest.raises(ValueError, match="block must"):
        built.share_of(names, 3, 2)


def marks_beside(model, **changed):
    """Marks of every row as published, and by order statistics of the same points."""
    model = replace(model, **changed)
    uniform = model_draws.points(model, 3, 13)
    cells = model_draws.cells(model, uniform, model_draws.drawn(model, uniform))
    method = "location_lifecycle"
    rows = {method: model_draws.rows_of(cells[method], np.ones((3, 3), bool))}
    ours = integrated.marks(model, uniform, rows)[method]
    return {row: (ours[row], summaries.exact(draws)) for row, draws in rows[method].items()}


@pytest.mark.parametrize("route", [0, 1, 2])
def test_what_is_integrated_is_what_is_drawn(route):
    """On a grid with a range, on a fixed one, and where the service has a grid of its own."""
    model = some_models(3)[1][route]
    known = {"location_lifecycle": given_ranges.fixed(0.4, "kg/kWh", "disclosed", "k")}
    for changed in ({}, {"intensities": known}, {"serving_intensities": known},
                    {"intensities": known, "serving_intensities": model.intensities}):  # fmt: skip
        found = marks_beside(model, **changed)
        assert set(found) == set(model_draws.ROWS)
        for row, (ours, plain) in found.items():
            # Single percentiles of so few points scatter by several per cent.
            assert (np.abs(ours / plain - 1) < [0.02, 0.12, 0.03, 0.05]).all(), (row, changed)
            assert (np.diff(ours[1:]) >= 0).all()
            assert ours[0] != plain[0]
            # A row of what is made and scrapped is ordered; any other is not.
            ordered = row[1] in ("embodied", "end of life")
            assert (ours[1] == plain[1]) == ordered, (row, changed)
        for phase in stages.PHASES:
            parts = sum(found[phase, part][0][0] for part in stages.PARTS)
            assert found[phase, "all"][0][0] == pytest.approx(parts, rel=1e-12)


def test_an_intensity_that_may_be_zero_is_not_integrated():
    model = some_models(1)[1][0]
    grid = given_ranges.ranged((0.0, 0.4, 0.9), "kg/kWh", "prior", "k", kind="percentiles")
    clean = {"location_lifecycle": grid}
    ours, plain = marks_beside(model, intensities=clean)["training", "operation"]
    assert ours[1:].tolist() == plain[1:].tolist()
