"""Stacked bars whose segments carry their own error bars."""

import numpy as np

from ai_lifecycle import style

ERROR = {"fmt": "none", "ecolor": "black", "elinewidth": 0.7, "capsize": 1.6, "capthick": 0.7}
EDGE = {"edgecolor": "black", "linewidth": 0.4}


def draw(axis, values, places, looks, *, width=0.7, horizontal=False):
    """Draw one stacked bar a category, segments in the order of `looks`.

    Parameters
    ----------
    axis : Axes
    values : DataFrame
        Columns `category`, `series`, `value`, `low`, `high`; ends may be missing.
    places : dict of str to float
        Place of each category on its axis.
    looks : dict of str to dict
        Colour, hatching and label of each series.
    width : float
        Thickness of a bar.
    horizontal : bool
        Whether bars lie.
    """
    base = dict.fromkeys(places, 0.0)
    for series, look in looks.items():
        rows = values[(values["series"] == series) & values["category"].isin(list(places))]
        if rows.empty:
            continue
        at = [places[name] for name in rows["category"]]
        start = np.array([base[name] for name in rows["category"]])
        length = rows["value"].to_numpy()
        bars = axis.barh if horizontal else axis.bar
        thick = {"height": width, "left": start} if horizontal else {"width": width}
        if not horizontal:
            thick["bottom"] = start
        bars(at, length, **thick, **EDGE, **look)
        errors(axis, at, start + length, rows, horizontal=horizontal)
        for name, value in zip(rows["category"], length, strict=True):
            base[name] += value
    return base


def errors(axis, at, ends, rows, *, horizontal=False, **look):
    """Error bars around `ends` from the columns value, low and high; none where they lack."""
    spread = np.abs(rows[["low", "high"]].to_numpy() - rows[["value"]].to_numpy()).T
    has = ~np.isnan(spread).any(axis=0) & (spread.sum(axis=0) > 0)
    at, ends = np.asarray(at, float)[has], np.asarray(ends, float)[has]
    if not has.any():
        return
    shown = ERROR | look
    if horizontal:
        axis.errorbar(ends, at, xerr=spread[:, has], **shown)
    else:
        axis.errorbar(at, ends, yerr=spread[:, has], **shown)


def small_ticks(axis):
    """Smallest text on both axes."""
    axis.tick_params(labelsize=style.SMALLEST_TEXT_POINTS)


def plain_x(axis, labels, *, rotation=0):
    """Category labels without tick marks or vertical grid."""
    axis.set_xticks(range(len(labels)), labels, rotation=rotation)
    axis.tick_params(axis="x", length=0)
    axis.grid(visible=False, axis="x")
