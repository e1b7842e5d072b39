"""Requests after which inference has emitted as much as training: pure kernels."""

import numpy as np

from ai_lifecycle import units


def requests_to_match(training_tco2e, request_kgco2e):
    """Requests whose emissions equal those of the training. [1]

    Parameters
    ----------
    training_tco2e : array_like, shape (...,)
        Emissions of making the model. [t CO2e]
    request_kgco2e : array_like, shape (...,)
        Emissions of one request at the same system boundary, above zero. [kg CO2e]

    Returns
    -------
    ndarray, shape (...,)
        Number of requests; NaN where either is missing. [1]

    Raises
    ------
    ValueError
        If training is negative or a request is not above zero.

    Examples
    --------
    >>> float(requests_to_match(500.0, 0.00025))
    2000000000.0
    """
    training = np.asarray(training_tco2e, dtype=float)
    request = np.asarray(request_kgco2e, dtype=float)
    if np.any(training < 0):
        raise ValueError("training_tco2e must not be negative")
    if np.any(request <= 0):
        raise ValueError("request_kgco2e must be above zero")
    return training * units.KILOGRAMS_PER_TONNE / request


def days_to_match(requests, requests_per_day):
    """Days of service that so many requests take. [day]

    Parameters
    ----------
    requests : array_like, shape (...,)
        Number of requests. [1]
    requests_per_day : array_like, shape (...,)
        Requests a day, above zero. [1/day]

    Returns
    -------
    ndarray, shape (...,)
        Days. [day]

    Raises
    ------
    ValueError
        If a number is negative or there are none a day.
    """
    daily = np.asarray(requests_per_day, dtype=float)
    count = np.asarray(requests, dtype=float)
    if np.any(daily <= 0):
        raise ValueError("requests_per_day must be above zero")
    if np.any(count < 0):
        raise ValueError("requests must not be negative")
    return count / daily
