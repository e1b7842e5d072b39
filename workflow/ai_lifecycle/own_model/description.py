"""The file of an own model, read into what it gives: values with ranges, places, scenarios."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ai_lifecycle.own_model import checks, document, keys
from ai_lifecycle.own_model.given import Given
from ai_lifecycle.own_model.reader import BASE, Reader, is_safe, without


@dataclass(frozen=True)
class Description:
    """What a file says of one model, in one scenario.

    Parameters
    ----------
    file : str
        Path as it was given.
    name : str
        Safe as the name of a folder.
    title : str
        For people; `name` if not given.
    scenario : str
        ``base`` for the file as it stands, else the name of the scenario.
    given : mapping of str to Given
        By dotted key, in the order of `keys.KEYS`; a scenario's overrides merged in.
    warnings : tuple of str
        Contradictions that do not stop the estimate, and keys without effect.
    scenarios : tuple of Description
        Of the file's scenarios in order; empty within a scenario.
    changed : tuple of str
        In a scenario: keys that it sets or takes away.
    """

    file: str
    name: str
    title: str
    scenario: str
    given: Mapping[str, Given]
    warnings: tuple = ()
    scenarios: tuple = field(default=(), repr=False)
    changed: tuple = ()

    def __contains__(self, key):
        return key in self.given

    def get(self, key):
        """What is given under a key, or None."""
        if key not in keys.BY_PATH:
            raise KeyError(key)
        return self.given.get(key)

    def folder(self, root):
        """Folder of this model's results, right below `root`.

        Raises
        ------
        ValueError
            If `name` is none that `read` would pass.
        """
        if not is_safe(self.name):
            raise ValueError("name must be safe as that of a folder")
        return Path(root) / self.name


def read(path, known):
    """What the file of a model says.

    Parameters
    ----------
    path : str or Path
    known : names.Known
        From `names.known_names`.

    Returns
    -------
    Description

    Raises
    ------
    DataError
        For the first fault: besides those of `document.read`, an unknown, misplaced or misspelt
        key, a value of another kind or out of bounds, an unknown name, and what cannot be
        (`checks.refuse_impossible`). The message names file, line and key, what was found, what
        is allowed and the nearest name.
    """
    reader = Reader(str(path), known)
    top = document.read(path)
    name = reader.name(top)
    title = reader.title(top, name)
    given, _ = reader.values(without(top, keys.TOP), within_scenario=False)
    base = Description(str(path), name, title, BASE, given)
    scenarios = [
        replace(base, scenario=word, title=label, given=_merged(given, own, gone),
                changed=tuple(sorted({*own, *gone})))
        for word, label, own, gone in reader.scenarios(top)
    ]  # fmt: skip
    for each in (base, *scenarios):
        checks.refuse_impossible(each, known)
        checks.require_servable(each)
    scenarios = [replace(each, warnings=checks.warnings(each, known)) for each in scenarios]
    return replace(base, warnings=checks.warnings(base, known), scenarios=tuple(scenarios))


def _merged(given, own, gone):
    """Base with a scenario's values; a new location takes the place of the old with its market."""
    left_out = set(gone)
    for place in keys.PLACES.values():
        location = {f"{place}.{name}" for name in keys.LOCATION}
        if location & set(own):
            left_out |= {*location, f"{place}.market_g_per_kwh"}
    kept = {key: value for key, value in given.items() if key not in left_out} | own
    return {key: kept[key] for key in keys.BY_PATH if key in kept}
