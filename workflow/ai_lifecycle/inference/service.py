"""Energy and accelerator-hours of a request where little of a model is known: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import (
    at_least_one_or_missing,
    non_negative_or_missing,
    positive_or_missing,
)
from ai_lifecycle.inference.token_energy import GIGA

# Parameters go with layers times width squared, the cache with layers times width; at a constant
# ratio of width to layers the cache goes with the parameters to this power.
CACHE_EXPONENT = 2 / 3
# Printed parameters are rounded; a share of experts may exceed its bound by as much.
ROUNDING = 1e-9


def weights_read_gb(batch, total_gparam, active_gparam, expert_share, bytes_parameter):
    """Weights that one decoding step reads, from the share of the experts alone. [GB]

    Parameters
    ----------
    batch : array_like, shape (..., model)
        Sequences decoded together, B. [1]
    total_gparam, active_gparam : array_like, shape (..., model)
        Parameters of the model and those active for one token; equal for a dense model.
        [1e9 parameters]
    expert_share : array_like, shape (..., model)
        Share of the routed experts that one token uses, s, between zero and active over total.
        Without effect on a dense model. [1]
    bytes_parameter : array_like, shape (..., model)
        Bytes of one parameter. [B]

    Returns
    -------
    ndarray, shape (..., model)
        ``W = b [N_total - (N_total - N_active) (1 - s)^(B - 1)]``.

    Raises
    ------
    ValueError
        If `batch` is below one, more parameters are active than there are, or the share is
        outside its bounds.

    Notes
    -----
    The same as ``token_energy.weights_touched_gb`` with ``D + X = N_total`` and ``D + X s =
    N_active`` put in. ``W`` rises with ``s``, and ``D >= 0`` asks ``s <= N_active / N_total``:
    whatever the experts, ``W`` lies between the active weights, at ``s = 0``, and the value at
    that bound, which at a large batch is all weights.

    Examples
    --------
    >>> weights_read_gb(192, 100.0, 10.0, [0.0, 0.01, 0.1], 2.0).round(1).tolist()
    [20.0, 173.6, 200.0]
    """
    sequences = at_least_one_or_missing("batch", batch)
    total, active = (
        positive_or_missing("total_gparam", total_gparam),
        positive_or_missing("active_gparam", active_gparam),
    )
    if np.any(active > total):
        raise ValueError("active_gparam must not exceed total_gparam")
    share = non_negative_or_missing("expert_share", expert_share)
    if np.any((active < total) & (share > active / total * (1 + ROUNDING))):
        raise ValueError("expert_share must not exceed active over total parameters")
    unread = (total - active) * (1 - np.minimum(share, 1)) ** (sequences - 1)
    return non_negative_or_missing("bytes_parameter", bytes_parameter) * (total - unread)


def cache_of_size_gb(context_tokens, active_gparam, values_per_size, bytes_value):
    """Cache of keys and values of one sequence, from the size of the model. [GB]

    Parameters
    ----------
    context_tokens : array_like, shape (..., model)
        Tokens before the one generated. [1]
    active_gparam : array_like, shape (..., model)
        Parameters active for a token. [1e9 parameters]
    values_per_size : array_like, shape (..., model)
        Numbers kept per token in all layers, over the active parameters to the power 2/3: the
        power at a constant ratio of width to layers. [(1e9 parameters)^(-2/3)]
    bytes_value : array_like, shape (..., model)
        Bytes of one number. [B]

    Returns
    -------
    ndarray, shape (..., model)

    Raises
    ------
    ValueError
        If an argument is negative.

    Examples
    --------
    A thousand tokens, 8 billion parameters and 16,000 numbers: 1,000 x 16,000 x 4 x 2 B.

    >>> round(float(cache_of_size_gb(1000, 8.0, 16000.0, 2.0)), 3)
    0.128
    """
    numbers = (
        non_negative_or_missing("values_per_size", values_per_size)
        * non_negative_or_missing("active_gparam", active_gparam) ** CACHE_EXPONENT
    )
    context = non_negative_or_missing("context_tokens", context_tokens)
    return context * numbers * non_negative_or_missing("bytes_value", bytes_value) / GIGA


def idle_hours_factor(idle_energy_factor, idle_power_ratio):
    """Reserved hours over hours at work. [1]

    Parameters
    ----------
    idle_energy_factor : array_like, shape (...,)
        Energy with idle over energy at work, both idles multiplied. [1]
    idle_power_ratio : array_like, shape (...,)
        Power of an idle accelerator, its program resident, over its mean power at work; above
        zero and at most one. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``1 + (f - 1) / r``: idle hours are more than idle energy, as idle machines draw less.

    Raises
    ------
    ValueError
        If the factor is below one or the ratio out of bounds.

    References
    ----------
    lei2026.

    Examples
    --------
    10.7 % of energy at 0.488 of the power is 19.7 % of time.

    >>> round(1 - 1 / float(idle_hours_factor(1 / (1 - 0.107), 0.488)), 3)
    0.197
    """
    ratio = positive_or_missing("idle_power_ratio", idle_power_ratio)
    if np.any(ratio > 1):
        raise ValueError("idle_power_ratio must not exceed one")
    return 1 + (at_least_one_or_missing("idle_energy_factor", idle_energy_factor) - 1) / ratio


def reserved_hours(accelerator_kwh, working_power_w, hours_factor):
    """Accelerator-hours that a service reserves for a request. [h]

    Parameters
    ----------
    accelerator_kwh : array_like, shape (...,)
        Energy of the accelerators at work on it, without idle and host. [kWh]
    working_power_w : array_like, shape (...,)
        Mean power of one accelerator at work. [W]
    hours_factor : array_like, shape (...,)
        From `idle_hours_factor`. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``t = E / P f_hours``. With the power of each state it gives back the energy with idle:
        ``P t / f_hours + r P t (1 - 1 / f_hours) = f E``.

    Raises
    ------
    ValueError
        If the energy is negative, the power not above zero or the factor below one.

    Examples
    --------
    >>> float(reserved_hours(0.7, 700.0, 1.5))
    1.5
    """
    energy_wh = (
        non_negative_or_missing("accelerator_kwh", accelerator_kwh) * units.WATTS_PER_KILOWATT
    )
    busy = energy_wh / positive_or_missing("working_power_w", working_power_w)
    return busy * at_least_one_or_missing("hours_factor", hours_factor)


def extrapolation_factor(value, least, most):
    """How many times a value lies outside a range; one inside it. [1]

    Parameters
    ----------
    value : array_like, shape (...,)
        Value. [any unit]
    least, most : array_like, shape (...,)
        Ends of the range. [the same unit]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If a value or end is not above zero, or the ends are in the wrong order.

    Examples
    --------
    >>> extrapolation_factor([4.0, 8.0, 800.0], 8.0, 400.0).tolist()
    [2.0, 1.0, 2.0]
    """
    given = positive_or_missing("value", value)
    low, high = positive_or_missing("least", least), positive_or_missing("most", most)
    if np.any(low > high):
        raise ValueError("least must not exceed most")
    return np.maximum(1.0, np.maximum(low / given, given / high))
