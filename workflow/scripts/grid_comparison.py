"""Our production-based intensities beside Electricity Maps' consumption-based ones."""

import numpy as np
import pandas as pd

from ai_lifecycle import facts, runlog, tables
from ai_lifecycle.grid.average import grouped_moments
from ai_lifecycle.grid.comparison import best_lag, bias, pearson
from ai_lifecycle.units import HOURS_PER_DAY

LARGEST_LAG_HOURS = 3
CONVENTIONS = ("direct", "life_cycle")
THEIR_COLUMNS = {"direct_g_per_kwh": "their_direct", "lifecycle_g_per_kwh": "their_life_cycle"}
REASONS = {
    "CISO": (
        "trade, and geothermal and biomass, which the generation files lack; solar at 48 g/kWh "
        "here and 25.6 there; batteries, left out here"
    ),
    "ERCO": (
        "the same generation and factors, and almost no trade: no independent check; solar and "
        "other fuels at other factors"
    ),
    "NYIS": "imports, much of them hydro; what the files book as oil, at 600 MWh round the clock",
    "PJM": (
        "largely the same generation and factors: no independent check; trade, and other, which "
        "they count"
    ),
}


def main(ours, theirs, authorities, references, selected, as_of, out):
    table = tables.read_parquet(ours, "grid_hourly_intensity")
    maps = tables.read_parquet(theirs, "electricity_maps_hourly").rename(columns=THEIR_COLUMNS)
    known = facts.read(
        authorities, "balancing_authorities", references=references, as_of=as_of
    ).set_index("authority")
    rows = []
    for authority in sorted(set(selected) & set(REASONS)):
        zone = known["electricity_maps_zone"][authority]
        both = table[table["authority"] == authority].merge(
            maps[maps["zone"] == zone], on="hour_start_utc", how="left", validate="one_to_one"
        )
        rows += [compared(authority, zone, convention, both) for convention in CONVENTIONS]
    tables.write_csv(pd.DataFrame(rows), out, "grid_comparison")


def compared(authority, zone, convention, both):
    """One row of the comparison."""
    x = both[f"{convention}_g_per_kwh"].to_numpy(dtype=float)
    y = both[f"their_{convention}"].to_numpy(dtype=float)
    common = np.isfinite(x) & np.isfinite(y)
    mean_x, mean_y, difference, relative, n = bias(x, y)
    lag, at_lag = best_lag(x, y, LARGEST_LAG_HOURS)
    profile_x, profile_y = (
        grouped_moments(np.where(common, v, np.nan), both["local_hour"].to_numpy(), HOURS_PER_DAY)[
            0
        ]
        for v in (x, y)
    )
    return {
        "authority": authority,
        "zone": zone,
        "convention": convention,
        "n_hours": n,
        "estimated_share": float(both["estimated"][common].astype(bool).mean()),
        "ours_g_per_kwh": mean_x,
        "theirs_g_per_kwh": mean_y,
        "bias_g_per_kwh": difference,
        "relative_bias": relative,
        "hourly_correlation": pearson(x, y),
        "profile_correlation": pearson(profile_x, profile_y),
        "best_lag_hours": lag,
        "best_lag_correlation": at_lag,
        "reason": REASONS[authority],
    }


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            snakemake.input.ours,
            snakemake.input.theirs,
            snakemake.input.authorities,
            snakemake.input.references,
            snakemake.params.selected,
            snakemake.params.as_of,
            snakemake.output.comparison,
        )
