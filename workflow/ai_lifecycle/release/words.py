"""Differences between releases in words, one line each."""

import math

from ai_lifecycle.release import causes, comparison

CELLS_SHOWN = 3
ROWS_SHOWN = 3
CAUSES_SHOWN = 8


def table(difference, shown=CELLS_SHOWN):
    """Lines that tell how a table differs.

    Parameters
    ----------
    difference : Difference
    shown : int
        Most cells and rows told in full; how many more there are is always said.

    Returns
    -------
    list of str
    """
    lines = []
    for word, names in (("new", difference.columns_added), ("gone", difference.columns_removed)):
        lines += [f"columns {word}: {', '.join(names)}"] if names else []
    for word, rows in (("new", difference.rows_added), ("gone", difference.rows_removed)):
        if rows:
            told = "; ".join(_row(difference.key, row) for row in rows[:ROWS_SHOWN])
            lines.append(f"{len(rows)} rows {word}: {told}{'; …' if rows[ROWS_SHOWN:] else ''}")
    if difference.cells:
        columns = list(dict.fromkeys(cell.column for cell in difference.cells))
        rows = len({cell.row for cell in difference.cells})
        lines.append(f"{len(difference.cells)} cells in {rows} rows, columns {', '.join(columns)}")
        for cell in comparison.largest(difference.cells, shown):
            lines.append(f"  {_row(difference.key, cell.row)}, {cell.column}: {_moved(cell)}")
        if len(difference.cells) > shown:
            lines.append(f"  and {len(difference.cells) - shown} more")
    if difference.reordered:
        lines.append("the same rows or columns in another order")
    return lines or ["the same cells, written otherwise"]


def _row(key, row):
    if not key:
        return f"row {row[0]}"
    return ", ".join(f"{name} {value or '(empty)'}" for name, value in zip(key, row, strict=True))


def _moved(cell):
    old, new = cell.old or "(empty)", cell.new or "(empty)"
    if cell.relative is None or math.isinf(cell.relative):
        return f"{old} → {new}"
    return f"{old} → {new} ({100 * cell.relative:+.3g} %)"


def releases(old, new, read_old, read_new, shown=CELLS_SHOWN):
    """Lines that tell how one release differs from another, and what stands behind it.

    Parameters
    ----------
    old, new : mapping
        Records of the releases.
    read_old, read_new : callable
        Text of a file by its path.
    shown : int
        As for `table`.

    Returns
    -------
    list of str
        Empty when no artifact differs.
    """
    before, after = ({a["identifier"]: a for a in side["artifacts"]} for side in (old, new))
    gone, fresh = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    moved = [
        n for n in sorted(before.keys() & after.keys()) if _hashes(before[n]) != _hashes(after[n])
    ]
    lines = [f"{len(fresh)} artifacts added: {', '.join(fresh)}"] if fresh else []
    lines += [f"{len(gone)} artifacts removed: {', '.join(gone)}"] if gone else []
    changed = causes.changes(old, new)
    rules = moved_rules(old, new)
    for name in moved:
        lines.append(f"{after[name]['kind']} {name} changed: {after[name]['title']}")
        for path, pair in _pairs(before[name], after[name]).items():
            lines += [f"  {line}" for line in _file(path, pair, read_old, read_new, shown)]
        names = causes.behind(after[name]["rule"], old, new, changed, rules)
        more = f" and {len(names) - CAUSES_SHOWN} more" if names[CAUSES_SHOWN:] else ""
        told = ", ".join(names[:CAUSES_SHOWN]) + more
        lines.append(f"  behind it, changed: {told or 'nothing that the records name'}")
    if lines:
        lines.append("What changed in what the releases rest on:")
        lines += [
            f"  {name}: {words}" for room in changed.values() for name, words in room.items()
        ] or ["  nothing that the records name"]
    return lines


def moved_rules(old, new):
    """Rules of which some file differs, or is made by one side only."""
    found = set()
    for path in old["build"].keys() | new["build"].keys():
        if old["build"].get(path) != new["build"].get(path):
            found |= {side["makers"][path] for side in (old, new) if path in side["makers"]}
    return found


def _hashes(artifact):
    return {file["path"]: file["sha256"] for file in artifact["files"]}


def _pairs(before, after):
    """Files of an artifact that differ: path -> key columns of both sides, if it is a table."""
    old, new = ({f["path"]: f for f in side["files"]} for side in (before, after))
    return {
        path: (old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if (old.get(path) or {}).get("sha256") != (new.get(path) or {}).get("sha256")
    }


def _file(path, pair, read_old, read_new, shown):
    old, new = pair
    if old is None or new is None:
        return [f"{path}: {'new' if old is None else 'gone'}"]
    if not path.endswith(".csv"):
        return [f"{path}: drawn otherwise"]
    keys = (new.get("key", []), old.get("key", []))
    difference = comparison.compare(read_old(path), read_new(path), keys)
    return [f"{path}:", *(f"  {line}" for line in table(difference, shown))]
