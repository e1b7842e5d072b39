"""The store of upstream files on disk: a file there is whole and right, or it is not there."""

import errno
import hashlib
import os
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ai_lifecycle.errors import DataError

CHUNK_BYTES = 1 << 16
# Read this far past the declared length before giving up: enough to see that it goes on.
MARGIN_BYTES = 1 << 12


@dataclass(frozen=True)
class File:
    """One upstream file: its id, address, fingerprint and the day its publisher last changed it."""

    id: str
    url: str
    sha256: str
    bytes: int
    date_published: str = "unknown"


class Short(Exception):
    """A body ended early although nothing announced its length; `fault` says so to a reader."""

    def __init__(self, fault):
        super().__init__(str(fault))
        self.fault = fault


def relative_path(url):
    """Path of an address below a mirror or the store: ``<host>/<path>``, percent-decoded.

    Raises
    ------
    DataError
        If the address has a query, or a segment that would leave the folder.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
    except ValueError:
        parts, host = urlsplit(""), None
    segments = [unquote(segment) for segment in parts.path.split("/")[1:]]
    bad = [
        s
        for s in [parts.hostname or "", *segments]
        if s in ("", ".", "..") or not s.isprintable() or set(s) & set("/\\")
    ]
    if bad or not segments or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise DataError(
            "address has no safe path",
            found=url,
            allowed="scheme://host/path without user, query, fragment or dotted segments",
        )
    return PurePosixPath(host, *segments)


def fingerprint(path):
    """Length and sha256 of a file as ``(bytes, sha256)``, or None where there is no file."""
    try:
        with open(path, "rb") as body:
            digest = hashlib.file_digest(body, "sha256").hexdigest()
            return body.tell(), digest
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as fault:
        raise DataError(f"file cannot be read ({fault.strerror})", file=path) from None


def sweep(path):
    """Remove what a killed run may have left beside `path`."""
    for stale in path.parent.glob(f".{_escaped(path.name)}.*.part"):
        stale.unlink(missing_ok=True)


def _escaped(name):
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)


@contextmanager
def whole(path):
    """A function that writes chunks to `path`; the file appears at the end, or not at all.

    Raises
    ------
    DataError
        If the disk is full or the folder cannot be written.
    """
    with _disk_faults(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=".part"
        )
    try:
        with _closing(os.fdopen(handle, "wb"), path) as out:

            def write(chunk):
                with _disk_faults(path):
                    out.write(chunk)

            yield write
        with _disk_faults(path):
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def _closing(out, path):
    """Close `out`, whose last bytes may not fit on the disk either."""
    try:
        yield out
    except BaseException:
        with suppress(OSError):
            out.close()
        raise
    with _disk_faults(path):
        out.close()


@contextmanager
def _disk_faults(path):
    try:
        yield
    except OSError as fault:
        full = fault.errno in (errno.ENOSPC, errno.EDQUOT)
        what = "disk is full" if full else f"file cannot be written ({fault.strerror})"
        raise DataError(what, file=path, allowed="room and leave to write there") from None


def copy(read, write, file, *, where, what="wrong bytes", announced=True):
    """Copy a body that must be `file`, chunk by chunk.

    Parameters
    ----------
    read, write : callable
        `read(amount)` gives the next bytes, empty at the end; `write(chunk)` takes them.
    file : File
        What the bytes must be.
    where : str or Path
        Where the body comes from, for the message.
    what : str
        The message when the bytes are wrong.
    announced : bool
        Whether the length of the body was announced, so that its end is known to be the end.

    Raises
    ------
    DataError
        Wrong bytes, or more of them than declared.
    Short
        Fewer bytes than declared, and nothing says whether more were to come.
    """
    digest, total = hashlib.sha256(), 0
    while chunk := read(CHUNK_BYTES):
        total += len(chunk)
        if total > file.bytes + MARGIN_BYTES:
            found = f"more than {file.bytes + MARGIN_BYTES} bytes"
            raise wrong("body is larger than declared", file, where, found)
        digest.update(chunk)
        write(chunk)
    if (total, digest.hexdigest()) != (file.bytes, file.sha256):
        fault = wrong(what, file, where, f"sha256 {digest.hexdigest()} ({total} bytes)")
        raise Short(fault) if total < file.bytes and not announced else fault


def wrong(what, file, where, found):
    """The error for bytes that are not those of `file`."""
    return DataError(
        what,
        file=where,
        key=file.id,
        found=found,
        allowed=f"sha256 {file.sha256} ({file.bytes} bytes)",
    )
