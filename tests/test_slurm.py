"""The workflow through SLURM gives the same bytes as on one machine."""

import re
import subprocess
import sys
import time

import pytest
import single_node_slurm
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.long, pytest.mark.workflow, pytest.mark.timeout(9000)]
CORES = 2
FIRST_CHECK_SECONDS = "8"
SUBMITTED = re.compile(r"has been submitted with SLURM jobid")


@pytest.fixture(scope="module")
def slurm():
    absent = single_node_slurm.missing()
    if absent:
        pytest.skip(f"SLURM is not installed here: no {', '.join(absent)}")
    try:
        with single_node_slurm.cluster(CORES) as environment:
            yield environment
    except RuntimeError as fault:
        if "did not come up" in str(fault):
            pytest.skip(str(fault))
        raise


def test_the_tiny_build_through_slurm_has_the_manifest_of_the_local_one(slurm, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    start = time.monotonic()
    local = snakemake(here, timeout=3000)
    local_s = time.monotonic() - start
    assert local.returncode == 0, local.stderr[-3000:]
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile")]
    command += ["--workflow-profile", "none", "--profile", str(ROOT / "profiles/slurm")]
    command += ["--configfile", str(TINY), "--directory", str(there)]
    # One node: what it has. The clocks of one machine agree, and its disk is no network's.
    command += ["--jobs", "8", "--cores", str(CORES), "--latency-wait", "5"]
    # Each status check that finds no job finished puts off the next one by another 10 s, which no
    # setting changes; the first waits as long as a short job takes, so that most find one.
    command += ["--slurm-init-seconds-before-status-checks", FIRST_CHECK_SECONDS]
    command += ["--seconds-between-status-checks", FIRST_CHECK_SECONDS, "--slurm-no-account"]
    command += ["--slurm-status-command", "squeue"]
    start = time.monotonic()
    with (there / "output.txt").open("wb") as output:
        built = subprocess.run(
            command,
            cwd=there,
            env={**slurm, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": ""},
            stdout=output,
            stderr=output,
            timeout=5000,
            check=False,
        )
    slurm_s = time.monotonic() - start
    told = (there / "output.txt").read_text()
    assert built.returncode == 0, told[-5000:]
    submitted = len(SUBMITTED.findall(told))
    assert submitted
    manifests = [folder / "results/latest/manifest.json" for folder in (here, there)]
    assert manifests[0].read_bytes() == manifests[1].read_bytes()
    print(f"{submitted} jobs of SLURM in {slurm_s:.0f} s; local {local_s:.0f} s")
