"""Embodied carbon of each counted type of accelerator, by the route at hand; what has none."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.fleet_cleaning.chip_counts import ALL_OWNERS

PUBLISHED, BOTTOM_UP = "published footprint", "bottom-up"
NO_ROUTE = "no footprint is published"


def table(counts, comparison, hardware, last_quarter):
    """Table ``fleet_accelerators_used``: one row a type.

    Parameters
    ----------
    counts : DataFrame
        Table ``accelerator_counts``.
    comparison : DataFrame
        Table ``embodied_comparison``.
    hardware : DataFrame
        Facts ``hardware_accelerators``, for the rated power there.
    last_quarter : Timestamp
        Quarter whose cumulative units the shares are of.

    Returns
    -------
    DataFrame
        Rated power by both tables, embodied carbon with its range, route and boundary, units and
        their shares; ``left_out`` says why a type has no footprint.

    Raises
    ------
    DataError
        A type whose accelerator no table of hardware knows.
    """
    totals = counts[(counts["owner"] == ALL_OWNERS) & (counts["quarter_start"] == last_quarter)]
    known = comparison.set_index("accelerator")
    rated = hardware.set_index("accelerator")["rated_power_w"]
    strange = [name for name in totals["accelerator"] if name not in known.index]
    if strange:
        raise DataError("accelerator is not in embodied_comparison", found=strange[0],
                        file="data/facts/fleet_accelerators.csv", allowed=known.index)  # fmt: skip
    power = totals["units_median"] * totals["rated_power_w"]
    rows = []
    for row, share in zip(totals.itertuples(index=False), power / power.sum(), strict=True):
        rows.append(
            {
                "manufacturer": row.manufacturer,
                "accelerator_type": row.accelerator_type,
                "accelerator": row.accelerator,
                "rated_power_w": row.rated_power_w,
                "rated_power_elsewhere_w": rated[row.accelerator],
                **_embodied(known.loc[row.accelerator]),
                "units_cumulative": row.units_median,
                "units_share": row.units_median / totals["units_median"].sum(),
                "rated_power_share": share,
            }
        )
    return pd.DataFrame(rows)[COLUMNS]


COLUMNS = [
    "manufacturer",
    "accelerator_type",
    "accelerator",
    "rated_power_w",
    "rated_power_elsewhere_w",
    "embodied_low_kgco2e",
    "embodied_kgco2e",
    "embodied_high_kgco2e",
    "route",
    "boundary",
    "source_key",
    "left_out",
    "units_cumulative",
    "units_share",
    "rated_power_share",
]


def _embodied(row):
    """Published footprint where there is one, the count of parts else."""
    if pd.notna(row["top_down_kgco2e"]):
        prefix, route = "top_down", PUBLISHED
        boundary, source = row["top_down_boundary"], row["top_down_source_key"]
    elif pd.notna(row["bottom_up_kgco2e"]):
        prefix, route = "bottom_up", BOTTOM_UP
        boundary = f"parts with a sourced factor; without {row['missing_components']}"
        if pd.notna(row["node_bracket"]):
            boundary += f"; die: {row['node_bracket']}"
        source = "embodied_accelerators"
    else:
        empty = dict.fromkeys(("embodied_low_kgco2e", "embodied_kgco2e", "embodied_high_kgco2e"),
                              np.nan)  # fmt: skip
        reason = f"{NO_ROUTE}; bottom-up: {row['left_out']}"
        return {**empty, "route": None, "boundary": None, "source_key": None, "left_out": reason}
    return {
        "embodied_low_kgco2e": row[f"{prefix}_low_kgco2e"],
        "embodied_kgco2e": row[f"{prefix}_kgco2e"],
        "embodied_high_kgco2e": row[f"{prefix}_high_kgco2e"],
        "route": route,
        "boundary": boundary,
        "source_key": source,
        "left_out": None,
    }


def missing(used):
    """Table ``fleet_missing``: types without a footprint, and what they stand for."""
    names = ["manufacturer", "accelerator_type", "accelerator", "left_out", "units_cumulative",
             "units_share", "rated_power_share"]  # fmt: skip
    lacking = used[used["left_out"].notna()][names]
    return lacking.sort_values("rated_power_share", ascending=False, kind="stable",
                               ignore_index=True)  # fmt: skip
