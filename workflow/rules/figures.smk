# Figures: one rule each; the CSV beside a figure holds exactly what it draws.


rule be2a_training_carbon:
    "Operational carbon of training by three accountings, the paper's models."
    input:
        carbon="<results>/tables/training_carbon.csv",
        reconciliation="<results>/tables/training_reconciliation.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be2a_training_carbon"),
    output:
        svg=report(
            "<results>/figures/be2a_training_carbon.svg",
            caption=CAPTION("be2a_training_carbon"),
            category="Beyond Efficiency",
        ),
        pdf="<results>/figures/be2a_training_carbon.pdf",
        png="<results>/figures/be2a_training_carbon.png",
        csv="<results>/figures/be2a_training_carbon.csv",
    log:
        "<logs>/be2a_training_carbon.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be2a_training_carbon.py"


rule la_training_disclosures:
    "Operational carbon of training by three accountings, all other disclosures."
    input:
        carbon="<results>/tables/training_carbon.csv",
        reconciliation="<results>/tables/training_reconciliation.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_training_disclosures"),
    output:
        svg=report(
            "<results>/figures/la_training_disclosures.svg",
            caption=CAPTION("la_training_disclosures"),
            category="Training",
        ),
        pdf="<results>/figures/la_training_disclosures.pdf",
        png="<results>/figures/la_training_disclosures.png",
        csv="<results>/figures/la_training_disclosures.csv",
    log:
        "<logs>/la_training_disclosures.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_training_disclosures.py"


rule be1_gpu_performance_growth:
    "GPU throughput split into density, die area, clock and residual; throughput per watt."
    input:
        specifications="<results>/clean/gpu_specifications.csv",
        doubling_times="<results>/tables/gpu_growth_doubling_times.csv",
        shares="<results>/tables/gpu_growth_shares.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be1_gpu_performance_growth"),
    output:
        svg=report(
            "<results>/figures/be1_gpu_performance_growth.svg",
            caption=CAPTION("be1_gpu_performance_growth"),
            category="Hardware",
            labels={"figure": "be1"},
        ),
        pdf="<results>/figures/be1_gpu_performance_growth.pdf",
        png="<results>/figures/be1_gpu_performance_growth.png",
        values="<results>/figures/be1_gpu_performance_growth.csv",
    log:
        "<logs>/be1_gpu_performance_growth.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be1_gpu_performance_growth.py"


rule be6_intensity_by_hour:
    "Average and marginal intensity by hour of day, CISO and PJM."
    input:
        profile="<results>/tables/grid_hourly_profile.csv",
        marginal="<results>/tables/grid_marginal.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be6_intensity_by_hour"),
    output:
        svg=report(
            "<results>/figures/be6_intensity_by_hour.svg",
            caption=CAPTION("be6_intensity_by_hour"),
            category="Beyond Efficiency",
            labels={"figure": "be6"},
        ),
        pdf="<results>/figures/be6_intensity_by_hour.pdf",
        png="<results>/figures/be6_intensity_by_hour.png",
        csv="<results>/figures/be6_intensity_by_hour.csv",
    log:
        "<logs>/be6_intensity_by_hour.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be6_intensity_by_hour.py"


rule la_grid_authorities:
    "Average and marginal intensity by hour of day, every authority."
    input:
        profile="<results>/tables/grid_hourly_profile.csv",
        marginal="<results>/tables/grid_marginal.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_grid_authorities"),
    output:
        svg=report(
            "<results>/figures/la_grid_authorities.svg",
            caption=CAPTION("la_grid_authorities"),
            category="Grid",
            labels={"figure": "la_grid_authorities"},
        ),
        pdf="<results>/figures/la_grid_authorities.pdf",
        png="<results>/figures/la_grid_authorities.png",
        csv="<results>/figures/la_grid_authorities.csv",
    log:
        "<logs>/la_grid_authorities.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_grid_authorities.py"
