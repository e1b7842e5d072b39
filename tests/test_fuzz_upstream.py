"""Every parser of a published file, fed with spoilt ones: a message, or a table that is right.

The short suite spoils each file in the same few ways every time; the long one in many new ways.
"""

import json

import pandas as pd
import pytest
import yaml
from fuzzing import (
    OPERATIONS,
    TREE_OPERATIONS,
    examples,
    numbers_in,
    outcome,
    plain_numbers,
    spoilt,
    spoilt_tree,
)
from hypothesis import given
from hypothesis import strategies as st

from ai_lifecycle import tables
from ai_lifecycle.fleet_cleaning import chip_counts
from ai_lifecycle.footprint_cleaning import boavizta, greensku
from ai_lifecycle.grid_cleaning import annual_intensity, avert, eia930, electricity_maps
from ai_lifecycle.hardware import chip_dataset
from ai_lifecycle.ml_energy_cleaning import architectures, faults, measurements
from ai_lifecycle.model_catalogue import epoch, epoch_faults

FEW, MANY = 25, 1000
HOURS = 6


@pytest.fixture(scope="module", autouse=True)
def short_files():
    """A year of six hours, one file of two counts: thousands of files are read in seconds."""
    whole_year = eia930.year_hours
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eia930, "year_hours", lambda year=2022: whole_year(year)[:HOURS])
        patch.setattr(chip_counts, "LAYOUTS", {"nvidia_owners": (chip_counts.OWNED, 2)})
        electricity_maps._expected_stamps.cache_clear()
        yield
    electricity_maps._expected_stamps.cache_clear()


def csv_text(header, *rows, delimiter=","):
    lines = [delimiter.join(f'"{cell}"' if delimiter in str(cell) else str(cell) for cell in line)
             for line in (header, *rows)]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


# ------------------------------------------------------------------ hourly files


def stamps(form):
    return [
        str(hour) for hour in pd.date_range("2022-01-01", periods=HOURS, freq="h").strftime(form)
    ]


def eia():
    rows = [[s, 1, "2.5", 3, "", 5, 6, 7, 8, 99.5] for s in stamps("%Y-%m-%d %H:%M:%S+00:00")]
    return csv_text(eia930.HEADER, *rows)


def read_eia(payload):
    frame = eia930.parse("PJM", payload, rows=HOURS)
    hours = frame.rename(columns={"label_utc": "hour_start_utc"}).assign(authority="PJM")
    tables.check(hours[list(tables.declaration("eia930_hourly"))], "eia930_hourly")
    found = plain_numbers(payload, eia930.FUELS)
    assert len(found) == len(frame)
    for filed, ours in eia930.FUELS.items():
        assert frame[ours].isna().tolist() == [not row[filed] for row in found]
        assert frame[ours].dropna().tolist() == [float(r[filed]) for r in found if r[filed]]


def zone():
    rows = [[s, "Great Britain", "Great Britain", "GB", 100.5, 150, 60, 40, "x", "false", ""]
            for s in stamps("%Y-%m-%d %H:%M:%S")]  # fmt: skip
    return csv_text(electricity_maps.HEADER, *rows)


def read_zone(payload):
    frame = electricity_maps.parse("GB", 2022, payload, rows=HOURS)
    tables.check(frame, "electricity_maps_hourly")
    found = plain_numbers(payload, electricity_maps.VALUES)
    for filed, ours in electricity_maps.VALUES.items():
        assert frame[ours].tolist() == [float(row[filed]) for row in found]


def rates():
    rows = [[1, hour, *["1.5"] * len(avert.REGIONS)] for hour in range(HOURS)]
    return b"\xef\xbb\xbf" + csv_text(avert.HEADER, *rows)


def read_rates(payload):
    frame = avert.parse(payload, dict.fromkeys(avert.REGIONS), rows=HOURS)
    tables.check(frame, "avert_hourly")
    found = plain_numbers(payload, avert.REGIONS)
    own = frame[frame["region"] == "CA"]["marginal_co2_lb_per_kwh"]
    assert own.tolist() == [float(row["CA"]) for row in found]


# ------------------------------------------------------------------ tables of models and chips


def models():
    header = [*epoch.TEXT, *epoch.NUMBERS, epoch.DATE, *epoch.PROSE, "Notes"]
    words = dict.fromkeys(epoch.TEXT, "a word") | {"Confidence": "Likely", "Country": "A, B, A"}
    rows = []
    for name in ("Small model", "Large model"):
        cells = words | {"Model": name} | dict.fromkeys(epoch.NUMBERS, "12.5")
        cells |= {epoch.DATE: "2023-03-14", "Training power draw (W)": ""}
        rows.append([cells.get(column, "") for column in header])
    return csv_text(header, *rows)


def read_models(payload):
    frame = epoch_faults.treat(epoch.read(payload, "models.csv"))
    tables.check(frame[list(tables.declaration("epoch_models"))], "epoch_models")
    assert len(frame) == len(plain_numbers(payload, epoch.NUMBERS))


def chips():
    header = ["Notes", *chip_dataset.COLUMNS]
    row = {name: "100.5" for name, ours in chip_dataset.COLUMNS.items()
           if ours in chip_dataset.NUMBERS}  # fmt: skip
    row |= {"Manufacturer": "NVIDIA", "Type": "GPU", "Release date": "2020-05-14",
            "FP32 (single precision) performance (FLOP/s)": "1.95e13",
            "ML hardware": "checked"}  # fmt: skip
    names = ("A100", "A100", "V100")
    return csv_text(header, *[[(row | {"Hardware name": n}).get(c, "") for c in header]
                              for n in names])  # fmt: skip


def read_chips(payload):
    frame = chip_dataset.read(payload, "chips.csv")
    tables.check(frame[list(tables.declaration("chip_dataset_gpus"))], "chip_dataset_gpus")
    rows = [r for r in plain_numbers(payload, ()) if r["Type"] == "GPU" and r["Hardware name"]]
    assert len(rows) == len(frame)
    theirs = sorted(float(r["TDP (W)"]) for r in rows if r["TDP (W)"].strip())
    assert sorted(frame["thermal_design_power_w"].dropna()) == theirs


def shapes():
    numbers = dict.fromkeys(architectures.COLUMNS[1:-1], "4.0")
    dense = numbers | {
        "model_name": "a/dense",
        "layer_types": "",
        "text_config": "",
        "head_dim": "",
    }
    windows = "['sliding_attention', 'full_attention']"
    sparse = numbers | {"model_name": "a/sparse", "layer_types": windows,
                        "text_config": "{'head_dim': 64, 'layer_types': None}"}  # fmt: skip
    rows = [[row.get(c, "") for c in (*architectures.COLUMNS, "more")] for row in (dense, sparse)]
    return csv_text((*architectures.COLUMNS, "more"), *rows, delimiter=";")


def read_shapes(payload):
    frame = architectures.read(payload, "features.csv")
    tables.check(frame, "model_architectures")
    rows = plain_numbers(payload, ("total_b_params", "num_layers"), ";")
    assert sorted(frame["layers"].dropna()) == sorted(
        float(r["num_layers"]) for r in rows if r["num_layers"].strip()
    )


def products():
    header = ["note", *boavizta.TEXT, *boavizta.NUMBERS]
    row = dict.fromkeys(boavizta.TEXT, "word") | dict.fromkeys(boavizta.NUMBERS, "0.25")
    row |= {"category": "Datacenter", "gwp_total": "1000", "weight": ""}
    return csv_text(header, *[[row.get(name, "") for name in header]] * 2)


def read_products(payload):
    frame = boavizta.read(payload, "products.csv").assign(exclusion=pd.NA)
    frame = boavizta.with_completeness(frame, 0.02).assign(gwp_set="not stated")
    frame = frame[list(tables.declaration("product_footprints"))]
    tables.check(frame, "product_footprints")
    rows = plain_numbers(payload, boavizta.NUMBERS)
    theirs = [float(r["gwp_total"]) for r in rows if r["gwp_total"].strip()]
    assert frame["total_kgco2e"].dropna().tolist() == theirs


COUNT = {"Name": "x", "Chip manufacturer": "Maker", "Owner": "Owner", "Start date": "1/1/2022",
         "End date": "3/31/2022", "Chip type": "Chip", "Incomplete": "checked",
         "Total TDP (W)": "350000"}  # fmt: skip


def counts():
    header = chip_counts.OWNED
    later = COUNT | {"End date": "6/30/2022", "Incomplete": ""}
    words = ("Notes", chip_counts.LINK)
    return csv_text(header, *[[row.get(c, "" if c in words else "500") for c in header]
                              for row in (COUNT, later)])  # fmt: skip


NAMES = pd.DataFrame(
    {"manufacturer": ["Maker", "Maker"], "published_type": ["Chip", "Other"],
     "accelerator_type": ["Chip", "Other"], "accelerator": ["Maker Chip", pd.NA]}
)  # fmt: skip


def read_counts(payload):
    frame = chip_counts.read({"epoch_chip_counts_nvidia_owners": payload}, NAMES)
    tables.check(frame, "accelerator_counts")
    rows = plain_numbers(payload, chip_counts.UNITS_PLAIN)
    assert frame["units_median"].tolist() == [float(row["Number of Units"]) for row in rows]


LINES = {
    "EIA-930": (eia, read_eia, ","),
    "Electricity Maps": (zone, read_zone, ","),
    "AVERT": (rates, read_rates, ","),
    "Epoch models": (models, read_models, ","),
    "Epoch chip dataset": (chips, read_chips, ","),
    "Epoch chip counts": (counts, read_counts, ","),
    "architecture features": (shapes, read_shapes, ";"),
    "Boavizta": (products, read_products, ","),
}

# ------------------------------------------------------------------ nested files


def measured(names, task):
    table = "ml_energy_text" if names is measurements.TEXT_NAMES else "ml_energy_diffusion"
    kinds = {column: field["dtype"] for column, field in tables.declaration(table).items()}
    row = {theirs: 2 if kinds[ours] == "integer" else 2.5 for theirs, ours in names.items()} | {
        "model_id": "Qwen/q", "nickname": "q", "weight_precision": "bfloat16", "gpu_model": "H100",
    }  # fmt: skip
    row |= {"architecture": "dense"} if "architecture" in names else {}
    return {"task": task, "configurations": [row, row | {"num_gpus": 4}]}


INDEX = {
    "architectures": {}, "last_updated": "x",
    "models": {"Qwen/q": dict.fromkeys(measurements.MODEL_KEYS, 2.5) | {
        "weight_precision": "bfloat16"}},
    "tasks": [*measurements.TEXT_TASKS.values(), *measurements.DIFFUSION_TASKS.values()],
}  # fmt: skip
GOOD_TASKS = {
    measurements.INDEX: INDEX,
    **{s: measured(measurements.TEXT_NAMES, t) for s, t in measurements.TEXT_TASKS.items()},
    "ml_energy_text_to_image": measured(measurements.IMAGE_NAMES, "text-to-image"),
    "ml_energy_text_to_video": measured(measurements.VIDEO_NAMES, "text-to-video"),
}


def read_measured(name, payload):
    files = {key: json.dumps(tree).encode() for key, tree in GOOD_TASKS.items()} | {name: payload}
    text = faults.mark(measurements.text(files))
    tables.check(text[list(tables.declaration("ml_energy_text"))], "ml_energy_text")
    diffusion = measurements.diffusion(files)
    tables.check(diffusion[list(tables.declaration("ml_energy_diffusion"))], "ml_energy_diffusion")
    known = numbers_in(json.loads(payload)) | {2.5}
    assert set(text["power_w"]) | set(diffusion["power_w"]) <= known


ANNUAL = {
    annual_intensity.EMBER: {"ATL": {
        "country_code": "ATL", "country_or_region": "Atlantis", "year": 2024,
        "emissions_intensity_gco2_per_kwh": 12.5}},
    annual_intensity.MARGINAL: {"Atlantis": dict.fromkeys(annual_intensity.MEASURES, "100") | {
        annual_intensity.NAME: "Atlantis", "ember_country_name": "Atlantis",
        "unfccc_country_name": "Atlantis", "country_code_iso_2": "AT",
        "country_code_iso_3": "ATL"}},
    **{annual_intensity.zone_source(year): {"AT": {
        "zone": {"zoneName": "Atlantis"},
        "carbonIntensity": {"value": 30, "unit": "gCO2eq/kWh"},
        "renewableEnergy": {"value": 80, "unit": "%"},
        "carbonFreeEnergy": {"value": 90, "unit": "%"}}} for year in annual_intensity.ZONE_YEARS},
}  # fmt: skip
UNFCCC = (
    b',"Combined Margin Grid Emission Factor, gCO2/kWh",,,,"Operating Margin Grid Emission Factor, '
    b'gCO2/kWh (including for use in PCAF GHG accounting)"\n'
    b',"Firm Energy (e.g., Hydro, Geothermal)","Intermittent Energy (e.g., Solar, Wind, Tidal)",'
    b"Energy Efficiency,Electricity Consumption,\nCountry / Territory / Island,,,,,\n"
    b"Atlantis,100,100,100,100,100\n"
)


def read_annual(name, payload):
    files = {key: json.dumps(tree).encode() for key, tree in ANNUAL.items()}
    files |= {annual_intensity.UNFCCC: UNFCCC} | {name: payload}
    frame = annual_intensity.clean(files)
    tables.check(frame, "annual_intensity")
    if name != annual_intensity.UNFCCC:
        known = numbers_in(json.loads(payload)) | {100.0, 12.5, 30.0}
        assert set(frame["intensity_g_per_kwh"]) <= known


def item(**more):
    return {"number": 1, "power": "35W", "carbon": 350.5, **more}


SKUS = {
    "DRAM": {"DDR5": {"frequencies": [{"sizes": [{"size": "64GB", "power": "23.7W",
                                                  "carbon": 105.4}]}]}},
    "SSD": [{"type": "E1.S", "sizes": [{"size": "2TB", "power": "11W", "carbon": 34.6}]}],
    "CPU": [{"vendor": "AMD", "types": [{"type": "G", "core_counts": [
        {"count": 80, "power": "290W", "carbon": 30.7}]}]}],
    "NIC": {"bandwidths": [{"bandwidth": "100G", "power": "19W", "carbon": 58.1}]},
    "server": [{"type": "Server-1U", "items": {"server": item(), "fan": item()}}],
    "rack": [{"type": "Rack", "items": {"rack": item(lifetime=180)}}],
    "data_center": [{"type": "DC", "items": {"dc_building": item(lifetime=240)},
                     "rack_capacity": 2500, "power_capacity": "50MW"}],
    "params": {"lifetime": 72},
}  # fmt: skip


def read_skus(name, payload):
    files = {f"greensku_{key}": yaml.safe_dump(tree).encode() for key, tree in SKUS.items()}
    frame = greensku.read(files | {f"greensku_{name}": payload})
    tables.check(frame, "component_footprints")
    carbon = frame["embodied_kgco2e"].dropna()
    known = set().union(*map(numbers_in, SKUS.values()))
    assert set(carbon) <= known | numbers_in(yaml.load(payload, Loader=yaml.BaseLoader))


def as_yaml(tree):
    return yaml.safe_dump(tree, allow_unicode=True)


TREE_FILES = {
    "ML.ENERGY index": (measurements.INDEX, INDEX, read_measured, json.dumps),
    "ML.ENERGY text": ("ml_energy_gpqa", GOOD_TASKS["ml_energy_gpqa"], read_measured, json.dumps),
    "ML.ENERGY video": ("ml_energy_text_to_video", GOOD_TASKS["ml_energy_text_to_video"],
                        read_measured, json.dumps),
    "Ember": (annual_intensity.EMBER, ANNUAL[annual_intensity.EMBER], read_annual, json.dumps),
    "marginal": (annual_intensity.MARGINAL, ANNUAL[annual_intensity.MARGINAL], read_annual,
                 json.dumps),
    "zones": (annual_intensity.zone_source(2023), ANNUAL[annual_intensity.zone_source(2023)],
              read_annual, json.dumps),
    **{f"GreenSKU {key}": (key, tree, read_skus, as_yaml) for key, tree in SKUS.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_files_of_lines_unspoilt_are_read(name):
    good, read, _ = LINES[name]
    read(good())


@pytest.mark.parametrize("name", TREE_FILES)
def test_files_of_nested_values_unspoilt_are_read(name):
    key, tree, read, write = TREE_FILES[name]
    read(key, write(tree).encode())


def spoil_lines(name, number, **how):
    good, read, delimiter = LINES[name]
    payload = good()

    @examples(number, **how)
    @given(OPERATIONS)
    def hold(operations):
        bad = spoilt(payload, operations, delimiter)
        outcome(lambda: read(bad))

    hold()


def spoil_trees(names, number, **how):
    @examples(number, **how)
    @given(st.sampled_from(names), TREE_OPERATIONS)
    def hold(name, operations):
        key, tree, read, write = TREE_FILES[name]
        bad = spoilt_tree(tree, operations, write)
        outcome(lambda: read(key, bad))

    hold()


def spoil_unfccc(number, **how):
    @examples(number, **how)
    @given(OPERATIONS)
    def hold(operations):
        bad = spoilt(UNFCCC, operations)
        outcome(lambda: read_annual(annual_intensity.UNFCCC, bad))

    hold()


@pytest.mark.parametrize("name", LINES)
def test_a_spoilt_file_of_lines_is_refused_or_read_right(name):
    spoil_lines(name, FEW)


def test_a_spoilt_table_of_three_header_rows_is_refused_or_read_right():
    spoil_unfccc(FEW)


@pytest.mark.parametrize("family", ["ML.ENERGY", "GreenSKU", ""])
def test_a_spoilt_file_of_nested_values_is_refused_or_read_right(family):
    others = {n for n in TREE_FILES if not n.startswith(("ML.ENERGY", "GreenSKU"))}
    names = [n for n in TREE_FILES if n.startswith(family)] if family else sorted(others)
    spoil_trees(names, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", LINES)
def test_many_spoilt_files_of_lines(name):
    spoil_lines(name, MANY, derandomize=False)


@pytest.mark.long
@pytest.mark.parametrize("name", [*TREE_FILES, "UNFCCC"])
def test_many_spoilt_files_of_nested_values(name):
    if name == "UNFCCC":
        spoil_unfccc(MANY, derandomize=False)
    else:
        spoil_trees([name], MANY, derandomize=False)
