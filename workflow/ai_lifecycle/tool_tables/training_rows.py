"""Training runs and the grids they are put on: tools beside ours."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.published_tools import formulas
from ai_lifecycle.tool_tables.comparison import FORMULA, MISSING, RUN, left_out, row
from ai_lifecycle.tool_tables.given import AS_IT_COMES, of_output
from ai_lifecycle.training import operational

ML_CO2, GREEN, LLM_CARBON = "ML CO2 Impact", "Green Algorithms", "LLMCarbon"
ENDS = ("_low", "", "_high")
PAST = "measures while a program runs; a run that is over cannot be measured"
NOT_IN_TABLE = "its tables have no system power and efficiency for the accelerator"
LIFE_CYCLE = "life-cycle, consumption, annual average"
FACTOR_BASIS = {
    ML_CO2: "mean of the OECD, basis not stated",
    GREEN: "basis as in its table of places",
}
GRID_REASON = {
    ML_CO2: "its default, one number for any place; the user may enter another",
    GREEN: "official factors of 2019 and 2020, production in one place and delivery in the other",
    "codecarbon": "one year for all runs, basis not stated in the package",
    "ecologits": "one year for all requests, basis not stated in the package",
}
# Energy in our table that was measured with the node in it cannot be had for accelerators alone.
MEASURED = "measured power"


def energies(given, training, per_node, share, memory_gb):
    """Energy of each run.

    Parameters
    ----------
    given : Given
        Inputs and parameters.
    training : DataFrame
        Table ``training_energy``, indexed by model_id.
    per_node : float
        Node energy over that which accelerators draw. [1]
    share : (low, value, high)
        What accelerators draw over their rated power. [1]
    memory_gb : float
        Memory of the host for each accelerator. [GB]

    Yields
    ------
    dict
    """
    for case in given.of_kind("training"):
        ours = training.loc[case.our_id]
        given.demand_same(
            case.case, "accelerator_hours", ours["accelerator_hours_h"], "training_energy"
        )
        yield _rated_power(given, case, ours, per_node, share)
        yield _cores_and_memory(given, case, ours, memory_gb)
        if given.has_parameter(LLM_CARBON, case.case, "tokens"):
            yield _parameters_and_tokens(given, case, ours)


def _rated_power(given, case, ours, per_node, share):
    """ML CO2 Impact: accelerators alone."""
    hours = given.input(case.case, "accelerator_hours")
    rated = given.parameter(ML_CO2, case.accelerator, "rated_power", "W")
    theirs = float(formulas.rated_power_energy_mwh(hours, rated))
    it = _ends(ours, "it_energy{}_mwh")
    if pd.notna(ours["energy_rests_on"]) and ours["energy_rests_on"] == MEASURED:
        boundary, kept = "IT", it
    else:
        boundary = "accelerator"
        kept = tuple(it[1] / per_node * end / share[1] for end in share)
    drawn = _watts(kept[1], hours)
    why = (
        f"rated {rated:.0f} W against {drawn:.0f} W ({boundary}); the tool leaves out the host and "
        f"the building (PUE {ours['pue']:.2f}), so its emissions stand for the accelerators alone"
    )
    return row(case, "energy", "MWh", ML_CO2, FORMULA, theirs, "accelerator", kept, boundary, why,
               given.sources(ML_CO2))  # fmt: skip


def _cores_and_memory(given, case, ours, memory):
    """Green Algorithms: accelerators and memory, with the building."""
    hours = given.input(case.case, "accelerator_hours")
    rated = given.parameter(GREEN, case.accelerator, "rated_power", "W")
    per_gb = given.parameter(GREEN, case.case, "memory_power", "W/GB")
    pue = given.parameter(GREEN, case.case, "pue", "1")
    theirs = formulas.cores_and_memory_energy_mwh(hours, 1, rated, memory, per_gb, pue)
    facility = _ends(ours, "facility_energy{}_mwh")
    at_it = _watts(_ends(ours, "it_energy{}_mwh")[1], hours)
    drawn = rated + memory * per_gb
    why = (
        f"PUE {pue:.2f} against {ours['pue']:.2f} ({pue / ours['pue']:.2f} times); before it "
        f"{drawn:.0f} W (rated {rated:.0f} and memory {memory * per_gb:.0f}) against {at_it:.0f} W "
        f"at the IT equipment ({drawn / at_it:.2f} times): processors, network and fans are left "
        "out, and accelerators stand at their rating"
    )
    return row(case, "energy", "MWh", GREEN, FORMULA, float(theirs),
               "accelerators and memory, with PUE", facility, "facility", why,
               given.sources(GREEN))  # fmt: skip


def _parameters_and_tokens(given, case, ours):
    """LLMCarbon: what its own table says of the run."""

    def of(quantity, unit):
        return given.parameter(LLM_CARBON, case.case, quantity, unit)

    theirs = formulas.parameters_and_tokens_energy_mwh(
        of("parameters", "1e9"), of("tokens", "1e9"), of("peak", "TFLOP/s"), of("efficiency", "1"),
        of("system_power", "W"), of("pue", "1"),
    )  # fmt: skip
    why = (
        f"system power {of('system_power', 'W'):.0f} W, efficiency {of('efficiency', '1'):.3f} and "
        f"PUE {of('pue', '1'):.2f} are those of the disclosure it is checked on"
    )
    return row(case, "energy", "MWh", LLM_CARBON, FORMULA, float(theirs), "facility",
               _ends(ours, "facility_energy{}_mwh"), "facility", why,
               given.sources(LLM_CARBON))  # fmt: skip


def grids(given, annual):
    """Intensity of each grid.

    Parameters
    ----------
    given : Given
        Parameters and outputs.
    annual : DataFrame
        Table ``annual_intensity``.

    Yields
    ------
    dict
    """
    for case in given.of_kind("grid"):
        ours, year = life_cycle_intensity(annual, case.our_id)
        for tool, unit in ((ML_CO2, "kg/kWh"), (GREEN, "g/kWh")):
            theirs = _kg(given.parameter(tool, case.country, "intensity", unit), unit)
            yield row(
                case, "intensity", "kg/kWh", tool, FORMULA, theirs, FACTOR_BASIS[tool], ours,
                LIFE_CYCLE, _why_grid(tool, theirs, ours, year), given.sources(tool),
            )  # fmt: skip
        for tool in ("codecarbon", "ecologits"):
            found = given.output(case.case, tool, AS_IT_COMES, "intensity")
            theirs = of_output(found)
            yield row(case, "intensity", "kg/kWh", tool, RUN, theirs, found["boundary"], ours,
                      LIFE_CYCLE, _why_grid(tool, theirs[1], ours, year), found["source_key"],
                      version=found["version"])  # fmt: skip


def _why_grid(tool, theirs, ours, year):
    low, value, high = (end * units.GRAMS_PER_KILOGRAM for end in ours)
    return (
        f"{theirs * units.GRAMS_PER_KILOGRAM:.0f} against {value:.0f} g/kWh in {year} ({low:.0f} "
        f"to {high:.0f} over the years of ours); {GRID_REASON[tool]}"
    )


def life_cycle_intensity(annual, area):
    """Intensity of a grid in the last year, and its range over the years. [kg/kWh]

    Parameters
    ----------
    annual : DataFrame
        Table ``annual_intensity``.
    area : str
        Code of the area.

    Returns
    -------
    (low, value, high), year
    """
    rows = annual[
        (annual["producer"] == "electricity_maps")
        & (annual["area"] == area)
        & (annual["measure"] == "average")
    ].sort_values("year", kind="stable")
    values = rows["intensity_g_per_kwh"].to_numpy(float) / units.GRAMS_PER_KILOGRAM
    return (float(values.min()), float(values[-1]), float(values.max())), int(rows["year"].iloc[-1])


def emissions(given, found, ledger):
    """Operational emissions of each run: the tool's energy on the tool's grid.

    Parameters
    ----------
    given : Given
        Cases, parameters, outputs.
    found : sequence of dict
        Rows of `energies`.
    ledger : DataFrame
        Table ``ledger``.

    Yields
    ------
    dict
    """
    chosen = ledger[(ledger["phase"] == "training") & (ledger["part"] == "operation")]
    chosen = chosen.set_index("model_id")
    for case in given.of_kind("training"):
        ours = tuple(
            float(chosen.loc[case.our_id, f"location_lifecycle_{end}_t"])
            for end in ("low", "value", "high")
        )
        facility = float(chosen.loc[case.our_id, "energy_value_mwh"])
        own = ours[1] / facility
        for energy in (e for e in found if e["case"] == case.case):
            tool = energy["tool"]
            intensity = _tool_intensity(given, tool, case)
            yield _emissions_row(
                case, tool, FORMULA, energy["tool_value"], intensity, ours, facility, own,
                energy["tool_boundary"], given.sources(tool), "as published",
            )  # fmt: skip
        grid = given.output(_grid_case(given, case.country), "codecarbon", AS_IT_COMES, "intensity")
        yield _emissions_row(
            case, "codecarbon", RUN, facility, float(grid["value"]), ours, facility, own,
            "our facility energy, its grid", grid["source_key"], grid["version"],
        )  # fmt: skip


def _emissions_row(case, tool, how, energy, intensity, ours, facility, own, boundary, key, version):
    theirs = float(operational.emissions_tco2e(energy, intensity))
    why = (
        f"energy {energy / facility:.2f} times, intensity {intensity / own:.2f} times ours "
        f"({intensity * units.GRAMS_PER_KILOGRAM:.0f} against "
        f"{own * units.GRAMS_PER_KILOGRAM:.0f} g/kWh)"
    )
    return row(case, "operational", "tCO2e", tool, how, theirs, boundary, ours,
               "facility, life-cycle grid", why, key, version=version)  # fmt: skip


def _tool_intensity(given, tool, case):
    if tool == LLM_CARBON:
        return given.parameter(tool, case.case, "intensity", "kg/kWh")
    unit = "g/kWh" if tool == GREEN else "kg/kWh"
    return _kg(given.parameter(tool, case.country, "intensity", unit), unit)


def _grid_case(given, country):
    return next(case.case for case in given.of_kind("grid") if case.country == country)


def not_asked(given):
    """What the tools were not asked of a run, and why.

    Parameters
    ----------
    given : Given
        Cases and parameters.

    Yields
    ------
    dict
    """
    for case in given.of_kind("training"):
        yield left_out(case, "energy", "codecarbon", PAST)
        for tool in ("ecologits", "boaviztapi"):
            yield left_out(case, "energy", tool, "has no training run")
        if not given.has_parameter(LLM_CARBON, case.case, "tokens"):
            yield left_out(case, "energy", LLM_CARBON, NOT_IN_TABLE)


def _ends(ours, column):
    found = tuple(float(ours[column.format(end)]) for end in ENDS)
    return found if np.isfinite(found[1]) else MISSING


def _watts(energy_mwh, hours):
    return float(operational.implied_power_w(energy_mwh, hours))


def _kg(value, unit):
    return value / units.GRAMS_PER_KILOGRAM if unit == "g/kWh" else value
