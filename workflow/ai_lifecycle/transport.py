"""One answer from the network, within its time: requests with a deadline over everything.

Name resolution, connection, redirects, headers and a body that trickles all see the deadline;
requests alone bounds only the silence between two reads.
"""

import socket
import ssl
import threading
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ai_lifecycle import store
from ai_lifecycle.errors import DataError

MAXIMUM_REDIRECTS = 5
# Answers that say "not now" rather than "no": retried, then unreachable.
PASSING_STATUSES = (407, 408, 425, 429)
REFUSALS = (401, 403, 404, 410, 451)
# Names of exception classes, the most telling first, and what they mean to a reader.
CLAUSES = (
    ("ProxyError", "the proxy fails"),
    ("gaierror", "name not found"),
    ("ConnectionRefusedError", "connection refused"),
    ("SSLError", "TLS fails"),
    ("SSLCertVerificationError", "TLS fails"),
    ("ConnectTimeout", "no connection in time"),
    ("ReadTimeout", "no answer in time"),
    ("IncompleteRead", "connection broke before the end"),
    ("RemoteDisconnected", "connection closed without an answer"),
    ("ConnectionResetError", "connection reset"),
)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, and how often to try.

    `connect_s` covers name resolution and connection together, over all addresses of a host;
    `read_s` the silence between two reads; `total_s` one file with all its attempts.
    """

    connect_s: float = 4.0
    read_s: float = 10.0
    total_s: float = 120.0
    attempts: int = 3
    backoff_s: float = 0.3


class Unreachable(Exception):
    """Upstream cannot be reached; the message is the reason, as a short clause."""


class Passing(Exception):
    """A fault worth another attempt; `fault` is what to raise when attempts run out."""

    def __init__(self, fault):
        super().__init__(str(fault))
        self.fault = fault


class Stopped(Exception):
    """The run is being given up; leave nothing behind."""


class Transport:
    """Sessions of all threads, and what each request may cost."""

    def __init__(self, patience):
        self.patience = patience
        self.stop = threading.Event()
        self._local = threading.local()
        self._sessions = []
        self._reached = set()

    def close(self):
        """Close all connections."""
        for session in self._sessions:
            session.close()

    def answer(self, file, url, deadline):
        """Response with its body still to be read; redirects followed within the deadline."""
        seen = []
        while True:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise Unreachable(f"no whole file within {self.patience.total_s:g} s")
            response = self._request(url, remaining)
            target = self._session().get_redirect_target(response)
            if target is None:
                return response
            response.close()
            seen.append(url)
            url = urljoin(url, target)
            if url in seen or len(seen) > MAXIMUM_REDIRECTS:
                raise DataError(
                    "redirects without end",
                    file=file.url,
                    key=file.id,
                    found=f"{len(seen)} redirects, then {url}",
                    allowed=f"at most {MAXIMUM_REDIRECTS}, none repeated",
                )
            scheme = urlsplit(url).scheme
            if scheme != "https" and not (scheme == "http" and file.url.startswith("http:")):
                raise DataError("redirect leaves https", file=file.url, key=file.id, found=url)

    def _request(self, url, remaining):
        session = self._session()
        connect_s = min(self.patience.connect_s, remaining)
        read_s = min(self.patience.read_s, remaining)
        self._reach(_endpoint(url), connect_s)
        try:
            # Headers that trickle never exceed the silence allowed between two reads.
            return _within(
                min(connect_s + read_s, remaining),
                lambda: session.get(
                    url, stream=True, allow_redirects=False, timeout=(connect_s, read_s)
                ),
                _shut,
            )
        except TimeoutError:
            del self._local.session
            waited = self.patience.connect_s + self.patience.read_s
            raise Passing(Unreachable(f"no answer within {waited:g} s")) from None

    def _reach(self, endpoint, connect_s):
        """Connect once, to learn in bounded time whether anything is there.

        A black hole with many addresses would cost requests a time-out for each of them.
        """
        if endpoint in self._reached:
            return
        try:
            _within(connect_s, lambda: socket.create_connection(endpoint, connect_s), _shut).close()
        except TimeoutError:
            raise Unreachable(f"no connection within {self.patience.connect_s:g} s") from None
        except OSError as fault:
            raise Passing(Unreachable(why(fault))) from None
        self._reached.add(endpoint)

    def receive(self, file, url, response, path, deadline):
        """Write the body of `response` to `path` if it is `file`.

        Raises
        ------
        DataError
            Wrong bytes.
        Passing
            The body broke off.
        Unreachable
            The time for the whole file is over.
        """
        import urllib3.exceptions

        declared = response.headers.get("Content-Length", "")
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        if declared.isdigit() and not encoded and int(declared) > file.bytes + store.MARGIN_BYTES:
            raise store.wrong("body is larger than declared", file, url, f"{declared} bytes")

        # A chunked body tells its own end.
        announced = bool(declared) or "Transfer-Encoding" in response.headers

        def read(amount):
            if self.stop.is_set():
                raise Stopped
            if time.monotonic() > deadline:
                raise Unreachable(f"no whole file within {self.patience.total_s:g} s")
            return response.raw.read1(amount, decode_content=True)

        try:
            with store.whole(path) as write:
                store.copy(read, write, file, where=url, announced=announced)
        except store.Short as short:
            raise Passing(short.fault) from None
        except urllib3.exceptions.ReadTimeoutError:
            raise Passing(Unreachable(f"silent for {self.patience.read_s:g} s")) from None
        except (urllib3.exceptions.HTTPError, ssl.SSLError, ConnectionError) as fault:
            raise Passing(Unreachable(why(fault))) from None

    def _session(self):
        if not hasattr(self._local, "session"):
            import requests

            session = requests.Session()
            session.headers["User-Agent"] = "ai-lifecycle"
            session.headers["Accept-Encoding"] = "identity"
            # No credentials from a .netrc: all sources are public.
            session.auth = _unsigned
            self._local.session = session
            self._sessions.append(session)
        return self._local.session


def _unsigned(request):
    return request


def _endpoint(url):
    """Host and port that a request for `url` connects to: a proxy's, where one is set."""
    from requests.utils import get_environ_proxies, prepend_scheme_if_needed, select_proxy

    proxy = select_proxy(url, get_environ_proxies(url))
    parts = urlsplit(prepend_scheme_if_needed(proxy, "http") if proxy else url)
    ports = {"https": 443, "socks5": 1080, "socks5h": 1080, "socks4": 1080}
    return parts.hostname, parts.port or ports.get(parts.scheme, 80)


def _shut(late):
    late.close()


def _within(seconds, action, discard):
    """Result of `action`, or TimeoutError; a result that comes too late is discarded."""
    box, done, guard = {}, threading.Event(), threading.Lock()

    def work():
        try:
            result = ("result", action())
        except BaseException as fault:
            result = ("fault", fault)
        with guard:
            late = box.get("late")
            box[result[0]] = result[1]
        done.set()
        if late and result[0] == "result":
            discard(result[1])

    threading.Thread(target=work, daemon=True).start()
    done.wait(seconds)
    with guard:
        if not ("result" in box or "fault" in box):
            box["late"] = True
            raise TimeoutError
    if "fault" in box:
        raise box["fault"]
    return box["result"]


def why(fault):
    """A fault of the network or a file as a short clause, the same on every run."""
    chain, link = [], fault
    while link is not None and link not in chain:
        chain.append(link)
        inner = getattr(link, "reason", None)
        arguments = [a for a in getattr(link, "args", ()) if isinstance(a, BaseException)]
        link = inner if isinstance(inner, BaseException) else None
        link = link or (arguments[0] if arguments else None) or chain[-1].__cause__
        link = link or chain[-1].__context__
    names = [type(link).__name__ for link in chain]
    for name, clause in CLAUSES:
        if name in names:
            return clause
    texts = [link.strerror for link in chain if isinstance(link, OSError) and link.strerror]
    return texts[-1] if texts else names[-1]
