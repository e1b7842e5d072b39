"""Draws of the life cycle against the limits of the machine, by ``make benchmark``; judges nothing.

Times are CPU seconds; each ratio is against a limit or a baseline measured in the same run.
"""

import time
import tracemalloc

import numpy as np
import pytest

from ai_lifecycle.uncertainty import (
    convergence,
    distributions,
    lifecycle_draws,
    plain,
    sensitivity,
    summaries,
)

MODELS, DRAWS = 100, 1_000_000
LEDGER = 1000
SEEDS = 40
STATISTICS = ("mean of points", "p05", "p50", "p95")
MANY = 20_000 * plain.BLOCK
GRID = "intensity_kg_per_kwh"
# A made-up model: kinds and widths as in data/constants.csv, all but two inputs uncertain.
INPUTS = {
    "peak_hours_h": ("triangular", 1e6, 0.9e6, 1.1e6),
    "utilisation": ("triangular", 0.35, 0.2, 0.48),
    "rated_power_w": ("fixed", 700),
    "power_share": ("triangular", 0.86, 0.76, 0.95),
    "node_overhead": ("triangular", 1.38, 1.1, 1.5),
    "pue": ("triangular", 1.12, 1.05, 1.4),
    "intensity_kg_per_kwh": ("triangular", 0.4, 0.3, 0.5),
    "experimentation_multiplier": ("truncated_lognormal", 2, 1.2, 3.5, 1),
    "requests": ("lognormal", 1e9, 0.5e9, 2e9),
    "request_kwh": ("lognormal", 2e-4, 1e-4, 4e-4),
    "host_factor": ("triangular", 1.43, 1.27, 1.5),
    "idle_factor": ("triangular", 1.1, 1.05, 1.35),
    "idle_power_ratio": ("triangular", 0.488, 0.2, 0.518),
    "serving_power_w": ("uniform", 600, 500, 700),
    "serving_pue": ("lognormal", 1.12, 1.05, 1.4),
    "serving_intensity_kg_per_kwh": ("triangular", 0.4, 0.3, 0.5),
    "accelerator_kgco2e": ("triangular", 164, 120, 300),
    "host_kgco2e": ("triangular", 150, 100, 300),
    "building_kgco2e": ("uniform", 60, 30, 90),
    "end_of_life_kgco2e": ("uniform", 2, 1, 3),
    "lifetime_years": ("triangular", 5, 4, 6),
    "reserved_utilisation": ("triangular", 0.7, 0.5, 0.9),
    "serving_asset_kgco2e": ("triangular", 400, 250, 700),
    "serving_end_of_life_kgco2e": ("fixed", 2),
}
SHARED = {
    "intensity_kg_per_kwh": "grid",
    "serving_intensity_kg_per_kwh": "grid",
    "lifetime_years": "fleet",
    "reserved_utilisation": "fleet",
}


@pytest.fixture(scope="module")
def inputs():
    return {name: distributions.from_range(*given) for name, given in INPUTS.items()}


def groups(model):
    return {name: SHARED.get(name, model) for name in INPUTS}


@pytest.fixture
def tell(capsys):
    def shown(text):
        with capsys.disabled():
            print(f"\n  {text}")

    return shown


def spent(work):
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def totals(inputs):
    phases = lifecycle_draws.cells_tco2e(inputs).sum(axis=1)
    return np.vstack([phases, phases.sum(axis=0)])


@pytest.mark.benchmark(group="100 models x 1,000,000 draws, 22 uncertain inputs, summaries of 4")
def test_plain_monte_carlo(benchmark, inputs, tell):
    def model(name):
        running = plain.carry_on(plain.start(), 1, inputs, groups(name), DRAWS)
        return plain.summary(running)

    model("compile")
    varying = sum(d.kind != "fixed" for d in inputs.values())
    raw, ours = np.empty(8192), np.empty(plain.BLOCK)
    generator = np.random.Generator(np.random.SFC64(1))
    limit, _ = spent(lambda: [generator.random(out=raw) for _ in range(DRAWS // raw.size)])
    own, _ = spent(lambda: [plain.philox.fill(ours, np.zeros(4, np.uint64), k)
                            for k in range(0, DRAWS, ours.size)])  # fmt: skip
    whole, _ = spent(
        lambda: benchmark.pedantic(
            lambda: [model(f"model {k}") for k in range(MODELS)], rounds=1, iterations=1
        )
    )
    scale = varying * MODELS
    tell(f"{MODELS} models x {DRAWS:,} draws of {varying} inputs: {whole:.2f} CPU s; raw uniforms "
         f"of NumPy's SFC64 alone {limit * scale:.2f} s, so {limit * scale / whole:.0%} of that "
         f"limit; of our own generator {own * scale:.2f} s, {own * scale / whole:.0%}")  # fmt: skip


def test_numpy_blocks_baseline(inputs, tell):
    """One model through NumPy and SciPy in blocks of 8,192 draws, the same distributions."""
    generator = np.random.Generator(np.random.SFC64(1))

    def model():
        kept = []
        for _ in range(DRAWS // 8192):
            u = {n: generator.random(8192) if d.kind != "fixed" else 0.5
                 for n, d in inputs.items()}  # fmt: skip
            kept.append(totals({n: distributions.inverse(inputs[n], u[n]) for n in inputs}))
        return summaries.exact(np.concatenate(kept, axis=1))

    baseline, _ = spent(model)
    compiled, _ = spent(
        lambda: plain.summary(plain.carry_on(plain.start(), 1, inputs, groups("m"), DRAWS))
    )
    tell(f"one model by NumPy blocks {baseline:.2f} CPU s, {baseline / compiled:.0f} x compiled")


def sobol(inputs, seed, exponent):
    return totals(lifecycle_draws.sobol_inputs(seed, inputs, groups("m"), "m", exponent))[3]


def random(inputs, seed, exponent):
    generator = np.random.Generator(np.random.Philox(seed))
    return totals(
        {n: distributions.inverse(d, generator.random(2**exponent)) for n, d in inputs.items()}
    )[3]


@pytest.fixture(scope="module")
def truth(inputs):
    """From plain draws, so many that their error is far below any in question."""
    return plain.summary(plain.carry_on(plain.start(), 999, inputs, groups("m"), MANY))[3]


def test_sobol_against_random(inputs, truth, tell):
    exponents = (8, 10, 12, 14)
    found = [
        convergence.relative_errors(lambda *one, draw=draw: draw(inputs, *one), truth,
                                    range(SEEDS), exponents)
        for draw in (sobol, random)
    ]  # fmt: skip
    for k, exponent in enumerate(exponents):
        ratio = found[1][k] / found[0][k]
        tell(f"2^{exponent} points, error of random over Sobol: mean {ratio[0]:.1f} x, "
             f"p05 {ratio[1]:.1f} x, p50 {ratio[2]:.1f} x, p95 {ratio[3]:.1f} x; "
             f"Sobol mean {found[0][k, 0]:.1e}")  # fmt: skip


def test_as_published_against_random(inputs, truth, tell):
    """The estimators of the ledger: mean in closed form, percentiles with the grid integrated."""

    def integrated(seed):
        drawn = lifecycle_draws.sobol_inputs(seed, inputs, groups("m"), "m", 14)
        without, unit = (totals(drawn | {GRID: value})[3] for value in (0.0, 1.0))
        result = without + (unit - without) * drawn[GRID]
        return summaries.conditioned(without, unit - without, inputs[GRID], result)

    drawn = np.array([summaries.exact(random(inputs, seed, 14)) for seed in range(SEEDS)])
    ways = {
        "smoothed": np.array([summaries.smoothed(sobol(inputs, s, 14)) for s in range(SEEDS)]),
        "as published": np.array([integrated(seed) for seed in range(SEEDS)]),
    }
    for name, marks in ways.items():
        for words, size in (
            ("root mean square", lambda off: np.sqrt(np.mean(off**2, axis=0))),
            ("median", lambda off: np.median(np.abs(off), axis=0)),
        ):
            ratio = size(drawn - truth) / size(marks - truth)
            told = ", ".join(f"{s} {r:.1f} x" for s, r in zip(STATISTICS, ratio, strict=True))
            tell(f"2^14 points, {name}, {words} over {SEEDS} seeds: {told}")
    closed = lifecycle_draws.mean_cells_tco2e(inputs).sum() / truth[0] - 1
    random_error = np.sqrt(np.mean((drawn[:, 0] / truth[0] - 1) ** 2))
    theirs = random_error * np.sqrt(2**14 / MANY)
    tell(f"mean in closed form, as published: {closed:+.1e} from that of {MANY:,} random draws, "
         f"whose own error is {theirs:.1e}; that of 2^14 is {random_error:.1e}")  # fmt: skip
    whole, _ = spent(lambda: [integrated(seed) for seed in range(SEEDS)])
    usual, _ = spent(lambda: [summaries.exact(sobol(inputs, s, 14)) for s in range(SEEDS)])
    tell(f"one row drawn and integrated {1000 * whole / SEEDS:.1f} CPU ms, drawn and in order "
         f"{1000 * usual / SEEDS:.1f}")  # fmt: skip


def test_sobol_indices(inputs, tell):
    names = [n for n, d in inputs.items() if d.kind != "fixed"]
    middle = {n: distributions.inverse(d, 0.5) for n, d in inputs.items()}

    def model(draws):
        return totals(middle | dict(zip(names, draws, strict=True)))[3]

    def indices():
        uniform = sensitivity.two_samples(1, names, "m")
        first, second = (
            np.array(
                [
                    distributions.inverse(inputs[n], row)
                    for n, row in zip(names, sample, strict=True)
                ]
            )
            for sample in uniform
        )
        return sensitivity.sobol_indices(sensitivity.evaluated(model, first, second), 1)

    indices()
    whole, found = spent(indices)
    tell(f"Sobol indices of {len(names)} inputs, 2^14 base points: {whole:.2f} CPU s; "
         f"first-order sum {found[0, :, 1].sum():.3f}")  # fmt: skip


def test_ledger_of_a_thousand_models(inputs, tell):
    def model(name):
        return summaries.exact(totals(lifecycle_draws.sobol_inputs(1, inputs, groups(name), name)))

    model("first")
    whole, _ = spent(lambda: [model(f"model {k}") for k in range(LEDGER)])
    tracemalloc.start()
    model("measured")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    tell(f"ledger of {LEDGER:,} models x 2^14 draws: {whole:.1f} CPU s, "
         f"{peak / 1e6:.0f} MB at most beside the results")  # fmt: skip
