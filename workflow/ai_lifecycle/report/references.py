"""References as a reader sees them, from BibTeX entries."""

import re

ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303",
    "c": "\u0327", "v": "\u030c", "=": "\u0304", "u": "\u0306", "H": "\u030b", "k": "\u0328",
    ".": "\u0307", "r": "\u030a",
}  # fmt: skip
LETTERS = {r"\o": "ø", r"\O": "Ø", r"\l": "ł", r"\ss": "ß", r"\aa": "å", r"\AA": "Å", r"\i": "ı"}
VENUES = ("journal", "booktitle", "publisher", "institution", "organization", "howpublished")
IDENTIFIERS = (("doi", "doi"), ("arXiv", "eprint"))


def listed(entries):
    """References in alphabetical order.

    Parameters
    ----------
    entries : dict
        As `bibliography.load` returns.

    Returns
    -------
    list of dict
        With key, authors, title, venue, year, address (a web address or empty) and note.
    """
    references = [_reference(key, entry) for key, entry in entries.items()]
    return sorted(
        references, key=lambda r: ((r["authors"] or r["title"]).lower(), r["year"], r["key"])
    )


def _reference(key, entry):
    identifier = next(
        (f"{kind}:{entry[name]}" for kind, name in IDENTIFIERS if entry.get(name)), ""
    )
    address = entry.get("url", "")
    if not address and entry.get("doi"):
        address = f"https://doi.org/{entry['doi']}"
    elif not address and entry.get("eprint"):
        address = f"https://arxiv.org/abs/{entry['eprint']}"
    return {
        "key": key,
        "authors": authors(entry.get("author") or entry.get("editor") or "").removesuffix("."),
        "title": plain(entry.get("title", key)),
        "venue": next((plain(entry[name]) for name in VENUES if entry.get(name)), ""),
        "year": plain(entry.get("year", "")),
        "identifier": plain(identifier),
        "address": address,
    }


def authors(text):
    """Names joined for reading: at most three, family name first as given."""
    names = [plain(name) for name in re.split(r"\s+and\s+", text.strip()) if name.strip()]
    others = names[-1:] == ["others"]
    names = names[:-1] if others else names
    if len(names) > 3:
        names, others = names[:3], True
    return "; ".join(names) + (" et al." if others and names else "")


def short(entry):
    """Who says it, in a few words: family name of the first author, and the year.

    Examples
    --------
    >>> short({"author": "Patterson, David and Gonzalez, Joseph", "year": "2021"})
    'Patterson et al., 2021'
    >>> short({"author": "{Meta}"})
    'Meta'
    """
    names = authors(entry.get("author") or entry.get("editor") or "")
    first = names.split(";")[0].removesuffix(" et al.").split(",")[0].strip()
    many = " et al." if ";" in names or names.endswith(" et al.") else ""
    return ", ".join(filter(None, (first + many, plain(entry.get("year", "")))))


def plain(text):
    """Text of a BibTeX field without its markup.

    Examples
    --------
    >>> plain(r"Corr{\\^e}a on {LLMs} \\& more")
    'Corrêa on LLMs & more'
    """
    import unicodedata

    for macro, letter in LETTERS.items():
        text = re.sub(re.escape(macro) + r"(?![A-Za-z])\s*", letter, text)
    text = re.sub(
        r"\\([\"'`^~=.]|[cvuHkr](?![A-Za-z]))\s*\{?\s*([A-Za-zı])\}?",
        lambda m: m[2].replace("ı", "i") + ACCENTS[m[1]],
        text,
    )
    text = re.sub(r"\\([&%$#_{}])", r"\1", text)
    text = text.replace("~", " ").replace("---", "—").replace("--", "–")
    text = re.sub(r"[{}]", "", text)
    return unicodedata.normalize("NFC", " ".join(text.split()))
