"""Time and size of the build against the limits the project sets itself.

Run by ``make benchmark``. Prints, per quantity, what was measured, the limit and their ratio; it
judges nothing. Times are of whole processes on the machine at hand, single runs.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
SNAKEMAKE = [sys.executable, "-m", "snakemake", "-s", str(ROOT / "Snakefile")]
SNAKEMAKE += ["--workflow-profile", str(ROOT / "profiles/default"), "--cores", "2"]
REFUSING = dict.fromkeys(
    ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"
)


class PeakMemory(threading.Thread):
    """Largest resident set of any single process below `pid`, sampled every 20 ms."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.process, self.peak_bytes, self.running = psutil.Process(pid), 0, True

    def run(self):
        while self.running:
            try:
                for child in self.process.children(recursive=True):
                    self.peak_bytes = max(self.peak_bytes, child.memory_info().rss)
            except psutil.Error:
                pass
            time.sleep(0.02)


def timed(arguments, folder, environment):
    """Wall seconds and peak memory [MB] of one Snakemake run, which must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*SNAKEMAKE, "--directory", str(folder), *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    watch = PeakMemory(process.pid)
    watch.start()
    _, stderr = process.communicate()
    watch.running = False
    if process.returncode:
        raise SystemExit(stderr[-4000:])
    return time.perf_counter() - start, watch.peak_bytes / 1e6


def environment_seconds():
    """Seconds from an empty cache to an installed environment."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        settings = {
            **os.environ,
            "UV_CACHE_DIR": f"{scratch}/uv",
            "PIP_CACHE_DIR": f"{scratch}/pip",
        }
        start = time.perf_counter()
        subprocess.run(
            ["make", "environment"],
            cwd=clone,
            env=settings,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - start
        shutil.rmtree(clone / ".venv")
        megabytes = sum(
            p.stat().st_size for p in clone.rglob("*") if p.is_file() and ".git" not in p.parts
        )
        return seconds, megabytes / 1e6


def hourly_cleaning_seconds(folder, environment):
    """Wall seconds of the three jobs that parse and clean the hourly files, one after another."""
    jobs = ["clean_eia930", "clean_electricity_maps", "clean_avert"]
    start = time.perf_counter()
    timed(["--forcerun", *jobs, "--until", *jobs, "--cores", "1"], folder, environment)
    return time.perf_counter() - start


def hourly_cleaning_alone_seconds(folder):
    """Wall seconds of the same cleaning in this process: reading, treating, checking, writing."""
    sys.path.insert(0, str(ROOT / "workflow/scripts"))
    import clean_avert
    import clean_eia930
    import clean_electricity_maps
    from pvlib import solarposition  # noqa: F401  imported by the first, and not to be timed

    data, out = ROOT / "data", folder / "alone"
    references, rows = data / "references.bib", data / "expected_rows.csv"
    jobs = (
        (clean_eia930, "eia930_2022", data / "corrections/eia930_2022.yaml",
         data / "facts/balancing_authorities.csv", references, rows),
        (clean_electricity_maps, "electricity_maps_hourly", rows),
        (clean_avert, "avert_2022", data / "facts/avert_regions.csv", references, rows),
    )  # fmt: skip
    start = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        for script, dataset, *inputs in jobs:
            names = (f"{script.TABLE}.parquet", f"{script.QUALITY}.csv")
            script.main(
                folder / f"data/fetched/receipts/{dataset}.json",
                *inputs,
                *(data / "frozen" / name for name in names),
                *(out / name for name in names),
                False,
            )
    return time.perf_counter() - start


def main():
    mirror = os.environ.get("AI_LIFECYCLE_MIRROR", "")
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        offline = Path(scratch) / "offline"
        offline.mkdir()
        unreachable = {**REFUSING, "AI_LIFECYCLE_MIRROR": ""}
        seconds, peak = timed([], offline, unreachable)
        rows.append(("full build, offline", seconds, 120, "s"))
        rows.append(("peak memory of any job", peak, 1000, "MB"))
        rows.append(("no-op build", timed([], offline, unreachable)[0], 2, "s"))
        rows.append(("dry run", timed(["-n"], offline, unreachable)[0], 2, "s"))
        own = unreachable | {"AI_LIFECYCLE_MODEL": str(ROOT / "config/models/example.yaml")}
        rows.append(("own model with five scenarios, file to page",
                     timed(["my_model"], offline, own)[0], 15, "s"))  # fmt: skip
        if mirror:
            mirrored = Path(scratch) / "mirrored"
            mirrored.mkdir()
            with_mirror = {"AI_LIFECYCLE_MIRROR": mirror}
            build = timed([], mirrored, with_mirror)[0]
            rows.append(("full build, sources from the mirror", build, 120, "s"))
            rows.append(("offline slower than mirrored by", seconds - build, 5, "s"))
            again = hourly_cleaning_seconds(mirrored, with_mirror)
            rows.append(("hourly files cleaned anew, Snakemake included", again, 6, "s"))
            alone = hourly_cleaning_alone_seconds(mirrored)
            rows.append(("hourly files cleaned anew, cleaning alone", alone, 6, "s"))
    seconds, megabytes = environment_seconds()
    rows.append(("environment from an empty cache", seconds, 30, "s"))
    rows.append(("checkout without .git", megabytes, 20, "MB"))
    print(f"{'quantity':48} {'measured':>10} {'limit':>8} {'ratio':>6}")
    for name, measured, limit, unit in rows:
        print(f"{name:48} {measured:8.1f} {unit:2} {limit:5} {unit:2} {measured / limit:6.2f}")
    if not mirror:
        print("AI_LIFECYCLE_MIRROR is not set: the mirrored build was not measured")


if __name__ == "__main__":
    main()
