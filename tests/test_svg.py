"""Drawings written small: the same picture."""

import csv
import io
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.patches import Circle
from matplotlib.path import Path as Outline

from ai_lifecycle import style, svg


def drawn():
    """A drawing with what figures have: hatches, markers, turned text, clipping, odd letters."""
    style.apply()
    figure, axis = plt.subplots(figsize=(3.5, 2.0))
    axis.scatter(np.arange(40) / 7, np.arange(40) % 5, marker="o", s=9)
    axis.bar([0, 1, 2], [3, 2, 1], hatch="oo..", edgecolor="black", facecolor="#56B4E9")
    axis.plot([0, 5], [0, 4], alpha=0.4)
    axis.set_ylabel("CO₂e <b> & more [kg]")
    axis.text(1, 1, "  two  blanks ", rotation=30)
    sink = io.StringIO()
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    plt.close(figure)
    return sink.getvalue()


@pytest.fixture(scope="module")
def both():
    text = drawn()
    return text, svg.compact(text, "x")


def numbers(text):
    return [float(n) for n in re.findall(r"-?[0-9.]+", text)]


def test_it_is_less_than_half_and_the_same_again(both):
    before, after = both
    assert len(after) < len(before) / 2
    assert svg.compact(before, "x") == after
    assert svg.compact(before, "y") != after


def test_size_and_texts_stay(both):
    shown = []
    for text in both:
        root = ElementTree.fromstring(text)
        words = ["".join(t.itertext()) for t in root.iter(svg.TEXT)]
        shown.append((root.get("width"), root.get("viewBox"), words))
    assert shown[0] == shown[1]
    assert "  two  blanks " in shown[0][2]


def test_every_reference_leads_somewhere(both):
    after = both[1]
    names = re.findall(r' id="([^"]+)"', after)
    assert len(set(names)) == len(names)
    referred = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', after))
    assert {a or b for a, b in referred} == set(names)
    assert all(name.startswith("x") for name in names)


def test_every_mark_stays_in_its_place_and_look(both):
    """Style of each mark, with what its groups and classes hand down, before and after."""
    before, after = (sorted(marks(text)) for text in both)
    assert len(before) == len(after) > 60
    for (tag, look, place), (tag_after, look_after, place_after) in zip(before, after, strict=True):
        assert (tag, look) == (tag_after, look_after)
        assert place == pytest.approx(place_after, abs=0.0051)


def marks(text):
    root = ElementTree.fromstring(text)
    classes = dict(re.findall(r"\.(\w+)\{([^}]*)\}", text))

    def walk(element, look):
        look = element.get("style") or classes.get(element.get("class")) or look
        if element.tag in (svg.USE, svg.TEXT):
            place = [float(element.get("x", 0)), float(element.get("y", 0))]
            yield element.tag, look, place
        for child in element:
            yield from walk(child, look)

    return walk(root, "")


@pytest.mark.parametrize(
    ("given", "small"),
    [
        ("M 0 532.8 \nL 252 532.8 \nL 252.004 0 \nz\n", "M0 532.8 252 532.8 252 0z"),
        ("M 1.006 -0.001 C 1 2 3 4 5 6 C 1 2 3 4 5 6.5", "M1.01 0C1 2 3 4 5 6 1 2 3 4 5 6.5"),
        ("M 1e-05 2 L 3 4 M 5 6 L 7 8", "M0 2 3 4M5 6 7 8"),
        ("", ""),
    ],
)
def test_paths_keep_their_points_to_a_hundredth(given, small):
    assert svg.path_data(given) == small


def circle(x, y, radius, reverse=False, stretch=1.0):
    outline = Circle((x, y), radius).get_path().transformed(Circle((x, y), radius).get_transform())
    vertices = outline.vertices[:-1] * [stretch, 1.0]
    curves = vertices[::-1] if reverse else vertices
    parts = [f"M {curves[0][0]} {curves[0][1]}"]
    for at in range(1, len(curves), 3):
        parts.append("C " + " ".join(str(n) for n in curves[at : at + 3].ravel()))
    return " ".join(parts) + " z"


@pytest.mark.parametrize("reverse", [False, True])
def test_a_circle_is_two_arcs_the_same_way_round(reverse):
    """The sweep decides whether a circle in a circle is a hole."""
    given = circle(10, 20, 1.5, reverse)
    assert len(Outline.unit_circle().vertices) == 26  # eight curves, as the code expects
    sweep = 0 if reverse else 1
    assert svg.path_data(given) == f"M8.5 20a1.5 1.5 0 1 {sweep} 3 0 1.5 1.5 0 1 {sweep} -3 0z"


def test_what_is_not_round_stays_a_curve():
    oval = svg.path_data(circle(10, 20, 1.5, stretch=1.1))
    assert "C" in oval
    assert "a" not in oval


def test_saved_figures_are_compact(tmp_path):
    style.apply()
    figure, axis = plt.subplots()
    axis.plot([0, 1])
    style.save(figure, *(tmp_path / f"la_x.{end}" for end in ("svg", "pdf", "png")))
    text = (tmp_path / "la_x.svg").read_text()
    assert "<metadata" not in text
    assert text.count("\n") < 40


def test_no_two_figures_share_names(root):
    with open(root / "data/report_contents.csv", encoding="utf-8", newline="") as table:
        stems = [row["name"] for row in csv.DictReader(table) if row["kind"] == "figure"]
    assert len(stems) > 20
    assert len({svg.salt(stem) for stem in stems}) == len(stems)
    assert all(re.fullmatch(r"d[0-9a-f]{4}", svg.salt(stem)) for stem in stems)


def test_dollar_signs_in_a_name_stay_letters(tmp_path):
    """Two of them would set what stands between as a formula, or fail to."""
    name = r"Model $x^2$ and $\frac{1$"
    style.apply()
    figure, axis = plt.subplots(figsize=(3.5, 2.0))
    axis.set_title(name)
    axis.set_yticks([0, 1], [name, "plain"])
    axis.plot([0, 1], [0, 1], label=name)
    axis.legend()
    axis.annotate(name, (0, 0))
    figure.suptitle(name)
    files = [tmp_path / f"drawn.{suffix}" for suffix in ("svg", "pdf", "png")]
    style.save(figure, *files)
    texts = [e.text for e in ElementTree.parse(files[0]).iter() if e.tag.endswith("text")]
    assert texts.count(name) == 5
