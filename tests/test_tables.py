"""Tables at the border: what is refused, and with what words."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError

HEADER = "authority,hour_utc,energy_mwh,count,estimated"
GOOD = f"{HEADER}\nCISO,2022-01-01T00:00:00Z,1.5,3,true\nPJM,2022-01-01T01:00:00Z,,4,false\n"


@pytest.fixture(autouse=True)
def declared(monkeypatch):
    """A small declared table of its own."""

    def field(name, dtype, **more):
        blank = dict.fromkeys(tables.FIELD_COLUMNS, "")
        return blank | {"table": "toy", "column": name, "dtype": dtype, "nullable": "no"} | more

    toy = {
        "authority": field("authority", "string", allowed="CISO|PJM"),
        "hour_utc": field("hour_utc", "timestamp"),
        "energy_mwh": field("energy_mwh", "float", minimum="0", maximum="10", nullable="yes"),
        "count": field("count", "integer", minimum="0"),
        "estimated": field("estimated", "boolean"),
    }
    tables.schema.cache_clear()
    monkeypatch.setattr(tables, "fields", lambda: {"toy": toy})
    yield
    tables.schema.cache_clear()


def read(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "toy.csv"
    path.write_bytes(text.encode(encoding))
    return tables.read_csv(path, "toy")


def test_read_gives_typed_columns_and_keeps_missing_missing(tmp_path):
    frame = read(tmp_path, GOOD)
    assert frame["energy_mwh"].tolist()[0] == 1.5
    assert np.isnan(frame["energy_mwh"][1])
    assert frame["hour_utc"].dt.tz is not None
    assert frame["estimated"].tolist() == [True, False]


def test_whole_numbers_with_gaps_survive_parquet(tmp_path):
    frame = read(tmp_path, GOOD)
    tables.fields()["toy"]["count"]["nullable"] = "yes"
    tables.schema.cache_clear()
    frame.loc[0, "count"] = pd.NA
    tables.write_parquet(frame, tmp_path / "gap.parquet", "toy")
    again = tables.read_parquet(tmp_path / "gap.parquet", "toy")
    assert again["count"].isna().tolist() == [True, False]
    assert again["count"][1] == 4


def test_write_then_read_returns_the_same_table(tmp_path):
    frame = read(tmp_path, GOOD)
    for name, write, load in (
        ("again.csv", tables.write_csv, tables.read_csv),
        ("again.parquet", tables.write_parquet, tables.read_parquet),
    ):
        write(frame, tmp_path / name, "toy")
        again = load(tmp_path / name, "toy")
        pd.testing.assert_frame_equal(frame, again, check_dtype=False)
    assert (tmp_path / "again.csv").read_text() == GOOD


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ufeff" + GOOD, ["byte-order mark", "row 1"]),
        (GOOD.replace("count,", "", 1), ["missing column(s) count", "row 1"]),
        (GOOD.replace("count", "count,extra", 1), ["unexpected column(s) extra"]),
        (
            GOOD.replace("authority,hour_utc", "hour_utc,authority", 1),
            ["another order", "allowed: authority,hour_utc"],
        ),
        (GOOD.replace("1.5", "1.5x"), ["row 2", "column energy_mwh", "'1.5x'", "a finite number"]),
        (GOOD.replace("1.5", "nan"), ["row 2", "column energy_mwh", "a finite number"]),
        (GOOD.replace("1.5", "-1"), ["row 2", "out of bounds", "0 to 10"]),
        (GOOD.replace("1.5", "1e9"), ["out of bounds", "'1e9'"]),
        (GOOD.replace("CISO", "CAISO"), ["row 2", "'CAISO'", "nearest: CISO"]),
        (GOOD.replace(",3,", ",,"), ["row 2", "column count", "cell is empty"]),
        (GOOD.replace(",3,", ",3.5,"), ["column count", "a whole number"]),
        (GOOD.replace("true", "yes"), ["column estimated", "true or false"]),
        (GOOD.replace("2022-01-01T00:00:00Z", "soon"), ["column hour_utc", "'soon'"]),
        (GOOD + "PJM,2022-01-01T02:00:00Z,1\n", ["row 4", "wrong number of cells", "found 3"]),
        (GOOD + "\n", ["row 4", "empty line"]),
        (GOOD.replace("PJM", "P\x00JM"), ["row 3", "NUL character"]),
    ],
)
def test_a_faulty_csv_is_refused_with_place_and_remedy(tmp_path, text, words):
    with pytest.raises(DataError) as caught:
        read(tmp_path, text)
    for word in ["toy.csv", *words]:
        assert word in str(caught.value)


def test_latin1_is_refused(tmp_path):
    with pytest.raises(DataError, match="not UTF-8"):
        read(tmp_path, GOOD.replace("PJM", "PÄM"), encoding="latin-1")


def test_a_frame_that_breaks_its_declaration_is_not_written(tmp_path):
    frame = read(tmp_path, GOOD)
    target = tmp_path / "out.csv"
    frame.loc[0, "energy_mwh"] = -1.0
    with pytest.raises(DataError) as caught:
        tables.write_csv(frame, target, "toy")
    assert "energy_mwh" in str(caught.value)
    assert "-1" in str(caught.value)
    assert not target.exists()
    assert [p.name for p in tmp_path.iterdir()] == ["toy.csv"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: f.rename(columns={"count": "number"}), "column.s. count"),
        (lambda f: f[["hour_utc", "authority", "energy_mwh", "count", "estimated"]], "order"),
        (lambda f: f.assign(more=1), "unexpected column.s. more"),
        (lambda f: f.drop(columns="count"), "missing column.s. count"),
        (lambda f: f.assign(hour_utc=f["hour_utc"].dt.tz_localize(None)), "without time zone"),
        (lambda f: f.assign(energy_mwh=f["energy_mwh"].astype(str)), "wrong type"),
    ],
)
def test_wrong_columns_or_types_are_refused(tmp_path, spoil, words):
    frame = read(tmp_path, GOOD)
    with pytest.raises(DataError, match=words):
        tables.write_parquet(spoil(frame), tmp_path / "out.parquet", "toy")
    assert not (tmp_path / "out.parquet").exists()


def test_an_undeclared_table_is_refused():
    with pytest.raises(DataError, match="nearest: toy"):
        tables.declaration("toys")


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    frame = read(tmp_path, GOOD)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables.os, "replace", full)
    with pytest.raises(DataError, match=r"out\.csv: .*No space left"):
        tables.write_csv(frame, tmp_path / "out.csv", "toy")
    assert [p.name for p in tmp_path.iterdir()] == ["toy.csv"]


def test_nine_significant_digits_are_written(tmp_path):
    frame = read(tmp_path, GOOD)
    frame["energy_mwh"] = [1 / 3, 2.0]
    tables.write_csv(frame, tmp_path / "out.csv", "toy")
    assert ",0.333333333," in (tmp_path / "out.csv").read_text()
