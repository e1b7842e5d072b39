"""Text that others wrote stays text: in tables, in pictures, in notebooks."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
from builds import ROOT
from matplotlib import pyplot as plt

from ai_lifecycle import cells, facts, style, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import finished, notebook_page, selfcontained

# Tables are data for other programs: what would run in one of them is not let in.
FORMULAS = ('=HYPERLINK("http://x","y")', "=1+1", "+cmd|' /C calc'!A0", "-2+3", "-A1",
            "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1+1", "＠x")  # fmt: skip
UNSEEN = ("a\x00b", "a\x1b[2Jb", "a\rb", "a\u202eb", "a\u2066b", "a\ufffeb", "a\x85b")
HARMLESS = (
    "a=b",
    "a@b",
    "-1.5",
    "+2",
    "1e-3",
    "−3 %",
    "–",
    "<b>",
    "a-b",
    "a\nb",
    "$5",
    "中文",
    "é",
)
# Markup is inert in a table; pages and pictures must write it as text.
MARKUP = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
          "</text><script>1</script>", "&lt;b&gt; &amp;", "]]><script/>", "javascript:alert(1)",
          "<a href='javascript:1'>m</a>", "{{ 7*7 }}", "${7*7}", "%(x)s")  # fmt: skip


@pytest.fixture(scope="module")
def table():
    """A committed table of facts with a column of free text, its name and its lines."""
    return "balancing_authorities", (ROOT / "data/facts/balancing_authorities.csv")


@pytest.mark.parametrize("text", [*FORMULAS, *UNSEEN])
def test_text_that_runs_or_hides_is_refused(text):
    assert cells.danger(text)


@pytest.mark.parametrize("text", [*HARMLESS, *MARKUP])
def test_other_text_is_let_in(text):
    assert cells.danger(text) == ""


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "@x", "a\x1bb"])
def test_no_table_is_read_or_written_with_it(table, tmp_path, text):
    name, path = table
    frame = tables.read_csv(path, name)
    column = "note" if "note" in frame else "name"
    bad = frame.copy()
    bad[column] = bad[column].astype(object)
    bad.loc[1, column] = text
    for write, suffix in ((tables.write_csv, "csv"), (tables.write_parquet, "parquet")):
        with pytest.raises(
            DataError, match=rf"row 1, column {name}\.{column}: text .*allowed: text"
        ):
            write(bad, tmp_path / f"x.{suffix}", name)
    assert list(tmp_path.iterdir()) == []
    written = tmp_path / path.name
    bad.to_csv(written, index=False)
    with pytest.raises(DataError, match=rf"row 3, column {column}.*text (begins|holds)"):
        facts.read(written, name, references=ROOT / "data/references.bib")


def test_no_committed_or_frozen_table_holds_it():
    for path in (ROOT / "data").rglob("*.csv"):
        if path.is_relative_to(ROOT / "data/fetched"):
            continue
        frame = pd.read_csv(path, dtype="string", keep_default_na=False)
        for name in frame:
            bad = [text for text in frame[name].unique() if cells.danger(text)]
            assert bad == [], (path.name, name)


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    """An SVG whose every kind of text is markup."""
    folder = tmp_path_factory.mktemp("picture")
    with plt.rc_context(style.SETTINGS | {"figure.constrained_layout.use": False}):
        figure, axes = plt.subplots(figsize=(3.5, 3))
        axes.barh(np.arange(len(MARKUP)), 1.0, label=MARKUP[0])
        axes.set_yticks(np.arange(len(MARKUP)), [text.replace("$", "") for text in MARKUP])
        axes.set(title=MARKUP[2], xlabel=MARKUP[1])
        axes.annotate(MARKUP[3], (0, 0))
        axes.legend()
        style.save(figure, *(folder / f"x.{suffix}" for suffix in ("svg", "pdf", "png")))
    return (folder / "x.svg").read_text(encoding="utf-8")


def test_markup_in_names_is_text_in_a_picture(picture):
    tree = ElementTree.fromstring(picture)
    shown = {"".join(node.itertext()).strip() for node in tree.iter() if node.tag.endswith("}text")}
    assert shown >= {text.replace("$", "") for text in MARKUP}
    for node in tree.iter():
        assert node.tag.rpartition("}")[2] not in ("script", "foreignObject", "a", "image")
        for name, value in node.attrib.items():
            assert not name.lower().startswith("on"), name
            assert "javascript:" not in value
            assert not name.endswith("href") or value.startswith("#")


def test_markup_in_names_is_text_in_a_notebook():
    for frame in (
        pd.DataFrame({"model": MARKUP, "energy_kwh": 1.0}),
        pd.DataFrame({"energy_kwh": 1.0}, index=pd.Index(MARKUP, name="<script>")),
        pd.DataFrame([[1.0] * len(MARKUP)], columns=list(MARKUP)),
    ):
        page = finished.html(frame)
        assert selfcontained.faults(page) == []
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script" in page.replace("_<wbr>", "_")


@pytest.mark.parametrize("name", [*MARKUP, "[m](javascript:alert(1))", "![m](https://x/y.png)"])
def test_markup_in_a_sentence_of_a_notebook_is_text(name):
    said = finished.say("Most of it was {model}.", model=name).data
    page = str(notebook_page._markdown(said))
    assert "<script" not in page
    assert "onerror=alert" not in page.replace("&gt;", "").replace("src=x onerror", "")
    assert [fault for fault in selfcontained.faults(page) if "https://x/y.png" not in fault] == []
