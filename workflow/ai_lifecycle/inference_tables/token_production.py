"""Which bound a facility meets first, configuration by configuration."""

import numpy as np

from ai_lifecycle import units
from ai_lifecycle.inference import production

# Tasks and precision for which both bounds have a sourced peak and no image tokens.
TASK = "lm-arena-chat"
PRECISION = "bfloat16"


def table(text, constants):
    """Table ``inference_production``: bounds of a facility for each measured configuration.

    Parameters
    ----------
    text : DataFrame
        Table ``ml_energy_text``.
    constants : ai_lifecycle.constants.Constants
        Powers, peaks and factors named ``inference.*``.

    Returns
    -------
    DataFrame
        Chat at 16-bit weights; sorted by model, GPU, count and batch.
    """
    rated_power_w = {
        "H100": constants.value("inference.h100_rated_power", unit="W"),
        "B200": constants.value("inference.b200_rated_power", unit="W"),
    }
    peak_tflops = {
        "H100": constants.value("inference.h100_peak_16_bit", unit="TFLOP/s"),
        "B200": constants.value("inference.b200_peak_16_bit", unit="TFLOP/s"),
    }
    rows = text[(text["task"] == TASK) & (text["weight_precision"] == PRECISION)]
    rows = rows.sort_values(
        ["model_id", "gpu_model", "gpus", "tensor_parallel", "batch_limit", "power_w"],
        kind="stable",
    )
    gpu = rows["gpu_model"].to_numpy(str)
    rated_w = np.array([rated_power_w[name] for name in gpu])
    peak = np.array([peak_tflops[name] for name in gpu])
    host = constants.value("inference.host_factor", unit="1")
    pue = constants.value("inference.pue", unit="1")
    idle = constants.value("inference.provisioned_idle_factor", unit="1") * constants.value(
        "inference.execution_idle_factor", unit="1"
    )
    facility_kw = constants.value("inference.facility_power", unit="kW")
    achievable = constants.value("inference.achievable_compute_share", unit="1")
    accelerators = facility_kw * units.WATTS_PER_KILOWATT / (pue * host * rated_w)
    theta = production.delivered_share(pue, host, idle)
    energy = rows["energy_per_token_j"].to_numpy(float)
    active = rows["active_parameters_billion"].to_numpy(float)
    compute = production.compute_bound_tokens_per_s(accelerators, peak, achievable, active)
    power = production.power_bound_tokens_per_s(facility_kw, theta, energy)
    return rows[["model_id", "model_name", "gpu_model", "gpus", "batch_limit"]].assign(
        energy_per_token_j=energy, facility_kw=facility_kw, theta=theta,
        accelerators=accelerators, compute_bound_tokens_per_s=compute,
        power_bound_tokens_per_s=power, binds=production.binding(compute, power),
        # Energy per token at which both bounds meet: below it, arithmetic binds.
        crossover_energy_j=energy * power / compute,
        as_measured_tokens_per_s=rows["throughput_tokens_per_s"].to_numpy(float)
        / rows["gpus"].to_numpy(float) * accelerators,
    ).reset_index(drop=True)  # fmt: skip
