"""Tell how one release differs from another: what moved, by how much, and what stands behind it.

    release_diff.py 0.1.0 latest [--cells 3]

A release is named by its folder under results/ or by a path; ``latest`` is the build. Exit status
0: told (also when nothing differs). 1: no such release, or one that is not as it was released.
"""

import argparse
import sys
from pathlib import Path

import release_make

from ai_lifecycle import manifest
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import folders, words


def main(arguments=None):
    """Compare as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--results", default=release_make.ROOT / "results", type=Path)
    parser.add_argument("--cells", default=words.CELLS_SHOWN, type=int, help="told in full a table")
    chosen = parser.parse_args(arguments)
    try:
        sides = [folders.find(name, chosen.results) for name in (chosen.old, chosen.new)]
        old, new = map(record_of, sides)
    except DataError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    lines = words.releases(old, new, *map(reader, sides), chosen.cells)
    print("\n".join(lines) or f"no artifact differs: {len(new['artifacts'])} artifacts")
    return 0


def record_of(folder):
    """Record of a release, or the one that a build would have."""
    if folders.is_build(manifest.content(folder / folders.RECORD)):
        return release_make.described(folder, release_make.cited())[0]
    return folders.read(folder)


def reader(folder):
    """Function that gives the text of a file of a release."""
    return lambda path: (folder / path).read_text(encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
