"""Marginal intensity by several estimators, and what they are worth on a simulated dispatch."""

import numpy as np
import pandas as pd

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.grid import FOSSIL, FUELS, SEASONS, dispatch, estimators, marginal
from ai_lifecycle.grid.factors import Factors
from ai_lifecycle.grid.local_time import clock, season
from ai_lifecycle.units import HOURS_PER_DAY

INTERVAL = (0.025, 0.975)
SIMULATED_YEARS = 4
# Cells in which curtailment is common: over this share of hours, in truth.
COMMON_SHARE = 0.25
PROXIES = ("central", "narrow", "wide")


def main(
    hourly, avert, authorities, factors, other, systems, references,
    selected, as_of, seed, replicates, out,
):  # fmt: skip
    table = tables.read_parquet(hourly, "eia930_hourly")
    known = facts.read(
        authorities, "balancing_authorities", references=references, as_of=as_of
    ).set_index("authority")
    choice = Factors(
        facts.read(factors, "grid_emission_factors", references=references, as_of=as_of),
        int(table["hour_start_utc"].dt.year.mode()[0]),
    )
    content = facts.read(
        other, "grid_other_generation", references=references, as_of=as_of
    ).set_index("authority")["content"]
    rates = tables.read_parquet(avert, "avert_hourly")
    proxies = {name: thresholds(name) for name in PROXIES}
    parts = []
    for place, authority in enumerate(sorted(selected)):
        rows = table[table["authority"] == authority]
        parts += regressions(
            authority, rows, choice, known["time_zone"][authority],
            content[authority] == "storage", proxies, replicates, stream(seed, authority),
        )  # fmt: skip
        parts.append(
            avert_profiles(
                authority,
                rates,
                known["avert_region"][authority],
                known["time_zone"][authority],
                choice.year,
            )
        )
        print(f"{place + 1} of {len(selected)}: {authority}")
    tables.write_csv(pd.concat(parts, ignore_index=True), out["marginal"], "grid_marginal")
    tables.write_csv(
        validation(tables.read_csv(systems, "simulated_systems"), proxies, seed),
        out["validation"],
        "grid_marginal_validation",
    )


def stream(seed, authority):
    """Randomness of one authority, whichever others are computed."""
    key = [seed, int.from_bytes(authority.encode(), "big")]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))


def thresholds(name):
    """Quantile of the floor, margin above it, and least share of wind and sun, of one proxy.

    ``narrow`` takes every constant at the end that finds least curtailment, ``wide`` the other.
    """
    quantile = constants.known("marginal.floor_quantile", unit="1")
    margin = constants.known("marginal.floor_margin", unit="1")
    share = constants.known("marginal.variable_share", unit="1")
    return {
        "central": (quantile.value, margin.value, share.value),
        "narrow": (quantile.low, margin.low, share.high),
        "wide": (quantile.high, margin.high, share.low),
    }[name]


def flagged(fossil, variable, total, proxy):
    """Hours that a proxy takes for curtailed."""
    quantile, margin, share = proxy
    floor = marginal.thermal_floor(fossil, quantile, margin)
    return marginal.is_curtailing(fossil, variable, total, floor, share)


def regressions(authority, rows, choice, zone, has_storage, proxies, replicates, generator):
    """Profiles of every regression, in both conventions, with intervals."""
    start = rows["hour_start_utc"].dt.tz_localize(None).to_numpy()
    hour, day, month = clock(start, zone)
    day = day - day.min()
    season_of_day = np.zeros(day.max() + 1, dtype=int)
    season_of_day[day] = season(month)
    mwh = {fuel: rows[f"{fuel}_mwh"].to_numpy(dtype=float) for fuel in (*FUELS, "other")}
    fossil = sum(mwh[fuel] for fuel in FOSSIL)
    stored = mwh["hydro"] + (mwh["other"] if has_storage else 0.0)
    variable, total = mwh["wind"] + mwh["solar"], sum(mwh[fuel] for fuel in FUELS)
    flags = {name: flagged(fossil, variable, total, proxy) for name, proxy in proxies.items()}
    counts = marginal.day_counts(season_of_day, replicates, generator)
    days = np.bincount(season_of_day, minlength=len(SEASONS))
    parts = []
    for convention in ("direct", "life_cycle"):
        factor = dict(zip(FUELS, choice.of(authority, convention), strict=True))
        emissions = sum(mwh[fuel] * factor[fuel] for fuel in FOSSIL)

        def run(name, draws=None, emissions=emissions):
            return estimators.profiles(
                emissions, fossil, stored, flags[name], start, day, hour, season_of_day, draws
            )

        central, drawn = run("central"), run("central", counts)
        ends = {name: run(name)[estimators.CURTAILMENT][0] for name in ("narrow", "wide")}
        for estimator in estimators.ESTIMATORS:
            low, high = interval(with_year(drawn[estimator], days))
            own = estimator == estimators.CURTAILMENT
            parts.append(
                rows_of(
                    authority,
                    convention,
                    estimator,
                    marginal_g_per_kwh=with_year(central[estimator][0], days),
                    low_g_per_kwh=low,
                    high_g_per_kwh=high,
                    most_curtailed_g_per_kwh=with_year(ends["wide"], days) if own else None,
                    least_curtailed_g_per_kwh=with_year(ends["narrow"], days) if own else None,
                    curtailed_share=with_year(central["curtailed_share"][0], days) if own else None,
                )
            )
    return parts


def with_year(by_season, days):
    """The year's profile put before those of the seasons, shape (..., 1 + season, hour)."""
    year = marginal.over_groups(by_season, days)
    return np.concatenate([year[..., None, :], by_season], axis=-2)


def interval(drawn):
    """Bounds over replicates; none where any replicate gives no estimate."""
    return np.quantile(drawn, INTERVAL, axis=0)


def rows_of(authority, convention, estimator, **values):
    """Long rows of arrays of shape (1 + season, hour); None is left empty."""
    shape = (1 + len(SEASONS), HOURS_PER_DAY)
    return pd.DataFrame(
        {
            "authority": authority,
            "convention": convention,
            "estimator": estimator,
            "season": np.repeat(["year", *SEASONS], HOURS_PER_DAY),
            "local_hour": np.tile(np.arange(HOURS_PER_DAY), shape[0]),
        }
        | {
            name: np.full(shape, np.nan).ravel() if array is None else array.ravel()
            for name, array in values.items()
        }
    )


def avert_profiles(authority, rates, region, zone, year):
    """AVERT's rates by local clock hour, with their spread over the year.

    Its hours are numbered in standard time all year. Where the offset could not be established
    the number itself stands for the clock hour.
    """
    own = rates[rates["region"] == region].sort_values("hour_of_year")
    g_per_kwh = own["marginal_co2_g_per_kwh"].to_numpy()
    number, month = own["hour_of_year"].to_numpy(), own["month"].to_numpy(dtype=int)
    offset_h = own["utc_offset_hours"].iloc[0]
    if pd.isna(offset_h):
        hour = number % HOURS_PER_DAY
    else:
        first = np.datetime64(f"{year}-01-01T00", "h")
        hour, _, month = clock(first + (number - int(offset_h)).astype("timedelta64[h]"), zone)
    which = season(month)
    shape = (1 + len(SEASONS), HOURS_PER_DAY)
    mean, low, high = (np.full(shape, np.nan) for _ in range(3))
    for h in range(HOURS_PER_DAY):
        for s in range(shape[0]):
            chosen = g_per_kwh[(hour == h) & ((which == s - 1) | (s == 0))]
            mean[s, h] = chosen.mean()
            low[s, h], high[s, h] = np.quantile(chosen, INTERVAL)
    return rows_of(
        authority,
        "direct",
        "avert",
        marginal_g_per_kwh=mean,
        low_g_per_kwh=low,
        high_g_per_kwh=high,
        most_curtailed_g_per_kwh=None,
        least_curtailed_g_per_kwh=None,
        curtailed_share=None,
    )


def validation(table, proxies, seed):
    """Errors of every estimator on every simulated system."""
    rows = []
    for place, (system, part) in enumerate(table.groupby("system", sort=True)):
        parameters = dict(zip(part["parameter"], part["value"], strict=True))
        years = [
            simulated_errors(
                parameters,
                proxies,
                np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, place, n]))),
            )
            for n in range(SIMULATED_YEARS)
        ]
        for key in years[0]:
            both = pd.DataFrame([year[key] for year in years])
            estimator, proxy = key
            rows.append(
                {"system": system, "estimator": estimator, "proxy": proxy, "n_years": len(years)}
                | both.mean().to_dict()
            )
    return pd.DataFrame(rows)


def simulated_errors(parameters, proxies, generator):
    """Errors in one simulated year, by estimator and proxy."""
    year = dispatch.weather_year(parameters, generator)
    seen = dispatch.dispatched(parameters, year)
    truth = dispatch.true_marginal(parameters, year)
    emissions = dispatch.fleet_emissions(parameters, year).ravel()
    day, hour, season_of_day = dispatch.calendar()
    start = np.datetime64("2021-01-01T00") + np.arange(day.size)
    flat = {name: array.ravel() for name, array in seen.items()}
    fossil = sum(flat[fuel] for fuel in FOSSIL)
    variable = flat["wind"] + flat["solar"]
    total = fossil + variable + flat["hydro"] + flat["nuclear"]
    curtailed = flat["curtailed"] > 0
    truths = by_season(truth, season_of_day)
    common = by_season(curtailed.reshape(truth.shape), season_of_day) > COMMON_SHARE
    days = np.bincount(season_of_day, minlength=len(SEASONS))
    found = {}
    for name, proxy in proxies.items():
        flags = flagged(fossil, variable, total, proxy)
        profile = estimators.profiles(
            emissions, fossil, flat["hydro"] + flat["other"], flags, start, day, hour, season_of_day
        )
        for estimator in estimators.ESTIMATORS:
            own = estimator == estimators.CURTAILMENT
            if name != "central" and not own:
                continue
            error = profile[estimator][0] - truths
            yearly = marginal.over_groups(error, days)
            found[estimator, name if own else "none"] = {
                "curtailed_hours_share": curtailed.mean(),
                "true_mean_g_per_kwh": truth.mean(),
                "bias_g_per_kwh": np.nanmean(error),
                "profile_rmse_g_per_kwh": np.sqrt(np.nanmean(yearly**2)),
                "cell_rmse_g_per_kwh": np.sqrt(np.nanmean(error**2)),
                "n_curtailed_cells": float(common.sum()),
                "curtailed_bias_g_per_kwh": np.nanmean(error[common]) if common.any() else np.nan,
                "hit_share": share(flags, curtailed) if own else np.nan,
                "false_share": share(~curtailed, flags) if own else np.nan,
            }
    return found


def by_season(values, season_of_day):
    """Mean over the days of each season, shape (season, hour)."""
    return np.stack([values[season_of_day == s].mean(axis=0) for s in range(len(SEASONS))])


def share(event, given):
    """Share of the hours in `given` in which `event` holds; NaN where there are none."""
    return (event & given).sum() / given.sum() if given.any() else np.nan


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.hourly,
            snakemake.input.avert,
            snakemake.input.authorities,
            snakemake.input.factors,
            snakemake.input.other,
            snakemake.input.systems,
            snakemake.input.references,
            snakemake.params.selected,
            snakemake.params.as_of,
            snakemake.params.seed,
            snakemake.params.replicates,
            snakemake.output,
        )
