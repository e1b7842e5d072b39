"""The links of ``data/evidence.yaml``: which document states which fact, and where to look."""

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ai_lifecycle import settings, strict_yaml, tables
from ai_lifecycle.errors import DataError

BLANK = re.compile(r"\{([a-z0-9_]{1,60})\}")


@dataclass(frozen=True)
class Fact:
    """One figure of ours: a cell of a table of facts, with the row that it stands in."""

    table: str
    key: str
    column: str
    sought: str
    unit: str
    row: dict


@dataclass(frozen=True)
class Look:
    """Where in which document a fact is to be looked for."""

    document: str
    kind: str
    row: object
    target: object
    scale: Decimal

    @property
    def words(self):
        """The look as one line of text; two looks are the same if their words are."""
        if self.kind == "csv":
            row = ", ".join(f"{name} = {cell}" for name, cell in self.row.items())
            columns = self.target if isinstance(self.target, list) else [self.target]
            place = f"row where {row}; column {' or '.join(map(str, columns))}"
        elif self.kind == "table":
            place = f"table row {self.row}; cell {self.target}"
        elif self.kind == "tree":
            place = "entry " + "/".join(
                step if isinstance(step, str) else "[{}={}]".format(*next(iter(step.items())))
                for step in self.target
            )
        else:
            place = f"words: {self.target}"
        return place if self.scale == 1 else f"{place}; times {self.scale}"


def read(path, schema):
    """Content of the file of links, checked against its schema.

    Raises
    ------
    DataError
        Naming file and key: not plain YAML, or not of the form that the schema describes.
    """
    content = strict_yaml.read(path)
    settings.check(content, schema, path)
    return content


def facts(path, table, spec):
    """Every fact of one table: the cells of its columns of facts that are not empty.

    Parameters
    ----------
    path : str or Path
        ``data/facts/<table>.csv`` or ``data/constants.csv``.
    table : str
        Its name in ``data/fields.csv``.
    spec : mapping
        ``key``: columns that tell a row from every other; ``facts``: columns that hold facts.

    Raises
    ------
    DataError
        When the key does not tell two rows apart, or a column is not there.
    """
    text = Path(path).read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    declared = tables.declaration(table)
    for name in [*spec["key"], *spec["facts"]]:
        if name not in declared:
            raise DataError(
                "no such column", file="data/evidence.yaml", key=table, found=name, allowed=declared
            )
    seen, found = set(), []
    for number, row in enumerate(rows, start=2):
        key = " | ".join(row[name] for name in spec["key"] if row[name])
        if key in seen:
            raise DataError(
                "key of data/evidence.yaml does not tell rows apart",
                file=path,
                row=number,
                found=key,
                allowed="columns that do",
            )
        seen.add(key)
        for name in spec["facts"]:
            if row[name]:
                unit = row["unit"] if name == "value" else declared[name]["unit"]
                found.append(Fact(table, key, name, row[name], unit, row))
    return found


def looks_for(fact, content):
    """Where a fact is to be looked for, in the order of the links; nowhere, if none is about it."""
    if is_elsewhere(fact, content):
        return []
    return [
        look
        for number, link in enumerate(content["links"])
        if link["table"] == fact.table
        and fact.column in link["facts"]
        and (look := _look(fact, link, content.get("names", {}), number)) is not None
    ]


def is_elsewhere(fact, content):
    """Whether another document than those of the catalogue states a fact."""
    return any(
        entry["table"] == fact.table
        and fact.column in entry["facts"]
        and _is_about(fact, entry["where"])
        for entry in content.get("elsewhere", [])
    )


def _is_about(fact, where):
    return all(fact.row[column] in cells for column, cells in where.items())


def _look(fact, link, names, number):
    """The look of one link for one fact, or None if the link is not about it."""
    if not _is_about(fact, link.get("where", {})):
        return None
    given = dict(fact.row)
    for name, how in link.get("given", {}).items():
        value = _given(fact.row[how["from"]], how, names)
        if value is None:
            return None
        given[name] = value
    fill = _filler(given, f"links.{number}")
    return Look(
        document=fill(link["document"]),
        kind=link["look"],
        row=fill(link.get("row")),
        target=fill(link["facts"][fact.column]),
        scale=Decimal(link.get("scales", {}).get(fact.column, "1")),
    )


def _given(text, how, names):
    """A name made from a cell: cut out between two literals, then looked up; None if it cannot."""
    for mark in how.get("after", []):
        text = text.partition(mark)[2]
    for mark in how.get("before", []):
        text = text.partition(mark)[0]
    text = text.strip()
    if "names" in how:
        return names[how["names"]].get(text)
    return text or None


def _filler(given, where):
    """A function that fills ``{column}`` in texts, lists and mappings."""

    def one(match):
        if match[1] not in given:
            raise DataError(
                "template names no column and nothing given",
                file="data/evidence.yaml",
                key=where,
                found=match[1],
                allowed=given,
            )
        return given[match[1]]

    def fill(value):
        if isinstance(value, str):
            return BLANK.sub(one, value)
        if isinstance(value, list):
            return [fill(part) for part in value]
        if isinstance(value, dict):
            return {name: fill(part) for name, part in value.items()}
        return value

    return fill
