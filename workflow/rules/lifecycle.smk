# Lifecycle: energy of training from the best evidence; what the ledger multiplies by intensities.


rule training_energy:
    "Training energy of every model with enough data, its ranges, and what each factor rests on."
    input:
        models="<results>/tables/models.csv",
        left_out="<results>/model/models_left_out.csv",
        training_models=SHIPPED("data/facts/training_models.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        quantities=SHIPPED("data/training_quantities.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        accelerator_names=SHIPPED("data/facts/accelerator_names.csv"),
        training_accelerators=SHIPPED("data/facts/training_accelerators.csv"),
        hardware=SHIPPED("data/facts/hardware_accelerators.csv"),
        pue=SHIPPED("data/facts/datacenter_pue.csv"),
        operators=SHIPPED("data/facts/training_operators.csv"),
        multipliers=SHIPPED("data/facts/experimentation_multipliers.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("training_energy"),
    output:
        energy="<results>/tables/training_energy.csv",
        excluded="<results>/tables/training_excluded.csv",
        priors="<results>/tables/training_priors.csv",
        check="<results>/tables/training_route_check.csv",
    log:
        "<logs>/training_energy.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/training_energy.py"
