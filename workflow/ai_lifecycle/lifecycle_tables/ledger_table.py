"""The ledger: emissions of every model by phase, part and accounting method."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.lifecycle import stages

RANGE = stages.BOUNDS
KINDS = ("disclosed", "derived", "prior")
# The machines that serve are not the developer's own: their place and contracts are unknown.
SERVED_ELSEWHERE = ("market", "hourly_matched")
END_OF_LIFE = "end_of_life"
# As the accelerators that serve are called in the tables of hardware.
SERVING = {"H100": "NVIDIA H100 SXM5 80GB", "B200": "NVIDIA B200 SXM"}
TRAINING_ENERGY = ["facility_energy_low_mwh", "facility_energy_mwh", "facility_energy_high_mwh"]
TRAINING_HOURS = ["accelerator_hours_low_h", "accelerator_hours_h", "accelerator_hours_high_h"]
MULTIPLIER = [
    "experimentation_multiplier_low",
    "experimentation_multiplier",
    "experimentation_multiplier_high",
]
REQUEST_ENERGY = [
    "facility_energy_low_kwh",
    "facility_energy_kwh",
    "facility_energy_high_kwh",
]
REQUEST_HOURS = [
    "reserved_accelerator_low_hours",
    "reserved_accelerator_hours",
    "reserved_accelerator_high_hours",
]
# Energy of a request: parameters stated; coefficients fitted; batch, prompt, host, two idles and
# PUE assumed.
REQUEST_FACTORS = (1, 1, 6)
COLUMNS = [
    "model_id",
    "phase",
    "part",
    *(f"energy_{bound}_mwh" for bound in RANGE),
    *(f"accelerator_hours_{bound}_h" for bound in RANGE),
    *(f"{method}_{bound}_t" for method in stages.METHODS for bound in RANGE),
    *(f"factors_{kind}" for kind in KINDS),
    "reason",
    "source_key",
]


def hourly_by_accelerator(per_hour):
    """Embodied carbon and end of life that a reserved hour carries. [kg CO2e/h]

    Parameters
    ----------
    per_hour : DataFrame
        ``embodied_per_hour``.

    Returns
    -------
    embodied, end_of_life : DataFrame
        low, value, high, stages, source_key and evidence by accelerator; without those whose own
        footprint is unknown.
    """
    made = per_hour[per_hour["stage"] != END_OF_LIFE]
    known = set(made.loc[made["stage"] == "accelerator", "accelerator"])
    made = made[made["accelerator"].isin(known)]
    scrapped = per_hour[per_hour["stage"] == END_OF_LIFE]
    own = made[made["stage"] == "accelerator"].set_index("accelerator")["status"]
    return _summed(made, own), _summed(scrapped, scrapped.set_index("accelerator")["status"])


def _summed(rows, status):
    grouped = rows.groupby("accelerator", sort=True)
    columns = {bound: f"{bound}_g_per_reserved_hour" for bound in RANGE}
    frame = pd.DataFrame(
        {bound: grouped[name].sum() / units.GRAMS_PER_KILOGRAM for bound, name in columns.items()}
    )
    frame["stages"] = grouped["stage"].agg(lambda names: ", ".join(sorted(names)))
    frame["source_key"] = grouped["source_key"].agg(joined)
    # A bracket of neighbours, a stand-in, or parts alone are assumptions and no findings.
    judged = status.reindex(frame.index) == "judgement"
    frame["evidence"] = np.where(judged, "prior", "derived")
    return frame


def joined(keys):
    """Source keys of several cells, each once, in order."""
    return ";".join(sorted({key for cell in keys for key in cell.split(";")}))


def cells(models, training, requests, per_hour, basis, service):
    """Every array of the ledger for the models that have a training energy.

    Parameters
    ----------
    models : DataFrame
        ``models`` of these models, indexed by model_id, in order.
    training : DataFrame
        ``training_energy``, indexed alike.
    requests : DataFrame
        ``inference_requests``, indexed by model_id; models may lack.
    per_hour : tuple of DataFrame
        From `hourly_by_accelerator`.
    basis : DataFrame
        From `grid_basis.table`.
    service : dict
        requests (low, value, high) over the service life; accelerator that serves.

    Returns
    -------
    dict of str to ndarray
        energy_mwh, hours_h (model, phase, 3); emissions (model, phase, part, method, 3); factors
        (model, phase, part, kind).
    """
    names = models.index
    multiplier = training[MULTIPLIER].to_numpy(dtype=float)
    served = requests.reindex(names)
    count = np.array(service["requests"])
    kilowatt_hours = served[REQUEST_ENERGY].to_numpy(dtype=float) * count
    energy = stages.by_phase(
        training[TRAINING_ENERGY].to_numpy(dtype=float),
        multiplier,
        kilowatt_hours / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR,
    )
    hours = stages.by_phase(
        training[TRAINING_HOURS].to_numpy(dtype=float),
        multiplier,
        served[REQUEST_HOURS].to_numpy(dtype=float) * count,
    )
    operation = stages.operational_tco2e(energy, intensities(basis, names))
    embodied, scrapped = (
        stages.hourly_tco2e(hours, _hourly(table, training["accelerator"], service))
        for table in per_hour
    )
    return {
        "energy_mwh": energy,
        "hours_h": hours,
        "emissions": stages.beside_operation(stages.emissions_tco2e(operation, embodied, scrapped)),
        "factors": factors(training, served, basis, names, per_hour, service),
    }


def intensities(basis, names):
    """Intensity of every phase by every method. [kg CO2e/kWh]

    Returns
    -------
    ndarray, shape (model, phase, method, 3)
        Development is taken to be where training is; so is service by average and marginal
        methods, a presumption. Contracts of the developer do not cover it.
    """
    found = np.full((len(names), len(stages.PHASES), len(stages.METHODS), len(RANGE)), np.nan)
    for place, method in enumerate(stages.METHODS):
        rows = basis[basis["accounting_method"] == method].set_index("model_id").reindex(names)
        found[:, :, place, :] = _three(rows, "{}_kg_per_kwh")[:, None, :]
        if method in SERVED_ELSEWHERE:
            found[:, stages.PHASES.index("inference"), place, :] = np.nan
    return found


def _three(frame, template):
    columns = [template.format(bound) for bound in RANGE]
    return frame[columns].to_numpy(dtype=float)


def _hourly(table, accelerators, service):
    """kg CO2e/h of the accelerators of each phase: shape (model, phase, 3)."""
    own = table.reindex(accelerators.to_numpy())[list(RANGE)].to_numpy(dtype=float)
    serving = table.reindex([service["accelerator"]])[list(RANGE)].to_numpy(dtype=float)
    return np.stack([own, own, np.broadcast_to(serving, own.shape)], axis=1)


def factors(training, served, basis, names, per_hour, service):
    """How many factors of each kind of evidence stand behind every cell.

    Training operation: those of the energy, and the intensity. Embodied and end of life: hours;
    the footprint, derived, or prior where it is judged; life and reserved utilisation, priors.
    Experimentation: one more, the multiplier. Inference: `REQUEST_FACTORS`, and the volume and
    the grid, priors.

    Returns
    -------
    ndarray, shape (model, phase, part, kind)
    """
    count = np.zeros((len(names), len(stages.PHASES), len(stages.PARTS), len(KINDS)))
    average = basis[basis["accounting_method"] == "location_lifecycle"]
    grid = _one_hot(average.set_index("model_id").reindex(names)["evidence"])
    energy = training[[f"training_factors_{kind}" for kind in KINDS]].to_numpy(dtype=float)
    hours = _one_hot(training["accelerator_hours_origin"])
    multiplier = _one_hot(training["experimentation_origin"])
    prior = np.eye(len(KINDS))[-1]
    made, serving = (
        np.stack([_one_hot(table["evidence"].reindex(machines)) for table in per_hour], axis=1)
        for machines in (training["accelerator"], [service["accelerator"]] * len(names))
    )
    for phase, extra in ((0, multiplier), (1, np.zeros_like(multiplier))):
        count[:, phase, 0] = energy + grid + extra
        count[:, phase, 1:] = (hours + extra + 2 * prior)[:, None, :] + made
    answered = served[REQUEST_ENERGY[1]].notna().to_numpy()[:, None] * np.array(REQUEST_FACTORS)
    count[:, 2, 0] = answered + 2 * prior
    count[:, 2, 1:] = (answered + 3 * prior)[:, None, :] + serving
    return np.nan_to_num(count)


def _one_hot(origins):
    return np.stack([(origins == kind).to_numpy(dtype=float) for kind in KINDS], axis=1)


def long(arrays, names, reasons, sources):
    """The ledger as a table: one row a model, phase and part.

    Parameters
    ----------
    arrays : dict of str to ndarray
        From `cells`.
    names : Index
        Models.
    reasons : dict of tuple to str
        Why a cell (model_id, phase, part) is empty.
    sources : dict of tuple to str
        Source keys by (model_id, phase, part).

    Returns
    -------
    DataFrame
        `COLUMNS`.
    """
    models, phases, parts, methods, bounds = arrays["emissions"].shape
    rows = models * phases * parts
    index = pd.MultiIndex.from_product(
        [names, stages.PHASES, stages.PARTS], names=["model_id", "phase", "part"]
    )
    values = {}
    operation = (np.arange(rows) % parts == 0)[:, None]
    for name, unit, shown in (("energy", "mwh", operation), ("accelerator_hours", "h", ~operation)):
        array = arrays["energy_mwh" if name == "energy" else "hours_h"]
        flat = np.where(shown, np.repeat(array.reshape(-1, bounds), parts, axis=0), np.nan)
        values |= {f"{name}_{bound}_{unit}": flat[:, i] for i, bound in enumerate(RANGE)}
    flat = arrays["emissions"].reshape(rows, methods, bounds)
    for m, method in enumerate(stages.METHODS):
        values |= {f"{method}_{bound}_t": flat[:, m, i] for i, bound in enumerate(RANGE)}
    counted = arrays["factors"].reshape(rows, len(KINDS)).astype(int)
    values |= {f"factors_{kind}": counted[:, i] for i, kind in enumerate(KINDS)}
    frame = pd.DataFrame(values, index=index).reset_index()
    keys = list(index)
    frame["reason"] = [reasons.get(key) for key in keys]
    frame["source_key"] = [sources.get(key) for key in keys]
    return frame[COLUMNS]
