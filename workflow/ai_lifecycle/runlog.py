"""The log of one job: everything a script prints, and how it ended."""

import contextlib
import sys
import traceback
from pathlib import Path

from ai_lifecycle.errors import DataError


@contextlib.contextmanager
def job(log_path):
    """Send what the job prints to its log; a fault in the data ends it with one message.

    Parameters
    ----------
    log_path : str
        File to write, made anew.

    Raises
    ------
    SystemExit
        With status 1 after a `DataError`, whose message stands in the log and on stderr. Any
        other exception is passed on, its traceback in the log.
    """
    path = Path(log_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        open(path, "w", encoding="utf-8", buffering=1) as log,
        contextlib.redirect_stdout(log),
    ):
        try:
            yield
        except DataError as fault:
            print(f"error: {fault}", file=log)
            print(f"error: {fault}", file=sys.stderr)
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc(file=log)
            raise
