"""The report of the whole build: one small file that opens alone, for every reader."""

import pytest
from chromium import Browser
from test_report import outline_faults
from test_report_browser import FAINT

MOST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def built(whole):
    return whole / "results/latest/report.html"


def test_it_is_small_and_its_outline_is_sound(built):
    assert built.stat().st_size <= MOST_BYTES
    assert outline_faults(built.read_text(encoding="utf-8")) == []


def test_it_opens_alone_and_every_table_can_be_opened(built, tmp_path):
    browser = Browser(tmp_path)
    try:
        browser.open(built)
        assert [u for u in browser.requests if not u.startswith("data:")] == [built.as_uri()]
        assert browser.run(FAINT) == []
        empty = browser.run(
            "(async () => {"
            " const tables = [...document.querySelectorAll('details[data-table]')];"
            " for (const table of tables) table.open = true;"
            " await new Promise((done) => setTimeout(done, 300));"
            " return tables.filter((t) => !t.querySelector('tbody').rows.length)"
            "  .map((t) => t.dataset.table); })()"
        )
        assert empty == []
        assert browser.run("document.querySelectorAll('#explorer-rows tr').length") == 25
        assert browser.console == []
    finally:
        browser.close()
