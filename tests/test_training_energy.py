"""Energy of training: kernels, what must not be combined, routes, provenance, bad input."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT
from hypothesis import given
from hypothesis import strategies as st

from ai_lifecycle import constants, facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.model_catalogue import catalogue, contradictions, names
from ai_lifecycle.training import energy_evidence as kernel
from ai_lifecycle.training_tables import (
    carbon,
    disclosures,
    energy,
    energy_accounts,
    energy_priors,
    energy_pue,
    energy_routes,
)

FACTS, REFERENCES = ROOT / "data/facts", ROOT / "data/references.bib"
CONSTANTS = ROOT / "data/constants.csv"
SOME = st.floats(1e-3, 1e6)


# Kernels, by hand.


def test_compute_becomes_hours_and_energy():
    # 3.6e18 operations on 1e15 a second at half the peak: 7,200 s, two hours; at 500 W, 1 kWh.
    assert kernel.hours_from_compute_h(3.6e18, 1e15, 0.5) == pytest.approx(2)
    assert kernel.energy_from_compute_mwh(3.6e18, 1e15, 0.5, 500) == pytest.approx(1e-3)
    step = {"basis": "step"}
    assert kernel.hours_from_compute_h(3.6e18, 1e15, 0.5, 0.8, **step) == pytest.approx(2.5)
    idle = kernel.energy_from_compute_mwh(3.6e18, 1e15, 0.5, 500, 1.12, **step)
    assert idle == pytest.approx(1.12e-3)


def test_utilisation_and_hours_are_inverse():
    # 3.8e25 operations in 30.84 million hours of 989.4e12 a second: 34.6 %, as METHODS works it.
    share = kernel.implied_utilisation(3.8e25, 30.84e6, 989.4e12)
    assert share == pytest.approx(0.346, abs=5e-4)
    assert kernel.hours_from_compute_h(3.8e25, 989.4e12, share) == pytest.approx(30.84e6)


@pytest.mark.parametrize(
    ("boundary", "overhead", "pue", "expected"),
    [("accelerator", 1.6, 1, 160), ("accelerator", 0.8, 1, 80), ("node", 1, 1, 100),
     ("IT", 1, 1, 100), ("facility", 1, 1.25, 80)],
)  # fmt: skip
def test_it_energy_by_boundary(boundary, overhead, pue, expected):
    assert kernel.it_energy_mwh(100, boundary, overhead, pue) == pytest.approx(expected)


def test_facility_energy_and_experiments():
    assert kernel.facility_energy_mwh(100, "IT", 1.2) == pytest.approx(120)
    assert kernel.facility_energy_mwh(100, "facility") == 100
    # BLOOM: 433.196 MWh for the final run of 1163.088 MWh in all.
    rest = kernel.experimentation_energy_mwh(433.196, 1163.088 / 433.196, False)
    assert rest == pytest.approx(1163.088 - 433.196)
    assert kernel.experimentation_energy_mwh(2638, 1.0, True) == 0


# What must not be combined.


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda: kernel.hours_from_compute_h(1, 1, 0.3, 0.9), "goodput"),
        (lambda: kernel.energy_from_compute_mwh(1, 1, 0.3, 1, 1.12), "idle_factor"),
        (lambda: kernel.it_energy_mwh(1, "node", 1.38), "overhead"),
        (lambda: kernel.it_energy_mwh(1, "IT", 1.38), "overhead"),
        (lambda: kernel.it_energy_mwh(1, "facility", 1.38), "overhead"),
        (lambda: kernel.it_energy_mwh(1, "node", 1, 1.1), "pue"),
        (lambda: kernel.facility_energy_mwh(1, "facility", 1.1), "pue"),
        (lambda: kernel.facility_energy_mwh(1, "accelerator", 1.1), "accelerators times PUE"),
        (lambda: kernel.experimentation_energy_mwh(1, 2.0, True), "project"),
        (lambda: kernel.it_energy_mwh(1, "rack"), "boundary"),
        (lambda: kernel.hours_from_compute_h(1, 1, 0.3, basis="peak"), "basis"),
        (lambda: kernel.hours_from_compute_h(-1, 1, 0.3), "flop"),
        (lambda: kernel.hours_from_compute_h(np.nan, 1, 0.3), "flop"),
        (lambda: kernel.hours_from_compute_h(1, 0, 0.3), "peak"),
        (lambda: kernel.hours_from_compute_h(1, 1, 1.01), "utilisation"),
        (lambda: kernel.hours_from_compute_h(1, 1, 0.0), "utilisation"),
        (lambda: kernel.energy_from_compute_mwh(1, 1, 0.3, -1), "power_w"),
        (lambda: kernel.energy_from_compute_mwh(1, 1, 0.3, 1, 0.9, "step"), "idle_factor"),
        (lambda: kernel.it_energy_mwh(1, "accelerator", 0), "overhead"),
        (lambda: kernel.it_energy_mwh(1, "facility", 1, 0.9), "pue"),
        (lambda: kernel.facility_energy_mwh(1, "IT", 0.99), "pue"),
        (lambda: kernel.experimentation_energy_mwh(1, 0.9, False), "multiplier"),
        (lambda: kernel.implied_utilisation(1, 0, 1), "accelerator_hours_h"),
    ],
)
def test_kernels_refuse(call, word):
    with pytest.raises(ValueError, match=word):
        call()


@given(SOME, SOME, st.floats(0.01, 1), SOME, st.floats(1, 3))
def test_linear_inputs_double_the_energy(flop, peak, share, power, pue):
    def worked(flop, power):
        energy_mwh = kernel.energy_from_compute_mwh(flop, peak, share, power)
        return kernel.facility_energy_mwh(kernel.it_energy_mwh(energy_mwh, "node"), "IT", pue)

    assert worked(2 * flop, power) == pytest.approx(2 * worked(flop, power))
    assert worked(flop, 2 * power) == pytest.approx(2 * worked(flop, power))
    assert worked(0, power) == 0
    assert worked(flop, power) >= kernel.energy_from_compute_mwh(flop, peak, share, power)


# Tables on the real facts.


@pytest.fixture(scope="module")
def parts():
    own, figures = disclosures.read(
        FACTS / "training_models.csv", FACTS / "training_disclosures.csv",
        ROOT / "data/training_quantities.csv", FACTS / "sustainable_ai_fig4.csv",
        references=REFERENCES,
    )  # fmt: skip
    known = tables.read_csv(FACTS / "hardware_accelerators.csv", "hardware_accelerators")
    mapped, accelerators = names.read_accelerators(
        FACTS / "accelerator_names.csv", FACTS / "training_accelerators.csv",
        known["accelerator"], references=REFERENCES,
    )  # fmt: skip
    listed = tables.read_csv(ROOT / "data/frozen/epoch_models.csv", "epoch_models")
    active = facts.read(
        FACTS / "model_active_parameters.csv", "model_active_parameters", references=REFERENCES
    )
    relations = names.read_models(
        FACTS / "model_names.csv", own, listed["epoch_id"], references=REFERENCES
    )
    theirs = catalogue.from_epoch(listed, active, mapped, accelerators)
    ours = catalogue.from_disclosures(own, figures, mapped, accelerators)
    whole = catalogue.joined(ours, theirs, relations, active)
    whole = contradictions.refuse_compute(whole, accelerators)
    models, left = catalogue.divided(whole, list(accelerators.index))
    models = models.set_index("model_id")
    rated = models["accelerator"].map(accelerators["rated_power_w"]).astype(float)
    accounts = energy_accounts.own_accounts(own, figures, rated)
    runs = energy_priors.independent_runs(models, accelerators)
    nodes = energy_priors.node_runs(accounts, models.reset_index(), accelerators)
    families = sorted(set(accelerators["family"]))
    tpu = [name for name in families if name.startswith("TPU")]
    priors = energy_priors.table(runs, nodes, families, tpu, CONSTANTS)
    values, operators = energy_pue.read(
        FACTS / "datacenter_pue.csv", FACTS / "training_operators.csv", references=REFERENCES
    )
    multipliers = energy.read_multipliers(
        FACTS / "experimentation_multipliers.csv", models.index, references=REFERENCES
    )
    return {
        "own": own, "figures": figures, "models": models, "left": left, "accounts": accounts,
        "accelerators": accelerators, "runs": runs, "priors": priors, "values": values,
        "operators": operators, "multipliers": multipliers,
    }  # fmt: skip


def work(parts, **changed):
    """The three tables, with parts replaced."""
    p = parts | changed
    pue = energy_pue.chosen(p["models"], p["accounts"], p["values"], p["operators"], CONSTANTS)
    made = energy.worked(p["models"], p["accounts"], p["accelerators"], p["priors"], pue,
                         p["multipliers"], CONSTANTS)  # fmt: skip
    return made[0].set_index("model_id"), made[1], made[2]


@pytest.fixture(scope="module")
def made(parts):
    return work(parts)


@pytest.fixture(scope="module")
def table(made):
    return made[0]


def test_every_model_is_either_modelled_or_left_out_with_a_reason(parts, made):
    table, left, _ = made
    assert sorted([*table.index, *left["model_id"]]) == sorted(parts["models"].index)
    assert left["reason"].str.len().gt(0).all()
    assert len(table) > 500
    reasons = left.set_index("model_id")["reason"]
    assert reasons["btlm-3b"] == "no source states the rated power of the accelerator"
    assert reasons["goat-7b"] == "no source states the throughput of the accelerator"
    assert "games and recommendation" in reasons["katago"]
    assert reasons["asamt"].startswith("unknown accelerator (nearest: ")
    assert reasons["nemotron-parse-1.1"].startswith("energy at a boundary that is not stated")
    every = energy.excluded(parts["left"], left)
    assert len(every) == len(left) + len(parts["left"])
    assert not set(every["model_id"]) & set(table.index)


def test_ranges_enclose_values_and_boundaries_are_ordered(table):
    for name in ("it_energy{}_mwh", "facility_energy{}_mwh", "accelerator_hours{}_h", "pue{}",
                 "overhead{}", "experimentation_multiplier{}", "experimentation_energy{}_mwh",
                 "execution_idle_factor{}"):  # fmt: skip
        ends = table[[name.format(end) for end in ("_low", "", "_high")]].dropna()
        low, value, high = ends.to_numpy().T
        assert (low <= value * (1 + 1e-12)).all(), name
        assert (value <= high * (1 + 1e-12)).all(), name
    assert (table["facility_energy_mwh"] >= table["it_energy_mwh"] * (1 - 1e-12)).all()
    ratio = table["facility_energy_mwh"] / table["it_energy_mwh"]
    np.testing.assert_allclose(ratio, table["pue"], rtol=1e-9)


def test_columns_multiply_out_for_every_row(parts, table):
    """What the declared meanings say of the energies, from the table alone."""
    disclosed = table["route"] == "disclosed energy"
    worked = (
        table["accelerator_hours_h"] * table["goodput"] * table["overhead_base_power_w"]
        * table["overhead"] * table["execution_idle_factor"] / 1e6
    )  # fmt: skip
    assert (worked.isna() == disclosed).all()
    np.testing.assert_allclose(worked[~disclosed], table["it_energy_mwh"][~disclosed], rtol=1e-9)
    step = table["utilisation_origin"] == "derived"
    assert table.loc[step, "goodput"].eq(0.93).all()
    assert table.loc[~step, "goodput"].eq(1).all()
    own = parts["accounts"].reindex(table.index[disclosed])
    holds = own["energy_holds_pue"]
    built = np.where(holds, own["energy_mwh"] / table["pue"][disclosed], own["energy_mwh"])
    given = built * table["overhead"][disclosed]
    np.testing.assert_allclose(given, table["it_energy_mwh"][disclosed], rtol=1e-9)
    experiments = table["facility_energy_mwh"] * (table["experimentation_multiplier"] - 1)
    np.testing.assert_allclose(experiments, table["experimentation_energy_mwh"], rtol=1e-9)


def test_disclosed_energies_are_those_of_training_carbon(parts, table):
    known = carbon.energies(disclosures.accounts(parts["figures"]))
    keys = pd.MultiIndex.from_frame(parts["own"][["model_id", "scope"]])
    known = known.reindex(keys).reset_index("scope")
    rows = table[table["route"] == "disclosed energy"]
    assert known.loc[rows.index, "energy_origin"].eq("disclosed").all()
    facility = rows[rows["energy_boundary_as_disclosed"] == "facility"]
    np.testing.assert_allclose(
        facility["facility_energy_mwh"], known.loc[facility.index, "energy_mwh"], rtol=1e-12
    )
    assert facility["overhead"].eq(1).all()
    assert facility["pue_use_origin"].eq("not used").all()
    assert table.loc["gpt-3-175b", "facility_energy_mwh"] == pytest.approx(1287)
    gpt = table.loc["gpt-3-175b"]
    assert gpt["it_energy_mwh"] == pytest.approx(1287 / 1.1)
    # The range of a facility's energy is that of print; the PUE widens the IT energy alone.
    ends = gpt[["facility_energy_low_mwh", "facility_energy_high_mwh"]].to_list()
    assert ends == pytest.approx([1286.5, 1287.5])
    assert gpt["it_energy_low_mwh"] == pytest.approx(1286.5 / 1.105)


def test_accelerator_energy_gets_its_node_and_says_so(table):
    rows = table[table["energy_boundary_as_disclosed"] == "accelerator"]
    assert len(rows) > 15
    assert rows["overhead_origin"].eq("prior").all()
    # Worked from rated power: 433.196 MWh x 1.38, then the disclosed PUE 1.2.
    bloom = rows.loc["bloom-176b"]
    assert bloom["energy_rests_on"] == "assumed power"
    assert bloom["it_energy_mwh"] == pytest.approx(433.196 * 1.38)
    assert bloom["facility_energy_mwh"] == pytest.approx(433.196 * 1.38 * 1.2)
    # Measured: 157 MWh with PUE 1.2, which comes out before the host goes in.
    olmo = rows.loc["olmo-2-7b"]
    assert olmo["energy_rests_on"] == "measured power"
    assert olmo["it_energy_mwh"] == pytest.approx(157 / 1.2 * 1.6)
    assert olmo["facility_energy_mwh"] == pytest.approx(157 * 1.6)
    # No hours are disclosed: those that the energy takes at the rated power and the node over it.
    assert olmo["accelerator_hours_h"] == pytest.approx(157 / 1.2 * 1.6 * 1e6 / (700 * 1.38))
    assert olmo["accelerator_hours_origin"] == "prior"


def test_node_energy_takes_no_overhead(table):
    rows = table[table["energy_boundary_as_disclosed"] == "node"]
    assert len(rows) == 6
    assert rows["overhead"].eq(1).all()
    assert table.loc["tucano-160m", "it_energy_mwh"] == pytest.approx(0.23554)
    # System power per chip measured: hours x power and nothing else.
    gopher = table.loc["gopher-280b"]
    assert gopher["it_energy_mwh"] == pytest.approx(3_768_320 * 283 / 1e6)
    assert (gopher["overhead_origin"], gopher["power_origin"]) == ("not used", "disclosed")


def test_hours_times_rated_power_takes_the_node_over_rated(table):
    # 30.84 million hours x 700 W x 1.38 at the rated power that the card prints.
    llama = table.loc["llama-3.1-405b"]
    assert llama["route"] == "hours x power"
    assert llama["it_energy_mwh"] == pytest.approx(30_840_000 * 700 * 1.38 / 1e6)
    assert llama["it_energy_high_mwh"] <= 30_845_000 * 700 * 1.5 / 1e6 * (1 + 1e-12)
    assert (llama["power_origin"], llama["work_origin"]) == ("derived", "disclosed")
    assert llama["accelerator_power_w"] == pytest.approx(700 * 0.86)
    rows = table[table["power_origin"].eq("derived") & table["overhead"].ne(1)]
    assert (rows["overhead_high"] < 2.25).all()
    gpus = rows[~rows["accelerator"].str.contains("TPU")]
    assert (gpus["overhead_high"] <= 1.74).all()


def test_unstated_variants_widen_the_range(table):
    same = table[table["accelerator_match"].eq("same") & table["route"].eq("hours x power")]
    wide = table[
        table["accelerator_match"].eq("variant not stated")
        & table["route"].eq("hours x power")
        & table["accelerator"].str.contains("A100")
    ]

    def spread(rows):
        return (rows["it_energy_high_mwh"] / rows["it_energy_low_mwh"]).median()

    assert spread(wide) > 1.3 * spread(same[same["accelerator"].str.contains("A100")])  # fmt: skip


def test_compute_route_uses_whole_runs_without_idle_or_steps_with_it(parts, table):
    rows = table[table["route"].str.startswith("FLOP")]
    whole, step = (rows[rows["utilisation_origin"] == word] for word in ("prior", "derived"))
    assert len(whole) > 150
    assert whole["execution_idle_factor"].eq(1).all()
    assert whole["execution_idle_origin"].eq("not used").all()
    assert step["execution_idle_factor"].eq(1.12).all()
    assert step["execution_idle_origin"].eq("prior").all()
    assert table.loc[~table.index.isin(rows.index), "execution_idle_factor"].eq(1).all()
    dbrx = whole.loc["dbrx"]
    hours = 2.6e24 / (989.4e12 * dbrx["utilisation"] * 3600)
    assert dbrx["accelerator_hours_h"] == pytest.approx(hours)
    assert dbrx["it_energy_mwh"] == pytest.approx(hours * 700 * 1.38 / 1e6)
    # Goodput lengthens the hours of a step-based row, not its energy.
    model, row = parts["models"].loc["afm-server"], step.loc["afm-server"]
    plain = model["training_flop"] / (275e12 * row["utilisation"] * 3600)
    assert row["accelerator_hours_h"] == pytest.approx(plain / 0.93)
    node_w = 170 * row["overhead"]
    assert row["it_energy_mwh"] == pytest.approx(plain * node_w * 1.12 / 1e6)


def test_a_stated_multiple_is_told_from_a_measured_one(table):
    """OPT: roughly two, in words; BLOOM and LLaMA: hours at 400 W; OLMo: logged."""
    known = table["experimentation_known_from"]
    assert known["opt-175b"] == "stated"
    assert known["bloom-176b"] == known["llama-1-7b"] == "hours x assumed power"
    assert known["olmo-2-7b"] == "measured power"
    assert (known.notna() == table["experimentation_origin"].eq("disclosed")).all()
    # The same kind of energy as the account of the final run.
    rests = table.loc[["bloom-176b", "llama-1-7b", "olmo-2-7b"], "energy_rests_on"]
    assert rests.tolist() == ["assumed power", "assumed power", "measured power"]


def test_the_prior_of_experimentation_follows_its_rule():
    values = tables.read_csv(
        FACTS / "experimentation_multipliers.csv", "experimentation_multipliers"
    )["value"]
    prior = constants.known("training.experimentation_multiplier", CONSTANTS, unit="1")
    # Median of the disclosed multiples to a tenth; the largest, rounded up to a tenth.
    assert prior.value == round(values.median(), 1)
    assert prior.high == np.ceil(values.max() * 10) / 10
    assert 1 < prior.low < values.min()


def test_multipliers_are_disclosed_prior_or_already_inside(table):
    assert table.loc["bloom-176b", "experimentation_multiplier"] == 2.685
    assert table.loc["llama-1-65b", "experimentation_origin"] == "disclosed"
    project = table.loc["llama-1-family"]
    assert (project["experimentation_multiplier"], project["experimentation_energy_mwh"]) == (1, 0)
    assert project["experimentation_origin"] == "not used"
    other = table.loc["gpt-3-175b"]
    assert other[["experimentation_multiplier_low", "experimentation_multiplier",
                  "experimentation_multiplier_high"]].to_list() == [1.2, 2.3, 5.3]  # fmt: skip
    assert other["experimentation_energy_mwh"] == pytest.approx(1.3 * 1287)


def test_factor_words_are_counted(table):
    words = table[[f"{name}_origin" for name in energy.FACTORS]]
    for word in ("disclosed", "derived", "prior"):
        assert (words == word).sum(axis=1).equals(table[f"training_factors_{word}"])
    gpt = table.loc["gpt-3-175b"]
    assert words.loc["gpt-3-175b"].to_list() == ["disclosed"] + ["not used"] * 4
    assert (gpt["training_factors_disclosed"], gpt["training_factors_prior"]) == (1, 0)


def test_sources_resolve(parts, table):
    known = {
        line.split("{")[1].strip(",\n")
        for line in REFERENCES.read_text().splitlines()
        if line[:1] == "@"
    }
    for column in ("source_key", "pue_source_key", "experimentation_source_key"):
        cells = table[column].dropna()
        assert {key for cell in cells for key in cell.split(";")} <= known | {"judgement"}, column


def test_utilisation_is_fitted_from_independent_runs(parts):
    runs, priors = parts["runs"], parts["priors"]
    assert not runs["compute_from_hardware"].any()
    assert runs["utilisation"].between(0, 1).all()
    for share in energy_priors.ASSUMED_SHARES:
        assert (runs["utilisation"] - share).abs().min() > energy_priors.ASSUMED_TOLERANCE
    assert not runs["domain"].fillna("").str.contains("Games|Recommendation").any()
    fit = priors[priors["quantity"] == energy_priors.UTILISATION].set_index("family")
    least = constants.value("training.fit_least_runs", CONSTANTS, unit="1")
    for family, row in fit.iterrows():
        values = runs.loc[runs["accelerator_family"] == family, "utilisation"]
        assert row["runs"] == len(values)
        if len(values) < least:
            assert (row["low"], row["value"], row["high"]) == (0.2, 0.35, 0.48)
        else:
            assert row["value"] == pytest.approx(values.median())
            assert row["low"] <= min(0.2, values.quantile(0.1))
            assert row["high"] >= max(0.48, values.quantile(0.9))
    assert fit.loc["A100 class", "origin"] == "fitted"


@pytest.mark.parametrize(
    ("organisation", "family", "operator"),
    [
        ("Google", "A100 class", "Google"),
        ("Google Research,Google Brain", "V100", "Google"),
        ("Stanford University", "TPU v4-v6", "Google"),
        ("Meta AI", "H100 class", "Meta"),
        ("Meta AI,Stanford University", "H100 class", None),
        ("Google,Microsoft", "V100", None),
        ("OpenAI", "A100 class", None),
        (None, "V100", None),
        ("TPU", "V100", None),
    ],
)
def test_operator_follows_only_from_who_and_on_what(parts, organisation, family, operator):
    assert energy_pue.operator_of(organisation, family, parts["operators"]) == operator


def test_pue_of_the_nearest_year_within_the_limit(parts, table):
    meta = table.loc["llama-3.1-405b"]
    assert (meta["pue"], meta["pue_origin"], meta["pue_year"]) == (1.08, "derived", 2024)
    early = table[table["publication_date"] < "2016"]
    assert early["pue_operator"].isna().all() or early["pue_year"].le(2018).all()
    gap = (table["publication_date"].dt.year - table["pue_year"]).abs().dropna()
    assert gap.max() <= constants.value("training.pue_year_gap_limit", CONSTANTS, unit="year")
    survey = table[table["pue_operator"].fillna("").str.startswith("median of")]
    assert len(survey) > 300
    assert survey["pue_origin"].eq("prior").all()
    # Those who disclose a PUE, each organisation once, and the survey as the upper bound.
    assert len(set(survey["pue_low"])) == 1
    assert len(set(survey["pue"])) == 1
    assert (survey["pue_low"] < survey["pue"]).all()
    assert (survey["pue"] < survey["pue_high"]).all()
    assert survey["pue_high"].between(1.5, 1.8).all()
    assert table.loc["bloom-176b", "pue_origin"] == "disclosed"


def test_a_fitted_pue_names_the_disclosers_beside_the_survey(parts, table):
    fitted = table[table["pue_operator"].fillna("").str.startswith("median of")]
    accounts = parts["accounts"]
    printed = accounts[accounts["pue"].notna()]
    makers = parts["models"]["organisation"].reindex(printed.index).dropna()
    assert set(fitted["pue_operator"]) == {f"median of {makers.nunique()} disclosers"}
    told = set(printed.loc[makers.index, "pue_source_key"])
    assert {"touvron2023llama", "luccioni2023bloom"} <= told
    surveys = parts["values"].query("operator == 'survey average'").set_index("year")["source_key"]
    for row in fitted.drop_duplicates("pue_year").itertuples():
        keys = set(row.pue_source_key.split(";"))
        assert told <= keys
        if pd.notna(row.pue_year):
            assert keys == told | set(surveys[row.pue_year].split(";"))
    used = fitted[fitted["pue_use_origin"] != "not used"]
    assert used["source_key"].str.contains("touvron2023llama").all()


def test_a_prior_names_the_sources_of_its_runs(parts):
    runs, priors = parts["runs"], parts["priors"].set_index(["quantity", "family"])
    fit = priors.loc[(energy_priors.UTILISATION, "A100 class")]
    theirs = set(";".join(runs.loc[runs["accelerator_family"] == "A100 class", "source_key"])
                 .split(";"))  # fmt: skip
    assert len(theirs) > 2
    assert set(fit["source_key"].split(";")) == theirs | {"judgement"}
    lowered = priors.loc[(energy_priors.NODE_POWER, "V100"), "source_key"].split(";")
    own = parts["accounts"]
    least = own["power_w"].where(own["power_boundary"].eq("node"))
    models = parts["models"]
    rows = models.index[models["accelerator_family"].eq("V100")].intersection(least.dropna().index)
    assert set(own.loc[least[rows].idxmin(), "power_source_key"].split(";")) <= set(lowered)
    tpu = priors.loc[(energy_priors.NODE_POWER, "TPU v3")]
    assert tpu["origin"] == "fitted"
    # Gopher's system power is in the fit beside those of Patterson et al.
    assert tpu["source_key"] == "patterson2021carbon;rae2021gopher"


def test_a_route_falls_back_when_its_evidence_goes(parts, table):
    def without(*columns):
        accounts = parts["accounts"].copy()
        accounts.loc["bloom-176b", list(columns)] = np.nan
        return work(parts, accounts=accounts)[0].loc["bloom-176b"]

    row = without("energy_mwh", "energy_low_mwh", "energy_high_mwh")
    assert row["route"] == "hours x power"
    assert row["it_energy_mwh"] == pytest.approx(1_082_990 * 400 * 1.38 / 1e6)
    models = parts["models"].copy()
    models.loc["bloom-176b", ["accelerator_hours_h", "accelerator_hours_origin"]] = [np.nan, None]
    accounts = parts["accounts"].copy()
    accounts.loc["bloom-176b", ["energy_mwh", "hours_h"]] = np.nan
    row = work(parts, models=models, accounts=accounts)[0].loc["bloom-176b"]
    assert row["route"].startswith("FLOP")
    models.loc["bloom-176b", "training_flop"] = np.nan
    _, left, _ = work(parts, models=models, accounts=accounts)
    assert left.set_index("model_id").loc["bloom-176b", "reason"] == "neither compute nor hours"


def test_second_route_is_marked_where_it_is_arithmetic(made):
    check = made[2].set_index(["route", "disclosed_energy_rests_on"])
    same = check.loc[("hours x power", "assumed power")]
    assert same["median"] == pytest.approx(1, abs=0.02)
    assert same["reading"].startswith("arithmetic only")
    measured = check.loc[("hours x power", "measured power")]
    assert measured["models"] > 10
    assert measured["reading"].startswith("a check")
    assert check["reading"].str.startswith("in sample").sum() == 2
    assert 0.5 < measured["median"] < 2


def test_evidence_of_power_is_told_apart(parts):
    rests = parts["accounts"]["energy_rests_on"].dropna()
    assert rests["gpt-3-175b"] == "measured power"
    # Hours times rated power by value though no row says so.
    assert rests["glm-130b"] == rests["llama-1-65b"] == "assumed power"
    assert rests["nemotron-parse-1.1"] == "not stated"
    assert rests["dodge-vit-large"] == "measured power"


# Bad input.


def changed(tmp_path, name, old, new):
    text = (FACTS / f"{name}.csv").read_text()
    assert old in text
    path = tmp_path / f"{name}.csv"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("datacenter_pue", "Google,2019,pue,1.1,", "Google,2019,pue,0.91,", "out of bounds"),
        ("datacenter_pue", "Google,2019,", "Google,2020,", "given twice"),
        ("datacenter_pue", "1.1,1.07,1.2", "1.1,1.15,1.2", "enclose"),
        ("training_operators", "Meta AI,Meta,", "Meta AI,Metaverse,", "operator without a PUE"),
        ("training_operators", "Meta AI,Meta,", "Meta,Meta,", "given twice"),
    ],
)
def test_bad_rows_of_pue_are_refused(tmp_path, name, old, new, expected):
    paths = {n: FACTS / f"{n}.csv" for n in ("datacenter_pue", "training_operators")}
    paths[name] = changed(tmp_path, name, old, new)
    with pytest.raises(DataError, match=expected):
        energy_pue.read(*paths.values(), references=REFERENCES)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("BLOOM,bloom-176b,", "BLOOM,blooom,", "no such model"),
        ("OPT,opt-175b,", "OPT,bloom-176b,", "two multipliers"),
        ("multiplier,2.685,2.68,2.69", "multiplier,0.685,0.68,0.69", "out of bounds"),
    ],
)
def test_bad_rows_of_multipliers_are_refused(tmp_path, parts, old, new, expected):
    path = changed(tmp_path, "experimentation_multipliers", old, new)
    with pytest.raises(DataError, match=expected):
        energy.read_multipliers(path, parts["models"].index, references=REFERENCES)


def test_a_model_in_the_future_is_refused(tmp_path):
    path = changed(tmp_path, "training_models", "2025-09-02", "2035-09-02")
    with pytest.raises(DataError, match="future"):
        facts.read(path, "training_models", references=REFERENCES, as_of="2026-11-21")


def test_routes_are_vectorised_over_models(parts):
    models = pd.concat([parts["models"]] * 2)
    models.index = [f"{name}-{i}" for i, name in enumerate(models.index)]
    pue = energy_pue.chosen(parts["models"], parts["accounts"], parts["values"],
                            parts["operators"], CONSTANTS)  # fmt: skip
    assert len(pue) == len(parts["models"])
    empty = pd.DataFrame(index=models.index, columns=parts["accounts"].columns)
    joined = models.join(empty.rename(columns={"pue": "pue_own"}).drop(
        columns=["pue_low", "pue_high", "pue_source_key"]))  # fmt: skip
    pue = pd.concat([pue] * 2).set_axis(models.index)
    evidence = energy_routes.Evidence(joined, parts["accelerators"], parts["priors"], pue,
                                      CONSTANTS)  # fmt: skip
    possible, it_mwh, _ = energy_routes.hours(evidence)
    assert possible.sum() > 600
    assert it_mwh.shape == (3, len(models))


def test_pue_of_those_who_disclose_counts_each_organisation_once():
    names = [f"m{i}" for i in range(9)]
    own = pd.DataFrame({"pue": [1.1] * 4 + [1.2, 1.3, 1.4, 1.5, np.nan],
                        "pue_source_key": ["a;b", "a", "a", "a", "c", "d", "e", "f", "g"]},
                       index=names)  # fmt: skip
    makers = pd.Series(["A"] * 4 + list("BCDEF"), index=names)
    found = energy_pue.of_disclosers(own, makers, CONSTANTS)
    assert found.value == 1.3
    assert found.low == pytest.approx(np.quantile([1.1, 1.2, 1.3, 1.4, 1.5], 0.1))
    assert found.words == "median of 5 disclosers"
    assert found.source_key == "a;b;c;d;e;f"
    assert energy_pue.of_disclosers(own.iloc[:6], makers, CONSTANTS) is None
    ends = energy_pue.beside_disclosers([[1.2, 1.5, 1.7], [1.0, 1.05, 1.2]], found)
    assert ends == pytest.approx(np.array([[found.low, 1.3, 1.5], [1.05, 1.05, 1.05]]))
    assert energy_pue.beside_disclosers([1.2, 1.5, 1.7], None).tolist() == [1.2, 1.5, 1.7]


def test_what_is_called_speculative_ranges_and_counts_as_prior(table):
    called = table[(table["confidence"] == "speculative") & (table["route"] == "hours x power")]
    assert len(called) > 3
    assert called["work_origin"].eq("prior").all()
    ratio = called["accelerator_hours_high_h"] / called["accelerator_hours_h"]
    assert (ratio >= 3 - 1e-9).all()
    firm = table[(table["confidence"] == "confident") & (table["route"] == "hours x power")]
    assert firm["work_origin"].ne("prior").all()


def test_the_factor_of_speculation_is_not_stacked_on_a_listed_bound():
    given = [(10.0, 90.0, 3000.0), (80.0, 90.0, 100.0), (80.0, 90.0, 100.0)]
    evidence = object.__new__(energy_routes.Evidence)
    evidence.models = pd.DataFrame({
        "accelerator_hours_origin": ["prior", None, "disclosed"], "confidence": "speculative",
    })  # fmt: skip
    evidence.hours_h, evidence.flop = np.array(given).T, 2 * np.array(given).T
    evidence._speculative(3.0)
    expected = np.array([(10.0, 90.0, 3000.0), (30.0, 90.0, 270.0), given[2]]).T
    assert (evidence.hours_h == expected).all()
    assert (evidence.flop == 2 * expected).all()
