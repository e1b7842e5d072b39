"""Whether a page stands alone: no script but its own, nothing loaded from elsewhere."""

import re
from html.parser import HTMLParser

from ai_lifecycle.errors import DataError

LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
STYLE_LOADS = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)'\"]*)|@import\s+([^;]*)", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self, scripts):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self._own = set(scripts)
        self._in_style = False
        self._script = None

    def handle_starttag(self, tag, attrs):
        self._in_style = tag == "style"
        if tag == "script":
            given = dict(attrs)
            # Data are no script; of scripts only those may stand here that the page is made with.
            is_data = given.get("type") == "application/json" and set(given) <= {"type", "id"}
            self._script = None if is_data else ""
            if given and not is_data:
                self.faults.append(f"<script {given}>")
        if tag in ("iframe", "object", "embed", "base"):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            value = (value or "").strip()
            if name.startswith("on"):
                self.faults.append(f"{name}={value}")
            if name == "style":
                self._style(value)
            scheme = re.sub(r"\s", "", value).lower()
            if scheme.startswith(("javascript:", "vbscript:", "data:text/html")):
                self.faults.append(f"{name}={value}")
            loads = name in LOADING or (name == "href" and tag in ("link", "image", "use"))
            if loads and not scheme.startswith(("data:", "#")):
                self.faults.append(f"{name}={value}")
            if tag == "meta" and name == "http-equiv" and scheme == "refresh":
                self.faults.append("meta refresh")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag == "style":
            self._in_style = False
        if tag == "script":
            if self._script is not None and self._script not in self._own:
                self.faults.append(f"<script>{self._script[:80]}")
            self._script = None

    def handle_data(self, data):
        if self._script is not None:
            self._script += data
        if self._in_style:
            self._style(data)

    def _style(self, text):
        self.faults += [match[0] for match in STYLE_LOADS.finditer(text)]


def faults(page, scripts=()):
    """What in a page runs, or would be loaded from outside it; links to follow are no fault.

    Parameters
    ----------
    page : str
    scripts : sequence of str
        Texts of the scripts that may run.
    """
    reader = _Reader(scripts)
    reader.feed(page)
    reader.close()
    if reader.cdata_elem is not None:
        reader.faults.append(f"<{reader.cdata_elem}> without an end")
    return reader.faults


def check(page, file, scripts=()):
    """Return `page` if it stands alone, but for `scripts`.

    Raises
    ------
    DataError
        With the first script or load found.
    """
    found = faults(page, scripts)
    if found:
        raise DataError(
            "page is not self-contained",
            file=file,
            found=found[0][:200],
            allowed="no script but its own, and nothing loaded but data: URIs",
        )
    return page
