"""Every number behind an estimate: value, range, kind, source, and the key that replaces it."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants
from ai_lifecycle.inference_tables import service_assumptions
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import ledger_table
from ai_lifecycle.own_model import keys
from ai_lifecycle.own_model_tables.case import GIVEN
from ai_lifecycle.own_model_tables.estimate import FOOTPRINTS
from ai_lifecycle.own_model_tables.inputs import DISCLOSED, OF_SERVICE, OF_TRAINING, parts_of
from ai_lifecycle.training_tables import energy_routes
from ai_lifecycle.uncertainty_tables.life_cycle_inputs import WORDS

OPEN = "left open"
FILE, FORMULA, REQUEST, FOOTPRINT, GRID = (
    "your file", "inputs of the formula", "energy of a request", "footprint of machines",
    "grid intensity",
)  # fmt: skip
COLUMNS = ["section", "quantity", "low", "value", "high", "unit", "kind", "source_key", "locator",
           "key"]  # fmt: skip
# Which key replaces an input; several where one of them does.
KEY_OF = {
    "peak_hours_h": "training.accelerator_hours",
    "utilisation": "training.utilisation",
    "rated_power_w": "training.power_w",
    "power_share": "training.power_w",
    "node_overhead": "training.power_w, training.power_boundary",
    "pue": "place.pue",
    "intensity_kg_per_kwh": "place.intensity_g_per_kwh",
    "experimentation_multiplier": "development.multiplier",
    "requests": "service.requests_per_day, service.years",
    "request_kwh": "service.request_energy_wh",
    "host_factor": "service.request_energy_wh",
    "idle_factor": "service.request_energy_wh",
    "serving_pue": "service.place.pue",
    "serving_intensity_kg_per_kwh": "service.place.intensity_g_per_kwh",
    "lifetime_years": "hardware.lifetime_years",
    "reserved_utilisation": "hardware.reserved_utilisation",
    "training_hours_factor": "training.accelerator_hours",
    "training_power_factor": "training.energy_mwh",
    "request_energy_factor": "service.request_energy_wh",
    "reserved_hours_factor": "training.accelerator_hours",
}
KEY_OF_REQUEST = {
    "pue": "service.place.pue",
    "batch_large_service": "service.batch",
    "weight_bytes": "service.precision",
    "cache_values_per_size": "model.architecture",
    "expert_share_of_bound": "model.architecture",
}
# Tables, or sections of the page, that an input stands in.
WHERE = {
    "utilisation": "training_priors",
    "rated_power_w": "training_accelerators",
    "power_share": "training_energy",
    "node_overhead": "training_priors",
    "pue": "datacenter_pue",
    "intensity_kg_per_kwh": f"section {GRID}",
    "serving_intensity_kg_per_kwh": f"section {GRID}",
    "requests": f"section {OPEN}",
    "request_kwh": f"section {REQUEST}",
    "idle_factor": f"section {REQUEST}",
    "serving_power_w": f"section {REQUEST}",
    "serving_pue": f"section {REQUEST}",
    "training_hours_factor": "ledger_widening",
    "training_power_factor": "ledger_widening",
    "request_energy_factor": "ledger_widening",
    **{
        f"{name}_kgco2e": f"section {FOOTPRINT}"
        for name in ("accelerator", "host", "building", "end_of_life", "serving_asset",
                     "serving_end_of_life")
    },
}  # fmt: skip
# Rows of the request that say where the fit holds, and no input.
NOT_AN_INPUT = "parameters_fitted"


def table(found, said, reference):
    """One row a number, in sections.

    Parameters
    ----------
    found : Estimate
    said : Description
    reference : Reference

    Returns
    -------
    DataFrame
        `COLUMNS`; kind is given, disclosed, derived or prior; the key is empty where the file
        cannot replace the number.
    """
    known = constants.load(reference.constants_path)
    rows = [
        *_file(said),
        *_left_open(found, said, reference),
        *_formula(found, known),
        *_request(found, known),
        *_footprint(found),
        *_grid(found),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def key_of(name, found):
    """Key that replaces an input of an estimate, several joined by commas; None without one."""
    of_energy = {
        "rated_power_w": "training.energy_mwh",
        "node_overhead": "training.energy_boundary",
    }
    if found.account.training["route"].iloc[0] == energy_routes.DISCLOSED and name in of_energy:
        return of_energy[name]
    return KEY_OF.get(name)


def words_of(name, found):
    """An input of an estimate in words that go with its route."""
    if name == "requests":
        return "requests over the life"
    route = found.account.training["route"].iloc[0]
    own = {
        energy_routes.DISCLOSED: {
            "peak_hours_h": "hours of accelerators", "rated_power_w": "energy over hours"},
        energy_routes.HOURS: {"peak_hours_h": "hours of accelerators"},
        energy_routes.COMPUTE: {"peak_hours_h": "compute, as hours at dense peak"},
    }.get(route, {})  # fmt: skip
    if name == "rated_power_w" and route != energy_routes.DISCLOSED and found.case.has_power:
        return "power of an accelerator" if found.case.stand_in is None else WORDS[name]
    return own.get(name, WORDS[name])


def _row(section, quantity, ends, unit, kind, source_key, locator, key):
    low, value, high = ends
    return dict(zip(COLUMNS, (section, quantity, low, value, high, unit, kind, source_key, locator,
                              key), strict=True))  # fmt: skip


def _file(said):
    """What the file gives, as it is read; what the scenario changes is marked."""
    for key, given in said.given.items():
        number = given.low is not None
        ends = given.ends if number else (np.nan,) * 3
        meaning = keys.BY_PATH[key].meaning
        words = meaning if number else f"{meaning}: {given.value}"
        scenario = f", scenario {said.scenario}" if key in said.changed else ""
        where = f"line {given.line}{scenario}" if given.line else "as if given"
        yield _row(FILE, words, ends, given.unit or None, "given", GIVEN, where, key)


def _left_open(found, said, reference):
    """What the file leaves open and nothing else on the page would show."""
    case = found.case
    if case.stand_in is not None:
        number = constants.value(
            "backtest.accelerator_neighbours", reference.constants_path, unit="1"
        )
        yield _row(
            OPEN, f"accelerator of training: {case.stand_in}", (np.nan,) * 3, None, "prior",
            "epoch_models", f"the most used of the {number:g} models nearest in date; power over "
            "throughput has their spread", "training.accelerator",
        )  # fmt: skip
    if not {"training.start", "training.end", "model.published"} & set(said.given):
        yield _row(OPEN, f"day by which grid, PUE and hardware go: {reference.as_of}",
                   (np.nan,) * 3, None, "prior", "judgement", "config/config.yaml, as_of",
                   "training.end")  # fmt: skip
    service = case.service
    if service is None:
        return
    usual = {
        "requests_per_day": (service.requests_per_day, "1/day"),
        "prompt_tokens": ((service.prompt_tokens,) * 3, "tokens"),
        "output_tokens": ((service.output_tokens,) * 3, "tokens"),
        "precision": (service.precision, None),
        "accelerator": (ledger_table.SERVING[service.accelerator], None),
    }
    measured = service.request_kwh is not None
    for name, (value, unit) in usual.items():
        if name in service.stated or (measured and name.endswith(("tokens", "precision"))):
            continue
        words = f"{name.replace('_', ' ')} of the service"
        ends = value if unit else (np.nan,) * 3
        yield _row(OPEN, words if unit else f"{words}: {value}", ends, unit, "prior", "judgement",
                   "config/config.yaml, lifecycle", ".".join(("service", name)))  # fmt: skip
    if "years" not in service.stated:
        life = constants.known("service.life", reference.constants_path, unit="year")
        yield _row(OPEN, "years of the service", (life.low, life.value, life.high), "year",
                   "prior", life.source_key, life.locator, "service.years")  # fmt: skip
    if "growth_per_year" not in service.stated:
        yield _row(OPEN, "growth of the requests in a year", (0.0,) * 3, "1/year", "prior",
                   "judgement", "docs/methods/own_model.md", "service.growth_per_year")  # fmt: skip


def _formula(found, known):
    """Inputs of the formula that every draw goes through."""
    stated = _of_formula(known)
    has_training = found.account.training["route"].notna().iloc[0]
    serves = len(found.account.requests) > 0
    for name, row in found.inputs.inputs.items():
        if (name in OF_TRAINING and not has_training) or (name in OF_SERVICE and not serves):
            continue
        if row.low == row.high == 1.0 and row.unit == "1":
            # A factor of one that nothing rests on.
            continue
        if name in FOOTPRINTS and row.high == 0:
            # Stands for a footprint that no source has: what it would enter is missing.
            continue
        kind = "given" if row.evidence == "disclosed" else row.evidence
        keyed = row.source_key.split(";")
        where = WHERE.get(name, "training_energy")
        if row.source_key == GIVEN:
            where = "your file" if row.evidence == DISCLOSED else "worked from your file"
        if name in stated and GIVEN not in keyed and row.evidence == "prior":
            where = stated[name].locator
        yield _row(
            FORMULA, words_of(name, found), (row.low, row.value, row.high), row.unit, kind,
            row.source_key, where, key_of(name, found),
        )  # fmt: skip


def _of_formula(known):
    """Constants behind inputs of the formula."""
    return {
        "lifetime_years": known.known("accelerator.lifetime", unit="year"),
        "reserved_utilisation": known.known("accelerator.reserved_utilisation", unit="1"),
        "host_factor": known.known("inference.host_factor", unit="1"),
        "idle_power_ratio": known.known("inference.idle_power_ratio", unit="1"),
        "experimentation_multiplier": known.known("training.experimentation_multiplier", unit="1"),
    }


def _of_request(known):
    """Constants behind the energy of a request."""
    return {
        "host_factor": known.known("inference.host_factor", unit="1"),
        "provisioned_idle_factor": known.known("inference.provisioned_idle_factor", unit="1"),
        "execution_idle_factor": known.known("inference.execution_idle_factor", unit="1"),
        "pue": known.known("inference.pue", unit="1"),
        "prompt_energy": known.known("inference.prompt_energy", unit="J/Gparam"),
        "cache_value_bytes": known.known("inference.cache_value_bytes", unit="B"),
        "batch_large_service": known.known("inference.batch_large_service", unit="1"),
        "fitted_prompt_tokens": known.known("inference.fitted_prompt_tokens", unit="tokens"),
        "idle_power_ratio": known.known("inference.idle_power_ratio", unit="1"),
    }


def _request(found, known):
    """What the energy of a request is worked from."""
    table = found.account.assumptions
    if table is None or not len(found.account.requests):
        return
    stated = _of_request(known)
    measured = found.case.service.request_kwh is not None
    of_measured = ("host_factor", "provisioned_idle_factor", "execution_idle_factor", "pue",
                   "idle_power_ratio", "working_power")  # fmt: skip
    for name, row in table.iterrows():
        if name.endswith(NOT_AN_INPUT) or (measured and name not in of_measured):
            continue
        ends = np.sort(row[list(service_assumptions.ENDS)].to_numpy(float))
        ends = (ends[0], row["value"], ends[2])
        constant = stated.get(name)
        if row["source_key"] == GIVEN:
            kind, where = "given", "your file"
        elif constant is not None:
            kind, where = "prior", constant.locator
        else:
            kind, where = "derived", row["note"]
        yield _row(REQUEST, name.replace("_", " "), ends, row["unit"], kind, row["source_key"],
                   where, KEY_OF_REQUEST.get(name, "service.request_energy_wh"))  # fmt: skip


def _footprint(found):
    """Embodied carbon of the machines that train and serve, stage by stage."""
    account = found.account
    machines = {
        "training": account.training["accelerator"].iloc[0],
        "service": account.service["accelerator"] if len(account.requests) else None,
    }
    for use, machine in machines.items():
        rows = parts_of(account.per_hour, machine)
        stand_in = found.case.stand_in if use == "training" else None
        for row in rows.to_dict("records"):
            ends = tuple(row[f"{name}_kgco2e"] for name in stages.BOUNDS)
            kind = "prior" if row["status"] == "judgement" else "derived"
            words = f"{use}: {row['stage'].replace('_', ' ')} of {stand_in or machine}"
            yield _row(FOOTPRINT, words, ends, "kgCO2e", kind, row["source_key"], row["basis"],
                       f"{use}.accelerator")  # fmt: skip


def _grid(found):
    """Intensities of both places by every method that has one."""
    places = [("training", found.account.basis, "place")]
    if found.case.service is not None and found.case.service.place != found.case.place:
        places.append(("service", found.account.serving_basis, "service.place"))
    for use, basis, section in places:
        for row in basis.to_dict("records"):
            ends = tuple(row[f"{name}_kg_per_kwh"] for name in stages.BOUNDS)
            if np.isnan(ends[1]):
                continue
            kind = "given" if row["source_key"] == GIVEN else row["evidence"]
            where = row["basis"]
            if isinstance(row["area"], str) and not pd.isna(row["intensity_year"]):
                where = f"{row['area']}, {row['intensity_year']}: {row['basis']}"
            own = (
                "market_g_per_kwh"
                if row["accounting_method"] == "market"
                else ("intensity_g_per_kwh")
            )
            replaces = row["accounting_method"] in ("market", "location_lifecycle")
            yield _row(
                GRID, f"{use}: {row['accounting_method'].replace('_', ' ')}", ends, "kg/kWh", kind,
                row["source_key"], where, f"{section}.{own if replaces else 'grid_zone'}",
            )  # fmt: skip
