"""Which files of the package a Python file imports: what re-runs a rule when it is edited."""

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
IMPORTED = re.compile(
    r"^[ \t]*(?:from[ \t]+(ai_lifecycle[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)"
    r"|import[ \t]+(ai_lifecycle[\w.]*))",
    flags=re.MULTILINE,
)


@cache
def directly(path, package=PACKAGE):
    """Files of the package that a Python file imports itself.

    Every start of Snakemake asks this of every file: reading lines takes a tenth of parsing them.

    Parameters
    ----------
    path : str or Path
        The Python file.
    package : Path, optional
        Folder of the package.

    Returns
    -------
    set of Path
    """
    found = set()
    for module, listed, whole in IMPORTED.findall(Path(path).read_text(encoding="utf-8")):
        members = re.sub(r"#[^\n]*", "", listed).strip("()\\ \t").split(",")
        names = [whole or module]
        names += [f"{module}.{member.split()[0]}" for member in members if member.split()]
        for name in names:
            stem = package.joinpath(*name.split(".")[1:])
            found |= {p for p in (stem.with_suffix(".py"), stem / "__init__.py") if p.is_file()}
    return found


def behind(paths, package=PACKAGE):
    """Files of the package that Python files import, however deep.

    Parameters
    ----------
    paths : iterable of str or Path
        The Python files.
    package : Path, optional
        Folder of the package.

    Returns
    -------
    list of str
        Sorted.
    """
    seen, waiting = set(), list(paths)
    while waiting:
        fresh = directly(waiting.pop(), package) - seen
        seen |= fresh
        waiting += fresh
    return sorted(str(path) for path in seen)
