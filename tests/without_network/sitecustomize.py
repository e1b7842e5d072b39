"""No network for any Python process that finds this folder on its path, and a list of who tried.

Python imports a module of this name before anything else. Each process writes one line to the file
named in the environment; each attempt to reach beyond this machine adds one and fails.
"""

import os
import sys

LISTING = os.environ.get("AI_LIFECYCLE_NETWORK_LISTING", "")
REACHING = (
    "socket.connect",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "socket.gethostbyname",
)


def _note(line):
    if LISTING:
        handle = os.open(LISTING, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.write(handle, f"{line}\n".encode())
        os.close(handle)


def _refuse(event, arguments):
    if event not in REACHING:
        return
    target = arguments[0] if event.startswith("socket.get") else arguments[-1]
    # Addresses of processes on this machine are paths, not pairs.
    if isinstance(target, str | bytes) and not event.startswith("socket.get"):
        return
    _note(f"attempt: {event} {target!r} by {sys.argv[:2]}")
    raise PermissionError(f"no network here: {event} {target!r}")


_note("guarded")
sys.addaudithook(_refuse)
