"""ML.ENERGY and WattGPU: read strictly, faults found by rules, frozen tables as cleaned."""

import json

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import sources, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.ml_energy_cleaning import architectures, faults, measurements

FROZEN = ROOT / "data/frozen"
MODEL = {"nickname": "M", "total_params_billions": 8.0, "activated_params_billions": 8.0,
         "weight_precision": "bfloat16"}  # fmt: skip
TEXT = MODEL | {
    "model_id": "Qwen/M", "gpu_model": "H100", "num_gpus": 1, "avg_power_watts": 500.0,
    "architecture": "Dense Transformer", "tensor_parallel": 1, "expert_parallel": 1,
    "data_parallel": 1, "max_num_seqs": 8, "avg_batch_size": 7.9, "avg_output_len": 300.0,
    "output_throughput_tokens_per_sec": 1000.0, "energy_per_token_joules": 0.5,
    "energy_per_request_joules": 150.0, "median_itl_ms": 8.0, "p90_itl_ms": 9.0,
    "p95_itl_ms": 10.0, "p99_itl_ms": 11.0,
}  # fmt: skip
PICTURE = MODEL | {
    "model_id": "Qwen/M", "gpu_model": "H100", "num_gpus": 2, "avg_power_watts": 800.0,
    "ulysses_degree": 2, "ring_degree": 1, "batch_size": 4, "batch_latency_s": 2.0,
    "inference_steps": 20,
}  # fmt: skip
IMAGE = PICTURE | {"image_height": 1024, "image_width": 1024, "energy_per_image_joules": 400.0,
                   "throughput_images_per_sec": 2.0}  # fmt: skip
VIDEO = PICTURE | {"video_height": 480, "video_width": 832, "num_frames": 81, "fps": 15,
                   "energy_per_video_joules": 400.0, "throughput_videos_per_sec": 2.0}  # fmt: skip


def upstream(**changed):
    """Files as published, one configuration a task; `changed` replaces rows of the chat task."""
    every = {**measurements.TEXT_TASKS, **measurements.DIFFUSION_TASKS}
    rows = {source: [TEXT] for source in measurements.TEXT_TASKS}
    rows |= {"ml_energy_text_to_image": [IMAGE], "ml_energy_text_to_video": [VIDEO]} | changed
    files = {s: {"task": t, "configurations": rows[s]} for s, t in every.items()}
    files["ml_energy_index"] = {"architectures": {}, "last_updated": "", "tasks": [*every.values()],
                                "models": {"Qwen/M": MODEL}}  # fmt: skip
    return {name: json.dumps(content).encode() for name, content in files.items()}


def chat(**changed):
    return upstream(ml_energy_lm_arena_chat=[TEXT | changed])


def test_names_and_units_of_a_row():
    row = measurements.text(chat()).query("task == 'lm-arena-chat'").iloc[0]
    assert (row["vendor"], row["gpus"], row["energy_per_token_j"]) == ("Alibaba", 1, 0.5)
    made = measurements.diffusion(upstream()).set_index("task")
    assert made.loc["text-to-image", "frames"] == 1
    assert np.isnan(made.loc["text-to-image", "frames_per_s"])
    assert made.loc["text-to-video", ["frames", "frames_per_s"]].tolist() == [81, 15]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (chat(surprise=1), "other keys"),
        (chat(avg_power_watts=-1.0), "positive"),
        (chat(avg_power_watts=None), "positive"),
        (chat(model_id="Qwen/other"), "not in the index"),
        (chat(model_id="stranger/M"), "index"),
        (chat(total_params_billions=9.0), "disagree"),
        (upstream() | {"ml_energy_index": b"{"}, "not JSON"),
        (upstream() | {"ml_energy_gpqa": b'{"task": "chat"}'}, "does not hold"),
        ({k: v for k, v in upstream().items() if k != "ml_energy_gpqa"}, "missing"),
    ],
)
def test_what_upstream_may_not_be(files, words):
    with pytest.raises(DataError, match=words):
        measurements.text(files)


def marked(*rows):
    return faults.mark(measurements.text(upstream(ml_energy_lm_arena_chat=list(rows)))).query(
        "task == 'lm-arena-chat'"
    )


def test_a_newer_gpu_that_is_slower_is_marked():
    slow = TEXT | {"gpu_model": "B200", "output_throughput_tokens_per_sec": 900.0}
    fast = slow | {"output_throughput_tokens_per_sec": 1100.0}
    assert faults.has(marked(TEXT, slow), faults.SLOWER).tolist() == [True, False]
    assert not faults.has(marked(TEXT, fast), faults.SLOWER).any()
    # Two older runs of equal settings: the slower one is the reference.
    repeat = TEXT | {"output_throughput_tokens_per_sec": 850.0, "avg_power_watts": 501.0}
    assert not faults.has(marked(TEXT, repeat, slow), faults.SLOWER).any()
    elsewhere = slow | {"max_num_seqs": 16}
    assert not faults.has(marked(TEXT, elsewhere), faults.SLOWER).any()


def test_throughput_that_falls_with_batch_is_marked():
    more = TEXT | {"max_num_seqs": 16, "output_throughput_tokens_per_sec": 800.0}
    frame = marked(TEXT, more)
    assert frame.loc[faults.has(frame, faults.FALLS), "batch_limit"].tolist() == [16]
    within = more | {"output_throughput_tokens_per_sec": 950.0}
    assert not faults.has(marked(TEXT, within), faults.FALLS).any()


def test_repeats_and_untold_parallelism_are_marked():
    assert faults.has(marked(TEXT, TEXT | {"avg_power_watts": 510.0}), faults.REPEATED).all()
    spread = marked(TEXT | {"num_gpus": 2, "expert_parallel": 2})
    assert faults.has(spread, faults.PARALLEL).all()
    assert marked(TEXT)["fault"].isna().all()


# Counts of the rows as published: a lost row or fault fails here.
def test_counts_of_the_frozen_tables():
    text = tables.read_csv(FROZEN / "ml_energy_text.csv", "ml_energy_text")
    made = tables.read_csv(FROZEN / "ml_energy_diffusion.csv", "ml_energy_diffusion")
    assert text.groupby("task").size().to_dict() == {
        "gpqa": 187, "image-chat": 173, "lm-arena-chat": 328, "sourcegraph-fim": 50,
        "video-chat": 100,
    }  # fmt: skip
    assert made.groupby("task").size().to_dict() == {"text-to-image": 638, "text-to-video": 382}
    counted = {name: int(faults.has(text, name).sum()) for name in
               (faults.SLOWER, faults.FALLS, faults.REPEATED, faults.PARALLEL)}  # fmt: skip
    assert counted == {faults.SLOWER: 43, faults.FALLS: 12, faults.REPEATED: 6,
                       faults.PARALLEL: 348}  # fmt: skip


def test_energy_is_power_over_throughput_in_every_row():
    text = tables.read_csv(FROZEN / "ml_energy_text.csv", "ml_energy_text")
    ratio = text["power_w"] / text["throughput_tokens_per_s"] / text["energy_per_token_j"]
    assert ratio.to_numpy() == pytest.approx(np.ones(len(text)), rel=1e-7)
    whole = text["energy_per_token_j"] * text["mean_output_tokens"] / text["energy_per_request_j"]
    assert whole.to_numpy() == pytest.approx(np.ones(len(text)), rel=1e-7)


def features(**changed):
    row = dict.fromkeys(architectures.COLUMNS, "") | {
        "model_name": "a/b", "total_b_params": "8.0", "active_b_params": "8.0",
        "num_layers": "4", "hidden_size": "1024", "num_attention_heads": "8",
        "num_key_value_heads": "2",
    } | changed  # fmt: skip
    return pd.DataFrame([row]).to_csv(sep=";", index=False).encode()


def test_head_dimension_is_published_or_width_over_heads():
    computed = architectures.read(features(), "f").iloc[0]
    assert (computed["head_dimension"], computed["head_dimension_basis"]) == (
        128.0, "hidden size over heads",
    )  # fmt: skip
    nested = architectures.read(features(text_config="{'head_dim': 256}"), "f").iloc[0]
    assert (nested["head_dimension"], nested["head_dimension_basis"]) == (256.0, "published")


def test_windows_are_counted_and_only_where_a_layer_has_one():
    types = "['sliding_attention', 'full_attention', 'sliding_attention', 'full_attention']"
    row = architectures.read(features(layer_types=types, sliding_window="128"), "f").iloc[0]
    assert (row["windowed_layers"], row["window_tokens"]) == (2.0, 128.0)
    unused = architectures.read(features(sliding_window="4096"), "f").iloc[0]
    assert np.isnan(unused["window_tokens"])


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (features(layer_types="['linear']"), "unknown kind of layer"),
        (features(num_layers="many"), "not a number"),
        (features().replace(b"head_dim", b"head"), "not there"),
        (features() + features().split(b"\n")[1] + b"\n", "listed twice"),
    ],
)
def test_features_that_are_refused(payload, words):
    with pytest.raises(DataError, match=words):
        architectures.read(payload, "f")


@pytest.mark.mirror
def test_frozen_tables_are_what_upstream_yields(mirror, tmp_path):
    import sys

    sys.path.insert(0, str(ROOT / "workflow/scripts"))
    import clean_ml_energy

    catalogue = sources.catalogue(ROOT / "data/sources.yaml")
    receipts = {}
    for key in ("ml_energy", "architecture_features"):
        outcomes = sources.fetch([catalogue[key]], tmp_path / "fetched", mirror=str(mirror))
        receipts[key] = tmp_path / "fetched/receipts" / f"{key}.json"
        sources.write_receipt(receipts[key], key, outcomes[key])
    clean_ml_energy.main(
        receipts["ml_energy"], receipts["architecture_features"],
        {key: FROZEN / f"{table}.csv" for key, table in clean_ml_energy.TABLES.items()},
        {key: tmp_path / f"{table}.csv" for key, table in clean_ml_energy.TABLES.items()}, False,
    )  # fmt: skip
