"""Spoiling files as accidents and malice do, and holding what a parser makes of them to account."""

import copy
import csv
import io
import json
import re

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ai_lifecycle.errors import DataError

# Stands for a cell longer than Python's reader of CSV takes, which no failure should print.
LONG = "(a long word)"
# What a cell or a value may turn into.
TOKENS = (
    "", " ", "nan", "NaN", "inf", "-inf", "-1", "0", "1e999", "1e-999", "1e308", "1_000", "1,5",
    "٣", "½", "0x10", "010", "12:30", "TRUE", "no", "None", "null", "now", "today", "NaT",
    "2022-02-30", "2022-13-01", "01/02/2022", "9999-12-31", "0001-01-01", "9" * 30, "9" * 5000,
    "=1+1", '=HYPERLINK("x")', "+cmd|' /C x'!A0", "@SUM(1)", "-2+3", "\t=1", "<script>x</script>",
    '"', "'", '"unclosed', "a,b", "a;b", "a\nb", "a\rb", "\x00", "\x1b[2J", "\u202e", "\ufeff",
    "../../etc/passwd", "[" * 3000, "{" * 3000, "[]", "{}", "[[1]]", "&a [*a]", "!!python/name:x",
    "$x$", "%s", "é", "𝟙", LONG,
)  # fmt: skip
TREES = (
    None, True, False, 0, -1, 0.5, 1e308, 10**30, "", "1", "1_000", "nan", "=1+1", "\x00", "x",
    [], [[]], [1], {}, {"a": {}}, {"value": None, "unit": None}, {"value": "1_0", "unit": 1},
)  # fmt: skip
KINDS = ("cell", "cell", "cell", "insert", "byte", "cut", "drop", "double", "swap", "utf16",
         "latin1", "mark", "crlf", "shorter", "longer", "empty")  # fmt: skip
OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.sampled_from(TOKENS),
    ),
    min_size=1,
    max_size=2,
)
TREE_OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(("set", "set", "delete", "rename", "twin", "bytes")),
        st.integers(0, 10**6),
        st.sampled_from(TREES),
        OPERATIONS,
    ),
    min_size=1,
    max_size=2,
)
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def examples(number, *, derandomize=True):
    """Settings of a fuzz test: the same files every time in the short suite."""
    return settings(
        max_examples=number,
        derandomize=derandomize,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def spoilt(payload, operations, delimiter=","):
    """A file of lines after some accidents."""
    for kind, a, b, token in operations:
        token = "x" * 140_000 if token == LONG else token
        payload = _accident(payload, kind, a, b, token, delimiter)
    return payload


def _accident(payload, kind, a, b, token, delimiter):
    at = a % (len(payload) + 1)
    if kind in ("cell", "shorter", "longer"):
        return _with_cell(payload, kind, a, b, token, delimiter)
    if kind == "insert":
        return payload[:at] + token.encode("utf-8", "surrogatepass") + payload[at:]
    if kind == "byte" and payload:
        at = a % len(payload)
        return payload[:at] + bytes([payload[at] ^ 1 << b % 8]) + payload[at + 1 :]
    if kind == "cut":
        return payload[:at]
    if kind in ("utf16", "latin1", "mark", "crlf"):
        text = payload.decode("utf-8", "replace")
        return {
            "utf16": text.encode("utf-16"),
            "latin1": text.replace("e", "é").encode("latin-1", "replace"),
            "mark": b"\xef\xbb\xbf" + payload,
            "crlf": payload.replace(b"\n", b"\r\n"),
        }[kind]
    lines = payload.splitlines(keepends=True)
    if kind == "empty" or not lines:
        return b""
    first, second = a % len(lines), b % len(lines)
    if kind == "swap":
        lines[first], lines[second] = lines[second], lines[first]
    else:
        lines[first : first + 1] = [lines[first]] * {"drop": 0, "double": 2}.get(kind, 1)
    return b"".join(lines)


def _with_cell(payload, kind, a, b, token, delimiter):
    """One cell replaced (in the proper quotes), left out or added."""
    try:
        text = payload.decode("utf-8")
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        return payload
    if not lines or not any(lines):
        return payload
    line = lines[a % len(lines)]
    if line:
        place = b % len(line)
        line[place : place + (kind != "longer")] = [] if kind == "shorter" else [token]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(lines)
    return out.getvalue().encode("utf-8", "surrogatepass")


def spoilt_tree(tree, operations, write=json.dumps):
    """A file of nested values after some accidents; `write` makes text of a tree."""
    tree, late = json.loads(json.dumps(tree)), []
    for kind, a, value, bytewise in operations:
        places = list(_places(tree))
        if not places:
            break
        holder, key = places[a % len(places)]
        if kind == "set":
            holder[key] = copy.deepcopy(value)
        elif kind == "bytes":
            late += bytewise
        elif kind == "delete":
            del holder[key]
        elif isinstance(holder, dict):
            kept = copy.deepcopy(holder[key]) if kind == "twin" else holder.pop(key)
            holder[f"{key}x"] = kept
    return spoilt(write(tree).encode("utf-8", "surrogatepass"), late)


def _places(tree):
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in list(items):
        yield tree, key
        if isinstance(value, dict | list):
            yield from _places(value)


def outcome(parse):
    """What a parser gives, or None where it refuses with a message for people."""
    try:
        return parse()
    except DataError as fault:
        text = str(fault)
        assert text
        assert len(text) < 20_000, "a message that nobody reads to its end"
        return None


def plain_numbers(payload, columns, delimiter=","):
    """Rows of a CSV; any cell of `columns` that is neither empty nor a decimal number is a lie."""
    text = payload.decode("utf-8").removeprefix("\ufeff")
    # A long word in a column that nobody reads is no fault; the parser's own limit stays its own.
    kept = csv.field_size_limit(len(text) + 1)
    try:
        rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    finally:
        csv.field_size_limit(kept)
    for row in rows:
        for name in columns:
            cell = (row.get(name) or "").strip()
            assert not cell or NUMBER.fullmatch(cell), f"{name}: {cell[:60]!r} was taken"
    return rows


def numbers_in(tree):
    """All numbers in nested values, as floats; text that holds one counts."""
    if isinstance(tree, dict | list):
        parts = tree.values() if isinstance(tree, dict) else tree
        return set().union(*map(numbers_in, parts)) if parts else set()
    if isinstance(tree, bool) or tree is None:
        return set()
    return {float(tree)} if NUMBER.fullmatch(str(tree)) else set()
