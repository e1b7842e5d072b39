"""Annual intensities of areas: nearest year, spread of a country's zones, drift over years."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

# Ends of a range of places or of years.
ENDS = (0.05, 0.95)
# With fewer zones the quantiles are the zones themselves.
FEWEST_ZONES = 4


@dataclass(frozen=True)
class Near:
    """Intensity of an area in the year nearest to the one asked for. [g/kWh]"""

    year: float
    grams: float


@dataclass
class Series:
    """Annual intensities of one kind, by area and year."""

    name: str
    gas: str
    basis: str
    source_key: str
    values: pd.DataFrame
    _by_area: dict = field(init=False, repr=False)

    def __post_init__(self):
        ordered = self.values.sort_values(["area", "year"], kind="stable")
        self._by_area = {
            area: (rows["year"].to_numpy(dtype=float), rows["grams"].to_numpy(dtype=float))
            for area, rows in ordered.groupby("area", sort=True)
        }
        self._zones = {}

    def nearest(self, area, year):
        """The area's intensity in the nearest year, the earlier of two; None without series."""
        if area not in self._by_area:
            return None
        years, grams = self._by_area[area]
        place = int(np.argmin(np.abs(years - year)))
        return Near(float(years[place]), float(grams[place]))

    def spread(self, country, year):
        """5th and 95th percentile over a country's zones, each counting once; None if few."""
        key = (country, year)
        if key not in self._zones:
            inside = self.values["area"].str.startswith(country + "-")
            rows = self.values[inside & (self.values["year"] == year)]
            enough = len(rows) >= FEWEST_ZONES
            self._zones[key] = tuple(rows["grams"].quantile(list(ENDS))) if enough else None
        return self._zones[key]


def hourly_means(hourly):
    """Annual means of the hourly intensities of each zone. [g/kWh]

    Parameters
    ----------
    hourly : DataFrame
        ``electricity_maps_hourly``.

    Returns
    -------
    DataFrame
        area, year, direct, lifecycle; hours without a value do not count.
    """
    year = hourly["hour_start_utc"].dt.year.rename("year")
    grouped = hourly.groupby([hourly["zone"].rename("area"), year], sort=True)
    columns = {"direct": "direct_g_per_kwh", "lifecycle": "lifecycle_g_per_kwh"}
    means = {name: grouped[column].mean() for name, column in columns.items()}
    return pd.DataFrame(means).reset_index()


def direct(average, hourly):
    """Direct intensity in every year of the annual series. [g/kWh]

    The share of direct emissions in life-cycle ones, of the year of hourly data nearest, times the
    annual life-cycle average: both kinds are then of one year, and direct is below life-cycle.

    Parameters
    ----------
    average : DataFrame
        area, year, grams: annual, life-cycle. [g/kWh]
    hourly : DataFrame
        From `hourly_means`.

    Returns
    -------
    DataFrame
        area, year, grams.
    """
    shares = hourly.assign(share=hourly["direct"] / hourly["lifecycle"])
    pairs = average.merge(shares[["area", "year", "share"]], on="area", suffixes=("", "_hourly"))
    pairs["gap"] = (pairs["year"] - pairs["year_hourly"]).abs()
    pairs = pairs.sort_values(["area", "year", "gap", "year_hourly"], kind="stable")
    nearest = pairs.drop_duplicates(["area", "year"])
    return nearest.assign(grams=nearest["grams"] * nearest["share"])[["area", "year", "grams"]]


def siting(average, showing):
    """How far a centre's grid may lie from its country's average, both ends. [1]

    Parameters
    ----------
    average : Series
        Annual averages of countries and zones.
    showing : iterable of str
        Countries whose zones show where a centre may stand.

    Returns
    -------
    tuple of float
        5th and 95th percentile of zone over country, all years and countries together, each
        zone and year counting once.
    """
    values = average.values
    ratios = []
    for country in sorted(showing):
        whole = values[values["area"] == country].set_index("year")["grams"]
        zones = values[values["area"].str.startswith(country + "-")]
        ratio = zones["grams"].to_numpy() / zones["year"].map(whole).to_numpy(dtype=float)
        ratios.append(ratio[np.isfinite(ratio)])
    low, high = np.quantile(np.concatenate(ratios), ENDS)
    return float(low), float(high)


def series(annual, hourly):
    """The three series that grids are read from, by accounting method."""
    average = annual[annual["measure"] == "average"]
    maps = average[average["producer"] == "electricity_maps"]
    margin = annual[annual["measure"] == "operating_margin"]
    return {
        "location_lifecycle": Series(
            "Electricity Maps' annual average",
            "CO2e",
            "annual average, life-cycle, consumption",
            "electricity_maps_yearly",
            _grams(maps),
        ),
        "location_direct": Series(
            "Electricity Maps' hourly direct intensity",
            "CO2e",
            "annual average times the direct share of the hourly series, consumption",
            "electricity_maps_hourly;electricity_maps_yearly",
            direct(_grams(maps), hourly),
        ),
        "operating_margin": Series(
            "the IFI operating margin",
            "CO2",
            "operating margin of 2021, direct",
            "unfccc_ifi_2021",
            _grams(margin),
        ),
    }


def _grams(rows):
    return rows.rename(columns={"intensity_g_per_kwh": "grams"})[["area", "year", "grams"]]


def drift(average):
    """Ratio of a country's intensity to its own some years before or after, both ends. [1]

    Parameters
    ----------
    average : Series
        Annual averages.

    Returns
    -------
    list of tuple of float
        By gap in years from none: 5th and 95th percentile over countries and both directions.
    """
    whole = average.values[~average.values["area"].str.contains("-")]
    wide = whole.pivot_table(index="area", columns="year", values="grams").sort_index(axis=1)
    grams = wide.where(wide > 0).to_numpy(dtype=float)
    ends = [(1.0, 1.0)]
    for gap in range(1, grams.shape[1]):
        ratio = grams[:, gap:] / grams[:, :-gap]
        both = np.concatenate([ratio.ravel(), 1.0 / ratio.ravel()])
        low, high = np.nanquantile(both, ENDS)
        ends.append((float(low), float(high)))
    return ends
