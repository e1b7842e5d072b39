# Priors: every uncertain input with its distribution, and how many draws a summary takes.


rule priors_table:
    "Every constant and every inferred quantity with its distribution, source and basis."
    input:
        constants=SHIPPED("data/constants.csv"),
        shapes=SHIPPED("data/prior_shapes.csv"),
        training_priors="<results>/tables/training_priors.csv",
        training_energy="<results>/tables/training_energy.csv",
        basis="<results>/tables/ledger_basis.csv",
        per_hour="<results>/tables/embodied_per_hour.csv",
        parameters="<results>/tables/inference_parameters.csv",
        service="<results>/tables/inference_service.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("priors_table"),
    output:
        priors="<results>/tables/priors.csv",
    log:
        "<logs>/priors_table.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/priors_table.py"
