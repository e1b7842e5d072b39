"""Large plain Monte Carlo of the life cycle: compiled, block by block, with no draw kept."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from ai_lifecycle.lifecycle.stages import PHASES
from ai_lifecycle.uncertainty import distributions, lifecycle_draws, philox, sampling, summaries

# Rows of a block stay in the second-level cache.
BLOCK = 1024
KNOTS = 4096
# The least and the greatest uniform draw.
EXTREMES = (2.0**-53, 1.0 - 2.0**-53)
OUTPUTS = (*PHASES, "total")

_formula = njit(error_model="numpy", forceinline=True)(lifecycle_draws.formula)
BIN_SHIFT = np.uint64(philox.FRACTION_BITS - summaries.BIN_BITS)
FIRST_BIN = np.int64((philox.BIAS + summaries.LEAST_OCTAVE) << summaries.BIN_BITS)
LAST_BIN = np.int64(summaries.BINS + 1)


@dataclass
class Running:
    """Counts and sums so far, of the three phases and the total of one model.

    counts : ndarray of int64, shape (output, BINS + 2). sums : ndarray, shape (output, 2), sum
    and what its rounding left. draws : number so far.
    """

    counts: np.ndarray
    sums: np.ndarray
    draws: int


def counter_uniforms(seed, parameter, group, first, count):
    """Counter-based uniform draws of one key, from any place on. [1]

    Parameters
    ----------
    seed, parameter, group
        As in `sampling.key_words`.
    first : int
        Place of the first draw. [1]
    count : int
        Number of draws. [1]

    Returns
    -------
    ndarray, shape (count,)
        Middles of 2^52 equal cells of (0, 1). [1]

    Raises
    ------
    ValueError
        If a place or a number is negative.

    References
    ----------
    salmon2011.
    """
    if first < 0 or count < 0:
        raise ValueError("first and count must not be negative")
    start = first - first % 2
    out = np.empty(first - start + count + (first - start + count) % 2)
    philox.fill(out, sampling.key_words(seed, parameter, group), start)
    return out[first - start : first - start + count]


def start():
    """Nothing drawn yet. [t CO2e]"""
    return Running(
        np.zeros((len(OUTPUTS), summaries.BINS + 2), dtype=np.int64),
        np.zeros((len(OUTPUTS), 2)),
        0,
    )


def carry_on(running, seed, inputs, groups, count):
    """Draw on where a model was left, in place. [t CO2e]

    Parameters
    ----------
    running : Running
        From `start`, or from an earlier call with the same model; grows. [t CO2e]
    seed : int
        Seed of the whole analysis. [1]
    inputs : mapping of str to Distribution
        As of `lifecycle_draws.sobol_inputs`.
    groups : mapping of str to str
        Group of each input that is not fixed: the model, or what shares the quantity with it.
    count : int
        Draws to add; but for the last call a multiple of `BLOCK`. [1]

    Returns
    -------
    Running
        The same. [t CO2e]

    Raises
    ------
    ValueError
        An input that is missing or whose distribution leaves its bounds; a count that is not
        positive; more draws after a block that was not whole.
    """
    if count < 1:
        raise ValueError("count must be above zero")
    if running.draws % BLOCK:
        raise ValueError(f"running must stand at a multiple of {BLOCK} draws to be carried on")
    kinds, numbers, tables, keys = _encoded(seed, inputs, groups)
    _run(kinds, numbers, tables, keys, running.draws, count, running.counts, running.sums)
    running.draws += count
    return running


def summary(running):
    """Mean, 5th, 50th and 95th percentile of each phase and the total. [t CO2e]

    Parameters
    ----------
    running : Running
        From `carry_on`. [t CO2e]

    Returns
    -------
    ndarray, shape (output, 4)
        In the order of `OUTPUTS`; for their error see `summaries.from_counts`. [t CO2e]
    """
    return summaries.from_counts(running.counts, running.sums.sum(axis=1))


def _encoded(seed, inputs, groups):
    """Distributions as numbers for the compiled loop; ends checked against the bounds."""
    inputs = lifecycle_draws.completed(inputs, lifecycle_draws.FIXED_ONE)
    places = len(inputs)
    kinds = np.zeros(places, dtype=np.int64)
    numbers, tables = np.zeros((places, 7)), np.zeros((places, KNOTS + 1))
    keys = np.zeros((places, 4), dtype=np.uint64)
    for k, (name, check) in enumerate(lifecycle_draws.INPUTS.items()):
        check(name, distributions.inverse(inputs[name], np.array(EXTREMES)))
        kinds[k], found = _numbers(inputs[name])
        if kinds[k] == philox.TABLE:
            tables[k] = found
        else:
            numbers[k, : len(found)] = found
        if kinds[k] != philox.FIXED:
            keys[k] = sampling.key_words(seed, name, groups[name])
    return kinds, numbers, tables, keys


def _numbers(distribution):
    kind, parameters = distribution.kind, distribution.parameters
    if kind == "fixed":
        return philox.FIXED, parameters
    if kind == "uniform":
        return philox.UNIFORM, (parameters[0], parameters[1] - parameters[0])
    if kind == "triangular":
        return philox.TRIANGULAR, parameters
    if kind in distributions.BY_QUANTILES:
        *shape, minimum, maximum = parameters
        code = philox.LOGNORMAL if len(shape) == 3 else philox.NORMAL
        padded = (*shape, 0.0)[:3]
        inside = distributions.probabilities(distribution)
        return code, (*padded, *inside, minimum, maximum)
    return philox.TABLE, distributions.inverse(distribution, np.arange(KNOTS + 1) / KNOTS)


@njit(error_model="numpy")
def _run(kinds, numbers, tables, keys, first, count, counts, sums):
    rows = np.empty((kinds.size, BLOCK))
    out = np.empty((len(OUTPUTS), BLOCK))
    for k in range(kinds.size):
        if kinds[k] == philox.FIXED:
            rows[k, :] = numbers[k, 0]
    for begin in range(first, first + count, BLOCK):
        size = min(BLOCK, first + count - begin)
        for k in range(kinds.size):
            if kinds[k] != philox.FIXED:
                philox.fill(rows[k], keys[k], begin)
                philox.transform(rows[k], kinds[k], numbers[k], tables[k])
        _outputs(rows, out)
        for o in range(len(OUTPUTS)):
            _count(out[o, :size], counts[o], sums[o])


@njit(error_model="numpy")
def _outputs(rows, out):
    x, y, z = rows[:12], rows[12:24], rows[24:]
    for i in range(BLOCK):
        c = _formula(
            x[0, i], x[1, i], x[2, i], x[3, i], x[4, i], x[5, i],
            x[6, i], x[7, i], x[8, i], x[9, i], x[10, i], x[11, i],
            y[0, i], y[1, i], y[2, i], y[3, i], y[4, i], y[5, i],
            y[6, i], y[7, i], y[8, i], y[9, i], y[10, i], y[11, i],
            z[0, i], z[1, i], z[2, i], z[3, i],
        )  # fmt: skip
        out[0, i] = c[0] + c[1] + c[2]
        out[1, i] = c[3] + c[4] + c[5]
        out[2, i] = c[6] + c[7] + c[8]
        out[3, i] = out[0, i] + out[1, i] + out[2, i]


@njit(error_model="numpy")
def _count(values, counts, sums):
    """Add draws to counts and to a sum whose rounding is carried along."""
    total = 0.0
    for i in range(values.size):
        total += values[i]
        place = np.int64(np.float64(values[i]).view(np.uint64) >> BIN_SHIFT) - FIRST_BIN + 1
        counts[min(max(place, 0), LAST_BIN)] += 1
    whole = sums[0] + total
    back = whole - sums[0]
    sums[1] += (sums[0] - (whole - back)) + (total - back)
    sums[0] = whole
