"""Builds that are interrupted, or have nowhere to write: nothing half-made, nothing lost."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest
import yaml
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.workflow]


def digest(folder):
    """What a build made, as ``{path: sha256}``."""
    manifest = json.loads((folder / "results/latest/manifest.json").read_text())
    return {entry["path"]: entry["sha256"] for entry in manifest["artifacts"]}


def test_a_finished_build_has_nothing_to_do_and_says_where_to_look(whole):
    again = snakemake(whole, config=None)
    assert again.returncode == 0
    assert "Nothing to be done" in again.stdout + again.stderr
    assert "results/latest/report.html" in (whole / "results/logs/summary.txt").read_text()


def test_an_edited_kernel_is_among_the_inputs_of_its_rules(whole):
    """Snakemake re-runs a rule whose input changed; the kernels are inputs."""
    planned = snakemake(whole, "-n", "--quiet", "host", "--forcerun", "grid_marginal", config=None)
    text = planned.stdout + planned.stderr
    assert "ai_lifecycle/grid/marginal.py" in text


def _heed_interruption():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interruption_cores_zone_language_and_hash_seed_do_not_show(whole, tmp_path):
    """A build stopped half-way and resumed, unlike the other in all that must not matter."""
    folder = tmp_path / "mit Leerzeichen ü"
    folder.mkdir()
    environment = {
        "TZ": "Asia/Kolkata",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "77",
    }
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--directory", str(folder)]
    process = subprocess.Popen(
        command,
        env={**os.environ, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": "", **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        # Whoever runs the tests in the background of a shell has this signal ignored.
        preexec_fn=_heed_interruption,
    )
    clean = folder / "results/latest/clean"
    deadline = time.monotonic() + 120
    while not (clean.is_dir() and any(clean.iterdir())):
        assert time.monotonic() < deadline
        assert process.poll() is None, "the build ended before it could be interrupted"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=120) != 0
    assert not (folder / "results/latest/manifest.json").exists()
    finished = snakemake(folder, "--cores", 3, config=None, environment=environment)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert digest(folder) == digest(whole)
    assert not list((folder / "results").rglob(".*.??????*"))


def test_a_failed_build_leaves_no_manifest_behind_and_is_mended(whole, tmp_path):
    """Another choice, fewer authorities, runs in the folder of a finished build."""
    grid = yaml.safe_load(TINY.read_text())["grid"]
    fewer = tmp_path / "fewer_authorities.yaml"
    fewer.write_text(yaml.safe_dump({"grid": grid}))
    folder = tmp_path / "copy"
    shutil.copytree(whole, folder)
    blocked = folder / "results/latest/tables/grid_marginal.csv"
    blocked.unlink()
    blocked.mkdir()
    (blocked / "in the way").write_text("")
    finished = snakemake(folder, config=fewer)
    assert finished.returncode != 0
    assert "grid_marginal" in finished.stdout + finished.stderr
    assert not (folder / "results/latest/manifest.json").exists()
    shutil.rmtree(blocked)
    mended = snakemake(folder, config=fewer)
    assert mended.returncode == 0, mended.stderr[-3000:]
    assert set(pd.read_csv(blocked)["authority"]) == set(grid["authorities"])
    assert digest(folder).keys() == digest(whole).keys()


def test_a_disk_that_takes_no_more_is_named(tmp_path):
    """A limit on file size stands for a full disk: the write fails half-way."""

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--configfile", str(TINY)]
    finished = subprocess.run(
        [*command, "--until", "clean_eia930"],
        cwd=tmp_path,
        env={**os.environ, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": ""},
        preexec_fn=small_files,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert finished.returncode != 0
    # Snakemake's own lines come before.
    last = finished.stderr.splitlines()[-1]
    assert last.startswith("error: results/logs/clean_eia930.log: ")
    assert "eia930_hourly.parquet: file could not be written" in last
    clean = tmp_path / "results/latest/clean"
    assert not clean.exists() or not list(clean.iterdir())


def test_a_part_of_a_build_prints_no_summary_of_an_older_one(whole):
    """Writes receipts anew and nothing under results, so it may come last."""
    target = ("--forcerun", "sources_fetch", "--until", "sources_fetch")
    part = snakemake(whole, *target, config=None)
    assert part.returncode == 0, part.stderr[-2000:]
    assert "read this first" not in part.stdout
