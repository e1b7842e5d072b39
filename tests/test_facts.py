"""Facts and constants: nothing without provenance, nothing absurd."""

import csv
import math
import re

import pytest
import yaml

from ai_lifecycle import bibliography, constants, facts, tables
from ai_lifecycle.errors import DataError

BIB = "@misc{smith2020, title={A}, year={2020}}\n@misc{jones2021, title={B}}\n"
HEADER = "model_id,quantity,value,unit,low,high,published,source_key,locator,status,note"
ROW = "m1,energy,10,MWh,9,12,2022-05-01,smith2020,Table 4,primary,"


@pytest.fixture(autouse=True)
def declared(monkeypatch, request):
    """A small declared table of facts, beside the real ones."""
    real = tables.fields()
    blank = dict.fromkeys(tables.FIELD_COLUMNS, "")

    def field(name, dtype="string", nullable="no", **more):
        return blank | {"column": name, "dtype": dtype, "nullable": nullable} | more

    toy = {
        f["column"]: f
        for f in (
            field("model_id"),
            field("quantity"),
            field("value", "float", minimum="0"),
            field("unit", nullable="yes"),
            field("low", "float", "yes"),
            field("high", "float", "yes"),
            field("published", "date", "yes"),
            field("source_key", nullable="yes"),
            field("locator", nullable="yes"),
            field("status"),
            field("note", nullable="yes"),
        )
    }
    monkeypatch.setattr(tables, "fields", lambda: {**real, "toy": toy})


@pytest.fixture
def read(tmp_path):
    (tmp_path / "r.bib").write_text(BIB)

    def reader(*rows, as_of="2026-01-01"):
        path = tmp_path / "toy.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        return facts.read(path, "toy", references=tmp_path / "r.bib", as_of=as_of)

    return reader


def test_a_good_row_is_read(read):
    assert read(ROW)["value"].tolist() == [10.0]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (ROW.replace("MWh", ""), ["row 2", "unit"]),
        (ROW.replace("smith2020", ""), ["row 2", "source_key"]),
        (ROW.replace("Table 4", ""), ["row 2", "locator"]),
        (ROW.replace("smith2020", "smith2002"), ["column source_key", "nearest: smith2020"]),
        (ROW.replace("primary", "remembered"), ["column status", "'remembered'", "judgement"]),
        (ROW.replace("primary", "primry"), ["nearest: primary"]),
        (ROW.replace(",10,", ",-10,"), ["column value", "out of bounds"]),
        (ROW.replace(",10,", ",13,"), ["column value", "13.0", "9.0 to 12.0"]),
        (ROW.replace("2022-05-01", "2031-05-01"), ["row 2", "future", "2031-05-01"]),
    ],
)
def test_a_row_without_provenance_or_sense_is_refused(read, row, words):
    with pytest.raises(DataError) as caught:
        read(row)
    for word in ["toy.csv", *words]:
        assert word in str(caught.value)


def test_several_sources_in_one_cell_are_all_resolved(read):
    read(ROW.replace("smith2020", "smith2020;jones2021"))
    with pytest.raises(DataError, match="jones2012"):
        read(ROW.replace("smith2020", "smith2020;jones2012"))


def test_a_bibliography_key_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "r.bib"
    path.write_text(BIB + "@misc{smith2020, title={C}}\n")
    with pytest.raises(DataError, match="does not parse"):
        bibliography.load(path)


def constant_file(tmp_path, *rows):
    path = tmp_path / "constants.csv"
    header = ",".join(tables.declaration("constants"))
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


CONSTANT = "pue.world,1.5,1.1,2.0,triangular,1,smith2020,Table 1,primary,,,,judgement,why,model"
TRUNCATED = CONSTANT.replace("triangular", "truncated_lognormal").replace(",,,judge", ",1,3,judge")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([CONSTANT, CONSTANT], ["stands twice", "row 3"]),
        ([CONSTANT.replace("1.5", "2.5")], ["does not enclose", "2.5"]),
        ([CONSTANT.replace("triangular", "triangle")], ["nearest: triangular"]),
        ([CONSTANT.replace(",1,smith2020", ",,smith2020")], ["column unit", "empty"]),
        ([CONSTANT.replace("1.1,2.0", ",")], ["does not enclose"]),
        ([CONSTANT.replace("triangular", "fixed")], ["distribution_basis", "specification"]),
        ([CONSTANT.replace(",model", ",")], ["shared_by", "of what is drawn"]),
        ([CONSTANT.replace("judgement", "definition")], ["triangular", "observed range"]),
        ([CONSTANT.replace("judgement,why", ",why")], ["distribution_basis", "empty"]),
        ([CONSTANT.replace(",why", ",")], ["distribution_reason", "empty"]),
        ([CONSTANT.replace(",,,judgement", ",1,,judgement")], ["minimum", "1, nan", "truncated"]),
        ([CONSTANT.replace("triangular", "truncated_normal")], ["minimum", "a number"]),
        (
            [TRUNCATED.replace(",1,3,", ",1.2,,")],
            ["minimum", "1.2, nan", "around its range"],
        ),
        ([TRUNCATED.replace(",1,3,", ",,1.9,")], ["nan, 1.9", "around its range"]),
    ],
)
def test_a_faulty_constant_is_refused(tmp_path, rows, words):
    with pytest.raises(DataError) as caught:
        constants.load(constant_file(tmp_path, *rows))
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",kg/kWh,", ",t/kWh,", ["row 2", "unknown unit", "'t/kWh'", "nearest: g/kWh"]),
        ("0.4,,,", "400,,,", ["row 2", "not credible in kg/kWh", "0 to 3"]),
        ("0.4,,,", "-0.4,,,", ["row 2", "column value", "-0.4"]),
        ("0.4,,,", "0.4,0.5,0.6,", ["row 2", "does not enclose"]),
        ("smith2020", "smith2002", ["row 2", "column source_key", "nearest: smith2020"]),
    ],
)
def test_a_constant_is_held_to_the_lists_beside_it(tmp_path, root, old, new, words):
    (tmp_path / "references.bib").write_text(BIB)
    (tmp_path / "units.csv").write_text((root / "data/units.csv").read_text())
    row = "grid.mean,0.4,,,fixed,kg/kWh,smith2020,Table 1,primary,,,,definition,why,"
    assert constants.load(constant_file(tmp_path, row))
    constants.load.cache_clear()
    with pytest.raises(DataError) as caught:
        constants.load(constant_file(tmp_path, row.replace(old, new)))
    for word in words:
        assert word in str(caught.value)


def test_a_constant_in_another_unit_than_the_calculation_uses_is_refused(tmp_path):
    path = constant_file(tmp_path, CONSTANT)
    assert constants.value("pue.world", path, unit="1") == 1.5
    with pytest.raises(DataError, match=r"pue\.world.*allowed: kg/kWh"):
        constants.value("pue.world", path, unit="kg/kWh")


def test_a_truncated_constant_keeps_its_limits(tmp_path):
    found = constants.load(constant_file(tmp_path, TRUNCATED))["pue.world"]
    assert (found.minimum, found.maximum) == (1.0, 3.0)
    constants.load.cache_clear()
    found = constants.load(constant_file(tmp_path, CONSTANT))["pue.world"]
    assert (found.minimum, found.maximum) == (-math.inf, math.inf)


def test_an_unknown_constant_suggests_the_nearest(tmp_path):
    path = constant_file(tmp_path, CONSTANT)
    assert constants.value("pue.world", path, unit="1") == 1.5
    with pytest.raises(DataError, match=r"nearest: pue\.world"):
        constants.value("pue.word", path, unit="1")


def test_every_committed_constant_loads_and_resolves(root):
    known = bibliography.load(root / "data/references.bib")
    loaded = constants.load(root / "data/constants.csv")
    assert loaded
    assert {c.source_key for c in loaded.values() if c.status != "judgement"} <= set(known)


def test_every_committed_table_of_facts_is_read_strictly(root):
    paths = sorted((root / "data/facts").glob("*.csv"))
    assert paths
    as_of = yaml.safe_load((root / "config/config.yaml").read_text())["as_of"]
    for path in paths:
        frame = facts.read(path, path.stem, references=root / "data/references.bib", as_of=as_of)
        assert len(frame), path.name


def test_units_are_from_one_list(root):
    """A unit that is spelt in two ways is two units to whoever joins the tables."""
    allowed = set(tables.read_csv(root / "data/units.csv", "units")["unit"])
    found = set()
    for path in [root / "data/constants.csv", *sorted((root / "data/facts").glob("*.csv"))]:
        with open(path, newline="") as file:
            found |= {(row.get("unit") or "1") for row in csv.DictReader(file)}
    with open(root / "data/fields.csv", newline="") as file:
        found |= {row["unit"] or "1" for row in csv.DictReader(file)}
    assert found - allowed == set()


def test_units_module_agrees_with_scipy():
    import scipy.constants as exact

    from ai_lifecycle import units

    assert pytest.approx(exact.pound, rel=1e-15) == units.KILOGRAMS_PER_POUND
    assert pytest.approx(exact.pound * 1000, rel=1e-15) == units.GRAMS_PER_POUND
    assert exact.kilo * exact.hour == units.JOULES_PER_KILOWATT_HOUR
    assert exact.hour == units.SECONDS_PER_HOUR
    assert exact.Julian_year / exact.day == units.DAYS_PER_JULIAN_YEAR


def test_units_hold_only_exact_numbers(root):
    text = (root / "workflow/ai_lifecycle/units.py").read_text()
    assert not re.search(r"import", text)
