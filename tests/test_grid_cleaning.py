"""Detectors see their fault and no other; labels and values are moved as corrections say."""

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import corrections
from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import avert, eia930, faults, solar_noon

ZERO_EQUATION = np.zeros(8760)


# ------------------------------------------------------------------ detectors


def bell(hours_late=0.0, longitude=-90.0, days=3):
    """Solar output of clear days, symmetric about solar noon, the hour labelled by its beginning
    and then moved `hours_late`."""
    hour = np.arange(24 * days) + 0.5 + longitude / 15 - hours_late
    from_noon = (hour % 24) - 12
    return np.clip(np.cos(np.pi * from_noon / 12), 0, None)


@pytest.mark.parametrize("hours_late", [0, 1, -1, 0.5])
def test_solar_noon_offset_is_the_shift_of_the_labels(hours_late):
    offset = solar_noon.centroid_offset(bell(hours_late), -90.0, np.zeros(72))
    np.testing.assert_allclose(offset[np.isfinite(offset)], 60 * hours_late, atol=1e-9)
    assert np.isfinite(offset).sum() == 2  # the first and last solar days are cut


def test_solar_noon_follows_the_equation_of_time():
    offset = solar_noon.centroid_offset(bell(), -90.0, np.full(72, 12.0))
    np.testing.assert_allclose(offset[1:3], 12, atol=0.5)


def test_solar_noon_leaves_out_dull_and_incomplete_days():
    solar = bell(days=5)
    solar[30:48] *= 0.05
    solar[80] = np.nan
    offset = solar_noon.centroid_offset(solar, -90.0, np.zeros(120))
    assert np.isfinite(offset).tolist() == [False, True, False, True, False, False]


def test_solar_noon_arguments_are_checked():
    with pytest.raises(ValueError, match="equation_of_time_minutes"):
        solar_noon.centroid_offset(np.zeros(24), 0.0, np.zeros(23))
    with pytest.raises(ValueError, match="longitude_degrees"):
        solar_noon.centroid_offset(np.zeros(24), 200.0, np.zeros(24))


def test_repeats_need_every_fuel_and_some_energy():
    energy = np.array([[1, 2], [1, 2], [1, 3], [0, 0], [0, 0], [1, np.nan], [1, np.nan], [4, 5]])
    found = faults.repeats_previous(energy)
    assert np.flatnonzero(found).tolist() == [1]
    with pytest.raises(ValueError, match="energy_mwh"):
        faults.repeats_previous(energy[:, 0])


def test_isolated_spike_is_one_hour_between_like_neighbours():
    series = np.array(
        [10, 11, 500, 12, 10, 500, 500, 10, 300, 600, 320, np.nan, 900, 10.0, 10, 300, 90]
    )
    found = faults.isolated_spikes(series, floor_mwh=200, factor=3)
    assert np.flatnonzero(found).tolist() == [2, 9]
    assert not faults.isolated_spikes(series, floor_mwh=600, factor=3).any()
    assert np.flatnonzero(faults.isolated_spikes(series, floor_mwh=200, factor=20)).tolist() == [2]
    with pytest.raises(ValueError, match="floor_mwh"):
        faults.isolated_spikes(series, floor_mwh=0, factor=3)


def test_reversed_steps_are_leaps_there_and_back():
    rng = np.random.Generator(np.random.Philox(5))
    series = np.linspace(30000, 27000, 400) + 50 * rng.normal(size=400)
    series[40:45] *= 0.5  # five hours
    series[100:124] *= 1.08  # a day
    series[200:] *= 0.93  # an outage that lasts
    series[250:255] *= 0.96  # too small
    series[300:330] *= 0.9  # longer than a day
    planted = [40, 45, 100, 124]
    found = faults.reversed_steps(series, share=0.05, hours=24)
    assert np.flatnonzero(found).tolist() == planted
    series[38:40] = np.nan  # a gap beside a step does not hide it
    series[124] = np.nan
    found = faults.reversed_steps(series, share=0.05, hours=25)
    assert np.flatnonzero(found).tolist() == [40, 45, 100, 125]
    found = faults.reversed_steps(series, share=0.05, hours=30)
    assert np.flatnonzero(found).tolist() == [40, 45, 100, 125, 300, 330]
    assert not faults.reversed_steps(series, share=0.05, hours=3).any()
    for wrong in ({"share": 0, "hours": 24}, {"share": 0.05, "hours": 0}):
        with pytest.raises(ValueError, match="share and hours"):
            faults.reversed_steps(series, **wrong)


def test_collapsed_hours_are_below_a_share_of_the_median():
    total = np.array([100, 90, 29, 31, np.nan, 110.0])
    found = faults.collapsed_hours(total, share=0.333)
    assert np.flatnonzero(found).tolist() == [2]
    with pytest.raises(ValueError, match="share"):
        faults.collapsed_hours(total, share=30)


def test_replacement_fits_better_when_nearer_to_both_neighbours():
    filed = np.array([[10.0, 1], [11, 1], [40, 9], [12, 1], [13, 2], [14, 2]])
    meant = filed.copy()
    meant[2] = [11, 1]
    meant[4] = [40, 9]
    better, comparable = faults.fits_neighbours_better(filed, meant)
    assert comparable.tolist() == [False, True, True, True, True, False]
    assert np.flatnonzero(better & comparable).tolist() == [2]
    with pytest.raises(ValueError, match="replacement_mwh"):
        faults.fits_neighbours_better(filed, meant[1:])


def test_exchange_keeps_the_sum():
    first = np.array([600, 0, 0, 600, 0, 600.0])
    second = np.array([170, 780, 760, 170, 170, 170.0])
    found = faults.exchanges(first, second, floor_mwh=200, tolerance=0.1)
    assert np.flatnonzero(found).tolist() == [1, 3]
    with pytest.raises(ValueError, match="second_mwh"):
        faults.exchanges(first, second[1:], floor_mwh=200, tolerance=0.1)


def test_dark_output_needs_darkness_and_output():
    found = faults.dark_output(
        [0, 60, 60, 59, np.nan], [120, 120, 80, 120, 120], floor_mwh=60, zenith_floor_degrees=96
    )
    assert np.flatnonzero(found).tolist() == [1]
    with pytest.raises(ValueError, match="zenith_degrees"):
        faults.dark_output([1], [1, 2], floor_mwh=1, zenith_floor_degrees=96)


# ------------------------------------------------------------------ labels


def made_up(action, **more):
    """A correction of labels for a made-up authority."""
    return corrections.Correction(
        **{
            "id": action,
            "area": "XX",
            "fault": "label",
            "action": action,
            "columns": tuple(eia930.COLUMNS),
            "where": {"every": True},
            "expect": {"rows": 8760},
            "reason": "r",
            "evidence": "e",
            **more,
        }
    )


def numbered():
    """A year as filed in which gas is the number of the row."""
    labels = eia930.year_hours()
    frame = pd.DataFrame({"label_utc": labels}).assign(**dict.fromkeys(eia930.COLUMNS, 1.0))
    frame["gas_mwh"] = np.arange(8760.0)
    return frame


def cleaned(entries, frame=None, time_zone="America/New_York"):
    return eia930.clean(
        "XX",
        numbered() if frame is None else frame,
        entries,
        time_zone=time_zone,
        longitude_degrees=-75.0,
        equation_of_time_minutes=ZERO_EQUATION,
    )


def test_hour_ending_moves_back_one_hour():
    hours, quality = cleaned([made_up("hour_ending")])
    gas = hours["gas_mwh"].to_numpy()
    assert gas[0] == 1  # the label 00:00 belongs to the year before
    assert gas[8758] == 8759
    assert np.isnan(gas[8759])
    assert quality[-1]["affected_rows"] == 1


def test_hour_beginning_stays():
    hours, _ = cleaned([made_up("hour_beginning")])
    assert hours["gas_mwh"].tolist() == list(range(8760))


def test_one_hour_later_moves_what_it_names_and_leaves_a_gap():
    late = made_up(
        "one_hour_later",
        where={"labels": [["2022-11-06T06:00", "2022-11-06T08:00"]]},
        expect={"rows": 3},
    )
    hours, _ = cleaned([made_up("hour_beginning"), late])
    gas = hours["gas_mwh"].to_numpy()
    start = 24 * 309 + 5  # 6 November 05:00
    assert gas[start : start + 6].tolist()[0] == start
    assert np.isnan(gas[start + 1])
    assert (gas[start + 2 : start + 6] - start).tolist() == [1, 2, 3, 5]


def test_hour_ending_wins_where_two_labels_describe_one_hour():
    late = made_up(
        "hour_ending",
        where={"labels": [["2022-01-02T00:00", "2022-12-31T23:00"]]},
        expect={"rows": 8736},
    )
    hours, _ = cleaned([made_up("hour_beginning"), late])
    assert hours["gas_mwh"].iloc[22:25].tolist() == [22, 24, 25]
    early = made_up(
        "hour_ending",
        where={"labels": [["2022-01-01T00:00", "2022-01-02T00:00"]]},
        expect={"rows": 25},
    )
    hours, _ = cleaned([made_up("hour_beginning"), early])
    assert hours["gas_mwh"].iloc[22:26].tolist() == [23, 24, pytest.approx(np.nan, nan_ok=True), 25]


def test_midnight_moves_back_one_local_day_of_any_length():
    late = made_up("move_to_previous_midnight", where={"local_hour": 0}, expect={"rows": 365})
    hours, quality = cleaned([made_up("hour_beginning"), late])
    gas = hours.set_index("hour_start_utc")["gas_mwh"]
    row = pd.Series(np.arange(8760), index=gas.index)
    # The local midnight before, 23 or 25 hours away when the clocks change: a rule, not a finding.
    # Where the file puts a value elsewhere (PJM, 6 November), a correction names its label.
    for start, filed in [
        ("2022-07-01T04:00Z", "2022-07-02T04:00Z"),
        ("2022-03-13T05:00Z", "2022-03-14T04:00Z"),
        ("2022-11-06T04:00Z", "2022-11-07T05:00Z"),
    ]:
        assert gas[pd.Timestamp(start)] == row[pd.Timestamp(filed)]
    assert np.isnan(gas[pd.Timestamp("2022-12-31T05:00Z")])
    assert gas.isna().sum() == 1
    assert quality[-2]["treatment"] == "move_to_previous_midnight"


def test_value_filed_late_on_a_day_of_25_hours_goes_to_its_midnight():
    """Of two values moved to one hour that of the later entry stands, also over an empty one."""
    frame = numbered()
    frame.loc[frame["label_utc"] == pd.Timestamp("2022-11-07T05:00Z"), eia930.COLUMNS] = np.nan
    move = "move_to_previous_midnight"
    every = made_up(move, where={"local_hour": 0}, expect={"rows": 365})
    at_23 = ["2022-11-07T04:00", "2022-11-07T04:00"]
    one = made_up(move, id="one", where={"labels": [at_23]}, expect={"rows": 1})
    hours, _ = cleaned([made_up("hour_beginning"), every, one], frame)
    gas = hours.set_index("hour_start_utc")["gas_mwh"]
    row = pd.Series(np.arange(8760), index=gas.index)
    november = [pd.Timestamp(f"2022-11-0{label}Z") for label in ("6T04:00", "7T04:00", "7T05:00")]
    assert gas[november[0]] == row[november[1]]
    assert np.isnan(gas[november[1]])
    assert gas[november[2]] == row[pd.Timestamp("2022-11-08T05:00Z")]
    assert gas.isna().sum() == 2  # that hour, and the last midnight of the year


def test_label_without_convention_is_refused():
    part = made_up(
        "hour_ending",
        where={"labels": [["2022-01-01T00:00", "2022-12-31T22:00"]]},
        expect={"rows": 8759},
    )
    with pytest.raises(DataError, match=r"row 8761, column timestamp: label has no convention"):
        cleaned([part])


def test_changed_upstream_stops_the_cleaning():
    with pytest.raises(
        DataError, match=r"key hour_ending: upstream or the entry has changed.*eia930_2022_xx"
    ):
        cleaned([made_up("hour_ending", expect={"rows": 8759})])
    frame = numbered()
    frame["solar_mwh"] = bell(0, -75.0, 365)
    expect = {"rows": 8760, "solar_noon_offset_minutes": [45, 75]}
    with pytest.raises(DataError, match="solar_noon_offset_minutes of eia930_2022_xx is not"):
        cleaned([made_up("hour_ending", expect=expect)], frame)


def test_label_guard_passes_where_labels_are_late():
    frame = numbered()
    frame["solar_mwh"] = bell(1, -75.0, 365)
    expect = {"rows": 8760, "solar_noon_offset_minutes": [55, 65]}
    _, quality = cleaned([made_up("hour_ending", expect=expect)], frame)
    assert "+60 min" in quality[0]["effect"]
    assert "+0 min as treated" in quality[0]["effect"]


def test_variance_explained_is_greatest_at_the_true_lag():
    fossil = np.cos(np.arange(2000) / 3.7) + 0.3 * np.cos(np.arange(2000) / 11)
    rate = np.tanh(fossil)
    lags = [avert.variance_explained(rate, np.roll(fossil, k), bins=20) for k in range(-3, 4)]
    assert np.argmax(lags) == 3
    assert lags[3] > 0.98
    with pytest.raises(ValueError, match="bins"):
        avert.variance_explained(rate[:5], fossil[:5], bins=20)
