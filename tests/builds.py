"""Running the real workflow in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny.yaml"


def snakemake(folder, *arguments, door="Snakefile", environment=None, config=TINY, timeout=280):
    """Run Snakemake with `folder` as working directory; returns the finished process.

    The build is offline (frozen tables) unless `environment` says otherwise.
    """
    settings = {k: v for k, v in os.environ.items() if not k.startswith("AI_LIFECYCLE_")}
    settings |= {"AI_LIFECYCLE_OFFLINE": "1"} | (environment or {})
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / door)]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--cores", "2"]
    command += ["--directory", str(folder)]
    command += ["--configfile", str(config)] if config else []
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=folder,
        env=settings,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def planned_jobs(finished):
    """Table of planned jobs in a dry run's output, as ``{rule: count}``."""
    lines = (finished.stdout + finished.stderr).splitlines()
    jobs = {}
    for line in lines[lines.index("Job stats:") + 3 :]:
        if not line.strip():
            break
        name, count = line.split()
        jobs[name] = int(count)
    return jobs
