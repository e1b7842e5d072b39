"""Emissions recomputed with the calculator that a model card names, from the card's hours."""

import pandas as pd

from ai_lifecycle import facts
from ai_lifecycle.errors import DataError
from ai_lifecycle.training import operational

KIND = "calculator named"
CHECK = "emissions from hours by the calculator named"


def read(path, *, references):
    """``training_calculator``, read strictly."""
    return facts.read(path, "training_calculator", references=references)


def rows(calculator, accounts, judge):
    """One row a card: its hours, with the calculator's power and intensity.

    Parameters
    ----------
    calculator : DataFrame
        From `read`.
    accounts : DataFrame
        From `disclosures.accounts`.
    judge : callable
        Outcome of an interval against a printed value and its ends.

    Yields
    ------
    dict
        Row of ``training_reconciliation``.

    Raises
    ------
    DataError
        When a row names an account without hours or emissions.
    """
    for card in calculator.itertuples(index=False):
        key, target = (card.model_id, card.scope), f"emissions_{card.accounting}"
        known = key in accounts.index
        account = accounts.loc[key] if known else None
        if not known or pd.isna(account["accelerator_hours"]) or pd.isna(account[target]):
            raise DataError(
                "row names an account without hours or emissions",
                file="data/facts/training_calculator.csv",
                key=" / ".join((*key, card.accounting)),
            )
        intensities = (
            card.intensity_kg_per_kwh,
            card.low_kg_per_kwh,
            card.high_kg_per_kwh,
        )
        hours = [account[f"accelerator_hours{end}"] for end in ("", "_low", "_high")]
        value, low, high = (
            _emissions(h, card.power_w, i) for h, i in zip(hours, intensities, strict=True)
        )
        printed = [account[f"{target}{end}"] for end in ("", "_low", "_high")]
        yield {
            "model_id": card.model_id,
            "scope": card.scope,
            "kind": KIND,
            "check": CHECK,
            "accounting": card.accounting,
            "compared_with": f"{card.hardware_row}, {card.region_row}",
            "compared": "emissions / hours by ML CO2 Impact",
            "formula": "hours x power and intensity of the calculator",
            "unit": "tCO2e",
            "disclosed_value": printed[0],
            "disclosed_low": printed[1],
            "disclosed_high": printed[2],
            "recomputed_value": value,
            "recomputed_low": low,
            "recomputed_high": high,
            "outcome": judge((low, high), *printed),
            "reading": None,
            "reading_source_key": None,
            "reading_locator": None,
            "note": None if pd.isna(card.note) else card.note,
        }


def _emissions(hours_h, power_w, intensity_kg_per_kwh):
    energy = operational.energy_from_hours_mwh(hours_h, power_w)
    return float(operational.emissions_tco2e(energy, intensity_kg_per_kwh))
