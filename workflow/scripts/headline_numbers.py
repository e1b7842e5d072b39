"""The numbers that prose may quote, each picked from one cell or counted from one table."""

import pandas as pd

from ai_lifecycle import runlog, tables
from ai_lifecycle.errors import DataError


def chosen(frame, where, place):
    """Rows in which every ``column=value`` or ``column!=value`` of `where` holds.

    No value means an empty cell.
    """
    for condition in filter(None, where.split(";")):
        column, _, value = condition.partition("=")
        unequal, column = column.endswith("!"), column.removesuffix("!")
        if column not in frame:
            raise DataError("no such column", found=column, allowed=frame.columns, **place)
        cells = frame[column]
        equal = cells.notna() & (cells.astype(str) == value) if value else cells.isna()
        frame = frame[equal.to_numpy(bool) != unequal]
    return frame


def number(row, frame, place):
    """Value of one headline number."""
    rows = chosen(frame, "" if pd.isna(row.where) else row.where, place)
    if row.column == "count":
        return float(len(rows))
    if len(rows) != 1:
        raise DataError(
            "condition does not pick one row", found=len(rows), allowed="1 row", **place
        )
    return float(rows[row.column].iloc[0])


def main(wanted, published, out):
    """Write every number of `wanted`, read from the `published` tables (by name)."""
    wanted_table = tables.read_csv(wanted, "headline_numbers")
    frames = {name: tables.read_csv(path, name) for name, path in published.items()}
    lines = []
    for position, row in enumerate(wanted_table.itertuples(index=False), start=2):
        place = {"file": wanted, "row": position}
        if row.table not in frames:
            raise DataError("no such table", found=row.table, allowed=frames, **place)
        value = number(row, frames[row.table], place) * row.scale
        lines.append(
            {
                "id": row.id,
                "value": value,
                "unit": row.unit,
                "text": f"{value:,.{row.decimals}f}",
                "meaning": row.meaning,
                "table": row.table,
            }
        )
    tables.write_csv(pd.DataFrame(lines), out, "numbers")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.wanted,
            {name: snakemake.input[name] for name in snakemake.params.tables},
            snakemake.output.numbers,
        )
