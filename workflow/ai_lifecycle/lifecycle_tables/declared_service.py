"""The service that every model of the ledger is given: a choice, the same for all."""

from ai_lifecycle.lifecycle import breakeven
from ai_lifecycle.lifecycle_tables import ledger_table


def service_of(requests_per_day, accelerator, constants):
    """Requests over its life, machine, sources and words of the declared service.

    Parameters
    ----------
    requests_per_day : float
    accelerator : str
        One of ``ledger_table.SERVING``.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    dict
        requests_per_day; requests (low, value and high over the life); accelerator; source_key,
        and life_source_key, that of the life alone; words.
    """
    life = constants.known("service.life", unit="year")
    # What the energy of a request rests on besides the fit.
    behind = [
        constants.known("inference.weight_bytes_bfloat16", unit="B"),
        constants.known("inference.prompt_energy", unit="J/Gparam"),
        constants.known("inference.host_factor", unit="1"),
        constants.known("inference.execution_idle_factor", unit="1"),
        constants.known("inference.pue", unit="1"),
        life,
    ]
    years = [life.low, life.value, life.high]
    return {
        "requests_per_day": float(requests_per_day),
        "requests": tuple(breakeven.requests_served(requests_per_day, years)),
        "accelerator": ledger_table.SERVING[accelerator],
        "source_key": ledger_table.joined([row.source_key for row in behind]),
        "life_source_key": life.source_key,
        "words": f"{requests_per_day:,} requests a day for {life.value:g} years",
    }
