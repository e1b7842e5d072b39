"""One look for all figures, and bytes that do not change from run to run."""

import io
from pathlib import Path

import matplotlib as mpl

from ai_lifecycle import svg as drawings

COLUMN_WIDTH_INCHES = 3.5
PAGE_WIDTH_INCHES = 7.2
SMALLEST_TEXT_POINTS = 6.5

# Okabe and Ito's palette: distinguishable with the common colour-vision deficiencies.
COLOURS = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "grey": "#777777",
    "light_grey": "#CCCCCC",
    "pale_sky": "#A9D8F5",
}

# One colour per lifecycle stage, in every figure. In grey, experimentation, embodied and the
# palette's sky would be one tone: serving is paler, training darker, and embodied is dotted.
STAGES = {
    "experimentation": COLOURS["purple"],
    "training": COLOURS["blue"],
    "inference": COLOURS["pale_sky"],
    "embodied": COLOURS["orange"],
    "end_of_life": COLOURS["green"],
}

SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "sans-serif"],
    "font.size": 7.5,
    "axes.titlesize": 8.0,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7.0,
    "ytick.labelsize": 7.0,
    "legend.fontsize": 7.0,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E3E3E3",
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    # A dollar sign in a name is a dollar sign: no text of ours is set as a formula.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "ai-lifecycle",
    "pdf.fonttype": 42,
    "axes.unicode_minus": True,
}


def apply():
    """Set the look; call once before drawing."""
    mpl.use("Agg")
    mpl.rcdefaults()
    mpl.rcParams.update(SETTINGS)


def save(figure, svg, pdf, png):
    """Write one figure in three formats, without dates or versions in the files."""
    from matplotlib import pyplot as plt

    for path in (svg, pdf, png):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    drawn = io.StringIO()
    _write(figure, drawn, format="svg", metadata={"Date": None, "Creator": None})
    small = drawings.compact(drawn.getvalue(), drawings.salt(Path(svg).stem))
    Path(svg).write_text(small, encoding="utf-8", newline="\n")
    dateless = {"CreationDate": None, "Creator": None, "Producer": None}
    _write(figure, pdf, format="pdf", metadata=dateless)
    _write(figure, png, format="png", metadata={"Software": None})
    plt.close(figure)


def _write(figure, target, **options):
    """`savefig`, a quarter faster.

    Where there is a layout to find, Matplotlib first draws everything unseen, which is to place
    the axes; placing them alone gives the same file.
    """
    if figure.get_layout_engine() is not None:

        def place(_renderer):
            del figure.draw
            figure.get_layout_engine().execute(figure)

        figure.draw = place
    figure.savefig(target, **options)
