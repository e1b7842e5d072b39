"""Kernels against a baseline or a limit in the same run, by ``make benchmark``; judges nothing.

Baselines: the loop a reader would write first. Limits: the least work that the task allows.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle.grid import marginal
from ai_lifecycle.inference_tables import design, requests

HOURS, DAYS, REPLICATES = 8760, 365, 200
MODELS = 1000


@pytest.fixture(scope="module")
def year():
    """A made-up year of changes: x, y, day, hour, season of day."""
    generator = np.random.Generator(np.random.Philox(1))
    x = generator.normal(0, 500, HOURS)
    y = 0.4 * x + generator.normal(0, 50, HOURS)
    day, hour = np.arange(HOURS) // 24, np.arange(HOURS) % 24
    return x, y, day, hour, np.arange(DAYS) * 4 // DAYS


@pytest.fixture(scope="module")
def counts(year):
    return marginal.day_counts(year[4], REPLICATES, np.random.Generator(np.random.Philox(2)))


@pytest.mark.benchmark(group="day-block bootstrap of 96 slopes, 200 resamples")
def test_bootstrap_from_sums(benchmark, year, counts):
    x, y, day, hour, season = year

    def run():
        sums = marginal.sums_by_day(x, y, day, hour, DAYS)
        return marginal.slope(marginal.resampled(sums, season, 4, counts), intercept=False)

    assert benchmark(run).shape == (REPLICATES, 4, 24)


@pytest.mark.benchmark(group="day-block bootstrap of 96 slopes, 200 resamples")
def test_bootstrap_by_loop_baseline(benchmark, year, counts):
    """A twentieth of the resamples, regressed one by one: multiply its time by twenty."""
    x, y, _, _, season = year

    def run():
        out = np.empty((REPLICATES // 20, 4, 24))
        for r in range(REPLICATES // 20):
            days = np.repeat(np.arange(DAYS), counts[r].astype(int))
            for s in range(4):
                for h in range(24):
                    rows = days[season[days] == s] * 24 + h
                    out[r, s, h] = (x[rows] * y[rows]).sum() / (x[rows] ** 2).sum()
        return out

    assert benchmark.pedantic(run, rounds=3).shape == (REPLICATES // 20, 4, 24)


@pytest.fixture(scope="module")
def hourly_files():
    place = os.environ.get("AI_LIFECYCLE_MIRROR", "")
    files = sorted(Path(place).rglob("*_2022_hourly.csv")) if place else []
    if not files:
        pytest.skip("AI_LIFECYCLE_MIRROR names no folder of upstream files")
    return files


@pytest.mark.benchmark(group="16 hourly files of Electricity Maps")
def test_clean_hourly_files(benchmark, hourly_files):
    from ai_lifecycle.grid_cleaning import electricity_maps

    payloads = {f.name.removesuffix("_2022_hourly.csv"): f.read_bytes() for f in hourly_files}

    def run():
        return [
            electricity_maps.parse(zone, 2022, payload, rows=HOURS)
            for zone, payload in payloads.items()
        ]

    assert len(benchmark.pedantic(run, rounds=3)) == len(hourly_files)


@pytest.mark.benchmark(group="16 hourly files of Electricity Maps")
def test_read_hourly_files_limit(benchmark, hourly_files):
    """The limit: pandas reads the same files and nothing is done with them."""
    benchmark.pedantic(lambda: [pd.read_csv(f) for f in hourly_files], rounds=3)


@pytest.fixture(scope="module")
def served():
    """A thousand made-up models, a third of them mixtures, and the inputs of a request."""
    generator = np.random.Generator(np.random.Philox(3))
    total = 10 ** generator.uniform(9, 12, MODELS)
    active = np.where(np.arange(MODELS) % 3 == 0, total / 10, total)
    models = pd.DataFrame({"parameters": total, "active_parameters": active})
    names = {
        "batch_large_service": 192.0, "expert_share_of_bound": 0.6, "weight_bytes": 2.0,
        "compute_energy": 0.006, "memory_energy": 0.2, "routing_factor": 1.5,
        "cache_values_per_size": 2e4, "cache_value_bytes": 2.0, "fitted_prompt_tokens": 500.0,
        "prompt_energy": 0.0017, "host_factor": 1.4, "provisioned_idle_factor": 1.1,
        "execution_idle_factor": 1.1, "pue": 1.1, "working_power": 580.0, "idle_power_ratio": 0.5,
    }  # fmt: skip
    inputs = {name: np.full((3, 1), value) for name, value in names.items()}
    shape = pd.DataFrame(np.nan, index=models.index, columns=design.SHAPE)
    return models, shape, inputs, {"prompt_tokens": 500, "output_tokens": 300}


@pytest.mark.benchmark(group="energy and hours of a request, 1,000 models, three corners")
def test_requests_of_a_thousand_models(benchmark, served):
    found = benchmark(lambda: requests.energies(*served))
    assert found["facility_energy", "_kwh"].shape == (3, MODELS)


@pytest.mark.benchmark(group="energy and hours of a request, 1,000 models, three corners")
def test_requests_one_by_one_baseline(benchmark, served):
    """A fiftieth of the models, one call each: multiply its time by fifty."""
    models, shape, inputs, request = served

    def run():
        return [
            requests.energies(models.iloc[[i]], shape.iloc[[i]], inputs, request)
            for i in range(MODELS // 50)
        ]

    assert len(benchmark.pedantic(run, rounds=3)) == MODELS // 50
