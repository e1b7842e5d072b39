"""Builds that are interrupted, or have nowhere to write: nothing half-made, nothing lost."""

import json
import os
import resource
import signal
import subprocess
import sys
import time

import pytest
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.workflow, pytest.mark.xdist_group("build")]


def digest(folder):
    """What a build made, as ``{path: sha256}``."""
    manifest = json.loads((folder / "results/latest/manifest.json").read_text())
    return {entry["path"]: entry["sha256"] for entry in manifest["artifacts"]}


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A tiny build that nothing disturbed."""
    folder = tmp_path_factory.mktemp("straight")
    finished = snakemake(folder)
    assert finished.returncode == 0, finished.stderr[-3000:]
    return folder


def test_a_finished_build_has_nothing_to_do_and_says_where_to_look(straight):
    again = snakemake(straight)
    assert again.returncode == 0
    assert "Nothing to be done" in again.stdout + again.stderr
    assert "results/latest/report.html" in (straight / "results/logs/summary.txt").read_text()


def test_a_part_of_a_build_prints_no_summary_of_an_older_one(straight):
    part = snakemake(straight, "--forcerun", "sources_fetch", "--until", "sources_fetch")
    assert part.returncode == 0, part.stderr[-2000:]
    assert "read this first" not in part.stdout


def test_cores_zone_language_and_hash_seed_do_not_show(straight, tmp_path):
    folder = tmp_path / "mit Leerzeichen ü"
    folder.mkdir()
    environment = {
        "TZ": "Asia/Kolkata",
        "LANG": "tr_TR.UTF-8",
        "LC_ALL": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "77",
    }
    finished = snakemake(folder, "--cores", 1, environment=environment)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert digest(folder) == digest(straight)


def test_an_interrupted_build_resumes_to_the_same_result(straight, tmp_path):
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "2"]
    command += ["--workflow-profile", str(ROOT / "profiles/default")]
    command += ["--configfile", str(TINY), "--directory", str(tmp_path)]
    process = subprocess.Popen(
        command,
        env={**os.environ, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    clean = tmp_path / "results/latest/clean"
    deadline = time.monotonic() + 120
    while not (clean.is_dir() and any(clean.iterdir())):
        assert time.monotonic() < deadline
        assert process.poll() is None, "the build ended before it could be interrupted"
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) != 0
    assert not (tmp_path / "results/latest/manifest.json").exists()
    finished = snakemake(tmp_path)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert digest(tmp_path) == digest(straight)
    assert not list((tmp_path / "results").rglob(".*.??????*"))


def test_a_failed_build_leaves_no_manifest_behind(tmp_path, straight):
    import shutil

    folder = tmp_path / "copy"
    shutil.copytree(straight, folder)
    (folder / "bad.yaml").write_text(TINY.read_text() + "seed: 7\n")
    blocked = folder / "results/latest/tables/grid_marginal.csv"
    blocked.unlink()
    blocked.mkdir()
    (blocked / "in the way").write_text("")
    finished = snakemake(folder, config=folder / "bad.yaml")
    assert finished.returncode != 0
    assert not (folder / "results/latest/manifest.json").exists()


def test_a_disk_that_takes_no_more_is_named(tmp_path):
    """A limit on file size stands for a full disk: the write fails half-way."""

    def small_files():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

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
    assert "eia930_hourly.parquet: file could not be written" in finished.stdout + finished.stderr
    clean = tmp_path / "results/latest/clean"
    assert not clean.exists() or not list(clean.iterdir())


def test_an_edited_kernel_is_among_the_inputs_of_its_rules(straight):
    """Snakemake re-runs a rule whose input changed; the kernels are inputs."""
    planned = snakemake(straight, "-n", "--quiet", "host", "--forcerun", "grid_marginal")
    text = planned.stdout + planned.stderr
    assert "ai_lifecycle/grid/marginal.py" in text
