"""Nodes of a file into values: every fault refused with its line, key and what is allowed."""

import re
from datetime import date

from ai_lifecycle.errors import DataError, nearest
from ai_lifecycle.own_model import document, keys, names
from ai_lifecycle.own_model.document import shown
from ai_lifecycle.own_model.given import Given

BASE = "base"
LONGEST_NAME, LONGEST_TITLE, MOST_SCENARIOS = 64, 200, 50
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Names that Windows keeps for devices, with any ending.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
PLAIN_NUMBER = re.compile(r"[+-]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)([eE][+-]?\d+)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
RANGE = ("low", "value", "high")


def without(mapping, left_out):
    """A mapping of nodes without some of its keys."""
    entries = {k: v for k, v in mapping.entries.items() if k not in left_out}
    return document.Mapping(entries, mapping.line)


def is_safe(word):
    """Whether a name can be that of a folder on any system, and of that folder alone."""
    return bool(
        SAFE.fullmatch(word)
        and len(word) <= LONGEST_NAME
        and not word.endswith(".")
        and not DEVICES.fullmatch(word)
    )


class Reader:
    """Walks the nodes of one file.

    Parameters
    ----------
    file : str
        Path, for messages.
    known : names.Known
        From `names.known_names`.
    """

    def __init__(self, file, known):
        self.file, self.known, self.sections = file, known, keys.sections()

    def refuse(self, what, key, node, *, found=None, allowed=None):
        row = getattr(node, "line", None)
        found = shown(found) if isinstance(found, str) else found
        raise DataError(what, file=self.file, row=row, key=key, found=found, allowed=allowed)

    def text(self, node, key, allowed):
        """The text of a scalar that is neither a collection nor empty."""
        if not isinstance(node, document.Text):
            self.refuse("value is of the wrong type", key, node, found=node.kind, allowed=allowed)
        if node.is_null:
            self.refuse("value is empty", key, node, allowed=allowed)
        return node.text

    def name(self, top, where=""):
        """Name of the model or of a scenario, safe as part of a path."""
        key = f"{where}.name".lstrip(".")
        if "name" not in top.entries:
            self.refuse("key is missing", key, top, allowed=keys.NAME_OF_FOLDER)
        node = top.entries["name"]
        word = self.text(node, key, keys.NAME_OF_FOLDER)
        if not is_safe(word):
            self.refuse("name cannot be that of a folder", key, node, found=word,
                        allowed=f"{keys.NAME_OF_FOLDER}, at most {LONGEST_NAME} in all, "
                                "no dot at the end, no device's name")  # fmt: skip
        return word

    def title(self, top, otherwise, where=""):
        """Title for people, in one line."""
        key = f"{where}.title".lstrip(".")
        if "title" not in top.entries:
            return otherwise
        allowed = f"one line of at most {LONGEST_TITLE} characters"
        node = top.entries["title"]
        words = " ".join(self.text(node, key, allowed).split())
        if not words or len(words) > LONGEST_TITLE or not words.isprintable():
            self.refuse("title is not one line of text", key, node, found=words, allowed=allowed)
        return words

    def values(self, top, *, within_scenario, where=""):
        """Values of all sections, and the keys that a scenario takes away."""
        found, gone = {}, []
        self._section(top, "", where, within_scenario, found, gone)
        return {key: found[key] for key in keys.BY_PATH if key in found}, gone

    def _section(self, mapping, section, where, within_scenario, found, gone):
        for word, node in mapping.entries.items():
            path = f"{section}.{shown(word)}".lstrip(".")
            said = f"{where}.{path}".lstrip(".")
            if path in keys.BY_PATH:
                if within_scenario and isinstance(node, document.Text) and node.is_null:
                    gone.append(path)
                else:
                    found[path] = self._value(keys.BY_PATH[path], node, said)
            elif path in self.sections:
                if not isinstance(node, document.Mapping) or not node.entries:
                    self.refuse("a section must hold keys", said, node,
                                found=node.kind if not isinstance(node, document.Text)
                                else node.text or None,
                                allowed=self.sections[path])  # fmt: skip
                self._section(node, path, where, within_scenario, found, gone)
            else:
                self._unknown(word, section, said, node)

    def _unknown(self, word, section, said, node):
        here = [name for name in self.sections[section] if name not in keys.TOP or said == word]
        elsewhere = [path for path in (*keys.BY_PATH, *self.sections)
                     if path and path.split(".")[-1] == word]  # fmt: skip
        if elsewhere:
            self.refuse("key stands in the wrong place", said, node, found=word,
                        allowed=f"{', '.join(here)}; {word} as {', '.join(elsewhere)}")  # fmt: skip
        close = nearest(word, here)
        far = None if close else nearest(word, [path.split(".")[-1] for path in keys.BY_PATH])
        if far:
            at = next(path for path in keys.BY_PATH if path.split(".")[-1] == far)
            self.refuse("unknown key", said, node, found=word,
                        allowed=f"{', '.join(here)}; nearest anywhere: {at}")  # fmt: skip
        self.refuse("unknown key", said, node, found=word, allowed=here)

    def _value(self, key, node, said):
        if key.kind in (keys.NUMBER, keys.WHOLE):
            return self._number(key, node, said)
        word = self.text(node, said, key.told)
        if key.kind == keys.DATE:
            return Given(key.path, word, self._date(word, said, node, key), line=node.line)
        if key.kind == keys.CHOICE:
            matches = [name for name in key.allowed if name.casefold() == word.casefold()]
            if not matches:
                self.refuse("value is not one of the allowed", said, node, found=word,
                            allowed=key.allowed)  # fmt: skip
            return Given(key.path, word, matches[0], line=node.line)
        return self._named(key, word, node, said)

    def _named(self, key, word, node, said):
        meaning = self.known.meaning(key.names, word)
        if meaning is None:
            choices = self.known.shown[key.names]
            if not choices:
                self.refuse(f"no {key.names} is known here", said, node, found=word,
                            allowed="another key of the place")  # fmt: skip
            self.refuse(f"unknown {key.names}", said, node, found=word, allowed=names.offered(
                word, choices))  # fmt: skip
        return Given(key.path, word, meaning.name, alternatives=meaning.alternatives,
                     area=meaning.area, line=node.line)  # fmt: skip

    def _date(self, word, said, node, key):
        try:
            day = date.fromisoformat(word) if DAY.fullmatch(word) else None
        except ValueError:
            day = None
        if day is None:
            self.refuse("value is not a date", said, node, found=word, allowed=key.told)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.refuse("date is out of bounds", said, node, found=word,
                        allowed=f"{FIRST_DAY} to {LAST_DAY}")  # fmt: skip
        return day

    def _number(self, key, node, said):
        if isinstance(node, document.Mapping) and key.kind == keys.NUMBER and key.ranged:
            return self._range(key, node, said)
        value = self._one(key, node, said)
        return Given(key.path, node.text, value, value, value, key.unit, line=node.line)

    def _range(self, key, node, said):
        unknown = [name for name in node.entries if name not in RANGE]
        if unknown:
            self.refuse("unknown key of a range", f"{said}.{unknown[0]}",
                        node.entries[unknown[0]], found=unknown[0], allowed=RANGE)  # fmt: skip
        missing = [name for name in RANGE if name not in node.entries]
        if missing:
            self.refuse("range lacks an end", f"{said}.{missing[0]}", node,
                        allowed="low, value and high, all three")  # fmt: skip
        low, value, high = (self._one(key, node.entries[name], f"{said}.{name}") for name in RANGE)
        if not low <= value <= high:
            self.refuse("range is out of order", said, node, found=f"{low:g}, {value:g}, {high:g}",
                        allowed="low <= value <= high")  # fmt: skip
        text = "{" + ", ".join(f"{name}: {node.entries[name].text}" for name in RANGE) + "}"
        return Given(key.path, text, value, low, high, key.unit, line=node.line)

    def _one(self, key, node, said):
        may_range = key.kind == keys.NUMBER and key.ranged
        range_too = ", or {low: …, value: …, high: …}" if may_range else ""
        word = self.text(node, said, key.told + range_too)
        if not PLAIN_NUMBER.fullmatch(word):
            self.refuse("value is not a plain number", said, node, found=word,
                        allowed=f"{key.told}, without unit, comma or sign of per cent")  # fmt: skip
        value = float(word.replace("_", ""))
        if key.kind == keys.WHOLE and not value.is_integer():
            self.refuse("value is not a whole number", said, node, found=word, allowed=key.told)
        if not key.holds(value):
            self.refuse("value is out of bounds", said, node, found=word, allowed=key.told)
        return value

    def scenarios(self, top):
        """Name, title, values and keys taken away of every scenario, in order."""
        node = top.entries.get("scenarios")
        if node is None:
            return
        allowed = "a list of scenarios, each with a name and keys to change"
        if not isinstance(node, document.Listing):
            self.refuse("value is of the wrong type", "scenarios", node,
                        found=node.kind, allowed=allowed)  # fmt: skip
        if not node.items:
            self.refuse("list is empty", "scenarios", node, allowed=allowed)
        if len(node.items) > MOST_SCENARIOS:
            self.refuse("too many scenarios", "scenarios", node, found=len(node.items),
                        allowed=f"at most {MOST_SCENARIOS}")  # fmt: skip
        seen = {BASE}
        for place, item in enumerate(node.items, start=1):
            where = f"scenarios[{place}]"
            if not isinstance(item, document.Mapping):
                self.refuse("scenario must hold keys", where, item, found=item.kind,
                            allowed=allowed)  # fmt: skip
            word = self.name(item, where)
            if word.casefold() in seen:
                self.refuse("name is taken", f"{where}.name", item.entries["name"], found=word,
                            allowed=f"a name of its own, not {BASE}")  # fmt: skip
            seen.add(word.casefold())
            label = self.title(item, word, where)
            own, gone = self.values(without(item, ("name", "title")), within_scenario=True,
                                    where=where)  # fmt: skip
            if not own and not gone:
                self.refuse("scenario changes nothing", where, item, allowed=allowed)
            yield word, label, own, gone
