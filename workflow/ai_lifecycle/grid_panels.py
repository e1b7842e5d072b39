"""Lines and bands of intensity by hour of day, the same in every figure that shows them."""

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Stroke

from ai_lifecycle import style

COLUMNS = [
    "authority", "series", "local_hour", "intensity_g_per_kwh", "low_g_per_kwh",
    "high_g_per_kwh", "range_meaning",
]  # fmt: skip
ESTIMATORS = {
    "fossil_slope": "marginal_fossil",
    "dispatchable_slope": "marginal_dispatchable",
    "fossil_slope_curtailment": "marginal_curtailment",
    "avert": "marginal_avert",
}
BOUNDARY = "production-based: no demand, trade or curtailment in the data"
AVERAGE, MARGINAL = style.COLOURS["blue"], style.COLOURS["vermilion"]
LINES = {
    "average_direct": {"color": AVERAGE, "linewidth": 1.8},
    "average_life_cycle": {"color": AVERAGE, "linewidth": 0.9, "linestyle": (0, (5, 1.5))},
    "average_ipcc_median": {"color": AVERAGE, "linewidth": 0.9, "linestyle": (0, (1, 1.2))},
    "marginal_curtailment": {"color": MARGINAL, "linewidth": 1.8},
    "marginal_fossil": {
        "color": MARGINAL, "linewidth": 0.6, "marker": "o", "markersize": 3.0, "markevery": 3,
        "markerfacecolor": "white", "markeredgewidth": 0.7,
    },
    "marginal_dispatchable": {
        "color": MARGINAL, "linewidth": 0.6, "marker": "^", "markersize": 3.2, "markevery": 3,
        "markeredgewidth": 0.0,
    },
    "marginal_avert": {
        "color": style.COLOURS["black"], "linewidth": 0.9, "linestyle": (0, (6, 1.5, 1, 1.5)),
    },
}  # fmt: skip
# A white core, for panels too small for words: in grey, vermilion and blue are alike.
HOLLOW_LINES = LINES | {
    "marginal_curtailment": LINES["marginal_curtailment"]
    | {"path_effects": [Stroke(linewidth=2.0), Stroke(linewidth=0.6, foreground="white")]}
}
BANDS = {
    "average_direct": {"color": AVERAGE, "alpha": 0.18},
    "marginal_proxy_range": {"color": MARGINAL, "alpha": 0.14},
    "marginal_curtailment": {"color": MARGINAL, "alpha": 0.40},
}
LABELS = {
    "average_direct": "average, direct (± 1 s.d.)",
    "average_life_cycle": "average, life-cycle",
    "average_ipcc_median": "average, IPCC medians",
    "marginal_curtailment": "marginal, curtailment allowed for (95 %)",
    "marginal_fossil": "marginal, fossil only",
    "marginal_dispatchable": "marginal, with hydro and storage",
    "marginal_avert": "marginal, EPA AVERT (CO₂ only)",
    "marginal_proxy_range": "wider or narrower proxy of curtailment",
}


def values_drawn(profile, marginal, authorities, series):
    """Values of the lines and bands, for these authorities and series.

    Parameters
    ----------
    profile, marginal : DataFrame
        The tables ``grid_hourly_profile`` and ``grid_marginal``.
    authorities, series : collection of str
        What to keep.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`. Averages carry their standard deviation, marginal intensities of
        direct emissions over the year their 95 % interval; a line without a band has no bounds.
    """
    averages = profile.assign(
        series="average_" + profile["convention"],
        intensity_g_per_kwh=profile["mean_g_per_kwh"],
        low_g_per_kwh=profile["mean_g_per_kwh"] - profile["deviation_g_per_kwh"],
        high_g_per_kwh=profile["mean_g_per_kwh"] + profile["deviation_g_per_kwh"],
        range_meaning="standard deviation",
    )
    yearly = marginal[
        (marginal["season"] == "year")
        & (marginal["convention"] == "direct")
        & marginal["estimator"].isin(ESTIMATORS)
    ]
    slopes = yearly.assign(
        series=yearly["estimator"].map(ESTIMATORS),
        intensity_g_per_kwh=yearly["marginal_g_per_kwh"],
        range_meaning="95 % interval",
    )
    own = yearly[yearly["estimator"] == "fossil_slope_curtailment"]
    proxy = own.assign(
        series="marginal_proxy_range",
        intensity_g_per_kwh=np.nan,
        low_g_per_kwh=own["most_curtailed_g_per_kwh"],
        high_g_per_kwh=own["least_curtailed_g_per_kwh"],
        range_meaning="thresholds of the proxy",
    )
    values = pd.concat([averages[COLUMNS], slopes[COLUMNS], proxy[COLUMNS]], ignore_index=True)
    values = values[values["authority"].isin(authorities) & values["series"].isin(series)].copy()
    bare = ~values["series"].isin(BANDS)
    values.loc[bare, ["low_g_per_kwh", "high_g_per_kwh"]] = np.nan
    values.loc[bare, "range_meaning"] = "none"
    return values.sort_values(
        ["authority", "series", "local_hour"], kind="stable", ignore_index=True
    )


def panel(axes, values, lines=LINES):
    """Draw one authority's lines and bands, and mark local hours.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    values : DataFrame
        Rows of one authority, as `values_drawn` gives.
    lines : dict of str to dict
        Look of each line.
    """
    for series, look in BANDS.items():
        part = values[values["series"] == series]
        axes.fill_between(
            part["local_hour"], part["low_g_per_kwh"], part["high_g_per_kwh"], linewidth=0, **look
        )
    for series, look in lines.items():
        part = values[values["series"] == series]
        axes.plot(part["local_hour"], part["intensity_g_per_kwh"], **look)
    axes.set_xlim(0, 23)
    axes.set_xticks([0, 6, 12, 18])
    axes.set_xticks(np.arange(24), minor=True)
    axes.tick_params(which="minor", length=1.5, width=0.4)


def legend_entries(series, lines=LINES):
    """Handles and labels of a legend for these series, in the order given."""
    handles = []
    for name in series:
        patch = Patch(**BANDS[name], linewidth=0) if name in BANDS else None
        line = Line2D([], [], **(lines[name] | {"markevery": 1})) if name in lines else None
        handles.append((patch, line) if patch and line else patch or line)
    return handles, [LABELS[name] for name in series]
