"""Bytes of upstream files: from the cache, a mirror or their address, checked by sha256.

A file is whole and right, or it is not there. What cannot be reached raises `Unreachable`, so that
a frozen table may serve; what can be reached and is wrong raises `DataError`.
"""

import ipaddress
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from ai_lifecycle import store
from ai_lifecycle.errors import DataError
from ai_lifecycle.transport import (
    PASSING_STATUSES,
    REFUSALS,
    Passing,
    Patience,
    Stopped,
    Transport,
    Unreachable,
    why,
)


@dataclass(frozen=True)
class Outcome:
    """Where a file came from (cache, mirror, upstream), or why it could not be reached."""

    file: store.File
    path: Path
    route: str
    reason: str = ""


class Breaker:
    """One circuit breaker per host, shared by all threads.

    Until a host has answered once, only one file at a time may try it; once a file has found it
    unreachable, the others are told so without trying.
    """

    def __init__(self):
        self._guard = threading.Lock()
        self._first = {}
        self._answered = set()
        self._reasons = {}

    def reason(self, host):
        """Why `host` counts as unreachable, or an empty string."""
        return self._reasons.get(host, "")

    def answered(self, host):
        """Note that `host` has given an answer."""
        self._answered.add(host)

    def trip(self, host, reason):
        """Note that `host` is unreachable; the first reason stays."""
        self._reasons.setdefault(host, reason)

    @contextmanager
    def turn(self, host):
        """Wait while another file makes the first contact with `host`."""
        with self._guard:
            first = self._first.setdefault(host, threading.Lock())
        with first:
            if host not in self._answered:
                yield
                return
        yield


class Downloader:
    """Fetches files into ``<folder>/<host>/<path>``; close it, or use it as a context.

    Parameters
    ----------
    folder : Path
        The cache. A file there with the right sha256 is used without any network.
    mirror : str
        Folder or base URL laid out as ``<host>/<path>``; empty for none.
    offline : bool
        Try no network at all; a mirror that is a folder still serves.
    patience : Patience
        Time-outs and attempts.
    threads : int
        Files under way at once.
    plain_loopback : bool
        Allow ``http://`` addresses on this machine (for tests).
    """

    def __init__(
        self,
        folder,
        *,
        mirror="",
        offline=False,
        patience=Patience(),  # noqa: B008 (frozen)
        threads=4,
        plain_loopback=False,
    ):
        self.folder = Path(folder)
        self.offline = offline
        self.patience = patience
        self.threads = threads
        self.plain_loopback = plain_loopback
        self.breaker = Breaker()
        self.transport = Transport(patience)
        self.mirror_url, self.mirror_folder = _mirror(mirror)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Close all connections."""
        self.transport.close()

    def fetch(self, files):
        """Outcomes in the order of `files`; raises the first `DataError` in that order."""
        faults, outcomes = [], []
        with ThreadPoolExecutor(self.threads) as pool:
            futures = [pool.submit(self.fetch_one, file) for file in files]
            try:
                for future in futures:
                    try:
                        outcomes.append(future.result())
                    except DataError as fault:
                        faults.append(fault)
            except BaseException:
                self.transport.stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
                raise
        if faults:
            raise faults[0]
        return outcomes

    def fetch_one(self, file):
        """Outcome of one file: cache, then mirror, then upstream.

        Raises
        ------
        DataError
            Wrong bytes, a refusal (403, 404, 410, …), a redirect loop, an unreadable mirror, a
            disk that is full; names the source, what was expected and what was found.
        """
        relative = store.relative_path(file.url)
        path = self.folder / relative
        if store.fingerprint(path) == (file.bytes, file.sha256):
            return Outcome(file, path, "cache")
        store.sweep(path)
        if self.mirror_folder and self._from_folder(file, relative, path):
            return Outcome(file, path, "mirror")
        if self.offline:
            return self._unreachable(file, path, "offline is set")
        if self.mirror_url and self._from_mirror_url(file, relative, path):
            return Outcome(file, path, "mirror")
        try:
            self._from_address(file, file.url, path)
        except Unreachable as fault:
            return self._unreachable(file, path, str(fault))
        return Outcome(file, path, "upstream")

    def _unreachable(self, file, path, reason):
        # What stands in the cache has been found wrong: it must not pass for the source.
        path.unlink(missing_ok=True)
        return Outcome(file, path, "unreachable", reason)

    def _from_folder(self, file, relative, path):
        source = self.mirror_folder / relative
        try:
            real = source.resolve(strict=True)
        except FileNotFoundError:
            return False
        except (OSError, RuntimeError) as fault:
            raise _unreadable_mirror(file, source, fault) from None
        if not real.is_relative_to(self.mirror_folder):
            raise DataError(
                "mirror file leads out of the mirror", file=source, key=file.id, found=str(real)
            )
        if not real.is_file():
            raise DataError("mirror holds no plain file there", file=source, key=file.id)
        try:
            with open(real, "rb") as body, store.whole(path) as write:
                store.copy(body.read, write, file, where=source, what="mirror holds wrong bytes")
        except OSError as fault:
            raise _unreadable_mirror(file, source, fault) from None
        return True

    def _from_mirror_url(self, file, relative, path):
        url = f"{self.mirror_url}/{quote(str(relative))}"
        try:
            self._from_address(file, url, path, absent_is_error=False)
        except FileNotFoundError:
            return False
        except Unreachable as fault:
            raise _unreadable_mirror(file, url, fault) from None
        return True

    def _from_address(self, file, url, path, absent_is_error=True):
        parts = urlsplit(url)
        own_mirror = bool(self.mirror_url) and url.startswith(f"{self.mirror_url}/")
        plain = self.plain_loopback and _is_loopback(parts.hostname)
        if parts.scheme != "https" and not (parts.scheme == "http" and (own_mirror or plain)):
            raise DataError("address is not https", file=url, key=file.id, found=parts.scheme)
        host = parts.netloc
        with self.breaker.turn(host):
            deadline = time.monotonic() + self.patience.total_s
            try:
                self._attempts(file, url, path, host, deadline, absent_is_error)
            except Unreachable as fault:
                self.breaker.trip(host, str(fault))
                raise

    def _attempts(self, file, url, path, host, deadline, absent_is_error):
        for attempt in range(1, self.patience.attempts + 1):
            if self.breaker.reason(host):
                raise Unreachable(self.breaker.reason(host))
            try:
                return self._attempt(file, url, path, host, deadline, absent_is_error)
            except Passing as passing:
                pause = self.patience.backoff_s * 2 ** (attempt - 1)
                last = attempt == self.patience.attempts
                if last or time.monotonic() + pause > deadline:
                    raise passing.fault from None
                if self.transport.stop.wait(pause):
                    raise Stopped from None

    def _attempt(self, file, url, path, host, deadline, absent_is_error):
        import requests

        try:
            response = self.transport.answer(file, url, deadline)
            with response:
                self.breaker.answered(host)
                _check_status(file, url, response.status_code, absent_is_error)
                self.transport.receive(file, url, response, path, deadline)
        except requests.RequestException as fault:
            raise Passing(Unreachable(why(fault))) from None


def _mirror(mirror):
    """The mirror as (base URL, folder), one of them set at most.

    Raises
    ------
    DataError
        If a folder is named that is not there, is no folder or cannot be read.
    """
    mirror = str(mirror or "")
    if not mirror:
        return "", None
    allowed = "a folder that can be read, or a base URL (https://… or http://…)"
    if "://" in mirror:
        if not mirror.startswith(("https://", "http://")):
            raise DataError("mirror cannot be used", key="mirror", found=mirror, allowed=allowed)
        return mirror.rstrip("/"), None
    folder = Path(mirror).expanduser()
    try:
        folder = folder.resolve(strict=True)
        os.scandir(folder).close()
    except (OSError, RuntimeError) as fault:
        what = f"mirror cannot be read ({why(fault)})"
        raise DataError(what, key="mirror", found=mirror, allowed=allowed) from None
    return "", folder


def _unreadable_mirror(file, where, fault):
    reason = str(fault) if isinstance(fault, Unreachable) else why(fault)
    return DataError(
        f"mirror cannot be read ({reason})",
        file=where,
        key=file.id,
        allowed="a mirror that answers, or none (leave the setting empty)",
    )


def _check_status(file, url, status, absent_is_error):
    if status == 200:
        return
    if status >= 500 or status in PASSING_STATUSES:
        raise Passing(Unreachable(f"HTTP {status}"))
    if status in (404, 410) and not absent_is_error:
        raise FileNotFoundError(url)
    raise DataError(
        "upstream refuses the file" if status in REFUSALS else "upstream gives no file",
        file=url,
        key=file.id,
        found=f"HTTP {status}",
        allowed=f"HTTP 200 with sha256 {file.sha256} ({file.bytes} bytes)",
    )


def _is_loopback(host):
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
