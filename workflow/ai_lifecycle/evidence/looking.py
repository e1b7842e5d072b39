"""Looking: the places of a document that a link points to, and whether they state the fact."""

import re
from dataclasses import dataclass

from ai_lifecycle.evidence import printed
from ai_lifecycle.evidence.documents import line_of, plain

FOUND, OTHER_FORM, NOT_FOUND = "found", "found in other form", "not found"
MOST_PRINTED = 40


@dataclass(frozen=True)
class Outcome:
    """What looking gave: the result, its line, how the figure is printed there, and its form."""

    result: str
    line: int | None = None
    printed: str = ""
    form: str = ""


def look(document, where, sought):
    """Look for a fact at its place.

    Parameters
    ----------
    document : documents.Document
        The document that `where` names.
    where : links.Look
        The place.
    sought : str
        The cell of our table.

    Returns
    -------
    Outcome
        The first place that states the fact; if none does, the first that there is.
    """
    places = list(PLACES[where.kind](document, where, sought))
    if places and where.kind == "words" and "#" not in where.target and sought != where.target:
        return Outcome(OTHER_FORM, places[0][0], form=printed.IN_WORDS)
    for line, text in places:
        form = printed.agreement(sought, text, where.scale)
        if form is not None:
            result = FOUND if form == printed.AS_PRINTED else OTHER_FORM
            return Outcome(result, line, _figure(sought, text), form)
    if places:
        return Outcome(NOT_FOUND, places[0][0], _figure(sought, places[0][1]))
    return Outcome(NOT_FOUND)


def _figure(sought, text):
    """The figure as it stands at a place: a number or a name, never a sentence."""
    if printed.decimal(sought) is not None:
        there = printed.numbers(text)
        return there[0][2] if len(there) == 1 else ""
    return text if len(text) <= MOST_PRINTED else ""


def _cells(document, where, sought):
    """Cells of a CSV in the records that the row's columns select."""
    row, delimiter = dict(where.row), ","
    if "delimiter" in row:
        delimiter = row.pop("delimiter")
    (name, cell), *others = row.items()
    others = [(document.column(other, delimiter), text) for other, text in others]
    targets = where.target if isinstance(where.target, list) else [where.target]
    places = [document.column(target, delimiter) for target in targets]
    for line, cells in document.rows_where(name, cell, delimiter):
        if all(cells[at] == text for at, text in others):
            yield from ((line, cells[place]) for place in places if cells[place])


def _heading(document, where, sought):
    """Headings of a CSV."""
    header, _ = document.records(",")
    yield from ((1, name) for name in header if name == where.target)


def _table_cells(document, where, sought):
    """Cells of the rows of a table in a text, whose first cell is the row's name."""
    for cells in document.table_rows:
        if len(cells) >= where.target and cells[0][1] == where.row:
            yield cells[where.target - 1]


def _entries(document, where, sought):
    """The entry of a JSON or YAML document at the end of a path, or its key if a text is sought."""
    nodes = [document.tree]
    for step in where.target:
        nodes = [found for node in nodes for found in _step(node, step)]
    yield from ((line_of(node), node.value) for node in nodes if isinstance(node.value, str))


def _step(node, step):
    """Nodes one step further: by key, by ``#key`` the key itself, or entries that hold a value."""
    pairs = node.value if node.id == "mapping" else []
    if isinstance(step, dict):
        ((name, value),) = step.items()
        # One entry may stand alone where others stand in a list.
        entries = node.value if node.id == "sequence" else [node, *(value for _, value in pairs)]
        for entry in entries if node.id != "scalar" else []:
            if any(str(found.value) == value for found in _step(entry, name)):
                yield entry
    elif step.startswith("#"):
        yield from (key for key, _ in pairs if key.value == step[1:])
    else:
        yield from (value for key, value in pairs if key.value == step)


def _passages(document, where, sought):
    """Numbers between the words before and after the sign ``#``, on one line."""
    before, mark, after = where.target.partition("#")
    for number, line in enumerate(document.lines, start=1):
        text = plain(line)
        begins = text.find(before)
        while begins >= 0:
            rest = text[begins + len(before) :]
            if not mark:
                # The boundary of a word on both sides, as for numbers.
                if not re.match(r"\w", rest) and not re.search(r"\w$", text[:begins]):
                    yield number, before
            elif (match := printed.NUMBER.match(" " + rest, 1)) and rest[
                match.end() - 1 :
            ].startswith(after):
                yield number, match[0]
            begins = text.find(before, begins + 1)


PLACES = {
    "csv": _cells,
    "heading": _heading,
    "table": _table_cells,
    "tree": _entries,
    "words": _passages,
}
