"""Whether a page stands alone: no script, nothing loaded from elsewhere."""

import re
from html.parser import HTMLParser

from ai_lifecycle.errors import DataError

LOADING = {"src", "srcset", "data", "poster", "background", "action", "formaction", "xlink:href"}
STYLE_LOADS = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)'\"]*)|@import\s+([^;]*)", re.IGNORECASE)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults = []
        self._in_style = False

    def handle_starttag(self, tag, attrs):
        self._in_style = tag == "style"
        if tag in ("script", "iframe", "object", "embed", "base"):
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

    def handle_data(self, data):
        if self._in_style:
            self._style(data)

    def _style(self, text):
        self.faults += [match[0] for match in STYLE_LOADS.finditer(text)]


def faults(page):
    """What in a page runs, or would be loaded from outside it; links to follow are no fault."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.faults


def check(page, file):
    """Return `page` if it stands alone.

    Raises
    ------
    DataError
        With the first script or load found.
    """
    found = faults(page)
    if found:
        raise DataError(
            "page is not self-contained",
            file=file,
            found=found[0][:200],
            allowed="no script, and nothing loaded but data: URIs",
        )
    return page
