# Embodied carbon and end of life: published footprints cleaned, both routes, allocation, refresh.

HARDWARE_FACTS = {
    name: SHIPPED(f"data/facts/{name}.csv")
    for name in (
        "hardware_accelerators",
        "hardware_fab_factors",
        "hardware_product_footprints",
        "hardware_components",
        "hardware_lifetimes",
        "hardware_hosts",
        "hardware_node_brackets",
    )
}
# By how much printed shares of a footprint may miss one through rounding.
SHARE_TOLERANCE = 0.02


rule clean_product_footprints:
    "Product and component footprints of Boavizta and GreenSKU in our names and units."
    input:
        products_receipt="<resources>/receipts/boavizta.json",
        components_receipt="<resources>/receipts/greensku.json",
        corrections=SHIPPED("data/corrections/boavizta.yaml"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_product_footprints"),
    output:
        products="<results>/clean/product_footprints.csv",
        components="<results>/clean/component_footprints.csv",
    log:
        "<logs>/clean_product_footprints.log",
    conda:
        "../../environment.yml"
    params:
        frozen_products=FROZEN("product_footprints.csv"),
        frozen_components=FROZEN("component_footprints.csv"),
        tolerance=SHARE_TOLERANCE,
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_product_footprints.py"


rule embodied_accelerators:
    "Embodied carbon of accelerators by both routes, per reserved hour, by phase."
    input:
        **HARDWARE_FACTS,
        products="<results>/clean/product_footprints.csv",
        components="<results>/clean/component_footprints.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("embodied_accelerators"),
    output:
        routes="<results>/tables/embodied_accelerators.csv",
        comparison="<results>/tables/embodied_comparison.csv",
        per_hour="<results>/tables/embodied_per_hour.csv",
        missing="<results>/tables/embodied_missing.csv",
        phases="<results>/tables/hardware_phases.csv",
    log:
        "<logs>/embodied_accelerators.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
        tolerance=SHARE_TOLERANCE,
    script:
        "../scripts/embodied_accelerators.py"


rule end_of_life_refresh:
    "End of life under cut-off, the credit beside it, a longer life, the break-even of a refresh."
    input:
        **HARDWARE_FACTS,
        products="<results>/clean/product_footprints.csv",
        per_hour="<results>/tables/embodied_per_hour.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("end_of_life_refresh"),
    output:
        end_of_life="<results>/tables/end_of_life.csv",
        reuse="<results>/tables/reuse.csv",
        refresh="<results>/tables/refresh_breakeven.csv",
    log:
        "<logs>/end_of_life_refresh.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/end_of_life_refresh.py"


rule be5a_corporate_emissions:
    "Emissions of computing companies by scope and category, as disclosed."
    input:
        emissions=SHIPPED("data/facts/corporate_ghg.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be5a_corporate_emissions"),
    output:
        svg=report(
            "<results>/figures/be5a_corporate_emissions.svg",
            caption=CAPTION("be5a_corporate_emissions"),
            category="Beyond Efficiency",
            labels={"figure": "be5a"},
        ),
        pdf="<results>/figures/be5a_corporate_emissions.pdf",
        png="<results>/figures/be5a_corporate_emissions.png",
        csv="<results>/figures/be5a_corporate_emissions.csv",
    log:
        "<logs>/be5a_corporate_emissions.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/be5a_corporate_emissions.py"


rule be5b_hardware_lifecycle:
    "Life-cycle assessments of data-centre hardware by phase and component."
    input:
        phases="<results>/tables/hardware_phases.csv",
        footprints=SHIPPED("data/facts/hardware_product_footprints.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be5b_hardware_lifecycle"),
    output:
        svg=report(
            "<results>/figures/be5b_hardware_lifecycle.svg",
            caption=CAPTION("be5b_hardware_lifecycle"),
            category="Beyond Efficiency",
            labels={"figure": "be5b"},
        ),
        pdf="<results>/figures/be5b_hardware_lifecycle.pdf",
        png="<results>/figures/be5b_hardware_lifecycle.png",
        csv="<results>/figures/be5b_hardware_lifecycle.csv",
    log:
        "<logs>/be5b_hardware_lifecycle.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be5b_hardware_lifecycle.py"


rule la_refresh:
    "How long a new accelerator takes to repay its embodied carbon, by grid."
    input:
        breakeven="<results>/tables/refresh_breakeven.csv",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_refresh"),
    output:
        svg=report(
            "<results>/figures/la_refresh.svg",
            caption=CAPTION("la_refresh"),
            category="Embodied carbon",
            labels={"figure": "la_refresh"},
        ),
        pdf="<results>/figures/la_refresh.pdf",
        png="<results>/figures/la_refresh.png",
        csv="<results>/figures/la_refresh.csv",
    log:
        "<logs>/la_refresh.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_refresh.py"
