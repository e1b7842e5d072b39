"""Figures of a row that cannot stand beside each other, found once both catalogues are joined."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.training_tables.energy_priors import NOT_BY_COMPUTE

TERA = 1e12
TOO_SMALL = "compute_too_small"
DEVELOPER = "hours_contradict_developer"
# A job spread over accelerators spends minutes on starting alone: one that they finish in less
# than this at their dense peak was never the run.
LEAST_SECONDS_AT_PEAK = 60
# Share of the dense peak over the whole run, below which compute is not that of the hours.
LEAST_UTILISATION = 1e-3
# By how much hours may miss the developer's before they count as another statement.
HOURS_TOLERANCE = 0.2


def compute_too_small(frame, accelerators):
    """Whether the listed accelerators are too many, or their hours too long, for the compute.

    True where the accelerators listed do the compute in under a minute at their dense peak, or
    where it is under a thousandth of what their hours hold; never for games and recommendation.

    Parameters
    ----------
    frame : DataFrame
        From ``catalogue.joined``.
    accelerators : DataFrame
        From ``names.read_accelerators``.

    Returns
    -------
    ndarray of bool
    """
    peak = frame["accelerator"].map(accelerators["peak_tflops"]).to_numpy(float) * TERA
    flop = frame["training_flop"].to_numpy(float)
    seconds = flop / (peak * frame["accelerator_count"].to_numpy(float))
    hours = frame["accelerator_hours_h"].to_numpy(float)
    utilisation = flop / (peak * hours * units.SECONDS_PER_HOUR)
    small = (seconds < LEAST_SECONDS_AT_PEAK) | (utilisation < LEAST_UTILISATION)
    return small & ~_of(frame["domain"], NOT_BY_COMPUTE)


def _of(domain, wanted):
    cells = domain.fillna("").str.split(";")
    return cells.map(lambda names: any(name in wanted for name in names)).to_numpy(bool)


def refuse_compute(frame, accelerators):
    """The catalogue without compute that is too small, and without what rests on it.

    Tokens that were taken because they agree with the compute go with it.

    Parameters
    ----------
    frame, accelerators : DataFrame
        As in `compute_too_small`.

    Returns
    -------
    DataFrame
        With column compute_too_small; the fault is named in ``fault``.
    """
    small = compute_too_small(frame, accelerators)
    out = frame.assign(**{TOO_SMALL: small, "fault": named(frame["fault"], small, TOO_SMALL)})
    for name in ("training_flop", "training_flop_low", "training_flop_high"):
        out[name] = out[name].mask(small)
    out["training_flop_origin"] = out["training_flop_origin"].where(~small, None)
    rests = small & frame["training_tokens_origin"].eq("agrees with compute").to_numpy(bool)
    out["training_tokens"] = out["training_tokens"].mask(rests)
    out["training_tokens_origin"] = out["training_tokens_origin"].where(~rests, None)
    rests = small & frame["active_parameters_origin"].eq("derived").to_numpy(bool)
    out["active_parameters"] = out["active_parameters"].mask(rests)
    out["active_parameters_origin"] = out["active_parameters_origin"].mask(rests, "unclear")
    return out


def hours_contradict_developer(disclosed_h, listed_h):
    """Whether listed hours miss the developer's by over a fifth; false where one is missing.

    Parameters
    ----------
    disclosed_h, listed_h : array_like
        Accelerator-hours. [h]

    Returns
    -------
    ndarray of bool
    """
    ratio = np.asarray(listed_h, dtype=float) / np.asarray(disclosed_h, dtype=float)
    return np.abs(ratio - 1) > HOURS_TOLERANCE


def named(fault, found, word):
    """Faults of each row, joined by ``;``, with one more word where it was found."""
    cells = zip(fault, found, strict=True)
    return [";".join([*([old] if isinstance(old, str) else []), *([word] if new else [])]) or None
            for old, new in cells]  # fmt: skip
