"""The report: it stands alone, hides nothing, and cannot be made to run anything."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import bibliography, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import captions, embedded, page, references, selfcontained, shown

EVIL = "<script>alert('x')</script>\"'&"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="100pt">'
    '<defs><clipPath id="p1"><rect width="9" height="9"/></clipPath></defs>'
    '<g clip-path="url(#p1)"><text>x</text></g></svg>\n'
)
CATALOGUE = """
licences:
  CC0-1.0: {name: "Zero <script>", url: "https://example.org/zero"}
datasets:
  one:
    title: "Title <script>alert(1)</script>"
    producer: "Producer & <b>"
    citation: [somebody2024]
    page: "https://example.org/page"
    version: unknown
    date_accessed: "2026-11-21"
    licence: {upstream: [CC0-1.0], derived: CC0-1.0}
    files:
      - id: one_a
        url: "https://example.org/a.csv"
        sha256: "0000000000000000000000000000000000000000000000000000000000000000"
        bytes: 1
        date_published: "2024-01-01"
"""
BIBLIOGRAPHY = """
@misc{somebody2024,
 author = {Some{\\^e} Body and {Grid <script> Company}},
 title = {{AI} \\& grids},
 year = {2024},
 url = {javascript:alert(1)}
}
@article{author2020,
 author = {A, B and C, D and E, F and G, H},
 title = {On it},
 journal = {Journal of It},
 year = {2020},
 doi = {10.1/x}
}
"""


def quality(rows):
    """Rows of the table of hardware faults, hostile by name."""
    row = {
        "dataset": EVIL,
        "subject": "s",
        "fault": "f",
        "where": "w",
        "hours_or_rows": 12345,
        "treatment": "t",
        "effect": "e",
        "source": "x",
    }
    return pd.DataFrame([row | {"subject": f"s{n}"} for n in range(rows)])


def models(**values):
    """CSV of one row of training carbon; all that may be missing is missing but for `values`."""
    row = {}
    for name, field in tables.declaration("training_carbon").items():
        row[name] = "" if field["nullable"] == "yes" else field["allowed"].split("|")[0] or "x"
    row |= values
    return ",".join(row) + "\n" + ",".join(row.values()) + "\n"


@pytest.fixture
def parts(tmp_path):
    """What a small report is made of."""
    for name, width in (("be6_wide", 518.4), ("la_narrow", 252)):
        (tmp_path / f"{name}.svg").write_text(SVG.format(width=width))
        (tmp_path / f"{name}.rst").write_text(f"Caption of *{name}*, with {EVIL}\n\nUnit: g/kWh.\n")
    tables.write_csv(quality(200), tmp_path / "hardware_data_quality.csv", "hardware_data_quality")
    carbon = models(model_id="m1", energy_mwh="1234.5678", source_key="somebody2024;nobody1999")
    (tmp_path / "training_carbon.csv").write_text(carbon)
    (tmp_path / "sources.yaml").write_text(CATALOGUE)
    (tmp_path / "references.bib").write_text(BIBLIOGRAPHY)
    items = pd.DataFrame(
        [
            ("figure", "be6_wide", "Wide & <i>", "rebuilt", "Paper <b>", "02_wide_ai"),
            ("figure", "la_narrow", "Narrow", "both", "ours", "03_left_out"),
            ("table", "training_carbon", "Carbon", None, None, "12_data_quality"),
            ("quality", "hardware_data_quality", "Faults", None, None, None),
        ],
        columns=list(tables.declaration("report_contents")),
    )
    files = {("figure", n): tmp_path / f"{n}.svg" for n in ("be6_wide", "la_narrow")}
    files |= {("caption", n): tmp_path / f"{n}.rst" for n in ("be6_wide", "la_narrow")}
    files |= {
        ("table", n): tmp_path / f"{n}.csv" for n in ("training_carbon", "hardware_data_quality")
    }
    return {
        "items": items,
        "files": files,
        "catalogue": tmp_path / "sources.yaml",
        "catalogue_schema": ROOT / "workflow/schemas/sources.schema.yaml",
        "references_file": tmp_path / "references.bib",
        "notebooks": ["02_wide_ai", "12_data_quality"],
        "release": "0.1.0",
    }


class Outline(HTMLParser):
    """Headings, pictures, identifiers, links and tables of a page."""

    def __init__(self, text):
        super().__init__()
        self.headings, self.pictures, self.ids, self.links = [], [], [], []
        self.open, self.languages, self.header_cells, self.regions = [], [], [], []
        self.captions = self.tables = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.pictures.append(attrs)
        if tag == "html":
            self.languages.append(attrs.get("lang"))
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        if tag == "th":
            self.header_cells.append(attrs.get("scope"))
        self.tables += tag == "table"
        self.captions += tag == "caption"
        if "scroll" in (attrs.get("class") or "").split():
            self.regions.append(attrs)


def outline_faults(text):
    """What would bar a reader who does not see the page, or uses only keys."""
    outline, faults = Outline(text), []
    if outline.languages != ["en"]:
        faults.append("language")
    if outline.headings[:1] != [1] or outline.headings.count(1) != 1:
        faults.append("first heading")
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    faults += [f"heading {b} after {a}" for a, b in steps if b > a + 1]
    faults += ["picture without text" for p in outline.pictures if not (p.get("alt") or "").strip()]
    faults += [f"id {i} twice" for i in set(outline.ids) if outline.ids.count(i) > 1]
    targets = {link[1:] for link in outline.links if link.startswith("#")}
    faults += [f"link to nowhere: {t}" for t in sorted(targets - set(outline.ids))]
    if outline.tables != outline.captions:
        faults.append("table without caption")
    if set(outline.header_cells) - {"col", "row"}:
        faults.append("header cell without scope")
    faults += [
        "scroll box that keys cannot reach"
        for r in outline.regions
        if r.get("tabindex") != "0" or not r.get("aria-label")
    ]
    return faults


def test_the_page_can_be_read_without_eyes_or_mouse(parts):
    text = page.render(**parts)
    assert outline_faults(text) == []
    assert len(Outline(text).pictures) == 2
    assert text.index('class="skip"') < text.index("<h1>")


def test_the_outline_check_finds_what_is_wrong(parts):
    text = page.render(**parts)
    for right, wrong, fault in (
        (' alt="Figure', ' data-alt="Figure', "picture without text"),
        ("<h3", "<h4", "heading 4 after 2"),
        ('lang="en"', "", "language"),
        ('id="tables"', 'id="quality"', "id quality twice"),
        ("<caption>", "<p>", "table without caption"),
        (' scope="col"', "", "header cell without scope"),
        (' tabindex="0"', "", "scroll box that keys cannot reach"),
    ):
        assert fault in outline_faults(text.replace(right, wrong)), fault


def test_what_looks_like_markup_is_shown_and_not_obeyed(parts):
    text = page.render(**parts)
    assert "<script>alert" not in text
    assert "\\u003cscript\\u003ealert('x')\\u003c/script\\u003e" in text  # table cell, as data
    assert "&lt;script&gt;alert" in page.render(**with_few_rows(parts))  # table cell, as markup
    assert "Title &lt;script&gt;" in text  # source
    assert "Grid &lt;script&gt; Company" in text  # reference
    assert "Zero &lt;script&gt;" in text  # licence
    assert "Wide &amp; &lt;i&gt;" in text  # title
    assert "javascript:" not in text
    assert "<p>Caption of <em>be6_wide</em>, with &lt;script&gt;" in text


def test_nothing_is_loaded_from_outside_and_only_our_scripts_run(parts):
    text = page.render(**parts)
    scripts = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    assert selfcontained.faults(text, scripts) == []
    assert [f[:8] for f in selfcontained.faults(text, scripts[1:])] == ["<script>"]
    assert embedded.policy(scripts).replace("'", "&#39;") in text


def test_the_policy_names_every_script_and_no_address():
    # The digest is that of printf 'let a' | openssl dgst -sha256 -binary | base64
    named = "'sha256-IfEXP/8HLuXoAiy0hZVrCAcjcLsZqYFpLOHDGj8enqE='"
    assert f"script-src {named};" in embedded.policy(["let a"])
    assert "default-src 'none'" in embedded.policy([])
    assert "http" not in embedded.policy(["let a"])


@pytest.mark.parametrize(
    "piece",
    [
        '<img src="https://example.org/x.png">',
        '<img src="figures/x.svg">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        "<style>@import 'x.css';</style>",
        "<style>p { background: url(https://example.org/x.png) }</style>",
        '<p style="background: url(x.png)">',
        '<p onclick="alert(1)">',
        "<script>1</script>",
        '<script type="application/json" src="https://example.org/x.json"></script>',
        "<script>let a",
        '<script src="data:text/javascript,1"></script>',
        '<a href="java\nscript:alert(1)">x</a>',
        '<iframe src="data:text/html,x"></iframe>',
        '<meta http-equiv="refresh" content="0">',
        '<svg><image xlink:href="https://example.org/x.png"/></svg>',
    ],
)
def test_a_load_or_a_script_is_found(piece):
    assert selfcontained.faults(f"<!DOCTYPE html><body>{piece}</body>")
    with pytest.raises(DataError, match="not self-contained"):
        selfcontained.check(piece, "report.html")


def test_links_to_follow_and_inline_pictures_are_no_load():
    harmless = (
        '<a href="https://example.org">x</a><a href="figures/x.csv">x</a>'
        '<img src="data:image/png;base64,AA=="><style>p { fill: url(#a) }</style>'
    )
    assert selfcontained.faults(harmless) == []


def data_of(text, name):
    """What stands in the page as data."""
    block = re.search(f'<script type="application/json" id="{name}">(.*?)</script>', text)
    return json.loads(block[1])


def with_few_rows(parts):
    """The same report, its table of faults short enough to be written out."""
    path = parts["files"]["table", "hardware_data_quality"]
    tables.write_csv(quality(3), path, "hardware_data_quality")
    return parts


def test_tables_say_how_much_they_leave_out(parts):
    text = page.render(**parts)
    assert f"The first {page.ROWS_SHOWN} of 200 rows" in text
    data = data_of(text, "data-hardware_data_quality")
    assert len(data["rows"]) == page.ROWS_SHOWN
    assert data["texts"][data["rows"][0][0]] == EVIL
    assert data["texts"][data["rows"][7][1]] == "s7"
    assert data["texts"][data["rows"][0][4]] == "12\u202f345"
    carbon = data_of(text, "data-training_carbon")
    names = list(tables.declaration("training_carbon"))
    assert [names[place] for place in carbon["cites"]] == [
        n for n in names if n.endswith("source_key")
    ]
    assert {"1235", shown.MISSING, "somebody2024;nobody1999"} <= set(carbon["texts"])


def test_a_group_of_sources_leads_to_its_row(parts, tmp_path):
    rows = "".join(f"group:g{n},what it is,somebody2024;nobody1999\n" for n in range(200))
    (tmp_path / "source_groups.csv").write_text("source_group,meaning,source_key\n" + rows)
    carbon = models(model_id="m1", energy_mwh="1234.5678", source_key="group:g170;group:none")
    (tmp_path / "training_carbon.csv").write_text(carbon)
    items = parts["items"]
    own = items[items["name"] == "training_carbon"]
    parts["items"] = pd.concat([items, own.assign(name="source_groups", title="Groups")])
    files = parts["files"] | {("table", "source_groups"): tmp_path / "source_groups.csv"}
    text = page.render(**parts | {"files": files})
    # Every row is on the page, where a link to it needs it, with its own sources as links.
    assert text.count('<tr id="ref-group:g') == 200
    row = re.search(r'<tr id="ref-group:g170">.*?</tr>', text, re.DOTALL)[0]
    assert '<a href="#ref-somebody2024">somebody2024</a>, nobody1999' in row
    assert "data-source_groups" not in text


def test_short_tables_are_written_out(parts):
    text = page.render(**with_few_rows(parts))
    assert "data-hardware_data_quality" not in text
    assert text.count('<th scope="row">') == 1 + 3
    assert text.count("<td>") == 0


def test_a_caption_that_names_a_table_leads_to_it(parts):
    caption = parts["files"]["caption", "be6_wide"]
    caption.write_text("See training_carbon, not training_carbon.csv or my_training_carbon_2.\n")
    text = page.render(**parts)
    assert (
        '<p>See <a href="#training_carbon">training_carbon</a>, '
        "not training_carbon.csv or my_training_carbon_2.</p>"
    ) in text


def test_an_ordinary_word_leads_to_no_table_of_its_name(parts):
    names = {"numbers", "gpu_growth"}
    linked = page._linked(
        captions.html_of_text("Its numbers, as in ``numbers``: gpu_growth.\n"), names
    )
    assert linked == (
        '<p>Its numbers, as in <span class="docutils literal">'
        '<a href="#numbers">numbers</a></span>: '
        '<a href="#gpu_growth">gpu_growth</a>.</p>'
    )


def test_each_figure_links_its_files_and_its_notebook(parts):
    text = page.render(**parts)
    for ending in ("csv", "svg", "pdf", "png"):
        assert f'href="figures/be6_wide.{ending}"' in text
    assert '<a href="notebooks/02_wide_ai.html">notebook</a>' in text
    assert '<a href="notebooks/12_data_quality.html">notebook</a>' in text
    assert "03_left_out" not in text
    assert '<li value="2"><a href="notebooks/02_wide_ai.html">Wide AI</a>' in text
    assert '02_wide_ai.ipynb</a>): <a href="#be6_wide">be6_wide</a></li>' in text
    assert '<li value="12"><a href="notebooks/12_data_quality.html">Data quality</a>' in text
    assert "12_data_quality.ipynb</a>)</li>" in text
    assert "rebuilt from public data, beside the paper" in text
    parts["notebooks"] = []
    assert "left the notebooks out" in page.render(**parts)


def template_quotes():
    """Names of the numbers that the sentences of the findings quote, then those of the others."""
    folder = ROOT / "workflow/ai_lifecycle/report"
    findings = folder / "findings.html.j2"
    others = sorted(path for path in folder.glob("*.html.j2") if path != findings)
    return [re.findall(r'number\("(\w+)"\)', path.read_text(encoding="utf-8"))
            for path in (findings, *others)]  # fmt: skip


def test_a_sentence_takes_its_number_from_the_table_of_numbers(parts, tmp_path):
    numbers = pd.DataFrame(
        {"id": name, "value": 1.0, "unit": "1", "text": f"<{name}>", "meaning": "m", "table": "t"}
        for name in dict.fromkeys(template_quotes()[0])
    )
    parts["items"].loc[4] = ("table", "numbers", "Numbers", None, None, None)
    parts["files"]["table", "numbers"] = tmp_path / "numbers.csv"
    without = {key: path for key, path in parts["files"].items() if key[1] != "numbers"}
    first = parts | {"items": parts["items"][:4], "files": without}
    assert "What this project finds" not in page.render(**first)
    tables.write_csv(numbers, tmp_path / "numbers.csv", "numbers")
    text = page.render(**parts)
    for name in template_quotes()[0]:
        assert f"&lt;{name}&gt;" in text
    tables.write_csv(numbers[1:].reset_index(drop=True), tmp_path / "numbers.csv", "numbers")
    with pytest.raises(DataError, match=f"not picked; found '{numbers['id'][0]}'"):
        page.render(**parts)


def test_findings_are_ten_figures_of_the_report_in_two_hundred_words():
    template = (ROOT / "workflow/ai_lifecycle/report/findings.html.j2").read_text(encoding="utf-8")
    items = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents")
    calls = re.findall(r'finding\("(\w+)", "(\w+)"\) %}(.*)', template)
    figures = [figure for figure, _, _ in calls]
    assert len(figures) == len(set(figures)) == 10
    assert set(figures) <= set(items.loc[items["kind"] == "figure", "name"])
    # The table that a finding leads to is that of a number it quotes, and is on the page.
    picked = tables.read_csv(ROOT / "data/headline_numbers.csv", "headline_numbers")
    table_of = dict(zip(picked["id"], picked["table"], strict=True))
    for _, number, sentence in calls:
        assert f'number("{number}")' in sentence
        assert table_of[number] in set(items["name"])
    prose = template.partition("<ol")[2].replace("</a>", "")
    prose = re.sub(r"{{.*?}}", "1", re.sub(r"{%.*?%}|<[^>]*>", "", prose))
    assert 150 < len(re.findall(r"\w[\w.’]*", prose)) <= 200
    # No digit is typed but of names and dates.
    typed = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"{{.*?}}|{%.*?%}|<[^>]*>", "", template)))
    assert typed <= {"2", "3.1", "405", "90", "2006", "2012", "2022", "2025"}


def test_every_number_quoted_is_picked_from_a_table():
    picked = tables.read_csv(ROOT / "data/headline_numbers.csv", "headline_numbers")
    quoted = {name for names in template_quotes() for name in names}
    assert len(quoted) > 20
    assert quoted <= set(picked["id"])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.00012345, "−0.0001234"),
        (0.00001, "1 × 10⁻⁵"),
        (1e15, "1 × 10¹⁵"),
        (9999.6, "10\u202f000"),
        (237.04, "237"),
        (1234.5, "1234"),
        (2.5e6, "2\u202f500\u202f000"),
        (float("nan"), "—"),
    ],
)
def test_numbers_as_shown(value, text):
    assert shown.number(value) == text


def field(column, unit="", dtype="float"):
    return {"column": column, "unit": unit, "dtype": dtype}


def test_headings_do_not_say_the_unit_twice():
    assert shown.label(field("direct_g_per_kwh", "g/kWh")) == "direct"
    assert shown.label(field("emissions_tco2e", "tCO2e")) == "emissions"
    assert shown.label(field("share", "1")) == "share"
    assert shown.unit_of(field("share", "1")) == ""
    assert shown.unit_of(field("value", "see unit column")) == ""


def test_cells_by_their_type():
    assert shown.cell(2024, field("since_year", "year", "integer")) == "2024"
    assert shown.cell(8760, field("n_hours", "h", "integer")) == "8760"
    assert shown.cell(-12345, field("n", "1", "integer")) == "−12\u202f345"
    assert shown.cell(pd.NA, field("n", "1", "integer")) == "—"
    assert shown.cell(True, field("b", "", "boolean")) == "yes"
    assert shown.cell(pd.Timestamp("2022-03-01"), field("d", "", "date")) == "2022-03-01"


def test_a_caption_that_does_not_parse_is_refused(tmp_path):
    assert captions.html_of_text("CO\\ :sub:`2`, ``code``") == (
        '<p>CO<sub>2</sub>, <span class="docutils literal">code</span></p>'
    )
    for text in ("", "A `broken` :nosuchrole:`x`\n", ".. include:: /etc/passwd\n",
                 ".. raw:: html\n\n   <script>1</script>\n"):  # fmt: skip
        (tmp_path / "x.rst").write_text(text)
        with pytest.raises(DataError, match=r"x\.rst"):
            captions.html(tmp_path / "x.rst")


def test_references_read_well(parts):
    listed = references.listed(bibliography.load(parts["references_file"]))
    assert [r["key"] for r in listed] == ["author2020", "somebody2024"]
    assert listed[0]["authors"] == "A, B; C, D; E, F et al"
    assert listed[0]["identifier"] == "doi:10.1/x"
    assert listed[0]["address"] == "https://doi.org/10.1/x"
    assert listed[1]["authors"].startswith("Someê Body; ")
    assert listed[1]["title"] == "AI & grids"


def test_every_reference_of_the_repository_is_free_of_markup():
    for reference in references.listed(bibliography.load(ROOT / "data/references.bib")):
        shown_text = " ".join(str(reference[k]) for k in ("authors", "title", "venue", "year"))
        assert not re.search(r"[\\{}]|\$[^$]+\$", shown_text), reference["key"]


def test_contents_name_tables_that_exist_and_each_figure_has_its_status():
    items = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents")
    assert items["name"].is_unique
    for item in items.itertuples():
        if item.kind == "figure":
            assert not pd.isna([item.status, item.paper]).any(), item.name
        else:
            tables.declaration(item.name)


def test_a_figure_without_a_width_is_refused(parts):
    parts["files"]["figure", "be6_wide"].write_text("<svg></svg>")
    with pytest.raises(DataError, match=r"be6_wide\.svg: figure does not say its width"):
        page.render(**parts)


def test_bytes_do_not_depend_on_zone_language_or_hash_seed(parts, tmp_path):
    code = (
        "import pickle, sys, hashlib; from ai_lifecycle.report import page; "
        "parts = pickle.load(open(sys.argv[1], 'rb')); "
        "print(hashlib.sha256(page.render(**parts).encode()).hexdigest())"
    )
    pd.to_pickle(parts, tmp_path / "parts.pkl")
    prints = set()
    for seed, zone, language in (("1", "Asia/Kolkata", "tr_TR.UTF-8"), ("99", "UTC", "C")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        finished = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "parts.pkl")],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stderr
        prints.add(finished.stdout)
    assert len(prints) == 1
    assert not re.search(re.escape(str(tmp_path)), page.render(**parts))
