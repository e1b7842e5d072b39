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
        widening="<results>/tables/ledger_widening.csv",
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


rule sampling_convergence:
    "Error of the summaries of two models of the ledger against the number of draws."
    input:
        training_energy="<results>/tables/training_energy.csv",
        inference_requests="<results>/tables/inference_requests.csv",
        embodied_per_hour="<results>/tables/embodied_per_hour.csv",
        ledger_basis="<results>/tables/ledger_basis.csv",
        models="<results>/tables/models.csv",
        service="<results>/tables/inference_service.csv",
        backtest="<results>/tables/backtest.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("sampling_convergence"),
    output:
        convergence="<results>/tables/convergence.csv",
    log:
        "<logs>/sampling_convergence.log",
    conda:
        "../../environment.yml"
    params:
        requests_per_day=lookup("lifecycle/requests_per_day", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
        shown=lookup("lifecycle/tornado_models", within=config),
    script:
        "../scripts/sampling_convergence.py"


rule priors_figures:
    "Every prior as a picture, and error against draws."
    input:
        priors="<results>/tables/priors.csv",
        convergence="<results>/tables/convergence.csv",
        models="<results>/tables/models.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("priors_figures"),
    output:
        priors_svg=report(
            "<results>/figures/la_priors.svg",
            caption=CAPTION("la_priors"),
            category="Uncertainty",
            labels={"figure": "la_priors"},
        ),
        priors_pdf="<results>/figures/la_priors.pdf",
        priors_png="<results>/figures/la_priors.png",
        priors_csv="<results>/figures/la_priors.csv",
        inferred_svg=report(
            "<results>/figures/la_priors_inferred.svg",
            caption=CAPTION("la_priors_inferred"),
            category="Uncertainty",
            labels={"figure": "la_priors_inferred"},
        ),
        inferred_pdf="<results>/figures/la_priors_inferred.pdf",
        inferred_png="<results>/figures/la_priors_inferred.png",
        inferred_csv="<results>/figures/la_priors_inferred.csv",
        convergence_svg=report(
            "<results>/figures/la_convergence.svg",
            caption=CAPTION("la_convergence"),
            category="Uncertainty",
            labels={"figure": "la_convergence"},
        ),
        convergence_pdf="<results>/figures/la_convergence.pdf",
        convergence_png="<results>/figures/la_convergence.png",
        convergence_csv="<results>/figures/la_convergence.csv",
    log:
        "<logs>/priors_figures.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/priors_figures.py"
