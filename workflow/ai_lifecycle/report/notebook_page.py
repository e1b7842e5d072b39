"""An executed notebook as one page."""

import base64
import re
from pathlib import Path

import jinja2
from markupsafe import Markup

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import selfcontained

HERE = Path(__file__).parent
# First of these that an output offers is shown.
SHOWN_TYPES = ("text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")


def write(notebook, path, *, name):
    """Write the page of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With outputs.
    path : str or Path
        The page to write.
    name : str
        The notebook's file, for messages.

    Raises
    ------
    DataError
        The notebook does not begin with a heading, or its page would run a script or load
        something.
    """
    page = render(notebook, name)
    tables.write_bytes(path, selfcontained.check(page, name).encode("utf-8"))


def render(notebook, name):
    """The page as text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("notebook.html.j2").render(
        title=_title(notebook, name),
        style=Markup((HERE / "style.css").read_text(encoding="utf-8")),
        cells=[_cell(cell, number) for number, cell in enumerate(notebook.cells, start=1)],
    )


def _title(notebook, name):
    first = notebook.cells[0] if notebook.cells else None
    lines = first.source.splitlines() if first and first.cell_type == "markdown" else [""]
    if not lines[0].startswith("# "):
        raise DataError(
            "notebook does not begin with its title", file=name, allowed="a first line '# Title'"
        )
    return lines[0].removeprefix("# ").strip()


def _cell(cell, number):
    if cell.cell_type == "markdown":
        return {"kind": "markdown", "html": _markdown(cell.source)}
    outputs = [_output(output, number) for output in cell.get("outputs", [])]
    return {"kind": "code", "number": number, "html": _highlighted(cell.source), "outputs": outputs}


def _markdown(text):
    import mistune

    # escape: a tag in the text is shown, not obeyed.
    page = mistune.create_markdown(escape=True, plugins=["table"])(text)
    # Among the pages, a link to another notebook leads to its page.
    return Markup(re.sub(r'(?<=href=")(\w+)\.ipynb(?=")', r"\1.html", page))


def _highlighted(source):
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


def _output(output, number):
    if output.output_type == "stream":
        return {"kind": "text", "text": output.text}
    data = output.data
    chosen = next((kind for kind in SHOWN_TYPES if kind in data), None)
    if chosen in ("image/svg+xml", "image/png"):
        said = output.get("metadata", {}).get(chosen, {})
        return {
            "kind": "picture",
            "uri": _uri(chosen, data[chosen]),
            "width": said.get("width"),
            "alt": said.get("alt")
            or f"Picture drawn by the code above (cell {number}); the text around it describes it",
        }
    if chosen == "text/html":
        return {"kind": "html", "html": Markup(_accessible(data[chosen]))}
    if chosen == "text/markdown":
        return {"kind": "html", "html": _markdown(data[chosen])}
    return {"kind": "text", "text": data.get("text/plain", "")}


def _accessible(html):
    """Table as pandas writes it, its header cells saying what they head."""
    head, body, rest = html.replace(' border="1"', "").partition("<tbody>")
    heads = re.compile(r"<th(?=[ >])")
    return heads.sub('<th scope="col"', head) + body + heads.sub('<th scope="row"', rest)


def _uri(kind, content):
    """Data URI of a picture: PNG arrives in base64, SVG as text."""
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode("utf-8")).decode("ascii")
    return f"data:{kind};base64,{''.join(content.split())}"
