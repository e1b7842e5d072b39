"""Sobol indices beside those of SALib: on its test functions, and on the life cycle."""

import re

import numpy as np
import pytest
from builds import ROOT
from SALib.analyze import sobol as salib_analysis
from SALib.sample import sobol as salib_sample
from SALib.test_functions import Ishigami, Sobol_G

from ai_lifecycle.uncertainty import distributions as d
from ai_lifecycle.uncertainty import lifecycle_draws, sensitivity

EXPONENT = 12
G_COEFFICIENTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0])
# A model of the life cycle, made up, with ranges as wide as those in use.
LIFE_CYCLE = {
    "utilisation": ("triangular", 0.35, 0.2, 0.48),
    "node_overhead": ("triangular", 1.38, 1.1, 1.5),
    "pue": ("lognormal", 1.12, 1.05, 1.4),
    "intensity_kg_per_kwh": ("uniform", 0.4, 0.1, 0.7),
    "experimentation_multiplier": ("truncated_lognormal", 2, 1.2, 3.5, 1),
    "requests": ("lognormal", 1e9, 0.5e9, 2e9),
    "lifetime_years": ("triangular", 5, 4, 6),
    "accelerator_kgco2e": ("triangular", 164, 120, 300),
}
FIXED = {
    "peak_hours_h": 1e6, "rated_power_w": 700, "power_share": 0.86, "request_kwh": 2e-4,
    "host_factor": 1.43, "idle_factor": 1.1, "idle_power_ratio": 0.488, "serving_power_w": 600,
    "serving_pue": 1.12, "serving_intensity_kg_per_kwh": 0.3, "host_kgco2e": 150,
    "building_kgco2e": 60, "end_of_life_kgco2e": 2, "reserved_utilisation": 0.7,
    "serving_asset_kgco2e": 400, "serving_end_of_life_kgco2e": 2,
}  # fmt: skip


def ishigami(u):
    return Ishigami.evaluate((np.pi * (2 * u - 1)).T)


def g_function(u):
    return Sobol_G.evaluate(u.T, a=G_COEFFICIENTS)


def life_cycle(u):
    inputs = {
        name: d.inverse(d.from_range(*given), row)
        for (name, given), row in zip(LIFE_CYCLE.items(), u, strict=True)
    }
    centre = {name: np.float64(FIXED.get(name, 1.0)) for name in lifecycle_draws.NAMES}
    return lifecycle_draws.cells_tco2e(centre | inputs).sum(axis=(0, 1))


MODELS = {
    "Ishigami": (ishigami, 3),
    "G": (g_function, len(G_COEFFICIENTS)),
    "life cycle": (life_cycle, len(LIFE_CYCLE)),
}


def problem(number):
    return {"num_vars": number, "names": [f"x{k}" for k in range(number)],
            "bounds": [[0.0, 1.0]] * number}  # fmt: skip


def theirs(values, number):
    """First-order and total indices with half-widths of their intervals."""
    found = salib_analysis.analyze(problem(number), values, calc_second_order=False, seed=1)
    return np.array([[found["S1"], found["S1_conf"]], [found["ST"], found["ST_conf"]]])


def ours(model, number):
    names = [f"x{k}" for k in range(number)]
    samples = sensitivity.two_samples(7, names, "m", EXPONENT)
    values = sensitivity.evaluated(model, *samples)
    return values, sensitivity.sobol_indices(values, 7)


@pytest.mark.parametrize("name", MODELS)
def test_samples_of_their_own_give_the_same_indices_within_the_intervals(name):
    model, number = MODELS[name]
    points = salib_sample.sample(problem(number), 2**EXPONENT, calc_second_order=False, seed=3)
    estimate, half = np.moveaxis(theirs(model(points.T), number), 1, 0)
    low, own, high = np.moveaxis(ours(model, number)[1], -1, 0)
    assert (low <= estimate + half).all()
    assert (high >= estimate - half).all()
    assert own == pytest.approx(estimate, abs=0.02)


@pytest.mark.parametrize("name", MODELS)
def test_the_same_points_give_the_same_indices(name):
    model, number = MODELS[name]
    values, found = ours(model, number)
    # SALib takes the samples of one point after another: first, exchanged ones, second.
    rows = np.concatenate([values[:1], values[2:], values[1:2]]).T.ravel()
    estimate = theirs(rows, number)[:, 0]
    assert found[..., 1] == pytest.approx(estimate, abs=1e-3)


def test_packages_to_compare_with_have_a_lock_with_hashes_and_no_address():
    room = ROOT / "benchmarks/compare_uncertainty"
    text = (room / "requirements.lock").read_text()
    locked = set(re.findall(r"^([a-z0-9_.-]+)==", text, flags=re.MULTILINE))
    assert set((room / "requirements.in").read_text().split()) <= locked
    assert "://" not in text
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
    ours = (ROOT / "requirements.lock").read_text()
    assert not re.search(r"^(brightway2|lca-algebraic|squigglepy)==", ours, flags=re.MULTILINE)
