"""The archive of a release, and citations; validators of others run in the long suite."""

import csv
import hashlib
import importlib.util
import io
import json
import re
import subprocess
import sys
import zipfile
from unittest import mock

import bibtexparser
import pytest
from builds import ROOT
from releases import CITATION, LICENCES, build, release

import release_make  # isort: skip
from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import archive, citations, datapackage, folders

CODE = {
    name: (ROOT / name).read_bytes() for name in ("CITATION.cff", "LICENSE", "LICENSES/README.md")
}

VALIDATE = ROOT / "tests/release_validation/validate.py"


@pytest.fixture(scope="module")
def pinned(tmp_path_factory):
    results = tmp_path_factory.mktemp("results")
    return release(results / "0.1.0", build(results / "latest"))


@pytest.fixture(scope="module")
def packed(pinned):
    return pack(pinned)


def pack(pinned):
    files = {str(p.relative_to(pinned)): p.read_bytes() for p in pinned.rglob("*") if p.is_file()}
    return archive.build(folders.read(pinned), files, CODE, CITATION, LICENCES)


@pytest.fixture(scope="module")
def inside(packed):
    """Files of the archive by path below its one folder."""
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        names = {name.partition("/")[2]: file.read(name) for name in file.namelist()}
        assert {name.partition("/")[0] for name in file.namelist()} == {"ai-lifecycle-0.1.0"}
    return names


def test_its_bytes_depend_on_its_contents_alone(pinned, packed, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 2e9)
    for path in pinned.rglob("*.csv"):
        path.chmod(0o600)
    assert pack(pinned) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        entries = file.infolist()
        assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
        assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
        assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
        assert {entry.create_system for entry in entries} == {3}


def test_the_crate_lists_every_file_with_its_hash_and_licence(inside):
    crate = json.loads(inside["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    entities = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(entities) == len(crate["@graph"])
    assert entities["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    parts = {part["@id"] for part in entities["./"]["hasPart"]}
    own = {path for path in inside if not path.startswith("code/")} - {"ro-crate-metadata.json"}
    assert parts == own | {"code/"}
    for path in own:
        digest = hashlib.sha256(inside[path]).hexdigest()
        assert entities[path]["identifier"] == f"sha256:{digest}", path
    licence = entities["tables/reuse.csv"]["license"]["@id"]
    assert entities[licence]["identifier"] == "ODbL-1.0"
    assert entities[entities["code/"]["license"]["@id"]]["identifier"] == "MIT"
    for entity in crate["@graph"]:
        for value in entity.values():
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and not item["@id"].startswith("https://w3id.org"):
                    assert item["@id"] in entities, (entity["@id"], item)


def test_the_data_package_declares_every_column_of_every_table(inside):
    package = json.loads(inside["datapackage.json"])
    assert [r["path"] for r in package["resources"]] == [
        "figures/be2a_training_carbon.csv", "tables/reuse.csv",
    ]  # fmt: skip
    for resource in package["resources"]:
        body = inside[resource["path"]]
        assert resource["hash"] == f"sha256:{hashlib.sha256(body).hexdigest()}"
        assert resource["bytes"] == len(body)
    reuse = package["resources"][1]
    declared = tables.declaration("reuse")
    fields = {field["name"]: field for field in reuse["schema"]["fields"]}
    assert list(fields) == list(declared)
    assert reuse["schema"]["primaryKey"] == ["accelerator"]
    assert fields["saved_share"]["constraints"] == {"required": True, "minimum": 0, "maximum": 1}
    assert "[kgCO2e]" in fields["embodied_kgco2e"]["description"]
    mark = package["resources"][0]["schema"]["fields"]
    assert "fixed" in next(f for f in mark if f["name"] == "mark")["constraints"]["enum"]


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("timestamp", "%Y-%m-%dT%H:%M:%SZ"), ("date", "%Y-%m-%d"), ("float", None)],
)
def test_types_say_how_they_are_written(dtype, expected):
    field = {"column": "c", "dtype": dtype, "unit": "", "minimum": "", "maximum": "",
             "nullable": "yes", "allowed": "", "meaning": "m"}  # fmt: skip
    described = datapackage._field(field)
    assert described.get("format") == expected
    assert "constraints" not in described


def test_licences_of_data_and_code_stand_apart(inside):
    page = inside["LICENSES/data.md"].decode()
    alike, ours = page.index("Open Data Commons"), page.index("Creative Commons Attribution 4.0")
    assert ours < page.index("`be2a`") < alike < page.index("`reuse`")
    assert "Electricity Maps" in page[page.index("To be named") :]
    assert inside["LICENSES/code-MIT.txt"].startswith(b"MIT License")
    assert json.loads(inside[".zenodo.json"])["license"] == "odbl-1.0"
    assert inside["CITATION.cff"] == CODE["CITATION.cff"] == inside["code/CITATION.cff"]


def test_every_artifact_has_a_ready_citation(inside):
    library = bibtexparser.parse_string(inside["citations.bib"].decode())
    assert not library.failed_blocks
    entries = {entry.key: entry.fields_dict for entry in library.entries}
    items = {item["id"]: item for item in json.loads(inside["citations.csl.json"])}
    names = {None, "be2a", "reuse"}
    assert set(entries) == set(items) == {citations.key(CITATION, name) for name in names}
    reuse = entries["ai_lifecycle_0_1_0_reuse"]
    assert reuse["title"].value == r"{Reuse \& more (reuse). In: A reproducible account}"
    assert reuse["author"].value == "{The authors}"
    digest = hashlib.sha256(inside["tables/reuse.csv"]).hexdigest()
    for note in (reuse["note"].value, items["ai_lifecycle_0_1_0_reuse"]["note"]):
        assert digest in note
        assert "ODbL-1.0" in note
    be2a = items["ai_lifecycle_0_1_0_be2a"]
    assert (be2a["type"], be2a["version"]) == ("figure", "0.1.0")
    assert be2a["issued"] == {"date-parts": [[2026, 11, 21]]}
    assert items["ai_lifecycle_0_1_0"]["type"] == "software"


def test_persons_and_addresses_are_cited_as_such():
    person = citations.of_release(
        {"version": "1.0.0", "title": "T_x", "doi": "10.5281/zenodo.1",
         "authors": [{"family-names": "Öz", "given-names": "A. B."}]}, "1.0.0", "2027-01-02",
    )  # fmt: skip
    text = citations.bibtex(person, [])
    assert "author = {Öz, A. B.}" in text
    assert r"howpublished = {\url{https://doi.org/10.5281/zenodo.1}}" in text
    assert r"T\_x" in text
    (item,) = citations.csl(person, [])
    assert item["author"] == [{"family": "Öz", "given": "A. B."}]
    assert item["URL"] == "https://doi.org/10.5281/zenodo.1"


def test_an_archive_of_nothing_is_refused(tmp_path):
    with pytest.raises(DataError, match="nothing is released under this name"):
        release_make.archived(tmp_path / "0.1.0", CITATION)


def test_the_validators_are_locked_by_hash_and_without_addresses():
    text = (ROOT / "tests/release_validation/requirements.lock").read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 40
    assert all("--hash=sha256:" in block for block in blocks)
    for line in (ROOT / "tests/release_validation/requirements.in").read_text().splitlines():
        name = re.match(r"^[a-z-]*", line)[0]
        assert not name or re.search(rf"^{name}==", text, flags=re.MULTILINE), line


def a_table(name):
    """One row of a declared table that keeps its declaration, as the validators see it."""
    cells = {"string": "a", "float": "1", "integer": "1", "boolean": "true",
             "date": "2026-01-02", "timestamp": "2026-01-02T03:00:00Z"}  # fmt: skip
    sink = io.StringIO()
    declared = tables.declaration(name)
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(declared)
    writer.writerow(f["allowed"].split("|")[0] or cells[f["dtype"]] for f in declared.values())
    return sink.getvalue()


def test_validation_says_in_a_line_what_is_no_archive(tmp_path, monkeypatch, capsys):
    """The validators' own packages are not in this environment; a stand-in takes their names."""
    for name in ("requests", "requests_cache", "urllib3", "rocrate_validator"):
        monkeypatch.setitem(sys.modules, name, mock.MagicMock())
    sys.modules["requests"].adapters.BaseAdapter = object
    spec = importlib.util.spec_from_file_location("validate", VALIDATE)
    validate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(validate)
    broken, empty, two = (tmp_path / f"{name}.zip" for name in ("broken", "empty", "two"))
    broken.write_bytes(b"PK")
    empty.write_bytes(archive.packed({}))
    two.write_bytes(archive.packed({"a/x": b"", "b/x": b""}))
    for path in (tmp_path / "missing", tmp_path, broken, empty, two):
        assert validate.main([str(path)]) == 1
        told = capsys.readouterr().out
        assert told.startswith(f"error: {path} is no archive of a release: ")
        assert told.count("\n") == 1


@pytest.mark.long
def test_the_validators_of_others_are_content_and_see_faults(tmp_path):
    """RO-Crate, data package and citation file; `make validate-release` needs a package index."""
    whole = {
        "tables_reuse_csv": a_table("reuse"),
        "figures_be2a_training_carbon_csv": a_table("be2a_training_carbon"),
    }
    pinned = release(tmp_path / "0.1.0", build(tmp_path / "latest", **whole))
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(pack(pinned))
    with zipfile.ZipFile(good) as file:
        inside = {name: file.read(name) for name in file.namelist()}
    top = "ai-lifecycle-0.1.0"
    inside[f"{top}/tables/reuse.csv"] = inside[f"{top}/tables/reuse.csv"].replace(b"a,1", b"a,x")
    inside[f"{top}/CITATION.cff"] += b"unknown: 1\n"
    crate = inside[f"{top}/ro-crate-metadata.json"].replace(b'"datePublished"', b'"dated"')
    inside[f"{top}/ro-crate-metadata.json"] = crate
    bad.write_bytes(archive.packed(inside))
    first = subprocess.run(
        ["make", "-C", ROOT, "validate-release", f"ARCHIVE={good}", f"PYTHON={sys.executable}"],
        capture_output=True, text=True,
    )  # fmt: skip
    if "cannot be installed" in first.stdout + first.stderr:
        pytest.skip("the validators cannot be installed here: no package index")
    assert first.returncode == 0, first.stdout + first.stderr
    folder = ROOT / "tests/release_validation"
    second = subprocess.run(
        [folder / ".venv/bin/python", folder / "validate.py", bad], capture_output=True, text=True
    )
    assert second.returncode == 1
    for name in ("CITATION.cff (cffconvert)", "datapackage.json (frictionless)",
                 "ro-crate-metadata.json (roc-validator)"):  # fmt: skip
        assert f"{name}: valid" in first.stdout
        assert f"{name}: NOT VALID" in second.stdout
