"""Tokens per second that a facility can make, and what binds: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import (
    at_least_one_or_missing,
    non_negative_or_missing,
    positive_or_missing,
)

FLOP_PER_PARAMETER = 2
GIGA = 1e9
TERA = 1e12
COMPUTE, POWER = "compute", "power"


def delivered_share(pue, host_factor, idle_factor):
    """Share of facility power that reaches accelerators at work, theta. [1]

    Parameters
    ----------
    pue, host_factor, idle_factor : array_like, shape (...,)
        As in ``request.request_stages_kwh``; idle is the product of both idles. [1]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If a factor is below one.

    Examples
    --------
    >>> float(delivered_share(1.25, 1.6, 1.0))
    0.5
    """
    return 1 / (
        at_least_one_or_missing("pue", pue)
        * at_least_one_or_missing("host_factor", host_factor)
        * at_least_one_or_missing("idle_factor", idle_factor)
    )


def compute_bound_tokens_per_s(accelerators, peak_tflops, achievable_share, active_gparam):
    """Tokens per second that the arithmetic units can make, ``K_eff / c_tok``. [1/s]

    Parameters
    ----------
    accelerators : array_like, shape (...,)
        Installed. [1]
    peak_tflops : array_like, shape (...,)
        Dense peak of one at the precision used. [TFLOP/s]
    achievable_share : array_like, shape (...,)
        Share of the peak that the best serving runs reach. [1]
    active_gparam : array_like, shape (...,)
        Active parameters; two operations each and token. [1e9 parameters]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If a share exceeds one, parameters are not above zero, or an argument is negative.

    References
    ----------
    liu2026, opening equation.
    """
    share = non_negative_or_missing("achievable_share", achievable_share)
    if np.any(share > 1):
        raise ValueError("achievable_share must not exceed one")
    effective = (
        non_negative_or_missing("accelerators", accelerators)
        * non_negative_or_missing("peak_tflops", peak_tflops)
        * TERA
        * share
    )
    return effective / (
        FLOP_PER_PARAMETER * positive_or_missing("active_gparam", active_gparam) * GIGA
    )


def power_bound_tokens_per_s(facility_kw, theta, energy_per_token_j):
    """Tokens per second that the power can make, ``theta P / e_tok``. [1/s]

    Parameters
    ----------
    facility_kw : array_like, shape (...,)
        Power at the meter. [kW]
    theta : array_like, shape (...,)
        From `delivered_share`. [1]
    energy_per_token_j : array_like, shape (...,)
        Accelerator energy. [J]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If energy is not above zero or an argument is negative.
    """
    watts = non_negative_or_missing("facility_kw", facility_kw) * units.WATTS_PER_KILOWATT
    return (
        watts
        * non_negative_or_missing("theta", theta)
        / positive_or_missing("energy_per_token_j", energy_per_token_j)
    )


def binding(compute_tokens_per_s, power_tokens_per_s):
    """Which bound is the lower one: ``compute`` or ``power``; equal counts as power.

    Parameters
    ----------
    compute_tokens_per_s, power_tokens_per_s : array_like, shape (...,)
        The two bounds. [1/s]

    Returns
    -------
    ndarray of str, shape (...,)
    """
    lower = np.asarray(compute_tokens_per_s) < np.asarray(power_tokens_per_s)
    return np.where(lower, COMPUTE, POWER)


def production_tokens_per_s(compute_tokens_per_s, power_tokens_per_s, system_share, utilisation):
    """Tokens per second made, ``min(compute, power) Phi U``. [1/s]

    Parameters
    ----------
    compute_tokens_per_s, power_tokens_per_s : array_like, shape (...,)
        The two bounds. [1/s]
    system_share, utilisation : array_like, shape (...,)
        What system losses leave (Phi) and what demand uses (U), each at most one. [1]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If a share exceeds one or an argument is negative.
    """
    shares = [
        non_negative_or_missing("system_share", system_share),
        non_negative_or_missing("utilisation", utilisation),
    ]
    if any(np.any(share > 1) for share in shares):
        raise ValueError("system_share and utilisation must not exceed one")
    lower = np.minimum(
        non_negative_or_missing("compute_tokens_per_s", compute_tokens_per_s),
        non_negative_or_missing("power_tokens_per_s", power_tokens_per_s),
    )
    return lower * shares[0] * shares[1]
