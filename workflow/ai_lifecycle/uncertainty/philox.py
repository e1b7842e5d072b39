"""Counter-based random numbers, compiled: uniform draws and their transforms, block by block.

Every operation is one that IEEE 754 rounds exactly (no library exponential or logarithm, no fused
or reordered arithmetic), so that another processor finds the same bits. Nothing compiled is kept
on disk: numba would not see that a function of another file had changed.
"""

import numpy as np
from numba import njit, uint32, uint64

MULTIPLIER_EVEN = uint64(0xD2511F53)
MULTIPLIER_ODD = uint64(0xCD9E8D57)
WEYL_EVEN = uint64(0x9E3779B9)
WEYL_ODD = uint64(0xBB67AE85)
ROUNDS = 10
LOW_WORD = uint64(0xFFFFFFFF)
WORD = uint64(32)
EXPONENT_OF_ONE = uint64(0x3FF0000000000000)
FRACTION_SHIFT = uint64(12)
# One less half a step: moves [1, 2) to the middles of 2^52 cells of (0, 1), both ends excluded.
CELL_MIDDLE = 1.0 - 2.0**-53

LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
LOG2_E = 1.4426950408889634
ROOT_HALF = 0.7071067811865476
FRACTION_MASK = uint64(0x000FFFFFFFFFFFFF)
EXPONENT_OF_HALF = uint64(0x3FE0000000000000)
FRACTION_BITS = 52
HALF_BIAS = 1022.0
BIAS = 1023
MAGIC = 6755399441055744.0  # adding it rounds to a whole number
LOG_SERIES = tuple(2.0 / k for k in range(19, 0, -2))
EXP_SERIES = tuple(
    1.0 / f
    for f in (6227020800.0, 479001600.0, 39916800.0, 3628800.0, 362880.0, 40320.0, 5040.0, 720.0,
              120.0, 24.0, 6.0, 2.0, 1.0, 1.0)
)  # fmt: skip

# Wichura (1988), algorithm AS 241, routine PPND16: highest power first.
CENTRE_SQUARED = 0.180625
TAIL_SPLIT = 5.0
TAIL_SHIFT = 1.6
CENTRE_TOP = (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853,
              45921.953931549871457, 13731.693765509461125, 1971.5909503065514427,
              133.14166789178437745, 3.387132872796366608)  # fmt: skip
CENTRE_BOTTOM = (5226.495278852854561, 28729.085735721942674, 39307.89580009271061,
                 21213.794301586595867, 5394.1960214247511077, 687.1870074920579083,
                 42.313330701600911252, 1.0)  # fmt: skip
TAIL_TOP = (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
            1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
            4.6303378461565452959, 1.42343711074968357734)  # fmt: skip
TAIL_BOTTOM = (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
               0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
               2.05319162663775882187, 1.0)  # fmt: skip
FAR_TOP = (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
           0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
           5.4637849111641143699, 6.6579046435011037772)  # fmt: skip
FAR_BOTTOM = (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
              7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
              0.59983220655588793769, 1.0)  # fmt: skip

# Below this the central and the near tail of AS 241 do not serve: exp(-25).
FAR_TAIL = 1.3887943864964021e-11
FIXED, UNIFORM, TRIANGULAR, NORMAL, LOGNORMAL, TABLE = range(6)


@njit(forceinline=True, error_model="numpy")
def _round(c0, c1, c2, c3, k0, k1):
    even, odd = c0 * MULTIPLIER_EVEN, c2 * MULTIPLIER_ODD
    return (
        (odd >> WORD) ^ c1 ^ k0,
        odd & LOW_WORD,
        (even >> WORD) ^ c3 ^ k1,
        even & LOW_WORD,
    )


@njit(forceinline=True, error_model="numpy")
def _words(c0, c1, c2, c3, k0, k1):
    for _ in range(ROUNDS):
        c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
        k0, k1 = (k0 + WEYL_EVEN) & LOW_WORD, (k1 + WEYL_ODD) & LOW_WORD
    return c0, c1, c2, c3


@njit(error_model="numpy")
def words(counter, key):
    """Four words of Philox 4x32-10. [1]

    Parameters
    ----------
    counter : ndarray of uint64, shape (4,)
        Words below 2^32. [1]
    key : ndarray of uint64, shape (2,)
        Words below 2^32. [1]

    Returns
    -------
    tuple of uint32
        Random words. [1]

    References
    ----------
    salmon2011.
    """
    c0, c1, c2, c3 = _words(counter[0], counter[1], counter[2], counter[3], key[0], key[1])
    return uint32(c0), uint32(c1), uint32(c2), uint32(c3)


@njit(forceinline=True, error_model="numpy")
def _unit(high, low):
    bits = ((high << WORD) | low) >> FRACTION_SHIFT
    return np.uint64(bits | EXPONENT_OF_ONE).view(np.float64) - CELL_MIDDLE


@njit(error_model="numpy")
def fill(out, key, first):
    """Uniform draws of one key from an even place on, in place. [1]

    Parameters
    ----------
    out : ndarray of float64, shape (draw,), of even length
        Where the draws go: the middle of one of 2^52 equal cells of (0, 1). [1]
    key : ndarray of uint64, shape (4,)
        Two words of key and two that the counter does not use, below 2^32. [1]
    first : int
        Place of the first draw in the stream of the key, even. [1]
    """
    k0, k1, c2, c3 = key[0], key[1], key[2], key[3]
    start = uint64(first) >> uint64(1)
    for j in range(out.size // 2):
        place = start + uint64(j)
        w0, w1, w2, w3 = _words(place & LOW_WORD, place >> WORD, c2, c3, k0, k1)
        out[2 * j] = _unit(w0, w1)
        out[2 * j + 1] = _unit(w2, w3)


@njit(forceinline=True, error_model="numpy")
def _polynomial(coefficients, x):
    total = coefficients[0]
    for k in range(1, len(coefficients)):
        total = total * x + coefficients[k]
    return total


@njit(forceinline=True, error_model="numpy")
def _logarithm(x):
    """Natural logarithm of a normal positive number."""
    bits = np.float64(x).view(np.uint64)
    power = np.float64(np.int64(bits >> uint64(FRACTION_BITS))) - HALF_BIAS
    part = np.uint64((bits & FRACTION_MASK) | EXPONENT_OF_HALF).view(np.float64)
    small = part < ROOT_HALF
    part = part + part if small else part
    power = power - 1.0 if small else power
    s = (part - 1.0) / (part + 1.0)
    return power * LN2_HIGH + (s * _polynomial(LOG_SERIES, s * s) + power * LN2_LOW)


@njit(forceinline=True, error_model="numpy")
def _exponential(x):
    """Exponential of a number within plus or minus 700."""
    shifted = x * LOG2_E + MAGIC
    power = shifted - MAGIC
    rest = (x - power * LN2_HIGH) - power * LN2_LOW
    bits = uint64(np.int64(power) + BIAS) << uint64(FRACTION_BITS)
    return _polynomial(EXP_SERIES, rest) * np.uint64(bits).view(np.float64)


@njit(forceinline=True, error_model="numpy")
def _normal(u):
    """Inverse normal distribution but for the far tail."""
    q = u - 0.5
    r = CENTRE_SQUARED - q * q
    centre = q * _polynomial(CENTRE_TOP, r) / _polynomial(CENTRE_BOTTOM, r)
    end = u if q < 0.0 else 1.0 - u
    t = np.sqrt(-_logarithm(end)) - TAIL_SHIFT
    tail = _polynomial(TAIL_TOP, t) / _polynomial(TAIL_BOTTOM, t)
    tail = -tail if q < 0.0 else tail
    return centre if r >= 0.0 else tail


@njit(error_model="numpy")
def _far(u):
    end = min(u, 1.0 - u)
    t = np.sqrt(-_logarithm(end)) - TAIL_SPLIT
    z = _polynomial(FAR_TOP, t) / _polynomial(FAR_BOTTOM, t)
    return -z if u < 0.5 else z


@njit(error_model="numpy")
def transform(u, kind, p, table):
    """Uniform draws into draws of a distribution, in place. [as the distribution]

    Parameters
    ----------
    u : ndarray of float64, shape (draw,)
        Uniform draws within (0, 1). [1]
    kind : int
        One of the codes of this module. [1]
    p : ndarray of float64, shape (7,)
        Uniform: low, width. Triangular: low, mode, high. Normal: mean, deviation, and lognormal:
        shift, mean and deviation of the logarithm; then for both the probability below the
        minimum and that between the ends, in places 3 and 4, and the ends in 5 and 6. [any]
    table : ndarray of float64, shape (knot,)
        Quantiles at equal steps of probability, for the rest. [any]
    """
    if kind == UNIFORM:
        low, width = p[0], p[1]
        for i in range(u.size):
            u[i] = low + u[i] * width
    elif kind == TRIANGULAR:
        low, mode, high = p[0], p[1], p[2]
        width = high - low
        left, right = width * (mode - low), width * (high - mode)
        for i in range(u.size):
            x = u[i]
            rising = low + np.sqrt(x * left)
            falling = high - np.sqrt((1.0 - x) * right)
            u[i] = rising if x * width < mode - low else falling
    elif kind in (NORMAL, LOGNORMAL):
        below, width = p[3], p[4]
        nearest = 0.5
        for i in range(u.size):
            u[i] = below + u[i] * width
        for i in range(u.size):
            nearest = min(nearest, min(u[i], 1.0 - u[i]))
        if nearest < FAR_TAIL:
            for i in range(u.size):
                u[i] = _far(u[i]) if min(u[i], 1.0 - u[i]) < FAR_TAIL else _normal(u[i])
        else:
            for i in range(u.size):
                u[i] = _normal(u[i])
        if kind == NORMAL:
            for i in range(u.size):
                u[i] = min(max(p[0] + p[1] * u[i], p[5]), p[6])
        else:
            for i in range(u.size):
                u[i] = min(max(p[0] + _exponential(p[1] + p[2] * u[i]), p[5]), p[6])
    elif kind == TABLE:
        steps = table.size - 1
        for i in range(u.size):
            x = u[i] * steps
            k = np.int64(x)
            u[i] = table[k] + (x - k) * (table[k + 1] - table[k])
