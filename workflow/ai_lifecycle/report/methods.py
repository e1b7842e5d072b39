"""Pages of methods as parts of the report."""

import re
from pathlib import Path

from markupsafe import Markup, escape

from ai_lifecycle.errors import DataError

TITLE = re.compile(r"# (.+)\n")


def listed(paths):
    """Method pages in the order of their titles.

    Parameters
    ----------
    paths : list of str or Path
        Markdown files, each with a title in its first line.

    Returns
    -------
    list of dict
        `name`, `title` and `html`, its headings two levels lower than in the file.

    Raises
    ------
    DataError
        A page does not begin with its title.
    """
    names = {Path(path).stem for path in paths}
    pages = [_page(Path(path), names) for path in paths]
    return sorted(pages, key=lambda page: (page["title"].lower(), page["name"]))


def _page(path, names):
    import mistune

    text = path.read_text(encoding="utf-8")
    title = TITLE.match(text)
    if not title:
        raise DataError("method page does not begin with its title", file=path)
    # escape: a tag in the text is shown, not obeyed.
    html = mistune.create_markdown(escape=True, plugins=["table"])(text[title.end() :])
    html = re.sub(r"<(/?)h([2-4])\b", lambda m: f"<{m[1]}h{int(m[2]) + 2}", html)
    html = re.sub(r'<a href="([^"]*)">(.*?)</a>', lambda m: _link(m[1], m[2], names), html)
    html = _accessible(html, title[1])
    return {"name": path.stem, "title": title[1], "html": Markup(html)}


def _link(address, words, names):
    """Links among the pages stay on the report; others in the repository are named only."""
    stem = Path(address.partition("#")[0]).stem
    if stem in names and not address.startswith("http"):
        return f'<a href="#method-{stem}">{words}</a>'
    if address.startswith("https://"):
        return f'<a href="{address}" rel="noreferrer">{words}</a>'
    return words


def _accessible(html, title):
    """Tables that say what they are of, in boxes that scroll."""
    label = escape(f"Table: {title}")
    box = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>'
    html = html.replace("<table>", f"{box}<caption><span>{escape(title)}</span></caption>")
    html = html.replace("</table>", "</table></div>")
    return re.sub(r"<th(?=[ >])", '<th scope="col"', html)
