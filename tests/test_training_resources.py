"""Resources of training runs: each panel over its own reference, gaps said, nothing mixed."""

import csv
import sys

import numpy as np
import pandas as pd
import pytest
from builds import ROOT
from legible import legible

from ai_lifecycle import style, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.training_tables import carbon, disclosures, places, resources

FACTS = ROOT / "data" / "facts"
REFERENCES = ROOT / "data" / "references.bib"
SAMPLE = ROOT / "data" / "training_resource_sample.csv"


@pytest.fixture(scope="module")
def carbon_table():
    catalogue, figures = disclosures.read(
        FACTS / "training_models.csv",
        FACTS / "training_disclosures.csv",
        ROOT / "data/training_quantities.csv",
        FACTS / "sustainable_ai_fig4.csv",
        references=REFERENCES,
    )
    known = places.read(
        FACTS / "training_places.csv",
        FACTS / "annual_intensity_basis.csv",
        ROOT / "data/frozen/annual_intensity.csv",
        catalogue,
        references=REFERENCES,
    )
    return carbon.table(catalogue, figures, 0.385, 0.429, places.intensities(*known, 1))


@pytest.fixture(scope="module")
def known():
    return resources.read(FACTS / "training_resources.csv", SAMPLE, references=REFERENCES)


@pytest.fixture(scope="module")
def values(known, carbon_table):
    return resources.table(*known, carbon_table)


def ratio(values, panel, label):
    rows = values[(values["panel"] == panel) & (values["label"] == label)]
    assert len(rows) == 1, (panel, label)
    return rows["ratio"].iloc[0]


def test_the_claim_is_a_lower_bound_and_holds_no_value(values):
    claim = values[values["panel"] == "a"]
    assert claim["ratio"].tolist() == [1.0, 3.0]
    assert claim["value"].isna().all()
    assert (claim["basis"] == "claim of the paper").all()
    assert not (values["basis"][values["panel"] != "a"] == "claim of the paper").any()


def test_recommenders_of_the_earlier_paper_over_its_language_model(values):
    # 362.5 + 41.5 = 404.0 t over 42.5 t; with 4 t of reading error in both, 400/46.5 to 408/38.5.
    rows = values[values["panel"] == "b"].set_index("label")
    assert rows["ratio"]["Meta recommender RM1"] == pytest.approx(9.506, abs=5e-4)
    assert rows["ratio_low"]["Meta recommender RM1"] == pytest.approx(400 / 46.5)
    assert rows["ratio_high"]["Meta recommender RM1"] == pytest.approx(408 / 38.5)
    recommenders = rows[rows["domain"] == "recommendation"]
    assert len(recommenders) == 5
    assert (recommenders["ratio_low"] > 3).all()
    assert rows["ratio"]["Universal LM"] == 1
    assert np.isnan(rows["ratio_low"]["Universal LM"])
    assert (rows["status"] == "digitised").all()


def test_public_ratios_by_hand(values):
    assert ratio(values, "c", "DLRM (2020)") == pytest.approx(4e18 / 5.5e23)
    assert ratio(values, "c", "GPT-3 175B") == pytest.approx(3.14 / 5.5)
    assert ratio(values, "d", "Segment Anything") == pytest.approx(256 * 68 / 1_022_362)
    assert ratio(values, "d", "F5-TTS") == pytest.approx(8 * 168 / 1_022_362)
    # The printed 449 MWh and 9.7 MWh hold a PUE of 1.1, the 6.963 MWh none.
    assert ratio(values, "e", "DINOv2 ViT-g") == pytest.approx(9.7 / 449)
    assert ratio(values, "e", "Segment Anything") == pytest.approx(6.963 / (449 / 1.1))
    assert ratio(values, "e", "BLOOM 176B") == pytest.approx(433.196 * 1.1 / 449)


def test_each_panel_has_one_quantity_unit_and_reference(values):
    for panel, rows in values.groupby("panel", sort=True):
        assert rows["quantity"].unique().tolist() == [resources.QUANTITIES[panel]]
        assert len(set(rows["unit"])) == 1
        assert len(set(rows["reference"])) == 1
        assert (rows["ratio"] == 1).sum() == 1
        assert rows["position"].tolist() == list(range(len(rows)))


def test_a_domain_without_a_disclosure_is_said_and_not_left_out(values):
    gaps = values[values["ratio"].isna()]
    assert dict.fromkeys(gaps["panel"]).keys() == {"d", "e"}
    assert gaps["label"].tolist() == [
        "recommendation: none disclosed",
        "recommendation: none disclosed",
        "speech: none disclosed",
    ]


def test_hours_are_of_one_accelerator_and_energies_of_one_boundary(known, carbon_table):
    sample = known[1]
    models = pd.read_csv(FACTS / "training_models.csv").set_index("model_id")["accelerator"]
    assert models[sample["model_id"][sample["hours_drawn"]]].str.contains("A100").all()
    own = carbon_table[carbon_table["account"] == "own"].set_index("model_id")
    boundary = own["energy_boundary"][sample["model_id"][sample["energy_drawn"]]]
    assert (boundary == "accelerator").all()


def test_energy_of_an_unknown_boundary_is_refused(known, carbon_table):
    facts_read, sample = known
    wrong = sample.assign(energy_drawn=sample["energy_drawn"] | (sample["run_id"] == "sam-2"))
    with pytest.raises(DataError, match=r"model_id.*sam-2"):
        resources.table(facts_read, wrong, carbon_table)


def test_a_run_that_the_sample_does_not_hold_is_refused(tmp_path):
    with open(SAMPLE, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row[0] != "clue"]
    with open(tmp_path / "s.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    with pytest.raises(DataError, match=r"run_id.*clue"):
        resources.read(FACTS / "training_resources.csv", tmp_path / "s.csv", references=REFERENCES)


@pytest.mark.mirror
def test_compute_is_that_of_the_rows_named(mirror, known):
    folder = mirror / "raw.githubusercontent.com/epoch-research/training-cost-trends"
    path = next(folder.glob("*/data/All ML Systems - full view.csv"))
    upstream = pd.read_csv(path).set_index("Model")
    rows = known[0][known[0]["source_key"] == "epoch_models"]
    assert len(rows) == 17
    for row in rows.itertuples():
        system = upstream.loc[row.locator.removeprefix("row ")]
        assert system["Confidence"].lower() == row.confidence
        if row.quantity == "training_compute":
            assert float(system["Training compute (FLOP)"]) == pytest.approx(row.value, rel=1e-8)
        else:
            boards, hours = float(system["Hardware quantity"]), system["Training time (hours)"]
            assert boards * float(hours) == row.value


def test_figure_is_readable_at_column_width(known, carbon_table, tmp_path):
    sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
    try:
        import be2b_training_resources as figure
    finally:
        sys.path.pop(0)
    plotted = figure.plotted(*known, carbon_table)
    tables.write_csv(plotted, tmp_path / "v.csv", "be2b_training_resources")
    drawn = figure.draw(tables.read_csv(tmp_path / "v.csv", "be2b_training_resources"))
    assert drawn.get_figwidth() == style.COLUMN_WIDTH_INCHES
    legible(drawn, 80)
    style.save(drawn, *(tmp_path / f"f.{end}" for end in ("svg", "pdf", "png")))


def test_caption_gives_the_ends_of_the_table(values):
    caption = " ".join((ROOT / "workflow/report/be2b_training_resources.rst").read_text().split())
    rows = values[values["panel"] == "b"].set_index("label")["ratio_low"]
    ends = sorted((rows["Meta recommender RM3"], rows["Meta recommender RM4"]))
    assert f"lower end at {ends[0]:.1f} to {ends[1]:.1f}" in caption
