"""Rules of the house that a machine can check."""

import ast
import re

import pytest
from builds import ROOT

from ai_lifecycle import module_imports

PACKAGE = ROOT / "workflow" / "ai_lifecycle"
# Pure rooms: arrays in, arrays out.
KERNELS = sorted(
    [
        *PACKAGE.glob("grid/*.py"),
        *PACKAGE.glob("training/*.py"),
        *PACKAGE.glob("inference/*.py"),
        *PACKAGE.glob("embodied/*.py"),
        *PACKAGE.glob("end_of_life/*.py"),
        *PACKAGE.glob("fleet/*.py"),
        *PACKAGE.glob("lifecycle/*.py"),
        *PACKAGE.glob("backtest/*.py"),
        *PACKAGE.glob("uncertainty/*.py"),
        *PACKAGE.glob("paper_figures/*.py"),
        *PACKAGE.glob("claims/*.py"),
        *PACKAGE.glob("published_tools/*.py"),
        PACKAGE / "hardware/growth.py",
        PACKAGE / "bounds.py",
    ]
)
FORBIDDEN = {"os", "pathlib", "yaml", "requests", "logging", "time", "random", "pandas", "csv"}
# Small integers index and count; these are exact by meaning, not measured.
EXACT = {*range(13), 24, 60, 100, 1000, 0.5}
# A made-up power system whose truth is known: its numbers describe no real one.
SIMULATION = {"dispatch"}


def functions(path):
    """Public functions of a module, with their syntax trees."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


@pytest.mark.parametrize("path", KERNELS, ids=lambda p: p.stem)
def test_kernels_touch_nothing_outside(path):
    tree = ast.parse(path.read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"open", "print", "eval", "exec"}, node.lineno
    assert not imported & FORBIDDEN


@pytest.mark.parametrize(
    "path", [p for p in KERNELS if p.stem not in SIMULATION], ids=lambda p: p.stem
)
def test_no_bare_number_in_a_kernel(path):
    """Physical and market numbers live in data/; a kernel holds only exact ones."""
    tree = ast.parse(path.read_text())
    named = {
        id(n)
        for node in tree.body
        if isinstance(node, ast.Assign)
        for n in ast.walk(node)
        if all(isinstance(t, ast.Name) and t.id.isupper() for t in node.targets)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
            and id(node) not in named
        ):
            assert node.value in EXACT or abs(node.value) < 1e-6, (
                f"line {node.lineno}: {node.value}"
            )


@pytest.mark.parametrize("path", KERNELS, ids=lambda p: p.stem)
def test_public_kernels_are_documented_with_units(path):
    for function in functions(path):
        text = ast.get_docstring(function) or ""
        place = f"{path.name}:{function.lineno} {function.name}"
        summary = text.split("\n\n")[0]
        returned = re.search(r"^Returns\n-+", text, flags=re.MULTILINE)
        # A check hands back its argument, in whatever unit that came.
        is_check = path.stem == "bounds"
        assert returned or is_check or re.search(r"\[[^\]]+\]$", summary), f"{place}: returns what?"
        if function.args.args and not is_check:
            assert re.search(r"^Parameters\n-+", text, flags=re.MULTILINE), place
        for argument in [] if is_check else function.args.args + function.args.kwonlyargs:
            assert re.search(rf"\b{argument.arg}\b", text), f"{place}: {argument.arg} undocumented"


@pytest.mark.parametrize("path", KERNELS, ids=lambda p: p.stem)
def test_a_kernel_takes_its_checks_from_one_room(path):
    own = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Raise) and re.search(r"ValueError\(f'\{name\} ", ast.unparse(node))
    ]
    # The room of growth checks several arrays at once and says so in its own words.
    assert not own or path.stem in ("bounds", "growth"), (
        f"{path.name}:{own}: see ai_lifecycle/bounds.py"
    )


def test_no_rule_runs_inline_python():
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        assert not re.search(r"^\s+run:", path.read_text(), flags=re.MULTILINE), path.name


def test_nothing_downloaded_is_unpickled():
    """Only the restricted unpickler may read a pickle."""
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "workflow/scripts").glob("*.py")]:
        if path.stem == "restricted_pickle":
            continue
        text = path.read_text()
        assert not re.search(r"\bpickle\b|read_pickle|allow_pickle=True", text), path.name
        for call in re.findall(r"yaml\.load\([^)]*\)", text):
            assert path.stem == "strict_yaml", f"{path.name}: {call}"


def test_the_strict_yaml_loader_is_a_safe_one():
    import yaml

    from ai_lifecycle import strict_yaml

    loaders = [v for v in vars(strict_yaml).values() if isinstance(v, type)]
    loaders = [v for v in loaders if issubclass(v, yaml.Loader | yaml.SafeLoader)]
    assert loaders
    assert all(issubclass(v, yaml.SafeLoader) for v in loaders)


def test_no_absolute_path_of_a_machine_is_committed():
    import subprocess

    found = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^A-Za-z0-9_.])/(work|root|home)/[A-Za-z.]", "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    assert found == ""


def test_imports_are_found_by_lines_as_by_parsing():
    """What re-runs a rule is read by lines, for speed; parsing every file must find the same."""
    for path in [*PACKAGE.rglob("*.py"), *(ROOT / "workflow/scripts").glob("*.py")]:
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ai_lifecycle"):
                names |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
        stems = [PACKAGE.joinpath(*name.split(".")[1:]) for name in names]
        files = {f for s in stems for f in (s.with_suffix(".py"), s / "__init__.py")}
        assert module_imports.directly(path) == {f for f in files if f.is_file()}, path.name


def test_what_is_behind_a_file_is_found_however_deep(tmp_path):
    """a imports b, b imports c, c imports a; what no one asked for stays out."""
    package = tmp_path / "ai_lifecycle"
    (package / "room").mkdir(parents=True)
    for name, text in {
        "__init__": "", "a": "from ai_lifecycle import b, none  # c\n", "d": "",
        "b": "from ai_lifecycle.room import (\n    c,\n)\n", "room/__init__": "",
        "room/c": "import ai_lifecycle.a\nimport re\n",
    }.items():  # fmt: skip
        (package / f"{name}.py").write_text(text)
    script = tmp_path / "script.py"
    script.write_text("from ai_lifecycle.a import main\n")
    found = module_imports.behind([script], package)
    names = ["__init__", "a", "b", "room/__init__", "room/c"]
    assert found == sorted(str(package / f"{name}.py") for name in names)
