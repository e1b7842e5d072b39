"""Nothing reaches beyond this machine but the fetching of upstream files."""

import ast
import os
import subprocess
import sys

import pytest
from builds import ROOT

CODE = [*(ROOT / "workflow").rglob("*.py"), *(ROOT / "config").rglob("*.py")]
NETWORK = {"socket", "ssl", "requests", "urllib3", "httpx", "aiohttp", "ftplib", "smtplib",
           "telnetlib", "http", "xmlrpc", "webbrowser", "asyncio", "paramiko"}  # fmt: skip
PROGRAMS = {"subprocess", "pty", "multiprocessing", "ctypes", "cffi"}
FETCHING = {"transport.py", "download.py"}
# Behind targets of make and in no rule: they ask git, and build in a scratch folder.
BY_HAND = {"release_make.py", "release_verify.py"}


def imported(path):
    """Modules that a file imports anywhere, by their full names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reaching(path):
    """Imports of a file that can reach the network or start programs."""
    for name in imported(path):
        first = name.split(".")[0]
        if first in NETWORK | PROGRAMS or name.startswith(
            ("urllib.request", "os.system", "os.popen")
        ):
            yield name


def test_only_the_fetching_modules_import_what_reaches_the_network():
    found = {path.relative_to(ROOT).as_posix(): set(reaching(path)) for path in CODE}
    found = {path: names for path, names in found.items() if names}
    strangers = {p: n for p, n in found.items() if p.rpartition("/")[2] not in FETCHING | BY_HAND}
    assert strangers == {}
    assert {p.rpartition("/")[2] for p in found} == FETCHING | BY_HAND
    rules = "".join(path.read_text() for path in (ROOT / "workflow/rules").glob("*.smk"))
    assert not any(name in rules for name in BY_HAND)


def test_what_fetches_is_run_by_the_fetch_rules_alone():
    """Only scripts whose name says so may name the room of downloads."""
    users = {path.name for path in (ROOT / "workflow/scripts").glob("*.py")
             if set(imported(path)) & {"ai_lifecycle.download", "ai_lifecycle.transport"}
             or "sources.fetch(" in path.read_text(encoding="utf-8")}  # fmt: skip
    assert users == {"sources_fetch.py", "sources_all.py"}


def test_no_rule_or_shell_line_fetches():
    for path in [*(ROOT / "workflow").rglob("*.smk"), ROOT / "workflow/Snakefile"]:
        text = path.read_text(encoding="utf-8")
        for word in ("curl ", "wget ", "storage.http", "urllib", "import requests", "shell:"):
            assert word not in text, (path.name, word)


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import socket; socket.socket().connect(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import socket as s; s.socket(s.AF_INET, s.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
        "import urllib.request as u; u.urlopen('http://127.0.0.1:9')",
    ],
)
def test_the_guard_of_the_shared_build_stops_and_lists_an_attempt(tmp_path, attempt):
    """Without this the test on the build could not fail."""
    listing = tmp_path / "listing.txt"
    finished = subprocess.run(
        [sys.executable, "-c", attempt],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "tests/without_network"),
            "AI_LIFECYCLE_NETWORK_LISTING": str(listing),
        },
        capture_output=True,
        text=True,
    )
    assert finished.returncode != 0
    assert "no network here" in finished.stderr
    assert "attempt: socket." in listing.read_text()


def test_no_process_of_the_build_reached_for_the_network(whole):
    """The shared build runs every rule, notebooks too, under the guard."""
    lines = (whole / "network.txt").read_text().splitlines()
    assert [line for line in lines if line != "guarded"] == []
    assert len(lines) > 20
