"""Ten facts changed, one at a time, in a real build: what changes is what lineage names."""

import csv
import io
import shutil
import subprocess
from decimal import Decimal

import numpy as np
import pytest
from builds import ROOT, TINY, snakemake

from ai_lifecycle import manifest
from ai_lifecycle.evidence import links
from ai_lifecycle.lineage import graph

pytestmark = [pytest.mark.long, pytest.mark.workflow]

SEED, CHANGED = 20261121, 10
# Judgements aside: their tables order and choose, and hold few numbers.
SCHEMA = ROOT / "workflow/schemas/evidence.schema.yaml"


def committed_files():
    """Files of the working tree that git knows or would know."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def build(place):
    """Build in a copy of the repository; rules that ran, and hashes of the artifacts."""
    finished = snakemake(
        place,
        "-s",
        place / "Snakefile",
        "--config",
        "notebooks=false",
        environment={"PYTHONPATH": str(place / "workflow")},
        config=TINY,
        timeout=900,
    )
    if finished.returncode:
        return None, finished.stdout[-3000:] + finished.stderr[-3000:]
    words = finished.stdout + finished.stderr
    ran = {line.split("(Rule: ")[1].rstrip(")") for line in words.splitlines() if "(Rule: " in line}
    entries = manifest.read(place / "results/latest/manifest.json")
    return ran, {entry["path"]: entry["sha256"] for entry in entries}


def numbers_of_ours():
    """Every fact that is a number in a column ``value``, in the order of tables and rows."""
    content = links.read(ROOT / "data/evidence.yaml", SCHEMA)
    for path in sorted((ROOT / "data/facts").glob("*.csv")):
        for fact in links.facts(path, path.stem, content["tables"][path.stem]):
            try:
                if Decimal(fact.sought).is_finite() and fact.column == "value":
                    yield fact
            except ArithmeticError:
                continue


def nudged(fact):
    """The value moved by a thousandth of its digits, within its own range."""
    value = Decimal(fact.sought)
    ends = [Decimal(fact.row[end]) for end in ("low", "high") if fact.row.get(end)]
    step = abs(value) / 1000 or Decimal("0.001")
    for moved in (value + step, value - step):
        if not ends or min(ends) <= moved <= max(ends):
            return str(moved.normalize() if "E" in fact.sought.upper() else moved)
    return None


def change(place, fact, value):
    """Write another value into the row of a fact."""
    path = place / "data/facts" / f"{fact.table}.csv"
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    at = rows[0].index(fact.column)
    row = rows.index(list(fact.row.values()))
    rows[row][at] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def restore(place, kept):
    """The finished build as it was, at the same place, with its times."""
    shutil.rmtree(place)
    subprocess.run(["cp", "-a", str(kept), str(place)], check=True)


def copied(place):
    """The repository, copied, and built; hashes of its artifacts."""
    for name in committed_files():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target)
    _, before = build(place)
    assert isinstance(before, dict), before
    return before


def edges(place):
    """The published graph."""
    with (place / "results/latest/tables/lineage.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row[name] for name in graph.COLUMNS) for row in csv.DictReader(file)]


def outcome(place, fact, value, before, rows):
    """Change one fact and build on: what is told, and faults; None where a guard refuses it."""
    change(place, fact, value)
    ran, after = build(place)
    name = f"{fact.table}: {fact.key}: {fact.sought} -> {value}"
    if ran is None:
        return f"refused: {name}: {after[-300:]}", None
    named = graph.ahead(rows, "facts", f"data/facts/{fact.table}.csv")
    artifacts = set(named["artifact"])
    moved = {path for path, digest in after.items() if digest != before[path]}
    rules = {key.split()[0] for key in named["rule"]}
    faults = []
    if moved - artifacts:
        faults.append(f"{name}: changed and not named: {sorted(moved - artifacts)}")
    if rules != ran - {"manifest_build", "all"}:
        faults.append(f"{name}: ran {sorted(ran)}, named {sorted(rules)}")
    if not moved:
        faults.append(f"{name}: nothing changed")
    if before.keys() != after.keys():
        faults.append(f"{name}: other artifacts than before")
    same = ", ".join(sorted(artifacts - moved))
    return (
        f"{name}: {len(rules)} rules ran; {len(moved)} of {len(artifacts)} artifacts changed; "
        f"as before: {same}",
        faults,
    )


def drawn():
    """Facts in an order that the seed fixes, each with another value within its range."""
    facts = list(numbers_of_ours())
    order = np.random.Generator(np.random.PCG64(SEED)).permutation(len(facts))
    for fact in (facts[position] for position in order):
        if (value := nudged(fact)) is not None:
            yield fact, value


def test_what_changes_with_a_fact_is_what_lineage_names(tmp_path, capsys):
    place, kept = tmp_path / "copy", tmp_path / "kept"
    before = copied(place)
    subprocess.run(["cp", "-a", str(place), str(kept)], check=True)
    rows, done, faults = edges(place), 0, []
    for fact, value in drawn():
        told, found = outcome(place, fact, value, before, rows)
        with capsys.disabled():
            print(told, flush=True)
        # A guard may refuse a change; the next fact takes its place.
        if found is not None:
            done, faults = done + 1, faults + found
        if done == CHANGED:
            break
        restore(place, kept)
    assert not faults, "\n".join(faults)
    assert done == CHANGED
