"""Captions of figures, from reStructuredText to HTML."""

from pathlib import Path

from ai_lifecycle.errors import DataError

# Nothing is read from other files, nothing passes through unescaped, no user settings apply.
SETTINGS = {
    "_disable_config": True,
    "embed_stylesheet": False,
    "file_insertion_enabled": False,
    "halt_level": 2,
    "initial_header_level": 4,
    "input_encoding": "utf-8",
    "language_code": "en",
    "math_output": "MathML",
    "raw_enabled": False,
    "report_level": 2,
    "section_self_link": False,
    "warning_stream": False,
}


def html(path):
    """Caption as HTML paragraphs.

    Raises
    ------
    DataError
        The caption is empty, or docutils finds fault with it; with file and line.
    """
    return html_of_text(Path(path).read_text(encoding="utf-8"), file=path)


def html_of_text(text, *, file=None):
    """As `html`, from the text itself."""
    from docutils.core import publish_parts
    from docutils.utils import SystemMessage

    if not text.strip():
        raise DataError("caption is empty", file=file)
    try:
        parts = publish_parts(text, writer="html5", settings_overrides=SETTINGS)
    except SystemMessage as fault:
        raise DataError(f"caption is not sound reStructuredText: {fault}", file=file) from None
    return parts["body"].strip()
