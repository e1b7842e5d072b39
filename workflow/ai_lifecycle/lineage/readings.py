"""What programs and rules read, found in their text: constants by id, choices by key."""

import ast
import re
from pathlib import Path, PurePosixPath

RULE = re.compile(r"^rule (?P<name>\w+):$", flags=re.MULTILINE)
CHOICE = re.compile(r"\blookup\(\s*\"(?P<key>[\w/]+)\",\s*within=config\s*\)")


def constants_in(program):
    """Ids that a program asks of the table of constants: ``known("id", …)`` or ``value("id", …)``.

    Every access is written so, with the id as a literal (tests/test_constants.py).
    """
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(program))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("known", "value")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and any(keyword.arg == "unit" for keyword in node.keywords)
    }


def constants_by_rule(rules, scripts):
    """Constants that each rule's script and the modules behind it ask for.

    Parameters
    ----------
    rules : mapping
        The graph: for each rule its ``rule`` name and ``inputs``, among them the modules.
    scripts : str or Path
        Folder of the scripts, each named as its rule.

    Returns
    -------
    dict of str to list of str
        By name of rule. A module is imported whole, so a constant is listed if any function of
        the module asks for it.
    """
    known, found = {}, {}
    for entry in rules.values():
        script = Path(scripts, f"{entry['rule']}.py")
        modules = [path for path in entry["inputs"] if PurePosixPath(path).suffix == ".py"]
        for path in [str(script), *modules]:
            if path not in known:
                text = Path(path).read_text(encoding="utf-8") if Path(path).is_file() else ""
                known[path] = constants_in(text)
            found.setdefault(entry["rule"], set()).update(known[path])
    return {name: sorted(ids) for name, ids in sorted(found.items())}


def choices_by_rule(rooms):
    """Choices of the configuration that each rule looks up.

    Parameters
    ----------
    rooms : iterable of str or Path
        Files of rules.

    Returns
    -------
    dict of str to list of str
        Keys as in ``lifecycle/requests_per_day``, by name of rule.
    """
    found = {}
    for room in rooms:
        text = Path(room).read_text(encoding="utf-8")
        parts = RULE.split(text)
        for name, block in zip(parts[1::2], parts[2::2], strict=True):
            found[name] = sorted({match["key"] for match in CHOICE.finditer(block)})
    return found
