"""Accelerators as made: tools beside ours."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.published_tools import formulas
from ai_lifecycle.tool_tables.comparison import FORMULA, MISSING, RUN, left_out, row
from ai_lifecycle.tool_tables.given import AS_IT_COMES, BARE_AREAS, NO_MEMORY, of_output

ACT, LLM_CARBON = "ACT", "LLMCarbon"
ENDS = ("low_kgco2e", "value_kgco2e", "high_kgco2e")
LOGIC, MEMORY, PACKAGING = "logic dies", "memory", "packaging"
PUBLISHED = "published footprint, cradle to gate"
NOT_KNOWN = "no footprint or parts"


def rows(given, routes, comparison):
    """Embodied carbon of each accelerator.

    Parameters
    ----------
    given : Given
        Cases, inputs, parameters, outputs.
    routes : DataFrame
        Table ``embodied_accelerators``.
    comparison : DataFrame
        Table ``embodied_comparison``, indexed by accelerator.

    Yields
    ------
    dict
    """
    for case in given.of_kind("chip"):
        _same_silicon(given, case, comparison)
        published = _published(comparison, case.our_id)
        yield from _boaviztapi(given, case, published)
        ecologits = given.output(case.case, "ecologits", AS_IT_COMES, "embodied")
        if ecologits is not None:
            yield row(
                case, "embodied", "kgCO2e", "ecologits", RUN, of_output(ecologits),
                ecologits["boundary"], published, PUBLISHED,
                "one constant for every accelerator and model that it serves",
                ecologits["source_key"], version=ecologits["version"],
            )  # fmt: skip
        parts = _parts(routes, case.our_id)
        if given.has_parameter(ACT, _node(given, case), "energy_per_area"):
            yield _act(given, case, parts)
        if given.has_parameter(LLM_CARBON, case.our_id, "die_area"):
            yield _llmcarbon(given, case, parts)


def _same_silicon(given, case, comparison):
    """The tools had the dies of our table, where it has dies."""
    ours = comparison.loc[case.our_id]
    if np.isfinite(ours["die_area_mm2"]):
        for quantity, column in (("die_area", "die_area_mm2"), ("memory", "memory_gb"),
                                 ("process", "process_nm")):  # fmt: skip
            given.demand_same(case.case, quantity, float(ours[column]), "embodied_comparison")


def _published(comparison, accelerator):
    found = comparison.loc[accelerator]
    ends = tuple(float(found[f"top_down{end}_kgco2e"]) for end in ("_low", "", "_high"))
    return ends if np.isfinite(ends[1]) else MISSING


def _boaviztapi(given, case, published):
    runs = {
        variant: given.output(case.case, "boaviztapi", variant, "embodied")
        for variant in (AS_IT_COMES, BARE_AREAS, NO_MEMORY)
    }
    whole = of_output(runs[AS_IT_COMES])[1]
    memory = whole - of_output(runs[NO_MEMORY])[1]
    why = f"{memory:.0f} kg of {whole:.0f} ({memory / whole:.0%}) is its memory"
    if runs[BARE_AREAS] is not None:
        bare = of_output(runs[BARE_AREAS])[1]
        why += (
            f"; its areas hold the losses of yield, a factor of {whole / bare:.2f}: with bare "
            f"areas it gives {bare:.0f} kg; whether its carbon per area holds them too it does "
            "not say"
        )
    else:
        why += "; die area not disclosed, so its areas are its own"
    for variant in (AS_IT_COMES, BARE_AREAS):
        found = runs[variant]
        if found is not None:
            yield row(
                case, "embodied", "kgCO2e", "boaviztapi", RUN, of_output(found), found["boundary"],
                published, PUBLISHED if np.isfinite(published[1]) else NOT_KNOWN, why,
                found["source_key"], version=found["version"], variant=variant,
            )  # fmt: skip


def _parts(routes, accelerator):
    """Low, value, high of each part counted bottom-up."""
    rows = routes[(routes["accelerator"] == accelerator) & (routes["route"] == "bottom-up")]
    rows = rows.set_index("component")
    return {name: tuple(float(rows.loc[name, end]) for end in ENDS) for name in rows.index}


def _act(given, case, parts):
    """ACT: logic, memory and packaging."""
    node = _node(given, case)

    def of(quantity, unit):
        return given.parameter(ACT, node, quantity, unit)

    area = given.input(case.case, "die_area") / units.SQUARE_MILLIMETRES_PER_SQUARE_CENTIMETRE
    gas = (of("gas_per_area_95", "kgCO2e/cm2") + of("gas_per_area_99", "kgCO2e/cm2")) / 2
    fab_yield = of("yield", "1")
    per_area = formulas.fab_carbon_per_area_kgco2e_per_cm2(
        of("energy_per_area", "kWh/cm2"), of("fab_intensity", "g/kWh") / units.GRAMS_PER_KILOGRAM,
        gas, of("material_per_area", "kgCO2e/cm2"), fab_yield,
    )  # fmt: skip
    memory = (given.input(case.case, "memory"), of("memory_per_capacity", "kgCO2e/GB"), fab_yield)
    packaging = of("packaging_per_circuit", "kgCO2e")
    theirs = float(formulas.circuits_kgco2e(area, per_area, *memory, 1, packaging))
    chosen = [parts[name] for name in (LOGIC, MEMORY, PACKAGING)]
    ours = tuple(np.sum(chosen, axis=0).tolist())
    logic = area * per_area
    why = (
        f"logic {logic:.0f} against {parts[LOGIC][1]:.0f} kg: one yield of {fab_yield:.3f} for any "
        f"die against one by its area; memory {theirs - logic - packaging:.0f} against "
        f"{parts[MEMORY][1]:.0f} kg: its newest family is DDR4, of {memory[1]:.3f} kg/GB, and ours "
        "is stacked memory"
    )
    return row(case, "embodied", "kgCO2e", ACT, FORMULA, theirs, "logic, memory, packaging", ours,
               "logic, memory, packaging", why, given.sources(ACT))  # fmt: skip


def _llmcarbon(given, case, parts):
    """LLMCarbon: the die alone."""
    area = given.parameter(LLM_CARBON, case.our_id, "die_area", "cm2")
    per_area = given.parameter(LLM_CARBON, case.our_id, "carbon_per_area", "kgCO2e/cm2")
    theirs = float(formulas.die_from_carbon_per_area_kgco2e(area, per_area))
    ours = parts.get(LOGIC, MISSING)
    why = f"{per_area:.1f} kg/cm2, without a yield"
    if np.isfinite(ours[1]):
        why += f", against {ours[1] / area:.1f} kg/cm2 of sold die"
    return row(case, "embodied", "kgCO2e", LLM_CARBON, FORMULA, theirs, "logic dies", ours,
               "logic dies" if np.isfinite(ours[1]) else NOT_KNOWN, why,
               given.sources(LLM_CARBON))  # fmt: skip


def _node(given, case):
    """Name of the node in the tool's tables; empty where the die is not known."""
    try:
        return f"{given.input(case.case, 'process'):.0f} nm"
    except KeyError:
        return ""


def not_asked(given):
    """What the tools were not asked of an accelerator, and why.

    Parameters
    ----------
    given : Given
        Cases and parameters.

    Yields
    ------
    dict
    """
    for case in given.of_kind("chip"):
        if not given.has_parameter(ACT, _node(given, case), "energy_per_area"):
            reason = (
                f"no factors for {_node(given, case)}"
                if _node(given, case)
                else "die area not disclosed"
            )
            yield left_out(case, "embodied", ACT, reason)
        if not given.has_parameter(LLM_CARBON, case.our_id, "die_area"):
            yield left_out(case, "embodied", LLM_CARBON, "not in its table of hardware")
        for tool in ("codecarbon", "ML CO2 Impact", "Green Algorithms"):
            yield left_out(case, "embodied", tool, "use alone: nothing embodied")
