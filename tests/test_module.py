"""Another workflow imports this one as a module, with paths of its own, and builds with it."""

import pytest
from builds import ROOT, snakemake

from ai_lifecycle import strict_yaml, tables

MODULE = f"""
configfile: "{ROOT}/config/config.yaml"

module emissions:
    snakefile: "{ROOT}/workflow/Snakefile"
    config: config
    pathvars:
        results="there/results",
        resources="there/fetched",
        logs="there/logs",

use rule * from emissions as emissions_*

rule mine:
    input:
        "there/results/figures/be3b_power_capacity.csv",
    output:
        "mine.txt",
    shell:
        "cp {{input}} {{output}}"
"""


@pytest.mark.workflow
def test_an_importing_workflow_builds_with_its_own_paths(tmp_path):
    (tmp_path / "mine.smk").write_text(MODULE)
    finished = snakemake(tmp_path, "--", "mine.txt", door=tmp_path / "mine.smk", config=None)
    assert finished.returncode == 0, finished.stderr[-3000:]
    assert len(tables.read_csv(tmp_path / "mine.txt", "be3b_power_capacity"))
    written = {path.parts[len(tmp_path.parts)] for path in tmp_path.rglob("*")}
    assert written <= {"mine.smk", "mine.txt", "there", ".snakemake"}
    (log,) = (tmp_path / "there/logs").glob("*be3*")
    assert log.is_file()


def test_the_catalogue_entry_and_the_page_of_settings_name_what_there_is():
    entry = strict_yaml.read(ROOT / ".snakemake-workflow-catalog.yml")
    assert set(entry) == {"usage"}
    assert set(entry["usage"]) == {"mandatory-flags", "software-stack-deployment", "report"}
    page = (ROOT / "config/README.md").read_text(encoding="utf-8")
    for key in strict_yaml.read(ROOT / "config/config.yaml"):
        assert f"`{key}`" in page or f"`{key}." in page, key
