"""Files of own models that are wrong: one message with file, key and what is allowed; no harm."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_models import EXAMPLE, KNOWN, LEAST, read

from ai_lifecycle.errors import DataError
from ai_lifecycle.own_model import description, document, keys, precedence, reader

FEW = settings(max_examples=60, deadline=None, derandomize=True,
               suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
BOTH = "model: {total_parameters_billion: 7}\n" + LEAST
RUN = "name: m\ntraining: {%s}\n"
CONTENT = EXAMPLE.read_bytes()


def refused(folder, text):
    """The one line in which a file is refused, its own path taken out."""
    with pytest.raises(DataError) as caught:
        read(folder, text)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(folder / "model.yaml"))
    return message.removeprefix(str(folder / "model.yaml"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        # Not one mapping of plain values.
        ("", ["file is empty", "name:"]),
        ("# only this\n", ["file is empty"]),
        ("- a\n", ["row 1", "no mapping", "found 'a list'"]),
        ("only words\n", ["row 1", "no mapping"]),
        (LEAST + "---\n" + LEAST, ["row 3", "several documents"]),
        (LEAST.encode("utf-16"), ["file is not UTF-8"]),
        (LEAST.encode() + b"title: \xff\n", ["row 3", "file is not UTF-8"]),
        ("a: b: c", ["row 1", "file is not YAML"]),
        ("\t- a", ["row 1", "file is not YAML"]),
        ("name: [m", ["file is not YAML"]),
        (LEAST + "title: a\x00b", ["file is not YAML", "unacceptable character"]),
        ("[" * 5000, ["row 1", "nested too deep"]),
        ("a: " + "{a: " * 400, ["nested too deep"]),
        (LEAST + "#" * document.LARGEST_BYTES, ["too large", str(document.LARGEST_BYTES)]),
        ("name: &m m\ntitle: *m\n", ["row 1", "anchor or alias"]),
        ("name: *m\n", ["row 1", "anchor or alias", "found 'm'"]),
        ("name: !!python/object/apply:os.system ['true']", ["row 1", "tag", "os.system"]),
        ("name: !own m", ["tag", "!own"]),
        ("name: ! m", ["tag"]),
        (LEAST + "<<: {title: m}", ["key <<", "unknown key"]),
        ("? [a]\n: b\n", ["row 1", "key is not a word"]),
        (LEAST + "'': b\n", ["row 3", "key is not a word"]),
        ("name: m\n? {}\n: b\n", ["row 2", "key is not a word"]),
        (LEAST + "name: n", ["row 3", "key name", "given twice"]),
        (RUN % "days: 1, days: 2", ["key training.days", "given twice"]),
        # Keys.
        ("title: m", ["key name", "key is missing"]),
        (LEAST + "trainning: {}", ["row 3", "key trainning", "unknown key", "nearest: training"]),
        (RUN % "energy_kwh: 5", ["key training.energy_kwh", "nearest: energy_mwh"]),
        (RUN % "power_kw: 5", ["key training.power_kw", "nearest: power_w"]),
        (LEAST + "service: {request_per_day: 5}", ["nearest: requests_per_day"]),
        (LEAST + "tokens_billion: 5", ["wrong place", "training.tokens_billion"]),
        (RUN % "pue: 1.1", ["wrong place", "place.pue"]),
        (RUN % "requests_a_day: 4", ["nearest anywhere: service.requests_per_day"]),
        (LEAST + "k" * 1000 + ": 5", ["unknown key"]),
        ("name: m\ntraining: 5", ["key training", "a section must hold keys", "energy_mwh"]),
        ("name: m\ntraining:", ["key training", "a section must hold keys"]),
        ("name: m\ntraining: {}", ["key training", "a section must hold keys"]),
        ("name: m\ntraining: [a]", ["key training", "a section must hold keys", "a list"]),
        (LEAST + '"a\\nb\\e[1m": 5', ["key a�b�[1m", "unknown key"]),
        # Numbers.
        (RUN % "energy_mwh: 5 MWh", ["key training.energy_mwh", "found '5 MWh'", "without unit"]),
        (RUN % "energy_mwh: many", ["not a plain number", "found 'many'", "MWh"]),
        (RUN % "energy_mwh: '1,000'", ["not a plain number"]),
        (RUN % "energy_mwh: 0x10", ["not a plain number"]),
        (RUN % "energy_mwh: 1:30", ["not a plain number"]),
        (RUN % "energy_mwh: ٣", ["not a plain number"]),
        (RUN % "energy_mwh: true", ["not a plain number"]),
        (RUN % "energy_mwh: .nan", ["not a plain number", "found '.nan'"]),
        (RUN % "energy_mwh: nan", ["not a plain number"]),
        (RUN % "energy_mwh: -.inf", ["not a plain number"]),
        (RUN % "energy_mwh: 1e999", ["out of bounds"]),
        (RUN % "energy_mwh: -5", ["out of bounds", "above 0"]),
        (RUN % "energy_mwh: 0", ["out of bounds", "above 0"]),
        (RUN % "energy_mwh: 1.1e9", ["out of bounds"]),
        (RUN % "energy_mwh: ", ["key training.energy_mwh", "value is empty"]),
        (RUN % "energy_mwh: ~", ["value is empty"]),
        (RUN % "energy_mwh: [5]", ["wrong type", "found 'a list'", "{low: "]),
        (RUN % "utilisation: 35 %", ["not a plain number", "per cent"]),
        (RUN % "utilisation: 35", ["out of bounds", "at most 1"]),
        (RUN % "utilisation: 0", ["out of bounds"]),
        (RUN % "accelerators: 1.5", ["not a whole number"]),
        (RUN % "accelerators: {low: 1, value: 2, high: 3}", ["wrong type", "a mapping"]),
        (LEAST + "place: {pue: 0.99}", ["key place.pue", "at least 1"]),
        (LEAST + "place: {pue: {low: 0.9, value: 1.1, high: 1.2}}", ["place.pue.low", "at least"]),
        (LEAST + "place: {pue: {low: 1.2, value: 1.1, high: 1.3}}", ["out of order", "1.2, 1.1"]),
        (LEAST + "place: {pue: {low: 1.1, value: 1.4, high: 1.3}}", ["out of order"]),
        (LEAST + "place: {pue: {low: 1.1, value: 1.2}}", ["place.pue.high", "lacks an end"]),
        (LEAST + "place: {pue: {low: 1, vlaue: 2, high: 3}}", ["place.pue.vlaue", "nearest: val"]),
        (LEAST + "place: {pue: {low: 1, value: [2], high: 3}}", ["place.pue.value", "wrong type"]),
        (LEAST + "development: {multiplier: 0.9}", ["at least 1"]),
        (LEAST + "development: {share: 1}", ["at most 0.999"]),
        (BOTH + "service: {growth_per_year: -1}", ["above -1"]),
        (BOTH + "service: {batch: 0.5}", ["at least 1"]),
        (LEAST + "hardware: {lifetime_years: 0}", ["above 0"]),
        # Names, choices and dates.
        (RUN % "energy_mwh: 5, energy_boundary: rack", ["training.energy_boundary", "facility"]),
        (RUN % "accelerator: H10O", ["unknown accelerator", "nearest: H100"]),
        (RUN % "accelerator: [H100]", ["wrong type", "a list"]),
        (LEAST + "place: {grid_zone: US-CAL-CIS0}", ["unknown grid zone", "nearest: US-CAL-CISO"]),
        (LEAST + "place: {country: Germny}", ["unknown country", "nearest: Germany"]),
        (LEAST + "place: {cloud_region: us-centrall1}", ["unknown cloud region", "us-central1"]),
        (LEAST + "place: {operator: Gogle}", ["unknown operator", "nearest: Google"]),
        (BOTH + "service: {precision: int3}", ["unknown precision", "bfloat16, fp8, mxfp4"]),
        (RUN % "start: 2025-02-30", ["not a date", "2026-05-31"]),
        (RUN % "start: 2025", ["not a date"]),
        (RUN % "start: 12/01/2025", ["not a date"]),
        (RUN % "start: 1825-01-01", ["out of bounds", "2000-01-01"]),
        # What cannot be.
        ("name: m", ["nothing to estimate", "training.energy_mwh", "service.requests_per_day"]),
        ("name: m\nmodel: {total_parameters_billion: 7}", ["nothing to estimate"]),
        ("name: m\ntraining: {accelerator: H100}", ["nothing to estimate"]),
        ("name: m\nmodel: {total_parameters_billion: 7}\ntraining: {accelerator: H100}\n"
         "service: {output_tokens: 3}", ["key training", "no route"]),
        (RUN % "energy_mwh: 5", ["key training.energy_boundary", "missing", "facility"]),
        (RUN % "accelerator_hours: 5", ["key training.accelerator", "training.power_w"]),
        (RUN % "accelerator_hours: 5, accelerator: Trainium1",
         ["no source states the power", "AWS Trainium1", "training.power_w"]),
        (RUN % "compute_flop: 1e20, accelerator: WSE-1", ["power or throughput", "Cerebras"]),
        (LEAST + "service: {output_tokens: 3}", ["model.total_parameters_billion", "service"]),
        (BOTH + "service: {request_energy_wh: 3}", ["service.request_energy_boundary", "missing"]),
        (LEAST + "model: {total_parameters_billion: 3, active_parameters_billion: 4}",
         ["row 3", "key model.active_parameters_billion", "found '4'", "3"]),
        (LEAST + "model: {total_parameters_billion: {low: 4, value: 5, high: 6}}",
         ["wrong type", "a mapping", "no range"]),
        (LEAST + "model: {architecture: {layers: 3, windowed_layers: 4, window_tokens: 5}}",
         ["more layers than there are"]),
        (LEAST + "model: {architecture: {layers: 3, windowed_layers: 2}}", ["window_tokens"]),
        (LEAST + "model: {active_parameters_billion: 2, "
         "architecture: {experts: 3, experts_per_token: 4}}", ["more experts"]),
        (LEAST + "model: {architecture: {experts: 3, experts_per_token: 2}}",
         ["model.active_parameters_billion", "missing"]),
        (LEAST + "model: {total_parameters_billion: 10, active_parameters_billion: 2, "
         "architecture: {experts: 10, experts_per_token: 3}}", ["at most 0.2", "3 of 10"]),
        (RUN % "energy_mwh: 5, energy_boundary: node, start: 2025-02-01, end: 2025-01-01",
         ["ends before it starts"]),
        (RUN % "energy_mwh: 5, energy_boundary: node, end: 2026-11-22",
         ["future", "2026-11-21 or earlier"]),
        (RUN % "energy_mwh: 5, energy_boundary: node, start: 2026-11-22", ["future"]),
        (RUN % "energy_mwh: 5, energy_boundary: node, start: 2025-01-01, end: 2025-01-31, "
         "days: 31.5", ["more days", "at most 31"]),
        (LEAST + "place: {grid_zone: US-CAL-CISO, country: Germany}", ["two countries"]),
        (BOTH + "service: {years: 1, place: {cloud_region: eu-west-3, country: Germany}}",
         ["service.place.country", "two countries"]),
        (RUN % "compute_flop: 1.13e18, accelerator_hours: 1, accelerator: A100",
         ["training.compute_flop", "utilisation of 1.01", "at most 1"]),
        # Scenarios.
        (LEAST + "scenarios: {name: a}", ["key scenarios", "wrong type", "a mapping"]),
        (LEAST + "scenarios: []", ["list is empty"]),
        (LEAST + "scenarios: [a]", ["key scenarios[1]", "must hold keys"]),
        (LEAST + "scenarios: [{place: {pue: 1.2}}]", ["scenarios[1].name", "missing"]),
        (LEAST + "scenarios: [{name: a}]", ["scenarios[1]", "changes nothing"]),
        (LEAST + "scenarios: [{name: base, place: {pue: 1.2}}]", ["name is taken"]),
        (LEAST + "scenarios: [{name: A, place: {pue: 1.2}}, {name: a, place: {pue: 1.3}}]",
         ["scenarios[2].name", "taken"]),
        (LEAST + "scenarios: [{name: ../a, place: {pue: 1.2}}]", ["scenarios[1].name", "folder"]),
        (LEAST + "scenarios: [{name: a, place: {peu: 1.2}}]", ["scenarios[1].place.peu", "pue"]),
        (LEAST + "scenarios: [{name: a, scenarios: []}]", ["scenarios[1].scenarios", "unknown"]),
        (LEAST + "scenarios: [{name: a, training: {energy_mwh: ~}}]",
         ["nothing to estimate", "(scenario a)"]),
        (LEAST + "scenarios: [{name: a, training: ~}]", ["scenarios[1].training", "keys"]),
        (LEAST + "scenarios:\n" + "- {name: a, place: {pue: 1.2}}\n" * 51, ["too many", "50"]),
    ],
)  # fmt: skip
def test_bad_files_are_refused_in_one_line(tmp_path, text, parts):
    message = refused(tmp_path, text)
    assert len(message) < 900
    missing = [part for part in parts if part not in message]
    assert not missing, message


@pytest.mark.parametrize(
    "text",
    [
        RUN % "energy_mwh: 5, energy_boundary: node, start: 2026-11-21, end: 2026-11-21",
        RUN % "energy_mwh: 5, energy_boundary: node, start: 2025-01-01, end: 2025-01-31, "
        "days: {low: 31, value: 32, high: 33}",
        RUN % "compute_flop: {low: 1.1e18, value: 2e18, high: 3e18}, accelerator_hours: 1, "
        "accelerator: A100",
        RUN % "compute_flop: 2e18, accelerator_hours: {low: 0.5, value: 1, high: 2}, "
        "accelerator: A100",
        LEAST + "model: {total_parameters_billion: 5, active_parameters_billion: 2, "
        "architecture: {experts: 5, experts_per_token: 2}}",
        LEAST + "service: {request_energy_wh: 1, request_energy_boundary: IT}",
        LEAST + "model: {architecture: {layers: 3, windowed_layers: 3, window_tokens: 1}}",
    ],
)  # fmt: skip
def test_what_is_just_possible_is_read(tmp_path, text):
    assert read(tmp_path, text).name == "m"


@pytest.mark.parametrize(
    "name",
    ["../m", "..", ".m", "a/b", "a\\b", "a b", "'a'", '"a"', "$(touch x)", "`x`", "a;b", "a|b",
     "a&b", "*", "~", "-m", "_m", "m.", "é", "CON", "nul.txt", "m" * 65, "a\nb", "/m"],
)  # fmt: skip
def test_names_that_are_no_folder_are_refused(tmp_path, name):
    quoted = "'" + name.replace("'", "''") + "'"
    message = refused(tmp_path, LEAST.replace("name: m", f"name: {quoted}"))
    assert "key name" in message


@pytest.mark.parametrize("title", ["''", '"a\\u202Eb"', '"a\\0b"', "[a]", "x" * 201])
def test_titles_that_are_no_line_are_refused(tmp_path, title):
    assert "key title" in refused(tmp_path, LEAST + f"title: {title}")


@pytest.mark.parametrize(
    "name",
    ["my model.yaml", "it's.yaml", 'a"b.yaml', "$(touch x).yaml", "a;b|c&d.yaml", "-rf.yaml",
     "*.yaml", "é.yaml"],
)  # fmt: skip
def test_odd_file_names_are_harmless(tmp_path, name):
    path = tmp_path / name
    path.write_text(LEAST)
    said = description.read(path, KNOWN)
    assert said.folder(tmp_path) == tmp_path / "m"
    assert os.listdir(tmp_path) == [name]
    path.write_text("nonsense: 1")
    with pytest.raises(DataError) as caught:
        description.read(path, KNOWN)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "name", ["gone.yaml", "a\nb.yaml", "a\0b.yaml", "\udcff.yaml", "", "x" * 999]
)
def test_files_that_cannot_be_opened(tmp_path, name):
    with pytest.raises(DataError) as caught:
        description.read(tmp_path / name, KNOWN)
    assert "\n" not in str(caught.value)
    str(caught.value).encode()


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="no such file"):
        description.read(tmp_path / "pipe", KNOWN)


def test_a_mark_of_byte_order_and_other_line_ends_are_read(tmp_path):
    text = b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode()
    assert read(tmp_path, text).name == "m"


# Properties -------------------------------------------------------------------------------------

LOG = st.floats(0, 1)


def number(key):
    """Text of a number or a range within the ends of a key, most of its decades covered."""
    low, high = key.ends
    low = max(low, 1e-3 if key.unit != "1" else 0.01)

    def at(share):
        value = low * (high / low) ** share
        return min(max(value, low), high)

    one = LOG.map(lambda share: repr(at(share)))
    if not key.ranged:
        return one
    if key.kind == keys.WHOLE:
        return LOG.map(lambda share: str(int(at(share))) if at(share) >= 1 else "1")
    three = st.tuples(LOG, LOG, LOG).map(sorted).map(lambda s: [repr(at(x)) for x in s])
    return one | three.map(lambda t: "{{low: {}, value: {}, high: {}}}".format(*t))


# Keys that another key may make impossible are tested above.
FREE = [
    key for key in keys.KEYS
    if key.kind in (keys.NUMBER, keys.WHOLE) and "architecture" not in key.path
    and key.path not in ("model.active_parameters_billion", "training.energy_mwh",
                         "model.total_parameters_billion", "service.request_energy_wh")
]  # fmt: skip


@st.composite
def files(draw):
    """A valid file: a measured energy, a size, and any of the free keys."""
    chosen = draw(st.lists(st.sampled_from(FREE), unique=True))
    fixed = {"training.energy_mwh": "5", "training.energy_boundary": "node",
             "model.total_parameters_billion": "7"}  # fmt: skip
    values = fixed | {key.path: draw(number(key)) for key in chosen}
    tree = {}
    for path, text in values.items():
        *sections, leaf = path.split(".")
        at = tree
        for section in sections:
            at = at.setdefault(section, {})
        at[leaf] = text
    return values, "name: m\n" + flow(tree)


def flow(tree, depth=0):
    """A tree of text in YAML's blocks."""
    lines = []
    for name, value in tree.items():
        indent = "  " * depth
        inside = isinstance(value, dict)
        lines.append(f"{indent}{name}:" + ("" if inside else f" {value}"))
        lines += [flow(value, depth + 1)] if inside else []
    return "\n".join(lines)


@FEW
@given(files())
def test_random_valid_files_read(tmp_path, made):
    values, text = made
    said = read(tmp_path, text)
    assert {key: given.text for key, given in said.given.items()} == values
    for key, value in said.given.items():
        if value.unit:
            low, middle, high = value.ends
            assert low <= middle <= high
            assert all(keys.BY_PATH[key].holds(end) for end in value.ends)
    for ways in (precedence.compute_flop(said), precedence.accelerator_hours(said),
                 precedence.multiplier(said), precedence.power_w(said, KNOWN)):  # fmt: skip
        for way in ways:
            assert way.ends == tuple(sorted(way.ends))
            assert all(end < float("inf") for end in way.ends)
    expected = ("times apart", "no effect", "requests over the service")
    assert all(any(part in text for part in expected) for text in said.warnings)


EDIT = st.tuples(
    st.integers(0, len(CONTENT) - 1), st.integers(0, 12),
    st.sampled_from([b"", b":", b"\n", b"{", b"}", b"[", b"- ", b"~", b"&a ", b"*a", b"!x ", b"'",
                     b'"', b"#", b"\x00", b"\xff", b"1e999", b"-1", b".nan", b"\t", b"  ", b"? "])
    | st.binary(max_size=4),
)  # fmt: skip


@FEW
@given(st.lists(EDIT, min_size=1, max_size=4))
def test_mutated_files_are_read_or_refused(tmp_path, edits):
    content = CONTENT
    for start, length, new in edits:
        content = content[:start] + new + content[start + length :]
    read_or_refused(tmp_path, content)


@FEW
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    read_or_refused(tmp_path, content)


def read_or_refused(folder, content):
    said = message = None
    try:
        said = read(folder, content)
    except DataError as fault:
        message = str(fault)
    assert "\n" not in (message or "")
    assert said is None or Path(said.folder(folder)).parent == folder


@FEW
@given(st.text(min_size=1, max_size=40))
def test_a_name_that_is_read_is_one_folder(name):
    said = description.Description("f", name, name, "base", {})
    if reader.is_safe(name):
        assert said.folder("models").parts == ("models", name)
        assert name not in (".", "..")
    else:
        with pytest.raises(ValueError, match="name"):
            said.folder("models")
