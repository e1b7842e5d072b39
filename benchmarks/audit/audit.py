"""Every locked package held against a database of known vulnerabilities, where one is reached.

Run by ``make audit`` in an environment of its own. Ends with 1 when a locked package has a known
vulnerability, with 0 when none has, and with 0 and the reason when no database answers.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCKS = (
    "bootstrap.lock",
    "build.lock",
    "requirements.lock",
    "docs/requirements.lock",
    "benchmarks/compare_tools/requirements.lock",
    "benchmarks/compare_uncertainty/requirements.lock",
    "benchmarks/audit/requirements.lock",
    "tests/release_validation/requirements.lock",
)
# Open database that pip-audit can ask, with a question that only a database answers in this form.
PROBES = {
    "osv": (
        "https://api.osv.dev/v1/query",
        b'{"version": "20.0", "package": {"name": "pip", "ecosystem": "PyPI"}}',
        "vulns",
    ),
}
SECONDS = 15


def answering(probes=PROBES):
    """Name of the first database that answers, or an empty string and why none does."""
    reasons = []
    for name, (address, question, key) in probes.items():
        try:
            with urllib.request.urlopen(address, data=question, timeout=SECONDS) as answer:
                if key in json.load(answer):
                    return name, ""
            reasons.append(f"{name} answers something else")
        except (OSError, ValueError) as fault:
            reasons.append(f"{name}: {getattr(fault, 'reason', None) or fault}")
    return "", "; ".join(reasons)


def main():
    database, reason = answering()
    if not database:
        print(f"audit skipped: no database of vulnerabilities can be reached ({reason})")
        return 0
    found = 0
    for lock in LOCKS:
        print(f"{lock}, against {database}", flush=True)
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(ROOT / lock)]
        command += ["--require-hashes", "--disable-pip", "--vulnerability-service", database]
        found |= subprocess.call(command) != 0
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
