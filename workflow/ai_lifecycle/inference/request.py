"""Energy of one request at the facility, stage by stage: pure kernels."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.bounds import at_least_one_or_missing, non_negative_or_missing

STAGES = ("generation", "long_prompt", "host", "provisioned_idle", "execution_idle", "facility")


def request_stages_kwh(energy_per_token_j, output_tokens, prompt_tokens, fitted_prompt_tokens,
                       active_gparam, prompt_j_per_gparam, host_factor, provisioned_idle_factor,
                       execution_idle_factor, pue):  # fmt: skip
    """Energy that each stage adds to a request. [kWh]

    Parameters
    ----------
    energy_per_token_j : array_like, shape (...,)
        Accelerator energy per generated token, prompts up to `fitted_prompt_tokens` in it. [J]
    output_tokens, prompt_tokens : array_like, shape (...,)
        Tokens written and read. [1]
    fitted_prompt_tokens : array_like, shape (...,)
        Prompt that the energy per token contains already; only what is beyond adds energy. [1]
    active_gparam : array_like, shape (...,)
        Parameters active for a token. [1e9 parameters]
    prompt_j_per_gparam : array_like, shape (...,)
        Energy per prompt token and active parameter. [J/(1e9 parameters)]
    host_factor : array_like, shape (...,)
        Accelerators and host over accelerators. [1]
    provisioned_idle_factor : array_like, shape (...,)
        All machines kept ready over those at work. [1]
    execution_idle_factor : array_like, shape (...,)
        Machines with the program resident over the time in which it runs; one where the energy
        was measured in service, which contains it. [1]
    pue : array_like, shape (...,)
        Facility over IT energy. [1]

    Returns
    -------
    dict of str to ndarray, shape (...,)
        By `STAGES`; they sum to the energy at the meter of the facility.

    Raises
    ------
    ValueError
        If a factor is below one or another argument is negative.

    Notes
    -----
    ``E = PUE f_exec f_prov f_host [e L_out + eps_p N max(0, L_in - L_fit)] / 3.6e6``.

    Examples
    --------
    The components that Google discloses for the median prompt, from its accelerators' 0.14 Wh.

    >>> stages = request_stages_kwh(504.0, 1, 0, 0, 1, 0, 0.20 / 0.14, 0.22 / 0.20, 1, 1.09)
    >>> [round(float(e) * 1000, 2) for e in stages.values()]
    [0.14, 0.0, 0.06, 0.02, 0.0, 0.02]
    """
    joules = units.JOULES_PER_KILOWATT_HOUR
    written = non_negative_or_missing(
        "energy_per_token_j", energy_per_token_j
    ) * non_negative_or_missing("output_tokens", output_tokens)
    beyond = np.maximum(
        0.0,
        non_negative_or_missing("prompt_tokens", prompt_tokens)
        - non_negative_or_missing("fitted_prompt_tokens", fitted_prompt_tokens),
    )
    read = (
        non_negative_or_missing("prompt_j_per_gparam", prompt_j_per_gparam)
        * non_negative_or_missing("active_gparam", active_gparam)
        * beyond
    )
    added = {"generation": written / joules, "long_prompt": read / joules}
    running = added["generation"] + added["long_prompt"]
    for stage, factor in (
        ("host", at_least_one_or_missing("host_factor", host_factor)),
        (
            "provisioned_idle",
            at_least_one_or_missing("provisioned_idle_factor", provisioned_idle_factor),
        ),
        ("execution_idle", at_least_one_or_missing("execution_idle_factor", execution_idle_factor)),
        ("facility", at_least_one_or_missing("pue", pue)),
    ):
        added[stage] = running * (factor - 1)
        running = running * factor
    return added


def request_energy_kwh(*arguments, **named):
    """Facility energy of a request: the sum of `request_stages_kwh`, same arguments. [kWh]"""
    return sum(request_stages_kwh(*arguments, **named).values())


def idle_factor(idle_energy_share):
    """Factor by which idle energy raises the energy of work. [1]

    Parameters
    ----------
    idle_energy_share : array_like, shape (...,)
        Share of idle in the energy of both, below one. [1]

    Returns
    -------
    ndarray, shape (...,)

    Raises
    ------
    ValueError
        If the share is not in [0, 1).

    References
    ----------
    lei2026.

    Examples
    --------
    >>> round(float(idle_factor(0.107)), 2)
    1.12
    """
    share = non_negative_or_missing("idle_energy_share", idle_energy_share)
    if np.any(share >= 1):
        raise ValueError("idle_energy_share must be below one")
    return 1 / (1 - share)
