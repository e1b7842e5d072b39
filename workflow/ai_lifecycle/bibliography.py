"""The bibliography behind every source key."""

import re
from functools import lru_cache
from pathlib import Path

import bibtexparser

from ai_lifecycle.errors import DataError

KEY = re.compile(r"[A-Za-z0-9_:.+/-]+")


def load(path):
    """Entries of a BibTeX file, as ``{key: {field: text}}`` sorted by key.

    Raises
    ------
    DataError
        When the file cannot be read or is not UTF-8, a block does not parse, text stands outside
        of all entries, or a key stands twice.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as fault:
        raise DataError(f"file cannot be read ({fault.strerror})", file=path) from None
    except UnicodeDecodeError as fault:
        raise DataError(f"file is not UTF-8: {fault.reason}", file=path) from None
    return dict(_load(str(path), text))


@lru_cache(maxsize=8)
def _load(path, text):
    library = bibtexparser.parse_string(text)
    for block in library.failed_blocks:
        raise DataError(
            f"bibliography entry does not parse: {block.error}",
            file=path,
            row=(block.start_line or 0) + 1,
        )
    for comment in library.comments:
        if not all(line.startswith("%") or not line for line in comment.raw.splitlines()):
            raise DataError(
                "text stands outside of all entries",
                file=path,
                row=comment.start_line + 1,
                found=comment.raw[:60],
                allowed="entries, and comments that begin with %",
            )
    for entry in library.entries:
        if not KEY.fullmatch(entry.key):
            raise DataError("key of an entry is no word", file=path, row=entry.start_line + 1,
                            found=entry.key)  # fmt: skip
    entries = {
        entry.key: {"type": entry.entry_type} | {f.key: f.value for f in entry.fields}
        for entry in library.entries
    }
    return tuple(sorted(entries.items()))
