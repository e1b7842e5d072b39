"""Error of a summary against the number of draws: pure kernels."""

import numpy as np

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import summaries


def estimates(draw, seeds, exponents, estimator=summaries.exact):
    """Mean and quantiles for each number of draws and each seed. [as of `draw`]

    Parameters
    ----------
    draw, seeds, exponents
        As of `relative_errors`.
    estimator : callable, default summaries.exact
        Takes draws, gives a mean and three percentiles; or `summaries.smoothed`.

    Returns
    -------
    ndarray, shape (exponent, seed, 4)
        [as of `draw`]

    Raises
    ------
    ValueError
        If there is no seed.
    """
    if len(seeds) == 0:
        raise ValueError("seeds must hold at least one")
    return np.array([[estimator(draw(seed, e)) for seed in seeds] for e in exponents])


def relative_errors(draw, truth, seeds, exponents):
    """Root mean square, over seeds, of the relative error of mean and quantiles. [1]

    Parameters
    ----------
    draw : callable
        Takes a seed and an exponent, gives 2^exponent draws of a result. [any]
    truth : array_like, shape (4,)
        Mean, 5th, 50th and 95th percentile, from far more draws; none zero. [as of `draw`]
    seeds : sequence of int
        Repetitions. [1]
    exponents : sequence of int
        Powers of two of the numbers of draws. [1]

    Returns
    -------
    ndarray, shape (exponent, 4)
        Errors: of random draws they fall with the root of their number. [1]

    Raises
    ------
    ValueError
        If a truth is missing or zero, or there is no seed.
    """
    truth = bounds.finite("truth", truth)
    if truth.shape != (1 + len(summaries.PROBABILITIES),) or np.any(truth == 0):
        raise ValueError("truth must be a mean and three percentiles, none of them zero")
    found = estimates(draw, seeds, exponents) / truth - 1.0
    return np.sqrt(np.mean(found**2, axis=1))
