"""Average intensity of the electricity generated in an authority."""

import numpy as np


def carbon_intensity(generation_mwh, factor_g_per_kwh):
    """Production-based average intensity of each hour. [g/kWh]

    Parameters
    ----------
    generation_mwh : array_like, shape (..., fuel)
        Net generation by fuel; NaN where not reported. [MWh]
    factor_g_per_kwh : array_like, broadcastable to the above
        Emissions per unit generated. [g/kWh]

    Returns
    -------
    ndarray, shape (...)
        NaN where any fuel is missing or nothing is generated: a missing fuel is not zero. [g/kWh]

    Raises
    ------
    ValueError
        If a generation or a factor is negative, or a factor is missing.

    Notes
    -----
    ``CI = sum_f g_f EF_f / sum_f g_f``. MWh cancel, so no conversion is needed.

    Examples
    --------
    >>> float(carbon_intensity([30.0, 10.0], [0.0, 400.0]))
    100.0
    """
    generation = np.asarray(generation_mwh, dtype=float)
    factor = np.asarray(factor_g_per_kwh, dtype=float)
    if (generation < 0).any():
        raise ValueError("generation_mwh: negative")
    if not (factor >= 0).all():
        raise ValueError("factor_g_per_kwh: negative or missing")
    total = generation.sum(axis=-1)
    weighted = (generation * factor).sum(axis=-1)
    return np.divide(weighted, total, out=np.full(total.shape, np.nan), where=total > 0)


def grouped_moments(values, group, n_group):
    """Mean, sample standard deviation and count of `values` in each group.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN is missing and is not counted. [any]
    group : array_like of int, shape (n,)
        Group of each value, 0 to ``n_group - 1``. [1]
    n_group : int
        Number of groups. [1]

    Returns
    -------
    mean, deviation : ndarray, shape (n_group,)
        NaN where fewer than one (two) values are at hand. [as `values`]
    count : ndarray of int, shape (n_group,)
        [1]

    Raises
    ------
    ValueError
        If shapes differ or a group lies outside its range.
    """
    values, group = np.asarray(values, dtype=float), np.asarray(group)
    if values.shape != group.shape:
        raise ValueError("group: shape differs from values")
    if group.size and (group.min() < 0 or group.max() >= n_group):
        raise ValueError("group: outside 0 to n_group - 1")
    present = np.isfinite(values)
    v, g = values[present], group[present]
    count = np.bincount(g, minlength=n_group)
    total = np.bincount(g, weights=v, minlength=n_group)
    mean = np.divide(total, count, out=np.full(n_group, np.nan), where=count > 0)
    squares = np.bincount(g, weights=(v - mean[g]) ** 2, minlength=n_group)
    variance = np.divide(squares, count - 1, out=np.full(n_group, np.nan), where=count > 1)
    return mean, np.sqrt(variance), count


def weighted_mean(values, weight):
    """Mean of `values` weighted by `weight`, over entries where both are present.

    Parameters
    ----------
    values, weight : array_like, shape (n,)
        [any], [any]

    Returns
    -------
    float
        NaN when nothing is present. [as `values`]

    Raises
    ------
    ValueError
        If a weight is negative.
    """
    values, weight = np.asarray(values, dtype=float), np.asarray(weight, dtype=float)
    if (weight < 0).any():
        raise ValueError("weight: negative")
    present = np.isfinite(values) & np.isfinite(weight)
    total = weight[present].sum()
    return float((values[present] * weight[present]).sum() / total) if total > 0 else float("nan")
