"""The table of priors: every constant in it, and inferred quantities by the shape of their kind."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.prior_tables import convergence_table, plotted, table
from ai_lifecycle.uncertainty import distributions, lifecycle_draws
from ai_lifecycle.uncertainty_tables import life_cycle_inputs
from ai_lifecycle.uncertainty_tables.given_ranges import fixed, ranged

SHAPES = tables.read_csv(ROOT / "data/prior_shapes.csv", "prior_shapes")
KNOWN = constants.load(ROOT / "data/constants.csv")


def inferred(**changed):
    row = {"prior_id": "x", "subject": "PUE of an operator", "low": 1.1, "value": 1.2,
           "high": 1.5, "unit": "1", "source_key": "s", "status": "derived"}  # fmt: skip
    return pd.DataFrame([row | changed])


def one(**changed):
    return table.summarised(table.shaped(inferred(**changed), SHAPES)).iloc[0]


def test_every_constant_stands_in_the_table():
    frame = table.summarised(table.of_constants(KNOWN)).set_index("prior_id")
    assert set(frame.index) == set(KNOWN)
    drawn = frame[frame["kind"] != "fixed"]
    assert len(drawn) > 30
    assert (drawn["p05"] < drawn["p50"]).all()
    assert (drawn["p50"] < drawn["p95"]).all()
    assert drawn["shared_by"].notna().all()
    fixed = frame[frame["kind"] == "fixed"]
    for column in ("mean", "p05", "p50", "p95"):
        assert (fixed[column] == fixed["value"]).all()
    cut = frame.loc["training.experimentation_multiplier"]
    assert (cut["minimum"], cut["kind"]) == (1.0, "truncated_lognormal")
    assert 1 < 1.2 < cut["p05"]


def test_a_triangle_has_its_closed_form():
    row = one()
    assert (row["kind"], row["ends_are"], row["shared_by"]) == (
        "triangular", "ends and mode", "operator")  # fmt: skip
    assert row["mean"] == pytest.approx((1.1 + 1.2 + 1.5) / 3)
    # Area below p05 of the rising side: (p05 - low)^2 / (width (mode - low)).
    assert (row["p05"] - 1.1) ** 2 / (0.4 * 0.1) == pytest.approx(0.05)
    assert (1.5 - row["p95"]) ** 2 / (0.4 * 0.3) == pytest.approx(0.05)


@pytest.mark.parametrize("value", [1.2, 1.3, 1.4])
def test_given_percentiles_stay_percentiles(value):
    row = one(subject="inference coefficient", value=value)
    assert row["kind"] == "empirical"
    assert [row["p05"], row["p50"], row["p95"]] == pytest.approx([1.1, value, 1.5])


def test_ends_beyond_percentiles_stop_at_zero_unless_the_quantity_falls_below():
    low = one(subject="inference coefficient", low=0.0, value=0.2, high=0.3)
    assert table.distribution(low).parameters[0] == 0.0
    low = one(subject="inference coefficient", low=-0.1, value=0.2, high=0.3)
    assert table.distribution(low).parameters[0] == pytest.approx(-0.1 - 0.3 / 9)


def test_a_range_without_width_is_fixed_and_shared_by_nobody():
    row = one(low=1.2, high=1.2)
    assert (row["kind"], row["ends_are"]) == ("fixed", "the value alone")
    assert pd.isna(row["shared_by"])
    assert row["p95"] == 1.2


def test_judgement_stays_judgement_and_a_note_joins_the_reason():
    row = one(status="judgement", note="why here")
    assert row["basis"] == "judgement"
    assert row["reason"].endswith("; why here")
    assert one(note=None)["reason"] == one()["reason"]


def test_only_what_is_inferred_is_a_prior():
    """Disclosed PUE and intensities are no priors; one that several models share stands once."""
    training = pd.DataFrame(
        {"pue_origin": ["derived", "derived", "disclosed", "prior"],
         "pue_operator": ["A", "A", None, None], "pue_year": pd.array([2020, 2020, None, None]),
         "pue_low": [1.1] * 4, "pue": [1.2] * 4, "pue_high": [1.5] * 4,
         "pue_source_key": ["s"] * 4}
    )  # fmt: skip
    found = table.of_pue(training)
    assert found["prior_id"].tolist() == ["PUE/A/2020", "PUE/unknown/no year"]
    assert found["status"].tolist() == ["derived", "judgement"]
    assert found["subject"].tolist() == ["PUE of an operator", "PUE not known"]
    basis = pd.DataFrame(
        {"accounting_method": "m", "area": "X", "place": ["P", "P", "Q", "R"],
         "training_year": 2020, "evidence": ["prior", "prior", "disclosed", "derived"],
         "source_key": "s", "low_kg_per_kwh": 0.1, "value_kg_per_kwh": [0.2, 0.2, 0.2, np.nan],
         "high_kg_per_kwh": 0.3}
    )  # fmt: skip
    assert table.of_grids(basis)["prior_id"].tolist() == ["m/P/2020"]


def test_hardware_and_fits_have_their_keys():
    per_hour = pd.DataFrame(
        {"accelerator": "a", "stage": ["host", "building"], "low_kgco2e": 1.0,
         "value_kgco2e": 2.0, "high_kgco2e": 3.0, "source_key": "s", "status": "derived",
         "basis": "b"}
    )  # fmt: skip
    found = table.of_hardware(per_hour).set_index("prior_id")["subject"]
    assert found["embodied/a/host"] == "embodied carbon"
    assert found["embodied/a/building"] == "embodied carbon of the building"
    parameters = pd.DataFrame(
        {"fit": ["text", "text"], "parameter": ["e", "m"], "gpu_model": ["H100", None],
         "precision": ["fp8", None], "value": 2.0, "bootstrap_p05": 1.0, "bootstrap_p95": 4.0,
         "unit": "1"}
    )  # fmt: skip
    service = pd.DataFrame(
        {"parameter": ["pue", "working_power"], "least_energy": 1.0, "value": 2.0,
         "most_energy": 4.0, "unit": "W", "source_key": "s", "note": "n"}
    )  # fmt: skip
    found = table.of_inference(parameters, service)
    assert found["prior_id"].tolist() == [
        "inference/text/e/H100 fp8", "inference/text/m", "inference/working_power"]  # fmt: skip
    assert found["subject"].isin(SHAPES["subject"]).all()


def test_the_error_seen_is_a_factor_either_way():
    widening = pd.DataFrame({"level": ["hours", "x"], "factor": [2.0, None], "remark": ["few", ""]})
    frame = table.summarised(table.shaped(table.of_errors(widening), SHAPES))
    (row,) = frame.to_dict("records")
    assert row["prior_id"] == "error seen/hours"
    assert [row["p05"], row["p50"], row["p95"]] == pytest.approx([0.5, 1.0, 2.0])
    assert row["reason"].endswith("; few")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (inferred(subject="weather"), "without a shape"),
        (inferred(value=2.0), "value must lie between"),
        (pd.concat([inferred(), inferred()]), "stands twice"),
    ],
)
def test_what_has_no_distribution_is_refused(rows, words):
    with pytest.raises(DataError, match=words):
        table.summarised(table.shaped(rows, SHAPES))


def test_outlines_hold_their_distribution():
    frame = table.summarised(table.of_constants(KNOWN))
    values = plotted.assumed(frame)
    drawn = frame[frame["kind"] != "fixed"].set_index("prior_id")
    assert set(values["prior_id"]) == set(drawn.index)
    for name, points in values.groupby("prior_id"):
        made = table.distribution(drawn.loc[name])
        low, high = distributions.inverse(made, plotted.PLACES[[0, -1]])
        x = low + points["place"].to_numpy() * (high - low)
        assert (np.diff(x) > 0).all()
        assert points["density"].max() == 1
        # The three marks stand where their numbers are.
        for mark in ("p05", "p50", "p95"):
            assert points[mark].notna().tolist() == [True] + [False] * (len(points) - 1)
            place = low + points[f"{mark}_place"].iloc[0] * (high - low)
            assert place == pytest.approx(points[mark].iloc[0], abs=1e-9 + 1e-9 * abs(place))
    flat = values[values["prior_id"] == "marginal.variable_share"]["density"]
    assert flat.to_numpy() == pytest.approx(1.0, rel=1e-6)
    peak = values[values["prior_id"] == "accelerator.lifetime"]
    assert peak.loc[peak["density"].idxmax(), "place"] == pytest.approx(0.5, abs=0.05)


def test_ranges_stand_in_order_within_their_group():
    rows = pd.DataFrame(
        {"prior_id": ["embodied/b/host", "embodied/a/host", "embodied/a/accelerator"],
         "subject": "embodied carbon", "kind": "triangular", "unit": "kgCO2e",
         "p05": 1.0, "p50": [2.0, 3.0, 9.0], "p95": 9.0}
    )  # fmt: skip
    found = plotted._ranges(rows, -1, plotted.STAGES)
    assert found["label"].tolist() == ["a", "b", "a"]
    assert found["heading"].tolist() == ["accelerator", "host", "host"]


def small_model():
    """A model in which the grid, the multiplier and the requests vary."""
    values = dict.fromkeys(lifecycle_draws.NAMES, 1.0) | {
        "peak_hours_h": 1e6, "rated_power_w": 500.0, "experimentation_multiplier": 2.0,
        "requests": 1e8, "request_kwh": 1e-3, "serving_power_w": 500.0,
    }  # fmt: skip
    inputs = {name: fixed(value, "1", "prior", "s") for name, value in values.items()}
    grid = ranged((0.1, 0.4, 0.9), "kg/kWh", "prior", "s", kind="percentiles", group="grid")
    inputs |= {
        "intensity_kg_per_kwh": grid,
        "serving_intensity_kg_per_kwh": grid,
        "experimentation_multiplier": ranged((1.2, 2, 3.5), "1", "prior", "s"),
        "requests": ranged((0.5e8, 1e8, 3e8), "1", "prior", "s"),
    }
    return life_cycle_inputs.LifeCycleInputs("small", inputs, {"location_lifecycle": grid})


def test_convergence_of_a_small_model():
    model = small_model()
    frame = convergence_table.table([model], seeds=8, exponents=(6, 10))
    assert len(frame) == 4 * 4 * 2
    found = frame.set_index(["sampler", "estimator", "statistic", "draws"])
    plain = found.loc["counter-based", "order statistics"]
    assert (plain["gain"] == 1).all()
    # Sixteen times the draws: a quarter of the error, more or less.
    ratio = plain["relative_error"].xs(64, level=1) / plain["relative_error"].xs(1024, level=1)
    assert ratio.mean() == pytest.approx(4, rel=0.5)
    integrated = found.loc["scrambled Sobol", "as published"].xs(1024, level=1)
    usual = found.loc["scrambled Sobol", "order statistics"].xs(1024, level=1)
    assert (integrated["relative_error"] < usual["relative_error"] / 3).all()
    assert (integrated["median_relative_error"] <= 2 * integrated["relative_error"]).all()
    # Second route to the reference: plain draws, many, within five of their standard errors.
    many = convergence_table.samplers(model)["counter-based"](99, 17)
    theirs = convergence_table.estimates(model, many, ["order statistics"])["order statistics"]
    reference = integrated["reference_tco2e"].loc[["mean", "p05", "p50", "p95"]].to_numpy()
    error = plain["relative_error"].xs(1024, level=1).loc[["mean", "p05", "p50", "p95"]]
    assert (np.abs(theirs / reference - 1) < 5 * error.to_numpy() / np.sqrt(128)).all()
