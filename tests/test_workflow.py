"""The workflow as a whole: doors, names, settings, and what re-runs when."""

import ast
import re
import subprocess
import sys

import pytest
import yaml
from builds import ROOT, planned_jobs, snakemake

from ai_lifecycle import settings, strict_yaml
from ai_lifecycle.errors import DataError

pytestmark = [pytest.mark.workflow]

RULES = ROOT / "workflow" / "rules"
SCRIPTS = ROOT / "workflow" / "scripts"
# Programs for people, run by make and not by a rule.
COMMANDS = {"compare_manifests", "release_make", "release_verify", "release_diff"}


def rule_blocks():
    """Text of every rule, by name."""
    blocks = {}
    for path in sorted(RULES.glob("*.smk")):
        parts = re.split(r"^rule (\w+):", path.read_text(), flags=re.MULTILINE)
        blocks |= dict(zip(parts[1::2], parts[2::2], strict=True))
    return blocks


def test_both_doors_plan_the_same_jobs(tmp_path):
    plans = [
        planned_jobs(snakemake(tmp_path, "-n", door=door))
        for door in ("Snakefile", "workflow/Snakefile")
    ]
    assert plans[0] == plans[1]
    assert plans[0]["total"] > 10


def test_lint_is_clean():
    finished = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint"], cwd=ROOT, capture_output=True, text=True
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_rule_script_and_log_share_their_name():
    blocks = rule_blocks()
    assert len(blocks) > 10
    used = set()
    for name, block in blocks.items():
        script = re.search(r'"\.\./scripts/(\w+)\.py"', block)
        if script is None:
            continue
        used.add(script[1])
        assert script[1] == name
        log = re.search(r'log:\s+"<logs>/([^"]+)\.log"', block)
        assert log, f"rule {name} has no log"
        assert log[1].startswith(name)
    present = {path.stem for path in SCRIPTS.glob("*.py")}
    assert used | COMMANDS == present


def test_every_rule_declares_the_code_it_runs():
    for name, block in rule_blocks().items():
        if "scripts/" in block:
            assert f'CODE("{name}")' in block, name


def test_every_rule_says_what_it_makes():
    for name, block in rule_blocks().items():
        assert re.match(r'\s+"[A-Z].*\."', block), f"rule {name} has no docstring"


def test_scripts_do_nothing_on_import():
    """A script that computes on import cannot be tested."""
    for path in SCRIPTS.glob("*.py"):
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), path.name
        for node in tree.body:
            allowed = (
                ast.Import,
                ast.ImportFrom,
                ast.FunctionDef,
                ast.Assign,
                ast.AnnAssign,
                ast.If,
                ast.Expr,
            )
            assert isinstance(node, allowed), f"{path.name}:{node.lineno}"
            if isinstance(node, ast.Expr):
                assert isinstance(node.value, ast.Constant), f"{path.name}:{node.lineno}"
            if isinstance(node, ast.If):
                assert "snakemake" in ast.unparse(node.test) or "__main__" in ast.unparse(node.test)


def keys(mapping, prefix=""):
    for key, value in mapping.items():
        if isinstance(value, dict):
            yield from keys(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}"


def test_every_configuration_key_is_read_by_some_rule():
    text = "".join(p.read_text() for p in sorted(RULES.glob("*.smk")))
    chosen = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    for key in keys(chosen):
        subscript = "config" + "".join(f'["{part}"]' for part in key.split("/"))
        assert f'"{key}", within=config' in text or subscript in text, f"{key} is read nowhere"


SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"seeed": 1}, ["key seeed", "unknown key", "nearest: seed"]),
        ({"seed": -1}, ["key seed", "found -1", "at least 0"]),
        ({"seed": "many"}, ["key seed", "'many'", "integer"]),
        ({"offline": "perhaps"}, ["key offline", "'perhaps'", "boolean"]),
        ({"release": "one"}, ["key release", "'one'"]),
        ({"grid": {"authorities": ["AZPS", "CISO"]}}, ["key grid.authorities", "with PJM in it"]),
        ({"grid": {"authorities": ["CISO", "PJN"]}}, ["key grid.authorities.1", "nearest: PJM"]),
    ],
)
def test_a_wrong_setting_is_refused(setting, words):
    """As the rooms do it before any rule: the next tests see them do it."""
    chosen = yaml.safe_load((ROOT / "config/config.yaml").read_text())
    settings.check(settings.with_switches(chosen, SCHEMA), SCHEMA, "config.yaml")
    with pytest.raises(DataError) as caught:
        settings.check(settings.with_switches(chosen | setting, SCHEMA), SCHEMA, "config.yaml")
    for word in words:
        assert word in str(caught.value)


def test_a_wrong_setting_stops_the_build_before_anything_runs(tmp_path):
    finished = snakemake(tmp_path, "--config", "seed=many", "seeed=1")
    assert finished.returncode != 0
    last = finished.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    assert "nearest: seed" in last
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seed: 1\nseed: 2\n", "seed"),
        ("growth: &a {bootstrap_replicates: 20}\nmarginal: *a\n", "anchor or alias"),
    ],
)
def test_a_file_of_choices_that_misleads_is_refused(tmp_path, text, words):
    (tmp_path / "own.yaml").write_text(text)
    with pytest.raises(DataError, match=words):
        strict_yaml.read(tmp_path / "own.yaml")


def test_a_file_of_choices_that_misleads_stops_the_build(tmp_path):
    (tmp_path / "own.yaml").write_text("seed: 1\nseed: 2\n")
    finished = snakemake(tmp_path, config=tmp_path / "own.yaml")
    assert finished.returncode != 0
    assert "seed" in finished.stdout + finished.stderr
    assert not (tmp_path / "results").exists()


def test_a_switch_may_be_given_as_a_word_on_the_command_line(tmp_path):
    """As the messages on frozen tables say: --config refreeze=true."""
    finished = snakemake(tmp_path, "-n", "--config", "refreeze=true")
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_a_switch_in_the_environment_is_on_off_or_refused(tmp_path):
    finished = snakemake(tmp_path, "-n", environment={"AI_LIFECYCLE_OFFLINE": "yes"})
    assert finished.returncode != 0
    said = finished.stdout + finished.stderr
    assert "AI_LIFECYCLE_OFFLINE" in said
    assert "found 'yes'; allowed: 1, 0, true or false" in said


def test_no_file_or_rule_is_named_for_everything():
    banned = {"utils", "helpers", "misc"}
    paths = [p for p in ROOT.joinpath("workflow").rglob("*") if p.suffix in (".py", ".smk")]
    assert not [p for p in paths if p.stem in banned]


def test_rooms_are_small():
    for path in [*ROOT.joinpath("workflow").rglob("*.py"), *RULES.glob("*.smk")]:
        assert len(path.read_text().splitlines()) <= 420, path.name
