"""What the figures of the priors draw: outlines of distributions, and ranges in order."""

import numpy as np
import pandas as pd

from ai_lifecycle.prior_tables import table
from ai_lifecycle.uncertainty import distributions

OUTLINE, RANGE = "outline", "range"
PERCENTILES = ("p05", "p50", "p95")
# Probabilities between which a distribution is drawn, closer at its ends.
STEPS = 20
MARGIN = 0.004
PLACES = MARGIN + (1 - 2 * MARGIN) * (1 - np.cos(np.pi * np.arange(STEPS + 1) / STEPS)) / 2
FITTED = ("inference coefficient", "inference range", "share of experts")
BY_ROW = ("whole-run utilisation", "node power over rated accelerators", "error seen",
          *table.PUE.values())  # fmt: skip
# Names in the figure where the words of the id do not do.
WORDS = {
    "batch_large_service": "batch",
    "compute_energy": "compute,",
    "end_of_life": "end of life",
    "fitted_prompt_tokens": "prompt in the fit",
    "gpus": "GPUs",
    "host": "host",
    "power_over_measured_accelerators": "power over measured chips",
    "power_over_rated_accelerators": "power over rated chips",
    "power_over_rated_tpu": "power over rated, TPU",
    "pue": "PUE",
    "pue_unknown": "PUE, unknown",
    "sustainable_ai": "Sustainable AI (the paper's)",
    "tpu_machine_over_chip": "TPU machine over chip",
    "tpu_machine_power_over_rated": "TPU machine over rated",
}
METHODS = {
    "location_lifecycle": "location, life-cycle",
    "location_direct": "location, direct",
    "hourly_matched": "hourly matched",
    "market": "market",
    "operating_margin": "operating margin, CO₂",
}
STAGES = {
    "accelerator": "accelerator",
    "host": "host",
    "network": "network",
    "rack": "rack",
    "building": "building",
    "end_of_life": "end of life",
}


def assumed(priors):
    """Outlines of every constant that is drawn and of what was fitted to measured requests.

    Parameters
    ----------
    priors : DataFrame
        ``priors``.

    Returns
    -------
    DataFrame
        Rows of ``la_priors``: one a point of an outline.
    """
    drawn = priors[priors["kind"] != "fixed"]
    constants = drawn[drawn["subject"] == "constant"]
    fitted = drawn[drawn["subject"].isin(FITTED)]
    named = constants["prior_id"].str.split(".", n=1)
    parts = fitted["prior_id"].str.split("/")
    of_fit = parts.map(lambda part: f"per request: {part[1]}" if len(part) > 2 else "per request")
    rows = pd.concat(
        [
            constants.assign(
                heading=named.str[0].map(_words), label=named.str[1].map(_words)
            ),
            fitted.assign(
                heading=of_fit,
                label=parts.map(
                    lambda part: " ".join(map(_words, part[2:] if len(part) > 2 else part[1:]))
                ),
            ),
        ]
    )  # fmt: skip
    return outlines(rows)


def inferred(priors):
    """Outlines by family and operator; ranges by place and by accelerator, in order of median."""
    by_row = priors[priors["subject"].isin(BY_ROW) & (priors["kind"] != "fixed")]
    parts = by_row["prior_id"].str.split("/")
    by_row = by_row.assign(
        heading=by_row["subject"].replace(
            dict.fromkeys(table.PUE.values(), "PUE") | {"error seen": "factor for errors seen"}
        ),
        order=by_row["subject"].map(BY_ROW.index),
        label=[_row_label(*row) for row in zip(by_row["subject"], parts, strict=True)],
    )
    by_row = by_row.sort_values(["order", "prior_id"], kind="stable")
    places = _ranges(priors[priors["subject"].isin(list(table.PLACES.values()))], 0, METHODS)
    hardware = _ranges(priors[priors["subject"].isin([table.ASSET, table.BUILDING])], -1, STAGES)
    return pd.concat([outlines(by_row), places, hardware], ignore_index=True)


def outlines(rows):
    """One row a point of the outline of each distribution.

    Parameters
    ----------
    rows : DataFrame
        Of ``priors``, with heading and label.

    Returns
    -------
    DataFrame
        mark, heading, label, prior_id, unit, kind, place (0 at the least probable value drawn,
        1 at the greatest), density (greatest of each: 1); on the first point of each outline
        p05, p50, p95 and their places.
    """
    found = []
    for row in rows.itertuples():
        values = distributions.inverse(table.distribution(row), PLACES)
        middles, widths = (values[1:] + values[:-1]) / 2, np.diff(values)
        density = np.diff(PLACES) / widths
        low, width = values[0], values[-1] - values[0]
        percentiles = {name: getattr(row, name) for name in PERCENTILES}
        percentiles |= {f"{name}_place": (p - low) / width for name, p in percentiles.items()}
        about = {"mark": OUTLINE, "heading": row.heading, "label": row.label,
                 "prior_id": row.prior_id, "unit": row.unit, "kind": row.kind}  # fmt: skip
        places, heights = (middles - low) / width, density / density.max()
        points = pd.DataFrame({"place": places, "density": heights})
        points.loc[0, list(percentiles)] = list(percentiles.values())
        found.append(points.assign(**about))
    return pd.concat(found, ignore_index=True)


def _row_label(subject, parts):
    """Name of a row by family, operator or level; of an unknown PUE its year alone."""
    if parts[0] != "PUE":
        return parts[-1]
    operator = "not known" if subject == table.PUE["prior"] else parts[1]
    return f"{operator}, {parts[-1]}"


def _words(name):
    return WORDS.get(name, name.replace("_", " "))


def _ranges(rows, part, groups):
    """One row a range; those of one group follow each other by median."""
    key = rows["prior_id"].str.split("/").str[part]
    rows = rows.assign(mark=RANGE, heading=key.map(groups), order=key.map(list(groups).index))
    rows = rows.sort_values(["order", "p50", "prior_id"], kind="stable")
    rows["label"] = rows["prior_id"].str.split("/").map(
        lambda parts: "/".join(parts[1:] if part == 0 else parts[1:-1])
    )  # fmt: skip
    columns = ["mark", "heading", "label", "prior_id", "unit", "kind", *PERCENTILES]
    return rows[columns]
