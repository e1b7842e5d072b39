"""Grids of the places of training: strict facts, the year used, and what never gets one."""

import csv

import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import constants, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.training_tables import carbon, disclosures, places

FACTS = ROOT / "data" / "facts"
PLACES = FACTS / "training_places.csv"
REFERENCES = ROOT / "data" / "references.bib"
ANNUAL = ROOT / "data/frozen/annual_intensity.csv"
# Stated, but they name neither a country nor a grid region.
TOO_VAGUE = {"code-llama-9-models", "sam-vit-h"}


@pytest.fixture(scope="module")
def disclosed():
    return disclosures.read(
        FACTS / "training_models.csv",
        FACTS / "training_disclosures.csv",
        ROOT / "data/training_quantities.csv",
        FACTS / "sustainable_ai_fig4.csv",
        references=REFERENCES,
    )


def read(disclosed, path=PLACES):
    basis = FACTS / "annual_intensity_basis.csv"
    return places.read(path, basis, ANNUAL, disclosed[0], references=REFERENCES)


@pytest.fixture(scope="module")
def known(disclosed):
    return read(disclosed)


def limit():
    return constants.value("training.grid_year_gap_limit", ROOT / "data/constants.csv", unit="year")


@pytest.fixture(scope="module")
def table(disclosed, known):
    return carbon.table(*disclosed, 0.385, 0.429, places.intensities(*known, limit()))


@pytest.fixture(scope="module")
def own(table):
    return table[table["account"] == "own"].set_index("model_id")


# Facts -----------------------------------------------------------------------------------------


def test_every_stated_place_with_energy_has_a_row_unless_too_vague(disclosed, known, table):
    stated = disclosed[0].set_index("model_id")["location"].notna()
    with_energy = set(table["model_id"][table["operational_energy_mwh"].notna()])
    wanted = {m for m in with_energy if stated[m]}
    assert wanted - set(known[0]["model_id"]) == TOO_VAGUE
    assert set(known[0]["model_id"]) <= wanted


def test_a_year_from_a_publication_is_a_judgement_and_follows_the_rule(disclosed, known):
    dates = disclosed[0].set_index("model_id")["publication_date"]
    rows = known[0]
    guessed = rows["year_known"] == "publication date"
    assert (rows["status"][guessed] == "judgement").all()
    assert (rows["status"][rows["area_known"] == "judgement"] == "judgement").all()
    for row in rows[guessed].itertuples():
        date = dates[row.model_id]
        if pd.notna(date):
            assert row.training_year == date.year - (date.month < 4), row.model_id


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("area", "US-GEORGIA", ["area", "US-GEORGIA"]),
        ("producer", "ember", ["area", "US-SE-SOCO"]),
        ("producer", "unfccc_ifi", ["producer", "unfccc_ifi"]),
        ("place", "Google Oklahoma", ["place", "Google Georgia"]),
        ("model_id", "switch", ["model_id", "switch-1500b"]),
        ("model_id", "t5-11b", ["place", "Google Taiwan"]),
        ("training_year", "", ["training_year", "empty"]),
        ("training_year", "1920", ["training_year", "out of bounds"]),
        ("source_key", "", ["source_key"]),
        ("locator", "", ["locator"]),
        ("status", "memory", ["status", "memory"]),
    ],
)
def test_a_bad_place_is_refused_where_it_stands(disclosed, tmp_path, column, cell, words):
    with open(PLACES, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hit = next(i for i, r in enumerate(rows) if r["model_id"] == "switch-1500b")
    rows[hit][column] = cell
    path = tmp_path / "training_places.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DataError) as caught:
        read(disclosed, path)
    for word in ["training_places.csv", f"row {hit + 2}", *words]:
        assert word in str(caught.value)


def test_a_model_that_stands_twice_is_refused(disclosed, tmp_path):
    text = PLACES.read_text(encoding="utf-8")
    path = tmp_path / "training_places.csv"
    path.write_text(text + text.splitlines()[-1] + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="stands twice"):
        read(disclosed, path)


def test_electricity_maps_annual_figures_are_life_cycle_ones():
    # The basis that annual_intensity_basis states rests on this comparison.
    hourly = tables.read_parquet(
        ROOT / "data/frozen/electricity_maps_hourly.parquet", "electricity_maps_hourly"
    )
    annual = tables.read_csv(ANNUAL, "annual_intensity")
    annual = annual[annual["producer"] == "electricity_maps"]
    annual = annual.set_index(["area", "year"])["intensity_g_per_kwh"].rename_axis(["zone", "year"])
    year = hourly["hour_start_utc"].dt.year.astype("Int64").rename("year")
    means = hourly.groupby([hourly["zone"], year])[["direct_g_per_kwh", "lifecycle_g_per_kwh"]]
    off = means.mean().rdiv(annual.astype(float), axis=0).dropna().sub(1.0).abs()
    assert len(off) == 32
    assert off["lifecycle_g_per_kwh"].median() == pytest.approx(0.013, abs=5e-4)
    assert off["direct_g_per_kwh"].median() == pytest.approx(0.233, abs=5e-4)


# The year used ---------------------------------------------------------------------------------


def chosen(training_year, years, year_gap_limit):
    rows = pd.DataFrame(
        {
            "model_id": ["m"],
            "producer": ["ember"],
            "area": ["X"],
            "training_year": [training_year],
            "source_key": ["a"],
            "status": ["secondary"],
        }
    )
    basis = pd.DataFrame(
        {
            "producer": ["ember"],
            "emissions": ["life-cycle"],
            "flow": ["production"],
            "source_key": ["b"],
            "status": ["derived"],
        }
    )
    annual = pd.DataFrame(
        {
            "producer": "ember",
            "area": "X",
            "year": years,
            "intensity_g_per_kwh": [float(y) for y in years],
        }
    )
    return places.intensities(rows, basis, annual, year_gap_limit).loc["m"]


@pytest.mark.parametrize(
    ("training_year", "years", "gap_limit", "used"),
    [
        (2022, [2021, 2022, 2023], 1, 2022),
        (2020, [2021, 2022], 1, 2021),
        (2019, [2021, 2022], 1, None),
        (2019, [2021, 2022], 2, 2021),
        (2022, [2023, 2021], 1, 2021),
        (2020, [2021], 0, None),
    ],
)
def test_the_nearest_year_within_the_limit_is_used(training_year, years, gap_limit, used):
    row = chosen(training_year, years, gap_limit)
    assert row["training_year"] == training_year
    if used is None:
        assert row.drop("training_year").isna().all()
    else:
        assert row["grid_intensity_year"] == used
        assert row["grid_year_gap_years"] == abs(used - training_year)
        assert row["grid_intensity_kg_per_kwh"] == pytest.approx(used / 1000)
        assert row["grid_intensity_basis"] == "life-cycle, production"
        assert row["grid_intensity_source_key"] == "a;b"
        assert row["grid_intensity_status"] == "derived"


# The table -------------------------------------------------------------------------------------


def test_counts_of_models_with_a_value_at_their_place_are_pinned(own):
    printed = own["emissions_at_location_tco2e"].notna()
    grid = own["emissions_at_grid_tco2e"].notna()
    counts = (printed.sum(), grid.sum(), (printed | grid).sum(), (printed & grid).sum())
    assert counts == (20, 26, 29, 17)
    caption = (ROOT / "workflow/report/be2a_training_carbon.rst").read_text(encoding="utf-8")
    assert "(26 of 124 models; 29 have ring or cross;" in " ".join(caption.split())
    assert len(own) == 124


def test_gshard_by_hand(own):
    # 24.1 MWh at 291 g/kWh, Duke Energy Carolinas 2021, for a run of April 2020.
    row = own.loc["gshard-600b"]
    assert row["emissions_at_grid_tco2e"] == pytest.approx(24.1 * 0.291)
    assert (row["training_year"], row["grid_intensity_year"], row["grid_year_gap_years"]) == (
        2020,
        2021,
        1,
    )


def test_the_grid_never_overwrites_what_the_account_prints(table, disclosed, known):
    without = carbon.table(*disclosed, 0.385, 0.429, places.intensities(*known, -1))
    assert without["emissions_at_grid_tco2e"].isna().all()
    kept = [c for c in table if not c.startswith(("grid_", "emissions_at_grid"))]
    pd.testing.assert_frame_equal(table[kept], without[kept])


def test_accounts_as_if_on_an_average_grid_have_no_place(table):
    fixed = table[table["disclosed_fixed_tco2e"].notna() & table["scope"].str.contains("US aver")]
    assert "bloom-176b" in set(fixed["model_id"])
    assert fixed["emissions_at_grid_tco2e"].isna().all()
    search = table[table["scope"] == "search as Strubell et al. estimate it"]
    assert search["training_year"].isna().all()


def test_no_basis_no_value_and_only_one_basis(table):
    placed = table[table["emissions_at_grid_tco2e"].notna()]
    assert set(placed["grid_intensity_basis"]) == {"life-cycle, consumption"}
    assert set(placed["grid_intensity_producer"]) == {"electricity_maps"}
    assert (placed["grid_year_gap_years"] <= limit()).all()
    assert placed["grid_intensity_source_key"].str.contains("electricity_maps").all()


def test_ember_agrees_where_it_has_the_same_country_and_year(known):
    # A second producer of another convention of flow; both are life-cycle.
    annual = known[2].set_index(["producer", "area", "year"])["intensity_g_per_kwh"]
    maps, ember = annual["electricity_maps", "DE", 2024], annual["ember", "DEU", 2024]
    assert maps == pytest.approx(ember, rel=0.01)
