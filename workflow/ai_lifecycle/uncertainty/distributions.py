"""Distributions of uncertain inputs and their inverse cumulative functions: pure kernels.

What `low` and `high` mean is a property of the kind: see `from_range` and
docs/methods/uncertainty.md.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from ai_lifecycle import bounds

LOW_QUANTILE = 0.05
HIGH_QUANTILE = 0.95
PERT_WEIGHT = 4.0
MIDDLE_TOLERANCE = 1e-6
BOUNDED = ("uniform", "triangular", "pert")
BY_QUANTILES = ("normal", "lognormal", "truncated_normal", "truncated_lognormal")
FROM_QUANTILES = ("uniform", "triangular", "normal", "lognormal", "empirical")
# Quantiles that an empirical distribution through percentiles is kept as: one each 5 %.
STEPS = 20
KINDS = ("fixed", *BOUNDED, *BY_QUANTILES, "empirical")
Z_HIGH = float(special.ndtri(HIGH_QUANTILE))


@dataclass(frozen=True)
class Distribution:
    """A kind with its parameters, in the unit of the quantity.

    fixed: (value,). uniform: (low, high). triangular, pert: (low, mode, high).
    normal and truncated_normal: (mean, deviation, minimum, maximum).
    lognormal and truncated_lognormal: (shift, mean and deviation of the logarithm of what is
    above the shift, minimum, maximum). empirical: the sorted observations.
    """

    kind: str
    parameters: tuple


def from_range(kind, value, low=np.nan, high=np.nan, minimum=-np.inf, maximum=np.inf):
    """Distribution from a central value and a range, by the rule of its kind. [as given]

    Parameters
    ----------
    kind : str
        One of `KINDS` but ``empirical``.
    value : float
        Fixed: the value, whatever the range. Uniform: within the ends, not used otherwise.
        Triangular and PERT: the mode. Normal and lognormal: the median. [any]
    low, high : float
        Uniform, triangular, PERT: the ends. Normal, lognormal and their truncated forms: the
        5th and 95th percentile before truncation. [as `value`]
    minimum, maximum : float, optional
        Truncated forms: what the quantity cannot pass. [as `value`]

    Returns
    -------
    Distribution
        Of the quantity; the (shifted) lognormal passes through all three given numbers. [as given]

    Raises
    ------
    ValueError
        An unknown kind; a number that is missing; a range out of order or without the value; a
        normal whose value is not midway; a lognormal whose value is not nearer to `low`; a
        truncation that leaves nothing, or that another kind was given.

    Examples
    --------
    >>> from_range("triangular", 2, 1, 4).parameters
    (1.0, 2.0, 4.0)
    """
    if kind not in KINDS or kind == "empirical":
        raise ValueError(f"kind must be one of {', '.join(KINDS[:-1])}; found {kind}")
    value = float(bounds.finite("value", value))
    truncated = kind.startswith("truncated")
    if not truncated and (np.isfinite(minimum) or np.isfinite(maximum)):
        raise ValueError(f"minimum and maximum are for truncated kinds; found {kind}")
    if kind == "fixed":
        return Distribution(kind, (value,))
    low, high = float(bounds.finite("low", low)), float(bounds.finite("high", high))
    if not low <= value <= high or low == high:
        raise ValueError("value must lie between low and high, and these apart")
    if kind == "uniform":
        return Distribution(kind, (low, high))
    if kind in BOUNDED:
        return Distribution(kind, (low, value, high))
    through = _lognormal if kind.endswith("lognormal") else _normal
    shape = through(value, low, high)
    minimum, maximum = float(minimum), float(maximum)
    made = Distribution(kind, (*shape, minimum, maximum))
    if truncated and not probabilities(made)[1] > 0:
        raise ValueError("minimum and maximum leave nothing of the distribution")
    return made


def of_constant(constant):
    """Distribution of a constant, truncated where it says so. [as the constant]

    Parameters
    ----------
    constant : Constant
        With `distribution`, `value`, `low`, `high`, `minimum` and `maximum`. [any]

    Returns
    -------
    Distribution
        By the rule of its kind: see `from_range`. [as the constant]

    Raises
    ------
    ValueError
        As `from_range`.
    """
    return from_range(
        constant.distribution, constant.value, constant.low, constant.high,
        constant.minimum, constant.maximum,
    )  # fmt: skip


def from_quantiles(kind, p05, middle, p95, minimum=-np.inf, maximum=np.inf, steps=STEPS):
    """Distribution from its 5th and 95th percentile and its mode or median. [as given]

    Parameters
    ----------
    kind : str
        ``uniform``, ``triangular``, ``normal``, ``lognormal``; ``empirical``: uniform from each
        of the three percentiles to the next, and beyond them as dense as beside them.
    p05, p95 : float
        Percentiles. [any]
    middle : float
        Triangular: the mode. Normal, lognormal, empirical: the median. Uniform: not used. [as `p05`]
    minimum, maximum : float, optional
        Empirical: where its ends stop. [as `p05`]
    steps : int, default 20
        Empirical: steps of equal probability that it is kept as. [1]

    Returns
    -------
    Distribution
        With these percentiles. [as given]

    Raises
    ------
    ValueError
        As `from_range`; a PERT, whose ends have no closed form; a triangle that does not exist;
        ends of an empirical one that cut off a percentile.
    """  # noqa: E501
    if kind in ("normal", "lognormal"):
        return from_range(kind, middle, p05, p95)
    if kind == "empirical":
        ends = from_range("triangular", middle, p05, p95).parameters
        return _through(ends, minimum, maximum, steps)
    if kind not in ("uniform", "triangular"):
        raise ValueError(f"kind must be one of {', '.join(FROM_QUANTILES)}; found {kind}")
    inner = from_range(kind, middle, p05, p95)
    low, high = inner.parameters[0], inner.parameters[-1]
    if kind == "uniform":
        beyond = (high - low) * LOW_QUANTILE / (HIGH_QUANTILE - LOW_QUANTILE)
        return Distribution(kind, (low - beyond, high + beyond))
    mode = inner.parameters[1]
    below, above = mode - low, high - mode

    def kept(share):
        """Part of the width that lies between a percentile and the mode."""
        return share - np.sqrt(LOW_QUANTILE * share)

    def mismatch(share):
        return kept(share) * above - kept(1.0 - share) * below

    share = optimize.brentq(mismatch, LOW_QUANTILE, HIGH_QUANTILE, xtol=1e-15)
    width = (below + above) / (kept(share) + kept(1.0 - share))
    return Distribution(kind, (mode - share * width, mode, mode + (1.0 - share) * width))


def empirical(values):
    """Distribution of observations, linear between neighbours. [as `values`]

    Parameters
    ----------
    values : array_like, shape (observation,)
        At least two, none missing. [any]

    Returns
    -------
    Distribution
        Its quantiles are those of the sample, linearly interpolated. [as `values`]

    Raises
    ------
    ValueError
        Fewer than two observations, or a missing one.
    """
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or array.size < 2 or not np.all(np.isfinite(array)):
        raise ValueError("values must be at least two observations, none missing")
    return Distribution("empirical", tuple(np.sort(array, kind="stable").tolist()))


def inverse(distribution, probability):
    """Quantile of a distribution at each probability. [as of the distribution]

    Parameters
    ----------
    distribution : Distribution
        From `from_range`, `from_quantiles` or `empirical`.
    probability : array_like, shape (...,)
        Probabilities below the quantile, from zero to one. [1]

    Returns
    -------
    ndarray, shape (...,)
        Quantiles; infinite at zero and one where the distribution has no end. [as given]

    Raises
    ------
    ValueError
        If a probability is outside zero to one.
    """
    u = bounds.zero_to_one("probability", probability)
    kind, parameters = distribution.kind, distribution.parameters
    if kind == "fixed":
        return np.full(u.shape, parameters[0])
    if kind == "uniform":
        low, high = parameters
        return low + u * (high - low)
    if kind == "triangular":
        low, mode, high = parameters
        width = high - low
        rising = low + np.sqrt(u * (width * (mode - low)))
        falling = high - np.sqrt((1.0 - u) * (width * (high - mode)))
        return np.where(u * width < mode - low, rising, falling)
    if kind == "pert":
        low, _, high = parameters
        return low + (high - low) * special.betaincinv(*pert_shape(parameters), u)
    if kind == "empirical":
        known = np.asarray(parameters)
        return np.interp(u * (known.size - 1), np.arange(known.size), known)
    below, width = probabilities(distribution)
    z = special.ndtri(below + u * width)
    if kind.endswith("lognormal"):
        shift, mean, deviation = parameters[:3]
        found = shift + np.exp(mean + deviation * z)
    else:
        found = parameters[0] + parameters[1] * z
    return np.clip(found, *parameters[-2:])


def moments(distribution):
    """Mean and variance of a distribution. [as of the distribution, and its square]

    Parameters
    ----------
    distribution : Distribution
        Any.

    Returns
    -------
    tuple of float
        Mean and variance, in closed form. [as given]
    """
    kind, parameters = distribution.kind, distribution.parameters
    if kind == "fixed":
        return parameters[0], 0.0
    if kind == "uniform":
        low, high = parameters
        return (low + high) / 2, (high - low) ** 2 / 12
    if kind == "triangular":
        low, mode, high = parameters
        return (low + mode + high) / 3, ((high - low) ** 2 - (mode - low) * (high - mode)) / (3 * 6)
    if kind == "pert":
        first, second = pert_shape(parameters)
        low, _, high = parameters
        whole = first + second
        spread = first * second / (whole**2 * (whole + 1))
        return low + (high - low) * first / whole, (high - low) ** 2 * spread
    if kind == "empirical":
        known = np.asarray(parameters)
        left, right = known[:-1], known[1:]
        mean = float(np.mean((left + right) / 2))
        square = float(np.mean((left**2 + left * right + right**2) / 3))
        return mean, square - mean**2
    return _normal_moments(distribution)


def probabilities(distribution):
    """Probability below the minimum and between minimum and maximum, before truncation. [1]

    Parameters
    ----------
    distribution : Distribution
        Of one of `BY_QUANTILES`.

    Returns
    -------
    tuple of float
        Zero and one without truncation. [1]
    """
    minimum, maximum = distribution.parameters[-2:]
    if distribution.kind.endswith("lognormal"):
        shift, mean, deviation = distribution.parameters[:3]
        ends = [
            (np.log(end - shift) - mean) / deviation if end > shift else -np.inf
            for end in (minimum, maximum)
        ]
    else:
        mean, deviation = distribution.parameters[:2]
        ends = [(end - mean) / deviation for end in (minimum, maximum)]
    below, until = special.ndtr(np.array(ends))
    return float(below), float(until - below)


def _through(percentiles, minimum, maximum, steps):
    """Observations whose linear quantiles pass through the 5th, 50th and 95th percentile."""
    low, middle, high = percentiles
    if not minimum <= low < high <= maximum:
        raise ValueError("minimum and maximum must not cut off a percentile")
    share = LOW_QUANTILE / (0.5 - LOW_QUANTILE)
    places = [0.0, LOW_QUANTILE, 0.5, HIGH_QUANTILE, 1.0]
    quantiles = [max(minimum, low - share * (middle - low)), low, middle, high,
                 min(maximum, high + share * (high - middle))]  # fmt: skip
    return empirical(np.interp(np.arange(steps + 1) / steps, places, quantiles))


def _normal_moments(distribution):
    """Of the four kinds made from the normal distribution."""
    below, width = probabilities(distribution)
    ends = special.ndtri(np.array([below, below + width]))
    if distribution.kind.endswith("lognormal"):
        shift, mean, deviation = distribution.parameters[:3]
        first, second = (
            np.exp(k * mean + (k * deviation) ** 2 / 2)
            * np.diff(special.ndtr(ends - k * deviation))[0] / width
            for k in (1, 2)
        )  # fmt: skip
        return float(shift + first), float(second - first**2)
    mean, deviation = distribution.parameters[:2]
    density = np.exp(-(ends**2) / 2) / np.sqrt(2 * np.pi)
    tilt = (density[0] - density[1]) / width
    edge = np.where(np.isfinite(ends), ends, 0.0) * density
    spread = 1 + (edge[0] - edge[1]) / width - tilt**2
    return float(mean + deviation * tilt), float(deviation**2 * spread)


def _normal(value, low, high):
    if abs(value - (low + high) / 2) > MIDDLE_TOLERANCE * (high - low):
        raise ValueError("value of a normal must lie midway between low and high")
    return value, (high - low) / (2 * Z_HIGH)


def _lognormal(value, low, high):
    """Shift, mean and deviation of the logarithm, through the three quantiles."""
    if not 0 < value - low < high - value:
        raise ValueError("value of a lognormal must lie above low and nearer to it than to high")
    growth = (high - value) / (value - low)
    above_shift = (value - low) * growth / (growth - 1.0)
    return value - above_shift, float(np.log(above_shift)), float(np.log(growth)) / Z_HIGH


def pert_shape(parameters):
    """Both parameters of the beta distribution of a PERT. [1]

    Parameters
    ----------
    parameters : tuple of float
        Low end, mode and high end. [any]

    Returns
    -------
    tuple of float
        [1]
    """
    low, mode, high = parameters
    share = (mode - low) / (high - low)
    return 1.0 + PERT_WEIGHT * share, 1.0 + PERT_WEIGHT * (1.0 - share)
