"""Which of several given values is in force: the more direct one, in a fixed order."""

from dataclasses import dataclass

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.model_catalogue.epoch_rows import FLOP_PER_PARAMETER_AND_TOKEN
from ai_lifecycle.own_model import keys, names
from ai_lifecycle.training_tables.energy_routes import COMPUTE, DISCLOSED, HOURS

BILLION = 1e9


@dataclass(frozen=True)
class Way:
    """A quantity as given or as worked from what is given.

    Parameters
    ----------
    ends : tuple of float
        Low, value, high. [unit]
    unit : str
    keys : tuple of str
        Given keys that it is made of.
    """

    ends: tuple
    unit: str
    keys: tuple

    @property
    def value(self):
        """The middle one of the ends. [unit]"""
        return self.ends[1]

    @property
    def told(self):
        """The keys as a product, for a message."""
        return " x ".join(self.keys)


def _given(said, key):
    found = said.get(key)
    return None if found is None else Way(found.ends, found.unit, (key,))


def _product(unit, factor, *parts):
    """Product of ways, end by end, times an exact factor; None where one is not given."""
    if any(part is None for part in parts):
        return None
    ends = tuple(float(factor * np.prod(each)) for each in zip(*(p.ends for p in parts),
                                                               strict=True))  # fmt: skip
    return Way(ends, unit, tuple(key for part in parts for key in part.keys))


def _listed(*ways):
    return [way for way in ways if way is not None]


def active_billion(said):
    """Active parameters, else all of them; None where neither is given. [1e9]"""
    return _given(said, "model.active_parameters_billion") or _given(
        said, "model.total_parameters_billion"
    )


def compute_flop(said):
    """Ways to the compute of the run, the most direct first. [FLOP]

    Parameters
    ----------
    said : Description

    Returns
    -------
    list of Way
        As given; six times active parameters times tokens.
    """
    by_tokens = _product(
        "FLOP",
        FLOP_PER_PARAMETER_AND_TOKEN * BILLION * BILLION,
        active_billion(said),
        _given(said, "training.tokens_billion"),
    )
    return _listed(_given(said, "training.compute_flop"), by_tokens)


def accelerator_hours(said):
    """Ways to the accelerator-hours of the run, the most direct first. [h]

    Returns
    -------
    list of Way
        As given; count times days; count times the days from start to end.
    """
    count = _given(said, "training.accelerators")
    by_days = _product("h", units.HOURS_PER_DAY, count, _given(said, "training.days"))
    by_dates = _product("h", units.HOURS_PER_DAY, count, span_days(said))
    return _listed(_given(said, "training.accelerator_hours"), by_days, by_dates)


def span_days(said):
    """Days from the start to the end of the run, both counted; None where one is open. [day]"""
    start, end = said.get("training.start"), said.get("training.end")
    if start is None or end is None:
        return None
    days = float((end.value - start.value).days + 1)
    return Way((days, days, days), "day", (start.key, end.key))


def power_w(said, known):
    """Ways to the power of one accelerator, the most direct first. [W]

    Returns
    -------
    list of Way
        As measured; the rated power of the accelerator, which is above the mean one.
    """
    rated = None
    chip = said.get("training.accelerator")
    if chip is not None:
        watts = names.rated_power_w(known, chip)
        if np.isfinite(watts):
            rated = Way((watts, watts, watts), "W", (chip.key,))
    return _listed(_given(said, "training.power_w"), rated)


def multiplier(said):
    """Ways to the energy of the project over that of the run, the most direct first. [1]

    Returns
    -------
    list of Way
        As given; ``1 / (1 - s)`` of the share ``s`` that all but the final run took.
    """
    share = said.get("development.share")
    by_share = None
    if share is not None:
        by_share = Way(tuple(1.0 / (1.0 - end) for end in share.ends), "1", (share.key,))
    return _listed(_given(said, "development.multiplier"), by_share)


def place(said, phase):
    """What is in force of a place.

    Parameters
    ----------
    said : Description
    phase : str
        ``training`` or ``service``.

    Returns
    -------
    dict of str to Given
        By the last word of the key. At most one location: the first given of `keys.LOCATION`. The
        service is where training was as far as its own place says nothing: its location as a
        whole, its market-based intensity with that location, PUE and operator together.
    """
    own = _of_place(said, keys.PLACES[phase])
    out = dict(own)
    base = _of_place(said, keys.PLACES["training"])
    for group in ((*keys.LOCATION, "market_g_per_kwh"), ("pue", "operator")):
        if not set(group) & set(own):
            out |= {name: base[name] for name in group if name in base}
    return out


def _of_place(said, section):
    found = {name: said.get(f"{section}.{name}")
             for name in (*keys.LOCATION, "market_g_per_kwh", "pue", "operator")}  # fmt: skip
    in_force = next((name for name in keys.LOCATION if found[name] is not None), None)
    return {name: given for name, given in found.items()
            if given is not None and (name not in keys.LOCATION or name == in_force)}  # fmt: skip


def route(said, known):
    """Route to the energy of training, as the ledger names them, or None.

    Parameters
    ----------
    said : Description
    known : names.Known

    Returns
    -------
    str or None
        ``disclosed energy``; ``hours x power``, with a power measured or rated; ``FLOP / (peak x
        MFU) x power``, with an accelerator whose peak and power are known, or with none named.
    """
    if "training.energy_mwh" in said:
        return DISCLOSED
    has_power = bool(power_w(said, known))
    if accelerator_hours(said) and has_power:
        return HOURS
    chip = said.get("training.accelerator")
    worked = chip is None or (has_power and np.isfinite(names.peak_flops_per_s(known, chip)))
    return COMPUTE if compute_flop(said) and worked else None


def has_service(said):
    """Whether the file says anything of a service but its place."""
    return any(
        keys.under(key, "service") and not keys.under(key, keys.PLACES["service"])
        for key in said.given
    )


def served_by(said):
    """Accelerator that serves, in the short name of the measurements of requests.

    Parameters
    ----------
    said : Description

    Returns
    -------
    str or None
        None where none is named, or one on which no request has been measured.
    """
    chip = said.get("service.accelerator")
    meant = () if chip is None else (chip.value, *chip.alternatives)
    return next((short for short, name in ledger_table.SERVING.items() if name in meant), None)
