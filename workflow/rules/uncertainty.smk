# Uncertainty: what the method says without a disclosure, held against it.


rule training_backtest:
    "Each disclosed training energy and emission predicted without it, by level of evidence."
    input:
        models="<results>/tables/models.csv",
        carbon="<results>/tables/training_carbon.csv",
        annual="<results>/clean/annual_intensity.csv",
        training_models=SHIPPED("data/facts/training_models.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        quantities=SHIPPED("data/training_quantities.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        compute=SHIPPED("data/facts/training_compute.csv"),
        accelerator_names=SHIPPED("data/facts/accelerator_names.csv"),
        training_accelerators=SHIPPED("data/facts/training_accelerators.csv"),
        hardware=SHIPPED("data/facts/hardware_accelerators.csv"),
        pue=SHIPPED("data/facts/datacenter_pue.csv"),
        operators=SHIPPED("data/facts/training_operators.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("training_backtest"),
    output:
        backtest="<results>/tables/backtest.csv",
        summary="<results>/tables/backtest_summary.csv",
    log:
        "<logs>/training_backtest.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
        seed=lookup("seed", within=config),
    script:
        "../scripts/training_backtest.py"


rule la_backtest:
    "Training energy as disclosed against as predicted without it, and how often intervals held."
    input:
        backtest="<results>/tables/backtest.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_backtest"),
    output:
        svg=report(
            "<results>/figures/la_backtest.svg",
            caption=CAPTION("la_backtest"),
            category="Training",
            labels={"figure": "la_backtest"},
        ),
        pdf="<results>/figures/la_backtest.pdf",
        png="<results>/figures/la_backtest.png",
        csv="<results>/figures/la_backtest.csv",
    log:
        "<logs>/la_backtest.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_backtest.py"


scattergather:
    uncertainty=2,


rule ledger_uncertainty_block:
    "Some models of the ledger drawn; the tables do not depend on how many blocks there are."
    input:
        ledger="<results>/tables/ledger.csv",
        ledger_basis="<results>/tables/ledger_basis.csv",
        models="<results>/tables/models.csv",
        training_energy="<results>/tables/training_energy.csv",
        inference_requests="<results>/tables/inference_requests.csv",
        service="<results>/tables/inference_service.csv",
        embodied_per_hour="<results>/tables/embodied_per_hour.csv",
        backtest="<results>/tables/backtest.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("ledger_uncertainty_block"),
    output:
        # No artifact: how many there are is the choice of whoever builds.
        block="<resources>/uncertainty/{scatteritem}.npz",
    log:
        "<logs>/ledger_uncertainty_block_{scatteritem}.log",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        seed=lookup("seed", within=config),
        requests_per_day=lookup("lifecycle/requests_per_day", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
    script:
        "../scripts/ledger_uncertainty_block.py"


rule ledger_uncertainty:
    "Every emission of the ledger as percentiles, and the share of the variance of each input."
    input:
        blocks=gather.uncertainty("<resources>/uncertainty/{scatteritem}.npz"),
        ledger="<results>/tables/ledger.csv",
        ledger_basis="<results>/tables/ledger_basis.csv",
        models="<results>/tables/models.csv",
        training_energy="<results>/tables/training_energy.csv",
        inference_requests="<results>/tables/inference_requests.csv",
        service="<results>/tables/inference_service.csv",
        embodied_per_hour="<results>/tables/embodied_per_hour.csv",
        backtest="<results>/tables/backtest.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("ledger_uncertainty"),
    output:
        ledger_quantiles="<results>/tables/ledger_quantiles.csv",
        ledger_drivers="<results>/tables/ledger_drivers.csv",
        ledger_sums="<results>/tables/ledger_sums.csv",
        ledger_widening="<results>/tables/ledger_widening.csv",
        ledger_tornado="<results>/tables/ledger_tornado.csv",
    log:
        "<logs>/ledger_uncertainty.log",
    conda:
        "../../environment.yml"
    params:
        seed=lookup("seed", within=config),
        requests_per_day=lookup("lifecycle/requests_per_day", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
        tornado_models=lookup("lifecycle/tornado_models", within=config),
    script:
        "../scripts/ledger_uncertainty.py"


rule uncertainty_figures:
    "Which inputs make the ranges: over all models, and one at a time for known ones."
    input:
        drivers="<results>/tables/ledger_drivers.csv",
        tornado="<results>/tables/ledger_tornado.csv",
        training="<results>/tables/training_energy.csv",
        models="<results>/tables/models.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("uncertainty_figures"),
    output:
        drivers_svg=report(
            "<results>/figures/la_drivers.svg",
            caption=CAPTION("la_drivers"),
            category="Ledger",
            labels={"figure": "la_drivers"},
        ),
        drivers_pdf="<results>/figures/la_drivers.pdf",
        drivers_png="<results>/figures/la_drivers.png",
        drivers_csv="<results>/figures/la_drivers.csv",
        tornado_svg=report(
            "<results>/figures/la_tornado.svg",
            caption=CAPTION("la_tornado"),
            category="Ledger",
            labels={"figure": "la_tornado"},
        ),
        tornado_pdf="<results>/figures/la_tornado.pdf",
        tornado_png="<results>/figures/la_tornado.png",
        tornado_csv="<results>/figures/la_tornado.csv",
    log:
        "<logs>/uncertainty_figures.log",
    conda:
        "../../environment.yml"
    params:
        tornado_models=lookup("lifecycle/tornado_models", within=config),
    script:
        "../scripts/uncertainty_figures.py"
