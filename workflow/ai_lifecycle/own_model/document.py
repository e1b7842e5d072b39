"""A YAML file as plain nodes with their lines: every value is the text that stands there.

No value is guessed to be a number, a date or a truth value, so ``NO`` stays the grid of Norway.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from ai_lifecycle.errors import DataError

LARGEST_BYTES = 65536
DEEPEST = 10
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Text:
    """A scalar: what is written, on which line, and whether in quotes."""

    text: str
    line: int
    quoted: bool

    kind = "text"

    @property
    def is_null(self):
        """Whether nothing is said: an empty value, ``~`` or ``null``."""
        return not self.quoted and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Mapping:
    """Keys with their nodes, in the order of the file."""

    entries: dict
    line: int

    kind = "a mapping"


@dataclass(frozen=True)
class Listing:
    """Nodes in order."""

    items: tuple
    line: int

    kind = "a list"


def shown(text):
    """A text for a message: in one line, and cut where it is long."""
    text = "".join(letter if letter.isprintable() else "�" for letter in str(text))
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


def read(path):
    """The mapping that a file of one YAML document holds.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Mapping

    Raises
    ------
    DataError
        Naming file and line: a file that cannot be read, is too large, empty or not UTF-8; what
        is not YAML; several documents; an anchor, alias or tag; a key that stands twice, is
        empty or no text; nesting beyond any use; a list or text at the top.
    """
    text = _text(path)
    try:
        _require_plain(text, path)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        raise DataError(
            f"file is not YAML: {shown(fault.problem or fault.context)}",
            file=path,
            row=mark.line + 1 if mark else None,
        ) from None
    except yaml.YAMLError as fault:
        raise DataError(f"file is not YAML: {shown(fault)}", file=path) from None
    if node is None or (isinstance(node, yaml.ScalarNode) and not node.value):
        raise DataError("file is empty", file=path, allowed="a mapping that starts with name:")
    out = _plain(node, path, "")
    if not isinstance(out, Mapping):
        raise DataError(
            "the top of the file is no mapping",
            file=path,
            row=out.line,
            found=out.kind,
            allowed="keys with values, such as name: my-model",
        )
    return out


def _text(path):
    if not str(path).isprintable():
        raise DataError("file name holds a character that cannot be shown", file=ascii(str(path)))
    try:
        if not Path(path).is_file():
            raise DataError("no such file", file=path)
        with open(path, "rb") as stream:
            content = stream.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as fault:
        if isinstance(fault, DataError):
            raise
        reason = getattr(fault, "strerror", None) or fault
        raise DataError(f"file cannot be read ({reason})", file=path) from None
    if len(content) > LARGEST_BYTES:
        raise DataError("file is too large", file=path, allowed=f"at most {LARGEST_BYTES} bytes")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as fault:
        row = content[: fault.start].count(b"\n") + 1
        raise DataError(f"file is not UTF-8 ({fault.reason})", file=path, row=row) from None


def _require_plain(text, path):
    """Refuse by events, which do not recurse, what nodes would hide or could not bear."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        row = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise DataError("file holds several documents", file=path, row=row,
                                allowed="one; further cases go under scenarios")  # fmt: skip
        tag, anchor = getattr(event, "tag", None), getattr(event, "anchor", None)
        if tag is not None or anchor is not None:
            raise DataError(
                "YAML tag is not allowed" if tag is not None else
                "YAML anchor or alias is not allowed",
                file=path, row=row, found=shown(tag or anchor),
                allowed="plain values, written out",
            )  # fmt: skip
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise DataError("values are nested too deep", file=path, row=row,
                            allowed=f"{DEEPEST} levels")  # fmt: skip


def _plain(node, path, where):
    line = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return Text(node.value, line, node.style is not None)
    if isinstance(node, yaml.SequenceNode):
        items = (
            _plain(child, path, f"{where}[{i}]") for i, child in enumerate(node.value, start=1)
        )
        return Listing(tuple(items), line)
    entries = {}
    for name, value in node.value:
        row = name.start_mark.line + 1
        if not isinstance(name, yaml.ScalarNode) or not name.value:
            raise DataError("key is not a word", file=path, row=row, key=where or None,
                            allowed="a name from the list of keys")  # fmt: skip
        place = f"{where}.{shown(name.value)}".lstrip(".")
        if name.value in entries:
            raise DataError("key is given twice", file=path, row=row, key=place)
        entries[name.value] = _plain(value, path, place)
    return Mapping(entries, line)
