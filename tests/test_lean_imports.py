"""Jobs start without libraries that they never use."""

import subprocess
import sys

import pytest

from ai_lifecycle import lean_imports


def test_a_module_is_absent_within_and_back_after(monkeypatch):
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with lean_imports.without("this"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules
    with pytest.raises(ZeroDivisionError), lean_imports.without("this"):
        _ = 1 / 0
    assert "this" not in sys.modules


def test_what_is_imported_already_stays():
    kept = sys.modules["pytest"]
    with lean_imports.without("pytest"):
        again = __import__("pytest")
    assert again is kept
    assert sys.modules["pytest"] is kept


def test_a_job_that_checks_tables_and_settings_imports_neither_of_the_slow_ones():
    program = """
import sys
from ai_lifecycle import settings, shipped, sources, tables
tables.read_csv(shipped.path("constants.csv"), "constants")
assert "jsonschema" not in sys.modules, "jsonschema before any schema is checked"
schema = sources.schema_path().parent / "config.schema.yaml"
try:
    settings.check({}, schema, "x")
except settings.DataError as fault:
    print(fault)
print(sorted({"hypothesis", "rfc3987_syntax", "pvlib", "scipy"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "key is missing" in done.stdout
    assert done.stdout.endswith("[]\n"), done.stdout
