"""Sphinx: method pages and the API, from docs/ and the docstrings. Run by ``make docs``."""

import os
import site
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The package and what it imports live in the project's environment; Sphinx in one of its own, whose
# versions go first.
site.addsitedir(os.environ["PACKAGE_SITE"])

import ai_lifecycle  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent))
from api_pages import write  # noqa: E402

project = "The lifecycle emissions of AI"
author = "The authors"
release = version = ai_lifecycle.__version__
extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
html_theme = "furo"
html_title = f"{project} {release}"
html_copy_source = False
exclude_patterns = ["requirements.*", ".venv", "figures"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
numpydoc_show_class_members = False
numpydoc_xref_param_type = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"
nitpicky = False


def setup(app):
    """Pages of the API are written anew at each run, one a room of the package."""
    write(ROOT / "workflow/ai_lifecycle", ROOT / "docs/api")
