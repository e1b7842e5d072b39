"""The file of an own model: what it gives, what overrides what, and what is told of it."""

import re
from datetime import date

import pytest
from own_models import EXAMPLE, FACTS, KNOWN, LEAST, ROOT, known_names, read

from ai_lifecycle import tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.own_model import accelerator_words, description, document, keys, names, precedence

PAGE = ROOT / "docs/methods/own_model.md"
BOTH = "model: {total_parameters_billion: 7}\n" + LEAST


@pytest.fixture(scope="module")
def example():
    return description.read(EXAMPLE, KNOWN)


def uncommented(text):
    """The example with every alternative that is a comment taken in."""
    return re.sub(r"(?m)^(\s*)# (\w+: )", r"\1\2", text)


@pytest.mark.parametrize("word", ["80GB", "v4", "SXM", "NVIDIA", "gpu", "H100 200GB", "DGX A100"])
def test_a_name_that_says_too_little_or_too_much_means_no_accelerator(word):
    assert KNOWN.meaning(keys.ACCELERATOR, word) is None


@pytest.mark.parametrize("name", sorted(KNOWN.accelerators))
def test_every_accelerator_is_told_from_all_others_by_its_words(name):
    assert accelerator_words.matching(name.replace(" ", "-").upper(), [*KNOWN.accelerators]) == [
        name
    ]


# The example ------------------------------------------------------------------------------------


def test_the_example_reads_without_a_warning(example):
    assert (example.name, example.scenario) == ("river-otter-34b", "base")
    assert example.warnings == ()
    assert len(example.scenarios) == 5
    assert all(scenario.warnings == () for scenario in example.scenarios)


def test_the_example_holds_every_key(tmp_path):
    found = read(tmp_path, uncommented(EXAMPLE.read_text()))
    assert set(found.given) == set(keys.BY_PATH)
    assert not [text for text in found.warnings if "times apart" in text]


def test_the_example_is_in_none_of_our_tables(example):
    for table in (ROOT / "data").rglob("*.csv"):
        text = table.read_text(encoding="utf-8").casefold()
        assert "river otter" not in text
        assert example.name not in text


def test_the_page_holds_every_key_with_its_bounds():
    rows = set(PAGE.read_text(encoding="utf-8").splitlines())
    for key in keys.KEYS:
        assert f"| `{key.path}` | {key.told} | {key.meaning} |" in rows


def test_units_are_units_of_the_house():
    units = {line.split(",")[0] for line in (ROOT / "data/units.csv").read_text().splitlines()}
    for key in keys.KEYS:
        assert (key.unit in units) == (key.kind in (keys.NUMBER, keys.WHOLE)), key.path


# Values -----------------------------------------------------------------------------------------


def test_numbers_alone_and_with_a_range(example):
    hours = example.get("training.accelerator_hours")
    assert hours.ends == (1.9e6, 2e6, 2.1e6)
    assert hours.unit == "h"
    assert hours.text == "{low: 1900000, value: 2000000, high: 2100000}"
    tokens = example.get("training.tokens_billion")
    assert tokens.ends == (9000, 9000, 9000)
    assert tokens.text == "9000"
    assert EXAMPLE.read_text().splitlines()[tokens.line - 1].strip() == "tokens_billion: 9000"


@pytest.mark.parametrize(
    ("written", "value"),
    [("5", 5), ("5.", 5), (".5", 0.5), ("+5", 5), ("1_000", 1000), ("1e3", 1e3), ("1.5E+3", 1500),
     ('"5"', 5), ("010", 10)],
)  # fmt: skip
def test_ways_to_write_a_number(tmp_path, written, value):
    text = LEAST.replace("energy_mwh: 5", f"energy_mwh: {written}")
    assert read(tmp_path, text).get("training.energy_mwh").value == value


def test_what_is_in_quotes_is_said(tmp_path):
    assert read(tmp_path, LEAST + "title: '~'").title == "~"


def test_names_dates_and_choices(example, tmp_path):
    assert example.get("model.published").value == date(2026, 5, 4)
    assert example.get("training.utilisation_basis").value == "whole run"
    assert example.get("place.grid_zone").area == "US-MIDW-MISO"
    said = read(tmp_path, LEAST.replace("node", "it") + "place: {grid_zone: NO}\n")
    assert said.get("training.energy_boundary").value == "IT"
    # What YAML of old takes for a truth value is the grid of Norway.
    assert said.get("place.grid_zone").area == "NO"


@pytest.mark.parametrize(
    ("kind", "written", "name", "area", "alternatives"),
    [
        (keys.ACCELERATOR, "nvidia  h100 sxm5 80gb", "NVIDIA H100 SXM5 80GB", None, 0),
        (keys.ACCELERATOR, "H100", "NVIDIA H100 SXM5 80GB", None, 2),
        (keys.ACCELERATOR, "A100 80GB", "NVIDIA A100 SXM4 80GB", None, 1),
        (keys.ACCELERATOR, "A100 40 GB", "NVIDIA A100 SXM4 40GB", None, 1),
        (keys.ACCELERATOR, "A100 SXM", "NVIDIA A100 SXM4 80GB", None, 1),
        (keys.ACCELERATOR, "H100 SXM", "NVIDIA H100 SXM5 80GB", None, 0),
        (keys.ACCELERATOR, "NVIDIA H100 80GB HBM3", "NVIDIA H100 SXM5 80GB", None, 1),
        (keys.ACCELERATOR, "Tesla V100-SXM2-32GB", "NVIDIA V100 SXM2 32GB", None, 0),
        (keys.ACCELERATOR, "Tesla V100", "NVIDIA V100 SXM2 32GB", None, 2),
        (keys.ACCELERATOR, "AMD MI300X", "AMD Instinct MI300X", None, 0),
        (keys.ACCELERATOR, "TPUv5p", "Google TPU v5p", None, 0),
        (keys.ACCELERATOR, "Trillium", "Google TPU v6e (Trillium)", None, 0),
        (keys.ACCELERATOR, "Gaudi 2", "Intel Gaudi2", None, 0),
        (keys.ACCELERATOR, "A100", "NVIDIA A100 SXM4 80GB", None, 3),
        (keys.ACCELERATOR, "NVIDIA A100 PCIe", "NVIDIA A100 PCIe 80GB", None, 1),
        (keys.ACCELERATOR, "h200", "NVIDIA H200 SXM 141GB", None, 1),
        (keys.ACCELERATOR, "MI300X", "AMD Instinct MI300X", None, 0),
        (keys.ACCELERATOR, "TPU v4", "Google TPU v4", None, 0),
        (keys.ACCELERATOR, "TPU v6e", "Google TPU v6e (Trillium)", None, 0),
        (keys.COUNTRY, "US", "United States of America", "US", 0),
        (keys.COUNTRY, "usa", "United States of America", "US", 0),
        (keys.COUNTRY, "UK", "United Kingdom of Great Britain and Northern Ireland", "GB", 0),
        (keys.COUNTRY, "South Korea", "Korea (Republic of)", "KR", 0),
        (keys.COUNTRY, "CHN", "China", "CN", 0),
        (keys.COUNTRY, "Kenya", "Kenya", "KE", 0),
        (keys.CLOUD_REGION, "gcp us-central1", "gcp us-central1", "US-MIDW-MISO", 0),
        (keys.CLOUD_REGION, "eu-west-3", "aws eu-west-3", "FR", 0),
        (keys.OPERATOR, "DeepMind", "Google", None, 0),
        (keys.PRECISION, "bf16", "bfloat16", None, 0),
    ],
)
def test_names_in_the_spellings_of_people(kind, written, name, area, alternatives):
    meaning = KNOWN.meaning(kind, written)
    assert (meaning.name, meaning.area) == (name, area)
    assert len(meaning.alternatives) == alternatives


@pytest.mark.parametrize(
    ("kind", "written"),
    [(keys.ACCELERATOR, "v4"), (keys.ACCELERATOR, "TPU"), (keys.ACCELERATOR, "NVIDIA"),
     (keys.OPERATOR, "survey average"), (keys.COUNTRY, "US-CAL-CISO"), (keys.ZONE, "XX")],
)  # fmt: skip
def test_names_that_say_too_little_are_not_known(kind, written):
    assert KNOWN.meaning(kind, written) is None


def test_every_name_on_offer_is_known():
    for kind, shown in KNOWN.shown.items():
        assert shown, kind
        assert all(KNOWN.meaning(kind, name) for name in shown)


def test_throughput_and_power_of_an_open_name_are_the_highest():
    chip = KNOWN.meaning(keys.ACCELERATOR, "A100")
    given = description.Given("training.accelerator", "A100", chip.name,
                              alternatives=chip.alternatives)  # fmt: skip
    assert names.peak_flops_per_s(KNOWN, given) == 312e12
    assert names.rated_power_w(KNOWN, given) == 400


def test_throughput_and_power_are_those_of_training_else_of_the_hardware():
    hardware = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    training = tables.read_csv(FACTS / "training_accelerators.csv", "training_accelerators")
    hardware, training = (frame.set_index("accelerator") for frame in (hardware, training))
    only = "NVIDIA B200 SXM"
    assert only not in training.index
    chip = KNOWN.accelerators[only]
    assert chip.peak_flops_per_s == hardware["fp16_dense_tflops"][only] * 1e12
    assert chip.rated_power_w == hardware["rated_power_w"][only]
    # The hardware's table has no 16-bit peak for one without matrix units; training's is 32-bit.
    old = KNOWN.accelerators["NVIDIA K80"]
    assert old.peak_flops_per_s == training["peak_tflops"]["NVIDIA K80"] * 1e12


def test_without_their_table_no_cloud_region_is_known(tmp_path):
    with pytest.raises(DataError, match="no cloud region is known here"):
        read(tmp_path, LEAST + "place: {cloud_region: us-central1}",
             known_names(cloud_regions=None))  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "fault"),
    [("aws,x,y,XX", "has no such area"), ("aws,x,y,FR\naws,X,y,FR", "region stands twice")],
)
def test_faults_in_the_table_of_cloud_regions(tmp_path, rows, fault):
    head = "provider,region,place,area,area_known,source_key,locator,status,note\n"
    rest = ",judgement,lacoste2019,row,judgement,"
    path = tmp_path / "regions.csv"
    path.write_text(head + "".join(row + rest + "\n" for row in rows.split("\n")))
    with pytest.raises(DataError, match=fault):
        known_names(cloud_regions=path)


def test_a_region_of_two_providers_needs_its_provider(tmp_path):
    path = tmp_path / "regions.csv"
    rest = ",judgement,lacoste2019,row,judgement,\n"
    path.write_text(
        "provider,region,place,area,area_known,source_key,locator,status,note\n"
        f"aws,east,y,FR{rest}gcp,east,y,DE{rest}gcp,west,y,DE{rest}"
    )
    known = known_names(cloud_regions=path)
    assert known.meaning(keys.CLOUD_REGION, "east") is None
    assert known.meaning(keys.CLOUD_REGION, "GCP east").area == "DE"
    assert known.meaning(keys.CLOUD_REGION, "west").name == "gcp west"


# Scenarios --------------------------------------------------------------------------------------


def test_a_scenario_is_the_file_with_its_keys(example):
    by_name = {scenario.scenario: scenario for scenario in example.scenarios}
    small = by_name["small-batch"]
    assert small.get("service.batch").ends == (8, 8, 8)
    assert small.changed == ("service.batch",)
    rest = dict(small.given) | {"service.batch": example.get("service.batch")}
    assert rest == dict(example.given)
    assert list(small.given) == [key for key in keys.BY_PATH if key in small.given]
    assert (small.name, small.scenarios) == (example.name, ())


def test_a_new_location_takes_the_place_of_the_old(example):
    french = example.scenarios[0]
    assert precedence.place(french, "training")["country"].area == "FR"
    assert "grid_zone" not in precedence.place(french, "training")
    # Contracts of the old place are not those of the new one; its building may be alike.
    assert "place.market_g_per_kwh" not in french
    assert french.get("place.pue") == example.get("place.pue")


def test_a_scenario_takes_keys_away(example):
    by_compute = example.scenarios[-1]
    assert "training.accelerator_hours" not in by_compute
    assert precedence.route(example, KNOWN) == "hours x power"
    assert precedence.route(by_compute, KNOWN) == "FLOP / (peak x MFU) x power"
    # Its title says that only tokens and parameters are known.
    assert "training.utilisation" not in by_compute
    assert "training.utilisation_basis" not in by_compute


SERVED = "name: m\nmodel: {{total_parameters_billion: 7}}\nservice: {{{0}}}\n"


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ("requests_per_day: 1e13, growth_per_year: 20, years: 50",
         ["requests_per_day (1e13)", "growth_per_year (20)", "years (50)", "requests over"]),
        ("requests_per_day: {low: 1, value: 2, high: 1e13}", ["requests_per_day", "1e+15"]),
        ("requests_per_day: 2.5e9, growth_per_year: 1, years: 5", []),
        ("requests_per_day: 1e12, years: 2", []),
    ],
)  # fmt: skip
def test_more_requests_than_anyone_makes_are_told(tmp_path, service, told):
    found = read(tmp_path, SERVED.format(service)).warnings
    assert bool(found) == bool(told)
    for part in told:
        assert part in found[0]


def test_a_scenario_without_effect_on_the_energy_is_told(tmp_path):
    said = read(tmp_path, LEAST + "scenarios: [{name: a, training: {accelerator: H100}}]")
    assert said.warnings == ()
    (warning,) = said.scenarios[0].warnings
    assert "training.accelerator (H100) of scenario a does not change" in warning
    assert "disclosed energy" in warning


# What overrides what ----------------------------------------------------------------------------


def said_of(tmp_path, text, head="name: m\n"):
    return read(tmp_path, head + text)


def test_order_of_compute_hours_power_and_multiplier(tmp_path):
    said = said_of(tmp_path, """
model: {total_parameters_billion: 10, active_parameters_billion: 2}
training:
  compute_flop: 1.5e22
  tokens_billion: 1000
  accelerator: A100
  accelerator_hours: 100000
  accelerators: 100
  days: 30
  start: 2025-01-01
  end: 2025-01-31
  power_w: 350
development: {multiplier: 3, share: 0.5}
""")  # fmt: skip
    assert [way.value for way in precedence.compute_flop(said)] == pytest.approx([1.5e22, 1.2e22])
    assert [way.value for way in precedence.accelerator_hours(said)] == [1e5, 72000, 74400]
    assert [way.value for way in precedence.power_w(said, KNOWN)] == [350, 400]
    assert [way.value for way in precedence.multiplier(said)] == [3, 2]
    assert precedence.accelerator_hours(said)[1].told == "training.accelerators x training.days"
    assert said.warnings == ()


def test_ranges_go_through_products(tmp_path):
    said = said_of(tmp_path, """
model: {total_parameters_billion: 2}
training: {tokens_billion: {low: 10, value: 20, high: 30}}
""")  # fmt: skip
    (way,) = precedence.compute_flop(said)
    assert way.ends == pytest.approx((12e19, 24e19, 36e19))


@pytest.mark.parametrize(
    ("training", "route"),
    [
        ("energy_mwh: 5, energy_boundary: IT, accelerator_hours: 1e4, power_w: 500",
         "disclosed energy"),
        ("accelerator_hours: 1e4, power_w: 500, compute_flop: 1e20", "hours x power"),
        ("accelerators: 8, days: 3, accelerator: A100", "hours x power"),
        ("accelerators: 8, start: 2025-01-01, end: 2025-01-03, accelerator: A100", "hours x power"),
        ("compute_flop: 1e20", "FLOP / (peak x MFU) x power"),
        ("compute_flop: 1e20, accelerator: A100", "FLOP / (peak x MFU) x power"),
        ("compute_flop: 1e20, accelerator_hours: 1e4", "FLOP / (peak x MFU) x power"),
        # Its power is not known, so hours say nothing without a measured one.
        ("compute_flop: 1e19, accelerator: Trainium1, power_w: 200", "FLOP / (peak x MFU) x power"),
    ],
)  # fmt: skip
def test_routes(tmp_path, training, route):
    said = said_of(tmp_path, f"training: {{{training}}}")
    assert precedence.route(said, KNOWN) == route


def test_the_service_stands_where_training_did_unless_it_says_otherwise(tmp_path):
    place = "place: {grid_zone: FR, country: FR, market_g_per_kwh: 5, pue: 1.1}\n"
    service = "service: {output_tokens: 3%s}\n"
    said = read(tmp_path, BOTH + place + service % "")
    assert precedence.place(said, "service") == precedence.place(said, "training")
    assert set(precedence.place(said, "training")) == {"grid_zone", "market_g_per_kwh", "pue"}
    said = read(tmp_path, BOTH + place + service % ", place: {country: DE}")
    own = precedence.place(said, "service")
    assert set(own) == {"country", "pue"}
    assert own["country"].area == "DE"
    said = read(tmp_path, BOTH + place + service % ", place: {operator: Google}")
    own = precedence.place(said, "service")
    assert set(own) == {"grid_zone", "market_g_per_kwh", "operator"}


def test_own_intensity_stands_above_a_zone(tmp_path):
    said = read(tmp_path, LEAST + "place: {grid_zone: FR, intensity_g_per_kwh: 400}")
    assert set(precedence.place(said, "training")) == {"intensity_g_per_kwh"}


# Warnings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("training: {energy_mwh: 5, energy_boundary: node, accelerator_hours: 1e6, power_w: 700}",
         ["training.energy_mwh (5 MWh)", "training.accelerator_hours x training.power_w (700 MWh)",
          "140 times", "training.energy_mwh is used"]),
        ("training: {energy_mwh: 900, energy_boundary: node, accelerator_hours: 1e5,"
         " accelerator: A100}",
         ["training.accelerator_hours x training.accelerator (40 MWh)", "22.5 times"]),
        ("training: {compute_flop: 1e20, tokens_billion: 1000}\n"
         "model: {total_parameters_billion: 7}",
         ["training.compute_flop (1e+20 FLOP)",
          "model.total_parameters_billion x training.tokens_billion (4.2e+22 FLOP)", "420 times"]),
        ("training: {accelerator_hours: 1e6, accelerators: 10, days: 10, accelerator: A100}",
         ["accelerator_hours (1e+06 h)", "training.accelerators x training.days (2400 h)"]),
        ("training: {accelerator_hours: 1e6, compute_flop: 1e22, accelerator: A100,"
         " utilisation: 0.5}",
         ["training.utilisation (0.5 as a factor)", "training.compute_flop", "56.2 times"]),
        ("training: {energy_mwh: 5, energy_boundary: node}\n"
         "development: {multiplier: 1.2, share: 0.95}",
         ["development.multiplier (1.2 as a factor)", "development.share (20 as a factor)"]),
        ("training: {accelerator_hours: 1e6, power_w: 20, accelerator: A100}",
         ["training.power_w (20 W)", "training.accelerator (400 W)", "20 times"]),
        ("training: {accelerator_hours: 10, power_w: 20, power_boundary: IT,"
         " utilisation_basis: step}",
         ["training.utilisation_basis (step) has no effect without training.utilisation"]),
        (LEAST[8:] + "service: {place: {pue: 1.1}}",
         ["service.place.pue (1.1) has no effect without a service"]),
        (LEAST[8:] + "model: {architecture: {layers: 8, key_value_heads: 8}}",
         ["model.architecture.key_value_heads (8) has no effect without",
          "model.architecture.head_dimension"]),
        (LEAST[8:] + "model: {total_parameters_billion: 8, active_parameters_billion: 8,"
         " architecture: {experts: 8, experts_per_token: 2}}",
         ["model.architecture.experts (8) has no effect"]),
    ],
)  # fmt: skip
def test_contradictions_and_keys_without_effect_are_told(tmp_path, text, parts):
    (warning,) = said_of(tmp_path, text).warnings
    assert all(part in warning for part in parts)


@pytest.mark.parametrize("times", [0.11, 9.9])
def test_less_than_tenfold_is_no_contradiction(tmp_path, times):
    said = said_of(tmp_path, f"training: {{energy_mwh: {times * 100}, energy_boundary: node,"
                             " accelerator_hours: 1e5, power_w: 1000}")  # fmt: skip
    assert said.warnings == ()


def test_a_folder_stays_below_its_root(example, tmp_path):
    assert example.folder(tmp_path) == tmp_path / "river-otter-34b"
    assert 4 * EXAMPLE.stat().st_size < document.LARGEST_BYTES
