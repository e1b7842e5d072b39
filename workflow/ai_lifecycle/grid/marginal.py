"""Marginal intensity estimated from hourly generation, with day-block bootstrap intervals."""

import numpy as np

from ai_lifecycle.units import HOURS_PER_DAY

# Order of the last axis of arrays of sums: count, sums of x and y, sums of x·x and x·y.
N, X, Y, XX, XY = range(5)
FEWEST_CHANGES = 10


def hourly_change(values, hour_start_utc):
    """Change from the hour before. [as `values`]

    Parameters
    ----------
    values : array_like, shape (hour,)
        Hourly series, NaN where missing. [any]
    hour_start_utc : array_like of datetime64, shape (hour,)
        Beginnings of the hours, ascending. [UTC]

    Returns
    -------
    ndarray, shape (hour,)
        NaN for the first hour, and wherever either hour is missing or the row before is not the
        hour before.

    Raises
    ------
    ValueError
        If shapes differ or hours do not ascend.
    """
    values = np.asarray(values, dtype=float)
    hours = np.asarray(hour_start_utc, dtype="datetime64[h]").astype(np.int64)
    if values.shape != hours.shape:
        raise ValueError("hour_start_utc: shape differs from values")
    step = np.diff(hours)
    if (step <= 0).any():
        raise ValueError("hour_start_utc: does not ascend")
    change = np.full(values.shape, np.nan)
    change[1:] = np.where(step == 1, np.diff(values), np.nan)
    return change


def thermal_floor(fossil_mwh, quantile, margin):
    """Output up to which fossil generation counts as at its floor. [MWh]

    Parameters
    ----------
    fossil_mwh : array_like, shape (hour,)
        Fossil generation, NaN where missing. [MWh]
    quantile : float
        Share of hours at or below the floor itself. [1]
    margin : float
        How far from the floor towards the median still counts as at the floor. [1]

    Raises
    ------
    ValueError
        If `quantile` or `margin` lies outside 0 to 1, or no hour is present.

    Notes
    -----
    Measured on the authority's own range, so that a high must-run level does not widen it.
    """
    fossil = np.asarray(fossil_mwh, dtype=float)
    if not 0 <= quantile <= 1:
        raise ValueError("quantile: outside 0 to 1")
    if not 0 <= margin <= 1:
        raise ValueError("margin: outside 0 to 1")
    if not np.isfinite(fossil).any():
        raise ValueError("fossil_mwh: no hour present")
    floor, median = np.nanquantile(fossil, [quantile, 0.5])
    return float(floor + margin * (median - floor))


def is_curtailing(fossil_mwh, variable_mwh, total_mwh, floor_mwh, least_share):
    """Whether carbon-free output is presumed to be curtailed at the margin, hour by hour.

    Parameters
    ----------
    fossil_mwh, variable_mwh, total_mwh : array_like, shape (hour,)
        Generation from fossil fuels, from wind and sun, and from all fuels. [MWh]
    floor_mwh : float
        Thermal floor, as `thermal_floor` gives. [MWh]
    least_share : float
        Least share of wind and sun in generation. [1]

    Returns
    -------
    ndarray of bool, shape (hour,)
        False where anything is missing.

    Raises
    ------
    ValueError
        If `least_share` lies outside 0 to 1.
    """
    if not 0 <= least_share <= 1:
        raise ValueError("least_share: outside 0 to 1")
    fossil, variable, total = (
        np.asarray(a, dtype=float) for a in (fossil_mwh, variable_mwh, total_mwh)
    )
    return (fossil <= floor_mwh) & (variable >= least_share * total) & (total > 0)


def sums_by_day(x, y, day, hour, n_day):
    """Sums that a regression needs, for each day and hour of day.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Regressor and response; an entry with either missing is left out. [MWh], [kg]
    day : array_like of int, shape (n,)
        0 to ``n_day - 1``. [1]
    hour : array_like of int, shape (n,)
        Clock hour, 0 to 23. [h]
    n_day : int
        Number of days. [1]

    Returns
    -------
    ndarray, shape (day, hour, 5)
        Count and the sums of x, y, x·x and x·y.

    Raises
    ------
    ValueError
        If a day or an hour is out of range.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    day, hour = np.asarray(day), np.asarray(hour)
    if ((day < 0) | (day >= n_day)).any():
        raise ValueError("day: outside 0 to n_day - 1")
    if ((hour < 0) | (hour >= HOURS_PER_DAY)).any():
        raise ValueError("hour: outside 0 to 23")
    both = np.isfinite(x) & np.isfinite(y)
    x, y, cell = x[both], y[both], day[both] * HOURS_PER_DAY + hour[both]
    columns = [
        np.bincount(cell, weights=w, minlength=n_day * HOURS_PER_DAY)
        for w in (np.ones_like(x), x, y, x * x, x * y)
    ]
    return np.stack(columns, axis=-1).reshape(n_day, HOURS_PER_DAY, 5)


def slope(sums, intercept=True):
    """Least-squares slope from sums, in closed form. [unit of y over unit of x]

    Parameters
    ----------
    sums : array_like, shape (..., 5)
        As `sums_by_day` gives, added up over days.
    intercept : bool
        Whether a constant change of y is fitted beside the slope.

    Returns
    -------
    ndarray, shape (...)
        NaN with fewer than `FEWEST_CHANGES` entries or without variation of x.

    Notes
    -----
    With intercept ``(Σxy − ΣxΣy/n) / (Σxx − (Σx)²/n)``, through the origin ``Σxy / Σxx``.
    """
    s = np.asarray(sums, dtype=float)
    n = np.maximum(s[..., N], 1.0)
    top, bottom = s[..., XY], s[..., XX]
    if intercept:
        top = top - s[..., X] * s[..., Y] / n
        bottom = bottom - s[..., X] * s[..., X] / n
    # Variation that is only rounding of the sums is none.
    enough = (s[..., N] >= FEWEST_CHANGES) & (bottom > 1e-9 * np.maximum(s[..., XX], 1.0))
    return np.divide(top, bottom, out=np.full(top.shape, np.nan), where=enough)


def day_counts(group_of_day, replicates, generator):
    """How often each day is drawn when days are drawn anew within their group. [1]

    Parameters
    ----------
    group_of_day : array_like of int, shape (day,)
        Season of each day. [1]
    replicates : int
        Number of resamples. [1]
    generator : numpy.random.Generator
        Source of randomness.

    Returns
    -------
    ndarray, shape (replicate, day)
        Counts; within each group they sum to its number of days.

    Raises
    ------
    ValueError
        If `replicates` is not positive.
    """
    if replicates < 1:
        raise ValueError("replicates: below one")
    group = np.asarray(group_of_day)
    counts = np.zeros((replicates, group.size))
    for g in np.unique(group):
        days = np.flatnonzero(group == g)
        drawn = generator.integers(0, days.size, size=(replicates, days.size))
        flat = (np.arange(replicates)[:, None] * days.size + drawn).ravel()
        counts[:, days] = np.bincount(flat, minlength=replicates * days.size).reshape(
            replicates, days.size
        )
    return counts


def resampled(sums, group_of_day, n_group, counts):
    """Sums over the days of each group, as drawn.

    Parameters
    ----------
    sums : array_like, shape (day, hour, k)
        Any sums by day.
    group_of_day : array_like of int, shape (day,)
        [1]
    n_group : int
        [1]
    counts : array_like, shape (replicate, day)
        Weight of each day.

    Returns
    -------
    ndarray, shape (replicate, group, hour, k)

    Raises
    ------
    ValueError
        If the numbers of days differ.
    """
    sums, group, counts = np.asarray(sums), np.asarray(group_of_day), np.asarray(counts)
    if not sums.shape[0] == group.size == counts.shape[1]:
        raise ValueError("counts: number of days differs from sums")
    out = np.zeros((counts.shape[0], n_group, *sums.shape[1:]))
    for g in range(n_group):
        days = group == g
        # einsum, not a matrix product: its result does not depend on the BLAS in use.
        out[:, g] = np.einsum("rd,dhk->rhk", counts[:, days], sums[days])
    return out


def curtailment_adjusted(slope_otherwise, slope_always, curtailed_share):
    """Marginal intensity when a share of hours has carbon-free output at the margin. [as slope]

    Parameters
    ----------
    slope_otherwise : array_like, shape (...)
        Slope over changes without curtailment; where missing, `slope_always` serves. [kg/MWh]
    slope_always : array_like, shape (...)
        Slope over all changes. [kg/MWh]
    curtailed_share : array_like, shape (...)
        Share of hours that curtail. [1]

    Returns
    -------
    ndarray, shape (...)
        ``(1 − p) β``. A cell whose every hour curtails is 0, whatever its slope.

    Raises
    ------
    ValueError
        If a share lies outside 0 to 1.
    """
    p = np.asarray(curtailed_share, dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise ValueError("curtailed_share: outside 0 to 1")
    beta = np.where(np.isfinite(slope_otherwise), slope_otherwise, slope_always)
    return np.where(p == 1, 0.0, (1 - p) * beta)


def over_groups(values, days_in_group):
    """Mean over groups, weighted by their days; a missing group makes it missing. [as `values`]

    Parameters
    ----------
    values : array_like, shape (..., group, hour)
        [any]
    days_in_group : array_like, shape (group,)
        [d]

    Returns
    -------
    ndarray, shape (..., hour)
    """
    weight = np.asarray(days_in_group, dtype=float)
    present = weight > 0
    share = weight[present] / weight[present].sum()
    return np.einsum("g,...gh->...h", share, np.asarray(values)[..., present, :])
