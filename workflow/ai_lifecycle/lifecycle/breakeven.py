"""Requests that a service answers, and after which it has emitted as much as training: kernels."""

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


def requests_served(requests_per_day, service_years):
    """Requests that a service answers over its life. [1]

    Parameters
    ----------
    requests_per_day : array_like, shape (...,)
        Requests a day. [1/day]
    service_years : array_like, shape (...,)
        How long the model is served; Julian years. [year]

    Returns
    -------
    ndarray, shape (...,)
        Number of requests; NaN where either is missing. [1]

    Raises
    ------
    ValueError
        If either is negative.

    Examples
    --------
    >>> float(requests_served(1000.0, 2.0))
    730500.0
    """
    daily = bounds.non_negative_or_missing("requests_per_day", requests_per_day)
    years = bounds.non_negative_or_missing("service_years", service_years)
    return daily * years * units.DAYS_PER_JULIAN_YEAR


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
