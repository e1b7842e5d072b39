"""The audit of dependencies covers every lock, and says why when it cannot ask."""

import importlib.util
import subprocess

import pytest
from builds import ROOT

PATH = ROOT / "benchmarks/audit/audit.py"


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_lock_is_audited(audit):
    listed = subprocess.run(
        ["git", "ls-files", "*.lock"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert sorted(listed) == sorted(audit.LOCKS)


def test_without_a_database_the_reason_is_told_and_nothing_fails(audit, capsys, monkeypatch):
    closed = {"osv": ("http://127.0.0.1:9/x", None, "vulnerabilities")}
    assert audit.answering(closed)[0] == ""
    monkeypatch.setattr(audit, "answering", lambda: ("", "osv: refused"))
    assert audit.main() == 0
    assert "skipped: no database" in capsys.readouterr().out


def test_a_vulnerability_fails_the_audit(audit, monkeypatch):
    monkeypatch.setattr(audit, "answering", lambda: ("osv", ""))
    asked = []
    monkeypatch.setattr(
        audit.subprocess, "call", lambda command: asked.append(command) or len(asked) == 3
    )
    assert audit.main() == 1
    assert len(asked) == len(audit.LOCKS)
