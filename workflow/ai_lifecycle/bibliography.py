"""The bibliography behind every source key."""

from functools import lru_cache
from pathlib import Path

import bibtexparser

from ai_lifecycle.errors import DataError


def load(path):
    """Entries of a BibTeX file, as ``{key: {field: text}}`` sorted by key.

    Raises
    ------
    DataError
        When a block does not parse or a key stands twice.
    """
    return dict(_load(str(path), Path(path).read_text(encoding="utf-8")))


@lru_cache(maxsize=8)
def _load(path, text):
    library = bibtexparser.parse_string(text)
    for block in library.failed_blocks:
        raise DataError(
            f"bibliography entry does not parse: {block.error}",
            file=path,
            row=(block.start_line or 0) + 1,
        )
    entries = {
        entry.key: {"type": entry.entry_type} | {f.key: f.value for f in entry.fields}
        for entry in library.entries
    }
    return tuple(sorted(entries.items()))
