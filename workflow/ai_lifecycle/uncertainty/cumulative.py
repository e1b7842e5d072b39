"""Cumulative distribution functions of uncertain inputs: pure kernels."""

import numpy as np
from scipy import special

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import distributions

TINY = 1e-300


def below(distribution, value):
    """Probability that a quantity lies below a value: the other way round than a quantile. [1]

    Parameters
    ----------
    distribution : Distribution
        Any that is not fixed.
    value : array_like, shape (...,)
        Values. [as of the distribution]

    Returns
    -------
    ndarray, shape (...,)
        From zero to one. [1]

    Raises
    ------
    ValueError
        If the distribution is fixed, or a value is missing.
    """
    kind, parameters = distribution.kind, distribution.parameters
    if kind == "fixed":
        raise ValueError("distribution must not be fixed")
    x = bounds.finite("value", value)
    if kind in ("uniform", "empirical"):
        known = np.asarray(parameters)
        return np.interp(x, known, np.arange(known.size) / (known.size - 1))
    if kind == "triangular":
        low, mode, high = parameters
        inner = np.clip(x, low, high)
        # A side without width holds nothing; whatever it is divided by.
        rising = (inner - low) ** 2 / ((high - low) * max(mode - low, TINY))
        falling = 1.0 - (high - inner) ** 2 / ((high - low) * max(high - mode, TINY))
        return np.where(inner < mode, rising, falling)
    if kind == "pert":
        low, _, high = parameters
        share = np.clip((x - low) / (high - low), 0.0, 1.0)
        return special.betainc(*distributions.pert_shape(parameters), share)
    inner = np.clip(x, *parameters[-2:])
    if kind.endswith("lognormal"):
        shift, mean, deviation = parameters[:3]
        z = (np.log(np.maximum(inner - shift, TINY)) - mean) / deviation
    else:
        z = (inner - parameters[0]) / parameters[1]
    least, width = distributions.probabilities(distribution)
    return np.clip((special.ndtr(z) - least) / width, 0.0, 1.0)
