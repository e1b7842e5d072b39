"""Fits of images and videos as tables: exponents with intervals, errors by what is left out."""

import numpy as np
import pandas as pd

from ai_lifecycle.inference import diffusion, fit
from ai_lifecycle.inference_tables.token_fit import QUANTILES, error_rows, rounded

PROPORTIONAL = "energy proportional to steps"
FREE = "free exponent of steps"
UNITS = {"constant": "ln J"}


def columns(frame, kind):
    """Columns of the fit, and what they are called."""
    parameters, gpus = frame["active_parameters_billion"], frame["gpus"]
    if kind == "image":
        return diffusion.image_columns(parameters, frame["batch"], gpus), diffusion.IMAGE_TERMS
    pixels = frame["height_pixels"] * frame["width_pixels"] * frame["frames"]
    return diffusion.video_columns(parameters, pixels, gpus), diffusion.VIDEO_TERMS


def tables(frame, kind, *, replicates, seed):
    """Rows of ``inference_parameters`` and ``inference_fit_errors`` of one kind.

    Parameters
    ----------
    frame : DataFrame
        Rows of table ``ml_energy_diffusion`` of one task.
    kind : str
        ``image`` or ``video``.
    replicates, seed : int
        Of the bootstrap over models.

    Returns
    -------
    parameters, errors : DataFrame
    """
    design, terms = columns(frame, kind)
    energy, steps = frame["energy_per_item_j"].to_numpy(float), frame["steps"].to_numpy(float)
    models = frame["model_id"].to_numpy(str)

    def fitted(rows):
        return rounded(fit.fit_linear(np.log(energy[rows] / steps[rows]), design[rows]))

    def predicted(coefficients, rows):
        return diffusion.item_energy_j(coefficients, design[rows], steps[rows])

    everything = np.arange(len(energy))
    value = fitted(everything)
    drawn = fit.bootstrap(fitted, models, replicates=replicates, seed=seed,
                          determined=lambda rows: _determined(design[rows]))  # fmt: skip
    interval = rounded(np.quantile(drawn, QUANTILES, axis=0))
    parameters = pd.DataFrame(
        [
            {"fit": kind, "parameter": name, "gpu_model": pd.NA, "precision": pd.NA,
             "value": rounded(value)[i], "bootstrap_p05": interval[0, i],
             "bootstrap_p50": interval[1, i], "bootstrap_p95": interval[2, i],
             "unit": UNITS.get(name, "1"), "rows": len(energy), "models": len(set(models))}
            for i, name in enumerate(terms)
        ]
    )  # fmt: skip
    errors = [
        error_rows(kind, PROPORTIONAL, "none", energy, predicted(value, everything), models),
        error_rows(kind, PROPORTIONAL, "model", energy,
                   fit.left_out(fitted, predicted, models, len(energy)), models),
    ]  # fmt: skip
    if len(set(steps)) > 1:
        errors.append(_free(energy, steps, design, models, kind))
    return parameters, pd.concat(errors, ignore_index=True)


def _determined(design):
    """Whether rows span all terms: at least as many settings of the model's own as terms."""
    try:
        fit.fit_linear(np.zeros(len(design)), design)
    except ValueError:
        return False
    return True


def _free(energy, steps, design, models, kind):
    """Errors with a free exponent of steps: better inside the sample, worse outside."""
    wider = np.concatenate([design, np.log(steps)[:, None]], axis=1)

    def fitted(rows):
        return rounded(fit.fit_linear(np.log(energy[rows]), wider[rows]))

    def predicted(coefficients, rows):
        return diffusion.item_energy_j(coefficients, wider[rows], 1.0)

    everything = np.arange(len(energy))
    parts = [
        error_rows(kind, FREE, "none", energy, predicted(fitted(everything), everything), models),
        error_rows(kind, FREE, "model", energy,
                   fit.left_out(fitted, predicted, models, len(energy)), models),
    ]  # fmt: skip
    return pd.concat([part.head(1) for part in parts], ignore_index=True)
