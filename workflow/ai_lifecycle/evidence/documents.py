"""Upstream documents, opened for looking: cells, entries and words, each with its line.

A document is bytes from outside. It is read as text, table or tree and never run; what is larger
or deeper than any document of the catalogue is refused.
"""

import csv
import html
import io
import re

import yaml

from ai_lifecycle.errors import DataError

MOST_BYTES = 16 << 20
MOST_DEPTH = 100
MOST_CELL = 1 << 20
# The C parser reads the same language ten times faster, where it is there.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CELL = re.compile(r"<t[dh](?:\s[^<>]{0,200})?>")
MARKDOWN_RULE = re.compile(r"[\s|:\-]{3,400}")


class Document:
    """One document by its id; each way of reading it is done once, when first asked for."""

    def __init__(self, name, payload):
        if len(payload) > MOST_BYTES:
            raise DataError(
                "document is too large to be looked into",
                key=name,
                found=f"{len(payload)} bytes",
                allowed=f"{MOST_BYTES} bytes",
            )
        try:
            self.text = payload.decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            raise DataError(f"document is not UTF-8: {fault.reason}", key=name) from None
        self.name = name
        self._kept = {}

    def _once(self, key, make):
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @property
    def lines(self):
        """Lines, the first being number one."""
        return self._once("lines", lambda: self.text.split("\n"))

    def records(self, delimiter):
        """Header of a CSV, and its records as (first line, cells)."""
        return self._once(("records", delimiter), lambda: self._read_records(delimiter))

    def _read_records(self, delimiter):
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter)
        csv.field_size_limit(MOST_CELL)
        records, begins = [], 1
        try:
            for cells in reader:
                # A short record has empty cells at its end.
                missing = len(records[0][1]) - len(cells) if records else 0
                records.append((begins, cells + [""] * missing))
                begins = reader.line_num + 1
        except csv.Error as fault:
            raise DataError(f"document is not CSV: {fault}", key=self.name, row=begins) from None
        if not records:
            raise DataError("document is empty", key=self.name)
        return records[0][1], records[1:]

    def column(self, name, delimiter):
        """Position of a column by its heading, or by its number, counted from one."""
        header, _ = self.records(delimiter)
        if isinstance(name, int) and 1 <= name <= len(header):
            return name - 1
        if name not in header:
            raise DataError(
                "document has no such column", key=self.name, column=name, allowed=header
            )
        return header.index(name)

    def rows_where(self, name, cell, delimiter):
        """Records of a CSV that hold exactly `cell` in a column."""
        place = self.column(name, delimiter)

        def index():
            by_cell = {}
            for record in self.records(delimiter)[1]:
                by_cell.setdefault(record[1][place], []).append(record)
            return by_cell

        return self._once(("index", place, delimiter), index).get(cell, [])

    @property
    def tree(self):
        """A JSON or YAML document as nodes that know their lines; aliases are never expanded."""
        return self._once("tree", self._read_tree)

    def _read_tree(self):
        try:
            self._refuse_depth()
            node = yaml.compose(self.text, Loader=Loader)
        except yaml.YAMLError as fault:
            raise DataError(
                f"document is neither JSON nor YAML: {type(fault).__name__}", key=self.name
            ) from None

        if node is None:
            raise DataError("document is empty", key=self.name)
        return node

    def _refuse_depth(self):
        """Composing goes down as the document does, and the C parser has no floor to its stack."""
        depth = 0
        for event in yaml.parse(self.text, Loader=Loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                raise DataError(
                    "document is nested too deep to be looked into",
                    key=self.name,
                    row=event.start_mark.line + 1,
                    allowed=f"{MOST_DEPTH} levels",
                )

    @property
    def table_rows(self):
        """Rows of the tables in a Markdown or HTML text; cells as (line, text without markup)."""
        return self._once("rows", lambda: [*self._markdown_rows(), *self._html_rows()])

    def _markdown_rows(self):
        for number, line in enumerate(self.lines, start=1):
            if line.count("|") > 1 and not MARKDOWN_RULE.fullmatch(line):
                yield [(number, plain(cell)) for cell in line.strip().strip("|").split("|")]

    def _html_rows(self):
        """Rows of HTML tables: a cell begins at its tag, a row ends at ``</tr>``."""
        line = 1 + self.text.partition("<tr")[0].count("\n")
        for row in self.text.split("<tr")[1:]:
            body, cells = row.partition("</tr>")[0], []
            for tag in CELL.finditer(body):
                text = re.split(r"</?t[dhr]", body[tag.end() :], maxsplit=1)[0]
                cells.append((line + body.count("\n", 0, tag.end()), plain(text)))
            yield cells
            line += row.count("\n")


def plain(cell):
    """Text of a table's cell: no tags, emphasis or escapes, single blanks."""
    text = html.unescape(re.sub(r"<[^<>]{0,200}>", " ", cell))
    return " ".join(text.replace("**", "").replace("\\", "").split())


def line_of(node):
    """Line of a node of a tree."""
    return node.start_mark.line + 1
