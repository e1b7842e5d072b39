"""What drives the spread of a result: Sobol indices, and one input at a time. Pure kernels."""

import numpy as np

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import distributions, sampling

GROUPS_OF_POINTS = 256
REPLICATES = 200
CONFIDENCE = 0.95


def two_samples(seed, parameters, own, exponent=sampling.EXPONENT):
    """Two independent samples of uniform points of one model. [1]

    Parameters
    ----------
    seed : int
        Seed of the whole analysis. [1]
    parameters : sequence of str, length parameter
        Names of the uncertain quantities, at most half of `sampling.DIMENSIONS`.
    own : str
        Name of the model.
    exponent : int, default 14
        Power of two of the number of points. [1]

    Returns
    -------
    ndarray, shape (2, parameter, 2^exponent)
        The first and the second sample: 2 x parameter dimensions of one Sobol sequence. [1]
    """
    number = len(parameters)
    names = [f"{sample} of {name}" for sample in ("first", "second") for name in parameters]
    points = sampling.sobol_uniforms(
        seed, names, [own] * len(names), list(range(2 * number)), own, exponent
    )
    return points.reshape(2, number, -1)


def evaluated(model, first, second):
    """Model at both samples and at the first with one input after another from the second. [as model]

    Parameters
    ----------
    model : callable
        Takes an array of shape (parameter, point), gives one of shape (..., point).
    first, second : array_like, shape (parameter, point)
        Two samples of the inputs. [any]

    Returns
    -------
    ndarray, shape (parameter + 2, ..., point)
        First sample, second, then the exchanged ones in the order of the inputs. [as of `model`]

    Raises
    ------
    ValueError
        If the samples differ in shape.
    """  # noqa: E501
    first, second = np.array(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError("first and second must be of one shape, (parameter, point)")
    found = [np.array(model(first)), np.array(model(second))]
    for k in range(len(first)):
        kept = first[k].copy()
        first[k] = second[k]
        found.append(np.array(model(first)))
        first[k] = kept
    return np.stack(found)


def exchanged(first, second):
    """Both samples, and the first with one input after another from the second. [as given]

    Parameters
    ----------
    first, second : array_like, shape (parameter, point)
        Two samples of the inputs. [any]

    Returns
    -------
    ndarray, shape (parameter, parameter + 2, point)
        For models that take many points at once; in the order of `evaluated`, whose memory grows
        with points alone. [as given]

    Raises
    ------
    ValueError
        If the samples differ in shape.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or first.ndim != 2:
        raise ValueError("first and second must be of one shape, (parameter, point)")
    number = len(first)
    out = np.repeat(first[:, None, :], number + 2, axis=1)
    out[:, 1] = second
    places = np.arange(number)
    out[places, places + 2] = second
    return out


def sobol_indices(values, seed, replicates=REPLICATES):
    """First-order and total Sobol indices with bootstrap intervals. [1]

    Parameters
    ----------
    values : array_like, shape (parameter + 2, ..., point)
        From `evaluated`. [any]
    seed : int
        Seed of the resampling. [1]
    replicates : int, default 200
        Resamples. [1]

    Returns
    -------
    ndarray, shape (2, parameter, ..., 3)
        First-order, then total; low, estimate and high of a 95 % interval. NaN where the model
        does not vary. Estimates are not clipped to zero and one. [1]

    Raises
    ------
    ValueError
        If a value is missing, there is no parameter, or too few points or replicates.

    Notes
    -----
    With A, B and A with column i of B: ``S_i = mean(B (AB_i - A)) / V`` (Saltelli et al. 2010),
    ``T_i = mean((A - AB_i)^2) / 2V`` (Jansen 1999), V over A and B together, values less their
    mean. Points are resampled in whole runs of consecutive ones, 256 in all.

    References
    ----------
    saltelli2010, table 2, b and f; jansen1999.
    """
    values = bounds.finite("values", values)
    number = values.shape[-1]
    if values.ndim < 2 or len(values) < 3 or number < 2 * GROUPS_OF_POINTS:
        raise ValueError("values must hold A, B, an exchanged sample and 512 points or more")
    if replicates < 2:
        raise ValueError("replicates must be at least two")
    centre = values[:2].mean(axis=(0, -1))
    a, b, exchanged = values[0], values[1], values[2:]
    # Means of runs of points: all that an estimate needs.
    parts = _by_runs(
        np.concatenate(
            [
                ((b - centre[..., None]) * (exchanged - a)),
                (a - exchanged) ** 2 / 2,
                ((a - centre[..., None]) ** 2 + (b - centre[..., None]) ** 2)[None] / 2,
                (a + b - 2 * centre[..., None])[None] / 2,
            ]
        )
    )
    generator = np.random.Generator(np.random.Philox(seed))
    runs = parts.shape[-1]
    chosen = generator.integers(runs, size=(replicates, runs))
    weights = np.stack([np.bincount(row, minlength=runs) for row in chosen]) / runs
    estimate = _ratios(parts.mean(axis=-1))
    spread = _ratios(np.moveaxis(np.einsum("...r,br->b...", parts, weights), 0, -1))
    tail = (1.0 - CONFIDENCE) / 2
    low, high = np.quantile(spread, [tail, 1.0 - tail], axis=-1)
    return np.stack([low, estimate, high], axis=-1)


def tornado(model, inputs, probabilities=(distributions.LOW_QUANTILE, distributions.HIGH_QUANTILE)):
    """Result with one input after another at a low and a high quantile, the rest central. [as model]

    Parameters
    ----------
    model : callable
        Takes an array of shape (parameter, point), gives one of shape (..., point).
    inputs : sequence of Distribution, length parameter
        Of the inputs; the centre is their median. [any]
    probabilities : tuple of float, default (0.05, 0.95)
        The two quantiles. [1]

    Returns
    -------
    ndarray, shape (parameter, ..., 3)
        Result at the low quantile, with all at the median, at the high quantile: the low end of
        an input may give the high result. [as of `model`]
    """  # noqa: E501
    number = len(inputs)
    ends = np.array([distributions.inverse(d, [probabilities[0], 0.5, probabilities[1]])
                     for d in inputs])  # fmt: skip
    points = np.repeat(ends[:, 1:2], 3 * number, axis=1)
    for k in range(number):
        points[k, 3 * k : 3 * k + 3] = ends[k]
    found = np.asarray(model(points), dtype=float)
    return np.moveaxis(found.reshape(*found.shape[:-1], number, 3), -2, 0)


def _by_runs(terms):
    """Means over runs of consecutive points; a rest that fills no run joins none."""
    size = terms.shape[-1] // GROUPS_OF_POINTS
    kept = terms[..., : size * GROUPS_OF_POINTS]
    return kept.reshape(*kept.shape[:-1], GROUPS_OF_POINTS, size).mean(axis=-1)


def _ratios(means):
    """Indices from mean terms: first-order, total, square, mean along the leading axis."""
    number = (len(means) - 2) // 2
    variance = means[-2] - means[-1] ** 2
    safe = np.where(variance > 0, variance, np.nan)
    return means[: 2 * number].reshape(2, number, *means.shape[1:]) / safe
