"""The table of priors: every constant in it, and inferred quantities by the shape of their kind."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.prior_tables import table

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
