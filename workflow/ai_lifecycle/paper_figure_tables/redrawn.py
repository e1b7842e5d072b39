"""What the paper's figures show, from the facts, in the columns that the figures draw."""

import pandas as pd

from ai_lifecycle.errors import DataError

COLUMNS = [
    "figure",
    "panel",
    "series",
    "category",
    "x_value",
    "x_unit",
    "value",
    "low",
    "high",
    "unit",
    "origin",
    "source_key",
]
FLOATS = ("x_value", "value", "low", "high")
STEMS = {
    "sa1": "sa1_arxiv_growth",
    "sa2": "sa2_growth",
    "sa3": "sa3_phases_and_emissions",
    "sa4": "sa4_operational_carbon",
    "sa5": "sa5_embodied_and_operational",
    "sa6": "sa6_power_reduction",
    "sa7": "sa7_power_ladder",
    "sa8": "sa8_net_power",
    "sa9": "sa9_gpu_utilisation",
    "sa10": "sa10_gpu_utilisation_histogram",
    "sa11": "sa11_federated_learning",
    "sa12": "sa12_error_and_energy",
    "be3a": "be3a_lifecycle_carbon",
    "be3b": "be3b_power_capacity",
}
# Statements that the text makes about a figure: computed with, not drawn.
STATED = {"step_gain", "inference_share", "electricity"}
STATED_SERIES = {"printed average", "printed reduction", "printed reduction, takeaways"}


def values(facts, figure_4):
    """Values of "Sustainable AI" as printed or read off its figures.

    Parameters
    ----------
    facts : DataFrame
        ``sustainable_ai_figures``.
    figure_4 : DataFrame
        ``sustainable_ai_fig4``, the bars of the paper's own models.

    Returns
    -------
    DataFrame
        Columns of ``paper_figures_values``.
    """
    drawn = facts[~facts["quantity"].isin(STATED) & ~facts["series"].isin(STATED_SERIES)]
    rows = pd.DataFrame(
        {
            "figure": drawn["figure"].map(STEMS),
            "panel": drawn["panel"].fillna("a"),
            "series": drawn["series"],
            "category": drawn["category"],
            "origin": drawn["status"].map({"digitised": "digitised"}).fillna("printed"),
        }
    ).join(drawn[["x_value", "x_unit", "value", "low", "high", "unit", "source_key"]])
    # The other models of the figure stand in a panel of their own, beside their sources.
    rows.loc[rows["figure"] == STEMS["sa4"], "panel"] = "b"
    own = pd.DataFrame(
        {
            "figure": STEMS["sa4"],
            "panel": "a",
            "series": figure_4["component"],
            "category": figure_4["workload"],
            "origin": "digitised",
        }
    ).join(figure_4[["value", "low", "high", "unit", "source_key"]])
    return tidy([rows, own])


def power_capacity(facts):
    """Power capacity over the phases, for figure 3b of "Beyond Efficiency"."""
    shares = facts[facts["quantity"] == "power_capacity_share"]
    rows = pd.DataFrame(
        {"figure": STEMS["be3b"], "panel": "a", "series": shares["series"], "origin": "printed"}
    ).join(shares[["value", "low", "high", "unit", "source_key"]])
    return tidy([rows])


def tidy(frames):
    """One frame in the declared columns, order kept."""
    joined = pd.concat([f.reindex(columns=COLUMNS) for f in frames], ignore_index=True)
    joined[list(FLOATS)] = joined[list(FLOATS)].astype(float)
    return joined


def one(facts, figure, quantity, **where):
    """The single fact of a figure that matches; anything else is an error in the facts."""
    found = facts[(facts["figure"] == figure) & (facts["quantity"] == quantity)]
    for column, word in where.items():
        found = found[found[column] == word]
    if len(found) != 1:
        raise DataError(
            "facts do not hold this value exactly once",
            key=f"{figure}, {quantity}, {', '.join(map(str, where.values()))}",
            found=len(found),
            allowed="1",
        )
    return found.iloc[0]
