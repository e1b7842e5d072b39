"""What stands in a page as script or as data: inert unless it is ours."""

import base64
import hashlib
import json
from pathlib import Path

from ai_lifecycle.errors import DataError


def data(content):
    """JSON that can stand in a script element: no text in it can end that element.

    Examples
    --------
    >>> data({"name": "</script><b>"})
    '{"name":"\\\\u003c/script\\\\u003e\\\\u003cb\\\\u003e"}'
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def script(path):
    """Text of a script that can stand in a page.

    Raises
    ------
    DataError
        It would end its element early.
    """
    text = Path(path).read_text(encoding="utf-8")
    for sign in ("</script", "<!--"):
        if sign in text.lower():
            raise DataError("script cannot stand in a page", file=path, found=sign)
    return text


def charting_library():
    """Bokeh's JavaScript with its licence, as the locked package carries it."""
    import bokeh

    path = Path(bokeh.__file__).parent / "server/static/js/bokeh.min.js"
    text = script(path)
    if "Copyright (c) Anaconda, Inc., and Bokeh Contributors" not in text[:200]:
        raise DataError("charting library does not carry its licence", file="bokeh.min.js")
    return text


def picture(svg):
    """Drawing as a data URI that stands between single quotes.

    Examples
    --------
    >>> picture("<svg id='a'><text>50 % of #1</text></svg>")
    'data:image/svg+xml;charset=utf-8,<svg id=%27a%27><text>50 %25 of %231</text></svg>'
    """
    for sign in "%#'":
        svg = svg.replace(sign, f"%{ord(sign):02X}")
    return "data:image/svg+xml;charset=utf-8," + " ".join(svg.split())


def policy(scripts):
    """Content security policy: these scripts run, nothing is loaded, sent or framed.

    Parameters
    ----------
    scripts : list of str
        Text of every script of the page.
    """
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in scripts) or "'none'"
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes}",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text):
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
