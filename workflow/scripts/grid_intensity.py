"""Production-based average intensity: by hour, by local hour of day, by authority."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts, runlog, tables
from ai_lifecycle.grid import FOSSIL, FUELS
from ai_lifecycle.grid.average import carbon_intensity, grouped_moments, weighted_mean
from ai_lifecycle.grid.factors import CONVENTIONS, Factors
from ai_lifecycle.grid.local_time import clock
from ai_lifecycle.units import HOURS_PER_DAY, MEGAWATT_HOURS_PER_TERAWATT_HOUR

WITH_OTHER = (*FUELS, "other")


def main(hourly, authorities, factors, other, references, selected, as_of, out):
    table = tables.read_parquet(hourly, "eia930_hourly")
    known = facts.read(
        authorities, "balancing_authorities", references=references, as_of=as_of
    ).set_index("authority")
    factor_facts = facts.read(factors, "grid_emission_factors", references=references, as_of=as_of)
    content = facts.read(
        other, "grid_other_generation", references=references, as_of=as_of
    ).set_index("authority")["content"]
    year = int(table["hour_start_utc"].dt.year.mode()[0])
    choice = Factors(factor_facts, year)
    hours, profile, summary, otherwise = [], [], [], []
    for authority in sorted(selected):
        rows = table[table["authority"] == authority]
        series, local_hour = intensities(rows, choice, authority, known["time_zone"][authority])
        hours.append(series)
        profile.append(profiles(authority, series, local_hour))
        summary.append(annual(authority, known["name"][authority], rows, series, choice))
        otherwise.append(
            alternatives(authority, rows, series, local_hour, choice, content[authority])
        )
        print(f"{authority}: {summary[-1]['hours_missing']} hours missing, not filled")
    tables.write_parquet(
        pd.concat(hours, ignore_index=True), out["hourly"], "grid_hourly_intensity"
    )
    tables.write_csv(pd.concat(profile, ignore_index=True), out["profile"], "grid_hourly_profile")
    tables.write_csv(pd.DataFrame(summary), out["authorities"], "grid_authorities")
    tables.write_csv(
        pd.concat(otherwise, ignore_index=True), out["alternatives"], "grid_alternatives"
    )


def generation(rows, fuels):
    """Generation by hour and fuel. [MWh]"""
    return rows[[f"{fuel}_mwh" for fuel in fuels]].to_numpy(dtype=float)


def intensities(rows, choice, authority, time_zone):
    """Hourly intensity of one authority in each convention, and its local hours."""
    local_hour, _, _ = clock(rows["hour_start_utc"].dt.tz_localize(None).to_numpy(), time_zone)
    mwh = generation(rows, FUELS)
    columns = {
        "authority": rows["authority"].to_numpy(),
        "hour_start_utc": rows["hour_start_utc"].to_numpy(),
        "local_hour": local_hour,
        "generation_mwh": np.round(mwh.sum(axis=1), 3),
    }
    for convention in CONVENTIONS:
        # Rounded so that the Parquet bytes do not hang on the last bit of a sum.
        columns[f"{convention}_g_per_kwh"] = np.round(
            carbon_intensity(mwh, choice.of(authority, convention)), 4
        )
    frame = pd.DataFrame(columns)
    frame["hour_start_utc"] = rows["hour_start_utc"].array
    return frame, local_hour


def profiles(authority, series, local_hour):
    """Mean and standard deviation by local hour, in each convention."""
    parts = []
    for convention in CONVENTIONS:
        mean, deviation, count = grouped_moments(
            series[f"{convention}_g_per_kwh"].to_numpy(), local_hour, HOURS_PER_DAY
        )
        parts.append(
            pd.DataFrame(
                {
                    "authority": authority,
                    "convention": convention,
                    "local_hour": np.arange(HOURS_PER_DAY),
                    "mean_g_per_kwh": mean,
                    "deviation_g_per_kwh": deviation,
                    "n_hours": count,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def annual(authority, name, rows, series, choice):
    """One row of the annual summary."""
    mwh = generation(rows, WITH_OTHER)
    used = np.isfinite(mwh).all(axis=1)
    by_fuel = mwh[used].sum(axis=0)
    row = {
        "authority": authority,
        "name": name,
        "hours_in_year": len(rows),
        "hours_used": int(used.sum()),
        "hours_missing": int((~used).sum()),
        "generation_twh": by_fuel.sum() / MEGAWATT_HOURS_PER_TERAWATT_HOUR,
    }
    for fuel, share in zip(WITH_OTHER, by_fuel / by_fuel.sum(), strict=True):
        row[f"{fuel}_share"] = share
    for fuel in ("gas", "coal", "oil"):
        row[f"{fuel}_factor_g_per_kwh"] = choice.direct(authority, fuel)[0]
    row["basis"] = choice.basis(authority)
    for convention in CONVENTIONS:
        values = series[f"{convention}_g_per_kwh"].to_numpy()
        row[f"{convention}_hourly_mean_g_per_kwh"] = float(np.nanmean(values))
        row[f"{convention}_generation_mean_g_per_kwh"] = weighted_mean(
            values, series["generation_mwh"].to_numpy()
        )
    return row


def alternatives(authority, rows, series, local_hour, choice, content):
    """What other treatments would change."""
    mwh, with_other = generation(rows, FUELS), generation(rows, WITH_OTHER)
    found = []
    for convention in ("direct", "life_cycle"):
        base = series[f"{convention}_g_per_kwh"].to_numpy()
        factor = choice.of(authority, convention)
        default = choice.one("generic", "unknown", convention)[0]
        cases = {"other_at_default": (with_other, np.append(factor, default))}
        if content == "storage":
            stored = choice.one(authority, "battery_discharge", convention)[0]
            cases["other_as_stored"] = (with_other, np.append(factor, stored))
        cases["fleet_factors"] = (mwh, fleet_factor(factor, choice, convention))
        if convention == "life_cycle":
            solar = factor.copy()
            solar[FUELS.index("solar")] = choice.one(authority, "solar", "life_cycle")[0]
            cases["solar_of_zone"] = (mwh, solar)
        for name, (energy, factors) in sorted(cases.items()):
            other = carbon_intensity(energy, factors)
            change = other - base
            by_hour, _, _ = grouped_moments(change, local_hour, HOURS_PER_DAY)
            at = int(np.argmax(np.abs(np.round(by_hour, 6))))
            found.append(
                {
                    "authority": authority,
                    "convention": convention,
                    "alternative": name,
                    "mean_g_per_kwh": float(np.nanmean(other)),
                    "change_g_per_kwh": float(np.nanmean(change)),
                    "relative_change": float(np.nanmean(change) / np.nanmean(base)),
                    "largest_change_g_per_kwh": by_hour[at],
                    "largest_at_local_hour": at,
                }
            )
    return pd.DataFrame(found)


def fleet_factor(factor, choice, convention):
    """The factors with those of the US fleet (CO2 only) in place of the authority's."""
    changed = factor.copy()
    for fuel in FOSSIL:
        changed[FUELS.index(fuel)] = choice.one("US", fuel, "direct")[0]
        if convention == "life_cycle":
            changed[FUELS.index(fuel)] += choice.one("generic", fuel, "upstream")[0]
    return changed


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.hourly,
            snakemake.input.authorities,
            snakemake.input.factors,
            snakemake.input.other,
            snakemake.input.references,
            snakemake.params.selected,
            snakemake.params.as_of,
            snakemake.output,
        )
