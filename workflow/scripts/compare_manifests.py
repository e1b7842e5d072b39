"""Tell whether two builds are equal, or whether a folder still is what its manifest says.

    compare_manifests.py one/manifest.json other/manifest.json
    compare_manifests.py --folder results/latest

Exit status 0: equal. 1: different, each difference on a line. 2: wrong use.
"""

import argparse
import sys
from pathlib import Path

from ai_lifecycle import manifest
from ai_lifecycle.errors import DataError


def main(arguments=None):
    """Compare as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("manifests", nargs="*", metavar="MANIFEST", help="two manifests")
    parser.add_argument("--folder", help="hold the files of this folder against its manifest")
    chosen = parser.parse_args(arguments)
    if len(chosen.manifests) != (0 if chosen.folder else 2):
        parser.error("name two manifests, or --folder and a folder")
    try:
        if chosen.folder:
            entries = manifest.read(Path(chosen.folder, "manifest.json"))
            lines = manifest.deviations(chosen.folder, entries)
        else:
            entries, other = map(manifest.read, chosen.manifests)
            lines = manifest.differences(entries, other)
    except DataError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    for line in lines:
        print(line)
    print(f"{len(lines)} of {len(entries)} differ" if lines else f"equal: {len(entries)} artifacts")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
