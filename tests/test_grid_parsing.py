"""Parsing of grid data as published: every surprise is refused, and says where."""

import importlib.util
import json

import numpy as np
import pandas as pd
import pytest

from ai_lifecycle import facts, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.grid_cleaning import (
    annual_intensity,
    avert,
    eia930,
    electricity_maps,
    row_counts,
    upstream_csv,
)

# ------------------------------------------------------------------ CSV as published


def eia_lines():
    """A file of one authority, line by line."""
    stamps = eia930.year_hours().strftime("%Y-%m-%d %H:%M:%S+00:00")
    return [",".join(eia930.HEADER)] + [f"{s},1,2.0,3,4,5,6,7,8,99.5" for s in stamps]


def parsed(lines, *, end="\n", mark=b""):
    return eia930.parse("XX", mark + (end.join(lines) + end).encode(), rows=8760)


def replaced(lines, row, line):
    """Lines with that of one row (header = 1) replaced, or left out when None."""
    return lines[: row - 1] + ([] if line is None else [line]) + lines[row:]


def test_good_file_parses():
    frame = parsed(eia_lines())
    assert list(frame.columns) == ["label_utc", *eia930.COLUMNS]
    assert frame.iloc[0, 1:].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert len(frame) == 8760
    assert str(frame["label_utc"].iloc[-1]) == "2022-12-31 23:00:00+00:00"


def test_windows_line_ends_parse():
    assert parsed(eia_lines(), end="\r\n")["coal_mwh"].eq(6).all()


def test_empty_cell_is_missing_not_zero():
    lines = eia_lines()
    frame = parsed(replaced(lines, 5, lines[4].split(",")[0] + ",,,,,,,,,"))
    assert frame.loc[3, eia930.COLUMNS].isna().all()
    assert frame.drop(index=3)[eia930.COLUMNS].notna().all(axis=None)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (",".join(eia930.HEADER[:-1]), "missing column avg_CI"),
        (",".join([*eia930.HEADER, "new"]), "unexpected column new"),
        (",".join(("timestamp", "SUN", "WND", *eia930.HEADER[3:])), "another order"),
        (",".join(("timestamp", "wind", *eia930.HEADER[2:])), "missing column WND; unexpected"),
        ("", "missing column"),
    ],
)
def test_wrong_header_is_refused(header, message):
    with pytest.raises(DataError, match=rf"eia930_2022_xx, row 1, column .*{message}"):
        parsed(replaced(eia_lines(), 1, header))


def test_byte_order_mark_is_refused_where_the_publisher_had_none():
    with pytest.raises(DataError, match=r"eia930_2022_xx, row 1: .*byte-order mark.*EF BB BF"):
        parsed(eia_lines(), mark=b"\xef\xbb\xbf")


def test_byte_order_mark_is_demanded_where_the_publisher_had_one():
    body = b"a,b\n1,2\n"
    good = upstream_csv.read("x", b"\xef\xbb\xbf" + body, "ab", rows=1, byte_order_mark=True)
    assert good.num_rows == 1
    with pytest.raises(DataError, match="without the publisher's byte-order mark"):
        upstream_csv.read("x", body, "ab", rows=1, byte_order_mark=True)


@pytest.mark.parametrize(
    ("row", "line", "message"),
    [
        (100, None, "wrong number of data rows; found 8759; allowed: 8760"),
        (100, "2022-01-05 02:00:00+00:00,1,2,3,4,5,6,7,8", "row 100: wrong number of cells"),
        (100, "2022-01-05 02:00:00+00:00,1,2,3,4,x,6,7,8,9", "row 100, column NG: cell is not a"),
        (100, "2022-01-05 02:00:00+00:00,1,2,3,4,nan,6,7,8,9", "row 100, column NG: cell is not"),
        (100, "2022-01-05 02:00:00+00:00,1,2,3,4,1e999,6,7,8,9", "column NG: column holds"),
        (100, "2022-01-05 02:00:00+00:00,1,2,3,4,-5,6,7,8,9", "row 100, column NG: .*negative"),
        (100, "2022-01-05 01:00:00+00:00,1,2,3,4,5,6,7,8,9", "row 100, .*an hour stands twice"),
        (100, "2022-01-05 03:00:00+00:00,1,2,3,4,5,6,7,8,9", "row 100, .*hours are left out"),
        (100, "2022-01-05T02:00:00Z,1,2,3,4,5,6,7,8,9", "row 100, .*not the hour expected"),
        (100, "", "row 100, column timestamp: time stamp is not the hour expected"),
    ],
)
def test_wrong_row_is_refused(row, line, message):
    with pytest.raises(DataError, match=f"eia930_2022_xx.*{message}"):
        parsed(replaced(eia_lines(), row, line))


def test_text_that_is_not_utf8_is_refused():
    with pytest.raises(DataError, match=r"UTF-?8|does not parse"):
        upstream_csv.read("x", b"a,b\n\xff\xfe,2\n", "ab", rows=1, byte_order_mark=False)
    with pytest.raises(DataError, match="header is not UTF-8"):
        upstream_csv.read("x", b"\xff,b\n1,2\n", "ab", rows=1, byte_order_mark=False)


# ------------------------------------------------------------------ other datasets


def zone_payload(**changes):
    hours = eia930.year_hours(2022).strftime("%Y-%m-%d %H:%M:%S")
    cells = {"zone": "GB", "direct": "100.5", "lca": "150", "low": "60", "ren": "40",
             "estimated": "false", **changes}  # fmt: skip
    line = "Great Britain,Great Britain,{zone},{direct},{lca},{low},{ren},x,{estimated},"
    body = "".join(f"{hour},{line.format(**cells)}\n" for hour in hours)
    return (",".join(electricity_maps.HEADER) + "\n" + body).encode()


def test_zone_parses():
    frame = electricity_maps.parse("GB", 2022, zone_payload(), rows=8760)
    tables.check(frame, "electricity_maps_hourly")
    assert frame["direct_g_per_kwh"].eq(100.5).all()
    assert not frame["estimated"].any()
    repeats = electricity_maps.quality("GB", 2022, frame)
    assert [(row["fault"], row["affected_rows"]) for row in repeats] == [
        ("row repeats the row before", 8759)
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"zone": "FR"}, "row 2, column Zone Id: word"),
        ({"estimated": "maybe"}, "row 2, column Data Estimated: word"),
        ({"direct": "151"}, "direct_g_per_kwh exceeds lifecycle_g_per_kwh"),
        ({"ren": "61"}, "renewable_percent exceeds low_carbon_percent"),
        ({"low": ""}, "row 2, column Low Carbon Percentage: cell is empty"),
    ],
)
def test_zone_is_refused(changes, message):
    with pytest.raises(DataError, match=f"electricity_maps_gb_2022.*{message}"):
        electricity_maps.parse("GB", 2022, zone_payload(**changes), rows=8760)


def avert_payload(hour_of_year=None):
    hours = eia930.year_hours(2022)
    numbers = np.arange(8760) if hour_of_year is None else hour_of_year
    rates = ",".join(["1.5"] * len(avert.REGIONS))
    body = "".join(
        f"{m},{n},{rates}\n" for m, n in zip(hours.month.to_numpy(), numbers, strict=True)
    )
    return b"\xef\xbb\xbf" + (",".join(avert.HEADER) + "\n" + body).encode()


def test_avert_parses():
    offsets = dict.fromkeys(avert.REGIONS) | {"CA": -8}
    frame = avert.parse(avert_payload(), offsets, rows=8760)
    tables.check(frame, "avert_hourly")
    assert frame["marginal_co2_g_per_kwh"].eq(680.389).all()  # 1.5 lb of 453.59237 g
    assert frame.groupby("region")["utc_offset_hours"].first().dropna().to_dict() == {"CA": -8}


def test_avert_is_refused():
    offsets = dict.fromkeys(avert.REGIONS)
    with pytest.raises(DataError, match="row 1: file begins without"):
        avert.parse(avert_payload()[3:], offsets, rows=8760)
    twice = np.arange(8760)
    twice[7] = 6
    with pytest.raises(DataError, match="row 9, column Timestamp: an hour stands twice"):
        avert.parse(avert_payload(twice), offsets, rows=8760)
    overflowing = avert_payload().replace(b"1,4,1.5,", b"1,4,1e308,", 1)
    with pytest.raises(DataError, match=r"row 6, column CA: .* out of range.*1e\+308"):
        avert.parse(overflowing, offsets, rows=8760)
    with pytest.raises(DataError, match="region without a row"):
        avert.parse(avert_payload(), {"CA": -8}, rows=8760)


UNFCCC_HEAD = (
    ',"Combined Margin Grid Emission \nFactor, gCO2/kWh",,,,"Operating Margin Grid Emission \n'
    'Factor, gCO2/kWh (including for use in PCAF GHG accounting)"\n'
    ',"Firm Energy (e.g., Hydro, Geothermal)","Intermittent Energy (e.g., Solar, Wind, Tidal)",'
    '"Energy Efficiency","Electricity Consumption",\n'
    '"Country / Territory / Island",,,,,\n'
)


def annual_payloads():
    marginal = dict.fromkeys(annual_intensity.MEASURES, "100")
    marginal |= {
        annual_intensity.NAME: "Atlantis",
        "ember_country_name": "Atlantis",
        "unfccc_country_name": "Atlantis",
        "country_code_iso_2": "AT",
        "country_code_iso_3": "ATL",
    }
    ember = {
        "country_code": "ATL",
        "country_or_region": "Atlantis",
        "year": 2024,
        "emissions_intensity_gco2_per_kwh": 12.5,
    }
    zone = {
        "zone": {"zoneName": "Atlantis"},
        "carbonIntensity": {"value": 30, "unit": "gCO2eq/kWh"},
        "renewableEnergy": {"value": 80, "unit": "%"},
        "carbonFreeEnergy": {"value": 90, "unit": "%"},
    }
    return {
        annual_intensity.EMBER: {"ATL": ember},
        annual_intensity.MARGINAL: {"Atlantis": marginal},
        annual_intensity.UNFCCC: UNFCCC_HEAD + "Atlantis,100,100,100,100,100\n",
        **{
            annual_intensity.zone_source(year): {"AT": dict(zone)}
            for year in annual_intensity.ZONE_YEARS
        },
    }


def as_bytes(payloads):
    return {
        name: (body if isinstance(body, str) else json.dumps(body)).encode()
        for name, body in payloads.items()
    }


def test_annual_figures_parse():
    frame = annual_intensity.clean(as_bytes(annual_payloads()))
    tables.check(frame, "annual_intensity")
    assert frame["producer"].value_counts().to_dict() == {
        "electricity_maps": 5, "unfccc_ifi": 5, "ember": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "path", "value", "message"),
    [
        (annual_intensity.EMBER, ("ATL", "year"), 2024.5, "figure is not a number"),
        (annual_intensity.EMBER, ("ATL", "extra"), 1, "entry has other keys"),
        (annual_intensity.MARGINAL, ("Atlantis", annual_intensity.OPERATING), "101",
         "copy differs"),
        (annual_intensity.zone_source(2023), ("AT", "carbonIntensity"),
         {"value": 30, "unit": "lb/MWh"}, "unit is another"),
        (annual_intensity.zone_source(2023), ("AT", "carbonIntensity"),
         {"value": None, "unit": "gCO2eq/kWh"}, "figure is not a number"),
        (annual_intensity.zone_source(2023), ("AT", "renewableEnergy"),
         {"value": -1, "unit": "%"}, "figure is not a number"),
    ],
)  # fmt: skip
def test_annual_figures_are_refused(source, path, value, message):
    payloads = annual_payloads()
    payloads[source][path[0]][path[1]] = value
    with pytest.raises(DataError, match=rf"{source}.*key .*{message}"):
        annual_intensity.clean(as_bytes(payloads))


@pytest.mark.parametrize(
    ("source", "body", "message"),
    [
        (annual_intensity.EMBER, b"{", "not JSON"),
        (annual_intensity.EMBER, b'{"a": {}, "a": {}}', "key stands twice"),
        (annual_intensity.EMBER, b"\xef\xbb\xbf{}", "byte-order mark"),
        (annual_intensity.UNFCCC, b"a,b\nc\nd\n", "header of the UNFCCC table"),
        (annual_intensity.UNFCCC, UNFCCC_HEAD.encode(), "area is not in the UNFCCC table"),
    ],
)
def test_annual_files_are_refused(source, body, message):
    with pytest.raises(DataError, match=message):
        annual_intensity.clean(as_bytes(annual_payloads()) | {source: body})


def test_wrong_number_of_rows_is_refused(tmp_path):
    path = tmp_path / "expected_rows.csv"
    path.write_text("table,area,year,rows\nt,A,2022,2\nt,B,2022,1\n", encoding="utf-8")
    known = row_counts.load(path)
    frame = pd.DataFrame({"area": ["A", "A", "B"]})
    year = pd.Series([2022, 2022, 2022])
    row_counts.demand(frame, "t", known, area="area", year=year)
    for wrong, message in [
        (
            frame.iloc[1:],
            r"data/expected_rows\.csv, key A 2022: .*rows of t; found 1; allowed: 2",
        ),
        (frame.iloc[:2], "key B 2022: .*wrong number of rows of t; found 0; allowed: 1"),
        (pd.concat([frame, frame.assign(area="C")]), "key C 2022: .*found 3; allowed: 0"),
    ]:
        with pytest.raises(DataError, match=message):
            row_counts.demand(
                wrong, "t", known, area="area", year=pd.Series(2022, index=wrong.index)
            )
    with pytest.raises(DataError, match="no number of rows is expected"):
        row_counts.of(known, "t", "D", 2022)
    path.write_text("table,area,year,rows\nt,A,2022,2\nt,A,2022,2\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"row 3.*expected twice"):
        row_counts.load(path)


def test_unknown_time_zone_is_refused(root, tmp_path):
    stated = (root / "data/facts/balancing_authorities.csv").read_text(encoding="utf-8")
    path = tmp_path / "balancing_authorities.csv"
    references = root / "data/references.bib"
    path.write_text(stated, encoding="utf-8")
    facts.read(path, "balancing_authorities", references=references)
    path.write_text(stated.replace("America/Phoenix", "America/Fenix"), encoding="utf-8")
    with pytest.raises(
        DataError,
        match=r"balancing_authorities\.csv, row 2, column time_zone: unknown time zone; "
        r"found 'America/Fenix'; .*nearest: America/Phoenix",
    ):
        facts.read(path, "balancing_authorities", references=references)


@pytest.mark.parametrize("name", ["eia930", "electricity_maps", "avert", "annual_intensity"])
def test_nothing_is_written_of_a_bad_file(name, root, tmp_path, monkeypatch):
    path = root / "workflow/scripts" / f"clean_{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    class Bad(dict):
        def __missing__(self, key):
            return b"\x00"

    monkeypatch.setattr(script.sources, "files", lambda receipt: Bad())
    data = root / "data"
    facts = {
        "eia930": (data / "corrections/eia930_2022.yaml", data / "facts/balancing_authorities.csv",
                   data / "references.bib"),
        "avert": (data / "facts/avert_regions.csv", data / "references.bib"),
    }.get(name, ())  # fmt: skip
    out = [tmp_path / "table", tmp_path / "quality"]
    with pytest.raises(DataError):
        script.main("r", *facts, data / "expected_rows.csv", "f", "g", *out, False)
    assert not list(tmp_path.iterdir())
