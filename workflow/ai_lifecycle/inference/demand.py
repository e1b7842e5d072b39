"""Requests over the life of a service whose demand grows: pure kernel."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import non_negative


def requests_over_life(requests_per_day, growth_factor_per_year, years):
    """Requests from the first day to the last. [1]

    Parameters
    ----------
    requests_per_day : array_like, shape (...,)
        Mean of the first year. [1/day]
    growth_factor_per_year : array_like, shape (...,)
        Requests per day of a year over those of the year before; one for a constant service. [1]
    years : array_like, shape (...,)
        How long it runs; a last part of a year counts as far as it goes. [years]

    Returns
    -------
    ndarray, shape (...,)
        ``r (1 + g + g^2 + ... + g^(n-1) + (T - n) g^n)`` days' requests in years, n the whole
        years of T. [1]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    Examples
    --------
    A thousand a day, then two thousand, for a year and a half.

    >>> float(requests_over_life(1000.0, 2.0, 1.5))
    730500.0
    """
    daily = non_negative("requests_per_day", requests_per_day)
    growth = non_negative("growth_factor_per_year", growth_factor_per_year)
    life = non_negative("years", years)
    whole = np.floor(life)
    flat = growth == 1.0
    divisor = np.where(flat, 1.0, growth - 1.0)
    done = np.where(flat, whole, (growth**whole - 1.0) / divisor)
    return daily * units.DAYS_PER_JULIAN_YEAR * (done + (life - whole) * growth**whole)
