"""Tables of GPU growth: which products enter, and what the trends of each choice are."""

import zlib

import numpy as np
import pandas as pd

from ai_lifecycle.hardware import growth
from ai_lifecycle.hardware.specifications import decimal_year

SEGMENTS = {
    "all": ("consumer", "workstation", "data_centre", "mobile", "integrated", "embedded",
            "console", "mining"),
    "consumer": ("consumer",),
    "workstation": ("workstation",),
    "data_centre": ("data_centre",),
}  # fmt: skip
SINCE_YEARS = (2006, 2010, 2012)
LEVEL = 0.95
# Chips and processes last two to three years: the span over which neighbours are alike.
BLOCK_YEARS = 3
BASES = ("products", "best_of_year")
FACTOR_COLUMNS = ["fp32_gflops", "transistors_million", "die_area_mm2", "clock_mhz"]


def usable(specifications, *, clock="boost_clock_mhz", year_only=False):
    """Products that may enter a trend.

    Parameters
    ----------
    specifications : DataFrame
        Table ``gpu_specifications``.
    clock : str
        Column taken as the clock. [MHz]
    year_only : bool
        Keep products dated 1 January, whose day is unknown.

    Returns
    -------
    DataFrame
        Added: date_years, year, clock_mhz, gflops_per_watt.
    """
    frame = specifications[specifications["exclusion"].isna()]
    if not year_only:
        frame = frame[~frame["release_year_only"]]
    return with_measures(frame, clock)


def as_published(specifications):
    """The same products without any correction, exclusion or care for dates."""
    frame = specifications.copy()
    for name in frame.columns:
        if name.endswith("_published"):
            frame[name.removesuffix("_published")] = frame[name]
    return with_measures(frame, "boost_clock_mhz")


def with_measures(frame, clock):
    """Products with what the trends need; `clock` names the column of the clock. [MHz]"""
    frame = frame[frame["release_date"].notna()]
    return frame.assign(
        date_years=decimal_year(frame["release_date"]),
        year=frame["release_date"].dt.year,
        clock_mhz=frame[clock],
        gflops_per_watt=frame["fp32_gflops"] / frame["thermal_design_power_w"],
    ).reset_index(drop=True)


def in_segment(frame, segment, since_year):
    """Products of a segment from a year on."""
    return frame[frame["segment"].isin(SEGMENTS[segment]) & (frame["year"] >= since_year)]


def on_basis(frame, basis, by="fp32_gflops"):
    """All products, or the best of each year by one measure."""
    if basis == "products":
        return frame
    best = growth.best_of_each_group(frame["year"], frame[by], frame["id"])
    return frame.iloc[best]


def measures(frame):
    """The three sets of series, each on the products that have all its columns.

    Returns
    -------
    dict of str to (list of str, DataFrame)
        Names of the series and the products behind them.
    """
    return {
        "throughput": (["fp32_gflops"], frame.dropna(subset=["fp32_gflops"])),
        "factors": (
            ["fp32_gflops_complete", *growth.FACTORS, "transistors"],
            frame.dropna(subset=FACTOR_COLUMNS),
        ),
        "efficiency": (["gflops_per_watt"], frame.dropna(subset=["gflops_per_watt"])),
    }


def logarithms(kind, frame):
    """Base-2 logarithms of the series of one kind, shape (series, product)."""
    if kind == "throughput":
        return np.log2(frame[["fp32_gflops"]].to_numpy().T)
    if kind == "efficiency":
        return np.log2(frame[["gflops_per_watt"]].to_numpy().T)
    factor = growth.factors(*(frame[name].to_numpy() for name in FACTOR_COLUMNS))
    total = frame[["fp32_gflops"]].to_numpy().T
    return np.log2(np.vstack([total, factor, factor[0] * factor[1]]))


def generator(seed, *labels):
    """Random numbers that depend on the seed and on what they are for, not on the order."""
    key = zlib.crc32("/".join(map(str, labels)).encode())
    return np.random.Generator(np.random.Philox(key=[seed, key]))


def fit(kind, frame, *, seed, replicates, label, block_years=BLOCK_YEARS):
    """Slopes of one kind of series, with classical and bootstrap intervals.

    Returns
    -------
    dict of ndarray
        slope, r_squared, classical (2, series), bootstrap (2, series), all in doublings per
        year, and draws (series, replicate); None with fewer than four years.
    """
    years = np.arange(frame["year"].min(), frame["year"].max() + 1) if len(frame) else []
    if frame["year"].nunique() < 4:
        return None
    y = logarithms(kind, frame)
    date = frame["date_years"].to_numpy()
    slope, error, r_squared = growth.trend(date, y)
    draws = growth.year_block_draws(
        len(years), min(block_years, len(years)), replicates, generator(seed, *label)
    )
    position = (frame["year"] - years[0]).to_numpy()
    sample = growth.bootstrap_slopes(date, y, position, draws)
    tails = [50 * (1 - LEVEL), 50 * (1 + LEVEL)]
    return {
        "slope": slope,
        "r_squared": r_squared,
        "classical": np.stack(growth.classical_interval(slope, error, len(frame), LEVEL)),
        "bootstrap": np.nanpercentile(sample, tails, axis=1),
        "draws": sample,
    }


def line(frame, column, start, end):
    """Values of the least-squares line of the logarithm of a column, at two dates.

    Parameters
    ----------
    frame : DataFrame
        From `with_measures`.
    column : str
        A positive quantity. [any]
    start, end : float
        Dates. [year]

    Returns
    -------
    ndarray, shape (2,)
        In the unit of the column.
    """
    known = frame.dropna(subset=[column])
    date, value = known["date_years"].to_numpy(), np.log2(known[column].to_numpy())
    slope = growth.trend(date, value)[0]
    return 2 ** (value.mean() + slope * (np.array([start, end]) - date.mean()))


def _times(result, row):
    """Doubling times of one series: point, classical and bootstrap ends; NaN if unbounded."""
    time = float(growth.doubling_time(result["slope"][row]))
    ends = [
        float(growth.doubling_time(result[kind][side, row]))
        for kind in ("classical", "bootstrap")
        for side in (1, 0)
    ]
    return [time, *ends]


def doubling_times(frame, *, seed, replicates):
    """Doubling times by segment, basis, first year and quantity.

    Returns
    -------
    DataFrame
        Table ``gpu_growth_doubling_times``.
    """
    rows = []
    for segment in SEGMENTS:
        for since in SINCE_YEARS:
            part = in_segment(frame, segment, since)
            for kind, (names, complete) in measures(part).items():
                bases = [(basis, "fp32_gflops") for basis in BASES]
                if kind == "efficiency":
                    bases.append(("most_efficient_of_year", "gflops_per_watt"))
                for basis, by in bases:
                    chosen = on_basis(complete, basis, by)
                    result = fit(kind, chosen, seed=seed, replicates=replicates,
                                 label=(segment, since, kind, basis))  # fmt: skip
                    if result is None:
                        continue
                    for row, name in enumerate(names):
                        rows.append(
                            [segment, basis, since, int(chosen["year"].max()), name, len(chosen),
                             int(chosen["year"].nunique()), float(result["slope"][row]),
                             float(result["r_squared"][row]), *_times(result, row)]
                        )  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["segment", "basis", "since_year", "until_year", "quantity", "products", "years",
                 "doublings_per_year", "r_squared", "doubling_time_years",
                 "classical95_low_years", "classical95_high_years", "bootstrap95_low_years",
                 "bootstrap95_high_years"],
    )  # fmt: skip


def shares(frame, *, seed, replicates):
    """Shares of the four factors in log growth, between end points and along trends.

    Returns
    -------
    DataFrame
        Table ``gpu_growth_shares``; the factor ``total`` carries the growth itself.
    """
    rows = []
    for segment in SEGMENTS:
        for since in SINCE_YEARS:
            complete = measures(in_segment(frame, segment, since))["factors"][1]
            for basis in BASES:
                chosen = on_basis(complete, basis)
                result = fit("factors", chosen, seed=seed, replicates=replicates,
                             label=(segment, since, "factors", basis))  # fmt: skip
                if result is not None:
                    rows += _trend_share_rows(segment, basis, since, chosen, result)
            rows += _end_point_rows(segment, since, on_basis(complete, "best_of_year"))
    return pd.DataFrame(
        rows,
        columns=["segment", "basis", "since_year", "first_product", "first_date",
                 "last_product", "last_date", "factor", "growth_ratio", "share",
                 "bootstrap95_low_share", "bootstrap95_high_share"],
    )  # fmt: skip


def _trend_share_rows(segment, basis, since, chosen, result):
    total = result["slope"][0]
    share = result["slope"][1:5] / total
    low, high = np.nanpercentile(
        result["draws"][1:5] / result["draws"][0],
        [50 * (1 - LEVEL), 50 * (1 + LEVEL)],
        axis=1,
    )
    span = chosen["date_years"].max() - chosen["date_years"].min()
    ends = [None, chosen["release_date"].min(), None, chosen["release_date"].max()]
    rows = [
        [segment, basis, since, *ends, name, float(2 ** (result["slope"][1 + i] * span)),
         float(share[i]), float(low[i]), float(high[i])]
        for i, name in enumerate(growth.FACTORS)
    ]  # fmt: skip
    return [*rows, [segment, basis, since, *ends, "total", float(2 ** (total * span)), 1.0,
                    np.nan, np.nan]]  # fmt: skip


def _end_point_rows(segment, since, best):
    """First and last year's best product: growth of each factor, and its share."""
    if best["year"].nunique() < 2:
        return []
    first, last = best.iloc[[0]], best.iloc[[-1]]
    a, b = (
        growth.factors(*(end[name].to_numpy() for name in FACTOR_COLUMNS))[:, 0]
        for end in (first, last)
    )
    share = growth.log_shares(a, b)
    ends = [first["name"].iloc[0], first["release_date"].iloc[0], last["name"].iloc[0],
            last["release_date"].iloc[0]]  # fmt: skip
    rows = [
        [segment, "end_points", since, *ends, name, float(b[i] / a[i]), float(share[i]), np.nan,
         np.nan]
        for i, name in enumerate(growth.FACTORS)
    ]  # fmt: skip
    total = [segment, "end_points", since, *ends, "total", float(np.prod(b) / np.prod(a)), 1.0,
             np.nan, np.nan]  # fmt: skip
    return [*rows, total]
