"""Energy and embodied carbon by owner and quarter, in cases of low, value and high."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ai_lifecycle import units
from ai_lifecycle.errors import DataError
from ai_lifecycle.fleet import footprint, installed_base
from ai_lifecycle.fleet_cleaning.chip_counts import ALL_OWNERS

REMAINDER = "others and not attributed"
UNNAMED = "Other"
MACHINE = "machine"
QUANTILES = {"low": "units_p05", "value": "units_median", "high": "units_p95"}
# Of these a larger value gives less energy.
LESSENING = ("delay",)


@dataclass(frozen=True)
class Case:
    """Which end of the counts and of the factors a calculation takes."""

    counts: str
    factors: str
    retire: bool = True


CASES = {
    "value": Case("value", "value"),
    "counts_low": Case("low", "value"),
    "counts_high": Case("high", "value"),
    "low": Case("low", "low"),
    "high": Case("high", "high"),
    "no_retirement": Case("value", "value", retire=False),
}


def factors(constants):
    """Low, value and high of each factor, where low and high are those of energy.

    Raises
    ------
    DataError
        A constant without range, or in another unit.
    """
    chosen = {
        "life": constants.known("accelerator.lifetime", unit="year"),
        "shape": constants.known("fleet.retirement_shape", unit="1"),
        "delay": constants.known("fleet.commissioning_delay", unit="year"),
        "at_work_over_rated": constants.known("node.power_over_rated_accelerators", unit="1"),
        "share_of_time_at_work": constants.known("accelerator.reserved_utilisation", unit="1"),
        "idle_over_at_work": constants.known("fleet.idle_power_share", unit="1"),
        "machine_over_rated": constants.known("fleet.tpu_machine_power_over_rated", unit="1"),
        "pue": constants.known("inference.pue", unit="1"),
    }
    ends = {}
    for name, entry in chosen.items():
        if not entry.low <= entry.value <= entry.high:
            raise DataError("constant lacks a range", key=name, file="data/constants.csv",
                            found=entry.value, allowed="low, value and high")  # fmt: skip
        low, high = (entry.high, entry.low) if name in LESSENING else (entry.low, entry.high)
        ends[name] = {"low": low, "value": entry.value, "high": high}
    return ends


def last_complete_quarter(counts):
    """Last quarter that every maker's totals hold, and hold whole."""
    totals = counts[(counts["owner"] == ALL_OWNERS) & ~counts["incomplete"]]
    return totals.groupby("manufacturer")["quarter_start"].max().min()


def dense(counts, last_quarter):
    """Counts as arrays over quarters.

    Returns
    -------
    series : DataFrame
        Manufacturer, owner and type, one row a series.
    quarters : DatetimeIndex
        First days of the quarters.
    cumulative : dict of str to ndarray, shape (series, quarter)
        Low, value and high; zero before the count of a series begins.

    Raises
    ------
    DataError
        A quarter that a series leaves out after its first.
    """
    used = counts[counts["quarter_start"] <= last_quarter]
    quarters = pd.date_range(used["quarter_start"].min(), last_quarter, freq="QS")
    key = ["manufacturer", "owner", "accelerator_type"]
    cumulative = {}
    for end, column in QUANTILES.items():
        placed = used.set_index([*key, "quarter_start"])[column]
        wide = placed.unstack("quarter_start").reindex(columns=quarters)  # noqa: PD010
        held = wide.notna().to_numpy()
        gap = (np.maximum.accumulate(held, axis=1) & ~held).any(axis=1)
        if gap.any():
            raise DataError("series leaves out a quarter", file="accelerator_counts",
                            found=wide.index[gap][0])  # fmt: skip
        cumulative[end] = wide.fillna(0.0).to_numpy()
    return wide.index.to_frame(index=False), quarters, cumulative


def table(counts, used, names, known):
    """Table ``fleet``: one row an owner and quarter.

    Parameters
    ----------
    counts, used : DataFrame
        Tables ``accelerator_counts`` and ``fleet_accelerators_used``.
    names : DataFrame
        Facts ``fleet_accelerators``: which basis of power a type has.
    known : dict
        Constants.

    Returns
    -------
    DataFrame
        Sums over types. Low and high add low to low and high to high over types and quarters;
        the remainder has no range, since quantiles do not subtract.
    """
    series, quarters, cumulative = dense(counts, last_complete_quarter(counts))
    ends = factors(known)
    types = used.set_index(["manufacturer", "accelerator_type"])
    basis = names.drop_duplicates(["manufacturer", "accelerator_type"]).set_index(
        ["manufacturer", "accelerator_type"]
    )["power_basis"]
    key = pd.MultiIndex.from_frame(series[["manufacturer", "accelerator_type"]])
    rated = types.loc[key, "rated_power_w"].to_numpy()[:, None]
    by_machine = (basis.loc[key] == MACHINE).to_numpy()[:, None]
    hours = _hours(quarters)
    columns = {}
    for name, case in CASES.items():
        stock = _stock(cumulative[case.counts], case, ends)
        over = np.where(by_machine, *_power(ends, case.factors))
        columns |= {
            (name, "energy_gwh"): footprint.facility_energy_gwh(
                installed_base.mean_over_quarter(stock["in_service"]), rated, over,
                ends["pue"][case.factors], hours),
            (name, "embodied_cumulative_tco2e"): _embodied(cumulative[case.counts], types, key,
                                                           case.factors),
        }  # fmt: skip
        if name == "value":
            columns |= _of_value(cumulative["value"], stock, rated, types, key)
    return _by_owner(columns, series, quarters)


def _hours(quarters):
    """Length of each quarter. [h]"""
    after = quarters + pd.offsets.QuarterBegin(startingMonth=1)
    return ((after - quarters) / pd.Timedelta(hours=1)).to_numpy()


def _stock(cumulative, case, ends):
    """Units powered, in service, retired and waiting at the end of each quarter."""
    delay = round(ends["delay"][case.factors] * units.QUARTERS_PER_YEAR)
    powered = installed_base.delayed(installed_base.additions(cumulative), delay)
    life = ends["life"][case.factors] if case.retire else np.inf
    serving = installed_base.in_service(powered, life, ends["shape"][case.factors])
    ever = np.cumsum(powered, axis=-1)
    return {"in_service": serving, "retired": ever - serving, "waiting": cumulative - ever}


def _power(ends, end):
    """Mean power over rated: of machines as measured, of nodes by parts."""
    node = footprint.mean_power_over_rated(
        *(ends[n][end] for n in ("at_work_over_rated", "share_of_time_at_work",
                                 "idle_over_at_work"))
    )  # fmt: skip
    return ends["machine_over_rated"][end], node


def _embodied(number, types, key, end):
    """Embodied carbon; types without a footprint add nothing and are listed elsewhere."""
    column = "embodied_kgco2e" if end == "value" else f"embodied_{end}_kgco2e"
    one = types.loc[key, column].fillna(0.0).to_numpy()[:, None]
    return footprint.embodied_tco2e(number, one)


def _of_value(cumulative, stock, rated, types, key):
    """Columns that only the middle case has."""
    added = installed_base.additions(cumulative)
    known = types.loc[key, "left_out"].isna().to_numpy()[:, None]
    power = rated / units.WATTS_PER_GIGAWATT
    named = {
        "units_added": added,
        "units_cumulative": cumulative,
        "units_waiting": stock["waiting"],
        "units_retired": stock["retired"],
        "units_in_service": stock["in_service"],
        "rated_power_sold_gw": cumulative * power,
        "rated_power_in_service_gw": stock["in_service"] * power,
        "embodied_added_tco2e": _embodied(added, types, key, "value"),
        "embodied_not_retired_tco2e": _embodied(cumulative - stock["retired"], types, key,
                                                "value"),
        "covered_units": cumulative * known,
        "covered_power": cumulative * power * known,
    }  # fmt: skip
    return {("value", name): values for name, values in named.items()}


def _by_owner(columns, series, quarters):
    """Sums over types; the owners that are named, what is left, and all."""
    owners = sorted(set(series["owner"]) - {ALL_OWNERS, UNNAMED})
    rows = []
    for owner in [*owners, REMAINDER, ALL_OWNERS]:
        frame = pd.DataFrame({"owner": owner, "quarter_start": quarters})
        for (case, name), values in columns.items():
            title = name if case == "value" else _titled(name, case)
            frame[title] = _sum(values, series["owner"], owner, owners, case)
        rows.append(frame)
    whole = pd.concat(rows, ignore_index=True)
    sold, power = whole["units_cumulative"], whole["rated_power_sold_gw"]
    whole["embodied_units_share"] = (whole["covered_units"] / sold).where(sold > 0)
    whole["embodied_power_share"] = (whole["covered_power"] / power).where(power > 0)
    return whole[COLUMNS]


def _titled(name, case):
    stem, unit = name.rsplit("_", 1)
    return f"{stem}_{case}_{unit}"


def _sum(values, owner_of, owner, owners, case):
    """Sum over the series of an owner; the remainder is all less the named, medians only."""
    if owner != REMAINDER:
        return values[(owner_of == owner).to_numpy()].sum(axis=0)
    if case not in ("value", "no_retirement"):
        return np.full(values.shape[1], np.nan)
    named = owner_of.isin(owners).to_numpy()
    return values[(owner_of == ALL_OWNERS).to_numpy()].sum(axis=0) - values[named].sum(axis=0)


COLUMNS = [
    "owner",
    "quarter_start",
    "units_added",
    "units_cumulative",
    "units_waiting",
    "units_retired",
    "units_in_service",
    "rated_power_sold_gw",
    "rated_power_in_service_gw",
    "energy_gwh",
    "energy_counts_low_gwh",
    "energy_counts_high_gwh",
    "energy_low_gwh",
    "energy_high_gwh",
    "energy_no_retirement_gwh",
    "embodied_added_tco2e",
    "embodied_cumulative_tco2e",
    "embodied_cumulative_counts_low_tco2e",
    "embodied_cumulative_counts_high_tco2e",
    "embodied_cumulative_low_tco2e",
    "embodied_cumulative_high_tco2e",
    "embodied_not_retired_tco2e",
    "embodied_units_share",
    "embodied_power_share",
]
