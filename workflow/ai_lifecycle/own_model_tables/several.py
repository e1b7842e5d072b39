"""The folder of each file that was estimated, and the one that compares them."""

import pandas as pd

from ai_lifecycle.own_model.files import COMPARISON
from ai_lifecycle.own_model_tables import figures, folder, page, result
from ai_lifecycle.own_model_tables.estimate import TARGETS


def write(found, root, references_file, release):
    """The folder of each file, and of several files one that compares them.

    Parameters
    ----------
    found : sequence of Result
    root : Path
        Folder of all models' results.
    references_file : path
    release : str

    Returns
    -------
    list of Path
        Pages, and the comparison.
    """
    out = []
    for each in found:
        drawn = drawings(each)
        folder.write(
            root / each.name,
            {name: result.defused(frame) for name, frame in each.tables.items()},
            drawn,
            lambda svgs, each=each: page.render(
                each, svgs, references_file=references_file, release=release
            ),
        )
        out.append(root / each.name / folder.PAGE)
    if len(found) > 1:
        frame = pd.concat(
            [each.tables["own_model_comparison"] for each in found], ignore_index=True
        )
        shown = _labelled(frame, several=True)
        picture = figures.draw_comparison(shown) if len(shown) else None
        folder.write(
            root / COMPARISON,
            {"own_model_comparison": result.defused(frame)},
            {} if picture is None else {COMPARISON: picture},
            None,
        )
        out.append(root / COMPARISON)
    return out


def drawings(found):
    """Figures of one file by name; what has nothing to show is left out."""
    out = {}
    if len(found.tables["own_model_stages"]):
        out["stages"] = figures.draw_stages(found.tables["own_model_stages"])
    if len(found.tables["own_model_sensitivity"]):
        out["sensitivity"] = figures.draw_sensitivity(found.tables["own_model_sensitivity"])
    if len(found.cases) > 1:
        shown = _labelled(found.tables["own_model_comparison"], several=False)
        if len(shown):
            out[COMPARISON] = figures.draw_comparison(shown)
    return out


def _labelled(frame, *, several):
    """Rows of the widest boundary that every case has, with what the figure calls them."""
    number = frame.groupby(["model", "scenario"], sort=False).ngroups
    for phase, part in TARGETS:
        rows = frame[(frame["phase"] == phase) & (frame["part"] == part)]
        if len(rows) == number:
            break
    words = [
        (row.model if row.scenario == result.BASE else f"{row.model}: {row.scenario}")
        if several
        else ("as it stands" if row.scenario == result.BASE else row.scenario)
        for row in rows.itertuples(index=False)
    ]
    return rows.assign(label=words)
