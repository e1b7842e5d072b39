"""Running the real workflow in a folder of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TINY = ROOT / "tests" / "tiny.yaml"
# Two test processes share the machine: a build of its own takes no more of it than pays.
CORES = str(max(2, min(4, len(os.sched_getaffinity(0)))))


def snakemake(folder, *arguments, door="Snakefile", environment=None, config=TINY, timeout=580):
    """Run Snakemake with `folder` as working directory; returns the finished process.

    The build is offline (frozen tables) unless `environment` says otherwise.
    """
    settings = {k: v for k, v in os.environ.items() if not k.startswith("AI_LIFECYCLE_")}
    settings |= {"AI_LIFECYCLE_OFFLINE": "1"} | (environment or {})
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / door)]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--cores", CORES]
    command += ["--directory", str(folder)]
    command += ["--configfile", str(config)] if config else []
    process = subprocess.Popen(
        [*command, *map(str, arguments)],
        cwd=folder,
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, faults = process.communicate(timeout=timeout)
    except BaseException:
        # Its jobs too, or they would go on beside the tests that follow.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, said, faults)


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
