"""The whole build: what prose says of it, and what every table promises."""

import json
import re

import numpy as np
import pandas as pd
import pictures
import pytest
from builds import ROOT
from matplotlib import pyplot as plt

from ai_lifecycle import style, tables

pytestmark = [pytest.mark.workflow]
PICTURES = (
    "be1_gpu_performance_growth",
    "be2a_training_carbon",
    "be6_intensity_by_hour",
    "la_lifecycle",
)


@pytest.fixture(scope="module")
def results(whole):
    """What a whole offline build made."""
    return whole / "results" / "latest"


def test_numbers_in_the_readme_are_those_of_the_build(results):
    numbers = tables.read_csv(results / "tables/numbers.csv", "numbers").set_index("id")["text"]
    text = (ROOT / "README.md").read_text()
    quoted = re.findall(r"(\S*?)<!--(\w+)-->", text)
    assert len(quoted) > 5
    for shown, name in quoted:
        assert shown == numbers[name], name


def test_pictures_in_the_readme_are_those_of_the_build(results):
    for stem in PICTURES:
        shown = (ROOT / "docs/figures" / f"{stem}.png").read_bytes()
        assert shown == (results / "figures" / f"{stem}.png").read_bytes(), (
            f"{stem}: run make readme-figures"
        )


def test_every_table_is_as_declared(results):
    paths = sorted(p for p in results.rglob("*") if p.suffix in (".csv", ".parquet"))
    assert len(paths) > 20
    for path in paths:
        read = tables.read_csv if path.suffix == ".csv" else tables.read_parquet
        frame = read(path, path.stem)
        assert len(frame), path.name
        # Points of a figure may coincide; rows of a table may not.
        assert path.parent.name == "figures" or not frame.duplicated().any(), path.name
        numbers = frame.select_dtypes("number").astype(float).to_numpy()
        assert not np.isinf(numbers).any(), path.name


def test_ranges_enclose_their_middle(results):
    checked = 0
    for path in sorted((results / "tables").glob("*.csv")):
        frame = pd.read_csv(path)
        for low in [c for c in frame if "low_" in c and c.replace("low_", "high_") in frame]:
            both = frame[[low, low.replace("low_", "high_")]].dropna()
            assert (both.iloc[:, 0] <= both.iloc[:, 1]).all(), f"{path.name}: {low}"
            checked += len(both)
    assert checked > 100


def test_the_manifest_lists_every_file_with_rule_and_sources(results):
    manifest = json.loads((results / "manifest.json").read_text())
    listed = {entry["path"] for entry in manifest["artifacts"]}
    present = {str(p.relative_to(results)) for p in results.rglob("*") if p.is_file()} - {
        "manifest.json"
    }
    assert listed == present
    for entry in manifest["artifacts"]:
        assert entry["rule"], entry["path"]
        assert entry["sources"], entry["path"]


def test_each_figure_has_three_formats_values_and_caption(results):
    stems = {p.stem for p in (results / "figures").iterdir()}
    assert len(stems) >= 4
    for stem in stems:
        for suffix in ("svg", "pdf", "png", "csv"):
            assert (results / "figures" / f"{stem}.{suffix}").stat().st_size > 200
        assert (ROOT / "workflow/report" / f"{stem}.rst").is_file()


def test_no_artifact_names_this_machine(results):
    for path in results.rglob("*"):
        if path.suffix in (".csv", ".svg", ".html", ".json", ".ipynb"):
            text = path.read_text(encoding="utf-8")
            assert str(ROOT) not in text, path.name
            assert str(results) not in text, path.name
            assert "/home/" not in text, path.name


def test_headline_values_lie_where_independent_series_put_them(results):
    """Sanity only: Electricity Maps has CISO at about 310 g/kWh by night and 187 by day."""
    values = tables.read_csv(results / "tables/numbers.csv", "numbers").set_index("id")["value"]
    assert values["be6_ciso_noon"] < 0.75 * values["be6_ciso_night"]
    assert abs(values["be6_pjm_noon"] / values["be6_pjm_night"] - 1) < 0.1
    assert values["be2a_gpt3"] == pytest.approx(552.1, abs=0.05)


def test_every_figure_is_as_wide_as_a_column_or_says_otherwise(results):
    drawings = {path.stem: path.read_bytes() for path in (results / "figures").glob("*.svg")}
    assert set(pictures.PAGE_WIDTH) < set(drawings)
    for stem, svg in drawings.items():
        width, height = pictures.size_inches(svg)
        caption = " ".join((ROOT / "workflow/report" / f"{stem}.rst").read_text().split())
        if stem in pictures.PAGE_WIDTH:
            assert width == pytest.approx(style.PAGE_WIDTH_INCHES), stem
            assert "full width of a page" in caption, stem
            assert pictures.PAGE_WIDTH[stem] in caption, stem
        else:
            assert width == pytest.approx(style.COLUMN_WIDTH_INCHES), stem
        assert height <= pictures.TALLEST_INCHES, stem
        sizes = pictures.text_sizes_points(svg)
        assert sizes, stem
        assert min(sizes) >= style.SMALLEST_TEXT_POINTS, stem


def test_no_text_of_a_figure_is_clipped_or_lies_on_another(results):
    for path in sorted((results / "figures").glob("*.csv")):
        figure = pictures.draw(path.stem, path.parent)
        texts = pictures.shown_texts(figure)
        assert len(texts) > 5, path.stem
        assert pictures.clipped(texts, figure) == [], path.stem
        assert pictures.overlapping(texts) == [], path.stem
        plt.close(figure)
