"""Small builds and releases, made by hand, for the tests of releases."""

import json
import sys
from functools import cache

from builds import ROOT

from ai_lifecycle import build_basis, manifest, sources, strict_yaml
from ai_lifecycle.release import citations, folders

sys.path.insert(0, str(ROOT / "workflow/scripts"))

CITATION = citations.Citation("A reproducible account", ("The authors",), "0.1.0", "2026-11-21")
CATALOGUE = sources.catalogue(ROOT / "data/sources.yaml")
LICENCES = strict_yaml.read(ROOT / "data/sources.yaml")["licences"]
TITLES = {"be2a_training_carbon": "Carbon of training", "reuse": "Reuse & more"}
FIGURE = "label,mark,value_tco2e\nBLOOM,fixed,24.7\nGPT-3,fixed,552.1\n"
REUSE = "accelerator,extension_years,embodied_kgco2e\nA100,0,150\nH100,1,400\n"
RULES = {
    "clean_a": {"after": [], "datasets": ["eia930_2022"],
                "files": ["data/facts/training_models.csv"], "configuration": []},
    "draw": {"after": ["clean_a"], "datasets": [], "files": ["data/fields.csv"],
             "configuration": ["seed"]},
    "reuse": {"after": [], "datasets": ["electricity_maps_hourly"], "files": ["data/constants.csv"],
              "configuration": []},
}  # fmt: skip
SOURCES = {
    "clean": ("clean_a", ["eia930_2022"]),
    "figures": ("draw", ["data/facts/training_models.csv", "eia930_2022"]),
    "tables": ("reuse", ["data/constants.csv", "electricity_maps_hourly"]),
}


@cache
def basis():
    """What the small build rests on: the real files and choices of this repository."""
    names = {name for rule in RULES.values() for name in rule["files"]}
    config = strict_yaml.read(ROOT / "config/config.yaml")
    upstream = {name for rule in RULES.values() for name in rule["datasets"]}
    return {
        "configuration": build_basis.configuration(config),
        "files": build_basis.files(names, ROOT),
        "rules": RULES,
        "datasets": build_basis.datasets(CATALOGUE, upstream),
    }


def build(folder, rests_on=None, **changed):
    """A finished build in `folder`; `changed` are files' texts by path with / and . as _."""
    files = {
        "clean/eia930_quality.csv": "a\n1\n",
        "figures/be2a_training_carbon.csv": FIGURE,
        "figures/be2a_training_carbon.svg": "<svg/>",
        "figures/be2a_training_carbon.png": "png",
        "tables/reuse.csv": REUSE,
        "report.html": "<p>",
    }
    named = {path: path.replace("/", "_").replace(".", "_") for path in files}
    files = {path: changed.get(name, files[path]) for path, name in named.items()}
    artifacts = {}
    for path, text in files.items():
        if text is None:
            continue
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        rule, known = SOURCES.get(path.split("/")[0], ("report_page", ["data/constants.csv"]))
        artifacts[path] = {"rule": rule, "sources": known}
    entries = manifest.build(folder, artifacts)
    manifest.write(entries, folder / "manifest.json", rests_on or basis())
    return folder


def record(folder, citation=CITATION):
    """Record of a build as a release, and its files."""
    return folders.described(folder, CATALOGUE, TITLES, citation)


def release(folder, built, citation=CITATION):
    """Release a build into `folder`."""
    released, files = record(built, citation)
    folders.write(folders.payload(released, files, citation), folder)
    return folder


def rewrite(path, change):
    """Change a JSON file in place."""
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")
