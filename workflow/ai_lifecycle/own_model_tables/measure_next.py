"""What to measure next: each key given as known, the estimate made anew, its interval compared."""

from dataclasses import replace

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.own_model import keys, precedence
from ai_lifecycle.own_model.given import Given
from ai_lifecycle.own_model_tables.estimate import FIRST, estimate
from ai_lifecycle.training_tables import energy_routes
from ai_lifecycle.uncertainty import distributions, lifecycle_draws

# Keys that are known together: a measured energy says what it was measured of.
TOGETHER = {
    "training.energy_mwh": {"training.energy_boundary": "facility"},
    "training.power_w": {"training.power_boundary": "node"},
    "training.utilisation": {"training.utilisation_basis": keys.WHOLE_RUN},
    "service.request_energy_wh": {"service.request_energy_boundary": "facility"},
}
# What says little without the accelerator that it is of.
CHIP = "training.accelerator"
OF_MACHINES = ("training.energy_mwh", "training.accelerator_hours", "training.utilisation")
DIGITS = 9
COLUMNS = [
    "key", "set_to", "unit", "set_beside", "given_now", "variance_share", "p05_now_tco2e",
    "p95_now_tco2e", "p05_tco2e", "p50_tco2e", "p95_tco2e", "narrowing_percent",
]  # fmt: skip


def table(found, said, known, reference, choices, seed):
    """Keys that would narrow the interval, the one that takes most of the variance first.

    Parameters
    ----------
    found : Estimate
        Of the file as it stands.
    said : Description
    known, reference, choices, seed
        As of ``estimate.estimate``.

    Returns
    -------
    DataFrame
        `COLUMNS`: what the key is set to (the middle of what is thought now) and what must stand
        beside it, as ``key: value`` with semicolons between; share of the variance that goes with
        it, zero where noise alone moves it the other way; the interval now and then, and by how
        much it is narrower.
    """
    rows = []
    if found.target is not None:
        before = found.rows[FIRST][found.target]
        p05, _, p95 = found.marks([found.target])[FIRST][found.target][1:]
        for key, value in candidates(found, said).items():
            beside = _beside(key, found.case.stand_in)
            after = estimate(
                _with(said, key, value, beside), known, reference, choices, seed, found
            )
            draws = after.rows[FIRST].get(found.target)
            if draws is None:
                continue
            marks = after.marks([found.target])[FIRST][found.target][1:]
            rows.append({
                "key": f"{key}, {CHIP}" if key != CHIP and CHIP in beside else key,
                "set_to": value, "unit": keys.BY_PATH[key].unit,
                "set_beside": "; ".join(f"{name}: {word}" for name, word in beside.items()),
                "given_now": key in said,
                "variance_share": max(0.0, 1.0 - draws.var() / before.var()),
                "p05_now_tco2e": p05, "p95_now_tco2e": p95,
                **dict(zip(("p05_tco2e", "p50_tco2e", "p95_tco2e"), marks, strict=True)),
                "narrowing_percent": 100.0 * (1.0 - (marks[2] - marks[0]) / (p95 - p05)),
            })  # fmt: skip
    # What was known already changes nothing at all.
    rows = [row for row in rows if row["variance_share"] or row["narrowing_percent"]]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(
        ["variance_share", "key"], ascending=[False, True], kind="stable"
    ).reset_index(drop=True)


def _beside(key, stand_in):
    """Words that are set with a key: what it is of, and the accelerator that stands in."""
    chip = {CHIP: stand_in} if stand_in is not None and key in (CHIP, *OF_MACHINES) else {}
    return TOGETHER.get(key, {}) | chip


def _with(said, key, value, beside):
    """The description with a key given as one number, unless it is a word, and words beside it."""
    own = {name: Given(name, word, word) for name, word in beside.items()}
    if key not in beside:
        own[key] = Given(key, f"{value:g}", value, value, value, keys.BY_PATH[key].unit)
    both = dict(said.given) | own
    return replace(said, given={name: both[name] for name in keys.BY_PATH if name in both},
                   scenarios=())  # fmt: skip


def candidates(found, said):
    """Keys that are open or given with a range, with the middle of what is thought of each.

    Parameters
    ----------
    found : Estimate
    said : Description

    Returns
    -------
    dict of str to float
        In the unit of the key.
    """
    values = {}
    if found.account.training["route"].notna().iloc[0]:
        values |= _of_training(found, said)
    if found.case.service is not None and len(found.account.requests):
        values |= _of_service(found, said)
    values |= {
        "hardware.lifetime_years": _median(found, "lifetime_years"),
        "hardware.reserved_utilisation": _median(found, "reserved_utilisation"),
    }
    out = {
        key: float(np.format_float_scientific(value, DIGITS - 1))
        for key, value in values.items()
        if np.isfinite(value) and _is_open(said, key) and keys.BY_PATH[key].holds(value)
    }
    return out | ({CHIP: np.nan} if found.case.stand_in else {})


def _is_open(said, key):
    given = said.get(key)
    return given is None or given.low != given.high


def _median(found, name):
    return float(distributions.inverse(found.inputs.inputs[name].distribution, 0.5))


def _drawn(found):
    """Draws of every input, both grids at one. [as named]"""
    return {
        name: distributions.inverse(row.distribution, found.uniform.get(name, 0.5))
        for name, row in found.inputs.inputs.items()
    } | {"intensity_kg_per_kwh": 1.0, "serving_intensity_kg_per_kwh": 1.0}


def _of_training(found, said):
    drawn, route = _drawn(found), found.account.training["route"].iloc[0]
    hours = np.median(
        drawn["peak_hours_h"] / drawn["utilisation"] * drawn["training_hours_factor"]
        * drawn["reserved_hours_factor"]
    )  # fmt: skip
    # At one kg/kWh an emission in t is an energy in MWh.
    energy = float(np.median(lifecycle_draws.cells_tco2e(drawn)[1, 0]))
    values = {
        "training.energy_mwh": energy,
        "place.pue": _median(found, "pue"),
        "place.intensity_g_per_kwh": _median(found, "intensity_kg_per_kwh")
        * units.GRAMS_PER_KILOGRAM,
        "development.multiplier": _median(found, "experimentation_multiplier"),
    }
    if np.isfinite(found.account.training["accelerator_hours_h"].iloc[0]):
        values["training.accelerator_hours"] = float(hours)
    if "training.energy_mwh" in said:
        boundary = said.get("training.energy_boundary").value
        if boundary != "facility" and not _is_open(said, "training.energy_mwh"):
            # Known, but of less than the facility: the same meter further up would say more.
            values["training.energy_mwh"] = np.nan
    if route != energy_routes.DISCLOSED and found.case.stand_in is None:
        # Mean of the whole run: idle hours between steps draw less.
        watts = drawn["rated_power_w"] * drawn["node_overhead"] * drawn["power_share"]
        values["training.power_w"] = float(np.median(watts / drawn["reserved_hours_factor"]))
    if route == energy_routes.COMPUTE:
        values["training.utilisation"] = _median(found, "utilisation")
        values["training.compute_flop"] = _given_middle(precedence.compute_flop(said))
    if route == energy_routes.DISCLOSED and "place.pue" not in said:
        used = found.account.training["pue_use_origin"].iloc[0]
        if used == "not used":
            del values["place.pue"]
    return values


def _given_middle(ways):
    """Of what is worked from keys with ranges."""
    if not ways or ways[0].ends[0] == ways[0].ends[2]:
        return np.nan
    return ways[0].ends[1]


def _of_service(found, said):
    drawn, service = _drawn(found), found.case.service
    requests = np.median(drawn["requests"])
    energy = np.median(lifecycle_draws.cells_tco2e(drawn)[2, 0] / drawn["requests"])
    kilowatt_hours = energy * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
    values = {
        "service.request_energy_wh": float(kilowatt_hours) * units.WATTS_PER_KILOWATT,
        "service.requests_per_day": service.requests_per_day[1] if requests > 0 else np.nan,
        "service.years": service.years[1],
        "service.place.pue": _median(found, "serving_pue"),
        "service.place.intensity_g_per_kwh": _median(found, "serving_intensity_kg_per_kwh")
        * units.GRAMS_PER_KILOGRAM,
    }
    if service.request_kwh is None:
        ends = service.batch
        table = found.account.assumptions
        values["service.batch"] = float(
            ends[1] if ends else table.loc["batch_large_service", "value"]
        )
    elif "service.place.pue" not in said and service.request_boundary == "facility":
        del values["service.place.pue"]
    return values
