"""The report's explorer: what it is given, before any browser."""

import doctest
import json
import os
import re
import subprocess
import sys

import made_up_ledger
import pandas as pd
import pytest
from test_report import data_of, outline_faults

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import (
    embedded,
    explorer,
    locators,
    methods,
    packed_lineage,
    page,
    stage_chart,
)

COUNT = 40


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return made_up_ledger.write(tmp_path_factory.mktemp("explorer"), COUNT)


@pytest.fixture(scope="module")
def text(parts):
    return made_up_ledger.rendered(parts)


def test_ranges_are_those_of_whole_rows_and_the_operating_margin_that_of_operation(text):
    values = data_of(text, "explorer-data")["values"]
    for phase, times in made_up_ledger.PHASES.items():
        ends = [values["location_lifecycle"][phase][end][3] for end in range(3)]
        expected = [made_up_ledger.rounded(times * v) for v in made_up_ledger.emissions(3)]
        assert ends == expected
    # Half of an operation that is half of all.
    middle = made_up_ledger.rounded(made_up_ledger.emissions(3)[1] / 4)
    assert values["operating_margin"]["training"][1][3] == middle
    # A method without a number is no choice, and a model without one has none.
    assert set(values) == {"location_lifecycle", "market", "operating_margin"}
    assert [v is None for v in values["market"]["made"][1][:6]] == [False, *[True] * 4, False]


def test_what_the_ledger_gives_at_central_values_stands_beside_the_ranges(text):
    central = data_of(text, "explorer-data")["central"]
    assert set(central) == {"location_lifecycle"}
    ends = [central["location_lifecycle"][end][5] for end in range(3)]
    assert ends == [made_up_ledger.rounded(2 * v) for v in made_up_ledger.emissions(5)]


def test_what_a_developer_prints_is_said_with_its_limits(parts):
    models = tables.read_csv(parts["files"]["table", "ledger_models"], "ledger_models")
    row = models.iloc[0].to_dict() | {"disclosed_location_tco2e": 25.5, "disclosed_scope": "run"}
    assert explorer._printed(row) == "25.5 t (by location); run"
    assert explorer._printed(models.iloc[0].to_dict()) == ""


def test_shares_that_are_not_known_are_missing(parts):
    models, quantiles, basis = (
        tables.read_csv(parts["files"]["table", name], name)
        for name in ("ledger_models", "ledger_quantiles", "ledger_basis")
    )
    models["share_disclosed"] = float("nan")
    packed = explorer.packed(models, quantiles, basis, {})
    assert set(packed["models"]["disclosed"]) == {None}
    assert explorer.plain(packed, 1)["rows"][0]["disclosed"] == "—"


def test_the_explorer_spells_groups_of_sources_out(parts):
    models, *read = (
        tables.read_csv(parts["files"]["table", name], name)
        for name in ("ledger_models", "ledger_quantiles", "ledger_basis")
    )
    models["source_key"] = "group:g;own1999"
    packed = explorer.packed(models, *read, {}, groups={"group:g": ["a", "b"]})
    assert packed["keys"] == ["a", "b", "own1999"]
    assert packed["models"]["keys"][0] == [0, 1, 2]


def test_the_lineage_says_every_name_once():
    items = [
        {"name": "tables/a", "meta": "csv", "groups": [("Rules", [{"name": "r"}, {"name": "s"}])]},
        {"name": "figures/b", "meta": "svg", "groups": [("Made of", [{"name": "tables/a"}])]},
    ]
    packed = packed_lineage.packed(items, items[1:], {"a"})
    assert packed["names"] == ["r", "s", "tables/a"]
    assert packed["links"] == [None, None, "a"]
    assert packed["artifacts"][0] == ["tables/a", "csv", [["Rules", [0, 1]]]]
    assert packed["origins"] == [["figures/b", "svg", [["Made of", [2]]]]]


def test_what_stands_in_the_page_is_what_the_tables_say(text):
    data = data_of(text, "explorer-data")
    assert len(data["models"]["id"]) == COUNT
    for place in (0, 7, COUNT - 1):
        ends = [data["values"]["location_lifecycle"]["training"][end][place] for end in range(3)]
        assert ends == [made_up_ledger.rounded(v) for v in made_up_ledger.emissions(place)]
    words = data["models"]["organisation"]["words"]
    assert words[data["models"]["organisation"]["rows"][2]] == made_up_ledger.FORMULA
    known = data["evidence"]["model-0000"][0]
    assert known[1:3] == ["energy, training run, market", "12.5 MWh"]
    assert [data["keys"][key] for key in known[3]] == ["somebody2024"]
    assert known[6] == ""


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ({"result": "found"}, "found, line 48 of the_card"),
        (
            {"result": "found in other form", "form": "rounded", "printed": "12"},
            "found in other form (rounded: 12), line 48 of the_card",
        ),
        ({"result": "not found"}, "not found, line 48 of the_card"),
        (
            {"result": "not checkable", "line": None, "reason": "not in the catalogue"},
            "not checked: not in the catalogue",
        ),
    ],
)
def test_a_fact_says_which_line_states_it(parts, result, said):
    row = {"fact_table": "training_disclosures", "row_key": "model-0000 | training run | energy"}
    row |= {"quantity": "energy", "value": "12.5", "document": "the_card", "line": 48}
    row |= {"form": None, "printed": None, "reason": None}
    facts = {"training_disclosures": pd.read_csv(parts["fact_tables"][0], dtype=str)}
    read = (
        tables.read_csv(parts["files"]["table", name], name)
        for name in ("ledger_models", "ledger_quantiles", "ledger_basis")
    )
    packed = explorer.packed(*read, facts, pd.DataFrame([row | result]))
    assert packed["evidence"]["model-0000"][0][6] == said


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("training run", "account of training"),
        ("training run as the text says", "account of training"),
        ("training run as the card metadata give it", "account of training"),
        *(
            (f"training run as {whose} it", "account by others than the developer")
            for whose in ("the LLaMA authors count", "A et al. tabulate", "a model card quotes")
        ),
    ],
)
def test_an_account_by_others_is_not_given_as_the_developers(scope, said):
    words = explorer.EVIDENCE["training_disclosures"]
    assert explorer._account({"scope": scope}, words) == said
    by = explorer._account({"scope": scope}, words, ["A et al., 2021", "B"])
    assert by == f"{said} printed by A et al., 2021 and B"
    assert explorer._account({}, "place of training", ["A"]) == "place of training"


def test_hostile_names_are_inert_in_markup_and_data(text):
    assert made_up_ledger.EVIL not in text
    assert "Model &lt;script&gt;alert(1)" in text
    assert "\\u003cscript\\u003ealert(1)" in text
    assert json.loads(embedded.data({"a": "</script><!--\u2028&"})) == {"a": "</script><!--\u2028&"}
    assert not re.search("[<>&\u2028]", embedded.data({"a": "</script><!--\u2028&"}))


def test_without_scripts_the_largest_models_stand_in_a_plain_table(text):
    body = text.partition('<tbody id="explorer-rows">')[2].partition("</tbody>")[0]
    assert body.count("<tr>") == page.ROWS_PLAIN
    assert body.index("Model &lt;script") < body.index("Model 0010")
    assert '<a href="#ref-somebody2024">somebody2024</a>, nobody1999' in body


def test_the_explorer_can_be_read_without_eyes_or_mouse(text):
    assert outline_faults(text) == []
    for field in re.findall(r"<(?:select|input)\b[^>]*>", text):
        before = text[: text.index(field)]
        assert before.rfind("<label") > before.rfind("</label>"), field


def test_examples():
    for module in (embedded, explorer):
        tested = doctest.testmod(module)
        assert tested.failed == 0
        assert tested.attempted > 0


def test_the_chart_is_the_same_whatever_was_drawn_before():
    first = stage_chart.document()
    assert stage_chart.document() == first
    assert {f'"{name}"' for name in stage_chart.SERIES} <= set(
        re.findall(r'"\w+"', json.dumps(first))
    )
    shapes = [marker for _, _, marker in stage_chart.SERIES.values()]
    assert len(set(shapes)) == len(shapes)


def test_bytes_do_not_depend_on_zone_language_or_hash_seed(parts, text, tmp_path):
    pd.to_pickle(parts, tmp_path / "parts.pkl")
    code = (
        "import pickle, sys, made_up_ledger; "
        "parts = pickle.load(open(sys.argv[1], 'rb')); "
        "sys.stdout.buffer.write(made_up_ledger.rendered(parts).encode())"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "parts.pkl")],
        env=os.environ
        | {"PYTHONHASHSEED": "99", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8"}
        | {"PYTHONPATH": os.path.dirname(made_up_ledger.__file__)},
        capture_output=True,
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == text.encode()


def test_a_script_that_would_end_its_element_is_refused(tmp_path):
    (tmp_path / "x.js").write_text("let a = '</script>';")
    with pytest.raises(DataError, match=r"x\.js: script cannot stand"):
        embedded.script(tmp_path / "x.js")


def test_the_charting_library_carries_its_licence(text):
    assert "Copyright (c) Anaconda, Inc., and Bokeh Contributors" in text
    assert "Redistributions in binary form must reproduce the above copyright notice" in text


def test_places_in_a_source_are_listed_once(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,source_key,locator\n1,one;two,p. 2\n2,one,p. 1\n3,one,p. 2\n4,,p. 9\n"
    )
    (tmp_path / "b.csv").write_text("id,value\n1,2\n")
    found = locators.by_source([tmp_path / "b.csv", tmp_path / "a.csv"])
    assert found == {
        "one": [{"table": "a", "places": ["p. 1", "p. 2"]}],
        "two": [{"table": "a", "places": ["p. 2"]}],
    }


def test_method_pages_are_shown_with_their_links_and_without_their_markup(tmp_path):
    (tmp_path / "one.md").write_text(
        "# One\n\n## Part\n\n<script>1</script>\n\nSee [two](two.md) [code](../x.py) "
        "[web](https://example.org)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    (tmp_path / "two.md").write_text("# A two\n")
    first, second = methods.listed([tmp_path / "one.md", tmp_path / "two.md"])
    assert (first["title"], second["title"]) == ("A two", "One")
    assert '<a href="#method-two">two</a> code <a href="https://example.org"' in second["html"]
    assert "<h4>Part</h4>" in second["html"]
    assert "<script>" not in second["html"]
    assert "<caption><span>One</span></caption>" in second["html"]
    (tmp_path / "two.md").write_text("Two\n")
    with pytest.raises(DataError, match=r"two\.md: method page does not begin"):
        methods.listed([tmp_path / "two.md"])
