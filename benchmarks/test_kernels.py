"""Kernels against a baseline or a limit in the same run, by ``make benchmark``; judges nothing.

Baselines: the loop a reader would write first. Limits: the least work that the task allows.
"""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle.grid import marginal

HOURS, DAYS, REPLICATES = 8760, 365, 200


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
