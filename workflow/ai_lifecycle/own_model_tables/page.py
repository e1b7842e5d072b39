"""One page on a model: what it emits, what that rests on, what to measure next."""

import base64
import re
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from ai_lifecycle import bibliography
from ai_lifecycle.own_model_tables.case import GIVEN
from ai_lifecycle.own_model_tables.estimate import FIRST, OPERATION
from ai_lifecycle.own_model_tables.figures import label
from ai_lifecycle.own_model_tables.result import BASE
from ai_lifecycle.report import references, selfcontained, shown
from ai_lifecycle.uncertainty_tables import model_draws

HERE = Path(__file__).parent
STYLE = HERE.parent / "report" / "style.css"
CSS_PIXELS_PER_POINT = 96 / 72
# Digits of a result whose range is wide.
DIGITS = 3
# Digits of a number that is typed again: enough to give the interval that stands beside it.
TYPED_DIGITS = 4
LEAST_SHARE = 0.005
METHODS = {
    "location_lifecycle": "location average, life-cycle",
    "location_direct": "location average, direct",
    "market": "market-based",
    "hourly_matched": "net of hourly matched supply",
    "operating_margin": "operating margin, CO₂ only",
}
TARGETS = {
    "made_and_served": "making and serving the model",
    "made": "making the model",
    "inference": "serving the model",
}
# A file that says nothing of a service, or of the training, has no life cycle.
SUBJECTS = {
    "made_and_served": "lifecycle emissions",
    "made": "emissions of making it",
    "inference": "emissions of serving it",
}
PHASES = {
    "experimentation": "experimentation",
    "training": "training",
    "inference": "inference",
    "made": "made",
    "made_and_served": "made and served",
}
ALTS = {
    "stages": "Emissions of each stage as a bar from the 5th to the 95th percentile with its "
    "median",
    "sensitivity": "Left: the result with one input at a time low and high. Right: share of the "
    "variance of each input",
    "comparison": "Emissions of each case as a bar from the 5th to the 95th percentile with its "
    "median",
}


def number(value, digits=DIGITS):
    """A result as a reader sees it."""
    value = float(value)
    return shown.number(float(f"{value:.{digits}g}")) if value == value else shown.MISSING


def typed(value):
    """A number as it can be copied into the file: no sign between its thousands."""
    return f"{value:.{TYPED_DIGITS}g}"


def difference(value):
    """A difference with its sign."""
    if value is None:
        return shown.MISSING
    return ("+" if value > 0 else "") + number(value)


def percent(share):
    """A share of draws: all and none only where it is all or none."""
    whole = round(100 * share)
    if whole == 0 and share > 0:
        return "under 1 %"
    if whole == 100 and share < 1:
        return "over 99 %"
    return f"{whole} %"


def breakable(key):
    """A key that may be broken into lines after its dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(key))))


def render(result, drawn, *, references_file, release):
    """The page as text.

    Parameters
    ----------
    result : Result
    drawn : mapping of str to bytes
        SVG by name of figure.
    references_file : path
    release : str

    Returns
    -------
    str

    Raises
    ------
    DataError
        A page that would run or load something.
    """
    entries = bibliography.load(references_file)
    tables = {name: _plain(frame) for name, frame in result.tables.items()}
    cited = sorted({
        key for row in tables["own_model_assumptions"] for key in row["source_key"].split(";")
    } & set(entries))  # fmt: skip
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    page = environment.get_template("page.html.j2").render(
        style=Markup(STYLE.read_text(encoding="utf-8")),
        release=release,
        result=result,
        headline=_headline(result),
        pictures={name: _picture(name, svg) for name, svg in drawn.items()},
        cases=[_case(each, tables) for each in result.cases],
        sensitivity=tables["own_model_sensitivity"],
        measures=[r for r in tables["own_model_measure_next"]
                  if r["variance_share"] >= LEAST_SHARE],
        without_effect=[r["key"] for r in tables["own_model_measure_next"]
                        if r["variance_share"] < LEAST_SHARE],
        comparison=tables["own_model_comparison"] if len(result.cases) > 1 else [],
        references=references.listed({key: entries[key] for key in cited}),
        known=set(cited),
        given=GIVEN,
        target=_target(result),
        is_operation=result.target is not None and result.target[1] == OPERATION,
        subject=_subject(result),
        methods=METHODS,
        phases=PHASES,
        number=number,
        typed=typed,
        difference=difference,
        percent=percent,
        breakable=breakable,
        missing=shown.MISSING,
        is_web=lambda address: re.match(r"https?://", address) is not None,
    )  # fmt: skip
    return selfcontained.check(re.sub(r"\n\s*\n+", "\n", page), "index.html")


def _target(result):
    """What is explained, in words."""
    if result.target is None:
        return None
    phase, part = result.target
    return ("the electricity for " if part == OPERATION else "") + TARGETS[phase]


def _subject(result):
    """What the page is of, in its title."""
    if result.target is None or result.target[1] == OPERATION:
        return "emissions"
    return SUBJECTS[result.target[0]]


def _plain(frame):
    """Rows with None for what is missing."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _headline(result):
    """What is said first: the widest whole boundary by the location average."""
    if result.target is None:
        return None
    rows = result.tables["own_model_estimate"]
    row = rows[
        (rows["scenario"] == BASE)
        & (rows["phase"] == result.target[0])
        & (rows["part"] == result.target[1])
        & (rows["accounting_method"] == FIRST)
    ].iloc[0]
    return {name: number(row[name]) for name in ("p05", "p50", "p95")}


def _picture(name, svg):
    width = re.search(rb'<svg\b[^>]*?\bwidth="([0-9.]+)pt"', svg)
    uri = "data:image/svg+xml;base64," + base64.b64encode(svg).decode("ascii")
    return {"uri": uri, "alt": ALTS[name], "pixels": round(float(width[1]) * 1.6)}


def _case(said, tables):
    """Tables of one scenario: a row a stage, a column a method; what is missing; assumptions."""

    def mine(name):
        return [row for row in tables[name] if row["scenario"] == said.scenario]

    rows = mine("own_model_estimate")
    used = [name for name in METHODS if any(row["accounting_method"] == name for row in rows)]
    by_stage = {}
    for row in rows:
        by_stage.setdefault((row["phase"], row["part"]), {})[row["accounting_method"]] = row
    stages = [
        {"label": _words(phase, part), "cells": [cells.get(name) for name in used]}
        for (phase, part), cells in by_stage.items()
    ]
    sections = {}
    for row in mine("own_model_assumptions"):
        sections.setdefault(row["section"], []).append(row)
    return {
        "scenario": said.scenario,
        "title": said.title,
        "changed": said.changed,
        "methods": used,
        "stages": stages,
        "missing": mine("own_model_missing"),
        "sections": sections,
    }


def _words(phase, part):
    """A row of the table: boundaries have no parts, phases a sum of theirs."""
    if part == model_draws.ALL and phase not in model_draws.BOUNDARIES:
        return f"{phase}, all"
    return label(phase, part)
