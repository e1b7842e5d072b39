"""Faults of the ML.ENERGY tables: found by rules, marked and counted, nothing removed."""

import numpy as np
import pandas as pd

COLUMNS = ["dataset", "subject", "fault", "where", "hours_or_rows", "treatment", "effect",
           "source"]  # fmt: skip
REPEATED = "configuration_repeated"
SLOWER = "slower_than_older_gpu"
FALLS = "throughput_falls_with_batch"
PARALLEL = "parallelism_incomplete"
# Twice the batch should never give fewer tokens a second; a tenth is left for scatter.
FALL_TOLERANCE = 0.1
SAME_RUN = ["task", "model_id", "gpu_model", "gpus", "tensor_parallel", "expert_parallel",
            "data_parallel"]  # fmt: skip
NEWER, OLDER = "B200", "H100"
IDENTITY_TOLERANCE = 1e-6


def mark(text):
    """The text table with a column ``fault``: the rules a row breaks, joined by semicolons.

    Parameters
    ----------
    text : DataFrame
        From ``measurements.text``.

    Returns
    -------
    DataFrame
        The same rows; ``fault`` missing where none was found.
    """
    found = {
        REPEATED: text.duplicated([*SAME_RUN, "batch_limit"], keep=False).to_numpy(),
        SLOWER: _slower(text),
        FALLS: _falls(text),
        PARALLEL: (text["gpus"] != text["tensor_parallel"] * text["data_parallel"]).to_numpy(),
    }
    words = [
        ";".join(name for name, rows in found.items() if rows[i]) or pd.NA for i in range(len(text))
    ]
    return text.assign(fault=pd.array(words, dtype="string"))


def _slower(text):
    """Rows of the newer GPU that give fewer tokens a second than as many of the older one."""
    same = [name for name in [*SAME_RUN, "batch_limit"] if name != "gpu_model"]
    older = text[text["gpu_model"] == OLDER].groupby(same)["throughput_tokens_per_s"].min()
    keys = pd.MultiIndex.from_frame(text[same])
    reference = older.reindex(keys).to_numpy()
    newer = (text["gpu_model"] == NEWER).to_numpy()
    return newer & (text["throughput_tokens_per_s"].to_numpy() < reference)


def _falls(text):
    """Rows with clearly fewer tokens a second than the same run at the next smaller batch."""
    ordered = text.sort_values([*SAME_RUN, "batch_limit"], kind="stable")
    throughput = ordered["throughput_tokens_per_s"].to_numpy()
    group = ordered.groupby(SAME_RUN, sort=False).ngroup().to_numpy()
    batch = ordered["batch_limit"].to_numpy()
    follows = np.r_[False, (group[1:] == group[:-1]) & (batch[1:] > batch[:-1])]
    fewer = np.r_[False, throughput[1:] < (1 - FALL_TOLERANCE) * throughput[:-1]]
    return pd.Series(follows & fewer, index=ordered.index).reindex(text.index).to_numpy()


def has(frame, fault):
    """Whether each row shows a fault."""
    return frame["fault"].fillna("").str.split(";").map(lambda names: fault in names).to_numpy()


def quality(text, diffusion, rated_power_w, features):
    """Rows of table ``inference_data_quality``.

    Parameters
    ----------
    text : DataFrame
        From `mark`.
    diffusion : DataFrame
        From ``measurements.diffusion``.
    rated_power_w : mapping of str to float
        Rated power by GPU model. [W]
    features : DataFrame
        Table ``model_architectures``: a second source of parameter counts.

    Returns
    -------
    DataFrame
        Faults found, and checks that found none.
    """
    name = "ML.ENERGY leaderboard"
    slower = text[has(text, SLOWER)]
    rounded = text.drop_duplicates("model_id")
    whole = rounded["active_parameters_billion"] == rounded["active_parameters_billion"].round()
    both = [text, diffusion]
    rows = [
        ["text", f"{SLOWER}: {NEWER} gives fewer tokens a second than as many {OLDER} under the "
         "same task, model, parallelism and batch limit", "throughput_tokens_per_s", len(slower),
         "marked and kept: nothing published tells such runs apart; a fit without them is in "
         "inference_fit_errors", f"median power {_share(slower, rated_power_w):.0%} of rated, "
         f"median inter-token latency {slower['inter_token_latency_median_ms'].median():.0f} ms: "
         "the GPU waits; energy per token is too high"],
        ["text", f"{FALLS}: over {FALL_TOLERANCE:.0%} fewer tokens a second at the next larger "
         "batch limit", "throughput_tokens_per_s", int(has(text, FALLS).sum()),
         "marked and kept", "batch curves are not monotone there"],
        ["text", f"{REPEATED}: all settings equal, measurements differ", "settings",
         int(has(text, REPEATED).sum()), "marked and kept: a setting that differs is not published",
         f"up to {_repeat_gap(text):.0%} between two energies of equal settings: a floor of what "
         "settings leave unexplained"],
        ["text", f"{PARALLEL}: GPUs are not tensor times data parallel degree", "data_parallel",
         int(has(text, PARALLEL).sum()), "marked and kept: with expert parallelism the degree of "
         "attention is not published", "none on energy, which counts all GPUs"],
        ["text", "no_prompt_length: prompt tokens are not published", "no column", len(text),
         "energy per output token contains the prompt; a judgement constant stands for its length",
         "prompt and output energy cannot be told apart"],
        ["all", "accelerator_only: energy is that of the GPUs; host, cooling and idle are absent",
         "energy columns", len(text) + len(diffusion), "facility factors applied explicitly",
         "not to be compared with facility energy"],
        ["models that write text", "rounded_parameters: active parameters are whole billions",
         "active_parameters_billion", int(whole.sum()), "kept; the fit uses them as published",
         _second_source(rounded, features)],
        ["all", "no fault: energy is power over throughput",
         "energy, power, throughput", sum(_identity(f) for f in both), "none",
         "three columns hold two measurements"],
        ["all", "no fault: power is at or below the rated power", "power_w",
         sum(int((_power_share(f, rated_power_w) <= 1).sum()) for f in both), "none", "none"],
    ]  # fmt: skip
    source = "mlenergyv3, the rows themselves"
    frame = pd.DataFrame([[name, *row, source] for row in rows], columns=COLUMNS)
    return frame[frame["hours_or_rows"] > 0].reset_index(drop=True)


def _repeat_gap(text):
    """Largest relative gap between energies of rows with equal settings."""
    twins = text[has(text, REPEATED)].groupby([*SAME_RUN, "batch_limit"])["energy_per_token_j"]
    return float((twins.max() / twins.min() - 1).max())


def _second_source(models, features):
    """Words for where the two sources of parameter counts differ most."""
    both = models.merge(features, on="model_id", suffixes=("", "_there"))
    ratio = both["active_parameters_billion"] / both["active_parameters_billion_there"] - 1
    worst = both.loc[ratio.abs().idxmax()]
    return (
        f"of {len(both)} models also in the WattGPU table {int((ratio.abs() > 0.005).sum())} "
        f"differ by over 0.5%; most {worst['model_name']}: "
        f"{worst['active_parameters_billion']:g} here, "
        f"{worst['active_parameters_billion_there']:g} there"
    )


def _power_share(frame, rated_power_w):
    return frame["power_w"] / frame["gpus"] / frame["gpu_model"].map(rated_power_w)


def _share(frame, rated_power_w):
    return float(_power_share(frame, rated_power_w).median())


def _identity(frame):
    """Rows whose energy is power over throughput."""
    if "energy_per_token_j" in frame:
        energy, rate = frame["energy_per_token_j"], frame["throughput_tokens_per_s"]
    else:
        energy, rate = frame["energy_per_item_j"], frame["throughput_items_per_s"]
    return int((np.abs(frame["power_w"] / rate / energy - 1) < IDENTITY_TOLERANCE).sum())
