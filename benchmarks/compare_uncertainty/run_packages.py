"""Time the pinned packages on the formula of the life cycle; what they spend goes to a JSON file.

Runs in an environment of its own (requirements.lock beside this file), started by compare.py, which
hands it the inputs, a folder for whatever the packages write at home, and our package's path: the
formula is ours, so that only the tools differ.

    python run_packages.py <inputs.json> <results.json>
"""

import importlib.metadata
import json
import re
import socket
import sys
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
PACKAGES = ("lca-algebraic", "squigglepy")
ROUNDS = 5
SEED = 1


def refuse(*_, **__):
    raise SystemExit("error: a package asked for the network")


def locked_versions():
    """Version of each package in the lock; a run with others would not be what is pinned."""
    lock = (HERE / "requirements.lock").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([a-z0-9_.-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))
    for package in PACKAGES:
        installed = importlib.metadata.version(package)
        if installed != found[package]:
            raise SystemExit(f"error: {package} is {installed}, the lock has {found[package]}")
    return {package: found[package] for package in PACKAGES}


def least_seconds(work, rounds=ROUNDS):
    """CPU seconds of the quickest round after a first one, and what the last gave."""
    work()
    spent = []
    for _ in range(rounds):
        begin = time.process_time()
        result = work()
        spent.append(time.process_time() - begin)
    return min(spent), np.asarray(result, dtype=float)


def squigglepy_ways(formula, inputs, draws):
    """A function for each draw, as its pages show it, and whole arrays of samples."""
    import squigglepy as sq

    def made(kind, numbers):
        if kind == "fixed":
            return numbers[0], 0.0
        if kind == "uniform":
            return sq.uniform(*numbers), 0.0
        if kind == "triangular":
            return sq.triangular(*numbers), 0.0
        shift, mean, deviation, least = numbers
        clip = None if least is None else least - shift
        return sq.lognorm(norm_mean=mean, norm_sd=deviation, lclip=clip), shift

    known = [made(*given) for given in inputs.values()]
    sq.set_seed(SEED)

    def one():
        return sum(formula(*[shift + (x if isinstance(x, float) else sq.sample(x))
                             for x, shift in known]))  # fmt: skip

    def arrays():
        return sum(formula(*[shift + (x if isinstance(x, float) else sq.sample(x, n=draws))
                             for x, shift in known]))  # fmt: skip

    seconds, result = least_seconds(lambda: sq.sample(one, n=draws), rounds=1)
    yield "a function for each draw", seconds / draws, float(result.mean())
    seconds, result = least_seconds(arrays)
    yield "arrays of samples", seconds / draws, float(result.mean())


def lca_algebraic_ways(formula, inputs, draws, given):
    """Compiled by it from our formula; handed draws, so that its own sampling costs nothing."""
    import brightway2 as bw
    import lca_algebraic as agb

    bw.projects.set_current("comparison")
    agb.resetDb("own")
    agb.resetParams()
    bw.Database("flows").write(
        {("flows", "co2e"): {"name": "CO2e", "unit": "t", "type": "emission",
                             "categories": ("air",), "exchanges": []}}
    )  # fmt: skip
    method = ("own", "carbon", "t")
    bw.Method(method).register(unit="t")
    bw.Method(method).write([(("flows", "co2e"), 1.0)])
    symbols = []
    for name, (kind, numbers) in inputs.items():
        if kind == "fixed":
            symbols.append(numbers[0])
        else:
            low, high = float(np.min(given[name])), float(np.max(given[name]))
            centre, shape = float(np.mean(given[name])), agb.DistributionType.LINEAR
            symbols.append(
                agb.newFloatParam(name, default=centre, min=low, max=high, distrib=shape)
            )
    flow = agb.findActivity("CO2e", db_name="flows", single=True)
    amount = sum(formula(*symbols))
    whole = agb.newActivity("own", "life cycle", unit="unit", exchanges={flow: amount})
    seconds, result = least_seconds(lambda: agb.compute_impacts(whole, [method], **given))
    yield "draws handed to it", seconds / draws, float(result.mean())


def main(inputs, out):
    """Time every way of every package."""
    versions = locked_versions()
    handed = json.loads(Path(inputs).read_text(encoding="utf-8"))
    sys.path.insert(0, handed["package"])
    from ai_lifecycle.uncertainty.lifecycle_draws import formula

    # What a package needs of the network, none of these does.
    socket.socket.connect = refuse
    draws = handed["draws"]
    given = {name: np.array(values) for name, values in handed["given"].items()}
    rows = []
    for tool, ways in (
        ("squigglepy", squigglepy_ways(formula, handed["inputs"], draws)),
        ("lca-algebraic", lca_algebraic_ways(formula, handed["inputs"], draws, given)),
    ):
        for way, seconds, mean in ways:
            rows.append({"tool": tool, "version": versions[tool], "way": way,
                         "cpu_seconds_per_draw": seconds, "mean": mean})  # fmt: skip
    Path(out).write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
