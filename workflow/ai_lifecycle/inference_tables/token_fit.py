"""Fit of energy per token as tables: parameters with intervals, errors by vendor and variant."""

import numpy as np
import pandas as pd

from ai_lifecycle.inference import fit
from ai_lifecycle.inference_tables import design
from ai_lifecycle.ml_energy_cleaning import faults

# Published parameters carry four digits: far inside their intervals, and the last bit of another
# processor does not show.
DIGITS = 4
QUANTILES = (0.05, 0.5, 0.95)
# Order of magnitude of each parameter, where the search begins; the result does not depend on it.
START = np.log([0.1, 1.2, 0.01, 0.01, 0.01, 0.01])
EVERYONE = "all"


def rounded(values):
    """Values with the digits that are published."""
    return np.array([float(f"{value:.{DIGITS}g}") for value in np.ravel(values)]).reshape(
        np.shape(values)
    )


class TokenFit:
    """The fit over one set of rows, as functions of row numbers.

    Parameters
    ----------
    frame : DataFrame
        From ``design.rows``.
    """

    def __init__(self, frame):
        self.frame = frame
        self.observed = frame["energy_per_token_j"].to_numpy(float)
        names = ("active_gparam", "weights_gb", "batch", "cache_gb")
        self._columns = [frame[name].to_numpy(float) for name in names]
        self._columns += [frame["group"].to_numpy(int), frame["routed"].to_numpy(bool)]

    def parameters(self, rows=slice(None)):
        """Logarithms of the parameters fitted to some rows, as rounded as they are published."""
        columns = [column[rows] for column in self._columns]
        found = fit.fit_tokens(self.observed[rows], *columns, len(design.GROUPS), START)
        return np.log(rounded(np.exp(found)))

    def predicted(self, parameters, rows=slice(None)):
        """Energy per token that parameters predict. [J]"""
        return np.exp(fit.predicted_log(parameters, *[column[rows] for column in self._columns]))

    def determined(self, rows):
        """Whether rows determine every parameter."""
        group, routed = self._columns[4][rows], self._columns[5][rows]
        return len(set(group)) == len(design.GROUPS) and bool(routed.any())

    def left_out(self, column):
        """Predictions of each group by the fit to the others. [J]"""
        return fit.left_out(
            self.parameters, self.predicted, self.frame[column].to_numpy(str), len(self.frame)
        )


def parameters(model, *, replicates, seed):
    """Rows of table ``inference_parameters`` of the fit to text.

    Parameters
    ----------
    model : TokenFit
    replicates, seed : int
        Of the bootstrap over models.

    Returns
    -------
    DataFrame
    """
    clusters = model.frame["model_id"].to_numpy(str)
    drawn = np.exp(
        fit.bootstrap(model.parameters, clusters, replicates=replicates, seed=seed,
                      determined=model.determined)
    )  # fmt: skip
    interval = rounded(np.quantile(drawn, QUANTILES, axis=0))
    value = rounded(np.exp(model.parameters()))
    labels = [
        ("memory_energy", pd.NA, pd.NA, "J/GB", np.ones(len(clusters), dtype=bool)),
        ("routing_factor", pd.NA, pd.NA, "1", model.frame["routed"].to_numpy()),
    ] + [
        ("compute_energy", gpu, precision, "J/Gparam", (model.frame["group"] == i).to_numpy())
        for i, (gpu, precision) in enumerate(design.GROUPS)
    ]
    return pd.DataFrame(
        [
            {"fit": "text", "parameter": name, "gpu_model": gpu, "precision": precision,
             "value": value[i], "bootstrap_p05": interval[0, i], "bootstrap_p50": interval[1, i],
             "bootstrap_p95": interval[2, i], "unit": unit, "rows": int(used.sum()),
             "models": len(set(clusters[used]))}
            for i, (name, gpu, precision, unit, used) in enumerate(labels)
        ]
    )  # fmt: skip


def error_rows(fit_name, variant, held_out, observed, predicted, groups):
    """Errors of all rows and of each group, as rows of table ``inference_fit_errors``."""
    whole = [(EVERYONE, np.ones(len(observed), dtype=bool))]
    parts = whole + [(name, groups == name) for name in sorted(set(groups))]
    return pd.DataFrame(
        [
            {"fit": fit_name, "variant": variant, "held_out": held_out, "subject": name,
             **fit.errors(predicted[rows], observed[rows])}
            for name, rows in parts
        ]
    )  # fmt: skip


def errors(model, others):
    """Errors in sample, with a vendor and a model left out, and of a task never fitted.

    Parameters
    ----------
    model : TokenFit
        The fit that is published.
    others : TokenFit
        Rows of tasks with text prompts that the fit does not use.

    Returns
    -------
    DataFrame
    """
    vendors = model.frame["vendor"].to_numpy(str)
    found = model.parameters()
    predictions = {
        "none": model.predicted(found),
        "vendor": model.left_out("vendor"),
        "model": model.left_out("model_id"),
    }
    parts = [
        error_rows("text", "published", held_out, model.observed, predicted, vendors)
        for held_out, predicted in predictions.items()
    ]
    parts.append(
        error_rows("text", "code completion, never fitted", "task", others.observed,
                   others.predicted(found), others.frame["vendor"].to_numpy(str))
    )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def variants(rows_of, frame, prompt):
    """Errors and compute energy under other choices; vendor left out.

    Parameters
    ----------
    rows_of : callable
        Keyword arguments of ``design.rows`` that change, to rows.
    frame : DataFrame
        Rows of the published fit.
    prompt : ai_lifecycle.constants.Constant
        Prompt assumed.

    Returns
    -------
    DataFrame
        Overall rows of ``inference_fit_errors``, one per variant and hold-out.
    """
    eight = design.ARITHMETIC | {"mxfp4": "fp8"}
    chosen = {
        f"prompt of {prompt.low:g} tokens": rows_of(prompt_tokens=prompt.low),
        f"prompt of {prompt.high:g} tokens": rows_of(prompt_tokens=prompt.high),
        "MXFP4 with FP8": rows_of(arithmetic=eight),
        "without runs slower than the older GPU": frame[~faults.has(frame, faults.SLOWER)],
        "chat alone": frame[(frame["task"] == "lm-arena-chat").to_numpy()],
        "dense models alone": frame[~frame["routed"].to_numpy()],
    }
    parts = []
    for name, rows in chosen.items():
        model = TokenFit(rows.reset_index(drop=True))
        everyone = np.full(len(model.observed), EVERYONE)
        inside = model.predicted(model.parameters())
        for held_out, predicted in (("none", inside), ("vendor", model.left_out("vendor"))):
            parts.append(
                error_rows("text", name, held_out, model.observed, predicted, everyone).head(1)
            )
    return pd.concat(parts, ignore_index=True)
