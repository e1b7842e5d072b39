# Other tools on the same inputs. Their packages run outside the build (make compare-tools); what
# they gave is a committed table.


rule tool_comparison:
    "What other tools give for fixed runs, requests, accelerators and grids, beside ours."
    input:
        cases=SHIPPED("data/tool_cases.csv"),
        tool_inputs=SHIPPED("data/facts/tool_inputs.csv"),
        parameters=SHIPPED("data/facts/tool_parameters.csv"),
        tool_outputs=SHIPPED("data/facts/tool_outputs.csv"),
        training="<results>/tables/training_energy.csv",
        ledger="<results>/tables/ledger.csv",
        requests="<results>/tables/inference_requests.csv",
        service="<results>/tables/inference_service.csv",
        features="<results>/clean/model_architectures.csv",
        architectures=SHIPPED("data/facts/inference_architectures.csv"),
        per_hour="<results>/tables/embodied_per_hour.csv",
        routes="<results>/tables/embodied_accelerators.csv",
        embodied="<results>/tables/embodied_comparison.csv",
        annual="<results>/clean/annual_intensity.csv",
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("tool_comparison"),
    output:
        comparison="<results>/tables/tool_comparison.csv",
        missing="<results>/tables/tool_comparison_missing.csv",
    log:
        "<logs>/tool_comparison.log",
    conda:
        "../../environment.yml"
    params:
        prompt_tokens=lookup("lifecycle/request/prompt_tokens", within=config),
        output_tokens=lookup("lifecycle/request/output_tokens", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
        precision=lookup("lifecycle/request/precision", within=config),
    script:
        "../scripts/tool_comparison.py"


rule la_tools:
    "Figure: other tools over ours."
    input:
        comparison="<results>/tables/tool_comparison.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("la_tools"),
    output:
        svg=report(
            "<results>/figures/la_tools.svg",
            caption=CAPTION("la_tools"),
            category="Other tools",
            labels={"figure": "la_tools"},
        ),
        pdf="<results>/figures/la_tools.pdf",
        png="<results>/figures/la_tools.png",
        csv="<results>/figures/la_tools.csv",
    log:
        "<logs>/la_tools.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/la_tools.py"
