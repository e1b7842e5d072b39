"""Fits to the paper's own figures: utilisation, halves of a year, histogram, ladder."""

import itertools

import numpy as np

from ai_lifecycle.paper_figure_tables.redrawn import STEMS
from ai_lifecycle.paper_figures import power, utilisation

OFFSET, REST = "operational, offset by solar", "operational, not offset"


def segments(facts, figure, index):
    """Values, low and high ends of a stacked figure: one column a segment."""
    rows = facts[(facts["figure"] == figure) & (facts["status"] == "digitised")]
    wide = rows.pivot(index=index, columns="series", values=["value", "low", "high"])
    return wide["value"], wide["low"], wide["high"]


def utilisation_fit(facts):
    """Coefficients of the footprint over GPU utilisation, with worst-case ranges.

    Parameters
    ----------
    facts : DataFrame
        ``sustainable_ai_figures``.

    Returns
    -------
    dict of str to tuple
        ``(value, low, high)`` of `embodied`, `fixed`, `per_inverse`, `idle_share`,
        `offset_share`, and the greatest relative residual as ``(value, nan, nan)``.

    Notes
    -----
    Low and high are the extremes over all combinations of every bar moved up or down by its
    reading error, so they hold the truth if each error does.
    """
    value, low, high = segments(facts, "sa9", "x_value")
    used = value.index.to_numpy(float) / 100.0
    operational = [f[OFFSET].to_numpy() + f[REST].to_numpy() for f in (value, low, high)]
    embodied = [f["embodied"].to_numpy() for f in (value, low, high)]
    fixed, slope = utilisation.inverse_fit(used, operational[0])
    coefficient = utilisation.proportional_fit(used, embodied[0])
    corners = [utilisation.inverse_fit(used, bars) for bars in _corners(*operational[1:])]
    idle = [float(utilisation.idle_power_share(a, b)) for a, b in corners]
    ends = [utilisation.proportional_fit(used, bars) for bars in _corners(*embodied[1:])]
    residuals = np.concatenate(
        [
            utilisation.footprint_of_work(used, fixed, slope) / operational[0] - 1,
            utilisation.footprint_of_work(used, 0.0, coefficient) / embodied[0] - 1,
        ]
    )
    offset = value[OFFSET].to_numpy() / operational[0]
    return {
        "embodied": (coefficient, min(ends), max(ends)),
        "fixed": (fixed, min(a for a, _ in corners), max(a for a, _ in corners)),
        "per_inverse": (slope, min(b for _, b in corners), max(b for _, b in corners)),
        "idle_share": (float(utilisation.idle_power_share(fixed, slope)), min(idle), max(idle)),
        "offset_share": (offset.mean(), offset.min(), offset.max()),
        "worst_residual": (float(np.abs(residuals).max()), np.nan, np.nan),
    }


def _corners(low, high):
    return [np.array(bars) for bars in itertools.product(*zip(low, high, strict=True))]


def net_power(facts):
    """Figure 8 from its own baseline and the reductions of figure 6.

    Returns
    -------
    DataFrame
        Index half-year; columns `baseline`, `optimised` (as read), `reduction` [1],
        `product`, `low`, `high` and the ends of what was read.
    """
    bars, low, high = segments(facts, "sa8", "category")
    saved, saved_low, saved_high = (f.sum(axis=1) for f in segments(facts, "sa6", "category"))
    table = bars.copy()
    table["reduction"], table["read_low"], table["read_high"] = (
        saved / 100.0,
        low["optimised"],
        high["optimised"],
    )
    table["product"] = power.optimised_power(bars["baseline"], table["reduction"])
    table["low"], table["high"] = power.optimised_power_range(
        low["baseline"], high["baseline"], saved_low / 100.0, saved_high / 100.0
    )
    return table


def ladder(facts):
    """Power at each rung from the printed gains of the steps, and the bars' labels.

    Returns
    -------
    labels : Series
        Printed relative power by rung.
    rungs : ndarray
        Product of the printed gains, in units of the last rung. [1]
    """
    figure = facts[facts["figure"] == "sa7"]
    labels = figure[figure["series"] == "bar label"].set_index("category")["value"]
    gains = figure[figure["quantity"] == "step_gain"].set_index("category")["value"]
    return labels, power.power_ladder(gains.reindex(labels.index[1:]).to_numpy())


def histogram(facts):
    """Utilisation and share of workflows of figure 10. [%], [1]"""
    bars = facts[facts["figure"] == "sa10"].sort_values("x_value")
    return bars["x_value"].to_numpy(), (bars["value"] / bars["value"].sum()).to_numpy()


def rows(facts):
    """Results of the fits as rows of ``paper_figures_models``."""
    nan = np.nan
    fit = utilisation_fit(facts)
    forms = {
        "embodied": ("embodied coefficient", "least squares of c / u on the four bars"),
        "fixed": ("operational part per unit of work", "least squares of a + b / u, four bars: a"),
        "per_inverse": ("operational part per unit of time", "the same fit: b"),
        "idle_share": ("idle power over full power", "b / (a + b)"),
        "offset_share": ("share of operational offset by solar", "mean and extremes of the bars"),
        "worst_residual": ("greatest relative residual", "fit over bar, less one"),
    }
    for name, (words, method) in forms.items():
        yield (STEMS["sa9"], words, None, *fit[name], "1", method)
    halves = net_power(facts)
    saved = halves["reduction"]
    for half, row in halves.iterrows():
        yield (
            STEMS["sa8"],
            "baseline times one less reduction",
            half,
            row["product"],
            row["low"],
            row["high"],
            "1",
            "bar of figure 8 x (1 - total of figure 6)",
        )
    last = halves.iloc[-1]
    points = 100 * (last["baseline"] - last["optimised"])
    relative = 100 * power.relative_reduction(last["baseline"], last["optimised"])
    compound = 100 * float(power.compounded_reduction(saved.to_numpy()))
    yield (
        STEMS["sa6"],
        "mean reduction a half-year",
        None,
        100 * saved.mean(),
        nan,
        nan,
        "%",
        "mean of the four bar totals",
    )
    yield (
        STEMS["sa8"],
        "reduction in points of the first baseline",
        "half-year 4",
        points,
        nan,
        nan,
        "%",
        "last baseline less last optimised bar",
    )
    yield (
        STEMS["sa8"],
        "reduction of the baseline of the time",
        "half-year 4",
        relative,
        nan,
        nan,
        "%",
        "the same over the last baseline",
    )
    yield (
        STEMS["sa8"],
        "reduction if the four compounded",
        "half-year 4",
        compound,
        nan,
        nan,
        "%",
        "1 - product of (1 - reduction)",
    )
    labels, rungs = ladder(facts)
    for rung, label, product in zip(labels.index, labels, rungs, strict=True):
        yield (
            STEMS["sa7"],
            "product of the printed gains",
            rung,
            product,
            nan,
            nan,
            "1",
            f"gains from here to the last rung; label {label:g}",
        )
    used, share = histogram(facts)
    for words, mask in (
        ("below 30 %", used < 30),
        ("30 to 50 %, bin at 50 left out", (used >= 30) & (used < 50)),
        ("30 to 50 %, bin at 50 included", (used >= 30) & (used <= 50)),
        ("50 % and above", used >= 50),
    ):
        yield (
            STEMS["sa10"],
            "share of workflows",
            words,
            100 * share[mask].sum(),
            nan,
            nan,
            "%",
            "sum of bars over sum of all bars",
        )
    yield (
        STEMS["sa10"],
        "mean utilisation",
        None,
        float((used * share).sum()),
        nan,
        nan,
        "%",
        "mean over the bars",
    )
