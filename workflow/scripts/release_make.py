"""Pin the finished build as the release that config/config.yaml names.

    release_make.py [--build results/latest] [--results results] [--archive-only]

Writes results/<release>/ (figures as SVG with their values, tables, citations, record) and the
archive results/archive/ai-lifecycle-<release>.zip. Releasing the same again changes nothing;
releasing other results under the same name is refused. Exit status 0: done. 1: refused.
"""

import argparse
import subprocess
import sys
from functools import cache
from pathlib import Path

from ai_lifecycle import build_basis, sources, strict_yaml, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import archive, citations, folders, record

ROOT = Path(__file__).resolve().parents[2]
NAMED = 12


def main(arguments=None):
    """Release as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build", default=ROOT / "results/latest", type=Path)
    parser.add_argument("--results", default=ROOT / "results", type=Path)
    parser.add_argument("--archive-only", action="store_true", help="of a release that is there")
    chosen = parser.parse_args(arguments)
    try:
        refuse_uncommitted()
        citation = cited()
        folder = chosen.results / citation.release
        if not chosen.archive_only:
            print(pin(chosen.build, folder, citation))
        target = chosen.results / "archive" / f"ai-lifecycle-{citation.release}.zip"
        tables.write_bytes(target, archived(folder, citation))
        print(f"{target.name}: {target.stat().st_size / 1e6:.1f} MB in {target.parent}")
    except DataError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    return 0


def cited():
    """How this release is cited."""
    config = strict_yaml.read(ROOT / "config/config.yaml")
    cff = strict_yaml.read(ROOT / "CITATION.cff")
    return citations.of_release(cff, config["release"], config["as_of"])


@cache
def catalogue():
    """The catalogue of upstream files."""
    return sources.catalogue(ROOT / "data/sources.yaml")


def described(build, citation):
    """The record of a build as a release, and its files."""
    contents = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents")
    titles = dict(zip(contents["name"], contents["title"], strict=True))
    return folders.described(build, catalogue(), titles, citation)


def refuse_uncommitted():
    """Refuse changes that git does not know: nobody could get them back from the release."""
    command = ["git", "status", "--porcelain", "--untracked-files=normal"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.returncode:
        raise DataError("git does not answer", file=ROOT, found=asked.stderr.strip())
    changed = [
        line[3:] for line in asked.stdout.splitlines() if not line[3:].startswith("results/")
    ]
    if changed:
        raise DataError(
            "not everything is committed: " + _listed(changed),
            found=f"{len(changed)} files",
            allowed="a clean working tree, so that the release can be built again from git",
        )


def refuse_stale(released):
    """Refuse a build of other files or choices than those that stand here."""
    changed = build_basis.written_in(released, ROOT)
    asked = build_basis.configuration(strict_yaml.read(ROOT / "config/config.yaml"))
    changed += sorted(
        f"config/config.yaml, {key}"
        for key in asked.keys() | released["configuration"].keys()
        if asked.get(key) != released["configuration"].get(key)
    )
    if changed:
        raise DataError(
            "the build was made from another state than this: " + _listed(changed),
            found=f"{len(changed)} differ",
            allowed="make results, then release",
        )


def pin(build, folder, citation):
    """Write the release, or find it there already; words for what was done."""
    released, files = described(build, citation)
    refuse_stale(released)
    if folder.exists():
        pinned = folders.read(folder)["build"]
        changed = sorted(
            path
            for path in pinned.keys() | released["build"].keys()
            if pinned.get(path) != released["build"].get(path)
        )
        if changed:
            names = dict.fromkeys(record.identifier(path) for path in changed)
            raise DataError(
                f"release {citation.release} is pinned with other results; these differ: "
                + _listed(list(names)),
                file=folder,
                found=f"{len(changed)} files",
                allowed="a release of its own: raise release in config/config.yaml and version "
                "in CITATION.cff, and say in CHANGELOG.md which numbers moved and why",
            )
        return f"{citation.release} is released already, with these very results"
    contents = folders.payload(released, files, citation)
    total = record.check_size({path: len(body) for path, body in contents.items()})
    folders.write(contents, folder)
    return (
        f"{citation.release}: {len(released['artifacts'])} artifacts, {total / 1e6:.2f} MB "
        f"in {folder}; commit it"
    )


def archived(folder, citation):
    """Bytes of the archive of a pinned release."""
    if not (folder / folders.RECORD).is_file():
        raise DataError("nothing is released under this name", file=folder, allowed="make release")
    released = folders.read(folder)
    results = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return archive.build(released, results, committed(), citation, licences())


def committed():
    """Committed files but results, by path."""
    asked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [name for name in asked.stdout.split("\0") if name and not name.startswith("results/")]
    return {name: (ROOT / name).read_bytes() for name in sorted(names) if (ROOT / name).is_file()}


def licences():
    """Name and address of each licence of the catalogue."""
    return strict_yaml.read(ROOT / "data/sources.yaml")["licences"]


def _listed(names):
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    return ", ".join(names[:NAMED]) + more


if __name__ == "__main__":
    sys.exit(main())
