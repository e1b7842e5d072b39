"""The ledger's tables: grids of places, cells, totals, what is left out."""

import numpy as np
import pandas as pd
import pytest
from builds import ROOT

from ai_lifecycle import source_groups, tables
from ai_lifecycle.errors import DataError
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import (
    annual_grid,
    breakeven_table,
    disclosed_only,
    empty_cells,
    grid_basis,
    growth_table,
    ledger_sources,
    ledger_table,
    model_totals,
)

YEARS = (2021, 2022, 2023, 2024, 2025)


def annual():
    """Two countries, zones of one of them, and a margin."""
    rows = []
    for area, first in (("AA", 400.0), ("BB", 100.0), ("AA-N", 200.0), ("AA-S", 600.0),
                        ("AA-E", 300.0), ("AA-W", 500.0)):  # fmt: skip
        for step, year in enumerate(YEARS):
            rows.append(("electricity_maps", area, year, "average", first * 0.9**step))
    rows.append(("unfccc_ifi", "AAA", 2021, "operating_margin", 700.0))
    return pd.DataFrame(
        rows, columns=["producer", "area", "year", "measure", "intensity_g_per_kwh"]
    )


COUNTRIES = pd.DataFrame(
    {
        "country": ["Aland", "Beland"],
        "average_area": ["AA", "BB"],
        "zones_show_siting": ["yes", "no"],
        "operating_margin_area": ["AAA", None],
    }
).set_index("country")
PLACES = pd.DataFrame(
    {
        "model_id": ["stated"],
        "place": ["North of Aland"],
        "area": ["AA-N"],
        "training_year": [2022],
    }
)
HOURLY = pd.DataFrame({"area": ["AA-N"], "year": [2022], "direct": [120.0], "lifecycle": [150.0]})
LEADS = {"Leader": "Beland"}


def models(**countries):
    return pd.DataFrame(
        {
            "model_id": list(countries),
            "organisation": None,
            "country": list(countries.values()),
            "publication_date": pd.Timestamp("2023-06-01"),
        }
    )


def basis(frame, contracts=None, limit=4.0, clouds=None):
    empty = pd.DataFrame(
        columns=["model_id", "accounting_method", "kg_per_kwh", "evidence", "source_key"]
    ).set_index(["model_id", "accounting_method"])
    placed = grid_basis.places_of(frame, PLACES, clouds or {}, COUNTRIES, LEADS)
    found = grid_basis.table(
        placed, annual(), HOURLY, empty if contracts is None else contracts, COUNTRIES, limit
    )
    return found.set_index(["model_id", "accounting_method"])


def test_a_stated_place_is_derived_and_has_no_spread_of_zones():
    row = basis(models(stated="Beland")).loc[("stated", "location_lifecycle")]
    assert row["evidence"] == "derived"
    assert row["area"] == "AA-N"
    assert row["value_kg_per_kwh"] == pytest.approx(0.2 * 0.9)
    assert row["low_kg_per_kwh"] == row["high_kg_per_kwh"] == row["value_kg_per_kwh"]


def test_a_named_cloud_without_region_is_no_ground_for_the_country_of_the_organisation():
    clouds = {"rents": {"stated": "A cloud, region unstated", "area": None},
              "zone": {"stated": "A cloud, north", "area": "AA-N"}}  # fmt: skip
    found = basis(models(rents="Beland", zone="Beland"), clouds=clouds)
    row = found.loc[("rents", "location_lifecycle")]
    assert np.isnan(row["value_kg_per_kwh"])
    assert row["reason"] == grid_basis.NO_REGION
    assert row["place"] == "A cloud, region unstated"
    row = found.loc[("zone", "location_lifecycle")]
    assert row["area"] == "AA-N"
    assert row["evidence"] == "derived"
    # Published in June 2023, so trained in that year.
    assert row["value_kg_per_kwh"] == pytest.approx(0.2 * 0.9**2)
    assert found.loc[("zone", "operating_margin"), "value_kg_per_kwh"] == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("who,AWS,,gsf_rtc,x,secondary,", "no such model"),
        ("stated,AWS,,gsf_rtc,x,secondary,", "given already"),
        ("free,AWS,,gsf_rtc,x,secondary,\nfree,AWS,,gsf_rtc,x,secondary,", "given already"),
        ("free,AWS,XX,gsf_rtc,x,secondary,", "no such area"),
    ],
)
def test_a_cloud_of_no_use_is_refused(tmp_path, line, words):
    path = tmp_path / "training_clouds.csv"
    head = "model_id,stated,area,source_key,locator,status,note\n"
    known = {"references": ROOT / "data" / "references.bib"}
    path.write_text(head + "free,AWS,AA-N,gsf_rtc,x,secondary,\n")
    good = grid_basis.read_clouds(path, {"free", "stated"}, {"stated"}, annual(), **known)
    assert good == {"free": {"stated": "AWS", "area": "AA-N"}}
    path.write_text(head + line + "\n")
    with pytest.raises(DataError, match=words):
        grid_basis.read_clouds(path, {"free", "stated"}, {"stated"}, annual(), **known)


def test_a_presumed_place_is_a_prior_and_spans_its_zones():
    row = basis(models(guess="Aland")).loc[("guess", "location_lifecycle")]
    assert row["evidence"] == "prior"
    assert row["value_kg_per_kwh"] == pytest.approx(0.4 * 0.81)
    zones = np.array([200, 600, 300, 500]) * 0.81 / 1000
    assert row["low_kg_per_kwh"] == pytest.approx(np.quantile(zones, 0.05))
    assert row["high_kg_per_kwh"] == pytest.approx(np.quantile(zones, 0.95))


# The zones of Aland, 200 to 600 where the country is 400, say how far a site lies from an average.
NEAR, FAR = (
    np.quantile(np.repeat([0.5, 1.5, 0.75, 1.25], len(YEARS)), end) for end in (0.05, 0.95)
)


def test_of_several_countries_the_first_stands_and_the_others_widen():
    row = basis(models(both="Aland;Beland")).loc[("both", "location_lifecycle")]
    assert row["value_kg_per_kwh"] == pytest.approx(0.4 * 0.81)
    assert row["low_kg_per_kwh"] == pytest.approx(0.1 * 0.81)
    assert row["place"] == "presumed: Aland, or Beland"


def test_a_known_organisation_is_presumed_in_its_own_country():
    frame = models(led="Aland", bare=None).assign(organisation=["Leader,Other", "Leader"])
    found = basis(frame)
    assert found.loc[("led", "location_lifecycle"), "value_kg_per_kwh"] == pytest.approx(0.081)
    assert found.loc[("bare", "location_lifecycle"), "area"] == "BB"
    assert found.loc[("bare", "location_lifecycle"), "evidence"] == "prior"


def test_a_presumption_is_never_a_point():
    """Where no zones show siting, the spread of those countries that have some serves."""
    row = basis(models(guess="Beland")).loc[("guess", "location_lifecycle")]
    assert row["low_kg_per_kwh"] == pytest.approx(0.081 * NEAR)
    assert row["high_kg_per_kwh"] == pytest.approx(0.081 * FAR)


def test_another_year_widens_the_range_by_the_drift_seen():
    frame = models(early="Beland").assign(publication_date=pd.Timestamp("2019-06-01"))
    row = basis(frame).loc[("early", "location_lifecycle")]
    assert row["year_gap_years"] == 2
    assert row["intensity_year"] == 2021
    # Every country falls by a tenth a year, so two years apart are 0.81 or its inverse.
    assert row["low_kg_per_kwh"] == pytest.approx(0.1 * 0.81 * NEAR)
    assert row["high_kg_per_kwh"] == pytest.approx(0.1 / 0.81 * FAR)


def test_direct_is_a_share_of_life_cycle_in_the_same_year():
    frame = models(stated="Beland")
    found = basis(frame)
    direct = found.loc[("stated", "location_direct")]
    whole = found.loc[("stated", "location_lifecycle")]
    assert direct["value_kg_per_kwh"] == pytest.approx(whole["value_kg_per_kwh"] * 120 / 150)
    assert direct["intensity_year"] == whole["intensity_year"]


def test_a_run_of_the_first_months_was_trained_the_year_before():
    frame = models(march="Beland").assign(publication_date=pd.Timestamp("2023-03-31"))
    assert basis(frame).loc[("march", "location_lifecycle"), "intensity_year"] == 2022


@pytest.mark.parametrize(
    ("country", "date", "method", "words"),
    [
        ("Multinational", "2023-06-01", "location_lifecycle", "multinational"),
        (None, "2023-06-01", "location_lifecycle", "has no country"),
        ("Beland", "2014-06-01", "location_lifecycle", "is 7 years from that of the training"),
        ("Beland", "2023-06-01", "operating_margin", "no series"),
        ("Beland", "2023-06-01", "location_direct", "no series"),
        ("Beland", "2023-06-01", "market", "discloses no such figure"),
        ("Beland", None, "location_lifecycle", "no date"),
    ],
)
def test_a_cell_without_basis_is_empty_with_its_reason(country, date, method, words):
    frame = models(one=country).assign(publication_date=pd.Timestamp(date))
    row = basis(frame).loc[("one", method)]
    assert np.isnan(row["value_kg_per_kwh"])
    assert words in row["reason"]


def test_an_unknown_country_is_refused_with_the_nearest():
    with pytest.raises(DataError, match="Aland"):
        basis(models(one="Alland"))


def test_contracts_come_from_the_own_account_only():
    carbon = pd.DataFrame(
        {
            "model_id": ["a", "a", "b"],
            "scope": ["run", "as others tell", "run"],
            "account": ["own", "other", "own"],
            "disclosed_market_tco2e": [40.0, 99.0, 0.0],
            "operational_energy_mwh": [400.0, 400.0, 10.0],
        }
    )
    kinds = pd.DataFrame(
        {
            "model_id": ["a", "b"],
            "scope": ["run", "run"],
            "accounting_method": ["hourly_matched", "market"],
            "source_key": ["x", "y"],
        }
    )
    found = grid_basis.contracts_of(carbon, kinds)
    assert found.loc[("a", "hourly_matched"), "kg_per_kwh"] == pytest.approx(0.1)
    assert found.loc[("a", "hourly_matched"), "evidence"] == "derived"
    assert found.loc[("b", "market"), "kg_per_kwh"] == 0.0
    assert found.loc[("b", "market"), "evidence"] == "disclosed"
    with pytest.raises(DataError, match="kind of matching"):
        grid_basis.contracts_of(carbon, kinds.iloc[1:])


def test_few_zones_show_no_spread():
    series = annual_grid.series(annual(), HOURLY)["location_lifecycle"]
    assert series.spread("BB", 2022.0) is None
    assert series.spread("AA", 2022.0)[0] < series.spread("AA", 2022.0)[1]


@pytest.fixture
def system():
    """Two models: one served, one of unknown hardware and without service."""
    names = pd.Index(["served", "plain"], name="model_id")
    catalogue = pd.DataFrame(
        {
            "name": ["Served", "Plain"],
            "organisation": "O",
            "country": ["Aland", "Multinational"],
            "publication_date": pd.Timestamp("2023-06-01"),
            "domain": "Language",
            "catalogue": "epoch",
            "confidence": "likely",
            "accelerator": ["X", "Y"],
        },
        index=names,
    )
    training = pd.DataFrame(
        {
            "route": ["disclosed energy", "hours x power"],
            "functional_unit": ["training run", "whole project"],
            "energy_rests_on": ["measured power", None],
            "experimentation_source_key": ["x1", None],
            "part_of": None,
            "accelerator": ["X", "Y"],
            "accelerator_hours_origin": ["disclosed", "derived"],
            "experimentation_origin": ["prior", "prior"],
            "source_key": ["s1", "s2"],
        },
        index=names,
    )
    for b in range(len(stages.BOUNDS)):
        training[ledger_table.TRAINING_ENERGY[b]] = [100.0, 10.0]
        training[ledger_table.TRAINING_HOURS[b]] = [1e5, 1e4]
        training[ledger_table.MULTIPLIER[b]] = [1.0, 2.0, 3.0][b]
    for kind, count in (("disclosed", [2, 1]), ("derived", [0, 1]), ("prior", [0, 2])):
        training[f"training_factors_{kind}"] = count
    requests = pd.DataFrame(
        {
            **dict.fromkeys(ledger_table.REQUEST_ENERGY, 1e-3),
            **dict.fromkeys(ledger_table.REQUEST_HOURS, 1e-3),
        },
        index=pd.Index(["served"], name="model_id"),
    )
    rows = [
        ("X", "accelerator", 10.0),
        ("X", "host", 5.0),
        ("X", "end_of_life", 0.1),
        ("S", "accelerator", 20.0),
        ("S", "end_of_life", 0.2),
    ]
    per_hour = pd.DataFrame(rows, columns=["accelerator", "stage", "value_g_per_reserved_hour"])
    for bound in ("low", "high"):
        per_hour[f"{bound}_g_per_reserved_hour"] = per_hour["value_g_per_reserved_hour"]
    per_hour["source_key"] = "e"
    per_hour["status"] = ["derived", "judgement", "judgement", "secondary", "derived"]
    found = basis(catalogue.reset_index()).reset_index()
    service = {"requests": (1e6, 1e6, 1e6), "requests_per_day": 1000.0, "accelerator": "S",
               "words": "w", "source_key": "v"}  # fmt: skip
    hourly = ledger_table.hourly_by_accelerator(per_hour)
    arrays = ledger_table.cells(catalogue, training, requests, hourly, found, service)
    return catalogue, training, requests, hourly, found, service, arrays


def test_cells_by_hand(system):
    *_, arrays = system
    cells = arrays["emissions"][0, :, :, 0, 1]
    intensity = 0.4 * 0.81
    # Project over run is 2, so development is as large as training; a million requests of 1 Wh.
    assert cells[:, 0] == pytest.approx(np.array([100, 100, 1]) * intensity)
    assert cells[:, 1] == pytest.approx([1.5, 1.5, 0.02])
    assert cells[:, 2] == pytest.approx([0.01, 0.01, 0.0002])


def test_factors_by_hand(system):
    """Disclosed, derived, prior of each part of training; a judged footprint is a prior."""
    *_, arrays = system
    training = arrays["factors"][0, 1].tolist()
    assert training == [[2, 0, 1], [1, 1, 2], [1, 0, 3]]
    assert arrays["factors"][0, 0].tolist() == [[2, 0, 2], [1, 1, 3], [1, 0, 4]]
    assert arrays["factors"][0, 2].tolist() == [[1, 1, 8], [1, 2, 9], [1, 2, 9]]


def test_reasons_name_what_lacks(system):
    catalogue, training, requests, hourly, found, service, arrays = system
    unserved = pd.DataFrame(
        {"model_id": ["plain"], "name": ["Plain"], "reason": ["not a text model"]}
    )
    known = empty_cells.Known(catalogue, training, requests, unserved, hourly, found, service)
    reasons = known.reasons(arrays)
    assert reasons["plain", "inference", "operation"] == "not a text model"
    assert "embodied carbon of Y" in reasons["plain", "training", "embodied"]
    assert reasons["plain", "training", "operation"] == empty_cells.NO_GRID
    assert not [key for key in reasons if key[0] == "served"]
    sources = known.sources()
    assert sources["served", "training", "embodied"] == "e;s1"
    assert sources["served", "experimentation", "embodied"] == "e;s1;x1"
    assert (
        sources["served", "inference", "operation"] == "electricity_maps_yearly;unfccc_ifi_2021;v"
    )


MANY = "pue1;pue2;pue3;survey"


@pytest.fixture
def shared(system):
    """Two models whose PUE is that of disclosers, and accelerators that rest on many sources."""
    catalogue, training, requests, hourly, found, service, _ = system
    catalogue = catalogue.assign(source_key=["s1;pue2", "s2"])
    training = training.assign(
        source_key=[f"s1;chips;{MANY}", f"s2;{MANY};survey24"],
        pue_operator="median of 8 disclosers",
        pue_source_key=[MANY, f"{MANY};survey24"],
    )
    hourly = tuple(table.assign(source_key=table.index + "a;b;c") for table in hourly)
    service = service | {"source_key": "v;w;x"}
    return catalogue, training, requests, hourly, found, service


def test_the_ledger_cites_long_lists_by_a_name(shared):
    catalogue, training, requests, hourly, found, service = shared
    unserved = pd.DataFrame(columns=["model_id", "name", "reason"])
    known = empty_cells.Known(catalogue, training, requests, unserved, hourly, found, service)
    cited = ledger_sources.cited(catalogue, training, hourly, service)
    sources, full = known.sources(cited), known.sources()
    # A model's own source stays in sight though the group has it too.
    assert sources["served", "training", "embodied"] == (
        "chips;group:making_x;group:pue_not_known;pue2;s1")  # fmt: skip
    assert sources["served", "training", "end of life"].startswith("chips;group:end_of_life_x;")
    assert cited.training["plain"] == "group:pue_not_known;s2;survey24"
    assert sources["served", "inference", "embodied"] == "group:making_s;group:service"
    table = cited.groups_in(sources)
    tables.check(table, "source_groups")
    groups = source_groups.members(table)
    assert groups["group:pue_not_known"] == MANY.split(";")
    # What no cell cites is no group of the ledger, and no source is lost or added.
    assert set(groups) == {k for v in sources.values() for k in v.split(";") if ":" in k}
    assert sources.keys() == full.keys()
    for cell, keys in sources.items():
        assert source_groups.spelt_out(keys, groups) == full[cell], cell


def test_short_lists_are_spelt_out(system):
    catalogue, training, _, hourly, _, service, _ = system
    training = training.assign(pue_operator=None, pue_source_key="u")
    catalogue = catalogue.assign(source_key="s")
    cited = ledger_sources.cited(catalogue, training, hourly, service)
    assert cited.groups.empty
    assert cited.training == {"served": "s1", "plain": "s2"}
    assert (cited.per_hour[0]["X"], cited.service) == ("e", "v")


def test_a_group_that_is_not_there_is_an_error(tmp_path):
    groups = {"group:a": ["x", "y"]}
    assert source_groups.spelt_out("z; group:a;x", groups) == "x;y;z"
    assert source_groups.spelt_out("", groups) == ""
    assert source_groups.spelt_out("z;a", groups) == "z;a"
    with pytest.raises(DataError, match="group:b"):
        source_groups.spelt_out("group:b", groups)
    assert source_groups.read(tmp_path / "none.csv") == {}
    (tmp_path / "some.csv").write_text("source_group,meaning,source_key\ngroup:a,m,x;y\n")
    assert source_groups.read(tmp_path / "some.csv") == groups


def test_long_table_has_every_cell_once(system):
    catalogue, *_, arrays = system
    frame = ledger_table.long(arrays, catalogue.index, {}, {})
    assert len(frame) == 2 * 3 * 3
    assert not frame.duplicated(["model_id", "phase", "part"]).any()
    row = frame[(frame["model_id"] == "served") & (frame["phase"] == "training")]
    row = row.set_index("part")
    assert row.loc["operation", "energy_value_mwh"] == 100.0
    assert np.isnan(row.loc["operation", "accelerator_hours_value_h"])
    assert row.loc["embodied", "accelerator_hours_value_h"] == 1e5
    assert np.isnan(row.loc["embodied", "energy_value_mwh"])
    for p, part in enumerate(stages.PARTS):
        for m, method in enumerate(stages.METHODS):
            expected = arrays["emissions"][0, 1, p, m, 2]
            assert row.loc[part, f"{method}_high_t"] == pytest.approx(expected, nan_ok=True)


def own_account(model_id):
    return pd.DataFrame({"model_id": [model_id], "account": ["own"], "disclosed_location_tco2e":
                         [5.0], "disclosed_market_tco2e": np.nan, "disclosed_fixed_tco2e": np.nan,
                         "disclosed_unknown_tco2e": np.nan, "disclosed_low_tco2e": 4.0,
                         "disclosed_high_tco2e": 6.0, "scope": "run", "source_key": "z",
                         "comparison_group": "accelerator"})  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "experiments"),
    [("training run", "no hardware"), ("whole project", "in the disclosed emissions")],
)
def test_emissions_disclosed_alone_get_rows_without_defaults(system, unit, experiments):
    catalogue, *_, service, _ = system
    more = catalogue.loc[["served", "plain"]].rename(index={"plain": "told"})
    more = more.assign(functional_unit=unit, part_of=None)
    carbon = pd.concat([own_account("served"), own_account("told")], ignore_index=True)
    lacks = pd.DataFrame({"model_id": ["told"], "name": ["Told"], "reason": ["no hardware"]})
    unserved = lacks.assign(reason="no kind")
    own = disclosed_only.accounts(carbon, pd.Index(["served"]))
    assert own.index.tolist() == ["told"]
    silent = carbon.assign(disclosed_location_tco2e=np.nan)
    assert disclosed_only.accounts(silent, pd.Index(["served"])).empty
    ledger, totals = disclosed_only.rows(more, own, lacks, unserved, carbon, service)
    assert len(ledger) == 9
    numbers = ledger.select_dtypes("number")
    assert (
        numbers.drop(columns=[f"factors_{kind}" for kind in ledger_table.KINDS])
        .isna()
        .all(axis=None)
    )
    assert numbers[[f"factors_{kind}" for kind in ledger_table.KINDS]].eq(0).all(axis=None)
    why = ledger.set_index(["phase", "part"])["reason"]
    assert why["training", "embodied"] == "disclosed emissions only: no hardware"
    assert experiments in why["experimentation", "operation"]
    assert why["inference", "operation"] == "no kind"
    made, served = (totals[totals["system_boundary"] == name].iloc[0]
                    for name in ("made", "made_and_served"))  # fmt: skip
    assert made["route"] == disclosed_only.ROUTE
    assert made[["disclosed_location_tco2e", "disclosed_low_tco2e", "source_key"]].tolist() == [
        5.0, 4.0, "z"]  # fmt: skip
    assert served[["disclosed_location_tco2e", "source_key"]].isna().all()
    assert (
        totals[["location_lifecycle_value_tco2e", "share_prior", "energy_boundary"]]
        .isna()
        .all(axis=None)
    )
    assert "training: operation" in made["stages_missing"]
    gone = empty_cells.excluded(lacks, unserved.iloc[:0], catalogue, own.index)
    assert gone["stage"].tolist() == ["computed emissions"]
    gone = empty_cells.excluded(lacks, unserved.iloc[:0], catalogue, pd.Index([]))
    assert gone["stage"].tolist() == ["ledger"]


def test_totals_are_sums_and_missing_with_a_stage(system):
    catalogue, training, *_, service, arrays = system
    carbon = own_account("served")
    keys = {("served", "training", "operation"): "b;a", ("served", "inference", "embodied"): "c"}
    frame = model_totals.table(catalogue, training, arrays, carbon, service, keys)
    frame = frame.set_index(["model_id", "system_boundary"])
    whole = frame.loc[("served", "made_and_served")]
    assert whole["location_lifecycle_value_tco2e"] == pytest.approx(
        arrays["emissions"][0, :, :, 0, 1].sum()
    )
    assert whole["source_key"] == "a;b;c"
    assert np.isnan(whole["disclosed_location_tco2e"])
    made = frame.loc[("served", "made")]
    assert made[["disclosed_location_tco2e", "disclosed_boundary"]].tolist() == [5.0, "accelerator"]
    assert made["source_key"] == "a;b"
    assert whole[["share_disclosed", "share_derived", "share_prior"]].sum() == pytest.approx(1.0)
    assert np.isnan(frame.loc[("plain", "made"), "location_lifecycle_value_tco2e"])
    assert "training: operation" in frame.loc[("plain", "made"), "stages_missing"]
    assert "operating_margin_value_tco2e" not in frame


def test_parts_stand_beside_an_operation_or_not_at_all(system):
    *_, arrays = system
    cells = arrays["emissions"][0, 1, :, :, 1]
    methods = {name: place for place, name in enumerate(stages.METHODS)}
    assert not np.isnan(cells[:, methods["location_lifecycle"]]).any()
    assert np.isnan(cells[:, methods["market"]]).all()
    assert not np.isnan(cells[0, methods["operating_margin"]])
    assert np.isnan(cells[1:, methods["operating_margin"]]).all()
    plain = arrays["emissions"][1, 1, :, methods["location_lifecycle"], 1]
    assert np.isnan(plain[0])


def test_more_priors_more_share_of_priors(system):
    catalogue, training, requests, hourly, found, service, arrays = system
    worse = training.assign(training_factors_prior=training["training_factors_prior"] + 5)
    more = ledger_table.cells(catalogue, worse, requests, hourly, found, service)
    before = model_totals._shares(arrays, stages.PHASES)[0]
    after = model_totals._shares(more, stages.PHASES)[0]
    assert after[2] > before[2]


def test_break_even_matches_both_sides(system):
    catalogue, *_, service, arrays = system
    frame = breakeven_table.table(catalogue, arrays, service, pd.Series({"served": "a;b"}))
    assert frame["model_id"].tolist() == ["served"]
    row = frame.iloc[0]
    assert row["source_key"] == "a;b"
    assert row["requests_value"] * row["request_value_g"] / 1e6 == pytest.approx(
        row["made_value_tco2e"]
    )
    assert row["requests_low"] <= row["requests_value"] <= row["requests_high"]
    assert row["days_at_stated_service"] == pytest.approx(row["requests_value"] / 1000)
    assert breakeven_table.shown(frame, ["none", "served"])["model_id"].tolist() == ["served"]


def test_growth_finds_the_factor_that_was_put_in():
    random = np.random.default_rng(3)
    dates = pd.to_datetime("2015-01-01") + pd.to_timedelta(np.arange(300) * 12, unit="D")
    years = (dates - dates[0]).days / 365.25
    value = 2.0 * 3.0**years * np.exp(random.normal(0, 0.3, 300))
    frame = pd.DataFrame(
        {
            "model_id": [f"m{i}" for i in range(300)],
            "publication_date": dates,
            "value_tco2e": value,
            "domain": "Language",
            "route": "disclosed energy",
        }
    )
    found = growth_table.trend(frame, seed=1, replicates=200).set_index("basis")
    row = found.loc["all models"]
    assert row["yearly_factor"] == pytest.approx(3.0, rel=0.03)
    assert row["yearly_factor_low"] < 3.0 < row["yearly_factor_high"]
    assert row["doubling_time_years"] == pytest.approx(np.log(2) / np.log(3), rel=0.03)
    assert found.loc["largest of each year", "models"] == 10
    assert found.loc["largest of each year, without the largest of all", "models"] == 10
    without = frame.assign(route="hours x power")
    assert "disclosed energy" not in set(
        growth_table.trend(without, seed=1, replicates=20)["basis"]
    )
