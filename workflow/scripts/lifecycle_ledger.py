"""The ledger: lifecycle emissions of every model by phase, part and accounting method."""

from ai_lifecycle import constants, facts, runlog, tables
from ai_lifecycle.lifecycle import stages
from ai_lifecycle.lifecycle_tables import (
    annual_grid,
    breakeven_table,
    declared_service,
    disclosed_only,
    empty_cells,
    grid_basis,
    growth_table,
    ledger_sources,
    ledger_table,
    model_totals,
)


def at_value(basis):
    """The same intensities without their ranges."""
    fixed = basis.copy()
    for bound in stages.BOUNDS:
        fixed[f"{bound}_kg_per_kwh"] = basis["value_kg_per_kwh"]
    return fixed


def main(inputs, outputs, *, seed, replicates, requests_per_day, accelerator):
    """Join the stages, write the tables of the ledger."""
    references, constants_path = inputs["references"], inputs["constants"]
    catalogue = tables.read_csv(inputs["models"], "models").set_index("model_id")
    training = tables.read_csv(inputs["training"], "training_energy").set_index("model_id")
    models = catalogue.reindex(training.index)
    requests = tables.read_csv(inputs["requests"], "inference_requests").set_index("model_id")
    unserved = tables.read_csv(inputs["unserved"], "inference_requests_excluded")
    left_out = tables.read_csv(inputs["training_excluded"], "training_excluded")
    per_hour = ledger_table.hourly_by_accelerator(
        tables.read_csv(inputs["per_hour"], "embodied_per_hour")
    )
    annual = tables.read_csv(inputs["annual"], "annual_intensity")
    disclosed = tables.read_csv(inputs["training_carbon"], "training_carbon")
    countries = grid_basis.read_countries(inputs["countries"], annual, references=references)
    places = facts.read(inputs["places"], "training_places", references=references)
    leads = grid_basis.read_leads(inputs["leads"], countries, references=references)
    clouds = grid_basis.read_clouds(
        inputs["clouds"], catalogue.index, places["model_id"], annual, references=references
    )
    contracts = facts.read(inputs["contracts"], "training_contracts", references=references)
    hourly = tables.read_parquet(inputs["hourly"], "electricity_maps_hourly")
    basis = grid_basis.table(
        grid_basis.places_of(models.reset_index(), places, clouds, countries, leads),
        annual,
        annual_grid.hourly_means(hourly),
        grid_basis.contracts_of(disclosed, contracts),
        countries,
        constants.value("lifecycle.grid_year_gap_limit", constants_path, unit="year"),
    )
    service = declared_service.service_of(
        requests_per_day, accelerator, constants.load(constants_path)
    )
    arrays = ledger_table.cells(models, training, requests, per_hour, basis, service)
    why = empty_cells.Known(models, training, requests, unserved, per_hour, basis, service)
    cited = ledger_sources.cited(models, training, per_hour, service)
    sources = why.sources(cited)
    ledger = ledger_table.long(arrays, models.index, why.reasons(arrays), sources)
    totals = model_totals.table(models, training, arrays, disclosed, service, sources)
    served = totals[totals["system_boundary"] == "made_and_served"]
    keys = served.set_index("model_id")["source_key"]
    points = growth_table.points(ledger, models, training)
    fixed = ledger_table.cells(models, training, requests, per_hour, at_value(basis), service)
    own = disclosed_only.accounts(disclosed, models.index)
    told, told_totals = disclosed_only.rows(catalogue, own, left_out, unserved, disclosed, service)
    for name, frame in {
        "ledger": disclosed_only.joined(ledger, told),
        "ledger_models": disclosed_only.joined(totals, told_totals),
        "ledger_basis": basis,
        "source_groups": cited.groups_in(sources),
        "ledger_excluded": empty_cells.excluded(left_out, unserved, models, own.index),
        "ledger_growth_points": points,
        "ledger_growth": growth_table.trend(points, seed=seed, replicates=replicates),
        "ledger_breakeven": breakeven_table.table(models, fixed, service, keys),
    }.items():
        tables.write_csv(frame, outputs[name], name)
        print(f"{name}: {len(frame)} rows")
    whole = totals[totals["system_boundary"] == "made"]["location_lifecycle_value_tco2e"]
    print(f"{len(models)} models, {whole.notna().sum()} with a total for making them")
    print(f"{len(own)} models more with their disclosed emissions alone")


if "snakemake" in globals():
    with runlog.job(snakemake.log[0]):
        main(
            dict(snakemake.input.items()),
            dict(snakemake.output.items()),
            seed=snakemake.params.seed,
            replicates=snakemake.params.replicates,
            requests_per_day=snakemake.params.requests_per_day,
            accelerator=snakemake.params.accelerator,
        )
