"""One build in a folder at a time, and what a killed one leaves is told from a living one."""

import os
import signal
import subprocess
import sys
import time

import pytest
from builds import ROOT, snakemake

from ai_lifecycle import build_lock
from ai_lifecycle.errors import DataError

HOLD = "from ai_lifecycle import build_lock; build_lock.claim(); print('held', flush=True); input()"


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def locked(folder):
    (folder / build_lock.LOCKS).mkdir(parents=True)
    (folder / build_lock.LOCKS / "0.output.lock").write_text("results/latest/report.html\n")


def test_a_folder_without_lock_needs_no_words(tmp_path):
    assert build_lock.explained(tmp_path) == ""
    build_lock.claim(tmp_path)
    assert build_lock.explained(tmp_path) == ""


def test_a_second_build_is_refused_while_the_first_lives_and_not_after(tmp_path, holder):
    locked(tmp_path)
    with pytest.raises(DataError, match=f"another build works.*process {holder.pid}"):
        build_lock.claim(tmp_path)
    assert f"process {holder.pid} is at work" in build_lock.explained(tmp_path)
    holder.kill()
    holder.wait()
    told = build_lock.explained(tmp_path)
    assert f"process {holder.pid}) was killed" in told
    assert "snakemake --unlock" in told
    build_lock.claim(tmp_path)


def test_asking_takes_nothing_away(tmp_path):
    """A reader must not leave the folder held."""
    locked(tmp_path)
    (tmp_path / build_lock.HOLDER).write_text("1\n")
    for _ in range(2):
        assert "was killed" in build_lock.explained(tmp_path)
    build_lock.claim(tmp_path)


@pytest.mark.parametrize("text", [None, "", "no number\n", "9" * 500])
def test_a_lock_whose_holder_is_unknown_is_told_as_such(tmp_path, text):
    locked(tmp_path)
    if text is not None:
        (tmp_path / build_lock.HOLDER).write_text(text)
    told = build_lock.explained(tmp_path)
    assert "was killed" in told
    assert len(told) < 500


@pytest.mark.workflow
@pytest.mark.long
def test_two_builds_and_a_killed_one_in_one_folder(tmp_path):
    """The second is refused; the lock of the killed one is explained; unlocked, all goes on."""
    target = ("--until", "clean_avert", "clean_annual_intensity")
    command = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile"), "--cores", "1"]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), *target]
    first = subprocess.Popen(
        command,
        cwd=tmp_path,
        env={**os.environ, "AI_LIFECYCLE_OFFLINE": "1", "AI_LIFECYCLE_MIRROR": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / build_lock.HOLDER).is_file():
        assert time.monotonic() < deadline
        assert first.poll() is None
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGSTOP)
    second = snakemake(tmp_path, *target, config=None)
    assert second.returncode != 0
    assert f"process {first.pid} is at work in this folder" in second.stderr
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    third = snakemake(tmp_path, *target, config=None)
    assert third.returncode != 0
    assert f"process {first.pid}) was killed" in third.stderr
    assert snakemake(tmp_path, "--unlock", config=None).returncode == 0
    last = snakemake(tmp_path, *target, config=None)
    assert last.returncode == 0, last.stderr[-2000:]
    assert "was killed" not in last.stderr
    for name in ("avert_hourly.parquet", "annual_intensity.csv"):
        made = tmp_path / "results/latest/clean" / name
        assert made.read_bytes() == (ROOT / "data/frozen" / name).read_bytes()
