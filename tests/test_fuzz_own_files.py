"""Files of this repository that people edit, spoilt: a message with the place, or a right table."""

import hashlib
import json
import pickle

import pytest
from builds import ROOT
from fuzzing import OPERATIONS, examples, outcome, plain_numbers, spoilt
from hypothesis import given

from ai_lifecycle import (
    bibliography,
    constants,
    corrections,
    facts,
    restricted_pickle,
    sources,
    strict_yaml,
    table_corrections,
    tables,
)

FEW, MANY = 20, 1000
DATA = ROOT / "data"
REFERENCES = DATA / "references.bib"
CATALOGUE = f"""\
licences:
  MIT: {{name: MIT License, url: https://opensource.org/license/mit}}
datasets:
  rain:
    title: Rain
    producer: A producer
    citation: [rain2020]
    page: https://example.org/rain
    version: unknown
    date_accessed: 2026-11-21
    licence: {{upstream: [MIT], derived: MIT}}
    files:
      - {{id: rain_a, url: "https://example.org/a.csv", sha256: '{"a" * 64}', bytes: 12,
         date_published: unknown}}
""".encode()
TABLE_CORRECTIONS = b"""\
corrections:
  - fault: twice
    action: set
    column: mass_kg
    reason: a slip of the pen
    effect: one row
    source_key: a
    locator: table 1
    rows:
      - {key: line-2, name: Server, expect: 12.5, value: 125}
"""
BIBLIOGRAPHY = (
    b"% Notes\n@article{a2020,\n  title = {A title},\n  year = {2020},\n}\n@misc{b, title={B}}\n"
)


def head(path, rows):
    """The first rows of a committed table."""
    return b"".join(path.read_bytes().splitlines(keepends=True)[: rows + 1])


def read_facts(path):
    frame = facts.read(path, "hardware_lifetimes", references=REFERENCES, as_of="2026-11-21")
    tables.check(frame, "hardware_lifetimes")
    rows = plain_numbers(path.read_bytes(), ("value", "low", "high"))
    assert frame["value"].dropna().tolist() == [float(r["value"]) for r in rows if r["value"]]


def read_constants(path):
    constants.load.cache_clear()
    known = constants.load(path)
    constants.load.cache_clear()
    rows = plain_numbers(path.read_bytes(), ("value", "low", "high"))
    assert [c.value for c in known.values()] == [float(row["value"]) for row in rows]


def read_bibliography(path):
    for key, entry in bibliography.load(path).items():
        assert key
        assert entry["type"]


def read_table_corrections(path):
    for entry in table_corrections.read(path):
        assert entry.rows
        assert entry.action in table_corrections.ACTIONS


def read_corrections(path):
    for entry in corrections.read(path):
        assert isinstance(entry.expect["rows"], int)
        assert corrections.interval(entry)


def read_receipt(path):
    found = sources.files(path)
    assert found is None or found == {}


def read_pickle(path):
    payload = path.read_bytes()
    rows = restricted_pickle.records(
        payload, sha256=hashlib.sha256(payload).hexdigest(), file="x.pkl"
    )
    assert all(type(row) is dict for row in rows)


RECEIPT = json.dumps({"dataset": "rain", "route": "upstream", "files": []}).encode()
FILES = {
    "facts": ("x.csv", lambda: head(DATA / "facts/hardware_lifetimes.csv", 6), read_facts),
    "constants": ("x.csv", lambda: head(DATA / "constants.csv", 5), read_constants),
    "bibliography": ("x.bib", lambda: BIBLIOGRAPHY, read_bibliography),
    "catalogue": ("x.yaml", lambda: CATALOGUE, sources.catalogue),
    "yaml": ("x.yaml", lambda: (ROOT / "tests/tiny.yaml").read_bytes(), strict_yaml.read),
    "corrections": (
        "x.yaml",
        lambda: b"\n".join((DATA / "corrections/eia930_2022.yaml").read_bytes().split(b"\n")[:42]),
        read_corrections,
    ),
    "table corrections": ("x.yaml", lambda: TABLE_CORRECTIONS, read_table_corrections),
    "receipt": ("receipts/x.json", lambda: RECEIPT, read_receipt),
    "pickle": ("x.pkl", lambda: pickle.dumps([{"a": 1, "b": None, "c": "x"}]), read_pickle),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_unspoilt_is_read(name, tmp_path):
    file, good, read = FILES[name]
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_bytes(good())
    read(tmp_path / file)


def spoil(name, folder, number, **how):
    file, good, read = FILES[name]
    path, payload = folder / file, good()
    path.parent.mkdir(exist_ok=True)

    @examples(number, **how)
    @given(OPERATIONS)
    def hold(operations):
        path.write_bytes(spoilt(payload, operations))
        outcome(lambda: read(path))

    hold()


@pytest.mark.parametrize("name", FILES)
def test_a_spoilt_file_is_refused_or_read_right(name, tmp_path):
    spoil(name, tmp_path, FEW)


@pytest.mark.long
@pytest.mark.parametrize("name", FILES)
def test_many_spoilt_files(name, tmp_path):
    spoil(name, tmp_path, MANY, derandomize=False)
