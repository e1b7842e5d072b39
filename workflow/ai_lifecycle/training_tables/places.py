"""Annual intensity of the grid of each stated place of training, and how it is known."""

import pandas as pd

from ai_lifecycle import facts, tables, units
from ai_lifecycle.errors import DataError

STATUS_ORDER = ("primary", "secondary", "digitised", "derived", "judgement")
COLUMNS = [
    "training_year",
    "grid_intensity_kg_per_kwh",
    "grid_intensity_producer",
    "grid_intensity_area",
    "grid_intensity_year",
    "grid_year_gap_years",
    "grid_intensity_basis",
    "grid_intensity_source_key",
    "grid_intensity_status",
]


def read(places, basis, annual, catalogue, *, references):
    """Places, bases and annual averages, checked against each other.

    Parameters
    ----------
    places, basis, annual : path
        ``training_places.csv``, ``annual_intensity_basis.csv`` and the clean
        ``annual_intensity.csv``.
    catalogue : DataFrame
        Models, from `disclosures.read`.
    references : path
        Bibliography.

    Returns
    -------
    places, basis, annual : DataFrame
        The last with averages only.

    Raises
    ------
    DataError
        Besides the faults of `facts.read`: a model that is unknown or stands twice, a place
        that is not what the model's row states, a producer without a basis, an area that the
        producer does not have.
    """
    chosen = facts.read(places, "training_places", references=references)
    known_basis = facts.read(basis, "annual_intensity_basis", references=references)
    averages = tables.read_csv(annual, "annual_intensity")
    averages = averages[averages["measure"] == "average"]
    areas = averages.groupby("producer", sort=True)["area"].agg(set).to_dict()
    stated = catalogue.set_index("model_id")["location"]
    seen = set()
    for position, row in enumerate(chosen.itertuples(index=False), start=2):
        where = {"file": places, "row": position}
        if row.model_id not in stated.index:
            raise DataError(
                "model is not in training_models",
                column="model_id",
                found=row.model_id,
                allowed=set(stated.index),
                **where,
            )
        if row.model_id in seen:
            raise DataError("model stands twice", column="model_id", found=row.model_id, **where)
        seen.add(row.model_id)
        if pd.isna(stated[row.model_id]) or row.place != stated[row.model_id]:
            raise DataError(
                "place is not the one that training_models states",
                column="place",
                found=row.place,
                allowed=stated[row.model_id],
                **where,
            )
        if row.producer not in set(known_basis["producer"]):
            raise DataError(
                "producer without a row in annual_intensity_basis",
                column="producer",
                found=row.producer,
                allowed=set(known_basis["producer"]),
                **where,
            )
        if row.area not in areas.get(row.producer, set()):
            raise DataError(
                "the producer has no such area",
                column="area",
                found=row.area,
                allowed=areas.get(row.producer, set()),
                **where,
            )
    return chosen, known_basis, averages


def intensities(places, basis, annual, year_gap_limit):
    """Intensity of each model's grid in the year of training or the nearest within the limit.

    Parameters
    ----------
    places, basis, annual : DataFrame
        From `read`.
    year_gap_limit : float
        How far the year used may lie from the year of training. [year]

    Returns
    -------
    DataFrame
        `COLUMNS`, indexed by model_id; of two years equally near the earlier. Where no year is
        near enough the intensity and all that describes it are missing, the year of training
        is not.
    """
    pairs = places.merge(annual, on=["producer", "area"], how="left", validate="many_to_many")
    pairs["gap"] = (pairs["year"] - pairs["training_year"]).abs()
    pairs = pairs.sort_values(["model_id", "gap", "year"], kind="stable")
    nearest = pairs.drop_duplicates("model_id")
    nearest = nearest.merge(
        basis, on="producer", how="left", suffixes=("", "_basis"), validate="many_to_one"
    )
    near = nearest["gap"] <= year_gap_limit
    kilograms = nearest["intensity_g_per_kwh"] / units.GRAMS_PER_KILOGRAM
    described = pd.DataFrame(
        {
            "grid_intensity_kg_per_kwh": kilograms,
            "grid_intensity_producer": nearest["producer"],
            "grid_intensity_area": nearest["area"],
            "grid_intensity_year": nearest["year"],
            "grid_year_gap_years": nearest["gap"],
            "grid_intensity_basis": nearest["emissions"] + ", " + nearest["flow"],
            "grid_intensity_source_key": nearest["source_key"] + ";" + nearest["source_key_basis"],
            "grid_intensity_status": [
                max(pair, key=STATUS_ORDER.index)
                for pair in zip(nearest["status"], nearest["status_basis"], strict=True)
            ],
        }
    ).where(near)
    described.insert(0, "training_year", nearest["training_year"])
    return described.set_index(nearest["model_id"])[COLUMNS]
