"""Error of a summary against the number of draws: pure kernels."""

import numpy as np

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import summaries


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
    if len(seeds) == 0:
        raise ValueError("seeds must hold at least one")
    found = np.array(
        [[summaries.exact(draw(seed, e)) / truth - 1.0 for seed in seeds] for e in exponents]
    )
    return np.sqrt(np.mean(found**2, axis=1))
