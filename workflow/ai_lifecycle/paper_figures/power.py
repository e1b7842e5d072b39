"""Power after successive optimisations."""

import numpy as np

from ai_lifecycle.bounds import positive, zero_to_one


def optimised_power(baseline, reduction):
    """Power left of a baseline after a relative reduction. [as baseline]

    Parameters
    ----------
    baseline : array_like, shape (...,)
        Power without the optimisation. [any]
    reduction : array_like, broadcastable
        Share saved, from zero to one. [1]

    Returns
    -------
    ndarray, shape (...,)
        Power. [as baseline]

    Raises
    ------
    ValueError
        If `baseline` is negative or `reduction` is not a share.

    Examples
    --------
    >>> float(optimised_power(2.0, 0.25))
    1.5
    """
    power, share = np.asarray(baseline, float), zero_to_one("reduction", reduction)
    if np.any(power < 0):
        raise ValueError("baseline must not be negative")
    return power * (1.0 - share)


def optimised_power_range(baseline_low, baseline_high, reduction_low, reduction_high):
    """Ends of `optimised_power` over the ranges of its arguments. [as baseline]

    Parameters
    ----------
    baseline_low, baseline_high : array_like, shape (...,)
        Ends of the baseline. [any]
    reduction_low, reduction_high : array_like, broadcastable
        Ends of the share saved. [1]

    Returns
    -------
    low, high : ndarray, shape (...,)
        Least baseline with the greatest reduction, and the reverse. [as baseline]
    """
    return (
        optimised_power(baseline_low, reduction_high),
        optimised_power(baseline_high, reduction_low),
    )


def compounded_reduction(reductions):
    """Reduction when each one acts on what the last one left. [1]

    Parameters
    ----------
    reductions : array_like, shape (..., step)
        Share saved at each step. [1]

    Returns
    -------
    ndarray, shape (...,)
        Share saved over all steps. [1]

    Raises
    ------
    ValueError
        If one of `reductions` is not a share.

    Examples
    --------
    >>> float(compounded_reduction([0.5, 0.5]))
    0.75
    """
    return 1.0 - np.prod(1.0 - zero_to_one("reductions", reductions), axis=-1)


def relative_reduction(before, after):
    """Reduction as a share of what there was before. [1]

    Parameters
    ----------
    before, after : array_like, shape (...,)
        Power before and after, in one unit. [any]

    Returns
    -------
    ndarray, shape (...,)
        Share saved; negative where power grew. [1]

    Raises
    ------
    ValueError
        If `before` is not above zero or `after` is negative.
    """
    first, last = np.asarray(before, float), np.asarray(after, float)
    if np.any(~(first > 0)) or np.any(last < 0):
        raise ValueError("before must be above zero and after not negative")
    return (first - last) / first


def power_ladder(gains):
    """Power at each rung, in units of the last one, from the gain of each step. [1]

    Parameters
    ----------
    gains : array_like, shape (..., step)
        Power before over power after each step, in order. [1]

    Returns
    -------
    ndarray, shape (..., step + 1)
        Power before the first step, after it, and so on to one. [1]

    Raises
    ------
    ValueError
        If one of `gains` is not above zero.

    Examples
    --------
    >>> power_ladder([2.0, 3.0]).tolist()
    [6.0, 3.0, 1.0]
    """
    factors = positive("gains", gains)
    rungs = np.cumprod(factors[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate([rungs, np.ones((*factors.shape[:-1], 1))], axis=-1)
