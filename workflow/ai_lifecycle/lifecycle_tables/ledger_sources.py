"""What the ledger cites: own sources spelt out, lists that many cells share as named groups."""

import re
from dataclasses import dataclass

import pandas as pd

from ai_lifecycle.lifecycle_tables.ledger_table import joined
from ai_lifecycle.source_groups import PREFIX

# Lists of no more keys than this are spelt out.
MOST_SPELT_OUT = 2
# Whom such a PUE is of, as `energy_pue.Disclosers.words` has it.
DISCLOSERS = r"median of \d+ disclosers"
COLUMNS = ["source_group", "meaning", "source_key"]


@dataclass(frozen=True)
class Cited:
    """Sources with groups named: by model, by accelerator (making, end of life), of the service."""

    training: dict
    per_hour: tuple
    service: str
    groups: pd.DataFrame

    def groups_in(self, sources):
        """``source_groups``: those that some cell names; `sources` is from `Known.sources`."""
        named = {key for keys in sources.values() for key in keys.split(";")}
        return self.groups[self.groups["source_group"].isin(named)].reset_index(drop=True)


def cited(models, training, per_hour, service):
    """Name the groups behind the ledger, and what cites them.

    Parameters
    ----------
    models, training : DataFrame
        ``models`` and ``training_energy``, indexed by model_id.
    per_hour : tuple of DataFrame
        From `ledger_table.hourly_by_accelerator`: making, end of life; with source_key.
    service : mapping
        What every model is given, with source_key.

    Returns
    -------
    Cited
    """
    groups = _Groups()
    building = groups.named(
        "pue_not_known", "PUE of runs that tell none: what developers disclose, what bounds it",
        _of_every_unknown_pue(training),
    )  # fmt: skip
    own = models["source_key"].reindex(training.index)
    trained = {
        name: _with_group(keys, building, groups.of.get(building, ()), known)
        for name, keys, known in zip(
            training.index, training["source_key"], own, strict=True
        )
    }  # fmt: skip
    made = tuple(
        {
            name: groups.named(f"{word}_{_slug(name)}", f"{words} of {name}", keys.split(";"))
            for name, keys in table["source_key"].items()
        }
        for word, words, table in zip(
            ("making", "end_of_life"), ("making", "end of life"), per_hour, strict=True
        )
    )
    serving = groups.named(
        "service", "the service that every model is given, and the fit of its energy",
        service["source_key"].split(";"),
    )  # fmt: skip
    return Cited(trained, made, serving, groups.table())


def in_full(training, per_hour, service):
    """What is cited without groups; parameters as for `cited`."""
    made = tuple(table["source_key"].to_dict() for table in per_hour)
    return Cited(
        training["source_key"].to_dict(), made, service["source_key"],
        pd.DataFrame(columns=COLUMNS),
    )  # fmt: skip


class _Groups:
    """Groups named so far."""

    def __init__(self):
        self.of, self._meanings = {}, {}

    def named(self, name, meaning, keys):
        """The keys joined, or the name of a group where they are many."""
        keys = sorted(set(keys))
        if len(keys) <= MOST_SPELT_OUT:
            return ";".join(keys)
        name = PREFIX + name
        self.of[name], self._meanings[name] = keys, meaning
        return name

    def table(self):
        rows = [(name, self._meanings[name], ";".join(self.of[name])) for name in sorted(self.of)]
        return pd.DataFrame(rows, columns=COLUMNS)


def _of_every_unknown_pue(training):
    """Keys that stand behind every PUE taken from those who disclose one."""
    taken = training["pue_operator"].astype("string").str.fullmatch(DISCLOSERS).fillna(False)
    lists = [set(keys.split(";")) for keys in training.loc[taken, "pue_source_key"]]
    return set.intersection(*lists) if lists else set()


def _with_group(keys, name, group, own):
    """Keys of a cell with a group named, where all of it is among them; own keys stay spelt out."""
    keys = set(keys.split(";"))
    if not group or not keys >= set(group):
        return joined(keys)
    own = set(own.split(";")) if isinstance(own, str) else set()
    return joined([*(keys - (set(group) - own)), name])


def _slug(name):
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
