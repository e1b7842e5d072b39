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
