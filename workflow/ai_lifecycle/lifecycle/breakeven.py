"""Requests after which inference has emitted as much as training: pure kernels."""

from ai_lifecycle import bounds, units


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
    training = bounds.non_negative_or_missing("training_tco2e", training_tco2e)
    request = bounds.positive_or_missing("request_kgco2e", request_kgco2e)
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
    count = bounds.non_negative_or_missing("requests", requests)
    daily = bounds.positive_or_missing("requests_per_day", requests_per_day)
    return count / daily
