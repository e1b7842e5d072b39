"""What makes a figure readable at the width of a column, checked on the figure itself."""

import importlib
import re
import sys
from itertools import combinations

from builds import ROOT
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from ai_lifecycle import constants, style, tables

POINTS_PER_INCH = 72
SIDES = ("width", "height")
TALLEST_INCHES = 9.25
# Figures that take the full width of a page, and why.
PAGE_WIDTH = {
    "la_training_disclosures": "so many rows do not fit a column",
    "la_priors": "two blocks of lines, each with name, outline, three numbers and unit",
    "la_priors_inferred": "a block of such lines beside ranges of hundreds of places and machines",
}
SEVERAL = (
    "be3_lifecycle",
    "lifecycle_figures",
    "priors_figures",
    "uncertainty_figures",
    "sa_figures_growth",
    "sa_figures_footprint",
    "sa_figures_efficiency",
)


def size_inches(svg):
    """Width and height of a drawing."""
    sizes = (
        re.search(rb'<svg\b[^>]*?\bheight="([0-9.]+)pt"', svg),
        re.search(rb'<svg\b[^>]*?\bwidth="([0-9.]+)pt"', svg),
    )
    height, width = (float(size[1]) / POINTS_PER_INCH for size in sizes)
    return width, height


def text_sizes_points(svg):
    """Every size of text that a drawing asks for, exponents and indices included."""
    return {float(size) for size in re.findall(rb"font(?:-size)?: (?:\w+ )*([0-9.]+)px", svg)}


def draw(stem, folder):
    """The figure again, from its own table of plotted values."""
    sys.path.insert(0, str(ROOT / "workflow" / "scripts"))
    try:
        drawers = {
            name: function
            for module in SEVERAL
            for name, function in importlib.import_module(module).FIGURES.items()
        }
        drawer = drawers.get(stem) or importlib.import_module(stem).draw
    finally:
        sys.path.pop(0)
    style.apply()
    values = tables.read_csv(folder / f"{stem}.csv", stem)
    if stem == "la_refresh":
        life = constants.load()["accelerator.lifetime"]
        return drawer(values, life.low, life.high)
    return drawer(values)


def shown_texts(figure):
    """Texts that can be seen, with their boxes in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    hidden = {id(text) for axes in figure.findobj(_is_axes) for text in _unseen_ticks(axes)}
    boxes = []
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            boxes.append((text.get_text(), text.get_window_extent(renderer)))
    return boxes


def _is_axes(artist):
    return hasattr(artist, "xaxis")


def _unseen_ticks(axes):
    """Labels of ticks that lie outside the view; they keep a text and a place."""
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-9 * (high - low)
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not low - slack <= tick.get_loc() <= high + slack:
                yield tick.label1
                yield tick.label2


def clipped(texts, figure):
    """Of the texts shown, those that leave the figure."""
    page = figure.bbox.padded(1)
    return [
        words
        for words, box in texts
        if box.x0 < page.x0 or box.x1 > page.x1 or box.y0 < page.y0 or box.y1 > page.y1
    ]


def overlapping(texts):
    """Pairs of texts that lie on each other."""
    inner = [(words, box.padded(-1)) for words, box in texts]
    return [(a, b) for (a, left), (b, right) in combinations(inner, 2) if left.overlaps(right)]
