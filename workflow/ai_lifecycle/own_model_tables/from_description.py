"""A description of a model, as read from its file, as a case of the ledger."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, units
from ai_lifecycle.own_model import precedence
from ai_lifecycle.own_model_tables import by_compute, places
from ai_lifecycle.own_model_tables import case as cases
from ai_lifecycle.own_model_tables.accelerators import named_or_usual
from ai_lifecycle.training_tables.energy_routes import COMPUTE

GIGA = 1e9
KILOWATT_HOURS = 1 / units.WATTS_PER_KILOWATT
MATCH = {True: "variant not stated", False: "same"}


def case_of(said, known, reference, choices):
    """The case of one scenario.

    Parameters
    ----------
    said : Description
    known : names.Known
    reference : Reference
    choices : mapping
        ``lifecycle`` of the configuration: the service where the file leaves it open.

    Returns
    -------
    case : Case
    reference : Reference
        With the accelerator that stands in where the file names none.

    """
    day = date_of(said, reference.as_of)
    route = precedence.route(said, known)
    chip, reference = named_or_usual(said, route, reference, day)
    year = _year(said, day, reference)
    ends = _ends(said)
    utilisation, steps = ends("training.utilisation"), _of_steps(said)
    # A power given is the mean of the whole run, and so must be what it goes with.
    joined = steps and utilisation is not None and route == COMPUTE and "training.power_w" in said
    if joined:
        utilisation = by_compute.of_whole_run(utilisation, reference.constants_path)
    case = cases.Case(
        key=key_of(said),
        own=said.name,
        title=said.title,
        model=_model(said, chip, day, listed=steps and not joined),
        account=_account(said),
        # Without a training there is but one place.
        place=_place(said, "training" if route else "service", year),
        service=_service(said, reference, choices, year),
        shape=_shape(said),
        pue=_of_place(said, "training", "pue"),
        operator=_word(said, "training", "operator"),
        stand_in=chip.stand_in if chip else None,
        utilisation=utilisation,
        of_whole_run=utilisation is not None and (joined or not steps),
        from_steps=joined,
        multiplier=_first(precedence.multiplier(said)),
        lifetime_years=ends("hardware.lifetime_years"),
        reserved_utilisation=ends("hardware.reserved_utilisation"),
    )
    return case, reference


def key_of(said):
    """Name of a case: that of the file and of its scenario."""
    return said.name if said.scenario == "base" else f"{said.name}: {said.scenario}"


def date_of(said, as_of):
    """Day by which the ledger's year of training, PUE and hardware go."""
    for key in ("training.end", "training.start", "model.published"):
        if key in said:
            return pd.Timestamp(said.get(key).value)
    return pd.Timestamp(as_of)


def _year(said, day, reference):
    """Year of training: that of its last day, else as the ledger has it from publication."""
    if "training.end" in said or "training.start" in said:
        return float(day.year)
    return places.training_year(day, reference)


def _ends(said):
    def read(key, scale=1.0):
        given = said.get(key)
        return None if given is None else tuple(float(end) * scale for end in given.ends)

    return read


def _first(ways):
    return ways[0].ends if ways else None


def _three(cells, template, ends):
    names = (template.format(end) for end in ("_low", "", "_high"))
    cells.update(zip(names, ends, strict=True))


def _model(said, chip, day, *, listed):
    """Cells of `models`; `listed`: whether the utilisation stands there as one of steps."""
    ends, cells = _ends(said), {"publication_date": day, "domain": "Language"}
    total = ends("model.total_parameters_billion", GIGA)
    active = ends("model.active_parameters_billion", GIGA)
    if total is not None:
        cells |= {"parameters": total[1], "active_parameters_origin": "equal to total"}
    if active is not None:
        cells |= {"active_parameters": active[1], "active_parameters_origin": "stated"}
    if chip is not None:
        cells |= {
            "accelerator_listed": chip.stand_in or chip.name,
            "accelerator": chip.name,
            "accelerator_family": chip.family,
            "accelerator_match": MATCH[bool(chip.alternatives)],
            "accelerator_alternatives": ";".join(chip.alternatives) or None,
        }
    hours = _first(precedence.accelerator_hours(said))
    if hours is not None:
        _three(cells, "accelerator_hours{}_h", hours)
        cells["accelerator_hours_origin"] = "disclosed"
    flop = _first(precedence.compute_flop(said))
    if flop is not None:
        _three(cells, "training_flop{}", flop)
        cells["training_flop_origin"] = "as listed"
    step = said.get("training.utilisation")
    if step is not None and listed:
        cells["utilisation_listed"] = step.value
    return cells


def _of_steps(said):
    basis = said.get("training.utilisation_basis")
    return basis is None or basis.value == "step"


def _account(said):
    """Cells of the own account: what was measured, and what it was measured of."""
    ends, cells = _ends(said), {}
    energy = ends("training.energy_mwh")
    if energy is not None:
        _three(cells, "energy{}_mwh", energy)
        boundary = said.get("training.energy_boundary").value
        cells |= {"energy_boundary": boundary, "energy_holds_pue": boundary == "facility"}
    power = ends("training.power_w")
    if power is not None:
        _three(cells, "power{}_w", power)
        boundary = said.get("training.power_boundary")
        cells["power_boundary"] = "accelerator" if boundary is None else boundary.value
    return cells


def _place(said, phase, year):
    """Where the electricity of a phase comes from."""
    found = precedence.place(said, phase)
    given = {}
    for name, method in (
        ("intensity_g_per_kwh", "location_lifecycle"),
        ("market_g_per_kwh", "market"),
    ):
        if name in found:
            given[method] = tuple(end / units.GRAMS_PER_KILOGRAM for end in found[name].ends)
    located = [found[name] for name in ("grid_zone", "cloud_region", "country") if name in found]
    words = located[0].value if located else None
    area = located[0].area if located else None
    return cases.Place(words=words, area=area, year=year, given=given)


def _of_place(said, phase, name):
    found = precedence.place(said, phase).get(name)
    return None if found is None else tuple(float(end) for end in found.ends)


def _word(said, phase, name):
    found = precedence.place(said, phase).get(name)
    return None if found is None else found.value


def _shape(said):
    """Columns of ``design.SHAPE``; missing where the file does not give what they need."""
    ends = _ends(said)

    def value(name, otherwise=np.nan):
        found = ends(f"model.architecture.{name}")
        return otherwise if found is None else found[1]

    pair = 2.0 * value("key_value_heads") * value("head_dimension")
    numbers = value("latent_dimension", pair)
    experts = value("experts"), value("experts_per_token")
    if np.isnan([numbers, value("layers")]).any() and np.isnan(experts).any():
        return None
    layers = np.nan if np.isnan(numbers) else value("layers")
    return {
        "layers": layers,
        "windowed_layers": value("windowed_layers", 0.0),
        "window_tokens": value("window_tokens", 0.0),
        "values_per_token": numbers,
        "experts": experts[0],
        "experts_per_token": experts[1],
    }


def _service(said, reference, choices, year):
    """The service; what the file leaves open is the ledger's."""
    if not precedence.has_service(said):
        return None
    ends, usual = _ends(said), choices["request"]
    life = constants.known("service.life", reference.constants_path, unit="year")
    growth = ends("service.growth_per_year")
    energy = ends("service.request_energy_wh", KILOWATT_HOURS)
    boundary = said.get("service.request_energy_boundary")
    per_day = ends("service.requests_per_day")
    precision = said.get("service.precision")
    return cases.Service(
        accelerator=precedence.served_by(said) or usual["accelerator"],
        precision=usual["precision"] if precision is None else precision.value,
        prompt_tokens=(ends("service.prompt_tokens") or (0, usual["prompt_tokens"]))[1],
        output_tokens=(ends("service.output_tokens") or (0, usual["output_tokens"]))[1],
        requests_per_day=per_day or (float(choices["requests_per_day"]),) * 3,
        growth_factor=(1.0,) * 3 if growth is None else tuple(1.0 + end for end in growth),
        years=ends("service.years") or (life.low, life.value, life.high),
        place=_place(said, "service", year),
        batch=ends("service.batch"),
        pue=_of_place(said, "service", "pue"),
        operator=_word(said, "service", "operator"),
        request_kwh=energy,
        request_boundary=None if boundary is None else boundary.value,
        stated=frozenset(key.split(".")[1] for key in said.given if key.split(".")[0] == "service"),
    )
