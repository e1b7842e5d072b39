"""The report in a browser: it loads alone, its filters answer, its keys work, its file is safe."""

import csv
import io
import json
import time

import made_up_ledger
import pytest
from chromium import Browser

from ai_lifecycle.report import page

COUNT = 60
MANY = 1500
ENDS = ("5th_percentile", "median", "95th_percentile")
WIDTHS = (390, 820, 1440)
ROWS = "[...document.querySelectorAll('#explorer-rows > tr')]"
# Ratio of contrast of each text in sight against the ground behind it, where it is too low.
FAINT = """(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const colour = parts(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = new Set();
  for (const e of document.querySelectorAll("body *:not(script):not(style):not(noscript)")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const [a, b] = [light(parts(getComputedStyle(e).color)), light(ground(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.add(`${e.tagName}.${e.className} ${ratio.toFixed(2)}`);
  }
  return [...faint];
})()"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    return made_up_ledger.report(tmp_path_factory.mktemp("made_up") / "report", COUNT)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    opened = Browser(tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture
def opened(browser, report):
    """The report as it opens: at the first use for real, then with its form reset."""
    if browser.run("location.href").partition("#")[0] != report.as_uri():
        browser.open(report)
    browser.size(1440)
    browser.console.clear()
    browser.run("document.querySelector('#explorer-form button[type=reset]').click()")
    browser.run("document.activeElement.blur(), scrollTo(0, 0)")
    browser.run("new Promise((done) => setTimeout(done, 20))")
    return browser


def names(browser):
    """Names in the rows in sight."""
    return browser.run(f"{ROWS}.map((row) => row.cells[0].firstChild.data)")


def choose(browser, field, value):
    browser.run(
        f"(() => {{ const field = document.getElementById('explorer-form').elements['{field}'];"
        f" field.value = {json.dumps(value)};"
        " const one = field instanceof RadioNodeList ? field[0] : field;"
        " one.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


def test_it_loads_without_network_and_without_complaint(browser, report):
    browser.open(report)
    assert [u for u in browser.requests if not u.startswith("data:")] == [report.as_uri()]
    assert browser.console == []
    assert browser.run("document.title") == "The lifecycle emissions of AI: report"
    assert browser.run("document.querySelectorAll('#explorer-chart *').length") > 0
    # The figure is drawn when it comes near.
    browser.run("document.getElementById('drawing').scrollIntoView()")
    drawn = "document.querySelector('.picture img')?.decode().then(() => true)"
    assert browser.run(f"new Promise((done) => setTimeout(done, 200)).then(() => {drawn})")


def test_the_policy_stops_what_would_reach_out_or_run(opened):
    tried = opened.run(
        "(async () => {"
        " let ran = false; window.note = () => { ran = true; };"
        " const script = document.createElement('script'); script.textContent = 'note()';"
        " document.body.append(script);"
        " let reached = await fetch('https://example.org/').then(() => true, () => false);"
        " let evaluated = false; try { evaluated = eval('true'); } catch {}"
        " return [ran, reached, evaluated]; })()"
    )
    assert tried == [False, False, False]


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("search", "MODEL 001", lambda place: "001" in f"{place:04d}"),
        ("search", "beta 0013", lambda place: place == 13),
        ("organisation", made_up_ledger.FORMULA, lambda place: place % 4 == 2),
        ("organisation", "Alpha Laboratory", lambda place: place % 4 < 2),
        ("organisation", "Beta & Sons", lambda place: place % 4 == 1),
        ("hardware", made_up_ledger.HARDWARE[1], lambda place: place % 3 == 1),
        ("from", "2023", lambda place: 2018 + place % 8 >= 2023),
        ("to", "2019", lambda place: 2018 + place % 8 <= 2019),
        ("disclosed", "40", lambda place: place % 2 == 1),
        ("route", "hours × power", lambda place: place % 3 == 1),
    ],
)
def test_a_filter_keeps_what_it_says(opened, field, value, kept):
    choose(opened, field, value)
    expected = [made_up_ledger.name_of(place) for place in range(COUNT) if kept(place)]
    # Emissions fall with the place, so the order is that of the table.
    assert names(opened) == expected[:25]
    said = opened.run("document.getElementById('explorer-count').textContent")
    assert said.startswith(f"{len(expected)} of {COUNT} models")


def test_the_method_and_the_stage_change_the_numbers_and_the_chart(opened):
    cell = f"{ROWS}[0].cells[2].textContent"
    assert opened.run(cell) == "200\u202f000"
    middle = "Bokeh.documents[0].get_model_by_name('{}').data.middle.slice(0, 1)"
    assert opened.run(middle.format("sum")) == [200000]
    # What is summed is what is drawn: nothing is served in what was only made.
    assert opened.run(middle.format("inference")) == []
    choose(opened, "phase", "training")
    assert opened.run(cell) == "100\u202f000"
    assert opened.run(middle.format("sum")) == [300000]
    assert opened.run(middle.format("inference")) == [100000]
    choose(opened, "method", "market")
    said = opened.run("document.getElementById('explorer-count').textContent")
    assert f"{COUNT} of {COUNT} models, 12 with a number" in said
    # Models without a number come last, not as zero.
    assert names(opened)[11] == "Model 0055"
    assert opened.run(f"{ROWS}[12].cells[2].textContent") == "—"
    drawn = opened.run("Bokeh.documents[0].get_model_by_name('training').data")
    assert drawn["middle"][:2] == [100000, 16670]
    assert len(drawn["model"]) == 12
    choose(opened, "search", "no such model")
    assert names(opened) == []
    assert "No model" in opened.run("document.getElementById('explorer-chart-words').textContent")


def test_a_method_without_a_sum_says_so_and_shows_training(opened):
    choose(opened, "method", "operating_margin")
    assert opened.run(f"{ROWS}[0].cells[2].textContent") == "25\u202f000"
    said = opened.run("document.getElementById('explorer-table').caption.textContent")
    assert said.startswith("No sum by this method; shown is the operation of training.")
    count = opened.run("document.getElementById('explorer-count').textContent")
    assert "which gives no sum: training is shown" in count
    units = "[...document.querySelectorAll('#explorer-table th .mass')].map((e) => e.textContent)"
    assert opened.run(units) == ["CO₂"] * 3
    words = opened.run("document.getElementById('explorer-chart-words').textContent")
    assert "no sum by this method" in words
    assert "The sum is of" not in words
    opened.run("document.querySelector('#explorer-rows button').click()")
    detail = opened.run("document.querySelector('.detail table').textContent")
    assert "no sum by this method" in detail
    assert "Made" not in detail
    assert "median t CO₂95th" in detail
    choose(opened, "method", "market")
    assert opened.run(units) == ["CO₂e"] * 3


def test_years_that_exclude_each_other_are_said(opened):
    choose(opened, "from", "2023")
    choose(opened, "to", "2020")
    said = opened.run("document.getElementById('explorer-count').textContent")
    assert said.endswith("no year is both from 2023 and to 2020: the first comes after the last")
    choose(opened, "to", "2023")
    assert "no year" not in opened.run("document.getElementById('explorer-count').textContent")


def test_the_chart_shows_names_as_names(opened):
    factors = opened.run("Bokeh.documents[0].get_model_by_name('models').factors")[::-1]
    assert len(set(factors)) == 12
    assert factors[0].startswith("Model <script>")
    assert not any("$$" in name for name in factors)
    assert [name.strip("\u200b") for name in factors[4:6]] == ["Twin", "Twin"]


def test_keys_alone_filter_sort_turn_pages_and_open_sources(opened):
    assert opened.run("document.querySelector('a, button, input').className") == "skip"
    opened.run("document.getElementById('explorer-form').elements.search.focus()")
    opened.type("twin")
    assert names(opened) == ["Twin", "Twin"]
    opened.press("Tab")
    assert opened.run("document.activeElement.name") == "phase"
    opened.run("document.querySelector('#explorer-form button[type=reset]').focus()")
    opened.press("Enter")
    opened.run("new Promise((done) => setTimeout(done, 50))")
    assert len(names(opened)) == 25
    opened.run("document.getElementById('explorer-next').focus()")
    opened.press(" ")
    assert names(opened)[0] == "Model 0025"
    opened.run("document.querySelector('[data-sort=name]').focus()")
    opened.press("Enter")
    assert opened.run("document.activeElement.parentElement.ariaSort") == "ascending"
    assert names(opened)[:2] == ["+1 model", made_up_ledger.FORMULA]
    opened.press("Enter")
    assert names(opened)[0] == "Twin"
    opened.run("document.querySelector('#explorer-rows button').focus()")
    opened.press("Enter")
    assert opened.run("document.activeElement.ariaExpanded") == "true"
    assert opened.run("document.querySelectorAll('#explorer-rows .detail').length") == 1
    opened.press("Enter")
    assert opened.run("document.querySelectorAll('#explorer-rows .detail').length") == 0


def test_the_source_of_a_number_is_one_click_away(opened):
    opened.run("document.querySelector('#explorer-rows button').click()")
    detail = opened.run("document.querySelector('.detail').textContent")
    assert "12.5 MWh" in detail
    assert f"Table 3 {made_up_ledger.EVIL} (primary" in detail
    links = opened.run("[...document.querySelectorAll('.detail a')].map((a) => a.hash)")
    assert {"#ref-somebody2024", "#method-lifecycle_ledger"} <= set(links)
    opened.run("document.querySelector('.detail a[href=\"#ref-somebody2024\"]').click()")
    entry = opened.run("document.querySelector(':target').textContent")
    assert "Something" in entry
    assert "Table 3" in entry
    places = "document.querySelector(':target details').open"
    assert opened.run(f"new Promise((done) => setTimeout(done, 50)).then(() => {places})")
    opened.run("location.hash = '#method-uncertainty'")
    is_open = "document.querySelector('#method-uncertainty + details').open"
    assert opened.run(f"new Promise((done) => setTimeout(done, 50)).then(() => {is_open})")
    assert opened.console == []


def test_the_download_is_what_is_shown_and_no_spreadsheet_takes_it_for_a_formula(opened):
    choose(opened, "hardware", made_up_ledger.HARDWARE[1])
    choose(opened, "phase", "training")
    text = opened.downloaded(
        lambda: opened.run("document.getElementById('explorer-download').click()")
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    places = [place for place in range(COUNT) if place % 3 == 1]
    assert [row["model_id"] for row in rows] == [f"model-{place:04d}" for place in places]
    for row, place in zip(rows, places, strict=True):
        ends = [float(row[f"{end}_tco2e"]) for end in ENDS]
        assert ends == [made_up_ledger.rounded(v) for v in made_up_ledger.emissions(place)]
        assert row["phase"] == "training"
        assert row["source_key"] == "somebody2024;nobody1999"
    assert rows[0]["model"] == "'" + made_up_ledger.FORMULA
    assert not any(cell[:1] in "=+@" for row in rows for cell in row.values() if cell)


def test_every_control_has_a_name_and_every_text_stands_out(opened):
    opened.run("document.querySelector('#explorer-rows button').click()")
    controls = {"button", "link", "textbox", "searchbox", "combobox", "radio", "spinbutton"}
    nodes = opened.send("Accessibility.getFullAXTree")["nodes"]
    found = [n for n in nodes if not n["ignored"] and n["role"]["value"] in controls]
    assert len(found) > 60
    assert [n for n in found if not n.get("name", {}).get("value", "").strip()] == []
    assert opened.run(FAINT) == []


def test_without_scripts_findings_figures_and_a_plain_table_still_read(browser, report):
    browser.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.send("Page.navigate", url=report.as_uri())
        for _ in range(50):
            if browser.run("document.readyState") == "complete":
                break
        assert browser.run("document.querySelector('.picture img').naturalWidth") > 0
        assert len(browser.run(f"{ROWS}.map((row) => row.innerText)")) == page.ROWS_PLAIN
        assert browser.run("document.getElementById('explorer-form').offsetHeight") == 0
        assert "Without scripts" in browser.run("document.body.innerText")
    finally:
        browser.send("Emulation.setScriptExecutionDisabled", value=False)
        browser.send("Page.navigate", url="about:blank")


def test_the_lineage_is_searched_and_opened(opened, report, tmp_path):
    pytest.importorskip("ai_lifecycle.lineage.view", reason="the lineage is not built here")
    opened.run("document.getElementById('lineage-artifacts-search').focus()")
    rows = "[...document.querySelectorAll('#lineage-artifacts > li')]"
    assert opened.run(f"{rows}.length") == 2
    opened.type("ledger_basis")
    assert opened.run(f"{rows}.map((row) => row.innerText.split(' ')[0])") == [
        "tables/ledger_basis"
    ]
    opened.run(f"{rows}[0].querySelector('summary').click()")
    said = f"new Promise((done) => setTimeout(done, 50)).then(() => {rows}[0].textContent)"
    assert "somebody2024" in opened.run(said)


def test_printing_draws_every_figure(browser, report, tmp_path):
    browser.open(report)
    browser.print(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes()[:5] == b"%PDF-"
    assert browser.run("document.querySelectorAll('.picture img').length") == 1


def test_the_paper_gets_a_picture_of_the_chart_which_does_not_widen_it(opened):
    printed = "document.querySelector('img.printed')"
    opened.run("dispatchEvent(new Event('beforeprint'))")
    assert opened.run(f"{printed}.decode().then(() => {printed}.naturalWidth)") > 300
    assert opened.run(f"getComputedStyle({printed}).display") == "none"
    opened.send("Emulation.setEmulatedMedia", media="print")
    try:
        shown = (
            "['#explorer-chart', 'img.printed'].map((s) => document.querySelector(s).offsetWidth)"
        )
        chart, picture = opened.run(shown)
        assert chart == 0
        assert 300 < picture <= 1440
    finally:
        opened.send("Emulation.setEmulatedMedia", media="")
    opened.run("dispatchEvent(new Event('afterprint'))")
    assert opened.run(printed) is None
    assert opened.console == []


def test_labels_of_the_axis_stand_apart(opened):
    ticks = "Bokeh.documents[0].get_model_by_name('ticks').ticks"
    assert opened.run(ticks) == [1e3, 1e4, 1e5, 1e6]
    choose(opened, "search", "model 0009")
    assert opened.run(ticks) == [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5]
    words = opened.run("document.getElementById('explorer-chart-words').textContent")
    assert words.startswith("The first model of the table that has a number")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_of_the_page(opened, width):
    opened.size(width)
    opened.run("document.querySelector('#explorer-rows button').click()")
    # The chart takes its new width a moment later.
    too_wide = f"document.documentElement.scrollWidth > {width}"
    tries = (time.sleep(0.05) or opened.run(too_wide) for _ in range(20))
    assert not all(tries)


@pytest.mark.long
def test_it_opens_in_two_seconds_and_filters_answer_in_a_tenth(browser, tmp_path):
    large = made_up_ledger.report(tmp_path / "report", MANY)
    seconds = min(browser.open(large) for _ in range(3))
    answers = browser.run(
        "(async () => {"
        " const search = document.getElementById('explorer-form').elements.search;"
        " const taken = [];"
        " for (const words of ['model', 'beta', 'model 01', 'twin', '', '9', 'gamma', '']) {"
        "  const start = performance.now(); search.value = words;"
        "  search.dispatchEvent(new Event('input', { bubbles: true }));"
        # Two frames later what changed has been painted, the chart included.
        "  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
        "  taken.push(performance.now() - start); }"
        " return taken.sort((a, b) => a - b); })()"
    )
    print(f"opens in {seconds:.2f} s; filters answer in {answers} ms")
    assert seconds <= 2
    assert answers[len(answers) // 2] <= 100
