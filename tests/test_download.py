"""What the fetch does when the network, the mirror or the disk misbehaves."""

import errno
import hashlib
import io
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from misbehaving_server import BODY, misbehaving

from ai_lifecycle import store, transport
from ai_lifecycle.download import Downloader
from ai_lifecycle.errors import DataError
from ai_lifecycle.store import File
from ai_lifecycle.transport import Patience

SHA256 = hashlib.sha256(BODY).hexdigest()
QUICK = Patience(connect_s=0.3, read_s=0.3, total_s=1.5, attempts=3, backoff_s=0.01)


@pytest.fixture
def server():
    with misbehaving() as running:
        yield running


def wanted(server, behaviour, name="x.csv", id="a_source"):
    return File(id, f"{server.address}/{behaviour}/{name}", SHA256, len(BODY))


def fetch(folder, files, **how):
    how = {"patience": QUICK, "plain_loopback": True} | how
    with Downloader(folder, **how) as downloader:
        return downloader.fetch(files if isinstance(files, list) else [files])


def leftovers(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def stored(folder, file):
    return folder / store.relative_path(file.url)


# --- what is right ---


@pytest.mark.parametrize(
    "behaviour", ["good", "chunked", "gzip", "moved", "recovers", "completes", "mends"]
)
def test_a_good_body_is_stored_whole(server, tmp_path, behaviour):
    file = wanted(server, behaviour)
    (outcome,) = fetch(tmp_path, file)
    assert outcome.route == "upstream"
    assert outcome.path.read_bytes() == BODY
    assert leftovers(tmp_path) == [f"{server.host}/{behaviour}/x.csv"]


def test_a_stored_file_is_used_without_any_request(server, tmp_path):
    file = wanted(server, "good")
    fetch(tmp_path, file)
    (again,) = fetch(tmp_path, file)
    assert again.route == "cache"
    assert sum(server.asked.values()) == 1


def test_a_stored_file_with_other_bytes_is_fetched_anew(server, tmp_path):
    file = wanted(server, "good")
    stored(tmp_path, file).parent.mkdir(parents=True)
    stored(tmp_path, file).write_bytes(BODY[:-1])
    (outcome,) = fetch(tmp_path, file)
    assert outcome.route == "upstream"
    assert outcome.path.read_bytes() == BODY


def test_no_credentials_leave_this_machine(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetch(tmp_path / "store", wanted(server, "good"))
    assert "Authorization" not in server.headers_seen[0]


# --- what can be reached and is wrong: an error that names source, expected and found ---


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("wrong", ["wrong bytes", f"({len(BODY)} bytes)"]),
        ("shorter", ["wrong bytes", f"({len(BODY) - 9} bytes)"]),
        ("longer", ["wrong bytes", f"({len(BODY) + 1} bytes)"]),
        ("unannounced", ["wrong bytes", "(5000 bytes)"]),
        ("missing", ["refuses the file", "HTTP 404"]),
        ("forbidden", ["refuses the file", "HTTP 403"]),
        ("gone", ["refuses the file", "HTTP 410"]),
        ("teapot", ["gives no file", "HTTP 418"]),
        ("partial", ["gives no file", "HTTP 206"]),
        ("oversized", ["body is larger than declared", f"more than {len(BODY) + 4096} bytes"]),
        ("oversizedannounced", ["body is larger than declared", "1000000000 bytes"]),
    ],
)
def test_wrong_answers_are_errors(server, tmp_path, behaviour, words):
    with pytest.raises(DataError) as fault:
        fetch(tmp_path, wanted(server, behaviour))
    for word in [*words, "a_source", f"/{behaviour}/x.csv", SHA256, f"({len(BODY)} bytes)"]:
        assert word in str(fault.value)
    assert leftovers(tmp_path) == []


def test_an_oversized_body_is_not_read_to_its_end(server, tmp_path):
    with pytest.raises(DataError):
        fetch(tmp_path, wanted(server, "oversized"))
    # What lies in the buffers of two sockets may be sent; five seconds of it may not.
    assert server.sent < 50_000_000


def test_a_refusal_is_not_repeated(server, tmp_path):
    with pytest.raises(DataError):
        fetch(tmp_path, wanted(server, "missing"))
    assert server.asked["/missing/x.csv"] == 1


@pytest.mark.parametrize(
    ("behaviour", "name", "words"),
    [
        ("loop", "a", ["redirects without end", "2 redirects"]),
        ("chain", "1", ["redirects without end", "6 redirects", "at most 5"]),
        ("strange", "x", ["redirect leaves https", "ftp://"]),
    ],
)
def test_redirects_end(server, tmp_path, behaviour, name, words):
    with pytest.raises(DataError) as fault:
        fetch(tmp_path, wanted(server, behaviour, name))
    for word in [*words, "a_source"]:
        assert word in str(fault.value)
    assert leftovers(tmp_path) == []


def test_the_first_error_in_the_order_of_the_files_is_told(server, tmp_path):
    files = [wanted(server, b, id=f"source_{b}") for b in ("good", "missing", "wrong")]
    with pytest.raises(DataError, match="source_missing"):
        fetch(tmp_path, files)


def test_plain_http_is_refused_unless_allowed_on_this_machine(server, tmp_path):
    with pytest.raises(DataError, match="address is not https"):
        fetch(tmp_path, wanted(server, "good"), plain_loopback=False)
    elsewhere = File("a_source", "http://192.0.2.1/x.csv", SHA256, len(BODY))
    with pytest.raises(DataError, match="address is not https"):
        fetch(tmp_path, elsewhere)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/../b.csv",
        "https://example.org/a/%2e%2e/b.csv",
        "https://example.org/a%2Fb.csv",
        "https://example.org/a/%5c..%5cb.csv",
        "https://example.org/a//b.csv",
        "https://example.org/b.csv?x=1",
        "https://example.org/",
        "https://user@example.org/b.csv",
        "https://example.org/b%00.csv",
        "https://[::1/b.csv",
    ],
)
def test_addresses_that_leave_the_folder_are_refused(url):
    with pytest.raises(DataError, match="no safe path"):
        store.relative_path(url)


def test_paths_are_percent_decoded():
    found = store.relative_path("https://example.org/A%20b/NG_%26_avg.csv")
    assert str(found) == "example.org/A b/NG_&_avg.csv"


# --- what cannot be reached: a reason, no file, and soon ---


@pytest.mark.parametrize(
    ("behaviour", "reason", "requests"),
    [
        ("truncated", "connection broke before the end", 3),
        ("brokenchunks", "connection broke before the end", 3),
        ("failing", "HTTP 503", 3),
        ("busy", "HTTP 429", 3),
        ("stall", "no answer in time", 3),
        ("pause", "silent for 0.3 s", 3),
        ("trickle", "no whole file within 1.5 s", 1),
        ("trickledhead", "no answer within 0.6 s", 3),
        ("hangup", "connection closed without an answer", 3),
    ],
)
def test_unreachable_is_told_apart_and_leaves_nothing(
    server, tmp_path, behaviour, reason, requests
):
    start = time.monotonic()
    (outcome,) = fetch(tmp_path, wanted(server, behaviour))
    assert (outcome.route, outcome.reason) == ("unreachable", reason)
    assert server.asked[f"/{behaviour}/x.csv"] == requests
    assert time.monotonic() - start < 2 * QUICK.total_s
    assert leftovers(tmp_path) == []


def test_a_refused_connection_is_unreachable(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    file = File("a_source", f"http://127.0.0.1:{port}/x.csv", SHA256, len(BODY))
    (outcome,) = fetch(tmp_path, file)
    assert (outcome.route, outcome.reason) == ("unreachable", "connection refused")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name not found"),
        (OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH)), "Network is unreachable"),
    ],
)
def test_no_name_and_no_route_are_unreachable(tmp_path, monkeypatch, fault, reason):
    def create_connection(*_):
        raise fault

    monkeypatch.setattr(transport.socket, "create_connection", create_connection)
    file = File("a_source", "https://files.example/x.csv", SHA256, len(BODY))
    (outcome,) = fetch(tmp_path, file)
    assert (outcome.route, outcome.reason) == ("unreachable", reason)


def test_a_black_hole_costs_one_connection_time_out(tmp_path, monkeypatch):
    release = threading.Event()
    monkeypatch.setattr(
        transport.socket, "create_connection", lambda *_: (release.wait(5), io.BytesIO())[1]
    )
    files = [
        File(f"source_{n}", f"https://files.example/{n}.csv", SHA256, len(BODY)) for n in range(9)
    ]
    start = time.monotonic()
    outcomes = fetch(tmp_path, files)
    waited = time.monotonic() - start
    release.set()
    assert {o.reason for o in outcomes} == {"no connection within 0.3 s"}
    assert waited < 2 * QUICK.connect_s


def test_a_server_without_tls_is_unreachable_over_https(server, tmp_path):
    url = f"{server.address.replace('http:', 'https:')}/good/x.csv"
    (outcome,) = fetch(tmp_path, File("a_source", url, SHA256, len(BODY)))
    assert (outcome.route, outcome.reason) == ("unreachable", "TLS fails")


def test_a_dead_proxy_is_unreachable(tmp_path, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    file = File("a_source", "https://files.example/x.csv", SHA256, len(BODY))
    (outcome,) = fetch(tmp_path, file)
    assert (outcome.route, outcome.reason) == ("unreachable", "connection refused")


def test_one_breaker_per_host_spares_the_other_files(server, tmp_path):
    files = [wanted(server, "failing", f"{n}.csv", f"source_{n}") for n in range(20)]
    outcomes = fetch(tmp_path, files, threads=4)
    assert {o.reason for o in outcomes} == {"HTTP 503"}
    assert sum(server.asked.values()) == QUICK.attempts


def test_the_breaker_of_one_host_leaves_another_alone(server, tmp_path):
    with misbehaving() as other:
        files = [wanted(server, "failing"), wanted(other, "good", id="another")]
        outcomes = fetch(tmp_path, files)
    assert [o.route for o in outcomes] == ["unreachable", "upstream"]


def test_offline_asks_nobody(server, tmp_path):
    (outcome,) = fetch(tmp_path, wanted(server, "good"), offline=True)
    assert (outcome.route, outcome.reason) == ("unreachable", "offline is set")
    assert not server.asked


def test_wrong_bytes_in_the_store_do_not_outlive_an_unreachable_source(server, tmp_path):
    file = wanted(server, "failing")
    stored(tmp_path, file).parent.mkdir(parents=True)
    stored(tmp_path, file).write_bytes(b"half")
    fetch(tmp_path, file)
    assert leftovers(tmp_path) == []


# --- the mirror ---


@pytest.fixture
def mirror(tmp_path):
    folder = tmp_path / "mirror"
    folder.mkdir()
    return folder


def put(mirror, file, body=BODY):
    path = mirror / store.relative_path(file.url)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def test_the_mirror_comes_before_upstream(server, tmp_path, mirror):
    file = wanted(server, "good")
    put(mirror, file)
    (outcome,) = fetch(tmp_path / "store", file, mirror=mirror)
    assert outcome.route == "mirror"
    assert outcome.path.read_bytes() == BODY
    assert not server.asked


def test_a_file_that_the_mirror_lacks_comes_from_upstream(server, tmp_path, mirror):
    (outcome,) = fetch(tmp_path / "store", wanted(server, "good"), mirror=mirror)
    assert outcome.route == "upstream"


@pytest.mark.parametrize("body", [BODY[:-1], BODY[:-2] + b"8\n", BODY * 3])
def test_other_bytes_in_the_mirror_are_an_error(server, tmp_path, mirror, body):
    file = wanted(server, "good")
    put(mirror, file, body)
    with pytest.raises(DataError) as fault:
        fetch(tmp_path / "store", file, mirror=mirror)
    for word in ("mirror", "a_source", SHA256, "bytes"):
        assert word in str(fault.value)
    assert leftovers(tmp_path / "store") == []
    assert not server.asked


def test_a_mirror_that_is_not_there_is_an_error(server, tmp_path):
    with pytest.raises(DataError, match="key mirror: mirror cannot be read"):
        fetch(tmp_path, wanted(server, "good"), mirror=tmp_path / "nowhere")


def test_a_mirror_that_is_a_file_or_another_scheme_is_an_error(server, tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", "ftp://example.org/mirror"):
        with pytest.raises(DataError, match="mirror cannot be"):
            fetch(tmp_path, wanted(server, "good"), mirror=place)


@pytest.mark.parametrize("fault", ["folder", "pipe", "file as folder", "unreadable"])
def test_a_mirror_that_cannot_be_read_is_an_error(server, tmp_path, mirror, monkeypatch, fault):
    file = wanted(server, "good")
    if fault == "folder":
        (mirror / store.relative_path(file.url)).mkdir(parents=True)
    elif fault == "pipe":
        put(mirror, file).unlink()
        os.mkfifo(mirror / store.relative_path(file.url))
    elif fault == "file as folder":
        (mirror / server.host).write_text("x")
    else:
        put(mirror, file)

        def refuse(path, *rest):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

        # Permissions do not bind a superuser, under whom tests may run.
        monkeypatch.setattr("ai_lifecycle.download.open", refuse, raising=False)
    with pytest.raises(DataError, match=r"a_source.*mirror (cannot be read|holds no plain file)"):
        fetch(tmp_path / "store", file, mirror=mirror)
    assert not server.asked


def test_a_link_out_of_the_mirror_is_refused(server, tmp_path, mirror):
    file = wanted(server, "good")
    (tmp_path / "outside.csv").write_bytes(BODY)
    path = put(mirror, file)
    path.unlink()
    path.symlink_to(tmp_path / "outside.csv")
    with pytest.raises(DataError, match="leads out of the mirror"):
        fetch(tmp_path / "store", file, mirror=mirror)
    inside = put(mirror, wanted(server, "good", "y.csv"))
    path.unlink()
    path.symlink_to(inside)
    (outcome,) = fetch(tmp_path / "store", file, mirror=mirror)
    assert outcome.route == "mirror"


def test_a_mirror_may_be_a_base_url(server, tmp_path):
    upstream = File("a_source", "https://files.example/A%20b.csv", SHA256, len(BODY))
    (outcome,) = fetch(tmp_path, upstream, mirror=f"{server.address}/good/")
    assert outcome.route == "mirror"
    assert list(server.asked) == ["/good/files.example/A%20b.csv"]


def test_a_file_that_a_mirror_url_lacks_comes_from_upstream(server, tmp_path):
    (outcome,) = fetch(tmp_path, wanted(server, "good"), mirror=f"{server.address}/missing")
    assert outcome.route == "upstream"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ("failing", r"mirror cannot be read \(HTTP 503\)"),
        ("forbidden", "HTTP 403"),
        ("wrong", "wrong bytes"),
    ],
)
def test_a_mirror_url_that_misbehaves_is_an_error(server, tmp_path, behaviour, words):
    file = wanted(server, "good")
    with pytest.raises(DataError, match=words) as fault:
        fetch(tmp_path, file, mirror=f"{server.address}/{behaviour}")
    assert "a_source" in str(fault.value)
    assert "/good/x.csv" not in server.asked
    assert leftovers(tmp_path) == []


# --- the disk, and interruption ---


class FullDisk(io.BytesIO):
    """A file that takes a little and then has no room."""

    def write(self, chunk):
        if self.tell() + len(chunk) > 4000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(chunk)


def test_a_full_disk_is_an_error_that_names_the_file(server, tmp_path, monkeypatch):
    def fdopen(handle, *_):
        os.close(handle)
        return FullDisk()

    monkeypatch.setattr(store.os, "fdopen", fdopen)
    with pytest.raises(DataError, match=r"good/x\.csv: disk is full"):
        fetch(tmp_path, wanted(server, "good"))
    assert leftovers(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_an_error(server, tmp_path):
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(DataError, match="file cannot be written"):
        fetch(tmp_path / "store", wanted(server, "good"))


def test_an_interrupt_leaves_nothing_and_the_next_run_completes(server, tmp_path, monkeypatch):
    file = wanted(server, "good")

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(store.hashlib, "sha256", interrupt)
        with (
            Downloader(tmp_path, patience=QUICK, plain_loopback=True) as downloader,
            pytest.raises(KeyboardInterrupt),
        ):
            downloader.fetch_one(file)
    assert leftovers(tmp_path) == []
    (outcome,) = fetch(tmp_path, file)
    assert outcome.route == "upstream"


def test_an_interrupt_while_waiting_stops_the_downloads_under_way(server, tmp_path, monkeypatch):
    file = wanted(server, "trickle")
    patient = Patience(connect_s=1, read_s=1, total_s=60)
    with Downloader(tmp_path, patience=patient, plain_loopback=True) as downloader:
        started = threading.Event()

        def interrupted(*_):
            started.wait(2)
            while not leftovers(tmp_path):
                time.sleep(0.01)
            raise KeyboardInterrupt

        class Future:
            result = interrupted

        submit = downloader.fetch_one
        monkeypatch.setattr(downloader, "fetch_one", lambda f: (started.set(), submit(f)))

        class Pool(ThreadPoolExecutor):
            def submit(self, action, *arguments):
                super().submit(action, *arguments)
                return Future()

        monkeypatch.setattr("ai_lifecycle.download.ThreadPoolExecutor", Pool)
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            downloader.fetch([file])
    assert time.monotonic() - start < 3
    assert leftovers(tmp_path) == []


def test_what_a_killed_run_left_is_swept(server, tmp_path):
    file = wanted(server, "good")
    path = stored(tmp_path, file)
    path.parent.mkdir(parents=True)
    (path.parent / f".{path.name}.abc123.part").write_bytes(b"half")
    fetch(tmp_path, file)
    assert leftovers(tmp_path) == [f"{server.host}/good/x.csv"]
