"""Names that a file may use: accelerators, grid zones, countries, operators, precisions."""

import difflib
import re
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from ai_lifecycle import constants as constants_table
from ai_lifecycle import facts, tables
from ai_lifecycle.errors import MOST_NAMES_SHOWN, DataError
from ai_lifecycle.own_model import accelerator_words, keys

TERA = 1e12
SURVEY = "survey average"
WEIGHTS = "inference.weight_bytes_"
# Other words for numbers of the same width.
SAME_PRECISION = {"bf16": "bfloat16", "fp16": "bfloat16", "float16": "bfloat16"}
# A version such as v4 says nothing without what it is of; h100 does.
VERSION = re.compile(r"v\d[a-z]?")
MODEL = re.compile(r"(?!v\d[a-z]?$)[a-z]+-?\d")
# Common words for a country that no table here has.
ALSO = {"uk": "GB"}
FEW, LEAST_ALIKE = 6, 0.5
PRODUCER, MEASURE = "electricity_maps", "average"


@dataclass(frozen=True)
class Accelerator:
    """What is known of one: dense peak throughput [FLOP/s] and rated power [W], NaN if not."""

    peak_flops_per_s: float
    rated_power_w: float


@dataclass(frozen=True)
class Meaning:
    """What a written name stands for.

    Parameters
    ----------
    name : str
        The name in our tables.
    alternatives : tuple of str
        Variants that it may mean as well, where the written name leaves them open.
    area : str, optional
        For a place: its area in the annual averages of Electricity Maps.
    """

    name: str
    alternatives: tuple = ()
    area: str | None = None


@dataclass(frozen=True)
class Known:
    """Names by kind.

    Parameters
    ----------
    accelerators : mapping of str to Accelerator
        By our name.
    meanings : mapping of str to mapping of str to Meaning
        By kind of name (`keys.ACCELERATOR` and so on), then by `folded` spelling.
    shown : mapping of str to sequence of str
        By kind: what a message offers.
    as_of : date
        Day on which the file is read: no training ends later.
    """

    accelerators: dict
    meanings: dict = field(repr=False)
    shown: dict = field(repr=False)
    as_of: date

    def meaning(self, kind, text):
        """What a written name stands for, or None."""
        found = self.meanings[kind].get(folded(text))
        if found is None and kind == keys.ACCELERATOR:
            found = self._by_words(text)
        return found

    def _by_words(self, text):
        """What a name in another spelling means; of several what the plain name does."""
        members = accelerator_words.matching(text, list(self.accelerators))
        if not members:
            return None
        plain = " ".join(word for word in accelerator_words.words(text) if re.search(r"\d", word))
        usual = self.meanings[keys.ACCELERATOR].get(plain.partition(" ")[0])
        if usual is not None and usual.name in members:
            if " " not in plain and len(accelerator_words.words(text)) == 1:
                return usual
            first = usual.name
        else:
            first = _most_power(members, self.accelerators)
        return Meaning(first, tuple(name for name in members if name != first))


def folded(text):
    """Spelling without case and without repeated blanks."""
    return " ".join(str(text).split()).casefold()


def known_names(
    *, hardware, throughput, accelerator_names, annual_intensity, countries, pue, operators,
    references, as_of, constants=None, cloud_regions=None,
):  # fmt: skip
    """Names from the tables of the repository.

    Parameters
    ----------
    hardware, throughput, accelerator_names, countries, pue, operators : path
        ``hardware_accelerators``, ``training_accelerators``, ``accelerator_names``,
        ``country_grid_areas``, ``datacenter_pue`` and ``training_operators``, in data/facts.
    annual_intensity : path
        Clean ``annual_intensity``.
    references : path
        Bibliography.
    as_of : date or str
        ``as_of`` of the configuration.
    constants : path, optional
        Table of constants, for the precisions whose bytes are known.
    cloud_regions : path, optional
        ``cloud_region_areas``; without it no cloud region can be named.

    Returns
    -------
    Known
    """

    def read(path, table):
        return facts.read(path, table, references=references)

    chips = _accelerators(read(hardware, "hardware_accelerators"),
                          read(throughput, "training_accelerators"))  # fmt: skip
    annual = tables.read_csv(annual_intensity, "annual_intensity")
    annual = annual[(annual["producer"] == PRODUCER) & (annual["measure"] == MEASURE)]
    areas = dict(zip(annual["area"], annual["area_name"], strict=True))
    nations = read(countries, "country_grid_areas")
    meanings = {
        keys.ACCELERATOR: _spellings(chips, read(accelerator_names, "accelerator_names")),
        keys.ZONE: {folded(area): Meaning(area, area=area) for area in areas},
        keys.COUNTRY: _countries(nations, areas),
        keys.OPERATOR: _operators(read(pue, "datacenter_pue"),
                                  read(operators, "training_operators")),
        keys.PRECISION: _precisions(constants_table.load(constants)),
        keys.CLOUD_REGION: {},
    }  # fmt: skip
    if cloud_regions is not None:
        regions = read(cloud_regions, "cloud_region_areas")
        meanings[keys.CLOUD_REGION] = _cloud_regions(regions, areas, cloud_regions)
    day = as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    return Known(chips, meanings, {kind: _shown(kind, m) for kind, m in meanings.items()}, day)


def _shown(kind, spellings):
    """What a message offers: our names, and for accelerators the short ones too."""
    short = spellings if kind == keys.ACCELERATOR else ()
    return sorted(
        {meaning.name for meaning in spellings.values()}
        | {word.upper() for word in short if " " not in word}
    )


def _accelerators(hardware, throughput):
    """Peak and rated power: of the table that training uses, else of the hardware's."""
    own = hardware.set_index("accelerator")
    listed = throughput.set_index("accelerator")
    peak = listed["peak_tflops"].reindex(own.index).fillna(own["fp16_dense_tflops"])
    power = listed["rated_power_w"].reindex(own.index).fillna(own["rated_power_w"])
    return {
        name: Accelerator(float(p) * TERA, float(w))
        for name, p, w in zip(own.index, peak, power, strict=True)
    }


def _spellings(chips, mapped):
    """Our names, those of both catalogues, and all of them without their maker."""
    out = {}
    # Of two catalogues that differ on a name, that of the disclosures stands and the other
    # becomes an alternative.
    for name, ours, others in zip(mapped["name_there"], mapped["accelerator"],
                                  mapped["alternatives"], strict=True):  # fmt: skip
        others = others.split(";") if isinstance(others, str) else []
        before = out.get(folded(name))
        if before is not None:
            others = [*before.alternatives, ours, *others]
            ours = before.name
        different = tuple(dict.fromkeys(other for other in others if other != ours))
        out[folded(name)] = Meaning(ours, different)
    out |= {folded(name): Meaning(name) for name in chips}
    for word, meaning in list(out.items()):
        out.setdefault(_without_maker(word), meaning)
    families = {}
    for name in chips:
        words = _without_maker(folded(name)).partition(" (")[0]
        families.setdefault(words, []).append(name)
        if MODEL.match(words):
            families.setdefault(words.split()[0], []).append(name)
    for word, members in families.items():
        # A name that leaves the variant open means the one of most power first.
        first = _most_power(members, chips)
        others = tuple(name for name in dict.fromkeys(members) if name != first)
        out.setdefault(word, Meaning(first, others))
    return out


def _most_power(members, chips):
    power = [np.nan_to_num(chips[name].rated_power_w, nan=0.0) for name in members]
    return members[int(np.argmax(power))]


def _without_maker(word):
    """A folded name from its first word with a number on, as ``h100 sxm5 80gb``."""
    words = word.split()
    starts = [i for i, part in enumerate(words[1:], start=1) if MODEL.match(part)]
    rest = " ".join(words[starts[0] if starts else 1 :])
    return word if not rest or VERSION.fullmatch(rest) else rest


def _countries(nations, areas):
    """Countries by name, by the name of their area and by their codes of two and three letters."""
    out = {}
    for name, area, code in zip(nations["country"], nations["average_area"],
                                nations["operating_margin_area"], strict=True):  # fmt: skip
        meaning = Meaning(name, area=area)
        spelt = [word for word, of in ALSO.items() if of == area]
        for word in (name, name.partition(" (")[0], areas.get(area), area, code, *spelt):
            if isinstance(word, str):
                out.setdefault(folded(word), meaning)
    for area, name in areas.items():
        if "-" not in area:
            meaning = Meaning(name, area=area)
            out.setdefault(folded(name), meaning)
            out.setdefault(folded(area), meaning)
    return out


def _cloud_regions(regions, areas, path):
    """Regions by provider and name, and by name alone where one provider has it."""
    out, alone = {}, {}
    for row, (provider, region, area) in enumerate(
        zip(regions["provider"], regions["region"], regions["area"], strict=True), start=2
    ):
        name = f"{provider} {region}"
        if area not in areas:
            raise DataError("the series has no such area", file=path, row=row, column="area",
                            found=area, allowed=areas)  # fmt: skip
        if folded(name) in out:
            raise DataError("region stands twice", file=path, row=row, column="region", found=name)
        out[folded(name)] = Meaning(name, area=area)
        alone.setdefault(folded(region), []).append(out[folded(name)])
    return out | {word: found[0] for word, found in alone.items() if len(found) == 1}


def _operators(pue, organisations):
    named = {name for name in pue["operator"] if name != SURVEY}
    out = {folded(name): Meaning(name) for name in sorted(named)}
    for organisation, operator in zip(organisations["organisation"], organisations["operator"],
                                      strict=True):  # fmt: skip
        if operator in named:
            out.setdefault(folded(organisation), Meaning(operator))
    return out


def _precisions(rows):
    named = {name.removeprefix(WEIGHTS) for name in rows if name.startswith(WEIGHTS)}
    out = {folded(name): Meaning(name) for name in sorted(named)}
    return out | {word: Meaning(name) for word, name in SAME_PRECISION.items() if name in named}


def peak_flops_per_s(known, given):
    """Highest dense peak of what a name may mean; NaN where none is known. [FLOP/s]"""
    return _highest(known, given, "peak_flops_per_s")


def rated_power_w(known, given):
    """Highest rated power of what a name may mean; NaN where none is known. [W]"""
    return _highest(known, given, "rated_power_w")


def _highest(known, given, quantity):
    values = [
        getattr(known.accelerators[name], quantity)
        for name in (given.value, *given.alternatives)
        if name in known.accelerators
    ]
    values = [value for value in values if not pd.isna(value)]
    return max(values) if values else np.nan


def offered(word, choices):
    """Names to offer for one not known: all where they are few, else the nearest few."""
    choices = sorted(choices)
    if len(choices) <= MOST_NAMES_SHOWN:
        return choices
    folded_to = {folded(name): name for name in choices}
    close = difflib.get_close_matches(folded(word), list(folded_to), n=FEW, cutoff=LEAST_ALIKE)
    found = [name for name in choices if folded(word) and folded(word) in folded(name)][:FEW]
    few = list(dict.fromkeys([*(folded_to[name] for name in close), *found]))
    return f"one of {len(choices)} names" + (f"; nearest: {', '.join(few)}" if few else "")
