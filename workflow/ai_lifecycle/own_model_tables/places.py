"""Intensity of the electricity of one place by every method, as the ledger finds it."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, units
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import annual_grid, grid_basis
from ai_lifecycle.own_model_tables.case import GIVEN

WORLD, WORLD_PRODUCER = "World", "ember"
METHOD_OF_AVERAGE = "location_lifecycle"
NOT_SAID = "the file names no region and no such intensity"
GASES = {"operating_margin": "CO2"}


def basis(key, place, reference):
    """Table of intensities of a case, as ``grid_basis.table`` makes it for the ledger.

    Parameters
    ----------
    key : str
        Name of the case.
    place : Place
    reference : Reference

    Returns
    -------
    DataFrame
        ``grid_basis.COLUMNS``: what the series give for the area; what is given instead of it;
        without either the world's average with the spread over countries.
    """
    rows = {row["accounting_method"]: row for row in _of_area(key, place, reference)}
    if place.area is None:
        rows[METHOD_OF_AVERAGE] |= _world(place, reference)
    for method, ends in place.given.items():
        rows[method] |= {
            **_ends(ends),
            "evidence": "disclosed",
            "area": None,
            "basis": "as given",
            "source_key": GIVEN,
            "intensity_year": None,
            "year_gap_years": None,
            "gas_basis": GASES.get(method, "CO2e"),
            "reason": None,
        }
    frame = pd.DataFrame(list(rows.values()), columns=grid_basis.COLUMNS)
    for name in ("training_year", "intensity_year", "year_gap_years"):
        frame[name] = frame[name].astype("Int64")
    for name in stages.BOUNDS:
        frame[f"{name}_kg_per_kwh"] = frame[f"{name}_kg_per_kwh"].astype(float)
    return frame


def _ends(kilograms):
    pairs = zip(stages.BOUNDS, kilograms, strict=True)
    return {f"{name}_kg_per_kwh": value for name, value in pairs}


def training_year(day, reference):
    """Year of training of a model published on a day, as the ledger has it."""
    row = pd.DataFrame(
        {"model_id": [""], "organisation": [None], "country": [None], "publication_date": [day]}
    )
    stated = pd.DataFrame({"model_id": [], "place": []})
    found = grid_basis.places_of(row, stated, {}, reference.countries, {})
    return float(found["training_year"].iloc[0])


def _of_area(key, place, reference):
    """As the ledger: of a zone stated, or of a country in which the zone is not known."""
    countries = reference.countries
    inside = place.area is not None and "-" in place.area
    nation = None if place.area is None else place.area.split("-")[0]
    rows = countries[countries["average_area"] == nation] if nation else countries.iloc[:0]
    showing = len(rows) > 0 and rows["zones_show_siting"].iloc[0] == "yes"
    margins = tuple(rows["operating_margin_area"].dropna())
    within = place.area is not None and showing and not inside
    row = {
        "model_id": key,
        "place": place.words,
        "areas": () if place.area is None else (place.area,),
        "margin_areas": margins,
        # A large country does not say which of its grids; a zone or a small country does.
        "evidence": "prior" if within else "derived",
        "training_year": place.year,
        "siting": within,
        "reason": None if place.area is not None else NOT_SAID,
    }
    found = grid_basis.table(
        pd.DataFrame([row]),
        reference.tables["annual"],
        reference.hourly,
        _NO_CONTRACTS,
        countries,
        constants.value("lifecycle.grid_year_gap_limit", reference.constants_path, unit="year"),
    )
    return found.astype(object).where(found.notna(), None).to_dict("records")


_NO_CONTRACTS = pd.DataFrame(
    {"kg_per_kwh": [], "evidence": [], "source_key": []},
    index=pd.MultiIndex.from_arrays([[], []], names=["model_id", "accounting_method"]),
)


def _world(place, reference):
    """The world's average, with the spread over countries as ends."""
    annual = reference.tables["annual"]
    average = annual[annual["measure"] == "average"]
    world = average[(average["producer"] == WORLD_PRODUCER) & (average["area"] == WORLD)]
    gaps = (world["year"] - place.year).abs().to_numpy(float)
    nearest = world.iloc[int(np.argmin(gaps))]
    listed = average[(average["producer"] == "electricity_maps")]
    nations = listed[~listed["area"].str.contains("-") & (listed["year"] == nearest["year"])]
    low, high = nations["intensity_g_per_kwh"].quantile(list(annual_grid.ENDS))
    value = float(nearest["intensity_g_per_kwh"])
    grams = np.array([min(low, value), value, max(high, value)])
    return {
        **_ends(grams / units.GRAMS_PER_KILOGRAM),
        "evidence": "prior",
        "area": WORLD,
        "basis": "world average, life-cycle, of generation; ends: 5 and 95 % of countries",
        "source_key": "ember_yearly;electricity_maps_yearly",
        "intensity_year": int(nearest["year"]),
        "year_gap_years": int(abs(nearest["year"] - place.year)),
        "gas_basis": "CO2e",
        "reason": None,
    }
