"""The record of a release: each artifact by a stable identifier, and the build it comes from."""

import re
from pathlib import PurePosixPath

from ai_lifecycle.errors import DataError
from ai_lifecycle.release import citations, licences

PAPER_FIGURE = re.compile(r"^((?:be|sa)\d+[a-z]?)_")
# What a release holds of a build.
RELEASED = re.compile(r"^(?:figures/[^/]+\.(?:svg|csv)|tables/[^/]+\.csv)$")
BYTES_ALLOWED = 12_000_000
LARGEST_SHOWN = 5


def identifier(path):
    """Stable identifier of an artifact: ``be2a`` or ``la_lifecycle`` of a figure, name of a table.

    Parameters
    ----------
    path : str
        Path of one of its files below the results.

    Returns
    -------
    str
    """
    path = PurePosixPath(path)
    paper = PAPER_FIGURE.match(path.stem) if path.parent.name == "figures" else None
    return paper[1] if paper else path.stem


def released(paths):
    """Those of the paths that a release holds, sorted."""
    return sorted(path for path in paths if RELEASED.match(path))


def artifacts(entries, titles, keys, datasets, citation):
    """Artifacts of a release, sorted by identifier.

    Parameters
    ----------
    entries : list of dict
        Manifest of the build.
    titles : mapping of str to str
        Title by name of figure or table; a name without one is its own title.
    keys : mapping of str to list of str
        Key columns by path of a table, and number of rows.
    datasets : mapping of str to Dataset
        The catalogue.
    citation : Citation
        How the whole is cited.

    Returns
    -------
    list of dict

    Raises
    ------
    DataError
        When a figure lacks its drawing or its values, or two artifacts have one identifier.
    """
    gathered = {}
    for entry in entries:
        if RELEASED.match(entry["path"]):
            kind = "figure" if entry["path"].startswith("figures/") else "table"
            gathered.setdefault((identifier(entry["path"]), kind), []).append(entry)
    found = {}
    for (name, kind), files in sorted(gathered.items()):
        if name in found:
            raise DataError("a figure and a table have one identifier", found=name)
        found[name] = _artifact(name, kind, files, titles, keys, datasets, citation)
    return list(found.values())


def _artifact(name, kind, files, titles, keys, datasets, citation):
    stems = {PurePosixPath(entry["path"]).stem for entry in files}
    endings = sorted(PurePosixPath(entry["path"]).suffix for entry in files)
    if len(stems) > 1 or endings != ([".csv", ".svg"] if kind == "figure" else [".csv"]):
        raise DataError(
            f"{kind} is not whole, or two have one identifier",
            key=name,
            found=", ".join(entry["path"] for entry in files),
            allowed="one drawing (SVG) with its values (CSV)" if kind == "figure" else "one CSV",
        )
    (stem,) = stems
    sources = sorted({source for entry in files for source in entry["sources"]})
    return {
        "identifier": name,
        "kind": kind,
        "name": stem,
        "title": titles.get(stem, stem.replace("_", " ")),
        "files": [
            {"path": e["path"], "sha256": e["sha256"], "bytes": e["bytes"]}
            | keys.get(e["path"], {})
            for e in files
        ],
        "rule": files[0]["rule"],
        "sources": sources,
        "licence": licences.of(sources, datasets),
        "citation": citations.key(citation, name),
    }


def whole(entries, described, basis, datasets, citation):
    """The record of a release, ready to be written as JSON.

    Parameters
    ----------
    entries : list of dict
        Manifest of the build: each file of it is pinned, also those that a release does not hold.
    described : list of dict
        As `artifacts` returns.
    basis : mapping
        Rooms ``configuration``, ``datasets``, ``files`` and ``rules`` of the build's manifest.
    datasets, citation
        As for `artifacts`.

    Returns
    -------
    dict
    """
    used = sorted({s for a in described for s in a["sources"] if s in datasets})
    return {
        "release": {
            "release": citation.release,
            "title": citation.title,
            "issued": citation.issued,
            "citation": citations.key(citation),
            "licence": " AND ".join(sorted({a["licence"] for a in described})),
        },
        "artifacts": described,
        "attribution": {name: licences.attribution(datasets[name]) for name in used},
        "build": {entry["path"]: entry["sha256"] for entry in entries},
        "makers": {entry["path"]: entry["rule"] for entry in entries},
    } | {room: basis[room] for room in ("configuration", "datasets", "files", "rules")}


def check_size(sizes, allowed=BYTES_ALLOWED):
    """Refuse a release that is too large for the repository, naming its largest files.

    Parameters
    ----------
    sizes : mapping of str to int
        Bytes by path.
    allowed : int
        Most bytes in all.

    Returns
    -------
    int
        Bytes in all.

    Raises
    ------
    DataError
    """
    total = sum(sizes.values())
    if total > allowed:
        largest = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:LARGEST_SHOWN]
        raise DataError(
            "the release is too large; largest: "
            + ", ".join(f"{path} {size / 1e6:.2f} MB" for path, size in largest),
            found=f"{total / 1e6:.2f} MB",
            allowed=f"{allowed / 1e6:.0f} MB",
        )
    return total
