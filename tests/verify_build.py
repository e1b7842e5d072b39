"""Build everything twice, as differently as one machine allows, and compare the manifests.

Run by ``make verify-build``. The builds differ in folder (one with a blank and an accent), number
of cores, time zone, language (Turkish, whose dotless i has broken many programs) and hash seed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from builds import ROOT, snakemake

WAYS = (
    ("plain", 1, {"TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"}),
    ("bläulich 2", 4, {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONHASHSEED": "4321"}),
)


def build(folder, cores, environment):
    """Build all in `folder`; returns the path of its manifest."""
    folder.mkdir(parents=True)
    finished = snakemake(
        folder, "--cores", cores, environment=environment, config=None, timeout=1800
    )
    if finished.returncode:
        print(finished.stdout[-4000:], finished.stderr[-8000:], sep="\n")
        raise SystemExit(f"the build in {folder.name!r} failed")
    return folder / "results/latest/manifest.json"


def main():
    scratch = Path(tempfile.mkdtemp(prefix="ai-lifecycle-verify-"))
    try:
        manifests = []
        for name, cores, environment in WAYS:
            print(f"building in {name!r} with {cores} core(s), {environment}", flush=True)
            manifests.append(build(scratch / name, cores, environment))
        return subprocess.call(
            [sys.executable, ROOT / "workflow/scripts/compare_manifests.py", *manifests]
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
