"""What stands behind a change: which inputs, choices and code differ between two releases."""

MOST_ROWS_NAMED = 6
# A table's declaration is behind every rule and seldom behind a number.
LAST = ("data/fields.csv", "requirements.lock")


def changes(old, new):
    """What differs between what two releases rest on.

    Parameters
    ----------
    old, new : mapping
        With rooms ``configuration``, ``datasets`` and ``files``, as a manifest holds them.

    Returns
    -------
    dict
        Room -> name -> words that say what changed.
    """
    return {
        "datasets": _by_name(old, new, "datasets", _upstream),
        "files": _by_name(old, new, "files", _file),
        "configuration": _by_name(old, new, "configuration", lambda a, b: f"{a!r} → {b!r}"),
    }


def _by_name(old, new, room, words):
    before, after, found = old[room], new[room], {}
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            found[name] = "removed"
        elif name not in before:
            found[name] = "added"
        elif before[name] != after[name]:
            found[name] = words(before[name], after[name])
    return found


def _upstream(before, after):
    names = sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n))
    return "upstream files " + _listed(names)


def _file(before, after):
    if "rows" not in before or "rows" not in after:
        return "changed"
    then, now = dict(before["rows"]), dict(after["rows"])
    if any(not name.isdigit() for name in now):
        changed = [name for name in now if name in then and then[name] != now[name]]
        added, removed = [n for n in now if n not in then], [n for n in then if n not in now]
    else:
        # Rows without a name: by what is in them, so that one inserted does not shift the rest.
        hashes, earlier = set(then.values()), set(now.values())
        changed, added = [], [name for name, digits in now.items() if digits not in hashes]
        removed = [name for name, digits in then.items() if digits not in earlier]
    parts = [("changed", changed), ("new or changed" if not changed else "added", added)]
    parts.append(("no longer there as they were" if not changed else "removed", removed))
    told = [f"rows {word}: {_listed(names)}" for word, names in parts if names]
    return "; ".join(told) or "rows in another order, or the header"


def _listed(names):
    shown = ", ".join(names[:MOST_ROWS_NAMED])
    return shown + (f" and {len(names) - MOST_ROWS_NAMED} more" if names[MOST_ROWS_NAMED:] else "")


def behind(rule, old, new, changed, moved_rules):
    """Names of what may have moved the artifacts of a rule.

    Parameters
    ----------
    rule : str
        Rule that makes the artifact.
    old, new : mapping
        As for `changes`, with ``rules``.
    changed : mapping
        What `changes` returns.
    moved_rules : set of str
        Rules of which some artifact differs; a rule that still makes the same bytes hands nothing
        on, so what only it reads is no cause.

    Returns
    -------
    list of str
        Datasets and facts first, then choices, then code.
    """
    found = {"datasets": set(), "files": set(), "configuration": set()}
    named = {f for side in (old, new) for r in side["rules"].values() for f in r["files"]}
    waiting, seen = [rule], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for side in (old, new):
            known = side["rules"].get(name, {})
            for room, names in found.items():
                names |= {n for n in known.get(room, ()) if n in changed[room]}
            waiting += [n for n in known.get("after", ()) if n in moved_rules]
    # Files that no rule names stand behind every artifact.
    found["files"] |= {name for name in changed["files"] if name not in named}
    data = sorted(n for n in found["files"] if n.startswith("data/") and n not in LAST)
    code = sorted(found["files"].difference(data, LAST))
    last = [name for name in LAST if name in found["files"]]
    return [*sorted(found["datasets"]), *data, *sorted(found["configuration"]), *code, *last]
