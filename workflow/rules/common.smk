# Settings that every room shares: configuration, one-threaded arithmetic, where committed files
# and package modules lie.

import os
import sys
import time
from pathlib import Path

from ai_lifecycle import build_lock, module_imports, settings, strict_yaml
from ai_lifecycle.errors import DataError

# Snakemake will refuse a locked folder without saying who locked it.
if workflow.is_main_process and "--unlock" not in sys.argv:
    if explanation := build_lock.explained():
        print(explanation, file=sys.stderr)

# Where this repository lies. Its files are addressed from here and not from the working folder,
# so that another workflow can import this one (from a clone) with its own paths.
REPOSITORY = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parents[1]

# A repeated key or an alias in the file of choices would be taken silently.
for given in workflow.configfiles:
    strict_yaml.read(given)
CONFIG_SCHEMA = REPOSITORY / "workflow/schemas/config.schema.yaml"
config.update(settings.with_switches(config, CONFIG_SCHEMA))
settings.check(config, CONFIG_SCHEMA, "config/config.yaml, --configfile or --config")

# Results must not depend on threads, core type, locale or time zone of whoever builds them.
os.environ.update(
    OPENBLAS_NUM_THREADS="1",
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    NUMBA_NUM_THREADS="1",
    OPENBLAS_CORETYPE="Haswell",
    MPLBACKEND="Agg",
    TZ="UTC",
    LC_ALL="C.UTF-8",
    PYTHONHASHSEED="0",
)

# The settings that may also come from the environment, which wins unless it is empty.
MIRROR = os.environ.get("AI_LIFECYCLE_MIRROR") or config["mirror"]
OFFLINE = settings.switch("AI_LIFECYCLE_OFFLINE", os.environ, config["offline"])

# Datasets that the build reads; the catalogue holds more (rule sources_all fetches those too).
BUILD_DATASETS = [
    "eia930_2022",
    "avert_2022",
    "electricity_maps_hourly",
    "annual_intensity",
    "epoch_models",
    "chip_dataset",
    "ml_energy",
    "architecture_features",
    "boavizta",
    "greensku",
    "epoch_chip_counts",
    # For the evidence of facts alone.
    "act_factors",
    "act_model_files",
    "electricity_maps_factors",
    "emission_factors",
    "llama_cards",
    "ml_co2_impact",
]


def SHIPPED(path):
    """A committed file of this repository; Snakemake alone would not miss a deleted one."""
    if not (REPOSITORY / path).is_file():
        raise DataError("a file of the repository is missing", file=REPOSITORY / path)
    return str(REPOSITORY / path)


def FROZEN(name):
    """Where a frozen table lies or would lie; it may not exist before it is first frozen."""
    return str(REPOSITORY / "data/frozen" / name)


def CAPTION(stem):
    """Caption of a figure."""
    return SHIPPED(f"workflow/report/{stem}.rst")


PACKAGE = REPOSITORY / "workflow/ai_lifecycle"


def CODE(script):
    """Package files behind a script, however deep, so that editing one re-runs its rule."""
    return module_imports.behind([REPOSITORY / f"workflow/scripts/{script}.py"], PACKAGE)


def CODE_BEHIND(*modules):
    """Package files, named below the package, and those behind them."""
    files = [SHIPPED(f"workflow/ai_lifecycle/{module}") for module in modules]
    return sorted({*files, *module_imports.behind(files, PACKAGE)})


def lift_limit_of_starts():
    """Let jobs start as cores come free.

    Snakemake's limit on starts per second, which protects a cluster's queue, keeps a timer for
    every job that ended, and the end of a build waits for the last of them.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


STARTED = time.time()


def show_summary():
    """Print where to look, if this run wrote it."""
    summary = Path(rules.manifest_build.output.summary)
    # File systems round times; a second is far below what a build takes.
    if summary.is_file() and summary.stat().st_mtime >= STARTED - 1:
        print(summary.read_text(encoding="utf-8"), end="")


def withdraw_manifest():
    """A manifest of a build that did not finish would list files that are not there."""
    Path(rules.manifest_build.output.manifest).unlink(missing_ok=True)
