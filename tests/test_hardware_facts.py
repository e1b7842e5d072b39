"""Hardware facts and published footprints: strict, pinned, faults counted."""

import csv
import importlib
import sys

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import table_corrections, tables
from ai_lifecycle.embodied_tables import corporate, facts_read
from ai_lifecycle.errors import DataError
from ai_lifecycle.footprint_cleaning import boavizta, greensku

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
def hardware():
    return facts_read.read(PATHS, references=REFERENCES, as_of=AS_OF)


@pytest.fixture(scope="module")
def products():
    return tables.read_csv(ROOT / "data/frozen/product_footprints.csv", "product_footprints")


@pytest.fixture(scope="module")
def components():
    return tables.read_csv(ROOT / "data/frozen/component_footprints.csv", "component_footprints")


@pytest.fixture(scope="module")
def emissions():
    return corporate.read(CORPORATE, references=REFERENCES, as_of=AS_OF)


# Facts -----------------------------------------------------------------------------------------


def test_counts_by_status_are_pinned(hardware, emissions):
    counts = {name: frame["status"].value_counts().to_dict() for name, frame in hardware.items()}
    assert counts == {
        "hardware_accelerators": {"secondary": 82},
        "hardware_fab_factors": {"primary": 107, "secondary": 17, "derived": 2},
        "hardware_product_footprints": {"secondary": 45, "derived": 33, "primary": 3},
        "hardware_components": {"primary": 14, "secondary": 7, "derived": 2},
        "hardware_lifetimes": {"secondary": 11, "primary": 2},
        "hardware_hosts": {"secondary": 38, "primary": 10, "derived": 7, "judgement": 2},
        "hardware_node_brackets": {"judgement": 3},
    }
    assert emissions["status"].value_counts().to_dict() == {
        "primary": 162,
        "secondary": 89,
        "derived": 7,
    }


def test_each_published_footprint_names_its_set_of_potentials(hardware, products):
    assert (hardware["hardware_product_footprints"]["gwp_set"] == "not stated").all()
    assert (products["gwp_set"] == "not stated").all()
    gases = hardware["hardware_fab_factors"].query("factor == 'gwp100'")
    assert set(gases["gwp_set"]) == {"AR5"}
    assert gases.set_index("component")["value"].to_dict() == {
        "cf4": 6630,
        "nf3": 16100,
        "sf6": 23500,
    }


def test_hgx_h100_is_1312_kg_and_its_eighth_164(hardware):
    footprints = hardware["hardware_product_footprints"].query("quantity == 'cradle to gate'")
    values = footprints.set_index("product")["value"]
    assert values["NVIDIA HGX H100 8-GPU baseboard"] == 1312
    assert values["NVIDIA H100 SXM, an eighth of HGX H100"] == 1312 / 8
    assert values["NVIDIA HGX B200 8-GPU baseboard"] / 8 == 284.25


def test_stacked_memory_is_dearer_than_any_dram(hardware):
    factors = hardware["hardware_fab_factors"].query("factor == 'memory_per_gb'")
    by_family = factors.groupby("component")["value"]
    assert by_family.min()["hbm"] > 0.7
    assert by_family.max()["hbm"] == 0.9
    assert by_family.max()["dram"] < by_family.min()["hbm"]


def test_what_hbm_costs_follows_from_the_boards(hardware):
    # 0.42 x 0.91 x 1312 kg / 640 GB and 0.49 x 0.94 x 2274 kg / 1440 GB.
    factors = hardware["hardware_fab_factors"].set_index("technology")["value"]
    assert factors["implied by HGX H100"] == pytest.approx(0.42 * 0.91 * 1312 / 640, abs=5e-4)
    assert factors["implied by HGX B200"] == pytest.approx(0.49 * 0.94 * 2274 / 1440, abs=5e-4)


def test_a_google_scope_3_is_its_total_less_the_rest(emissions):
    google = emissions.query("company == 'Google' and vintage == '2026 report'")
    for year in range(2019, 2025):
        rows = google[google["year"] == year].set_index(["scope", "method"])["value"]
        rest = rows["scope 1", "none"] + rows["scope 2", "market"] + rows["scope 3", "market"]
        assert rows["total", "market"] == rest


@pytest.mark.parametrize("year", range(2017, 2022))
def test_microsofts_categories_sum_to_its_scope_3(emissions, year):
    rows = emissions.query(f"company == 'Microsoft' and year == {year} and scope == 'scope 3'")
    rows = rows[(rows["vintage"] == "2021 report") & (rows["method"] != "location")]
    total = rows.loc[rows["category"] == "all", "value"].iloc[0]
    assert rows.loc[rows["category"] != "all", "value"].sum() == pytest.approx(total, abs=2500)


# Bad rows --------------------------------------------------------------------------------------


@pytest.fixture
def spoilt(tmp_path):
    """Paths with one cell of the first row that matches replaced."""

    def spoil(name, where, column, cell):
        source = CORPORATE if name == "corporate_ghg" else PATHS[name]
        with open(source, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        hit = next(i for i, r in enumerate(rows) if all(r[k] == v for k, v in where.items()))
        rows[hit][column] = cell
        path = tmp_path / source.name
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return path, hit + 2

    return spoil


H100 = {"accelerator": "NVIDIA H100 SXM5 80GB"}
HGX = {"product": "NVIDIA HGX H100 8-GPU baseboard"}
TPU = {"accelerator": "Google TPU v4"}
NODE = {"process_nm": "12"}
EPA = {"factor": "fab_energy_per_area", "technology": "5nm"}


@pytest.mark.parametrize(
    ("name", "where", "column", "cell", "words"),
    [
        ("hardware_accelerators", H100, "die_area_mm2", "-814", ["die_area_mm2", "out of bounds"]),
        ("hardware_accelerators", H100, "source_key", "", ["source_key"]),
        (
            "hardware_hosts",
            H100,
            "accelerator",
            "NVIDIA H100",
            ["accelerator", "no such", "nearest"],
        ),
        ("hardware_hosts", H100, "accelerator", "NVIDIA H20 96GB", ["stands twice"]),
        ("hardware_hosts", H100, "accelerators_per_host", "", ["accelerators_per_host", "module"]),
        ("hardware_hosts", TPU, "host_high_kgco2e", "1", ["host_kgco2e", "do not enclose"]),
        ("hardware_node_brackets", NODE, "process_nm", "14", ["14 nm", "node is sourced"]),
        ("hardware_node_brackets", NODE, "process_nm", "16", ["16 nm", "stands twice"]),
        ("hardware_node_brackets", NODE, "high_process_nm", "11", ["12 nm", "no factors"]),
        ("hardware_node_brackets", NODE, "high_process_nm", "14", ["do not enclose the node"]),
        ("hardware_node_brackets", NODE, "value_process_nm", "28", ["do not enclose the node"]),
        ("hardware_node_brackets", NODE, "status", "secondary", ["status"]),
        ("hardware_accelerators", H100, "accelerator", "NVIDIA H20 96GB", ["stands twice"]),
        ("hardware_fab_factors", EPA, "unit", "kWh", ["unit", "kWh/cm2"]),
        ("hardware_fab_factors", EPA, "value", "-2.75", ["value", "out of bounds"]),
        ("hardware_fab_factors", EPA, "status", "memory", ["status"]),
        ("hardware_fab_factors", EPA, "yield_included", "maybe", ["yield_included"]),
        (
            "hardware_fab_factors",
            {"factor": "line_yield"},
            "value",
            "1.1",
            ["value", "absurd value of line_yield", "0 to 1"],
        ),
        ("hardware_fab_factors", {"factor": "line_yield"}, "value", "0", ["value", "above zero"]),
        (
            "hardware_lifetimes",
            {"operator": "Google"},
            "effective",
            "2031",
            ["effective", "future"],
        ),
        (
            "hardware_components",
            {"component": "mass recycled"},
            "value",
            "1.2",
            ["value", "0 to 1"],
        ),
        (
            "hardware_product_footprints",
            {"quantity": "share of materials and components"},
            "value",
            "1.5",
            ["value", "absurd value of share of materials and components of NVIDIA HGX B200"],
        ),
        (
            "hardware_product_footprints",
            {"quantity": "share within materials of memory"},
            "value",
            "0.99",
            ["shares of one product exceed one", "key NVIDIA HGX B200 8-GPU baseboard"],
        ),
        (
            "hardware_product_footprints",
            HGX | {"quantity": "share within materials of memory"},
            "value",
            "0.32",
            ["do not sum to 1", "found 0.9;", "key NVIDIA HGX H100 8-GPU baseboard"],
        ),
        (
            "hardware_product_footprints",
            HGX | {"quantity": "share of assembly"},
            "value",
            "0.186",
            ["do not sum to 1", "found 1.1;", "key NVIDIA HGX H100 8-GPU baseboard"],
        ),
        (
            "hardware_product_footprints",
            H100,
            "accelerator",
            "NVIDIA H100 SXM 80GB",
            ["accelerator", "nearest: NVIDIA H100 SXM5 80GB"],
        ),
    ],
)
def test_a_bad_hardware_fact_is_refused_where_it_stands(spoilt, name, where, column, cell, words):
    path, row = spoilt(name, where, column, cell)
    with pytest.raises(DataError) as caught:
        facts_read.read(PATHS | {name: path}, references=REFERENCES, as_of=AS_OF)
    for word in [path.name, *words]:
        assert word in str(caught.value)
    if words[0] == column:
        assert f"row {row}" in str(caught.value)


META = {"company": "Meta", "scope": "scope 2", "method": "market", "year": "2023"}
MICROSOFT = {"company": "Microsoft", "year": "2021", "category": "category 2"}


@pytest.mark.parametrize(
    ("where", "column", "cell", "words"),
    [
        (META, "method", "none", ["scope 2 needs its method", "column method"]),
        (META, "value", "-1", ["column value", "out of bounds"]),
        (META, "company", "Facebook", ["column company", "Meta"]),
        (META, "year", "2031", ["column year"]),
        (META, "method", "location", ["stands twice"]),
        (MICROSOFT, "value", "14000000", ["categories exceed their scope 3", "Microsoft 2021"]),
    ],
)
def test_a_bad_corporate_figure_is_refused(spoilt, where, column, cell, words):
    path, _ = spoilt("corporate_ghg", where, column, cell)
    with pytest.raises(DataError) as caught:
        corporate.read(path, references=REFERENCES, as_of=AS_OF)
    for word in words:
        assert word in str(caught.value)


def test_an_unknown_accelerator_suggests_the_nearest(hardware):
    with pytest.raises(DataError, match=r"nearest: NVIDIA H100 SXM5 80GB"):
        facts_read.accelerator(hardware, "NVIDIA H100 SXM 80GB")


# Published footprints --------------------------------------------------------------------------


def test_products_with_impossible_shares_are_set_aside(products):
    aside = products[products["exclusion"].notna()].set_index("name")["exclusion"].to_dict()
    assert aside == {
        "OptiPlex 7070 Ultra": "share_above_one",
        "Fairphone 4": "shares_sum_above_one",
    }
    whole = products[products["phases"] == "four"]
    assert len(whole) == 332
    assert (whole[boavizta.SHARES].sum(axis=1) - 1).abs().max() <= TOLERANCE


@pytest.mark.mirror
def test_the_frozen_tables_are_what_upstream_yields(mirror, products, components, tmp_path):
    payload = next(mirror.rglob("boavizta-data-us.csv")).read_bytes()
    clean = script("clean_product_footprints")
    frame = clean.cleaned(payload, ROOT / "data/corrections/boavizta.yaml", TOLERANCE)
    tables.write_csv(frame, tmp_path / "p.csv", "product_footprints")
    frozen = ROOT / "data/frozen"
    assert (tmp_path / "p.csv").read_bytes() == (frozen / "product_footprints.csv").read_bytes()
    folder = next(mirror.rglob("carbon_data"))
    files = {f"greensku_{p.stem.lower()}": p.read_bytes() for p in sorted(folder.glob("*.yaml"))}
    tables.write_csv(greensku.read(files), tmp_path / "c.csv", "component_footprints")
    assert (tmp_path / "c.csv").read_bytes() == (frozen / "component_footprints.csv").read_bytes()


HEADER = ",".join([*boavizta.TEXT, *boavizta.NUMBERS])
ROW = "Dell,A,Datacenter,Server,EU,2019,http://x,100,0.8,0.15,0.04,0.01,,,0,4,,20"


def read_products(*rows):
    return boavizta.read("\n".join([HEADER, *rows]).encode(), "b.csv")


def test_a_product_is_read_and_its_phases_judged():
    rows = [ROW, ROW.replace("0.15", "0.25"), ROW.replace("0.15,0.04,0.01", ",,"),
            ROW.replace("0.04,0.01", ",")]  # fmt: skip
    frame = read_products(*rows).assign(exclusion=pd.NA)
    assert frame["product_id"].tolist() == ["line-2", "line-3", "line-4", "line-5"]
    judged = boavizta.with_completeness(frame, TOLERANCE)["phases"].tolist()
    assert judged == ["four", "unusable", "use only", "use and manufacture"]


def test_a_bad_cell_upstream_is_refused_where_it_stands():
    with pytest.raises(DataError, match=r"b\.csv, row 3, column gwp_total.*'a lot'"):
        read_products(ROW, ROW.replace(",100,", ",a lot,"))
    with pytest.raises(DataError, match="gwp_total"):
        boavizta.read(b"manufacturer,name\nDell,A\n", "b.csv")


def test_a_correction_stops_when_upstream_repairs_the_fault():
    entries = table_corrections.read(ROOT / "data/corrections/boavizta.yaml")
    frame = pd.DataFrame(
        {
            "product_id": ["line-344"],
            "name": ["OptiPlex 7070 Ultra"],
            "manufacturing_share": [0.776],
            "exclusion": [pd.NA],
        }
    )
    with pytest.raises(DataError, match="no longer publishes"):
        table_corrections.apply(frame, entries[:1], key="product_id", file="boavizta.yaml")


def test_a_greensku_file_without_its_key_is_refused():
    with pytest.raises(DataError, match="GreenSKU file lacks"):
        greensku.read({"greensku_dram": b"DDR4: {}"})
