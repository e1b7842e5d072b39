"""What each way of running a model gives: ratios of matched pairs of measurements."""

import numpy as np
import pandas as pd

from ai_lifecycle import units

KINDS = {
    "lm-arena-chat": "text",
    "gpqa": "text",
    "sourcegraph-fim": "text",
    "image-chat": "image or video to text",
    "video-chat": "image or video to text",
    "text-to-image": "text to image",
    "text-to-video": "text to video",
}
NEWER, OLDER = "B200", "H100"
QUANTILES = {"p05": 0.05, "p25": 0.25, "median": 0.5, "p75": 0.75, "p95": 0.95}
LAYOUT = ["tensor_parallel", "expert_parallel", "data_parallel"]
DIFFUSION_LAYOUT = ["ulysses_parallel", "ring_parallel"]
# Suffix under which a model's eight-bit twin is listed.
TWIN_SUFFIX = "-FP8"
JOULES_PER_WATT_HOUR = units.JOULES_PER_KILOWATT_HOUR / units.WATTS_PER_KILOWATT


def outputs(text, diffusion):
    """Both tables in one form: accelerator energy of one response, image or video.

    Parameters
    ----------
    text, diffusion : DataFrame
        Tables ``ml_energy_text`` and ``ml_energy_diffusion``.

    Returns
    -------
    DataFrame
        task, kind, model_id, model_name, weight_precision, gpu_model, gpus, layout, batch,
        energy_wh. Repeated settings are averaged.
    """
    written = text.assign(
        layout=_layout(text, LAYOUT), batch=text["batch_limit"], joules=text["energy_per_request_j"]
    )
    made = diffusion.assign(
        layout=_layout(diffusion, DIFFUSION_LAYOUT), joules=diffusion["energy_per_item_j"]
    )
    columns = ["task", "model_id", "model_name", "weight_precision", "gpu_model", "gpus", "layout",
               "batch"]  # fmt: skip
    both = pd.concat([written[[*columns, "joules"]], made[[*columns, "joules"]]])
    mean = both.groupby(columns, sort=True)["joules"].mean().reset_index()
    mean["kind"] = mean["task"].map(KINDS)
    mean["energy_wh"] = mean.pop("joules") / JOULES_PER_WATT_HOUR
    return mean


def _layout(frame, degrees):
    letters = [name[0] for name in degrees]
    return [
        " ".join(f"{a}{n}" for a, n in zip(letters, row, strict=True))
        for row in frame[degrees].to_numpy()
    ]


def ratios(frame):
    """Energy after over energy before of every matched pair, lever by lever.

    Parameters
    ----------
    frame : DataFrame
        From `outputs`.

    Returns
    -------
    DataFrame
        lever, kind, model_id, ratio.
    """
    run = ["task", "kind", "model_id", "gpu_model", "gpus", "layout"]
    one_gpu = ["task", "kind", "model_id", "gpu_model", "batch"]
    parts = {
        "batch doubled": _doubled(frame, run, "batch"),
        "smallest to largest batch": _extremes(frame, run, "batch"),
        "8-bit weights, same settings": _precision(
            frame, ["task", "kind", "gpu_model", "gpus", "layout", "batch", "model_id"]
        ),
        "8-bit weights, each at its best": _precision(
            frame.groupby(["task", "kind", "model_id", "weight_precision", "gpu_model"])
            ["energy_wh"].min().reset_index(), ["task", "kind", "gpu_model", "model_id"],
        ),
        "GPUs doubled, same batch": _doubled(
            frame.groupby([*one_gpu, "gpus"])["energy_wh"].min().reset_index(), one_gpu, "gpus"
        ),
        "B200 for H100, same settings": _generation(frame, ["task", "kind", "model_id", "gpus",
                                                            "layout", "batch"]),
        "B200 for H100, each at its best": _generation(
            frame.groupby(["task", "kind", "model_id", "gpu_model"])["energy_wh"].min()
            .reset_index(), ["task", "kind", "model_id"],
        ),
    }  # fmt: skip
    return pd.concat(
        [part.assign(lever=lever) for lever, part in parts.items()], ignore_index=True
    )[["lever", "kind", "model_id", "ratio"]]


def _pairs(before, after, keys):
    both = before.merge(after, on=keys, suffixes=("_before", "_after"), validate="1:1")
    return both.assign(ratio=both["energy_wh_after"] / both["energy_wh_before"])


def _doubled(frame, keys, by):
    half = frame[[*keys, by, "energy_wh"]]
    return _pairs(half.assign(**{by: 2 * half[by]}), half, [*keys, by])


def _extremes(frame, keys, by):
    ordered = frame.sort_values([*keys, by], kind="stable").groupby(keys)
    first, last = ordered.head(1), ordered.tail(1)
    pairs = _pairs(first, last, keys)
    return pairs[pairs[f"{by}_after"] > pairs[f"{by}_before"]]


def _precision(frame, keys):
    eight = frame[frame["model_id"].str.endswith(TWIN_SUFFIX)]
    eight = eight.assign(model_id=eight["model_id"].str.removesuffix(TWIN_SUFFIX))
    sixteen = frame[frame["weight_precision"] == "bfloat16"]
    return _pairs(sixteen[[*keys, "energy_wh"]], eight[[*keys, "energy_wh"]], keys)


def _generation(frame, keys):
    older, newer = (frame[frame["gpu_model"] == name] for name in (OLDER, NEWER))
    return _pairs(older[[*keys, "energy_wh"]], newer[[*keys, "energy_wh"]], keys)


def summary(pairs):
    """Quantiles of the ratios of each lever and kind, and how many pairs and models.

    Parameters
    ----------
    pairs : DataFrame
        From `ratios`.

    Returns
    -------
    DataFrame
        Table ``inference_levers``, levers and kinds in their order.
    """
    rows = []
    for lever in pairs["lever"].unique():
        for kind in dict.fromkeys(KINDS.values()):
            part = pairs[(pairs["lever"] == lever) & (pairs["kind"] == kind)]
            if part.empty:
                continue
            values = np.quantile(part["ratio"], list(QUANTILES.values()))
            rows.append(
                {"lever": lever, "kind": kind, "pairs": len(part),
                 "models": part["model_id"].nunique(),
                 **{f"ratio_{name}": v for name, v in zip(QUANTILES, values, strict=True)},
                 "share_saving": float((part["ratio"] < 1).mean())}
            )  # fmt: skip
    return pd.DataFrame(rows)
