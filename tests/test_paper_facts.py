"""Facts behind the figures of the two papers: provenance, errors, and the table of figures."""

import csv

import pytest
from builds import ROOT

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.paper_figure_tables import redrawn

FACTS = ROOT / "data" / "facts"
REFERENCES = ROOT / "data" / "references.bib"
# What the two papers hold, panel by panel.
PANELS = {
    "Beyond Efficiency": ["1", "2a", "2b", "3a", "3b", "4", "5a", "5b", "6"],
    "Sustainable AI": [
        *("1", "2a", "2b", "2c", "2d", "3a", "3b", "3c"),
        *(str(number) for number in range(4, 13)),
    ],
}


def read(name, path=None):
    return facts.read(path or FACTS / f"{name}.csv", name, references=REFERENCES)


def test_counts_by_status_are_pinned():
    figures = read("sustainable_ai_figures")
    assert figures["status"].value_counts().to_dict() == {"digitised": 278, "secondary": 26}
    assert len(read("sustainable_ai_public")) == 36
    assert len(read("sustainable_ai_cluster_utilisation")) == 303


def test_nothing_read_off_a_figure_is_called_printed():
    """A label that was guessed is no fact: points of figure 12 carry no size."""
    figures = read("sustainable_ai_figures")
    points = figures[figures["figure"] == "sa12"]
    assert set(points["series"]) == {f"line {n} from the top" for n in range(1, 6)}
    assert points["low"].isna().all()
    assert (points["note"].str.contains("not established")).all()
    assert points["category"].dropna().tolist() == ["yellow star", "green star"]


def test_every_other_digitised_value_has_its_error():
    figures = read("sustainable_ai_figures")
    rows = figures[(figures["status"] == "digitised") & (figures["figure"] != "sa12")]
    assert rows[["low", "high"]].notna().all(axis=None)
    errors = (rows["high"] - rows["value"]).groupby(rows["figure"]).max().to_dict()
    assert errors == pytest.approx(
        {
            "sa1": 1500,
            "sa2": 0.5,
            "sa3": 1e5,
            "sa4": 4,
            "sa5": 2,
            "sa6": 0.1,
            "sa8": 0.002,
            "sa9": 0.02,
            "sa10": 1,
            "sa11": 2,
        }
    )


def test_parts_of_figure_3_sum_to_a_hundred():
    figures = read("sustainable_ai_figures")
    shares = figures[figures["unit"] == "%"]
    for quantity, kind in (
        ("power_capacity_share", "printed"),
        ("energy_share", "printed"),
        ("energy_share", "digitised"),
    ):
        rows = shares[(shares["quantity"] == quantity) & (shares["category"] == kind)]
        assert rows["value"].sum() == pytest.approx(100.0), (quantity, kind)


def test_figures_4_and_5_give_one_operational_total():
    """Two figures, two readings: operational carbon agrees within both errors."""
    figure_4 = read("sustainable_ai_fig4").groupby("workload")[["value", "low", "high"]].sum()
    figures = read("sustainable_ai_figures")
    part = figures[(figures["figure"] == "sa5") & (figures["series"] != "embodied")]
    figure_5 = part.groupby("category")[["value", "low", "high"]].sum()
    assert list(figure_4.index) == list(figure_5.index)
    assert (figure_4["low"] <= figure_5["high"]).all()
    assert (figure_5["low"] <= figure_4["high"]).all()


def test_quantiles_of_the_clusters_rise():
    for _, rows in read("sustainable_ai_cluster_utilisation").groupby("cluster"):
        assert rows["quantile_percent"].tolist() == list(range(101))
        assert rows["gpu_utilisation_percent"].is_monotonic_increasing


def test_every_panel_of_both_papers_has_a_row():
    table = read("paper_figures_status")
    for paper, panels in PANELS.items():
        rows = table[table["paper"] == paper]
        found = rows["figure"].astype(str) + rows["panel"].fillna("")
        assert found.tolist() == panels


def test_every_figure_of_ours_is_in_the_table_of_figures():
    stems = set(read("paper_figures_status")["stem"].dropna())
    assert set(redrawn.STEMS.values()) <= stems
    for stem in stems:
        assert (ROOT / f"workflow/report/{stem}.rst").is_file()


def test_what_is_redrawn_states_its_error_or_that_it_is_printed():
    table = read("paper_figures_status")
    shown = table[table["treatment"] == "redrawn from digitised values"]
    stated = shown["reading_error"].notna() | shown["note"].str.contains("printed")
    assert stated.all(), shown.loc[~stated, ["paper", "figure"]]


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("unit", "", ["column unit", "empty"]),
        ("source_key", "wu2202sustainable", ["source_key", "nearest: wu2022sustainable"]),
        ("status", "recalled", ["column status", "digitised"]),
        ("high", "100", ["column value", "bounds do not enclose"]),
        ("value", "-5", ["column value", "out of bounds"]),
        ("figure", "sa13", ["column figure", "sa13"]),
    ],
)
def test_a_bad_row_is_refused_where_it_stands(tmp_path, column, cell, words):
    with open(FACTS / "sustainable_ai_figures.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = cell
    path = tmp_path / "sustainable_ai_figures.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(DataError) as caught:
        read("sustainable_ai_figures", path)
    for word in ["sustainable_ai_figures.csv", "row 2", *words]:
        assert word in str(caught.value)


def test_output_tables_are_declared_for_every_figure():
    for stem in redrawn.STEMS.values():
        assert list(tables.declaration(stem)) == redrawn.COLUMNS[1:]
