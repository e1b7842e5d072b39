"""Releases on disk: found by name, read and held against their own record, written in one step."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from ai_lifecycle import manifest, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import citations, comparison, record

RECORD = "manifest.json"
ROOMS = (
    *("release", "artifacts", "attribution", "build", "makers"),
    *("configuration", "datasets", "files", "rules", "citations"),
)


def find(name, results):
    """Folder of a release given by its name (``latest`` for the build) or its path.

    Raises
    ------
    DataError
        Naming the nearest release when there is none.
    """
    results = Path(results)
    for folder in (results / name, Path(name)):
        if (folder / RECORD).is_file():
            return folder
    known = sorted(file.parent.name for file in results.glob(f"*/{RECORD}"))
    raise DataError("no such release or folder", found=str(name), allowed=known or "none is there")


def refuse_links(folder):
    """Refuse a folder with a symbolic link in it: what it leads to is not what is hashed.

    Raises
    ------
    DataError
    """
    folder = Path(folder)
    for path in [folder, *sorted(folder.rglob("*"))]:
        if path.is_symlink():
            raise DataError(
                "a symbolic link where a file of results should be",
                file=path,
                found=os.readlink(path),
                allowed="files and folders; remove it and build again",
            )


def is_build(content):
    """Whether a manifest is that of a build, not the record of a release."""
    return "release" not in content


def described(folder, datasets, titles, citation):
    """The record that the build in a folder would have as a release, and its files' bytes.

    Parameters
    ----------
    folder : str or Path
        A finished build.
    datasets, titles, citation
        As `ai_lifecycle.release.record.artifacts` takes.

    Returns
    -------
    tuple of dict and dict of str to bytes

    Raises
    ------
    DataError
        When the build is not finished, or its files are not those of its manifest.
    """
    folder = Path(folder)
    if not (folder / RECORD).is_file():
        raise DataError(
            "the build is not finished: it has no manifest", file=folder, allowed="make results"
        )
    refuse_links(folder)
    content = manifest.content(folder / RECORD)
    entries = manifest.read(folder / RECORD)
    deviations = manifest.deviations(folder, entries)
    if deviations:
        raise DataError(
            "the build is not what its manifest says: " + "; ".join(deviations[:6]),
            file=folder,
            found=f"{len(deviations)} files",
            allowed="make results, which mends it",
        )
    files = {
        path: (folder / path).read_bytes()
        for path in record.released(entry["path"] for entry in entries)
    }
    keys = {path: keyed(path, body) for path, body in files.items() if path.endswith(".csv")}
    artifacts = record.artifacts(entries, titles, keys, datasets, citation)
    return record.whole(entries, artifacts, content, datasets, citation), files


def keyed(path, body):
    """Number of rows of a declared table, and the columns that tell its rows apart."""
    header, rows = comparison.parse(body.decode("utf-8"))
    declared = tables.declaration(Path(path).stem)
    return {"rows": len(rows), "key": comparison.key_columns(header, rows, declared)}


def payload(released, files, citation):
    """Every file of a release: the artifacts, their citations and the record, by path."""
    items = citations.csl(citation, released["artifacts"])
    bibtex = citations.bibtex(citation, released["artifacts"])
    ready = {"citations.bib": bibtex.encode(), "citations.csl.json": _lines(items).encode()}
    hashes = {path: hashlib.sha256(body).hexdigest() for path, body in ready.items()}
    return files | ready | {RECORD: _rooms(released | {"citations": hashes}).encode()}


def _lines(items):
    return "[\n" + ",\n".join(json.dumps(i, ensure_ascii=False) for i in items) + "\n]\n"


def _rooms(released):
    """JSON with one artifact, file or rule a line, so that git shows what changed."""
    rooms = []
    for room, value in released.items():
        if isinstance(value, list):
            body = _lines(value).rstrip()
        else:
            pairs = (f"{_json(k)}: {_json(v)}" for k, v in value.items())
            body = "{\n" + ",\n".join(pairs) + "\n}"
        rooms.append(f"{_json(room)}: {body}")
    return "{" + ",\n".join(rooms) + "}\n"


def _json(value):
    return json.dumps(value, ensure_ascii=False)


def write(contents, folder):
    """Write a release so that its folder is whole or not there.

    Parameters
    ----------
    contents : mapping of str to bytes
        As `payload` returns.
    folder : str or Path
        Must not exist.

    Raises
    ------
    DataError
        When it exists, or cannot be written.
    """
    folder = Path(folder)
    if folder.exists() or folder.is_symlink():
        raise DataError("the folder of the release is there already", file=folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for path, body in contents.items():
            tables.write_bytes(building / path, body)
        building.chmod(0o755)
        building.rename(folder)
    except OSError as fault:
        raise DataError(f"release could not be written: {fault.strerror}", file=folder) from fault
    finally:
        shutil.rmtree(building, ignore_errors=True)


def read(folder):
    """Record of a pinned release, after its files are held against it.

    Raises
    ------
    DataError
        Naming the files that are missing, changed or extra.
    """
    released = record_in(folder)
    found = faults(folder, released)
    if found:
        raise DataError(
            "the pinned release is not what was released: "
            + "; ".join(f"{path} is {fault}" for path, fault in found.items()),
            file=folder,
            allowed="as it was released: git checkout restores it",
        )
    return released


def record_in(folder):
    """Record of a pinned release, as it stands in its folder.

    Raises
    ------
    DataError
        When there is none, or a link in the folder.
    """
    folder = Path(folder)
    refuse_links(folder)
    released = manifest.content(folder / RECORD)
    missing = [room for room in ROOMS if room not in released] if released else list(ROOMS)
    if missing:
        raise DataError("no record of a release", file=folder / RECORD, key=missing[0])
    return released


def faults(folder, released):
    """Files of a release that are not those of its record.

    Parameters
    ----------
    folder : str or Path
    released : mapping
        Its record.

    Returns
    -------
    dict of str to str
        ``missing``, ``changed`` or ``extra`` by path.
    """
    folder, found = Path(folder), {}
    listed = {f["path"]: f["sha256"] for a in released["artifacts"] for f in a["files"]}
    listed |= released["citations"]
    for path, sha256 in sorted(listed.items()):
        file = folder / path
        if not file.is_file():
            found[path] = "missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            found[path] = "changed"
    return found | dict.fromkeys(manifest.unlisted(folder, listed), "extra")
