"""Annual intensities by country and zone: Ember, UNFCCC IFI 2021, Electricity Maps."""

import csv
import io

import numpy as np
import pandas as pd

from ai_lifecycle import cells, published_json
from ai_lifecycle.errors import DataError

DATASET = "annual_intensity"
EMBER = "annual_intensity_ember"
MARGINAL = "annual_intensity_marginal_2021"
UNFCCC = "annual_intensity_unfccc_ifi_2021"
LATEST_YEAR = 9999
ZONE_YEARS = (2021, 2022, 2023, 2024, 2025)
EMBER_KEYS = {"country_code", "country_or_region", "year", "emissions_intensity_gco2_per_kwh"}
NAME = "Country / Territory / Island"
OPERATING = "Operating Margin Grid Emission"
MEASURES = {
    "Firm Energy (e.g., Hydro, Geothermal)": "combined_margin_firm",
    "Intermittent Energy (e.g., Solar, Wind, Tidal)": "combined_margin_intermittent",
    "Energy Efficiency": "combined_margin_efficiency",
    "Electricity Consumption": "combined_margin_consumption",
    OPERATING: "operating_margin",
}
MARGINAL_KEYS = {
    NAME,
    *MEASURES,
    "ember_country_name",
    "unfccc_country_name",
    "country_code_iso_2",
    "country_code_iso_3",
}
ZONE_KEYS = {"zone", "carbonIntensity", "renewableEnergy", "carbonFreeEnergy"}
COLUMNS = [
    "producer",
    "area",
    "area_name",
    "year",
    "measure",
    "intensity_g_per_kwh",
    "stated_unit",
    "renewable_percent",
    "low_carbon_percent",
]


def zone_source(year):
    """Identifier of one year of Electricity Maps' zones."""
    return f"annual_intensity_electricity_maps_{year}"


def clean(payloads):
    """All annual intensities, one figure a row.

    Parameters
    ----------
    payloads : dict of str to bytes
        Files by identifier.

    Returns
    -------
    DataFrame
        Columns of the table ``annual_intensity``, by producer, area, year and measure.

    Raises
    ------
    DataError
        What `published_json.read` refuses, a file that is missing, other keys, units or words than
        expected, a figure that is no number, an area that stands twice, a copy of the UNFCCC table
        that differs from the table.
    """
    for name in (EMBER, MARGINAL, UNFCCC, *map(zone_source, ZONE_YEARS)):
        if name not in payloads:
            raise DataError("upstream file is missing", file=name, allowed=payloads)
    parts = [_ember(payloads[EMBER]), _unfccc(payloads[MARGINAL], payloads[UNFCCC])]
    parts += [_zones(payloads[zone_source(year)], year) for year in ZONE_YEARS]
    frame = pd.concat(parts, ignore_index=True)[COLUMNS]
    frame = frame.sort_values(["producer", "area", "year", "measure"], kind="stable")
    return frame.reset_index(drop=True)


def _ember(payload):
    rows = []
    for area, entry in _entries(EMBER, payload, EMBER_KEYS).items():
        name = "emissions_intensity_gco2_per_kwh"
        rows.append(
            {
                "producer": "ember",
                "area": _word(EMBER, area, "country_code", entry["country_code"]) or area,
                "area_name": _word(EMBER, area, "country_or_region", entry["country_or_region"]),
                "year": _number(EMBER, area, "year", entry["year"], whole=True),
                "measure": "average",
                "intensity_g_per_kwh": _number(EMBER, area, name, entry[name]),
                "stated_unit": "gCO2/kWh",
            }
        )
    return _frame(rows)


def _unfccc(payload, table):
    known = _unfccc_table(table)
    rows = []
    for area, entry in _entries(MARGINAL, payload, MARGINAL_KEYS).items():
        if area not in known:
            raise DataError(
                "area is not in the UNFCCC table", file=MARGINAL, key=area, allowed=known
            )
        for filed, measure in MEASURES.items():
            if entry[filed] != known[area][filed]:
                raise DataError(
                    "copy differs from the UNFCCC table",
                    file=MARGINAL,
                    key=area,
                    column=filed,
                    found=entry[filed],
                    allowed=known[area][filed],
                )
            rows.append(
                {
                    "producer": "unfccc_ifi",
                    "area": _word(MARGINAL, area, "country_code_iso_3", entry["country_code_iso_3"])
                    or area,
                    "area_name": area,
                    "year": 2021,
                    "measure": measure,
                    "intensity_g_per_kwh": _number(MARGINAL, area, filed, entry[filed]),
                    "stated_unit": "gCO2/kWh",
                }
            )
    frame = _frame(rows)
    # Two territories may share a code: then the name is the key.
    shared = frame.duplicated(["area", "measure"], keep=False)
    frame.loc[shared, "area"] = frame.loc[shared, "area_name"]
    return frame


def _unfccc_table(payload):
    """Cells of the UNFCCC table by area; its header spreads over three rows."""
    try:
        lines = list(csv.reader(io.StringIO(payload.decode("utf-8"), newline=""), strict=True))
    except UnicodeDecodeError as fault:
        raise DataError(f"file is not UTF-8: {fault.reason}", file=UNFCCC) from None
    except csv.Error as fault:
        raise DataError(f"file does not parse: {fault}", file=UNFCCC) from None
    if len(lines) < 3:
        raise DataError("file ends within its header", file=UNFCCC, found=f"{len(lines)} lines")
    head = [[" ".join(cell.split()) for cell in line] for line in lines[:3]]
    wanted = [
        ["", "Combined Margin Grid Emission Factor, gCO2/kWh", "", "", "",
         "Operating Margin Grid Emission Factor, gCO2/kWh (including for use in PCAF GHG "
         "accounting)"],
        ["", *list(MEASURES)[:4], ""],
        [NAME, "", "", "", "", ""],
    ]  # fmt: skip
    for row, (found, allowed) in enumerate(zip(head, wanted, strict=True), start=1):
        if found != allowed:
            raise DataError(
                "header of the UNFCCC table is another",
                file=UNFCCC,
                row=row,
                found=" | ".join(found),
                allowed=" | ".join(allowed),
            )
    names = list(MEASURES)
    known = {}
    for row, line in enumerate(lines[3:], start=4):
        if len(line) != len(names) + 1:
            raise DataError("wrong number of cells", file=UNFCCC, row=row, found=len(line),
                            allowed=str(len(names) + 1))  # fmt: skip
        if line[1] and line[0] in known:
            raise DataError("area stands twice", file=UNFCCC, row=row, key=line[0])
        if line[1]:
            known[line[0]] = dict(zip(names, line[1:], strict=True))
    return known


def _zones(payload, year):
    name = zone_source(year)
    rows = []
    for area, entry in _entries(name, payload, ZONE_KEYS).items():
        for key, part in entry.items():
            if not isinstance(part, dict):
                raise DataError("entry holds no mapping", file=name, key=area, column=key,
                                found=part)  # fmt: skip
        unit = entry["carbonIntensity"].get("unit")
        if unit != "gCO2eq/kWh":
            raise DataError("unit is another", file=name, key=area, found=unit,
                            allowed="gCO2eq/kWh")  # fmt: skip
        figures = {
            key: _number(name, area, key, entry[key].get("value"))
            for key in ("carbonIntensity", "renewableEnergy", "carbonFreeEnergy")
        }
        rows.append(
            {
                "producer": "electricity_maps",
                "area": area,
                "area_name": _word(
                    name,
                    area,
                    "zone",
                    entry["zone"].get("displayName") or entry["zone"].get("zoneName"),
                ),
                "year": year,
                "measure": "average",
                "intensity_g_per_kwh": figures["carbonIntensity"],
                "stated_unit": unit,
                "renewable_percent": figures["renewableEnergy"],
                "low_carbon_percent": figures["carbonFreeEnergy"],
            }
        )
    return _frame(rows)


def _frame(rows):
    frame = pd.DataFrame(rows).reindex(columns=COLUMNS)
    frame["year"] = frame["year"].astype(np.int64)
    return frame.astype({"renewable_percent": float, "low_carbon_percent": float})


def _entries(name, payload, keys):
    """Mapping of areas to entries that have exactly the keys expected."""
    content = published_json.read(payload, name)
    for area, entry in content.items():
        if not isinstance(entry, dict) or set(entry) != keys:
            differ = sorted(set(entry) ^ keys) if isinstance(entry, dict) else [repr(entry)[:60]]
            raise DataError(
                "entry has other keys",
                file=name,
                key=area,
                found=", ".join(differ),
                allowed=keys,
            )
    return content


def _number(name, area, key, cell, *, whole=False):
    """A finite number that is not negative; figures arrive as numbers or as text."""
    try:
        if isinstance(cell, bool):
            raise ValueError
        value = cells.number(str(cell))
        if value < 0 or (whole and not (value == int(value) and value <= LATEST_YEAR)):
            raise ValueError
    except ValueError:
        raise DataError(
            "figure is not a number",
            file=name,
            key=area,
            column=key,
            found=cell,
            allowed="a finite number, zero or more",
        ) from None
    return int(value) if whole else value


def _word(name, area, key, value):
    """A word, which may be empty or null."""
    if not isinstance(value, str | None):
        raise DataError("value is no word", file=name, key=area, column=key, found=value)
    return value


def quality(frame):
    """Rows of the data-quality table."""
    ember = frame[frame["producer"] == "ember"]
    years = ember["year"].value_counts().sort_index()
    operating = frame[(frame["measure"] == "operating_margin")]
    zones = frame[frame["producer"] == "electricity_maps"]
    spread = zones.groupby("area")["intensity_g_per_kwh"].nunique()
    rows = [
        ("ember", "years differ between countries", "each area once", len(ember), "keep, with year",
         ", ".join(f"{n} areas of {y}" for y, n in years.items()), "ember_yearly", EMBER,
         "the copy holds the latest year of each area; read the year beside the figure"),
        ("unfccc_ifi", "factor is zero", "operating margin", int((operating["intensity_g_per_kwh"]
         == 0).sum()), "keep", "stated as zero: not a missing value", "unfccc_ifi_2021", UNFCCC,
         "zero in the UNFCCC table itself"),
        ("electricity_maps", "same figure in all five years", "2021 to 2025", int((spread == 1)
         .sum()), "keep", f"of {len(spread)} zones", "electricity_maps_yearly", zone_source(2021),
         "rounded to whole g/kWh; zones of constant figures look like defaults"),
        ("electricity_maps", "basis is not stated in the file", "2021 to 2025", len(zones), "keep",
         "agrees with the annual mean of the hourly life-cycle series, not of the direct one",
         "electricity_maps_yearly",
         zone_source(2022), "life-cycle and consumption-based, by that comparison"),
    ]  # fmt: skip
    keys = ("area", "fault", "where", "affected_rows", "treatment", "effect", "source_key",
            "locator", "reason")  # fmt: skip
    return [
        {"dataset": DATASET, "energy_share_percent": np.nan, **dict(zip(keys, row, strict=True))}
        for row in rows
    ]
