"""Requests: a tool beside ours."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.errors import DataError
from ai_lifecycle.inference.token_energy import GIGA
from ai_lifecycle.inference_tables import requests
from ai_lifecycle.tool_tables.comparison import RUN, left_out, row
from ai_lifecycle.tool_tables.given import AS_IT_COMES, OUR_BATCH, of_output

TOOL = "ecologits"
SERVED = ("accelerator", "host")
QUANTITIES = (
    ("energy", "kWh", "facility"),
    ("operational", "kgCO2e", "facility, grid of its own"),
    ("embodied", "kgCO2e", "accelerator and host"),
)


def our_requests(given, table, shapes, corners, request):
    """Facility energy and reserved hours of every case.

    Parameters
    ----------
    given : Given
        Cases and inputs.
    table : DataFrame
        Table ``inference_requests``.
    shapes : DataFrame
        From ``design.architectures``.
    corners : mapping
        From ``service_assumptions.corners``.
    request : mapping
        prompt_tokens, output_tokens, accelerator, precision.

    Returns
    -------
    dict of str to (energy, hours)
        By case; each low, value, high, in kWh and h.

    Raises
    ------
    DataError
        If the tools were given another request.
    """
    listed = table.set_index("model_id")
    found = {}
    for case in given.of_kind("request"):
        for quantity in ("prompt_tokens", "output_tokens"):
            given.demand_same(case.case, quantity, request[quantity], "config/config.yaml")
        _same_batch(given, case, float(corners["batch_large_service"][1, 0]))
        if case.our_id in listed.index:
            found[case.case] = _listed(given, case, listed.loc[case.our_id])
        else:
            found[case.case] = _computed(given, case, shapes, corners, request)
    return found


def _same_batch(given, case, batch):
    """The packages ran at the batch of our service, as their row of inputs says."""
    said = given.output(case.case, TOOL, OUR_BATCH, "energy")["inputs"]
    if f"batch_size={batch:g};" not in said:
        raise DataError("the tools were given another batch than inference_service holds; run make "
                        "compare-tools", file="data/facts/tool_outputs.csv", column="inputs",
                        key=case.case, found=said, allowed=f"batch_size={batch:g}")  # fmt: skip


def _listed(given, case, ours):
    """A model of the catalogue."""
    for quantity in ("total_parameters", "active_parameters"):
        given.demand_same(case.case, quantity, ours[f"{quantity}_billion"], "inference_requests")
    return (
        tuple(float(ours[f"facility_energy{end}_kwh"]) for end in ("_low", "", "_high")),
        tuple(float(ours[f"reserved_accelerator{end}_hours"]) for end in ("_low", "", "_high")),
    )


def _computed(given, case, shapes, corners, request):
    """A model that the catalogue lacks: the same energy model on its architecture."""
    model = pd.DataFrame(
        {
            "model_id": [case.case],
            "parameters": [given.input(case.case, "total_parameters") * GIGA],
            "active_parameters": [given.input(case.case, "active_parameters") * GIGA],
        }
    )
    shape = shapes.loc[[case.our_id]].reset_index(drop=True)
    found = requests.energies(model, shape, corners, request)
    return (
        tuple(found["facility_energy", "_kwh"][:, 0].tolist()),
        tuple(found["reserved_accelerator", "_hours"][:, 0].tolist()),
    )


def rows(given, ours, per_hour, intensity, accelerator):
    """Energy and emissions of each request.

    Parameters
    ----------
    given : Given
        Cases, inputs, outputs.
    ours : mapping
        From `our_requests`.
    per_hour : DataFrame
        Table ``embodied_per_hour``.
    intensity : (low, value, high)
        Of the grid of the case. [kg/kWh]
    accelerator : str
        The one that serves.

    Yields
    ------
    dict
    """
    grams = _grams_per_hour(per_hour, accelerator)
    for case in given.of_kind("request"):
        energy, hours = ours[case.case]
        mine = {
            "energy": energy,
            "hours": hours,
            "operational": tuple(np.multiply(energy, intensity).tolist()),
            "embodied": tuple((np.multiply(hours, grams) / units.GRAMS_PER_KILOGRAM).tolist()),
        }
        for variant in (AS_IT_COMES, OUR_BATCH):
            for quantity, unit, boundary in QUANTITIES:
                found = given.output(case.case, TOOL, variant, quantity)
                theirs = of_output(found)
                yield row(
                    case, quantity, unit, TOOL, RUN, theirs, boundary, mine[quantity],
                    boundary if quantity != "operational" else "facility, life-cycle grid",
                    _why(given, case, variant, quantity, theirs, mine), found["source_key"],
                    version=found["version"], variant=variant,
                )  # fmt: skip


def _why(given, case, variant, quantity, theirs, mine):
    """What makes the difference."""
    default = of_output(given.output(case.case, TOOL, AS_IT_COMES, "energy"))[1]
    at_ours = of_output(given.output(case.case, TOOL, OUR_BATCH, "energy"))[1]
    if quantity == "energy":
        held = given.output(case.case, TOOL, AS_IT_COMES, "accelerators")["value"]
        return (
            f"at our batch it takes {at_ours / default:.2f} of the energy that it takes at its "
            f"own, {at_ours / mine['energy'][1]:.2f} times ours; its energy of one accelerator "
            "goes with the active parameters and is multiplied by the accelerators that hold all "
            f"({held:.0f})"
        )
    if quantity == "operational":
        energy = of_output(given.output(case.case, TOOL, variant, "energy"))[1]
        times = energy / mine["energy"][1]
        return (
            f"energy {times:.2f} times, intensity "
            f"{theirs[1] / mine['operational'][1] / times:.2f} times ours"
        )
    hours = given.output(case.case, TOOL, variant, "accelerator_hours")["value"] / mine["hours"][1]
    return (
        f"accelerator-hours {hours:.2f} times ours, by its own speed; carbon of an hour "
        f"{theirs[1] / mine['embodied'][1] / hours:.2f} times ours: its life is three years at "
        "full use, and its host is heavier"
    )


def _grams_per_hour(per_hour, accelerator):
    """Embodied carbon of accelerator and host in one reserved hour. [g/h]"""
    rows = per_hour[(per_hour["accelerator"] == accelerator) & per_hour["stage"].isin(SERVED)]
    return tuple(
        float(rows[f"{end}_g_per_reserved_hour"].sum()) for end in ("low", "value", "high")
    )


def not_asked(given):
    """What the tools were not asked of a request, and why.

    Parameters
    ----------
    given : Given
        Cases.

    Yields
    ------
    dict
    """
    reasons = {
        "codecarbon": "measures while a program runs",
        "ML CO2 Impact": "asks for accelerator-hours, which a request does not disclose",
        "Green Algorithms": "asks for run time and cores, which a request does not disclose",
        "LLMCarbon": "its tables have no accelerator that serves these models",
        "boaviztapi": "has no request",
        "ACT": "has no request",
    }
    for case in given.of_kind("request"):
        for tool, reason in reasons.items():
            yield left_out(case, "energy", tool, reason)
