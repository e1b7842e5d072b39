"""The package by itself: `pip install .` gives kernels and constants without the repository."""

import os
import subprocess
import sys
import zipfile

from builds import ROOT


def test_the_wheel_holds_constants_and_fields_and_works_elsewhere(tmp_path):
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(site)
    assert "ai_lifecycle/data/constants.csv" in names
    assert "ai_lifecycle/data/fields.csv" in names
    assert "ai_lifecycle/data/units.csv" in names
    code = (
        "import ai_lifecycle, ai_lifecycle.constants as c; print(ai_lifecycle.__file__); "
        "print(len(c.load()))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
    )
    place, count = ran.stdout.split()
    assert place.startswith(str(site))
    assert int(count) > 0


def test_version_is_said_once_and_the_same_everywhere():
    import re
    import tomllib

    import yaml

    import ai_lifecycle

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    changelog = (ROOT / "CHANGELOG.md").read_text()
    latest = re.search(r"^## (\d+\.\d+\.\d+)", changelog, flags=re.MULTILINE)[1]
    found = {
        ai_lifecycle.__version__,
        project["version"],
        config["release"],
        str(citation["version"]),
        latest,
    }
    assert len(found) == 1
