# The ledger: every stage of every model by every accounting method, and its figures.


rule lifecycle_ledger:
    "Lifecycle emissions of every model by phase, part and accounting method; what is left out."
    input:
        models="<results>/tables/models.csv",
        training="<results>/tables/training_energy.csv",
        training_excluded="<results>/tables/training_excluded.csv",
        requests="<results>/tables/inference_requests.csv",
        unserved="<results>/tables/inference_requests_excluded.csv",
        per_hour="<results>/tables/embodied_per_hour.csv",
        annual="<results>/clean/annual_intensity.csv",
        hourly="<results>/clean/electricity_maps_hourly.parquet",
        training_carbon="<results>/tables/training_carbon.csv",
        places=SHIPPED("data/facts/training_places.csv"),
        clouds=SHIPPED("data/facts/training_clouds.csv"),
        countries=SHIPPED("data/facts/country_grid_areas.csv"),
        leads=SHIPPED("data/facts/organisation_countries.csv"),
        contracts=SHIPPED("data/facts/training_contracts.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("lifecycle_ledger"),
    output:
        ledger="<results>/tables/ledger.csv",
        ledger_models="<results>/tables/ledger_models.csv",
        ledger_basis="<results>/tables/ledger_basis.csv",
        ledger_excluded="<results>/tables/ledger_excluded.csv",
        ledger_growth_points="<results>/tables/ledger_growth_points.csv",
        ledger_growth="<results>/tables/ledger_growth.csv",
        ledger_breakeven="<results>/tables/ledger_breakeven.csv",
        source_groups="<results>/tables/source_groups.csv",
    log:
        "<logs>/lifecycle_ledger.log",
    conda:
        "../../environment.yml"
    params:
        seed=lookup("seed", within=config),
        replicates=lookup("growth/bootstrap_replicates", within=config),
        requests_per_day=lookup("lifecycle/requests_per_day", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
    script:
        "../scripts/lifecycle_ledger.py"


rule lifecycle_figures:
    "Figures of the ledger: stages of known models, growth, break-even."
    input:
        ledger="<results>/tables/ledger.csv",
        totals="<results>/tables/ledger_models.csv",
        quantiles="<results>/tables/ledger_quantiles.csv",
        growth="<results>/tables/ledger_growth.csv",
        growth_points="<results>/tables/ledger_growth_points.csv",
        breakeven="<results>/tables/ledger_breakeven.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("lifecycle_figures"),
    output:
        lifecycle_svg=report(
            "<results>/figures/la_lifecycle.svg",
            caption=CAPTION("la_lifecycle"),
            category="Ledger",
            labels={"figure": "la_lifecycle"},
        ),
        lifecycle_pdf="<results>/figures/la_lifecycle.pdf",
        lifecycle_png="<results>/figures/la_lifecycle.png",
        lifecycle_csv="<results>/figures/la_lifecycle.csv",
        growth_svg=report(
            "<results>/figures/la_growth.svg",
            caption=CAPTION("la_growth"),
            category="Ledger",
            labels={"figure": "la_growth"},
        ),
        growth_pdf="<results>/figures/la_growth.pdf",
        growth_png="<results>/figures/la_growth.png",
        growth_csv="<results>/figures/la_growth.csv",
        breakeven_svg=report(
            "<results>/figures/la_breakeven.svg",
            caption=CAPTION("la_breakeven"),
            category="Ledger",
            labels={"figure": "la_breakeven"},
        ),
        breakeven_pdf="<results>/figures/la_breakeven.pdf",
        breakeven_png="<results>/figures/la_breakeven.png",
        breakeven_csv="<results>/figures/la_breakeven.csv",
    log:
        "<logs>/lifecycle_figures.log",
    conda:
        "../../environment.yml"
    params:
        shown=lookup("lifecycle/shown_models", within=config),
    script:
        "../scripts/lifecycle_figures.py"
