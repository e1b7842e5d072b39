# Models: training disclosures, their carbon by every accounting, and what does not reconcile.


rule clean_epoch_models:
    "Epoch AI's table of models in our names and units, and the faults found in it."
    input:
        receipt="<resources>/receipts/epoch_models.json",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_epoch_models"),
    output:
        table="<results>/clean/epoch_models.csv",
        quality="<results>/clean/epoch_models_quality.csv",
    log:
        "<logs>/clean_epoch_models.log",
    conda:
        "../../environment.yml"
    params:
        frozen_table=FROZEN("epoch_models.csv"),
        frozen_quality=FROZEN("epoch_models_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_epoch_models.py"


rule model_catalogue:
    "One row a model over our disclosures and Epoch AI's table; who was left out and why."
    input:
        epoch_models="<results>/clean/epoch_models.csv",
        quality="<results>/clean/epoch_models_quality.csv",
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        quantities=SHIPPED("data/training_quantities.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        models=SHIPPED("data/facts/training_models.csv"),
        model_names=SHIPPED("data/facts/model_names.csv"),
        active_parameters=SHIPPED("data/facts/model_active_parameters.csv"),
        accelerator_names=SHIPPED("data/facts/accelerator_names.csv"),
        training_accelerators=SHIPPED("data/facts/training_accelerators.csv"),
        hardware=SHIPPED("data/facts/hardware_accelerators.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("model_catalogue"),
    output:
        models="<results>/tables/models.csv",
        left_out="<results>/model/models_left_out.csv",
        quality="<results>/tables/model_data_quality.csv",
    log:
        "<logs>/model_catalogue.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/model_catalogue.py"


rule training_carbon:
    "Energy and carbon of every training disclosure, and each recomputed from its own numbers."
    input:
        models=SHIPPED("data/facts/training_models.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        comparisons=SHIPPED("data/facts/training_comparisons.csv"),
        readings=SHIPPED("data/facts/training_readings.csv"),
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
