"""YAML that says what it says: no anchors, aliases or tags, no key twice, dates stay text.

Nor does ``12:30`` become 750, ``010`` eight or ``NO`` (a country) false, as YAML 1.1 would have it.
"""

import re
from pathlib import Path

import yaml

from ai_lifecycle.errors import DataError


class Plain(yaml.SafeLoader):
    """Safe loader that reads dates and decimals as the text they are."""


Plain.yaml_implicit_resolvers = {}
for kind, form, firsts in (
    ("int", r"[-+]?(0|[1-9][0-9]{0,17})", "-+0123456789"),
    ("bool", r"true|false|True|False", "tfTF"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    Plain.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"({form})\\Z"), firsts)


def read(path):
    """Content of a YAML file of plain mappings, lists, text, whole numbers, booleans and null.

    Raises
    ------
    DataError
        As `parse`, and when the file cannot be read.
    """
    try:
        payload = Path(path).read_bytes()
    except OSError as fault:
        raise DataError(f"file cannot be read ({fault.strerror})", file=path) from None
    return parse(payload, path)


def parse(payload, path):
    """Content of YAML as bytes; `path` names it in messages.

    Raises
    ------
    DataError
        Naming file and line: not UTF-8, not YAML, an anchor, alias or tag, a key given twice or
        that is no word, nesting too deep.
    """
    try:
        text = payload.decode("utf-8")
        for event in yaml.parse(text, Loader=Plain):
            _refuse_reference(event, path)
        node = yaml.compose(text, Loader=Plain)
        _refuse_repeated_keys(node, path, "")
        return yaml.load(text, Loader=Plain)
    except RecursionError:
        raise DataError("file is nested too deeply", file=path) from None
    except UnicodeDecodeError as fault:
        raise DataError(f"file is not UTF-8: {fault.reason}", file=path) from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        raise DataError(
            f"file is not YAML: {getattr(fault, 'problem', None) or fault}",
            file=path,
            row=mark.line + 1 if mark else None,
        ) from None


def _refuse_reference(event, path):
    tag = getattr(event, "tag", None)
    anchor = getattr(event, "anchor", None)
    if tag is not None or anchor is not None or isinstance(event, yaml.AliasEvent):
        kind = "tag" if tag is not None else "anchor or alias"
        raise DataError(
            f"YAML {kind} is not allowed",
            file=path,
            row=event.start_mark.line + 1,
            found=tag or anchor,
            allowed="plain values, written out",
        )


def _refuse_repeated_keys(node, path, where):
    if node is None or isinstance(node.value, str):
        return
    seen = set()
    for child in node.value:
        if not isinstance(child, tuple):
            _refuse_repeated_keys(child, path, where)
            continue
        name, value = child
        if not isinstance(name.value, str):
            raise DataError("key is no word", file=path, row=name.start_mark.line + 1, key=where)
        place = f"{where}.{name.value}".lstrip(".")
        if name.value in seen:
            raise DataError(
                "key is given twice", file=path, row=name.start_mark.line + 1, key=place
            )
        seen.add(name.value)
        _refuse_repeated_keys(value, path, place)
