"""Local clock time of UTC hours, daylight saving included."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from ai_lifecycle.grid import SEASONS
from ai_lifecycle.units import HOURS_PER_DAY, SECONDS_PER_HOUR

# Meteorological seasons: December to February is winter.
SEASON_OF_MONTH = np.array([0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 0])


def clock(hour_start_utc, time_zone):
    """Local hour of day, day and month of each UTC hour.

    Parameters
    ----------
    hour_start_utc : array_like of datetime64, shape (hour,)
        Beginnings of hours. [UTC]
    time_zone : str
        IANA name, such as ``America/Los_Angeles``.

    Returns
    -------
    hour : ndarray of int, shape (hour,)
        Clock hour, 0 to 23. On the day that clocks go forward one value is absent, on the day
        they go back one stands twice. [h]
    day : ndarray of int, shape (hour,)
        Local calendar day, counted from 1970-01-01. [d]
    month : ndarray of int, shape (hour,)
        Local calendar month, 1 to 12. [1]

    Raises
    ------
    ValueError
        If `time_zone` is unknown, or its offset is no whole number of hours.

    Examples
    --------
    >>> hour, day, month = clock(np.array(["2022-07-01T00"], "datetime64[h]"), "America/New_York")
    >>> int(hour[0]), int(month[0])
    (20, 6)
    """
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise ValueError(f"time_zone: {time_zone!r} is not known") from fault
    hours = np.asarray(hour_start_utc, dtype="datetime64[h]").astype(np.int64)
    offset_s = np.array(
        [
            datetime.fromtimestamp(int(h) * SECONDS_PER_HOUR, UTC)
            .astimezone(zone)
            .utcoffset()
            .total_seconds()
            for h in hours
        ]
    )
    if (offset_s % SECONDS_PER_HOUR).any():
        raise ValueError(f"time_zone: {time_zone!r} is not a whole number of hours from UTC")
    local = hours + (offset_s // SECONDS_PER_HOUR).astype(np.int64)
    day = local // HOURS_PER_DAY
    month = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return local % HOURS_PER_DAY, day, month


def season(month):
    """Index into `SEASONS` of calendar months. [1]

    Parameters
    ----------
    month : array_like of int
        1 to 12. [1]

    Raises
    ------
    ValueError
        If a month lies outside 1 to 12.
    """
    month = np.asarray(month)
    if ((month < 1) | (month > len(SEASON_OF_MONTH))).any():
        raise ValueError("month: outside 1 to 12")
    return SEASON_OF_MONTH[month - 1]


assert len(SEASONS) == SEASON_OF_MONTH.max() + 1
