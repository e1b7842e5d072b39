"""A simulated power system whose marginal emissions are known, to test estimators on.

Must-run plant and scheduled hydro and storage come first, then blocks in order of cost. What
must-run plant and the weather deliver beyond demand is exported as far as it goes, then curtailed.
"""

import numpy as np

from ai_lifecycle.grid.local_time import season
from ai_lifecycle.units import HOURS_PER_DAY

DAYS = 365
# Blocks in order of cost. Imports are served from outside: no generation file shows them.
BLOCKS = ("coal_low", "gas_low", "coal_high", "imports", "gas_high", "oil")
FUEL_OF_BLOCK = ("coal", "gas", "coal", "imports", "gas", "oil")


def daily_noise(generator, deviation, persistence):
    """Day-to-day noise with memory and the given standard deviation, shape (day, 1). [1]

    Parameters
    ----------
    generator : numpy.random.Generator
    deviation : float
        Standard deviation. [1]
    persistence : float
        Correlation of one day with the next, below one. [1]
    """
    if not 0 <= persistence < 1:
        raise ValueError("persistence: outside 0 to 1")
    shocks = generator.normal(size=DAYS) * np.sqrt(1 - persistence**2)
    level = np.zeros(DAYS)
    level[0] = generator.normal()
    for day in range(1, DAYS):
        level[day] = persistence * level[day - 1] + shocks[day]
    return (deviation * level)[:, None]


def peak_share(net_load_mwh, hours, lowest=False):
    """Equal shares for the `hours` highest (or lowest) hours of each day, shape (day, hour). [1]

    Parameters
    ----------
    net_load_mwh : ndarray, shape (day, hour)
        [MWh]
    hours : int
        [h]
    lowest : bool
        Choose the lowest hours.
    """
    order = np.argsort(net_load_mwh if lowest else -net_load_mwh, axis=1, kind="stable")
    share = np.zeros(net_load_mwh.shape)
    np.put_along_axis(share, order[:, : int(hours)], 1.0 / hours, axis=1)
    return share


def weather_year(system, generator):
    """Demand and what must-run plant, weather and schedules deliver in a year.

    Parameters
    ----------
    system : dict of str to float
        Parameters as in ``data/simulated_systems.csv``.
    generator : numpy.random.Generator

    Returns
    -------
    dict of str to ndarray, shape (day, hour)
        ``load``, ``solar``, ``wind``, ``nuclear``, ``hydro``, ``charge``, ``discharge``,
        ``gas_floor``, ``coal_floor``. [MWh]
    """
    s = system
    hour = np.arange(HOURS_PER_DAY)[None, :] + 0.5
    day = np.arange(DAYS)[:, None]
    summer = -np.cos(2 * np.pi * (day + 10) / DAYS)
    shape = 0.10 * np.sin(2 * np.pi * (hour - 11) / 24) + 0.07 * np.sin(4 * np.pi * (hour - 5) / 24)
    wiggle = generator.normal(size=(DAYS, HOURS_PER_DAY))
    load = s["load_mwh"] * (
        1 + s["load_season"] * summer + shape + daily_noise(generator, 0.05, 0.7) + 0.008 * wiggle
    )
    half_day = 6 + 1.2 * summer
    elevation = np.clip(np.cos(np.pi / 2 * (hour - 12.5) / half_day), 0, None)
    elevation = np.where(np.abs(hour - 12.5) < half_day, elevation, 0.0)
    clear = np.clip(0.85 + daily_noise(generator, 0.15, 0.4), 0.2, 1.0)
    solar = s["solar_mwh"] * (0.85 + 0.15 * summer) * elevation * clear
    gusts = daily_noise(generator, 0.35, 0.6) + 0.12 * np.cos(2 * np.pi * (hour - 1) / 24)
    flutter = 0.05 * generator.normal(size=(DAYS, HOURS_PER_DAY))
    wind = s["wind_mwh"] * np.clip(0.4 + 0.1 * (1 - summer) * 0.5 + gusts + flutter, 0, 1)
    floor = 1 + 0.10 * summer + daily_noise(generator, 0.08, 0.8)
    floor = floor + 0.03 * generator.normal(size=(DAYS, HOURS_PER_DAY))
    net = load - solar - wind
    hydro = s["hydro_mwh"] * (
        0.4 + 0.6 * 8 * peak_share(net, 8) * np.clip(1 + daily_noise(generator, 0.2, 0.9), 0.3, 1.5)
    )
    return {
        "load": load,
        "solar": solar,
        "wind": wind,
        "nuclear": np.full(load.shape, s["nuclear_mwh"]),
        "hydro": hydro,
        "charge": s["storage_mwh"] * 4 * peak_share(net, 4, lowest=True) / s["storage_efficiency"],
        "discharge": s["storage_mwh"] * 4 * peak_share(net, 4),
        "gas_floor": s["gas_floor_mwh"] * np.clip(floor, 0.5, None),
        "coal_floor": s["coal_floor_mwh"] * np.ones(load.shape),
    }


def residual_demand(year):
    """Demand left for blocks once must-run plant, weather and schedules are taken. [MWh]

    Parameters
    ----------
    year : dict of str to ndarray, shape (day, hour)
        As `weather_year` gives. [MWh]
    """
    supplied = ("discharge", "nuclear", "hydro", "solar", "wind", "gas_floor", "coal_floor")
    return year["load"] + year["charge"] - sum(year[name] for name in supplied)


def dispatched(system, year, extra_mwh=0.0):
    """Generation by fuel and emissions when blocks are called in order of cost.

    Parameters
    ----------
    system : dict of str to float
        Capacities and emission rates of blocks. [MWh], [kg/MWh]
    year : dict of str to ndarray, shape (day, hour)
        As `weather_year` gives. [MWh]
    extra_mwh : float or ndarray, broadcastable to (day, hour)
        Demand beyond ``load``. [MWh]

    Returns
    -------
    dict of str to ndarray, shape (day, hour)
        Generation by fuel with ``curtailed`` and ``exported`` [MWh]; ``emissions_kg`` of all
        plant that responds, outside plant included, and ``own_kg`` of the authority's own. [kg]
    """
    s, y = system, year
    residual = residual_demand(year) + extra_mwh
    surplus = np.clip(-residual, 0, None)
    exported = np.minimum(surplus, s["export_mwh"])
    weather = y["solar"] + y["wind"]
    curtailed = np.minimum(surplus - exported, weather)
    kept = 1 - np.divide(curtailed, weather, out=np.zeros_like(weather), where=weather > 0)
    need = np.clip(residual, 0, None)
    fuels = {name: np.zeros(need.shape) for name in ("coal", "gas", "oil", "imports")}
    own = y["gas_floor"] * s["gas_floor_kg_per_mwh"] + y["coal_floor"] * s["coal_low_kg_per_mwh"]
    outside = -exported * s["imports_kg_per_mwh"]
    for block, fuel in zip(BLOCKS, FUEL_OF_BLOCK, strict=True):
        called = np.clip(need, 0, s[f"{block}_mwh"])
        need = need - called
        fuels[fuel] = fuels[fuel] + called
        if fuel == "imports":
            outside = outside + called * s[f"{block}_kg_per_mwh"]
        else:
            own = own + called * s[f"{block}_kg_per_mwh"]
    return {
        "wind": y["wind"] * kept,
        "solar": y["solar"] * kept,
        "hydro": y["hydro"],
        "nuclear": y["nuclear"],
        "other": y["discharge"],
        "gas": fuels["gas"] + y["gas_floor"],
        "coal": fuels["coal"] + y["coal_floor"],
        "oil": fuels["oil"],
        "imports": fuels["imports"],
        "exported": exported,
        "curtailed": curtailed,
        "unserved": need,
        "own_kg": own,
        "emissions_kg": own + outside,
    }


def true_marginal(system, year):
    """Change of emissions when each hour's demand is one MWh higher, dispatched anew. [kg/MWh]

    Parameters
    ----------
    system, year : dict
        As for `dispatched`.

    Returns
    -------
    ndarray, shape (day, hour)
        Outside plant included. Hydro and storage keep the schedule fixed the day before. [kg/MWh]

    Raises
    ------
    ValueError
        If the system cannot serve its demand: then a marginal emission has no meaning.
    """
    base, more = dispatched(system, year), dispatched(system, year, extra_mwh=1.0)
    if more["unserved"].any():
        raise ValueError("system: demand is not served in every hour")
    return more["emissions_kg"] - base["emissions_kg"]


def calendar():
    """Calendar of a simulated year that has no daylight saving.

    Returns
    -------
    day, hour : ndarray of int, shape (hour,)
        Day of the year and hour of day of each hour. [d], [h]
    season : ndarray of int, shape (day,)
        Index into the seasons. [1]
    """
    day = np.repeat(np.arange(DAYS), HOURS_PER_DAY)
    hour = np.tile(np.arange(HOURS_PER_DAY), DAYS)
    first = np.datetime64("2021-01-01")
    month = (first + np.arange(DAYS)).astype("datetime64[M]").astype(int) % 12 + 1
    return day, hour, season(month)


def fleet_emissions(system, year):
    """Own emissions as one factor per fuel shows them, the fleet's mean over the year. [kg]

    Parameters
    ----------
    system, year : dict
        As for `dispatched`.

    Returns
    -------
    ndarray, shape (day, hour)
        What an observer computes who knows generation by fuel and the annual factor. [kg]
    """
    s, y = system, year
    seen = dispatched(system, year)
    burnt = {
        "gas": (y["gas_floor"] * s["gas_floor_kg_per_mwh"]).sum(),
        "coal": (y["coal_floor"] * s["coal_low_kg_per_mwh"]).sum(),
        "oil": 0.0,
    }
    need = np.clip(residual_demand(year), 0, None)
    for block, fuel in zip(BLOCKS, FUEL_OF_BLOCK, strict=True):
        called = np.clip(need, 0, s[f"{block}_mwh"])
        need = need - called
        if fuel in burnt:
            burnt[fuel] += (called * s[f"{block}_kg_per_mwh"]).sum()
    total = np.zeros(need.shape)
    for fuel, kg in burnt.items():
        if seen[fuel].sum() > 0:
            total = total + seen[fuel] * (kg / seen[fuel].sum())
    return total
