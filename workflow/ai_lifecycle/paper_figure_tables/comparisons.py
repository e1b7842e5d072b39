"""The paper's figures held against public numbers of the same quantity."""

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.paper_figure_tables.rebuilt import PUBLIC_RUNS
from ai_lifecycle.paper_figure_tables.redrawn import STEMS, one

DIRECTIONS = ("GPT-3 English to French", "GPT-3 French to English")


def rows(facts, public, values):
    """Comparisons as rows of ``paper_figures_models``."""
    nan = np.nan
    for series in DIRECTIONS:
        for words, shift in (("at the same model size", 0), ("one model size smaller", 1)):
            gap = model_size_gap(facts, public, series, shift)
            yield (
                STEMS["sa2"],
                f"greatest difference from Table H.1, {words}",
                series,
                gap,
                nan,
                nan,
                "1",
                "points as read less table, first and last point left out",
            )
    year = 2020
    covered = one(facts, "sa3", "emissions", series="operational, covered by renewables",
                  x_value=year)  # fmt: skip
    printed = one(facts, "sa3", "electricity", x_value=year)
    yield (
        STEMS["sa3"],
        "intensity that bar and caption imply",
        str(year),
        *(intensity(covered[c], printed["value"]) for c in ("value", "low", "high")),
        "kg/kWh",
        "operational covered by renewables over electricity in the caption",
    )
    reported = one(public, "sa3", "emissions", series="scope 2, location-based", x_value=year)
    electricity = one(public, "sa3", "electricity", x_value=year)
    yield (
        STEMS["sa3"],
        "intensity that the company's index implies",
        str(year),
        intensity(reported["value"], electricity["value"]),
        nan,
        nan,
        "kg/kWh",
        "location-based scope 2 over electricity",
    )
    bars = values[(values["figure"] == STEMS["sa4"]) & (values["panel"] == "b")]
    tonnes = bars.set_index(["origin", "category"])["value"]
    for bar in PUBLIC_RUNS:
        yield (
            STEMS["sa4"],
            "bar as read less its source",
            bar,
            tonnes["digitised", bar] - tonnes["public", bar],
            nan,
            nan,
            "tCO2e",
            "reading error stated as 4 t",
        )


def intensity(emissions_tco2e, electricity_mwh):
    """Emissions over electricity. [kg/kWh]"""
    kilograms = emissions_tco2e * units.KILOGRAMS_PER_TONNE
    return float(kilograms / (electricity_mwh * units.KILOWATT_HOURS_PER_MEGAWATT_HOUR))


def model_size_gap(facts, public, series, shift):
    """Greatest difference between points as read and the table, `shift` sizes smaller. [BLEU]

    The ends are left out: they have no neighbour on one side.
    """
    read = facts[(facts["series"] == series) & (facts["quantity"] == "bleu")]
    table = public[(public["series"] == series) & (public["quantity"] == "bleu")]
    scores = pd.Series(table["value"].to_numpy(), index=table["x_value"].to_numpy()).sort_index()
    sizes = scores.index.get_indexer(read["x_value"])
    inner = (sizes > 0) & (sizes < len(scores) - 1)
    # The second size has the same score to read either way only when it is not shifted.
    moved = sizes[inner] - shift * (sizes[inner] > 1)
    return float(np.abs(read["value"].to_numpy()[inner] - scores.to_numpy()[moved]).max())
