# Models: training disclosures, their carbon by every accounting, and what does not reconcile.


rule training_carbon:
    "Energy and carbon of every training disclosure, and each recomputed from its own numbers."
    input:
        models=SHIPPED("data/facts/training_models.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        comparisons=SHIPPED("data/facts/training_comparisons.csv"),
        readings=SHIPPED("data/facts/training_readings.csv"),
        calculator=SHIPPED("data/facts/training_calculator.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        quantities=SHIPPED("data/training_quantities.csv"),
        places=SHIPPED("data/facts/training_places.csv"),
        basis=SHIPPED("data/facts/annual_intensity_basis.csv"),
        annual_intensity="<results>/clean/annual_intensity.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("training_carbon"),
    output:
        carbon="<results>/tables/training_carbon.csv",
        reconciliation="<results>/tables/training_reconciliation.csv",
    log:
        "<logs>/training_carbon.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/training_carbon.py"
