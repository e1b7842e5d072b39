"""Energy of one request of the declared service, for every model that can serve it."""

import numpy as np
import pandas as pd

from ai_lifecycle.errors import DataError
from ai_lifecycle.inference import request as request_energy
from ai_lifecycle.inference import service, token_energy
from ai_lifecycle.inference_tables import design, service_assumptions

SUFFIXES = ("_low", "", "_high")
LANGUAGE = "Language"
OWN, BY_SIZE = "own architecture", "size"
DENSE, KNOWN_EXPERTS, BOUNDED_EXPERTS = "dense", "own experts", "bounds"
# Rows of the catalogue that are no model which could serve.
NOT_A_MODEL_UNITS = {"family of runs", "architecture search", "part of a run"}
MEDIA = {"Image generation", "Video"}
# Why a model has no request, in the order in which they are asked.
NOT_A_MODEL = "not one finished model"
NO_DOMAIN = "neither domain nor kind is stated"
MAKES_MEDIA = "image or video: steps and pixels of a request are not known"
OTHER_UNIT = "another functional unit: domain has no language"
NO_TEXT_TASK = "another functional unit: does not write text, or no such task is stated"
NO_PARAMETERS = "parameters are not known"
NO_ACTIVE = "active parameters are not known"
DENSE_ORIGIN = "equal to total"
DECLARED_FILE = "data/inference_request_models.csv"


def served(models, declared, text_tasks):
    """Models that a text request can be put to, and why the others are left out.

    Parameters
    ----------
    models : DataFrame
        Table ``models``: model_id, name, domain, task, functional_unit, parameters,
        active_parameters and their origin.
    declared : DataFrame
        Table ``inference_request_models``: whether a model writes text, where stated.
    text_tasks : sequence of str
        Tasks whose answer is text to a prompt of text.

    Returns
    -------
    kept : DataFrame
        Rows of `models`, those with a request; a dense model has all parameters active.
    excluded : DataFrame
        model_id, name, reason.

    Raises
    ------
    DataError
        If a model is declared that the catalogue does not have, or twice.
    """
    said = _said(models, declared)
    domain, task = _words(models["domain"]), _words(models["task"])
    stated = np.array([bool(words) for words in domain])
    language = np.array([LANGUAGE in words for words in domain])
    media = np.array([bool(words & MEDIA) for words in domain])
    writes = np.array([bool(words & set(text_tasks)) for words in task])
    # What is declared of a model stands above what its domain and tasks suggest.
    open_question = np.array([value is None for value in said])
    reason = np.select(
        [
            models["functional_unit"].isin(NOT_A_MODEL_UNITS).to_numpy(),
            np.array([value is False for value in said]),
            open_question & ~stated,
            open_question & ~language & media,
            open_question & ~language,
            open_question & ~writes,
            models["parameters"].isna().to_numpy(),
            models["active_parameters"].isna().to_numpy(),
        ],
        [
            NOT_A_MODEL, NO_TEXT_TASK, NO_DOMAIN, MAKES_MEDIA, OTHER_UNIT, NO_TEXT_TASK,
            NO_PARAMETERS, NO_ACTIVE,
        ],
        default="",
    )  # fmt: skip
    excluded = models.loc[reason != "", ["model_id", "name"]].assign(reason=reason[reason != ""])
    kept = models[reason == ""].reset_index(drop=True)
    dense = kept["active_parameters_origin"] == DENSE_ORIGIN
    kept["active_parameters"] = kept["active_parameters"].where(~dense, kept["parameters"])
    return kept, excluded.reset_index(drop=True)


def _said(models, declared):
    """Whether each model is declared to write text: True, False or None."""
    unknown = sorted(set(declared["model_id"]) - set(models["model_id"]))
    if unknown:
        raise DataError("no such model", file=DECLARED_FILE, column="model_id", found=unknown[0],
                        allowed=models["model_id"])  # fmt: skip
    twice = declared.loc[declared["model_id"].duplicated(), "model_id"]
    if len(twice):
        raise DataError("model stands twice", file=DECLARED_FILE, column="model_id",
                        found=twice.iloc[0])  # fmt: skip
    said = dict(zip(declared["model_id"], declared["writes_text"], strict=True))
    found = [said.get(model_id) for model_id in models["model_id"]]
    return [None if pd.isna(value) else bool(value) for value in found]


def _words(column):
    """Words of each cell, as the catalogue joins them."""
    return [set() if pd.isna(cell) else set(cell.split(";")) for cell in column]


def table(models, declared, shapes, assumptions, request, released, sigma_log):
    """Table ``inference_requests``: energy and accelerator-hours of a request, model by model.

    Parameters
    ----------
    models : DataFrame
        From `served`; parameters and active_parameters as counts.
    declared : DataFrame
        Table ``inference_request_models``: the architecture of a model, where known.
    shapes : DataFrame
        From ``design.architectures``.
    assumptions : DataFrame
        Table ``inference_service``.
    request : mapping
        prompt_tokens, output_tokens, accelerator, precision.
    released : date
        Release of the accelerator.
    sigma_log : float
        Error of the fit with a vendor left out. [1]

    Returns
    -------
    DataFrame
        One row per model, sorted by model_id.
    """
    models = models.sort_values("model_id", kind="stable").reset_index(drop=True)
    shape = _own_shapes(models, declared, shapes)
    found = energies(models, shape, service_assumptions.corners(assumptions), request)
    limits = assumptions.set_index("parameter")[service_assumptions.VALUE]
    total = models["parameters"].to_numpy(float) / token_energy.GIGA
    active = models["active_parameters"].to_numpy(float) / token_energy.GIGA
    outside = np.maximum(
        *(
            service.extrapolation_factor(
                value, limits[f"least_{name}_parameters_fitted"],
                limits[f"most_{name}_parameters_fitted"],
            )
            for name, value in (("total", total), ("active", active))
        )
    )  # fmt: skip
    columns = {
        f"{quantity}{suffix}{unit}": values[i]
        for (quantity, unit), values in found.items()
        for i, suffix in enumerate(SUFFIXES)
    }
    return models[["model_id", "name", "publication_date"]].assign(
        total_parameters_billion=total,
        active_parameters_billion=active,
        active_parameters_origin=models["active_parameters_origin"],
        experts_basis=np.where(
            active == total, DENSE, np.where(shape["experts"] > 0, KNOWN_EXPERTS, BOUNDED_EXPERTS)
        ),
        cache_basis=np.where(shape["layers"].notna(), OWN, BY_SIZE),
        prompt_tokens=request["prompt_tokens"],
        output_tokens=request["output_tokens"],
        accelerator=request["accelerator"],
        precision=request["precision"],
        **columns,
        fit_sigma_log=sigma_log,
        extrapolation_factor=outside,
        outside_fitted_range=outside > 1,
        before_accelerator=pd.to_datetime(models["publication_date"]) < pd.Timestamp(released),
    )


def _own_shapes(models, declared, shapes):
    """Shape of each model, empty where it is not known."""
    known = declared.dropna(subset=["shape_of"]).set_index("model_id")["shape_of"]
    unknown = sorted(set(known) - set(shapes.index))
    if unknown:
        raise DataError("no such architecture", file=DECLARED_FILE, column="shape_of",
                        found=unknown[0], allowed=shapes.index)  # fmt: skip
    return shapes.reindex(models["model_id"].map(known)).reset_index(drop=True)


def energies(models, shape, inputs, request):
    """Energy and hours of a request, corner by corner.

    Parameters
    ----------
    models : DataFrame
        parameters, active_parameters as counts.
    shape : DataFrame
        Shape of each, as ``design.architectures``; empty where not known.
    inputs : mapping of str to ndarray, shape (corner, 1)
        From ``service_assumptions.corners``.
    request : mapping
        prompt_tokens, output_tokens.

    Returns
    -------
    dict of (str, str) to ndarray, shape (corner, model)
        By quantity and unit of its column.
    """
    total = models["parameters"].to_numpy(float) / token_energy.GIGA
    active = models["active_parameters"].to_numpy(float) / token_energy.GIGA
    share = _expert_share(models, shape, active / total, inputs["expert_share_of_bound"])
    batch = inputs["batch_large_service"]
    per_token = token_energy.energy_per_token_j(
        active,
        service.weights_read_gb(batch, total, active, share, inputs["weight_bytes"]),
        batch,
        _cache(shape, active, inputs, request),
        inputs["compute_energy"], inputs["memory_energy"],
        np.where(active < total, inputs["routing_factor"], 1.0),
    )  # fmt: skip
    stages = request_energy.request_stages_kwh(
        per_token, request["output_tokens"], request["prompt_tokens"],
        inputs["fitted_prompt_tokens"], active, inputs["prompt_energy"], inputs["host_factor"],
        inputs["provisioned_idle_factor"], inputs["execution_idle_factor"], inputs["pue"],
    )  # fmt: skip
    accelerator = stages["generation"] + stages["long_prompt"]
    idle = inputs["provisioned_idle_factor"] * inputs["execution_idle_factor"]
    # Least energy at most power takes the fewest hours.
    hours = service.reserved_hours(
        accelerator, inputs["working_power"][::-1],
        service.idle_hours_factor(idle, inputs["idle_power_ratio"]),
    )  # fmt: skip
    return {
        ("accelerator_energy", "_kwh"): accelerator,
        ("facility_energy", "_kwh"): sum(stages.values()),
        ("reserved_accelerator", "_hours"): hours,
    }


def _expert_share(models, shape, bound, of_bound):
    """Share of the experts that a token uses: a model's own, else by its bounds."""
    count = shape["experts"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = shape["experts_per_token"].to_numpy(float) / count
    known = (count > 0) & (bound < 1)
    beyond = known & (own > bound * (1 + service.ROUNDING))
    if beyond.any():
        raise DataError("experts do not go with active parameters", file="models",
                        key=models["model_id"][beyond].iloc[0], found=float(own[beyond][0]),
                        allowed=f"at most {bound[beyond][0]:.4f}")  # fmt: skip
    return np.where(known, own, of_bound * bound)


def _cache(shape, active, inputs, request):
    """Cache at the mean context: a model's own, else by its size. [GB]"""
    context = request["prompt_tokens"] + request["output_tokens"] / 2
    by_size = service.cache_of_size_gb(
        context, active, inputs["cache_values_per_size"], inputs["cache_value_bytes"]
    )
    filled = shape[design.SHAPE].fillna(0.0).to_numpy(float).T
    own = token_energy.cache_gb(context, *filled[:4], inputs["cache_value_bytes"])
    return np.where(shape["layers"].notna().to_numpy(), own, by_size)
