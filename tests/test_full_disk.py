"""A results folder without room, or that may not be written: named, nothing half-made, mended."""

import os
import subprocess

import pytest
from builds import ROOT, snakemake

pytestmark = [pytest.mark.workflow, pytest.mark.long]
TARGET = ("--until", "clean_avert")
MADE = "results/latest/clean/avert_hourly.parquet"
FROZEN = ROOT / "data/frozen/avert_hourly.parquet"


@pytest.fixture
def small(tmp_path):
    """A folder whose results lie on a disk of their own of 64 kB."""
    results = tmp_path / "results"
    results.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(results)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        pytest.skip("no leave to mount a small disk")
    yield tmp_path
    subprocess.run(["umount", str(results)], check=True)


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder / "results")], check=True)


def test_a_full_results_folder_is_named_and_mended(small):
    assert FROZEN.stat().st_size > 64_000
    finished = snakemake(small, *TARGET, config=None)
    assert finished.returncode != 0
    told = finished.stdout + finished.stderr
    assert "avert_hourly.parquet: file could not be written: No space left on device" in told
    assert not list((small / "results").rglob("*avert_hourly*"))
    remount(small, "size=50m")
    assert snakemake(small, *TARGET, config=None).returncode == 0
    assert (small / MADE).read_bytes() == FROZEN.read_bytes()


def test_a_read_only_results_folder_is_named_and_mended(small):
    remount(small, "size=50m,ro")
    finished = snakemake(small, *TARGET, config=None)
    assert finished.returncode != 0
    assert "Read-only file system" in finished.stdout + finished.stderr
    remount(small, "rw")
    assert snakemake(small, *TARGET, config=None).returncode == 0
    assert (small / MADE).read_bytes() == FROZEN.read_bytes()
