# Inference: measured energy cleaned, the energy models fitted, and our figure of multi-modal use.


rule clean_ml_energy:
    "Measured energy of inference and shapes of models in our names, faults marked."
    input:
        receipt="<resources>/receipts/ml_energy.json",
        features_receipt="<resources>/receipts/architecture_features.json",
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_ml_energy"),
    output:
        text="<results>/clean/ml_energy_text.csv",
        diffusion="<results>/clean/ml_energy_diffusion.csv",
        architectures="<results>/clean/model_architectures.csv",
        quality="<results>/tables/inference_data_quality.csv",
    log:
        "<logs>/clean_ml_energy.log",
    conda:
        "../../environment.yml"
    params:
        frozen_text=FROZEN("ml_energy_text.csv"),
        frozen_diffusion=FROZEN("ml_energy_diffusion.csv"),
        frozen_architectures=FROZEN("model_architectures.csv"),
        frozen_quality=FROZEN("inference_data_quality.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_ml_energy.py"


rule inference_fit:
    "Energy per token, image and video fitted, with errors; levers, plausibility, what binds."
    input:
        text="<results>/clean/ml_energy_text.csv",
        diffusion="<results>/clean/ml_energy_diffusion.csv",
        features="<results>/clean/model_architectures.csv",
        architectures=SHIPPED("data/facts/inference_architectures.csv"),
        disclosures=SHIPPED("data/facts/inference_disclosures.csv"),
        cases=SHIPPED("data/inference_cases.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("inference_fit"),
    output:
        parameters="<results>/tables/inference_parameters.csv",
        errors="<results>/tables/inference_fit_errors.csv",
        plausibility="<results>/tables/inference_plausibility.csv",
        production="<results>/tables/inference_production.csv",
        levers="<results>/tables/inference_levers.csv",
    log:
        "<logs>/inference_fit.log",
    conda:
        "../../environment.yml"
    params:
        seed=lookup("seed", within=config),
        replicates=lookup("inference/bootstrap_replicates", within=config),
    script:
        "../scripts/inference_fit.py"


rule inference_requests:
    "Energy and accelerator-hours of one request of the declared service, model by model."
    input:
        models="<results>/tables/models.csv",
        text="<results>/clean/ml_energy_text.csv",
        features="<results>/clean/model_architectures.csv",
        gpus="<results>/clean/chip_dataset_gpus.csv",
        parameters="<results>/tables/inference_parameters.csv",
        errors="<results>/tables/inference_fit_errors.csv",
        architectures=SHIPPED("data/facts/inference_architectures.csv"),
        declared=SHIPPED("data/inference_request_models.csv"),
        constants=SHIPPED("data/constants.csv"),
        references=SHIPPED("data/references.bib"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("inference_requests"),
    output:
        requests="<results>/tables/inference_requests.csv",
        excluded="<results>/tables/inference_requests_excluded.csv",
        service="<results>/tables/inference_service.csv",
    log:
        "<logs>/inference_requests.log",
    conda:
        "../../environment.yml"
    params:
        prompt_tokens=lookup("lifecycle/request/prompt_tokens", within=config),
        output_tokens=lookup("lifecycle/request/output_tokens", within=config),
        accelerator=lookup("lifecycle/request/accelerator", within=config),
        precision=lookup("lifecycle/request/precision", within=config),
        text_tasks=lookup("lifecycle/request/text_tasks", within=config),
    script:
        "../scripts/inference_requests.py"


rule be4_multimodal_efficiency:
    "Ours: energy of text, images and videos over batches, GPUs and ways of running."
    input:
        text="<results>/clean/ml_energy_text.csv",
        diffusion="<results>/clean/ml_energy_diffusion.csv",
        levers="<results>/tables/inference_levers.csv",
        fields=SHIPPED("data/fields.csv"),
        code=CODE("be4_multimodal_efficiency"),
    output:
        svg=report(
            "<results>/figures/be4_multimodal_efficiency.svg",
            caption=CAPTION("be4_multimodal_efficiency"),
            category="Beyond Efficiency",
            labels={"figure": "be4 (ours)"},
        ),
        pdf="<results>/figures/be4_multimodal_efficiency.pdf",
        png="<results>/figures/be4_multimodal_efficiency.png",
        values="<results>/figures/be4_multimodal_efficiency.csv",
    log:
        "<logs>/be4_multimodal_efficiency.log",
    conda:
        "../../environment.yml"
    script:
        "../scripts/be4_multimodal_efficiency.py"
