"""The catalogue of upstream files, its faults, receipts, and the fetch of the real files."""

import hashlib
import importlib.util
import json
import re

import pytest
import yaml
from misbehaving_server import BODY, misbehaving

from ai_lifecycle import bibliography, sources
from ai_lifecycle.download import Downloader, Outcome
from ai_lifecycle.errors import DataError
from ai_lifecycle.store import File

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MINIMAL = f"""\
licences:
  MIT:
    name: MIT License
    url: https://opensource.org/license/mit
datasets:
  rain:
    title: Rain
    producer: A producer
    citation:
      - rain2020
    page: https://example.org/rain
    version: {COMMIT}
    date_accessed: 2026-11-21
    licence:
      upstream:
        - MIT
      derived: MIT
    files:
      - id: rain_a
        url: https://example.org/{COMMIT}/a.csv
        sha256: '{"a" * 64}'
        bytes: 12
        date_published: unknown
      - id: rain_b
        url: https://example.org/{COMMIT}/b.csv
        sha256: '{"b" * 64}'
        bytes: 13
        date_published: 2020-02-03
"""


@pytest.fixture(scope="module")
def shipped(root):
    return sources.catalogue(root / "data" / "sources.yaml")


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "sources.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def script(root, name):
    path = root / "workflow" / "scripts" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the catalogue that is shipped ---


def test_the_catalogue_holds_every_dataset(shipped):
    counts = {key: len(dataset.files) for key, dataset in shipped.items()}
    assert counts == {
        "eia930_2022": 8,
        "avert_2022": 1,
        "electricity_maps_hourly": 32,
        "annual_intensity": 8,
        "epoch_models": 3,
        "epoch_chip_counts": 8,
        "chip_dataset": 1,
        "ml_energy": 8,
        "architecture_features": 2,
        "cloud_regions": 2,
        "ml_co2_impact": 3,
        "boavizta": 1,
        "greensku": 10,
        "emission_factors": 3,
        "llama_cards": 7,
        "electricity_maps_factors": 9,
        "act_factors": 13,
        "act_model_files": 2,
    }


def test_every_citation_is_in_the_bibliography(shipped, root):
    known = bibliography.load(root / "data" / "references.bib")
    cited = {key for dataset in shipped.values() for key in dataset.citation}
    assert cited - set(known) == set()


def test_copies_cite_the_producer_and_the_copy(shipped):
    for dataset in shipped.values():
        if dataset.copied_by:
            assert len(dataset.citation) >= 2, dataset.key
    assert shipped["eia930_2022"].citation[:2] == ("eia930", "dc_rl")


def test_ids_of_zones_and_authorities_are_those_that_cleaning_asks_for(shipped):
    authorities = {file.id for file in shipped["eia930_2022"].files}
    names = ["azps", "bpat", "ciso", "erco", "miso", "nyis", "pjm", "soco"]
    assert authorities == {f"eia930_2022_{name}" for name in names}
    zones = {file.id for file in shipped["electricity_maps_hourly"].files}
    assert {"electricity_maps_us_cal_ciso_2022", "electricity_maps_us_mida_pjm_2024"} <= zones


def test_the_schema_describes_every_key():
    schema = yaml.safe_load(sources.schema_path().read_text(encoding="utf-8"))
    objects = []

    def walk(node, place):
        if isinstance(node, dict):
            if node.get("type") == "object":
                objects.append((place, node))
            for name, child in node.get("properties", {}).items():
                if child.get("type") not in ("object", "array") or "description" in child:
                    assert child.get("description"), f"{place}.{name}"
            for name, child in node.items():
                walk(child, f"{place}.{name}")

    walk(schema, "")
    assert len(objects) >= 6
    for place, node in objects:
        assert "additionalProperties" in node, place


# --- faults in a catalogue ---


def test_the_minimal_catalogue_is_accepted(written):
    found = sources.catalogue(written(MINIMAL))["rain"]
    assert found.files[1] == File(
        "rain_b", f"https://example.org/{COMMIT}/b.csv", "b" * 64, 13, "2020-02-03"
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("    producer:", "    producr:", ["datasets.rain.producr", "nearest: producer"]),
        ("        bytes: 12\n", "", ["datasets.rain.files", "bytes", "missing"]),
        ("id: rain_b", "id: rain_a", ["id is given twice", "rain.files.1.id", "rain_a"]),
        ("/b.csv", "/a.csv", ["url is given twice", "rain.files.1.url"]),
        ("a" * 64, "A" * 64, ["datasets.rain.files", "sha256", "AAAA"]),
        ("a" * 64, "a" * 63, ["sha256", "64 lower-case hexadecimal digits"]),
        ("https://example.org/01", "http://example.org/01", ["files", "url", "http://", "https"]),
        ("/a.csv", "/../a.csv", ["rain.files.0.url", "no safe path"]),
        ("/a.csv", "/a.csv?x=1", ["url", "no query"]),
        (f"{COMMIT}/a.csv", "main/a.csv", ["does not carry the dataset's version", COMMIT]),
        ("derived: MIT", "derived: MTI", ["unknown licence", "licence.derived", "nearest: MIT"]),
        ("        - MIT", "        - GPL", ["unknown licence", "licence.upstream", "GPL"]),
        ("bytes: 12", "bytes: twelve", ["bytes", "twelve", "integer"]),
        ("bytes: 12", "bytes: 0", ["bytes", "at least 1"]),
        ("bytes: 12", "bytes: 12.5", ["bytes", "12.5"]),
        ("date_accessed: 2026-11-21", "date_accessed: last week", ["date_accessed", "last week"]),
        ("id: rain_a", "id: &name rain_a", ["anchor or alias is not allowed", "row 19", "name"]),
        ("title: Rain", "title: *name", ["anchor or alias is not allowed", "row 7"]),
        ("title: Rain", "title: !!python/name:os.system x", ["YAML tag is not allowed"]),
        ("title: Rain", "title: !!str Rain", ["YAML tag is not allowed", "row 7"]),
        (
            "    page:",
            "    title: Again\n    page:",
            ["key is given twice", "rain.title", "row 11"],
        ),
        ("  rain:", "  Rain:", ["datasets", "Rain"]),
        ("licences:", "licences: [", ["file is not YAML", "row 3"]),
        ("title: Rain", "title: null", ["datasets.rain.title", "string"]),
    ],
)
def test_a_fault_names_file_and_key(written, old, new, words):
    assert old in MINIMAL
    path = written(MINIMAL.replace(old, new, 1))
    with pytest.raises(DataError) as fault:
        sources.catalogue(path)
    for word in [str(path), *words]:
        assert word in str(fault.value)


@pytest.mark.parametrize("text", ["", "- a\n", "datasets: {}\n", "a: 1\n"])
def test_what_is_no_catalogue_is_refused(written, text):
    with pytest.raises(DataError, match=re.escape("sources.yaml")):
        sources.catalogue(written(text))


def test_a_catalogue_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        sources.catalogue(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: \xe9\n")
    with pytest.raises(DataError, match="not UTF-8"):
        sources.catalogue(tmp_path / "latin.yaml")


# --- receipts ---


def outcome(resources, name, body, route):
    path = resources / "upstream" / "example.org" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    file = File(
        name, f"https://example.org/{name}.csv", hashlib.sha256(body).hexdigest(), len(body)
    )
    return Outcome(file, path, route, "" if route != "unreachable" else "connection refused")


@pytest.fixture
def receipt(tmp_path):
    path = tmp_path / "receipts" / "rain.json"
    found = [outcome(tmp_path, "a", b"1\n", "mirror"), outcome(tmp_path, "b", b"2\n", "cache")]
    sources.write_receipt(path, "rain", found)
    return path


def test_a_receipt_gives_the_bytes_back(receipt):
    assert sources.files(receipt) == {"a": b"1\n", "b": b"2\n"}


def test_receipts_do_not_tell_routes_times_or_folders(receipt, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    path = elsewhere / "receipts" / "rain.json"
    found = [outcome(elsewhere, "a", b"1\n", "upstream"), outcome(elsewhere, "b", b"2\n", "mirror")]
    sources.write_receipt(path, "rain", found)
    assert path.read_bytes() == receipt.read_bytes()
    assert json.loads(path.read_text())["files"][0]["path"] == "upstream/example.org/a.csv"


def test_one_file_out_of_reach_makes_the_dataset_frozen(tmp_path):
    path = tmp_path / "receipts" / "rain.json"
    found = [outcome(tmp_path, "a", b"1\n", "mirror"), outcome(tmp_path, "b", b"", "unreachable")]
    sources.write_receipt(path, "rain", found)
    assert sources.files(path) is None
    assert json.loads(path.read_text()) == {"dataset": "rain", "route": "frozen", "files": []}
    told = sources.summary("rain", found)
    assert "took the frozen table because 1 of 2 files" in told
    assert "b: connection refused" in told


def test_bytes_that_changed_on_disk_are_refused(receipt, tmp_path):
    (tmp_path / "upstream" / "example.org" / "a.csv").write_bytes(b"3\n")
    with pytest.raises(DataError, match=r"key a: .*changed on disk.*forcerun sources_fetch"):
        sources.files(receipt)


def test_a_file_that_is_gone_is_an_error(receipt, tmp_path):
    (tmp_path / "upstream" / "example.org" / "b.csv").unlink()
    with pytest.raises(DataError, match=r"key b: upstream file is gone.*forcerun sources_fetch"):
        sources.files(receipt)


def test_a_receipt_must_stay_in_its_folder(receipt):
    text = receipt.read_text().replace("upstream/example.org/a.csv", "../../../etc/hostname")
    receipt.write_text(text)
    with pytest.raises(DataError, match="leads out of its folder"):
        sources.files(receipt)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"dataset": "a", "route": "other", "files": []}', '{"files": 1}']
)
def test_what_is_no_receipt_is_refused(tmp_path, text):
    path = tmp_path / "receipts" / "rain.json"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(DataError, match="not a receipt"):
        sources.files(path)
    with pytest.raises(DataError, match="cannot be read"):
        sources.files(path.parent / "none.json")


# --- the scripts ---


@pytest.fixture
def served(written):
    """A catalogue of one good dataset behind a mirror URL, and one that the mirror lacks."""
    with misbehaving() as server:
        text = MINIMAL.replace("a" * 64, hashlib.sha256(BODY).hexdigest()).replace(
            "bytes: 12", f"bytes: {len(BODY)}"
        )
        one = text[: text.index("      - id: rain_b")]
        two = one[one.index("  rain:") :].replace("rain", "snow").replace("/a.csv", "/c.csv")
        yield server, written(one + two)


def run_fetch(root, tmp_path, catalogue, **how):
    keys = ["rain", "snow"]
    receipts = [tmp_path / "fetched" / "receipts" / f"{key}.json" for key in keys]
    summary = tmp_path / "logs" / "sources_summary.txt"
    script(root, "sources_fetch").main(
        catalogue, sources.schema_path(), keys, receipts, summary, **how
    )
    return receipts, summary.read_text()


def test_the_fetch_writes_receipts_and_one_line_for_each_dataset(root, tmp_path, served, capsys):
    server, catalogue = served
    receipts, told = run_fetch(root, tmp_path, catalogue, mirror=f"{server.address}/good")
    assert sources.files(receipts[0]) == {"rain_a": BODY}
    assert told.splitlines() == [
        "rain: 1 file at hand, 1 from mirror",
        "snow: 1 file at hand, 1 from mirror",
    ]
    assert capsys.readouterr().err == ""


def test_an_offline_fetch_says_so_once_per_dataset(root, tmp_path, served, capsys):
    server, catalogue = served
    receipts, told = run_fetch(root, tmp_path, catalogue, offline=True)
    assert [sources.files(path) for path in receipts] == [None, None]
    assert told.count("took the frozen table because") == 2
    assert "offline is set" in told
    assert capsys.readouterr().err == told
    assert not server.asked


def test_wrong_bytes_leave_no_receipt(root, tmp_path, served):
    server, catalogue = served
    with pytest.raises(DataError, match="wrong bytes"):
        run_fetch(root, tmp_path, catalogue, mirror=f"{server.address}/wrong")
    assert not list(tmp_path.rglob("*.json"))


def test_an_unknown_dataset_is_refused(root, tmp_path, served):
    _, catalogue = served
    with pytest.raises(DataError, match=r"unknown dataset.*rian.*nearest: rain"):
        script(root, "sources_fetch").main(
            catalogue, sources.schema_path(), ["rian"], [tmp_path / "a/b.json"], tmp_path / "s"
        )


def test_fetching_all_names_what_is_out_of_reach(root, tmp_path, served, capsys):
    _, catalogue = served
    listing = tmp_path / "fetched" / "sources_all.txt"
    script(root, "sources_all").main(catalogue, sources.schema_path(), listing, offline=True)
    told = capsys.readouterr().out
    assert "rain: 0 of 1 files at hand" in told
    assert f"out of reach: rain_a https://example.org/{COMMIT}/a.csv (offline is set)" in told
    assert listing.read_text() == told


# --- the real files ---


@pytest.mark.mirror
def test_the_mirror_holds_every_file_but_those_that_only_evidence_needs(shipped, mirror, tmp_path):
    files = [file for dataset in shipped.values() for file in dataset.files]
    with Downloader(tmp_path, mirror=mirror, offline=True) as downloader:
        outcomes = downloader.fetch(files)
    lost = {o.file.id for o in outcomes if o.route != "mirror"}
    only = ("llama_cards", "electricity_maps_factors", "act_factors", "act_model_files")
    assert lost == {file.id for name in only for file in shipped[name].files}
