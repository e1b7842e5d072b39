"""Intensity of each model's electricity by every accounting method, or why there is none."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts, units
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle.stages import METHODS
from ai_lifecycle.lifecycle_tables import annual_grid

# A run published in the first months of a year was trained in the year before.
FIRST_MONTH_OF_OWN_YEAR = 4
MULTINATIONAL = "Multinational"
NO_REGION = (
    "the document names a cloud without its region; the country of the developer is no ground"
)
COLUMNS = [
    "model_id",
    "accounting_method",
    "low_kg_per_kwh",
    "value_kg_per_kwh",
    "high_kg_per_kwh",
    "evidence",
    "place",
    "area",
    "training_year",
    "intensity_year",
    "year_gap_years",
    "gas_basis",
    "basis",
    "source_key",
    "reason",
]


def read_countries(path, annual, *, references):
    """Areas of each country in the two series, checked against them.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a country that stands twice, an area that its series
        does not have.
    """
    countries = facts.read(path, "country_grid_areas", references=references)
    yearly = annual[(annual["producer"] == "electricity_maps") & (annual["measure"] == "average")]
    margin = annual[annual["measure"] == "operating_margin"]
    for position, row in enumerate(countries.itertuples(index=False), start=2):
        for column, series in (("average_area", yearly), ("operating_margin_area", margin)):
            area = getattr(row, column)
            if pd.notna(area) and area not in set(series["area"]):
                raise DataError(
                    "the series has no such area",
                    file=path,
                    row=position,
                    column=column,
                    found=area,
                    allowed=set(series["area"]),
                )
    twice = countries["country"].duplicated()
    if twice.any():
        raise DataError(
            "country stands twice",
            file=path,
            row=int(np.flatnonzero(twice)[0]) + 2,
            column="country",
            found=countries.loc[twice, "country"].iloc[0],
        )
    return countries.set_index("country")


def read_leads(path, countries, *, references):
    """Country in which an organisation is presumed to train, where several or none are listed.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a country that ``country_grid_areas`` does not list.
    """
    leads = facts.read(path, "organisation_countries", references=references)
    for position, country in enumerate(leads["country"], start=2):
        _require_country(country, countries.index, file=path, row=position)
    return leads.set_index("organisation")["country"].to_dict()


def read_clouds(path, models, stated, annual, *, references):
    """Clouds and places that documents name for models outside ``training_places``.

    Parameters
    ----------
    path : path
        ``training_clouds.csv``.
    models, stated : collection of str
        Models of the catalogue, and those of ``training_places``.
    annual : DataFrame
        ``annual_intensity``.
    references : path
        Bibliography.

    Returns
    -------
    dict of str to dict
        stated and area (None where no one region is named) by model_id.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a model that is unknown, stands twice or has a stated
        place already; an area without a series.
    """
    clouds = facts.read(path, "training_clouds", references=references)
    areas = set(annual.loc[annual["producer"] == "electricity_maps", "area"])
    seen = set(stated)
    for position, row in enumerate(clouds.itertuples(index=False), start=2):
        where = {"file": path, "row": position}
        if row.model_id not in models:
            raise DataError("no such model", column="model_id", found=row.model_id,
                            allowed=set(models), **where)  # fmt: skip
        if row.model_id in seen:
            raise DataError("place of the model is given already", column="model_id",
                            found=row.model_id, **where)  # fmt: skip
        if pd.notna(row.area) and row.area not in areas:
            raise DataError("the series has no such area", column="area", found=row.area,
                            allowed=areas, **where)  # fmt: skip
        seen.add(row.model_id)
    known = clouds.set_index("model_id")[["stated", "area"]].astype(object)
    return known.where(known.notna(), None).to_dict("index")


def places_of(models, places, clouds, countries, leads):
    """Where and when each model was trained: stated, presumed from the organisation, or unknown.

    The organisation's country is presumed only where no document names another's cloud.

    Parameters
    ----------
    models : DataFrame
        ``models``: model_id, organisation, country, publication_date.
    places : DataFrame
        ``training_places``.
    clouds : dict of str to dict
        From `read_clouds`.
    countries : DataFrame
        From `read_countries`.
    leads : dict of str to str
        From `read_leads`.

    Returns
    -------
    DataFrame
        model_id, place, areas (the presumed one first) and margin_areas (tuples), evidence,
        training_year, reason, siting (whether the zones of the first country show where a centre
        may stand; None for a stated place).

    Raises
    ------
    DataError
        A country that ``country_grid_areas`` does not list.
    """
    stated = clouds | places.set_index("model_id").to_dict("index")
    known = countries.to_dict("index")
    columns = ["model_id", "organisation", "country", "publication_date"]
    rows = models[columns].itertuples(index=False)
    return pd.DataFrame([_place(row, stated, known, leads) for row in rows])


def _place(row, stated, countries, leads):
    found = {
        "model_id": row.model_id,
        "place": None,
        "areas": (),
        "margin_areas": (),
        "evidence": "prior",
        "training_year": _training_year(row.publication_date),
        "siting": None,
        "reason": None,
    }
    if row.model_id in stated:
        known = stated[row.model_id]
        if known["area"] is None:
            return found | {"place": known["stated"], "reason": NO_REGION}
        nation = str(known["area"]).split("-")[0]
        margins = [c["operating_margin_area"] for c in countries.values()
                   if c["average_area"] == nation]  # fmt: skip
        return found | {
            "place": known.get("place", known.get("stated")),
            "areas": (known["area"],),
            "margin_areas": tuple(area for area in margins if pd.notna(area)),
            "evidence": "derived",
            "training_year": float(known.get("training_year", found["training_year"])),
        }
    names = _presumed(row, leads)
    if not names:
        why = "has no country" if pd.isna(row.country) else "is multinational"
        return found | {"reason": f"no place of training; the organisation {why}"}
    for name in names:
        _require_country(
            name, countries, file="data/facts/country_grid_areas.csv", key=row.model_id
        )
    chosen = [countries[name] for name in names]
    margins = [country["operating_margin_area"] for country in chosen]
    return found | {
        "place": "presumed: " + ", or ".join(names),
        "areas": tuple(country["average_area"] for country in chosen),
        "margin_areas": tuple(area for area in margins if pd.notna(area)),
        "siting": chosen[0]["zones_show_siting"] == "yes",
    }


def _presumed(row, leads):
    """Countries in which the run may have been, the likeliest first."""
    listed = [] if pd.isna(row.country) else row.country.split(";")
    listed = [name for name in dict.fromkeys(listed) if name != MULTINATIONAL]
    first = "" if pd.isna(row.organisation) else row.organisation.split(",")[0].strip()
    if first in leads:
        listed = [leads[first], *(name for name in listed if name != leads[first])]
    return listed


def _require_country(name, countries, **where):
    if name not in countries:
        raise DataError(
            "country is not in country_grid_areas",
            column="country",
            found=name,
            allowed=set(countries),
            **where,
        )


def _training_year(date):
    if pd.isna(date):
        return np.nan
    stamp = pd.Timestamp(date)
    return float(stamp.year - (stamp.month < FIRST_MONTH_OF_OWN_YEAR))


def table(places, annual, hourly, contracts, countries, gap_limit_years):
    """Every model by every method: intensity with its range, or the reason there is none.

    Parameters
    ----------
    places : DataFrame
        From `places_of`.
    annual : DataFrame
        ``annual_intensity``.
    hourly : DataFrame
        From `annual_grid.hourly_means`.
    contracts : DataFrame
        From `contracts_of`.
    countries : DataFrame
        From `read_countries`.
    gap_limit_years : float
        How far the year of an intensity may lie from the year of training. [year]

    Returns
    -------
    DataFrame
        `COLUMNS`, by model and method.
    """
    showing = countries.loc[countries["zones_show_siting"] == "yes", "average_area"]
    series = annual_grid.series(annual, hourly)
    average = series["location_lifecycle"]
    drift = annual_grid.drift(average)
    siting = annual_grid.siting(average, showing)
    rows = []
    for place in places.to_dict("records"):
        for method in METHODS:
            found = (
                _contract(place, method, contracts)
                if method in ("market", "hourly_matched")
                else _grid(place, method, series[method], drift, siting, gap_limit_years)
            )
            rows.append({"model_id": place["model_id"], "accounting_method": method, **found})
    frame = pd.DataFrame(rows).reindex(columns=COLUMNS)
    for name in ("training_year", "intensity_year", "year_gap_years"):
        frame[name] = frame[name].astype("Int64")
    return frame.sort_values(["model_id", "accounting_method"], kind="stable").reset_index(
        drop=True
    )


def _grid(place, method, series, drift, siting, gap_limit_years):
    where = {"place": place["place"], "training_year": place["training_year"]}
    if pd.notna(place["reason"]):
        return {**where, "reason": place["reason"]}
    if pd.isna(place["training_year"]):
        return {**where, "reason": "no date"}
    areas = place["margin_areas" if method == "operating_margin" else "areas"]
    found = [series.nearest(area, place["training_year"]) for area in areas]
    if not areas or any(near is None for near in found):
        return {**where, "reason": f"{series.name} has no series for the place"}
    year = found[0].year
    gap = abs(year - place["training_year"])
    if gap > gap_limit_years:
        reason = f"the nearest year of {series.name} is {gap:.0f} years from that of the training"
        return {**where, "reason": reason}
    values = np.array([near.grams for near in found])
    value, low, high = values[0], values.min(), values.max()
    if place["evidence"] == "prior":
        spread = series.spread(areas[0], year) if place["siting"] else None
        least, most = spread or (value * end for end in siting)
        low, high = min(low, least), max(high, most)
    low, high = low * drift[int(gap)][0], high * drift[int(gap)][1]
    kilograms = np.array([min(low, value), value, max(high, value)]) / units.GRAMS_PER_KILOGRAM
    return {
        **where,
        "low_kg_per_kwh": kilograms[0],
        "value_kg_per_kwh": kilograms[1],
        "high_kg_per_kwh": kilograms[2],
        "evidence": place["evidence"],
        "area": ", ".join(dict.fromkeys(areas)),
        "intensity_year": year,
        "year_gap_years": gap,
        "gas_basis": series.gas,
        "basis": series.basis,
        "source_key": series.source_key,
    }


def contracts_of(training_carbon, contracts):
    """Intensity after contracts, of the accounts that disclose emissions after them.

    Parameters
    ----------
    training_carbon : DataFrame
        ``training_carbon``.
    contracts : DataFrame
        ``training_contracts``: which kind of matching each disclosure uses.

    Returns
    -------
    DataFrame
        model_id, accounting_method, kg_per_kwh, evidence, source_key.

    Raises
    ------
    DataError
        A disclosure after contracts whose kind is not stated.
    """
    own = training_carbon[training_carbon["account"] == "own"]
    own = own[own["disclosed_market_tco2e"].notna()]
    joined = own.merge(
        contracts[["model_id", "scope", "accounting_method", "source_key"]],
        on=["model_id", "scope"],
        how="left",
        suffixes=("_account", ""),
        validate="one_to_one",
    )
    without = joined[joined["accounting_method"].isna()]
    if len(without):
        raise DataError(
            "emissions after contracts without a kind of matching",
            file="data/facts/training_contracts.csv",
            key=without["model_id"].iloc[0],
            column="accounting_method",
            allowed=("market", "hourly_matched"),
        )
    energy = joined["operational_energy_mwh"]
    zero = joined["disclosed_market_tco2e"] == 0
    scale = units.KILOGRAMS_PER_TONNE / units.KILOWATT_HOURS_PER_MEGAWATT_HOUR
    intensity = joined["disclosed_market_tco2e"] / energy.where(energy > 0) * scale
    joined["kg_per_kwh"] = intensity.where(~zero, 0.0)
    joined["evidence"] = np.where(zero, "disclosed", "derived")
    known = joined[joined["kg_per_kwh"].notna()]
    return known[
        ["model_id", "accounting_method", "kg_per_kwh", "evidence", "source_key"]
    ].set_index(["model_id", "accounting_method"])


def _contract(place, method, contracts):
    where = {"place": place["place"], "training_year": place["training_year"]}
    key = (place["model_id"], method)
    if key not in contracts.index:
        return {**where, "reason": "the developer discloses no such figure"}
    row = contracts.loc[key]
    return {
        **where,
        "low_kg_per_kwh": row["kg_per_kwh"],
        "value_kg_per_kwh": row["kg_per_kwh"],
        "high_kg_per_kwh": row["kg_per_kwh"],
        "evidence": row["evidence"],
        "area": place["areas"][0] if place["areas"] else None,
        "gas_basis": "CO2e",
        "basis": "disclosed emissions over operational energy",
        "source_key": row["source_key"],
    }
