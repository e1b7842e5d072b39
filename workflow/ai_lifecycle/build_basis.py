"""What a build rests on: hash of each committed file, of each upstream file, and every choice.

The manifest carries it, so that two builds can be told apart down to the file, the row of a table
or the key of the configuration behind a number that moved.
"""

import csv
import hashlib
import io
import re
from pathlib import Path, PurePosixPath

from ai_lifecycle.manifest import COMMITTED, NOT_A_SOURCE, RECEIPT

# Where bytes come from, which the catalogue's hashes fix anyway.
NOT_A_CHOICE = ("mirror", "offline", "refreeze")
# The fetch hands over bytes whose hash is fixed: what it reads cannot show in a result.
HANDS_OVER = "sources_fetch"
RULE = re.compile(r"^rule (\w+):\n((?:[ \t]+[^\n]*\n|\n)*)", flags=re.MULTILINE)
CHOICE = re.compile(r'lookup\("([^"]+)", within=config\)')
ROW_DIGITS = 8


def rules(graph, repository, choices):
    """What each rule reads by itself, and which rules it follows.

    Parameters
    ----------
    graph : mapping of str to mapping
        As `ai_lifecycle.manifest.provenance` takes; each entry may name further ``files``.
    repository : str
        Absolute inputs below it that no rule makes are committed files.
    choices : mapping of str to list of str
        Keys of the configuration that a rule looks up, as `choices_of` returns.

    Returns
    -------
    dict
        Rule -> ``{"after", "datasets", "files", "configuration"}``, each a sorted list of names;
        files relative to `repository`. The fetch is left out.
    """
    maker = {path: entry["rule"] for entry in graph.values() for path in entry["outputs"]}
    found = {}
    for entry in graph.values():
        if entry["rule"] == HANDS_OVER:
            continue
        known = found.setdefault(
            entry["rule"],
            {"after": set(), "datasets": set(), "files": set(), "configuration": set()},
        )
        known["configuration"] |= set(choices.get(entry["rule"], ()))
        for path in [*entry["inputs"], *entry.get("files", ())]:
            receipt = RECEIPT.search(path)
            if receipt:
                known["datasets"].add(receipt["dataset"])
            elif path in maker:
                known["after"] |= {maker[path]} - {HANDS_OVER}
            elif PurePosixPath(path).is_relative_to(repository):
                known["files"].add(str(PurePosixPath(path).relative_to(repository)))
    return {
        rule: {key: sorted(names) for key, names in known.items()}
        for rule, known in sorted(found.items())
    }


def choices_of(text):
    """Keys of the configuration that each rule of a Snakefile looks up, as rule -> keys."""
    found = {name: sorted(set(CHOICE.findall(block))) for name, block in RULE.findall(text)}
    return {
        rule: [key.replace("/", ".") for key in keys if key not in NOT_A_CHOICE]
        for rule, keys in found.items()
    }


def configuration(config):
    """Choices that can show in a result, flat: ``{"grid.authorities": [...], ...}``."""
    flat = {}
    for key, value in sorted(config.items()):
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": inner for name, inner in configuration(value).items()}
        elif key not in NOT_A_CHOICE:
            flat[key] = value
    return flat


def files(names, repository):
    """Hash of each committed file; for a table also of each row, and the row's name.

    Parameters
    ----------
    names : iterable of str
        Paths below `repository`.
    repository : str or Path

    Returns
    -------
    dict
        Path -> ``{"sha256": str}``, for a table that supplies values with ``"rows"``: pairs of
        name and the first digits of the row's hash. The name is the first cell where that is
        unique in the table, else the number of the row (header = 1).
    """
    found = {}
    for name in sorted(set(names)):
        payload = Path(repository, name).read_bytes()
        found[name] = {"sha256": hashlib.sha256(payload).hexdigest()}
        if name.endswith(".csv") and COMMITTED.search(name) and name not in NOT_A_SOURCE:
            found[name]["rows"] = rows(payload.decode("utf-8"))
    return found


def rows(text):
    """Name and short hash of each row of a CSV, as a list of pairs."""
    cells = list(csv.reader(io.StringIO(text, newline="")))[1:]
    first = [row[0] if row else "" for row in cells]
    named = len(set(first)) == len(first)
    return [
        [
            first[number] if named else str(number + 2),
            hashlib.sha256("\x1f".join(row).encode()).hexdigest()[:ROW_DIGITS],
        ]
        for number, row in enumerate(cells)
    ]


def datasets(catalogue, names):
    """Hash of each upstream file of the named datasets, from the catalogue.

    Parameters
    ----------
    catalogue : mapping of str to Dataset
        As `ai_lifecycle.sources.catalogue` returns.
    names : iterable of str

    Returns
    -------
    dict
        Dataset -> identifier of the file -> sha256.
    """
    return {
        name: {file.id: file.sha256 for file in catalogue[name].files}
        for name in sorted(set(names))
    }


def written_in(basis, repository):
    """What differs between a basis and the committed files now; names of files, sorted."""
    changed = []
    for name, entry in basis["files"].items():
        path = Path(repository, name)
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            changed.append(name)
    return sorted(changed)
