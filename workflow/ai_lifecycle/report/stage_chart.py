"""The explorer's chart: stages of models with their ranges, as a document of Bokeh."""

import json
import re

from ai_lifecycle import style
from ai_lifecycle.report.explorer import STAGES

# The palette's blue, of which the figures' areas have a paler tone that a thin line would lose.
INFERENCE = style.COLOURS["sky"]
# Each series has a colour and a shape, so that no meaning is in the colour alone.
SERIES = {
    "experimentation": ("Experimentation", style.STAGES["experimentation"], "inverted_triangle"),
    "training": ("Training", style.STAGES["training"], "circle"),
    "inference": ("Inference", INFERENCE, "triangle"),
    "sum": ("Sum", style.COLOURS["black"], "square"),
}
# Lanes of one model, from its upper edge to its lower one, as shares of its height.
LANES = {"experimentation": 0.3, "training": 0.1, "inference": -0.1, "sum": -0.3}
TARGET = "explorer-chart"
FONT = "DejaVu Sans, Verdana, Arial, sans-serif"
COLUMNS = ("model", "low", "middle", "high", "words")


def document():
    """The chart without data, as `Bokeh.embed.embed_item` takes it.

    Returns
    -------
    dict
        Equal in every run. The sources of the series are named as the series.
    """
    from bokeh.embed import json_item
    from bokeh.models import (
        ColumnDataSource,
        FactorRange,
        FixedTicker,
        HoverTool,
        LogAxis,
        LogTickFormatter,
        Range1d,
    )
    from bokeh.plotting import figure
    from bokeh.transform import dodge

    models = FactorRange(factors=[], name="models", range_padding=0.1)
    chart = figure(
        y_range=models,
        x_range=Range1d(0.01, 1e5, name="emissions"),
        x_axis_type="log",
        height=420,
        sizing_mode="stretch_width",
        tools="",
        toolbar_location=None,
        name="chart",
        min_border_right=24,
        outline_line_color=None,
    )
    drawn = []
    for name, (words, colour, marker) in SERIES.items():
        source = ColumnDataSource({column: [] for column in COLUMNS}, name=name)
        lane = dodge("model", LANES[name], range=models)
        chart.segment(
            x0="low", x1="high", y0=lane, y1=lane, source=source, line_color=colour, line_width=2.5
        )
        dots = chart.scatter(
            x="middle", y=lane, source=source, marker=marker, fill_color=colour,
            size=11 if "triangle" in marker else 9,
            line_color="white", line_width=0.5, legend_label=words,
        )  # fmt: skip
        drawn.append(dots)
    chart.add_tools(HoverTool(renderers=drawn, tooltips=[("", "@words")]))
    chart.add_layout(LogAxis(name="top_axis"), "above")
    for axis in chart.axis:
        axis.axis_label_text_font = axis.major_label_text_font = FONT
        axis.axis_label_text_font_style = "normal"
        axis.major_label_text_font_size = "12px"
        axis.axis_label_text_font_size = "12px"
        axis.major_label_text_color = axis.axis_label_text_color = "#1a1a1a"
    # The script sets them by the range: powers of ten, and 1, 2, 5 where they are few.
    ticks = chart.xgrid[0].ticker = FixedTicker(ticks=[], name="ticks")
    for axis in chart.xaxis:
        axis.ticker = ticks
        axis.formatter = LogTickFormatter(min_exponent=4)
        axis.minor_tick_line_color = None
    chart.xaxis[0].name = "bottom_axis"
    chart.ygrid.grid_line_color = None
    chart.legend.orientation = "horizontal"
    chart.legend.border_line_color = None
    chart.legend.label_text_font = FONT
    chart.legend.label_text_font_size = "12px"
    chart.legend.padding = 2
    for item, name in zip(chart.legend[0].items, SERIES, strict=True):
        item.name = f"legend_{name}"
    chart.add_layout(chart.legend[0], "above")
    return _numbered(json_item(chart, TARGET))


def _numbered(item):
    """The document with identifiers counted from one, whatever was drawn before in the process."""
    text, seen = json.dumps(item), {}
    text = re.sub(r'"p(\d+)"', lambda match: f'"p{seen.setdefault(match[1], len(seen) + 1)}"', text)
    return json.loads(text)


assert set(STAGES) < set(SERIES)
