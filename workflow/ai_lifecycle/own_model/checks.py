"""What a file gives, held against itself: the impossible is refused, contradictions are told."""

import numpy as np

from ai_lifecycle import constants, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import demand
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.own_model import keys, names, precedence
from ai_lifecycle.training_tables.energy_routes import COMPUTE, DISCLOSED, HOURS

# Two ways to one quantity that are further apart than this contradict each other.
APART = 10.0
WATTS_PER_MEGAWATT = units.WATTS_PER_KILOWATT * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
NEEDS = {
    "training.energy_boundary": ("training.energy_mwh",),
    "training.power_boundary": ("training.power_w",),
    "training.utilisation_basis": ("training.utilisation",),
    "service.request_energy_boundary": ("service.request_energy_wh",),
    "model.architecture.window_tokens": ("model.architecture.windowed_layers",),
    "model.architecture.windowed_layers": ("model.architecture.layers",),
    "model.architecture.head_dimension": (
        "model.architecture.key_value_heads", "model.architecture.layers"),
    "model.architecture.key_value_heads": (
        "model.architecture.head_dimension", "model.architecture.layers"),
    "model.architecture.latent_dimension": ("model.architecture.layers",),
    "model.architecture.experts": ("model.architecture.experts_per_token",),
    "model.architecture.experts_per_token": ("model.architecture.experts",),
}  # fmt: skip
# What does not enter the energy of training once it is known by a route.
WORK = ("training.compute_flop", "training.tokens_billion", "training.utilisation",
        "training.utilisation_basis")  # fmt: skip
BELOW = {
    DISCLOSED: ("training.accelerator_hours", "training.power_w", "training.power_boundary",
                "training.accelerator", "training.accelerators", "training.days", *WORK),
    HOURS: WORK,
}  # fmt: skip


def refuse_impossible(said, known):
    """Refuse what cannot be, and a file that leaves nothing to estimate.

    Parameters
    ----------
    said : Description
    known : names.Known

    Raises
    ------
    DataError
        Naming the key and the value: an energy without its boundary; more parameters active than
        there are; experts, windows and dates that do not go together; a training that ends after
        the day of reading; more compute than the accelerators can do in their hours; places in
        two countries; neither a route to the energy of training nor a service.
    """
    _require_boundaries(said)
    _refuse_size(said)
    _refuse_dates(said, known)
    _refuse_places(said)
    _refuse_utilisation(said, known)
    _require_route(said, known)


def _refuse(said, what, key, *, found=None, allowed=None):
    given = said.get(key) if key in keys.BY_PATH else None
    scenario = (
        "" if not said.scenario or said.scenario == "base" else (f" (scenario {said.scenario})")
    )
    raise DataError(what + scenario, file=said.file, row=given.line if given else None, key=key,
                    found=found, allowed=allowed)  # fmt: skip


def _require_boundaries(said):
    for energy, boundary in (
        ("training.energy_mwh", "training.energy_boundary"),
        ("service.request_energy_wh", "service.request_energy_boundary"),
    ):
        if energy in said and boundary not in said:
            _refuse(said, f"key is missing: {energy} does not say what it was measured of",
                    boundary, allowed=", ".join(keys.BOUNDARIES))  # fmt: skip


def _above(said, key, other, what, *, end=slice(None)):
    """Refuse a value above another, at any end."""
    left, right = said.get(key), said.get(other)
    if (
        left is not None
        and right is not None
        and np.any(np.asarray(left.ends)[end] > np.asarray(right.ends)[end])
    ):
        _refuse(said, what, key, found=left.text, allowed=f"at most {other}, {right.text}")


def _refuse_size(said):
    total, active = "model.total_parameters_billion", "model.active_parameters_billion"
    shape = "model.architecture"
    _above(said, active, total, "more parameters are active than there are")
    _above(said, f"{shape}.windowed_layers", f"{shape}.layers", "more layers than there are")
    _above(said, f"{shape}.experts_per_token", f"{shape}.experts", "more experts than there are")
    windowed = said.get(f"{shape}.windowed_layers")
    if windowed is not None and windowed.value > 0 and f"{shape}.window_tokens" not in said:
        _refuse(said, "key is missing: windowed layers need the length of their window",
                f"{shape}.window_tokens",
                allowed=keys.BY_PATH[f"{shape}.window_tokens"].told)  # fmt: skip
    experts, used = said.get(f"{shape}.experts"), said.get(f"{shape}.experts_per_token")
    if experts is not None and active not in said:
        _refuse(said, "key is missing: with experts not all parameters are active", active,
                allowed=keys.BY_PATH[active].told)  # fmt: skip
    if None in (experts, used, said.get(total), said.get(active)):
        return
    most = said.get(active).value / said.get(total).value
    if used.value / experts.value > most:
        _refuse(said, "experts do not go with the active parameters", f"{shape}.experts_per_token",
                found=f"{used.text} of {experts.text}",
                allowed=f"at most {most:.3g} of the experts: {active} over {total}")  # fmt: skip


def _refuse_dates(said, known):
    start, end = said.get("training.start"), said.get("training.end")
    if start is not None and end is not None and end.value < start.value:
        _refuse(said, "training ends before it starts", end.key, found=end.text,
                allowed=f"{start.key}, {start.text}, or later")  # fmt: skip
    for day in (start, end):
        if day is not None and day.value > known.as_of:
            _refuse(said, "training lies in the future", day.key, found=day.text,
                    allowed=f"{known.as_of} or earlier")  # fmt: skip
    span, days = precedence.span_days(said), said.get("training.days")
    if span is not None and days is not None and days.low > span.value:
        _refuse(said, "more days than there are from start to end", days.key, found=days.text,
                allowed=f"at most {span.value:g}")  # fmt: skip


def _refuse_places(said):
    for section in keys.PLACES.values():
        located = [said.get(f"{section}.{name}") for name in keys.LOCATION[1:]]
        located = [given for given in located if given is not None]
        countries = {given.area.split("-")[0] for given in located}
        if len(countries) > 1:
            first, other = located[0], located[-1]
            _refuse(said, f"places in two countries: {first.key}, {first.text}, and another",
                    other.key, found=other.text,
                    allowed="one of them, or both in one country")  # fmt: skip


def _refuse_utilisation(said, known):
    for needed, hours, flop in _needed_utilisation(said, known):
        if needed > 1:
            _refuse(said, "more compute than the accelerators can do in their hours at dense peak",
                    flop.keys[0],
                    found=f"{flop.told} = {flop.value:.3g} FLOP in {hours.told} = "
                          f"{hours.value:.3g} h needs a utilisation of {needed:.3g}",
                    allowed="at most 1")  # fmt: skip


def _needed_utilisation(said, known):
    """Least utilisation that the compute in force needs in each account of the hours."""
    chip = said.get("training.accelerator")
    peak = np.nan if chip is None else names.peak_flops_per_s(known, chip)
    ways = precedence.compute_flop(said)
    if not ways or not np.isfinite(peak):
        return
    flop = ways[0]
    for hours in precedence.accelerator_hours(said):
        least = flop.ends[0] / (peak * hours.ends[2] * units.SECONDS_PER_HOUR)
        yield float(least), hours, flop


def _require_route(said, known):
    if precedence.route(said, known) is not None:
        return
    chip = said.get("training.accelerator")
    for ways, wanting in ((precedence.accelerator_hours(said), "power"),
                          (precedence.compute_flop(said), "power or throughput")):  # fmt: skip
        if ways and chip is not None:
            _refuse(said, f"no source states the {wanting} of this accelerator", chip.key,
                    found=chip.value,
                    allowed="another accelerator, training.energy_mwh, or "
                            "training.accelerator_hours with training.power_w")  # fmt: skip
    if precedence.accelerator_hours(said):
        _refuse(said, "key is missing: hours need an accelerator or its power",
                "training.accelerator",
                allowed="training.accelerator or training.power_w")  # fmt: skip
    if any(keys.under(key, "training") for key in said.given) or not precedence.has_service(said):
        _refuse(said, "nothing to estimate: no route to the energy of training and no service"
                if not precedence.has_service(said) else
                "no route to the energy of training in what is given of it", "training",
                allowed="training.energy_mwh; training.accelerator_hours, or "
                        "training.accelerators with training.days, with training.accelerator; "
                        "training.compute_flop; training.tokens_billion with "
                        "model.total_parameters_billion"
                        + ("" if precedence.has_service(said) else "; or a service: "
                           "service.requests_per_day with model.total_parameters_billion or "
                           "service.request_energy_wh"))  # fmt: skip


def require_servable(said):
    """Refuse a service whose energy cannot be told.

    Of a model whose size is not known, unless the energy is measured; on an accelerator on which
    no request has been measured, neither its energy nor the power that embodied carbon goes with.

    Raises
    ------
    DataError
    """
    size, chip = "model.total_parameters_billion", "service.accelerator"
    if (
        precedence.has_service(said)
        and size not in said
        and ("service.request_energy_wh" not in said)
    ):
        _refuse(said, "key is missing: a service needs the size of the model", size,
                allowed=f"{keys.BY_PATH[size].told}, or service.request_energy_wh")  # fmt: skip
    if chip in said and precedence.served_by(said) is None:
        measured = " or ".join(ledger_table.SERVING.values())
        _refuse(said, "the measured requests used here (ML.ENERGY) are of other machines",
                chip, found=said.get(chip).value, allowed=f"{measured} instead")  # fmt: skip


def warnings(said, known):
    """Contradictions that do not stop an estimate, and keys that change nothing.

    Parameters
    ----------
    said : Description
    known : names.Known

    Returns
    -------
    tuple of str
        One sentence each, naming both keys and both values.
    """
    return (
        *_contradictions(said, known),
        *_too_many_requests(said),
        *_without_effect(said, known),
        *_overridden(said, known),
    )


def _contradictions(said, known):
    pairs = []
    for ways in (precedence.accelerator_hours(said), precedence.compute_flop(said),
                 precedence.multiplier(said)):  # fmt: skip
        pairs += [(ways[0], other) for other in ways[1:]]
    pairs += _energies(said, known)
    pairs += _throughputs(said, known)
    watts = precedence.power_w(said, known)
    pairs += [(watts[0], other) for other in watts[1:]]
    for first, other in pairs:
        apart = max(first.value, other.value) / min(first.value, other.value)
        if apart > APART:
            yield (
                f"{first.told} ({first.value:.4g} {_unit(first)}) and {other.told} "
                f"({other.value:.4g} {_unit(other)}) are {apart:.3g} times apart; "
                f"{first.keys[0]} is used"
            )


def _too_many_requests(said):
    """More requests over the service than anyone could make; without years, over its usual life."""
    service = "service"
    daily, growth, years = (
        said.get(f"{service}.{name}") for name in ("requests_per_day", "growth_per_year", "years")
    )
    if daily is None:
        return
    count = demand.requests_over_life(
        daily.high,
        1.0 if growth is None else 1.0 + growth.high,
        constants.known("service.life", unit="year").high if years is None else years.high,
    )
    most = constants.value("service.requests_told", unit="1")
    if count > most:
        told = [f"{given.key} ({given.text})" for given in (daily, growth, years) if given]
        yield (
            f"{' with '.join(told)} makes up to {count:.3g} requests over the service, more than "
            f"{most:.3g}: is a number or its unit mistaken?"
        )


def _unit(way):
    return {"1": "as a factor"}.get(way.unit, way.unit)


def _energies(said, known):
    """Measured energy and every account of hours times power."""
    energy = said.get("training.energy_mwh")
    if energy is None:
        return []
    measured = precedence.Way(energy.ends, "MWh", (energy.key,))
    out = []
    for hours in precedence.accelerator_hours(said):
        for watts in precedence.power_w(said, known)[:1]:
            mwh = tuple(
                h * w / WATTS_PER_MEGAWATT for h, w in zip(hours.ends, watts.ends, strict=True)
            )
            out.append((measured, precedence.Way(mwh, "MWh", hours.keys + watts.keys)))
    return out


def _throughputs(said, known):
    """Utilisation as given and as the compute needs it in the hours in force."""
    given = said.get("training.utilisation")
    if given is None:
        return []
    chip = said.get("training.accelerator")
    stated = precedence.Way(given.ends, "1", (given.key,))
    return [
        (stated, precedence.Way((need,) * 3, "1", (*flop.keys, *hours.keys, chip.key)))
        for need, hours, flop in _needed_utilisation(said, known)
    ]


def _without_effect(said, known):
    for key, needed in NEEDS.items():
        missing = [name for name in needed if name not in said]
        if key in said and missing:
            yield f"{key} ({said.get(key).text}) has no effect without {' and '.join(missing)}"
    power, chip = said.get("training.power_w"), "training.accelerator"
    if power is not None and chip not in said and precedence.route(said, known) == COMPUTE:
        yield f"{power.key} ({power.text}) has no effect on compute without {chip}"
    total, active = (said.get(f"model.{name}_parameters_billion") for name in ("total", "active"))
    experts = said.get("model.architecture.experts")
    if None not in (experts, total, active) and active.value == total.value:
        yield (
            f"{experts.key} ({experts.text}) has no effect: {active.key} ({active.text}) is all of "
            f"{total.key} ({total.text})"
        )
    if not precedence.has_service(said):
        for key in said.given:
            if keys.under(key, keys.PLACES["service"]):
                yield f"{key} ({said.get(key).text}) has no effect without a service"


def _overridden(said, known):
    """Keys that a scenario changes though the energy of training rests on a more direct one."""
    route = precedence.route(said, known)
    for key in BELOW.get(route, ()):
        if key in said.changed and key in said:
            yield (
                f"{key} ({said.get(key).text}) of scenario {said.scenario} does not change the "
                f"energy of training, which rests on {route}"
            )
