"""Write the graph of lineage: which rule reads and writes what, and which sources stand behind."""

import csv
import io
from pathlib import Path

import pandas as pd

from ai_lifecycle import runlog, sources, tables
from ai_lifecycle.lineage import citations, graph, readings


def main(rules, folder, *, facts, constants, catalogue, sourced, scripts, rooms, out):
    """Write ``lineage``.

    Parameters
    ----------
    rules : mapping
        The workflow's graph.
    folder : str
        The folder of results.
    facts, sourced, rooms : list of str
        Tables of facts, published tables that name sources, files of rules.
    constants, catalogue, scripts : str
        ``data/constants.csv``, ``data/sources.yaml``, folder of the scripts.
    out : str
        Output.
    """
    text = Path(constants).read_text(encoding="utf-8")
    rows = graph.edges(
        rules,
        folder=folder,
        constants=readings.constants_by_rule(rules, scripts),
        all_constants=[row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))],
        choices=readings.choices_by_rule(rooms),
        cited=[
            *citations.of_facts(facts),
            *citations.of_constants(constants),
            *citations.of_datasets(sources.catalogue(catalogue)),
            *citations.of_artifacts(sourced, folder),
        ],
    )
    frame = pd.DataFrame(rows, columns=list(graph.COLUMNS), dtype="string")
    tables.write_csv(frame, out, "lineage")
    print(f"{len(frame)} edges, {frame['upstream'].nunique()} nodes with something downstream")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.params.rules,
            snakemake.params.folder,
            facts=list(snakemake.input.facts),
            constants=snakemake.input.constants,
            catalogue=snakemake.input.catalogue,
            sourced=list(snakemake.input.sourced),
            scripts=Path(snakemake.input.programs[0]).parent,
            rooms=list(snakemake.input.rooms),
            out=snakemake.output.table,
        )
