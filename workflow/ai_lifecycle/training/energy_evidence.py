"""Energy of training from the best evidence, and what must not be combined: pure kernels.

Arrays carry the ends of a range on leading axes (low, value, high) and the model on the last.
"""

import numpy as np

from ai_lifecycle import bounds, units

CONTAINS_OVERHEAD = ("node", "IT", "facility")
WHOLE_RUN, STEP = "whole run", "step"


def hours_from_compute_h(flop, peak_flops_per_s, utilisation, goodput=1.0, basis=WHOLE_RUN):
    """Accelerator-hours that a compute takes. [h]

    Parameters
    ----------
    flop : array_like, shape (..., model)
        Operations of the run. [FLOP]
    peak_flops_per_s : array_like, shape (..., model)
        Peak throughput of one accelerator. [FLOP/s]
    utilisation : array_like, shape (..., model)
        Share of the peak that the run achieved. [1]
    goodput : array_like, shape (..., model), default 1
        Share of the reserved time that went into steps that counted. [1]
    basis : str or array_like of str, shape (model,)
        ``whole run`` or ``step``: what the utilisation is of.

    Returns
    -------
    ndarray, shape (..., model)
        Accelerators times hours. [h]

    Raises
    ------
    ValueError
        If a compute is negative; a peak is not above zero; a share is outside (0, 1]; a basis is
        not one of the two; a goodput comes with the utilisation of a whole run, which holds the
        lost time already.

    Examples
    --------
    >>> round(float(hours_from_compute_h(3.8e25, 989.4e12, 0.3459)) / 1e6, 1)
    30.8
    """
    flop = bounds.non_negative("flop", flop)
    peak = bounds.positive("peak_flops_per_s", peak_flops_per_s)
    share, good = (
        bounds.above_zero_to_one("utilisation", utilisation),
        bounds.above_zero_to_one("goodput", goodput),
    )
    if np.any(_is_whole_run(basis) & (good != 1)):
        raise ValueError("goodput is already in the utilisation of a whole run")
    return flop / (peak * share * good) / units.SECONDS_PER_HOUR


def energy_from_compute_mwh(
    flop, peak_flops_per_s, utilisation, power_w, idle_factor=1.0, basis=WHOLE_RUN
):
    """Energy of a run from its compute. [MWh]

    Parameters
    ----------
    flop, peak_flops_per_s, utilisation, basis
        As in `hours_from_compute_h`.
    power_w : array_like, shape (..., model)
        Mean power per accelerator, at the boundary that the result is to have. [W]
    idle_factor : array_like, shape (..., model), default 1
        Energy with execution-idle over energy without: program resident, nothing running. [1]

    Returns
    -------
    ndarray, shape (..., model)
        Energy. [MWh]

    Raises
    ------
    ValueError
        As `hours_from_compute_h`; if power is negative or an idle factor is below one; if an
        idle factor comes with the utilisation of a whole run, whose hours hold the idle time.

    References
    ----------
    lei2026, abstract and Table 2.
    """
    power = bounds.non_negative("power_w", power_w)
    idle = bounds.at_least_one("idle_factor", idle_factor)
    if np.any(_is_whole_run(basis) & (idle != 1)):
        raise ValueError("idle_factor is already in the hours of a whole run")
    hours = hours_from_compute_h(flop, peak_flops_per_s, utilisation, basis=basis)
    return hours * power * idle / units.WATTS_PER_KILOWATT / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR


def it_energy_mwh(energy_mwh, boundary, overhead=1.0, pue=1.0):
    """Energy at the boundary of the IT equipment. [MWh]

    Parameters
    ----------
    energy_mwh : array_like, shape (..., model)
        Energy at `boundary`. [MWh]
    boundary : str or array_like of str, shape (model,)
        ``accelerator``, ``node``, ``IT`` or ``facility``.
    overhead : array_like, shape (..., model), default 1
        IT energy over that of the accelerators, on the basis on which `energy_mwh` was had:
        over their rated power it may be under one, over what they draw it is not. [1]
    pue : array_like, shape (..., model), default 1
        What is to be taken out of a facility's energy. [1]

    Returns
    -------
    ndarray, shape (..., model)
        Energy. [MWh]

    Raises
    ------
    ValueError
        If energy is negative; a boundary is not one of the four; an overhead is not above zero
        or a PUE below one; an overhead comes with an energy that contains the node, or a PUE
        with one that does not contain the building.
    """
    energy = bounds.non_negative("energy_mwh", energy_mwh)
    factor, building = bounds.positive("overhead", overhead), bounds.at_least_one("pue", pue)
    where = _boundary(boundary)
    if np.any(np.isin(where, CONTAINS_OVERHEAD) & (factor != 1)):
        raise ValueError("overhead is already in an energy of node, IT or facility")
    if np.any((where != "facility") & (building != 1)):
        raise ValueError("pue is not in an energy of accelerator, node or IT")
    return energy * factor / building


def facility_energy_mwh(energy_mwh, boundary, pue=1.0):
    """Energy of the facility. [MWh]

    Parameters
    ----------
    energy_mwh : array_like, shape (..., model)
        Energy at `boundary`. [MWh]
    boundary : str or array_like of str, shape (model,)
        ``node``, ``IT`` or ``facility``.
    pue : array_like, shape (..., model), default 1
        Power usage effectiveness. [1]

    Returns
    -------
    ndarray, shape (..., model)
        Energy. [MWh]

    Raises
    ------
    ValueError
        If energy is negative or a PUE below one; if a PUE comes with an energy that is the
        facility's already; if the energy is that of accelerators alone, which lack their node.
    """
    energy, factor = bounds.non_negative("energy_mwh", energy_mwh), bounds.at_least_one("pue", pue)
    where = _boundary(boundary)
    if np.any(where == "accelerator"):
        raise ValueError("boundary: accelerators times PUE is not the energy of a facility")
    if np.any((where == "facility") & (factor != 1)):
        raise ValueError("pue is already in the energy of a facility")
    return energy * factor


def experimentation_energy_mwh(energy_mwh, multiplier, holds_experiments):
    """Energy of the experiments behind a run, beside that of the run. [MWh]

    Parameters
    ----------
    energy_mwh : array_like, shape (..., model)
        Energy of the final run. [MWh]
    multiplier : array_like, shape (..., model)
        Energy of the project over that of the final run. [1]
    holds_experiments : array_like of bool, shape (model,)
        Whether `energy_mwh` is the total of a project, experiments included.

    Returns
    -------
    ndarray, shape (..., model)
        ``(m - 1) E``. [MWh]

    Raises
    ------
    ValueError
        If energy is negative, a multiplier below one, or above one for a project's total.

    Examples
    --------
    >>> round(float(experimentation_energy_mwh(433.196, 2.685, False)))
    730
    """
    energy, factor = (
        bounds.non_negative("energy_mwh", energy_mwh),
        bounds.at_least_one("multiplier", multiplier),
    )
    if np.any(np.asarray(holds_experiments, dtype=bool) & (factor != 1)):
        raise ValueError("multiplier: the total of a project holds its experiments already")
    return energy * (factor - 1)


def implied_utilisation(flop, accelerator_hours_h, peak_flops_per_s):
    """Utilisation of peak compute over a whole run, from what was reserved for it. [1]

    Parameters
    ----------
    flop : array_like, shape (..., model)
        Operations of the run. [FLOP]
    accelerator_hours_h : array_like, shape (..., model)
        Accelerators times hours, above zero. [h]
    peak_flops_per_s : array_like, shape (..., model)
        Peak throughput of one accelerator, above zero. [FLOP/s]

    Returns
    -------
    ndarray, shape (..., model)
        Share. [1]

    Raises
    ------
    ValueError
        If a compute is negative, or hours or a peak are not above zero.
    """
    flop = bounds.non_negative("flop", flop)
    hours = bounds.positive("accelerator_hours_h", accelerator_hours_h)
    return flop / (bounds.positive("peak_flops_per_s", peak_flops_per_s) * hours
                   * units.SECONDS_PER_HOUR)  # fmt: skip


def _is_whole_run(basis):
    basis = np.asarray(basis)
    if not np.all(np.isin(basis, (WHOLE_RUN, STEP))):
        raise ValueError(f"basis must be {WHOLE_RUN} or {STEP}")
    return basis == WHOLE_RUN


def _boundary(boundary):
    where = np.asarray(boundary)
    if not np.all(np.isin(where, ("accelerator", *CONTAINS_OVERHEAD))):
        raise ValueError("boundary must be accelerator, node, IT or facility")
    return where
