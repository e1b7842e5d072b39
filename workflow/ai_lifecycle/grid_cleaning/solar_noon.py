"""Where the hour labels of a solar series lie against the sun."""

import numpy as np

from ai_lifecycle.units import HOURS_PER_DAY

MINUTES_PER_HOUR = 60.0
DEGREES_PER_HOUR = 15.0


def centroid_offset(solar_mwh, longitude_degrees, equation_of_time_minutes):
    """Offset of the centroid of solar output from solar noon, day by day. [min]

    Parameters
    ----------
    solar_mwh : array_like, shape (hour,)
        Solar output of consecutive hours, the first beginning at 00:00 UTC; NaN is missing. [MWh]
    longitude_degrees : float
        Longitude of the plants, east positive. [degrees]
    equation_of_time_minutes : array_like, shape (hour,)
        Apparent minus mean solar time. [min]

    Returns
    -------
    ndarray, shape (day,)
        Centroid of output, each hour's energy placed at the middle of the hour, minus solar noon;
        NaN for days with a missing hour, cut by the ends of the series, or with little output.
        About 0 where labels are the beginnings of hours, +60 where they are the ends. [min]

    Raises
    ------
    ValueError
        If the series do not have one shape, or the longitude is not within ±180.

    Notes
    -----
    Days run from solar midnight to solar midnight. A day counts when its output exceeds 30 % of
    the 90th percentile of daily outputs: on dull days the centroid follows the clouds. Plants
    spread east and west of `longitude_degrees` and thermal storage move the centroid, an error of
    an hour in the labels moves it by 60 minutes.
    """
    solar_mwh = np.asarray(solar_mwh, dtype=float)
    equation = np.asarray(equation_of_time_minutes, dtype=float)
    if solar_mwh.ndim != 1 or solar_mwh.shape != equation.shape:
        raise ValueError("equation_of_time_minutes must have the shape of solar_mwh")
    if not -180.0 <= longitude_degrees <= 180.0:
        raise ValueError("longitude_degrees must lie within -180 and 180")
    solar_time = (
        np.arange(solar_mwh.size)
        + 0.5
        + longitude_degrees / DEGREES_PER_HOUR
        + equation / MINUTES_PER_HOUR
    )
    day = np.floor(solar_time / HOURS_PER_DAY).astype(int)
    hour_from_noon = solar_time - HOURS_PER_DAY * day - HOURS_PER_DAY / 2
    day -= day[0]
    energy = np.bincount(day, solar_mwh)
    hours = np.bincount(day)
    # A day whose boundary the equation of time moves has 23 or 25 middles of hours.
    whole = (hours >= HOURS_PER_DAY - 1) & np.isfinite(energy)
    moment = np.bincount(day, solar_mwh * hour_from_noon)
    bright = whole & (energy > 0)
    if bright.any():
        bright &= energy > 0.3 * np.quantile(energy[bright], 0.9)
    offset = np.full(energy.shape, np.nan)
    offset[bright] = MINUTES_PER_HOUR * moment[bright] / energy[bright]
    return offset
