"""Component footprints of the GreenSKU framework: open estimates by its authors."""

import re

import pandas as pd

from ai_lifecycle import cells, strict_yaml
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
        A file that is not plain YAML or is without the keys expected, a number that is none or is
        negative, a component that stands twice.
    """
    trees = {}
    for name, payload in files.items():
        trees[name.removeprefix("greensku_").lower()] = strict_yaml.parse(payload, name)
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
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError) as fault:
        if isinstance(fault, DataError):
            raise
        raise DataError(
            "a GreenSKU file lacks what was in it", file="greensku", key=str(fault)
        ) from fault
    frame = pd.DataFrame(rows, columns=COLUMNS)
    twice = frame.duplicated(["component", "variant"])
    if twice.any():
        raise DataError("a component stands twice", file="greensku",
                        found=frame.loc[twice, "variant"].iloc[0])  # fmt: skip
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
        "embodied_kgco2e": None if carbon is None else _number(carbon),
        "power_w": None if power is None else _quantity(power, "W"),
        "lifetime_years": None if months is None else _number(months) / MONTHS_PER_YEAR,
    }


def _number(value):
    """A decimal number, zero or more; the loader hands over text where it is not whole."""
    number = cells.number("" if isinstance(value, bool) else str(value))
    if number < 0:
        raise DataError("number is negative", file="greensku", found=number)
    return number


def _quantity(text, unit):
    match = re.fullmatch(rf"([0-9]+\.?[0-9]*)\s*{unit}", str(text))
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
        capacity=megawatts * KILOWATTS_PER_MEGAWATT / _number(centre["rack_capacity"]),
        unit="kW",
    )


def _parameters(tree):
    yield _row("server", "lifetime", None, months=tree["lifetime"])
