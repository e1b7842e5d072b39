"""One row of a published table, followed back to the lines of the documents that state its facts.

``python -m ai_lifecycle.lineage.trace tables/training_carbon.csv llama-3.1-405b`` prints the row,
the rules and tables of facts behind it, and every fact about its subject with the document and the
line.
"""

import argparse
import csv
import io
import sys
from pathlib import Path

from ai_lifecycle import source_groups, sources
from ai_lifecycle.errors import DataError
from ai_lifecycle.lineage import graph


def read(path):
    """Rows of a CSV as dicts, each with its line in the file."""
    text = Path(path).read_text(encoding="utf-8")
    reader = csv.DictReader(io.StringIO(text, newline=""))
    return [(reader.line_num, row) for row in reader]


def row_of(rows, wanted, path):
    """The first row that holds all wanted cells, with its line.

    Raises
    ------
    DataError
        When no row does.
    """
    for line, row in rows:
        if all(cell in row.values() for cell in wanted):
            return line, row
    raise DataError("no row holds these cells", file=path, found=" and ".join(wanted))


def facts_of(row, behind, evidence, groups):
    """Evidence of the facts that a row rests on: of its sources, about its subject.

    Parameters
    ----------
    row : mapping
        A row of a published table.
    behind : mapping
        What the table rests on, as `graph.behind` gives it.
    evidence : list of mapping
        Rows of the table of evidence.
    groups : mapping of str to list of str
        Sources of each group.

    Returns
    -------
    list of mapping
        Facts of the tables behind whose key begins with the row's first cell and, if the row names
        sources, that come from one of them.
    """
    subject = next(iter(row.values()))
    named = {
        key
        for column, cell in row.items()
        if column.endswith("source_key")
        for key in source_groups.spelt_out(cell or "", groups).split(";")
        if key
    }
    tables = {Path(name).stem for name in behind.get("facts", ())}
    return [
        fact
        for fact in evidence
        if fact["fact_table"] in tables
        and fact["row_key"].split(" | ")[0] == subject
        and (not named or named & set(fact["source_key"].split(";")))
    ]


def told(artifact, line, row, behind, facts, groups, addresses):
    """Lines to print."""
    yield f"{artifact}, line {line}"
    yield from (f"    {name}: {cell}" for name, cell in row.items() if cell)
    named = {key for cell in row.values() for key in (cell or "").split(";") if key in groups}
    yield from (f"    {name} is {', '.join(groups[name])}" for name in sorted(named))
    yield f"made by: {', '.join(behind.get('rule', []))}"
    yield f"from facts: {', '.join(behind.get('facts', []))}"
    yield f"from datasets: {', '.join(behind.get('dataset', [])) or 'none'}"
    yield f"from constants: {', '.join(behind.get('constant', [])) or 'none'}"
    yield "facts about it, and the documents that state them:"
    for fact in facts:
        name = f"{fact['fact_table']}: {fact['row_key']}"
        yield f"    {name}: {fact['value']} {fact['unit']}".rstrip()
        if fact["result"] == "not checkable":
            yield f"        {fact['source_key']}, {fact['locator']}: {fact['reason']}"
        else:
            place = f", line {fact['line']}" if fact["line"] else ""
            printed = f", printed as {fact['printed']}" if fact["printed"] else ""
            yield f"        {fact['result']} in {fact['document']}{place}{printed}"
            yield f"        {addresses.get(fact['document'], fact['document'])}"


def main(arguments=None):
    """Print the trace of one row; exit status 1 with a message if there is none."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("artifact", help="a table below the results: tables/training_carbon.csv")
    parser.add_argument("cells", nargs="+", help="cells that the row must hold")
    parser.add_argument("--results", default="results/latest", help="folder of the results")
    parser.add_argument("--catalogue", default="data/sources.yaml", help="catalogue of documents")
    given = parser.parse_args(arguments)
    folder = Path(given.results)
    try:
        catalogue = sources.catalogue(given.catalogue)
        line, row = row_of(read(folder / given.artifact), given.cells, folder / given.artifact)
    except (OSError, DataError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    edges = [tuple(r[c] for c in graph.COLUMNS) for _, r in read(folder / "tables/lineage.csv")]
    behind = graph.behind(edges, given.artifact)
    evidence = [fact for _, fact in read(folder / "tables/evidence.csv")]
    addresses = {file.id: file.url for dataset in catalogue.values() for file in dataset.files}
    groups = source_groups.read(folder / "tables" / f"{source_groups.TABLE}.csv")
    facts = facts_of(row, behind, evidence, groups)
    print("\n".join(told(given.artifact, line, row, behind, facts, groups, addresses)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
