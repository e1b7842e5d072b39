"""Where the tables that travel with the package lie: beside it, or in the repository's data/."""

from pathlib import Path


def path(name):
    """Path of a table shipped with the package: constants, fields, units."""
    here = Path(__file__).resolve().parent
    for candidate in (here / "data" / name, here.parents[1] / "data" / name):
        if candidate.is_file():
            return candidate
    raise FileNotFoundError(f"{name} is neither installed with ai_lifecycle nor in data/")
