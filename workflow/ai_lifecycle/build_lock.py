"""Who builds in a folder: Snakemake's lock says that somebody does, not whether they still live.

A build holds the kernel's lock on a small file; the kernel lets go of it however the build ends,
so a lock of Snakemake's without a holder is what a killed build left.
"""

import fcntl
import os
from pathlib import Path

from ai_lifecycle.errors import DataError

HOLDER = Path(".snakemake/build_holder")
LOCKS = Path(".snakemake/locks")
_held = {}


def claim(folder="."):
    """Hold the folder until this process ends.

    Raises
    ------
    DataError
        When another build holds it.
    """
    path = Path(folder, HOLDER)
    path.parent.mkdir(exist_ok=True)
    file = open(path, "a+", encoding="ascii")  # noqa: SIM115 (held until the process ends)
    if not _locked(file):
        process = _process(file)
        file.close()
        raise DataError(
            "another build works in this folder",
            file=path,
            found=f"process {process}",
            allowed="one build at a time: wait until it has ended, or build in another folder",
        )
    file.seek(0)
    file.truncate()
    file.write(f"{os.getpid()}\n")
    file.flush()
    _held[str(path)] = file


def explained(folder="."):
    """What stands behind a lock of Snakemake's in `folder`, in words; empty without a lock."""
    if not any(Path(folder, LOCKS).glob("*.lock")):
        return ""
    try:
        with open(Path(folder, HOLDER), "r+", encoding="ascii") as file:
            process, free = _process(file), _locked(file)
    except OSError:
        process, free = "unknown", True
    if not free:
        return (
            f"The build of process {process} is at work in this folder; "
            "wait until it has ended, or build in another folder."
        )
    return (
        f"The last build in this folder (process {process}) was killed and left its lock behind; "
        "nothing holds it now. If no job of that build still runs, remove the lock and go on:\n"
        "    snakemake --unlock && snakemake --cores 4\n"
        "Finished files are kept, half-made ones are made again."
    )


def _locked(file):
    """Whether the kernel's lock on an open file could be taken."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _process(file):
    file.seek(0)
    word = file.read(20).strip()
    return word if word.isdigit() else "unknown"
