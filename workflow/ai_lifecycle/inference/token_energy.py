"""Accelerator energy of one generated token: pure kernels."""

import numpy as np

from ai_lifecycle.bounds import (
    at_least_one_or_missing,
    non_negative_or_missing,
    positive_or_missing,
)

GIGA = 1e9


def split_parameters(total_gparam, active_gparam, experts, experts_per_token):
    """Parameters every token reads and parameters that lie in experts. [1e9 parameters]

    Parameters
    ----------
    total_gparam, active_gparam : array_like, shape (...,)
        Parameters of the model and those active for one token. [1e9 parameters]
    experts, experts_per_token : array_like, shape (...,)
        Routed experts of a layer and how many a token uses; zero for a dense model. [1]

    Returns
    -------
    always, routed : ndarray, shape (...,)
        ``D`` and ``X`` with ``D + X = N_total`` and ``D + X k/E = N_active``.

    Raises
    ------
    ValueError
        If more parameters are active than there are, more experts are used than there are, a
        dense model has inactive parameters, or the routed share exceeds the model.

    Examples
    --------
    >>> always, routed = split_parameters(235.0, 22.0, 128, 8)
    >>> round(float(always), 1), round(float(routed), 1)
    (7.8, 227.2)
    """
    total, active = (
        positive_or_missing("total_gparam", total_gparam),
        positive_or_missing("active_gparam", active_gparam),
    )
    count = non_negative_or_missing("experts", experts)
    used = non_negative_or_missing("experts_per_token", experts_per_token)
    if np.any(active > total):
        raise ValueError("active_gparam must not exceed total_gparam")
    if np.any(used > count) or np.any((count > 0) & (used == 0)):
        raise ValueError("experts_per_token must be between one and experts")
    if np.any((count == 0) & (active < total)):
        raise ValueError("experts must be given where active_gparam is below total_gparam")
    share = _share(count, used)
    with np.errstate(invalid="ignore", divide="ignore"):
        routed = np.where(share < 1, (total - active) / (1 - share), 0.0)
    if np.any(routed > total * (1 + 1e-12)):
        raise ValueError("active_gparam is below the share of experts that a token uses")
    return total - routed, routed


def _share(experts, experts_per_token):
    """Share of the experts that one token uses; one for a dense model."""
    return np.where(experts > 0, experts_per_token / np.where(experts > 0, experts, 1.0), 1.0)


def weights_touched_gb(batch, always_gparam, routed_gparam, experts, experts_per_token,
                       always_bytes, routed_bytes):  # fmt: skip
    """Weights that one decoding step reads. [GB]

    Parameters
    ----------
    batch : array_like, shape (...,)
        Sequences decoded together, B. [1]
    always_gparam, routed_gparam : array_like, shape (...,)
        From `split_parameters`. [1e9 parameters]
    experts, experts_per_token : array_like, shape (...,)
        As there. [1]
    always_bytes, routed_bytes : array_like, shape (...,)
        Bytes of one parameter, with what its scaling factors take. [B]

    Returns
    -------
    ndarray, shape (...,)
        ``W(B) = b_D D + b_X X (1 - (1 - k/E)^B)``.

    Raises
    ------
    ValueError
        If `batch` is below zero, or another argument is negative.

    Notes
    -----
    Tokens choose their experts independently and evenly: real routing is uneven, so that fewer
    experts are touched.

    Examples
    --------
    >>> float(weights_touched_gb(64, 8.0, 0.0, 0, 0, 2.0, 2.0))
    16.0
    """
    sequences = non_negative_or_missing("batch", batch)
    always = non_negative_or_missing("always_gparam", always_gparam)
    routed = non_negative_or_missing("routed_gparam", routed_gparam)
    share = _share(
        non_negative_or_missing("experts", experts),
        non_negative_or_missing("experts_per_token", experts_per_token),
    )
    touched = 1 - (1 - share) ** sequences
    return (
        non_negative_or_missing("always_bytes", always_bytes) * always
        + non_negative_or_missing("routed_bytes", routed_bytes) * routed * touched
    )


def cache_gb(context_tokens, layers, windowed_layers, window_tokens, values_per_token, bytes_value):
    """Cache of keys and values that one sequence has and each of its tokens reads. [GB]

    Parameters
    ----------
    context_tokens : array_like, shape (...,)
        Tokens before the one generated. [1]
    layers, windowed_layers : array_like, shape (...,)
        Layers with attention, and those of them that see a window only. [1]
    window_tokens : array_like, shape (...,)
        Length of the window; without effect where no layer has one. [1]
    values_per_token : array_like, shape (...,)
        Numbers kept per token and layer: twice heads times head dimension, or the latent
        dimension. [1]
    bytes_value : array_like, shape (...,)
        Bytes of one number. [B]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If an argument is negative or more layers are windowed than there are.

    Examples
    --------
    Llama 3.1 8B at 8,192 tokens: 32 layers x 2 x 8 heads x 128 x 2 B.

    >>> round(float(cache_gb(8192, 32, 0, 0, 2 * 8 * 128, 2.0)), 3)
    1.074
    """
    context = non_negative_or_missing("context_tokens", context_tokens)
    depth = non_negative_or_missing("layers", layers)
    windowed = non_negative_or_missing("windowed_layers", windowed_layers)
    if np.any(windowed > depth):
        raise ValueError("windowed_layers must not exceed layers")
    seen = np.minimum(context, non_negative_or_missing("window_tokens", window_tokens))
    tokens = (depth - windowed) * context + windowed * seen
    size = non_negative_or_missing("values_per_token", values_per_token)
    return tokens * size * non_negative_or_missing("bytes_value", bytes_value) / GIGA


def energy_per_token_j(active_gparam, weights_gb, batch, cache, compute_j_per_gparam,
                       memory_j_per_gb, routing_factor):  # fmt: skip
    """Accelerator energy of one generated token. [J]

    Parameters
    ----------
    active_gparam : array_like, shape (...,)
        Parameters active for a token. [1e9 parameters]
    weights_gb : array_like, shape (...,)
        From `weights_touched_gb`. [GB]
    batch : array_like, shape (...,)
        Sequences decoded together. [1]
    cache : array_like, shape (...,)
        From `cache_gb`. [GB]
    compute_j_per_gparam : array_like, shape (...,)
        Energy per active parameter and token; fitted to chat, so that the prompt is in it.
        [J/(1e9 parameters)]
    memory_j_per_gb : array_like, shape (...,)
        Energy per byte read. [J/GB]
    routing_factor : array_like, shape (...,)
        Factor of mixtures of experts; one for a dense model. [1]

    Returns
    -------
    ndarray, shape (...,)
        ``e = m [eps_c N + eps_m (W/B + cache)]``.

    Raises
    ------
    ValueError
        If `batch` is not above zero or another argument is negative.

    References
    ----------
    docs/methods/inference_energy.md.

    Examples
    --------
    8 parameters at 0.006 J, 16 GB over 8 sequences and 0.1 GB of cache at 0.2 J/GB.

    >>> round(float(energy_per_token_j(8.0, 16.0, 8, 0.1, 0.006, 0.2, 1.0)), 3)
    0.468
    """
    compute = non_negative_or_missing(
        "compute_j_per_gparam", compute_j_per_gparam
    ) * non_negative_or_missing("active_gparam", active_gparam)
    read = non_negative_or_missing("weights_gb", weights_gb) / positive_or_missing("batch", batch)
    read = read + non_negative_or_missing("cache", cache)
    memory = non_negative_or_missing("memory_j_per_gb", memory_j_per_gb) * read
    return at_least_one_or_missing("routing_factor", routing_factor) * (compute + memory)
