"""The log of one job: everything a script prints, and how it ended; what failed, told last."""

import contextlib
import sys
import traceback
from pathlib import Path

from ai_lifecycle.errors import DataError

ERROR = "error: "


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
        other exception is passed on, its traceback in the log. The log's last line says which.
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
            print(f"{ERROR}{fault}", file=log)
            print(f"{ERROR}{fault}", file=sys.stderr)
            raise SystemExit(1) from None
        except Exception as fault:
            traceback.print_exc(file=log)
            words = " ".join(f"{type(fault).__name__}: {fault}".split())
            print(f"{ERROR}{words}; traceback above", file=log)
            raise


@contextlib.contextmanager
def one_message():
    """End the program after a fault in the data with its message alone.

    For what is checked while rules are read: an exception that Snakemake sees there is followed
    by lines of its own.

    Raises
    ------
    SystemExit
        With status 1 after a `DataError`.
    """
    try:
        yield
    except DataError as fault:
        print(f"{ERROR}{fault}", file=sys.stderr)
        raise SystemExit(1) from None


def faults(folder, since):
    """What the jobs said that failed.

    Parameters
    ----------
    folder : path
        Of all logs.
    since : float
        Logs written to before are of earlier runs. [s since the epoch]

    Returns
    -------
    list of str
        A line for each log that ends in an error: its file and what it says.
    """
    found = []
    for path in sorted(Path(folder).rglob("*.log")):
        # File systems round times.
        if path.stat().st_mtime < since - 1:
            continue
        last = path.read_text(encoding="utf-8", errors="replace").rstrip("\n").rpartition("\n")[2]
        if last.startswith(ERROR):
            found.append(f"{path}: {last.removeprefix(ERROR)}")
    return found
