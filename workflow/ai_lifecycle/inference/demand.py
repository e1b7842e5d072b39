"""Requests over the life of a service whose demand grows: pure kernel."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import non_negative, positive

# Nearer to no growth than this the logarithm loses digits, and the limit is exact to them.
NO_GROWTH = 1e-9


def requests_over_life(requests_per_day, growth_factor_per_year, years):
    """Requests from the first day to the last. [1]

    Parameters
    ----------
    requests_per_day : array_like, shape (...,)
        On the first day. [1/day]
    growth_factor_per_year : array_like, shape (...,)
        Requests per day a year later over those now; one for a constant service. [1/year]
    years : array_like, shape (...,)
        How long it runs. [years]

    Returns
    -------
    ndarray, shape (...,)
        ``r (g^T - 1) / ln g`` days of the first day's requests, in years. [1]

    Raises
    ------
    ValueError
        If an argument is out of bounds.

    Examples
    --------
    A thousand a day that doubles every year, for two years.

    >>> round(float(requests_over_life(1000.0, 2.0, 2.0)))
    1580833
    """
    daily = non_negative("requests_per_day", requests_per_day)
    growth = np.log(positive("growth_factor_per_year", growth_factor_per_year))
    life = non_negative("years", years)
    flat = np.abs(growth * life) < NO_GROWTH
    rate = np.where(flat, 1.0, growth)
    grown = np.where(flat, life, np.expm1(rate * life) / rate)
    return daily * units.DAYS_PER_JULIAN_YEAR * grown
