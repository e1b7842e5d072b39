"""The reader's own model on a finished build: the ledger's cells, its percentiles, one page."""

import importlib
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
import yaml
from builds import ROOT
from matplotlib.text import Text
from own_models import AS_OF, SEED, Desk
from pictures import clipped, overlapping, shown_texts

from ai_lifecycle import style, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.own_model import keys
from ai_lifecycle.own_model_tables import (
    assumptions,
    estimate,
    figures,
    measure_next,
    page,
    result,
    several,
)
from ai_lifecycle.report import selfcontained
from ai_lifecycle.uncertainty import lifecycle_draws

# Tables keep nine digits; the ledger reads them and so does an own model.
ROUNDING = 2e-8
METHOD = "location_lifecycle"
# The ledger's service is in nobody's data centre; that of a file would be its operator's.
SERVICE = """
service:
  requests_per_day: 1000000
  place: {pue: {low: 1.05, value: 1.12, high: 1.4}}
"""
LEDGER = {
    # By hours and accelerator, PUE of the operator.
    "llama-3.1-405b": """
name: llama
model:
  total_parameters_billion: 405.853389
  published: 2024-07-23
  architecture: {layers: 126, key_value_heads: 8, head_dimension: 128}
training:
  accelerator_hours: {low: 30835000, value: 30840000, high: 30845000}
  accelerator: NVIDIA H100 SXM5 80GB
place: {country: United States of America, operator: Meta, market_g_per_kwh: 0}
""",
    # By a disclosed energy of the facility.
    "gpt-3-175b": """
name: gpt
model:
  total_parameters_billion: 175
  published: 2020-05-28
  architecture: {layers: 96, key_value_heads: 96, head_dimension: 128}
training:
  energy_mwh: {low: 1286.5, value: 1287, high: 1287.5}
  energy_boundary: facility
  accelerator_hours: {low: 3540000, value: 3552000, high: 3564000}
  accelerator: NVIDIA V100 SXM2 32GB
place:
  country: United States of America
  pue: {low: 1.095, value: 1.1, high: 1.105}
""",
    # By compute alone; PUE, utilisation and cache by the priors.
    "dclm-7b": """
name: dclm
model: {total_parameters_billion: 6.9, published: 2024-07-20}
training: {compute_flop: 1.05e23, accelerator: NVIDIA H100 SXM5 80GB}
place: {country: United States of America}
""",
}
ODD = """
name: odd
title: "<script>alert(1)</script> & <b>\\"bold\\"</b>"
model: {total_parameters_billion: 9}
training: {accelerator_hours: 350000, accelerator: NVIDIA A100 SXM4 80GB, end: 2025-03-10}
place: {country: Sweden}
service: {requests_per_day: {low: 1e5, value: 2e5, high: 5e5}, years: 1}
scenarios:
  - name: formula
    title: =HYPERLINK("http://example.org";"press")
    place: {country: Poland}
"""


@pytest.fixture(scope="module")
def desk(whole, tmp_path_factory):
    return Desk(whole, tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def odd(desk):
    return result.result(desk.read(ODD), *desk.given)


@pytest.fixture(scope="module")
def drawn(odd):
    return several.drawings(odd)


def script():
    sys.path.insert(0, str(ROOT / "workflow/scripts"))
    try:
        return importlib.import_module("my_model")
    finally:
        sys.path.pop(0)


def svg(name):
    return f'<svg width="252pt" height="200pt"><text>{name}</text></svg>'.encode()


def rendered(found, desk):
    pictures = {name: svg(name) for name in several.drawings(found)}
    return page.render(found, pictures, references_file=desk.paths["references"], release="0.1.0")


def ledger_of(whole, table, model_id):
    frame = tables.read_csv(whole / f"results/latest/tables/{table}.csv", table)
    return frame[frame["model_id"] == model_id]


@pytest.mark.parametrize("model_id", LEDGER)
def test_a_description_of_a_ledger_model_gives_its_cells_and_percentiles(desk, whole, model_id):
    rows = ledger_of(whole, "inference_requests", model_id)
    text = LEDGER[model_id]
    if model_id == "dclm-7b":
        size = rows["total_parameters_billion"].iloc[0]
        text = text.replace("6.9", f"{size:.12g}")
    found = estimate.estimate(desk.read(text + SERVICE), *desk.given)
    theirs = ledger_of(whole, "ledger", model_id).set_index(["phase", "part"])
    emissions = found.account.arrays["emissions"][0]
    for place, bound in enumerate(stages.BOUNDS):
        for p, phase in enumerate(stages.PHASES):
            for q, part in enumerate(stages.PARTS):
                for method in (METHOD, "operating_margin"):
                    ours = emissions[p, q, stages.METHODS.index(method), place]
                    cell = theirs.loc[(phase, part), f"{method}_{bound}_t"]
                    assert ours == pytest.approx(cell, rel=ROUNDING, nan_ok=True), (phase, part)
    # Draws have keys of their own, so percentiles agree but for their noise.
    quantiles = ledger_of(whole, "ledger_quantiles", model_id).set_index(["phase", "part"])
    ours = estimate.table(found)
    ours = ours[ours["accounting_method"] == METHOD].set_index(["phase", "part"])
    for key in (("made", "all"), ("training", "operation"), ("inference", "all")):
        for mark in ("p05", "p50", "p95"):
            cell = quantiles.loc[key, f"{METHOD}_{mark}_t"]
            assert ours.loc[key, mark] == pytest.approx(cell, rel=0.06), (key, mark)


def test_what_is_disclosed_after_contracts_stands_as_in_the_ledger(desk, whole):
    found = estimate.estimate(desk.read(LEDGER["llama-3.1-405b"]), *desk.given)
    place = stages.METHODS.index("market")
    ours = found.account.arrays["emissions"][0, :2, :, place, 1]
    theirs = ledger_of(whole, "ledger", "llama-3.1-405b")["market_value_t"].to_numpy()[:6]
    np.testing.assert_allclose(ours.ravel(), theirs, rtol=ROUNDING)


def random_file(generator):
    """A valid description of some kind, with some of its keys."""

    def some(*lines):
        return [line for line in lines if generator.random() < 0.5]

    def number(low, high):
        value = float(np.exp(generator.uniform(np.log(low), np.log(high))))
        if generator.random() < 0.5:
            return f"{value:.6g}"
        return f"{{low: {value * 0.7:.6g}, value: {value:.6g}, high: {value * 1.6:.6g}}}"

    size = float(np.exp(generator.uniform(0, np.log(900))))
    chip = generator.choice(["NVIDIA H100 SXM5 80GB", "Google TPU v4", "NVIDIA B200 SXM",
                             "NVIDIA V100 PCIe 16GB", "NVIDIA A100 SXM4 80GB"])  # fmt: skip
    zone = generator.choice(["FR", "US", "US-CAL-CISO", "DE", "CN", "IN-WE", "NO"])
    route = [
        [f"energy_mwh: {number(1e-3, 1e6)}",
         f"energy_boundary: {generator.choice(keys.BOUNDARIES)}"],
        [f"accelerator_hours: {number(1, 1e9)}", f"accelerator: {chip}"],
        [f"accelerator_hours: {number(1, 1e9)}", f"power_w: {number(50, 2000)}"],
        [f"compute_flop: {number(1e18, 1e27)}", f"accelerator: {chip}"],
        [f"compute_flop: {number(1e18, 1e27)}"],
        [f"tokens_billion: {number(1, 1e5)}", "utilisation: {low: 0.2, value: 0.3, high: 0.5}",
         f"utilisation_basis: {generator.choice(['step', 'whole run'])}", f"accelerator: {chip}"],
        [],
    ][generator.integers(7)]  # fmt: skip
    lines = ["name: random", "model:", f"  total_parameters_billion: {size:.6g}"]
    lines += some(f"  active_parameters_billion: {size * generator.uniform(0.05, 1):.6g}")
    if route:
        lines += ["training:", *(f"  {line}" for line in route), *some("  end: 2025-02-03")]
    inside = some(f"  grid_zone: {zone}", "  intensity_g_per_kwh: 0", f"  pue: {number(1.5, 1.9)}",
                  "  market_g_per_kwh: 12")  # fmt: skip
    lines += ["place:", *inside] if inside else []
    lines += some(f"development: {{multiplier: {number(1.5, 5)}}}")
    if not route or generator.random() < 0.6:
        lines += ["service:", f"  requests_per_day: {number(1, 1e9)}"]
        lines += some(f"  growth_per_year: {generator.uniform(-1, 3):.6g}",
                      "  batch: {low: 8, value: 32, high: 300}",
                      f"  years: {number(0.1, 5)}", "  precision: fp8", "  accelerator: B200",
                      "  place: {country: Ireland}", "  prompt_tokens: 0")  # fmt: skip
        if generator.random() < 0.4:
            boundary = generator.choice(keys.BOUNDARIES)
            lines += [f"  request_energy_wh: {number(1e-3, 100)}"]
            lines += [f"  request_energy_boundary: {boundary}"]
    lines += some("hardware: {lifetime_years: {low: 2, value: 3, high: 9}}")
    return "\n".join(lines) + "\n"


def test_random_files_give_finite_ordered_percentiles_that_sum(desk):
    generator = np.random.default_rng(SEED)
    for _ in range(12):
        text = random_file(generator)
        found = estimate.estimate(desk.read(text), *desk.given)
        frame = estimate.table(found)
        assert len(frame), text
        marks = frame[["p05", "p50", "p95"]].to_numpy()
        assert np.isfinite(frame[[*stages.BOUNDS, "mean"]].to_numpy()).all(), text
        assert np.isfinite(marks).all(), text
        assert (marks >= 0).all(), text
        assert (np.diff(marks, axis=1) >= 0).all(), text
        assert (frame["low"] <= frame["value"]).all(), text
        assert (frame["value"] <= frame["high"]).all(), text
        for (phase, method), rows in frame.groupby(["phase", "accounting_method"]):
            if phase in stages.PHASES and "all" in set(rows["part"]):
                parts = rows[rows["part"] != "all"]
                for column in ("low", "value", "high", "mean"):
                    whole = rows.loc[rows["part"] == "all", column].iloc[0]
                    assert parts[column].sum() == pytest.approx(whole, rel=1e-9), (text, method)
        central = lifecycle_draws.cells_tco2e(found.inputs.values)
        cells = found.account.arrays["emissions"][0, :, :, 0, 1]
        there = ~np.isnan(cells)
        np.testing.assert_allclose(
            central[there], cells[there], rtol=ROUNDING, atol=1e-30, err_msg=text
        )


@pytest.mark.parametrize("work", [
    "accelerator_hours: 1e5",
    "compute_flop: 1e22, utilisation: 0.3, utilisation_basis: whole run",
])  # fmt: skip
def test_a_power_that_the_file_gives_carries_no_error_of_an_assumed_one(desk, work):
    chip = "accelerator: NVIDIA H100 SXM5 80GB"
    for given, carried in (("", True), (", power_w: 500", False)):
        text = f"name: own\ntraining: {{{work}, {chip}{given}}}\n"
        found = estimate.estimate(desk.read(text), *desk.given).inputs.inputs
        kinds = {name: found[f"training_{name}_factor"].distribution.kind
                 for name in ("power", "hours")}  # fmt: skip
        assert kinds["hours"] == "fixed"
        assert (kinds["power"] != "fixed") == carried
    assert found["rated_power_w"].evidence == "disclosed" or "flop" in work


CHIP = "accelerator: NVIDIA H100 SXM5 80GB"


def test_compute_goes_with_the_power_that_the_file_gives(desk):
    """Hours at 989.4 TFLOP/s and three tenths of it; the power is its own, not the rated one."""

    def trained(more):
        text = f"name: own\ntraining: {{compute_flop: 1e22, {CHIP}, utilisation: 0.3, {more}}}\n"
        found = estimate.estimate(desk.read(text), *desk.given)
        return found, found.account.training.iloc[0]

    hours = 1e22 / (989.4e12 * 0.3) / 3600
    whole, node = "utilisation_basis: whole run", "power_boundary: node"
    found, row = trained(f"{whole}, power_w: 200, {node}")
    assert row["it_energy_mwh"] == pytest.approx(hours * 200e-6, rel=1e-3)
    assert row["it_energy_low_mwh"] == pytest.approx(row["it_energy_high_mwh"])
    assert found.inputs.inputs["rated_power_w"].low == pytest.approx(200)
    # Of the accelerator alone the host comes on top.
    _, alone = trained(f"{whole}, power_w: 200")
    assert alone["it_energy_mwh"] == pytest.approx(row["it_energy_mwh"] * alone["overhead"])
    assert alone["overhead_low"] > 1.2
    # The mean power of a run goes with its hours, those lost between steps too.
    found, steps = trained(f"power_w: 200, {node}")
    assert steps["it_energy_mwh"] == pytest.approx(steps["accelerator_hours_h"] * 200e-6)
    assert steps["accelerator_hours_h"] > 1.02 * hours
    # How far compute was off in tests is still in it; the middle of a whole run has none.
    assert found.inputs.inputs["training_hours_factor"].distribution.kind == "lognormal"
    central = lifecycle_draws.cells_tco2e(found.inputs.values)
    np.testing.assert_allclose(
        central[:2], found.account.arrays["emissions"][0, :2, :, 0, 1], rtol=ROUNDING
    )


def test_power_says_nothing_of_compute_on_an_accelerator_not_named(desk):
    said = desk.read("name: own\ntraining: {compute_flop: 1e22, power_w: 200}\n")
    assert "training.power_w (200) has no effect" in said.warnings[0]


def test_a_range_of_the_steps_utilisation_makes_the_ends(desk):
    rows = {}
    for given in ("{low: 0.2, value: 0.3, high: 0.4}", "0.2", "0.3", "0.4"):
        text = f"name: own\ntraining: {{compute_flop: 1e22, {CHIP}, utilisation: {given}}}\n"
        found = estimate.estimate(desk.read(text), *desk.given)
        rows[given[:3]] = found.account.training.iloc[0]
    ranged = rows["{lo"]
    for name in ("accelerator_hours{}_h", "facility_energy{}_mwh"):
        for end, own in (("_low", "0.4"), ("", "0.3"), ("_high", "0.2")):
            assert ranged[name.format(end)] == pytest.approx(rows[own][name.format(end)])
    assert (ranged["utilisation_low"], ranged["utilisation_high"]) == (0.2, 0.4)


def test_the_host_is_replaced_by_the_boundary_of_what_was_measured(desk):
    for work, key in (
        ("energy_mwh: 50, energy_boundary: accelerator", "training.energy_boundary"),
        (f"accelerator_hours: 1e4, {CHIP}", "training.power_w, training.power_boundary"),
    ):
        found = estimate.estimate(desk.read(f"name: own\ntraining: {{{work}}}\n"), *desk.given)
        assert found.inputs.inputs["node_overhead"].low > 1
        assert assumptions.key_of("node_overhead", found) == key


def test_what_outlives_the_accelerator_costs_an_hour_the_same_whatever_its_life(desk):
    text = LEDGER["dclm-7b"] + "hardware: {lifetime_years: LIFE, reserved_utilisation: 0.7}"
    rows = {}
    for life in (5, 10):
        found = estimate.estimate(desk.read(text.replace("LIFE", str(life))), *desk.given)
        table = found.account.per_hour
        table = table[table["accelerator"] == "NVIDIA H100 SXM5 80GB"].set_index("stage")
        rows[life] = table["value_g_per_reserved_hour"]
    for stage in ("rack", "building"):
        assert rows[10][stage] == pytest.approx(rows[5][stage])
    for stage in ("accelerator", "host", "network", "end_of_life"):
        assert rows[10][stage] == pytest.approx(rows[5][stage] / 2)


def test_requests_grow_and_a_measured_one_keeps_its_boundary(desk):
    text = """
name: wren
service:
  {{requests_per_day: 1000, years: 2, growth_per_year: 0.5, request_energy_wh: 2,
   request_energy_boundary: {boundary}, place: {{intensity_g_per_kwh: 500, pue: 1.25}}}}
"""
    found = {
        boundary: estimate.estimate(desk.read(text.format(boundary=boundary)), *desk.given)
        for boundary in keys.BOUNDARIES
    }
    place = stages.PHASES.index("inference")
    energy = {
        boundary: each.account.arrays["energy_mwh"][0, place] for boundary, each in found.items()
    }
    requests = 1000 * 365.25 * 2.5
    assert energy["facility"] == pytest.approx([requests * 2e-6] * 3)
    assert energy["IT"] == pytest.approx(energy["facility"] * 1.25)
    assert energy["node"] == pytest.approx(energy["IT"])
    assert energy["accelerator"][0] > 1.3 * energy["IT"][0]
    # Known and of all: nothing is left that varies in the operation.
    frame = estimate.table(found["facility"]).set_index(["phase", "part", "accounting_method"])
    row = frame.loc[("inference", "operation", METHOD)]
    assert row["p05"] == pytest.approx(row["p95"])
    assert row["p50"] == pytest.approx(requests * 2e-6 * 0.5)


LARKS = {
    "hours": """
name: lark
model: {total_parameters_billion: 9}
training: {accelerator_hours: 350000, accelerator: NVIDIA A100 SXM4 80GB, end: 2025-03-10}
place: {country: Poland}
""",
    # No accelerator, so that one stands in.
    "compute": """
name: lark
model: {total_parameters_billion: 9}
training: {tokens_billion: {low: 800, value: 1000, high: 1500}, end: 2025-03-10}
""",
    "service": """
name: lark
model: {total_parameters_billion: 9}
service: {requests_per_day: {low: 1e5, value: 2e5, high: 5e5}}
""",
}


def with_typed(text, row):
    """The file with what a row of the page tells to type, in the digits that the page shows."""
    pairs = [] if pd.isna(row["set_to"]) else [
        (row["key"].split(", ")[0], yaml.safe_load(page.typed(row["set_to"])))]  # fmt: skip
    if isinstance(row["set_beside"], str) and row["set_beside"]:
        pairs += [pair.split(": ") for pair in row["set_beside"].split("; ")]
    top = yaml.safe_load(text)
    for key, value in pairs:
        *sections, last = key.split(".")
        section = top
        for name in sections:
            section = section.setdefault(name, {})
        section[last] = value
    return yaml.safe_dump(top)


@pytest.mark.parametrize("kind", LARKS)
def test_what_a_row_says_typed_into_the_file_gives_the_interval_promised(desk, kind):
    text = LARKS[kind]
    said = desk.read(text)
    found = estimate.estimate(said, *desk.given)
    promised = measure_next.table(found, said, *desk.given)
    assert promised["variance_share"].is_monotonic_decreasing
    assert (promised["variance_share"] >= 0).all()
    assert len(promised) >= 4
    for row in promised.to_dict("records"):
        typed = desk.read(with_typed(text, row))
        # In step with the draws of the promise, and with draws of its own, whose points come in
        # another order: single percentiles of 2^14 points scatter (docs/methods/uncertainty.md).
        for beside, within in ((found, 1e-3), (None, 0.05)):
            draws = estimate.estimate(typed, *desk.given, beside)
            after = estimate.table(draws).set_index(["phase", "part", "accounting_method"])
            after = after.loc[(*found.target, METHOD)]
            for mark in ("p05", "p50", "p95"):
                promise = pytest.approx(row[f"{mark}_tco2e"], rel=within)
                assert after[mark] == promise, (row, mark, within)
        now = row["p95_now_tco2e"] - row["p05_now_tco2e"]
        then = row["p95_tco2e"] - row["p05_tco2e"]
        assert row["narrowing_percent"] == pytest.approx(100 * (1 - then / now))
    if kind == "hours":
        rows = promised.set_index("key")
        assert rows.loc["training.energy_mwh", "narrowing_percent"] > 10
        # A key that settles what the energy holds already promises less than the energy.
        assert rows.loc["training.energy_mwh", "variance_share"] > (
            rows.loc["place.pue", "variance_share"])  # fmt: skip


def test_the_page_names_every_key_that_must_stand_beside_another(odd, desk):
    text = rendered(odd, desk)
    shown = odd.tables["own_model_measure_next"]
    shown = shown[shown["variance_share"] >= page.LEAST_SHARE]
    pairs = [pair for cell in shown["set_beside"] if cell for pair in cell.split("; ")]
    assert pairs
    for pair in pairs:
        assert f"<code>{pair}</code>" in text


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.ids, self.links, self.headings, self.text = [], [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.links += [attrs["href"][1:]] if attrs.get("href", "").startswith("#") else []
        self.headings += [int(tag[1])] if tag in ("h1", "h2", "h3", "h4") else []
        assert tag != "img" or attrs["alt"]

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_stands_alone_and_escapes_what_the_file_says(odd, desk):
    text = rendered(odd, desk)
    assert not selfcontained.faults(text)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    reader = Reader()
    reader.feed(text)
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.links) <= set(reader.ids)
    assert reader.headings[0] == 1
    assert reader.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(reader.headings, reader.headings[1:], strict=False))
    assert rendered(odd, desk) == text


def test_every_assumption_has_kind_source_and_a_key_of_the_file(odd, desk):
    frame = odd.tables["own_model_assumptions"]
    assert frame["source_key"].notna().all()
    assert frame["locator"].notna().all()
    sections = keys.sections()
    for cell in frame["key"].dropna():
        for key in cell.split(", "):
            assert key in keys.BY_PATH or key in sections, key
    assert set(frame["kind"]) == {"given", "derived", "prior"}
    # What the file gives is told back with its line.
    own = frame[(frame["section"] == "your file") & (frame["scenario"] == "base")]
    assert list(own["key"]) == list(odd.cases[0].given)


def test_a_difference_is_of_draws_that_both_share(desk):
    """Twice the intensity and nothing else: the same draws of all else, so never less."""
    text = """
name: own
training: {accelerator_hours: {low: 8e4, value: 1e5, high: 2e5}, accelerator: H100 SXM}
place: {intensity_g_per_kwh: 200}
scenarios:
  - {name: double, place: {intensity_g_per_kwh: 400}}
  - {name: nothing, title: The same, place: {intensity_g_per_kwh: 200}}
  - {name: elsewhere, place: {intensity_g_per_kwh: {low: 100, value: 200, high: 300}}}
"""
    said = desk.read(text)
    base = estimate.estimate(said, *desk.given)
    found = [base, *(estimate.estimate(each, *desk.given, base) for each in said.scenarios)]
    frame = result.compared("own", (said, *said.scenarios), found)
    frame = frame[frame["phase"] == "training"].set_index("scenario")
    double, same, elsewhere = (frame.loc[name] for name in ("double", "nothing", "elsewhere"))
    assert frame.loc["base", ["difference_p50", "share_lower"]].isna().all()
    # What is added is the operation once more; of a difference there are order statistics alone.
    once = estimate.table(base).set_index(["phase", "part", "accounting_method"])
    once = once.loc[("training", "operation", METHOD)]
    for mark in ("p05", "p50", "p95"):
        assert double[f"difference_{mark}"] == pytest.approx(once[mark], rel=0.01)
        assert same[f"difference_{mark}"] == 0
    assert double["share_lower"] == same["share_lower"] == 0
    assert 0.45 < elsewhere["share_lower"] < 0.55
    assert elsewhere["difference_p05"] < 0 < elsewhere["difference_p95"]


def test_grids_of_two_places_are_drawn_apart_and_one_grid_once(desk):
    text = (
        LEDGER["dclm-7b"]
        + """
scenarios:
  - {name: there, place: {country: India}}
  - {name: longer, hardware: {lifetime_years: 7}}
"""
    )
    said = desk.read(text)
    base = estimate.estimate(said, *desk.given)
    there, longer = (estimate.estimate(each, *desk.given, base) for each in said.scenarios)
    grid = "intensity_kg_per_kwh"
    assert all(each.inputs.inputs[grid].evidence == "prior" for each in (base, there))
    assert np.array_equal(longer.uniform[grid], base.uniform[grid])
    assert abs(np.corrcoef(there.uniform[grid], base.uniform[grid])[0, 1]) < 0.05
    for name in ("node_overhead", "experimentation_multiplier", "training_hours_factor"):
        for each in (there, longer):
            assert np.array_equal(each.uniform[name], base.uniform[name]), name


def test_where_no_source_has_a_footprint_the_electricity_is_explained(desk, tmp_path):
    """Nothing is whole: energy times PUE times intensity, and its experiments, still are known."""
    text = """
name: own
training: {energy_mwh: 310, energy_boundary: node, accelerator: MI300X}
place: {intensity_g_per_kwh: 68, pue: 1.12}
scenarios: [{name: other, place: {intensity_g_per_kwh: 136}}]
"""
    found = result.result(desk.read(text), *desk.given)
    assert found.target == ("made", "operation")
    rows = found.tables["own_model_estimate"]
    rows = rows[rows["accounting_method"] == METHOD].set_index(["scenario", "phase", "part"])
    assert ("base", "made", "all") not in rows.index
    training = rows.loc[("base", "training", "operation"), "value"]
    assert training == pytest.approx(310 * 1.12 * 0.068)
    made = rows.loc[("base", "made", "operation")]
    multiplier = assumptions_of(found, "experimentation")
    assert made["value"] == pytest.approx(training * multiplier)
    drivers = found.tables["own_model_sensitivity"]
    assert set(drivers["target"]) == {"made: operation"}
    assert list(drivers["input"]) == ["experimentation"]
    assert drivers["at_p95_tco2e"].iloc[0] == pytest.approx(made["p95"], rel=1e-2)
    shown = found.tables["own_model_assumptions"]
    assert not shown["quantity"].str.startswith("footprint: accelerator").any()
    both = found.tables["own_model_comparison"].set_index("scenario")
    base = both.loc["base", "p50"]
    assert both.loc["other", "difference_p50"] == pytest.approx(base, rel=0.01)
    for where in several.write([found], tmp_path, desk.paths["references"], "0.1.0"):
        text = where.read_text(encoding="utf-8")
        assert "the electricity for making the model" in text
        assert "without the making of machines" in text


def assumptions_of(found, quantity):
    rows = found.tables["own_model_assumptions"].set_index(["scenario", "section", "quantity"])
    return rows.loc[("base", "inputs of the formula", quantity), "value"]


def test_a_file_in_which_all_is_known_is_written(desk, tmp_path):
    text = """
name: own
service:
  {requests_per_day: 1000, years: 2, request_energy_wh: 2, request_energy_boundary: facility,
   place: {intensity_g_per_kwh: 500}}
"""
    found = result.result(desk.read(text), *desk.given)
    for frame in found.tables.values():
        assert len(frame.columns)
    assert several.write([found], tmp_path, desk.paths["references"], "0.1.0")


def test_no_text_of_a_table_is_a_formula(odd):
    frame = odd.tables["own_model_comparison"]
    assert frame["title"].str.startswith("=").any()
    safe = result.defused(frame)
    assert not safe["title"].str.startswith(("=", "+", "-", "@")).any()
    pd.testing.assert_frame_equal(
        safe.drop(columns=["title"]), frame.drop(columns=["title"]), check_dtype=False
    )


def test_the_page_calls_a_life_cycle_only_what_is_one(desk):
    for text, words in (
        (LARKS["hours"], "emissions of making it"),
        (LARKS["service"], "emissions of serving it"),
        (LARKS["hours"] + "service: {years: 1}\n", "lifecycle emissions"),
    ):
        found = estimate.estimate(desk.read(text), *desk.given)
        assert page.SUBJECTS[found.target[0]] == words


def test_the_figures_can_be_read(drawn):
    assert set(drawn) == {"stages", "sensitivity", "comparison"}
    for figure in drawn.values():
        require_readable(figure)


def require_readable(figure):
    texts = shown_texts(figure)
    assert len(texts) >= 4
    assert not clipped(texts, figure)
    assert not overlapping(texts)
    for text in figure.findobj(Text):
        assert text.get_fontsize() >= style.SMALLEST_TEXT_POINTS
    assert figure.get_figwidth() == style.COLUMN_WIDTH_INCHES


def test_a_figure_of_nothing_but_zeros_is_drawn():
    row = dict.fromkeys(("low", "value", "high", "mean", "p05", "p50", "p95"), 0.0)
    frame = pd.DataFrame([{"phase": "training", "part": "operation", **row}] * 2)
    require_readable(figures.draw_stages(frame))


FAULTS = {
    "name: ../evil\nservice: {years: 1}\n": "key name",
    "name: a\ntraining: {acelerator_hours: 5}\n": "training.acelerator_hours",
    "name: a\ntraining: {energy_mwh: nan, energy_boundary: IT}\n": "training.energy_mwh",
    "": "empty",
    "name: a\nmodel: &x {}\n": "anchor",
    "name: a\nmodel: {total_parameters_billion: 7}\nservice: {accelerator: NVIDIA A10}\n": (
        "service.accelerator"
    ),
}


@pytest.mark.parametrize("text", FAULTS, ids=list(FAULTS.values()))
def test_a_bad_file_is_one_message_and_nothing_is_written(desk, tmp_path, text):
    path = tmp_path / "it's $(a) {b}.yaml"
    path.write_text(text, encoding="utf-8")
    good = tmp_path / "good.yaml"
    good.write_text(ODD, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        script().main(
            [str(good), str(path)], tmp_path / "out", desk.paths, choices=desk.choices, seed=SEED,
            as_of=AS_OF, release="0.1.0",
        )  # fmt: skip
    assert FAULTS[text] in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([path.name, good.name])
