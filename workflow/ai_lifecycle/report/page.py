"""The report: findings, explorer, figures, tables, data quality and sources on one page."""

import re
from functools import partial
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

from ai_lifecycle import bibliography, source_groups, sources, strict_yaml, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import (
    captions,
    claims,
    embedded,
    explorer,
    locators,
    methods,
    packed_lineage,
    references,
    selfcontained,
    shown,
    stage_chart,
)

HERE = Path(__file__).parent
SCRIPTS = ("words", "tables", "ledger", "chart", "explorer", "lineage")
ROWS_SHOWN = 150
# What a reader without scripts sees of the ledger.
ROWS_PLAIN = 25
# Tables that have a section of their own; a view stands for that of the lineage.
SECTIONS = {"backtest_summary": "backtest", "backtest": "backtest", "lineage": "view"}
# Longer tables, and wider ones, open on demand.
ROWS_OPEN, COLUMNS_OPEN = 12, 8
LONG_TEXT = 40
CSS_PIXELS_PER_POINT = 96 / 72
# On a phone a figure keeps this share of its printed size, and its box scrolls.
LEAST_SHARE = 0.85
# What stands between double backquotes in a caption begins so.
LITERAL = '<span class="docutils literal">'

STATUS_WORDS = {
    "rebuilt": "rebuilt from public data",
    "redrawn": "redrawn from digitised values",
    "both": "rebuilt from public data, beside the paper's digitised values",
    "own": "our own figure, from public data",
}


def render(
    items, *, files, catalogue, catalogue_schema, references_file, notebooks, release,
    method_pages=(), fact_tables=(),
):  # fmt: skip
    """The page as text.

    Parameters
    ----------
    items : DataFrame
        ``report_contents``.
    files : dict
        Paths of what the items name: ``(kind, name)`` -> path; kinds ``figure`` (SVG),
        ``caption`` and ``table``.
    catalogue, catalogue_schema, references_file : str or Path
        ``data/sources.yaml``, its schema, ``data/references.bib``.
    notebooks : list of str
        Notebooks whose pages stand in ``notebooks/``, in reading order; a number comes first.
    release : str
        Release to cite.
    method_pages, fact_tables : list of str or Path
        ``docs/methods/*.md``; ``data/facts/*.csv`` and ``data/constants.csv``.

    Returns
    -------
    str

    Raises
    ------
    DataError
        A caption, table or source that is not sound; a page that would load something.
    """
    entries = bibliography.load(references_file)
    read = {name: tables.read_csv(path, name) for (kind, name), path in files.items()
            if kind == "table"}  # fmt: skip
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    groups = source_groups.members(read[source_groups.TABLE]) if source_groups.TABLE in read else {}
    cited = {*entries, *groups}
    rows = items.astype(object).where(items.notna(), "").to_dict("records")
    # A build may leave the notebooks out; then nothing leads to them.
    rows = [r | {"notebook": r["notebook"] if r["notebook"] in notebooks else ""} for r in rows]
    shown_tables = [
        _table(r, read[r["name"]], cited) | {"section": SECTIONS.get(r["name"], r["kind"])}
        for r in rows
        if r["kind"] in ("table", "quality")
    ]
    shown_claims = [
        _claims(r, read[r["name"]], cited, items["name"]) for r in rows if r["kind"] == "claims"
    ]
    ledger = _ledger(read, groups, fact_tables, entries)
    scripts = [embedded.script(HERE / f"page_scripts/{name}.js") for name in SCRIPTS]
    if ledger:
        scripts.insert(0, embedded.charting_library())
    lineage = _lineage(read, set(items["name"]))
    page = environment.get_template("page.html.j2").render(
        style=Markup((HERE / "style.css").read_text(encoding="utf-8")),
        policy=embedded.policy(scripts),
        scripts=[Markup(text) for text in scripts],
        data_blocks=_data_blocks(shown_tables + shown_claims, ledger, lineage),
        release=release,
        figures=[_figure(r, files, read) for r in rows if r["kind"] == "figure"],
        claims=shown_claims,
        tables=[table for table in shown_tables if table["section"] == "table"],
        quality=[table for table in shown_tables if table["section"] == "quality"],
        backtest=[table for table in shown_tables if table["section"] == "backtest"],
        lineage=lineage is not None,
        ledger=ledger and explorer.plain(ledger, ROWS_PLAIN),
        methods=methods.listed(method_pages),
        datasets=sources.catalogue(catalogue, catalogue_schema).values(),
        licences=strict_yaml.read(catalogue)["licences"],
        references=references.listed(entries),
        known_sources=set(entries),
        places=locators.by_source(fact_tables),
        notebooks=[_notebook(name, rows) for name in notebooks],
        has_numbers="numbers" in read,
        number=partial(quoted, read.get("numbers")),
        table_of=partial(quoted, read.get("numbers"), column="table"),
        is_web=lambda address: re.match(r"https?://", address) is not None,
        digits=shown.DIGITS,
        rows_shown=ROWS_SHOWN,
    )
    return selfcontained.check(_without_blank_lines(page), "report.html", scripts=scripts)


def _without_blank_lines(page):
    """The page without blank lines outside its scripts, whose hashes must stay."""
    parts = re.split(r"(<script.*?</script>)", page, flags=re.DOTALL)
    parts[::2] = [re.sub(r"\n\s*\n+", "\n", part) for part in parts[::2]]
    return "".join(parts).lstrip()


def _ledger(read, groups, fact_tables, entries):
    """What the explorer shows; nothing if the tables are not on the page."""
    if not {"ledger_models", "ledger_quantiles", "ledger_basis"} <= set(read):
        return None
    facts = {
        Path(path).stem: pd.read_csv(path, dtype=str)
        for path in fact_tables
        if Path(path).stem in explorer.EVIDENCE
    }
    return explorer.packed(
        read["ledger_models"],
        read["ledger_quantiles"],
        read["ledger_basis"],
        facts,
        read.get("evidence"),
        groups=groups,
        authors={key: references.short(entry) for key, entry in entries.items()},
    )


def _lineage(read, linked):
    """What the lineage shows; nothing if its table is not on the page."""
    if "lineage" not in read:
        return None
    from ai_lifecycle.lineage import graph, view

    columns = read["lineage"][list(graph.COLUMNS)]
    rows = [tuple(row) for row in columns.itertuples(index=False, name=None)]
    return packed_lineage.packed(view.artifact_items(rows), view.origin_items(rows), linked)


def _data_blocks(items, ledger, lineage):
    """Identifier and JSON of everything that is built in the page when it is asked for."""
    blocks = {
        f"data-{item['name']}": _said_once(item)
        for item in items
        if item["lazy"] and item.get("section") != "view"
    }
    if ledger:
        blocks |= {"explorer-data": ledger, "explorer-chart-data": stage_chart.document()}
    if lineage:
        blocks["lineage-data"] = lineage
    return {name: Markup(embedded.data(content)) for name, content in blocks.items()}


def _said_once(item):
    """Cells of a table as places in the list of its texts."""
    place = {}
    rows = [[place.setdefault(c["text"], len(place)) for c in row] for row in item["rows"]]
    return {
        "css": [column["css"] for column in item["columns"]],
        "cites": [n for n, c in enumerate(item["columns"]) if c["name"].endswith("source_key")],
        "texts": list(place),
        "rows": rows,
    }


def quoted(numbers, name, column="text"):
    """A number as prose shows it, from the table ``numbers``; or the table that it is from.

    Raises
    ------
    DataError
        When the table has no such number.
    """
    chosen = numbers.loc[numbers["id"] == name, column]
    if len(chosen) != 1:
        raise DataError(
            "sentence quotes a number that is not picked",
            file="data/headline_numbers.csv",
            found=name,
            allowed=list(numbers["id"]),
        )
    return chosen.iloc[0]


def _figure(row, files, linked):
    path = Path(files["figure", row["name"]])
    svg = path.read_bytes()
    size = [
        re.search(rb"<svg\b[^>]*?\b" + side + rb'="([0-9.]+)pt"', svg)
        for side in (b"width", b"height")
    ]
    if not all(size):
        raise DataError("figure does not say its width in points", file=path)
    pixels, height = (float(side[1]) * CSS_PIXELS_PER_POINT for side in size)
    return row | {
        "heading": f"{_identifier(row['name'])}: {row['title']}".removeprefix(": "),
        "status": STATUS_WORDS[row["status"]],
        # Stands between single quotes, which the address has none of; < and > need no escape there.
        "uri": Markup(embedded.picture(svg.decode("utf-8")).replace("&", "&amp;")),
        "width": round(pixels),
        "height": round(height),
        "least_pixels": round(pixels * LEAST_SHARE),
        # A narrow figure may grow, or it would look lost on a wide screen.
        "most_pixels": round(pixels * (1.5 if pixels < 480 else 1.25)),
        "caption": Markup(_linked(captions.html(files["caption", row["name"]]), linked)),
    }


def _notebook(name, rows):
    """A notebook as the list of them names it: its place, its words, what it shows."""
    place, _, words = name.partition("_")
    shown_there = [r["name"] for r in rows if r["notebook"] == name and r["kind"] == "figure"]
    return {
        "name": name,
        "place": int(place),
        "title": words.replace("_", " ").capitalize().replace(" ai", " AI"),
        "figures": shown_there,
    }


def _linked(html, names):
    """Caption whose mentions of tables lead to them.

    A name that could be an ordinary word, such as numbers, means the table only as a literal.
    """
    # Odd parts are tags.
    parts = re.split(r"(<[^>]*>)", html)
    for place in range(0, len(parts), 2):
        literal = place > 0 and parts[place - 1] == LITERAL
        meant = [name for name in sorted(names) if literal or "_" in name]
        if meant:
            mention = rf"(?<![\w#/\"-])({'|'.join(map(re.escape, meant))})(?![\w-]|\.\w)"
            parts[place] = re.sub(mention, r'<a href="#\1">\1</a>', parts[place])
    return "".join(parts)


def _identifier(name):
    """Number of the papers' figure, such as be6; empty for figures of ours."""
    first = name.split("_")[0]
    return first if re.fullmatch(r"(be|sa)\d+[a-z]?", first) else ""


def _table(row, frame, cited):
    fields = list(tables.declaration(row["name"]).values())
    columns = [
        {
            "label": shown.label(field),
            "unit": shown.unit_of(field),
            "meaning": field["meaning"],
            "name": field["column"],
            "css": _css(frame, field),
        }
        for field in fields
    ]
    most = len(frame) if row["name"] == source_groups.TABLE else ROWS_SHOWN
    cells = [
        [_cell(value, field, cited) for value, field in zip(line, fields, strict=True)]
        for line in frame.head(most).itertuples(index=False, name=None)
    ]
    is_open = len(frame) <= ROWS_OPEN and len(columns) <= COLUMNS_OPEN
    return row | {
        "columns": columns,
        "rows": cells,
        "count": len(frame),
        "open": is_open,
        # A cell that cites a group leads to its row, which has to be there.
        "anchored": row["name"] == source_groups.TABLE,
        "lazy": not is_open and row["name"] != source_groups.TABLE,
    }


def _claims(row, frame, cited, names):
    """A table as any other, and its rows as records where each makes a statement."""
    shown_as = {**_table(row, frame, cited), "open": True, "lazy": False, "groups": []}
    if claims.is_record(frame):
        shown_as["groups"] = claims.groups(frame, cited, set(names))
    return shown_as


def _css(frame, field):
    if field["dtype"] in ("float", "integer"):
        return "number"
    texts = [str(value) for value in frame[field["column"]]]
    return "text long" if any(len(text) > LONG_TEXT for text in texts) else "text"


def _cell(value, field, cited):
    """Text of one cell, and the references and groups that it names."""
    text = shown.cell(value, field)
    if field["column"].endswith("source_key") and text != shown.MISSING:
        return {"text": text, "cites": [(key, key in cited) for key in text.split(";")]}
    return {"text": text, "cites": []}
