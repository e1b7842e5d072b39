"""The graph of lineage: its edges, and walks back from an artifact and forward from a source.

A node is a pair of its kind and its name. An edge leads from what is read to what reads it.
"""

from pathlib import PurePosixPath

from ai_lifecycle import manifest

# In the order from the outside inwards.
KINDS = ("source", "dataset", "package", "facts", "constant", "data", "choice", "rule", "artifact")
ORIGINS = KINDS[:7]
COLUMNS = ("upstream_kind", "upstream", "downstream_kind", "downstream", "how")
# Switches of how a build runs: they change no artifact.
NO_RESULT = ("refreeze", "offline", "mirror")
# Tables that say how to check or lay out data, and supply none.
NOT_A_SOURCE = (*manifest.NOT_A_SOURCE, "data/units.csv")


def edges(rules, *, folder, constants, all_constants, choices, cited):
    """Every edge, from the rules' own inputs and outputs and from the sources that tables name.

    Parameters
    ----------
    rules : mapping of str to mapping
        The workflow's graph: of each rule its ``rule`` name, ``inputs``, ``outputs``, ``packages``.
    folder : str
        The folder of results.
    constants : mapping of str to list of str
        Constants that each rule's programs ask for, as `readings.constants_by_rule` finds them.
    all_constants : iterable of str
        Every id of the table: what a rule depends on that reads the table and asks for no id.
    choices : mapping of str to list of str
        Choices that each rule looks up.
    cited : iterable of tuple
        ``(node, source key, how)`` for each source that a table, constant or dataset names.

    Returns
    -------
    list of tuple
        Rows of `COLUMNS`, sorted, each once.
    """
    makers = {path for entry in rules.values() for path in entry["outputs"]}
    found = {(("source", key), node, how) for node, key, how in cited}
    for key, entry in rules.items():
        rule = ("rule", key)
        for path in entry["inputs"]:
            for node, how in _read(path, entry["rule"], makers, folder, constants, all_constants):
                found.add((node, rule, how))
        for package in entry.get("packages", ()):
            found.add((("package", package), rule, "reads"))
        for choice in choices.get(entry["rule"], ()):
            if choice not in NO_RESULT:
                found.add((("choice", choice), rule, "looks up"))
        for path in entry["outputs"]:
            if PurePosixPath(path).is_relative_to(folder):
                found.add((rule, ("artifact", _below(path, folder)), "writes"))
    return sorted((*up, *down, how) for up, down, how in found)


def _below(path, folder):
    return str(PurePosixPath(path).relative_to(folder))


def _read(path, rule, makers, folder, constants, all_constants):
    """Nodes that an input stands for, each with how it is read."""
    receipt, committed = manifest.RECEIPT.search(path), manifest.COMMITTED.search(path)
    if receipt:
        return [(("dataset", receipt["dataset"]), "reads")]
    if path in makers:
        inside = PurePosixPath(path).is_relative_to(folder)
        return [(("artifact", _below(path, folder)), "reads")] if inside else []
    if not committed or committed["file"] in NOT_A_SOURCE:
        return []
    name = committed["file"]
    if name == "data/constants.csv":
        asked = constants.get(rule) or all_constants
        return [(("constant", constant), "asks for") for constant in asked]
    if name.startswith("data/facts/"):
        return [(("facts", name), "reads")]
    return [(("data", name), "reads")]


def neighbours(rows, *, forward):
    """Next nodes of each node, in the direction of the data or against it."""
    found = {}
    for up_kind, up, down_kind, down, _ in rows:
        one, other = (up_kind, up), (down_kind, down)
        if not forward:
            one, other = other, one
        found.setdefault(one, []).append(other)
    return found


def walk(rows, node, *, forward):
    """Every node ahead of or behind a node, with the least number of edges to it.

    Parameters
    ----------
    rows : list of tuple
        Edges.
    node : tuple of str
        Kind and name.
    forward : bool
        Ahead, in the direction of the data; else behind.

    Returns
    -------
    dict of tuple to int
        In the order of the walk; without `node` itself.
    """
    return walk_on(neighbours(rows, forward=forward), node)


def walk_on(following, node):
    """As `walk`, over the next nodes of each node."""
    steps, waiting = {node: 0}, [node]
    for here in waiting:
        for there in following.get(here, ()):
            if there not in steps:
                steps[there] = steps[here] + 1
                waiting.append(there)
    del steps[node]
    return steps


def behind(rows, artifact):
    """What an artifact rests on.

    Parameters
    ----------
    rows : list of tuple
        Edges.
    artifact : str
        Path below the folder of results, such as ``figures/la_lifecycle.svg``.

    Returns
    -------
    dict of str to list of str
        Names by kind, in the order of `KINDS`, sorted.
    """
    return by_kind(walk(rows, ("artifact", artifact), forward=False))


def ahead(rows, kind, name):
    """What rests on a source, dataset, table of facts, constant, choice or artifact.

    Parameters
    ----------
    rows : list of tuple
        Edges.
    kind : str
        One of `KINDS`.
    name : str
        Its name.

    Returns
    -------
    dict of str to list of str
        Names by kind, in the order of `KINDS`, sorted.
    """
    return by_kind(walk(rows, (kind, name), forward=True))


def by_kind(nodes):
    """Names of nodes by kind, sorted; kinds without any are left out."""
    found = {kind: sorted(name for k, name in nodes if k == kind) for kind in KINDS}
    return {kind: names for kind, names in found.items() if names}
