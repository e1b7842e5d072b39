"""The ledger of a thousand models by every accounting method, in one process; limit one second."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import (
    empty_cells,
    grid_basis,
    ledger_table,
    model_totals,
)

MODELS = 1000
YEARS = range(2021, 2026)
AREAS = 350


@pytest.fixture(scope="module")
def inputs():
    """Made-up tables of the size and shape of the real ones."""
    random = np.random.Generator(np.random.Philox(7))
    names = pd.Index([f"model-{i}" for i in range(MODELS)], name="model_id")
    countries = pd.DataFrame(
        {
            "average_area": [f"A{i}" for i in range(46)],
            "zones_show_siting": ["yes", *["no"] * 45],
            "operating_margin_area": [f"M{i}" for i in range(46)],
        },
        index=pd.Index([f"Country {i}" for i in range(46)], name="country"),
    )
    annual = pd.DataFrame(
        [("electricity_maps", area, year, "average", 100.0 + i)
         for i, area in enumerate([*(f"A{i}" for i in range(AREAS)), "A0-N", "A0-S"])
         for year in YEARS]
        + [("unfccc_ifi", f"M{i}", 2021, "operating_margin", 400.0) for i in range(233)],
        columns=["producer", "area", "year", "measure", "intensity_g_per_kwh"],
    )  # fmt: skip
    models = pd.DataFrame(
        {
            "name": names,
            "organisation": "O",
            "country": [f"Country {i % 46}" for i in range(MODELS)],
            "publication_date": pd.Timestamp("2023-06-01"),
            "domain": "Language",
            "catalogue": "epoch",
            "confidence": "likely",
            "accelerator": [f"X{i % 60}" for i in range(MODELS)],
        },
        index=names,
    )
    training = pd.DataFrame(
        {
            "route": "hours x power",
            "functional_unit": "training run",
            "part_of": None,
            "energy_rests_on": None,
            "experimentation_source_key": "d",
            "accelerator": models["accelerator"],
            "accelerator_hours_origin": "disclosed",
            "experimentation_origin": "prior",
            "source_key": "a;b",
            "training_factors_disclosed": 1,
            "training_factors_derived": 1,
            "training_factors_prior": 2,
        },
        index=names,
    )
    energy = np.sort(random.uniform(1, 1e4, (MODELS, 3)), axis=1)
    training[ledger_table.TRAINING_ENERGY] = energy
    training[ledger_table.TRAINING_HOURS] = energy * 1e3
    training[ledger_table.MULTIPLIER] = [1.2, 2.0, 3.5]
    requests = pd.DataFrame(index=names)
    requests[ledger_table.REQUEST_ENERGY] = energy * 1e-7
    requests[ledger_table.REQUEST_HOURS] = energy * 1e-7
    per_hour = pd.DataFrame(
        [(f"X{i}", stage) for i in range(60) for stage in ("accelerator", "host", "end_of_life")],
        columns=["accelerator", "stage"],
    )
    for bound, grams in zip(stages.BOUNDS, (5.0, 10.0, 20.0), strict=True):
        per_hour[f"{bound}_g_per_reserved_hour"] = grams
    per_hour[["source_key", "status"]] = ["c", "derived"]
    carbon = pd.DataFrame({"model_id": names[:5], "account": "own"})
    carbon[["scope", "comparison_group"]] = "run"
    carbon[[*model_totals.DISCLOSED_COLUMNS, *model_totals.READING_ERROR]] = 1.0
    return models, training, requests, per_hour, annual, countries, carbon


@pytest.mark.benchmark(group="ledger of 1,000 models, five methods (limit: 1 s)")
def test_ledger(benchmark, inputs):
    models, training, requests, per_hour, annual, countries, carbon = inputs
    places = pd.DataFrame(columns=["model_id", "place", "area", "training_year"])
    contracts = pd.DataFrame(
        columns=["model_id", "accounting_method", "kg_per_kwh", "evidence", "source_key"]
    ).set_index(["model_id", "accounting_method"])
    hourly_means = pd.DataFrame(
        {"area": ["A1"], "year": [2022], "direct": [300.0], "lifecycle": [400.0]}
    )
    service = {"requests": (1e8, 2e8, 4e8), "requests_per_day": 1e6, "accelerator": "X1",
               "words": "w", "source_key": "d"}  # fmt: skip
    unserved = pd.DataFrame(columns=["model_id", "name", "reason"])

    def run():
        placed = grid_basis.places_of(models.reset_index(), places, {}, countries, {})
        basis = grid_basis.table(placed, annual, hourly_means, contracts, countries, 4.0)
        hourly = ledger_table.hourly_by_accelerator(per_hour)
        arrays = ledger_table.cells(models, training, requests, hourly, basis, service)
        known = empty_cells.Known(models, training, requests, unserved, hourly, basis, service)
        sources = known.sources()
        ledger = ledger_table.long(arrays, models.index, known.reasons(arrays), sources)
        return ledger, model_totals.table(models, training, arrays, carbon, service, sources)

    ledger, totals = benchmark(run)
    assert len(ledger) == MODELS * 9
    assert len(totals) == MODELS * 2


@pytest.mark.benchmark(group="kernels alone: cells of 1,000 models")
def test_cells(benchmark, inputs):
    training = inputs[1]
    intensity = np.full((MODELS, 3, 5, 3), 0.4)
    energy = training[ledger_table.TRAINING_ENERGY].to_numpy()
    factor = training[ledger_table.MULTIPLIER].to_numpy()

    def run():
        amount = stages.by_phase(energy, factor, energy)
        operation = stages.operational_tco2e(amount, intensity)
        carried = stages.hourly_tco2e(amount, amount)
        cells = stages.emissions_tco2e(operation, carried, carried)
        return stages.total_tco2e(cells, stages.PHASES)

    assert benchmark(run).shape == (MODELS, 5, 3)
