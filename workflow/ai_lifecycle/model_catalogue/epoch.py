"""Epoch AI's table of models in our names and units."""

import re

import pandas as pd

from ai_lifecycle import cells, published_csv
from ai_lifecycle.errors import DataError

# Upstream column: ours. Columns of prose are read for one word only (`SPARSE`) and not kept.
TEXT = {
    "Model": "name",
    "Organization": "organisation",
    "Organization categorization": "organisation_kind",
    "Country (of organization)": "country",
    "Domain": "domain",
    "Task": "task",
    "Training hardware": "hardware",
    "Training compute estimation method": "compute_method",
    "Base model": "base_model",
    "Numerical format": "numerical_format",
    "Confidence": "confidence",
    "Model accessibility": "accessibility",
}
NUMBERS = {
    "Parameters": "parameters",
    "Training dataset size (datapoints)": "data_points",
    "Epochs": "epochs",
    "Training compute (FLOP)": "training_flop",
    "Training compute lower bound": "training_flop_low",
    "Training compute upper bound": "training_flop_high",
    "Finetune compute (FLOP)": "finetune_flop",
    "Hardware quantity": "hardware_quantity",
    "Training time (hours)": "training_hours_h",
    "Training chip-hours": "accelerator_hours_h",
    "Hardware utilization (MFU)": "utilisation",
    "Training power draw (W)": "power_draw_w",
}
DATE = "Publication date"
PROSE = ("Abstract", "Parameters notes", "Training compute notes", "Dataset size notes")
SPARSE = re.compile(
    r"mixture[- ]of[- ]experts?|\bmoe\b|sparsely|activated param|active param", re.I
)
# Cells that hold a list, written with commas and with repeats.
LISTS = ("organisation_kind", "country", "domain", "task", "hardware", "compute_method",
         "numerical_format")  # fmt: skip
CONFIDENCES = {"Confident": "confident", "Likely": "likely", "Speculative": "speculative",
               "Unknown": "unknown"}  # fmt: skip


def read(payload, file):
    """The table in our names and units, nothing corrected.

    Parameters
    ----------
    payload : bytes
        The published CSV.
    file : str
        Name for messages.

    Returns
    -------
    DataFrame
        One row per row of the file in our columns; empty cells are missing. Lists are joined by
        ``;``, each entry once, in the order given. ``sparse_stated``: whether the notes speak of
        a mixture of experts.

    Raises
    ------
    DataError
        What `published_csv.read` refuses, a cell that is not a number, zero or more, or a date
        where one is due, or a confidence that is not one of Epoch's four.
    """
    rows = published_csv.read(payload, file, [*TEXT, *NUMBERS, DATE, *PROSE])
    columns = {ours: [row[theirs] for row in rows] for theirs, ours in TEXT.items()}
    columns["published_name"] = list(columns["name"])
    columns = {name: [_plain(cell) for cell in cells] if name != "published_name" else cells
               for name, cells in columns.items()}  # fmt: skip
    for name in LISTS:
        columns[name] = [_listed(cell) for cell in columns[name]]
    for theirs, ours in NUMBERS.items():
        columns[ours] = [_number(row, theirs, line, file) for line, row in enumerate(rows, 2)]
    columns["publication_date"] = [_date(row, line, file) for line, row in enumerate(rows, 2)]
    columns["sparse_stated"] = [any(SPARSE.search(row[name]) for name in PROSE) for row in rows]
    frame = pd.DataFrame(columns).astype(dict.fromkeys(NUMBERS.values(), float))
    strange = ~frame["confidence"].isin(list(CONFIDENCES))
    if strange.any():
        raise DataError(
            "unknown confidence",
            file=file,
            column="Confidence",
            found=frame["confidence"][strange.idxmax()],
            allowed=CONFIDENCES,
        )
    frame["confidence"] = frame["confidence"].map(CONFIDENCES)
    frame["publication_date"] = pd.to_datetime(frame["publication_date"]).astype("datetime64[us]")
    return frame


def _plain(cell):
    """Text on one line without outer or doubled white space; missing if empty."""
    return " ".join(cell.split()) or None


def _listed(cell):
    """Entries of a list once each, in the order given."""
    if cell is None:
        return None
    return ";".join(dict.fromkeys(part.strip() for part in cell.split(",") if part.strip()))


def _number(row, name, line, file):
    value = published_csv.number(row, name, file, line)
    if value is not None and value < 0:
        raise DataError("number is negative", file=file, row=line, column=name, found=value,
                        allowed="zero or more")  # fmt: skip
    return value


def _date(row, line, file):
    cell = row[DATE].strip()
    try:
        return cells.date(cell) if cell else pd.NaT
    except ValueError:
        raise DataError(
            "cell is not a date", file=file, row=line, column=DATE, found=cell, allowed="YYYY-MM-DD"
        ) from None
