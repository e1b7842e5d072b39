"""The folder of a model's results: all of it, or what was there before."""

import os
import shutil
import tempfile
from pathlib import Path

from ai_lifecycle import style, tables
from ai_lifecycle.errors import DataError

PICTURES = ("svg", "pdf", "png")
PAGE = "index.html"
# Everything that a folder may hold of ours: what is no longer written goes.
TABLES = {
    "own_model_estimate": "estimate",
    "own_model_missing": "missing",
    "own_model_assumptions": "assumptions",
    "own_model_sensitivity": "sensitivity",
    "own_model_measure_next": "measure_next",
    "own_model_comparison": "comparison",
    "own_model_stages": "stages",
}
FIGURES = ("stages", "sensitivity", "comparison")
OURS = (PAGE, *(f"{name}.csv" for name in TABLES.values()),
        *(f"{name}.{kind}" for name in FIGURES for kind in PICTURES))  # fmt: skip
UNFINISHED = ".unfinished-"


def write(folder, frames, figures, page):
    """Write tables, figures and the page of one model; nothing half-written stays.

    Parameters
    ----------
    folder : Path
        Made if it is not there; files of ours in it are replaced, others are left.
    frames : mapping of str to DataFrame
        By declared table.
    figures : mapping of str to Figure
        By name, of `FIGURES`.
    page : callable or None
        Takes the SVGs by name, gives the page.

    Raises
    ------
    DataError
        A folder that is a link or no folder; what cannot be written.
    """
    folder = Path(folder)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise DataError("folder of the results is a link or a file", file=folder)
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        inside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
    except OSError as fault:
        raise DataError(f"folder cannot be written ({fault.strerror})", file=folder) from None
    try:
        for name, frame in frames.items():
            columns = list(tables.declaration(name))
            tables.write_csv(frame[columns], inside / f"{TABLES[name]}.csv", name)
        for name, figure in figures.items():
            style.save(figure, *(inside / f"{name}.{kind}" for kind in PICTURES))
        if page is not None:
            drawn = {name: (inside / f"{name}.svg").read_bytes() for name in figures}
            tables.write_bytes(inside / PAGE, page(drawn).encode("utf-8"))
        _move(inside, folder)
    finally:
        shutil.rmtree(inside, ignore_errors=True)
        if fresh and not any(folder.iterdir()):
            folder.rmdir()


def _move(inside, folder):
    made = sorted(path.name for path in inside.iterdir())
    for name in OURS:
        if name not in made:
            (folder / name).unlink(missing_ok=True)
    for name in made:
        os.replace(inside / name, folder / name)
