"""The ledger of a whole build, held against the tables that it joins."""

import numpy as np
import pytest
from builds import ROOT

from ai_lifecycle import tables
from ai_lifecycle.lifecycle import stages

pytestmark = [pytest.mark.workflow]


@pytest.fixture(scope="module")
def read(whole):
    """Published tables by name."""
    folder = whole / "results" / "latest" / "tables"
    known = {}

    def by_name(name):
        if name not in known:
            known[name] = tables.read_csv(folder / f"{name}.csv", name)
        return known[name]

    return by_name


def rows_of(ledger, phase, part):
    chosen = ledger[(ledger["phase"] == phase) & (ledger["part"] == part)]
    return chosen.set_index("model_id")


def test_several_hundred_models_each_once(read):
    ledger = read("ledger")
    assert not ledger.duplicated(["model_id", "phase", "part"]).any()
    assert ledger["model_id"].nunique() > 400
    assert len(ledger) == ledger["model_id"].nunique() * len(stages.PHASES) * len(stages.PARTS)


def test_every_model_is_in_the_ledger_or_left_out_with_a_reason(read):
    inside = set(read("ledger")["model_id"])
    out = read("ledger_excluded")
    gone = out[out["stage"] == "ledger"]
    assert set(read("models")["model_id"]) <= inside | set(gone["model_id"])
    assert not inside & set(gone["model_id"])
    assert out["reason"].str.len().gt(5).all()


@pytest.mark.parametrize("method", stages.METHODS)
@pytest.mark.parametrize("bound", stages.BOUNDS)
def test_operation_of_training_is_energy_times_intensity(read, method, bound):
    cells = rows_of(read("ledger"), "training", "operation")
    energy = read("training_energy").set_index("model_id").reindex(cells.index)
    column = {"low": "facility_energy_low_mwh", "value": "facility_energy_mwh",
              "high": "facility_energy_high_mwh"}[bound]  # fmt: skip
    basis = read("ledger_basis")
    basis = basis[basis["accounting_method"] == method].set_index("model_id").reindex(cells.index)
    # MWh times kg/kWh is t.
    expected = energy[column] * basis[f"{bound}_kg_per_kwh"]
    assert cells[f"{method}_{bound}_t"].to_numpy() == pytest.approx(
        expected.to_numpy(), rel=1e-6, nan_ok=True
    )
    assert cells[f"{method}_{bound}_t"].notna().sum() >= 5


def test_embodied_is_hours_times_what_an_hour_carries(read):
    per_hour = read("embodied_per_hour")
    made = per_hour[per_hour["stage"] != "end_of_life"]
    own = set(made.loc[made["stage"] == "accelerator", "accelerator"])
    grams = made.groupby("accelerator")["value_g_per_reserved_hour"].sum()
    cells = rows_of(read("ledger"), "training", "embodied")
    energy = read("training_energy").set_index("model_id").reindex(cells.index)
    known = energy["accelerator"].isin(own)
    expected = energy["accelerator_hours_h"] * energy["accelerator"].map(grams) / 1e6
    found = cells["location_lifecycle_value_t"]
    assert found[~known].isna().all()
    assert found[known].to_numpy() == pytest.approx(
        expected[known].to_numpy(), rel=1e-6, nan_ok=True
    )


def test_experimentation_is_the_project_less_the_run(read):
    ledger = read("ledger")
    run, more = (rows_of(ledger, p, "operation") for p in ("training", "experimentation"))
    factor = read("training_energy").set_index("model_id")["experimentation_multiplier"]
    expected = run["energy_value_mwh"] * (factor.reindex(run.index) - 1)
    assert more["energy_value_mwh"].to_numpy() == pytest.approx(
        expected.to_numpy(), rel=1e-6, nan_ok=True
    )
    assert more["energy_value_mwh"].notna().sum() == len(factor)


def test_every_verified_disclosure_is_in_it(read):
    ids = set(tables.read_csv(ROOT / "data" / "facts" / "training_models.csv",
                              "training_models")["model_id"])  # fmt: skip
    totals = read("ledger_models")
    for boundary in ("made", "made_and_served"):
        assert ids <= set(totals.loc[totals["system_boundary"] == boundary, "model_id"])
    assert ids <= set(read("ledger")["model_id"])


def test_what_is_disclosed_alone_stands_alone(read):
    """Nothing is computed for it, and its figure is that of its developer's own account."""
    totals = read("ledger_models")
    alone = totals[totals["route"] == "disclosed emissions only"]
    computed = [name for name in totals if name.endswith("_tco2e") and "disclosed" not in name]
    assert len(computed) == 12
    assert alone[[*computed, "share_disclosed", "share_prior"]].isna().all(axis=None)
    assert not set(alone["model_id"]) & set(read("training_energy")["model_id"])
    for name in ("ledger_growth_points", "ledger_breakeven"):
        assert not set(alone["model_id"]) & set(read(name)["model_id"])
    made = alone[alone["system_boundary"] == "made"].set_index("model_id")
    carbon = read("training_carbon")
    own = carbon[carbon["account"] == "own"].set_index("model_id").reindex(made.index)
    printed = [f"disclosed_{word}_tco2e" for word in ("location", "market", "fixed", "unknown")]
    assert made[printed].notna().any(axis=1).all()
    assert made[printed].equals(own[printed])
    assert made["source_key"].tolist() == own["source_key"].tolist()
    # Figure 4 of the second paper gives 404 t for RM1, read off within 4 t.
    assert made.loc["meta-rm1", ["disclosed_low_tco2e", "disclosed_high_tco2e"]].tolist() == [
        400, 408]  # fmt: skip
    cells = read("ledger")
    cells = cells[cells["model_id"].isin(made.index)]
    assert cells["reason"].notna().all()
    assert cells["source_key"].isna().all()
    excluded = read("ledger_excluded")
    stands = excluded[excluded["stage"] == "computed emissions"]
    assert sorted(stands["model_id"]) == sorted(made.index)


def test_totals_are_the_sums_of_their_rows_and_missing_with_a_row(read):
    ledger, totals = read("ledger"), read("ledger_models")
    for boundary, phases in (("made", stages.PHASES[:2]), ("made_and_served", stages.PHASES)):
        rows = ledger[ledger["phase"].isin(phases)]
        chosen = totals[totals["system_boundary"] == boundary].set_index("model_id")
        for method in ("location_lifecycle", "location_direct", "market", "hourly_matched"):
            summed = rows.groupby("model_id")[f"{method}_value_t"].agg(
                lambda cells: cells.sum(skipna=False)
            )
            found = chosen[f"{method}_value_tco2e"]
            assert found.to_numpy() == pytest.approx(
                summed.reindex(found.index).to_numpy(), rel=1e-6, nan_ok=True
            )
    made = totals[totals["system_boundary"] == "made"]["location_lifecycle_value_tco2e"]
    assert made.notna().sum() > 250


def test_an_empty_cell_says_why(read):
    ledger, basis = read("ledger"), read("ledger_basis")
    values = [f"{method}_value_t" for method in stages.METHODS]
    empty = ledger[values].isna().all(axis=1)
    assert (ledger["reason"].notna() == empty).all()
    assert (basis["reason"].notna() == basis["value_kg_per_kwh"].isna()).all()
    assert ledger.loc[~empty, "source_key"].notna().mean() > 0.9


def test_shares_of_evidence_sum_to_one(read):
    totals = read("ledger_models")
    shares = totals[["share_disclosed", "share_derived", "share_prior"]]
    known = shares.notna().all(axis=1)
    assert known.mean() > 0.8
    assert shares[known].sum(axis=1).to_numpy() == pytest.approx(np.ones(known.sum()))
    # A disclosed energy rests on less assumption than one worked back from compute.
    route = totals[totals["system_boundary"] == "made"].groupby("route")["share_prior"].median()
    assert route["disclosed energy"] < route["FLOP / (peak x MFU) x power"]


def test_bloom_by_hand(read):
    """433.196 MWh of accelerators on the French grid: node and building on top, in 2022."""
    training = read("training_energy").set_index("model_id").loc["bloom-176b"]
    cell = rows_of(read("ledger"), "training", "operation").loc["bloom-176b"]
    energy = 433.196 * training["overhead"] * training["pue"]
    assert training["facility_energy_mwh"] == pytest.approx(energy, rel=1e-3)
    assert cell["location_lifecycle_value_t"] == pytest.approx(energy * 0.091, rel=1e-3)


def test_contracts_stand_apart(read):
    cell = rows_of(read("ledger"), "training", "operation")
    assert cell.loc["llama-3.1-405b", "market_value_t"] == 0.0
    assert cell.loc["llama-3.1-405b", "location_lifecycle_value_t"] > 5000
    assert cell.loc["glam-64b-64e", "hourly_matched_value_t"] == pytest.approx(40.2, abs=0.05)
    assert np.isnan(cell.loc["glam-64b-64e", "market_value_t"])
    served = rows_of(read("ledger"), "inference", "operation")
    assert served[["market_value_t", "hourly_matched_value_t"]].isna().all(axis=None)
