"""The rule that gives a claim its verdict."""

import numpy as np

from ai_lifecycle import bounds

REPRODUCED, QUALIFIED, INCONSISTENT, UNTESTABLE = range(4)


def overlaps(low, high, claimed_low, claimed_high):
    """Whether two closed ranges share a point. [1]

    Parameters
    ----------
    low, high : array_like, shape (...,)
        Ends of the recomputed range; NaN where there is none. [any]
    claimed_low, claimed_high : array_like, broadcastable
        Ends of the claimed range; NaN for an end that the claim leaves open. [as low]

    Returns
    -------
    ndarray of bool, shape (...,)
        False where there is no recomputed range. [1]

    Raises
    ------
    ValueError
        If `low` is above `high` or `claimed_low` above `claimed_high`.

    Examples
    --------
    >>> overlaps([1.0, 1.0], [2.0, 2.0], [2.0, 2.5], [3.0, np.nan]).tolist()
    [True, False]
    """
    least, most = bounds.low_to_high("low", low, high)
    floor, ceiling = bounds.low_to_high("claimed_low", claimed_low, claimed_high)
    floor = np.where(np.isnan(floor), -np.inf, floor)
    ceiling = np.where(np.isnan(ceiling), np.inf, ceiling)
    # A range that is not there compares as false.
    return (least <= ceiling) & (most >= floor)


def verdict(as_stated, charitable, qualified, testable):
    """Verdict of each claim, as its place in the list of verdicts. [1]

    Parameters
    ----------
    as_stated : array_like of bool, shape (claim,)
        Whether the recomputation agrees with the claim as it is stated. [1]
    charitable : array_like of bool, shape (claim,)
        Whether it agrees under the most charitable reading. [1]
    qualified : array_like of bool, shape (claim,)
        Whether agreement needs something said beside it. [1]
    testable : array_like of bool, shape (claim,)
        Whether public data or the paper's own figures allow a recomputation. [1]

    Returns
    -------
    ndarray of int, shape (claim,)
        `REPRODUCED`, `QUALIFIED`, `INCONSISTENT` or `UNTESTABLE`. [1]

    Raises
    ------
    ValueError
        If the arguments differ in shape.

    Notes
    -----
    Reproduced: agrees as stated, and nothing has to be said beside it. Qualified: agrees as
    stated with something to say, or agrees only under the charitable reading. Inconsistent:
    agrees under neither.

    Examples
    --------
    >>> verdict([True, False, False], [False, True, False], [False] * 3, [True] * 3).tolist()
    [0, 1, 2]
    """
    flags = [np.asarray(flag, bool) for flag in (as_stated, charitable, qualified, testable)]
    if len({flag.shape for flag in flags}) != 1:
        raise ValueError("as_stated, charitable, qualified and testable must have one shape")
    stated, kind, needs_words, possible = flags
    return np.select(
        [~possible, stated & ~needs_words, stated | kind],
        [UNTESTABLE, REPRODUCED, QUALIFIED],
        INCONSISTENT,
    )
