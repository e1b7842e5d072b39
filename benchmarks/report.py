"""Time of the report in Chromium with 1,500 ledger rows, against the limits of the project.

Run by ``make benchmark`` after a build. The report of the build is made again with its ledger
multiplied to that many models, and everything else as it is. Prints, per act of a reader, the time
until what changed is painted, on the clock and on the processors (all processes of the browser; on
a busy machine the clock says little), the limit and their ratios; it judges nothing. Headless, no
graphics card.
"""

import contextlib
import statistics
import sys
import tempfile
from pathlib import Path

import pandas as pd
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from chromium import Browser  # noqa: E402

from ai_lifecycle import tables  # noqa: E402
from ai_lifecycle.report import page  # noqa: E402

MODELS = 1500
RESULTS = ROOT / "results/latest"
LEDGER = ("ledger_models", "ledger_quantiles", "ledger_basis")
OPENS, ACTS = 5, 14
OPEN_LIMIT_S, ANSWER_LIMIT_S = 2.0, 0.1
# Field of the form: two values to go back and forth between.
FIELDS = {
    "search": ("llama", ""),
    "organisation": ("Meta AI", ""),
    "hardware": ("NVIDIA H100 SXM5 80GB", ""),
    "route": ("hours × power", ""),
    "from": ("2023", ""),
    "disclosed": ("20", ""),
    "method": ("location_direct", "location_lifecycle"),
    "phase": ("training", "made"),
}
# Two frames after an act what it changed has been painted, the chart included.
PAINTED = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
FIELD = """(async () => {
  const field = document.getElementById('explorer-form').elements['%s'];
  const one = field instanceof RadioNodeList ? field[0] : field;
  const start = performance.now();
  field.value = '%s';
  one.dispatchEvent(new Event('input', { bubbles: true }));
  %s
  return performance.now() - start;
})()"""
CLICK = """(async () => {
  const start = performance.now();
  document.querySelector('%s').click();
  %s
  return performance.now() - start;
})()"""
CLICKS = {
    "sort by name": "#explorer-table th button[data-sort=name]",
    "next page": "#explorer-next",
    "sources of a row": "#explorer-rows button",
}


def multiplied(frame, models):
    """Rows of the frame again under other identifiers, to so many models."""
    names = list(dict.fromkeys(frame["model_id"]))
    copies = []
    for copy in range(-(-models // len(names))):
        keep = set(names[: models - copy * len(names)])
        rows = frame[frame["model_id"].isin(keep)].copy()
        rows["model_id"] = [f"{name}--copy-{copy}" if copy else name for name in rows["model_id"]]
        if "name" in rows and copy:
            rows["name"] = [f"{name} ({copy})" for name in rows["name"]]
        copies.append(rows)
    return pd.concat(copies, ignore_index=True)


def report(folder):
    """Path of the page."""
    items = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents")
    files = {}
    for kind, name in zip(items["kind"], items["name"], strict=True):
        if kind == "figure":
            files["figure", name] = RESULTS / f"figures/{name}.svg"
            files["caption", name] = ROOT / f"workflow/report/{name}.rst"
        else:
            files["table", name] = RESULTS / f"tables/{name}.csv"
    for name in LEDGER:
        more = multiplied(tables.read_csv(files["table", name], name), MODELS)
        files["table", name] = folder / f"{name}.csv"
        tables.write_csv(more, files["table", name], name)
    text = page.render(
        items,
        files=files,
        catalogue=ROOT / "data/sources.yaml",
        catalogue_schema=ROOT / "workflow/schemas/sources.schema.yaml",
        references_file=ROOT / "data/references.bib",
        notebooks=sorted(path.stem for path in (RESULTS / "notebooks").glob("*.html")),
        release="benchmark",
        method_pages=sorted((ROOT / "docs/methods").glob("*.md")),
        fact_tables=[*sorted((ROOT / "data/facts").glob("*.csv")), ROOT / "data/constants.csv"],
    )
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


def cpu_s(browser):
    """Processor time that all processes of the browser have used. [s]"""
    used = 0.0
    for child in psutil.Process(browser.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = child.cpu_times()
            used += times.user + times.system
    return used


def median_s(browser, act, times):
    """Median time on the clock and mean time on the processors of an act done so often. [s]"""
    before = cpu_s(browser)
    taken = [act(turn) for turn in range(times)]
    return statistics.median(taken), (cpu_s(browser) - before) / times


def said(name, times_s, limit_s):
    clock, processors = times_s
    print(
        f"{name:<22}{1e3 * clock:>8.0f} ms on the clock, {1e3 * processors:>6.0f} ms of processors;"
        f" limit {1e3 * limit_s:g} ms, ratio {clock / limit_s:.2f}, {processors / limit_s:.2f}"
    )


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = report(Path(folder))
        print(f"report with {MODELS} models: {path.stat().st_size / 1e6:.2f} MB")
        browser = Browser(folder)
        try:
            browser.open(path)
            said("opens", median_s(browser, lambda _: browser.open(path), OPENS), OPEN_LIMIT_S)
            acts = {f"filter: {name}": [FIELD % (name, value, PAINTED) for value in values]
                    for name, values in FIELDS.items()}  # fmt: skip
            acts |= {name: [CLICK % (place, PAINTED)] * 2 for name, place in CLICKS.items()}
            for name, pair in acts.items():
                taken = median_s(browser, lambda turn, p=pair: browser.run(p[turn % 2]) / 1e3, ACTS)
                said(name, taken, ANSWER_LIMIT_S)
        finally:
            browser.close()


if __name__ == "__main__":
    main()
