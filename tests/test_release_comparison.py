"""Two versions of a table, and what stands behind a change."""

import pytest

from ai_lifecycle import build_basis
from ai_lifecycle.release import causes, comparison, words

OLD = "model,year,note,value\na,2020,x,1\nb,2021,,2\nc,2022,x,0\n"
DECLARED = {
    "model": {"dtype": "string", "nullable": "no"},
    "year": {"dtype": "integer", "nullable": "no"},
    "note": {"dtype": "string", "nullable": "yes"},
    "value": {"dtype": "float", "nullable": "no"},
    "position": {"dtype": "integer", "nullable": "no"},
}
KEY = [["model"]]


def compared(new, old=OLD, keys=KEY):
    return comparison.compare(old, new, keys)


def test_nothing_differs_from_itself():
    assert not compared(OLD)
    assert words.table(compared(OLD)) == ["the same cells, written otherwise"]


def test_numbers_that_moved_are_told_by_row_column_and_size():
    difference = compared(OLD.replace("2021,,2", "2021,,3").replace("2022,x,0", "2022,x,-4"))
    moved = {cell.row: (cell.column, cell.old, cell.new, cell.change) for cell in difference.cells}
    assert moved == {("b",): ("value", "2", "3", 1.0), ("c",): ("value", "0", "-4", -4.0)}
    assert [cell.relative for cell in difference.cells] == [0.5, float("-inf")]
    assert words.table(difference) == [
        "2 cells in 2 rows, columns value",
        "  model c, value: 0 → -4",
        "  model b, value: 2 → 3 (+50 %)",
    ]


def test_a_share_of_a_negative_number_keeps_the_sign_of_the_move():
    assert comparison.Cell(("a",), "v", "-2", "-1").relative == 0.5
    assert comparison.Cell(("a",), "v", "-2", "-3").relative == -0.5


def test_the_largest_moves_come_first_and_words_last():
    new = OLD.replace("a,2020,x,1", "a,2020,y,1.1").replace("b,2021,,2", "b,2021,,8")
    cells = comparison.largest(compared(new).cells, 3)
    assert [(cell.row[0], cell.column) for cell in cells] == [
        ("b", "value"), ("a", "value"), ("a", "note"),
    ]  # fmt: skip
    assert words.table(compared(new), shown=1)[-1] == "  and 2 more"


def test_rows_and_columns_that_came_and_went():
    new = "model,year,value,unit\na,2020,1,t\nd,2023,4,t\n"
    difference = compared(new)
    assert difference.columns_added == ("unit",)
    assert difference.columns_removed == ("note",)
    assert difference.rows_added == (("d",),)
    assert difference.rows_removed == (("b",), ("c",))
    assert words.table(difference) == [
        "columns new: unit", "columns gone: note", "1 rows new: model d",
        "2 rows gone: model b; model c",
    ]  # fmt: skip


def test_another_order_is_told():
    lines = OLD.splitlines(keepends=True)
    assert compared("".join([lines[0], *reversed(lines[1:])])).reordered
    swapped = "year,model,note,value\n2020,a,x,1\n2021,b,,2\n2022,c,x,0\n"
    assert compared(swapped) == comparison.Difference(key=("model",), reordered=True)


def test_a_missing_cell_is_no_zero():
    (cell,) = compared(OLD.replace("2022,x,0", "2022,x,")).cells
    assert cell.change is None
    assert "0 → (empty)" in words.table(compared(OLD.replace("2022,x,0", "2022,x,")))[1]


@pytest.mark.parametrize("keys", [[[]], [["gone"]], [["year_wrong"], []]])
def test_without_a_key_rows_of_as_many_are_matched_by_number(keys):
    difference = compared(OLD.replace("b,2021,,2", "b,2021,,3"), keys=keys)
    assert [(cell.row, cell.new) for cell in difference.cells] == [((3,), "3")]
    assert words.table(difference)[1] == "  row 3, value: 2 → 3 (+50 %)"


def test_without_a_key_an_inserted_row_does_not_shift_the_rest():
    old = "panel,x,y\na,1,1\na,2,2\nb,1,5\nb,2,6\n"
    new = "panel,x,y\na,1,1\na,2,2\nn,0,0\nb,1,5\nb,2,7\n"
    difference = compared(new, old, [[]])
    assert difference.rows_added == ((4,),)
    assert [(cell.row, cell.old, cell.new) for cell in difference.cells] == [((6,), "6", "7")]
    assert compared(old, new, [[]]).rows_removed == (("4 as it was",),)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("model,year,value\na,1,1\nb,1,1\n", ["model"]),
        ("model,year,value\na,1,1\na,2,1\n", ["year"]),
        ("model,year,value\na,1,1\na,2,1\nb,1,1\n", ["model", "year"]),
        ("position,model,year\n1,a,1\n2,b,1\n", ["model"]),
        ("position,model,year\n1,a,1\n2,a,1\n", ["position"]),
        ("position,year,value\n1,5,1\n2,6,1\n", ["year"]),
        ("model,note,value\na,x,1\na,y,2\n", ["note"]),
        ("model,value\na,1\na,2\n", []),
        ("model,value\n", ["model"]),
    ],
)
def test_keys_are_the_fewest_leading_columns_and_never_a_measured_number(text, key):
    assert comparison.key_columns(*comparison.parse(text), DECLARED) == key


GRAPH = {
    "fetch": {"rule": "sources_fetch", "inputs": ["/r/data/sources.yaml"],
              "outputs": ["f/receipts/a.json"]},
    "clean": {"rule": "clean", "inputs": ["f/receipts/a.json", "/r/data/facts/x.csv"],
              "outputs": ["out/clean.csv"], "files": ["/r/workflow/scripts/clean.py"]},
    "draw": {"rule": "draw", "inputs": ["out/clean.csv", "/elsewhere/b.csv"],
             "outputs": ["out/d.svg"]},
}  # fmt: skip


def test_each_rule_knows_what_it_reads_itself():
    found = build_basis.rules(GRAPH, "/r", {"draw": ["seed"]})
    assert found == {
        "clean": {"after": [], "datasets": ["a"],
                  "files": ["data/facts/x.csv", "workflow/scripts/clean.py"], "configuration": []},
        "draw": {"after": ["clean"], "datasets": [], "files": [], "configuration": ["seed"]},
    }  # fmt: skip


def test_choices_are_read_off_the_rules():
    text = (
        'rule a:\n    params:\n        x=lookup("grid/authorities", within=config),\n'
        '        r=lookup("refreeze", within=config),\n\n\nrule b:\n    output: "x"\n'
        '\n# lookup("seed", within=config)\nrule c:\n    params: lookup("seed", within=config)\n'
    )
    assert build_basis.choices_of(text) == {"a": ["grid.authorities"], "b": [], "c": ["seed"]}
    flat = build_basis.configuration({"b": {"d": [1], "c": 2}, "mirror": "m", "a": "x"})
    assert flat == {"a": "x", "b.c": 2, "b.d": [1]}


def test_rows_are_named_where_the_first_cell_does(tmp_path):
    named = build_basis.rows("id,v\na,1\nb,2\n")
    assert [name for name, _ in named] == ["a", "b"]
    again = build_basis.rows("id,v\na,1\nb,3\n")
    assert (named[0] == again[0], named[1] == again[1]) == (True, False)
    assert [name for name, _ in build_basis.rows("k,v\na,1\na,2\n")] == ["2", "3"]
    (tmp_path / "data").mkdir()
    for name in ("constants", "fields"):
        (tmp_path / f"data/{name}.csv").write_text("id,v\na,1\n")
    kept = build_basis.files(["data/constants.csv", "data/fields.csv"], tmp_path)
    assert "rows" in kept["data/constants.csv"]
    assert "rows" not in kept["data/fields.csv"]
    assert build_basis.written_in({"files": kept}, tmp_path) == []
    (tmp_path / "data/constants.csv").write_text("id,v\na,2\n")
    (tmp_path / "data/fields.csv").unlink()
    assert build_basis.written_in({"files": kept}, tmp_path) == [
        "data/constants.csv", "data/fields.csv",
    ]  # fmt: skip


def basis(rows, **other):
    files = {"data/facts/x.csv": {"sha256": str(rows), "rows": rows}, "lock": {"sha256": "1"}}
    return {
        "configuration": {"seed": 1, "gone": 2},
        "datasets": {"a": {"a_1": "0", "a_2": "0"}},
        "files": files,
        "rules": build_basis.rules(GRAPH, "/r", {"draw": ["seed"]}),
    } | other


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ([["p", "1"], ["q", "2"]], [["p", "1"], ["q", "3"]], "rows changed: q"),
        ([["p", "1"]], [["p", "1"], ["q", "3"]], "rows new or changed: q"),
        ([["p", "1"], ["q", "2"]], [["p", "2"]], "rows changed: p; rows removed: q"),
        ([["2", "1"], ["3", "2"]], [["2", "9"], ["3", "1"], ["4", "2"]], "rows new or changed: 2"),
        ([["p", "1"], ["q", "2"]], [["q", "2"], ["p", "1"]], "rows in another order"),
    ],
)
def test_what_changed_in_a_table_of_facts_is_told_by_row(old, new, told):
    changed = causes.changes(basis(old), basis(new))
    assert changed["files"]["data/facts/x.csv"].startswith(told)
    assert changed["datasets"] == changed["configuration"] == {}


def test_upstream_files_and_choices_are_named():
    one = basis([["p", "1"]])
    other = one | {
        "datasets": {"a": {"a_1": "0", "a_2": "9", "a_3": "1"}},
        "configuration": {"seed": 2, "new": 1},
    }
    changed = causes.changes(one, other)
    assert changed["datasets"] == {"a": "upstream files a_2, a_3"}
    assert changed["configuration"] == {"gone": "removed", "new": "added", "seed": "1 → 2"}


def test_only_what_hands_on_other_bytes_is_a_cause():
    one, other = basis([["p", "1"]]), basis([["p", "2"]], configuration={"seed": 2, "gone": 2})
    changed = causes.changes(one, other)
    assert causes.behind("clean", one, other, changed, {"clean"}) == ["data/facts/x.csv"]
    assert causes.behind("draw", one, other, changed, {"draw", "clean"}) == [
        "data/facts/x.csv", "seed",
    ]  # fmt: skip
    assert causes.behind("draw", one, other, changed, {"draw"}) == ["seed"]
    # A file that no rule names is behind everything.
    other["files"]["lock"] = {"sha256": "2"}
    changed = causes.changes(one, other)
    assert causes.behind("draw", one, other, changed, {"draw"}) == ["seed", "lock"]
