"""Hold the archive of a release against the validators of its formats.

    validate.py [ARCHIVE.zip]

Runs in the environment of tests/release_validation/requirements.lock; `make validate-release` sets
it up. Without an argument the one archive under results/archive is taken. Nothing is fetched: the
context of RO-Crate 1.1 comes out of a locked package. Exit status 0: all valid. 1: not.
"""

import io
import json
import subprocess
import sys
import tempfile
import zipfile
from importlib import resources
from pathlib import Path

import requests
import requests_cache
import urllib3
from rocrate_validator import models, services

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]


class OutOfThePackage(requests.adapters.BaseAdapter):
    """Answers for the context's address with the copy in package rocrate."""

    def send(self, request, **_):
        body = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
        assert json.loads(body)["@id"] == CONTEXT, "another version of the context"
        headers = {"Content-Type": "application/ld+json"}
        raw = urllib3.HTTPResponse(
            io.BytesIO(body), headers, 200, preload_content=False, request_url=request.url
        )
        return requests.adapters.HTTPAdapter().build_response(request, raw)

    def close(self):
        pass


def put_by(cache):
    """Store the context where the validator looks when offline."""
    session = requests_cache.CachedSession(str(cache), backend="sqlite", expire_after=-1)
    session.mount(CONTEXT, OutOfThePackage())
    session.get(CONTEXT, headers={"Accept": "application/ld+json, application/json"})
    session.get(CONTEXT)
    session.close()


def run(name, *command):
    """Run a validator, print the end of what it says, and return whether it is content."""
    finished = subprocess.run([str(BIN / command[0]), *map(str, command[1:])],
                              capture_output=True, text=True, check=False)  # fmt: skip
    said = (finished.stdout + finished.stderr).strip().splitlines()
    print(f"{name}: {'valid' if finished.returncode == 0 else 'NOT VALID'}")
    shown = said[-3:] if finished.returncode == 0 else said[-80:]
    print("\n".join(f"  {line}" for line in shown))
    return finished.returncode == 0


def crate_holds(top, cache):
    """Hold the crate against RO-Crate 1.1; what is only recommended is told, not demanded."""
    settings = services.ValidationSettings(
        rocrate_uri=str(top),
        profile_identifier="ro-crate-1.1",
        requirement_severity=models.Severity.RECOMMENDED,
        offline=True,
        cache_path=str(cache),
    )
    issues = services.validate(settings).get_issues()
    broken = [issue for issue in issues if issue.severity == models.Severity.REQUIRED]
    print(f"ro-crate-metadata.json (roc-validator): {'NOT VALID' if broken else 'valid'}")
    for issue in issues:
        print(f"  {issue.severity.name.lower()}, not met: {issue.message}")
    return not broken


def unpacked(archive, folder):
    """Unpack an archive; return its one folder."""
    with zipfile.ZipFile(archive) as file:
        tops = {name.partition("/")[0] for name in file.namelist()}
        if len(tops) != 1:
            raise ValueError(f"{len(tops)} folders at its top, where one should be")
        file.extractall(folder)
    return folder / tops.pop()


def main(arguments):
    archives = [Path(a) for a in arguments] or sorted((ROOT / "results/archive").glob("*.zip"))
    if len(archives) != 1:
        print(f"error: name one archive; found {len(archives)} under results/archive")
        return 1
    with tempfile.TemporaryDirectory(prefix="ai-lifecycle-validate-") as scratch:
        try:
            top = unpacked(archives[0], Path(scratch, "archive"))
        except (OSError, ValueError, zipfile.BadZipFile) as fault:
            print(f"error: {archives[0]} is no archive of a release: {fault}")
            return 1
        put_by(Path(scratch, "cache"))
        citation, package = top / "CITATION.cff", top / "datapackage.json"
        content = [
            run("CITATION.cff (cffconvert)", "cffconvert", "--validate", "-i", citation),
            run("datapackage.json (frictionless)", "frictionless", "validate", package),
            crate_holds(top, Path(scratch, "cache")),
        ]
    return 0 if all(content) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
