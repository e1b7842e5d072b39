"""A release as a Research Object Crate, version 1.1: what each file is, whose, under what."""

import hashlib
import re
from pathlib import PurePosixPath

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
CONFORMS = "https://w3id.org/ro/crate/1.1"
METADATA = "ro-crate-metadata.json"
FORMATS = {
    ".csv": "text/csv",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".bib": "application/x-bibtex",
    ".cff": "application/yaml",
    ".md": "text/markdown",
    ".txt": "text/plain",
}
NAMES = {
    "manifest.json": "Record of the release: artifacts, hashes, sources, what the build rests on",
    "citations.bib": "Citations of the release and of each artifact, BibTeX",
    "citations.csl.json": "Citations of the release and of each artifact, CSL-JSON",
    "datapackage.json": "Data package of every table: columns, types, units, bounds, keys",
    "CITATION.cff": "How to cite the whole",
    ".zenodo.json": "Metadata for Zenodo",
    "LICENSES/data.md": "Licence of each figure and table, and whom to name",
    "LICENSES/README.md": "What is under which licence",
    "LICENSES/code-MIT.txt": "Licence of the code",
}


def describe(released, contents, citation, licences):
    """The metadata document.

    Parameters
    ----------
    released : mapping
        Record of the release.
    contents : mapping of str to bytes
        Every other file of the archive by path; those under ``code/`` are described as a whole.
    citation : Citation
    licences : mapping
        Name and url by identifier.

    Returns
    -------
    dict
        JSON-LD.
    """
    artifact_of = {f["path"]: a for a in released["artifacts"] for f in a["files"]}
    files = [
        _file(path, contents[path], artifact_of.get(path), licences)
        for path in sorted(contents)
        if not path.startswith("code/")
    ]
    authors = [_author(name, citation.address) for name in citation.authors]
    publisher = next((a for a in authors if a["@type"] == "Organization"), None) or _author(
        "The ai-lifecycle authors", citation.address
    )
    used = sorted({a["licence"] for a in released["artifacts"]} | {"MIT"})
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"{citation.title}, release {citation.release}",
        "description": (
            "Figures, tables and the code that builds them. Licence of each artifact: "
            "LICENSES/data.md; of the code: LICENSES/code-MIT.txt."
        ),
        "version": citation.release,
        "datePublished": citation.issued,
        "license": _reference("LICENSES/README.md"),
        "author": _references(authors),
        "publisher": _reference(publisher["@id"]),
        "hasPart": [_reference(file["@id"]) for file in files] + [_reference("code/")],
    }
    code = {
        "@id": "code/",
        "@type": "Dataset",
        "name": "Code, facts and frozen tables from which the release is built",
        "description": "The repository at this release; `make verify` builds it again.",
        "license": _reference(licences["MIT"]["url"]),
    }
    descriptor = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "conformsTo": {"@id": CONFORMS},
        "about": {"@id": "./"},
    }
    people = authors if publisher in authors else [*authors, publisher]
    named = [
        {"@id": licences[n]["url"], "@type": "CreativeWork", "name": licences[n]["name"],
         "identifier": n}
        for n in used
    ]  # fmt: skip
    return {"@context": CONTEXT, "@graph": [descriptor, root, code, *files, *people, *named]}


def _reference(name):
    return {"@id": name}


def _references(entities):
    """What refers to one or to several: the format asks for a list only of several."""
    found = [_reference(entity["@id"]) for entity in entities]
    return found[0] if len(found) == 1 else found


def _author(name, address):
    kind = "Person" if "," in name else "Organization"
    entity = {"@id": "#" + re.sub(r"\W+", "-", name.lower()).strip("-"), "@type": kind}
    return entity | {"name": name} | ({"url": address} if address else {})


def _file(path, body, artifact, licences):
    described = {
        "@id": path,
        "@type": "File",
        "name": NAMES.get(path, path),
        "encodingFormat": FORMATS[PurePosixPath(path).suffix or ".json"],
        "contentSize": str(len(body)),
        "identifier": f"sha256:{hashlib.sha256(body).hexdigest()}",
    }
    if artifact:
        what = "values" if artifact["kind"] == "figure" and path.endswith(".csv") else None
        described |= {
            "name": f"{artifact['title']} ({artifact['identifier']}{', ' + what if what else ''})",
            "license": _reference(licences[artifact["licence"]]["url"]),
        }
    return described
