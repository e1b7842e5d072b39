"""A data package of every table of a release, from the declarations in ``data/fields.csv``."""

import re

from ai_lifecycle import tables

PROFILE = "tabular-data-package"
TYPES = {
    "string": "string",
    "float": "number",
    "integer": "integer",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}
FORMATS = {"timestamp": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}


def describe(released, licences):
    """Descriptor of the package.

    Parameters
    ----------
    released : mapping
        Record of the release.
    licences : mapping
        Name and url by identifier.

    Returns
    -------
    dict
        A data package, version 1.
    """
    head = released["release"]
    resources = [
        _resource(artifact, file, licences)
        for artifact in released["artifacts"]
        for file in artifact["files"]
        if file["path"].endswith(".csv")
    ]
    used = {artifact["licence"] for artifact in released["artifacts"]}
    return {
        "profile": PROFILE,
        "name": f"ai-lifecycle-{head['release']}",
        "title": head["title"],
        "version": head["release"],
        "created": f"{head['issued']}T00:00:00Z",
        "licenses": [_licence(name, licences) for name in sorted(used)],
        "resources": sorted(resources, key=lambda resource: resource["path"]),
    }


def _licence(name, licences):
    return {"name": name, "title": licences[name]["name"], "path": licences[name]["url"]}


def _resource(artifact, file, licences):
    table = artifact["name"]
    declared = tables.declaration(table)
    schema = {"fields": [_field(field) for field in declared.values()], "missingValues": [""]}
    if file["key"] and all(declared[name]["nullable"] != "yes" for name in file["key"]):
        schema["primaryKey"] = file["key"]
    return {
        "profile": "tabular-data-resource",
        "name": re.sub(r"[^a-z0-9._-]", "-", file["path"].removesuffix(".csv").replace("/", "-")),
        "title": artifact["title"],
        "path": file["path"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file["bytes"],
        "hash": f"sha256:{file['sha256']}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "header": True},
        "schema": schema,
        "licenses": [_licence(artifact["licence"], licences)],
    }


def _field(field):
    described = {"name": field["column"], "type": TYPES[field["dtype"]]}
    if field["dtype"] in FORMATS:
        described["format"] = FORMATS[field["dtype"]]
    if field["dtype"] == "boolean":
        described |= {"trueValues": ["true"], "falseValues": ["false"]}
    unit = f" [{field['unit']}]" if field["unit"] else ""
    described["description"] = field["meaning"] + unit
    constraints = {}
    if field["nullable"] != "yes":
        constraints["required"] = True
    if field["dtype"] in ("float", "integer"):
        number = float if field["dtype"] == "float" else lambda text: int(float(text))
        for bound in ("minimum", "maximum"):
            constraints |= {bound: number(field[bound])} if field[bound] else {}
    if field["allowed"]:
        constraints["enum"] = field["allowed"].split("|")
    return described | ({"constraints": constraints} if constraints else {})
