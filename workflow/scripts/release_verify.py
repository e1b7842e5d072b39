"""Build everything again in a scratch folder and hold it against a pinned release, byte for byte.

    release_verify.py [RELEASE] [--cores 2] [--build FOLDER]

The release is the one of config/config.yaml unless named. results/latest is neither read nor
written. With --build, a build that is there is held against the release instead. Exit status 0:
the same bytes, and the release is as it was released. 1: different, with artifacts, rows and
columns on lines of their own.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import release_make

from ai_lifecycle import manifest
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import comparison, folders, words

LINES_OF_LOG = 30


def main(arguments=None):
    """Verify as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("release", nargs="?")
    parser.add_argument("--results", default=release_make.ROOT / "results", type=Path)
    parser.add_argument("--cores", default=os.environ.get("CORES", "2"))
    parser.add_argument("--build", type=Path, help="a finished build, instead of building")
    chosen = parser.parse_args(arguments)
    scratch = None
    try:
        name = chosen.release or release_make.cited().release
        folder = folders.find(name, chosen.results)
        if folders.is_build(manifest.content(folder / folders.RECORD)):
            raise DataError("this is a build, not a release", file=folder, allowed="a release")
        pinned = folders.record_in(folder)
        for path, fault in folders.faults(folder, pinned).items():
            print(f"{path}: {fault} since it was released", flush=True)
        if chosen.build is None:
            scratch = Path(tempfile.mkdtemp(prefix="ai-lifecycle-verify-"))
        lines = differences(folder, pinned, chosen.build or rebuilt(scratch, chosen.cores))
    except DataError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    is_same = len(lines) == 1
    print("\n".join(lines if is_same else lines + where_it_was_made(folder)))
    return int(not is_same)


def rebuilt(scratch, cores):
    """Folder of a whole build of this repository, made in a scratch folder."""
    print(f"building everything in a scratch folder, {cores} cores", flush=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "snakemake", "-s", str(release_make.ROOT / "Snakefile")]
    command += ["--workflow-profile", str(release_make.ROOT / "profiles/default")]
    command += ["--cores", str(cores), "--directory", str(scratch)]
    finished = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    if finished.returncode:
        told = "\n".join((finished.stdout + finished.stderr).splitlines()[-LINES_OF_LOG:])
        raise DataError(f"the build failed:\n{told}")
    print(f"built in {time.monotonic() - started:.0f} s", flush=True)
    return scratch / "results/latest"


def differences(folder, pinned, build):
    """Lines that tell how a build differs from a pinned release; one line if it does not.

    A file of the release that was changed since is held against the build as well.
    """
    faults = folders.faults(folder, pinned)
    entries = manifest.read(build / folders.RECORD)
    broken = manifest.deviations(build, entries)
    if broken:
        raise DataError("the build is not what its manifest says: " + "; ".join(broken), file=build)
    built = {entry["path"]: entry["sha256"] for entry in entries}
    keys = {f["path"]: f.get("key") for a in pinned["artifacts"] for f in a["files"]}
    lines = []
    for path in sorted(pinned["build"].keys() | built.keys()):
        if path not in built:
            lines.append(f"{path}: pinned, but not built")
        elif path not in pinned["build"]:
            lines.append(f"{path}: built, but not pinned")
        elif pinned["build"][path] != built[path]:
            lines.append(f"{path}: differs")
            if keys.get(path) is not None and path not in faults:
                lines += rows(folder / path, build / path, keys[path])
    for path, fault in faults.items():
        lines.append(f"{path}: {fault} in the release")
        if fault == "changed" and path in built and keys.get(path) is not None:
            lines += rows(folder / path, build / path, keys[path])
    name = pinned["release"]["release"]
    if not lines:
        return [f"verified: {len(built)} files are those of release {name}, byte for byte"]
    count = sum(not line.startswith(" ") for line in lines) - len(faults)
    last = f"{count} of {len(built)} files of the build are not those of release {name}"
    return [*lines, last + (f"; {len(faults)} of the release are spoilt" if faults else "")]


def where_it_was_made(folder):
    """A line that says from which commit a release can be built, where git knows."""
    command = ["git", "log", "-1", "--format=%h", "--", str((folder / folders.RECORD).resolve())]
    try:
        asked = subprocess.run(
            command, cwd=release_make.ROOT, capture_output=True, text=True, check=False
        )
    except OSError:
        return []
    commit = asked.stdout.strip()
    return [f"it was pinned in commit {commit}: git checkout {commit} builds it"] if commit else []


def rows(pinned, built, key):
    """Lines for the rows and columns in which two tables differ."""
    old, new = (path.read_text(encoding="utf-8", errors="replace") for path in (pinned, built))
    for header, lines in map(comparison.parse, (old, new)):
        if any(len(line) != len(header) for line in lines) or not {*key} <= {*header}:
            return ["  no table any more: its lines do not fit its header"]
    return [f"  {line}" for line in words.table(comparison.compare(old, new, [key]))]


if __name__ == "__main__":
    sys.exit(main())
