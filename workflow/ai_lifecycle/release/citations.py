"""Ready citations of a release and of each artifact in it, as BibTeX and as CSL-JSON."""

import re
from dataclasses import dataclass

from ai_lifecycle.errors import DataError

CSL_TYPES = {"figure": "figure", "table": "dataset", None: "software"}
ESCAPED = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {"~": r"\textasciitilde{}"})


@dataclass(frozen=True)
class Citation:
    """What all citations of a release share."""

    title: str
    authors: tuple
    release: str
    issued: str
    address: str = ""


def of_release(cff, release, issued):
    """What CITATION.cff says, for one release.

    Parameters
    ----------
    cff : mapping
        The parsed file.
    release, issued : str
        Release, and the day as YYYY-MM-DD.

    Returns
    -------
    Citation

    Raises
    ------
    DataError
        When the file is about another release, or another day.
    """
    if str(cff["version"]) != release:
        raise DataError(
            "the file is about another release",
            file="CITATION.cff",
            key="version",
            found=str(cff["version"]),
            allowed=f"{release}, as config/config.yaml says",
        )
    if str(cff.get("date-released", issued)) != issued:
        raise DataError(
            "the file names another day",
            file="CITATION.cff",
            key="date-released",
            found=str(cff["date-released"]),
            allowed=f"{issued}, as_of of config/config.yaml",
        )
    authors = [
        author.get("name") or f"{author['family-names']}, {author['given-names']}"
        for author in cff["authors"]
    ]
    address = f"https://doi.org/{cff['doi']}" if "doi" in cff else ""
    address = address or cff.get("repository-code") or cff.get("url") or ""
    return Citation(cff["title"], tuple(authors), release, issued, address)


def key(citation, identifier=None):
    """Key of a citation, the same in BibTeX and CSL-JSON."""
    parts = ["ai_lifecycle", citation.release.replace(".", "_"), identifier]
    return "_".join(part for part in parts if part)


def bibtex(citation, artifacts):
    """One entry for the release, one for each artifact.

    Parameters
    ----------
    citation : Citation
    artifacts : list of dict
        As `ai_lifecycle.release.record.artifacts` returns.

    Returns
    -------
    str
    """
    blocks = [_entry(citation, None, citation.title, f"Release {citation.release}")]
    for artifact in artifacts:
        blocks.append(
            _entry(citation, artifact["identifier"], _title(artifact, citation), _note(artifact))
        )
    return "\n".join(blocks)


def _entry(citation, identifier, title, note):
    authors = " and ".join(
        name if "," in name else "{" + name.translate(ESCAPED) + "}" for name in citation.authors
    )
    year, month, _ = citation.issued.split("-")
    fields = {
        "author": authors,
        "title": "{" + title.translate(ESCAPED) + "}",
        "year": year,
        "month": str(int(month)),
        "version": citation.release,
        "note": note.translate(ESCAPED),
    }
    if citation.address:
        fields["howpublished"] = r"\url{" + citation.address + "}"
    body = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{key(citation, identifier)},\n{body}}}\n"


def csl(citation, artifacts):
    """The same as a list of CSL-JSON items."""
    items = [_item(citation, None, citation.title, None, f"Release {citation.release}")]
    for artifact in artifacts:
        title = f"{artifact['title']} ({artifact['identifier']})"
        item = _item(citation, artifact["identifier"], title, artifact["kind"], _note(artifact))
        items.append(item | {"container-title": citation.title})
    return items


def _item(citation, identifier, title, kind, note):
    item = {
        "id": key(citation, identifier),
        "type": CSL_TYPES[kind],
        "title": title,
        "author": [
            dict(zip(("family", "given"), re.split(r",\s*", name, maxsplit=1), strict=True))
            if "," in name
            else {"literal": name}
            for name in citation.authors
        ],
        "issued": {"date-parts": [[int(part) for part in citation.issued.split("-")]]},
        "version": citation.release,
        "note": note,
    }
    return item | ({"URL": citation.address} if citation.address else {})


def _title(artifact, citation):
    return f"{artifact['title']} ({artifact['identifier']}). In: {citation.title}"


def _note(artifact):
    """What pins the artifact: kind, identifier, licence and the hash of its values."""
    values = next(f for f in artifact["files"] if f["path"].endswith(".csv"))
    return (
        f"{artifact['kind'].capitalize()} {artifact['identifier']}; {artifact['licence']}; "
        f"sha256 of the values {values['sha256']}"
    )
