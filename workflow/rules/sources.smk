# Upstream files: from a mirror, then from their address; where neither can be reached the frozen
# tables serve. To try again after an unreachable build:
#     snakemake --cores 4 --forcerun sources_fetch


rule sources_fetch:
    "Receipts of the upstream files that the build reads: bytes at hand, or the frozen table."
    input:
        catalogue=SHIPPED("data/sources.yaml"),
        schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        code=CODE("sources_fetch"),
    output:
        receipts=collect("<resources>/receipts/{dataset}.json", dataset=BUILD_DATASETS),
    log:
        "<logs>/sources_fetch.log",
        summary="<logs>/sources_summary.txt",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        datasets=BUILD_DATASETS,
        mirror=MIRROR,
        offline=OFFLINE,
    message:
        "Fetching upstream files, or finding that the frozen tables must serve"
    script:
        "../scripts/sources_fetch.py"


rule sources_all:
    "Every file of the catalogue, also those that no rule reads; says which cannot be reached."
    input:
        catalogue=SHIPPED("data/sources.yaml"),
        schema=SHIPPED("workflow/schemas/sources.schema.yaml"),
        code=CODE("sources_all"),
    log:
        "<logs>/sources_all.log",
        listing="<resources>/sources_all.txt",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        mirror=MIRROR,
        offline=OFFLINE,
    message:
        "Fetching every file of the catalogue"
    script:
        "../scripts/sources_all.py"
