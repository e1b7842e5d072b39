"""Which files are estimated, where their results go, and the folder that compares them."""

from pathlib import Path

import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.own_model_tables import figures, folder, from_description, page, result

COMPARISON = "comparison"
EXAMPLE = "example.yaml"
WHERE = Path("config/models")


def chosen(files, example):
    """The files named; else all of config/models but the example; else the example.

    Parameters
    ----------
    files : sequence of str
    example : str
        Path of the example.

    Returns
    -------
    list of str
    """
    if files:
        return list(files)
    own = sorted(
        str(path)
        for ending in ("*.yaml", "*.yml")
        for path in WHERE.glob(ending)
        if path.name != EXAMPLE
    )
    return own or [example]


def require_own_folders(said):
    """Refuse two files of one name, and the name of the folder that compares.

    That name is refused to a file alone too: a later run of several would replace its folder.

    Raises
    ------
    DataError
    """
    seen = {}
    for each in said:
        word = each.name.casefold()
        if word in seen:
            raise DataError("name is taken", file=each.file, key="name", found=each.name,
                            allowed=f"a name of its own: {seen[word]} has this one")  # fmt: skip
        seen[word] = each.file
        if word == COMPARISON:
            raise DataError("name is that of the folder that compares the files", file=each.file,
                            key="name", found=each.name, allowed="another name")  # fmt: skip


def require_possible(said, known, reference, choices):
    """Refuse at once what no case can be made of, before the long work on any file.

    Raises
    ------
    DataError
    """
    for each in said:
        for one in (each, *each.scenarios):
            from_description.case_of(one, known, reference, choices)


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
    for phase in ("made_and_served", "made", "inference"):
        rows = frame[frame["phase"] == phase]
        if len(rows) == number:
            break
    words = [
        (row.model if row.scenario == result.BASE else f"{row.model}: {row.scenario}")
        if several
        else ("as it stands" if row.scenario == result.BASE else row.scenario)
        for row in rows.itertuples(index=False)
    ]
    return rows.assign(label=words)
