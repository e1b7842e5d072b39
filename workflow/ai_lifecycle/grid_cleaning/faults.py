"""Detectors of faults in hourly generation by fuel: each returns the hours it finds."""

import numpy as np


def repeats_previous(energy_mwh):
    """Hours in which every fuel repeats the hour before to the last digit.

    Parameters
    ----------
    energy_mwh : array_like, shape (hour, fuel)
        Net generation; NaN is missing. [MWh]

    Returns
    -------
    ndarray of bool, shape (hour,)
        False where a fuel is missing in either hour, and where nothing at all is generated.
    """
    energy_mwh = _two_axes(energy_mwh)
    same = np.zeros(len(energy_mwh), dtype=bool)
    if len(energy_mwh) > 1:
        same[1:] = (energy_mwh[1:] == energy_mwh[:-1]).all(axis=1)
    return same & (np.nansum(energy_mwh, axis=1) > 0)


def isolated_spikes(series_mwh, *, floor_mwh, factor):
    """Hours that exceed both neighbours many times over, the neighbours being of one size.

    Parameters
    ----------
    series_mwh : array_like, shape (hour,)
        Net generation from one fuel; NaN is missing. [MWh]
    floor_mwh : float
        Least excess over the larger neighbour. [MWh]
    factor : float
        Least excess over the larger neighbour, in units of the neighbours' difference. [1]

    Returns
    -------
    ndarray of bool, shape (hour,)

    Raises
    ------
    ValueError
        If `floor_mwh` or `factor` is not positive.
    """
    if floor_mwh <= 0 or factor <= 0:
        raise ValueError("floor_mwh and factor must be positive")
    series = np.asarray(series_mwh, dtype=float)
    found = np.zeros(series.shape, dtype=bool)
    before, here, after = series[:-2], series[1:-1], series[2:]
    excess = here - np.maximum(before, after)
    found[1:-1] = (excess > floor_mwh) & (excess > factor * np.abs(before - after))
    return found


def collapsed_hours(total_mwh, *, share):
    """Hours whose total falls below a share of the median. Shape (hour,), bool.

    Parameters
    ----------
    total_mwh : array_like, shape (hour,)
        Net generation from all fuels; NaN is missing. [MWh]
    share : float
        Share of the median over all hours, between 0 and 1. [1]

    Raises
    ------
    ValueError
        If `share` is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError("share must lie between 0 and 1")
    total = np.asarray(total_mwh, dtype=float)
    return total < share * np.nanmedian(total)


def reversed_steps(series_mwh, *, share, hours):
    """Hours at whose start a series leaps and, within some hours, leaps back.

    A fleet of many reactors does neither: what trips comes back over days. Levels are compared
    with the last one reported, so that a gap hides no step.

    Parameters
    ----------
    series_mwh : array_like, shape (hour,)
        Net generation from one fuel; NaN is missing. [MWh]
    share : float
        Least step, as a share of the level before. [1]
    hours : int
        Longest time between a step and one in the opposite direction. [h]

    Returns
    -------
    ndarray of bool, shape (hour,)
        True at both steps.

    Raises
    ------
    ValueError
        If `share` or `hours` is not positive.
    """
    if share <= 0 or hours <= 0:
        raise ValueError("share and hours must be positive")
    series = np.asarray(series_mwh, dtype=float)
    found = np.zeros(series.shape, dtype=bool)
    reported = np.flatnonzero(np.isfinite(series))
    step, level = np.diff(series[reported]), series[reported][:-1]
    leaps = np.abs(step) > share * level
    hour, rises = reported[1:][leaps], step[leaps] > 0
    apart = np.abs(hour[:, None] - hour[None, :])
    reverses = (rises[:, None] != rises[None, :]) & (apart <= hours)
    found[hour[reverses.any(axis=1)]] = True
    return found


def fits_neighbours_better(energy_mwh, replacement_mwh):
    """Whether replacements lie nearer to the mean of both neighbours than the values filed.

    Parameters
    ----------
    energy_mwh, replacement_mwh : array_like, shape (hour, fuel)
        Values filed, and what might have been meant. [MWh]

    Returns
    -------
    better : ndarray of bool, shape (hour,)
        By the sum over fuels of distances, each in units of that fuel's median hourly change, so
        that no fuel outweighs the others.
    comparable : ndarray of bool, shape (hour,)
        False where a value of the hour, its neighbours or the replacement is missing, and at both
        ends.

    Raises
    ------
    ValueError
        If the shapes differ or lack an axis.
    """
    filed, meant = _two_axes(energy_mwh), _two_axes(replacement_mwh)
    if filed.shape != meant.shape:
        raise ValueError("replacement_mwh must have the shape of energy_mwh")
    neighbours = np.full(filed.shape, np.nan)
    neighbours[1:-1] = 0.5 * (filed[:-2] + filed[2:])
    usual = np.nanmedian(np.abs(np.diff(filed, axis=0)), axis=0)
    # A fuel that stands still all year says nothing.
    weight = np.divide(1.0, usual, out=np.zeros_like(usual), where=usual > 0)
    error_filed = (np.abs(filed - neighbours) * weight).sum(axis=1)
    error_meant = (np.abs(meant - neighbours) * weight).sum(axis=1)
    return error_meant < error_filed, np.isfinite(error_filed) & np.isfinite(error_meant)


def exchanges(first_mwh, second_mwh, *, floor_mwh, tolerance):
    """Hours at whose start energy moves from one fuel to another, the sum of both staying.

    Parameters
    ----------
    first_mwh, second_mwh : array_like, shape (hour,)
        Net generation from two fuels; NaN is missing. [MWh]
    floor_mwh : float
        Least step of either fuel. [MWh]
    tolerance : float
        Largest step of the sum, as a share of the step of the first. [1]

    Returns
    -------
    ndarray of bool, shape (hour,)

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    first, second = np.asarray(first_mwh, dtype=float), np.asarray(second_mwh, dtype=float)
    if first.shape != second.shape:
        raise ValueError("second_mwh must have the shape of first_mwh")
    found = np.zeros(first.shape, dtype=bool)
    step, other = np.diff(first), np.diff(second)
    found[1:] = (
        (np.abs(step) > floor_mwh)
        & (np.abs(other) > floor_mwh)
        & (np.abs(step + other) < tolerance * np.abs(step))
    )
    return found


def dark_output(solar_mwh, zenith_degrees, *, floor_mwh, zenith_floor_degrees):
    """Hours of solar output while the sun is well below the horizon. Shape (hour,), bool.

    Parameters
    ----------
    solar_mwh : array_like, shape (hour,)
        Solar output; NaN is missing. [MWh]
    zenith_degrees : array_like, shape (hour,)
        Zenith angle of the sun. [degrees]
    floor_mwh : float
        Output from which an hour counts. [MWh]
    zenith_floor_degrees : float
        Zenith angle from which it is dark everywhere in the area. [degrees]

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    solar, zenith = np.asarray(solar_mwh, dtype=float), np.asarray(zenith_degrees, dtype=float)
    if solar.shape != zenith.shape:
        raise ValueError("zenith_degrees must have the shape of solar_mwh")
    return (solar >= floor_mwh) & (zenith >= zenith_floor_degrees)


def _two_axes(energy_mwh):
    energy_mwh = np.asarray(energy_mwh, dtype=float)
    if energy_mwh.ndim != 2:
        raise ValueError("energy_mwh must have the axes hour and fuel")
    return energy_mwh
