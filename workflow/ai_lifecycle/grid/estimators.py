"""The marginal estimators side by side, from one authority's arrays."""

import numpy as np

from ai_lifecycle.grid import SEASONS, marginal
from ai_lifecycle.units import HOURS_PER_DAY

FOSSIL_SLOPE = "fossil_slope"
FOSSIL_SLOPE_INTERCEPT = "fossil_slope_intercept"
DISPATCHABLE_SLOPE = "dispatchable_slope"
CURTAILMENT = "fossil_slope_curtailment"
ESTIMATORS = (FOSSIL_SLOPE, FOSSIL_SLOPE_INTERCEPT, DISPATCHABLE_SLOPE, CURTAILMENT)


def cell_sums(sums, season_of_day, counts=None):
    """Sums over the days of each season, as they fell or as drawn.

    Parameters
    ----------
    sums : ndarray, shape (day, hour, k)
    season_of_day : ndarray of int, shape (day,)
    counts : ndarray, shape (replicate, day), optional
        Without it each day counts once.

    Returns
    -------
    ndarray, shape (replicate, season, hour, k)
        One replicate without `counts`.
    """
    if counts is None:
        counts = np.ones((1, len(season_of_day)))
    return marginal.resampled(sums, season_of_day, len(SEASONS), counts)


def flag_sums(flags, present, day, hour, n_day):
    """Hours present and hours flagged, for each day and hour of day.

    Parameters
    ----------
    flags, present : ndarray of bool, shape (hour,)
        Whether an hour is flagged, and whether it is at hand.
    day, hour : ndarray of int, shape (hour,)
        Local day and clock hour. [d], [h]
    n_day : int
        Number of days. [d]

    Returns
    -------
    ndarray, shape (day, hour, 2)
        [h]
    """
    cell = day * HOURS_PER_DAY + hour
    size = n_day * HOURS_PER_DAY
    columns = [
        np.bincount(cell, weights=w.astype(float), minlength=size)
        for w in (present, flags & present)
    ]
    return np.stack(columns, axis=-1).reshape(n_day, HOURS_PER_DAY, 2)


def profiles(
    emissions_kg,
    fossil_mwh,
    stored_mwh,
    curtailing,
    hour_start_utc,
    day,
    hour,
    season_of_day,
    counts=None,
):
    """Marginal intensity by season and hour of day, one entry per estimator. [g/kWh]

    Parameters
    ----------
    emissions_kg : array_like, shape (hour,)
        Emissions of fossil plant. [kg]
    fossil_mwh : array_like, shape (hour,)
        Fossil generation. [MWh]
    stored_mwh : array_like, shape (hour,)
        Hydro and discharge of storage, which also follow demand. [MWh]
    curtailing : array_like of bool, shape (hour,)
        Hours in which carbon-free output is presumed curtailed.
    hour_start_utc : array_like of datetime64, shape (hour,)
        [UTC]
    day, hour : array_like of int, shape (hour,)
        Local day, 0 to ``len(season_of_day) - 1``, and clock hour.
    season_of_day : array_like of int, shape (day,)
        Index into `SEASONS`.
    counts : array_like, shape (replicate, day), optional
        How often each day is drawn; without it the estimate itself.

    Returns
    -------
    dict of str to ndarray, shape (replicate, season, hour)
        The `ESTIMATORS`, and ``curtailed_share`` [1].

    Notes
    -----
    ``fossil_slope`` is the slope through the origin of hourly changes of emissions on changes of
    fossil generation: what the next fossil MWh emits, given that a fossil MWh responds.
    ``fossil_slope_intercept`` allows a constant change. ``dispatchable_slope`` regresses on
    fossil, hydro and storage together, with intercept: water and charge released now count as
    free, though they are missing later. ``fossil_slope_curtailment`` is (1 − p) times the first,
    over changes between hours without curtailment, p the share of hours that curtail.
    """
    day, hour = np.asarray(day), np.asarray(hour)
    season_of_day, curtailing = np.asarray(season_of_day), np.asarray(curtailing, dtype=bool)
    n_day = season_of_day.size
    fossil = np.asarray(fossil_mwh, dtype=float)
    d_emissions = marginal.hourly_change(emissions_kg, hour_start_utc)
    d_fossil = marginal.hourly_change(fossil, hour_start_utc)
    d_dispatchable = marginal.hourly_change(fossil + np.asarray(stored_mwh), hour_start_utc)
    either = curtailing | np.concatenate([[False], curtailing[:-1]])

    def summed(x):
        sums = marginal.sums_by_day(x, d_emissions, day, hour, n_day)
        return cell_sums(sums, season_of_day, counts)

    over_all, over_rest = summed(d_fossil), summed(np.where(either, np.nan, d_fossil))
    flags = cell_sums(
        flag_sums(curtailing, np.isfinite(fossil), day, hour, n_day), season_of_day, counts
    )
    share = np.divide(
        flags[..., 1], flags[..., 0], out=np.zeros(flags.shape[:-1]), where=flags[..., 0] > 0
    )
    slope = marginal.slope(over_all, intercept=False)
    return {
        FOSSIL_SLOPE: slope,
        FOSSIL_SLOPE_INTERCEPT: marginal.slope(over_all, intercept=True),
        DISPATCHABLE_SLOPE: marginal.slope(summed(d_dispatchable), intercept=True),
        CURTAILMENT: marginal.curtailment_adjusted(
            marginal.slope(over_rest, intercept=False), slope, share
        ),
        "curtailed_share": share,
    }
