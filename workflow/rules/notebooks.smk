# Notebooks: executed over finished results; they explain, and feed nothing.
#
# One job a notebook, each in a kernel of its own: they run beside the report, and an edit of one
# re-runs that one.


include: "provenance.smk"


# What each notebook reads, below <results>; a test holds the notebooks against this list.
NOTEBOOK_READS = {
    "be1_gpu_performance_growth": [
        "tables/gpu_growth_doubling_times.csv",
        "tables/gpu_growth_shares.csv",
        "tables/gpu_growth_sensitivity.csv",
    ],
    "be2a_training_carbon": [
        "tables/training_carbon.csv",
        "tables/training_reconciliation.csv",
    ],
    "be4_multimodal_efficiency": [
        "tables/inference_parameters.csv",
        "tables/inference_fit_errors.csv",
        "tables/inference_plausibility.csv",
        "tables/inference_production.csv",
        "tables/inference_levers.csv",
        "tables/inference_data_quality.csv",
    ],
    "be5_hardware": [
        "tables/embodied_accelerators.csv",
        "tables/embodied_comparison.csv",
        "tables/embodied_missing.csv",
        "tables/embodied_per_hour.csv",
        "tables/end_of_life.csv",
        "tables/hardware_phases.csv",
        "tables/refresh_breakeven.csv",
        "tables/reuse.csv",
        "figures/be5a_corporate_emissions.csv",
    ],
    "be6_intensity_by_hour": [
        "tables/grid_hourly_profile.csv",
        "tables/grid_authorities.csv",
        "tables/grid_alternatives.csv",
        "tables/grid_marginal.csv",
        "tables/grid_marginal_validation.csv",
        "tables/grid_comparison.csv",
    ],
    "data_quality": [
        "tables/grid_data_quality.csv",
        "tables/hardware_data_quality.csv",
    ],
    "sustainable_ai_figures": [
        "tables/figures.csv",
        "tables/paper_figures_models.csv",
        "figures/be3a_lifecycle_carbon.png",
        "figures/sa1_arxiv_growth.png",
        "figures/sa2_growth.png",
        "figures/sa3_phases_and_emissions.png",
        "figures/sa4_operational_carbon.png",
        "figures/sa5_embodied_and_operational.png",
        "figures/sa6_power_reduction.png",
        "figures/sa7_power_ladder.png",
        "figures/sa8_net_power.png",
        "figures/sa9_gpu_utilisation.png",
        "figures/sa10_gpu_utilisation_histogram.png",
        "figures/sa11_federated_learning.png",
        "figures/sa12_error_and_energy.png",
    ],
}
NOTEBOOKS = sorted(NOTEBOOK_READS) if config["notebooks"] else []


rule notebook_run:
    "One notebook, executed, with its outputs and as a page."
    input:
        notebook=stored_notebook,
        read=notebook_reads,
        fields=SHIPPED("data/fields.csv"),
        looks=PAGE_FILES("notebook.html.j2"),
        style=SHIPPED("workflow/ai_lifecycle/style.py"),
        code=CODE("notebook_run"),
    output:
        notebook="<results>/notebooks/{notebook}.ipynb",
        page="<results>/notebooks/{notebook}.html",
    log:
        "<logs>/notebook_run_{notebook}.log",
    wildcard_constraints:
        notebook="|".join(NOTEBOOK_READS),
    conda:
        "../../environment.yml"
    params:
        results=results_folder,
    script:
        "../scripts/notebook_run.py"
