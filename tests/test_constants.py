"""Every use of a constant names its unit, and every constant is used."""

import ast
import dataclasses
import functools
import re

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.embodied_tables import end_of_life_table
from ai_lifecycle.errors import DataError

TABLE = constants.load(ROOT / "data/constants.csv")
SUBJECTS = {name.partition(".")[0] for name in TABLE}
HOW = (
    'say constants.value("{name}", unit="…") or, with the range, '
    'constants.known("{name}", unit="…"): id and unit as literals, one call per constant'
)
# Constants that no calculation reads, and why they stand in the table.
DOCUMENTARY = {}
OLDER = {}


def named(node):
    """Id, or the beginning of one, that a literal or an f-string spells; else None."""
    whole = not isinstance(node, ast.JoinedStr)
    if not whole:
        node = node.values[0]
    if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        return None
    subject, point, quantity = node.value.partition(".")
    begins = point and subject in SUBJECTS and not (whole and quantity)
    return node.value if begins or node.value in TABLE else None


def is_access(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("known", "value")
    )


def uses(text):
    """Accesses in a program as (line, id, unit), and (line, id) of those that name no unit."""
    tree = ast.parse(text)
    found, inside = [], set()
    for node in ast.walk(tree):
        if not is_access(node) or not node.args:
            continue
        first = node.args[0]
        unit = [k.value for k in node.keywords if k.arg == "unit"]
        if isinstance(first, ast.Constant) and unit and isinstance(unit[0], ast.Constant):
            found.append((node.lineno, first.value, unit[0].value))
            inside.add(id(first))
    inside |= {
        id(part) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for part in n.values
    }
    loose = [
        (node.lineno, name)
        for node in ast.walk(tree)
        if id(node) not in inside and (name := named(node)) is not None
    ]
    return found, loose


@functools.cache
def programs():
    read = []
    for path in sorted((ROOT / "workflow").rglob("*.py")):
        found, loose = uses(path.read_text())
        loose = [use for use in loose if use[1] not in OLDER.get(path.name, ())]
        read.append((path, found, loose))
    return read


def test_every_use_of_a_constant_names_the_unit_of_its_row():
    faults = []
    for path, found, loose in programs():
        where = path.relative_to(ROOT)
        faults += [f"{where}:{line}: {name}: {HOW.format(name=name)}" for line, name in loose]
        for line, name, unit in found:
            if name not in TABLE:
                faults.append(f"{where}:{line}: {name}: no such row in data/constants.csv")
            elif unit != TABLE[name].unit:
                faults.append(
                    f"{where}:{line}: {name}: counts on {unit}, data/constants.csv says "
                    f"{TABLE[name].unit}: convert in the code, with ai_lifecycle.units"
                )
    assert not faults, "\n" + "\n".join(faults)


def test_every_constant_is_used_or_says_why_not():
    used = {name for _, found, _ in programs() for _, name, _ in found}
    idle = set(TABLE) - used - set(DOCUMENTARY)
    assert not idle, (
        f"{sorted(idle)}: rows of data/constants.csv that nothing reads; read them with their "
        "unit, delete them, or list them in DOCUMENTARY of this test with the reason"
    )
    assert not used & set(DOCUMENTARY), "read after all: take it off DOCUMENTARY"


@pytest.mark.parametrize(
    "line",
    [
        'constants.load()["refresh.pue"].value',
        'constants.value("refresh.pue")',
        'constants.value("refresh.pue", unit=unit)',
        'constants.value(f"refresh.{name}", unit="1")',
        'constants[PREFIX + "pue"] + known["refresh." + name]',
    ],
)
def test_a_use_without_id_or_unit_in_full_is_found(line):
    found, loose = uses(line)
    assert not found
    assert [name.partition(".")[0] for _, name in loose] == ["refresh"]


def test_a_use_with_both_is_found():
    line = 'known.known("refresh.pue", path, unit="1").low'
    assert uses(line) == ([(1, "refresh.pue", "1")], [])


def in_another_unit(name):
    """The table with one constant in another unit of our list, as a slip of the pen leaves it."""
    units = tables.read_csv(ROOT / "data/units.csv", "units")["unit"]
    other = next(unit for unit in units if unit != TABLE[name].unit)
    return constants.Constants({**TABLE, name: dataclasses.replace(TABLE[name], unit=other)})


@pytest.mark.parametrize(
    ("name", "unit"),
    sorted({(name, unit) for _, found, _ in programs() for _, name, unit in found}),
)
def test_each_constant_in_another_unit_is_refused(name, unit):
    assert TABLE.known(name, unit=unit) == TABLE[name]
    assert TABLE.value(name, unit=unit) == TABLE[name].value
    with pytest.raises(DataError, match=re.escape(name)) as caught:
        in_another_unit(name).known(name, unit=unit)
    assert f"allowed: {unit}" in str(caught.value)


def test_a_calculation_refuses_a_changed_unit():
    """One room from its table of constants to the message."""
    stages = pd.DataFrame({"accelerator": ["a"], "stage": ["host"], "value_kgco2e": [100.0]})
    assert len(end_of_life_table.reuse_table(stages, TABLE))
    with pytest.raises(DataError, match=r"accelerator\.lifetime.*allowed: year"):
        end_of_life_table.reuse_table(stages, in_another_unit("accelerator.lifetime"))
