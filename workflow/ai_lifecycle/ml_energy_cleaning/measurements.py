"""ML.ENERGY leaderboard: measured energy per token, request, image and video."""

import numpy as np
import pandas as pd

from ai_lifecycle import published_json
from ai_lifecycle.errors import DataError

# File of a task by source id; the task's own name stands inside the file.
TEXT_TASKS = {
    "ml_energy_lm_arena_chat": "lm-arena-chat",
    "ml_energy_gpqa": "gpqa",
    "ml_energy_sourcegraph_fim": "sourcegraph-fim",
    "ml_energy_image_chat": "image-chat",
    "ml_energy_video_chat": "video-chat",
}
DIFFUSION_TASKS = {
    "ml_energy_text_to_image": "text-to-image",
    "ml_energy_text_to_video": "text-to-video",
}
INDEX = "ml_energy_index"

# Keys that hold a word; all others hold a number above zero.
WORDS = {"model_id", "nickname", "weight_precision", "gpu_model", "architecture"}
MODEL_KEYS = {"total_params_billions", "activated_params_billions", "weight_precision"}
SHARED_NAMES = {
    "model_id": "model_id",
    "nickname": "model_name",
    "total_params_billions": "total_parameters_billion",
    "activated_params_billions": "active_parameters_billion",
    "weight_precision": "weight_precision",
    "gpu_model": "gpu_model",
    "num_gpus": "gpus",
    "avg_power_watts": "power_w",
}
TEXT_NAMES = SHARED_NAMES | {
    "architecture": "architecture",
    "tensor_parallel": "tensor_parallel",
    "expert_parallel": "expert_parallel",
    "data_parallel": "data_parallel",
    "max_num_seqs": "batch_limit",
    "avg_batch_size": "mean_batch",
    "avg_output_len": "mean_output_tokens",
    "output_throughput_tokens_per_sec": "throughput_tokens_per_s",
    "energy_per_token_joules": "energy_per_token_j",
    "energy_per_request_joules": "energy_per_request_j",
    "median_itl_ms": "inter_token_latency_median_ms",
    "p90_itl_ms": "inter_token_latency_p90_ms",
    "p95_itl_ms": "inter_token_latency_p95_ms",
    "p99_itl_ms": "inter_token_latency_p99_ms",
}
DIFFUSION_NAMES = SHARED_NAMES | {
    "ulysses_degree": "ulysses_parallel",
    "ring_degree": "ring_parallel",
    "batch_size": "batch",
    "batch_latency_s": "batch_latency_s",
    "inference_steps": "steps",
}
IMAGE_NAMES = DIFFUSION_NAMES | {
    "image_height": "height_pixels",
    "image_width": "width_pixels",
    "energy_per_image_joules": "energy_per_item_j",
    "throughput_images_per_sec": "throughput_items_per_s",
}
VIDEO_NAMES = DIFFUSION_NAMES | {
    "video_height": "height_pixels",
    "video_width": "width_pixels",
    "num_frames": "frames",
    "fps": "frames_per_s",
    "energy_per_video_joules": "energy_per_item_j",
    "throughput_videos_per_sec": "throughput_items_per_s",
}
TEXT_KEY = ["task", "model_id", "gpu_model", "gpus", "tensor_parallel", "expert_parallel",
            "data_parallel", "batch_limit", "power_w"]  # fmt: skip
DIFFUSION_KEY = ["task", "model_id", "gpu_model", "gpus", "ulysses_parallel", "ring_parallel",
                 "batch"]  # fmt: skip
# Who trained a model, by the owner of its repository. Two of Tencent's owners are one maker.
VENDORS = {
    "Qwen": "Alibaba",
    "Wan-AI": "Alibaba",
    "meta-llama": "Meta",
    "google": "Google",
    "deepseek-ai": "DeepSeek",
    "openai": "OpenAI",
    "nvidia": "NVIDIA",
    "Efficient-Large-Model": "NVIDIA",
    "PixArt-alpha": "PixArt",
    "Tencent-Hunyuan": "Tencent",
    "tencent": "Tencent",
    "black-forest-labs": "Black Forest Labs",
    "stabilityai": "Stability AI",
    "zai-org": "Zhipu",
}


def text(files):
    """Configurations of models that write text, one row each.

    Parameters
    ----------
    files : mapping of str to bytes
        Upstream files by source id.

    Returns
    -------
    DataFrame
        Columns of `TEXT_NAMES` in our names, ``task`` and ``vendor``; sorted; nothing corrected.

    Raises
    ------
    DataError
        A file that is not of the form expected, a key missing or new, a value of the wrong kind,
        or a model that the index does not hold with the same parameters.
    """
    models = _index(files)
    parts = [_task(files, source, task, TEXT_NAMES) for source, task in TEXT_TASKS.items()]
    return _ordered(pd.concat(parts, ignore_index=True), TEXT_KEY, models)


def diffusion(files):
    """Configurations of models that make images and videos, one row each.

    Parameters, errors: as `text`. Images have one frame and no frame rate.
    """
    models = _index(files)
    image = _task(files, "ml_energy_text_to_image", "text-to-image", IMAGE_NAMES)
    video = _task(files, "ml_energy_text_to_video", "text-to-video", VIDEO_NAMES)
    image = image.assign(frames=1, frames_per_s=np.nan)
    video = video.astype({"frames_per_s": float})
    both = pd.concat([image, video[list(image.columns)]], ignore_index=True)
    return _ordered(both, DIFFUSION_KEY, models)


def _index(files):
    content = _json(files, INDEX)
    if set(content) != {"architectures", "last_updated", "models", "tasks"}:
        raise DataError("index has other keys", file=INDEX, found=sorted(content))
    expected = sorted([*TEXT_TASKS.values(), *DIFFUSION_TASKS.values()])
    tasks, models = content["tasks"], content["models"]
    if not isinstance(tasks, list | dict) or sorted(map(str, tasks)) != expected:
        raise DataError("index lists other tasks", file=INDEX, found=tasks, allowed=expected)
    if not isinstance(models, dict):
        raise DataError("index holds no mapping of models", file=INDEX, found=models)
    for name, model in models.items():
        if not isinstance(model, dict) or not set(model) >= MODEL_KEYS:
            raise DataError("model of the index lacks a key", file=INDEX, key=name,
                            allowed=MODEL_KEYS)  # fmt: skip
    return models


def _json(files, source):
    if source not in files:
        raise DataError("upstream file is missing", file=source, allowed=sorted(files))
    return published_json.read(files[source], source)


def _task(files, source, task, names):
    content = _json(files, source)
    rows = content.get("configurations")
    if content.get("task") != task or not rows or not isinstance(rows, list):
        raise DataError("file does not hold the task", file=source, found=content.get("task"),
                        allowed=task)  # fmt: skip
    for number, row in enumerate(rows):
        where = {"file": source, "row": number}
        if not isinstance(row, dict) or set(row) != set(names):
            differ = sorted(set(row) ^ set(names)) if isinstance(row, dict) else row
            raise DataError("configuration has other keys", found=differ, allowed=sorted(names),
                            **where)  # fmt: skip
        for key, value in row.items():
            if key in WORDS and not (isinstance(value, str) and value):
                raise DataError("value is no word", key=key, found=value, **where)
            if key not in WORDS and (type(value) not in (int, float) or not value > 0):
                raise DataError("value is not a positive number", key=key, found=value, **where)
    return pd.DataFrame(rows).rename(columns=names)[list(names.values())].assign(task=task)


def _ordered(frame, key, models):
    _check_models(frame, models)
    frame.insert(0, "vendor", [_vendor(name) for name in frame["model_id"]])
    return frame.sort_values(key, kind="stable", ignore_index=True)


def _vendor(model_id):
    owner = model_id.split("/")[0]
    if owner not in VENDORS:
        raise DataError("maker of a model is not known", file=INDEX, found=model_id,
                        allowed=VENDORS)  # fmt: skip
    return VENDORS[owner]


def _check_models(frame, models):
    published = {"total_parameters_billion": "total_params_billions",
                 "active_parameters_billion": "activated_params_billions",
                 "weight_precision": "weight_precision"}  # fmt: skip
    once = frame.drop_duplicates(["model_id", *published])
    for row in once.to_dict("records"):
        listed = models.get(row["model_id"])
        if listed is None:
            raise DataError("model is not in the index", file=INDEX, found=row["model_id"])
        for ours, theirs in published.items():
            if row[ours] != listed[theirs]:
                raise DataError("index and task disagree on a model", file=INDEX,
                                key=f"{row['model_id']}.{theirs}", found=row[ours],
                                allowed=str(listed[theirs]))  # fmt: skip
