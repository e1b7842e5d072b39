"""What `make model` hands on, how a folder is written, and requests over a life."""

import os
import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest
from builds import ROOT, snakemake

from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import demand
from ai_lifecycle.own_model import files
from ai_lifecycle.own_model_tables import folder

ODD_NAMES = (
    "with blanks.yaml",
    "it's $(touch pwned) `touch pwned`; touch pwned &.yaml",
    'a "quoted" {brace} <angle>.yaml',
    "$(shell touch pwned)",
    "../up.yaml",
    "a$x$$y.yaml",
    "-n",
)


@pytest.fixture
def bench(tmp_path):
    """A folder with our Makefile, and a Python that only writes down what it is told."""
    for name in ("Makefile", "bootstrap.lock", "build.lock", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    program = tmp_path / "env/bin/python"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf %s "$AI_LIFECYCLE_MODEL" > told\necho "$@" > said\n')
    program.chmod(0o755)
    (tmp_path / "env/.ready").touch()
    return tmp_path


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_name_passes_through_make_as_it_is(bench, name):
    subprocess.run(
        ["make", "model", f"FILE={name}", "VENV=env"], cwd=bench, check=True, capture_output=True
    )
    assert (bench / "told").read_text() == name
    assert (bench / "said").read_text().split()[-1] == "my_model"
    assert not (bench / "pwned").exists()


def test_without_a_file_nothing_is_handed_on(bench):
    clean = {key: value for key, value in os.environ.items() if key != "AI_LIFECYCLE_MODEL"}
    subprocess.run(
        ["make", "model", "VENV=env"], cwd=bench, check=True, capture_output=True, env=clean
    )
    assert (bench / "told").read_text() == ""


def test_a_bad_file_is_refused_before_any_job_with_one_line_last(tmp_path):
    path = tmp_path / "it's $(touch pwned) {b}.yaml"
    path.write_text("name: m\nservice: {years: 1}\nmodel: {total_parameter_billion: 7}\n")
    finished = snakemake(
        tmp_path, "my_model", config=None, environment={"AI_LIFECYCLE_MODEL": path.name}
    )
    assert finished.returncode == 1
    told = finished.stderr.splitlines()
    assert told[-1].startswith(f"error: {path.name}, row 3, key model.total_parameter_billion: ")
    assert told[-1].endswith("nearest: total_parameters_billion")
    # Besides it Snakemake names the profile.
    assert len(told) == 2
    assert not finished.stdout
    assert [each.name for each in tmp_path.iterdir() if each.name != ".snakemake"] == [path.name]


def test_own_files_come_before_the_example(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert files.chosen(["x.yaml"], "shipped/example.yaml") == ["x.yaml"]
    assert files.chosen([], "shipped/example.yaml") == ["shipped/example.yaml"]
    models = tmp_path / "config/models"
    models.mkdir(parents=True)
    for name in ("b.yaml", "a.yml", "example.yaml", "note.txt"):
        (models / name).touch()
    chosen = files.chosen([], "shipped/example.yaml")
    assert chosen == ["config/models/a.yml", "config/models/b.yaml"]


class Said:
    def __init__(self, name):
        self.name, self.file = name, f"{name}.yaml"


def test_two_files_cannot_have_one_folder():
    with pytest.raises(DataError, match="taken"):
        files.require_own_folders([Said("Otter"), Said("otter")])
    with pytest.raises(DataError, match="compares"):
        files.require_own_folders([Said("otter"), Said("comparison")])


def test_one_file_alone_cannot_have_the_folder_that_a_later_run_of_several_replaces():
    with pytest.raises(DataError, match="compares"):
        files.require_own_folders([Said("Comparison")])


@pytest.mark.parametrize(("name", "ignored"), [("mine.yaml", True), ("example.yaml", False)])
def test_git_ignores_files_of_own_models_but_the_example(name, ignored):
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    asked = subprocess.run(
        ["git", "check-ignore", "-q", "--no-index", f"config/models/{name}"], cwd=ROOT, check=False
    )
    assert (asked.returncode == 0) is ignored


def missing(reason="none"):
    cells = {"scenario": "base", "phase": "training", "part": "operation"}
    return pd.DataFrame([cells | {"accounting_method": None, "reason": reason}])


def test_a_folder_is_written_whole_and_stale_files_of_ours_go(tmp_path):
    place = tmp_path / "otter"
    place.mkdir()
    for name in ("comparison.csv", "notes.txt"):
        (place / name).touch()
    folder.write(place, {"own_model_missing": missing()}, {}, lambda drawn: f"page {drawn}")
    assert sorted(path.name for path in place.iterdir()) == ["index.html", "missing.csv",
                                                             "notes.txt"]  # fmt: skip
    assert (place / "index.html").read_text() == "page {}"


@pytest.mark.parametrize("before", [False, True])
def test_a_page_that_fails_leaves_nothing(tmp_path, before):
    place = tmp_path / "otter"
    if before:
        folder.write(place, {"own_model_missing": missing("old")}, {}, lambda _: "old")

    def fail(_drawn):
        raise DataError("no page")

    with pytest.raises(DataError, match="no page"):
        folder.write(place, {"own_model_missing": missing("new")}, {}, fail)
    if not before:
        assert not place.exists()
        return
    assert sorted(path.name for path in place.iterdir()) == ["index.html", "missing.csv"]
    assert "old" in (place / "missing.csv").read_text()


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "otter").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DataError, match="link"):
        folder.write(tmp_path / "otter", {"own_model_missing": missing()}, {}, None)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_requests_over_a_life_are_the_sum_of_its_years():
    days = 365.25
    assert demand.requests_over_life(10.0, 1.0, 2.5) == pytest.approx(10 * days * 2.5)
    grown = demand.requests_over_life(10.0, 1.5, 2.5)
    assert grown == pytest.approx(10 * days * (1 + 1.5 + 0.5 * 1.5**2))
    assert demand.requests_over_life(10.0, 0.0, 3.0) == pytest.approx(10 * days)
    assert demand.requests_over_life(10.0, 1 + 1e-12, 3.0) == pytest.approx(10 * days * 3, rel=1e-3)
    np.testing.assert_array_equal(demand.requests_over_life([0.0, 1.0], 1.0, 0.0), [0.0, 0.0])
    for wrong in ((-1, 1, 1), (1, -0.1, 1), (1, 1, -1), (np.nan, 1, 1)):
        with pytest.raises(ValueError, match="must"):
            demand.requests_over_life(*wrong)
