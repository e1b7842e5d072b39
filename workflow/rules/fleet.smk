# The installed accelerators: counts cleaned, energy and embodied carbon by owner and quarter.


rule clean_accelerator_counts:
    "Counts of accelerators by maker, owner and quarter in our names."
    input:
        receipt="<resources>/receipts/epoch_chip_counts.json",
        names=SHIPPED("data/facts/fleet_accelerators.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_accelerator_counts"),
    output:
        table="<results>/clean/accelerator_counts.csv",
    log:
        "<logs>/clean_accelerator_counts.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("accelerator_counts.csv"),
        as_of=lookup("as_of", within=config),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_accelerator_counts.py"


rule fleet_installed:
    "Energy and embodied carbon of the installed accelerators, by owner and quarter."
    input:
        counts="<results>/clean/accelerator_counts.csv",
        comparison="<results>/tables/embodied_comparison.csv",
        names=SHIPPED("data/facts/fleet_accelerators.csv"),
        comparisons=SHIPPED("data/facts/fleet_comparisons.csv"),
        hardware=SHIPPED("data/facts/hardware_accelerators.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("fleet_installed"),
    output:
        fleet="<results>/tables/fleet.csv",
        used="<results>/tables/fleet_accelerators_used.csv",
        missing="<results>/tables/fleet_missing.csv",
        quality="<results>/tables/fleet_data_quality.csv",
        checks="<results>/tables/fleet_checks.csv",
    log:
        "<logs>/fleet_installed.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/fleet_installed.py"


rule la_fleet:
    "Energy and embodied carbon of the installed accelerators, by quarter."
    input:
        fleet="<results>/tables/fleet.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_fleet"),
    output:
        svg=report(
            "<results>/figures/la_fleet.svg",
            caption=CAPTION("la_fleet"),
            category="Fleet",
            labels={"figure": "la_fleet"},
        ),
        pdf="<results>/figures/la_fleet.pdf",
        png="<results>/figures/la_fleet.png",
        csv="<results>/figures/la_fleet.csv",
    log:
        "<logs>/la_fleet.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_fleet.py"
