"""Keys of draws (seed, parameter, sharing group), and scrambled Sobol points drawn by them.

Whoever names the same key gets the same draws, whatever else is drawn, where and in what order.
"""

import hashlib
from functools import lru_cache

import numpy as np

EXPONENT = 14
DIGITS = 52
WORD_BITS = 32
KEY_BYTES = 16
CANDIDATES = 8
DIMENSIONS = 64
# Of 2^14 numbers each: 32 MiB.
FACTORS_KEPT = 256


def key_words(seed, parameter, group):
    """Key of a stream of counter-based draws. [1]

    Parameters
    ----------
    seed : int
        Seed of the whole analysis. [1]
    parameter : str
        Name of the uncertain quantity.
    group : str
        Who shares it: a grid, a fleet, or the model itself.

    Returns
    -------
    ndarray of uint64, shape (4,)
        128 bits of a hash, in words of 32. [1]
    """
    return np.frombuffer(_bytes("counter", seed, parameter, group, KEY_BYTES), "<u4").astype(
        np.uint64
    )


def sobol_uniforms(seed, parameters, groups, dimensions, own, exponent=EXPONENT):
    """Scrambled Sobol points of the parameters of one model. [1]

    Parameters
    ----------
    seed : int
        Seed of the whole analysis. [1]
    parameters : sequence of str, length parameter
        Names of the uncertain quantities.
    groups : sequence of str, length parameter
        Who shares each of them; `own` for what is the model's alone.
    dimensions : sequence of int, length parameter
        Dimension of the Sobol sequence that each takes, all different: a fixed place of the
        quantity in a list of all quantities, so that it does not depend on what else is drawn. [1]
    own : str
        Name of the model: the group of what it shares with nobody.
    exponent : int, default 14
        Power of two of the number of points. [1]

    Returns
    -------
    ndarray, shape (parameter, 2^exponent)
        Middles of cells of (0, 1). Points correspond across parameters and models: point i of a
        shared quantity is the same number in each model that shares it. [1]

    Raises
    ------
    ValueError
        If the lists differ in length, or a dimension stands twice or does not exist.

    Notes
    -----
    Each parameter is scrambled by its own random lower-triangular matrix and digital shift. Each
    group takes the points in a random linear order of its own; without it, two groups would
    follow the same dimension of the sequence and be dependent. A model's own order is the one of
    a few keyed candidates that makes the best net with what it shares.

    References
    ----------
    owen1995; matousek1998; joe2008.
    """
    if not len(parameters) == len(groups) == len(dimensions):
        raise ValueError("parameters, groups and dimensions must be of one length")
    if len(set(dimensions)) != len(dimensions) or not all(0 <= d < DIMENSIONS for d in dimensions):
        raise ValueError(f"dimensions must differ and lie below {DIMENSIONS}")
    directions = _directions(exponent)
    orders = {g: _order(seed, g, 0, exponent) for g in set(groups) if g != own}
    orders[own] = _best_order(seed, groups, dimensions, own, orders, exponent)
    out = np.empty((len(parameters), 2**exponent))
    for k, (name, group, d) in enumerate(zip(parameters, groups, dimensions, strict=True)):
        generators, shift = _scrambled(
            _reordered(directions[d], orders[group]), seed, name, group, exponent
        )
        out[k] = _points(generators, shift, exponent)
    return (out + 0.5) * 2.0**-DIGITS


def _bytes(purpose, seed, parameter, group, count):
    """Bytes that belong to a key; the representation of a tuple of texts is unambiguous."""
    text = repr((purpose, int(seed), str(parameter), str(group)))
    return hashlib.shake_256(text.encode()).digest(count)


@lru_cache(maxsize=4)
def _directions(exponent):
    """Direction numbers of SciPy's Sobol sequence, as whole numbers below 2^DIGITS."""
    # Half a second of start for jobs that draw nothing.
    from scipy.stats import qmc

    with np.errstate(all="ignore"):
        engine = qmc.Sobol(DIMENSIONS, scramble=False, bits=WORD_BITS - 2)
        points = engine.random(2**exponent)
    found, last = [], np.zeros(DIMENSIONS, dtype=np.int64)
    for k in range(exponent):
        # In the order of the Gray code, point 2^k is the sum of the last two directions.
        last = last ^ (points[2**k] * 2.0**DIGITS).astype(np.int64)
        found.append(last)
    return np.array(found).T.tolist()


def _order(seed, group, attempt, exponent):
    """Columns of a random regular binary matrix: the order in which a group takes the points."""
    while True:
        words = np.frombuffer(_bytes("order", seed, attempt, group, 4 * exponent), "<u4")
        columns = (words & (2**exponent - 1)).tolist()
        if _is_regular(columns):
            return columns
        attempt = attempt + CANDIDATES


def _is_regular(columns):
    reduced = []
    for column in columns:
        for other in reduced:
            column = min(column, column ^ other)
        if column == 0:
            return False
        reduced.append(column)
    return True


def _reordered(directions, order):
    return [_combined(directions, column) for column in order]


def _combined(directions, chosen):
    """Sum, digit by digit, of the directions whose bits are set."""
    total, k = 0, 0
    while chosen:
        if chosen & 1:
            total ^= directions[k]
        chosen >>= 1
        k += 1
    return total


def _scrambled(generators, seed, parameter, group, exponent):
    """Generators times a random lower-triangular matrix, and a random shift."""
    raw = _bytes("scramble", seed, parameter, group, 8 * (exponent + 1))
    words = np.frombuffer(raw, "<u8").tolist()
    columns = []
    for k in range(exponent):
        top = 1 << (DIGITS - 1 - k)
        columns.append(top | (words[k] & (top - 1)))
    mixed = []
    for generator in generators:
        total = 0
        for k in range(exponent):
            if generator >> (DIGITS - 1 - k) & 1:
                total ^= columns[k]
        mixed.append(total)
    return mixed, words[exponent] & (2**DIGITS - 1)


def _points(generators, shift, exponent):
    points = np.empty(2**exponent, dtype=np.int64)
    points[0] = shift
    for k in range(exponent):
        np.bitwise_xor(points[: 2**k], generators[k], out=points[2**k : 2 ** (k + 1)])
    return points


def _best_order(seed, groups, dimensions, own, orders, exponent):
    """Own order that makes the best net with the shared quantities; any where nothing is shared."""
    first = _order(seed, own, 0, exponent)
    if not orders or own not in groups:
        return first
    shared = np.ones(2**exponent)
    for group, d in zip(groups, dimensions, strict=True):
        if group != own:
            shared *= _factor(d, tuple(orders[group]), exponent)
    # Own quantities as one table in the plain order; a candidate order only looks it up.
    plain = np.ones(2**exponent)
    identity = tuple(1 << k for k in range(exponent))
    for group, d in zip(groups, dimensions, strict=True):
        if group == own:
            plain *= _factor(d, identity, exponent)
    best, least = first, np.inf
    for attempt in range(CANDIDATES):
        order = _order(seed, own, attempt, exponent)
        error = float((shared * plain[_points(order, 0, exponent)]).mean())
        if error < least:
            best, least = order, error
    return best


@lru_cache(maxsize=FACTORS_KEPT)
def _factor(dimension, order, exponent):
    """Kernel of one quantity in an order; models that share a group ask for the same again."""
    directions = _directions(exponent)[dimension]
    found = _walsh(_points(_reordered(directions, order), 0, exponent))
    found.setflags(write=False)
    return found


def _walsh(points):
    """One plus the kernel of the worst-case error, from the place of the first digit set."""
    leading = np.frexp(points * 2.0**-DIGITS)[1]
    most = 1.0 + 0.5
    return np.where(points == 0, most, most - most * np.exp2(leading - 1.0))
