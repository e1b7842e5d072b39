"""Mean and quantiles of draws: of all at once, or from counts that grow with no draw kept."""

import numpy as np
from scipy import optimize, special

from ai_lifecycle import bounds
from ai_lifecycle.uncertainty import cumulative, distributions

PROBABILITIES = (0.05, 0.5, 0.95)
# Bins: 2^BIN_BITS equal ones in each octave from 2^LEAST_OCTAVE on.
BIN_BITS = 12
LEAST_OCTAVE = -24
OCTAVES = 64
BINS = OCTAVES * 2**BIN_BITS
RELATIVE_WIDTH = 2.0**-BIN_BITS
# Width of the kernel over the standard deviation of the logarithm, its reach and its steps.
BANDWIDTH = 0.3
REACH = 6.0
NEWTON_STEPS = 12
SETTLED = 1e-6
# Draws to either side of a percentile that tell how dense they lie, as a share of all.
NEIGHBOURS = 0.01
CLOSE = 1e-12
# Between these lies the input that is integrated, as far as a percentile can tell.
REACHED = (1e-9, 1.0 - 1e-9)


def exact(draws):
    """Mean, 5th, 50th and 95th percentile over the last axis. [as `draws`]

    Parameters
    ----------
    draws : array_like, shape (..., draw)
        Values, none missing. [any]

    Returns
    -------
    ndarray, shape (..., 4)
        Mean, then the percentiles, linear between order statistics. [as `draws`]

    Raises
    ------
    ValueError
        If a draw is missing or infinite, or there is none.
    """
    values = bounds.finite("draws", draws)
    if values.ndim < 1 or values.shape[-1] == 0:
        raise ValueError("draws must hold at least one draw on the last axis")
    # Equal numbers have no order of their own: every kind of sort gives the same.
    ordered = np.sort(values, axis=-1)
    place = np.array(PROBABILITIES) * (values.shape[-1] - 1)
    left = np.floor(place).astype(int)
    right = np.minimum(left + 1, values.shape[-1] - 1)
    low, high = ordered[..., left], ordered[..., right]
    return np.concatenate(
        [values.mean(axis=-1, keepdims=True), low + (place - left) * (high - low)], axis=-1
    )


def difference(draws, base):
    """Mean and percentiles of what one result lies above another, drawn together. [as `draws`]

    Parameters
    ----------
    draws, base : array_like, shape (..., draw)
        Both results at the same points: draw i of one belongs to draw i of the other. [any]

    Returns
    -------
    ndarray, shape (..., 4)
        Mean, 5th, 50th and 95th percentile of the differences; below zero where `draws` is less.
        Not the differences of the percentiles. [as `draws`]

    Raises
    ------
    ValueError
        If a draw is missing, or the two differ in number.
    """
    values, beside = bounds.finite("draws", draws), bounds.finite("base", base)
    if values.shape != beside.shape:
        raise ValueError("draws and base must be of one shape")
    return exact(values - beside)


def smoothed(draws):
    """Mean, 5th, 50th and 95th percentile of Sobol draws, less noisy than order statistics. [as `draws`]

    Parameters
    ----------
    draws : array_like, shape (draw,)
        Values of a result with a smooth density, above zero, none missing. [any]

    Returns
    -------
    ndarray, shape (4,)
        Mean; then the percentiles of the draws spread by a kernel of fourth order on the
        logarithm, which leaves a normal where it is but for the fourth power of the width. [as `draws`]

    Raises
    ------
    ValueError
        If a draw is missing or not above zero, or there are fewer than two.

    Notes
    -----
    A percentile is an integral of a step, on which a net of points gains little; a kernel makes
    the step smooth. Not for results with steps or several narrow modes: see `exact`. Where no percentile of the
    spread draws is found, that of the draws stands.
    """  # noqa: E501
    values = bounds.positive("draws", bounds.finite("draws", draws))
    if values.ndim != 1 or values.size < 2:
        raise ValueError("draws must hold two draws or more on one axis")
    ordered = np.log(np.sort(values, kind="stable"))
    width = BANDWIDTH * ordered.std()
    if width == 0:
        return exact(values)
    found = [values.mean()]
    for start, probability in zip(np.log(exact(values)[1:]), PROBABILITIES, strict=True):
        place = start
        first, last = np.searchsorted(ordered, [start - REACH * width, start + REACH * width])
        near = ordered[first:last]
        for _ in range(NEWTON_STEPS):
            t = (place - near) / width
            kernel = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
            below = (first + (special.ndtr(t) + t * kernel / 2).sum()) / ordered.size
            density = ((3 - t**2) * kernel / 2).sum() / (width * ordered.size)
            if not density > 0:
                break
            place = np.clip(place - (below - probability) / density, near[0], near[-1])
        settled = abs(below - probability) < SETTLED
        found.append(np.exp(place if settled else start))
    return np.array([found[0], *np.sort(found[1:])])


def conditioned(offset, slope, distribution, draws=None):
    """Mean and percentiles of a result in which one input is not drawn but integrated. [any]

    Parameters
    ----------
    offset : array_like, shape (draw,)
        What the result is without that input, for draws of all others. [any]
    slope : array_like, shape (draw,)
        What each unit of the input adds, above zero. [as `offset`, over that of the input]
    distribution : Distribution
        Of the input, which shares nothing with the others; not fixed.
    draws : array_like, shape (draw,), optional
        The result with the input drawn, near whose percentiles they are sought. [as `offset`]

    Returns
    -------
    ndarray, shape (4,)
        Mean; then 5th, 50th and 95th percentile: where the mean over draws of the probability
        that the input leaves the result below is 5, 50 and 95 %. [as `offset`]

    Raises
    ------
    ValueError
        Draws that are missing, of two lengths, or with a slope that is not positive.

    Notes
    -----
    A percentile is an integral of a step; integrated over one input the step is smooth, without
    any kernel's bias, and a net of points gains as much as for the mean. It pays where the input
    makes much of the spread.
    """
    slope = bounds.positive("slope", bounds.finite("slope", slope))
    offset = bounds.finite("offset", offset)
    if offset.ndim != 1 or offset.shape != slope.shape:
        raise ValueError("offset and slope must be of one length")
    middle = float(distributions.moments(distribution)[0])
    ordered = np.sort(offset + slope * middle if draws is None else draws)
    below = cumulative.mean_below(distribution, offset, slope)
    found = [float(offset.mean() + slope.mean() * middle)]
    for share in PROBABILITIES:
        place = _secant(below, ordered, share)
        if place is None:
            least, greatest = distributions.inverse(distribution, REACHED)
            ends = (offset + slope * least).min(), (offset + slope * greatest).max()
            place = optimize.brentq(
                lambda y, p=share: below(y) - p, *ends, xtol=cumulative.TINY, rtol=SETTLED**2
            )
        found.append(place)
    return np.array(found)


def _secant(below, ordered, share):
    """Where a smooth rising function reaches a share, from its draws in order; None if not soon."""
    last = float(ordered[round(share * (ordered.size - 1))])
    left, right = (
        round(min(max(share + side * NEIGHBOURS, 0.0), 1.0) * (ordered.size - 1))
        for side in (-1, 1)
    )
    apart = float(ordered[right] - ordered[left]) * ordered.size
    if not apart > 0:
        return None
    off = below(last) - share
    if off == 0.0:
        return last
    step = -off * apart / (right - left)
    for _ in range(NEWTON_STEPS):
        here = last + step
        now = below(here) - share
        if now == 0.0:
            return here
        if now == off:
            return None
        before, step = step, -now * step / (now - off)
        last, off = here, now
        # The next place would be off by the product of two steps, as a share of itself.
        if abs(step * before) <= CLOSE * here**2:
            return last + step
    return None


def bin_edges(places):
    """Lower edge of bins. [as the draws]

    Parameters
    ----------
    places : array_like of int, shape (...,)
        Places of bins, up to `BINS`. [1]

    Returns
    -------
    ndarray, shape (...,)
        Edges; a bin is at most `RELATIVE_WIDTH` of its value wide. [as the draws]
    """
    places = np.asarray(places)
    fraction = 1.0 + (places % 2**BIN_BITS) * RELATIVE_WIDTH
    return np.ldexp(fraction, LEAST_OCTAVE + places // 2**BIN_BITS)


def from_counts(counts, total):
    """Mean, 5th, 50th and 95th percentile from counts in bins. [as the draws]

    Parameters
    ----------
    counts : array_like of int, shape (..., BINS + 2)
        Draws below the first bin, in each bin, and above the last. [1]
    total : array_like, shape (...,)
        Sum of the draws. [as the draws]

    Returns
    -------
    ndarray, shape (..., 4)
        Mean, then the percentiles: within a bin linear, hence within `RELATIVE_WIDTH` of that of
        all draws, relatively; zero if in the draws below the first bin. [as the draws]

    Raises
    ------
    ValueError
        If there are no draws, or one lies above the last bin.
    """
    counts = np.asarray(counts)
    total = bounds.finite("total", total)
    number = counts.sum(axis=-1)
    if np.any(number <= 0):
        raise ValueError("counts must hold at least one draw")
    if np.any(counts[..., -1] > 0):
        raise ValueError(f"counts must not lie above {bin_edges(BINS):g}")
    out = np.empty((*number.shape, 1 + len(PROBABILITIES)))
    out[..., 0] = total / number
    for place in np.ndindex(number.shape):
        until = np.cumsum(counts[place])
        for k, probability in enumerate(PROBABILITIES, start=1):
            # Draw r of a bin of c stands at its (r + 1/2) / c.
            rank = probability * (until[-1] - 1) + 0.5
            i = int(np.searchsorted(until, rank, side="left"))
            inside = (rank - (until[i] - counts[place][i])) / counts[place][i]
            low, high = bin_edges(i - 1), bin_edges(i)
            out[*place, k] = low + inside * (high - low) if i > 0 else 0.0
    return out
