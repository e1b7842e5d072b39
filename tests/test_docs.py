"""What the documentation prints is so: examples in docstrings run, every page is reached."""

import doctest
import importlib
import sys

import pytest
from builds import ROOT

PACKAGE = ROOT / "workflow/ai_lifecycle"
sys.path.insert(0, str(ROOT / "docs"))
api_pages = importlib.import_module("api_pages")
WITH_EXAMPLES = [
    path for path in sorted(PACKAGE.rglob("*.py")) if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_examples_in_docstrings_print_what_they_say(path):
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted > 0
    assert found.failed == 0


def test_every_module_has_its_place_on_a_page_of_the_api(tmp_path):
    api_pages.write(PACKAGE, tmp_path)
    index = (tmp_path / "index.rst").read_text()
    pages = {path.stem: path.read_text() for path in tmp_path.glob("*.rst") if path.stem != "index"}
    assert all(f"   {name}\n" in index for name in pages)
    text = "\n".join(pages.values())
    for path in PACKAGE.rglob("*.py"):
        if path.name == "__init__.py":
            continue
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        assert f".. automodule:: {name}\n" in text


def test_a_page_of_a_room_that_is_gone_goes(tmp_path):
    (tmp_path / "gone.rst").write_text("gone")
    api_pages.write(PACKAGE, tmp_path)
    assert not (tmp_path / "gone.rst").exists()


def test_every_room_says_what_it_is():
    for room in api_pages.rooms(PACKAGE):
        assert api_pages.says(PACKAGE, room), room
