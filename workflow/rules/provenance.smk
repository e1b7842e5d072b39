# What the graph of rules says about each file: read by the notebooks, the report, the manifest.
#
# Every rule is known once the Snakefile is parsed, so paths, rules and sources come from the rules
# themselves, alike for a dry run, for one target and for a cluster job. Only rules of this
# workflow count: another workflow that imports this one as a module adds nothing.

import csv
import importlib.metadata
from functools import cache
from itertools import product

from ai_lifecycle import build_basis, manifest
from snakemake.io import is_flagged

RULES_FOLDER = workflow.current_basedir.get_path_or_uri(secret_free=True)


def PAGE_FILES(template):
    """Template and style of a page."""
    folder = "workflow/ai_lifecycle/report"
    return [SHIPPED(f"{folder}/{template}"), SHIPPED(f"{folder}/style.css")]


def report_names(kind):
    """Names of the figures, claims, tables or quality tables of the report, in its order."""
    with open(SHIPPED("data/report_contents.csv"), encoding="utf-8", newline="") as table:
        return [row["name"] for row in csv.DictReader(table) if row["kind"] == kind]


def stored_notebook(wildcards):
    """The notebook as it stands in the repository."""
    return SHIPPED(f"notebooks/{wildcards.notebook}.ipynb")


def notebook_reads(wildcards):
    """What a notebook reads."""
    return [str(results_folder(wildcards) / path) for path in NOTEBOOK_READS[wildcards.notebook]]


def results_folder(wildcards):
    """Where <results> is, also when the workflow is imported with other paths."""
    return Path(rules.report_page.output.page).parent


def is_ours(known):
    """Whether a rule of this workflow makes files that the manifest lists."""
    written_here = str(Path(known.snakefile).parent) == RULES_FOLDER
    makes_manifest = any(Path(path).name == "manifest.json" for path in known.output)
    return written_here and bool(known.output) and not makes_manifest


def cases(known):
    """The values that a rule's wildcards take in a whole build; one empty case without any."""
    values = {
        "notebook": NOTEBOOKS,
        "dataset": BUILD_DATASETS,
        "scatteritem": gather.uncertainty("{scatteritem}"),
    }
    names = sorted(known.wildcard_names)
    return [dict(zip(names, case)) for case in product(*(values[name] for name in names))]


def packages_read(known):
    """Data packages that a rule reads, with the version that the lock fixes."""
    names = getattr(known.params, "packages", [])
    return [f"{name}=={importlib.metadata.version(name)}" for name in names]


@cache
def rule_graph():
    """Inputs and outputs of every rule of this workflow but the manifest's."""
    graph = {}
    for known in filter(is_ours, workflow.rules):
        for case in cases(known):
            outputs = known.expand_output(case)[0]
            graph[" ".join([known.name, *case.values()])] = {
                "rule": known.name,
                "inputs": [str(path) for path in known.expand_input(case)[0]],
                "outputs": [str(path) for path in outputs if not is_flagged(path, "temp")],
                "packages": packages_read(known),
                "files": [
                    str(REPOSITORY / "workflow/scripts" / Path(known.script).name),
                    str(known.snakefile),
                ],
            }
    return graph


def artifact_provenance(wildcards):
    """Rule and sources of each artifact of the build, by path below <results>."""
    return manifest.provenance(rule_graph(), str(results_folder(wildcards)))


def artifact_paths(wildcards):
    """Every file of the build."""
    return [str(results_folder(wildcards) / path) for path in artifact_provenance(wildcards)]


def receipt_paths(wildcards):
    """Receipts of the datasets that the build reads."""
    graph = rule_graph()
    return manifest.receipts(graph, str(results_folder(wildcards)))


def build_rests_on(wildcards):
    """Hash of every committed file behind the build, what each rule reads, and every choice."""
    choices = {}
    for room in sorted(Path(RULES_FOLDER).glob("*.smk")):
        choices |= build_basis.choices_of(room.read_text(encoding="utf-8"))
    rules_read = build_basis.rules(rule_graph(), str(REPOSITORY), choices)
    # Behind every artifact, though no rule names them.
    everywhere = ["requirements.lock", "workflow/Snakefile", "workflow/rules/common.smk"]
    names = {name for known in rules_read.values() for name in known["files"]}
    return {
        "configuration": build_basis.configuration(config),
        "files": build_basis.files(names.union(everywhere), REPOSITORY),
        "rules": rules_read,
    }


def tables_of_facts():
    """Every table of facts, and the table of constants."""
    facts = sorted((REPOSITORY / "data/facts").glob("*.csv"))
    return [*map(str, facts), SHIPPED("data/constants.csv")]


def tables_with_sources(wildcards):
    """Published tables and values of figures that name sources in a column of theirs."""
    with open(SHIPPED("data/fields.csv"), encoding="utf-8", newline="") as fields:
        named = {
            row["table"] for row in csv.DictReader(fields) if row["column"].endswith("source_key")
        }
    figures = [f"figures/{name}.csv" for name in report_names("figure") if name in named]
    published = [name for kind in ("claims", "table", "quality") for name in report_names(kind)]
    published = [f"tables/{name}.csv" for name in published if name in named - {"evidence"}]
    return [str(results_folder(wildcards) / path) for path in figures + published]
