"""Faults of the real files: found by detectors, listed in the corrections, gone afterwards."""

import importlib.util
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from pvlib.solarposition import equation_of_time_spencer71, get_solarposition

from ai_lifecycle import corrections, facts, sources, tables
from ai_lifecycle.grid_cleaning import avert, eia930, faults, row_counts, solar_noon

pytestmark = pytest.mark.mirror
AUTHORITIES = ("AZPS", "BPAT", "CISO", "ERCO", "MISO", "NYIS", "PJM", "SOCO")
TABLES = {
    "eia930": ("eia930_2022", "eia930_hourly.parquet"),
    "electricity_maps": ("electricity_maps_hourly", "electricity_maps_hourly.parquet"),
    "avert": ("avert_2022", "avert_hourly.parquet"),
    "annual_intensity": ("annual_intensity", "annual_intensity.csv"),
}


def script(root, name):
    path = root / "workflow/scripts" / f"clean_{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def upstream(root, mirror):
    """Bytes of a dataset's files by identifier."""
    catalogue = sources.catalogue(root / "data/sources.yaml")

    def files(dataset):
        return {
            file.id: (mirror / unquote(file.url.split("://")[1])).read_bytes()
            for file in catalogue[dataset].files
        }

    return files


@pytest.fixture(scope="module")
def raw(upstream):
    """Generation by authority as filed."""
    files = upstream("eia930_2022")
    return {a: eia930.parse(a, files[eia930.source_id(a)], rows=8760) for a in AUTHORITIES}


@pytest.fixture(scope="module")
def authorities(root):
    data = root / "data"
    path = data / "facts/balancing_authorities.csv"
    return facts.read(path, "balancing_authorities", references=data / "references.bib")


@pytest.fixture(scope="module")
def cleaned(root, upstream, authorities):
    """Hours of all authorities after treatment, and the faults listed."""
    entries = corrections.read(root / "data/corrections/eia930_2022.yaml")
    known = row_counts.load(root / "data/expected_rows.csv")
    return script(root, "eia930").cleaned(upstream("eia930_2022"), entries, authorities, known)


@pytest.fixture(scope="module")
def hours(cleaned):
    """Hours after treatment by authority, indexed by their beginning."""
    return {a: own.set_index("hour_start_utc") for a, own in cleaned[0].groupby("authority")}


@pytest.fixture(scope="module")
def maps(root):
    table = tables.read_parquet(
        root / "data/frozen/electricity_maps_hourly.parquet", "electricity_maps_hourly"
    )
    return {z: own.set_index("hour_start_utc") for z, own in table.groupby("zone")}


@pytest.mark.parametrize("name", TABLES)
def test_cleaned_equals_frozen_byte_for_byte(name, root, upstream, tmp_path, monkeypatch):
    module = script(root, name)
    dataset, table = TABLES[name]
    monkeypatch.setattr(module.sources, "files", lambda receipt: upstream(dataset))
    data = root / "data"
    extra = {
        "eia930": (data / "corrections/eia930_2022.yaml", data / "facts/balancing_authorities.csv",
                   data / "references.bib"),
        "avert": (data / "facts/avert_regions.csv", data / "references.bib"),
    }.get(name, ())  # fmt: skip
    frozen = [data / "frozen" / table, data / "frozen" / f"{name}_quality.csv"]
    out = [tmp_path / path.name for path in frozen]
    module.main("receipt", *extra, data / "expected_rows.csv", *frozen, *out, False)
    assert [p.read_bytes() for p in out] == [p.read_bytes() for p in frozen]


def test_hours_missing_after_treatment(hours):
    missing = {a: int(own[eia930.COLUMNS].isna().any(axis=1).sum()) for a, own in hours.items()}
    assert missing == {
        "AZPS": 9, "BPAT": 13, "CISO": 12, "ERCO": 1, "MISO": 4, "NYIS": 51, "PJM": 69, "SOCO": 2,
    }  # fmt: skip


# ------------------------------------------------------------------ values


def test_rows_that_repeat(raw, hours):
    found = {a: int(faults.repeats_previous(f[eia930.COLUMNS]).sum()) for a, f in raw.items()}
    assert {a: n for a, n in found.items() if n} == {"PJM": 7, "SOCO": 1}  # PJM: two collapsed
    for own in hours.values():
        assert not faults.repeats_previous(own[eia930.COLUMNS]).any()


def test_collapsed_hours(raw, hours):
    def count(frame):
        return int(faults.collapsed_hours(frame[eia930.COLUMNS].sum(axis=1, skipna=False),
                                          share=0.3).sum())  # fmt: skip

    assert {a: count(f) for a, f in raw.items() if count(f)} == {"PJM": 5}
    assert not any(count(own) for own in hours.values())


def test_isolated_spikes_of_azps(raw, hours):
    def count(series):
        floor = max(200, 0.25 * series.quantile(0.99))
        return int(faults.isolated_spikes(series, floor_mwh=floor, factor=3).sum())

    found = {c: count(raw["AZPS"][c]) for c in eia930.COLUMNS}
    assert {c: n for c, n in found.items() if n} == {
        "solar_mwh": 2, "gas_mwh": 4, "other_mwh": 2,
    }  # fmt: skip
    assert not any(count(hours["AZPS"][c]) for c in eia930.COLUMNS)
    for authority in ("BPAT", "SOCO"):
        assert not any(count(raw[authority][c]) for c in eia930.COLUMNS)


def test_nothing_is_negative(raw):
    assert all((f[eia930.COLUMNS].min() >= 0).all() for f in raw.values())


def test_fuels_of_new_york_change_columns(raw, hours):
    def steps(frame, fuel, floor, tolerance):
        return int(faults.exchanges(frame[fuel], frame["other_mwh"], floor_mwh=floor,
                                    tolerance=tolerance).sum())  # fmt: skip

    before, after = raw["NYIS"], hours["NYIS"]
    assert steps(before, "nuclear_mwh", 1500, 0.05) == 3
    assert steps(before, "oil_mwh", 200, 0.15) == 340
    assert steps(after, "nuclear_mwh", 1500, 0.05) == 0
    assert steps(after, "oil_mwh", 200, 0.15) == 0
    assert (before["nuclear_mwh"] == 0).sum() == 559
    # Energy moves between columns, none appears.
    whole = after[eia930.COLUMNS].notna().all(axis=1)
    start = before["label_utc"] - pd.Timedelta(hours=1)
    filed = before[eia930.COLUMNS].sum(axis=1).set_axis(start)
    own = after.loc[whole, eia930.COLUMNS].sum(axis=1)
    np.testing.assert_allclose(own, filed.reindex(own.index), rtol=1e-12)


def test_nuclear_of_new_york_agrees_with_electricity_maps(raw, hours, maps):
    """Second route: the low-carbon share of the zone did not fall with the file's nuclear."""
    theirs = maps["US-NY-NYIS"]["low_carbon_percent"]
    while_moved = slice("2022-09-27", "2022-10-16")
    around = [slice("2022-09-10", "2022-09-24"), slice("2022-10-19", "2022-11-02")]

    def gap(frame):
        share = 100 * frame[eia930.LOW_CARBON].sum(axis=1) / frame[eia930.COLUMNS].sum(axis=1)
        gap = theirs - share.where(frame[eia930.COLUMNS].notna().all(axis=1))
        return gap[while_moved].mean() - np.mean([gap[s].mean() for s in around])

    assert gap(raw["NYIS"].set_index("label_utc")) > 20
    assert abs(gap(hours["NYIS"])) < 3


def test_solar_of_miso_shines_by_night(raw):
    frame = raw["MISO"]
    middle = frame["label_utc"] - pd.Timedelta(minutes=30)
    # Dark over the whole area: at its north-western and its north-eastern end.
    zenith = np.minimum(
        get_solarposition(middle, 47, -102)["zenith"].to_numpy(),
        get_solarposition(middle, 44, -84)["zenith"].to_numpy(),
    )
    dark = faults.dark_output(frame["solar_mwh"], zenith, floor_mwh=60, zenith_floor_degrees=95)
    days = frame["label_utc"][dark].dt.strftime("%m-%d")
    assert dark.sum() == 310
    assert set(days.str[:2]) == {"08", "09", "11"}
    assert days.nunique() == 34


def test_other_of_ciso_is_storage(raw):
    other = raw["CISO"]["other_mwh"]
    local_hour = raw["CISO"]["label_utc"].dt.tz_convert("America/Los_Angeles").dt.hour
    assert (other == 0).sum() == 3969
    assert (other > 0).sum() == 4788
    profile = other.groupby(local_hour).mean()
    assert profile.idxmax() in (19, 20)
    assert profile[10:14].max() < 0.1 * profile.max()


# ------------------------------------------------------------------ labels


def noon(frame, line, span=None):
    day = frame.index.day_of_year
    offset = solar_noon.centroid_offset(
        frame["solar_mwh"], line.longitude_degrees, equation_of_time_spencer71(day.to_numpy())
    )
    return float(np.nanmedian(offset if span is None else offset[span]))


@pytest.mark.parametrize(
    ("authority", "span", "before", "after"),
    [
        ("CISO", slice(1, 160), (5, 35), (5, 35)),  # a snapshot soon after its label
        ("CISO", slice(170, 365), (45, 70), (-15, 15)),
        ("ERCO", None, (45, 70), (-15, 15)),
        ("MISO", None, (45, 75), (-15, 15)),
        ("PJM", None, (-15, 15), (-15, 15)),
        ("SOCO", None, (45, 70), (-15, 15)),
        ("BPAT", None, (50, 85), (-10, 25)),  # storage in the evenings from October
        ("AZPS", None, (80, 125), (20, 65)),  # thermal storage: not decided by this test
    ],
)
def test_solar_noon(authority, span, before, after, raw, hours, authorities):
    line = authorities.set_index("authority").loc[authority]
    filed = raw[authority].set_index("label_utc")
    assert before[0] <= noon(filed, line, span) <= before[1]
    assert after[0] <= noon(hours[authority], line, span) <= after[1]


def morning(solar, line):
    """Median minutes from sunrise to a quarter of the day's greatest output, by label."""
    from pvlib.solarposition import sun_rise_set_transit_spa

    days = pd.date_range("2022-01-02", "2022-12-30", tz="UTC")
    rise = sun_rise_set_transit_spa(days, line.latitude_degrees, line.longitude_degrees)["sunrise"]
    minutes = []
    for sunrise in rise:
        day = solar[sunrise.floor("h") - pd.Timedelta(hours=1) : sunrise + pd.Timedelta(hours=14)]
        values, quarter = day.to_numpy(), 0.25 * day.max()
        k = int(np.argmax(values >= quarter))
        if k and np.isfinite(values).all():
            part = (quarter - values[k - 1]) / (values[k] - values[k - 1])
            passed = day.index[k - 1] + pd.Timedelta(hours=part)
            minutes.append((passed - sunrise) / pd.Timedelta(minutes=1))
    return float(np.median(minutes))


def test_mornings_decide_where_storage_moves_the_centroid(raw, authorities):
    """Hour-ending labels pass a quarter of the peak an hour later than hour-beginning ones."""
    known = authorities.set_index("authority")
    filed = {a: morning(raw[a].set_index("label_utc")["solar_mwh"], known.loc[a])
             for a in ("AZPS", "BPAT", "ERCO", "MISO", "SOCO", "PJM")}  # fmt: skip
    assert filed["PJM"] < 55
    assert all(minutes > 65 for authority, minutes in filed.items() if authority != "PJM")


def lag(own, theirs, span=slice(None)):
    """Lag at which hourly changes of the low-carbon share correlate best, and correlations."""
    share = 100 * own[eia930.LOW_CARBON].sum(axis=1) / own[eia930.COLUMNS].sum(axis=1)
    share = share.where(own[eia930.COLUMNS].notna().all(axis=1)).diff()
    change = theirs["low_carbon_percent"].diff()
    fit = {k: share.shift(-k)[span].corr(change[span]) for k in range(-2, 3)}
    return max(fit, key=fit.get), fit


@pytest.mark.parametrize(
    ("authority", "zone", "as_filed"),
    [("ERCO", "US-TEX-ERCO", 1), ("NYIS", "US-NY-NYIS", 1), ("PJM", "US-MIDA-PJM", 0)],
)
def test_lag_against_electricity_maps(authority, zone, as_filed, raw, hours, maps):
    """Second route; Electricity Maps labels the beginnings of hours."""
    assert lag(raw[authority].set_index("label_utc"), maps[zone])[0] == as_filed
    best, fit = lag(hours[authority], maps[zone])
    assert best == 0
    assert fit[0] > 0.5


def test_convention_of_ciso_by_local_day(raw, hours, maps):
    """Three days in 2022 are filed by hour ending before the change of 16 June, or against it."""
    theirs = maps["US-CAL-CISO"]
    filed = raw["CISO"].set_index("label_utc")
    days = pd.date_range("2022-01-01", "2022-12-31", tz="America/Los_Angeles")
    best = {
        day.strftime("%m-%d"): lag(filed, theirs, slice(day, day + pd.Timedelta(hours=23)))[0]
        for day in days
    }
    ending = {day for day, k in best.items() if day < "06-14" and k == 1}
    beginning = {day for day, k in best.items() if day >= "06-14" and k == 0}
    assert "03-23" in ending
    assert best["06-14"] == 1
    assert "06-15" in beginning
    # 13 January and 4 August fit both about equally well.
    assert ending <= {"03-23", "01-13"}
    assert beginning <= {"06-15", "08-04"}
    for span in (slice("2022-01-02", "2022-06-13"), slice("2022-06-17", "2022-12-30")):
        assert lag(hours["CISO"], theirs, span)[0] == 0


# ------------------------------------------------------------------ other datasets


def test_hours_of_avert_are_standard_time(root, upstream, hours):
    data = root / "data"
    regions = facts.read(
        data / "facts/avert_regions.csv", "avert_regions", references=data / "references.bib"
    )
    file = upstream("avert_2022")["avert_2022"]
    table = avert.parse(file, dict.fromkeys(avert.REGIONS), rows=8760)
    rates = {r: g["marginal_co2_lb_per_kwh"].to_numpy() for r, g in table.groupby("region")}
    for line in regions.dropna(subset=["authority"]).itertuples():
        fossil = hours[line.authority][["gas_mwh", "coal_mwh", "oil_mwh"]].sum(axis=1, skipna=False)
        best = {}
        for season, months in {"summer": range(4, 11), "winter": (12, 1, 2)}.items():
            fit = {}
            for behind in range(-2, 12):
                start = eia930.year_hours() + pd.Timedelta(hours=behind)
                within = start.month.isin(list(months))
                shifted = fossil.reindex(start).to_numpy()
                fit[behind] = avert.variance_explained(
                    rates[line.region][within], shifted[within], bins=60
                )
            best[season] = max(fit, key=fit.get)
        decided = best["summer"] == best["winter"]
        if pd.isna(line.utc_offset_hours):
            assert not decided, line.region
        else:
            assert decided
            assert best["summer"] == -line.utc_offset_hours, line.region


def test_annual_zones_are_life_cycle(root, maps):
    annual = tables.read_csv(root / "data/frozen/annual_intensity.csv", "annual_intensity")
    annual = annual[annual["producer"] == "electricity_maps"].set_index(["area", "year"])
    nearer = far = 0
    for zone, own in maps.items():
        for year, part in own.groupby(own.index.year):
            figure = annual.loc[(zone, year), "intensity_g_per_kwh"]
            to_lifecycle = abs(figure - part["lifecycle_g_per_kwh"].mean())
            nearer += to_lifecycle < abs(figure - part["direct_g_per_kwh"].mean())
            far += to_lifecycle > 0.08 * figure
    assert (nearer, far) == (30, 2)  # IN-WE, estimated all year, is nearer to direct
