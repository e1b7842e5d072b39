"""Energy of a training by its compute, where a file says more than a row of the catalogue can."""

import numpy as np

from ai_lifecycle import constants, units
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.training_tables import energy_routes

SUFFIXES = dict(zip(("_low", "", "_high"), range(len(stages.BOUNDS)), strict=True))
WATTS_PER_MEGAWATT = units.WATTS_PER_KILOWATT * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
TPU_FAMILY = "TPU"
# What goes with the utilisation: the highest one takes least.
WITH_UTILISATION = ("accelerator_hours{}_h", "it_energy{}_mwh", "facility_energy{}_mwh",
                    "experimentation_energy{}_mwh")  # fmt: skip
WITH_POWER = WITH_UTILISATION[1:]


def applies(row):
    """Whether a row of ``training_energy`` goes by compute."""
    return row["route"].iloc[0] == energy_routes.COMPUTE


def over_steps(row, utilisation, worked):
    """The row with the ends that a range of the steps' utilisation makes.

    Parameters
    ----------
    row : DataFrame
        One row of ``training_energy``, by the middle of the range.
    utilisation : tuple of float
        Low, value and high of the share of peak in the steps. [1]
    worked : callable
        Takes a utilisation, gives the row.

    Returns
    -------
    DataFrame
    """
    low, _, high = utilisation
    if low == high:
        return row
    least, most = worked(high), worked(low)
    row = row.assign(utilisation_low=low, utilisation_high=high)
    for name in WITH_UTILISATION:
        row[name.format("_low")] = least[name.format("_low")].to_numpy()
        row[name.format("_high")] = most[name.format("_high")].to_numpy()
    return row


def at_power(row, account, family, path):
    """The row with its hours at a power that the file gives, in place of the rated one.

    Parameters
    ----------
    row : DataFrame
        One row of ``training_energy`` by a utilisation of the whole run.
    account : mapping
        power_low_w, power_w, power_high_w and power_boundary.
    family : str
        Of the accelerator.
    path : path
        Table of constants.

    Returns
    -------
    DataFrame
    """
    host = (
        _over_measured(family, path) if account["power_boundary"] == "accelerator" else (1.0,) * 3
    )
    row = row.assign(
        power_origin="disclosed",
        accelerator_power_w=account["power_w"] if host[1] != 1 else np.nan,
        overhead_origin="prior" if host[1] != 1 else "not used",
    )
    for suffix, end in SUFFIXES.items():
        watts = account[f"power{suffix}_w"] * host[end]
        energy = row[f"accelerator_hours{suffix}_h"] * watts / WATTS_PER_MEGAWATT
        scale = energy / row[f"it_energy{suffix}_mwh"]
        row[f"overhead{suffix}"] = host[end]
        for name in WITH_POWER:
            row[name.format(suffix)] *= scale
    return row


def _over_measured(family, path):
    """Power of a node over that of its accelerators as measured. [1]"""
    measured = constants.known("node.power_over_measured_accelerators", path, unit="1")
    tpu = constants.known("node.tpu_machine_over_chip", path, unit="1")
    found = tpu if str(family).startswith(TPU_FAMILY) else measured
    return found.low, found.value, found.high


def of_whole_run(steps, path):
    """Share of peak over the whole run from that of its steps: time lost between them counts. [1]

    Parameters
    ----------
    steps : tuple of float
        Low, value and high. [1]
    path : path
        Table of constants.

    Returns
    -------
    tuple of float
    """
    good = constants.known("training.goodput", path, unit="1")
    return tuple(a * b for a, b in zip(steps, (good.low, good.value, good.high), strict=True))
