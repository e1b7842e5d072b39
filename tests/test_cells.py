"""A cell is what it plainly says, or it is refused."""

import pytest

from ai_lifecycle import cells, correction_form, published_csv, published_json, strict_yaml
from ai_lifecycle.errors import DataError

ODD = ("", " 1", "1 ", "1_000", "٣", "½", "nan", "inf", "0x10", "1e", "--1", "1,5", "True", "1e999")


@pytest.mark.parametrize("cell", ODD)
def test_what_only_python_takes_for_a_number_is_none(cell):
    for read in (cells.number, cells.whole):
        with pytest.raises(ValueError, match=r"."):
            read(cell)


def test_plain_numbers_are_read():
    assert [cells.number(c) for c in ("-1.5", "2.", ".5", "+1e3")] == [-1.5, 2.0, 0.5, 1000.0]
    assert cells.whole("-12") == -12
    with pytest.raises(ValueError, match="whole"):
        cells.whole("9" * 19)


@pytest.mark.parametrize(
    "cell", ["now", "today", "NaT", "2022", "2022-2-3", "2022-02-30", "01/02/2022", "2022-02-03T00"]
)
def test_what_only_pandas_takes_for_a_date_is_none(cell):
    for read in (cells.date, cells.timestamp):
        with pytest.raises(ValueError, match=r"."):
            read(cell)


def test_dates_are_read():
    assert cells.date("2022-02-03").isoformat() == "2022-02-03T00:00:00"
    assert cells.timestamp("2022-02-03T04:05:06Z").isoformat() == "2022-02-03T04:05:06+00:00"


def test_yaml_says_what_it_says():
    text = (
        b"a: 12:30\nb: 010\nc: NO\nd: 1_000\ne: 2022-01-01\nf: 0.5\ng: true\nh: null\ni: -3\nj:\n"
    )
    found = strict_yaml.parse(text, "x")
    assert list(found.values()) == [
        "12:30", "010", "NO", "1_000", "2022-01-01", "0.5", True, None, -3, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"a,b\n1\n", "row 2: wrong number of cells"),
        (b"a,b\n1,2,3\n", "row 2: wrong number of cells"),
        (b"a,a,b\n1,2,3\n", "column a: column stands twice"),
        (b"a\n1\n", "column b: column is not there"),
        (b'a,b\n"1,2\n', "does not parse"),
        (b"a,b\n", "no rows"),
        (b"", "column is not there"),
        (b"a,b\n1,\x00\n", "NUL"),
        (b"a,b\n1,\xff\n", "not UTF-8"),
    ],
)
def test_a_published_csv_is_read_strictly(body, words):
    with pytest.raises(DataError, match=words):
        published_csv.read(body, "x.csv", ("a", "b"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"a": NaN}', "not one of JSON"),
        (b'{"a": 1e999}', "not one of JSON"),
        (b'{"a": ' + b"9" * 30 + b"}", "not one of JSON"),
        (b'{"a": 1, "a": 2}', "key stands twice"),
        (b'{"a": ' + b"[" * 100_000, "nested too deeply"),
        (b"[]", "no mapping"),
        (b"\xef\xbb\xbf{}", "byte-order mark"),
        (b"\xff", "not JSON in UTF-8"),
    ],
)
def test_a_published_json_is_read_strictly(body, words):
    with pytest.raises(DataError, match=words):
        published_json.read(body, "x.json")


def test_whole_numbers_of_a_correction_stay_as_written():
    entry = {"columns": ["gas_mwh"], "where": {"equal": {"gas_mwh": 0}},
             "expect": {"within": {"gas_mwh": [0, "2.5"]}}}  # fmt: skip
    settled = correction_form.settled(entry, "file", "entry")
    assert repr(settled["where"]["equal"]["gas_mwh"]) == "0"
    assert settled["expect"]["within"]["gas_mwh"] == [0, 2.5]
