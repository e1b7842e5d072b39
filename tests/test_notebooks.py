"""Notebooks: stored bare, executed the same everywhere, and limited to reading."""

import ast
import doctest
import json
import re
from itertools import pairwise

import nbformat
import pandas as pd
import pytest
from builds import ROOT
from matplotlib import pyplot as plt

from ai_lifecycle import notebooks, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.report import finished, notebook_page, selfcontained

STORED = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAY_IMPORT = {
    "matplotlib",
    "numpy",
    "pandas",
    "ai_lifecycle.report.finished",
    "ai_lifecycle.style",
}
PLOT = """
import os
from pathlib import Path
import matplotlib.pyplot as plt
import pandas as pd
results = Path(os.environ["AI_LIFECYCLE_RESULTS"])
print(results)
frame = pd.DataFrame({"a": sorted("zyx"), "b": [1.0, 2.0, None]})
assert frame["a"][0] == "x"
figure, axes = plt.subplots()
axes.plot([1, 2])
frame
"""


def source(path):
    """All code of a stored notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def stored(folder, *sources, name="n.ipynb"):
    """A small notebook on disk."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell("# Title <b>", id="title")]
    notebook.cells += [nbformat.v4.new_code_cell(s, id=f"c{n}") for n, s in enumerate(sources)]
    nbformat.write(notebook, folder / name)
    return folder / name


def imported(tree):
    """Modules that code imports, as dotted names down to the package's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            if base in ("ai_lifecycle", "ai_lifecycle.report"):
                yield from (f"{base}.{alias.name}" for alias in node.names)
            else:
                yield base


def may_import(name):
    return any(name == allowed or name.startswith(f"{allowed}.") for allowed in MAY_IMPORT)


def reads_listed():
    """What the rules say that each notebook reads."""
    text = (ROOT / "workflow/rules/notebooks.smk").read_text()
    tree = ast.parse(re.search(r"^NOTEBOOK_READS = \{.*?^\}", text, re.MULTILINE | re.DOTALL)[0])
    return ast.literal_eval(tree.body[0].value)


def test_every_stored_notebook_is_run():
    assert [path.stem for path in STORED] == sorted(reads_listed())
    assert len(STORED) >= 4


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_notebooks_are_stored_bare(path):
    notebooks.load(path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert raw["metadata"] == notebooks.METADATA
    assert [cell["metadata"] for cell in raw["cells"]] == [{}] * len(raw["cells"])
    assert path.read_text(encoding="utf-8").endswith("}\n")


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_notebooks_import_only_what_shows_results(path):
    code = source(path)
    assert not re.search(r"^\s*[%!]", code, re.MULTILINE)
    tree = ast.parse(code)
    assert [name for name in imported(tree) if not may_import(name)] == []
    called = {n.func.id for n in ast.walk(tree)
              if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
    assert not called & {"open", "exec", "eval", "__import__", "compile"}
    written = {n.func.attr for n in ast.walk(tree)
               if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)}  # fmt: skip
    assert not [n for n in written if n.startswith(("to_csv", "to_parquet", "write", "savefig"))]


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import pandas as pd", True),
        ("from matplotlib import pyplot", True),
        ("from ai_lifecycle import style", True),
        ("from ai_lifecycle.report import finished", True),
        ("from ai_lifecycle.report import page", False),
        ("from ai_lifecycle import tables", False),
        ("import os", False),
        ("import ai_lifecycle.grid.marginal", False),
        ("from ai_lifecycle import sources", False),
        ("import ai_lifecycle", False),
        ("import requests", False),
        ("import oslo", False),
    ],
)
def test_the_check_of_imports_tells_them_apart(code, allowed):
    assert all(may_import(name) for name in imported(ast.parse(code))) is allowed


OPENED = {"table": "tables/{}.csv", "values": "figures/{}.csv", "figure": "figures/{}.png"}


def opened(code):
    """Files that code opens, and what it calls of the module that opens them."""
    calls = [
        n for n in ast.walk(ast.parse(code))
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        and isinstance(n.func.value, ast.Name) and n.func.value.id == "finished"
    ]  # fmt: skip
    files = {OPENED[c.func.attr].format(c.args[0].value) for c in calls if c.func.attr in OPENED}
    return files, [c.func.attr for c in calls]


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_notebooks_read_what_the_rules_list(path):
    """And nothing by another way."""
    code = source(path)
    files, calls = opened(code)
    assert files == set(reads_listed()[path.stem])
    assert set(calls) <= {*OPENED, "say", "show_plainly"}
    assert "read_" not in code


def test_modules_that_cells_import_re_run_them():
    text = (ROOT / "workflow/rules/notebooks.smk").read_text()
    listed = ast.literal_eval(re.search(r"^NOTEBOOK_IMPORTS = (\[.*?\])", text, re.MULTILINE)[1])
    used = {name for path in STORED for name in imported(ast.parse(source(path)))}
    ours = {n.removeprefix("ai_lifecycle.").replace(".", "/") + ".py"
            for n in used if n.startswith("ai_lifecycle.")}  # fmt: skip
    assert ours == set(listed)


def prose(path):
    """Text cells of a stored notebook."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]


def test_notebooks_are_numbered_and_lead_to_each_other():
    assert [path.stem[:3] for path in STORED] == [f"{n:02}_" for n in range(1, len(STORED) + 1)]
    for one, other in pairwise(STORED):
        assert f"after this: [{other.stem}]({other.stem}.ipynb)" in prose(one)[0]
        assert f"before this: [{one.stem}]({one.stem}.ipynb)" in prose(other)[0]


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_a_notebook_begins_with_its_question_and_ends_with_what_would_change_it(path):
    cells = prose(path)
    assert "?" in cells[0]
    assert cells[-1].startswith("## What would change this\n\n- ")
    last = json.loads(path.read_text(encoding="utf-8"))["cells"][-1]
    assert "".join(last["source"]) == cells[-1]
    for link in re.findall(r"\]\(([^)\s]+)\)", " ".join(cells)):
        assert (ROOT / "notebooks" / link).is_file(), link


# What may stand as digits: quotations, names, years, standards, places in the papers.
NAMED = re.compile(
    r'"[^"]*"|`[^`]*`|\[[^]]*\]\([^)]*\)|\b(?:19|20)\d\d\b|\bISO \d+|\{\w+\}'
    r"|\b[Ff]igures? \d+[a-z]?(?:(?:, | and | to )\d+[a-z]?)*"
)
NUMBER = re.compile(r"(?<![\w.-])\d[\d,.]*(?!\w)")


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_no_sentence_holds_a_number_that_a_table_could_move(path):
    said = [n.args[0].value for n in ast.walk(ast.parse(source(path)))
            if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "say"]  # fmt: skip
    for text in prose(path) + said:
        assert NUMBER.findall(NAMED.sub("", text)) == []


def test_the_check_of_sentences_finds_numbers():
    for text in ("24.7 t", "1,858 rows", "is 3 %", "(29.6)", "factor of 20."):
        assert NUMBER.search(NAMED.sub("", text)), text
    for text in (
        "GPT-3 in 2020",
        'says "3 to 4 years"',
        "figures 6, 7 and 8 of be2a",
        "{n} of FP32",
    ):
        assert not NUMBER.search(NAMED.sub("", text)), text


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_names_in_sentences_exist(path):
    """A name in code type is a table, a column, one of its values, or a file."""
    known = {"bootstrap", "p05", "p95", "low", "high", "counts_low", "counts_high"}
    for table, fields in tables.fields().items():
        known |= {table, *fields}
        known |= {v for f in fields.values() for v in f["allowed"].split("|")}
    columns = " ".join(sorted(known))
    for name in re.findall(r"`([^`]+)`", " ".join(prose(path))):
        part_of_columns = len(name) > 8 and name in columns
        assert name in known or part_of_columns or (ROOT / name).exists() or name in FREE, name


# Values of columns that any text may stand in, and a folder of the results.
FREE = {"classical95", "solar_exports", "set_missing", "kept", "excluded", "tables/", "apart"}


def test_every_figure_and_table_of_the_report_names_a_notebook_that_opens_it():
    items = tables.read_csv(ROOT / "data/report_contents.csv", "report_contents")
    assert items["notebook"].notna().all()
    for item in items.itertuples():
        room, ending = ("figures", "png") if item.kind == "figure" else ("tables", "csv")
        assert f"{room}/{item.name}.{ending}" in reads_listed()[item.notebook], item.name


def test_the_first_notebook_says_where_everything_is():
    text = " ".join(prose(STORED[0]))
    for path in STORED[1:]:
        assert f"({path.stem}.ipynb)" in text
    for path, entries in reads_listed().items():
        for name in re.findall(r"tables/(\w+)\.csv", " ".join(entries)):
            assert f"`{name}`" in text or name == "numbers", (path, name)


def test_two_runs_give_the_same_bytes(tmp_path, monkeypatch):
    """Also with another zone, language, hash seed, width of terminal, folder and user settings."""
    made = []
    for name, environment in (
        ("one", {"PYTHONHASHSEED": "1", "TZ": "Asia/Kolkata", "LC_ALL": "C"}),
        ("two", {"PYTHONHASHSEED": "99", "LC_ALL": "tr_TR.UTF-8", "COLUMNS": "20",
                 "MPLBACKEND": "Agg"}),
    ):  # fmt: skip
        folder, home = tmp_path / name, tmp_path / f"home of {name}"
        folder.mkdir()
        home.mkdir()
        (home / "startup.py").write_text("import builtins; builtins.sorted = list\n")
        (home / "matplotlibrc").write_text(f"lines.linewidth: {len(made) + 3}\n")
        environment |= {"PYTHONSTARTUP": str(home / "startup.py"), "HOME": str(home)}
        environment |= {"MPLCONFIGDIR": str(home), "IPYTHONDIR": str(home / "ipython")}
        for key, value in environment.items():
            monkeypatch.setenv(key, value)
        path = stored(folder, PLOT, "frame.dtypes")
        executed = notebooks.execute(path, results="here/latest", folder=folder)
        notebooks.write(executed, folder / "executed.ipynb")
        notebook_page.write(executed, folder / "executed.html", name=path)
        made.append([(folder / f"executed.{e}").read_bytes() for e in ("ipynb", "html")])
        assert not (home / "ipython").exists()
    assert made[0] == made[1]
    notebook = json.loads(made[0][0])
    assert notebook["cells"][1]["outputs"][0]["text"] == ["here/latest\n"]
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}] * 3
    assert notebook["metadata"] == notebooks.METADATA
    assert "<td>x</td>" in "".join(notebook["cells"][1]["outputs"][1]["data"]["text/html"])
    page = made[0][1].decode()
    assert page.count('<img src="data:image/png;base64,') == 1
    assert page.count(" alt=") == 1
    assert page.count('<th scope="row">') == 3
    assert page.count('<th scope="col">') == 3
    assert "<th>" not in page
    assert selfcontained.faults(page) == []
    assert "<h1>Title &lt;b&gt;</h1>" in page
    assert str(tmp_path) not in page


def test_missing_cells_are_a_dash(tmp_path):
    """Whatever stands for missing; text that only contains such a word stays."""
    frame = """
import pandas as pd
from ai_lifecycle.report import finished
finished.show_plainly()
pd.DataFrame({
    "float": [1.5, None], "integer": pd.array([1, None], dtype="Int64"),
    "text": pd.array(["NaN of all", None], dtype="string"),
    "day": pd.to_datetime(["2022-01-02", None]),
}, index=pd.Index(["a", None]))
"""
    path = stored(tmp_path, frame)
    executed = notebooks.execute(path, results="x", folder=tmp_path)
    html = executed.cells[1].outputs[0].data["text/html"]
    words = {"—": 5, ">NaN<": 0, "NaN of all": 1, "NA&gt;": 0, "NaT": 0}
    assert {word: html.count(word) for word in words} == words


@pytest.mark.parametrize("path", STORED, ids=lambda p: p.stem)
def test_every_notebook_shows_missing_cells_as_a_dash(path):
    assert "finished.show_plainly()" in source(path)


def test_bars_of_data_quality_can_be_told_apart(monkeypatch):
    frozen = tables.read_csv(ROOT / "data/frozen/eia930_quality.csv", "eia930_quality")
    monkeypatch.setattr(finished, "show_plainly", lambda: None)
    monkeypatch.setattr(
        finished, "table", lambda name: frozen if name == "grid_data_quality" else pd.DataFrame()
    )
    (path,) = [p for p in STORED if p.stem.endswith("data_quality")]
    code = source(path)
    names = {}
    with plt.rc_context():
        exec(code[: code.index("plt.show()")], names)
        axes = names["axes"]
        labels = [label.get_text() for label in axes.get_yticklabels()]
        plt.close(names["figure"])
    assert len(labels) == len(axes.patches) == len(set(labels)) > 10
    touched = frozen.loc[frozen["energy_share_percent"].abs() > 0, "energy_share_percent"]
    assert sum(bar.get_width() for bar in axes.patches) == pytest.approx(touched.sum())
    assert "AZPS: isolated spike (3 entries)" in labels


def test_results_are_found_from_the_folder_of_notebooks_too(tmp_path, monkeypatch):
    monkeypatch.delenv(finished.FOLDER, raising=False)
    (tmp_path / "results/latest").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    for place, found in (
        (tmp_path, "results/latest"),
        (tmp_path / "notebooks", "../results/latest"),
    ):
        monkeypatch.chdir(place)
        assert str(finished.folder()) == found
    monkeypatch.setenv(finished.FOLDER, "elsewhere")
    assert str(finished.folder()) == "elsewhere"


def test_tables_are_shown_as_the_report_shows_them():
    frame = pd.DataFrame(
        {
            "energy_of_all_mwh": [12345.678, None],
            "is_sure": [True, False],
            "day": pd.to_datetime(["2022-01-02", None]),
            "words": ["<b>", "1"],
        }
    )
    with pd.option_context("display.float_format", finished.shown.number):
        html = finished.html(frame)
        named = finished.html(frame.set_index("words"))
    assert '<th class="number">energy_<wbr>of_<wbr>all_<wbr>mwh</th>' in html
    assert '<td class="number">12\u202f350</td>' in html
    assert '<td class="number">—</td>' in html
    assert "<td>yes</td>" in html
    assert '<td class="day">2022-01-02</td>' in html
    assert "<td>&lt;b&gt;</td>" in html
    assert "<td>1</td>" in html
    assert "<th>0</th>" not in html
    assert "<th>1</th>" in named
    assert '<td class="number">12\u202f350</td>' in named


def test_sentences_take_their_numbers_from_what_they_are_given():
    assert finished.say("{a} of {b}", a=1234567.8, b="x").data == "1\u202f235\u202f000 of x"
    assert doctest.testmod(finished).failed == 0


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1 / 0", ["cell 2", "ZeroDivisionError"]),
        ("import warnings; warnings.warn('careful')", ["cell 2", "a cell warns", "careful"]),
        ("object()", ["cell 2", "address of an object"]),
        ("import os; os.getcwd()", ["cell 2", "absolute path"]),
    ],
)
def test_a_cell_that_fails_or_tells_of_the_machine_is_refused(tmp_path, code, words):
    path = stored(tmp_path, code)
    with pytest.raises(DataError) as caught:
        notebooks.execute(path, results="results/latest", folder=tmp_path)
    for word in ["n.ipynb", *words]:
        assert word in str(caught.value)


def test_a_notebook_with_outputs_or_without_identity_is_refused(tmp_path):
    path = stored(tmp_path, "1")
    raw = json.loads(path.read_text())
    raw["cells"][1]["execution_count"] = 3
    path.write_text(json.dumps(raw))
    with pytest.raises(DataError, match="cell 2: notebook is stored with outputs"):
        notebooks.load(path)
    raw["cells"][1] |= {"execution_count": None, "id": "title"}
    path.write_text(json.dumps(raw))
    with pytest.raises(DataError, match=r"n\.ipynb"):
        notebooks.load(path)
    path.write_text("{}")
    with pytest.raises(DataError, match="not a notebook"):
        notebooks.load(path)


def page_of(kind, value):
    """A notebook with one output."""
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("x", id="c")
    cell.outputs = [nbformat.v4.new_output("display_data", data={kind: value})]
    notebook.cells = [nbformat.v4.new_markdown_cell("# T", id="t"), cell]
    return notebook


def test_an_output_that_would_run_or_load_is_refused(tmp_path):
    for html in ("<script>1</script>", '<img src="https://example.org/x.png">'):
        with pytest.raises(DataError, match="not self-contained"):
            notebook_page.write(page_of("text/html", html), tmp_path / "x.html", name="n")
        assert not (tmp_path / "x.html").exists()


def test_pictures_become_images_with_a_text(tmp_path):
    text = notebook_page.render(page_of("image/svg+xml", "<svg id='a'/>"), "n")
    assert '<img src="data:image/svg+xml;base64,' in text
    assert 'alt="Picture drawn by the code above (cell 2)' in text
    assert "<svg" not in text


def test_a_picture_keeps_the_text_and_the_width_that_it_was_given():
    notebook = page_of("image/png", "AA==")
    notebook.cells[1].outputs[0].metadata = {"image/png": {"alt": 'A "b"', "width": 480}}
    text = notebook_page.render(notebook, "n")
    assert 'alt="A &#34;b&#34;" width="480"' in text


def test_a_link_to_a_notebook_leads_to_its_page():
    notebook = page_of("text/plain", "x")
    notebook.cells[0].source = "# T\n\n[a](02_b.ipynb), [c](https://example.org/d.ipynb)"
    text = notebook_page.render(notebook, "n")
    assert 'href="02_b.html"' in text
    assert 'href="https://example.org/d.ipynb"' in text


def test_a_notebook_without_title_is_refused():
    notebook = nbformat.v4.new_notebook()
    with pytest.raises(DataError, match="does not begin with its title"):
        notebook_page.render(notebook, "n.ipynb")
