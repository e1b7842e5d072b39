"""Rows of operational carbon of training by accounting, the same in every figure with them."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from ai_lifecycle import style

COLUMNS = [
    "position",
    "label",
    "model_id",
    "boundary",
    "energy_mwh",
    "gap_kind",
    "gap_factor",
    "mark",
    "value_tco2e",
    "low_tco2e",
    "high_tco2e",
]
BOUNDARY_LETTERS = {
    "accelerator": "A",
    "accelerator with PUE": "A+",
    "node": "N",
    "facility": "F",
    "unknown": "?",
    "unknown with PUE": "?",
}
UNIT_MARKS = {
    "part of a run": " *",
    "fine-tuning": " *",
    "family of runs": " †",
    "whole project": " †",
    "architecture search": " †",
    "training with experimentation": " †",
}
DISCLOSED = ("location", "fixed", "unknown", "market")
# Marker, size in points, colour, whether filled. The ring holds the dot where both agree.
MARKS = {
    "at_location": ("o", 5.8, style.COLOURS["blue"], False),
    "at_grid": ("x", 4.2, style.COLOURS["black"], False),
    "disclosed_location": ("o", 3.2, style.COLOURS["blue"], True),
    "disclosed_market": ("v", 4.4, style.COLOURS["green"], False),
    "disclosed_fixed": ("D", 3.4, style.COLOURS["vermilion"], True),
    "disclosed_unknown": ("s", 3.2, style.COLOURS["black"], True),
}
FIXED = {"color": "black", "lw": 0.8, "marker": "|", "ms": 6.5, "mew": 0.8}
LEGEND = {
    "fixed": "at 0.385 to 0.429 kg/kWh",
    "at_location": "at the intensity printed for the place",
    "at_grid": "at the grid's annual life-cycle intensity",
    "disclosed_location": "location-based",
    "disclosed_market": "market-based or net",
    "disclosed_fixed": "fixed US average",
    "disclosed_unknown": "accounting not stated",
}
SMALL = style.SMALLEST_TEXT_POINTS


def own_accounts(carbon):
    """The discloser's own operational account of each model.

    Parameters
    ----------
    carbon : DataFrame
        Table ``training_carbon``.

    Returns
    -------
    DataFrame
        Its rows whose account is the model's own, life cycles left out.
    """
    own = carbon["account"] == "own"
    return carbon[own & (carbon["functional_unit"] != "life cycle")]


def values_drawn(frame, reconciliation, own):
    """Every mark of a figure: row, kind, value and range in tonnes.

    Parameters
    ----------
    frame : DataFrame
        Rows of ``training_carbon`` to draw.
    reconciliation : DataFrame
        Table ``training_reconciliation``.
    own : DataFrame
        What `own_accounts` gives.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; one row a mark, in descending order of what is best known of each model.
    """
    return pd.DataFrame(list(_rows(frame, _gaps(reconciliation, own))))[COLUMNS]


def _gaps(reconciliation, own):
    """What is furthest off in each account: its own numbers before another account's."""
    rows = reconciliation[reconciliation["outcome"].isin(["gap", "apart"])]
    owned = pd.MultiIndex.from_frame(own[["model_id", "scope"]])
    is_own = pd.MultiIndex.from_frame(rows[["model_id", "scope"]]).isin(owned)
    rows = rows[is_own | (rows["outcome"] == "gap").to_numpy(bool)]
    rows = rows.sort_values(["outcome", "factor_apart"], ascending=False, kind="stable")
    return rows.drop_duplicates(["model_id", "scope"]).set_index(["model_id", "scope"])


def _rows(frame, gaps):
    """Marks, rows in descending order of what is best known of each."""
    keyed = frame.assign(label=_labels(frame), key=_sort_key(frame))
    # Several bars of one name (the recommenders) share a row, placed by the largest.
    tops = keyed.groupby("label", sort=True)["key"].max()
    order = tops.sort_values(ascending=False, kind="stable").index
    position = {label: number for number, label in enumerate(order)}
    keyed = keyed.assign(position=keyed["label"].map(position))
    for row in keyed.sort_values(["position", "model_id"], kind="stable").itertuples():
        common = {
            "position": row.position,
            "label": row.label,
            "model_id": row.model_id,
            "boundary": None if pd.isna(row.comparison_group) else row.comparison_group,
            "energy_mwh": row.operational_energy_mwh,
            "gap_kind": gaps["outcome"].get((row.model_id, row.scope)),
            "gap_factor": gaps["factor_apart"].get((row.model_id, row.scope), np.nan),
        }
        low = row.emissions_at_llama_average_tco2e
        if pd.notna(low):
            high = row.emissions_at_patterson_average_tco2e
            yield {**common, "mark": "fixed", **_value(low, low, high)}
        if row.emissions_at_location_tco2e > 0:
            yield {**common, "mark": "at_location", **_value(row.emissions_at_location_tco2e)}
        if row.emissions_at_grid_tco2e > 0:
            yield {**common, "mark": "at_grid", **_value(row.emissions_at_grid_tco2e)}
        for accounting in DISCLOSED:
            value = getattr(row, f"disclosed_{accounting}_tco2e")
            # A logarithmic axis cannot show the market-based zeros; the caption names them.
            if value > 0:
                ends = (row.disclosed_low_tco2e, row.disclosed_high_tco2e)
                yield {**common, "mark": f"disclosed_{accounting}", **_value(value, *ends)}


def _value(value, low=np.nan, high=np.nan):
    return {"value_tco2e": value, "low_tco2e": low, "high_tco2e": high}


def _labels(frame):
    names = frame["name"].astype(str)
    names = names.mask(frame["figure_2a"].fillna("") == "DLRM", "DLRM (RM1 to RM5)")
    names = names.where(frame["account"] == "own", "BLOOM, LLaMA paper's count")
    return names + frame["functional_unit"].map(UNIT_MARKS).fillna("")


def _sort_key(frame):
    key = pd.Series(np.nan, index=frame.index)
    for column in (
        *(f"disclosed_{a}_tco2e" for a in DISCLOSED),
        "emissions_at_llama_average_tco2e",
    ):
        key = key.fillna(frame[column].where(frame[column] > 0))
    return key


def marks(axis, values):
    """Draw the marks of each row on a logarithmic axis of tonnes.

    Parameters
    ----------
    axis : Axes
    values : DataFrame
        What `values_drawn` gives, or a part of its positions.
    """
    for row in values.itertuples(index=False):
        if pd.notna(row.low_tco2e):
            fixed = row.mark == "fixed"
            look = FIXED if fixed else {"color": MARKS[row.mark][2], "lw": 0.8}
            axis.plot([row.low_tco2e, row.high_tco2e], [row.position] * 2, **look)
        if row.mark != "fixed":
            axis.plot([row.value_tco2e], [row.position], **_look(row.mark))
    axis.set_xscale("log")
    axis.set_ylim(values["position"].max() + 0.7, values["position"].min() - 0.7)
    axis.tick_params(axis="y", length=0)
    axis.tick_params(axis="x", labelsize=SMALL)
    axis.xaxis.set_major_formatter(FuncFormatter(lambda tonnes, _: f"{tonnes:,g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())
    axis.set_xlabel("operational [t CO₂e], logarithmic", fontsize=SMALL)


def tick_tonnes(axis, subs):
    """Ticks at these multiples of each power of ten."""
    axis.xaxis.set_major_locator(LogLocator(subs=subs, numticks=20))


def _look(mark):
    marker, size, colour, filled = MARKS[mark]
    return {
        "marker": marker,
        "ms": size,
        "mfc": colour if filled else "none",
        "mec": colour,
        "mew": 0.9,
        "ls": "none",
        # The cross has no area of its own: it goes on top of what it falls upon.
        "zorder": 4 if marker == "x" else 3,
    }


def boundary_letter(row):
    """Letter of where the energy of a row ends."""
    return BOUNDARY_LETTERS.get(row.boundary, "–")


def unreconciled(row):
    """What does not reconcile, and by how much; empty where nothing."""
    if pd.isna(row.gap_factor):
        return ""
    apart = row.gap_factor - 1
    size = f"×{row.gap_factor:.3g}" if apart >= 0.1 else f"{100 * apart:.1f} %"
    return f"{row.gap_kind} {size}"


def legend_entries():
    """Handles of a legend by who gives the number, as ``{heading: handles}``."""
    ours, disclosed = [Line2D([], [], label=LEGEND["fixed"], **FIXED)], []
    for mark in MARKS:
        entry = Line2D([], [], label=LEGEND[mark], **_look(mark))
        (disclosed if mark.startswith("disclosed") else ours).append(entry)
    return {"ours": ours, "disclosed": disclosed}
