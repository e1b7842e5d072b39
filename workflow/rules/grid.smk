# Grid data: from upstream files to tidy tables, then intensities.


rule clean_eia930:
    "Hourly net generation by fuel, faults treated, in one convention of time."
    input:
        receipt="<resources>/receipts/eia930_2022.json",
        corrections=SHIPPED("data/corrections/eia930_2022.yaml"),
        authorities=SHIPPED("data/facts/balancing_authorities.csv"),
        references=SHIPPED("data/references.bib"),
        expected_rows=SHIPPED("data/expected_rows.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_eia930"),
    output:
        table="<results>/clean/eia930_hourly.parquet",
        quality="<results>/clean/eia930_quality.csv",
    log:
        "<logs>/clean_eia930.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("eia930_hourly.parquet"),
        frozen_quality=FROZEN("eia930_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_eia930.py"


rule clean_electricity_maps:
    "Electricity Maps' hourly intensities of 16 zones, 2022 and 2024."
    input:
        receipt="<resources>/receipts/electricity_maps_hourly.json",
        expected_rows=SHIPPED("data/expected_rows.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_electricity_maps"),
    output:
        table="<results>/clean/electricity_maps_hourly.parquet",
        quality="<results>/clean/electricity_maps_quality.csv",
    log:
        "<logs>/clean_electricity_maps.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("electricity_maps_hourly.parquet"),
        frozen_quality=FROZEN("electricity_maps_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_electricity_maps.py"


rule clean_avert:
    "AVERT's hourly marginal rates by region, 2022."
    input:
        receipt="<resources>/receipts/avert_2022.json",
        regions=SHIPPED("data/facts/avert_regions.csv"),
        references=SHIPPED("data/references.bib"),
        expected_rows=SHIPPED("data/expected_rows.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_avert"),
    output:
        table="<results>/clean/avert_hourly.parquet",
        quality="<results>/clean/avert_quality.csv",
    log:
        "<logs>/clean_avert.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("avert_hourly.parquet"),
        frozen_quality=FROZEN("avert_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_avert.py"


rule clean_annual_intensity:
    "Annual intensities by country and zone: Ember, UNFCCC IFI, Electricity Maps."
    input:
        receipt="<resources>/receipts/annual_intensity.json",
        expected_rows=SHIPPED("data/expected_rows.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_annual_intensity"),
    output:
        table="<results>/clean/annual_intensity.csv",
        quality="<results>/clean/annual_intensity_quality.csv",
    log:
        "<logs>/clean_annual_intensity.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("annual_intensity.csv"),
        frozen_quality=FROZEN("annual_intensity_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_annual_intensity.py"


rule grid_data_quality:
    "Faults found in grid data, and what was done about them."
    input:
        parts=[
            "<results>/clean/eia930_quality.csv",
            "<results>/clean/electricity_maps_quality.csv",
            "<results>/clean/avert_quality.csv",
            "<results>/clean/annual_intensity_quality.csv",
        ],
        fields=SHIPPED("data/fields.csv"),
        code=CODE("grid_data_quality"),
    output:
        table="<results>/tables/grid_data_quality.csv",
    log:
        "<logs>/grid_data_quality.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/grid_data_quality.py"


rule grid_intensity:
    "Production-based average intensity: hourly, by local hour, by authority, and alternatives."
    input:
        hourly="<results>/clean/eia930_hourly.parquet",
        authorities=SHIPPED("data/facts/balancing_authorities.csv"),
        factors=SHIPPED("data/facts/grid_emission_factors.csv"),
        other=SHIPPED("data/facts/grid_other_generation.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("grid_intensity"),
    output:
        hourly="<results>/model/grid_hourly_intensity.parquet",
        profile="<results>/tables/grid_hourly_profile.csv",
        authorities="<results>/tables/grid_authorities.csv",
        alternatives="<results>/tables/grid_alternatives.csv",
    log:
        "<logs>/grid_intensity.log",
    conda:
        "../../environment.yml"
    params:
        selected=lookup("grid/authorities", within=config),
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/grid_intensity.py"


rule grid_marginal:
    "Marginal intensity by several estimators, and their errors on a simulated dispatch."
    input:
        hourly="<results>/clean/eia930_hourly.parquet",
        avert="<results>/clean/avert_hourly.parquet",
        authorities=SHIPPED("data/facts/balancing_authorities.csv"),
        factors=SHIPPED("data/facts/grid_emission_factors.csv"),
        other=SHIPPED("data/facts/grid_other_generation.csv"),
        systems=SHIPPED("data/simulated_systems.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("grid_marginal"),
    output:
        marginal="<results>/tables/grid_marginal.csv",
        validation="<results>/tables/grid_marginal_validation.csv",
    log:
        "<logs>/grid_marginal.log",
    conda:
        "../../environment.yml"
    params:
        selected=lookup("grid/authorities", within=config),
        as_of=lookup("as_of", within=config),
        seed=lookup("seed", within=config),
        replicates=lookup("marginal/bootstrap_replicates", within=config),
    script:
        "../scripts/grid_marginal.py"


rule grid_comparison:
    "Our production-based intensities beside Electricity Maps' consumption-based ones."
    input:
        ours="<results>/model/grid_hourly_intensity.parquet",
        theirs="<results>/clean/electricity_maps_hourly.parquet",
        authorities=SHIPPED("data/facts/balancing_authorities.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("grid_comparison"),
    output:
        comparison="<results>/tables/grid_comparison.csv",
    log:
        "<logs>/grid_comparison.log",
    conda:
        "../../environment.yml"
    params:
        selected=lookup("grid/authorities", within=config),
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/grid_comparison.py"
