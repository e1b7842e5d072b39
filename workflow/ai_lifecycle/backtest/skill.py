"""How well predictions did, and a regression to hold them against: pure kernels."""

import numpy as np
from scipy import special

from ai_lifecycle import bounds

CONFIDENCE = 0.95


def clopper_pearson(hits, trials, confidence=CONFIDENCE):
    """Exact binomial interval of a share.

    Parameters
    ----------
    hits, trials : int
        Successes and tries, tries above zero. [1]
    confidence : float, default 0.95
        Of the interval. [1]

    Returns
    -------
    low, high : float
        Ends. [1]

    Raises
    ------
    ValueError
        If tries are not above zero, or hits are negative or more than the tries.

    References
    ----------
    Clopper and Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934).

    Examples
    --------
    >>> [round(end, 3) for end in clopper_pearson(9, 10)]
    [0.555, 0.997]
    """
    bounds.positive("trials", trials)
    bounds.non_negative("hits", hits)
    bounds.low_to_high("hits", hits, trials)
    tail = (1 - confidence) / 2
    low = special.betaincinv(hits, trials - hits + 1, tail) if hits else 0.0
    high = special.betaincinv(hits + 1, trials - hits, 1 - tail) if hits < trials else 1.0
    return float(low), float(high)


def point_errors(observed, predicted):
    """Size and sign of the errors of point predictions, as factors.

    Parameters
    ----------
    observed, predicted : array_like, shape (observation,)
        In one unit, above zero, at least one. [unit of the quantity]

    Returns
    -------
    median_error, bias, within_two : float
        Median of the factor by which they are apart; factor of the median of the signed ones,
        above one where too much is predicted; share that is at most a factor of two apart. [1]

    Raises
    ------
    ValueError
        If there are none, or a value is not above zero.
    """
    bounds.positive("observed", np.size(observed))
    ratio = np.log(bounds.positive("predicted", predicted) / bounds.positive("observed", observed))
    size = np.abs(ratio)
    within = float(np.mean(size <= np.log(2)))
    return float(np.exp(np.median(size))), float(np.exp(np.median(ratio))), within


def held(transforms, nominal):
    """Whether the central interval of a share held each observation.

    Parameters
    ----------
    transforms : array_like, shape (observation,)
        Share of each predictive distribution below what was observed. [1]
    nominal : float
        Share that the interval is of. [1]

    Returns
    -------
    ndarray of bool, shape (observation,)
        [1]

    Raises
    ------
    ValueError
        If a share is outside [0, 1].
    """
    transforms = bounds.zero_to_one("transforms", transforms)
    return np.abs(2 * transforms - 1) <= bounds.zero_to_one("nominal", nominal)


def line_left_out(x, y, left_out):
    """Straight line through the others, at each point left out, with what it does not explain.

    Parameters
    ----------
    x, y : array_like, shape (observation,)
        None missing. [any]
    left_out : array_like of bool, shape (observation, observation)
        Row i: which points the line for point i does not see; itself always. [1]

    Returns
    -------
    middle, spread : ndarray, shape (observation,)
        Predicted y and standard error of a new observation. [unit of y]
    freedom : ndarray, shape (observation,)
        Degrees of freedom of Student's t; not above zero where there are too few points, and
        the other two are missing. [1]

    Raises
    ------
    ValueError
        If a point is in its own fit.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    seen = ~np.asarray(left_out, dtype=bool)
    if np.any(np.diagonal(seen)):
        raise ValueError("left_out: a point must not be in its own fit")
    count = seen.sum(axis=1)
    freedom = count - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_x, mean_y = ((seen * v).sum(axis=1) / count for v in (x, y))
        off_x = np.where(seen, x[None, :] - mean_x[:, None], 0.0)
        off_y = np.where(seen, y[None, :] - mean_y[:, None], 0.0)
        square = (off_x**2).sum(axis=1)
        slope = (off_x * off_y).sum(axis=1) / square
        rest = ((off_y - slope[:, None] * off_x) ** 2).sum(axis=1)
        middle = mean_y + slope * (x - mean_x)
        spread = np.sqrt(rest / freedom * (1 + 1 / count + (x - mean_x) ** 2 / square))
    enough = freedom > 0
    return np.where(enough, middle, np.nan), np.where(enough, spread, np.nan), freedom
