# Claims of the two papers, each recomputed, with a verdict by one rule.


rule paper_claims:
    "Every quantitative claim: what a recomputation gives, and the verdict."
    input:
        stated=SHIPPED("data/facts/claims_stated.csv"),
        quoted=SHIPPED("data/facts/claims_evidence.csv"),
        figures=SHIPPED("data/facts/sustainable_ai_figures.csv"),
        figure_4=SHIPPED("data/facts/sustainable_ai_fig4.csv"),
        public=SHIPPED("data/facts/sustainable_ai_public.csv"),
        disclosures=SHIPPED("data/facts/training_disclosures.csv"),
        carbon="<results>/tables/training_carbon.csv",
        doubling_times="<results>/tables/gpu_growth_doubling_times.csv",
        shares="<results>/tables/gpu_growth_shares.csv",
        gpus="<results>/clean/gpu_specifications.csv",
        products="<results>/clean/product_footprints.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("paper_claims"),
    output:
        claims="<results>/tables/claims.csv",
        summary="<results>/tables/claims_summary.csv",
    log:
        "<logs>/paper_claims.log",
    conda:
        "../../environment.yml"
    params:
        as_of=lookup("as_of", within=config),
    script:
        "../scripts/paper_claims.py"
