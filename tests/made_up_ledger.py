"""A ledger of made-up models, hostile by name, and the report on it."""

import csv
import importlib.util
import math
from unittest import mock

import pandas as pd
from builds import ROOT

from ai_lifecycle import tables
from ai_lifecycle.report import explorer, page

EVIL = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("https://example.org")'
# What no table may hold, and what stands for it in the files: the border refuses the first, so
# it comes in behind the border, where the page must still withstand it.
STAND_INS = {FORMULA: "Formula", "+1 model": "One more model", "@gamma": "At gamma"}
# How many times the emissions of training each phase has.
PHASES = {"experimentation": 1, "training": 1, "inference": 1, "made": 2, "made_and_served": 3}
MAKERS = ("Alpha Laboratory", "Beta & Sons,Alpha Laboratory", FORMULA, "@gamma")
HARDWARE = ("NVIDIA H100 SXM5 80GB", "Google TPU v4", "NVIDIA A100 SXM4 80GB")
ROUTES = list(explorer.ROUTES)
NAMED = ("location_lifecycle", "market")
CATALOGUE = """
licences:
  CC0-1.0: {name: Zero, url: "https://example.org/zero"}
datasets:
  one:
    title: Title
    producer: Producer
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
 author = {Somebody},
 title = {Something},
 year = {2024},
 url = {https://example.org/something}
}
"""
METHOD = "# The ledger\n\n## Question\n\nWhat, <b>really</b>? See [ranges](uncertainty.md).\n"


def row(table, **values):
    """A row as declared: what may be missing is missing but for `values`."""
    made = {}
    for name, field in tables.declaration(table).items():
        filler = "0" if field["dtype"] in ("float", "integer") else "x"
        filler = "2024-01-01" if field["dtype"] == "date" else filler
        made[name] = "" if field["nullable"] == "yes" else field["allowed"].split("|")[0] or filler
    return made | {name: str(value) for name, value in values.items() if name in made}


def name_of(place):
    """Names of models: the first few are traps for markup, spreadsheets and formula setters."""
    traps = [f"Model {EVIL}", FORMULA, "+1 model", "$$x^2$$", "Twin", "Twin"]
    return traps[place] if place < len(traps) else f"Model {place:04d}"


def _written(text):
    """A text as the files hold it."""
    return STAND_INS.get(text, text)


def emissions(place):
    """Training of a model at its three ends [tCO2e], falling with its place."""
    value = 1e5 / (place + 1)
    return value / 3, value, value * 4


def _percentiles(place, methods, times):
    """Cells of a row: for each method its factor times the emissions of the model."""
    return {
        f"{method}_{end}_t": f"{value * factor * times:.9g}"
        for method, factor in methods.items()
        for end, value in zip(explorer.ENDS, emissions(place), strict=True)
    }


def _lineage():
    """Two artifacts, the rule that makes them, what it reads and what it names."""
    rule, source, basis = ("rule", "sum_up"), ("source", "somebody2024"), "tables/ledger_basis.csv"
    edges = [
        (("facts", "training_disclosures"), rule, "reads"),
        (rule, ("artifact", basis), "writes"),
        (rule, ("artifact", "tables/ledger_models.csv"), "writes"),
        (source, ("artifact", basis), "column source_key"),
    ]
    columns = list(tables.declaration("lineage"))
    return [dict(zip(columns, (*up, *down, how), strict=True)) for up, down, how in edges]


def write(folder, count):
    """Tables, catalogue and bibliography of `count` models; settings of `page.render`."""
    lines = {"ledger_models": [], "ledger_quantiles": [], "ledger_basis": []}
    for place in range(count):
        model = f"model-{place:04d}"
        known = {"model_id": model, "name": _written(name_of(place))}
        known |= {"source_key": "somebody2024;nobody1999"}
        known |= {"route": ROUTES[place % 3], "organisation": _written(MAKERS[place % 4])}
        known |= {"accelerator": HARDWARE[place % 3], "share_disclosed": place % 2 * 0.5}
        known |= {"share_derived": 0.2, "share_prior": 0.8 - place % 2 * 0.5}
        known |= {"publication_date": f"{2018 + place % 8}-05-01"}
        for boundary, times in (("made", 2), ("made_and_served", 3)):
            ends = zip(explorer.CENTRAL, emissions(place), strict=True)
            sums = {f"location_lifecycle_{end}_tco2e": value * times for end, value in ends}
            lines["ledger_models"].append(
                row("ledger_models", **known, system_boundary=boundary, **sums)
            )
        for phase, times in PHASES.items():
            for part in ("operation", "all"):
                cells = {}
                if part == "operation" and phase in explorer.STAGES:
                    cells = {"operating_margin": 0.5}
                cells |= dict.fromkeys(NAMED[: 1 + (place % 5 == 0)], 1)
                lines["ledger_quantiles"].append(
                    row("ledger_quantiles", model_id=model, phase=phase, part=part,
                        **_percentiles(place, cells, times if part == "all" else times / 2))
                )  # fmt: skip
        for method in explorer.METHODS:
            lines["ledger_basis"].append(
                row("ledger_basis", model_id=model, accounting_method=method, reason=EVIL)
            )
    if importlib.util.find_spec("ai_lifecycle.lineage"):
        lines["lineage"] = _lineage()
    for name, rows in lines.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (folder / "sources.yaml").write_text(CATALOGUE)
    (folder / "references.bib").write_text(BIBLIOGRAPHY)
    for name, title in (("lifecycle_ledger", ""), ("uncertainty", "")):
        (folder / f"{name}.md").write_text(METHOD.replace("The ledger", title or name))
    (folder / "training_disclosures.csv").write_text(
        "model_id,scope,accounting,quantity,value,unit,source_key,locator,status\n"
        f"model-0000,training run,market,energy,12.5,MWh,somebody2024,Table 3 {EVIL},primary\n"
    )
    (folder / "drawing.rst").write_text("Caption.\n")
    (folder / "drawing.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="252pt" height="100pt">'
        "<text x='5' y='20'>drawn &amp; 50 % of #1</text></svg>\n"
    )
    items = [("figure", "drawing", "Drawing", "own", "ours", None)]
    items += [("table", name, name, None, None, None) for name in lines]
    return {
        "items": pd.DataFrame(items, columns=list(tables.declaration("report_contents"))),
        "files": {("table", name): folder / f"{name}.csv" for name in lines}
        | {("figure", "drawing"): folder / "drawing.svg"}
        | {("caption", "drawing"): folder / "drawing.rst"},
        "catalogue": folder / "sources.yaml",
        "catalogue_schema": ROOT / "workflow/schemas/sources.schema.yaml",
        "references_file": folder / "references.bib",
        "notebooks": [],
        "release": "0.1.0",
        "method_pages": [folder / "lifecycle_ledger.md", folder / "uncertainty.md"],
        "fact_tables": [folder / "training_disclosures.csv"],
    }


def rendered(parts):
    """The page, its explorer given names that no table would let through."""
    real = explorer.packed
    meant = {written: text for text, written in STAND_INS.items()}

    def packed(models, *rest, **named):
        return real(models.replace({"name": meant, "organisation": meant}), *rest, **named)

    with mock.patch.object(explorer, "packed", packed):
        return page.render(**parts)


def report(folder, count):
    """Path of the report on `count` models."""
    folder.mkdir(exist_ok=True)
    path = folder / "report.html"
    path.write_text(rendered(write(folder, count)), encoding="utf-8")
    return path


def rounded(value):
    """A number as the page keeps it."""
    return None if math.isnan(value) else float(f"{value:.{explorer.DIGITS}g}")
