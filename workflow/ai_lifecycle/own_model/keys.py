"""All keys that the file of an own model may hold, with unit, bounds and what they mean."""

from dataclasses import dataclass

from ai_lifecycle import physical_limits

NUMBER, WHOLE, DATE, CHOICE, NAME = "number", "whole number", "date", "choice", "name"
# What the name of a key's value must be one of.
ACCELERATOR, ZONE, COUNTRY, CLOUD_REGION, OPERATOR, PRECISION = (
    "accelerator", "grid zone", "country", "cloud region", "operator", "precision",
)  # fmt: skip
BOUNDARIES = ("accelerator", "node", "IT", "facility")
POWER_BOUNDARIES = ("accelerator", "node", "IT")
STEP, WHOLE_RUN = "step", "whole run"


@dataclass(frozen=True)
class Key:
    """One key of the file.

    Parameters
    ----------
    path : str
        Dotted, as in ``training.energy_mwh``.
    kind : str
        number, whole number, date, choice or name.
    unit : str
        As in data/units.csv; empty for what is no number.
    meaning : str
        One line for the reader.
    low, high : float
        Ends that a value may take, besides those that its name and unit set
        (`physical_limits.of`). The high ones are far beyond anything built and catch a wrong
        unit; they say nothing of what is likely.
    open_low : bool
        Whether the low end itself is not allowed.
    ranged : bool
        Whether a number may be given as a range.
    allowed : tuple of str
        For a choice: its words.
    names : str
        For a name: what it is a name of.
    """

    path: str
    kind: str
    unit: str
    meaning: str
    low: float = 0.0
    high: float = float("inf")
    open_low: bool = True
    ranged: bool = True
    allowed: tuple = ()
    names: str = ""

    @property
    def ends(self):
        """Both ends, what the physics of the quantity asks included."""
        low, high = physical_limits.of(self.path.split(".")[-1], self.unit)
        return max(self.low, low), min(self.high, high)

    @property
    def told(self):
        """What is allowed, in words."""
        if self.kind == DATE:
            return "a date as 2026-05-31"
        if self.kind == CHOICE:
            return ", ".join(self.allowed)
        if self.kind == NAME:
            return f"the name of one {self.names}"
        low, high = self.ends
        least = "above" if self.open_low and low == self.low else "at least"
        unit = "" if self.unit == "1" else f" [{self.unit}]"
        alone = "" if self.ranged or self.kind == WHOLE else ", no range"
        return f"a {self.kind}{unit}, {least} {low:g}, at most {high:g}{alone}"

    def holds(self, value):
        """Whether a number lies within the ends."""
        low, high = self.ends
        above = value > low if self.open_low and low == self.low else value >= low
        return above and value <= high


def _number(path, unit, high, meaning, **more):
    return Key(path, NUMBER, unit, meaning, high=high, **more)


def _count(path, high, meaning, low=1):
    return Key(path, WHOLE, "1", meaning, low=low, high=high, open_low=False)


def _choice(path, allowed, meaning):
    return Key(path, CHOICE, "", meaning, allowed=tuple(allowed))


def _name(path, names, meaning):
    return Key(path, NAME, "", meaning, names=names)


def _date(path, meaning):
    return Key(path, DATE, "", meaning)


def _place(section, whose):
    """Keys of a place; the same for training and for the service."""
    return (
        _number(f"{section}.intensity_g_per_kwh", "g/kWh", 3000,
                f"own location-based intensity of the electricity of {whose}", open_low=False),
        _name(f"{section}.grid_zone", ZONE, f"grid zone of {whose}, as Electricity Maps names it"),
        _name(f"{section}.cloud_region", CLOUD_REGION, f"cloud region of {whose}"),
        _name(f"{section}.country", COUNTRY, f"country of {whose}"),
        _number(f"{section}.market_g_per_kwh", "g/kWh", 3000,
                f"market-based intensity of {whose}: contracts and certificates counted",
                open_low=False),
        _number(f"{section}.pue", "1", 10,
                f"PUE of {whose}: energy of the facility over that of its IT equipment",
                open_low=False),
        _name(f"{section}.operator", OPERATOR,
              f"operator of {whose}, whose reported PUE is taken where none is given"),
    )  # fmt: skip


KEYS = (
    _number("model.total_parameters_billion", "1e9", 1e6, "all parameters of the model",
            ranged=False),
    _number("model.active_parameters_billion", "1e9", 1e6,
            "parameters active for one token; all of them in a dense model", ranged=False),
    _count("model.architecture.layers", 10000, "layers that keep keys and values"),
    _count("model.architecture.windowed_layers", 10000,
           "those of the layers that see only a window", low=0),
    _count("model.architecture.window_tokens", 1e9, "length of that window"),
    _count("model.architecture.key_value_heads", 1e5, "heads of keys and values in a layer"),
    _count("model.architecture.head_dimension", 1e6, "numbers of one head for one token"),
    _count("model.architecture.latent_dimension", 1e6,
           "numbers kept per layer and token where keys and values are compressed into one"),
    _count("model.architecture.experts", 1e6, "routed experts in a layer"),
    _count("model.architecture.experts_per_token", 1e6, "routed experts that a token goes through"),
    _date("model.published", "day of publication, or the day planned"),
    _number("training.energy_mwh", "MWh", 1e9, "measured energy of the final run"),
    _choice("training.energy_boundary", BOUNDARIES,
            "what the energy was measured of: accelerators alone, nodes, all IT, the facility"),
    _number("training.accelerator_hours", "h", 1e12, "accelerators times hours of the final run"),
    _number("training.power_w", "W", 1e5, "measured mean power per accelerator over the run"),
    _choice("training.power_boundary", POWER_BOUNDARIES,
            "what that power was measured of: the accelerator alone, its share of node or IT"),
    _number("training.compute_flop", "FLOP", 1e32, "floating-point operations of the final run"),
    _number("training.tokens_billion", "1e9", 1e9,
            "tokens seen in training, each time it is seen counted"),
    _name("training.accelerator", ACCELERATOR, "accelerator that the model was trained on"),
    _count("training.accelerators", 1e8, "how many ran at the same time"),
    _number("training.days", "day", 10000, "days that they ran"),
    _number("training.utilisation", "1", 1, "share of the dense peak throughput achieved"),
    _choice("training.utilisation_basis", (STEP, WHOLE_RUN),
            "whether that utilisation is of the steps alone or of all time reserved"),
    _date("training.start", "first day of the final run"),
    _date("training.end", "last day of the final run"),
    *_place("place", "training"),
    _number("development.multiplier", "1", 1000,
            "energy of the whole project over that of the final run", low=1, open_low=False),
    _number("development.share", "1", 0.999,
            "share of the project's energy that all but the final run took",
            open_low=False),
    _number("service.requests_per_day", "1/day", 1e13, "text requests a day in the first year"),
    _number("service.growth_per_year", "1/year", 20,
            "growth of the requests in a year: 0.5 is half as many again", low=-1),
    _number("service.years", "year", 50, "how long the model is served"),
    _number("service.prompt_tokens", "tokens", 1e9, "tokens of a prompt, mean over requests",
            open_low=False, ranged=False),
    _number("service.output_tokens", "tokens", 1e9, "tokens generated, mean over requests",
            ranged=False),
    _number("service.batch", "1", 1e6, "sequences decoded together, mean", low=1, open_low=False),
    _name("service.precision", PRECISION, "precision of the weights in service"),
    _name("service.accelerator", ACCELERATOR, "accelerator that serves"),
    _number("service.request_energy_wh", "Wh", 1e9, "measured energy of one request"),
    _choice("service.request_energy_boundary", BOUNDARIES,
            "what that energy was measured of: accelerators alone, nodes, all IT, the facility"),
    *_place("service.place", "the service"),
    _number("hardware.lifetime_years", "year", 50, "years that an accelerator stays in use"),
    _number("hardware.reserved_utilisation", "1", 1,
            "share of that life for which the accelerator is reserved by someone"),
)  # fmt: skip

BY_PATH = {key.path: key for key in KEYS}
# Keys above the model's sections.
TOP = ("name", "title", "scenarios")
NAME_OF_FOLDER = "letters, digits, dot, underscore and hyphen, the first a letter or digit"
PLACES = {"training": "place", "service": "service.place"}
# Of these one is in force in a place: the first that is given.
LOCATION = ("intensity_g_per_kwh", "grid_zone", "cloud_region", "country")


def under(path, section):
    """Whether a key stands in a section, at any depth."""
    within = section.split(".")
    return path.split(".")[: len(within)] == within


def sections():
    """Names that may stand under each section, the top included as the empty name."""
    out = {"": list(TOP)}
    for key in KEYS:
        parts = key.path.split(".")
        for depth, part in enumerate(parts):
            inside = out.setdefault(".".join(parts[:depth]), [])
            if part not in inside:
                inside.append(part)
    return out
