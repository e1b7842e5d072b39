"""The table of evidence: every fact with what looking for it gave, now or when last it could be."""

import csv
import hashlib
import io
from pathlib import Path

import pandas as pd

from ai_lifecycle import frozen as frozen_tables
from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.evidence import documents, links, looking, packages

TABLE, SUMMARY = "evidence", "evidence_summary"
NOT_CHECKABLE = "not checkable"
RESULTS = (looking.FOUND, looking.OTHER_FORM, looking.NOT_FOUND, NOT_CHECKABLE)
# What a pinned result rests on: with any of these changed, it says nothing.
BASIS = ["fact_table", "row_key", "quantity", "value", "document", "document_sha256", "look"]
NO_DOCUMENT = {
    "judgement": "a choice of ours, which no document states",
    "derived": "computed from figures, printed nowhere",
    "digitised": "read off a drawing, printed nowhere",
}
NOT_CATALOGUED = "document not in the catalogue"
NO_PLACE = "document in the catalogue, no place in it linked"
NOT_REACHED = "document not reached since the fact or its link changed"


def table(facts_by_table, content, files, at_hand, citations, established):
    """Every fact with its evidence.

    Parameters
    ----------
    facts_by_table : mapping of str to list of links.Fact
        All facts.
    content : mapping
        The links, as `links.read` returns them.
    files : mapping of str to tuple
        Every document that may be linked, by id: its dataset and sha256.
    at_hand : mapping of str to bytes
        Documents that today's run reached, by id.
    citations : set of str
        Sources with documents among these.
    established : DataFrame
        Pinned results, as `pinned` returns them.

    Returns
    -------
    DataFrame
        Declared as ``evidence``, sorted by table and as the facts stand in it.

    Raises
    ------
    DataError
        When a link names no known document; when a document gives another result than
        the pinned one, though neither it nor fact or link changed.
    """
    known = {tuple(row[name] for name in BASIS): row for row in established.to_dict("records")}
    opened, rows = {}, []
    for name in sorted(facts_by_table):
        for fact in facts_by_table[name]:
            row, looks = _row(fact), links.looks_for(fact, content)
            if looks:
                row |= _best(fact, looks, row, known, opened, files, at_hand)
            else:
                row |= {"result": NOT_CHECKABLE, "reason": _reason(fact, content, citations)}
            rows.append(row)
    columns = list(tables.declaration(TABLE))
    frame = pd.DataFrame([{c: row.get(c) for c in columns} for row in rows], columns=columns)
    frame["line"] = frame["line"].astype("Int64")
    return frame.astype({c: "string" for c in columns if c != "line"})


def _row(fact):
    row = fact.row
    return {
        "fact_table": fact.table,
        "row_key": fact.key,
        "quantity": (row.get("quantity") if fact.column == "value" else "") or fact.column,
        "value": fact.sought,
        "unit": fact.unit or None,
        "status": row["status"],
        "source_key": row["source_key"],
        "locator": row["locator"],
    }


def _placed(look, files):
    """Columns that say where a link leads."""
    if look.document not in files:
        raise DataError(
            "link names no known document",
            file="data/evidence.yaml",
            found=look.document,
            allowed=files,
        )
    dataset, digest = files[look.document]
    return {
        "dataset": dataset,
        "document": look.document,
        "document_sha256": digest,
        "look": look.words,
    }


def _best(fact, looks, row, known, opened, files, at_hand):
    """Columns of the look that says most for the fact; of two that say the same, the first."""
    outcomes = []
    for look in looks:
        placed = _placed(look, files)
        outcomes.append(placed | _result(fact, look, row | placed, known, opened, at_hand))
    return min(outcomes, key=lambda outcome: RESULTS.index(outcome["result"]))


def _result(fact, look, row, known, opened, at_hand):
    """Columns of the result: of looking now, else as established, else not checkable."""
    pinned = known.get(tuple(row[name] for name in BASIS))
    if look.document not in at_hand:
        if pinned is None:
            return {"result": NOT_CHECKABLE, "reason": NOT_REACHED}
        return {name: pinned[name] for name in ("result", "line", "printed", "form")}
    if look.document not in opened:
        opened[look.document] = documents.Document(look.document, at_hand[look.document])
    found = looking.look(opened[look.document], look, fact.sought)
    fresh = {
        "result": found.result,
        # The listing of a package is ours: its lines mean nothing.
        "line": None if look.document.startswith(packages.PREFIX) else found.line,
        "printed": found.printed or None,
        "form": found.form or None,
    }
    if pinned is not None and any(pinned[name] != fresh[name] for name in fresh):
        raise DataError(
            "document gives another result than the pinned one",
            file="data/frozen/evidence.csv",
            key=f"{fact.table}: {fact.key}",
            found=fresh,
            allowed="the pinned result, or --config refreeze=true to change it on purpose",
        )
    return fresh


def _reason(fact, content, citations):
    """Why a fact without a link cannot be checked."""
    if fact.row["status"] in NO_DOCUMENT:
        return NO_DOCUMENT[fact.row["status"]]
    known = not links.is_elsewhere(fact, content)
    if known and citations.intersection(fact.row["source_key"].split(";")):
        return NO_PLACE
    return NOT_CATALOGUED


def summary(frame):
    """Counts of facts by table and result.

    Parameters
    ----------
    frame : DataFrame
        As `table` returns it.

    Returns
    -------
    DataFrame
        Declared as ``evidence_summary``; the last row counts all tables.
    """
    rows = []
    for name, part in [*frame.groupby("fact_table", sort=True), ("all tables", frame)]:
        counts = part["result"].value_counts()
        reasons = part["reason"].value_counts()
        rows.append(
            {
                "fact_table": name,
                "facts": len(part),
                **{word.replace(" ", "_"): int(counts.get(word, 0)) for word in RESULTS},
                "not_catalogued": int(reasons.get(NOT_CATALOGUED, 0)),
                "printed_nowhere": int(sum(reasons.get(r, 0) for r in NO_DOCUMENT.values())),
                "not_linked": int(reasons.get(NO_PLACE, 0)),
                "not_reached": int(reasons.get(NOT_REACHED, 0)),
            }
        )
    return pd.DataFrame(rows, columns=list(tables.declaration(SUMMARY)))


def pinned(path):
    """Results pinned when the documents were last read; none if nothing was pinned yet.

    Raises
    ------
    DataError
        When the pinned table is not what was pinned.
    """
    path = Path(path)
    columns = list(tables.declaration(TABLE))
    if not path.is_file():
        return pd.DataFrame(columns=columns)
    payload, pin = path.read_bytes(), frozen_tables.pin_of(path)
    digest = hashlib.sha256(payload).hexdigest()
    expected = pin.read_text(encoding="ascii").strip() if pin.is_file() else "(no pin)"
    if digest != expected:
        raise DataError(
            "the pinned results of evidence are not what was pinned",
            file=path,
            found=f"sha256 {digest}",
            allowed=f"sha256 {expected}, as {pin.name} says; git checkout restores them",
        )
    rows = list(csv.DictReader(io.StringIO(payload.decode("utf-8"), newline="")))
    for row in rows:
        row["line"] = int(row["line"]) if row["line"] else None
        row |= {name: row[name] or None for name in ("printed", "form")}
    return pd.DataFrame(rows, columns=columns, dtype=object)


def pin(frame, path):
    """Pin the results of a table of evidence, of every fact that a document was opened for."""
    path = Path(path)
    kept = frame[frame["result"] != NOT_CHECKABLE].reset_index(drop=True)
    tables.write_csv(kept, path, TABLE)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    frozen_tables.pin_of(path).write_text(f"{digest}\n", encoding="ascii")


def with_pinned(frame, known):
    """Results of looking, and for documents out of reach those that are pinned and still hold.

    Parameters
    ----------
    frame : DataFrame
        As `table` returns it, without pinned results.
    known : DataFrame
        As `pinned` returns it.

    Returns
    -------
    DataFrame
        Of the form of `frame`.
    """
    held = {tuple(row[name] for name in BASIS): row for row in known.to_dict("records")}
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    for row in rows:
        old = held.get(tuple(row[name] for name in BASIS))
        if row["reason"] == NOT_REACHED and old is not None:
            row |= {name: old[name] for name in ("result", "line", "printed", "form")}
            row["reason"] = None
    return pd.DataFrame(rows, columns=list(frame.columns)).astype(frame.dtypes.to_dict())


def told(frame, known):
    """Lines for the log: counts, and what is not pinned or not found.

    Parameters
    ----------
    frame : DataFrame
        As `table` returns it.
    known : DataFrame
        As `pinned` returns it.

    Yields
    ------
    str
    """
    held = {tuple(row[name] for name in BASIS) for row in known.to_dict("records")}
    for word in RESULTS:
        yield f"{word}: {int((frame['result'] == word).sum())} of {len(frame)} facts"
    looked = frame[frame["look"].notna()].astype(object)
    loose = [r for r in looked.to_dict("records") if tuple(r[name] for name in BASIS) not in held]
    if loose:
        yield (
            f"{len(loose)} linked facts have no pinned result (new, or changed since): where their "
            "documents are at hand, --config refreeze=true pins them"
        )
    for row in frame[frame["result"] == looking.NOT_FOUND].to_dict("records"):
        where = f"{row['fact_table']}: {row['row_key']}"
        yield f"not found: {where}: {row['value']} in {row['document']}"
