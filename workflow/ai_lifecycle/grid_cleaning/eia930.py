"""EIA-930 hourly net generation by fuel: from files as published to hours of one convention."""

import numpy as np
import pandas as pd

from ai_lifecycle import corrections
from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import faults, solar_noon, upstream_csv

DATASET = "eia930_2022"
YEAR = 2022
FUELS = {
    "WND": "wind_mwh",
    "SUN": "solar_mwh",
    "WAT": "hydro_mwh",
    "OIL": "oil_mwh",
    "NG": "gas_mwh",
    "COL": "coal_mwh",
    "NUC": "nuclear_mwh",
    "OTH": "other_mwh",
}
# avg_CI is the copier's own result: demanded, so that a change shows, and never read.
HEADER = ("timestamp", *FUELS, "avg_CI")
COLUMNS = list(FUELS.values())
LOW_CARBON = ["wind_mwh", "solar_mwh", "hydro_mwh", "nuclear_mwh"]
# Fuels whose hour-to-hour changes are small against their day-to-day changes.
SLOW_FUELS = ["wind_mwh", "gas_mwh", "coal_mwh", "nuclear_mwh"]
SHIFTS = ("hour_beginning", "hour_ending", "one_hour_later")
LABEL_ACTIONS = (*SHIFTS, "move_to_previous_midnight")


def source_id(authority):
    """Identifier of one authority's file in the catalogue."""
    return f"{DATASET}_{authority.lower()}"


def year_hours(year=YEAR):
    """Beginnings of all hours of a year, UTC."""
    return pd.date_range(f"{year}-01-01", f"{year}-12-31T23:00", freq="h", tz="UTC", unit="us")


def parse(authority, payload, *, rows, year=YEAR):
    """One authority's file as published.

    Parameters
    ----------
    authority : str
        Code of the balancing authority.
    payload : bytes
        The file.
    rows : int
        Rows expected.

    Returns
    -------
    DataFrame
        `label_utc` as filed, and net generation by fuel. [MWh]

    Raises
    ------
    DataError
        Header, number of rows, time stamps or cells that are not as expected; a negative cell
        (the copy clips at zero, so one would mean another copy).
    """
    name = source_id(authority)
    table = upstream_csv.read(name, payload, HEADER, rows=rows, byte_order_mark=False)
    labels = year_hours(year)
    expected = labels.strftime("%Y-%m-%d %H:%M:%S+00:00").to_numpy(dtype=object)
    upstream_csv.demand_hours(name, "timestamp", upstream_csv.text(table, "timestamp"), expected)
    frame = pd.DataFrame({"label_utc": labels})
    for filed, column in FUELS.items():
        frame[column] = upstream_csv.numbers(name, table, filed, nullable=True)
        below = np.flatnonzero(frame[column] < 0)
        if below.size:
            raise DataError(
                "generation is negative",
                file=name,
                row=int(below[0]) + 2,
                column=filed,
                found=float(frame[column].iloc[below[0]]),
                allowed="zero or more: this copy clips negative values",
            )
    return frame


def clean(authority, frame, entries, *, time_zone, longitude_degrees, equation_of_time_minutes):
    """Generation by hour beginning, faults treated, and one quality row per entry.

    Parameters
    ----------
    authority : str
    frame : DataFrame
        As `parse` returns it.
    entries : sequence of Correction
        Those of this authority, in their order: values first, labels last.
    time_zone : str
        IANA zone of the local day that the authority files.
    longitude_degrees : float
        Of its solar plants. [degrees]
    equation_of_time_minutes : ndarray, shape (hour,)
        For every label. [min]

    Returns
    -------
    hours : DataFrame
        `authority`, `hour_start_utc` and net generation by fuel; hours without a value are NaN.
    quality : list of dict
        Rows of the data-quality table.

    Raises
    ------
    DataError
        When an entry does not find what it expects; when a label has no convention of time.
    """
    name = source_id(authority)
    local = frame["label_utc"].dt.tz_convert(time_zone)
    repeats = faults.repeats_previous(frame[COLUMNS].to_numpy())
    filed_mwh = frame[COLUMNS].sum().sum()
    offset = _noon_offset(frame["solar_mwh"], longitude_degrees, equation_of_time_minutes)
    label_entries, quality = [], []
    for entry in entries:
        chosen = corrections.select(
            frame, entry, repeats=repeats, local_hour=local.dt.hour.to_numpy()
        )
        corrections.demand(frame, entry, chosen, file=name)
        if entry.action in LABEL_ACTIONS:
            label_entries.append((entry, chosen))
            continue
        before = frame.copy()
        frame = corrections.apply_values(frame, entry, chosen)
        quality.append(_row(entry, chosen, _value_effect(entry, before, frame, chosen, filed_mwh)))
    hours, label_rows = _relabelled(name, frame, label_entries, time_zone, offset)
    after = _noon_offset(
        hours["solar_mwh"], longitude_degrees, equation_of_time_minutes[: len(hours)]
    )
    for entry, chosen, words in label_rows:
        if entry.action in SHIFTS:
            words = _noon_effect(entry, local[chosen], offset, after) + words
        quality.append(_row(entry, chosen, {"effect": words, "energy_share_percent": np.nan}))
    hours.insert(0, "authority", authority)
    return hours, [*quality, _missing_row(authority, hours)]


def _relabelled(name, frame, entries, time_zone, offset):
    """Values moved from labels to the hours they describe."""
    start = pd.Series(pd.NaT, index=frame.index, dtype=frame["label_utc"].dtype)
    rank = np.zeros(len(frame), dtype=int)
    rows = []
    for place, (entry, chosen) in enumerate(entries):
        if entry.action == "hour_ending":
            start[chosen] = frame.loc[chosen, "label_utc"] - pd.Timedelta(hours=1)
            rank[chosen] = 1
        elif entry.action == "hour_beginning":
            start[chosen] = frame.loc[chosen, "label_utc"]
        elif entry.action == "one_hour_later":
            start[chosen] = frame.loc[chosen, "label_utc"] + pd.Timedelta(hours=1)
            rank[chosen] = 2 + place
        words = ""
        if entry.action == "move_to_previous_midnight":
            words = _midnight_effect(name, entry, frame, chosen, time_zone)
            start[chosen] = _midnight_before(frame.loc[chosen, "label_utc"], time_zone)
            rank[chosen] = 2 + place
        elif "solar_noon_offset_minutes" in entry.expect:
            day = frame.loc[chosen, "label_utc"]
            measured = np.nanmedian(_days_of(offset, day))
            corrections.demand_measure(entry, "solar_noon_offset_minutes", measured, file=name)
        rows.append((entry, chosen, words))
    if start.isna().any():
        at = int(start.isna().to_numpy().argmax())
        raise DataError(
            "label has no convention of time",
            file=name,
            row=at + 2,
            column="timestamp",
            found=str(frame["label_utc"].iloc[at]),
            allowed="one of the actions hour_beginning and hour_ending for every label",
        )
    # Where two labels describe one hour, the mean over the hour (hour-ending) stands; where one
    # is moved there, it stands, and of two moved the one of the later entry.
    keyed = frame[COLUMNS].assign(hour_start_utc=start, rank=rank)
    keyed = keyed.sort_values(["hour_start_utc", "rank"], kind="stable")
    keyed = keyed.drop_duplicates("hour_start_utc", keep="last").set_index("hour_start_utc")
    hours = keyed[COLUMNS].reindex(year_hours(frame["label_utc"].iloc[0].year))
    # An hour without one of its fuels that the file reports has no total: it stays incomplete.
    return hours.rename_axis("hour_start_utc").reset_index(), rows


def _midnight_before(labels, time_zone):
    """The last local midnight before each label; of a midnight, the one before."""
    day = (labels.dt.tz_convert(time_zone) - pd.Timedelta(hours=1)).dt.tz_localize(None)
    return day.dt.normalize().dt.tz_localize(time_zone).dt.tz_convert("UTC").astype(labels.dtype)


def midnight_fit(frame, chosen, time_zone):
    """How well values fit at the local midnight before the label that they are filed under.

    Returns
    -------
    share : dict of str to float
        Share of midnights at which they lie nearer to the midpoint of both neighbours than what is
        filed there, jointly for the fuels that vary slowly (`all`) and by fuel. [1]
    midnights : int
        Midnights that can be compared.
    steps_mwh : tuple of float
        Mean absolute step of the total into and out of those midnights as filed and as repaired,
        and of all other hours. [MWh]
    """
    values = frame.set_index("label_utc")[COLUMNS]
    labels = frame.loc[chosen, "label_utc"]
    meant = values.copy()
    moved = values.loc[labels].set_axis(pd.Index(_midnight_before(labels, time_zone)))
    moved = moved[moved.index.isin(values.index)]
    meant.loc[moved.index] = moved.to_numpy()
    at = values.index.isin(moved.index)
    share, midnights = {}, 0
    for name, columns in {"all": SLOW_FUELS, **{fuel: [fuel] for fuel in SLOW_FUELS}}.items():
        better, comparable = faults.fits_neighbours_better(values[columns], meant[columns])
        counted = comparable & at
        share[name] = (better & counted).sum() / max(counted.sum(), 1)
        if name == "all":
            midnights = int(counted.sum())
    totals = [v.sum(axis=1, min_count=len(COLUMNS)).to_numpy() for v in (values, meant)]
    steps = [np.abs(np.diff(total)) for total in totals]
    near = at[1:] | at[:-1]
    return (
        share,
        midnights,
        (
            float(np.nanmean(steps[0][near])),
            float(np.nanmean(steps[1][near])),
            float(np.nanmean(steps[0][~near])),
        ),
    )


def _midnight_effect(name, entry, frame, chosen, time_zone):
    share, midnights, (before, after, other) = midnight_fit(frame, chosen, time_zone)
    percent = {fuel: 100 * value for fuel, value in share.items()}
    corrections.demand_measure(entry, "percent_fitting_better", percent["all"], file=name)
    if not midnights:
        return "moved to the midnight before; a neighbour there is missing, so no fit is measured"
    single = ", ".join(f"{f.removesuffix('_mwh')} {percent[f]:.0f} %" for f in SLOW_FUELS)
    return (
        f"moved to the midnight before, the values fit its neighbours better on "
        f"{percent['all']:.1f} % of midnights ({midnights} compared; {single} alone); mean "
        f"absolute step of the total into and out of midnight {before:.0f} MWh as filed, "
        f"{after:.0f} MWh as repaired, {other:.0f} MWh at other hours"
    )


def _noon_offset(solar, longitude_degrees, equation_of_time_minutes):
    return solar_noon.centroid_offset(solar, longitude_degrees, equation_of_time_minutes)


def _days_of(offset, labels):
    """Offsets of the solar days whose noon lies among the labels (all areas lie west of 0°)."""
    first = pd.Timestamp(f"{labels.iloc[0].year}-01-01", tz="UTC")
    noon = labels[labels.dt.hour == 20]
    days = ((noon - first) // pd.Timedelta(days=1)).to_numpy() + 1
    return offset[days[days < len(offset)]]


def _noon_effect(entry, labels, before, after):
    labels = labels.dt.tz_convert("UTC")
    was, now = _days_of(before, labels), _days_of(after, labels)
    if not np.isfinite(was).any():
        return "no solar output to test against"
    treated = f"{np.nanmedian(now):+.0f} min" if np.isfinite(now).any() else "not a whole day"
    return (
        f"centroid of solar output {np.nanmedian(was):+.0f} min from solar noon when labels are "
        f"read as hour-beginning, {treated} as treated ({int(np.isfinite(was).sum())} days)"
    )


def _value_effect(entry, before, after, chosen, filed_mwh):
    """Energy that an entry touches, and what it does to the share of low-carbon generation."""
    columns = list(entry.columns)
    if entry.action == "relabel":
        touched = (before.loc[chosen, columns] - after.loc[chosen, columns]).sum().sum()
    else:
        touched = before.loc[chosen, columns].sum().sum()
    share = 100 * touched / filed_mwh
    words = f"{touched:.0f} MWh, {share:.3g} % of the year's energy as filed"
    if entry.action == "set_missing":
        words += "; not replaced"
    elif entry.action == "keep":
        words += "; left as filed"
    else:
        low = [100 * f[LOW_CARBON].sum().sum() / f[COLUMNS].sum().sum() for f in (before, after)]
        words += f"; share of low-carbon generation {low[1] - low[0]:+.2f} percentage points"
    return {"effect": words, "energy_share_percent": share}


def _row(entry, chosen, effect):
    return {
        "dataset": DATASET,
        "area": entry.area,
        "fault": entry.fault,
        "where": corrections.interval(entry),
        "affected_rows": int(chosen.sum()),
        "treatment": entry.action,
        "energy_share_percent": effect["energy_share_percent"],
        "effect": effect["effect"],
        "reason": entry.reason,
        "source_key": entry.source_key or "eia930",
        "locator": entry.locator or source_id(entry.area),
    }


def _missing_row(authority, hours):
    incomplete = hours[COLUMNS].isna().any(axis=1)
    return {
        "dataset": DATASET,
        "area": authority,
        "fault": "hours incomplete after treatment",
        "where": "the calendar year, UTC",
        "affected_rows": int(incomplete.sum()),
        "treatment": "left missing",
        "energy_share_percent": np.nan,
        "effect": f"{100 * incomplete.mean():.2f} % of hours have no total; none is filled",
        "reason": "sum of the faults above, of hours that no label describes and of fuels set "
        "missing",
        "source_key": "eia930",
        "locator": source_id(authority),
    }
