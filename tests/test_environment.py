"""The locks: hashed, free of addresses, and the same for conda users."""

import re

import pytest
import yaml

LOCKS = ["requirements.lock", "build.lock", "bootstrap.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash_and_no_address(root, lock):
    text = (root / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^-", text, flags=re.MULTILINE)
    pins = re.findall(r"^([A-Za-z0-9._-]+)==", text, flags=re.MULTILINE)
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(pins) == len(blocks)
    assert all("--hash=sha256:" in block for block in blocks)


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_direct_dependency_is_locked(root):
    direct = [
        canonical(re.split(r"[\[=<>; ]", line)[0])
        for line in (root / "requirements.in").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    locked = {
        canonical(name)
        for name in re.findall(
            r"^([A-Za-z0-9._-]+)==", (root / "requirements.lock").read_text(), flags=re.M
        )
    }
    assert direct
    assert set(direct) <= locked


def test_conda_environment_is_the_lock_and_nothing_else(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert python == "python>=3.11"
    assert pip == "pip"
    assert packages == {"pip": ["-r requirements.lock"]}


def test_the_running_environment_is_the_lock(root):
    import importlib.metadata

    from packaging.markers import Marker

    checked = 0
    for line in (root / "requirements.lock").read_text().splitlines():
        match = re.match(r"^([A-Za-z0-9._-]+)==([^ ;]+)(?: ; ([^\\]+))?", line)
        if not match or (match[3] and not Marker(match[3].strip()).evaluate()):
            continue
        assert importlib.metadata.version(match[1]) == match[2], match[1]
        checked += 1
    assert checked > 50


def test_package_dependencies_are_locked(root):
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lock = (root / "requirements.lock").read_text()
    for requirement in project["dependencies"]:
        name = re.split(r"[\[=<>; ]", requirement)[0]
        assert re.search(rf"^{name}==", lock, flags=re.MULTILINE), name
