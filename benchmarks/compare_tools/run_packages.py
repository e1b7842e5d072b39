"""Run the pinned packages on the committed inputs and write what they give.

Runs in an environment of its own (requirements.lock beside this file), outside the build, and
without network: a connection is refused. The build reads the table that it writes.

    python run_packages.py <folder data> <table to write>
"""

import asyncio
import csv
import importlib.metadata
import logging
import math
import re
import socket
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ("boaviztapi", "codecarbon", "ecologits")
COLUMNS = (
    "case", "tool", "version", "variant", "quantity", "value", "unit", "low", "high", "boundary",
    "inputs", "source_key", "locator", "status", "note",
)  # fmt: skip
SOURCES = {
    "boaviztapi": "boaviztapi250",
    "codecarbon": "codecarbon332",
    "ecologits": "ecologits0113",
}
AS_IT_COMES, OUR_BATCH = "as it comes", "at our batch"
BARE_AREAS, NO_MEMORY = "areas without yield", "without memory"
# The package's name of each accelerator, and the provider whose data centres stand for a service.
ACCELERATORS = {
    "a100": "NVIDIA A100 SXM4 40GB",
    "b200": "NVIDIA B200 180GB",
    "h100": "NVIDIA H100 SXM 80GB",
    "v100": "NVIDIA Tesla V100 SXM2 32GB",
}
PROVIDER = "huggingface_hub"
MADE = "manufacture, transport, end of life"
SERVED = "accelerator and host"
SECONDS_PER_HOUR = 3600


def refuse(*_, **__):
    raise SystemExit("error: a package asked for the network; its numbers are to be its own")


def rows_of(path):
    """Rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def locked_versions():
    """Version of each package in the lock; a run with others would not be what is pinned."""
    lock = (HERE / "requirements.lock").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([a-z0-9_.-]+)==([^ ;\\]+)", lock, flags=re.MULTILINE))
    for package in PACKAGES:
        try:
            installed = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            raise SystemExit(f"error: {package} is not installed: make compare-tools") from None
        if installed != found[package]:
            raise SystemExit(f"error: {package} is {installed}, the lock has {found[package]}")
    return {package: found[package] for package in PACKAGES}


def boaviztapi(case, known):
    """Embodied carbon of an accelerator."""
    from boaviztapi import config
    from boaviztapi.dto.component.gpu import GPU
    from boaviztapi.models.component.gpu import VRAM_DIE_SURFACE_PER_GB
    from boaviztapi.routers import component_router

    def embodied(**attributes):
        answer = asyncio.run(
            component_router.gpu_impact_bottom_up_from_configuration(
                gpu=GPU(name=ACCELERATORS[case], **attributes),
                verbose=False,
                duration=config.default_duration,
                archetype=config.default_gpu,
                criteria=["gwp"],
            )
        )
        return answer["impacts"]["gwp"]["embedded"]

    runs = [(AS_IT_COMES, {}), (NO_MEMORY, {"vram_surface": 0.0})]
    if "die_area" in known:
        memory = known["memory"] * VRAM_DIE_SURFACE_PER_GB
        runs.append((BARE_AREAS, {"gpu_surface": known["die_area"], "vram_surface": memory}))
    for variant, attributes in runs:
        found = embodied(**attributes)
        yield {
            "variant": variant,
            "quantity": "embodied",
            "unit": "kgCO2e",
            "value": found["value"],
            "low": found["min"],
            "high": found["max"],
            "boundary": MADE,
            "inputs": inputs(name=ACCELERATORS[case], **attributes),
            "locator": "component_router.gpu_impact_bottom_up_from_configuration, gwp, embedded",
        }


def ecologits(known, country):
    """Energy and embodied carbon of a request."""
    from ecologits.electricity_mix_repository import electricity_mixes
    from ecologits.impacts.llm import (
        BATCH_SIZE,
        compute_llm_impacts,
        compute_llm_impacts_dag,
    )
    from ecologits.tracers.utils import PROVIDER_CONFIG_MAP

    place = PROVIDER_CONFIG_MAP[PROVIDER]
    mix = electricity_mixes.find_electricity_mix(zone=country)
    for variant, batch in ((AS_IT_COMES, BATCH_SIZE), (OUR_BATCH, int(known["batch"]))):
        given = {
            "model_active_parameter_count": known["active_parameters"],
            "model_total_parameter_count": known["total_parameters"],
            "output_token_count": known["output_tokens"],
            "batch_size": batch,
        }
        setting = {
            **given,
            "if_electricity_mix_adpe": mix.adpe,
            "if_electricity_mix_pe": mix.pe,
            "if_electricity_mix_gwp": mix.gwp,
            "if_electricity_mix_wue": mix.wue,
            "datacenter_pue": place.datacenter_pue,
            "datacenter_wue": place.datacenter_wue,
        }
        found = compute_llm_impacts(**setting)
        steps = compute_llm_impacts_dag(**setting, request_latency=math.inf)
        accelerators = steps["gpu_required_count"]
        hours = steps["generation_latency"] * accelerators / batch / SECONDS_PER_HOUR
        for quantity, unit, boundary, value in (
            ("accelerators", "1", SERVED, accelerators),
            ("accelerator_hours", "h", SERVED, hours),
            ("energy", "kWh", "facility", found.usage.energy.value),
            ("operational", "kgCO2e", "facility", found.usage.gwp.value),
            ("embodied", "kgCO2e", SERVED, found.embodied.gwp.value),
        ):
            low, high = getattr(value, "min", value), getattr(value, "max", value)
            yield {
                "variant": variant,
                "quantity": quantity,
                "unit": unit,
                "value": (low + high) / 2,
                "low": low,
                "high": high,
                "boundary": boundary,
                "inputs": inputs(**given, provider=PROVIDER, zone=country),
                "locator": "impacts.llm.compute_llm_impacts",
                "note": "value is the middle of its range" if low < high else "",
            }


def ecologits_accelerator(case):
    """What every accelerator embodies, whichever it is."""
    from ecologits.impacts.llm import GPU_EMBODIED_IMPACT_GWP, GPU_MEMORY

    if case == "h100":
        yield {
            "variant": AS_IT_COMES,
            "quantity": "embodied",
            "unit": "kgCO2e",
            "value": GPU_EMBODIED_IMPACT_GWP,
            "boundary": "not stated in the package",
            "inputs": inputs(gpu_memory=GPU_MEMORY),
            "locator": "impacts.llm.GPU_EMBODIED_IMPACT_GWP",
            "note": "one constant for an accelerator of 80 GB",
        }


def ecologits_grid(country):
    """Intensity of a grid."""
    from ecologits.electricity_mix_repository import electricity_mixes

    yield {
        "variant": AS_IT_COMES,
        "quantity": "intensity",
        "unit": "kg/kWh",
        "value": electricity_mixes.find_electricity_mix(zone=country).gwp,
        "boundary": "basis not stated in the package",
        "inputs": inputs(zone=country),
        "locator": "electricity_mix_repository.electricity_mixes, gwp",
    }


def codecarbon(country, name):
    """Intensity of a grid: emissions of one kWh."""
    from codecarbon.core.emissions import Emissions
    from codecarbon.core.units import Energy
    from codecarbon.external.geography import GeoMetadata
    from codecarbon.input import DataSource

    place = GeoMetadata(country_iso_code=country, country_name=name, region=None)
    yield {
        "variant": AS_IT_COMES,
        "quantity": "intensity",
        "unit": "kg/kWh",
        "value": Emissions(DataSource()).get_private_infra_emissions(
            Energy.from_energy(kWh=1), place
        ),
        "boundary": "basis not stated in the package",
        "inputs": inputs(country_iso_code=country),
        "locator": "core.emissions.Emissions.get_private_infra_emissions of 1 kWh",
    }


def inputs(**given):
    """What was put in, on one line."""
    return "; ".join(f"{key}={shown(value)}" for key, value in sorted(given.items()))


def shown(value):
    """A value with nine digits, or its text."""
    return value if isinstance(value, str) else f"{value:.9g}"


def outputs(data):
    """Every row of the table."""
    known = {}
    for row in rows_of(data / "facts/tool_inputs.csv"):
        known.setdefault(row["case"], {})[row["quantity"]] = float(row["value"])
    constants = {row["id"]: float(row["value"]) for row in rows_of(data / "constants.csv")}
    for case in rows_of(data / "tool_cases.csv"):
        key, given = case["case"], known.get(case["case"], {})
        given["batch"] = constants["inference.batch_large_service"]
        runs = {
            "chip": (
                ("boaviztapi", lambda k=key, g=given: boaviztapi(k, g)),
                ("ecologits", lambda k=key: ecologits_accelerator(k)),
            ),
            "request": (("ecologits", lambda g=given, c=case: ecologits(g, c["country"])),),
            "grid": (
                ("codecarbon", lambda c=case: codecarbon(c["country"], c["name"])),
                ("ecologits", lambda c=case: ecologits_grid(c["country"])),
            ),
        }  # fmt: skip
        for tool, run in runs.get(case["kind"], ()):
            for row in run():
                yield {"case": key, "tool": tool, **row}


def main(data, out):
    """Write the table; nothing is written unless every run came through."""
    logging.disable(logging.WARNING)
    versions = locked_versions()
    socket.socket.connect = refuse
    socket.create_connection = refuse
    found = []
    for row in outputs(data):
        if not math.isfinite(row["value"]):
            raise SystemExit(f"error: no number from {row['tool']} for {row['case']}")
        numbers = {name: shown(row[name]) for name in ("value", "low", "high") if name in row}
        found.append(
            {
                **row,
                **numbers,
                "version": versions[row["tool"]],
                "source_key": SOURCES[row["tool"]],
                "status": "derived",
            }
        )
    found.sort(key=lambda row: (row["case"], row["tool"], row["quantity"], row["variant"]))
    with open(out, "w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, COLUMNS, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(found)
    print(f"{len(found)} rows in {out.name}: " + ", ".join(f"{k} {v}" for k, v in versions.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
