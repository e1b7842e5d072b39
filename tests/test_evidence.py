"""Evidence: numbers as printed, places in documents, and what a result rests on."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ai_lifecycle.errors import DataError
from ai_lifecycle.evidence import documents, links, looking, printed, results

MARKDOWN = """# Card
| | Hours | Tonnes |
| :---- | :---: | ----- |
| Small 1B | 1.3k | 2,290 |
| **Large 70B** | **30.84M** | \\- |
Trained with a cumulative of **916k** GPU hours on H100-80GB.
All of it matched with renewable energy.
"""
HTML = (
    "<p>x</p>\n<table>\n<tr><td>a</td>\n<td>b</td></tr>\n"
    "<tr>\n<td><b>Small</b>\n</td>\n<td>2,040\n</td></tr>"
)
CSV = 'name,note,"mass [g]"\nfirst,"two\nlines",10\nsecond,,400\nsecond,other,1400\nshort\n'
YAML = 'a: &x {b: 1}\nlist:\n  - {when: "2022", value: 990.80}\n  - {when: "2023", value: 5}\n'
JSON = '{\n "m": {"Qwen/A-3B": {"active": 37.0}},\n "AR": {"v": 1}\n}'


def document(text, name="d"):
    return documents.Document(name, text.encode())


def look(kind, target, row=None, scale="1", name="d"):
    return links.Look(name, kind, row, target, Decimal(scale))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("8,930", ["8930"]),
        ("30.84M", ["30840000"]),
        ("7.0M h", ["7000000"]),
        ("up to 9T tokens", ["9000000000000"]),
        ("15 trillion tokens", ["15000000000000"]),
        ("~40T", ["40000000000000"]),
        ("15T+", ["15000000000000"]),
        ("**1,999 tons**", ["1999"]),
        ("3.14e+23", ["3.14e23"]),
        ("-33.9", ["-33.9"]),
        ("147K H100 hours", ["147000"]),
        ("A100-80GB, v1.2.3, 1,2", []),
        ("12,3456", []),
        ("-", []),
    ],
)
def test_numbers_are_read_as_printed(text, values):
    assert [value for value, *_ in printed.numbers(text)] == [Decimal(v) for v in values]


@pytest.mark.parametrize(
    ("ours", "there", "scale", "form"),
    [
        ("400", "400.0", "1", "as printed"),
        ("8930", "8,930", "1", "as printed"),
        ("370000", "370k", "1", "abbreviated"),
        ("80", "80000000000", "1e-9", "converted"),
        ("40.28", "88.8", "0.45359237", "rounded"),
        ("62.44", "62.44", "1", "as printed"),
        ("62.44", "62.45", "1", None),
        ("400", "1400", "1", None),
        ("400", "400 or 500", "1", None),
        ("400", "", "1", None),
        ("Qwen", "Qwen", "1", "as printed"),
        ("Qwen", " **qwen**", "1", "other spelling"),
        ("Chile", "Peru, Chile", "1", "one of a list"),
        ("Chil", "Chile", "1", None),
    ],
)
def test_a_figure_agrees_with_a_place_only_as_the_same_figure(ours, there, scale, form):
    assert printed.agreement(ours, there, Decimal(scale)) == form


def test_a_rounded_figure_is_off_by_half_its_last_digit_at_most():
    assert printed.agreement("0.37", "0.3749") == "rounded"
    assert printed.agreement("0.37", "0.3751") is None
    assert printed.agreement("5.5e+23", "5.54e23") == "rounded"
    assert printed.agreement("5.5e+23", "5.56e23") is None


def test_long_runs_of_digits_and_commas_take_no_time():
    """No pattern goes back over what it read; the limit is a hundredfold of what it takes."""
    assert printed.numbers("1" * 200_000 + "," * 200_000) == []
    assert printed.numbers("1," * 200_000) == []
    assert documents.plain("<" * 200_000) == "<" * 200_000


@pytest.mark.parametrize(
    ("text", "where", "sought", "outcome"),
    [
        (MARKDOWN, look("table", 2, "Small 1B"), "1300", ("found in other form", 4, "1.3k")),
        (MARKDOWN, look("table", 3, "Small 1B"), "2290", ("found", 4, "2,290")),
        (MARKDOWN, look("table", 2, "Large 70B"), "30840000", ("found in other form", 5, "30.84M")),
        (MARKDOWN, look("table", 3, "Large 70B"), "5", ("not found", 5, "")),
        (MARKDOWN, look("table", 2, "None 1B"), "5", ("not found", None, "")),
        (MARKDOWN, look("table", 2, "1B"), "1300", ("not found", None, "")),
        (MARKDOWN, look("words", "cumulative of # GPU hours"), "916000",
         ("found in other form", 6, "916k")),
        (MARKDOWN, look("words", "cumulative of # GPU days"), "916000", ("not found", None, "")),
        (MARKDOWN, look("words", "matched with renewable energy"), "market",
         ("found in other form", 7, "")),
        (MARKDOWN, look("words", "atched with"), "market", ("not found", None, "")),
        (HTML, look("table", 2, "Small"), "2040", ("found", 8, "2,040")),
        (CSV, look("csv", "mass [g]", {"name": "first"}), "10", ("found", 2, "10")),
        (CSV, look("csv", "mass [g]", {"name": "second"}), "400", ("found", 4, "400")),
        (CSV, look("csv", "mass [g]", {"name": "second", "note": "other"}), "400",
         ("not found", 5, "1400")),
        (CSV, look("csv", ["note", "mass [g]"], {"name": "second"}), "1400",
         ("found", 5, "1400")),
        (CSV, look("csv", "mass [g]", {"name": "short"}), "0", ("not found", None, "")),
        (CSV, look("csv", 1, {"name": "first"}), "first", ("found", 2, "first")),
        (CSV, look("heading", "note"), "note", ("found", 1, "note")),
        (YAML, look("tree", ["list", {"when": "2022"}, "value"]), "990.8", ("found", 3, "990.80")),
        (YAML, look("tree", ["list", {"when": "2024"}, "value"]), "5", ("not found", None, "")),
        (JSON, look("tree", ["m", "Qwen/A-3B", "active"], scale="1e9"), "37000000000",
         ("found in other form", 2, "37.0")),
        (JSON, look("tree", ["#AR"]), "AR", ("found", 3, "AR")),
        (JSON, look("tree", [{"v": "1"}, "v"]), "1", ("found", 3, "1")),
    ],
)  # fmt: skip
def test_looking_finds_the_line(text, where, sought, outcome):
    found = looking.look(document(text), where, sought)
    assert (found.result, found.line, found.printed) == outcome


def test_what_stands_there_is_kept_as_a_figure_or_a_name_never_as_a_sentence():
    text = "name,note\na," + "a long sentence " * 9 + "\n"
    found = looking.look(document(text), look("csv", "note", {"name": "a"}), "name")
    assert (found.result, found.printed) == ("not found", "")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"x" * (documents.MOST_BYTES + 1), "too large"),
    ],
)
def test_a_document_that_is_none_is_refused(payload, words):
    with pytest.raises(DataError, match=words):
        documents.Document("d", payload)


def test_documents_are_read_and_never_run_or_expanded():
    bomb = "a: &a [x,x]\n" + "".join(
        f"{n}: &{n} [*{m},*{m}]\n" for m, n in zip("abcdefghijk", "bcdefghijkl", strict=True)
    )
    assert document(bomb).tree.id == "mapping"
    assert document("!!python/object/apply:os.system [exit]").tree.id == "sequence"
    with pytest.raises(DataError, match="neither JSON nor YAML"):
        _ = document("[}").tree
    for deep in ("[" * 1_000_000, "- " * 300_000 + "x"):
        with pytest.raises(DataError, match="too deep"):
            _ = document(deep).tree
    with pytest.raises(DataError, match="no such column"):
        document(CSV).column("weight", ",")
    with pytest.raises(DataError, match="not CSV"):
        document('a,b\n"' + "x" * (documents.MOST_CELL + 1)).records(",")


PIECES = st.sampled_from(
    ["|", "\n", ",", '"', "#", "<td>", "</tr>", "<tr>", "{", "}", "[", "]", ":", "- ", "&a ", "*a",
     "name", "1,234", "5M", "\x00", "\u2028", " ", "\\", "!!x", "\ufeff", "---"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_document_gives_a_result_or_a_message(text):
    for kind, target, row in (
        ("csv", "name", {"name": "5M"}),
        ("csv", 2, {"name": "name"}),
        ("heading", "name", None),
        ("table", 2, "name"),
        ("tree", ["name", {"name": "1,234"}, "#name"], None),
        ("words", "name # ", None),
        ("words", "name", None),
    ):
        for sought in ("5", "name"):
            try:
                found = looking.look(document(text), look(kind, target, row), sought)
            except DataError:
                continue
            assert found.result in results.RESULTS
            assert found.line is None or 1 <= found.line <= text.count("\n") + text.count("\r") + 1
