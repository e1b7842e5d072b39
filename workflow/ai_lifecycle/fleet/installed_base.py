"""Units added, in service and retired, from cumulative counts by quarter: pure kernels."""

import numpy as np

from ai_lifecycle import bounds, units


def additions(cumulative_units):
    """Units added in each quarter. [1]

    Parameters
    ----------
    cumulative_units : array_like, shape (..., quarter)
        Units since the count began, at the end of each quarter; must not fall. [1]

    Returns
    -------
    ndarray, shape (..., quarter)
        Differences; the first quarter holds what had been counted by its end. [1]

    Raises
    ------
    ValueError
        If a count is negative or missing, or falls.

    Examples
    --------
    >>> additions([2.0, 5.0, 5.0]).tolist()
    [2.0, 3.0, 0.0]
    """
    counted = bounds.non_negative("cumulative_units", cumulative_units)
    added = np.diff(counted, axis=-1, prepend=0.0)
    if np.any(added < 0):
        raise ValueError("cumulative_units must not fall")
    return added


def delayed(added_units, delay_quarters):
    """Units by the quarter in which they are first powered. [1]

    Parameters
    ----------
    added_units : array_like, shape (..., quarter)
        Units by the quarter in which they were sold. [1]
    delay_quarters : int
        Whole quarters from sale to first power. [1]

    Returns
    -------
    ndarray, shape (..., quarter)
        The same, later; what falls past the last quarter still waits. [1]

    Raises
    ------
    ValueError
        If the delay is negative or no whole number.
    """
    added = bounds.non_negative("added_units", added_units)
    if not (delay_quarters >= 0 and float(delay_quarters).is_integer()):
        raise ValueError("delay_quarters must be a whole number, not negative")
    shift = min(int(delay_quarters), added.shape[-1])
    late = np.zeros_like(added)
    late[..., shift:] = added[..., : added.shape[-1] - shift]
    return late


def survival_share(age_years, median_life_years, shape):
    """Share of a cohort still in service, by Weibull's law. [1]

    Parameters
    ----------
    age_years : array_like, shape (...,)
        Years since first power. [years]
    median_life_years : array_like, shape (...,)
        Age at which half are retired, above zero; infinite: none retires. [years]
    shape : array_like, shape (...,)
        Sharpness of the end of life, above zero. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``2^-((age / median)^shape)``: one at age zero, one half at the median. [1]

    Raises
    ------
    ValueError
        If an age is negative, or median life or shape not above zero.

    Examples
    --------
    >>> float(survival_share(5.0, 5.0, 4.0))
    0.5
    """
    age = bounds.non_negative("age_years", age_years)
    median = bounds.positive("median_life_years", median_life_years)
    power = bounds.positive("shape", shape)
    return np.exp2(-((age / median) ** power))


def in_service(first_powered_units, median_life_years, shape):
    """Units in service at the end of each quarter. [1]

    Parameters
    ----------
    first_powered_units : array_like, shape (..., quarter)
        Units by the quarter of first power, taken at its middle. [1]
    median_life_years, shape : float
        As in `survival_share`. [years], [1]

    Returns
    -------
    ndarray, shape (..., quarter)
        Sum over cohorts of units times survival. [1]

    Raises
    ------
    ValueError
        As `survival_share`; or if units are negative or missing.
    """
    cohorts = bounds.non_negative("first_powered_units", first_powered_units)
    quarters = cohorts.shape[-1]
    ages = (np.arange(quarters) + 0.5) / units.QUARTERS_PER_YEAR
    share = survival_share(ages, median_life_years, shape)
    base = np.zeros_like(cohorts)
    for age in range(quarters):
        base[..., age:] += share[age] * cohorts[..., : quarters - age]
    return base


def mean_over_quarter(units_at_end):
    """Mean of a stock over each quarter, from its values at the ends. [1]

    Parameters
    ----------
    units_at_end : array_like, shape (..., quarter)
        Stock at the end of each quarter; nothing before the first. [1]

    Returns
    -------
    ndarray, shape (..., quarter)
        Mean of start and end. [1]

    Raises
    ------
    ValueError
        If a stock is negative or missing.
    """
    end = bounds.non_negative("units_at_end", units_at_end)
    start = np.zeros_like(end)
    start[..., 1:] = end[..., :-1]
    return 0.5 * (start + end)
