"""The workflow through SLURM gives the same bytes as on one machine."""

import subprocess
import sys

import pytest
import single_node_slurm
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.long, pytest.mark.workflow, pytest.mark.timeout(3600)]


@pytest.fixture(scope="module")
def slurm():
    absent = single_node_slurm.missing()
    if absent:
        pytest.skip(f"SLURM is not installed here: no {', '.join(absent)}")
    try:
        with single_node_slurm.cluster() as environment:
            yield environment
    except RuntimeError as fault:
        if "did not come up" in str(fault):
            pytest.skip(str(fault))
        raise


def test_the_tiny_build_through_slurm_has_the_manifest_of_the_local_one(slurm, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    local = snakemake(here, timeout=1200)
    assert local.returncode == 0, local.stderr[-3000:]
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile")]
    command += ["--workflow-profile", "none", "--profile", str(ROOT / "profiles/slurm")]
    command += ["--configfile", str(TINY), "--directory", str(there), "--jobs", "4"]
    # The clocks of one machine agree, and its disk is no network's.
    command += ["--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "2"]
    command += ["--seconds-between-status-checks", "2", "--slurm-no-account"]
    command += ["--slurm-status-command", "squeue"]
    built = subprocess.run(
        command,
        cwd=there,
        env={**slurm, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": ""},
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )
    assert built.returncode == 0, built.stderr[-5000:]
    assert "SLURM" in built.stdout + built.stderr
    manifests = [folder / "results/latest/manifest.json" for folder in (here, there)]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()
