"""A server on this machine that misbehaves on request, and counts what it is asked."""

import contextlib
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = b"hour,mwh\n" + b"".join(b"%d,%d\n" % (hour, 7 * hour) for hour in range(2000))


class Handler(BaseHTTPRequestHandler):
    """The first part of the path names the behaviour; the rest is ignored."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked[self.path] += 1
        self.server.headers_seen.append(dict(self.headers))
        behaviour = self.path.split("/")[1]
        self.close_connection = True
        with contextlib.suppress(ConnectionError, TimeoutError):
            getattr(self, f"answer_{behaviour}")()

    def head(self, status=200, **headers):
        """Status line and headers; underscores in names stand for hyphens."""
        self.send_response(status)
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self, body=BODY, status=200):
        self.head(status, Content_Length=len(body))
        self.wfile.write(body)

    def answer_good(self):
        self.whole()

    def answer_wrong(self):
        self.whole(BODY[:-2] + b"8\n")

    def answer_shorter(self):
        self.whole(BODY[:-9])

    def answer_longer(self):
        self.whole(BODY + b"x")

    def answer_truncated(self):
        self.head(Content_Length=len(BODY))
        self.wfile.write(BODY[:5000])

    def answer_unannounced(self):
        self.head()
        self.wfile.write(BODY[:5000])

    def answer_chunked(self):
        self.head(Transfer_Encoding="chunked")
        for start in range(0, len(BODY), 4000):
            part = BODY[start : start + 4000]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        self.wfile.write(b"0\r\n\r\n")

    def answer_brokenchunks(self):
        self.head(Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%s\r\n" % (4000, BODY[:4000]))

    def answer_gzip(self):
        import gzip

        packed = gzip.compress(BODY)
        self.head(Content_Length=len(packed), Content_Encoding="gzip")
        self.wfile.write(packed)

    def answer_missing(self):
        self.whole(b"no", 404)

    def answer_forbidden(self):
        self.whole(b"no", 403)

    def answer_gone(self):
        self.whole(b"no", 410)

    def answer_teapot(self):
        self.whole(b"no", 418)

    def answer_partial(self):
        self.whole(BODY, 206)

    def answer_failing(self):
        self.whole(b"no", 503)

    def answer_busy(self):
        self.whole(b"no", 429)

    def answer_recovers(self):
        if self.server.asked[self.path] == 1:
            self.whole(b"no", 500)
        else:
            self.whole()

    def answer_completes(self):
        if self.server.asked[self.path] == 1:
            self.answer_truncated()
        else:
            self.whole()

    def answer_mends(self):
        if self.server.asked[self.path] == 1:
            self.answer_unannounced()
        else:
            self.whole()

    def answer_loop(self):
        other = "b" if self.path.endswith("/a") else "a"
        self.head(302, Location=f"/loop/{other}", Content_Length=0)

    def answer_chain(self):
        step = int(self.path.rsplit("/", 1)[1])
        self.head(302, Location=f"/chain/{step + 1}", Content_Length=0)

    def answer_moved(self):
        self.head(301, Location="/good/x", Content_Length=0)

    def answer_strange(self):
        self.head(302, Location="ftp://127.0.0.1/x", Content_Length=0)

    def answer_stall(self):
        self.server.closing.wait(5)

    def answer_pause(self):
        self.head(Content_Length=len(BODY))
        self.wfile.write(BODY[:5000])
        self.wfile.flush()
        self.server.closing.wait(5)

    def answer_trickle(self):
        self.head(Content_Length=len(BODY))
        for byte in BODY:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            if self.server.closing.wait(0.05):
                return

    def answer_trickledhead(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(90):
            self.wfile.write(b"X-%d: 1\r\n" % number)
            self.wfile.flush()
            if self.server.closing.wait(0.05):
                return

    def answer_oversized(self):
        self.head()
        until = time.monotonic() + 5
        while time.monotonic() < until and not self.server.closing.is_set():
            self.wfile.write(b"x" * 65536)
            self.server.sent += 65536

    def answer_oversizedannounced(self):
        self.head(Content_Length=10**9)
        self.wfile.write(b"x" * 65536)

    def answer_hangup(self):
        self.connection.close()

    def log_message(self, *_):
        """Stay silent."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = Counter()
        self.headers_seen = []
        self.sent = 0
        self.closing = threading.Event()

    @property
    def address(self):
        """Base URL."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def host(self):
        """Host and port, as the folder below a mirror or the store."""
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_):
        """A client that hangs up is no fault."""


@contextlib.contextmanager
def misbehaving():
    """A running server; ends with the block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
