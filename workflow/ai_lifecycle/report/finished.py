"""Finished results, opened and shown by the notebooks."""

import os
import re
from functools import partial
from pathlib import Path

import pandas as pd

from ai_lifecycle import tables
from ai_lifecycle.report import shown

# Set by the build; a notebook opened by hand finds the last build from here or from its folder.
FOLDER = "AI_LIFECYCLE_RESULTS"
LATEST = ("results/latest", "../results/latest")
MOST_ROWS = 150
PICTURE_PIXELS = 480
PAGE_PIXELS = 880

MISSING_CELL = re.compile(r"(<t[dh][^>]*>)(?:NaN|NaT|&lt;NA&gt;)(</t[dh]>)")
DAY = re.compile(r"<(t[hd])>(?=\d{4}-\d\d-\d\d</)")
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
WORDS = {"True": "yes", "False": "no"}


def folder():
    """Where the finished results are."""
    found = [place for place in LATEST if Path(place).is_dir()]
    return Path(os.environ.get(FOLDER) or (found or LATEST)[0])


def table(name):
    """A published table, checked against its declaration.

    Parameters
    ----------
    name : str
        Stem of the file below ``tables/``.

    Returns
    -------
    DataFrame

    Raises
    ------
    DataError
        As `ai_lifecycle.tables.read_csv`.
    """
    return tables.read_csv(folder() / "tables" / f"{name}.csv", name)


def values(stem):
    """The values that a figure draws, as `table`."""
    return tables.read_csv(folder() / "figures" / f"{stem}.csv", stem)


def figure(stem, alt, *, full_page=False):
    """A figure as drawn.

    Parameters
    ----------
    stem : str
        Its identifier.
    alt : str
        What it shows, for whom cannot see it.
    full_page : bool
        Whether it was drawn for the width of a page.

    Returns
    -------
    IPython.display.Image
    """
    from IPython.display import Image

    width = PAGE_PIXELS if full_page else PICTURE_PIXELS
    return Image(filename=str(folder() / "figures" / f"{stem}.png"), width=width, alt=alt)


def say(sentence, **quantities):
    """A sentence whose numbers come from tables, each to four digits.

    Examples
    --------
    >>> say("It took {hours} h.", hours=1234567.0).data
    'It took 1\u202f235\u202f000 h.'
    """
    from IPython.display import Markdown

    spelt = {name: v if isinstance(v, str) else shown.number(v) for name, v in quantities.items()}
    return Markdown(sentence.format(**spelt))


def show_plainly():
    """Let the notebook that calls this show its tables as the report does.

    Numbers have four digits, missing cells are a dash, texts are whole, headings may break, rows
    are not numbered.
    """
    from IPython import get_ipython

    pd.options.display.float_format = shown.number
    pd.options.display.max_colwidth = None
    if get_ipython() is not None:
        known = get_ipython().display_formatter.formatters["text/html"]
        known.for_type(pd.DataFrame, html)
        known.for_type(pd.Series, lambda series: html(series.to_frame(series.name or "")))


def html(frame):
    """A table as HTML, its numeric columns marked for alignment."""
    text = frame.to_html(
        border=0,
        index=not isinstance(frame.index, pd.RangeIndex),
        max_rows=MOST_ROWS,
        show_dimensions=len(frame) > MOST_ROWS,
    )
    text = MISSING_CELL.sub(rf"\1{shown.MISSING}\2", text)
    text = re.sub(r"(?<=>)(True|False)(?=</td>)", lambda word: WORDS[word[0]], text)
    text = DAY.sub(r'<\1 class="day">', text)
    head, body, rest = text.partition("<tbody>")
    head = re.sub(r"(?<=>)[^<>]+(?=</th>)", lambda name: name[0].replace("_", "_<wbr>"), head)
    numeric = [kind.kind in "iufc" for kind in frame.dtypes]
    if frame.columns.nlevels == 1:
        head = ROW.sub(partial(_aligned, tag="th", numeric=numeric), head)
    return head + body + ROW.sub(partial(_aligned, tag="td", numeric=numeric), rest)


def _aligned(row, *, tag, numeric):
    """One row, its cells of numeric columns in a class of their own; they end the row."""
    parts = re.split(rf"(?=<{tag}[ >])", row[0])
    first = len(parts) - len(numeric)
    if first < 1:
        return row[0]
    for place, is_number in enumerate(numeric, start=first):
        if is_number:
            parts[place] = parts[place].replace(f"<{tag}>", f'<{tag} class="number">', 1)
    return "".join(parts)
