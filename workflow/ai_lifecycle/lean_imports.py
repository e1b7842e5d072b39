"""Imports without what a library would bring along and we never use."""

import contextlib
import sys


@contextlib.contextmanager
def without(name):
    """Within, an optional library counts as not installed, unless it is already imported.

    Each job of the build is a process of its own and pays for its imports.

    Parameters
    ----------
    name : str
        Top-level module; whatever is imported within must be able to do without it.
    """
    absent = name not in sys.modules
    if absent:
        sys.modules[name] = None
    try:
        yield
    finally:
        if absent:
            del sys.modules[name]
