"""Component footprints of the GreenSKU framework: open estimates by its authors."""

import re

import pandas as pd
import yaml

from ai_lifecycle.errors import DataError

MONTHS_PER_YEAR = 12
KILOWATTS_PER_MEGAWATT = 1000.0
GIGABYTES_PER_TERABYTE = 1000.0


def read(files):
    """Components with embodied carbon, power, capacity and life.

    Parameters
    ----------
    files : dict of str to bytes
        Source id to content, of the ids ``greensku_*``.

    Returns
    -------
    DataFrame
        component, variant, capacity, capacity_unit, embodied_kgco2e, power_w,
        lifetime_years; sorted by component and variant.

    Raises
    ------
    DataError
        A file without the keys expected, or a number without one.
    """
    trees = {}
    for name, payload in files.items():
        trees[name.removeprefix("greensku_").lower()] = yaml.safe_load(payload.decode("utf-8"))
    try:
        rows = [
            *_sized(trees["dram"], "DDR5", "memory"),
            *_drives(trees["ssd"], "drive"),
            *_processors(trees["cpu"]),
            _network(trees["nic"]),
            *_items(trees["server"], "server"),
            *_items(trees["rack"], "rack"),
            *_items(trees["data_center"], "building"),
            *_building_capacity(trees["data_center"]),
            *_parameters(trees["params"]),
        ]
    except (KeyError, IndexError, TypeError) as fault:
        raise DataError(
            "a GreenSKU file lacks what was in it", file="greensku", key=str(fault)
        ) from fault
    frame = pd.DataFrame(rows, columns=COLUMNS)
    return frame.sort_values(["component", "variant"], kind="stable").reset_index(drop=True)


COLUMNS = [
    "component",
    "variant",
    "capacity",
    "capacity_unit",
    "embodied_kgco2e",
    "power_w",
    "lifetime_years",
]


def _row(component, variant, carbon, *, power=None, capacity=None, unit=None, months=None):
    return {
        "component": component,
        "variant": variant,
        "capacity": capacity,
        "capacity_unit": unit,
        "embodied_kgco2e": None if carbon is None else float(carbon),
        "power_w": None if power is None else _quantity(power, "W"),
        "lifetime_years": None if months is None else float(months) / MONTHS_PER_YEAR,
    }


def _quantity(text, unit):
    match = re.fullmatch(rf"([0-9.]+)\s*{unit}", str(text))
    if not match:
        raise DataError("quantity without its unit", file="greensku", found=text, allowed=unit)
    return float(match.group(1))


def _sized(tree, key, component):
    for frequency in tree[key]["frequencies"]:
        for size in frequency["sizes"]:
            yield _row(
                component,
                f"{key} {size['size']}",
                size["carbon"],
                power=size["power"],
                capacity=_quantity(size["size"], "GB"),
                unit="GB",
            )


def _drives(tree, component):
    for kind in tree:
        for size in kind["sizes"]:
            yield _row(
                component,
                f"{kind['type']} {size['size']}",
                size["carbon"],
                power=size["power"],
                capacity=_quantity(size["size"], "TB") * GIGABYTES_PER_TERABYTE,
                unit="GB",
            )


def _processors(tree):
    for vendor in tree:
        for kind in vendor["types"]:
            for count in kind["core_counts"]:
                yield _row(
                    "processor",
                    f"{vendor['vendor']} {kind['type']} {count['count']} cores",
                    count["carbon"],
                    power=count["power"],
                )


def _network(tree):
    (band,) = tree["bandwidths"]
    gigabits = _quantity(band["bandwidth"], "G")
    return _row(
        "network card",
        band["bandwidth"],
        band["carbon"],
        power=band["power"],
        capacity=gigabits,
        unit="Gbit/s",
    )


def _items(tree, component):
    for kind in tree:
        for name, item in kind["items"].items():
            yield _row(
                component,
                f"{kind['type']} {name}".replace("_", " "),
                item["carbon"],
                power=item["power"],
                months=item.get("lifetime"),
            )


def _building_capacity(tree):
    (centre,) = tree
    megawatts = _quantity(centre["power_capacity"], "MW")
    yield _row("building", "DC power capacity", None, capacity=megawatts, unit="MW")
    yield _row(
        "building",
        "DC power per rack",
        None,
        capacity=megawatts * KILOWATTS_PER_MEGAWATT / centre["rack_capacity"],
        unit="kW",
    )


def _parameters(tree):
    yield _row("server", "lifetime", None, months=tree["lifetime"])
