"""Mean of what a quantity divides: the expectation of its inverse."""

from functools import lru_cache

import numpy as np
from scipy import integrate

from ai_lifecycle.uncertainty import distributions

DISTRIBUTIONS_KEPT = 1024
TOLERANCE = 1e-12


@lru_cache(maxsize=DISTRIBUTIONS_KEPT)
def of_inverse(distribution):
    """Mean of one over a quantity that stays above zero. [one over that of the distribution]

    Parameters
    ----------
    distribution : Distribution
        Of a quantity above zero.

    Returns
    -------
    float
        In closed form where the quantile or the density is linear by parts, else by quadrature
        over the quantiles. [as above]

    Raises
    ------
    ValueError
        If the distribution reaches zero.

    Examples
    --------
    >>> round(of_inverse(distributions.from_range("uniform", 1.5, 1, 2)), 12)
    0.69314718056
    """
    kind, parameters = distribution.kind, distribution.parameters
    if not distributions.inverse(distribution, 0.0) > 0:
        raise ValueError("distribution must stay above zero")
    if kind == "triangular":
        low, mode, high = parameters
        # The density is linear up to the mode and down from it.
        ends = high * _mean_inverse(mode, high) - low * _mean_inverse(low, mode)
        return float(2.0 * ends / (high - low))
    if kind in ("fixed", "uniform", "empirical"):
        known = np.asarray(parameters * 2 if kind == "fixed" else parameters)
        return float(np.mean(_mean_inverse(known[:-1], known[1:])))
    found = integrate.quad(
        lambda share: 1.0 / float(distributions.inverse(distribution, share)),
        0.0, 1.0, epsabs=0.0, epsrel=TOLERANCE, limit=1000,
    )  # fmt: skip
    return float(found[0])


def _mean_inverse(low, high):
    """Mean of one over what is uniform between two ends, which may be one."""
    ratio = (np.asarray(high, float) - low) / low
    apart = ratio > 0
    return np.where(apart, np.log1p(ratio) / np.where(apart, ratio, 1.0), 1.0) / low
