"""Builds that are interrupted, or have nowhere to write: nothing half-made, nothing lost."""

import os
import resource
import subprocess
import sys

import pytest
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.workflow]


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
