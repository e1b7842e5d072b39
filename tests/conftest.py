"""Fixtures shared by all tests."""

import fcntl
import os
from pathlib import Path

import pytest
from builds import snakemake

ROOT = Path(__file__).resolve().parents[1]
# Files whose tests share the whole build below.
ON_THE_BUILD = (
    "test_own_model_results.py",
    "test_report_built.py",
    "test_resilience.py",
    "test_results.py",
    "test_results_ledger.py",
    "test_results_uncertainty.py",
    "test_release_whole.py",
    "test_security_network.py",
)


def is_on_the_build(nodeid):
    return nodeid.partition("::")[0].endswith(ON_THE_BUILD)


def pytest_collection_modifyitems(items):
    """The longest work first, so that the other worker has the rest for its company.

    Further builds come last: for the worker that is free first, when the build is there to compare.
    """
    items.sort(
        key=lambda item: (
            not is_on_the_build(item.nodeid),
            item.nodeid.partition("::")[0].endswith("test_interrupted_builds.py"),
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """One worker for a file, and one for all tests on the build: what they share is made once.

    Marks ``xdist_group`` are not used: with pytest 9.2 they group nothing (pytest-xdist 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return "build" if is_on_the_build(nodeid) else nodeid.partition("::")[0]

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session")
def root():
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def mirror():
    """Folder of the upstream files, or the test is skipped."""
    place = os.environ.get("AI_LIFECYCLE_MIRROR", "")
    if not place or not Path(place).is_dir():
        pytest.skip("AI_LIFECYCLE_MIRROR names no folder of upstream files")
    return Path(place)


@pytest.fixture(scope="session")
def whole(tmp_path_factory, worker_id):
    """Folder of a whole offline build that nothing disturbed; its tests change no result.

    No process of it can reach the network; ``network.txt`` lists those that tried. Workers share
    it: who comes first builds, and the others wait.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "whole"
    guard = {
        "PYTHONPATH": str(ROOT / "tests/without_network"),
        "AI_LIFECYCLE_NETWORK_LISTING": str(folder / "network.txt"),
    }
    with open(folder.parent / "whole.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = folder / "said.txt"
        if not folder.exists():
            folder.mkdir()
            finished = snakemake(folder, config=None, environment=guard)
            said.write_text("" if finished.returncode == 0 else finished.stderr[-3000:] or "failed")
        assert said.is_file(), "another worker was stopped while it built"
        assert not said.read_text(), said.read_text()
    return folder
