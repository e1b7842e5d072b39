"""The archive of a release: one zip whose bytes depend on its contents alone."""

import io
import json
import zipfile

from ai_lifecycle.release import crate, datapackage, licences

# The earliest moment that a zip can name; a date of its own would change from run to run.
MOMENT = (1980, 1, 1, 0, 0, 0)
PERMISSIONS = 0o100644
UNIX = 3


def build(released, results, code, citation, known_licences):
    """Bytes of the archive.

    Parameters
    ----------
    released : mapping
        Record of the release.
    results, code : mapping of str to bytes
        Files of the release, and committed files of the repository, by path.
    citation : Citation
    known_licences : mapping
        Name and url by identifier.

    Returns
    -------
    bytes
        A zip with one folder: results at its top, the repository under ``code/``.
    """
    contents = dict(results)
    contents |= {f"code/{path}": body for path, body in code.items()}
    for name in ("CITATION.cff", "LICENSE"):
        contents[name if name != "LICENSE" else "LICENSES/code-MIT.txt"] = code[name]
    contents["LICENSES/README.md"] = code["LICENSES/README.md"]
    contents["LICENSES/data.md"] = data_licences(released, known_licences).encode()
    contents["datapackage.json"] = pretty(datapackage.describe(released, known_licences))
    contents[".zenodo.json"] = pretty(zenodo(released, citation))
    contents["ro-crate-metadata.json"] = pretty(
        crate.describe(released, contents, citation, known_licences)
    )
    top = f"ai-lifecycle-{citation.release}"
    return packed({f"{top}/{path}": body for path, body in contents.items()})


def packed(contents):
    """A zip of files by path: sorted, of one date, one set of permissions, uncompressed.

    What a compressor writes depends on its version; contents written plainly do not.
    """
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as file:
        for path in sorted(contents):
            entry = zipfile.ZipInfo(path, MOMENT)
            entry.create_system, entry.external_attr = UNIX, PERMISSIONS << 16
            file.writestr(entry, contents[path])
    return sink.getvalue()


def pretty(document):
    """JSON as bytes, two blanks deep."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def data_licences(released, known):
    """Page that says under what each artifact is, and whom to name.

    Parameters
    ----------
    released : mapping
        Record of the release.
    known : mapping
        Name and url by identifier.

    Returns
    -------
    str
        Markdown.
    """
    lines = ["# Licences of figures and tables", ""]
    by_licence = {}
    for artifact in released["artifacts"]:
        by_licence.setdefault(artifact["licence"], []).append(artifact["identifier"])
    for licence, names in sorted(by_licence.items()):
        share = (
            " (share-alike; data under it entered these)" if licence == licences.SHARE_ALIKE else ""
        )
        lines += [f"## {known[licence]['name']}{share}", "", known[licence]["url"], ""]
        lines += [", ".join(f"`{name}`" for name in names) + ".", ""]
    lines += ["## To be named", ""]
    lines += [f"- {text}" for text in released["attribution"].values()]
    return "\n".join(lines) + "\n"


def zenodo(released, citation):
    """Metadata as Zenodo reads them from a file ``.zenodo.json``."""
    return {
        "title": f"{citation.title}, release {citation.release}",
        "upload_type": "dataset",
        "publication_date": citation.issued,
        "version": citation.release,
        "description": (
            f"<p>{citation.title}. Figures, tables, citations and the code that builds them, byte "
            f"for byte. Licences of the artifacts: {released['release']['licence']} "
            "(LICENSES/data.md); of the code: MIT.</p>"
        ),
        "creators": [{"name": name} for name in citation.authors],
        "access_right": "open",
        # Zenodo takes one licence: the stricter of those in the archive.
        "license": (
            licences.SHARE_ALIKE
            if licences.SHARE_ALIKE in released["release"]["licence"]
            else licences.OURS
        ).lower(),
    }
