"""From a value with two ends, as tables give it, to an input with a distribution."""

from dataclasses import dataclass

import numpy as np

from ai_lifecycle.uncertainty import distributions

# Steps of equal probability of a range on logarithms, which is not straight between percentiles.
FACTOR_STEPS = 200
# Tables keep nine digits: an end nearer to the value than this is the value.
ROUNDING = 1e-7
# Quantiles of a PERT are had by iteration: a table of them, linear between, is far quicker.
PERT_KNOTS = np.arange(257) / 256
# Group of what all models share: one, as a group takes the points in an order of its own.
EVERY_MODEL = "all models"


@dataclass(frozen=True)
class Input:
    """One input of the life cycle of one model.

    value : central value, that of the ledger. low, high : its range, equal to it where there is
    none. distribution : `Distribution`. unit. group : who shares it, None for the model alone.
    evidence : ``disclosed``, ``derived`` or ``prior``. source_key : keys joined by semicolons.
    """

    value: float
    low: float
    high: float
    distribution: distributions.Distribution
    unit: str
    evidence: str
    source_key: str
    group: str | None = None


def fixed(value, unit, evidence, source_key):
    """An input without a range."""
    made = distributions.from_range("fixed", value)
    return Input(float(value), float(value), float(value), made, unit, evidence, source_key)


def ranged(ends, unit, evidence, source_key, *, kind="triangular", group=None, **truncation):
    """An input with a range; fixed where the ends are equal.

    Parameters
    ----------
    ends : sequence of float, length 3
        Low, value and high. [unit]
    unit, evidence, source_key : str
    kind : str, default ``triangular``
        One of ``distributions.KINDS``; ``percentiles``: the empirical one through the three,
        above zero unless truncated elsewhere; ``factors``: the same on logarithms, for ends that
        lie many times away.
    group : str, optional
        Who shares it.
    **truncation
        minimum and maximum. [unit]

    Returns
    -------
    Input
        A lognormal that would reach under zero is made as of kind ``percentiles``; a PERT as a
        table of its quantiles.
    """
    low, value, high = (float(end) for end in ends)
    low, high = (value if abs(end - value) <= ROUNDING * abs(value) else end for end in (low, high))
    if low == high:
        return fixed(value, unit, evidence, source_key)
    # Below this middle a lognormal through the three would reach under zero, or does not exist.
    leans = value**2 <= low * high * (1 + ROUNDING)
    if kind == "factors":
        ends = np.log([low, value, high]).tolist()
        knots = distributions.from_quantiles("empirical", *ends, steps=FACTOR_STEPS).parameters
        made = distributions.empirical(np.exp(knots))
    elif kind == "percentiles" or (kind == "lognormal" and not leans):
        ends = {"minimum": 0.0} | truncation
        made = distributions.from_quantiles("empirical", low, value, high, **ends)
    else:
        made = distributions.from_range(kind, value, low, high, **truncation)
    if kind == "pert":
        made = distributions.empirical(distributions.inverse(made, PERT_KNOTS))
    return Input(value, low, high, made, unit, evidence, source_key, group)


def summed(rows, columns):
    """Ends of a sum of independent parts: distances from the value add in quadrature.

    Parameters
    ----------
    rows : DataFrame
        One part each.
    columns : sequence of str, length 3
        Of low, value and high.

    Returns
    -------
    tuple of float
        Low, value and high; the low end not below zero.
    """
    low, value, high = rows[list(columns)].to_numpy(float).T
    whole = value.sum()
    down, up = (np.sqrt((distance**2).sum()) for distance in (value - low, high - value))
    return max(0.0, whole - down), whole, whole + up


def multiplied(*ends):
    """Ends of a product of independent factors: distances of logarithms add in quadrature.

    Parameters
    ----------
    *ends : sequence of float, length 3
        Low, value and high of each, above zero.

    Returns
    -------
    tuple of float
    """
    logs = np.log(np.array(ends, dtype=float))
    low, value, high = logs.T
    down, up = (np.sqrt((distance**2).sum()) for distance in (value - low, high - value))
    return tuple(np.exp([value.sum() - down, value.sum(), value.sum() + up]).tolist())


def of_constant(row, group, evidence="prior"):
    """Input from a row of ``data/constants.csv``.

    Parameters
    ----------
    row : ai_lifecycle.constants.Constant
    group : str
        Who shares it.
    evidence : str, default ``prior``

    Returns
    -------
    Input
    """
    return ranged(
        [row.low, row.value, row.high], row.unit, evidence, row.source_key,
        kind=row.distribution, group=group,
    )  # fmt: skip
