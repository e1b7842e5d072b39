"""The whole build as a release: it fits, it says under which licence, and it is the pinned one."""

import json

import pytest
from builds import ROOT
from releases import CATALOGUE

import release_make  # isort: skip
import release_verify  # isort: skip
from ai_lifecycle import build_basis, strict_yaml
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import folders, record

pytestmark = [pytest.mark.workflow]


@pytest.fixture(scope="module")
def released(whole):
    """Record and files of the whole build as a release, and its citation."""
    citation = release_make.cited()
    return *release_make.described(whole / "results/latest", citation), citation


def test_it_fits_into_the_repository(released):
    contents = folders.payload(*released)
    total = record.check_size({path: len(body) for path, body in contents.items()})
    assert total > 4_000_000


def test_every_figure_and_table_is_in_it_with_a_title(released, whole):
    artifacts = {a["identifier"]: a for a in released[0]["artifacts"]}
    assert {"be2a", "sa12", "la_lifecycle", "ledger", "reuse"} <= set(artifacts)
    results = whole / "results/latest"
    stems = {p.stem for p in [*results.glob("figures/*.svg"), *results.glob("tables/*.csv")]}
    assert {a["name"] for a in artifacts.values()} == stems
    untitled = {n for n, a in artifacts.items() if a["title"] == a["name"].replace("_", " ")}
    assert untitled == set()


def test_share_alike_is_where_electricity_maps_data_enter(released):
    """Against the list of sources by another route: which tables name those data in a cell."""
    artifacts = {a["identifier"]: a for a in released[0]["artifacts"]}
    assert artifacts["grid_comparison"]["licence"] == "ODbL-1.0"
    assert artifacts["be6"]["licence"] == "CC-BY-4.0"
    assert artifacts["be1"]["licence"] == "CC-BY-4.0"
    for path, body in released[1].items():
        if path.endswith(".csv") and b"electricity_maps" in body.lower().replace(b" ", b"_"):
            assert artifacts[record.identifier(path)]["licence"] == "ODbL-1.0", path


def test_what_it_rests_on_is_what_stands_here(released, whole):
    release_make.refuse_stale(released[0])
    content = json.loads((whole / "results/latest/manifest.json").read_text())
    files, rules = content["files"], content["rules"]
    assert {"requirements.lock", "workflow/rules/common.smk"} <= set(files)
    named = {name for rule in rules.values() for name in rule["files"]}
    assert named <= set(files)
    for entry in content["artifacts"]:
        known = rules[entry["rule"]]
        assert f"workflow/scripts/{entry['rule']}.py" in known["files"], entry["rule"]
        committed = {s for s in entry["sources"] if s.startswith("data/")}
        assert committed <= set(behind(entry["rule"], rules, "files")), entry["path"]
        upstream = {s for s in entry["sources"] if s in CATALOGUE}
        assert upstream == set(behind(entry["rule"], rules, "datasets")) or (
            entry["rule"] == "notebook_run"
        ), entry["path"]
    assert set(content["datasets"]) == {n for rule in rules.values() for n in rule["datasets"]}


def behind(rule, rules, room):
    """What a rule rests on, however deep."""
    seen, waiting = set(), [rule]
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting += [after for after in rules[name]["after"] if after not in seen]
    return {item for name in seen for item in rules[name][room]}


def test_every_choice_that_a_rule_looks_up_is_in_the_manifest(whole):
    content = json.loads((whole / "results/latest/manifest.json").read_text())
    asked = {key for rule in content["rules"].values() for key in rule["configuration"]}
    assert asked >= {"seed", "grid.authorities", "lifecycle.shown_models"}
    assert asked <= set(content["configuration"])
    config = strict_yaml.read(ROOT / "config/config.yaml")
    assert content["configuration"] == json.loads(json.dumps(build_basis.configuration(config)))


def test_the_build_is_that_of_the_pinned_release_or_is_not_released_as_it(whole):
    """Results may move on between releases; under the name of one that is pinned they cannot."""
    citation = release_make.cited()
    folder = ROOT / "results" / citation.release
    if not folder.exists():
        pytest.skip(f"release {citation.release} is not pinned yet: make release")
    pinned, build = folders.read(folder), whole / "results/latest"
    lines = release_verify.differences(folder, pinned, build)
    if len(lines) > 1:
        with pytest.raises(DataError, match="is pinned with other results; these differ"):
            release_make.pin(build, folder, citation)
        told = [line for line in lines if not line.startswith(" ")]
        pytest.skip(f"not release {citation.release} any more, raise it: {'; '.join(told[:6])}")
    assert "released already" in release_make.pin(build, folder, citation)
