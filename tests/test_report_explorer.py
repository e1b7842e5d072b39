"""The report's explorer: what it is given, before any browser."""

import json
import re

import made_up_ledger
import pandas as pd
import pytest
from test_report import data_of, outline_faults

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import embedded, explorer, locators, methods, page, stage_chart

COUNT = 40


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    return made_up_ledger.write(tmp_path_factory.mktemp("explorer"), COUNT)


@pytest.fixture(scope="module")
def text(parts):
    return page.render(**parts)


@pytest.fixture(scope="module")
def frames(parts):
    read = {name: tables.read_csv(path, name) for (kind, name), path in parts["files"].items()
            if kind == "table"}  # fmt: skip
    return read["ledger"], read["ledger_models"], read["ledger_basis"]


def test_stages_are_the_sums_of_their_parts_and_boundaries_those_of_the_ledger(frames):
    ledger, models, _ = frames
    quantiles = explorer.from_extremes(ledger, models)
    assert set(quantiles["part"]) == {"all"}
    one = quantiles[quantiles["model_id"] == "model-0003"].set_index("phase")
    low, value, high = made_up_ledger.emissions(3)
    for phase, times in (("training", 1), ("inference", 1), ("made", 2), ("made_and_served", 3)):
        assert one.loc[phase, "location_lifecycle_p05_t"] == pytest.approx(low * times)
        assert one.loc[phase, "location_lifecycle_p50_t"] == pytest.approx(value * times)
        assert one.loc[phase, "location_lifecycle_p95_t"] == pytest.approx(high * times)
    assert pd.isna(one.loc["training", "market_p50_t"])


def test_a_sum_is_missing_as_soon_as_one_part_is(frames):
    ledger, models, _ = frames
    first = (ledger["model_id"] == "model-0001") & (ledger["phase"] == "training")
    ledger = ledger.copy()
    part = first & (ledger["part"] == "embodied")
    ledger.loc[part, "location_lifecycle_value_t"] = float("nan")
    operation = first & (ledger["part"] == "operation")
    ledger.loc[operation, "operating_margin_value_t"] = 7.0
    made = explorer.from_extremes(ledger, models)
    one = made[(made["model_id"] == "model-0001") & (made["phase"] == "training")].iloc[0]
    assert pd.isna(one["location_lifecycle_p50_t"])
    assert one["location_lifecycle_p05_t"] > 0
    # The operating margin has no other part.
    assert one["operating_margin_p50_t"] == 7.0


def test_quantiles_are_taken_as_they_come(frames):
    ledger, models, basis = frames
    quantiles = explorer.from_extremes(ledger, models)
    parts_of_it = quantiles.assign(part="operation", location_lifecycle_p50_t=1e9)
    both = pd.concat([parts_of_it, quantiles], ignore_index=True)
    packed = explorer.packed(models, both, basis, {})
    assert packed["ends"] == ["5th percentile", "median", "95th percentile"]
    assert max(packed["values"]["location_lifecycle"]["training"][1]) == 1e5
    # A method without a number is no choice.
    assert set(packed["values"]) == {"location_lifecycle", "market"}
    assert set(packed["values"]["market"]) == {"experimentation", "training", "inference"}


def test_what_stands_in_the_page_is_what_the_tables_say(text):
    data = data_of(text, "explorer-data")
    assert len(data["models"]["id"]) == COUNT
    for place in (0, 7, COUNT - 1):
        ends = [data["values"]["location_lifecycle"]["training"][end][place] for end in range(3)]
        assert ends == [made_up_ledger.rounded(v) for v in made_up_ledger.emissions(place)]
    words = data["models"]["organisation"]["words"]
    assert words[data["models"]["organisation"]["rows"][2]] == made_up_ledger.FORMULA
    known = data["evidence"]["model-0000"][0]
    assert known[1:3] == ["energy, training run", "12.5 MWh"]
    assert data["keys"][known[3]] == "somebody2024"


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
    assert '<a href="#ref-somebody2024">somebody2024</a>' in body


def test_the_explorer_can_be_read_without_eyes_or_mouse(text):
    # The source that is not in the bibliography leads nowhere, as it should not in a real build.
    assert set(outline_faults(text)) <= {"link to nowhere: ref-nobody1999"}
    for field in re.findall(r"<(?:select|input)\b[^>]*>", text):
        before = text[: text.index(field)]
        assert before.rfind("<label") > before.rfind("</label>"), field


def test_the_chart_is_the_same_whatever_was_drawn_before():
    first = stage_chart.document()
    assert stage_chart.document() == first
    assert {f'"{name}"' for name in stage_chart.SERIES} <= set(
        re.findall(r'"\w+"', json.dumps(first))
    )
    shapes = [marker for _, _, marker in stage_chart.SERIES.values()]
    assert len(set(shapes)) == len(shapes)


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
