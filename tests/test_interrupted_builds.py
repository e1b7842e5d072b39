"""Builds that are interrupted or fail and are then mended: as if nothing had happened."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256

import pandas as pd
import pytest
import yaml
from builds import ROOT, TINY, snakemake

pytestmark = [pytest.mark.workflow]


def digest(folder):
    """What a build made, as ``{path: sha256}``."""
    manifest = json.loads((folder / "results/latest/manifest.json").read_text())
    return {entry["path"]: entry["sha256"] for entry in manifest["artifacts"]}


def _heed_interruption():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


# A third of the jobs, of every kind: hourly cleaning, fits, draws, figures, a notebook.
PART = (
    "results/latest/notebooks/04_electricity.html",
    "results/latest/tables/training_energy.csv",
    "results/latest/tables/inference_requests.csv",
)


@pytest.mark.parametrize(
    "targets",
    [
        pytest.param(PART, id="part"),
        # A whole build more; the gate's last build is as unlike its other, but not interrupted.
        pytest.param((), id="whole", marks=pytest.mark.long),
    ],
)
def test_interruption_cores_zone_language_and_hash_seed_do_not_show(whole, tmp_path, targets):
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
    command += ["--", *targets]
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
    try:
        while not (clean.is_dir() and any(clean.iterdir())):
            assert time.monotonic() < deadline
            assert process.poll() is None, "the build ended before it could be interrupted"
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=120) != 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert not (folder / "results/latest/manifest.json").exists()
    finished = snakemake(folder, "--cores", 3, "--", *targets, config=None, environment=environment)
    assert finished.returncode == 0, finished.stderr[-3000:]
    made = {
        str(path.relative_to(folder / "results/latest")): sha256(path.read_bytes()).hexdigest()
        for path in (folder / "results/latest").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    expected = digest(whole)
    if targets:
        assert len(made) > 40
        expected = {path: expected[path] for path in made}
    else:
        assert digest(folder) == expected
    assert made == expected
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
