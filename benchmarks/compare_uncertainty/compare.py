"""Draws of the life cycle by us and by packages that others use: CPU time of one draw, as ratios.

    python compare.py <python of the packages' environment>

Judges nothing but that all mean the same: formula and distributions are those of
benchmarks/test_uncertainty.py.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from test_uncertainty import INPUTS, groups, totals  # noqa: E402

from ai_lifecycle.uncertainty import (  # noqa: E402
    distributions,
    lifecycle_draws,
    plain,
    summaries,
)

DRAWS = 1000
EXPONENT = 10
OURS = 1_000_000
# Standard errors by which a mean of another tool may lie off.
FAR = 5.0


def handed(inputs):
    """Inputs as numbers that any tool can take, and draws of them."""
    one = distributions.from_range("fixed", 1.0)
    known = {}
    for name in lifecycle_draws.NAMES:
        made = inputs.get(name, one)
        numbers = list(made.parameters)
        if made.kind.endswith("lognormal"):
            least = numbers[3]
            numbers = [*numbers[:3], least if np.isfinite(least) else None]
            known[name] = ("lognormal", numbers)
        else:
            known[name] = (made.kind, [float(number) for number in numbers])
    generator = np.random.Generator(np.random.Philox(1))
    given = {
        name: distributions.inverse(made, generator.random(DRAWS)).tolist()
        for name, made in inputs.items()
        if made.kind != "fixed"
    }
    return {"inputs": known, "given": given, "draws": DRAWS,
            "package": str(HERE.parents[1] / "workflow")}  # fmt: skip


def others(python, request):
    """Rows of the packages; whatever they write at home goes to a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "inputs.json").write_text(json.dumps(request), encoding="utf-8")
        (home / "brightway").mkdir()
        environment = {
            "PATH": os.environ["PATH"], "HOME": folder, "XDG_CACHE_HOME": folder,
            "XDG_CONFIG_HOME": folder, "BRIGHTWAY2_DIR": str(home / "brightway"),
            "MPLBACKEND": "Agg", "MPLCONFIGDIR": folder, "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        done = subprocess.run(
            [os.path.abspath(python), str(HERE / "run_packages.py"), "inputs.json", "results.json"],
            cwd=folder, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"error: the packages did not run:\n{done.stderr[-2000:]}")
        return json.loads((home / "results.json").read_text(encoding="utf-8"))


def least_seconds(work, rounds=5):
    work()
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        work()
        spent.append(time.process_time() - begin)
    return min(spent)


def main(python):
    """Print CPU time of a draw by tool, and over ours."""
    inputs = {name: distributions.from_range(*given) for name, given in INPUTS.items()}
    shared = groups("model")

    def large():
        return plain.carry_on(plain.start(), 1, inputs, shared, OURS)

    def sobol():
        drawn = lifecycle_draws.sobol_inputs(1, inputs, shared, "model", EXPONENT)
        return summaries.exact(totals(drawn))

    whole = plain.summary(large())[3]
    spread = totals(lifecycle_draws.sobol_inputs(1, inputs, shared, "model"))[3].std()
    own = least_seconds(large, 3) / OURS
    print(f"{len(INPUTS)} inputs; CPU time of one draw, sampling and formula")
    print(f"ours, counter-based, summaries in it: {own * 1e6:.3f} µs")
    points = least_seconds(sobol) / 2**EXPONENT
    print(f"ours, 2^{EXPONENT} Sobol points, summaries in it: {points * 1e6:.2f} µs")
    for row in others(python, handed(inputs)):
        each = row["cpu_seconds_per_draw"]
        off = abs(row["mean"] - whole[0]) / (spread / np.sqrt(DRAWS))
        print(f"{row['tool']} {row['version']}, {row['way']}, {DRAWS:,} draws: "
              f"{each * 1e6:.2f} µs, {each / own:,.0f} x ours, "
              f"{each / points:.1f} x our Sobol points")  # fmt: skip
        if off > FAR:
            raise SystemExit(f"error: its mean is {row['mean']:.4g}, ours {whole[0]:.4g}: "
                             "not the same formula")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
