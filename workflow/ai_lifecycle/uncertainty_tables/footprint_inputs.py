"""What machines carry from their making and scrapping, as inputs of the life cycle."""

from ai_lifecycle.uncertainty_tables.given_ranges import (
    EVERY_MODEL,
    fixed,
    of_constant,
    ranged,
    summed,
)

MACHINE = ("host", "network", "rack")
KILOGRAMS = ("low_kgco2e", "value_kgco2e", "high_kgco2e")


def footprints(training_parts, serving_parts, constants):
    """Embodied carbon, end of life, lifetime and reserved utilisation.

    Parameters
    ----------
    training_parts, serving_parts : DataFrame
        Rows of ``embodied_per_hour`` of the accelerator that trains and that serves; none, or
        without the stage ``accelerator``, gives a footprint of zero: that cell has no basis.
    constants : ai_lifecycle.constants.Constants

    Returns
    -------
    dict of str to Input
        Eight of ``lifecycle_draws.NAMES``; the lifetime is that of one fleet, shared by all.
    """
    life = constants.known("accelerator.lifetime", unit="year")
    use = constants.known("accelerator.reserved_utilisation", unit="1")
    made, serving = (_with_footprint(parts) for parts in (training_parts, serving_parts))
    chip, machine, house, end = (
        parts["stage"].isin(stages)
        for parts, stages in ((made, ["accelerator"]), (made, MACHINE), (made, ["building"]),
                              (training_parts, ["end_of_life"]))
    )  # fmt: skip
    served = serving["stage"] != "end_of_life"
    scrapped = serving_parts["stage"] == "end_of_life"
    return {
        "accelerator_kgco2e": _asset(made[chip]),
        "host_kgco2e": _asset(made[machine]),
        "building_kgco2e": _asset(made[house], EVERY_MODEL),
        "end_of_life_kgco2e": _asset(training_parts[end]),
        # One fleet trains and serves.
        "lifetime_years": of_constant(life, EVERY_MODEL),
        "reserved_utilisation": of_constant(use, EVERY_MODEL),
        "serving_asset_kgco2e": _asset(serving[served]),
        "serving_end_of_life_kgco2e": _asset(serving_parts[scrapped]),
    }


def _with_footprint(parts):
    """No parts where the accelerator itself has no footprint, as in the ledger."""
    known = (parts["stage"] == "accelerator").any()
    return parts if known else parts.iloc[:0]


def _asset(rows, group=None):
    if not len(rows):
        return fixed(0.0, "kgCO2e", "prior", "judgement")
    judged = (rows["status"] == "judgement").any()
    keys = sorted({key for cell in rows["source_key"] for key in cell.split(";")})
    return ranged(
        summed(rows, KILOGRAMS), "kgCO2e", "prior" if judged else "derived", ";".join(keys),
        group=group or f"footprint of {rows['accelerator'].iloc[0]}",
    )  # fmt: skip
