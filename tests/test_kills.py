"""Builds killed at random points, as by a power cut, end in the same manifest when resumed.

`AI_LIFECYCLE_KILLS` says how often (20 unless set), `AI_LIFECYCLE_KILLS_SEED` where.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
from builds import ROOT, TINY, snakemake

from ai_lifecycle import build_lock

pytestmark = [pytest.mark.workflow, pytest.mark.long]
KILLS = int(os.environ.get("AI_LIFECYCLE_KILLS", "20"))
SEED = int(os.environ.get("AI_LIFECYCLE_KILLS_SEED", "1"))
VICTIMS = ("job", "snakemake", "snakemake", "everything")


def digest(folder):
    """What a build made, as ``{path: sha256}``."""
    manifest = json.loads((folder / "results/latest/manifest.json").read_text())
    return {entry["path"]: entry["sha256"] for entry in manifest["artifacts"]}


def started(folder):
    """A tiny offline build under way, leader of a group of its own."""
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "2"]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--configfile", str(TINY)]
    settings = {k: v for k, v in os.environ.items() if not k.startswith("AI_LIFECYCLE_")}
    with open(folder / "output.txt", "w") as output:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=settings | {"AI_LIFECYCLE_OFFLINE": "1"},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def ended_within(process, seconds):
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


def kill(process, victim, choose):
    """Kill one job, Snakemake alone (its jobs live on) or all at once; says what was hit."""
    jobs = psutil.Process(process.pid).children(recursive=True)
    if victim == "job" and jobs:
        job = choose(jobs)
        told = " ".join(job.cmdline())[-60:]
        job.kill()
        return f"job {told}"
    if victim == "everything":
        os.killpg(process.pid, signal.SIGKILL)
        return f"Snakemake and {len(jobs)} processes of its jobs"
    process.kill()
    return f"Snakemake, {len(jobs)} processes of its jobs living on"


def no_half_made_file(folder):
    """Whatever stands under results by a name of its own is whole: each job renames at the end."""
    for path in (folder / "results/latest").rglob("*.json"):
        if not path.name.startswith("."):
            json.loads(path.read_text())
    for path in (folder / "results/latest").rglob("*.csv"):
        assert path.name.startswith(".") or path.read_bytes().endswith(b"\n"), path


def unlocked(folder):
    """The lock of a killed build is explained to whoever starts the next, and removed."""
    told = build_lock.explained(folder)
    if told:
        assert "was killed" in told
        assert snakemake(folder, "--unlock").returncode == 0


def test_kills_at_random_points_leave_no_trace_in_the_manifest(tmp_path):
    draw = random.Random(SEED)
    undisturbed, folder = tmp_path / "undisturbed", tmp_path / "killed"
    undisturbed.mkdir()
    folder.mkdir()
    start = time.monotonic()
    finished = snakemake(undisturbed, timeout=3000)
    assert finished.returncode == 0, finished.stderr[-3000:]
    whole_s = time.monotonic() - start
    expected, kills, completed = digest(undisturbed), 0, 0
    while kills < KILLS:
        process = started(folder)
        if ended_within(process, draw.uniform(0.02, 0.6) * whole_s):
            assert process.returncode == 0, (folder / "output.txt").read_text()[-3000:]
            assert digest(folder) == expected
            completed += 1
            shutil.rmtree(folder / "results")
            continue
        hit = kill(process, draw.choice(VICTIMS), draw.choice)
        kills += 1
        print(f"kill {kills}: {hit}", flush=True)
        if hit.startswith("job"):
            process.wait(timeout=3000)
        else:
            process.wait(timeout=30)
            assert not (folder / "results/latest/manifest.json").exists()
        no_half_made_file(folder)
        unlocked(folder)
    last = snakemake(folder, timeout=3000)
    assert last.returncode == 0, last.stderr[-3000:]
    assert digest(folder) == expected
    print(f"{kills} kills, {completed + 1} builds completed, undisturbed {whole_s:.0f} s")
