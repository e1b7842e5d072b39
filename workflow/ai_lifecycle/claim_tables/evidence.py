"""What the recomputations read, and how a range is summed."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError

NOTHING = (np.nan, np.nan, np.nan)


class Range(NamedTuple):
    """A value with its ends."""

    value: float
    low: float
    high: float


class Recomputed(NamedTuple):
    """What a recomputation gives: as the claim is stated, and under the charitable reading.

    `qualified` is set where agreement needs something said beside it, from the numbers.
    """

    as_stated: Range
    charitable: Range = Range(*NOTHING)
    qualified: bool = False


@dataclass(frozen=True)
class Evidence:
    """Tables behind the recomputations, by name."""

    figures: pd.DataFrame
    figure_4: pd.DataFrame
    public: pd.DataFrame
    quoted: pd.DataFrame
    carbon: pd.DataFrame
    disclosures: pd.DataFrame
    doubling_times: pd.DataFrame
    shares: pd.DataFrame
    gpus: pd.DataFrame
    products: pd.DataFrame
    known: dict


def only(frame, table, **where):
    """The single row that matches; anything else is an error in the table."""
    found = frame
    for column, wanted in where.items():
        found = found[found[column] == wanted]
    if len(found) != 1:
        raise DataError(
            "evidence of a claim is not there exactly once",
            file=table,
            key=", ".join(f"{column} {wanted}" for column, wanted in where.items()),
            found=len(found),
            allowed="1",
        )
    return found.iloc[0]


def bounded(row, scale=1.0):
    """Value and ends of a row; without ends, the value stands for them."""
    value = float(row["value"])
    low = value if pd.isna(row["low"]) else float(row["low"])
    high = value if pd.isna(row["high"]) else float(row["high"])
    return Range(value * scale, low * scale, high * scale)


def total(rows):
    """Sum of values and of ends: errors of one figure may share a sign."""
    return Range(*(float(rows[column].sum()) for column in ("value", "low", "high")))


def exact(value):
    """A value without error of its own."""
    return Range(float(value), float(value), float(value))


def quoted(evidence, subject, quantity):
    """A figure of ``claims_evidence``, with its printed rounding."""
    return bounded(only(evidence.quoted, "claims_evidence", subject=subject, quantity=quantity))


def scaled(value_and_ends, scale):
    """All three times a factor above zero."""
    return Range(*(float(number) * scale for number in value_and_ends))
