"""The manifest: what a build made, from what, and the hash of every file."""

import hashlib
import json
import re
from pathlib import Path, PurePosixPath

from ai_lifecycle.errors import DataError

KEYS = ("path", "sha256", "bytes", "rule", "sources")
RECEIPT = re.compile(r"(?:^|/)receipts/(?P<dataset>[a-z0-9_]+)\.json$")
COMMITTED = re.compile(r"(?:^|/)(?P<file>data/(?:(?:facts|corrections)/[^/]+|[a-z0-9_]+\.csv))$")
# Committed tables that say how to check or lay out data, and supply none.
NOT_A_SOURCE = ("data/expected_rows.csv", "data/fields.csv", "data/report_contents.csv")


def provenance(rules, folder):
    """Rule and sources of every artifact, from the workflow's own graph.

    Parameters
    ----------
    rules : mapping of str to mapping
        For each rule (or rule and wildcards) its ``rule`` name, ``inputs``, ``outputs`` and
        ``packages`` (names of data packages that it reads).
    folder : str
        The folder of results; files elsewhere are no artifacts.

    Returns
    -------
    dict
        Path relative to `folder` -> ``{"rule": str, "sources": list of str}``, sorted. A source
        is a dataset of ``data/sources.yaml``, a committed file ``data/…``, or
        ``package:<name>``; it is listed if any rule on the way to the artifact reads it.

    Raises
    ------
    DataError
        When two rules make the same file.
    """
    maker, known = _makers(rules), {}
    artifacts = {}
    for output, key in maker.items():
        if PurePosixPath(output).is_relative_to(folder):
            artifacts[str(PurePosixPath(output).relative_to(folder))] = {
                "rule": rules[key]["rule"],
                "sources": sorted(_sources(key, rules, maker, known)),
            }
    return dict(sorted(artifacts.items()))


def receipts(rules, folder):
    """Receipts that the artifacts in `folder` rest on, sorted."""
    artifacts = provenance(rules, folder)
    datasets = {name for artifact in artifacts.values() for name in artifact["sources"]}
    found = {path for rule in rules.values() for path in rule["inputs"] if RECEIPT.search(path)}
    return sorted(path for path in found if RECEIPT.search(path)["dataset"] in datasets)


def _makers(rules):
    """Which rule makes each file."""
    maker = {}
    for key in sorted(rules):
        for output in rules[key]["outputs"]:
            if output in maker:
                raise DataError("two rules make the same file", file=output, found=key)
            maker[output] = key
    return maker


def _sources(key, rules, maker, known):
    """Sources behind one rule, however deep; each rule is walked once."""
    if key not in known:
        known[key] = set()  # a cycle cannot arise in Snakemake's graph
        found = {f"package:{name}" for name in rules[key].get("packages", ())}
        for path in rules[key]["inputs"]:
            receipt, committed = RECEIPT.search(path), COMMITTED.search(path)
            if receipt:
                found.add(receipt["dataset"])
            elif path in maker:
                found |= _sources(maker[path], rules, maker, known)
            elif committed and committed["file"] not in NOT_A_SOURCE:
                found.add(committed["file"])
        known[key] = found
    return known[key]


def build(folder, artifacts):
    """Manifest entries of the files in `folder`, sorted by path.

    Parameters
    ----------
    folder : str or Path
        The folder of results.
    artifacts : mapping
        As `provenance` returns.

    Returns
    -------
    list of dict
        With `KEYS` in that order.

    Raises
    ------
    DataError
        When an artifact is not there.
    """
    entries = []
    for path in sorted(artifacts):
        try:
            payload = Path(folder, path).read_bytes()
        except OSError as fault:
            raise DataError(
                f"artifact cannot be read: {fault.strerror}", file=Path(folder, path)
            ) from None
        entries.append(
            {
                "path": path,
                "sha256": hashlib.sha256(payload).hexdigest(),
                "bytes": len(payload),
                "rule": artifacts[path]["rule"],
                "sources": list(artifacts[path]["sources"]),
            }
        )
    return entries


def write(entries, path, basis=None):
    """Write a manifest as JSON, one artifact a line; and what it rests on, one name a line."""
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    rooms = [f'"artifacts": [\n{lines}\n]']
    for room, names in (basis or {}).items():
        lines = ",\n".join(f"{_json(name)}: {_json(value)}" for name, value in names.items())
        rooms.append(f'"{room}": {{\n{lines}\n}}')
    body = ",\n".join(rooms)
    # Every start of the workflow reads this room; the tables behind this line cost it a third more.
    from ai_lifecycle import tables

    tables.write_bytes(path, f"{{{body}}}\n".encode())


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def content(path):
    """All that a manifest file says.

    Raises
    ------
    DataError
        When it cannot be read or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as fault:
        raise DataError(f"manifest cannot be read: {fault.strerror}", file=path) from None
    except ValueError as fault:
        raise DataError(f"manifest is not JSON: {fault}", file=path) from None


def read(path):
    """Entries of a manifest file, checked for shape.

    Raises
    ------
    DataError
        Naming the entry that lacks a key, or stands twice.
    """
    found = content(path)
    entries = found.get("artifacts") if isinstance(found, dict) else None
    if not isinstance(entries, list):
        raise DataError("manifest lists no artifacts", file=path)
    seen = set()
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or tuple(entry) != KEYS:
            raise DataError(
                "entry has other keys",
                file=path,
                row=number + 1,
                found=", ".join(entry) if isinstance(entry, dict) else entry,
                allowed=", ".join(KEYS),
            )
        if entry["path"] in seen:
            raise DataError("artifact stands twice", file=path, found=entry["path"])
        seen.add(entry["path"])
    return entries


def differences(one, other):
    """How two manifests differ, one line an artifact; empty when they are equal."""
    first = {entry["path"]: entry for entry in one}
    second = {entry["path"]: entry for entry in other}
    lines = []
    for path in sorted(first.keys() | second.keys()):
        if path not in second:
            lines.append(f"{path}: only in the first")
        elif path not in first:
            lines.append(f"{path}: only in the second")
        elif first[path] != second[path]:
            unequal = [key for key in KEYS if first[path][key] != second[path][key]]
            lines.append(f"{path}: differs in {', '.join(unequal)}")
    return lines


def deviations(folder, entries):
    """How the files of a folder deviate from its manifest, one line a file; empty when not at all.

    A file is changed, missing, or extra (in the folder but not in the manifest, the manifest
    itself and hidden files aside).
    """
    folder = Path(folder)
    listed = {entry["path"]: entry for entry in entries}
    lines = []
    for path, entry in listed.items():
        file = folder / path
        if not file.is_file():
            lines.append(f"{path}: missing")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != entry["sha256"]:
            lines.append(f"{path}: changed")
    lines += [f"{path}: extra" for path in unlisted(folder, listed)]
    return sorted(lines)


def unlisted(folder, paths):
    """Files of a folder that are not among `paths`; hidden ones and ``manifest.json`` aside."""
    folder = Path(folder)
    found = {
        str(PurePosixPath(file.relative_to(folder)))
        for file in folder.rglob("*")
        if file.is_file() and not any(p.startswith(".") for p in file.relative_to(folder).parts)
    }
    return sorted(found - set(paths) - {"manifest.json"})


def served_frozen(receipts):
    """Datasets whose upstream was not reached, so that the frozen tables served; sorted.

    Parameters
    ----------
    receipts : iterable of str or Path
        Receipts of the datasets that the build reads.
    """
    names = []
    for path in receipts:
        receipt = json.loads(Path(path).read_text(encoding="utf-8"))
        if receipt["route"] == "frozen":
            names.append(RECEIPT.search(Path(path).as_posix())["dataset"])
    return sorted(names)


def summary(folder, entries, *, frozen, extra):
    """Closing words of a build: where to look, and what served it.

    Parameters
    ----------
    folder : str
        The folder of results.
    entries : list of dict
        The manifest.
    frozen : list of str
        Datasets served by frozen tables.
    extra : list of str
        Files in the folder that no rule makes.
    """
    count = {}
    for entry in entries:
        count[entry["path"].split("/")[0]] = count.get(entry["path"].split("/")[0], 0) + 1
    lines = [
        "",
        f"{len(entries)} artifacts in {folder}:",
        f"  {folder}/report.html    read this first: figures, tables, data quality, sources",
    ]
    for room, what in (
        ("figures", "each figure as SVG, PDF, PNG, and its values as CSV"),
        ("tables", "published tables"),
        ("notebooks", "executed notebooks, numbered as they are to be read, as .ipynb and .html"),
        ("clean", "cleaned source tables"),
        ("model", "intermediate tables"),
    ):
        if count.get(room):
            lines.append(f"  {folder}/{room}/    {what} ({count[room]} files)")
    lines.append(f"  {folder}/manifest.json    sha256, rule and sources of each artifact")
    if frozen:
        lines.append(
            "Upstream was not reached for "
            + ", ".join(frozen)
            + "; their frozen tables served (same bytes as cleaned from upstream)."
        )
    else:
        lines.append("Every dataset was read from its upstream files.")
    if extra:
        shown = ", ".join(extra[:5]) + (", …" if len(extra) > 5 else "")
        lines.append(f"No rule makes these files, left from another version: {shown}")
    return "\n".join(lines) + "\n"
