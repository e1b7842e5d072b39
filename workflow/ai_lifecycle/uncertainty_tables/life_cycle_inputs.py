"""Inputs of the life cycle of one model as distributions, from the rows of the tables."""

from dataclasses import dataclass, replace

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.uncertainty import distributions, lifecycle_draws
from ai_lifecycle.uncertainty_tables.given_ranges import (
    EVERY_MODEL,
    fixed,
    multiplied,
    of_constant,
    ranged,
)

DISCLOSED, BY_HOURS, BY_COMPUTE = (
    "disclosed energy", "hours x power", "FLOP / (peak x MFU) x power",
)  # fmt: skip
# Level of the backtest whose error a route carries, and the factor that carries it.
LACKING = {
    BY_HOURS: ("hours", "training_power_factor"),
    BY_COMPUTE: ("hardware and count", "training_hours_factor"),
}
NOT_USED, PRIOR, DERIVED, ASSUMED = "not used", "prior", "derived", "assumed power"
STATED = ("disclosed", "derived")
AVERAGE = "location_lifecycle"
MANY_TIMES = 2.0
WATTS_PER_MEGAWATT = units.WATTS_PER_KILOWATT * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
WORDS = {
    "peak_hours_h": "compute or hours",
    "utilisation": "utilisation",
    "rated_power_w": "rated power",
    "power_share": "execution idle",
    "node_overhead": "node over accelerators",
    "pue": "PUE, training",
    "intensity_kg_per_kwh": "grid intensity",
    "experimentation_multiplier": "experimentation",
    "requests": "service life",
    "request_kwh": "request: batch, prompt, fit",
    "host_factor": "request: host",
    "idle_factor": "request: idle",
    "idle_power_ratio": "request: idle power",
    "serving_power_w": "request: power at work",
    "serving_pue": "PUE, serving",
    "serving_intensity_kg_per_kwh": "grid intensity, serving",
    "accelerator_kgco2e": "footprint: accelerator",
    "host_kgco2e": "footprint: host and network",
    "building_kgco2e": "footprint: building",
    "end_of_life_kgco2e": "end of life",
    "lifetime_years": "lifetime of machines",
    "reserved_utilisation": "reserved utilisation",
    "serving_asset_kgco2e": "footprint: serving machines",
    "serving_end_of_life_kgco2e": "end of life, serving",
    "training_hours_factor": "error seen: from compute",
    "training_power_factor": "error seen: from hours",
    "request_energy_factor": "error seen: requests",
    "reserved_hours_factor": "hours reserved",
}


@dataclass(frozen=True)
class Service:
    """The service that a model is given.

    requests : low, value and high of the requests over its life. working_power_w : 5th, 50th and
    95th percentile of the power of an accelerator at work, or its ends the other way round.
    fit_sigma_log : error of the fit of requests, a vendor left out.
    """

    requests: tuple
    working_power_w: tuple
    fit_sigma_log: float
    evidence: str = PRIOR
    source_key: str = "judgement"


@dataclass(frozen=True)
class LifeCycleInputs:
    """Everything that the draws of one model need.

    model_id : its name, and the group of what it shares with nobody. inputs : `Input` by name,
    all of ``lifecycle_draws.NAMES``; the intensity there is the life-cycle average.
    intensities : `Input` by accounting method. serving_intensities : the same of the service, or
    None where it is presumed on the grid of the training: then it has the very same draws.
    """

    model_id: str
    inputs: dict
    intensities: dict
    serving_intensities: dict | None = None

    @property
    def distributions(self):
        """Distribution by name, for ``lifecycle_draws.sobol_inputs`` and ``plain.carry_on``."""
        return {name: row.distribution for name, row in self.inputs.items()}

    @property
    def groups(self):
        """Sharing group by name."""
        return {name: row.group or self.model_id for name, row in self.inputs.items()}

    @property
    def values(self):
        """Central value by name, for ``lifecycle_draws.cells_tco2e``."""
        return {name: row.value for name, row in self.inputs.items()}


def life_cycle_inputs(
    training, request, assets, intensities, service, constants, lacking, *,
    developer=None, serving_intensities=None, lacking_sources=None,
):  # fmt: skip
    """All inputs of one model with range, distribution, sharing group, evidence and source.

    Parameters
    ----------
    training : mapping
        A row of ``training_energy``, model_id among its columns.
    request : mapping or None
        Its row of ``inference_requests``; without one there are no requests.
    assets : dict of str to Input
        From `footprint_inputs.footprints`, of the accelerators that train and serve.
    intensities : mapping of str to mapping
        Rows of ``ledger_basis`` by accounting method: low_kg_per_kwh, value_kg_per_kwh,
        high_kg_per_kwh, evidence, area, intensity_year, source_key. Methods without a value may
        stand there or lack.
    service : Service
    constants : ai_lifecycle.constants.Constants
    lacking : mapping of str to float
        Factor of the widening by level of the backtest (`widening_table.factors`).
    developer : str, optional
        Organisation: it shares its presumed place and the errors of its disclosures.
    serving_intensities : mapping, optional
        As `intensities`, of the service; None: the grid of the training.

    lacking_sources : mapping of str to str, optional
        What those factors were fitted on, by level (`widening_table.sources_of`).

    Returns
    -------
    LifeCycleInputs
        At the central values ``lifecycle_draws.cells_tco2e`` gives the cells of the ledger.

    Raises
    ------
    KeyError
        A route or a level that is not known.
    ValueError
        A range that is out of order.

    Notes
    -----
    ``assets = footprint_inputs.footprints(parts, serving_parts, constants)``, then this, then
    ``model_draws.points``, ``drawn``, ``cells`` and ``quantiles`` for percentiles,
    ``drivers.indices`` and ``drivers.tornado`` for what makes them.
    """
    own = training["model_id"]
    by_method = {
        method: _intensity(row, developer or own)
        for method, row in intensities.items()
        if not _missing(row["value_kg_per_kwh"])
    }
    serving = serving_intensities and {
        method: _intensity(row, developer or own)
        for method, row in serving_intensities.items()
        if not _missing(row["value_kg_per_kwh"])
    }
    no_grid = fixed(0.0, "kg/kWh", PRIOR, "judgement")
    average = by_method.get(AVERAGE, no_grid)
    found = {
        **_training(training, constants),
        **_lacking(training, request, service, lacking, developer or own, lacking_sources or {}),
        **assets,
        **_requests(request, service, constants),
        "intensity_kg_per_kwh": average,
        "serving_intensity_kg_per_kwh": serving.get(AVERAGE, no_grid) if serving else average,
    }
    ordered = {name: found[name] for name in lifecycle_draws.NAMES}
    return LifeCycleInputs(own, ordered, by_method, serving)


def _missing(value):
    return value is None or value != value


def _makers(developer):
    """One group for all that the models of a developer share: fewer orders, a better net."""
    return f"developer {developer}"


def _intensity(row, developer):
    """A stated place is shared by all on that grid, a presumed one by its developer."""
    where = f"{row['area']}, {row['intensity_year']}"
    stated = row["evidence"] in STATED
    return ranged(
        [row[f"{end}_kg_per_kwh"] for end in ("low", "value", "high")],
        "kg/kWh", row["evidence"], row["source_key"], kind="percentiles",
        group=f"grid of {where}" if stated else _makers(developer),
    )  # fmt: skip


def _ends(row, name, unit=""):
    return np.array([float(row[f"{name}{end}{unit}"]) for end in ("_low", "", "_high")])


def _training(row, constants):
    """Hours, power and building of the training, by its route; the experiments behind it."""
    source = row["source_key"]
    one = fixed(1.0, "1", DERIVED, source)
    overhead = ranged(_ends(row, "overhead"), "1", _evidence(row["overhead_origin"]), source)
    pue = _pue(row)
    it = _ends(row, "it_energy", "_mwh") * WATTS_PER_MEGAWATT
    hours = _ends(row, "accelerator_hours", "_h")
    facility = _ends(row, "facility_energy", "_mwh") * WATTS_PER_MEGAWATT
    route = {DISCLOSED: _disclosed, BY_HOURS: _by_hours, BY_COMPUTE: _by_compute}[row["route"]]
    found = {
        "utilisation": one, "power_share": one, "reserved_hours_factor": one,
        "node_overhead": overhead, "pue": pue,
        "experimentation_multiplier": _experiments(row),
        **route(row, hours, it, facility, constants),
    }  # fmt: skip
    # The product at the central values is the energy of the table, whatever was rounded on the way.
    node = found["node_overhead"].value * found["power_share"].value * found["pue"].value
    power = facility[1] * found["utilisation"].value / (found["peak_hours_h"].value * node)
    drawn = found["rated_power_w"]
    found["rated_power_w"] = ranged(
        [min(drawn.low, power), power, max(drawn.high, power)] if drawn.low < drawn.high
        else [power] * 3,
        "W", drawn.evidence, source,
    )  # fmt: skip
    return found


def _evidence(origin):
    return DERIVED if origin == NOT_USED or _missing(origin) else origin


def _pue(row):
    if row["pue_use_origin"] == NOT_USED:
        return fixed(1.0, "1", "disclosed", row["source_key"])
    group = None
    if row["pue_use_origin"] == DERIVED:
        group = f"PUE of {row['pue_operator']}, {row['pue_year']}"
    return ranged(_ends(row, "pue"), "1", row["pue_use_origin"], row["pue_source_key"], group=group)


def _experiments(row):
    origin = row["experimentation_origin"]
    ends = _ends(row, "experimentation_multiplier")
    source = row["experimentation_source_key"]
    if origin == PRIOR:
        return ranged(ends, "1", PRIOR, source, kind="truncated_lognormal", minimum=1.0)
    return ranged(ends, "1", _evidence(origin), row["source_key"] if _missing(source) else source)


def _work(ends, row):
    """Hours or compute: where an end lies many times away, a triangle would move the middle."""
    low, value, high = ends
    wide = max(value / low, high / value) > MANY_TIMES
    kind = "factors" if wide else "triangular"
    return ranged(ends, "h", row["work_origin"], row["source_key"], kind=kind)


def _power(ends, row):
    return ranged(np.sort(ends), "W", _evidence(row["power_origin"]), row["source_key"])


def _by_hours(row, hours, it, facility, constants):
    return {
        "peak_hours_h": _work(hours, row),
        "rated_power_w": _power(it / (hours * _ends(row, "overhead")), row),
    }


def _by_compute(row, hours, it, facility, constants):
    """Hours at peak are hours of the run times utilisation; of steps alone, times goodput too."""
    source, step = row["source_key"], row["utilisation_origin"] == DERIVED
    utilisation, idle = _ends(row, "utilisation"), _ends(row, "execution_idle_factor")
    good = constants.known("training.goodput", unit="1")
    good = np.array([good.low, good.value, good.high]) if step else np.ones(3)
    peak = hours * (utilisation * good)[::-1]
    power = it * utilisation[::-1] / (peak * _ends(row, "overhead") * idle)
    return {
        "peak_hours_h": _work(peak, row),
        "utilisation": ranged(utilisation, "1", row["utilisation_origin"], source),
        "rated_power_w": _power(power, row),
        "power_share": ranged(idle, "1", _evidence(row["execution_idle_origin"]), source),
        "reserved_hours_factor": ranged((1.0 / good)[::-1], "1", PRIOR, source),
    }


def _disclosed(row, hours, it, facility, constants):
    """Energy as disclosed, over hours that only embodied carbon rests on."""
    known = not np.isnan(hours[1])
    run = hours[1] if known else 1.0
    energy = facility if row["pue_use_origin"] == NOT_USED else it / _ends(row, "overhead")
    spread = hours / run if known else np.ones(3)
    return {
        "peak_hours_h": fixed(run, "h", _evidence(row["accelerator_hours_origin"]),
                              row["source_key"]),
        "rated_power_w": ranged(np.sort(energy / run), "W", "disclosed", row["source_key"]),
        "reserved_hours_factor": ranged(spread, "1", _evidence(row["accelerator_hours_origin"]),
                                        row["source_key"]),
        **({"node_overhead": fixed(1.0, "1", "disclosed", row["source_key"])}
           if row["pue_use_origin"] == NOT_USED else {}),
    }  # fmt: skip


def _lacking(row, request, service, lacking, developer, sources):
    """Factors about one: how far the method was off where it could be tested."""
    found = {
        factor: fixed(1.0, "1", DERIVED, "judgement")
        for factor in ("training_hours_factor", "training_power_factor", "request_energy_factor")
    }
    route = row["route"]
    # A disclosed energy that is hours times an assumed power is as far off as our own would be.
    if route == DISCLOSED and row["energy_rests_on"] == ASSUMED:
        route = BY_HOURS
    # The factor of hours is that of the power assumed: it says nothing of a disclosed one.
    known = row["route"] == BY_HOURS and row["power_origin"] == STATED[0]
    if route in LACKING and not known:
        level, factor = LACKING[route]
        seen = _about_one(lacking[level], _makers(developer))
        found[factor] = replace(seen, source_key=sources.get(level, seen.source_key))
    if request is not None and service.fit_sigma_log > 0:
        spread = float(np.exp(distributions.Z_HIGH * service.fit_sigma_log))
        found["request_energy_factor"] = replace(
            _about_one(spread, _makers(developer)), source_key="mlenergyv3"
        )
    return found


def _about_one(factor, group):
    return ranged(
        [1.0 / factor, 1.0, factor], "1", DERIVED, "judgement", kind="lognormal", group=group
    )


def _requests(request, service, constants):
    """A request of the service; without one there are none, and what is served does not vary."""
    host = constants.known("inference.host_factor", unit="1")
    ready = constants.known("inference.provisioned_idle_factor", unit="1")
    resident = constants.known("inference.execution_idle_factor", unit="1")
    ratio = constants.known("inference.idle_power_ratio", unit="1")
    building = constants.known("inference.pue", unit="1")
    idle = multiplied(*([row.low, row.value, row.high] for row in (ready, resident)))
    keys = ";".join(sorted({ready.source_key, resident.source_key}))
    found = {
        "host_factor": of_constant(host, EVERY_MODEL),
        "idle_factor": ranged(idle, "1", PRIOR, keys, group=EVERY_MODEL),
        "idle_power_ratio": of_constant(ratio, EVERY_MODEL),
        "serving_power_w": ranged(np.sort(service.working_power_w), "W", DERIVED, "mlenergyv3",
                                  kind="percentiles", group=EVERY_MODEL),
        "serving_pue": of_constant(building, EVERY_MODEL),
        "requests": ranged(service.requests, "1", service.evidence, service.source_key,
                           group=EVERY_MODEL),
    }  # fmt: skip
    if request is None:
        found = {
            name: fixed(row.value, row.unit, row.evidence, row.source_key)
            for name, row in found.items()
        }
        found["requests"] = fixed(0.0, "1", PRIOR, "judgement")
        return found | {"request_kwh": fixed(0.0, "kWh", PRIOR, "judgement")}
    # Its ends have batch, prompt, cache and fit all at their ends at once: bounds, no percentiles.
    energy = _ends(request, "accelerator_energy", "_kwh")
    keys = "mlenergyv3;oviedo2026;wattgpu2026;judgement"
    return found | {
        "request_kwh": ranged(energy, "kWh", PRIOR, keys, kind="pert", group=EVERY_MODEL)
    }
